//! Changing the days or the kind of an absence.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::id;
use super::record::RecordPage;
use crate::absences::error::AbsenceError;
use crate::absences::model::{Absence, Member};
use crate::absences::rules::TypedAbsence;
use crate::absences::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::AbsenceId;
use crate::views::FormErrors;

/// Shows the form, filled in as it stands.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = service::to_change(&ask.site().db, ask.caller(), id(&path, AbsenceId)?).await?;
    let days = found.0.days;
    let typed = TypedAbsence {
        key: service::version(&found.0),
        kind: days.kind.as_str().to_owned(),
        first_on: days.first.to_string(),
        last_on: days.last.to_string(),
    };
    ask.page(&page(&ask, &found, &typed, FormErrors::new()))
}

/// Changes it, or shows what was typed again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedAbsence>,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let absence = id(&path, AbsenceId)?;
    let errors = match service::change(db, caller, absence, typed.clone(), now).await {
        Ok((person, changed)) => {
            let to = if caller.is(person) { "/absences".to_owned() } else { format!("/team/absences/{person}") };
            let text = if changed { "Absence changed." } else { "It stands like that already." };
            return Ok(ask.redirect_with(&to, FlashKind::Success, text));
        }
        Err(AbsenceError::Invalid(errors)) => errors,
        Err(AbsenceError::Overlap) => {
            let mut errors = FormErrors::new();
            errors.add("first_on", AbsenceError::OVERLAP);
            errors
        }
        Err(error) => return Err(error.into()),
    };
    let found = service::to_change(db, caller, absence).await?;
    ask.page_again(&page(&ask, &found, &typed, errors))
}

fn page(ask: &Ask, (absence, member): &(Absence, Member), typed: &TypedAbsence, errors: FormErrors) -> RecordPage {
    RecordPage::changing(absence.id, member, ask.caller().is(absence.person), typed, errors)
}
