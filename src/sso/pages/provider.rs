//! One provider: what to register there, whether it works, and the switches.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use super::{Nothing, crumbs, return_address, sign_out_address};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::SsoProviderId;
use crate::sso::check::{Mark, Point};
use crate::sso::flow::{Door, Federation};
use crate::sso::model::{Joining, Provider};
use crate::sso::service::{self, Offered};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Switch {
    on: String,
}

#[derive(Debug, Serialize)]
struct PointRow {
    what: &'static str,
    state: &'static str,
    colour: &'static str,
    text: String,
}

impl From<Point> for PointRow {
    fn from(point: Point) -> Self {
        let (state, colour) = match point.mark {
            Mark::Good => ("Good", "govuk-tag--green"),
            Mark::Note => ("Note", "govuk-tag--yellow"),
            Mark::Bad => ("Wrong", "govuk-tag--red"),
        };
        Self { what: point.what, state, colour, text: point.text }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ProviderPage {
    #[serde(skip)]
    label: String,
    href: String,
    issuer: String,
    client_id: String,
    secret: &'static str,
    scopes: String,
    group_claim: Option<String>,
    joining: String,
    factor: String,
    listed: bool,
    enabled: bool,
    people: String,
    worked: Option<String>,
    failure: Option<String>,
    return_address: String,
    sign_out_address: String,
    start_address: String,
    points: Vec<PointRow>,
    verdict: Option<&'static str>,
}

impl ProviderPage {
    fn new(provider: Provider, people: i64, offered: &Offered, addresses: [String; 3]) -> Self {
        let settings = provider.settings;
        let unit = settings.default_unit.map(|unit| offered.units.path(unit)).unwrap_or_default();
        let role = offered.roles.iter().find(|role| Some(role.id) == settings.default_role);
        let joining = match settings.joining {
            Joining::Invited => "Only people whom an administrator lets in, one by one".to_owned(),
            Joining::Known => "People on record, by their verified e-mail address".to_owned(),
            Joining::Anybody => {
                let role = role.map_or_else(|| "no role".to_owned(), |role| format!("the role {}", role.name));
                format!("Anybody; new people get a record in {unit}, with {role}")
            }
        };
        let factor = if settings.provider_factor {
            format!("The provider may vouch for it, by {}", settings.trusted_contexts)
        } else {
            "Watchroom's own".to_owned()
        };
        let [return_address, sign_out_address, start_address] = addresses;
        Self {
            href: format!("/signing-in/providers/{}", provider.id),
            label: settings.label,
            issuer: settings.issuer,
            client_id: settings.client_id,
            secret: if provider.sealed_secret.is_some() { "Set; it is never shown" } else { "None" },
            scopes: format!("openid {}", settings.scopes),
            group_claim: Some(settings.group_claim).filter(|claim| !claim.is_empty()),
            joining,
            factor,
            listed: settings.listed,
            enabled: provider.enabled,
            people: format::count(people, "person", "people"),
            worked: provider.worked_at.map(format::short_time),
            failure: provider.failed.map(|(at, why)| format!("{}: {why}.", format::short_time(at))),
            return_address,
            sign_out_address,
            start_address,
            points: Vec::new(),
            verdict: None,
        }
    }

    fn with(mut self, points: Vec<Point>) -> Self {
        let bad = points.iter().any(|point| point.mark == Mark::Bad);
        self.verdict = Some(if bad {
            "Signing in will not work yet. Mend what is marked wrong."
        } else {
            "Nothing stands in the way of signing in."
        });
        self.points = points.into_iter().map(PointRow::from).collect();
        self
    }
}

impl PageContext for ProviderPage {
    const TEMPLATE: &'static str = "sso/provider";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.label.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn sample() -> Self {
        let addresses = ["/back", "/ended", ""].map(|end| format!("https://watchroom.example.org/sign-in/with/1{end}"));
        let points = [Mark::Good, Mark::Note, Mark::Bad].map(|mark| Point {
            what: "Introduction",
            mark,
            text: "The provider calls itself something else.".to_owned(),
        });
        Self::new(sample(), 212, &Offered::default(), addresses).with(points.into())
    }

    fn samples() -> Vec<Self> {
        let addresses = ["back", "ended", ""].map(str::to_owned);
        let provider = Provider { enabled: false, failed: None, worked_at: None, sealed_secret: None, ..sample() };
        vec![Self::sample(), Self::new(provider, 0, &Offered::default(), addresses)]
    }
}

/// A provider for samples of pages.
pub(super) fn sample() -> Provider {
    Provider {
        id: SsoProviderId::NIL,
        settings: crate::sso::model::Settings {
            label: "Northmoor account".to_owned(),
            issuer: "https://login.microsoftonline.com/8f5b0c2e-7a1d-4e63-9c1e-1b2f3a4d5e6f/v2.0".to_owned(),
            client_id: "2b7c1a90-55aa-4b5c-8f0e-3c9d1e7f6a2b".to_owned(),
            scopes: "profile email".to_owned(),
            group_claim: "groups".to_owned(),
            joining: Joining::Anybody,
            default_unit: None,
            default_role: None,
            provider_factor: true,
            trusted_contexts: "mfa".to_owned(),
            listed: true,
        },
        sealed_secret: Some(vec![1]),
        enabled: true,
        worked_at: Some(jiff::Timestamp::UNIX_EPOCH),
        failed: Some((jiff::Timestamp::UNIX_EPOCH, "login.example.org did not answer within 10 s".to_owned())),
    }
}

async fn page(ask: &Ask, id: SsoProviderId) -> Result<(Provider, ProviderPage), Failure> {
    let (provider, people, offered) = service::read(&ask.site().db, ask.caller(), id).await?;
    let start = format!("{}/sign-in/with/{id}", super::base(ask));
    let addresses = [return_address(ask, id), sign_out_address(ask, id), start];
    let page = ProviderPage::new(provider.clone(), people, &offered, addresses);
    Ok((provider, page))
}

/// Shows it.
pub(super) async fn show(ask: Ask, id: Path<SsoProviderId>) -> Result<HttpResponse, Failure> {
    let (_provider, page) = page(&ask, *id).await?;
    ask.page(&page)
}

/// Tests it, and says what is wrong.
pub(super) async fn test(
    ask: Ask,
    federation: Data<Federation>,
    id: Path<SsoProviderId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (provider, page) = page(&ask, *id).await?;
    let site = ask.site();
    let sessions = &site.config.sign_in.session;
    let door = Door { db: &site.db, keys: &site.keys, federation: &federation, sessions };
    let points = door.check(ask.caller().organisation(), &provider, ask.clock().now()).await;
    ask.page(&page.with(points))
}

/// Switches it on or off.
pub(super) async fn switch(
    ask: Ask,
    id: Path<SsoProviderId>,
    Posted(typed): Posted<Switch>,
) -> Result<HttpResponse, Failure> {
    let on = typed.on == "1";
    service::switch(&ask.site().db, ask.caller(), *id, on, ask.clock().now()).await?;
    let text =
        if on { "Switched on. People can sign in with it." } else { "Switched off. Nobody can sign in with it." };
    Ok(ask.redirect_with(&format!("/signing-in/providers/{id}"), FlashKind::Success, text))
}

#[derive(Debug, Serialize)]
pub(super) struct RemovePage {
    #[serde(skip)]
    label: String,
    href: String,
    people: String,
}

impl PageContext for RemovePage {
    const TEMPLATE: &'static str = "sso/remove";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Remove {}", self.label).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn sample() -> Self {
        Self {
            label: "Northmoor account".to_owned(),
            href: "/signing-in/providers/1".to_owned(),
            people: "212 people".to_owned(),
        }
    }
}

/// Asks whether it shall go.
pub(super) async fn remove_form(ask: Ask, id: Path<SsoProviderId>) -> Result<HttpResponse, Failure> {
    let (provider, people, _offered) = service::read(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&RemovePage {
        label: provider.settings.label,
        href: format!("/signing-in/providers/{id}"),
        people: format::count(people, "person", "people"),
    })
}

/// Removes it.
pub(super) async fn remove(
    ask: Ask,
    id: Path<SsoProviderId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    service::remove(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with("/signing-in", FlashKind::Success, "Provider removed."))
}

#[cfg(test)]
mod tests {
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<super::ProviderPage>();
        check::<super::RemovePage>();
    }
}
