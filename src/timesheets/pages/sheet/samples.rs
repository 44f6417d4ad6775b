//! Sheets as tests of pages show them.

use super::super::super::desk::DeskRow;
use super::super::super::model::Snapshot;
use super::super::super::rules::period::Period;
use super::super::super::rules::warnings::samples::line;
use super::super::super::rules::warnings::{Beside, look};
use super::*;
use crate::duties::Named;
use crate::kernel::ids::{PersonId, UnitId};

pub(in crate::timesheets::pages) fn sheet(period: Period, state: State) -> Sheet {
    let at = "2026-11-16T09:00:00Z".parse().expect("a time");
    let amount = Amount { minutes: 690, duties: 2 };
    Sheet {
        id: TimesheetId(uuid::Uuid::from_u128(period.from.day().unsigned_abs().into())),
        person: PersonId(uuid::Uuid::from_u128(2)),
        unit: UnitId(uuid::Uuid::from_u128(4)),
        period,
        state,
        revision: 3,
        reason: matches!(state, State::Returned | State::Reopened).then(|| "The night is missing".to_owned()),
        moved_at: at,
        moved_by: PersonId(uuid::Uuid::from_u128(3)),
        submitted_at: at,
        submitted: amount,
        snapshot: Snapshot::default(),
        approved: (state == State::Approved).then_some(amount),
    }
}

pub(in crate::timesheets::pages) fn lines() -> Vec<Line> {
    vec![
        line(1, "2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z"),
        Line { counted_minutes: 0, ..line(2, "2026-11-16T12:00:00Z", "2026-11-16T13:00:00Z") },
    ]
}

pub(in crate::timesheets::pages) fn row(state: State) -> DeskRow {
    let (from, to) = (jiff::civil::date(2026, 11, 16), jiff::civil::date(2026, 11, 22));
    let sheet = sheet(Period { from, to }, state);
    let beside = Beside { snapshot: Some(&sheet.snapshot), late_days: 7, usual: Some(100), today: to };
    DeskRow {
        who: Named { name: "Jo <Marsh>".to_owned(), number: Some("N0004".to_owned()) },
        held: Amount { minutes: 600, duties: 2 },
        findings: look(sheet.period, &lines(), beside),
        right: Some(Right::Own),
        mark: "0123".to_owned(),
        sheet,
    }
}

pub(in crate::timesheets::pages) fn opened(state: State) -> Opened {
    let event = |state: &str, in_stead_of: Option<&str>| Event {
        state: state.to_owned(),
        reason: (state == "returned").then(|| "The night <is> missing".to_owned()),
        held: Amount { minutes: 690, duties: 2 },
        at: "2026-11-23T08:00:00Z".parse().expect("a time"),
        by: "Max Innes".to_owned(),
        in_stead_of: in_stead_of.map(str::to_owned),
    };
    Opened {
        row: row(state),
        lines: lines(),
        events: vec![event("approved", Some("Ola Brook")), event("returned", None), event("submitted", None)],
        in_stead_of: Some("Ola Brook".to_owned()),
        own: false,
        reads_duties: state != State::Returned,
        kinds: Kinds::default(),
        units: Units::default(),
    }
}
