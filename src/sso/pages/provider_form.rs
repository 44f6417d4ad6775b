//! The form of a provider.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use super::crumbs;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{RoleId, SsoProviderId, UnitId};
use crate::kernel::secret::Secret;
use crate::sso::flow::Federation;
use crate::sso::model::{Joining, Provider, SecretChange, Settings};
use crate::sso::service::{self, Offered};
use crate::sso::{SsoError, wire};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    label: String,
    issuer: String,
    client_id: String,
    client_secret: Secret<String>,
    no_secret: String,
    scopes: String,
    group_claim: String,
    joining: String,
    default_unit: String,
    default_role: String,
    second_factor: String,
    trusted_contexts: String,
    listed: String,
}

impl Typed {
    fn new() -> Self {
        Self {
            scopes: "profile email".to_owned(),
            joining: Joining::Invited.as_str().to_owned(),
            second_factor: "ours".to_owned(),
            listed: "1".to_owned(),
            ..Self::default()
        }
    }

    fn of(provider: Provider) -> Self {
        let settings = provider.settings;
        let id = |id: Option<String>| id.unwrap_or_default();
        Self {
            label: settings.label,
            issuer: settings.issuer,
            client_id: settings.client_id,
            client_secret: Secret::default(),
            no_secret: String::new(),
            scopes: settings.scopes,
            group_claim: settings.group_claim,
            joining: settings.joining.as_str().to_owned(),
            default_unit: id(settings.default_unit.map(|unit| unit.to_string())),
            default_role: id(settings.default_role.map(|role| role.to_string())),
            second_factor: if settings.provider_factor { "provider" } else { "ours" }.to_owned(),
            trusted_contexts: settings.trusted_contexts,
            listed: if settings.listed { "1" } else { "" }.to_owned(),
        }
    }

    fn read(&self, allow_loopback_http: bool) -> (Settings, SecretChange, FormErrors) {
        let mut errors = FormErrors::new();
        let mut text = |field: &str, value: &str, longest: usize, missing: Option<&str>| {
            let value = value.trim();
            match missing {
                Some(what) if value.is_empty() => errors.add(field, format!("Enter {what}.")),
                _ if value.chars().count() > longest => errors.add(field, format!("Use at most {longest} characters.")),
                _ => {}
            }
            value.to_owned()
        };
        let label = text("label", &self.label, 60, Some("what the button says"));
        let issuer = text("issuer", &self.issuer, 400, Some("the issuer's address"));
        let client_id = text("client_id", &self.client_id, 300, Some("the client ID"));
        let scopes = text("scopes", &self.scopes, 400, None);
        let group_claim = text("group_claim", &self.group_claim, 200, None);
        let trusted_contexts = text("trusted_contexts", &self.trusted_contexts, 400, None);
        if !issuer.is_empty() && wire::usable(&issuer, allow_loopback_http).is_none() {
            errors.add("issuer", "Enter an address that begins with https://.");
        }
        let provider_factor = self.second_factor == "provider";
        if provider_factor && trusted_contexts.is_empty() {
            errors.add("trusted_contexts", "Enter at least one value that stands for a second factor, such as mfa.");
        }
        let joining = Joining::parse(&self.joining).unwrap_or(Joining::Invited);
        let default_unit = self.default_unit.parse::<UnitId>().ok();
        if joining == Joining::Anybody && default_unit.is_none() {
            errors.add("default_unit", "Choose the unit that new people belong to.");
        }
        let scopes: Vec<&str> = scopes.split_whitespace().filter(|scope| *scope != "openid").collect();
        let settings = Settings {
            label,
            issuer,
            client_id,
            scopes: scopes.join(" "),
            group_claim,
            joining,
            default_unit,
            default_role: self.default_role.parse::<RoleId>().ok(),
            provider_factor,
            trusted_contexts,
            listed: self.listed == "1",
        };
        let secret = match (self.client_secret.expose().trim(), self.no_secret == "1") {
            (_, true) => SecretChange::Remove,
            ("", false) => SecretChange::Keep,
            (secret, false) => SecretChange::Set(Secret::new(secret.to_owned())),
        };
        (settings, secret, errors)
    }
}

#[derive(Debug, Serialize)]
pub(super) struct FormPage {
    action: String,
    back: String,
    label: Field,
    issuer: Field,
    client_id: Field,
    client_secret: Field,
    no_secret: Field,
    scopes: Field,
    group_claim: Field,
    joining: Field,
    default_unit: Field,
    default_role: Field,
    second_factor: Field,
    trusted_contexts: Field,
    listed: Field,
    #[serde(skip)]
    heading: &'static str,
    #[serde(skip)]
    errors: FormErrors,
}

impl FormPage {
    fn new(id: Option<SsoProviderId>, typed: &Typed, offered: &Offered, errors: FormErrors) -> Self {
        let (heading, action, back) = match id {
            None => ("Add a provider", "/signing-in/providers/new".to_owned(), "/signing-in".to_owned()),
            Some(id) => {
                ("Edit the provider", format!("/signing-in/providers/{id}/edit"), format!("/signing-in/providers/{id}"))
            }
        };
        let field = |name: &str, label: &str| Field::new(name, label);
        let units =
            offered.units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), offered.units.path(unit.id)));
        let nobody = std::iter::once(Choice::new("", "None"));
        let roles = offered.roles.iter().filter(|role| !role.for_unit);
        let roles = roles.map(|role| Choice::new(role.id.to_string(), &role.name));
        let kept = "It is kept sealed and never shown again. ";
        let secret_hint = match id {
            None => format!("{kept}Enter its value, not its id."),
            Some(_) => format!("{kept}Leave it empty to keep the one that is set."),
        };
        Self {
            action,
            back,
            label: field("label", "What does the button say?")
                .hint("\"Sign in with\" stands before it: \"Northmoor account\".")
                .value(&typed.label)
                .errors(&errors),
            issuer: field("issuer", "Issuer")
                .hint("For Microsoft Entra ID: https://login.microsoftonline.com/, the tenant's id, /v2.0. For Keycloak: the server's address, /realms/ and the realm.")
                .value(&typed.issuer)
                .errors(&errors),
            client_id: field("client_id", "Client ID").value(&typed.client_id).errors(&errors),
            client_secret: field("client_secret", "Client secret").hint(secret_hint).errors(&errors),
            no_secret: field("no_secret", "Clients without a secret")
                .choices([Choice::new("1", "This client has no secret")])
                .choose([&typed.no_secret]),
            scopes: field("scopes", "Scopes beside openid")
                .hint("Separated by spaces.")
                .value(&typed.scopes)
                .errors(&errors),
            group_claim: field("group_claim", "Which claim names groups? (optional)")
                .hint("Often groups. With dots for one inside another: realm_access.roles.")
                .value(&typed.group_claim)
                .errors(&errors),
            joining: field("joining", "Whom does it let in?")
                .choices([
                    Choice::new("invited", "Invitation only")
                        .hint("People whom an administrator lets in, one by one, on their record."),
                    Choice::new("known", "People on record")
                        .hint("Also by the e-mail address on record, if the provider verified it. Not those who may do more than keep their own records: they are let in one by one."),
                    Choice::new("anybody", "Anybody whom the provider lets in")
                        .hint("For people who are new a record is made."),
                ])
                .choose([&typed.joining])
                .errors(&errors),
            default_unit: field("default_unit", "To which unit do new people belong?")
                .choices(std::iter::once(Choice::new("", "Choose a unit")).chain(units))
                .choose([&typed.default_unit])
                .errors(&errors),
            default_role: field("default_role", "Which role do new people get?")
                .hint("Beside those that their groups give.")
                .choices(nobody.chain(roles))
                .choose([&typed.default_role])
                .errors(&errors),
            second_factor: field("second_factor", "Where a second factor is needed, whose counts?")
                .choices([
                    Choice::new("ours", "Watchroom's own"),
                    Choice::new("provider", "The provider's, when it says that one was used"),
                ])
                .choose([&typed.second_factor]),
            trusted_contexts: field("trusted_contexts", "Which values of acr or amr say so?")
                .hint("Separated by spaces. Microsoft Entra ID and many others say mfa.")
                .value(&typed.trusted_contexts)
                .errors(&errors),
            listed: field("listed", "The sign-in page")
                .choices([Choice::new("1", "Show its button to everybody on the sign-in page")])
                .choose([&typed.listed]),
            heading,
            errors,
        }
    }
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "sso/provider-form";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.heading.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let typed = Typed { joining: "anybody".to_owned(), second_factor: "provider".to_owned(), ..Typed::default() };
        let (_settings, _secret, errors) = typed.read(false);
        Self::new(Some(SsoProviderId::NIL), &typed, &Offered::default(), errors)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(None, &Typed::new(), &Offered::default(), FormErrors::new())]
    }
}

/// Shows an empty form.
pub(super) async fn add_form(ask: Ask) -> Result<HttpResponse, Failure> {
    let offered = service::offered(&ask.site().db, ask.caller()).await?;
    ask.page(&FormPage::new(None, &Typed::new(), &offered, FormErrors::new()))
}

/// Adds a provider, switched off.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let (settings, secret, mut errors) = typed.read(site.config.sso.allow_loopback_http);
    if errors.is_empty() {
        match service::add(&site.db, &site.keys, ask.caller(), settings, secret, ask.clock().now()).await {
            Ok(id) => {
                let text =
                    "Added, and switched off. Register its addresses at the provider, test it, then switch it on.";
                return Ok(ask.redirect_with(&format!("/signing-in/providers/{id}"), FlashKind::Success, text));
            }
            Err(error) => explain(error, &mut errors)?,
        }
    }
    let offered = service::offered(&site.db, ask.caller()).await?;
    ask.page_again(&FormPage::new(None, &typed, &offered, errors))
}

/// Shows a provider's form.
pub(super) async fn edit_form(ask: Ask, id: Path<SsoProviderId>) -> Result<HttpResponse, Failure> {
    let (provider, _people, offered) = service::read(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&FormPage::new(Some(*id), &Typed::of(provider), &offered, FormErrors::new()))
}

/// Changes a provider.
pub(super) async fn edit(
    ask: Ask,
    federation: Data<Federation>,
    id: Path<SsoProviderId>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let (settings, secret, mut errors) = typed.read(site.config.sso.allow_loopback_http);
    if errors.is_empty() {
        let issuer = settings.issuer.clone();
        let changed =
            service::change(&site.db, &site.keys, ask.caller(), *id, (settings, secret), ask.clock().now()).await;
        match changed {
            Ok(()) => {
                federation.directory.forget(&issuer);
                let to = format!("/signing-in/providers/{id}");
                return Ok(ask.redirect_with(&to, FlashKind::Success, "Saved. Test it once more."));
            }
            Err(error) => explain(error, &mut errors)?,
        }
    }
    let offered = service::offered(&site.db, ask.caller()).await?;
    ask.page_again(&FormPage::new(Some(*id), &typed, &offered, errors))
}

fn explain(error: SsoError, errors: &mut FormErrors) -> Result<(), Failure> {
    match error {
        SsoError::UnitNeeded => errors.add("default_unit", "Choose an open unit, and a role that needs none."),
        SsoError::OwnerUnconfirmed => errors.add("default_role", "Choose a role that cannot give roles."),
        other => return Err(other.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<FormPage>();
    }

    fn typed() -> Typed {
        Typed {
            label: "Northmoor account".to_owned(),
            issuer: "https://id.example.org".to_owned(),
            client_id: "watchroom".to_owned(),
            ..Typed::new()
        }
    }

    #[test]
    fn a_secret_is_kept_replaced_or_removed() {
        let secret = |typed: Typed| typed.read(false).1;
        assert_eq!(secret(typed()), SecretChange::Keep);
        let new = || Secret::new(" hunter2 ".to_owned());
        assert_eq!(
            secret(Typed { client_secret: new(), ..typed() }),
            SecretChange::Set(Secret::new("hunter2".to_owned()))
        );
        let none = Typed { no_secret: "1".to_owned(), client_secret: new(), ..typed() };
        assert_eq!(secret(none), SecretChange::Remove);
    }

    #[test]
    fn a_plain_http_issuer_is_refused_unless_it_is_this_host_and_allowed() {
        let wrong = |issuer: &str, allowed| {
            let (_settings, _secret, errors) = Typed { issuer: issuer.to_owned(), ..typed() }.read(allowed);
            errors.get("issuer").is_some()
        };
        assert!(!wrong("https://id.example.org", false));
        assert!(wrong("http://id.example.org", true));
        assert!(wrong("http://localhost:3000", false));
        assert!(!wrong("http://localhost:3000", true));
    }

    #[test]
    fn by_itself_no_more_than_name_and_address_is_asked_for() {
        let (settings, _secret, errors) = typed().read(false);
        assert!(errors.is_empty());
        assert_eq!(settings.scopes, "profile email");
    }

    #[test]
    fn openid_is_not_asked_for_twice() {
        let (settings, _secret, errors) = Typed { scopes: "openid  email groups".to_owned(), ..typed() }.read(false);
        assert!(errors.is_empty());
        assert_eq!(settings.scopes, "email groups");
    }
}
