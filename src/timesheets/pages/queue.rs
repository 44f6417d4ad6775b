//! Approvals: the timesheets of others, those that wait first, with what is worth a second look.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::desk::{self, Desk, DeskRow, Wanted};
use super::super::model::State;
use super::super::rules::period::Period;
use super::query::{address, cursor, day, uuid};
use super::sheet::Tag;
use crate::duties::words::Units;
use crate::http::{Ask, Failure};
use crate::kernel::ids::UnitId;
use crate::views::{Choice, Field, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct QueueQuery {
    state: String,
    unit: String,
    period: String,
    after: String,
}

impl QueueQuery {
    fn state(&self) -> State {
        State::parse(&self.state).unwrap_or(State::Submitted)
    }

    fn address(&self, after: &str) -> String {
        let pairs = [("state", self.state.as_str()), ("unit", &self.unit), ("period", &self.period), ("after", after)];
        address("/approvals", &pairs)
    }
}

/// One sheet of the list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    id: String,
    href: String,
    name: String,
    unit: String,
    period: String,
    submitted: String,
    machine: String,
    hours: String,
    change: Option<String>,
    warnings: Vec<String>,
    state: Tag,
    mark: String,
    /// Whether it can be approved from the list.
    choose: bool,
}

impl Row {
    pub(super) fn of(row: &DeskRow, units: &Units) -> Self {
        let sheet = &row.sheet;
        let changed = sheet.state == State::Submitted && row.held != sheet.submitted;
        Self {
            id: sheet.id.to_string(),
            href: format!("/timesheets/{}", sheet.id),
            name: row.who.name.clone(),
            unit: units.label(sheet.unit),
            period: sheet.period.in_words(),
            submitted: format::short_time(sheet.submitted_at),
            machine: format::machine_time(sheet.submitted_at),
            hours: format::minutes(row.held.minutes.into()),
            change: changed.then(|| format!("{} when submitted", format::minutes(sheet.submitted.minutes.into()))),
            warnings: row.findings.warnings.clone(),
            state: Tag::of(sheet.state.label()),
            mark: row.mark.clone(),
            choose: sheet.state == State::Submitted && row.right.is_some(),
        }
    }

    /// Whether something is worth a second look.
    pub(super) fn is_warned(&self) -> bool {
        !self.warnings.is_empty()
    }
}

#[derive(Debug, Clone, Serialize)]
struct PageLink {
    href: String,
    text: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct QueuePage {
    count: String,
    /// Whether the reader has anything to do with the hours of others.
    concerned: bool,
    approves: bool,
    stands_in: bool,
    filtered: bool,
    waiting: bool,
    state_field: Field,
    unit_field: Field,
    period_field: Field,
    rows: Vec<Row>,
    any_to_choose: bool,
    corrections: Option<String>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for QueuePage {
    const TEMPLATE: &'static str = "approvals/queue";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "Approvals".into()
    }

    fn sample() -> Self {
        let desk = Desk {
            facts: Default::default(),
            rows: Vec::new(),
            next: None,
            sheets: 0,
            minutes: 0,
            periods: Vec::new(),
            units: Units::default(),
            offered: None,
            corrections: 0,
        };
        build(&QueueQuery::default(), &desk)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the list.
pub(super) async fn show(ask: Ask, query: Query<QueueQuery>) -> Result<HttpResponse, Failure> {
    let wanted = Wanted {
        state: query.state(),
        unit: uuid(&query.unit).map(UnitId),
        from: day(&query.period),
        after: cursor(&query.after)?,
    };
    let desk = desk::list(&ask.site().db, ask.caller(), wanted, ask.clock().now()).await?;
    ask.page(&build(&query, &desk))
}

fn build(query: &QueueQuery, desk: &Desk) -> QueuePage {
    let rows: Vec<Row> = desk.rows.iter().map(|row| Row::of(row, &desk.units)).collect();
    let sheets = format::count(desk.sheets, "timesheet", "timesheets");
    QueuePage {
        count: format!("{sheets}, {} when they were submitted", format::minutes(desk.minutes)),
        concerned: desk.facts.approves || desk.facts.reads || !desk.facts.stands_in.is_empty(),
        approves: desk.facts.approves,
        stands_in: !desk.facts.stands_in.is_empty(),
        filtered: !query.unit.is_empty() || !query.period.is_empty(),
        waiting: query.state() == State::Submitted,
        state_field: Field::new("state", "State")
            .choices(State::ALL.map(|state| Choice::new(state.as_str(), state.label().0)))
            .choose([query.state().as_str()]),
        unit_field: unit_field(&desk.units, desk.offered.as_deref(), &query.unit),
        period_field: period_field(&desk.periods, day(&query.period), true),
        any_to_choose: rows.iter().any(|row| row.choose),
        rows,
        corrections: (desk.corrections > 0)
            .then(|| format::count(desk.corrections, "proposed correction waits", "proposed corrections wait")),
        previous: (!query.after.is_empty())
            .then(|| PageLink { href: query.address(""), text: Some("First ones".to_owned()) }),
        next: desk
            .next
            .map(|next| PageLink { href: query.address(&next.encode()), text: Some("More of them".to_owned()) }),
    }
}

/// Units as a filter offers them: those whose hours the reader sees.
pub(super) fn unit_field(units: &Units, offered: Option<&[UnitId]>, chosen: &str) -> Field {
    let seen =
        units.in_order().into_iter().filter(|(unit, _depth)| offered.is_none_or(|offered| offered.contains(&unit.id)));
    let choices = seen.map(|(unit, depth)| {
        let label = units.label(unit.id);
        Choice::new(unit.id.to_string(), format!("{}{label}", "\u{a0}\u{a0}".repeat(depth)))
    });
    Field::new("unit", "Unit").choices(std::iter::once(Choice::new("", "All")).chain(choices)).choose([chosen])
}

/// Periods as a filter offers them.
pub(super) fn period_field(periods: &[Period], chosen: Option<Date>, all: bool) -> Field {
    let choices = periods.iter().map(|period| Choice::new(period.from.to_string(), period.in_words()));
    let every = all.then(|| Choice::new("", "All"));
    Field::new("period", "Period").choices(every.into_iter().chain(choices)).choose(chosen.map(|day| day.to_string()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::super::policy::DeskFacts;
    use super::super::sheet::samples;
    use super::*;
    use crate::kernel::cursor::Cursor;

    pub(super) fn samples() -> Vec<QueuePage> {
        let facts = DeskFacts { approves: true, ..DeskFacts::default() };
        let mut desk = Desk {
            facts,
            rows: vec![samples::row(State::Submitted)],
            next: Some(Cursor { at: "2026-11-16T09:00:00Z".parse().expect("a time"), id: uuid::Uuid::nil() }),
            sheets: 1,
            minutes: 690,
            periods: vec![Period { from: date(2026, 11, 16), to: date(2026, 11, 22) }],
            units: Units::default(),
            offered: Some(Vec::new()),
            corrections: 2,
        };
        let full = build(&QueueQuery { after: "x".to_owned(), ..QueueQuery::default() }, &desk);
        desk.rows = vec![samples::row(State::Approved)];
        let decided = build(&QueueQuery { state: "approved".to_owned(), ..QueueQuery::default() }, &desk);
        (desk.rows, desk.next, desk.corrections) = (Vec::new(), None, 0);
        let filtered = QueueQuery { unit: "x".to_owned(), ..QueueQuery::default() };
        vec![QueuePage::sample(), full, decided, build(&QueueQuery::default(), &desk), build(&filtered, &desk)]
    }

    #[test]
    fn the_list_stands_full_decided_filtered_and_empty() {
        crate::views::testing::check::<QueuePage>();
        let full = &samples()[1];
        assert!(full.any_to_choose && full.rows[0].change.as_deref() == Some("11 h 30 min when submitted"));
        assert!(!samples()[2].any_to_choose, "what is decided is not chosen again");
    }
}
