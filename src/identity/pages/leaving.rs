//! Recording that somebody left, or came back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::{IdentityError, people};
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, PageContext};

#[derive(Debug, Serialize)]
pub(super) struct LeavePage {
    href: String,
    name: String,
    refusal: Option<String>,
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
        Self { href: "/people/1".to_owned(), name: "Jo Marsh".to_owned(), refusal: None }
    }

    fn samples() -> Vec<Self> {
        let refusal = Some("They are the last administrator.".to_owned());
        vec![Self::sample(), Self { refusal, ..Self::sample() }]
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
    let text = "They work here again. Make a link for a new password, and give them their roles.";
    Ok(ask.redirect_with(&format!("/people/{id}"), FlashKind::Success, text))
}

async fn page(ask: &Ask, id: PersonId, refusal: Option<String>) -> Result<LeavePage, Failure> {
    let view = people::read(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    if !view.may.leave {
        return Err(Problem::Forbidden.into());
    }
    Ok(LeavePage { href: format!("/people/{id}"), name: view.record.name(), refusal })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::LeavePage>();
    }
}
