//! First set-up: the organisation and its first administrator, by the one-time link.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use crate::crypto::Token;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::password_rules::{self, Personal, SHORTEST};
use crate::identity::passwords::Passwords;
use crate::identity::setup::{self, Founding};
use crate::kernel::secret::Secret;
use crate::organisation::Service;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    organisation: String,
    service: String,
    given_name: String,
    family_name: String,
    email: String,
    password: Secret<String>,
    password_again: Secret<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct SetUpPage {
    organisation: Field,
    service: Field,
    given_name: Field,
    family_name: Field,
    email: Field,
    password: Field,
    password_again: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl SetUpPage {
    fn new(typed: &Typed, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let service = Field::new("service", "Which service is it?")
            .hint("It starts with the types and categories of work for that service. You can change them later.")
            .choices([
                Choice::new("fire", "Fire and rescue"),
                Choice::new("ambulance", "Ambulance"),
                Choice::new("both", "Both"),
            ])
            .choose([&typed.service])
            .errors(&errors);
        Self {
            organisation: field("organisation", "Name of the organisation", &typed.organisation),
            service,
            given_name: field("given_name", "Your given name", &typed.given_name),
            family_name: field("family_name", "Your family name", &typed.family_name),
            email: field("email", "Your e-mail address", &typed.email).hint("You sign in with it."),
            password: Field::new("password", "Password")
                .hint("At least 12 characters. Three or four words are easy to remember and hard to guess.")
                .errors(&errors),
            password_again: Field::new("password_again", "The same password again").errors(&errors),
            errors,
        }
    }
}

impl PageContext for SetUpPage {
    const TEMPLATE: &'static str = "identity/set-up";

    fn title(&self) -> Cow<'_, str> {
        "Set up Watchroom".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&Typed::default(), check(&Typed::default()))
    }
}

/// Shows the form for a valid link.
pub(super) async fn form(ask: Ask, token: Path<String>) -> Result<HttpResponse, Failure> {
    live_token(&ask, &token).await?;
    ask.page(&SetUpPage::new(&Typed::default(), FormErrors::new()))
}

/// Founds the organisation.
pub(super) async fn submit(
    ask: Ask,
    token: Path<String>,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let token = live_token(&ask, &token).await?;
    let errors = check(&typed);
    let Some(service) = Service::parse(&typed.service).filter(|_service| errors.is_empty()) else {
        return ask.page_again(&SetUpPage::new(&typed, errors));
    };
    let hash = passwords.hash(typed.password.clone()).await?;
    let founding = Founding {
        organisation: typed.organisation.trim().to_owned(),
        service,
        given_name: typed.given_name.trim().to_owned(),
        family_name: typed.family_name.trim().to_owned(),
        email: typed.email.trim().to_owned(),
    };
    let site = ask.site();
    setup::found_by_link(&site.db, &site.keys, &token, founding, hash, site.clock.now()).await?;
    Ok(ask.redirect_with("/sign-in", FlashKind::Success, "Watchroom is set up. Sign in as its administrator."))
}

async fn live_token(ask: &Ask, text: &str) -> Result<Token, Failure> {
    let token = Token::parse(text).ok_or(Problem::NotFound)?;
    if setup::link_is_valid(&ask.site().db, &token, ask.clock().now()).await? {
        Ok(token)
    } else {
        Err(Problem::NotFound.into())
    }
}

fn check(typed: &Typed) -> FormErrors {
    // In the order of the fields: the summary lists them so.
    let mut errors = FormErrors::new();
    named(&mut errors, "organisation", &typed.organisation, 120, "the name of the organisation");
    if Service::parse(&typed.service).is_none() {
        errors.add("service", "Choose a service.");
    }
    named(&mut errors, "given_name", &typed.given_name, 100, "your given name");
    named(&mut errors, "family_name", &typed.family_name, 100, "your family name");
    if !plausible_email(typed.email.trim()) {
        errors.add("email", "Enter an e-mail address, such as name@example.org.");
    }
    let personal =
        Personal::of([&typed.email, &typed.given_name, &typed.family_name, &typed.organisation].map(String::as_str));
    if let Err(error) = password_rules::check(&typed.password, &personal, SHORTEST) {
        errors.add("password", error.to_string());
    } else if typed.password != typed.password_again {
        errors.add("password_again", "Enter the same password again: the two differ.");
    }
    errors
}

fn named(errors: &mut FormErrors, field: &str, value: &str, longest: usize, what: &str) {
    let length = value.trim().chars().count();
    if length == 0 {
        errors.add(field, format!("Enter {what}."));
    } else if length > longest {
        errors.add(field, format!("Use at most {longest} characters."));
    }
}

/// Whether it has the shape of an address; whether it is one, only a message to it can tell.
pub(crate) fn plausible_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && text.len() <= 254
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | ','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<SetUpPage>();
    }

    #[test]
    fn what_is_wrong_is_said_in_the_order_of_the_fields() {
        let fields: Vec<String> = check(&Typed::default()).as_slice().iter().map(|error| error.field.clone()).collect();
        assert_eq!(fields, ["organisation", "service", "given_name", "family_name", "email", "password"]);
    }

    #[test]
    fn addresses_have_a_shape() {
        assert!(plausible_email("jo.marsh@fire.example.org"));
        for wrong in ["", "jo", "jo@", "@example.org", "jo@example", "jo @example.org", "jo@.org"] {
            assert!(!plausible_email(wrong), "{wrong}");
        }
    }
}
