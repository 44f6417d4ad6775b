//! What holds for any record, tried on records made at random: around the days on which the clocks change, with
//! overlaps, absences, opt-outs and every kind of work.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use uuid::Uuid;

use super::notation;
use crate::working_time::calendar::Calendar;
use crate::working_time::model::*;
use crate::working_time::rules::{DayFigure, Ledger, Part};
use crate::working_time::seconds::Seconds;
use crate::working_time::span::Span;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(notation::calendar);

/// Midnight before the clocks go forward, 35 days before the figures end.
const FROM: i64 = 1_774_742_400;
const DAY: i64 = 24 * 3600;
const TODAY: Date = date(2026, 5, 3);

fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().expect("a time")
}

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn a_source() -> impl Strategy<Value = Source> {
    prop::sample::select(Source::ALL.to_vec())
}

/// Work of a second to 30 hours within seven weeks, most of it with a break.
fn a_work() -> impl Strategy<Value = Work> {
    (any::<u128>(), a_source(), 0..49 * DAY, 1..30 * 3600_i64, 0..90_u32).prop_map(
        |(id, source, start, length, minutes)| {
            let most = u32::try_from((length - 1) / 60).expect("few minutes");
            Work {
                id: WorkId(Uuid::from_u128(id)),
                source,
                started_at: instant(FROM + start),
                ended_at: Some(instant(FROM + start + length)),
                breaks: match minutes.min(most) {
                    0 => Breaks::None,
                    minutes => Breaks::Minutes(minutes),
                },
            }
        },
    )
}

fn some_work() -> impl Strategy<Value = Vec<Work>> {
    prop::collection::vec(a_work(), 0..40)
}

fn terms() -> impl Strategy<Value = Terms> {
    let standby = prop::sample::select(vec![StandbyRule::None, StandbyRule::TurnoutOnly, StandbyRule::All]);
    let weekly = prop::sample::select(vec![
        WeeklyRestRule::EverySevenDays,
        WeeklyRestRule::TwiceInFourteenDays,
        WeeklyRestRule::OnceInFourteenDays,
    ]);
    let blocks = prop::sample::select(vec![Blocks::Rolling, Blocks::Fixed(date(2026, 4, 1))]);
    (any::<bool>(), standby, weekly, blocks, any::<bool>(), any::<bool>()).prop_map(
        |(civil_protection, standby, weekly_rest, blocks, breaks_count, special_hazards)| Terms {
            civil_protection,
            standby,
            weekly_rest,
            blocks,
            breaks_count,
            special_hazards,
            ..notation::plain_terms(date(2020, 1, 6))
        },
    )
}

fn days_away() -> impl Strategy<Value = Vec<Absence>> {
    let kinds = vec![AbsenceKind::AnnualLeave, AbsenceKind::Sick, AbsenceKind::Family, AbsenceKind::Other];
    let absence = (0..60_i64, 0..9_i64, prop::sample::select(kinds)).prop_map(|(start, length, kind)| {
        let day = |number: i64| date(2026, 3, 15).checked_add(jiff::Span::new().days(number)).expect("a date");
        Absence { first: day(start), last: day(start + length), kind }
    });
    prop::collection::vec(absence, 0..4)
}

fn a_person() -> impl Strategy<Value = Person> {
    let opt_out = prop::option::of((0..40_i64, 0..20_i64));
    let adult = prop::option::of(0..50_i64);
    (some_work(), terms(), days_away(), opt_out, adult).prop_map(|(work, terms, absences, opt_out, adult)| {
        let day = |number: i64| date(2026, 3, 20).checked_add(jiff::Span::new().days(number)).expect("a date");
        let opt_outs = opt_out.map(|(start, length)| OptOut { first: day(start), last: Some(day(start + length)) });
        Person {
            started_on: date(2020, 1, 6),
            adult_from: adult.map(day),
            terms: vec![terms],
            opt_outs: opt_outs.into_iter().collect(),
            absences,
            work,
        }
    })
}

/// Somebody with nothing that excludes a day.
fn a_plain_person() -> impl Strategy<Value = Person> {
    a_person().prop_map(|person| Person { opt_outs: Vec::new(), absences: Vec::new(), ..person })
}

fn ledger(person: &Person) -> Ledger<'_> {
    Ledger::draw_up(&CALENDAR, person, now()).expect("a ledger")
}

fn figure(person: &Person) -> DayFigure {
    ledger(person).figure(TODAY).expect("a figure")
}

/// The figure with all that it says of the days before and after.
fn everything(person: &Person) -> (Vec<DayFigure>, Vec<Seconds>) {
    let ledger = ledger(person);
    let figures = ledger.figures(date(2026, 4, 1), date(2026, 5, 10)).expect("figures");
    (figures, ledger.debts().iter().map(|debt| debt.owed()).collect())
}

/// Seconds in the union of spans, the plain way.
fn naive_union(spans: &[(i64, i64)]) -> i64 {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let (mut total, mut reached) = (0, i64::MIN);
    for (from, until) in spans {
        total += (until - from.max(reached)).max(0);
        reached = reached.max(until);
    }
    total
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_union_is_what_a_count_by_hand_says_and_no_more_than_sum_or_clock(work in some_work()) {
        let work: Vec<Work> = work
            .into_iter()
            .map(|work| Work { source: Source::Shift, breaks: Breaks::None, ..work })
            .collect();
        let spans: Vec<(i64, i64)> = work
            .iter()
            .map(|work| (work.started_at.as_second(), work.ended_at.expect("closed").as_second()))
            .collect();
        let terms = vec![notation::plain_terms(date(2020, 1, 6))];
        let person = Person { terms, work, ..notation::read("").person };
        // All of the work lies within 17 weeks that end on 10 June.
        let found = ledger(&person).figure(date(2026, 6, 10)).expect("a figure").average.a.get();
        prop_assert_eq!(found, naive_union(&spans));
        prop_assert!(found <= spans.iter().map(|(from, until)| until - from).sum::<i64>());
        let (first, last) = (spans.iter().map(|span| span.0).min(), spans.iter().map(|span| span.1).max());
        prop_assert!(found <= last.unwrap_or(0) - first.unwrap_or(0), "more than the clock");
    }

    #[test]
    fn more_work_never_lowers_the_average(person in a_plain_person(), more in a_work()) {
        // Without exclusions, and without a break that would be taken off somebody's other work.
        let before = figure(&person).average;
        let mut busier = person;
        busier.work.push(Work { breaks: Breaks::None, ..more });
        let after = figure(&busier).average;
        prop_assert_eq!(before.c_days, after.c_days);
        prop_assert!(after.a >= before.a);
        prop_assert!(after.average.hundredths() >= before.average.hundredths());
        prop_assert!(after.headroom <= before.headroom);
        prop_assert!(after.worked.hundredths() >= before.worked.hundredths());
    }

    #[test]
    fn the_order_of_work_does_not_matter(person in a_person(), seed in any::<prop::sample::Index>()) {
        let mut other = person.clone();
        other.work.reverse();
        if !other.work.is_empty() {
            let first = seed.index(other.work.len());
            other.work.rotate_left(first);
        }
        other.absences.reverse();
        prop_assert_eq!(everything(&person), everything(&other));
        let lines = |person: &Person| ledger(person).explain(TODAY).expect("an explanation").lines;
        prop_assert_eq!(lines(&person), lines(&other));
    }

    #[test]
    fn cutting_work_in_two_does_not_matter(person in a_person(), which in any::<prop::sample::Index>(), at in 0..=1000_i64) {
        let mut whole = person;
        for work in &mut whole.work {
            work.breaks = Breaks::None;
        }
        prop_assume!(!whole.work.is_empty());
        let mut cut = whole.clone();
        let first = &mut cut.work[which.index(whole.work.len())];
        let (from, until) = (first.started_at.as_second(), first.ended_at.expect("closed").as_second());
        let middle = from + (until - from) * at / 1000;
        let second = Work { id: WorkId(Uuid::from_u128(7)), started_at: instant(middle), ..first.clone() };
        first.ended_at = Some(instant(middle));
        cut.work.push(second);
        prop_assert_eq!(everything(&whole), everything(&cut));
    }

    #[test]
    fn the_lines_of_an_explanation_add_up(person in a_person()) {
        let explanation = ledger(&person).explain(TODAY).expect("an explanation");
        let of = |part: Part| explanation.lines.iter().filter(move |line| line.part == part);
        let average = &explanation.figure.average;
        prop_assert_eq!(of(Part::A).map(|line| line.length).sum::<Seconds>(), average.a);
        prop_assert_eq!(of(Part::B).map(|line| line.length).sum::<Seconds>(), average.b);
        let mut counted: Vec<Span> = of(Part::A).chain(of(Part::B)).map(|line| line.span).collect();
        counted.sort_unstable();
        for pair in counted.windows(2) {
            prop_assert!(pair[0].until <= pair[1].from, "{:?} counts twice", pair);
        }
        prop_assert!(explanation.lines.iter().all(|line| line.length <= line.span.length()));
        prop_assert_eq!(i64::try_from(explanation.excluded.len()), Ok(average.excluded_days));
    }

    #[test]
    fn nobody_is_owed_less_than_nothing(person in a_person()) {
        let ledger = ledger(&person);
        for figure in ledger.figures(date(2026, 3, 29), date(2026, 6, 15)).expect("figures") {
            prop_assert!(figure.debt.owed >= Seconds::ZERO);
            prop_assert_eq!(figure.debt.owed == Seconds::ZERO, figure.debt.due_on.is_none());
        }
        let mut payments = Vec::new();
        for debt in ledger.debts() {
            prop_assert!(debt.owed() >= Seconds::ZERO);
            prop_assert!(debt.payments.iter().all(|payment| payment.from >= debt.period.until));
            payments.extend(debt.payments.iter().copied());
        }
        // No rest pays twice, and nobody works while they pay.
        payments.sort_unstable();
        prop_assert!(payments.windows(2).all(|pair| pair[0].until <= pair[1].from), "{:?}", payments);
        for slice in &ledger.slices {
            prop_assert!(payments.iter().all(|payment| payment.overlap(slice.span).is_empty()));
        }
    }

    #[test]
    fn a_rest_is_free_of_work_and_a_missed_one_is_short(person in a_person()) {
        let ledger = ledger(&person);
        for rest in ledger.daily_rests() {
            prop_assert!(ledger.slices.iter().all(|slice| slice.span.overlap(rest.rest).is_empty()));
            prop_assert_eq!(rest.missed, (rest.due - rest.rest.length()).or_zero());
            prop_assert!(rest.worked + rest.rest.length() <= Seconds::from_hours(24));
        }
        let mut last = None;
        for rest in ledger.daily_rests() {
            prop_assert!(last.is_none_or(|last: Span| last.from < rest.period.from && last.until <= rest.period.until));
            last = Some(rest.period);
        }
        for rest in ledger.weekly_rests() {
            prop_assert!(rest.missed >= Seconds::ZERO && rest.missed <= rest.due);
        }
    }

    #[test]
    fn the_hours_of_a_period_are_those_of_its_days(person in a_plain_person()) {
        let ledger = ledger(&person);
        let period = ledger.figure(TODAY).expect("a figure").average;
        let explanation = ledger.explain(TODAY).expect("an explanation");
        let mut by_day = std::collections::BTreeMap::<Date, Seconds>::new();
        for line in explanation.lines.iter().filter(|line| line.part == Part::A) {
            *by_day.entry(line.day).or_default() += line.length;
        }
        prop_assert_eq!(by_day.values().copied().sum::<Seconds>(), period.a);
        prop_assert!(by_day.keys().all(|day| (period.period.first..=period.period.last).contains(day)));
        prop_assert!(by_day.values().all(|worked| *worked <= Seconds::from_hours(24)));
        prop_assert_eq!((period.b, period.excluded_days, period.open_days), (Seconds::ZERO, 0, 0));
    }
}
