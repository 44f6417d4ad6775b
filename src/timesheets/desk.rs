//! The hours of others: what waits, what was decided, and one sheet with what it takes to decide on it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TimesheetError;
use super::model::{Amount, Event, Line, Right, Sheet, StandIn, State};
use super::policy::{DeskFacts, ReadDesk, ReadSheet, SubmitHours, right_on};
use super::rules::counted;
use super::rules::mark;
use super::rules::period::{Calendar, Period};
use super::rules::warnings::{Beside, Findings, look};
use super::{settings_store, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, Tx};
use crate::duties::service::words_in;
use crate::duties::words::{Kinds, Units};
use crate::duties::{Named, names};
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{PersonId, TimesheetId, UnitId};

/// What lets somebody see the hours of others.
pub(super) const READS: [&str; 2] = [permission::TIMESHEET_APPROVE, permission::TIMESHEET_READ];

/// Sheets on one page, and the most that are approved at once.
pub const PER_PAGE: u16 = 50;

/// What is asked of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How far the sheets have come.
    pub state: State,
    /// Of this unit and all below; `None` for all that the caller may see.
    pub unit: Option<UnitId>,
    /// Of the period that begins on this day.
    pub from: Option<Date>,
    /// Where the list goes on.
    pub after: Option<Cursor>,
}

/// A sheet with what it takes to decide on it.
#[derive(Debug, Clone)]
pub struct DeskRow {
    /// The sheet.
    pub sheet: Sheet,
    /// Whose it is.
    pub who: Named,
    /// What it holds now.
    pub held: Amount,
    /// What is worth a second look.
    pub findings: Findings,
    /// By which right the caller decides on it.
    pub right: Option<Right>,
    /// What stands for it as it is shown.
    pub mark: String,
}

/// What the list shows.
#[derive(Debug, Clone)]
pub struct Desk {
    /// What the caller has to do with the hours of others.
    pub facts: DeskFacts,
    /// A page of sheets.
    pub rows: Vec<DeskRow>,
    /// Where the list goes on.
    pub next: Option<Cursor>,
    /// How many sheets the whole list has.
    pub sheets: i64,
    /// What they came to when they were submitted, in minutes.
    pub minutes: i64,
    /// The periods that may be picked, the latest first.
    pub periods: Vec<Period>,
    /// The words for units.
    pub units: Units,
    /// Units that may be picked: those whose hours the caller sees; `None` for all.
    pub offered: Option<Vec<UnitId>>,
    /// How many proposed corrections wait for the caller.
    pub corrections: i64,
}

/// Reads a page of the list: one audit entry, unless the caller has nothing to do with the hours of others.
///
/// # Errors
/// [`TimesheetError::Db`].
pub async fn list(db: &Db, caller: &Caller, wanted: Wanted, now: Timestamp) -> Result<Desk, TimesheetError> {
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<ReadDesk>(tx, ())?;
        let facts = may.facts().clone();
        let (_kinds, units) = words_in(tx)?;
        let calendar = settings_store::calendar(tx)?;
        let below = wanted.unit.map(|unit| units.subtree(unit));
        let filter = store::Filter { state: wanted.state, units: below, from: wanted.from };
        let listed = store::listed(tx, &may, &filter, wanted.after, PER_PAGE)?;
        let totals = store::totals(tx, &may, &filter)?;
        let rows = with_what_it_takes(tx, listed.sheets, &facts.stands_in, &calendar, today)?;
        if sees_others(&facts) {
            let entry = Entry::new("timesheet.list").on("organisation", tx.caller().organisation());
            let entry = entry
                .noting("state", wanted.state.as_str())
                .noting("sheets", i64::try_from(rows.len()).unwrap_or(i64::MAX));
            let caller = tx.caller();
            audit::record(tx, now, entry.allowed_by(caller, &READS))?;
        }
        Ok(Desk {
            offered: offered(tx.caller(), &facts),
            corrections: store::corrections_waiting(tx, &may)?,
            facts,
            rows,
            next: listed.next,
            sheets: totals.sheets,
            minutes: totals.minutes,
            periods: calendar.back_from(today, super::own::PER_PAGE),
            units,
        })
    })
    .await
}

pub(super) fn sees_others(facts: &DeskFacts) -> bool {
    facts.approves || facts.reads || !facts.stands_in.is_empty()
}

/// The units whose hours the caller sees; `None` for all.
pub(super) fn offered(caller: &Caller, facts: &DeskFacts) -> Option<Vec<UnitId>> {
    if READS.iter().any(|code| caller.holds_for_all(code)) {
        return None;
    }
    let reached = READS.iter().filter_map(|code| caller.reach(code)).flat_map(|reach| reach.units.iter().copied());
    let mut units: Vec<UnitId> = reached.chain(facts.stands_in.iter().map(|one| one.unit)).collect();
    units.sort_unstable();
    units.dedup();
    Some(units)
}

/// Sheets with their lines, what is usual, and the names of those whose they are.
pub(super) fn with_what_it_takes(
    tx: &mut Tx<'_>,
    sheets: Vec<Sheet>,
    stands_in: &[StandIn],
    calendar: &Calendar,
    today: Date,
) -> Result<Vec<DeskRow>, TimesheetError> {
    let ids: Vec<TimesheetId> = sheets.iter().map(|sheet| sheet.id).collect();
    let people: Vec<PersonId> = sheets.iter().map(|sheet| sheet.person).collect();
    let mut lines = store::lines_of(tx, &ids)?;
    let usual = store::usual_of(tx, &ids)?;
    let names = names(tx, people)?;
    let caller = tx.caller();
    let row = |sheet: Sheet| {
        let lines = lines.remove(&sheet.id).unwrap_or_default();
        let findings = look(sheet.period, &lines, beside(calendar, &sheet, usual.get(&sheet.id).copied(), today));
        DeskRow {
            who: names.of(sheet.person),
            held: held(&lines),
            findings,
            right: right_on(caller, &sheet, stands_in),
            mark: mark(&sheet, &lines),
            sheet,
        }
    };
    Ok(sheets.into_iter().map(row).collect())
}

pub(super) fn held(lines: &[Line]) -> Amount {
    Amount { minutes: counted(lines).0, duties: i32::try_from(lines.len()).unwrap_or(i32::MAX) }
}

fn beside<'a>(calendar: &Calendar, sheet: &'a Sheet, usual: Option<i32>, today: Date) -> Beside<'a> {
    let compared = matches!(sheet.state, State::Submitted | State::Approved);
    Beside {
        snapshot: compared.then_some(&sheet.snapshot),
        late_days: calendar.rule(sheet.period.from).map_or(i32::MAX, |rule| rule.late_days),
        usual,
        today,
    }
}

/// What the page of somebody's sheet shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The sheet with what it takes to decide on it.
    pub row: DeskRow,
    /// Its duties, in the order in which they began.
    pub lines: Vec<Line>,
    /// What became of it, the newest first.
    pub events: Vec<Event>,
    /// In whose stead the caller would decide.
    pub in_stead_of: Option<String>,
    /// Whether it is one of those that the caller keeps and submits.
    pub own: bool,
    /// Whether the caller may open the duties themselves.
    pub reads_duties: bool,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Opens a sheet. Opening somebody else's is written to the audit trail.
///
/// # Errors
/// [`TimesheetError::Authz`] when there is none that the caller may see.
pub async fn open(db: &Db, caller: &Caller, id: TimesheetId, now: Timestamp) -> Result<Opened, TimesheetError> {
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<ReadSheet>(tx, id)?;
        let sheet = may.facts().sheet.clone();
        let own = authz::require::<SubmitHours>(tx, sheet.person).is_ok();
        let caller = tx.caller();
        let away = may.facts().in_stead_of(caller);
        if !own {
            let entry = Entry::new("timesheet.read").on("timesheet", id).about(sheet.person);
            audit::record(tx, now, in_stead(entry, away).allowed_by(caller, &READS))?;
        }
        let calendar = settings_store::calendar(tx)?;
        let right = may.facts().right(caller);
        let lines = store::lines_of(tx, &[id])?.remove(&id).unwrap_or_default();
        let usual = store::usual_of(tx, &[id])?.get(&id).copied();
        let names = names(tx, vec![sheet.person])?;
        let in_stead_of = match away {
            Some(away) => super::delegation_store::names(tx)?.into_iter().find(|(known, _name)| *known == away),
            None => None,
        };
        let (kinds, units) = words_in(tx)?;
        let row = DeskRow {
            who: names.of(sheet.person),
            held: held(&lines),
            findings: look(sheet.period, &lines, beside(&calendar, &sheet, usual, today)),
            right,
            mark: mark(&sheet, &lines),
            sheet,
        };
        Ok(Opened {
            events: store::events(tx, &may)?,
            reads_duties: caller.reaches(permission::DUTY_READ, row.sheet.person, row.sheet.unit),
            in_stead_of: in_stead_of.map(|(_known, name)| name),
            row,
            lines,
            own,
            kinds,
            units,
        })
    })
    .await
}

pub(super) fn in_stead(entry: Entry, away: Option<PersonId>) -> Entry {
    match away {
        Some(away) => entry.noting("in_stead_of", away.0),
        None => entry,
    }
}
