//! Another employment, as people type it.

use jiff::civil::Time;
use serde::Deserialize;

use super::{day, line, or};
use crate::duties::rules::parse_time;
use crate::views::FormErrors;
use crate::working_time::record::{Hours, JobDraft, JobKind, Week};

/// Another employment as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedJob {
    /// Makes sending it twice harmless.
    pub key: String,
    /// `primary` or `secondary`.
    pub kind: String,
    /// What they call it.
    pub employer: String,
    /// `yes` when ticked.
    pub drives: String,
    /// The first day.
    pub from_on: String,
    /// The last day, if it has one.
    pub to_on: String,
    /// When work begins on Monday.
    pub mon_start: String,
    /// When it ends.
    pub mon_end: String,
    /// Tuesday.
    pub tue_start: String,
    /// Tuesday.
    pub tue_end: String,
    /// Wednesday.
    pub wed_start: String,
    /// Wednesday.
    pub wed_end: String,
    /// Thursday.
    pub thu_start: String,
    /// Thursday.
    pub thu_end: String,
    /// Friday.
    pub fri_start: String,
    /// Friday.
    pub fri_end: String,
    /// Saturday.
    pub sat_start: String,
    /// Saturday.
    pub sat_end: String,
    /// Sunday.
    pub sun_start: String,
    /// Sunday.
    pub sun_end: String,
}

/// The weekdays: the beginning of the fields' names, and what people read.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

impl TypedJob {
    /// The times that were typed, from Monday.
    pub fn times(&self) -> [(&str, &str); 7] {
        [
            (&self.mon_start, &self.mon_end),
            (&self.tue_start, &self.tue_end),
            (&self.wed_start, &self.wed_end),
            (&self.thu_start, &self.thu_end),
            (&self.fri_start, &self.fri_end),
            (&self.sat_start, &self.sat_end),
            (&self.sun_start, &self.sun_end),
        ]
    }
}

/// Checks another employment.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_job(typed: &TypedJob) -> Result<JobDraft, FormErrors> {
    let mut errors = FormErrors::new();
    let kind = JobKind::parse(&typed.kind);
    if kind.is_none() {
        errors.add("kind", "Choose whether it is your main job");
    }
    let employer = line(&typed.employer, 80, "employer", &mut errors);
    let from_on = day(&typed.from_on, "from_on", &mut errors);
    if from_on.is_none() {
        errors.add("from_on", "Enter the first day on which this holds");
    }
    let to_on = day(&typed.to_on, "to_on", &mut errors);
    if from_on.zip(to_on).is_some_and(|(from, to)| to < from) {
        errors.add("to_on", "The last day must not be before the first");
    }
    let mut week = Week::default();
    for (((start, end), (field, name)), hours) in typed.times().into_iter().zip(WEEKDAYS).zip(week.0.iter_mut()) {
        *hours = times(start, end, &format!("{field}_start"), name, &mut errors);
    }
    if week.minutes() == 0 && errors.is_empty() {
        errors.add("mon_start", "Enter the times of one weekday at least");
    }
    let draft = kind.zip(from_on).map(|(kind, from_on)| JobDraft {
        kind,
        employer,
        drives: typed.drives == "yes",
        week,
        from_on,
        to_on,
    });
    or(errors, draft)
}

/// The hours of a weekday. An end at or before the start is on the next day.
fn times(start: &str, end: &str, field: &str, name: &str, errors: &mut FormErrors) -> Option<Hours> {
    if start.trim().is_empty() && end.trim().is_empty() {
        return None;
    }
    let Some((from, until)) = parse_time(start).zip(parse_time(end)) else {
        errors.add(field, format!("Enter when work begins and ends on {name}, like 09:00 and 17:00"));
        return None;
    };
    let minutes = |time: Time| u16::try_from(i16::from(time.hour()) * 60 + i16::from(time.minute())).unwrap_or(0);
    let (from, until) = (minutes(from), minutes(until));
    let lasts = if until > from { until - from } else { until + 24 * 60 - from };
    Some((from, lasts))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{text, wrong};
    use super::*;

    #[test]
    fn a_weekday_may_end_on_the_next_day() {
        let typed = TypedJob {
            kind: text("primary"),
            from_on: text("2026-01-05"),
            mon_start: text("22:00"),
            mon_end: text("06:00"),
            tue_start: text("09:00"),
            tue_end: text("17:30"),
            ..TypedJob::default()
        };
        let week = check_job(&typed).expect("a job").week;
        assert_eq!((week.0[0], week.0[1], week.minutes()), (Some((1320, 480)), Some((540, 510)), 990));
        assert_eq!(wrong(check_job(&TypedJob { tue_end: text(""), ..typed.clone() })), ["tue_start"]);
        assert_eq!(wrong(check_job(&TypedJob { to_on: text("2026-01-04"), ..typed })), ["to_on"]);
        assert_eq!(wrong(check_job(&TypedJob::default())), ["kind", "from_on"]);
    }
}
