//! The page for a forgotten password. It says the same to everybody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use super::set_up::plausible_email;
use crate::http::{Ask, Failure, Posted};
use crate::identity::IdentityError;
use crate::identity::forgotten::Forgotten;
use crate::identity::mailed_links::Purpose;
use crate::notices::Desk;
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    email: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ForgottenPage {
    by_mail: bool,
    email: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl ForgottenPage {
    fn new(by_mail: bool, email: &str, errors: FormErrors) -> Self {
        Self { by_mail, email: Field::new("email", "E-mail address").value(email).errors(&errors), errors }
    }
}

impl PageContext for ForgottenPage {
    const TEMPLATE: &'static str = "identity/forgotten";

    fn title(&self) -> Cow<'_, str> {
        "Forgotten password".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("email", "Enter the e-mail address that you sign in with, such as name@example.org.");
        Self::new(true, "jo", errors)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(false, "", FormErrors::new())]
    }
}

#[derive(Debug, Serialize)]
pub(super) struct AskedPage {
    minutes: i64,
}

impl AskedPage {
    fn new() -> Self {
        Self { minutes: Purpose::Reset.lifetime().as_mins() }
    }
}

impl PageContext for AskedPage {
    const TEMPLATE: &'static str = "identity/forgotten-asked";

    fn title(&self) -> Cow<'_, str> {
        "Look into your mailbox".into()
    }

    fn sample() -> Self {
        Self::new()
    }
}

/// Shows the form; without a mail server, whom to ask.
pub(super) async fn form(ask: Ask, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    ask.page(&ForgottenPage::new(desk.mailer.is_some(), "", FormErrors::new()))
}

/// Answers, and writes afterwards to whoever signs in with that address.
pub(super) async fn submit(ask: Ask, desk: Data<Desk>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let email = typed.email.trim().to_owned();
    let mut errors = FormErrors::new();
    if !plausible_email(&email) {
        errors.add("email", "Enter the e-mail address that you sign in with, such as name@example.org.");
    }
    if desk.mailer.is_none() || !errors.is_empty() {
        return ask.page_again(&ForgottenPage::new(desk.mailer.is_some(), &email, errors));
    }
    let site = ask.site_data();
    let forgotten = Forgotten {
        db: site.db.clone(),
        keys: std::sync::Arc::clone(&site.keys),
        throttle: site.config.sign_in.throttle.clone(),
    };
    let (from, now) = (ask.caller().address(), ask.clock().now());
    match forgotten.count(from, now).await {
        Ok(()) => {}
        Err(IdentityError::Throttled(wait)) => {
            errors.add(
                "email",
                format!("Too many requests from your network. Wait {} min and try again.", wait.div_ceil(60)),
            );
            return ask.page_again(&ForgottenPage::new(true, &email, errors));
        }
        Err(error) => return Err(error.into()),
    }
    // From here on the answer is on its way: what is found out now can no longer show in it.
    actix_web::rt::spawn(async move {
        match forgotten.write(&email, from, now).await {
            Ok(_written) => site.queue.wake(),
            Err(error) => tracing::error!(%error, "a forgotten password could not be looked after"),
        }
    });
    Ok(ask.redirect("/forgotten-password/asked"))
}

/// Says what happens now, to everybody the same.
pub(super) async fn asked(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&AskedPage::new())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::ForgottenPage>();
        crate::views::testing::check::<super::AskedPage>();
    }
}
