//! Records and questions that make no sense are refused with a reason.

use jiff::civil::Date;

use super::notation::{at, calendar, date, plain_terms, read};
use crate::working_time::error::WorkingTimeError;
use crate::working_time::law::great_britain;
use crate::working_time::model::{Blocks, Breaks, ReferenceWeeks, Terms, WorkId};
use crate::working_time::rules::{DayFigure, Ledger, Period, reference_period};
use crate::working_time::seconds::Seconds;

fn figure(record: &str) -> Result<DayFigure, WorkingTimeError> {
    let (calendar, said) = (calendar(), read(record));
    Ledger::draw_up(&calendar, &said.person, said.now)?.figure(said.day)
}

fn first_work() -> WorkId {
    WorkId(uuid::Uuid::from_u128(1))
}

#[test]
fn records_that_make_no_sense() {
    let calendar = calendar();
    let mut said = read("shift 2026-05-01 09:00-17:00");
    said.person.work[0].ended_at = Some(at(date("2026-05-01"), "08:59"));
    let backwards = Ledger::draw_up(&calendar, &said.person, said.now).map(|_ledger| ());
    assert_eq!(backwards, Err(WorkingTimeError::EndsBeforeItStarts(first_work())));
    said.person.terms.clear();
    let without_terms = Ledger::draw_up(&calendar, &said.person, said.now).map(|_ledger| ());
    assert_eq!(without_terms, Err(WorkingTimeError::NoTerms));
    let all_break = figure("shift 2026-05-01 09:00-10:00 break 60").map(|_figure| ());
    assert_eq!(all_break, Err(WorkingTimeError::BreaksTooLong(first_work())));
    let all_breaks = figure("shift 2026-05-01 09:00-10:00 break 09:00-09:30 break 09:20-10:30").map(|_figure| ());
    assert_eq!(all_breaks, Err(WorkingTimeError::BreaksTooLong(first_work())));
}

#[test]
fn work_without_length_is_no_work() {
    let mut said = read("shift 2026-05-01 09:00-17:00 break 30");
    said.person.work[0].ended_at = Some(said.person.work[0].started_at);
    let calendar = calendar();
    let figure = Ledger::draw_up(&calendar, &said.person, said.now).expect("a ledger").figure(said.day);
    assert_eq!(figure.map(|figure| figure.average.a), Ok(Seconds::ZERO));
    assert_eq!(said.person.work[0].breaks, Breaks::Minutes(30));
}

#[test]
fn questions_without_an_answer() {
    let refused = |record: &str| figure(record).map(|_figure| ()).expect_err("refused");
    assert_eq!(refused("start 2026-05-01; day 2026-04-30"), WorkingTimeError::BeforeEmployment(date("2026-04-30")));
    assert_eq!(refused("now 2026-05-03 18:00; day 2026-05-04"), WorkingTimeError::NotYet(date("2026-05-04")));
    assert_eq!(refused("day 2027-03-08; now 2027-03-01 12:00"), WorkingTimeError::CalendarTooShort(date("2027-03-08")));
    assert_eq!(refused("day 2025-03-01"), WorkingTimeError::CalendarTooShort(date("2024-11-03")));
    assert_eq!(refused("terms ordinary w53"), WorkingTimeError::ReferencePeriodTooLong { weeks: 53, longest: 52 });
    assert_eq!(refused("terms ordinary w0"), WorkingTimeError::NoReferencePeriod);
}

#[test]
fn a_period_of_its_own_can_be_asked_for() {
    let law = great_britain().week;
    let period = |terms: Terms, day: Date| reference_period(&law, &terms, date("2020-01-06"), day);
    let rolling = plain_terms(date("2020-01-06"));
    let expected = Period { first: date("2026-01-05"), last: date("2026-05-03") };
    assert_eq!(period(rolling, date("2026-05-03")), Ok(expected));
    assert_eq!(expected.days(), 119);
    let fixed = Terms { blocks: Blocks::Fixed(date("2026-01-05")), ..rolling };
    for day in ["2026-01-05", "2026-03-29", "2026-05-03"] {
        assert_eq!(period(fixed, date(day)), Ok(expected), "{day}");
    }
    let before = Period { first: date("2025-09-08"), last: date("2026-01-04") };
    assert_eq!(period(fixed, date("2026-01-04")), Ok(before));
    let year = Terms { reference_weeks: ReferenceWeeks::Agreed(52), ..rolling };
    assert_eq!(period(year, date("2026-05-03")).map(Period::days), Ok(364));
}
