//! The form of a kind of competence: a new one, and one that is there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::id;
use crate::competence::error::CompetenceError;
use crate::competence::model::{Effect, KindDraft};
use crate::competence::rules::{self, TypedKind};
use crate::competence::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::CompetenceKindId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct KindFields {
    name: Field,
    validity_months: Field,
    grace_days: Field,
    effect: Field,
    effect_note: Field,
}

#[derive(Debug, Clone, Serialize)]
struct FormPage {
    action: String,
    back: String,
    fields: KindFields,
    is_new: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl FormPage {
    fn new(of: Option<CompetenceKindId>, typed: &TypedKind, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let effects = Effect::ALL.map(|effect| Choice::new(effect.as_str(), effect.title()).hint(effect.meaning()));
        Self {
            action: of.map_or_else(|| "/competence-kinds/new".to_owned(), |id| format!("/competence-kinds/{id}/edit")),
            back: of.map_or_else(|| "/competence-kinds".to_owned(), |id| format!("/competence-kinds/{id}")),
            fields: KindFields {
                name: field("name", "Name", &typed.name),
                validity_months: field(
                    "validity_months",
                    "Months that a certificate counts (optional)",
                    &typed.validity_months,
                )
                .hint("Your service's policy. Empty: it does not run out. A certificate may say a day of its own"),
                grace_days: field("grace_days", "Days of grace (optional)", &typed.grace_days)
                    .hint("Days after the last one on which it still counts"),
                effect: Field::new("effect", "What follows when somebody who needs it lacks it?")
                    .choices(effects)
                    .choose([&typed.effect])
                    .errors(&errors),
                effect_note: field("effect_note", "In your service's words (optional)", &typed.effect_note)
                    .hint("Like: no breathing apparatus, may drive"),
            },
            is_new: of.is_none(),
            errors,
        }
    }
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "competences/kind-form";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        if self.is_new { "Add a competence".into() } else { "Change a competence".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Competences", "/competence-kinds")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(None, &TypedKind::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["name", "validity_months", "grace_days", "effect", "effect_note"] {
            errors.add(field, "Correct it");
        }
        vec![Self::sample(), Self::new(Some(CompetenceKindId::NIL), &TypedKind::default(), errors)]
    }
}

fn typed_of(draft: &KindDraft) -> TypedKind {
    TypedKind {
        name: draft.name.clone(),
        validity_months: draft.validity_months.map(|months| months.to_string()).unwrap_or_default(),
        grace_days: if draft.grace_days == 0 { String::new() } else { draft.grace_days.to_string() },
        effect: draft.effect.as_str().to_owned(),
        effect_note: draft.effect_note.clone().unwrap_or_default(),
    }
}

/// What to show again, when something that was typed is wrong.
fn wrong(error: CompetenceError) -> Result<FormErrors, CompetenceError> {
    match error {
        CompetenceError::Invalid(errors) => Ok(errors),
        CompetenceError::NameTaken => {
            let mut errors = FormErrors::new();
            errors.add("name", "There is a competence of this name already");
            Ok(errors)
        }
        error => Err(error),
    }
}

/// Shows the empty form.
pub(super) async fn new(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&FormPage::sample())
}

/// Adds the kind, or shows what was typed again with what is wrong.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<TypedKind>) -> Result<HttpResponse, Failure> {
    let outcome = match rules::check_kind(&typed) {
        Ok(draft) => service::add(&ask.site().db, ask.caller(), draft, ask.clock().now()).await,
        Err(errors) => Err(errors.into()),
    };
    match outcome {
        Ok(id) => {
            let to = format!("/competence-kinds/{id}");
            Ok(ask.redirect_with(&to, FlashKind::Success, "Competence added. Now say who needs it."))
        }
        Err(error) => ask.page_again(&FormPage::new(None, &typed, wrong(error)?)),
    }
}

/// Shows the form with what the kind says.
pub(super) async fn edit(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id(&path, CompetenceKindId)?;
    let page = service::open(&ask.site().db, ask.caller(), id).await?;
    ask.page(&FormPage::new(Some(id), &typed_of(&page.kind.draft), FormErrors::new()))
}

/// Changes the kind, or shows what was typed again with what is wrong.
pub(super) async fn change(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedKind>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, CompetenceKindId)?;
    let outcome = match rules::check_kind(&typed) {
        Ok(draft) => service::edit(&ask.site().db, ask.caller(), id, draft, ask.clock().now()).await,
        Err(errors) => Err(errors.into()),
    };
    let to = format!("/competence-kinds/{id}");
    match outcome {
        Ok(true) => Ok(ask.redirect_with(&to, FlashKind::Success, "Competence changed.")),
        Ok(false) => Ok(ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it says that already.")),
        Err(error) => ask.page_again(&FormPage::new(Some(id), &typed, wrong(error)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::competence::pages::words::samples::kind;

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<FormPage>();
    }

    #[test]
    fn a_kind_typed_again_is_the_same_kind() {
        let draft = kind(1, "Breathing apparatus", Effect::OffTheRun).draft;
        assert_eq!(rules::check_kind(&typed_of(&draft)), Ok(draft));
    }
}
