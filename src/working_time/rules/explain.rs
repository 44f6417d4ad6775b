//! Every hour of a figure, line by line: where it was worked, to what it counts, or why it does not.

use jiff::civil::Date;

use super::union::Fate;
use super::{DayFigure, Ledger, Period, RestFigure, Standing, average};
use crate::views::format;
use crate::working_time::error::WorkingTimeError;
use crate::working_time::model::{Absence, AbsenceKind, Source, StandbyRule, WorkId};
use crate::working_time::seconds::Seconds;
use crate::working_time::span::Span;

/// A figure with every hour behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The figure.
    pub figure: DayFigure,
    /// The hours, in order of time. Those of [`Part::A`] add up to A, those of [`Part::B`] to B, to the second.
    pub lines: Vec<Line>,
    /// The excluded days of the period in order, as many as the figure counts.
    pub excluded: Vec<ExcludedDay>,
}

/// A day that is excluded, and why: regulation 4(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExcludedDay {
    /// The day.
    pub day: Date,
    /// The absence; `None` if an opt-out stands.
    pub absence: Option<AbsenceKind>,
}

/// A stretch of one piece of work on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The day.
    pub day: Date,
    /// From when to when.
    pub span: Span,
    /// How much of it the line is about: for an overlap, what is counted elsewhere; else all of it.
    pub length: Seconds,
    /// Where the work comes from.
    pub source: Source,
    /// Which work.
    pub work: WorkId,
    /// What becomes of it.
    pub part: Part,
}

/// What becomes of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It is part of A.
    A,
    /// It is part of B.
    B,
    /// It is left out.
    LeftOut(LeftOut),
}

/// Why an hour is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Other work at the same time has it already.
    CountedElsewhere,
    /// A rest break.
    Break,
    /// The contract group counts neither standby at home nor turnouts.
    OnCall,
    /// The contract group does not count standby at home.
    Standby,
    /// An opt-out stands on the day.
    OptedOut,
}

impl Part {
    /// The part in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::A => "counts to A",
            Self::B => "counts to B",
            Self::LeftOut(LeftOut::CountedElsewhere) => "left out: counted already, as other work at the same time",
            Self::LeftOut(LeftOut::Break) => "left out: a rest break",
            Self::LeftOut(LeftOut::OnCall) => "left out: on call does not count in this contract group",
            Self::LeftOut(LeftOut::Standby) => "left out: standby at home does not count in this contract group",
            Self::LeftOut(LeftOut::OptedOut) => "left out: the weekly limit does not apply, by opt-out",
        }
    }
}

/// Lists every hour of the reference period of `day` and of the days after it that make up B.
pub(super) fn explain(ledger: &Ledger<'_>, day: Date) -> Result<Explanation, WorkingTimeError> {
    let figure = ledger.figure(day)?;
    let Period { first, last } = figure.average.period;
    let period = ledger.facts.calendar.numbers(first, Some(last));
    let wanted = figure.average.excluded_days;
    let until = average::afterwards(&ledger.facts, &ledger.days, period.end, wanted).until;
    let mut lines = Vec::new();
    for slice in ledger.slices_of(period.start, until.saturating_sub(1)) {
        let part = match (ledger.days.is_opted_out(slice.day), slice.day < period.end) {
            (true, _) => Part::LeftOut(LeftOut::OptedOut),
            (false, true) => Part::A,
            (false, false) => Part::B,
        };
        lines.extend(line(ledger, slice.day, slice.work, slice.span, slice.span.length(), part));
    }
    left_out(ledger, period.start, until, &mut lines);
    lines.sort_by_key(|line| (line.span.from, line.part, line.source, line.work, line.span.until));
    let days = period.filter(|number| ledger.days.excluded_days(*number, number.saturating_add(1)) > 0);
    let excluded = days.filter_map(|number| excluded(ledger, number)).collect();
    Ok(Explanation { figure, lines, excluded })
}

/// Why a day is excluded: by an absence before an opt-out.
fn excluded(ledger: &Ledger<'_>, number: usize) -> Option<ExcludedDay> {
    let day = ledger.facts.calendar.day(number)?;
    let kinds = &day.rules.week.excluded.value;
    let away = |absence: &&Absence| (absence.first..=absence.last).contains(&day.date) && kinds.contains(&absence.kind);
    let absence = ledger.facts.person.absences.iter().filter(away).map(|absence| absence.kind).min();
    Some(ExcludedDay { day: day.date, absence })
}

fn line(ledger: &Ledger<'_>, day: usize, work: usize, span: Span, length: Seconds, part: Part) -> Option<Line> {
    let (day, work) = (ledger.facts.calendar.day(day)?, ledger.facts.person.work.get(work)?);
    Some(Line { day: day.date, span, length, source: work.source, work: work.id, part })
}

/// Adds the recorded hours from day `first` up to and without day `until` that count nowhere.
fn left_out(ledger: &Ledger<'_>, first: usize, until: usize, lines: &mut Vec<Line>) {
    let calendar = ledger.facts.calendar;
    for piece in &ledger.pieces {
        let from = calendar.number_at(piece.span.from).unwrap_or(0).max(first);
        for number in from..until {
            let Some(day) = calendar.day(number).filter(|day| day.span.from < piece.span.until) else { break };
            let span = piece.span.overlap(day.span);
            let (length, reason) = match piece.fate {
                Fate::Counts => (elsewhere(ledger, piece.work, number, span), LeftOut::CountedElsewhere),
                Fate::Break => (span.length(), LeftOut::Break),
                Fate::Standby(StandbyRule::None) => (span.length(), LeftOut::OnCall),
                Fate::Standby(StandbyRule::TurnoutOnly | StandbyRule::All) => (span.length(), LeftOut::Standby),
            };
            if length > Seconds::ZERO {
                lines.extend(line(ledger, number, piece.work, span, length, Part::LeftOut(reason)));
            }
        }
    }
}

/// How much of a stretch of work on one day is attributed to other work.
fn elsewhere(ledger: &Ledger<'_>, work: usize, day: usize, span: Span) -> Seconds {
    let own = ledger.slices_of(day, day).iter().filter(|slice| slice.work == work);
    span.length() - own.map(|slice| slice.span.overlap(span).length()).sum::<Seconds>()
}

impl Explanation {
    /// The figure in plain sentences, one line each: what was added up, what it was held against, what is owed.
    pub fn summary(&self) -> Vec<String> {
        let (figure, average) = (&self.figure, &self.figure.average);
        let Period { first, last } = average.period;
        let mut text = vec![
            format!("A: {} worked from {} to {}.", average.a, format::short_date(first), format::short_date(last)),
            match average.excluded_days {
                0 => "B: 0 h, for no day is excluded.".to_owned(),
                days => {
                    let days = format::count(days, "excluded day", "excluded days");
                    format!("B: {} worked right after that, in place of {days}.", average.b)
                }
            },
            format!("C: {}.", weeks(average.c_days)),
            format!("(A + B) / C = {} hours a week. {}", average.average, standing(figure)),
        ];
        if average.open_days > 0 {
            let open = format::count(average.open_days, "day", "days");
            text.push(format!("B is short of {open} of work: {} hours a week are to be expected.", average.expected));
        }
        text.extend(rests(&figure.rest));
        if let Some(due_on) = figure.debt.due_on {
            let due_on = format::short_date(due_on);
            text.push(format!("Compensatory rest owed: {}, the first of it by {due_on}.", figure.debt.owed));
        }
        text.push(format!("Rules: {}.", figure.rule_version));
        text
    }
}

/// The rests of the last days in words.
fn rests(rest: &RestFigure) -> Vec<String> {
    let mut text = Vec::new();
    if let Some(shortest) = rest.shortest {
        let (length, begun) = (shortest.rest.length(), format::short_time(shortest.period.begins()));
        let days = rest.days;
        text.push(format!("Shortest daily rest of the last {days} days: {length}, in the 24 hours from {begun}."));
    }
    if let Some(stretch) = rest.longest_stretch {
        let span = format::span(stretch.begins(), stretch.ends());
        text.push(format!("Longest stretch without a break: {}, {span}.", stretch.length()));
    }
    let missed = [
        (rest.missed_daily, "daily rest", "daily rests"),
        (rest.missed_weekly, "weekly rest", "weekly rests"),
        (rest.missed_breaks, "break", "breaks"),
    ];
    let missed = missed.into_iter().filter(|(number, _one, _many)| *number > 0);
    let missed = missed.map(|(number, one, many)| format::count(i64::try_from(number).unwrap_or(i64::MAX), one, many));
    let missed: Vec<String> = missed.collect();
    if !missed.is_empty() {
        text.push(format!("Missed: {}.", missed.join(", ")));
    }
    text
}

/// `17 weeks`, or `2 weeks and 3 days`.
fn weeks(days: i64) -> String {
    let (weeks, rest) = (days.div_euclid(7), days.rem_euclid(7));
    match (weeks, rest) {
        (weeks, 0) => format::count(weeks, "week", "weeks"),
        (0, rest) => format::count(rest, "day", "days"),
        (weeks, rest) => {
            format!("{} and {}", format::count(weeks, "week", "weeks"), format::count(rest, "day", "days"))
        }
    }
}

fn standing(figure: &DayFigure) -> String {
    let average = &figure.average;
    match average.standing {
        Standing::OptedOut => "The limit does not apply: an opt-out stands.".to_owned(),
        Standing::Within => format!("That leaves {} a week to the limit of {}.", average.headroom, average.limit),
        Standing::Over => {
            let over = Seconds::ZERO - average.headroom;
            format!("That is {over} a week over the limit of {}.", average.limit)
        }
    }
}
