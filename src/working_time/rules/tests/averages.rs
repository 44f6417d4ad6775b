//! The average of regulation 4: A, B, C, the periods and the days that are excluded.

use super::notation::try_all;

/// Five days a week for 17 weeks from 5 January to 3 May 2026 are 85 days.
#[test]
fn the_formula() {
    try_all(&[
        (
            "the requirements' worked check: A 780, 5 excluded days, B 60, C 17",
            // 80 days of 9 h 45 min, then five of 12 h.
            "shift 2026-01-05..2026-01-30 mon-fri 09:00-18:45; leave 2026-02-02..2026-02-06; \
             shift 2026-02-09..2026-05-01 mon-fri 09:00-18:45; shift 2026-05-04..2026-05-15 mon-fri 07:00-19:00",
            "A=780 x=5 B=60 C=17 avg=49.41 is=over room=-1.41 left=-24 open=0 final=yes",
        ),
        (
            "nidirect's first example: 40 h a week, 12 h overtime in ten of them",
            "shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00; shift 2026-01-10..2026-03-14 sat 08:00-20:00",
            "A=800 B=0 C=17 avg=47.06 is=within room=0.94 left=16",
        ),
        (
            "the government's example with leave: four days off, four days of 8 h in their place",
            "shift 2026-01-05..2026-02-02 mon-fri 09:00-17:00; leave 2026-02-03..2026-02-06; \
             shift 2026-02-09..2026-05-15 mon-fri 09:00-17:00; shift 2026-01-10..2026-03-14 sat 08:00-16:00",
            "A=728 x=4 B=32 C=17 avg=44.71 is=within",
        ),
        (
            "exactly 48 h a week is no breach",
            "shift 2026-01-05..2026-05-02 mon-sat 09:00-17:00",
            "A=816 avg=48.00 is=within room=0 left=0",
        ),
        (
            "a minute more is one, though it does not show in the second decimal",
            "shift 2026-01-05..2026-05-02 mon-sat 09:00-17:00; shift 2026-05-03 09:00-09:01",
            "A=816.02 avg=48.00 is=over left=-0.02",
        ),
        ("nothing worked", "", "A=0 B=0 C=17 avg=0.00 is=within room=48 left=816 short=none stretch=none owed=0"),
        ("a figure of the day itself holds the day's hours", "shift 2026-05-03 07:00-19:00", "A=12 avg=0.71 final=yes"),
    ]);
}

#[test]
fn midnight_and_the_end_of_the_period() {
    try_all(&[
        (
            "a night belongs to both of its days: the first one",
            "start 2026-05-01; shift 2026-05-03 19:00-07:00",
            "A=5 C=3d avg=11.67",
        ),
        (
            "a night belongs to both of its days: with the second one",
            "start 2026-05-01; day 2026-05-04; shift 2026-05-03 19:00-07:00",
            "A=12 C=4d avg=21.00",
        ),
        (
            "a night across the end of a fixed block: the block that ends",
            "terms ordinary block 2026-01-05; shift 2026-05-03 19:00-07:00",
            "A=5 B=0 C=17 avg=0.29",
        ),
        (
            "a night across the end of a fixed block: the block that begins",
            "terms ordinary block 2026-01-05; day 2026-05-04; shift 2026-05-03 19:00-07:00",
            "A=7 B=0 C=17 avg=0.41",
        ),
        ("a night into the first day of a rolling period", "shift 2026-01-04 19:00-07:00", "A=7 C=17"),
    ]);
}

#[test]
fn days_of_23_and_25_hours() {
    try_all(&[
        ("a night on which the clocks go forward", "day 2026-03-29; shift 2026-03-28 19:00-07:00", "A=11 stretch=11"),
        ("a night on which the clocks go back", "day 2026-10-25; shift 2026-10-24 19:00-07:00", "A=13 stretch=13"),
        ("the whole of the short day", "day 2026-03-29; shift 2026-03-29 00:00-00:00", "A=23"),
        ("the whole of the long day", "day 2026-10-25; shift 2026-10-25 00:00-00:00", "A=25"),
        ("the hour that came twice is an hour", "day 2026-10-25; shift 2026-10-25 01:30a-01:30b", "A=1"),
        (
            "work in each of the two hours from one o'clock",
            "day 2026-10-25; shift 2026-10-25 00:30-01:30a; shift 2026-10-25 01:00b-02:00",
            "A=2",
        ),
        (
            "overlapping work in the hour that came twice is counted once",
            "day 2026-10-25; shift 2026-10-25 00:00-01:30b; turnout 2026-10-25 01:00a-03:00",
            // Midnight BST to 3:00 GMT.
            "A=4",
        ),
        ("a break without a time on the short night", "day 2026-03-29; shift 2026-03-28 19:00-07:00 break 60", "A=10"),
        (
            "a short night across the end of a block counts its five hours after midnight",
            "terms ordinary block 2026-03-29; day 2026-03-29; now 2026-03-29 12:00; shift 2026-03-28 19:00-06:00",
            "A=5 C=17 final=no",
        ),
        (
            "seventeen weeks with a short day in them are seventeen weeks",
            "shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00",
            "A=680 C=17 avg=40.00",
        ),
    ]);
}

#[test]
fn excluded_days_and_the_days_in_their_place() {
    try_all(&[
        (
            "B is not complete yet: two days are over, a third one is being worked",
            "shift 2026-01-05..2026-01-30 mon-fri 09:00-18:45; leave 2026-02-02..2026-02-06; \
             shift 2026-02-09..2026-05-01 mon-fri 09:00-18:45; shift 2026-05-04..2026-05-15 mon-fri 07:00-19:00; \
             now 2026-05-06 20:00",
            // 780 + 36 = 816; at 9 h 45 min for each of the three open days, 845.25.
            "A=780 x=5 B=36 avg=48.00 is=within open=3 final=no expected=49.72",
        ),
        (
            "leave at the end of the period",
            "shift 2026-01-05..2026-04-24 mon-fri 08:00-18:00; leave 2026-04-27..2026-05-01; \
             shift 2026-05-04..2026-05-15 mon-fri 08:00-18:00",
            "A=800 x=5 B=50 avg=50.00 is=over",
        ),
        (
            "a sick fortnight by the days of the calendar asks for fourteen worked days",
            "shift 2026-01-05..2026-01-30 mon-fri 09:00-17:00; sick 2026-02-02..2026-02-15; \
             shift 2026-02-16..2026-06-30 mon-fri 09:00-17:00",
            "A=600 x=14 B=112 avg=41.88",
        ),
        (
            "the same fortnight by its rostered days leaves the average where it was",
            "shift 2026-01-05..2026-01-30 mon-fri 09:00-17:00; sick 2026-02-02..2026-02-06; \
             sick 2026-02-09..2026-02-13; shift 2026-02-16..2026-06-30 mon-fri 09:00-17:00",
            "A=600 x=10 B=80 avg=40.00",
        ),
        (
            "leave beyond the statutory is not excluded: no hours, no days in its place",
            "shift 2026-01-05..2026-01-30 mon-fri 09:00-17:00; other 2026-02-02..2026-02-15; \
             shift 2026-02-16..2026-06-30 mon-fri 09:00-17:00",
            "A=600 x=0 B=0 avg=35.29",
        ),
        (
            "eight weeks of maternity leave",
            "family 2026-01-05..2026-03-01; shift 2026-03-02..2026-08-31 mon-fri 09:00-17:00",
            "A=360 x=56 B=448 avg=47.53",
        ),
        (
            "a turnout during leave counts, and its day stays excluded",
            "shift 2026-01-05..2026-01-30 mon-fri 09:00-17:00; leave 2026-02-02..2026-02-06; \
             turnout 2026-02-03 19:00-21:00; shift 2026-02-09..2026-06-30 mon-fri 09:00-17:00",
            "A=642 x=5 B=40 avg=40.12",
        ),
        (
            "a day of B is one from midnight to midnight: of a night only the evening",
            "leave 2026-05-01; shift 2026-05-04 19:00-07:00",
            "A=0 x=1 B=5",
        ),
        (
            "for two excluded days the night is both days",
            "leave 2026-04-30..2026-05-01; shift 2026-05-04 19:00-07:00",
            "A=0 x=2 B=12",
        ),
        (
            "leave right after the period only puts B off",
            "leave 2026-05-01; leave 2026-05-04..2026-05-08; shift 2026-05-11..2026-05-12 09:00-17:00",
            "x=1 B=8 open=0",
        ),
        (
            "a day on leave and sick at once is one day",
            "leave 2026-02-02..2026-02-06; sick 2026-02-04..2026-02-08",
            "x=7 B=0 open=7",
        ),
        ("of leave that began before the period only its days within", "leave 2025-12-29..2026-01-06", "x=2"),
        (
            "leave inside a block that is not over",
            "terms ordinary block 2026-01-05; day 2026-03-01; now 2026-03-01 18:00; \
             shift 2026-01-05..2026-01-30 mon-fri 09:00-17:00; leave 2026-02-02..2026-02-06; \
             shift 2026-02-09..2026-02-27 mon-fri 09:00-17:00",
            "A=280 x=5 B=0 C=17 avg=16.47 left=536 open=5 final=no",
        ),
    ]);
}

#[test]
fn reference_periods() {
    try_all(&[
        (
            "civil protection: 26 weeks",
            "terms protection; day 2026-07-05; shift 2026-01-05..2026-07-03 mon-fri 09:00-17:00",
            "A=1040 C=26 avg=40.00",
        ),
        (
            "civil protection, 17 weeks by agreement",
            "terms protection w17; shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00",
            "A=680 C=17 avg=40.00",
        ),
        (
            "52 weeks by collective agreement",
            "terms ordinary w52; day 2026-07-05; shift 2025-07-07..2026-07-03 mon-fri 09:00-17:00",
            "A=2080 C=52 avg=40.00",
        ),
        (
            "seventeen busy weeks, rolling: all of them",
            "day 2026-06-28; shift 2026-03-02..2026-06-27 mon-sat 09:00-19:00",
            "A=1020 C=17 avg=60.00 is=over",
        ),
        (
            "the same weeks in fixed blocks: half of the second block so far",
            "terms ordinary block 2026-01-05; day 2026-06-28; now 2026-06-28 20:00; \
             shift 2026-03-02..2026-06-27 mon-sat 09:00-19:00",
            "A=480 C=17 avg=28.24 is=within left=336 final=no",
        ),
        (
            "the same weeks in fixed blocks: the first block, seen from a day in its middle",
            // Nine weeks of 60 h from 2 March to 2 May.
            "terms ordinary block 2026-01-05; day 2026-03-15; shift 2026-03-02..2026-06-27 mon-sat 09:00-19:00",
            "A=540 C=17 avg=31.76 final=yes",
        ),
        (
            "a block that is named by a later one",
            "terms ordinary block 2026-08-31; shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00",
            "A=680 C=17 avg=40.00 final=yes",
        ),
        ("the day before terms change", "terms ordinary; terms from 2026-06-01 protection; day 2026-05-31", "C=17"),
        ("the day on which terms change", "terms ordinary; terms from 2026-06-01 protection; day 2026-06-01", "C=26"),
    ]);
}
