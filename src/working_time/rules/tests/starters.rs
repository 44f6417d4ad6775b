//! New starters, and work that is not closed or not known yet.

use super::notation::try_all;

#[test]
fn employed_for_less_than_a_period() {
    try_all(&[
        (
            "two weeks: the time since the start",
            "start 2026-04-20; shift 2026-04-20..2026-05-01 mon-fri 08:00-18:00",
            "A=100 C=2 avg=50.00 is=over",
        ),
        (
            "the first day: a seventh of a week",
            "start 2026-05-01; day 2026-05-01; shift 2026-05-01 09:00-17:00",
            "A=8 C=1d avg=56.00 is=over",
        ),
        (
            "a day short of seventeen weeks",
            // 84 days of 8 h; 672 * 7 / 118.
            "start 2026-01-06; shift 2026-01-06..2026-05-01 mon-fri 09:00-17:00",
            "A=672 C=118d avg=39.86",
        ),
        (
            "seventeen weeks to the day",
            "start 2026-01-05; shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00",
            "A=680 C=17 avg=40.00",
        ),
        (
            "a day more: the first day has left the period",
            "start 2026-01-04; shift 2026-01-04..2026-05-01 mon-fri 09:00-17:00; \
             shift 2026-01-04..2026-05-01 sun 09:00-17:00",
            // Sundays from 11 January to 26 April: 16 of 8 h beside 680.
            "A=808 C=17",
        ),
        (
            "civil protection after seventeen weeks: still the time since the start",
            "terms protection; start 2026-01-05; shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00",
            "A=680 C=17 avg=40.00",
        ),
        (
            "within a fixed block, too",
            "terms ordinary block 2026-01-05; start 2026-02-02; shift 2026-02-02..2026-05-01 mon-fri 09:00-17:00",
            "A=520 C=13 avg=40.00 final=yes",
        ),
        (
            "work before the employment is outside of the period",
            "start 2026-05-01; day 2026-05-01; primary 2026-04-30 09:00-17:00; shift 2026-05-01 09:00-17:00",
            "A=8 C=1d",
        ),
        (
            "leave of a new starter",
            "start 2026-04-20; shift 2026-04-20..2026-04-24 08:00-18:00; leave 2026-04-27..2026-05-01; \
             shift 2026-05-04..2026-05-15 mon-fri 08:00-18:00",
            "A=50 x=5 B=50 C=2 avg=50.00 is=over",
        ),
    ]);
}

#[test]
fn work_that_nobody_closed() {
    try_all(&[
        ("it counts up to now", "now 2026-05-03 15:00; shift 2026-05-03 07:00-", "A=8 unclosed=1 stretch=8 final=no"),
        (
            "forgotten for a week, it counts for its longest time",
            "now 2026-05-10 12:00; shift 2026-05-01 07:00-",
            "A=24 unclosed=1 stretch=24",
        ),
        (
            "forgotten on the evening before a block ends, it reaches into the next",
            "terms ordinary block 2026-01-05; now 2026-05-10 12:00; shift 2026-05-03 20:00-",
            "A=4 unclosed=1",
        ),
        ("with a break so far", "now 2026-05-03 11:00; shift 2026-05-03 07:00- break 30", "A=3.5 unclosed=1"),
        (
            "ten minutes into it, with a break of half an hour written down already",
            "now 2026-05-03 07:10; shift 2026-05-03 07:00- break 30",
            "A=0 unclosed=1",
        ),
        (
            "it overlaps what was logged meanwhile: once",
            "now 2026-05-03 15:00; shift 2026-05-03 07:00-; turnout 2026-05-03 09:00-10:00",
            "A=8 unclosed=1",
        ),
        (
            "work that goes on is known up to now",
            "now 2026-05-03 12:00; shift 2026-05-03 07:00-19:00",
            "A=5 unclosed=0 final=no",
        ),
        (
            "work of tomorrow is not known",
            "now 2026-05-03 12:00; day 2026-05-03; shift 2026-05-04 07:00-19:00",
            "A=0 short=none",
        ),
    ]);
}
