use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at_block(block: i64) -> Timestamp {
    // 23 November 2026, a Monday, at midnight.
    Timestamp::from_second(1_795_392_000 + block * BLOCK_S).expect("a time")
}

fn off(number: u128, from: i64, to: i64) -> Off {
    Off {
        id: UnavailableId(Uuid::from_u128(number)),
        starts_at: at_block(from),
        ends_at: at_block(to),
        reason: Reason::Personal,
    }
}

fn stretch(from: i64, to: i64, off: Option<Reason>) -> Stretch {
    Stretch { from: at_block(from), to: at_block(to), off }
}

/// The stretches that there are after edits.
fn after(existing: &[Off], edits: &Edits) -> Vec<(Timestamp, Timestamp)> {
    let mut all: Vec<(Timestamp, Timestamp)> = existing
        .iter()
        .filter(|off| !edits.remove.contains(&off.id))
        .map(|off| {
            let cut = edits.cut.iter().find(|(id, _)| *id == off.id);
            (off.starts_at, cut.map_or(off.ends_at, |(_, end)| *end))
        })
        .collect();
    all.extend(edits.add.iter().map(|(from, to, _)| (*from, *to)));
    all.sort_unstable();
    all
}

#[test]
fn being_available_again_cuts_a_hole() {
    let existing = [off(1, 0, 10), off(2, 12, 14)];
    let edits = edits(&existing, stretch(4, 13, None));
    assert_eq!(after(&existing, &edits), [(at_block(0), at_block(4)), (at_block(13), at_block(14))]);
    assert_eq!(edits.remove, [off(2, 0, 1).id]);
}

#[test]
fn another_reason_takes_the_place_of_the_first() {
    let existing = [off(1, 0, 10)];
    let edits = edits(&existing, stretch(4, 6, Some(Reason::Training)));
    assert_eq!(
        edits.add,
        [(at_block(6), at_block(10), Reason::Personal), (at_block(4), at_block(6), Reason::Training)]
    );
}

proptest! {
    #[test]
    fn a_block_is_off_where_it_was_and_where_it_was_said(
        spans in proptest::collection::vec((0_i64..40, 1_i64..9), 0..5), from in 0_i64..40, length in 1_i64..20, on: bool,
    ) {
        // Stretches of one person do not overlap.
        let mut existing: Vec<Off> = Vec::new();
        let mut place = 0;
        for (number, (gap, length)) in spans.into_iter().enumerate() {
            let start = place + gap % 7;
            existing.push(off(u128::try_from(number).expect("small"), start, start + length));
            place = start + length;
        }
        let change = stretch(from, from + length, (!on).then_some(Reason::Sick));
        let left = after(&existing, &edits(&existing, change));
        let covers = |spans: &[(Timestamp, Timestamp)], at: Timestamp| spans.iter().filter(|(a, b)| *a <= at && at < *b).count();
        let before: Vec<(Timestamp, Timestamp)> = existing.iter().map(|off| (off.starts_at, off.ends_at)).collect();
        for block in 0..70 {
            let at = at_block(block);
            let inside = block >= from && block < from + length;
            let wanted = if inside { usize::from(!on) } else { covers(&before, at) };
            prop_assert_eq!(covers(&left, at), wanted, "block {}", block);
        }
    }
}

fn ride(rider: i64, off: bool, from: i64, to: i64) -> Ride {
    Ride { rider, off, starts_at: at_block(from), ends_at: at_block(to) }
}

#[test]
fn cover_counts_riders_who_are_there_for_the_whole_block() {
    let mut half = ride(2, true, 2, 3);
    half.ends_at = at_block(2) + SignedDuration::from_mins(1);
    let rides = [ride(1, false, 0, 6), ride(2, false, 0, 6), ride(1, true, 4, 9), half];
    let runs: Vec<(i64, i32)> = cover(&rides, at_block(0), at_block(6))
        .iter()
        .map(|run| (run.to.duration_since(run.from).as_secs() / BLOCK_S, run.riders))
        .collect();
    assert_eq!(runs, [(2, 2), (1, 1), (1, 2), (2, 1)]);
}

#[test]
fn booking_off_warns_where_it_leaves_less_than_a_full_crew() {
    let need = Need { full: 2, least: 1 };
    let rides = [ride(1, false, 0, 9), ride(2, false, 0, 9), ride(3, false, 0, 9), ride(3, true, 4, 9)];
    let change = stretch(2, 6, Some(Reason::Personal));
    let runs = made_critical(&rides, &[], change, need);
    assert_eq!(runs, [Run { from: at_block(4), to: at_block(6), riders: 1 }]);
    let already = [(at_block(4), at_block(5))];
    assert_eq!(made_critical(&rides, &already, change, need).first().map(|run| run.from), Some(at_block(5)));
    assert_eq!(
        (Level::of(2, need), Level::of(1, need), Level::of(0, need)),
        (Level::Full, Level::Reduced, Level::Critical)
    );
}

#[test]
fn cover_given_is_the_week_without_what_is_off_counted_once() {
    let monday = date(2026, 11, 23);
    let long_ago = date(2026, 1, 1);
    assert_eq!(given_minutes(&[], monday, long_ago), 168 * 60);
    let off = [(at_block(0), at_block(40)), (at_block(20), at_block(60)), (at_block(-100), at_block(4))];
    assert_eq!(given_minutes(&off, monday, long_ago), 168 * 60 - 15 * 60);
    // The week in which the clocks go back has an hour more; whoever begins on Sunday gives a day.
    assert_eq!(given_minutes(&[], date(2026, 10, 25), long_ago), 169 * 60);
    assert_eq!(given_minutes(&[], monday, date(2026, 11, 29)), 24 * 60);
    assert_eq!(given_minutes(&[], monday, date(2027, 1, 1)), 0);
    assert_eq!(per_cent(120 * 60, 120 * 60), 100);
    assert_eq!(per_cent(119 * 60 + 59, 120 * 60), 99);
}

#[test]
fn a_stretch_is_whole_quarters_from_now_on_and_a_week_ahead() {
    let now: Timestamp = "2026-11-23T08:07:00Z".parse().expect("a time");
    let typed = |from: &str, to_date: &str, to: &str| TypedStretch {
        state: "personal".to_owned(),
        from_date: "23/11/2026".to_owned(),
        from_time: from.to_owned(),
        to_date: to_date.to_owned(),
        to_time: to.to_owned(),
        confirm: String::new(),
    };
    let wrong = |typed: TypedStretch| {
        let errors = check(&typed, now).expect_err("wrong");
        errors.as_slice().iter().map(|error| error.field.clone()).collect::<Vec<_>>()
    };
    let good = check(&typed("08:00", "", "09:15"), now).expect("the block that runs counts");
    assert_eq!(good.to.duration_since(good.from).as_mins(), 75);
    assert!(check(&typed("18:00", "30/11/2026", "23:45"), now).is_ok());
    assert_eq!(wrong(typed("07:45", "", "09:15")), ["from_time"]);
    assert_eq!(wrong(typed("08:10", "", "09:15")), ["from_time"]);
    assert_eq!(wrong(typed("09:15", "", "09:15")), ["to_time"]);
    assert_eq!(wrong(typed("18:00", "1/12/2026", "00:15")), ["to_date"]);
    assert_eq!(wrong(TypedStretch::default()), ["state", "from_date", "from_time", "to_date", "to_time"]);
}

#[test]
fn a_gap_is_a_stretch_with_fewer_than_the_least_and_says_how_few() {
    let need = Need { full: 3, least: 2 };
    let mut rides = vec![ride(1, false, 0, 40), ride(2, false, 0, 40), ride(2, true, 4, 10), ride(1, true, 8, 12)];
    let found = gaps(&rides, need, at_block(0), at_block(40));
    assert_eq!(found, [Run { from: at_block(4), to: at_block(12), riders: 0 }]);
    // A part of a block is a block.
    rides.push(Ride {
        rider: 1,
        off: true,
        starts_at: at_block(20) + SignedDuration::from_mins(5),
        ends_at: at_block(21),
    });
    let found = gaps(&rides, need, at_block(0), at_block(40));
    assert_eq!(found.last(), Some(&Run { from: at_block(20), to: at_block(21), riders: 1 }));
    assert_eq!(gaps(&[], need, at_block(0), at_block(40)), [], "nobody gives cover there");
}

proptest! {
    #[test]
    fn gaps_are_where_the_cover_of_each_block_is_critical(
        offs in prop::collection::vec((0_i64..4, 0_i64..90, 1_i64..30), 0..12), least in 1_i32..5,
    ) {
        let need = Need { full: 5, least };
        let mut rides: Vec<Ride> = (0..4).map(|rider| ride(rider, false, 0, 96)).collect();
        rides.extend(offs.into_iter().map(|(rider, from, length)| ride(rider, true, from, (from + length).min(96))));
        let found = gaps(&rides, need, at_block(0), at_block(96));
        for run in cover(&rides, at_block(0), at_block(96)) {
            let inside = found.iter().any(|gap| gap.from <= run.from && run.to <= gap.to);
            prop_assert_eq!(inside, run.riders < least);
        }
    }
}
