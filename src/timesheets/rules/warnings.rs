//! What is worth a second look before hours are approved: duties at the same time, work without an end, entries that came
//! late, what changed after it was submitted, and a sum that is far from the usual one. Nothing here forbids anything.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::super::model::{Line, Snapshot};
use super::counted;
use super::period::Period;
use crate::duties::rules::is_late;
use crate::kernel::civil;
use crate::kernel::ids::DutyId;
use crate::views::format;

/// Work without a gap of this length is one stretch: it takes a shift that is handed over, or travelling, to be less.
const GAP: SignedDuration = SignedDuration::from_mins(60);

/// A stretch longer than this is said: no duty lasts longer, and no rota has one.
const LONG: SignedDuration = SignedDuration::from_hours(24);

/// What is worth saying of one duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It was logged later than the organisation's days after its end.
    Late,
    /// It was not there when the hours were submitted.
    Added,
    /// It said something else when the hours were submitted.
    Changed,
    /// It is at the same time as another one.
    Overlaps,
}

impl Mark {
    /// In words, with the colour of its tag.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Late => ("Late entry", "govuk-tag--yellow"),
            Self::Added => ("Added after submission", "govuk-tag--orange"),
            Self::Changed => ("Changed after submission", "govuk-tag--orange"),
            Self::Overlaps => ("At the same time as another", "govuk-tag--yellow"),
        }
    }
}

/// What is worth saying of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Marks of each duty, in the order of the lines.
    pub marks: Vec<BTreeSet<Mark>>,
    /// Sentences without a full stop, the weightiest first.
    pub warnings: Vec<String>,
    /// Days of the period on which no duty started: a fact, not a fault.
    pub idle: Vec<Date>,
}

/// What there is to compare a sheet with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside<'a> {
    /// What it held when it was submitted; `None` when it was not.
    pub snapshot: Option<&'a Snapshot>,
    /// A duty logged more days than that after its end is late.
    pub late_days: i32,
    /// What the last four approved sheets came to on average, in minutes, when there are four.
    pub usual: Option<i32>,
    /// The day, in the United Kingdom.
    pub today: Date,
}

/// Looks at the duties of a period, given in the order in which they began.
pub fn look(period: Period, lines: &[Line], beside: Beside<'_>) -> Findings {
    let mut marks: Vec<BTreeSet<Mark>> = lines.iter().map(|line| marks_of(line, beside)).collect();
    let overlapping = mark_overlaps(lines, &mut marks);
    let count = |mark: Mark| i64::try_from(marks.iter().filter(|marks| marks.contains(&mark)).count()).unwrap_or(0);
    let mut warnings = Vec::new();
    let mut say = |count: i64, one: &str, many: &str| {
        if count > 0 {
            warnings.push(format!("{} {}", format::number(count), if count == 1 { one } else { many }));
        }
    };
    say(count(Mark::Added), "duty was added after submission", "duties were added after submission");
    say(count(Mark::Changed), "duty was changed after submission", "duties were changed after submission");
    say(removed(lines, beside.snapshot), "duty was removed after submission", "duties were removed after submission");
    say(overlapping, "duty is at the same time as another", "duties are at the same time as others");
    say(count(Mark::Late), "duty was logged late", "duties were logged late");
    if let Some(stretch) = longest_stretch(lines).filter(|stretch| *stretch > LONG) {
        warnings.push(format!("{} on duty without an hour between", format::minutes(stretch.as_mins())));
    }
    if lines.is_empty() {
        warnings.push("No duty in this period".to_owned());
    }
    warnings.extend(far_from_usual(lines, beside.usual));
    // On its last day a duty may still begin.
    if beside.today <= period.to {
        warnings.push(format!("The period ends on {}", format::long_date(period.to)));
    }
    Findings { marks, warnings, idle: idle(period, lines) }
}

fn marks_of(line: &Line, beside: Beside<'_>) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    if is_late(&line.source, line.ended_at, line.created_at, beside.late_days) {
        marks.insert(Mark::Late);
    }
    if let Some(Snapshot(held)) = beside.snapshot {
        match held.get(&line.duty) {
            None => marks.insert(Mark::Added),
            Some(revision) if *revision != line.revision => marks.insert(Mark::Changed),
            Some(_same) => false,
        };
    }
    marks
}

/// Marks the duties that overlap another one; how many there are.
fn mark_overlaps(lines: &[Line], marks: &mut [BTreeSet<Mark>]) -> i64 {
    let mut found = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        for (other, later) in lines.iter().enumerate().skip(at + 1) {
            if later.started_at >= line.ended_at {
                break;
            }
            found.extend([at, other]);
        }
    }
    for at in &found {
        if let Some(marks) = marks.get_mut(*at) {
            marks.insert(Mark::Overlaps);
        }
    }
    i64::try_from(found.len()).unwrap_or(0)
}

fn removed(lines: &[Line], snapshot: Option<&Snapshot>) -> i64 {
    let there: BTreeSet<DutyId> = lines.iter().map(|line| line.duty).collect();
    let gone = snapshot.map_or(0, |Snapshot(held)| held.keys().filter(|duty| !there.contains(duty)).count());
    i64::try_from(gone).unwrap_or(0)
}

/// The longest time from the start of a duty to the end of the last one that follows without a gap.
fn longest_stretch(lines: &[Line]) -> Option<SignedDuration> {
    let first = lines.first()?;
    let (mut start, mut end) = (first.started_at, first.ended_at);
    let mut longest = end.duration_since(start);
    for line in lines {
        if line.started_at.duration_since(end) >= GAP {
            (start, end) = (line.started_at, line.ended_at);
        }
        end = end.max(line.ended_at);
        longest = longest.max(end.duration_since(start));
    }
    Some(longest)
}

/// Half as much again as usual, or half of it: what a slip of the keyboard or a forgotten week looks like.
fn far_from_usual(lines: &[Line], usual: Option<i32>) -> Option<String> {
    let usual = i64::from(usual.filter(|usual| *usual > 0)?);
    let minutes = i64::from(counted(lines).0);
    let word = match minutes {
        minutes if minutes * 2 > usual * 3 => "more",
        minutes if minutes * 2 < usual && !lines.is_empty() => "less",
        _ => return None,
    };
    Some(format!("Far {word} than usual: the last four came to {} on average", format::minutes(usual)))
}

fn idle(period: Period, lines: &[Line]) -> Vec<Date> {
    let worked: BTreeSet<Date> = lines.iter().map(|line| civil::local(line.started_at).date()).collect();
    let days = period.from.series(1.day()).take_while(|day| *day <= period.to);
    days.filter(|day| !worked.contains(day)).collect()
}

#[cfg(test)]
pub(in crate::timesheets) mod samples {
    use super::*;
    use crate::duties::model::KindPath;
    use crate::kernel::ids::{DutyKindId, UnitId};

    /// A duty of the 16th of November 2026 or so, logged as it ended.
    pub(in crate::timesheets) fn line(number: u128, start: &str, end: &str) -> Line {
        let (started_at, ended_at): (jiff::Timestamp, jiff::Timestamp) =
            (start.parse().expect("a time"), end.parse().expect("a time"));
        let worked = ended_at.duration_since(started_at).as_mins();
        Line {
            duty: DutyId(uuid::Uuid::from_u128(number)),
            unit: UnitId(uuid::Uuid::from_u128(4)),
            started_at,
            ended_at,
            break_minutes: 0,
            worked_minutes: i32::try_from(worked).expect("minutes"),
            kind: KindPath { type_id: DutyKindId(uuid::Uuid::from_u128(1)), category: None, subcategory: None },
            source: "manual".to_owned(),
            revision: 1,
            created_at: ended_at,
            counted_minutes: i32::try_from(worked).expect("minutes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::samples::line;
    use super::*;

    const WEEK: Period = Period { from: date(2026, 11, 16), to: date(2026, 11, 22) };

    fn beside(snapshot: Option<&Snapshot>) -> Beside<'_> {
        Beside { snapshot, late_days: 7, usual: None, today: date(2026, 11, 23) }
    }

    #[test]
    fn a_plain_week_has_nothing_to_say_but_its_free_days() {
        let lines = [
            line(1, "2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z"),
            line(2, "2026-11-17T09:00:00Z", "2026-11-17T18:00:00Z"),
        ];
        let found = look(WEEK, &lines, beside(None));
        assert_eq!(found.warnings, Vec::<String>::new());
        assert!(found.marks.iter().all(BTreeSet::is_empty));
        assert_eq!(found.idle, [18, 19, 20, 21, 22].map(|day| date(2026, 11, day)));
    }

    #[test]
    fn overlaps_are_counted_by_duty_and_what_only_touches_is_none() {
        let lines = [
            line(1, "2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z"),
            line(2, "2026-11-16T12:00:00Z", "2026-11-16T13:00:00Z"),
            line(3, "2026-11-16T14:00:00Z", "2026-11-16T15:00:00Z"),
            line(4, "2026-11-16T18:00:00Z", "2026-11-16T19:00:00Z"),
        ];
        let found = look(WEEK, &lines, beside(None));
        assert_eq!(found.warnings, ["3 duties are at the same time as others"]);
        assert!(found.marks[0].contains(&Mark::Overlaps) && found.marks[3].is_empty());
    }

    #[test]
    fn what_changed_after_submission_is_told_apart() {
        let mut lines = vec![
            line(1, "2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z"),
            line(2, "2026-11-17T09:00:00Z", "2026-11-17T18:00:00Z"),
        ];
        lines[1].revision = 2;
        let id = |n| DutyId(uuid::Uuid::from_u128(n));
        let held = Snapshot([(id(2), 1), (id(3), 1)].into());
        let found = look(WEEK, &lines, beside(Some(&held)));
        assert_eq!(
            found.warnings,
            [
                "1 duty was added after submission",
                "1 duty was changed after submission",
                "1 duty was removed after submission"
            ]
        );
        assert_eq!(found.marks, [BTreeSet::from([Mark::Added]), BTreeSet::from([Mark::Changed])]);
    }

    #[test]
    fn late_is_counted_from_the_end_of_the_duty_and_imports_never_are() {
        let mut lines = vec![line(1, "2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z")];
        lines[0].created_at = "2026-11-23T18:00:00Z".parse().expect("a time");
        assert_eq!(look(WEEK, &lines, beside(None)).warnings, Vec::<String>::new());
        lines[0].created_at = "2026-11-23T18:00:01Z".parse().expect("a time");
        assert_eq!(look(WEEK, &lines, beside(None)).warnings, ["1 duty was logged late"]);
        lines[0].source = "import".to_owned();
        assert_eq!(look(WEEK, &lines, beside(None)).warnings, Vec::<String>::new());
    }

    #[test]
    fn more_than_a_day_on_duty_without_an_hour_between_is_said() {
        let lines = [
            line(1, "2026-11-16T09:00:00Z", "2026-11-17T09:00:00Z"),
            line(2, "2026-11-17T09:59:00Z", "2026-11-17T12:00:00Z"),
        ];
        assert_eq!(look(WEEK, &lines, beside(None)).warnings, ["27 h on duty without an hour between"]);
        let apart = [lines[0].clone(), line(2, "2026-11-17T10:00:00Z", "2026-11-17T12:00:00Z")];
        assert_eq!(look(WEEK, &apart, beside(None)).warnings, Vec::<String>::new());
    }

    #[test]
    fn nothing_far_more_and_far_less_than_usual_are_said() {
        let lines = [line(1, "2026-11-16T09:00:00Z", "2026-11-16T19:00:00Z")];
        let with = |usual| look(WEEK, &lines, Beside { usual: Some(usual), ..beside(None) }).warnings;
        assert_eq!(with(400), Vec::<String>::new());
        assert_eq!(with(399), ["Far more than usual: the last four came to 6 h 39 min on average"]);
        assert_eq!(with(1_201), ["Far less than usual: the last four came to 20 h 1 min on average"]);
        assert_eq!(with(0), Vec::<String>::new());
        assert_eq!(look(WEEK, &[], beside(None)).warnings, ["No duty in this period"]);
        let early = Beside { today: date(2026, 11, 20), ..beside(None) };
        assert_eq!(look(WEEK, &lines, early).warnings, ["The period ends on Sunday 22 November 2026"]);
    }
}
