//! Taking away somebody's second factors: one asks, another approves.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::IdentityError;
use crate::identity::factors::resets::{self, Overview, Waiting};
use crate::kernel::ids::{FactorResetId, PersonId};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct WaitingPart {
    id: String,
    person: String,
    name: String,
    asked_by: String,
    until: String,
    /// Whether the caller asked: another one approves.
    own: bool,
}

fn part(waiting: Waiting, caller: Option<PersonId>) -> WaitingPart {
    WaitingPart {
        id: waiting.id.to_string(),
        person: waiting.person.to_string(),
        name: waiting.name,
        asked_by: waiting.asked_by_name,
        until: format::long_time(waiting.expires_at),
        own: caller == Some(waiting.asked_by),
    }
}

fn sample_waiting() -> Waiting {
    Waiting {
        id: FactorResetId::NIL,
        person: PersonId::NIL,
        name: "Jo Marsh".to_owned(),
        asked_by: PersonId::NIL,
        asked_by_name: "Alex Archer".to_owned(),
        expires_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[derive(Debug, Serialize)]
pub(super) struct FactorsOfPage {
    href: String,
    name: String,
    totp: bool,
    passkeys: usize,
    codes_left: usize,
    any: bool,
    waiting: Option<WaitingPart>,
}

impl FactorsOfPage {
    fn new(id: PersonId, overview: Overview, caller: Option<PersonId>) -> Self {
        Self {
            href: format!("/people/{id}"),
            name: overview.name,
            totp: overview.factors.totp.is_some(),
            passkeys: overview.factors.passkeys.len(),
            codes_left: overview.factors.codes_left,
            any: overview.factors.any(),
            waiting: overview.waiting.map(|waiting| part(waiting, caller)),
        }
    }
}

impl PageContext for FactorsOfPage {
    const TEMPLATE: &'static str = "people/factors";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        format!("Second factors of {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people"), Crumb::new(&self.name, &self.href)]
    }

    fn sample() -> Self {
        let overview =
            Overview { name: "Jo Marsh".to_owned(), factors: Default::default(), waiting: Some(sample_waiting()) };
        Self::new(PersonId::NIL, overview, None)
    }

    fn samples() -> Vec<Self> {
        let overview = || Overview { name: "Jo Marsh".to_owned(), factors: Default::default(), waiting: None };
        let none = Self::new(PersonId::NIL, overview(), None);
        let some = Self { any: true, totp: true, ..Self::new(PersonId::NIL, overview(), None) };
        let own = Self { any: true, ..Self::sample() };
        let own = Self { waiting: own.waiting.map(|waiting| WaitingPart { own: true, ..waiting }), ..own };
        vec![Self::sample(), none, some, own]
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ResetsPage {
    tab: &'static str,
    waiting: Vec<WaitingPart>,
}

impl PageContext for ResetsPage {
    const TEMPLATE: &'static str = "identity/factor-resets";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Resets that wait for a second administrator".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Signing in", "/sign-in-rules")]
    }

    fn sample() -> Self {
        Self { tab: "sign-in", waiting: vec![part(sample_waiting(), None)] }
    }

    fn samples() -> Vec<Self> {
        let own = part(sample_waiting(), Some(PersonId::NIL));
        vec![Self::sample(), Self { tab: "", waiting: vec![own] }, Self { tab: "", waiting: Vec::new() }]
    }
}

/// Shows what somebody has, and what waits.
pub(super) async fn read(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let overview = resets::overview(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.page(&FactorsOfPage::new(*id, overview, ask.caller().person_id()))
}

/// Lists what waits.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let waiting = resets::waiting(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let caller = ask.caller().person_id();
    ask.page(&ResetsPage {
        tab: "sign-in",
        waiting: waiting.into_iter().map(|waiting| part(waiting, caller)).collect(),
    })
}

/// Asks for a reset.
pub(super) async fn ask_for(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let done = "Asked for. Another administrator approves it within a day.";
    let outcome = resets::ask(&ask.site().db, ask.caller(), *id, ask.clock().now()).await;
    told(&ask, &format!("/people/{id}/factors"), outcome, done)
}

/// Approves a reset.
pub(super) async fn approve(
    ask: Ask,
    id: Path<FactorResetId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let outcome = resets::approve(&ask.site().db, ask.caller(), *id, ask.clock().now()).await;
    let outcome = outcome.map(|person| ask.site().sessions.forget_person(person));
    told(&ask, "/factor-resets", outcome, "Their second factors are gone, and they are signed out everywhere.")
}

/// Refuses a reset, or withdraws it.
pub(super) async fn refuse(
    ask: Ask,
    id: Path<FactorResetId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let outcome = resets::refuse(&ask.site().db, ask.caller(), *id, ask.clock().now()).await.map(|_person| ());
    told(&ask, "/factor-resets", outcome, "Nothing was taken away.")
}

fn told(ask: &Ask, to: &str, outcome: Result<(), IdentityError>, done: &str) -> Result<HttpResponse, Failure> {
    match outcome {
        Ok(()) => Ok(ask.redirect_with(to, FlashKind::Success, done)),
        Err(
            error @ (IdentityError::NoFactor
            | IdentityError::ResetWaits
            | IdentityError::ResetOver
            | IdentityError::SamePerson),
        ) => Ok(ask.redirect_with(to, FlashKind::Notice, &error.advice())),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<FactorsOfPage>();
        check::<ResetsPage>();
    }
}
