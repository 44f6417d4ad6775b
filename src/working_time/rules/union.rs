//! From pieces of work as they were recorded to the seconds that count: each once, attributed to one piece.
//!
//! A sweep over the ends of all pieces, in time proportional to their number and its logarithm. Where two pieces lie
//! at the same time, the second belongs to the one whose [`Source`] says most, then to the one that began first.

use std::collections::BTreeSet;

use super::facts::Facts;
use crate::working_time::error::WorkingTimeError;
use crate::working_time::model::{Breaks, Source, StandbyRule, Work, WorkId};
use crate::working_time::span::Span;

/// A stretch of a piece of work, and whether it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// When.
    pub(super) span: Span,
    /// The place of its work in the person's list.
    pub(super) work: usize,
    /// Whether it counts.
    pub(super) fate: Fate,
}

/// Whether a piece counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It does.
    Counts,
    /// It is a rest break.
    Break,
    /// The contract group does not count it.
    Standby(StandbyRule),
}

/// Seconds that count, on one day, attributed to one piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    /// The number of the day.
    pub(super) day: usize,
    /// When.
    pub(super) span: Span,
    /// The place of the work in the person's list.
    pub(super) work: usize,
}

/// The pieces of all work between the start of the calendar and now.
///
/// # Errors
/// [`WorkingTimeError::EndsBeforeItStarts`]; [`WorkingTimeError::BreaksTooLong`].
pub(super) fn pieces(facts: &Facts<'_>) -> Result<Vec<Piece>, WorkingTimeError> {
    let known = Span::new(facts.calendar.span().from, facts.now);
    let mut pieces = Vec::with_capacity(facts.person.work.len());
    for (number, work) in facts.person.work.iter().enumerate() {
        let whole = extent(facts, work)?;
        let Some(moment) = facts.at(whole.from).filter(|_moment| !whole.is_empty()) else { continue };
        let mut add = |span: Span, fate| {
            let span = span.overlap(known);
            if !span.is_empty() {
                pieces.push(Piece { span, work: number, fate });
            }
        };
        let fate = fate(work.source, moment.terms.standby);
        let breaks = if moment.terms.breaks_count || fate != Fate::Counts { Vec::new() } else { breaks(work, whole)? };
        let mut from = whole.from;
        for pause in breaks {
            add(Span::new(from, pause.from), fate);
            add(Span::new(from.max(pause.from), pause.until), Fate::Break);
            from = from.max(pause.until);
        }
        add(Span::new(from, whole.until), fate);
    }
    Ok(pieces)
}

/// From when to when a piece of work lasted: to now, but not longer than the house rule, while nobody closed it.
fn extent(facts: &Facts<'_>, work: &Work) -> Result<Span, WorkingTimeError> {
    let from = work.started_at.as_second();
    let until = match work.ended_at {
        Some(ended_at) if ended_at < work.started_at => return Err(WorkingTimeError::EndsBeforeItStarts(work.id)),
        Some(ended_at) => ended_at.as_second(),
        None => {
            let longest = facts.at(from).map_or(0, |moment| moment.day.rules.house.longest_open_work.value.get());
            facts.now.min(from.saturating_add(longest))
        }
    };
    Ok(Span::new(from, until))
}

fn fate(source: Source, rule: StandbyRule) -> Fate {
    match (source, rule) {
        (Source::HomeStandby, StandbyRule::None | StandbyRule::TurnoutOnly) | (Source::Turnout, StandbyRule::None) => {
            Fate::Standby(rule)
        }
        (Source::HomeStandby, StandbyRule::All)
        | (Source::Turnout, StandbyRule::TurnoutOnly | StandbyRule::All)
        | (
            Source::Training
            | Source::Shift
            | Source::StationStandby
            | Source::PrimaryEmployment
            | Source::SecondaryEmployment,
            StandbyRule::None | StandbyRule::TurnoutOnly | StandbyRule::All,
        ) => Fate::Counts,
    }
}

/// The breaks of a piece of work in order; they may overlap each other.
fn breaks(work: &Work, whole: Span) -> Result<Vec<Span>, WorkingTimeError> {
    let mut breaks: Vec<Span> = match &work.breaks {
        Breaks::None => Vec::new(),
        Breaks::At(pauses) => {
            let spans = pauses.iter().map(|(from, until)| Span::new(from.as_second(), until.as_second()));
            spans.map(|pause| pause.overlap(whole)).filter(|pause| !pause.is_empty()).collect()
        }
        Breaks::Minutes(0) => Vec::new(),
        Breaks::Minutes(minutes) => {
            let seconds = i64::from(*minutes).saturating_mul(60);
            let from = whole.from.saturating_add(whole.length().get().saturating_sub(seconds).div_euclid(2));
            vec![Span::new(from, from.saturating_add(seconds)).overlap(whole)]
        }
    };
    breaks.sort_unstable();
    let mut working = whole.length().get();
    let mut from = whole.from;
    for pause in &breaks {
        working = working.saturating_sub(Span::new(from.max(pause.from), pause.until).length().get());
        from = from.max(pause.until);
    }
    // Work that is still going on may well have had nothing but its break so far.
    if working <= 0 && work.ended_at.is_some() { Err(WorkingTimeError::BreaksTooLong(work.id)) } else { Ok(breaks) }
}

/// Which of two pieces at the same time a second belongs to: the lower one.
type Rank = (Source, i64, WorkId, usize);

/// The seconds that count, cut at midnight, in order and without overlap.
pub(super) fn slices(facts: &Facts<'_>, pieces: &[Piece]) -> Vec<Slice> {
    let mut ends: Vec<(i64, bool, Rank, usize)> = Vec::with_capacity(pieces.len().saturating_mul(2));
    for (number, piece) in pieces.iter().enumerate().filter(|(_number, piece)| piece.fate == Fate::Counts) {
        let Some(work) = facts.person.work.get(piece.work) else { continue };
        let rank = (work.source, work.started_at.as_second(), work.id, number);
        ends.push((piece.span.from, true, rank, piece.work));
        ends.push((piece.span.until, false, rank, piece.work));
    }
    ends.sort_unstable();
    let mut under_way: BTreeSet<(Rank, usize)> = BTreeSet::new();
    let mut slices = Vec::with_capacity(ends.len());
    let mut since = i64::MIN;
    for (at, begins, rank, work) in ends {
        if let Some((_rank, owner)) = under_way.first() {
            cut(facts, Span::new(since, at), *owner, &mut slices);
        }
        since = at;
        if begins {
            under_way.insert((rank, work));
        } else {
            under_way.remove(&(rank, work));
        }
    }
    slices
}

/// Adds a span to the slices, day by day; a slice that it continues grows.
fn cut(facts: &Facts<'_>, span: Span, work: usize, slices: &mut Vec<Slice>) {
    let mut rest = span;
    while !rest.is_empty() {
        let Some(day) = facts.calendar.number_at(rest.from) else { return };
        let Some(midnight) = facts.calendar.day(day).map(|day| day.span.until) else { return };
        let today = Span::new(rest.from, rest.until.min(midnight));
        match slices.last_mut() {
            Some(last) if last.work == work && last.day == day && last.span.until == today.from => {
                last.span.until = today.until;
            }
            Some(_) | None => slices.push(Slice { day, span: today, work }),
        }
        rest.from = today.until;
    }
}

/// The seconds that count without what they are attributed to: stretches of work, none of which touches the next.
pub(super) fn stretches_of_work(slices: &[Slice]) -> Vec<Span> {
    merge(slices.iter().map(|slice| slice.span))
}

/// Work together with the rest breaks in it: stretches of duty, none of which touches the next. What lies between them
/// can be rest, for a rest period is "a period which is not working time, other than a rest break": regulation 2(1).
pub(super) fn stretches_of_duty(slices: &[Slice], pieces: &[Piece]) -> Vec<Span> {
    let breaks = pieces.iter().filter(|piece| piece.fate == Fate::Break).map(|piece| piece.span);
    let mut spans: Vec<Span> = slices.iter().map(|slice| slice.span).chain(breaks).collect();
    spans.sort_unstable();
    merge(spans.into_iter())
}

/// Spans in order of their beginnings, with those that touch or overlap made one.
fn merge(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if last.until >= span.from => last.until = last.until.max(span.until),
            Some(_) | None => merged.push(span),
        }
    }
    merged
}
