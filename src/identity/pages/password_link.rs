//! Links by which somebody chooses a password: handing one over, and using it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::HOST;
use actix_web::web::{Data, Path};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::password_links::{self, Holder, PasswordLink};
use crate::identity::password_rules::{self, Personal};
use crate::identity::passwords::Passwords;
use crate::identity::{IdentityError, people};
use crate::kernel::ids::PersonId;
use crate::kernel::secret::Secret;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Serialize)]
pub(super) struct HandOverPage {
    href: String,
    name: String,
    link: Field,
    days: i64,
}

impl HandOverPage {
    fn new(id: PersonId, name: String, address: &str, lifetime: SignedDuration) -> Self {
        Self {
            href: format!("/people/{id}"),
            name,
            link: Field::new("link", "The link").value(address),
            days: lifetime.as_hours() / 24,
        }
    }
}

impl PageContext for HandOverPage {
    const TEMPLATE: &'static str = "people/password-link";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        format!("Hand this link to {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people"), Crumb::new(&self.name, &self.href)]
    }

    fn sample() -> Self {
        Self::new(
            PersonId::NIL,
            "Jo Marsh".to_owned(),
            "https://watchroom.example/password/a.b",
            password_links::LIFETIME,
        )
    }
}

/// Answers with the link. It is shown this once: reloading the page makes another.
pub(super) fn show_link(
    ask: &Ask,
    id: PersonId,
    name: String,
    link: &PasswordLink,
    lifetime: SignedDuration,
) -> Result<HttpResponse, Failure> {
    let host = ask.request().headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let base = ask
        .site()
        .config
        .server
        .public_url
        .as_deref()
        .map_or_else(|| format!("https://{host}"), |url| url.trim_end_matches('/').to_owned());
    ask.page(&HandOverPage::new(id, name, &format!("{base}{}", link.path()), lifetime))
}

/// Makes a link for somebody who has an account.
pub(super) async fn issue(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let link = password_links::issue(&site.db, ask.caller(), *id, ask.clock().now()).await?;
    let view = people::read(&site.db, ask.caller(), *id, ask.clock().now()).await?;
    show_link(&ask, *id, view.record.name(), &link, password_links::LIFETIME)
}

/// Opens an account for somebody who has none.
pub(super) async fn open_account(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    match people::open_account(&site.db, &site.keys, ask.caller(), *id, ask.clock().now()).await {
        Ok(link) => {
            let view = people::read(&site.db, ask.caller(), *id, ask.clock().now()).await?;
            show_link(&ask, *id, view.record.name(), &link, password_links::LIFETIME)
        }
        Err(error @ IdentityError::NoEmail) => {
            Ok(ask.redirect_with(&format!("/people/{id}/edit"), FlashKind::Notice, &error.advice()))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    password: Secret<String>,
    password_again: Secret<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ChoosePage {
    email: String,
    password: Field,
    password_again: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl ChoosePage {
    fn new(holder: Holder, errors: FormErrors) -> Self {
        Self {
            email: holder.email,
            password: Field::new("password", "New password")
                .hint("At least 12 characters. Three or four words are easy to remember and hard to guess.")
                .errors(&errors),
            password_again: Field::new("password_again", "The same password again").errors(&errors),
            errors,
        }
    }
}

impl PageContext for ChoosePage {
    const TEMPLATE: &'static str = "identity/choose-password";

    fn title(&self) -> Cow<'_, str> {
        "Choose a password".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let holder = Holder {
            person: PersonId::NIL,
            email: "jo.marsh@example.org".to_owned(),
            personal: Personal::default(),
            shortest: password_rules::SHORTEST,
        };
        let errors = check(&Typed::default(), &holder);
        Self::new(holder, errors)
    }
}

#[derive(Debug, Serialize)]
pub(super) struct SpentPage {}

impl PageContext for SpentPage {
    const TEMPLATE: &'static str = "identity/spent-link";

    fn title(&self) -> Cow<'_, str> {
        "This link no longer works".into()
    }

    fn sample() -> Self {
        Self {}
    }
}

/// Shows the form for a link that can be used.
pub(super) async fn form(ask: Ask, text: Path<String>) -> Result<HttpResponse, Failure> {
    match find(&ask, &text).await {
        Ok((_link, holder)) => ask.page(&ChoosePage::new(holder, FormErrors::new())),
        Err(IdentityError::LinkInvalid) => spent(&ask),
        Err(error) => Err(error.into()),
    }
}

/// Sets the password.
pub(super) async fn submit(
    ask: Ask,
    text: Path<String>,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (link, holder) = match find(&ask, &text).await {
        Ok(found) => found,
        Err(IdentityError::LinkInvalid) => return spent(&ask),
        Err(error) => return Err(error.into()),
    };
    let errors = check(&typed, &holder);
    if !errors.is_empty() {
        return ask.page_again(&ChoosePage::new(holder, errors));
    }
    let hash = passwords.hash(typed.password).await?;
    let site = ask.site();
    match password_links::choose(&site.db, &site.keys, &link, hash, ask.caller().address(), ask.clock().now()).await {
        Ok(()) => {
            site.sessions.forget_person(holder.person);
            Ok(ask.redirect_with("/sign-in", FlashKind::Success, "Your password is set. Sign in with it."))
        }
        Err(IdentityError::LinkInvalid) => spent(&ask),
        Err(error) => Err(error.into()),
    }
}

async fn find(ask: &Ask, text: &str) -> Result<(PasswordLink, Holder), IdentityError> {
    let link = PasswordLink::parse(text).ok_or(IdentityError::LinkInvalid)?;
    let holder = password_links::holder(&ask.site().db, &link, ask.clock().now()).await?;
    Ok((link, holder))
}

fn spent(ask: &Ask) -> Result<HttpResponse, Failure> {
    ask.page_with(actix_web::http::StatusCode::NOT_FOUND, &SpentPage {})
}

fn check(typed: &Typed, holder: &Holder) -> FormErrors {
    let mut errors = FormErrors::new();
    if let Err(error) = password_rules::check(&typed.password, &holder.personal, holder.shortest) {
        errors.add("password", error.to_string());
    } else if typed.password != typed.password_again {
        errors.add("password_again", "Enter the same password again: the two differ.");
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<HandOverPage>();
        check::<ChoosePage>();
        check::<SpentPage>();
    }
}
