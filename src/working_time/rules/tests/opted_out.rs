//! Opt-outs: the days on which the weekly limit does not apply.

use super::notation::try_all;

#[test]
fn the_days_of_an_opt_out() {
    try_all(&[
        (
            "while it stands the limit does not apply, and what was worked is still told",
            "optout 2020-01-06..; shift 2026-01-05..2026-05-02 mon-sat 09:00-19:00",
            "is=out A=0 x=102 worked=60.00 avg=0.00",
        ),
        (
            "after it, as many worked days stand in: who works 40 h now has 40 h",
            // 8 weeks of 60 h opted out, 9 weeks of 40 h, then 40 days of 8 h.
            "optout 2020-01-06..2026-03-01; shift 2026-01-05..2026-02-27 mon-fri 09:00-21:00; \
             shift 2026-03-02..2026-08-31 mon-fri 09:00-17:00",
            "A=360 x=40 B=320 avg=40.00 is=within worked=49.41 open=0",
        ),
        (
            "days of an opt-out after the period are no days of B",
            "leave 2026-05-01; optout 2026-05-04..2026-05-05; shift 2026-05-04..2026-05-06 09:00-17:00",
            "x=1 B=8 open=0 is=within",
        ),
        ("the last day of an opt-out", "optout 2026-05-01..2026-05-03", "is=out"),
        (
            "the day after its last day",
            "optout 2026-05-01..2026-05-02; shift 2026-05-01..2026-05-03 09:00-17:00",
            "is=within A=8 x=2 open=2",
        ),
        (
            "a night into an opt-out counts until midnight",
            "optout 2026-05-03..2026-05-03; day 2026-05-04; shift 2026-05-02 19:00-07:00",
            "A=5 x=1 is=within",
        ),
        (
            "under 18 there is none",
            "adult 2027-01-01; optout 2020-01-06..; shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00",
            "is=within A=680 x=0 avg=40.00",
        ),
    ]);
}
