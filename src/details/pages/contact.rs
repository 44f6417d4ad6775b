//! Whom to call when something happens to somebody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::{Line, id};
use crate::authz::permission::DETAIL_PROPOSE;
use crate::details::model::{Part, Value};
use crate::details::service::{self, Contact};
use crate::http::{Ask, Failure};
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, PageContext};

#[derive(Debug, Clone, Serialize)]
struct ContactPage {
    lines: Vec<Line>,
    own: bool,
    may_propose: bool,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    person: String,
}

impl ContactPage {
    fn new(contact: &Contact, may_propose: bool) -> Self {
        let line = |part: Part| {
            let value = contact.current.of(part).map_or_else(|| "Not known".to_owned(), Value::in_words);
            Line::new(part.title(), value)
        };
        let mut lines = vec![line(Part::Contact), line(Part::Phone)];
        if contact.address {
            lines.push(line(Part::Address));
        }
        Self {
            lines,
            own: contact.own,
            may_propose: contact.own && may_propose,
            name: contact.member.name.clone(),
            person: format!("/people/{}", contact.member.id),
        }
    }
}

impl PageContext for ContactPage {
    const TEMPLATE: &'static str = "details/contact";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        "Whom to call".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new(&self.name, &self.person)]
    }

    fn sample() -> Self {
        Self {
            lines: vec![Line::new("Emergency contact", "Kim (sister), 01632 960002")],
            own: false,
            may_propose: false,
            name: "Jo Marsh".to_owned(),
            person: "/people/1".to_owned(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { own: true, may_propose: true, ..Self::sample() }]
    }
}

/// Shows whom to call.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let contact = service::contact(&ask.site().db, ask.caller(), person, ask.clock().now()).await?;
    ask.page(&ContactPage::new(&contact, ask.caller().holds(DETAIL_PROPOSE)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ContactPage>();
    }
}
