//! What people type: pure rules from text to a contract group, terms, a declaration or a duty that is planned, or to what
//! is wrong with each field. Knows no database and no page.

mod job;

use jiff::civil::{Date, Time, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;

pub use self::job::{TypedJob, WEEKDAYS, check_job};
use super::record::{Action, Belonging, GroupDraft, STANDBY, WEEKLY_REST, value_of};
use crate::duties::rules::{parse_date, parse_time};
use crate::kernel::civil::{self, Instant};
use crate::kernel::ids::ContractGroupId;
use crate::views::FormErrors;

/// The first day that is taken for one: before it, a year was mistyped.
const EARLIEST: Date = date(1950, 1, 1);

/// The last day that is taken for one.
const LATEST: Date = date(2100, 12, 31);

/// A contract group as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedGroup {
    /// On which revision the form was opened.
    pub revision: String,
    /// What it is called.
    pub name: String,
    /// `17`, `26` or `52`.
    pub reference_weeks: String,
    /// `rolling` or `fixed`.
    pub period: String,
    /// A day on which a fixed period begins.
    pub anchor_on: String,
    /// `yes` or `no`.
    pub civil_protection: String,
    /// One of [`STANDBY`].
    pub standby: String,
    /// One of [`WEEKLY_REST`].
    pub weekly_rest: String,
    /// `yes` when ticked.
    pub breaks_count: String,
    /// `yes` when ticked.
    pub special_hazards: String,
    /// Days.
    pub notice_days: String,
    /// One of [`Action`].
    pub action: String,
    /// `yes` when ticked.
    pub for_all: String,
}

/// Checks a contract group.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_group(typed: &TypedGroup) -> Result<GroupDraft, FormErrors> {
    let mut errors = FormErrors::new();
    let name = line(&typed.name, 80, "name", &mut errors);
    if name.is_none() {
        errors.add("name", "Say what it is called, like \u{201c}Wholetime, 2-2-4\u{201d}");
    }
    let weeks: Option<i16> = typed.reference_weeks.parse().ok().filter(|weeks| [17, 26, 52].contains(weeks));
    if weeks.is_none() {
        errors.add("reference_weeks", "Choose how long the reference period is");
    }
    let anchor_on = match typed.period.as_str() {
        "rolling" => None,
        "fixed" => {
            let anchor = day(&typed.anchor_on, "anchor_on", &mut errors);
            if anchor.is_none() {
                errors.add("anchor_on", "Enter a day on which a reference period begins");
            }
            anchor
        }
        _ => {
            errors.add("period", "Choose whether the reference period rolls or is fixed");
            None
        }
    };
    let civil_protection = match typed.civil_protection.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            errors.add("civil_protection", "Choose whether regulation 21 holds");
            None
        }
    };
    let standby = value_of(&STANDBY, &typed.standby);
    if standby.is_none() {
        errors.add("standby", "Choose what of on-call counts");
    }
    let weekly_rest = value_of(&WEEKLY_REST, &typed.weekly_rest);
    if weekly_rest.is_none() {
        errors.add("weekly_rest", "Choose how the weekly rest is given");
    }
    let notice_days: Option<i16> = typed.notice_days.trim().parse().ok().filter(|days| (7..=92).contains(days));
    if notice_days.is_none() {
        errors.add("notice_days", "Enter a number of days from 7 to 92: the law allows three months at most");
    }
    let action = Action::parse(&typed.action);
    if action.is_none() {
        errors.add("action", "Choose what happens when a duty would break a limit or a rest");
    }
    let words = name.zip(weeks).zip(civil_protection).zip(standby.zip(weekly_rest)).zip(notice_days.zip(action));
    let draft = words.map(|((((name, reference_weeks), civil_protection), (standby, weekly_rest)), (days, action))| {
        GroupDraft {
            name,
            reference_weeks,
            anchor_on,
            civil_protection,
            standby,
            weekly_rest,
            breaks_count: typed.breaks_count == "yes",
            special_hazards: typed.special_hazards == "yes",
            notice_days: days,
            action,
            for_all: typed.for_all == "yes",
        }
    });
    or(errors, draft)
}

/// To which group people belong, as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedTerms {
    /// A unit with all below it, by its id; or
    pub unit: String,
    /// one person by their employee number.
    pub number: String,
    /// The group, where it is chosen.
    pub group: String,
    /// From which day.
    pub from_on: String,
    /// The first day of the employment.
    pub employed_on: String,
    /// The last day before they become 18.
    pub young_until: String,
}

/// Checks a line of terms.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_terms(typed: &TypedTerms, group: Option<ContractGroupId>, today: Date) -> Result<Belonging, FormErrors> {
    let mut errors = FormErrors::new();
    if group.is_none() {
        errors.add("group", "Choose a contract group");
    }
    let from_on = day(&typed.from_on, "from_on", &mut errors);
    if from_on.is_none() {
        errors.add("from_on", "Enter the day from which they belong to it");
    }
    let employed_on = day(&typed.employed_on, "employed_on", &mut errors);
    match (employed_on, from_on) {
        (None, _) => errors.add("employed_on", "Enter the first day of the employment"),
        (Some(first), Some(from)) if first > from => {
            errors.add("employed_on", "The employment must begin on the day from which they belong to it, or before");
        }
        (Some(_), _) => {}
    }
    let young_until = day(&typed.young_until, "young_until", &mut errors);
    let furthest = today.checked_add(4.years()).unwrap_or(LATEST);
    if young_until.is_some_and(|last| last > furthest) {
        errors.add("young_until", "That is more than four years away. Check the year");
    }
    let line = group.zip(from_on).zip(employed_on).map(|((group, from_on), employed_on)| Belonging {
        from_on,
        group,
        employed_on,
        young_until,
    });
    or(errors, line)
}

/// A duty that somebody plans, as they typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedPlan {
    /// The day on which it begins.
    pub date: String,
    /// When it begins.
    pub start: String,
    /// When it ends; at or before the start it is on the next day.
    pub end: String,
    /// What it counts as.
    pub counts_as: String,
}

/// Checks the times of a planned duty.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_plan(typed: &TypedPlan, today: Date) -> Result<(Timestamp, Timestamp), FormErrors> {
    let mut errors = FormErrors::new();
    let on = day(&typed.date, "date", &mut errors);
    let (first, last) =
        (today.checked_sub(365.days()).unwrap_or(today), today.checked_add(365.days()).unwrap_or(today));
    match on {
        None => errors.add("date", "Enter the day on which it begins"),
        Some(on) if on < first || on > last => errors.add("date", "Enter a day of the last or the next year"),
        Some(_) => {}
    }
    let (start, end) = (parse_time(&typed.start), parse_time(&typed.end));
    for (time, field) in [(start, "start"), (end, "end")] {
        if time.is_none() {
            errors.add(field, "Enter a time, like 19:00");
        }
    }
    let span = on.zip(start.zip(end)).and_then(|(on, (start, end))| {
        let until = if end > start { on } else { on.tomorrow().ok()? };
        Some((at(on, start)?, at(until, end)?))
    });
    if span.is_none() && errors.is_empty() {
        errors.add("start", "The clocks skip that time. Enter the time after it");
    }
    or(errors, span.filter(|(start, end)| end.duration_since(*start) > SignedDuration::ZERO))
}

fn at(day: Date, time: Time) -> Option<Timestamp> {
    match civil::instant(day.to_datetime(time)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    }
}

/// A day that was typed; nothing typed is no day.
pub fn day(text: &str, field: &str, errors: &mut FormErrors) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let found = parse_date(text).filter(|day| (EARLIEST..=LATEST).contains(day));
    if found.is_none() {
        errors.add(field, "Enter a day like 22/11/2026");
    }
    found
}

/// One line of text; nothing typed is nothing.
fn line(text: &str, most: usize, field: &str, errors: &mut FormErrors) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > most {
        errors.add(field, format!("Use {most} characters at most"));
    } else if text.chars().any(char::is_control) {
        errors.add(field, "Use one line of plain text");
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn or<T>(errors: FormErrors, draft: Option<T>) -> Result<T, FormErrors> {
    match draft {
        Some(draft) if errors.is_empty() => Ok(draft),
        Some(_) | None => Err(errors),
    }
}

#[cfg(test)]
mod testing {
    use crate::views::FormErrors;

    pub(super) fn wrong<T: std::fmt::Debug>(outcome: Result<T, FormErrors>) -> Vec<String> {
        let errors = outcome.expect_err("refused");
        errors.as_slice().iter().map(|error| error.field.clone()).collect()
    }

    pub(super) fn text(text: &str) -> String {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{text, wrong};
    use super::*;

    #[test]
    fn everything_wrong_with_a_group_is_said_at_once() {
        let all = [
            "name",
            "reference_weeks",
            "period",
            "civil_protection",
            "standby",
            "weekly_rest",
            "notice_days",
            "action",
        ];
        assert_eq!(wrong(check_group(&TypedGroup::default())), all);
        let good = TypedGroup {
            name: text("Wholetime"),
            reference_weeks: text("26"),
            period: text("fixed"),
            anchor_on: text("2026-01-05"),
            civil_protection: text("yes"),
            standby: text("turnout-only"),
            weekly_rest: text("weekly"),
            notice_days: text("92"),
            action: text("block"),
            ..TypedGroup::default()
        };
        let draft = check_group(&good).expect("a group");
        assert_eq!((draft.reference_weeks, draft.anchor_on, draft.action), (26, Some(date(2026, 1, 5)), Action::Block));
        assert_eq!(wrong(check_group(&TypedGroup { anchor_on: text(""), ..good.clone() })), ["anchor_on"]);
        assert_eq!(wrong(check_group(&TypedGroup { notice_days: text("93"), ..good })), ["notice_days"]);
    }

    #[test]
    fn terms_begin_with_the_employment() {
        let group = Some(ContractGroupId::NIL);
        let typed =
            TypedTerms { from_on: text("2026-02-01"), employed_on: text("2026-01-01"), ..TypedTerms::default() };
        let today = date(2026, 11, 23);
        assert!(check_terms(&typed, group, today).is_ok());
        assert_eq!(wrong(check_terms(&typed, None, today)), ["group"]);
        let late = TypedTerms { employed_on: text("2026-02-02"), ..typed.clone() };
        assert_eq!(wrong(check_terms(&late, group, today)), ["employed_on"]);
        let old = TypedTerms { young_until: text("2036-02-02"), ..typed };
        assert_eq!(wrong(check_terms(&old, group, today)), ["young_until"]);
    }

    #[test]
    fn a_plan_over_midnight_ends_on_the_next_day() {
        let typed =
            TypedPlan { date: text("2026-11-24"), start: text("19:00"), end: text("07:00"), counts_as: text("shift") };
        let (from, until) = check_plan(&typed, date(2026, 11, 23)).expect("a plan");
        assert_eq!(until.duration_since(from), SignedDuration::from_hours(12));
        assert_eq!(wrong(check_plan(&TypedPlan::default(), date(2026, 11, 23))), ["date", "start", "end"]);
        // On 28 March 2027 the clocks go from 01:00 to 02:00.
        let skipped = TypedPlan { date: text("2027-03-28"), start: text("01:30"), ..typed };
        assert_eq!(wrong(check_plan(&skipped, date(2026, 11, 23))), ["start"]);
    }
}
