//! The tree of units, edited without a script: a page for the tree, and one for each verb.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::unit_forms::{ClosePage, MovePage, TypedUnit, UnitFormPage, UnitsPage};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::UnitId;
use crate::organisation::{OrganisationError, units};
use crate::views::FormErrors;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    closed: String,
}

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// Shows the tree.
pub(super) async fn list(ask: Ask, shown: Query<Shown>) -> Result<HttpResponse, Failure> {
    let tree = units::tree(&ask.site().db, ask.caller()).await?;
    ask.page(&UnitsPage::new(&tree, !shown.closed.is_empty()))
}

/// Shows the form for a unit below this one.
pub(super) async fn add_form(ask: Ask, id: Path<UnitId>) -> Result<HttpResponse, Failure> {
    let (above, tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&UnitFormPage::adding(&above, &tree, &TypedUnit::default(), FormErrors::new()))
}

/// Adds a unit below this one.
pub(super) async fn add(ask: Ask, id: Path<UnitId>, Posted(typed): Posted<TypedUnit>) -> Result<HttpResponse, Failure> {
    let errors = match typed.read(false) {
        Err(errors) => errors,
        Ok(naming) => {
            let name = naming.name.clone();
            match units::add(&ask.site().db, ask.caller(), *id, naming, ask.clock().now()).await {
                Ok(_id) => return Ok(done(&ask, &format!("{name} was added."))),
                Err(error) => beside_its_field(error)?,
            }
        }
    };
    let (above, tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    ask.page_again(&UnitFormPage::adding(&above, &tree, &typed, errors))
}

/// Shows the form for this unit.
pub(super) async fn rename_form(ask: Ask, id: Path<UnitId>) -> Result<HttpResponse, Failure> {
    let (unit, tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&UnitFormPage::renaming(&unit, &tree, &TypedUnit::of(&unit), FormErrors::new()))
}

/// Changes its name, code or kind.
pub(super) async fn rename(
    ask: Ask,
    id: Path<UnitId>,
    Posted(typed): Posted<TypedUnit>,
) -> Result<HttpResponse, Failure> {
    let (unit, tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    let errors = match typed.read(unit.parent.is_none()) {
        Err(errors) => errors,
        Ok(naming) => match units::rename(&ask.site().db, ask.caller(), *id, naming, ask.clock().now()).await {
            Ok(()) => return Ok(done(&ask, "Unit saved.")),
            Err(error) => beside_its_field(error)?,
        },
    };
    ask.page_again(&UnitFormPage::renaming(&unit, &tree, &typed, errors))
}

/// Shows where it may move.
pub(super) async fn move_form(ask: Ask, id: Path<UnitId>) -> Result<HttpResponse, Failure> {
    let (unit, tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&MovePage::new(&unit, &tree, &TypedUnit::of(&unit), FormErrors::new()))
}

/// Moves it.
pub(super) async fn move_under(
    ask: Ask,
    id: Path<UnitId>,
    Posted(typed): Posted<TypedUnit>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    match typed.parent.parse::<UnitId>() {
        Err(_not_an_id) => errors.add("parent", "Choose a unit."),
        Ok(parent) => match units::move_under(&ask.site().db, ask.caller(), *id, parent, ask.clock().now()).await {
            Ok(()) => return Ok(done(&ask, "The unit was moved, with all below it.")),
            Err(OrganisationError::Authz(error)) => return Err(error.into()),
            Err(error) => errors.add("parent", said(error)?),
        },
    }
    let (unit, tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    ask.page_again(&MovePage::new(&unit, &tree, &typed, errors))
}

/// Asks whether it shall close.
pub(super) async fn close_form(ask: Ask, id: Path<UnitId>) -> Result<HttpResponse, Failure> {
    let (unit, _tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&ClosePage::new(&unit, None))
}

/// Closes it.
pub(super) async fn close(
    ask: Ask,
    id: Path<UnitId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    match units::close(&ask.site().db, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => Ok(done(&ask, "The unit is closed. What was done there is kept.")),
        Err(error) => {
            let advice = said(error)?;
            let (unit, _tree) = units::for_editing(&ask.site().db, ask.caller(), *id).await?;
            ask.page_again(&ClosePage::new(&unit, Some(advice)))
        }
    }
}

/// Opens it again.
pub(super) async fn reopen(
    ask: Ask,
    id: Path<UnitId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    match units::reopen(&ask.site().db, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => Ok(done(&ask, "The unit is open again.")),
        Err(error) => Ok(ask.redirect_with(&format!("/units/{id}"), FlashKind::Notice, &said(error)?)),
    }
}

fn done(ask: &Ask, text: &str) -> HttpResponse {
    ask.redirect_with("/units", FlashKind::Success, text)
}

/// The error as a message for a form; what is no fault of the person's goes on as it is.
fn said(error: OrganisationError) -> Result<String, Failure> {
    match error {
        OrganisationError::Authz(_) | OrganisationError::Audit(_) | OrganisationError::Db(_) => Err(error.into()),
        OrganisationError::CodeTaken
        | OrganisationError::Circle
        | OrganisationError::WrongLevel { .. }
        | OrganisationError::TopUnit
        | OrganisationError::NotEmpty { .. }
        | OrganisationError::Closed
        | OrganisationError::KindInUse
        | OrganisationError::TooDeep => Ok(error.advice()),
    }
}

fn beside_its_field(error: OrganisationError) -> Result<FormErrors, Failure> {
    let field = match &error {
        OrganisationError::CodeTaken => "code",
        OrganisationError::WrongLevel { .. } => "kind",
        _other => "name",
    };
    let mut errors = FormErrors::new();
    errors.add(field, said(error)?);
    Ok(errors)
}
