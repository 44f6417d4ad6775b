//! From when on the organisation has its hours submitted, and how. A rule is never changed: another one begins after the
//! period that is running, so that what was submitted and approved stays what it was.

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TimesheetError;
use super::policy::ConfigureHours;
use super::rules::period::{Calendar, PeriodKind, Rule};
use super::settings_store as store;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::kernel::civil;

const STARTS_ON: Field = Field::shown("starts_on");
const PERIOD: Field = Field::shown("period");
const LATE_DAYS: Field = Field::shown("late_days");
const DUE_DAYS: Field = Field::shown("due_days");

/// What an administrator chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// What a period is.
    pub period: PeriodKind,
    /// A duty logged more days than that after its end is late.
    pub late_days: i32,
    /// Days after the end of a period until it should be submitted.
    pub due_days: i32,
}

/// Checks what was typed, each at its field: `period`, `late_days`, `due_days`.
///
/// # Errors
/// Everything that is wrong: field and sentence.
pub fn check(period: &str, late_days: &str, due_days: &str) -> Result<Wanted, Vec<(&'static str, String)>> {
    let mut wrong = Vec::new();
    let mut days = |field: &'static str, text: &str, most: i32| {
        let days = text.trim().parse::<i32>().ok().filter(|days| (0..=most).contains(days));
        if days.is_none() {
            wrong.push((field, format!("Enter a number of days from 0 to {most}")));
        }
        days.unwrap_or(0)
    };
    let (late_days, due_days) = (days("late_days", late_days, 90), days("due_days", due_days, 60));
    match PeriodKind::parse(period) {
        Some(period) if wrong.is_empty() => Ok(Wanted { period, late_days, due_days }),
        Some(_period) => Err(wrong),
        None => {
            wrong.insert(0, ("period", "Choose weeks or months".to_owned()));
            Err(wrong)
        }
    }
}

/// The rules without those that have not begun: what a new one follows on.
fn begun(calendar: &Calendar, today: Date) -> Calendar {
    Calendar::new(calendar.rules().iter().filter(|rule| rule.starts_on <= today).copied().collect())
}

/// On which day each kind of rule would begin that is set on `today`.
pub fn starts(calendar: &Calendar, today: Date) -> [(PeriodKind, Date); 2] {
    let begun = begun(calendar, today);
    [PeriodKind::Week, PeriodKind::Month].map(|kind| (kind, begun.next_start(kind, today)))
}

/// The rules, for whoever may change them.
///
/// # Errors
/// [`TimesheetError::Authz`].
pub async fn read(db: &Db, caller: &Caller) -> Result<Calendar, TimesheetError> {
    db.read(caller, |tx| {
        authz::require::<ConfigureHours>(tx, ())?;
        Ok(store::calendar(tx)?)
    })
    .await
}

/// Sets a rule; one that has not begun makes way for it. The day on which it begins, or `None` when it says what counts
/// already.
///
/// # Errors
/// [`TimesheetError::Authz`], [`TimesheetError::Db`].
pub async fn change(db: &Db, caller: &Caller, wanted: Wanted, now: Timestamp) -> Result<Option<Date>, TimesheetError> {
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<ConfigureHours>(tx, ())?;
        let calendar = store::calendar(tx)?;
        let now_counts = begun(&calendar, today);
        let before = now_counts.rules().last().copied();
        let Wanted { period, late_days, due_days } = wanted;
        let planned = store::remove_planned(tx, &may, today)?;
        if before.is_some_and(|rule| (rule.period, rule.late_days, rule.due_days) == (period, late_days, due_days)) {
            if planned > 0 {
                let entry = Entry::new("timesheet.configure").on("organisation", tx.caller().organisation());
                audit::record(tx, now, entry.noting("planned_rules_removed", i64::try_from(planned).unwrap_or(0)))?;
            }
            return Ok(None);
        }
        let rule = Rule { starts_on: now_counts.next_start(period, today), period, late_days, due_days };
        store::insert(tx, &may, &rule, now)?;
        let entry = Entry::new("timesheet.configure").on("organisation", tx.caller().organisation()).changed([
            STARTS_ON.change(before.map(|rule| rule.starts_on.to_string()), rule.starts_on.to_string()),
            PERIOD.change(before.map(|rule| rule.period.as_str()), period.as_str()),
            LATE_DAYS.change(before.map(|rule| rule.late_days), late_days),
            DUE_DAYS.change(before.map(|rule| rule.due_days), due_days),
        ]);
        audit::record(tx, now, entry)?;
        Ok(Some(rule.starts_on))
    })
    .await
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn everything_typed_is_checked_at_its_field() {
        let wanted = check("week", " 7 ", "0").expect("right");
        assert_eq!((wanted.period, wanted.late_days, wanted.due_days), (PeriodKind::Week, 7, 0));
        let fields =
            |wrong: Vec<(&'static str, String)>| wrong.into_iter().map(|(field, _text)| field).collect::<Vec<_>>();
        assert_eq!(fields(check("", "91", "-1").expect_err("wrong")), ["period", "late_days", "due_days"]);
        assert_eq!(fields(check("month", "x", "3").expect_err("wrong")), ["late_days"]);
    }

    #[test]
    fn what_is_planned_and_has_not_begun_is_not_followed_on() {
        let rule = |starts_on, period| Rule { starts_on, period, late_days: 7, due_days: 3 };
        let planned =
            Calendar::new(vec![rule(date(2026, 11, 2), PeriodKind::Week), rule(date(2027, 1, 1), PeriodKind::Month)]);
        let starts = starts(&planned, date(2026, 12, 30));
        assert_eq!(starts, [(PeriodKind::Week, date(2027, 1, 4)), (PeriodKind::Month, date(2027, 2, 1))]);
    }
}
