//! All signals of the member, on and off.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::authz::{Scope, permission};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::signals::model::{Choice, Kind};
use crate::signals::rules::{Finding, State};
use crate::signals::service::{self, Signal};
use crate::views::{PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    title: &'static str,
    state: &'static str,
    colour: &'static str,
    says: String,
    asleep: Option<String>,
}

/// What a tag says of a signal, and its colour.
pub(super) fn standing(signal: &Signal) -> (&'static str, &'static str) {
    match (&signal.choice, signal.finding.as_ref().map(|finding| finding.state)) {
        (None, _) => ("Off", "govuk-tag--grey"),
        (Some(_), Some(State::Raised)) => ("Raised", "govuk-tag--orange"),
        (Some(_), Some(State::Quiet)) => ("Not raised", "govuk-tag--green"),
        (Some(_), Some(State::Unknown)) => ("Cannot tell", "govuk-tag--grey"),
        (Some(_), None) => ("Not offered", "govuk-tag--grey"),
    }
}

fn row(signal: &Signal, today: jiff::civil::Date) -> Row {
    let (state, colour) = standing(signal);
    let asleep = signal.choice.filter(|choice| choice.sleeps(today)).and_then(|choice| choice.snoozed_until);
    Row {
        href: format!("/signals/{}", signal.rule.kind.as_str()),
        title: signal.rule.kind.title(),
        state,
        colour,
        says: signal.finding.as_ref().map_or_else(|| signal.rule.says(), |finding| finding.reason.clone()),
        asleep: asleep.map(format::short_date),
    }
}

#[derive(Debug, Clone, Serialize)]
struct OwnPage {
    keeps: bool,
    receives: bool,
    on: Vec<Row>,
    off: Vec<Row>,
}

impl OwnPage {
    fn new(signals: &[Signal], today: jiff::civil::Date, keeps: bool, receives: bool) -> Self {
        let rows = |on: bool| {
            let some = signals.iter().filter(|signal| signal.choice.is_some() == on);
            some.map(|signal| row(signal, today)).collect()
        };
        Self { keeps, receives, on: rows(true), off: rows(false) }
    }
}

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "signals/own";
    const SECTION: &'static str = "signals";

    fn title(&self) -> Cow<'_, str> {
        "My signals".into()
    }

    fn sample() -> Self {
        let today = jiff::civil::date(2026, 11, 22);
        Self::new(&samples(), today, true, true)
    }

    fn samples() -> Vec<Self> {
        let today = jiff::civil::date(2026, 11, 22);
        let off: Vec<Signal> = samples().into_iter().map(|one| Signal { choice: None, finding: None, ..one }).collect();
        vec![Self::sample(), Self::new(&off, today, true, false), Self::new(&[], today, false, true)]
    }
}

/// One in each state.
pub(super) fn samples() -> Vec<Signal> {
    let states = [Some(State::Raised), Some(State::Quiet), Some(State::Unknown), None];
    Kind::ALL.into_iter().zip(states).map(|(kind, state)| sample(kind, state)).collect()
}

/// One that is on and in a state, or off.
pub(super) fn sample(kind: Kind, state: Option<State>) -> Signal {
    Signal {
        rule: kind.shipped(),
        choice: state.map(|_state| Choice { kind, snoozed_until: Some(jiff::civil::date(2026, 12, 1)) }),
        finding: state.map(|state| Finding { state, reason: "Because of <this>.".to_owned(), evidence: Vec::new() }),
        raised_at: state.map(|_state| jiff::Timestamp::UNIX_EPOCH),
        recipient: None,
        told_at: None,
    }
}

/// Shows them; to whoever is told of those of others alone, the way there.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let (caller, now) = (ask.caller(), ask.clock().now());
    let keeps = caller.reach(permission::SIGNAL_KEEP).is_some_and(|reach| reach.own);
    let receives = caller.holds_at(permission::SIGNAL_RECEIVE, Scope::Unit);
    let today = civil::local(now).date();
    if !keeps {
        return ask.page(&OwnPage::new(&[], today, keeps, receives));
    }
    let own = service::own(&ask.site().db, caller, now).await?;
    ask.page(&OwnPage::new(&own.signals, today, keeps, receives))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_with_signals_on_off_and_none() {
        crate::views::testing::check::<super::OwnPage>();
    }
}
