//! With which providers somebody is linked: one's own, and, for those who manage people, others'.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::ids::{PersonId, SsoProviderId};
use crate::sso::links::{self, LinksOf};
use crate::sso::model::LinkWay;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    provider: String,
}

impl Which {
    fn id(&self) -> Result<SsoProviderId, Failure> {
        self.provider.parse().map_err(|_nonsense| Problem::NotFound.into())
    }
}

#[derive(Debug, Serialize)]
struct LinkRow {
    provider: String,
    label: String,
    way: &'static str,
    since: String,
    used: Option<String>,
}

#[derive(Debug, Serialize)]
struct OtherRow {
    provider: String,
    label: String,
    connect: Option<String>,
    until: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct LinksPage {
    href: String,
    own: bool,
    links: Vec<LinkRow>,
    others: Vec<OtherRow>,
    may_permit: bool,
    #[serde(skip)]
    name: String,
}

impl LinksPage {
    fn new(id: PersonId, own: bool, of: LinksOf) -> Self {
        let link = |link: crate::sso::model::Link| LinkRow {
            provider: link.provider.to_string(),
            label: link.label,
            way: LinkWay::in_words(&link.way),
            since: format::short_time(link.linked_at),
            used: link.last_sign_in_at.map(format::short_time),
        };
        let other = |(offer, until): (crate::identity::doors::Offer, Option<jiff::Timestamp>)| OtherRow {
            provider: offer.provider.to_string(),
            connect: own.then(|| format!("/sign-in/with/{}?link=1", offer.provider)),
            label: offer.label,
            until: until.map(format::short_time),
        };
        Self {
            href: format!("/people/{id}/providers"),
            own,
            links: of.links.into_iter().map(link).collect(),
            others: of.others.into_iter().map(other).collect(),
            may_permit: of.may_permit,
            name: of.name,
        }
    }
}

impl PageContext for LinksPage {
    const TEMPLATE: &'static str = "sso/links";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        if self.own { "Signing in with a provider".into() } else { format!("How {} signs in", self.name).into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        let record = self.href.trim_end_matches("/providers");
        if self.own {
            vec![Crumb::new("Your account", "/account")]
        } else {
            vec![Crumb::new("People", "/people"), Crumb::new(&self.name, record)]
        }
    }

    fn sample() -> Self {
        let link = crate::sso::model::Link {
            provider: SsoProviderId::NIL,
            label: "Northmoor account".to_owned(),
            way: "permit".to_owned(),
            linked_at: jiff::Timestamp::UNIX_EPOCH,
            last_sign_in_at: Some(jiff::Timestamp::UNIX_EPOCH),
        };
        let offer = || crate::identity::doors::Offer {
            provider: SsoProviderId::NIL,
            organisation: crate::kernel::ids::OrganisationId::NIL,
            label: "Contractors".to_owned(),
        };
        let of = LinksOf {
            name: "Jo Marsh".to_owned(),
            links: vec![link],
            others: vec![(offer(), None), (offer(), Some(jiff::Timestamp::UNIX_EPOCH))],
            may_permit: true,
        };
        Self::new(PersonId::NIL, false, of)
    }

    fn samples() -> Vec<Self> {
        let offer = crate::identity::doors::Offer {
            provider: SsoProviderId::NIL,
            organisation: crate::kernel::ids::OrganisationId::NIL,
            label: "Northmoor account".to_owned(),
        };
        let own = LinksOf { name: String::new(), links: vec![], others: vec![(offer, None)], may_permit: false };
        let none = LinksOf { name: String::new(), links: vec![], others: vec![], may_permit: false };
        vec![Self::sample(), Self::new(PersonId::NIL, true, own), Self::new(PersonId::NIL, true, none)]
    }
}

/// Shows somebody's links.
pub(super) async fn list(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let of = links::read(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.page(&LinksPage::new(*id, ask.caller().person_id() == Some(*id), of))
}

/// Lets somebody be linked at their next sign-in.
pub(super) async fn permit(
    ask: Ask,
    id: Path<PersonId>,
    Posted(which): Posted<Which>,
) -> Result<HttpResponse, Failure> {
    links::permit(&ask.site().db, ask.caller(), *id, which.id()?, ask.clock().now()).await?;
    let text = "Allowed. Their next sign-in with it connects them, if it comes within 14 days.";
    Ok(ask.redirect_with(&format!("/people/{id}/providers"), FlashKind::Success, text))
}

/// Takes that back.
pub(super) async fn withdraw(
    ask: Ask,
    id: Path<PersonId>,
    Posted(which): Posted<Which>,
) -> Result<HttpResponse, Failure> {
    links::withdraw(&ask.site().db, ask.caller(), *id, which.id()?, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/people/{id}/providers"), FlashKind::Success, "Taken back."))
}

/// Cuts a link.
pub(super) async fn cut(ask: Ask, id: Path<PersonId>, Posted(which): Posted<Which>) -> Result<HttpResponse, Failure> {
    links::cut(&ask.site().db, ask.caller(), *id, which.id()?, ask.clock().now()).await?;
    let text = "Disconnected. The provider no longer opens this account.";
    Ok(ask.redirect_with(&format!("/people/{id}/providers"), FlashKind::Success, text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::LinksPage>();
    }
}
