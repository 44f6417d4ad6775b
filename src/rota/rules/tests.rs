use jiff::civil::{date, time};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::absences::model::Kind;
use crate::kernel::ids::{DutyId, PatternSlotId, PersonId, RotaAssignmentId, UnitId};
use crate::rota::model::Form;
use crate::rota::presets;

fn id<T>(make: fn(Uuid) -> T, number: u128) -> T {
    make(Uuid::from_u128(number))
}

/// 2-2-4 as it is shipped.
fn two_two_four() -> BTreeMap<DutyPatternId, Cycle> {
    let preset = presets::ALL.first().expect("presets");
    let pattern = id(DutyPatternId, 1);
    let slot = |(number, slot): (usize, &presets::PresetSlot)| Slot {
        id: id(PatternSlotId, u128::try_from(number).expect("small")),
        pattern,
        day: slot.day,
        starts: slot.starts,
        ends: slot.ends,
        form: slot.form,
        break_minutes: slot.break_minutes,
    };
    let slots = preset.slots.iter().enumerate().map(slot).collect();
    BTreeMap::from([(pattern, Cycle { days: preset.cycle_days, slots })])
}

fn assignment(person: Option<u128>, anchor: Date, from: Date, until: Option<Date>) -> Assignment {
    Assignment {
        id: RotaAssignmentId::NIL,
        pattern: id(DutyPatternId, 1),
        person: person.map(|number| id(PersonId, number)),
        unit: UnitId::NIL,
        anchor,
        from,
        until,
    }
}

fn hours(expected: &[Expected]) -> Vec<i64> {
    expected.iter().map(|one| one.ends_at.duration_since(one.starts_at).as_hours()).collect()
}

#[test]
fn two_days_two_nights_four_off_are_42_hours_a_week() {
    let first = date(2026, 6, 1);
    let all = [assignment(None, first, first, None)];
    let last = date(2026, 7, 26);
    let found = expected(&all, &two_two_four(), &[], first, last);
    assert_eq!(hours(&found)[..4], [9, 9, 15, 15]);
    // 56 days are seven cycles and eight weeks: 7 x 48 hours in 8 weeks.
    assert_eq!(hours(&found).iter().sum::<i64>(), 8 * 42);
    assert_eq!(found[4].day, date(2026, 6, 9));
}

#[test]
fn nights_in_which_the_clocks_change_last_14_and_16_hours() {
    for (first, wanted) in [(date(2026, 3, 28), 14), (date(2026, 10, 24), 16)] {
        // The third day of the cycle, which is the first night.
        let anchor = first.checked_sub(2.days()).expect("a day");
        let all = [assignment(None, anchor, anchor, None)];
        assert_eq!(hours(&expected(&all, &two_two_four(), &[], first, first)), [wanted]);
    }
}

#[test]
fn a_time_that_does_not_exist_is_an_hour_later_and_of_two_it_is_the_first() {
    assert_eq!(at(date(2026, 3, 29), time(1, 30, 0, 0)).to_string(), "2026-03-29T01:30:00Z");
    assert_eq!(at(date(2026, 10, 25), time(1, 30, 0, 0)).to_string(), "2026-10-25T00:30:00Z");
}

#[test]
fn what_is_assigned_to_oneself_takes_the_place_of_what_is_assigned_to_the_unit() {
    let first = date(2026, 6, 1);
    let unit = assignment(None, first, first, None);
    // From the second week on they work it four days later.
    let own = assignment(Some(1), date(2026, 6, 5), date(2026, 6, 9), Some(date(2026, 6, 16)));
    let days = |all: &[Assignment]| -> Vec<i8> {
        let found = expected(all, &two_two_four(), &[], first, date(2026, 6, 18));
        found.iter().map(|one| one.day.day()).collect()
    };
    assert_eq!(days(&[unit]), [1, 2, 3, 4, 9, 10, 11, 12, 17, 18]);
    assert_eq!(days(&[unit, own]), [1, 2, 3, 4, 13, 14, 15, 16, 17, 18]);
    let never = Assignment { until: own.from.yesterday().ok(), ..own };
    assert_eq!(days(&[unit, never]), days(&[unit]));
}

#[test]
fn nothing_begins_on_a_day_of_absence() {
    let first = date(2026, 6, 1);
    let leave = Days { kind: Kind::AnnualLeave, first: date(2026, 6, 2), last: date(2026, 6, 3) };
    let found = expected(&[assignment(None, first, first, None)], &two_two_four(), &[leave], first, date(2026, 6, 8));
    assert_eq!(found.iter().map(|one| one.day.day()).collect::<Vec<_>>(), [1, 4]);
}

#[test]
fn half_of_it_logged_is_done() {
    let start = at(date(2026, 6, 1), time(9, 0, 0, 0));
    let one = Expected {
        slot: PatternSlotId::NIL,
        day: date(2026, 6, 1),
        starts_at: start,
        ends_at: start + 10.hours(),
        form: Form::Shift,
        break_minutes: 0,
    };
    let logged = |from: i64, hours: i64| Logged {
        id: DutyId::NIL,
        person: PersonId::NIL,
        started_at: start + from.hours(),
        ended_at: start + (from + hours).hours(),
        kind: String::new(),
    };
    assert!(!is_done(&one, &[]));
    assert!(!is_done(&one, &[logged(0, 4)]));
    assert!(is_done(&one, &[logged(-3, 8)]));
    assert!(is_done(&one, &[logged(0, 3), logged(8, 2)]));
    assert!(!is_done(&one, &[logged(10, 10), logged(-9, 9)]));
}

#[test]
fn months_are_shown_in_whole_weeks() {
    let november = Range::month(date(2026, 11, 23));
    assert_eq!((november.first, november.last), (date(2026, 10, 26), date(2026, 12, 6)));
    assert_eq!(Range::week(date(2026, 11, 29)).first, date(2026, 11, 23));
    assert_eq!(november.days().len(), 42);
}

proptest! {
    /// Whatever the days: the duties of a span are those of its parts, all in order, each of a sensible length.
    #[test]
    fn a_span_is_the_sum_of_its_parts(start in 0_i32..3_000, length in 0_i32..120, cut in 0_i32..120, anchor in -400_i32..400) {
        let first = date(2024, 1, 1).checked_add(start.days()).expect("a day");
        let last = first.checked_add(length.days()).expect("a day");
        let middle = first.checked_add(cut.min(length).days()).expect("a day");
        let anchor = first.checked_add(anchor.days()).expect("a day");
        let all = [assignment(None, anchor, date(2020, 1, 1), None)];
        let of = |first, last| expected(&all, &two_two_four(), &[], first, last);
        let mut parts = of(first, middle);
        if middle < last {
            parts.extend(of(middle.tomorrow().expect("a day"), last));
        }
        prop_assert_eq!(&of(first, last), &parts);
        for pair in parts.windows(2) {
            prop_assert!(pair[0].ends_at <= pair[1].starts_at);
        }
        prop_assert!(hours(&parts).iter().all(|hours| [9, 14, 15, 16].contains(hours)));
    }
}
