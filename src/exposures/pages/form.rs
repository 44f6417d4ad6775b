//! Recording an exposure: of a duty, with what it proposes, or free.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::fields::ExposureFields;
use super::words::uuid;
use crate::exposures::error::ExposureError;
use crate::exposures::model::Kind;
use crate::exposures::rules::Typed;
use crate::exposures::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, ExposureId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    duty: String,
    kind: String,
}

#[derive(Debug, Clone, Serialize)]
struct FormPage {
    key: String,
    duty: String,
    back: String,
    kind: Field,
    fields: ExposureFields,
    #[serde(skip)]
    errors: FormErrors,
}

impl FormPage {
    fn new(typed: &Typed, key: String, errors: FormErrors) -> Self {
        let kinds = Kind::ALL.map(|kind| Choice::new(kind.as_str(), kind.title()).hint(kind.examples()));
        let duty = uuid(&typed.duty).map(|duty| duty.to_string()).unwrap_or_default();
        Self {
            key,
            back: if duty.is_empty() { "/exposures".to_owned() } else { format!("/duties/{duty}/exposures") },
            duty,
            kind: Field::new("kind", "What were you exposed to?").choices(kinds).choose([&typed.kind]).errors(&errors),
            fields: ExposureFields::new(typed, &errors),
            errors,
        }
    }
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "exposures/form";
    const SECTION: &'static str = "exposures";

    fn title(&self) -> Cow<'_, str> {
        "Record an exposure".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My exposures", "/exposures")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&Typed::default(), "key".to_owned(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the form: empty, or with what a duty proposes.
pub(super) async fn new(ask: Ask, Query(wanted): Query<Wanted>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let mut typed = Typed { happened_on: civil::local(now).date().to_string(), ..Typed::default() };
    if let Some(duty) = uuid(&wanted.duty).map(DutyId) {
        typed.duty = duty.to_string();
        if let Some(kind) = Kind::parse(&wanted.kind)
            && let Some(proposal) = service::prefill(&ask.site().db, ask.caller(), duty, kind).await?
        {
            typed.kind = kind.as_str().to_owned();
            typed.happened_on = proposal.happened_on.to_string();
            typed.agents = proposal.agents.join(", ");
            typed.incident = proposal.incident.unwrap_or_default();
        }
    }
    ask.page(&FormPage::new(&typed, ExposureId::new(now).to_string(), FormErrors::new()))
}

/// Records what was typed, or shows it again with what is wrong.
pub(super) async fn record(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let id = service::chosen_id(&typed.key, now);
    let errors = match service::record(&ask.site().db, ask.caller(), id, typed.clone(), now).await {
        Ok(_new_or_sent_twice) => {
            let to = format!("/exposures/{id}");
            return Ok(ask.redirect_with(&to, FlashKind::Success, "Recorded. It counts from now on."));
        }
        Err(ExposureError::Invalid(errors)) => errors,
        Err(ExposureError::Answered) => {
            let mut errors = FormErrors::new();
            errors.add("kind", "There is an answer for this duty and this kind already. Correct that one instead");
            errors
        }
        Err(error) => return Err(error.into()),
    };
    ask.page_again(&FormPage::new(&typed, id.to_string(), errors))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn samples() -> Vec<FormPage> {
        let mut errors = FormErrors::new();
        for field in ["kind", "happened_on", "agents", "minutes", "ppe", "ba_minutes", "how"] {
            errors.add(field, "Correct it");
        }
        let typed = Typed {
            duty: uuid::Uuid::from_u128(9).to_string(),
            agents: "<Smoke>".to_owned(),
            ppe: vec!["ba".to_owned()],
            ..Typed::default()
        };
        vec![FormPage::sample(), FormPage::new(&typed, "key".to_owned(), errors)]
    }

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<FormPage>();
    }
}
