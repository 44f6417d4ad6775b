//! What signals of workload look at, of one person: their average, and their days' work with its night, its break and the
//! rest after it. The engine's figures as plain values, with the duties behind them. Judges nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::assemble;
use super::calendar::Calendar;
use super::failure::TimeError;
use super::model::{AbsenceKind, Person, Source};
use super::policy::KnowWork;
use super::rules::{DailyRest, Ledger, Standing};
use super::seconds::Seconds;
use super::watch::Known;
use crate::authz;
use crate::db::Tx;
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, PersonId};

/// An average and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Average {
    /// Hundredths of an hour a week.
    pub hundredths: i64,
    /// The limit, in hundredths of an hour a week.
    pub limit: i64,
    /// The first day of the reference period.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Whether an opt-out stands: then it is what was worked in fact.
    pub opted_out: bool,
}

/// A rest between two pieces of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// When it began.
    pub from: Timestamp,
    /// When the next work began.
    pub until: Timestamp,
    /// The duty that ended it; `None` when it was work elsewhere.
    pub duty: Option<DutyId>,
}

impl Rest {
    /// How long it was, in whole minutes.
    pub fn minutes(&self) -> i64 {
        self.until.duration_since(self.from).as_mins()
    }
}

/// A day's work as the law has it: from its beginning to the rest after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkDay {
    /// When it began.
    pub began: Timestamp,
    /// The first duty of it; `None` when it was work elsewhere.
    pub duty: Option<DutyId>,
    /// The evening on which its night began, if enough of it was in night time.
    pub night: Option<Date>,
    /// The rest after it, if the next work has begun.
    pub rest: Option<Rest>,
    /// Minutes that were worked.
    pub worked: i64,
    /// Whether the break that was due was missed.
    pub missed_break: bool,
}

/// Everything of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strain {
    /// Their average today; `None` when the law of the day gives none.
    pub average: Option<Average>,
    /// Their days' work that began in the window, in order, as far as they are decided.
    pub days: Vec<WorkDay>,
    /// First and last days of leave: all absences but sickness, in order.
    pub leave: Vec<(Date, Date)>,
    /// Since when they are employed, as far as it is known.
    pub since: Date,
}

/// What is to be looked at of `person`, with the days' work that began on `from` or later. `None` when no contract group
/// holds for them, so that nobody knows which rests and limits do.
///
/// # Errors
/// [`TimeError::Authz`] for anybody but background work and the person; [`TimeError::Engine`] for a record that makes no
/// sense.
pub fn of(tx: &mut Tx<'_>, person: PersonId, from: Date, now: Timestamp) -> Result<Option<Strain>, TimeError> {
    let may = authz::may::<KnowWork>(tx, Some(person))?;
    let today = civil::local(now).date();
    let known = Known::of(tx, &may, person, (from.min(today), today))?;
    let Some(person) = known.person() else { return Ok(None) };
    let calendar = known.calendar()?;
    let ledger = Ledger::draw_up(&calendar, &person, now)?;
    let begins = Work::of(&known, &person, now);
    let since = civil::start_of_day(from);
    let days = ledger.daily_rests().iter().filter(|rest| rest.period.begins() >= since);
    let mut leave: Vec<(Date, Date)> = known.record.absences.iter().filter_map(leave).collect();
    leave.sort_unstable();
    Ok(Some(Strain {
        average: average(&ledger, &person, today),
        days: days.map(|rest| begins.day(&calendar, rest)).collect(),
        leave,
        since: person.started_on,
    }))
}

fn leave(absence: &super::model::Absence) -> Option<(Date, Date)> {
    match absence.kind {
        AbsenceKind::AnnualLeave | AbsenceKind::Family | AbsenceKind::Other => Some((absence.first, absence.last)),
        AbsenceKind::Sick => None,
    }
}

/// What the engine refuses (a day before the employment, an agreement that the law does not allow) is no average.
fn average(ledger: &Ledger<'_>, person: &Person, today: Date) -> Option<Average> {
    let figure = (today >= person.started_on).then(|| ledger.figure(today))?.ok()?.average;
    let opted_out = figure.standing == Standing::OptedOut;
    let average = if opted_out { figure.worked } else { figure.average };
    Some(Average {
        hundredths: average.hundredths(),
        limit: figure.limit.hundredths_of_an_hour(),
        first: figure.period.first,
        last: figure.period.last,
        opted_out,
    })
}

/// When work began, and which duty it is. On call at home ends no rest.
struct Work(BTreeMap<Timestamp, Option<DutyId>>);

impl Work {
    fn of(known: &Known, person: &Person, now: Timestamp) -> Self {
        let begun = person.work.iter().filter(|work| work.source != Source::HomeStandby && work.started_at <= now);
        Self(
            begun
                .map(|work| {
                    let duty = assemble::is_duty(&known.record, work.id).then_some(DutyId(work.id.0));
                    (work.started_at, duty)
                })
                .collect(),
        )
    }

    fn day(&self, calendar: &Calendar, rest: &DailyRest) -> WorkDay {
        let began = rest.period.begins();
        // Where a rest was missed, the next day's work begins within work: its duty is the one that went on.
        let duty = self.0.range(..=began).next_back().and_then(|(_at, duty)| *duty);
        let local = civil::local(began);
        let evening = if local.hour() < 12 { local.date().yesterday().ok() } else { Some(local.date()) };
        let long = calendar
            .number(local.date())
            .and_then(|number| calendar.day(number))
            .is_some_and(|day| rest.night >= day.rules.night.hours.value);
        let next = self.0.range(rest.rest.ends()..).next();
        WorkDay {
            began,
            duty,
            night: evening.filter(|_evening| long),
            rest: next.map(|(until, duty)| Rest { from: rest.rest.begins(), until: *until, duty: *duty }),
            worked: rest.worked.get() / 60,
            missed_break: rest.missed_break > Seconds::ZERO,
        }
    }
}
