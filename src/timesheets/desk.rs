//! The hours of others: what waits, what was decided, who has not submitted; approving, returning, reopening.
//!
//! Whoever decides sends back the mark of what they were shown. The sheet is held while it is decided, and whoever writes
//! a duty of its period holds it too: so what is approved is what was seen, to the last duty.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TimesheetError;
use super::model::{Amount, Event, Line, Named, Right, Sheet, StandIn, State};
use super::own::with_hours;
use super::policy::{DecideSheet, DeskFacts, ReadDesk, ReadSheet, ReopenSheet, right_on};
use super::rules::mark;
use super::rules::period::{Calendar, Period};
use super::rules::warnings::{Beside, Findings, look};
use super::{settings_store, store};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::db::{Db, Tx};
use crate::duties::service::words_in;
use crate::duties::words::{Kinds, Units};
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{PersonId, TimesheetId, UnitId};
use crate::notices::{self, NoticeKind};

/// What lets somebody see the hours of others.
const READS: [&str; 2] = [permission::TIMESHEET_APPROVE, permission::TIMESHEET_READ];

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

fn sees_others(facts: &DeskFacts) -> bool {
    facts.approves || facts.reads || !facts.stands_in.is_empty()
}

/// The units whose hours the caller sees; `None` for all.
fn offered(caller: &Caller, facts: &DeskFacts) -> Option<Vec<UnitId>> {
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
fn with_what_it_takes(
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
    let names = store::names(tx, people)?;
    let caller = tx.caller();
    let row = |sheet: Sheet| {
        let lines = lines.remove(&sheet.id).unwrap_or_default();
        let findings = look(sheet.period, &lines, beside(calendar, &sheet, usual.get(&sheet.id).copied(), today));
        DeskRow {
            who: named(&names, sheet.person),
            held: held(&lines),
            findings,
            right: right_on(caller, &sheet, stands_in),
            mark: mark(&sheet, &lines),
            sheet,
        }
    };
    Ok(sheets.into_iter().map(row).collect())
}

fn named(names: &BTreeMap<PersonId, Named>, person: PersonId) -> Named {
    names.get(&person).cloned().unwrap_or_else(|| Named { name: "Somebody".to_owned(), number: None })
}

fn held(lines: &[Line]) -> Amount {
    let minutes = lines.iter().fold(0_i32, |sum, line| sum.saturating_add(line.worked_minutes));
    Amount { minutes, duties: i32::try_from(lines.len()).unwrap_or(i32::MAX) }
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
    /// Whether it is the caller's own.
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
        let caller = tx.caller();
        let own = caller.is(sheet.person);
        let away = may.facts().in_stead_of(caller);
        if !own {
            let entry = Entry::new("timesheet.read").on("timesheet", id).about(sheet.person);
            audit::record(tx, now, in_stead(entry, away).allowed_by(caller, &READS))?;
        }
        let calendar = settings_store::calendar(tx)?;
        let right = may.facts().right(caller);
        let lines = store::lines_of(tx, &[id])?.remove(&id).unwrap_or_default();
        let usual = store::usual_of(tx, &[id])?.get(&id).copied();
        let names = store::names(tx, vec![sheet.person])?;
        let in_stead_of = match away {
            Some(away) => super::delegation_store::names(tx)?.into_iter().find(|(known, _name)| *known == away),
            None => None,
        };
        let (kinds, units) = words_in(tx)?;
        let row = DeskRow {
            who: named(&names, sheet.person),
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

fn in_stead(entry: Entry, away: Option<PersonId>) -> Entry {
    match away {
        Some(away) => entry.noting("in_stead_of", away.0),
        None => entry,
    }
}

/// What is decided of a sheet that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is approved, and its duties are locked.
    Approve,
    /// It goes back, for this reason.
    Return(String),
}

/// Decides on a sheet that waits, as `shown` stands for it.
///
/// # Errors
/// [`TimesheetError::Moved`] when it does not wait any more; [`TimesheetError::HoursChanged`] when it is not what was shown;
/// [`TimesheetError::Authz`].
pub async fn decide(
    db: &Db,
    caller: &Caller,
    id: TimesheetId,
    shown: String,
    decision: Decision,
    now: Timestamp,
) -> Result<(), TimesheetError> {
    db.write(caller, move |tx| decide_in(tx, id, &shown, &decision, now)).await
}

fn decide_in(
    tx: &mut Tx<'_>,
    id: TimesheetId,
    shown: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), TimesheetError> {
    let may = match authz::may::<DecideSheet>(tx, id) {
        // The database lets nobody hold a sheet that does not wait: whoever may see it learns that it has moved on.
        Err(AuthzError::Hidden) if store::sheet(tx, id)?.is_some_and(|sheet| sheet.state != State::Submitted) => {
            return Err(TimesheetError::Moved);
        }
        other => other?,
    };
    let sheet = may.facts().sheet.clone();
    let caller = tx.caller();
    let right = may.facts().right(caller).ok_or(AuthzError::Hidden)?;
    if sheet.state != State::Submitted {
        return Err(TimesheetError::Moved);
    }
    let lines = store::lines_of(tx, &[id])?.remove(&id).unwrap_or_default();
    // What goes back may have changed: it is looked at again anyway.
    if *decision == Decision::Approve && mark(&sheet, &lines) != shown {
        return Err(TimesheetError::HoursChanged);
    }
    let (deed, state, reason, notice) = match decision {
        Decision::Approve => ("timesheet.approve", State::Approved, None, NoticeKind::HoursApproved),
        Decision::Return(reason) => {
            ("timesheet.return", State::Returned, Some(reason.as_str()), NoticeKind::HoursReturned)
        }
    };
    if !store::decide(tx, &may, right, (state, reason), now)? {
        return Err(TimesheetError::Moved);
    }
    let entry = in_stead(Entry::new(deed).on("timesheet", id).about(sheet.person), may.facts().in_stead_of(caller));
    let entry = with_hours(entry, &sheet, held(&lines)).allowed_by(caller, &READS);
    let entry = match reason {
        Some(reason) => entry.noting("reason", reason),
        None => entry,
    };
    audit::record(tx, now, entry)?;
    notices::hours::tell(tx, sheet.person, notice, now)?;
    Ok(())
}

/// Sheets that are to be approved together: those of `ids` that wait and that the caller decides on, as they are now.
///
/// # Errors
/// [`TimesheetError::Db`].
pub async fn to_confirm(
    db: &Db,
    caller: &Caller,
    ids: Vec<TimesheetId>,
    now: Timestamp,
) -> Result<(Vec<DeskRow>, Units), TimesheetError> {
    let today = civil::local(now).date();
    db.read(caller, move |tx| {
        let may = authz::may::<ReadDesk>(tx, ())?;
        let stands_in = may.facts().stands_in.clone();
        let calendar = settings_store::calendar(tx)?;
        let sheets = store::waiting(tx, &may, &ids)?;
        let mut rows = with_what_it_takes(tx, sheets, &stands_in, &calendar, today)?;
        rows.retain(|row| row.right.is_some());
        Ok((rows, words_in(tx)?.1))
    })
    .await
}

/// What became of approving several at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approved {
    /// How many were approved.
    pub approved: i64,
    /// How many were left, because they had changed or moved on meanwhile.
    pub left: i64,
}

/// Approves several sheets, each as its mark stands for it. One that changed or moved on meanwhile is left as it is; all
/// others are approved, in one transaction.
///
/// # Errors
/// [`TimesheetError::Authz`] for one that the caller does not decide on: then none is approved.
pub async fn approve_many(
    db: &Db,
    caller: &Caller,
    mut shown: Vec<(TimesheetId, String)>,
    now: Timestamp,
) -> Result<Approved, TimesheetError> {
    // In one order for everybody, so that two who approve at once do not wait for each other.
    shown.sort_unstable();
    shown.dedup_by(|one, other| one.0 == other.0);
    shown.truncate(PER_PAGE.into());
    db.write(caller, move |tx| {
        let mut done = Approved::default();
        for (id, mark) in &shown {
            match decide_in(tx, *id, mark, &Decision::Approve, now) {
                Ok(()) => done.approved += 1,
                // Taken back meanwhile, it is hidden from whoever stands in.
                Err(
                    TimesheetError::Moved | TimesheetError::HoursChanged | TimesheetError::Authz(AuthzError::Hidden),
                ) => done.left += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    })
    .await
}

/// What the page before reopening shows: the sheet and whose it is, and how many claims of its duties payroll has taken.
///
/// # Errors
/// [`TimesheetError::Authz`]; [`TimesheetError::Moved`] when it is not approved.
pub async fn to_reopen(db: &Db, caller: &Caller, id: TimesheetId) -> Result<(Sheet, Named, i64), TimesheetError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReopenSheet>(tx, id)?;
        let sheet = may.facts().sheet.clone();
        if sheet.state != State::Approved {
            return Err(TimesheetError::Moved);
        }
        let names = store::names(tx, vec![sheet.person])?;
        let paid = store::paid_claims(tx, &may)?;
        let who = named(&names, sheet.person);
        Ok((sheet, who, paid))
    })
    .await
}

/// Reopens an approved sheet: its duties can be changed again until it is submitted and approved anew.
///
/// # Errors
/// [`TimesheetError::Moved`] when it is not approved any more; [`TimesheetError::Authz`].
pub async fn reopen(
    db: &Db,
    caller: &Caller,
    id: TimesheetId,
    reason: String,
    now: Timestamp,
) -> Result<(), TimesheetError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReopenSheet>(tx, id)?;
        let sheet = may.facts().sheet.clone();
        if sheet.state != State::Approved || !store::reopen(tx, &may, &reason, now)? {
            return Err(TimesheetError::Moved);
        }
        let caller = tx.caller();
        let entry = Entry::new("timesheet.reopen").on("timesheet", id).about(sheet.person).noting("reason", reason);
        let entry = with_hours(entry, &sheet, sheet.approved.unwrap_or_default()).allowed_by(caller, &READS);
        audit::record(tx, now, entry)?;
        notices::hours::tell(tx, sheet.person, NoticeKind::HoursReturned, now)?;
        Ok(())
    })
    .await
}

/// Somebody who has not submitted a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub who: Named,
    /// Their home unit.
    pub unit: UnitId,
    /// Of a sheet that was taken back, returned or reopened.
    pub sheet: Option<(TimesheetId, State)>,
    /// What they have logged so far.
    pub logged: Amount,
}

/// What the page of those who have not submitted shows.
#[derive(Debug, Clone)]
pub struct MissingList {
    /// The period; `None` when no hours are submitted here.
    pub period: Option<Period>,
    /// By when it should have been submitted.
    pub due: Option<Date>,
    /// A page of people, by name.
    pub people: Vec<Missing>,
    /// Where the list goes on.
    pub next: Option<PersonId>,
    /// The periods that may be picked, the latest first.
    pub periods: Vec<Period>,
    /// The words for units.
    pub units: Units,
    /// Units that may be picked; `None` for all.
    pub offered: Option<Vec<UnitId>>,
}

/// Who has not submitted the period that begins on `from`, or the last one that is over: one audit entry.
///
/// # Errors
/// [`TimesheetError::Authz`] for a unit whose hours the caller does not see.
pub async fn missing(
    db: &Db,
    caller: &Caller,
    (from, unit): (Option<Date>, Option<UnitId>),
    after: Option<PersonId>,
    now: Timestamp,
) -> Result<MissingList, TimesheetError> {
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<ReadDesk>(tx, ())?;
        let facts = may.facts().clone();
        let calendar = settings_store::calendar(tx)?;
        let (_kinds, units) = words_in(tx)?;
        let offered = offered(tx.caller(), &facts);
        let wanted = match unit {
            Some(unit) => units.subtree(unit),
            None => units.in_order().into_iter().map(|(unit, _depth)| unit.id).collect(),
        };
        let seen = |unit: &UnitId| offered.as_ref().is_none_or(|offered| offered.contains(unit));
        let wanted: Vec<UnitId> = wanted.into_iter().filter(seen).collect();
        if wanted.is_empty() && unit.is_some() {
            return Err(AuthzError::Hidden.into());
        }
        let periods = calendar.back_from(today, super::own::PER_PAGE);
        let over = periods.iter().find(|period| period.to < today).or(periods.first()).copied();
        let period = from.and_then(|from| calendar.beginning(from)).or(over);
        let (people, more) = match period {
            Some(period) => store::missing(tx, &may, period, &wanted, after, PER_PAGE)?,
            None => (Vec::new(), false),
        };
        if sees_others(&facts)
            && let Some(period) = period
        {
            let entry = Entry::new("timesheet.list").on("organisation", tx.caller().organisation());
            let entry = entry
                .noting("not_submitted_from", period.from.to_string())
                .noting("people", i64::try_from(people.len()).unwrap_or(i64::MAX));
            let caller = tx.caller();
            audit::record(tx, now, entry.allowed_by(caller, &READS))?;
        }
        Ok(MissingList {
            due: period.map(|period| calendar.due(period)),
            next: people.last().filter(|_last| more).map(|last| last.person),
            people: people
                .into_iter()
                .map(|one| Missing {
                    person: one.person,
                    who: Named { name: one.name, number: one.number },
                    unit: one.unit,
                    sheet: one.sheet.zip(one.state),
                    logged: one.logged,
                })
                .collect(),
            period,
            periods,
            units,
            offered,
        })
    })
    .await
}
