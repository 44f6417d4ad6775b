//! Correcting an exposure: what it said before stays on record.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::fields::{ExposureFields, typed_of};
use super::words::{Line, id, lines};
use crate::exposures::error::ExposureError;
use crate::exposures::model::History;
use crate::exposures::rules::Typed;
use crate::exposures::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::ExposureId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct CorrectPage {
    href: String,
    kind: &'static str,
    version: String,
    stands: Field,
    fields: ExposureFields,
    reason: Field,
    /// What it says by now, when it is not what the form was opened on.
    meanwhile: Option<Vec<Line>>,
    #[serde(skip)]
    errors: FormErrors,
}

impl CorrectPage {
    fn new(history: &History, typed: &Typed, changed: bool, errors: FormErrors) -> Self {
        let stands = [
            Choice::new("yes", "I was exposed").hint("It counts"),
            Choice::new("no", "I was not exposed after all").hint("It stays on record and counts no more"),
        ];
        Self {
            href: format!("/exposures/{}", history.exposure.id),
            kind: history.exposure.kind.title(),
            // After a conflict it holds the new version, so that sending it again is a decision.
            version: if changed { history.now.number.to_string() } else { typed.version.clone() },
            stands: Field::new("stands", "Were you exposed?").choices(stands).choose([&typed.stands]).errors(&errors),
            fields: ExposureFields::new(typed, &errors),
            reason: Field::new("reason", "Why do you correct it?").value(&typed.reason).errors(&errors),
            meanwhile: changed.then(|| lines(&history.now)),
            errors,
        }
    }
}

impl PageContext for CorrectPage {
    const TEMPLATE: &'static str = "exposures/correct";
    const SECTION: &'static str = "exposures";

    fn title(&self) -> Cow<'_, str> {
        "Correct an exposure".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My exposures", "/exposures"), Crumb::new(self.kind, self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/exposures/1".to_owned(),
            kind: "Fire contaminants",
            version: "1".to_owned(),
            stands: Field::new("stands", "Were you exposed?"),
            fields: ExposureFields::new(&Typed::default(), &FormErrors::new()),
            reason: Field::new("reason", "Why do you correct it?"),
            meanwhile: None,
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the form with what the exposure says.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let history = service::open(&ask.site().db, ask.caller(), id(&path, ExposureId)?).await?;
    ask.page(&CorrectPage::new(&history, &typed_of(&history), false, FormErrors::new()))
}

/// Corrects it, or shows what was typed again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ExposureId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    let to = format!("/exposures/{id}");
    let (changed, errors) = match service::correct(db, caller, id, typed.clone(), ask.clock().now()).await {
        Ok(true) => {
            return Ok(ask.redirect_with(&to, FlashKind::Success, "Corrected. What it said before stays on record."));
        }
        Ok(false) => {
            return Ok(ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it says that already."));
        }
        Err(ExposureError::Invalid(errors)) => (false, errors),
        Err(ExposureError::Changed) => (true, FormErrors::new()),
        Err(error) => return Err(error.into()),
    };
    let history = service::open(db, caller, id).await?;
    let page = CorrectPage::new(&history, &typed, changed, errors);
    if changed { ask.page_with(actix_web::http::StatusCode::CONFLICT, &page) } else { ask.page_again(&page) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::rules::samples;

    pub(super) fn samples() -> Vec<CorrectPage> {
        let mut all = vec![CorrectPage::sample()];
        for history in samples::histories() {
            let typed = typed_of(&history);
            all.push(CorrectPage::new(&history, &typed, false, FormErrors::new()));
            let mut errors = FormErrors::new();
            errors.add("reason", "Say why");
            all.push(CorrectPage::new(&history, &typed, true, errors));
        }
        all
    }

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<CorrectPage>();
    }
}
