//! When what is due, and what may be written down: pure rules. Knows no database and no page.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::error::TrimError;
use super::model::{Case, Meeting, MeetingKind, Outcome, Referral};
use crate::duties::rules::parse_date;
use crate::kernel::civil::{self, Instant};
use crate::views::FormErrors;

/// Nobody is assessed sooner after the event.
pub const WAIT: SignedDuration = SignedDuration::from_hours(72);

/// The follow-up is so long after the assessment.
pub const FOLLOW_UP: SignedDuration = SignedDuration::from_hours(28 * 24);

/// The earliest moment of an assessment.
pub fn earliest(event_at: Timestamp) -> Timestamp {
    event_at.checked_add(WAIT).unwrap_or(Timestamp::MAX)
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The 72 hours are not over: the earliest moment.
    Waits(Timestamp),
    /// It can be assessed, since then.
    Assess(Timestamp),
    /// The follow-up is due at that moment, which is still to come.
    FollowUpAt(Timestamp),
    /// The follow-up is due, since then.
    FollowUp(Timestamp),
    /// Both took place: it can be closed.
    Done,
    /// It has ended.
    Ended,
}

/// How a case stands at `now`.
pub fn standing(case: &Case, meetings: &[Meeting], now: Timestamp) -> Standing {
    if case.ended.is_some() {
        return Standing::Ended;
    }
    let held = |kind| meetings.iter().find(|meeting| meeting.case == case.id && meeting.kind == kind);
    match (held(MeetingKind::Assessment), held(MeetingKind::FollowUp)) {
        (_, Some(_)) => Standing::Done,
        (Some(assessment), None) => {
            let due = assessment.held_at.checked_add(FOLLOW_UP).unwrap_or(Timestamp::MAX);
            if due <= now { Standing::FollowUp(due) } else { Standing::FollowUpAt(due) }
        }
        (None, None) => {
            let earliest = earliest(case.event_at);
            if earliest <= now { Standing::Assess(earliest) } else { Standing::Waits(earliest) }
        }
    }
}

/// A meeting as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedMeeting {
    /// The day.
    pub held_on: String,
    /// The time of day.
    pub held_time: String,
    /// What is done next.
    pub outcome: String,
    /// To whom they were signposted.
    pub referral: String,
    /// What was scored, in the order of the items; nothing for one that was not.
    pub item: Vec<String>,
}

/// Which meeting is the next one of a case; `None` when there is none.
pub fn next_meeting(standing: Standing) -> Option<MeetingKind> {
    match standing {
        Standing::Waits(_) | Standing::Assess(_) => Some(MeetingKind::Assessment),
        Standing::FollowUpAt(_) | Standing::FollowUp(_) => Some(MeetingKind::FollowUp),
        Standing::Done | Standing::Ended => None,
    }
}

/// Checks a meeting of a case.
///
/// # Errors
/// [`TrimError::TooEarly`] for an assessment within 72 hours of the event; [`TrimError::Invalid`] with everything else that
/// is wrong; [`TrimError::Changed`] when the case has no next meeting.
pub fn check_meeting(
    typed: &TypedMeeting,
    case: &Case,
    meetings: &[Meeting],
    now: Timestamp,
) -> Result<Meeting, TrimError> {
    let kind = next_meeting(standing(case, meetings, now)).ok_or(TrimError::Changed)?;
    let mut errors = FormErrors::new();
    let held_at = moment(&typed.held_on, &typed.held_time, &mut errors);
    if held_at.is_some_and(|held| held > now) {
        errors.add("held_on", "Record it once it has taken place");
    }
    let outcome = Outcome::parse(&typed.outcome);
    if outcome.is_none() {
        errors.add("outcome", "Choose what is done next");
    }
    let referral = Referral::parse(&typed.referral);
    if outcome == Some(Outcome::Refer) && referral.is_none() {
        errors.add("referral", "Choose to whom they were signposted");
    }
    let (Some(held_at), Some(outcome), true) = (held_at, outcome, errors.is_empty()) else {
        return Err(errors.into());
    };
    let before = meetings.iter().find(|meeting| meeting.kind == MeetingKind::Assessment);
    match (kind, before) {
        (MeetingKind::Assessment, _) if held_at < earliest(case.event_at) => {
            return Err(TrimError::TooEarly(earliest(case.event_at)));
        }
        (MeetingKind::FollowUp, Some(before)) if held_at <= before.held_at => {
            return Err(TrimError::field("held_on", "The follow-up comes after the assessment"));
        }
        _ => {}
    }
    Ok(Meeting { case: case.id, kind, held_at, outcome, referral: referral.filter(|_| outcome == Outcome::Refer) })
}

fn moment(day: &str, time: &str, errors: &mut FormErrors) -> Option<Timestamp> {
    let date = parse_date(day);
    if date.is_none() {
        errors.add("held_on", "Enter the day on which it was, like 22/11/2026");
    }
    let time = jiff::civil::Time::strptime("%H:%M", time.trim()).ok();
    if time.is_none() {
        errors.add("held_time", "Enter the time at which it was, like 14:30");
    }
    match civil::instant(date?.to_datetime(time?)) {
        // Of an hour that there was twice, the later one: the 72 hours are then surely over.
        Instant::One(at) | Instant::Twice(_, at) => Some(at),
        Instant::Never => {
            errors.add("held_time", "There was no such time: the clocks went forward");
            None
        }
    }
}

/// When an event of that day was surely over: at its end. The 72 hours count from there.
///
/// # Errors
/// What is wrong with the day, at the field `event_on`.
pub fn event_of(typed: &str, now: Timestamp) -> Result<Timestamp, FormErrors> {
    let mut errors = FormErrors::new();
    let today: Date = civil::local(now).date();
    match parse_date(typed) {
        None => errors.add("event_on", "Enter the day of the event, like 22/11/2026"),
        Some(day) if day > today => errors.add("event_on", "That day is still to come"),
        Some(day) if day.year() < 1950 => errors.add("event_on", "Check the year"),
        Some(day) => return Ok(day.tomorrow().map_or(now, civil::start_of_day)),
    }
    Err(errors)
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::kernel::ids::{PersonId, TrimCaseId, TrimOfferId};
    use crate::trim::model::{Criterion, Origin};

    pub(in crate::trim) fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    pub(in crate::trim) fn case() -> Case {
        Case {
            id: TrimCaseId(uuid::Uuid::from_u128(1)),
            offer: TrimOfferId(uuid::Uuid::from_u128(2)),
            person: PersonId(uuid::Uuid::from_u128(3)),
            origin: Origin::Criterion,
            criterion: Some(Criterion::Resuscitation),
            event_at: at("2026-11-20T10:00:00Z"),
            accepted_at: at("2026-11-20T18:00:00Z"),
            practitioner: None,
            ended: None,
        }
    }

    pub(in crate::trim) fn assessment() -> Meeting {
        Meeting {
            case: case().id,
            kind: MeetingKind::Assessment,
            held_at: at("2026-11-23T10:00:00Z"),
            outcome: Outcome::Refer,
            referral: Some(Referral::OccupationalHealth),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{assessment, at, case};
    use super::*;
    use crate::trim::model::Ending;

    fn typed(on: &str, time: &str) -> TypedMeeting {
        TypedMeeting {
            held_on: on.to_owned(),
            held_time: time.to_owned(),
            outcome: "monitor".to_owned(),
            ..TypedMeeting::default()
        }
    }

    #[test]
    fn nobody_is_assessed_within_72_hours_of_the_event_to_the_minute() {
        let now = at("2026-11-24T12:00:00Z");
        let early = check_meeting(&typed("2026-11-23", "09:59"), &case(), &[], now);
        assert!(matches!(early, Err(TrimError::TooEarly(from)) if from == at("2026-11-23T10:00:00Z")), "{early:?}");
        let on_time = check_meeting(&typed("2026-11-23", "10:00"), &case(), &[], now).expect("on time");
        assert_eq!((on_time.kind, on_time.held_at), (MeetingKind::Assessment, at("2026-11-23T10:00:00Z")));
    }

    #[test]
    fn seventy_two_hours_are_seventy_two_hours_when_the_clocks_change() {
        // The clocks go back on 25 October 2026: three days later by the calendar is 73 hours.
        let case = Case { event_at: at("2026-10-24T11:00:00Z"), ..case() };
        let now = at("2026-11-24T12:00:00Z");
        assert!(check_meeting(&typed("2026-10-27", "11:00"), &case, &[], now).is_ok());
        assert!(matches!(check_meeting(&typed("2026-10-27", "10:59"), &case, &[], now), Err(TrimError::TooEarly(_))));
    }

    #[test]
    fn the_follow_up_is_28_days_after_the_assessment() {
        let meetings = [assessment()];
        let due = at("2026-12-21T10:00:00Z");
        assert_eq!(standing(&case(), &meetings, at("2026-12-21T09:59:59Z")), Standing::FollowUpAt(due));
        assert_eq!(standing(&case(), &meetings, due), Standing::FollowUp(due));
        let follow_up = check_meeting(&typed("2026-12-21", "10:00"), &case(), &meetings, at("2026-12-22T10:00:00Z"));
        assert_eq!(follow_up.expect("a follow-up").kind, MeetingKind::FollowUp);
        let before = check_meeting(&typed("2026-11-23", "10:00"), &case(), &meetings, at("2026-12-22T10:00:00Z"));
        assert!(matches!(before, Err(TrimError::Invalid(_))));
    }

    #[test]
    fn a_case_waits_is_assessed_followed_up_and_done() {
        let earliest = at("2026-11-23T10:00:00Z");
        assert_eq!(standing(&case(), &[], at("2026-11-21T10:00:00Z")), Standing::Waits(earliest));
        assert_eq!(standing(&case(), &[], earliest), Standing::Assess(earliest));
        let second = Meeting { kind: MeetingKind::FollowUp, ..assessment() };
        assert_eq!(standing(&case(), &[assessment(), second], earliest), Standing::Done);
        let ended = Case { ended: Some((earliest, Ending::Withdrawn)), ..case() };
        assert_eq!(standing(&ended, &[], earliest), Standing::Ended);
        assert!(matches!(check_meeting(&typed("2026-11-23", "10:00"), &ended, &[], earliest), Err(TrimError::Changed)));
    }

    #[test]
    fn a_meeting_says_what_is_done_next_and_to_whom() {
        let now = at("2026-11-24T12:00:00Z");
        let wrong = TypedMeeting { outcome: "refer".to_owned(), ..typed("2026-11-25", "x") };
        let Err(TrimError::Invalid(errors)) = check_meeting(&wrong, &case(), &[], now) else { panic!("taken") };
        assert!(errors.get("held_time").is_some() && errors.get("referral").is_some());
        let future = check_meeting(&typed("2026-11-25", "10:00"), &case(), &[], now);
        assert!(matches!(future, Err(TrimError::Invalid(errors)) if errors.get("held_on").is_some()));
        let kept = TypedMeeting { referral: "urgent".to_owned(), ..typed("2026-11-23", "11:00") };
        assert_eq!(check_meeting(&kept, &case(), &[], now).expect("a meeting").referral, None, "nobody was signposted");
    }

    #[test]
    fn an_event_of_a_day_is_over_at_its_end() {
        let now = at("2026-11-23T09:00:00Z");
        assert_eq!(event_of("22/11/2026", now).expect("a day"), at("2026-11-23T00:00:00Z"));
        assert!(event_of("24/11/2026", now).is_err() && event_of("", now).is_err());
    }
}
