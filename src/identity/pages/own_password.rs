//! Changing one's own password.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::IdentityError;
use crate::identity::own_password::Change;
use crate::identity::passwords::Passwords;
use crate::kernel::secret::Secret;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    current: Secret<String>,
    password: Secret<String>,
    password_again: Secret<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct OwnPasswordPage {
    current: Field,
    password: Field,
    password_again: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl OwnPasswordPage {
    fn new(errors: FormErrors) -> Self {
        Self {
            current: Field::new("current", "Your present password").errors(&errors),
            password: Field::new("password", "New password")
                .hint("At least 12 characters. Three or four words are easy to remember and hard to guess.")
                .errors(&errors),
            password_again: Field::new("password_again", "The new password again").errors(&errors),
            errors,
        }
    }
}

impl PageContext for OwnPasswordPage {
    const TEMPLATE: &'static str = "identity/own-password";

    fn title(&self) -> Cow<'_, str> {
        "Change your password".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("current", "This is not your present password.");
        Self::new(errors)
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&OwnPasswordPage::new(FormErrors::new()))
}

/// Changes the password and ends the other sessions.
pub(super) async fn submit(
    ask: Ask,
    passwords: Data<Passwords>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    if typed.password != typed.password_again {
        errors.add("password_again", "Enter the same password again: the two differ.");
        return ask.page_again(&OwnPasswordPage::new(errors));
    }
    let site = ask.site();
    let throttle = &site.config.sign_in.throttle;
    let change = Change { db: &site.db, keys: &site.keys, passwords: &passwords, throttle };
    match change.to(ask.caller(), typed.current, typed.password, ask.clock().now()).await {
        Ok(()) => {
            site.sessions.forget_person(ask.person()?.id);
            let text = "Your password is changed. Your other sessions have ended.";
            return Ok(ask.redirect_with("/account", FlashKind::Success, text));
        }
        Err(IdentityError::Refused) => errors.add("current", "This is not your present password."),
        Err(IdentityError::Throttled(wait)) => {
            errors.add("current", format!("Too many attempts. Wait {} min and try again.", wait.div_ceil(60)));
        }
        Err(IdentityError::WeakPassword(why)) => errors.add("password", why),
        Err(error) => return Err(error.into()),
    }
    ask.page_again(&OwnPasswordPage::new(errors))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::OwnPasswordPage>();
    }
}
