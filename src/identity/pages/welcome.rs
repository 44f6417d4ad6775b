//! The welcome at the first sign-in.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use super::Nothing;
use crate::http::{Ask, Failure, Posted};
use crate::identity::welcome::{self, Known};
use crate::views::PageContext;

#[derive(Debug, Serialize)]
pub(super) struct WelcomePage {
    organisation: String,
    name: String,
    number: Option<String>,
    email: String,
    phone: Option<String>,
    unit: String,
}

impl WelcomePage {
    fn new(organisation: String, known: Known) -> Self {
        let Known { name, employee_number, email, phone, unit } = known;
        Self { organisation, name, number: employee_number, email, phone, unit }
    }
}

impl PageContext for WelcomePage {
    const TEMPLATE: &'static str = "identity/welcome";

    fn title(&self) -> Cow<'_, str> {
        "Welcome to Watchroom".into()
    }

    fn sample() -> Self {
        let known = Known {
            name: "Jo Marsh".to_owned(),
            employee_number: Some("40217".to_owned()),
            email: "jo.marsh@example.org".to_owned(),
            phone: Some("01632 960001".to_owned()),
            unit: "Northmoor / Harbour / Blue Watch".to_owned(),
        };
        Self::new("Northmoor Fire and Rescue Service".to_owned(), known)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { number: None, phone: None, ..Self::sample() }]
    }
}

/// Shows what is known of them.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let known = welcome::known(&ask.site().db, ask.caller()).await?;
    ask.page(&WelcomePage::new(ask.person()?.organisation_name.clone(), known))
}

/// They have read it, and go on.
pub(super) async fn read(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    welcome::read(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    Ok(ask.redirect("/"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::WelcomePage>();
    }
}
