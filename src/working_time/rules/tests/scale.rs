//! That the work grows with the record, not with its square.

use std::time::Instant;

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::notation::{calendar, plain_terms, read};
use crate::working_time::model::{Absence, AbsenceKind, Person, Source, Terms, Work, WorkId};
use crate::working_time::rules::Ledger;
use crate::working_time::seconds::Seconds;

/// Somebody with two days, two nights and four days off, on call on every second evening, for two years.
fn a_member_of_a_watch(number: i64) -> Person {
    let mut person = read("terms protection").person;
    person.terms = vec![Terms { civil_protection: true, ..plain_terms(date(2020, 1, 6)) }];
    person.absences = vec![Absence { first: date(2026, 2, 2), last: date(2026, 2, 8), kind: AbsenceKind::AnnualLeave }];
    for day in 0..730_i64 {
        // 09:00 to 18:00, 18:00 to 09:00, and turnouts at 20:00, an hour and a half each.
        let work = match (day + number).rem_euclid(8) {
            0 | 1 => Some((9, 9 * 3600, Source::Shift)),
            2 | 3 => Some((18, 15 * 3600, Source::Shift)),
            5 | 7 => Some((20, 5400, Source::Turnout)),
            _ => None,
        };
        let Some((hour, length, source)) = work else { continue };
        let start: jiff::Timestamp = "2025-01-01T00:00:00Z".parse().expect("a time");
        let started_at = start + jiff::SignedDuration::from_hours(day * 24 + hour);
        person.work.push(Work {
            id: WorkId(Uuid::from_u128(u128::try_from(day).expect("a number"))),
            source,
            started_at,
            ended_at: Some(started_at + jiff::SignedDuration::from_secs(length)),
            breaks: crate::working_time::model::Breaks::Minutes(30),
        });
    }
    person
}

#[test]
fn many_pieces_of_work_at_the_same_time_are_one() {
    let mut said = read("");
    let start: jiff::Timestamp = "2026-04-30T00:00:00Z".parse().expect("a time");
    for number in 0..20_000_u32 {
        let started_at = start + jiff::SignedDuration::from_secs(i64::from(number));
        said.person.work.push(Work {
            id: WorkId(Uuid::from_u128(u128::from(number))),
            source: Source::ALL[usize::try_from(number % 6).expect("below 6")],
            started_at,
            ended_at: Some(started_at + jiff::SignedDuration::from_hours(20)),
            breaks: crate::working_time::model::Breaks::None,
        });
    }
    let calendar = calendar();
    let ledger = Ledger::draw_up(&calendar, &said.person, said.now).expect("a ledger");
    let figure = ledger.figure(said.day).expect("a figure");
    assert_eq!(figure.average.a, Seconds::from_hours(20) + Seconds::new(19_999));
}

#[test]
#[ignore = "measures: ten thousand people over 26 weeks; run it with --release, the figure goes into the manual"]
fn ten_thousand_people_over_half_a_year() {
    const PEOPLE: i64 = 10_000;
    let calendar = calendar();
    let (first, last): (Date, Date) = (date(2026, 5, 1), date(2026, 10, 29));
    let people: Vec<Person> = (0..8).map(a_member_of_a_watch).collect();
    let begun = Instant::now();
    let mut days = 0;
    for person in people.iter().cycle().take(usize::try_from(PEOPLE).expect("a number")) {
        let ledger = Ledger::draw_up(&calendar, person, read("").now).expect("a ledger");
        days += ledger.figures(first, last).expect("figures").len();
    }
    assert_eq!(days, 182 * 10_000);
    eprintln!("{PEOPLE} people, {days} figures in {:?}", begun.elapsed());
}
