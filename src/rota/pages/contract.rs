//! How much on-call cover somebody gives.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::id;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::rota::error::RotaError;
use crate::rota::model::Member;
use crate::rota::service::{self, TypedContract};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct ContractPage {
    #[serde(skip)]
    who: String,
    action: String,
    hours: Field,
    from_on: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl ContractPage {
    fn new(member: &Member, typed: &TypedContract, errors: FormErrors) -> Self {
        Self {
            who: member.name.clone(),
            action: format!("/rota/people/{}/on-call", member.id),
            hours: Field::new("hours", "Hours of cover a week")
                .hint("Such as 90 or 120. Empty: they give no on-call cover")
                .value(&typed.hours)
                .errors(&errors),
            from_on: Field::new("from_on", "First day").value(&typed.from_on).errors(&errors),
            errors,
        }
    }
}

impl PageContext for ContractPage {
    const TEMPLATE: &'static str = "rota/contract";
    const SECTION: &'static str = "rota";

    fn title(&self) -> Cow<'_, str> {
        format!("On-call contract of {}", self.who).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Rota", "/rota")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&sample(), &TypedContract::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("hours", "Enter hours");
        errors.add("from_on", "Enter a date");
        vec![Self::sample(), Self::new(&sample(), &TypedContract::default(), errors)]
    }
}

fn sample() -> Member {
    Member { id: PersonId::NIL, name: "Jo Marsh".to_owned(), unit: UnitId::NIL, left: false }
}

/// Shows what counts.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let found = service::contract_of(&ask.site().db, ask.caller(), person).await?;
    let today = civil::local(ask.clock().now()).date();
    let typed = TypedContract {
        hours: found.contract.map(|contract| (contract.cover_minutes / 60).to_string()).unwrap_or_default(),
        from_on: found.contract.map_or(today, |contract| contract.from).to_string(),
    };
    ask.page(&ContractPage::new(&found.member, &typed, FormErrors::new()))
}

/// Sets it, or says what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedContract>,
) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::set_contract(db, caller, person, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/rota", FlashKind::Success, "On-call contract saved.")),
        Err(RotaError::Invalid(errors)) => {
            let found = service::contract_of(db, caller, person).await?;
            ask.page_again(&ContractPage::new(&found.member, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<super::ContractPage>();
    }
}
