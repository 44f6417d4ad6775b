//! What may be logged: pure rules from what somebody typed to a duty, or to what is wrong with each field.
//!
//! Knows no database and no page. Times are typed on the wall clock of the United Kingdom; on the two days on which
//! it is put forward or back the rules ask instead of guessing.

mod clock;
mod fault;
mod text;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

pub use fault::{At, Fault, Faults};
pub use text::{in_miles, parse_date, parse_time};

use crate::kernel::civil;
use crate::kernel::ids::{DutyKindId, UnitId};
use crate::views::format;

/// The longest duty.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead of now a duty may end: clocks differ, and people log in the last minutes of a shift.
pub const AHEAD: SignedDuration = SignedDuration::from_mins(15);

/// The first date that is taken for one: before it, a year was mistyped.
const EARLIEST: Date = jiff::civil::date(1970, 1, 1);

/// A duty as somebody typed it into the form: every field any text, so that all of it can be shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The day on which it started.
    pub date: String,
    /// The time at which it started.
    pub start: String,
    /// Which of two: `first` or `second`.
    pub start_turn: String,
    /// The time at which it ended.
    pub end: String,
    /// Which of two.
    pub end_turn: String,
    /// `yes` when it ended on the day after.
    pub next_day: String,
    /// The id of a type, category or sub-category.
    pub kind: String,
    /// The id of a unit.
    pub unit: String,
    /// Minutes.
    pub breaks: String,
    /// Miles, with a decimal at most.
    pub mileage: String,
    /// The incident's number.
    pub incident_number: String,
    /// The role on the job.
    pub job_role: String,
    /// The call sign.
    pub call_sign: String,
    /// The note for owner and manager.
    pub shared_note: String,
    /// The note for the owner.
    pub private_note: String,
    /// `yes` when a duty at the same time is right too.
    pub both_right: String,
    /// `yes` when it is to be logged although it breaks a limit or a rest.
    pub breach: String,
}

/// The same from a program: instants instead of a wall clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What it was.
    pub kind: DutyKindId,
    /// For which unit.
    pub unit: UnitId,
    /// Minutes.
    pub break_minutes: i64,
    /// Tenths of a mile.
    pub mileage_tenths: Option<i64>,
    /// The incident's number.
    pub incident_number: String,
    /// The role on the job.
    pub job_role: String,
    /// The call sign.
    pub call_sign: String,
    /// The note for owner and manager.
    pub shared_note: String,
    /// The note for the owner.
    pub private_note: String,
    /// Whether a duty at the same time is right too.
    pub both_right: bool,
    /// Whether it is to be logged although it breaks a limit or a rest.
    pub despite_breach: bool,
}

/// A duty that keeps all rules which need no look at other records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended: later, by 24 hours at most.
    pub ended_at: Timestamp,
    /// Shorter than the duty.
    pub break_minutes: i32,
    /// What it was; may still turn out not to exist.
    pub kind: DutyKindId,
    /// For which unit; may still turn out not to exist.
    pub unit: UnitId,
    /// Tenths of a mile.
    pub mileage_tenths: Option<i32>,
    /// The incident's number.
    pub incident_number: Option<String>,
    /// The role on the job.
    pub job_role: Option<String>,
    /// The call sign.
    pub call_sign: Option<String>,
    /// The note for owner and manager.
    pub shared_note: Option<String>,
    /// The note for the owner.
    pub private_note: Option<String>,
    /// Whether a duty at the same time is right too.
    pub both_right: bool,
    /// Whether it is to be logged although it breaks a limit or a rest.
    pub despite_breach: bool,
}

impl Draft {
    /// The date in the United Kingdom on which it started.
    pub fn started_on(&self) -> Date {
        civil::local(self.started_at).date()
    }
}

/// Checks what somebody typed into the form.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_typed(typed: &Typed, now: Timestamp) -> Result<Draft, Faults> {
    let mut faults = Faults::default();
    let span = clock::span(typed, &mut faults);
    let kind = id(&typed.kind).map(DutyKindId);
    if kind.is_none() {
        faults.add(At::Kind, "Choose what kind of work it was");
    }
    let unit = id(&typed.unit).map(UnitId);
    if unit.is_none() {
        faults.add(At::Unit, "Choose a unit");
    }
    let break_minutes = text::minutes(&typed.breaks, &mut faults);
    let mileage_tenths = text::miles(&typed.mileage, &mut faults);
    let given = Given {
        started_at: span.map(|(start, _end)| start).unwrap_or_default(),
        ended_at: span.map(|(_start, end)| end).unwrap_or_default(),
        kind: kind.unwrap_or(DutyKindId::NIL),
        unit: unit.unwrap_or(UnitId::NIL),
        break_minutes: break_minutes.unwrap_or(0),
        mileage_tenths,
        incident_number: typed.incident_number.clone(),
        job_role: typed.job_role.clone(),
        call_sign: typed.call_sign.clone(),
        shared_note: typed.shared_note.clone(),
        private_note: typed.private_note.clone(),
        both_right: typed.both_right == "yes",
        despite_breach: typed.breach == "yes",
    };
    check(given, span.is_some(), now, faults)
}

/// Checks what a program sent.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_given(given: Given, now: Timestamp) -> Result<Draft, Faults> {
    let mut faults = Faults::default();
    // What the database keeps of them has to be in order.
    if to_microsecond(given.ended_at) <= to_microsecond(given.started_at) {
        faults.add(At::End, "The end must be after the start");
    }
    let timed = faults.is_empty();
    check(given, timed, now, faults)
}

/// The rules that form and API share. `timed` says whether start and end are known and in order.
fn check(given: Given, timed: bool, now: Timestamp, mut faults: Faults) -> Result<Draft, Faults> {
    if timed {
        check_span(given.started_at, given.ended_at, given.break_minutes, now, &mut faults);
    }
    let break_minutes = text::whole(given.break_minutes, 1440);
    if break_minutes.is_none() {
        faults.add(At::Breaks, "Breaks must be between 0 and 1,440 minutes");
    }
    let mileage_tenths = given.mileage_tenths.map(|tenths| text::whole(tenths, 100_000));
    if mileage_tenths == Some(None) {
        faults.add(At::Mileage, "Mileage must be between 0 and 10,000 miles");
    }
    let draft = Draft {
        started_at: to_microsecond(given.started_at),
        ended_at: to_microsecond(given.ended_at),
        break_minutes: break_minutes.unwrap_or(0),
        kind: given.kind,
        unit: given.unit,
        mileage_tenths: mileage_tenths.flatten(),
        incident_number: text::line(&given.incident_number, 40, At::Incident, &mut faults),
        job_role: text::line(&given.job_role, 60, At::JobRole, &mut faults),
        // Upper case first: some letters become two.
        call_sign: text::line(&given.call_sign.to_uppercase(), 20, At::CallSign, &mut faults),
        shared_note: text::note(&given.shared_note, At::SharedNote, &mut faults),
        private_note: text::note(&given.private_note, At::PrivateNote, &mut faults),
        both_right: given.both_right,
        despite_breach: given.despite_breach,
    };
    if faults.is_empty() { Ok(draft) } else { Err(faults) }
}

fn check_span(start: Timestamp, end: Timestamp, break_minutes: i64, now: Timestamp, faults: &mut Faults) {
    let length = end.duration_since(start);
    if length > LONGEST {
        let length = format::minutes(length.as_mins());
        faults.add(At::End, format!("That is {length}. A duty lasts 24 hours at most: log the rest as another duty"));
    }
    if civil::local(start).date() < EARLIEST {
        faults.add(At::Date, "Check the year: the date must be 1 January 1970 or later");
    }
    let latest = now.checked_add(AHEAD).unwrap_or(now);
    if start > latest {
        let at = if civil::local(start).date() > civil::local(now).date() { At::Date } else { At::Start };
        faults.add(at, "The start is in the future. Log a duty once it is over");
    } else if end > latest {
        faults.add(
            At::End,
            format!("The end is in the future: it is {} now. Log a duty once it is over", format::clock(now)),
        );
    }
    if break_minutes > 0 && SignedDuration::from_mins(break_minutes.min(100_000)) >= length {
        let length = format::minutes(length.as_mins());
        faults.add(At::Breaks, format!("Breaks must be shorter than the duty, {length}"));
    }
}

/// Checks why somebody changes or deletes a duty.
///
/// # Errors
/// What is wrong with it.
pub fn check_reason(reason: &str) -> Result<String, Faults> {
    let mut faults = Faults::default();
    let given = text::line(reason, 500, At::Reason, &mut faults);
    match given {
        Some(reason) if faults.is_empty() => Ok(reason),
        None if faults.is_empty() => {
            faults.add(At::Reason, "Say why: it is kept in the duty's history");
            Err(faults)
        }
        Some(_) | None => Err(faults),
    }
}

/// Checks a private note that is changed by itself.
///
/// # Errors
/// What is wrong with it.
pub fn check_private_note(note: &str) -> Result<Option<String>, Faults> {
    let mut faults = Faults::default();
    let note = text::note(note, At::PrivateNote, &mut faults);
    if faults.is_empty() { Ok(note) } else { Err(faults) }
}

/// Whether a duty was logged more than so many days after its end. What came from a file was logged by nobody.
pub fn is_late(source: &str, ended_at: Timestamp, created_at: Timestamp, late_days: i32) -> bool {
    source != "import" && created_at.duration_since(ended_at) > SignedDuration::from_hours(24 * i64::from(late_days))
}

/// What the database keeps of an instant.
fn to_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

fn id(text: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(text.trim()).ok()
}

#[cfg(test)]
mod tests;
