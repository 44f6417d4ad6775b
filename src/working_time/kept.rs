//! From a figure of the engine to the row that is kept of it. Pure.

use super::record::{Kept, More, Owed};
use super::rules::{DayFigure, Ledger, NightStanding, RestKind, Standing};

/// How a figure stands, as the database has it.
pub const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Within => "within",
        Standing::Over => "over",
        Standing::OptedOut => "opted-out",
    }
}

const fn night(standing: NightStanding) -> &'static str {
    match standing {
        NightStanding::NotANightWorker => "none",
        NightStanding::Within => "within",
        NightStanding::Over => "over",
        NightStanding::Exempt => "exempt",
    }
}

const fn rest_kind(kind: RestKind) -> &'static str {
    match kind {
        RestKind::Daily => "daily",
        RestKind::Weekly => "weekly",
        RestKind::Break => "break",
    }
}

fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// The row of a day.
pub fn row(figure: &DayFigure) -> Kept {
    let average = &figure.average;
    Kept {
        day: figure.day,
        first_on: average.period.first,
        last_on: average.period.last,
        a: average.a.get(),
        b: average.b.get(),
        c_days: small(average.c_days),
        average: small(average.average.hundredths()),
        headroom: average.headroom.get(),
        standing: standing(average.standing),
        shortest_rest: figure.rest.shortest.map(|rest| small(rest.rest.length().get())),
        owed: figure.debt.owed.get(),
        due_on: figure.debt.due_on,
        longest_stretch: figure.rest.longest_stretch.map(|stretch| small(stretch.length().get())),
        rule_version: figure.rule_version.to_string(),
        more: None,
    }
}

/// What the latest row says beyond its columns.
pub fn more(ledger: &Ledger<'_>, figure: &DayFigure) -> More {
    let (average, rest) = (&figure.average, &figure.rest);
    let open = ledger.debts().iter().filter(|debt| debt.owed().get() > 0);
    More {
        expected: average.expected.hundredths(),
        worked: average.worked.hundredths(),
        limit: average.limit.get(),
        hours_left: average.hours_left.get(),
        excluded_days: average.excluded_days,
        open_days: average.open_days,
        missed: [rest.missed_daily, rest.missed_weekly, rest.missed_breaks],
        look_back: rest.days,
        young_within: figure.young.map(|young| young.is_within()),
        night: figure.night.map(|one| (night(one.standing).to_owned(), one.average.get())),
        debts: open
            .map(|debt| Owed {
                kind: rest_kind(debt.kind).to_owned(),
                from: debt.period.begins(),
                until: debt.period.ends(),
                amount: debt.amount.get(),
                owed: debt.owed().get(),
                due_on: debt.due_on,
            })
            .collect(),
    }
}
