//! Recording that somebody left, or came back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::people::WhatEnds;
use crate::identity::{IdentityError, people};
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
pub(super) struct LeavePage {
    href: String,
    name: String,
    sessions: Option<String>,
    links: Option<String>,
    roles: Option<String>,
    tokens: Option<String>,
    refusal: Option<String>,
}

impl LeavePage {
    fn new(id: PersonId, name: String, ends: WhatEnds, refusal: Option<String>) -> Self {
        let counted = |count: i64, one, many| (count > 0).then(|| format::count(count, one, many));
        Self {
            href: format!("/people/{id}"),
            name,
            sessions: counted(ends.sessions, "place", "places"),
            links: counted(ends.links, "link", "links"),
            roles: counted(ends.roles, "role", "roles"),
            tokens: counted(ends.tokens, "token", "tokens"),
            refusal,
        }
    }
}

impl PageContext for LeavePage {
    const TEMPLATE: &'static str = "people/leave";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        format!("Record that {} left", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people"), Crumb::new(&self.name, &self.href)]
    }

    fn sample() -> Self {
        let ends = WhatEnds { sessions: 2, links: 1, roles: 1, tokens: 2 };
        Self::new(PersonId::NIL, "Jo Marsh".to_owned(), ends, None)
    }

    fn samples() -> Vec<Self> {
        let refusal = Some("They are the last administrator.".to_owned());
        let nothing = Self::new(PersonId::NIL, "Jo Marsh".to_owned(), WhatEnds::default(), refusal);
        vec![Self::sample(), nothing]
    }
}

/// Asks whether they have left, and says what follows.
pub(super) async fn leave_form(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    ask.page(&page(&ask, *id, None).await?)
}

/// Records that they left.
pub(super) async fn leave(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    match people::leave(&site.db, &site.keys, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => {
            site.sessions.forget_person(*id);
            let text = "Recorded. They can no longer sign in; what they did is kept.";
            Ok(ask.redirect_with(&format!("/people/{id}"), FlashKind::Success, text))
        }
        Err(error @ IdentityError::LastAdministrator) => {
            let page = page(&ask, *id, Some(error.advice())).await?;
            ask.page_again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Records that they came back.
pub(super) async fn reinstate(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    people::reinstate(&site.db, &site.keys, ask.caller(), *id, ask.clock().now()).await?;
    let text = "They work here again. Invite them to choose a new password, and give them their roles.";
    Ok(ask.redirect_with(&format!("/people/{id}"), FlashKind::Success, text))
}

async fn page(ask: &Ask, id: PersonId, refusal: Option<String>) -> Result<LeavePage, Failure> {
    let now = ask.clock().now();
    let view = people::read(&ask.site().db, ask.caller(), id, now).await?;
    if !view.may.leave {
        return Err(Problem::Forbidden.into());
    }
    let ends = people::what_ends(&ask.site().db, ask.caller(), id, now).await?;
    Ok(LeavePage::new(id, view.record.name(), ends, refusal))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::LeavePage>();
    }
}
