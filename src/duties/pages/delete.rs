//! Deleting a duty: a page that names it and what follows, and a reason.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::super::error::DutyError;
use super::super::model::{DutyRow, DutyView, Notes, Sight};
use super::super::rules;
use super::super::service;
use super::super::words::{Kinds, Units};
use super::edit::to_correct;
use super::fields::{errors_of, reason_field};
use super::lines::{Line, all_lines};
use super::query::duty_id;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::DutyId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeleteForm {
    revision: String,
    reason: String,
}

#[derive(Debug, Clone, Serialize)]
struct DeletePage {
    href: String,
    lines: Vec<Line>,
    reason: Field,
    revision: i32,
    has_note: bool,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl DeletePage {
    fn new(
        row: DutyRow,
        notes: &Notes,
        (kinds, units): (&Kinds, &Units),
        reason: &str,
        errors: FormErrors,
        changed: bool,
    ) -> Self {
        Self {
            href: format!("/duties/{}", row.id),
            revision: row.revision,
            lines: all_lines(&DutyView::for_reader(row, Sight::Own), notes, kinds, units),
            reason: reason_field(reason, &errors),
            has_note: notes.shared.is_some() || notes.private.is_some(),
            changed,
            errors,
        }
    }
}

impl PageContext for DeletePage {
    const TEMPLATE: &'static str = "duties/delete";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "Delete this duty?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties"), Crumb::new("Duty", self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        Self {
            href: "/duties/1".to_owned(),
            lines: Vec::new(),
            reason: reason_field("", &errors),
            revision: 1,
            has_note: true,
            changed: false,
            errors,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Asks whether to delete it.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let (row, notes, kinds, units) = match service::to_delete(&ask.site().db, ask.caller(), id).await {
        Ok(shown) => shown,
        Err(DutyError::Locked(..)) => return Ok(to_correct(&ask, id, "propose-removal")),
        Err(error) => return Err(error.into()),
    };
    ask.page(&DeletePage::new(row, &notes, (&kinds, &units), "", FormErrors::new(), false))
}

/// Deletes it, or asks again.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<DeleteForm>,
) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let outcome = match rules::check_reason(&form.reason) {
        Ok(reason) => {
            let revision = form.revision.parse().unwrap_or(0);
            service::delete(&ask.site().db, ask.caller(), id, revision, reason, ask.clock().now()).await
        }
        Err(faults) => Err(faults.into()),
    };
    match outcome {
        Ok(()) => Ok(ask.redirect_with("/duties", FlashKind::Success, "Duty deleted.")),
        Err(DutyError::Invalid(faults)) => {
            ask.page_again(&page(&ask, id, &form.reason, errors_of(&faults), false).await?)
        }
        Err(DutyError::Changed) => {
            let page = page(&ask, id, &form.reason, FormErrors::new(), true).await?;
            ask.page_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(ask: &Ask, id: DutyId, reason: &str, errors: FormErrors, changed: bool) -> Result<DeletePage, Failure> {
    let (row, notes, kinds, units) = service::to_delete(&ask.site().db, ask.caller(), id).await?;
    Ok(DeletePage::new(row, &notes, (&kinds, &units), reason, errors, changed))
}

#[cfg(test)]
mod tests {
    use super::super::super::rules::{At, Faults};
    use super::super::super::words::samples::{kinds, units};
    use super::super::fields::samples as fields;
    use super::*;

    pub(super) fn samples() -> Vec<DeletePage> {
        let lines = all_lines(&DutyView::for_reader(fields::row(), Sight::Own), &fields::notes(), &kinds(), &units());
        let fresh = DeletePage { lines, ..DeletePage::sample() };
        let errors = errors_of(&Faults::one(At::Reason, "Say why"));
        let wrong = DeletePage { reason: reason_field("", &errors), errors, ..fresh.clone() };
        vec![fresh.clone(), wrong, DeletePage { changed: true, has_note: false, ..fresh }]
    }

    #[test]
    fn the_page_stands_fresh_wrong_and_in_conflict() {
        crate::views::testing::check::<DeletePage>();
    }
}
