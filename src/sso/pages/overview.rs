//! How the organisation signs in: its providers, and for whom passwords work.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::IdentityError;
use crate::identity::methods::Passwords;
use crate::sso::SsoError;
use crate::sso::service::{self, Overview};
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    passwords: String,
}

#[derive(Debug, Serialize)]
struct Row {
    href: String,
    label: String,
    issuer: String,
    state: &'static str,
    colour: &'static str,
    people: i64,
    failure: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct OverviewPage {
    tab: &'static str,
    rows: Vec<Row>,
    passwords: Field,
    warning: Option<String>,
    #[serde(skip)]
    errors: FormErrors,
}

impl OverviewPage {
    fn new(overview: Overview, typed: Option<&str>, errors: FormErrors) -> Self {
        let row = |(provider, people): (crate::sso::model::Provider, i64)| {
            let (state, colour) = match (provider.enabled, &provider.failed) {
                (false, _) => ("Off", "govuk-tag--grey"),
                (true, None) => ("On", "govuk-tag--green"),
                (true, Some(_)) => ("Failing", "govuk-tag--red"),
            };
            Row {
                href: format!("/signing-in/providers/{}", provider.id),
                label: provider.settings.label,
                issuer: provider.settings.issuer,
                state,
                colour,
                people,
                failure: provider.failed.map(|(at, why)| format!("{}: {why}", format::short_time(at))),
            }
        };
        let warning = match overview.local_administrators {
            0 => Some(
                "Nobody who can give roles has a password. If the provider is away, nobody can get in to mend it. Make a \
                 password link for an administrator."
                    .to_owned(),
            ),
            1 => Some(
                "Only one person who can give roles has a password. Let there be two, so that the organisation can get in \
                 when the provider is away."
                    .to_owned(),
            ),
            _ => None,
        };
        Self {
            tab: "sign-in",
            rows: overview.providers.into_iter().map(row).collect(),
            passwords: Field::new("passwords", "Who may sign in with a password?")
                .choices([
                    Choice::new("everybody", "Everybody who has one"),
                    Choice::new("administrators", "Only those who can give roles")
                        .hint("Everybody else signs in with a provider. Administrators keep their password as the way in when it is away."),
                ])
                .choose([typed.unwrap_or(overview.passwords.as_str())])
                .errors(&errors),
            warning,
            errors,
        }
    }
}

impl PageContext for OverviewPage {
    const TEMPLATE: &'static str = "sso/overview";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Signing in".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("passwords", "Choose who may sign in with a password.");
        let provider = super::provider::sample();
        let off = crate::sso::model::Provider { enabled: false, failed: None, ..provider.clone() };
        let overview = Overview {
            providers: vec![(provider, 212), (off, 0)],
            passwords: Passwords::Administrators,
            local_administrators: 1,
        };
        Self::new(overview, None, errors)
    }

    fn samples() -> Vec<Self> {
        let none = Overview { providers: vec![], passwords: Passwords::Everybody, local_administrators: 0 };
        vec![Self::sample(), Self::new(none, None, FormErrors::new())]
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let overview = service::overview(&ask.site().db, ask.caller()).await?;
    ask.page(&OverviewPage::new(overview, None, FormErrors::new()))
}

/// Says for whom passwords work.
pub(super) async fn passwords(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    match Passwords::parse(&typed.passwords) {
        None => errors.add("passwords", "Choose who may sign in with a password."),
        Some(wanted) => match service::set_passwords(&ask.site().db, ask.caller(), wanted, ask.clock().now()).await {
            Ok(()) => return Ok(ask.redirect_with("/signing-in", FlashKind::Success, "Saved.")),
            Err(SsoError::Identity(IdentityError::LastAdministrator)) => errors.add(
                "passwords",
                "Nobody who can give roles has a password. Make a password link for an administrator first.",
            ),
            Err(error) => return Err(error.into()),
        },
    }
    let overview = service::overview(&ask.site().db, ask.caller()).await?;
    ask.page_again(&OverviewPage::new(overview, Some(&typed.passwords), errors))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::OverviewPage>();
    }
}
