//! From what is on record to what the engine is told of a person. Pure.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Span as Length, Timestamp};

use super::calendar::{days_between, later};
use super::mapping::Mapping;
use super::model::{Absence, Breaks, OptOut, Person, Source, Work, WorkId};
use super::record::{Belonging, DutyHours, Group, JobKind, OptOutRow, OtherJob, Week};
use crate::kernel::civil::{self, Instant};
use crate::kernel::ids::ContractGroupId;

/// Everything on record of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnRecord {
    /// To which groups they belong, in any order.
    pub belongings: Vec<Belonging>,
    /// Their opt-outs.
    pub opt_outs: Vec<OptOutRow>,
    /// Their other jobs.
    pub jobs: Vec<OtherJob>,
    /// Their absences.
    pub absences: Vec<Absence>,
    /// Their duties.
    pub duties: Vec<DutyHours>,
}

/// The days on which work is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

/// The group that holds for somebody on a day: theirs, or the one for all.
pub fn group_on<'g>(groups: &'g [Group], belongings: &[Belonging], day: Date) -> Option<&'g Group> {
    let theirs = belongings.iter().filter(|one| one.from_on <= day).max_by_key(|one| one.from_on);
    let theirs = theirs.or_else(|| belongings.iter().min_by_key(|one| one.from_on));
    theirs.and_then(|one| find(groups, one.group)).or_else(|| groups.iter().find(|group| group.draft.for_all))
}

fn find(groups: &[Group], id: ContractGroupId) -> Option<&Group> {
    groups.iter().find(|group| group.id == id)
}

/// The person as the engine takes them; `None` when no group holds for them, so that nobody knows which rules do.
///
/// Of whoever has the group for all and nothing else, nobody said since when they are employed: since the fortnight of
/// their first duty within `days`. The work of other jobs is laid out day by day, without days of leave there.
pub fn person(record: &OnRecord, groups: &[Group], mapping: &Mapping, days: Days) -> Option<Person> {
    let latest = record.belongings.iter().max_by_key(|one| one.from_on);
    let mut terms: Vec<_> = record
        .belongings
        .iter()
        .filter_map(|one| find(groups, one.group).map(|group| group.terms(one.from_on)))
        .collect();
    if terms.is_empty() {
        terms.push(group_on(groups, &[], days.last)?.terms(days.first));
    }
    let mut work: Vec<Work> = record.duties.iter().filter_map(|duty| of_duty(duty, mapping)).collect();
    for job in &record.jobs {
        of_job(job, days, &mut work);
    }
    Some(Person {
        started_on: latest.map_or_else(|| first_fortnight(record, days), |one| one.employed_on),
        adult_from: latest.and_then(|one| one.young_until).and_then(|last| last.tomorrow().ok()),
        terms,
        opt_outs: record.opt_outs.iter().map(|one| OptOut { first: one.from_on, last: one.last_on }).collect(),
        absences: record.absences.clone(),
        work,
    })
}

/// A Monday on which a fortnight begins; all are counted from it, so that they stay where they are.
const A_MONDAY: Date = jiff::civil::date(2024, 1, 1);

fn first_fortnight(record: &OnRecord, days: Days) -> Date {
    let first = record.duties.iter().map(|duty| duty.started_at).min();
    let first = first.map_or(days.first, |at| civil::local(at).date());
    let into = days_between(A_MONDAY, first).rem_euclid(14);
    later(first, into.saturating_neg()).unwrap_or(first)
}

fn of_duty(duty: &DutyHours, mapping: &Mapping) -> Option<Work> {
    let source = mapping.of(duty.kind).source()?;
    let breaks = match u32::try_from(duty.break_minutes) {
        Ok(minutes) if minutes > 0 => Breaks::Minutes(minutes),
        Ok(_) | Err(_) => Breaks::None,
    };
    Some(Work { id: WorkId(duty.id.0), source, started_at: duty.started_at, ended_at: Some(duty.ended_at), breaks })
}

/// The days of another job, by its weekly pattern.
fn of_job(job: &OtherJob, days: Days, work: &mut Vec<Work>) {
    let source = match job.draft.kind {
        JobKind::Primary => Source::PrimaryEmployment,
        JobKind::Secondary => Source::SecondaryEmployment,
    };
    let first = job.draft.from_on.max(days.first);
    let last = job.draft.to_on.map_or(days.last, |last| last.min(days.last));
    for day in first.series(Length::new().days(1)).take_while(|day| *day <= last) {
        if let Some((started_at, ended_at)) = hours_on(&job.draft.week, day) {
            work.push(Work {
                id: WorkId(job.id.0),
                source,
                started_at,
                ended_at: Some(ended_at),
                breaks: Breaks::None,
            });
        }
    }
}

/// When a weekly pattern has work on a day. A start that the clocks skip is an hour later.
pub fn hours_on(week: &Week, day: Date) -> Option<(Timestamp, Timestamp)> {
    let number = usize::try_from(day.weekday().to_monday_zero_offset()).ok()?;
    let (starts, lasts) = week.0.get(number).copied().flatten()?;
    let time = Time::new(i8::try_from(starts / 60).ok()?, i8::try_from(starts % 60).ok()?, 0, 0).ok()?;
    let started_at = match civil::instant(day.to_datetime(time)) {
        Instant::One(at) | Instant::Twice(at, _) => at,
        Instant::Never => day.to_datetime(time).to_zoned(civil::zone()).ok()?.timestamp(),
    };
    let ended_at = started_at.checked_add(SignedDuration::from_mins(lasts.into())).ok()?;
    (lasts > 0).then_some((started_at, ended_at))
}

/// Whether a piece of work is one of these duties, and so has a page.
pub fn is_duty(record: &OnRecord, work: WorkId) -> bool {
    record.duties.iter().any(|duty| duty.id.0 == work.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::ids::{DutyId, DutyKindId, OtherEmploymentId, PersonId};
    use crate::working_time::model::{StandbyRule, WeeklyRestRule};
    use crate::working_time::record::{Action, GroupDraft, JobDraft};

    pub(crate) fn group(number: u128, for_all: bool) -> Group {
        Group {
            id: ContractGroupId(Uuid::from_u128(number)),
            draft: GroupDraft {
                name: "Wholetime".to_owned(),
                reference_weeks: 26,
                anchor_on: None,
                civil_protection: true,
                standby: StandbyRule::TurnoutOnly,
                weekly_rest: WeeklyRestRule::TwiceInFourteenDays,
                breaks_count: false,
                special_hazards: false,
                notice_days: 7,
                action: Action::Warn,
                for_all,
            },
            retired: false,
            revision: 1,
        }
    }

    fn days() -> Days {
        Days { first: date(2026, 3, 23), last: date(2026, 4, 5) }
    }

    #[test]
    fn whoever_has_no_group_has_the_one_for_all_or_no_figures() {
        let nothing = OnRecord::default();
        assert_eq!(person(&nothing, &[group(1, false)], &Mapping::default(), days()), None);
        let found = person(&nothing, &[group(1, false), group(2, true)], &Mapping::default(), days());
        // 23 March 2026 is the first day of a fortnight that is counted from 1 January 2024.
        assert_eq!(found.map(|person| (person.started_on, person.terms.len())), Some((date(2026, 3, 23), 1)));
    }

    #[test]
    fn the_latest_line_says_since_when_somebody_is_employed() {
        let line = |from_on, group, employed_on| Belonging {
            from_on,
            group: ContractGroupId(Uuid::from_u128(group)),
            employed_on,
            young_until: Some(date(2026, 4, 1)),
        };
        let groups = [group(1, false), group(2, false)];
        let lines = vec![line(date(2026, 3, 1), 2, date(2020, 1, 6)), line(date(2020, 1, 1), 1, date(2020, 1, 1))];
        assert_eq!(group_on(&groups, &lines, date(2026, 2, 28)).map(|g| g.id), Some(groups[0].id));
        assert_eq!(group_on(&groups, &lines, date(2026, 3, 1)).map(|g| g.id), Some(groups[1].id));
        assert_eq!(group_on(&groups, &lines, date(2019, 1, 1)).map(|g| g.id), Some(groups[0].id), "the first ones");
        let record = OnRecord { belongings: lines, ..OnRecord::default() };
        let found = person(&record, &groups, &Mapping::default(), days()).expect("a person");
        assert_eq!((found.started_on, found.adult_from), (date(2020, 1, 6), Some(date(2026, 4, 2))));
    }

    #[test]
    fn another_job_is_laid_out_over_the_change_of_the_clocks() {
        let week = Week([None, None, None, None, None, None, Some((30, 120))]);
        // On 29 March 2026 the clocks go from 01:00 to 02:00: 00:30 and two hours are 00:00 to 03:30 on the wall.
        let (from, until) = hours_on(&week, date(2026, 3, 29)).expect("work");
        assert_eq!(
            (from.to_string().as_str(), until.to_string().as_str()),
            ("2026-03-29T00:30:00Z", "2026-03-29T02:30:00Z")
        );
        let week = Week([None, None, None, None, None, None, Some((90, 60))]);
        let (from, _until) = hours_on(&week, date(2026, 3, 29)).expect("work");
        assert_eq!(from.to_string(), "2026-03-29T01:30:00Z", "01:30 did not happen: it is 02:30");
        let draft = JobDraft {
            kind: JobKind::Primary,
            employer: None,
            drives: false,
            week: Week([Some((540, 480)); 7]),
            from_on: date(2026, 3, 30),
            to_on: Some(date(2026, 4, 1)),
        };
        let job = OtherJob { id: OtherEmploymentId(Uuid::from_u128(7)), draft };
        let record = OnRecord { jobs: vec![job], ..OnRecord::default() };
        let found = person(&record, &[group(1, true)], &Mapping::default(), days()).expect("a person");
        assert_eq!(found.work.len(), 3);
        assert!(found.work.iter().all(|work| work.source == Source::PrimaryEmployment));
    }

    #[test]
    fn a_duty_that_is_no_work_is_left_out() {
        let duty = DutyHours {
            id: DutyId(Uuid::from_u128(1)),
            person: PersonId(Uuid::from_u128(2)),
            started_at: "2026-04-01T09:00:00Z".parse().expect("a time"),
            ended_at: "2026-04-01T17:00:00Z".parse().expect("a time"),
            break_minutes: 30,
            kind: DutyKindId(Uuid::from_u128(3)),
        };
        assert_eq!(of_duty(&duty, &Mapping::default()).map(|work| work.breaks), Some(Breaks::Minutes(30)));
        let kind = crate::working_time::mapping::Kind {
            id: duty.kind,
            parent: None,
            code: "rest".to_owned(),
            name: "Rest".to_owned(),
            retired: false,
            said: Some(crate::working_time::mapping::CountsAs::NoWork),
        };
        assert_eq!(of_duty(&duty, &Mapping::new(&[kind])), None);
    }
}
