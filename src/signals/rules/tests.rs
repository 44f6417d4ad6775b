//! Each rule at its boundary, and what it says.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::working_time::strain::{Average, Rest, WorkDay};

const TODAY: Date = date(2026, 11, 22);

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn duty(number: u128) -> DutyId {
    DutyId(Uuid::from_u128(number))
}

fn strain() -> Strain {
    Strain { average: None, days: Vec::new(), leave: Vec::new(), since: date(2020, 1, 1) }
}

fn facts(strain: Option<Strain>) -> Facts {
    Facts { today: TODAY, strain, traumatic: Vec::new(), overruns: None, comparison: None }
}

fn day(began: &str) -> WorkDay {
    WorkDay { began: at(began), duty: Some(duty(1)), night: None, rest: None, worked: 600, missed_break: false }
}

fn state(kind: Kind, strain: Strain) -> (State, String) {
    let finding = look(&kind.shipped(), &facts(Some(strain)));
    (finding.state, finding.reason)
}

#[test]
fn without_a_contract_group_hours_and_rests_cannot_be_told() {
    for kind in [Kind::LongHours, Kind::ShortRest, Kind::Nights, Kind::NoLeave, Kind::MissedBreaks] {
        let finding = look(&kind.shipped(), &facts(None));
        assert_eq!(finding.state, State::Unknown, "{kind:?}");
        assert!(finding.reason.contains("contract group"));
    }
}

#[test]
fn an_average_is_raised_at_ninety_per_cent_of_the_limit_to_the_hundredth() {
    let with = |hundredths| Strain {
        average: Some(Average { hundredths, limit: 4800, first: date(2026, 5, 25), last: TODAY, opted_out: false }),
        ..strain()
    };
    assert_eq!(state(Kind::LongHours, with(4320)).0, State::Raised);
    let (quiet, reason) = state(Kind::LongHours, with(4319));
    assert_eq!(quiet, State::Quiet);
    assert!(reason.contains("43.19 hours a week from 25 May 2026") && reason.contains("raised at 90%"), "{reason}");
    assert_eq!(state(Kind::LongHours, strain()).0, State::Unknown);
}

/// Work on these mornings, each after a rest of so many minutes.
fn rested(rests: &[(&str, i64)]) -> Strain {
    let days = rests.iter().map(|(until, minutes)| {
        let until = at(until);
        let rest = Rest { from: until - SignedDuration::from_mins(*minutes), until, duty: Some(duty(7)) };
        WorkDay { rest: Some(rest), ..day("2026-11-01T09:00:00Z") }
    });
    Strain { days: days.collect(), ..strain() }
}

#[test]
fn two_rests_under_eleven_hours_in_fourteen_days_are_raised_and_one_is_not() {
    let cases: &[(&[(&str, i64)], State)] = &[
        (&[], State::Quiet),
        (&[("2026-11-20T07:00:00Z", 659)], State::Quiet),
        (&[("2026-11-20T07:00:00Z", 659), ("2026-11-10T07:00:00Z", 659)], State::Raised),
        (&[("2026-11-20T07:00:00Z", 659), ("2026-11-10T07:00:00Z", 660)], State::Quiet),
        // The fourteenth day back is the 9th.
        (&[("2026-11-20T07:00:00Z", 500), ("2026-11-09T00:00:00Z", 500)], State::Raised),
        (&[("2026-11-20T07:00:00Z", 500), ("2026-11-08T23:59:00Z", 500)], State::Quiet),
    ];
    for (rests, wanted) in cases {
        assert_eq!(state(Kind::ShortRest, rested(rests)).0, *wanted, "{rests:?}");
    }
    let two = rested(&[("2026-11-03T06:20:00Z", 0), ("2026-11-10T06:20:00Z", 500), ("2026-11-20T07:00:00Z", 540)]);
    let finding = look(&Kind::ShortRest.shipped(), &facts(Some(two)));
    assert_eq!(
        finding.reason,
        "You rested under 11 hours twice in the last 14 days: 8 h 20 min before your work on 10 Nov 2026, 06:20 and \
         9 h before your work on 20 Nov 2026, 07:00. The signal is raised at twice."
    );
    assert_eq!(finding.evidence.len(), 2);
    assert_eq!(finding.evidence[0].place, Place::Duty(duty(7)));
}

fn nights(days: &[i8]) -> Strain {
    let night = |of: &i8| WorkDay { night: Some(date(2026, 11, *of)), ..day(&format!("2026-11-{of:02}T18:00:00Z")) };
    Strain { days: days.iter().map(night).collect(), ..strain() }
}

#[test]
fn more_than_four_nights_in_a_row_are_raised() {
    let cases: &[(&[i8], State)] = &[
        (&[], State::Quiet),
        (&[10, 11, 12, 13], State::Quiet),
        (&[10, 11, 12, 13, 14], State::Raised),
        (&[10, 11, 12, 14, 15, 16], State::Quiet),
        // The same night twice is one night.
        (&[10, 11, 11, 12, 13], State::Quiet),
        // Of six nights four are within the window.
        (&[5, 6, 7, 8, 9, 10, 11, 12], State::Quiet),
    ];
    for (days, wanted) in cases {
        assert_eq!(state(Kind::Nights, nights(days)).0, *wanted, "{days:?}");
    }
    let finding = look(&Kind::Nights.shipped(), &facts(Some(nights(&[10, 11, 12, 13, 14]))));
    assert!(
        finding.reason.starts_with("You worked 5 nights in a row, from that of 10 Nov 2026 to that of 14 Nov 2026")
    );
    assert_eq!(finding.evidence.len(), 5);
}

#[test]
fn ninety_days_without_leave_are_raised_whether_leave_was_ever_had_or_not() {
    let last = |ago: i32| {
        let day = TODAY.checked_sub(ago.days()).expect("a day");
        Strain { leave: vec![(day, day)], ..strain() }
    };
    assert_eq!(state(Kind::NoLeave, last(90)).0, State::Raised);
    assert_eq!(state(Kind::NoLeave, last(89)).0, State::Quiet);
    assert!(state(Kind::NoLeave, last(0)).1.starts_with("You are on leave today"));
    let ahead = TODAY.checked_add(5.days()).expect("a day");
    let (planned, reason) = state(Kind::NoLeave, Strain { leave: vec![(ahead, ahead)], ..strain() });
    assert_eq!(planned, State::Raised, "leave that is to come is none yet");
    assert!(reason.contains("Your next leave begins on 27 Nov 2026"), "{reason}");
    let new = Strain { since: TODAY.checked_sub(89.days()).expect("a day"), ..strain() };
    assert_eq!(state(Kind::NoLeave, new).0, State::Quiet);
}

#[test]
fn three_missed_breaks_in_fourteen_days_are_raised() {
    let missed = |count: usize| {
        let all = ["2026-11-20T08:00:00Z", "2026-11-18T08:00:00Z", "2026-11-10T08:00:00Z", "2026-11-08T08:00:00Z"];
        let days = all.iter().take(count).map(|began| WorkDay { missed_break: true, ..day(began) });
        Strain { days: days.collect(), ..strain() }
    };
    assert_eq!(state(Kind::MissedBreaks, missed(2)).0, State::Quiet);
    assert_eq!(state(Kind::MissedBreaks, missed(3)).0, State::Raised);
    let (_, reason) = state(Kind::MissedBreaks, missed(4));
    assert!(reason.starts_with("You missed the break that was due 3 times in the last 14 days"), "{reason}");
}

#[test]
fn three_hard_jobs_in_28_days_are_raised() {
    let jobs = |days: &[&str]| Facts {
        traumatic: days.iter().map(|at_| Traumatic { duty: Some(duty(3)), at: at(at_), work: None }).collect(),
        ..facts(None)
    };
    let rule = Kind::TraumaticJobs.shipped();
    let two = look(&rule, &jobs(&["2026-11-01T12:00:00Z", "2026-11-20T12:00:00Z"]));
    assert_eq!(two.state, State::Quiet);
    let three = look(&rule, &jobs(&["2026-10-26T12:00:00Z", "2026-11-01T12:00:00Z", "2026-11-20T12:00:00Z"]));
    assert_eq!((three.state, three.evidence.len()), (State::Raised, 3));
    assert!(three.reason.contains("on 26 Oct 2026, 1 Nov 2026 and 20 Nov 2026"), "{}", three.reason);
    let late = look(&rule, &jobs(&["2026-10-25T12:00:00Z", "2026-11-01T12:00:00Z", "2026-11-20T12:00:00Z"]));
    assert_eq!(late.state, State::Quiet, "the 28th day back is the 26th");
}

fn stayed(minutes: i64, from: Option<i32>) -> Facts {
    let one = Overrun { duty: duty(4), expected: at("2026-11-20T18:00:00Z"), minutes };
    Facts { overruns: Some(vec![one]), comparison: Some(Comparison { day: TODAY, minutes: from }), ..facts(None) }
}

#[test]
fn late_finishes_are_compared_and_say_nothing_of_others() {
    let rule = Kind::Overruns.shipped();
    assert_eq!(look(&rule, &stayed(60, Some(60))).state, State::Raised);
    assert_eq!(look(&rule, &stayed(59, Some(60))).state, State::Quiet);
    assert!(!look(&rule, &stayed(59, Some(77))).reason.contains("77"), "not from how many minutes on");
    assert_eq!(look(&rule, &stayed(0, Some(0))).state, State::Quiet, "where nobody stayed nobody stayed most");
    let few = look(&rule, &stayed(60, None));
    assert_eq!(few.state, State::Unknown);
    assert!(few.reason.contains("not enough people to compare"));
    let before = Facts { comparison: None, ..stayed(60, None) };
    assert_eq!(look(&rule, &before).state, State::Unknown);
    assert_eq!(look(&rule, &facts(None)).state, State::Unknown, "nothing was expected");
}

#[test]
fn of_fewer_than_ten_people_nobody_is_compared() {
    assert_eq!(tenth((1..10).collect(), 10), None);
    assert_eq!(tenth((1..11).collect(), 10), Some(10));
    assert_eq!(tenth((1..26).collect(), 10), Some(24), "two of twenty-five");
}

proptest! {
    /// More minutes never lower a signal, and at most the share of people is raised unless they are level.
    #[test]
    fn at_most_the_share_is_raised_when_nobody_is_level(people in 10_i64..200, per_cent in 1_i16..50) {
        let minutes: Vec<i64> = (1..=people).collect();
        let from = tenth(minutes.clone(), per_cent).expect("enough people");
        let raised = i64::try_from(minutes.iter().filter(|one| **one >= from).count()).expect("few");
        prop_assert!(raised >= 1 && raised <= (people * i64::from(per_cent) / 100).max(1));
    }

    /// A lower threshold raises whatever a higher one does.
    #[test]
    fn a_stricter_rule_raises_no_less(count in 0_usize..14, threshold in 2_i16..=6) {
        let strain = rested(&vec![("2026-11-20T07:00:00Z", 600); count]);
        let rule = |threshold| Rule { threshold, ..Kind::ShortRest.shipped() };
        let strict = look(&rule(threshold - 1), &facts(Some(strain.clone()))).state == State::Raised;
        let lax = look(&rule(threshold), &facts(Some(strain))).state == State::Raised;
        prop_assert!(strict || !lax);
    }
}
