//! Daily rest, weekly rest, breaks, and the rest that is owed for them.

use super::notation::try_all;

#[test]
fn breaks() {
    try_all(&[
        (
            "an hour's break without a time is taken to be in the middle",
            "shift 2026-05-01 07:00-19:00 break 60",
            "A=11 stretch=5.5 missed=0/0/0",
        ),
        (
            "a break with its time",
            "shift 2026-05-01 07:00-19:00 break 12:00-12:45",
            "A=11.25 stretch=6.25 missed=0/0/0",
        ),
        (
            "a quarter of an hour is not working time, and no break",
            "shift 2026-05-01 07:00-15:00 break 11:00-11:15",
            "A=7.75 stretch=8 missed=0/0/1",
        ),
        ("six hours need no break", "shift 2026-05-01 08:00-14:00", "A=6 missed=0/0/0"),
        ("a minute more does", "shift 2026-05-01 08:00-14:01", "missed=0/0/1"),
        (
            "one break is enough, however long the shift (Corps of Commissionaires v Hughes)",
            // From 8:20 to 19:00.
            "shift 2026-05-01 07:00-19:00 break 08:00-08:20",
            "stretch=10.67 missed=0/0/0",
        ),
        (
            "twenty minutes between two pieces of work are a break",
            "shift 2026-05-01 08:00-12:00; shift 2026-05-01 12:20-16:00",
            "A=7.67 stretch=4 missed=0/0/0",
        ),
        (
            "where crews can be called out of their meal, the meal is work",
            "terms protection breaks-count; shift 2026-05-01 07:00-19:00 break 60",
            "A=12 stretch=12 missed=0/0/1",
        ),
        ("a break in the night after the start", "shift 2026-05-01 19:00-07:00 break 01:00-01:30", "A=11.5 stretch=6"),
        (
            "breaks that overlap each other count once",
            "shift 2026-05-01 07:00-19:00 break 12:00-12:45 break 12:30-13:00",
            "A=11 stretch=6",
        ),
        (
            "a break that reaches over the end of the work",
            "shift 2026-05-01 07:00-12:00 break 11:30-12:30",
            "A=4.5 stretch=4.5",
        ),
    ]);
}

#[test]
fn daily_rest() {
    try_all(&[
        (
            "eleven hours",
            "shift 2026-05-01 10:00-20:00 break 30; shift 2026-05-02 07:00-15:00 break 30",
            "short=11 missed=0/0/0",
        ),
        (
            "a late finish before an early start",
            "shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "short=10.5 missed=1/0/0 owed=0",
        ),
        (
            "a week later it is out of sight: only the rest after the second shift is left",
            "day 2026-05-09; shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "short=12 missed=0/0/0",
        ),
        (
            "six days later it is still there",
            "day 2026-05-08; shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "short=10.5 missed=1/0/0",
        ),
        (
            "after fourteen hours of work eleven hours of rest are one too few within 24",
            "shift 2026-05-01 08:00-22:00 break 30; shift 2026-05-02 09:00-17:00 break 30",
            "short=10 missed=1/0/0",
        ),
        (
            "the break within a shift is no rest: 24 hours on duty have none",
            "shift 2026-05-01 09:00-09:00 break 60",
            "short=0 missed=1/0/0",
        ),
        (
            "a turnout in the night leaves nine hours before it and four and a half after",
            "day 2026-04-29; primary 2026-04-28..2026-04-29 08:30-17:00 break 30; turnout 2026-04-29 02:00-04:00",
            "short=9 missed=1/0/0",
        ),
        (
            "two short turnouts with 13 hours after the second: the rest is had",
            // In the 24 hours from 20:00 on Friday: 9 h, then 13 h from 7:00.
            "turnout 2026-05-01 20:00-21:00; turnout 2026-05-02 06:00-07:00; turnout 2026-05-02 20:30-21:00",
            "missed=0/0/0 short=13",
        ),
        (
            "clocks forward: eleven and a half hours on the wall are ten and a half",
            "day 2026-03-30; shift 2026-03-28 10:00-20:00 break 30; shift 2026-03-29 07:30-15:30 break 30",
            "short=10.5 missed=1/0/0",
        ),
        (
            "clocks back: ten and a half hours on the wall are eleven and a half",
            "day 2026-10-26; shift 2026-10-24 10:00-20:30 break 30; shift 2026-10-25 07:00-15:00 break 30",
            "short=11.5 missed=0/0/0",
        ),
        (
            "a rest that goes on is not judged before the 24 hours are over",
            "now 2026-05-03 06:00; shift 2026-05-02 08:00-22:00 break 30",
            "short=none missed=0/0/0",
        ),
    ]);
}

/// Fortnights are counted from Monday 6 January 2020; 164 of them later one begins on 20 April 2026.
#[test]
fn weekly_rest() {
    try_all(&[
        (
            "seven days of work: the longest rest is a night of 16 hours",
            "day 2026-04-26; shift 2026-04-20..2026-04-26 09:00-17:00 break 30",
            "missed=0/1/0 owed=0",
        ),
        (
            "the week is judged when it is over",
            "day 2026-04-25; shift 2026-04-20..2026-04-26 09:00-17:00 break 30",
            "missed=0/0/0",
        ),
        ("a free Sunday", "day 2026-04-26; shift 2026-04-20..2026-04-25 09:00-17:00 break 30", "missed=0/0/0"),
        (
            "24 hours across the end of the week are 12 in each",
            "day 2026-04-26; shift 2026-04-20..2026-04-25 09:00-17:00 break 30; shift 2026-04-26 09:00-12:00; \
             shift 2026-04-27 12:00-20:00 break 30",
            "missed=0/1/0",
        ),
        (
            "twice in a fortnight: a free weekend is two rests of 24 hours",
            "terms ordinary weekly 2x14; shift 2026-04-20..2026-05-01 09:00-17:00 break 30",
            "missed=0/0/0",
        ),
        (
            "twice in a fortnight: a free Sunday is one",
            "terms ordinary weekly 2x14; shift 2026-04-20..2026-05-02 09:00-17:00 break 30",
            "missed=0/1/0",
        ),
        (
            "once in a fortnight: a free weekend is 48 hours",
            "terms ordinary weekly 1x14; shift 2026-04-20..2026-05-01 09:00-17:00 break 30",
            "missed=0/0/0",
        ),
        (
            "once in a fortnight: a free Sunday is not",
            "terms ordinary weekly 1x14; shift 2026-04-20..2026-05-02 09:00-17:00 break 30",
            "missed=0/1/0",
        ),
        (
            "in the middle of a fortnight nothing is decided",
            "terms ordinary weekly 1x14; day 2026-04-26; shift 2026-04-20..2026-05-02 09:00-17:00 break 30",
            "missed=0/0/0",
        ),
    ]);
}

#[test]
fn compensatory_rest() {
    try_all(&[
        (
            "half an hour missed is owed, for a fortnight",
            "terms protection; day 2026-05-02; \
             shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "missed=1/0/0 owed=0.5 due=2026-05-16",
        ),
        (
            "the next rest pays it with what it has beyond eleven hours, on the next morning",
            "terms protection; day 2026-05-03; \
             shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "owed=0 due=none",
        ),
        (
            "annual leave is no rest: it pays nothing",
            // The five hours before the leave are part of the daily rest; the other six come after it.
            "terms protection; day 2026-05-10; leave 2026-05-03..2026-05-10; \
             shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "owed=0.5 due=2026-05-16",
        ),
        (
            "the day after the leave does",
            "terms protection; day 2026-05-11; leave 2026-05-03..2026-05-10; \
             shift 2026-05-01 07:00-20:30 break 30; shift 2026-05-02 07:00-19:00 break 30",
            "owed=0",
        ),
        (
            "the rest that came an hour late is paid by its own last hour",
            "terms protection; day 2026-05-02; \
             shift 2026-05-01 08:00-22:00 break 30; shift 2026-05-02 09:00-17:00 break 30",
            "missed=1/0/0 owed=0",
        ),
        (
            "24 hours on duty, three hours after",
            "terms protection; day 2026-05-02; now 2026-05-02 12:00; shift 2026-05-01 09:00-09:00 break 60",
            "missed=1/0/0 owed=11 due=2026-05-16",
        ),
        (
            "eleven hours after it is paid, on end",
            "terms protection; day 2026-05-02; now 2026-05-02 20:00; shift 2026-05-01 09:00-09:00 break 60",
            "owed=0",
        ),
        (
            "24 on, 12 off, 24 on: twelve hours are eleven of their own and one, too few to pay",
            "terms protection; day 2026-05-02; \
             shift 2026-05-01 09:00-09:00 break 60; shift 2026-05-02 21:00-21:00 break 60",
            "owed=11 due=2026-05-16",
        ),
        (
            "after the second 24 hours both are owed",
            "terms protection; day 2026-05-03; \
             shift 2026-05-01 09:00-09:00 break 60; shift 2026-05-02 21:00-21:00 break 60",
            "missed=2/0/0 owed=22 due=2026-05-16",
        ),
        (
            "a free day pays both",
            "terms protection; day 2026-05-04; \
             shift 2026-05-01 09:00-09:00 break 60; shift 2026-05-02 21:00-21:00 break 60",
            "owed=0",
        ),
        (
            "two days, two nights, four off: two hours between the nights",
            "terms protection; day 2026-04-30; shift 2026-04-27..2026-04-28 09:00-18:00 break 60; \
             shift 2026-04-29..2026-04-30 18:00-09:00 break 60; shift 2026-05-05 09:00-18:00 break 60",
            "missed=1/0/0 short=9 owed=2 due=2026-05-14",
        ),
        (
            "and two after the second; the days off pay them in their first evening",
            "terms protection; day 2026-05-01; shift 2026-04-27..2026-04-28 09:00-18:00 break 60; \
             shift 2026-04-29..2026-04-30 18:00-09:00 break 60; shift 2026-05-05 09:00-18:00 break 60",
            "missed=2/0/0 short=9 owed=0",
        ),
        (
            "a turnout in the night: two hours are owed at the end of the next day",
            "terms protection; day 2026-04-29; primary 2026-04-28..2026-04-30 08:30-17:00 break 30; \
             turnout 2026-04-29 02:00-04:00",
            "short=9 owed=2 due=2026-05-13",
        ),
        (
            "an ordinary night of fifteen and a half hours pays them",
            "terms protection; day 2026-04-30; primary 2026-04-28..2026-04-30 08:30-17:00 break 30; \
             turnout 2026-04-29 02:00-04:00",
            "owed=0",
        ),
        (
            "seven days of work: eight hours of weekly rest are owed, for two months",
            "terms protection; day 2026-04-26; shift 2026-04-20..2026-04-26 09:00-17:00 break 30",
            "missed=0/1/0 owed=8 due=2026-06-26",
        ),
        (
            "a free Monday pays them",
            "terms protection; day 2026-04-27; shift 2026-04-20..2026-04-26 09:00-17:00 break 30",
            "owed=0",
        ),
        (
            "a missed break is owed, and paid in the evening",
            // Decided when the rest was had: at 2:00 on the next day.
            "terms protection; day 2026-05-02; now 2026-05-02 02:00; shift 2026-05-01 07:00-15:00",
            "missed=0/0/1 owed=0.33 due=2026-05-16",
        ),
        (
            "twenty minutes later it is paid",
            "terms protection; day 2026-05-02; now 2026-05-02 02:20; shift 2026-05-01 07:00-15:00",
            "missed=0/0/1 owed=0",
        ),
        (
            "who is under 18 has no compensatory rest, but a breach",
            "terms protection; adult 2027-01-01; day 2026-05-02; \
             shift 2026-05-01 10:00-18:00 break 30; shift 2026-05-02 05:00-09:00",
            "missed=1/0/0 owed=0",
        ),
    ]);
}
