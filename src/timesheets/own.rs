//! One's own timesheets: the periods, what each holds, submitting and taking back.

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TimesheetError;
use super::model::{Amount, Event, Line, Sheet, State};
use super::policy::{ReadDesk, ReadSheet, SubmitHours, WithdrawSheet};
use super::rules::period::{Calendar, Period};
use super::rules::warnings::{Beside, Findings, look};
use super::{settings_store, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, Granted};
use crate::db::{Db, Tx};
use crate::duties::service::words_in;
use crate::duties::words::{Kinds, Units};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, TimesheetId};
use crate::notices;

/// Periods on one page: a quarter of weeks, or a year of months and one.
pub const PER_PAGE: usize = 13;

/// A period of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPeriod {
    /// Of which days.
    pub period: Period,
    /// Its sheet, once it was submitted.
    pub sheet: Option<Sheet>,
    /// What is logged for it now.
    pub logged: Amount,
    /// By when it should be submitted.
    pub due: Date,
}

/// Which of one's periods a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Only {
    /// All of them.
    #[default]
    All,
    /// Those that are over, hold something, and were not submitted or were taken back.
    Due,
    /// Those that came back: returned, or reopened after approval.
    Returned,
}

impl OwnPeriod {
    /// Whether it is one of these on the day `today`.
    pub fn is(&self, only: Only, today: Date) -> bool {
        let state = self.sheet.as_ref().map(|sheet| sheet.state);
        match only {
            Only::All => true,
            Only::Due => {
                let open = matches!(state, None | Some(State::Withdrawn));
                open && self.period.to < today && self.logged.duties > 0
            }
            Only::Returned => matches!(state, Some(State::Returned | State::Reopened)),
        }
    }
}

/// What the page of one's timesheets shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPeriods {
    /// Whether the organisation has hours submitted, now or later.
    pub in_use: bool,
    /// A page of periods, the latest first.
    pub periods: Vec<OwnPeriod>,
    /// The first day of the last one of the page, when there are earlier ones.
    pub next: Option<Date>,
    /// How many sheets of others wait for the caller's decision; `None` when they decide on nobody's.
    pub waiting: Option<i64>,
}

/// Lists the caller's periods: those before the one that begins on `before`, or up to the one that `today` lies in.
///
/// # Errors
/// [`TimesheetError::Authz`] when the caller submits no hours.
pub async fn list(db: &Db, caller: &Caller, before: Option<Date>, today: Date) -> Result<OwnPeriods, TimesheetError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<SubmitHours>(tx, me)?;
        let calendar = settings_store::calendar(tx)?;
        let day = before.and_then(|before| before.yesterday().ok()).unwrap_or(today).min(today);
        let periods = periods_up_to(tx, &may, &calendar, day)?;
        let first = periods.last().map(|first| first.period.from);
        let earlier = first.and_then(|first| first.yesterday().ok()).and_then(|day| calendar.period(day));
        let next = first.filter(|_first| earlier.is_some());
        Ok(OwnPeriods { in_use: !calendar.is_empty(), periods, next, waiting: waiting(tx)? })
    })
    .await
}

/// The period that `day` lies in and those before it, a page of them.
pub(super) fn periods_up_to<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    calendar: &Calendar,
    day: Date,
) -> Result<Vec<OwnPeriod>, TimesheetError> {
    let listed = calendar.back_from(day, PER_PAGE);
    let (Some(first), Some(last)) = (listed.last(), listed.first()) else { return Ok(Vec::new()) };
    let mut sheets = store::own_sheets(tx, may, (first.from, last.from))?;
    let sums = store::own_sums(tx, may, Period { from: first.from, to: last.to })?;
    let own = |period: &Period| OwnPeriod {
        period: *period,
        sheet: sheets.remove(&period.from),
        logged: logged(&sums, *period),
        due: calendar.due(*period),
    };
    Ok(listed.iter().map(own).collect())
}

fn logged(sums: &[(Date, Amount)], period: Period) -> Amount {
    let mut all = Amount::default();
    for (_day, amount) in sums.iter().filter(|(day, _amount)| period.has(*day)) {
        all.minutes = all.minutes.saturating_add(amount.minutes);
        all.duties = all.duties.saturating_add(amount.duties);
    }
    all
}

/// How many sheets wait for the caller's decision, if they decide on anybody's.
fn waiting(tx: &mut Tx<'_>) -> Result<Option<i64>, TimesheetError> {
    let may = authz::may::<ReadDesk>(tx, ())?;
    if !may.facts().approves && may.facts().stands_in.is_empty() {
        return Ok(None);
    }
    let filter = store::Filter { state: State::Submitted, units: None, from: None };
    Ok(Some(store::totals(tx, &may, &filter)?.sheets))
}

/// What the page of one period of one's own shows.
#[derive(Debug, Clone)]
pub struct OwnOpened {
    /// Of which days.
    pub period: Period,
    /// Its sheet, once it was submitted.
    pub sheet: Option<Sheet>,
    /// Its duties now.
    pub lines: Vec<Line>,
    /// What is worth a second look before it is submitted.
    pub findings: Findings,
    /// What became of it, the newest first.
    pub events: Vec<Event>,
    /// By when it should be submitted.
    pub due: Date,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Opens the caller's period that begins on `from`.
///
/// # Errors
/// [`TimesheetError::NoPeriod`]; [`TimesheetError::Authz`] when the caller submits no hours.
pub async fn open(db: &Db, caller: &Caller, from: Date, today: Date) -> Result<OwnOpened, TimesheetError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<SubmitHours>(tx, me)?;
        let calendar = settings_store::calendar(tx)?;
        let period = calendar.beginning(from).ok_or(TimesheetError::NoPeriod)?;
        let sheet = store::own_sheet(tx, &may, from)?;
        let lines = match &sheet {
            // What was submitted one sees as it counts, also without the right to read one's duties.
            Some(sheet) => store::lines_of(tx, &[sheet.id])?.remove(&sheet.id).unwrap_or_default(),
            None => store::own_lines(tx, &may, period)?,
        };
        let events = match &sheet {
            Some(sheet) => {
                let read = authz::may::<ReadSheet>(tx, sheet.id)?;
                store::events(tx, &read)?
            }
            None => Vec::new(),
        };
        let findings = look(period, &lines, beside(&calendar, period, sheet.as_ref(), today));
        let (kinds, units) = words_in(tx)?;
        Ok(OwnOpened { period, sheet, lines, findings, events, due: calendar.due(period), kinds, units })
    })
    .await
}

/// What to compare a sheet of one's own with: what changed since it was submitted, while that still means something.
fn beside<'a>(calendar: &Calendar, period: Period, sheet: Option<&'a Sheet>, today: Date) -> Beside<'a> {
    let compared = sheet.filter(|sheet| matches!(sheet.state, State::Submitted | State::Approved));
    Beside {
        snapshot: compared.map(|sheet| &sheet.snapshot),
        late_days: calendar.rule(period.from).map_or(i32::MAX, |rule| rule.late_days),
        usual: None,
        today,
    }
}

/// Submits the caller's period that begins on `from`. `done`: they have no more duties in it, though it is not over.
/// `false` when it waits already, so that sending the form twice submits once.
///
/// # Errors
/// [`TimesheetError::NoPeriod`], [`TimesheetError::NotYet`], [`TimesheetError::NotOver`]; [`TimesheetError::Moved`] when it
/// is approved.
pub async fn submit(db: &Db, caller: &Caller, from: Date, done: bool, now: Timestamp) -> Result<bool, TimesheetError> {
    let (me, today) = (caller.person_id().unwrap_or(PersonId::NIL), civil::local(now).date());
    db.write(caller, move |tx| {
        let may = authz::may::<SubmitHours>(tx, me)?;
        let period = settings_store::calendar(tx)?.beginning(from).ok_or(TimesheetError::NoPeriod)?;
        if today < period.from {
            return Err(TimesheetError::NotYet);
        }
        if today <= period.to && !done {
            return Err(TimesheetError::NotOver(period));
        }
        let moved = match store::own_sheet(tx, &may, from)? {
            None => store::insert(tx, &may, TimesheetId::new(now), period, now)?,
            Some(sheet) if sheet.state == State::Submitted => return Ok(false),
            Some(sheet) if sheet.state.can_be_submitted() => store::submit_again(tx, &may, &sheet, now)?,
            Some(_approved) => false,
        };
        let sheet = store::own_sheet(tx, &may, from)?.ok_or(TimesheetError::Moved)?;
        if !moved {
            // Two clicks at once: the other one submitted it.
            return if sheet.state == State::Submitted { Ok(false) } else { Err(TimesheetError::Moved) };
        }
        let entry = Entry::new("timesheet.submit").on("timesheet", sheet.id).about(me);
        audit::record(tx, now, with_hours(entry, &sheet, sheet.submitted))?;
        notices::hours::those_who_decide(tx, now)?;
        Ok(true)
    })
    .await
}

/// An entry that says which days and how many hours.
pub(super) fn with_hours(entry: Entry, sheet: &Sheet, held: Amount) -> Entry {
    entry
        .noting("from", sheet.period.from.to_string())
        .noting("to", sheet.period.to.to_string())
        .noting("minutes", held.minutes)
        .noting("duties", held.duties)
}

/// Takes a sheet of the caller's back before anybody decided.
///
/// # Errors
/// [`TimesheetError::Moved`] when it does not wait any more; [`TimesheetError::Authz`].
pub async fn withdraw(db: &Db, caller: &Caller, id: TimesheetId, now: Timestamp) -> Result<Date, TimesheetError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WithdrawSheet>(tx, id)?;
        let sheet = may.facts().sheet.clone();
        if sheet.state != State::Submitted || !store::withdraw(tx, &may, now)? {
            return Err(TimesheetError::Moved);
        }
        let entry = Entry::new("timesheet.withdraw").on("timesheet", id).about(sheet.person);
        audit::record(tx, now, with_hours(entry, &sheet, sheet.submitted))?;
        Ok(sheet.period.from)
    })
    .await
}
