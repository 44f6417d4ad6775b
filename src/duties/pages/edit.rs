//! Changing a duty, with a reason; and what to do when it has changed meanwhile.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use super::super::error::DutyError;
use super::super::model::{DutyRow, DutyView, Notes, Sight};
use super::super::port::Watch;
use super::super::rules::{self, Typed};
use super::super::service::{self, Offered};
use super::fields::{DutyFields, errors_of, merge, reason_field, typed_of};
use super::lines::{Line, all_lines};
use super::query::duty_id;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::DutyId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EditForm {
    revision: String,
    reason: String,
    #[serde(flatten)]
    typed: Typed,
}

#[derive(Debug, Clone, Serialize)]
struct EditPage {
    #[serde(skip)]
    of: Crumb,
    href: String,
    fields: DutyFields,
    reason: Field,
    revision: i32,
    /// What the duty says by now, when it is not what the form was opened on.
    meanwhile: Option<Vec<Line>>,
    #[serde(skip)]
    errors: FormErrors,
}

impl EditPage {
    /// With the notes that are there now when somebody changed the duty while the form was open.
    fn new(
        typed: &Typed,
        reason: &str,
        (row, offered): (&DutyRow, &Offered),
        errors: FormErrors,
        meanwhile: Option<&Notes>,
    ) -> Self {
        let view = DutyView::for_reader(row.clone(), Sight::Own);
        Self {
            of: Crumb::new(format::long_time(row.started_at), format!("/duties/{}", row.id)),
            href: format!("/duties/{}", row.id),
            fields: DutyFields::new(typed, offered, Some(row.kind.deepest()), &errors),
            reason: reason_field(reason, &errors),
            revision: row.revision,
            meanwhile: meanwhile.map(|notes| all_lines(&view, notes, &offered.kinds, &offered.units)),
            errors,
        }
    }
}

impl PageContext for EditPage {
    const TEMPLATE: &'static str = "duties/edit";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "Change a duty".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties"), self.of.clone()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        Self {
            of: Crumb::new("Friday 20 November 2026, 19:00", "/duties/1"),
            href: "/duties/1".to_owned(),
            fields: DutyFields::new(&Typed::default(), &Offered::default(), None, &errors),
            reason: reason_field("", &errors),
            revision: 1,
            meanwhile: None,
            errors,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the form with what the duty says.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    match service::to_edit(&ask.site().db, ask.caller(), id).await {
        Ok((row, notes, offered)) => {
            ask.page(&EditPage::new(&typed_of(&row, &notes), "", (&row, &offered), FormErrors::new(), None))
        }
        Err(DutyError::Locked(..)) => Ok(to_correct(&ask, id, "correct")),
        Err(error) => Err(error.into()),
    }
}

/// Where somebody is sent whose duty is locked: there a correction can be proposed.
pub(super) fn to_correct(ask: &Ask, id: DutyId, act: &str) -> HttpResponse {
    let text = "The hours of this duty are approved, so it stays as it is. Here you can propose a correction.";
    ask.redirect_with(&format!("/duties/{id}/{act}"), FlashKind::Notice, text)
}

/// Changes the duty, or shows what was typed again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    watch: Data<Watch>,
    Posted(form): Posted<EditForm>,
) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let outcome = match (rules::check_typed(&form.typed, now), rules::check_reason(&form.reason)) {
        (Ok(draft), Ok(reason)) => {
            let of = (id, form.revision.parse().unwrap_or(0));
            service::edit(db, &watch, caller, of, draft, reason, now).await
        }
        (Err(faults), reason) => Err(merge(faults, reason.err()).into()),
        (Ok(_), Err(faults)) => Err(faults.into()),
    };
    let to = format!("/duties/{id}");
    match outcome {
        Ok(true) => Ok(ask.redirect_with(&to, FlashKind::Success, "Duty changed.")),
        Ok(false) => Ok(ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it says that already.")),
        Err(DutyError::Invalid(faults)) => again(&ask, id, &form, errors_of(&faults), false).await,
        Err(DutyError::Changed) => again(&ask, id, &form, FormErrors::new(), true).await,
        Err(error) => Err(error.into()),
    }
}

/// The form once more. After a conflict it holds the new revision, so that sending it again is a decision.
async fn again(
    ask: &Ask,
    id: DutyId,
    form: &EditForm,
    errors: FormErrors,
    changed: bool,
) -> Result<HttpResponse, Failure> {
    let (mut row, notes, offered): (DutyRow, Notes, Offered) =
        service::to_edit(&ask.site().db, ask.caller(), id).await?;
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    if !changed {
        // Errors are no reason to forget on which revision the form was opened.
        row.revision = form.revision.parse().unwrap_or(0);
    }
    ask.page_with(
        status,
        &EditPage::new(&form.typed, &form.reason, (&row, &offered), errors, changed.then_some(&notes)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::rules::{At, Faults};
    use super::super::fields::samples as fields;
    use super::*;

    pub(super) fn samples() -> Vec<EditPage> {
        let (row, offered) = (fields::row(), fields::offered());
        let typed = typed_of(&row, &fields::notes());
        let errors = errors_of(&Faults::one(At::Reason, "Say why"));
        vec![
            EditPage::new(&typed, "", (&row, &offered), FormErrors::new(), None),
            EditPage::new(&typed, "", (&row, &offered), errors, None),
            EditPage::new(&typed, "Wrong end", (&row, &offered), FormErrors::new(), Some(&fields::notes())),
        ]
    }

    #[test]
    fn a_conflict_shows_all_that_the_duty_says_now() {
        let page = samples().pop().expect("the one in conflict");
        let lines = serde_json::to_string(&page.meanwhile.expect("what it says now")).expect("json");
        for text in ["N12P1", "Slept badly"] {
            assert!(lines.contains(text), "{text} in {lines}");
        }
    }

    #[test]
    fn the_form_stands_fresh_wrong_and_in_conflict() {
        crate::views::testing::check::<EditPage>();
    }
}
