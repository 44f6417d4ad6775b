//! Night work, and workers under 18.

use super::notation::try_all;

#[test]
fn night_work() {
    try_all(&[
        (
            "the government's example: four nights of 12 h a week are 8 h a day",
            "shift 2026-01-05..2026-04-30 mon-thu 19:00-07:00",
            "A=816 avg=48.00 nights=68/68 navg=8 night=within",
        ),
        (
            "an hour more in 17 weeks",
            // 817 / 102.
            "shift 2026-01-05..2026-04-30 mon-thu 19:00-07:00; shift 2026-05-01 20:00-21:00",
            "nights=68/69 navg=8.01 night=over",
        ),
        (
            "civil protection has no such limit",
            "terms protection; shift 2026-01-05..2026-04-30 mon-thu 19:00-07:00; shift 2026-05-01 20:00-21:00",
            "navg=8.01 night=exempt",
        ),
        (
            "one night in four days' work",
            "shift 2026-04-27..2026-04-29 09:00-17:00; shift 2026-04-30 22:00-06:00",
            "nights=1/4 night=not",
        ),
        (
            "one night in three",
            "shift 2026-04-28..2026-04-29 09:00-17:00; shift 2026-04-30 22:00-06:00",
            "nights=1/3 night=within",
        ),
        ("three hours of night time make a night", "shift 2026-05-01 20:00-02:00", "nights=1/1"),
        ("a minute less does not", "shift 2026-05-01 20:00-01:59", "nights=0/1 night=not"),
        (
            "on the night on which the clocks go forward 23:00 to 3:00 are three hours",
            "day 2026-03-29; shift 2026-03-28 23:00-03:00",
            "A=3 nights=1/1",
        ),
        (
            "special hazards: eleven hours of a night",
            "terms ordinary hazards; shift 2026-05-01 20:00-07:00",
            "hazard=11! night=within",
        ),
        (
            "special hazards: two nights of eight hours, an hour of the second within 24 of the first",
            "terms ordinary hazards; shift 2026-04-30 22:00-06:00; shift 2026-05-01 21:00-05:00",
            "hazard=9!",
        ),
        (
            "special hazards: eight hours each night",
            "terms ordinary hazards; shift 2026-04-30..2026-05-01 22:00-06:00",
            "hazard=8",
        ),
        (
            "special hazards: day work is not limited",
            "terms ordinary hazards; shift 2026-05-01 07:00-19:00",
            "hazard=none",
        ),
        (
            "special hazards: civil protection is told, not limited",
            "terms protection hazards; shift 2026-05-01 20:00-07:00",
            "hazard=11 night=exempt",
        ),
        (
            "a new starter's average is over their own days",
            // Two nights of 12 h in 14 days: 24 / 12.
            "start 2026-04-20; shift 2026-04-27..2026-04-28 19:00-07:00",
            "nights=2/2 navg=2",
        ),
    ]);
}

#[test]
fn under_18() {
    try_all(&[
        (
            "half an hour over the day's limit",
            "adult 2027-01-01; day 2026-05-01; shift 2026-05-01 09:00-18:00 break 30",
            "young=8.5/8.5/0 kept=no night=none",
        ),
        (
            "eight hours",
            "adult 2027-01-01; day 2026-05-01; shift 2026-05-01 09:00-17:30 break 30",
            "young=8/8/0 kept=yes",
        ),
        (
            "an hour on Saturday over the week's limit",
            "adult 2027-01-01; day 2026-05-02; shift 2026-04-27..2026-05-01 09:00-17:30 break 30; \
             shift 2026-05-02 10:00-11:00",
            "young=1/41/0 kept=no",
        ),
        (
            "the week begins anew on Monday",
            "adult 2027-01-01; day 2026-05-04; shift 2026-04-27..2026-05-01 09:00-17:30 break 30; \
             shift 2026-05-04 10:00-11:00",
            "young=1/1/0 kept=yes",
        ),
        (
            "two employers are added up",
            "adult 2027-01-01; day 2026-05-01; shift 2026-05-01 09:00-13:00; second 2026-05-01 12:00-18:00",
            "young=9/9/0 kept=no",
        ),
        (
            "an hour after 22:00",
            "adult 2027-01-01; day 2026-05-01; shift 2026-05-01 20:00-23:00",
            "young=3/3/1 kept=no",
        ),
        (
            "twelve hours of rest, not eleven",
            "adult 2027-01-01; day 2026-05-02; shift 2026-05-01 10:00-18:00 break 30; shift 2026-05-02 05:45-09:00",
            "short=11.75 missed=1/0/0",
        ),
        (
            "a break of half an hour after four and a half hours",
            "adult 2027-01-01; shift 2026-05-01 09:00-14:00 break 20",
            "missed=0/0/1",
        ),
        (
            "two days free in each week: one is not enough",
            // From 15:00 on Saturday to the end of the week are 33 hours.
            "adult 2027-01-01; shift 2026-04-27..2026-05-02 09:00-15:00 break 30",
            "missed=0/1/0",
        ),
        (
            "on the 18th birthday they are an adult",
            "adult 2026-05-03; shift 2026-05-03 20:00-23:00",
            "young=none night=not",
        ),
    ]);
}
