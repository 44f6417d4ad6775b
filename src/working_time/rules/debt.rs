//! Compensatory rest: what was missed under regulation 21 is owed, falls due, and is paid off by longer rests.
//!
//! Regulation 24(a) asks for "an equivalent period of compensatory rest" wherever possible. The law has no account
//! book; this is ours, and docs/working-time.md gives the reasons:
//!
//! - every missed rest or break is a debt of what was missing, from the moment at which it was missed for good;
//! - a later rest pays with what is left of it between its own entitlements: the daily rest that it was, at its
//!   beginning, and what the weekly rest counted in it asks for beyond that, at its end (the two may lie in each other;
//!   where they may not, the weekly one is longer from the start);
//! - daily and weekly rest are paid by as many hours on end (Jaeger), breaks also in pieces (Crawford), as the rule set
//!   says; what falls due first is paid first;
//! - annual leave pays nothing: regulation 2(1) has it that leave is no rest period.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::facts::Facts;
use super::rest::DailyRest;
use super::weekly::WeeklyRest;
use crate::working_time::calendar::later;
use crate::working_time::model::AbsenceKind;
use crate::working_time::seconds::Seconds;
use crate::working_time::span::Span;

/// What kind of rest is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestKind {
    /// Daily rest: regulation 10(1).
    Daily,
    /// Weekly rest: regulation 11(1) and (2).
    Weekly,
    /// A rest break: regulation 12(1).
    Break,
}

/// Rest that was missed and has to be made up for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// What was missed.
    pub kind: RestKind,
    /// The period in which it was missed; it is owed from the end of it.
    pub period: Span,
    /// How much.
    pub amount: Seconds,
    /// By when it should be made up for.
    pub due_on: Date,
    /// By which parts of later rests it was paid.
    pub payments: Vec<Span>,
    in_one_piece: bool,
}

impl Debt {
    /// What is not paid yet.
    pub fn owed(&self) -> Seconds {
        self.amount - self.payments.iter().map(|payment| payment.length()).sum::<Seconds>()
    }
}

/// What is owed at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DebtFigure {
    /// Rest owed in all.
    pub owed: Seconds,
    /// When the first of it falls due; `None` if nothing is owed.
    pub due_on: Option<Date>,
}

/// All debts in the order in which they arose, with what was paid of them until now.
///
/// `duty` are stretches that do not touch.
pub(super) fn debts(facts: &Facts<'_>, duty: &[Span], daily: &[DailyRest], weekly: &[WeeklyRest]) -> Vec<Debt> {
    let mut debts = Vec::new();
    for rest in daily.iter().filter(|rest| rest.compensated) {
        debts.extend(owe(facts, RestKind::Daily, rest.period, rest.missed));
        debts.extend(owe(facts, RestKind::Break, rest.period, rest.missed_break));
    }
    for rest in weekly.iter().filter(|rest| rest.compensated) {
        debts.extend(owe(facts, RestKind::Weekly, rest.period, rest.missed));
    }
    debts.sort_by_key(|debt| (debt.period.until, debt.due_on, debt.period.from));
    if !debts.is_empty() {
        pay(&mut debts, &rests(facts, duty, daily, weekly));
    }
    debts
}

/// A debt, if anything was missed.
fn owe(facts: &Facts<'_>, kind: RestKind, period: Span, amount: Seconds) -> Option<Debt> {
    // A period that ends at midnight was missed on the day before.
    let day = facts.calendar.day_at(period.until.saturating_sub(1)).filter(|_day| amount > Seconds::ZERO)?;
    let law = &day.rules.compensation;
    let (days, in_one_piece) = match kind {
        RestKind::Daily => (law.daily_due_days.value, law.rest_in_one_piece.value),
        RestKind::Weekly => (law.weekly_due_days.value, law.rest_in_one_piece.value),
        RestKind::Break => (law.break_due_days.value, law.break_in_one_piece.value),
    };
    let due_on = later(day.date, days).unwrap_or(Date::MAX);
    Some(Debt { kind, period, amount, due_on, payments: Vec::new(), in_one_piece })
}

/// The parts of the gaps between duty that are free to pay debts: without own entitlements and without annual leave.
fn rests(facts: &Facts<'_>, duty: &[Span], daily: &[DailyRest], weekly: &[WeeklyRest]) -> Vec<Span> {
    let length = duty.len().saturating_add(1);
    let (mut for_daily, mut for_weekly) = (vec![Seconds::ZERO; length], vec![Seconds::ZERO; length]);
    for rest in daily {
        if let Some(taken) = for_daily.get_mut(rest.gap) {
            *taken += rest.rest.length().min(rest.due);
        }
    }
    for (gap, had) in weekly.iter().flat_map(|rest| &rest.taken) {
        if let Some(taken) = for_weekly.get_mut(*gap) {
            *taken += *had;
        }
    }
    let leave = annual_leave(facts);
    let starts = duty.iter().skip(1).map(|span| span.from).chain([facts.now]);
    let gaps = duty.iter().zip(starts).map(|(span, next)| Span::new(span.until, next));
    // The gap before the first duty is not known to be rest.
    let entitled = for_daily.into_iter().zip(for_weekly).skip(1);
    let mut free = Vec::new();
    for (gap, (daily, weekly)) in gaps.zip(entitled) {
        let mut parts = without(&leave, gap);
        // The daily rest comes first, what the weekly rest asks for beyond it last: what was missed is made up for as
        // soon as it can be.
        take(parts.iter_mut(), daily, |part, own| part.from = part.from.saturating_add(own));
        take(parts.iter_mut().rev(), weekly - daily, |part, own| part.until = part.until.saturating_sub(own));
        free.extend(parts.into_iter().filter(|part| !part.is_empty()));
    }
    free
}

/// Takes a length of time off parts, one after the other.
fn take<'p>(parts: impl Iterator<Item = &'p mut Span>, length: Seconds, cut: impl Fn(&mut Span, i64)) {
    let mut left = length.or_zero();
    for part in parts {
        let own = left.min(part.length());
        cut(part, own.get());
        left -= own;
    }
}

/// The days of annual leave, in order and without overlap.
fn annual_leave(facts: &Facts<'_>) -> Vec<Span> {
    let leave = facts.person.absences.iter().filter(|absence| absence.kind == AbsenceKind::AnnualLeave);
    let mut days: Vec<usize> =
        leave.flat_map(|absence| facts.calendar.numbers(absence.first, Some(absence.last))).collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter().filter_map(|number| facts.calendar.day(number)).map(|day| day.span).collect()
}

/// The parts of a gap that lie outside of all `leave`, which is in order.
fn without(leave: &[Span], gap: Span) -> Vec<Span> {
    let begin = leave.partition_point(|away| away.until <= gap.from);
    let mut parts = Vec::new();
    let mut from = gap.from;
    for away in leave.iter().skip(begin).take_while(|away| away.from < gap.until) {
        parts.push(Span::new(from, away.from));
        from = away.until;
    }
    parts.push(Span::new(from, gap.until));
    parts.retain(|part| !part.is_empty());
    parts
}

/// Pays debts with rests, both in order of time.
fn pay(debts: &mut [Debt], rests: &[Span]) {
    // Open debts by their due day, and by the least that a rest must have for them: without the second list a person
    // who never rests long enough would have every debt tried on every rest.
    let mut open: BTreeSet<(Date, usize)> = BTreeSet::new();
    let mut sizes: BTreeSet<(Seconds, usize)> = BTreeSet::new();
    let mut arisen = 0;
    for rest in rests {
        while let Some(debt) = debts.get(arisen).filter(|debt| debt.period.until < rest.until) {
            open.insert((debt.due_on, arisen));
            sizes.insert((debt.least(), arisen));
            arisen = arisen.saturating_add(1);
        }
        if sizes.first().is_none_or(|(least, _number)| rest.length() < *least) {
            continue;
        }
        let mut free = *rest;
        let mut settled = Vec::new();
        for (due_on, number) in &open {
            let Some(debt) = debts.get_mut(*number) else { continue };
            free.from = debt.pay_from(free);
            if debt.owed() == Seconds::ZERO {
                settled.push((*due_on, *number, debt.least()));
            }
            if free.is_empty() {
                break;
            }
        }
        for (due_on, number, least) in settled {
            open.remove(&(due_on, number));
            sizes.remove(&(least, number));
        }
    }
}

impl Debt {
    /// The shortest rest that can pay anything of it.
    const fn least(&self) -> Seconds {
        if self.in_one_piece { self.amount } else { Seconds::new(1) }
    }

    /// Pays what `free` allows, after the debt arose; returns from when on the rest is still free.
    fn pay_from(&mut self, free: Span) -> i64 {
        let usable = Span::new(free.from.max(self.period.until), free.until);
        let (owed, room) = (self.owed(), usable.length());
        if room == Seconds::ZERO || (self.in_one_piece && room < owed) {
            return free.from;
        }
        let until = usable.from.saturating_add(owed.min(room).get());
        self.payments.push(Span::new(usable.from, until));
        until
    }
}

/// What is owed at the end of each day of the calendar, or now.
pub(super) fn balance(facts: &Facts<'_>, debts: &[Debt]) -> Vec<DebtFigure> {
    if debts.is_empty() {
        return vec![DebtFigure::default(); facts.calendar.len()];
    }
    let mut changes: Vec<(i64, usize, Seconds)> = Vec::new();
    for (number, debt) in debts.iter().enumerate() {
        changes.push((debt.period.until, number, debt.amount));
        let paid = debt.payments.iter().map(|paid| (paid.until, number, Seconds::ZERO - paid.length()));
        changes.extend(paid);
    }
    changes.sort_unstable();
    let mut changes = changes.into_iter().peekable();
    let mut open: BTreeMap<(Date, usize), Seconds> = BTreeMap::new();
    let mut owed = Seconds::ZERO;
    let mut figures = Vec::with_capacity(facts.calendar.len());
    for day in facts.calendar.days() {
        let known = facts.known_of(day);
        while let Some((_at, number, change)) = changes.next_if(|(at, _number, _change)| *at <= known) {
            let Some(debt) = debts.get(number) else { continue };
            let of_this = open.entry((debt.due_on, number)).or_default();
            *of_this += change;
            owed += change;
            if *of_this == Seconds::ZERO {
                open.remove(&(debt.due_on, number));
            }
        }
        figures.push(DebtFigure { owed, due_on: open.keys().next().map(|(due_on, _number)| *due_on) });
    }
    figures
}
