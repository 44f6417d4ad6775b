//! Overlapping employments, on-call and standby: every second once.

use super::notation::try_all;

#[test]
fn two_employments() {
    try_all(&[
        ("a turnout during the main job", "primary 2026-05-01 09:00-17:00; turnout 2026-05-01 11:00-12:30", "A=8"),
        (
            "a turnout that outlasts the main job",
            "primary 2026-05-01 09:00-17:00; turnout 2026-05-01 16:00-18:30",
            "A=9.5 stretch=9.5",
        ),
        (
            "three kinds of work, each overlapping the next",
            "shift 2026-05-01 08:00-12:00; training 2026-05-01 10:00-14:00; station 2026-05-01 13:00-18:00",
            "A=10 stretch=10",
        ),
        ("the same shift from two places", "shift 2026-05-01 09:00-17:00; primary 2026-05-01 09:00-17:00", "A=8"),
        (
            "work that touches is no overlap and no break",
            "shift 2026-05-01 08:00-12:00; training 2026-05-01 12:00-16:00",
            "A=8 stretch=8 missed=0/0/1",
        ),
        (
            "a second job in the evenings counts to the same limit",
            // 17 weeks of 40 h and 12 h.
            "shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00; second 2026-01-05..2026-04-30 mon-thu 18:00-21:00",
            "A=884 avg=52.00 is=over",
        ),
        (
            "an on-call member with a main job of 37.5 h and a drill every week",
            // 17 * (37.5 + 2); the break of half an hour is not work.
            "terms protection w17; primary 2026-01-05..2026-05-01 mon-fri 09:00-17:00 break 30; \
             training 2026-01-05..2026-05-01 wed 19:00-21:00",
            "A=671.5 avg=39.50 is=within",
        ),
        (
            "an overlap across midnight",
            "shift 2026-05-02 18:00-02:00; turnout 2026-05-02 23:00-04:00",
            "A=10 stretch=10",
        ),
        (
            "a turnout in a break of the main job is work",
            "primary 2026-05-01 09:00-17:00 break 12:00-13:00; turnout 2026-05-01 12:15-12:45",
            // 7 h and the half hour.
            "A=7.5",
        ),
        (
            "a turnout that fills the break",
            "primary 2026-05-01 09:00-17:00 break 12:00-13:00; turnout 2026-05-01 11:30-13:30",
            "A=8 stretch=8 missed=0/0/1",
        ),
    ]);
}

#[test]
fn on_call() {
    try_all(&[
        (
            "standby at home, every hour counts: a turnout within adds nothing",
            "terms protection standby all; home 2026-05-01 18:00-08:00; turnout 2026-05-01 22:00-23:00",
            "A=14",
        ),
        (
            "standby at home, turnouts count",
            "terms protection standby turnouts; home 2026-05-01 18:00-08:00; turnout 2026-05-01 22:00-23:00",
            "A=1",
        ),
        (
            "standby at home, nothing counts",
            "terms protection standby none; home 2026-05-01 18:00-08:00; turnout 2026-05-01 22:00-23:00",
            "A=0 short=none",
        ),
        ("drills count whatever the rule", "terms protection standby none; training 2026-05-01 19:00-21:00", "A=2"),
        (
            "standby at the station counts whatever the rule",
            "terms protection standby none; station 2026-05-01 18:00-08:00",
            "A=14",
        ),
        (
            "seventy hours of cover a week where all of it counts",
            // 85 nights of 14 h, none of them one on which the clocks change.
            "terms protection w17 standby all; home 2026-01-05..2026-05-01 mon-fri 18:00-08:00",
            "A=1190 avg=70.00 is=over",
        ),
        (
            "the rule changes: each spell by the terms of the day on which it began",
            "terms protection standby turnouts; terms from 2026-05-02 protection standby all; \
             home 2026-05-01 18:00-08:00; home 2026-05-02 18:00-08:00; day 2026-05-04",
            "A=14",
        ),
        (
            "standby that counts is no rest; standby that does not is",
            "terms protection standby turnouts; home 2026-04-30 18:00-08:00; shift 2026-04-30 08:00-18:00 break 60; \
             shift 2026-05-01 08:00-18:00 break 60",
            "missed=0/0/0 short=14",
        ),
        (
            "the same where every hour counts",
            // From 8:00 on Thursday to 18:00 on Friday without a rest: in the first 24 hours nothing, then 14 h of 24.
            "terms protection standby all; home 2026-04-30 18:00-08:00; shift 2026-04-30 08:00-18:00 break 60; \
             shift 2026-05-01 08:00-18:00 break 60",
            "missed=1/0/0 short=0",
        ),
    ]);
}
