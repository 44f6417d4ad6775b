//! Proposing that a duty whose hours are approved was none; and changing its private note, which stays one's own.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::super::corrections;
use super::super::error::DutyError;
use super::super::model::{DutyView, Notes, Sight};
use super::super::rules;
use super::super::service;
use super::correct::{reason_field, to_change};
use super::fields::errors_of;
use super::lines::{Line, all_lines};
use super::query::duty_id;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::DutyId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RemovalForm {
    revision: String,
    reason: String,
}

#[derive(Debug, Clone, Serialize)]
struct RemovalPage {
    href: String,
    lines: Vec<Line>,
    reason: Field,
    revision: i32,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for RemovalPage {
    const TEMPLATE: &'static str = "corrections/remove";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "Propose to remove this duty?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties"), Crumb::new("Duty", self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("reason", "Say why");
        Self {
            href: "/duties/1".to_owned(),
            lines: Vec::new(),
            reason: reason_field("", &errors),
            revision: 1,
            changed: true,
            errors,
        }
    }

    fn samples() -> Vec<Self> {
        let errors = FormErrors::new();
        vec![Self::sample(), Self { changed: false, reason: reason_field("Twice", &errors), errors, ..Self::sample() }]
    }
}

/// Asks whether to propose it.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    match page(&ask, id, "", FormErrors::new(), false).await? {
        Some(page) => ask.page(&page),
        None => Ok(to_change(&ask, id, "delete")),
    }
}

/// Proposes it, or asks again.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<RemovalForm>,
) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let revision = form.revision.parse().unwrap_or(0);
    let outcome = match rules::check_reason(&form.reason) {
        Ok(reason) => corrections::propose_removal(db, caller, (id, revision), reason, now).await,
        Err(faults) => Err(faults.into()),
    };
    let (errors, changed) = match outcome {
        Ok(correction) => {
            ask.site().queue.wake();
            let text = "Proposed. You hear when somebody has decided.";
            return Ok(ask.redirect_with(&format!("/corrections/{correction}"), FlashKind::Success, text));
        }
        Err(DutyError::NotLocked) => return Ok(to_change(&ask, id, "delete")),
        Err(DutyError::Invalid(faults)) => (errors_of(&faults), false),
        Err(DutyError::Changed) => (FormErrors::new(), true),
        Err(error) => return Err(error.into()),
    };
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    match page(&ask, id, &form.reason, errors, changed).await? {
        Some(page) => ask.page_with(status, &page),
        None => Ok(to_change(&ask, id, "delete")),
    }
}

async fn page(
    ask: &Ask,
    id: DutyId,
    reason: &str,
    errors: FormErrors,
    changed: bool,
) -> Result<Option<RemovalPage>, Failure> {
    let shown = match corrections::to_propose(&ask.site().db, ask.caller(), id).await {
        Ok(shown) => shown,
        Err(DutyError::NotLocked) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(shown.row.map(|row| RemovalPage {
        href: format!("/duties/{id}"),
        revision: row.revision,
        lines: all_lines(
            &DutyView::for_reader(row, Sight::Own),
            &Notes::default(),
            &shown.offered.kinds,
            &shown.offered.units,
        ),
        reason: reason_field(reason, &errors),
        changed,
        errors,
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NoteForm {
    private_note: String,
}

#[derive(Debug, Clone, Serialize)]
struct NotePage {
    href: String,
    #[serde(skip)]
    of: String,
    note: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl NotePage {
    fn new(id: DutyId, of: String, typed: &str, errors: FormErrors) -> Self {
        Self {
            href: format!("/duties/{id}"),
            of,
            note: Field::new("private_note", "Private note")
                .hint("Only you can read this, whatever somebody's role is")
                .value(typed)
                .errors(&errors),
            errors,
        }
    }
}

impl PageContext for NotePage {
    const TEMPLATE: &'static str = "duties/private-note";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "Your private note".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties"), Crumb::new(self.of.clone(), self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("private_note", "Shorten it");
        Self::new(DutyId::NIL, "Friday 20 November 2026, 19:00".to_owned(), "Slept badly <after>", errors)
    }
}

/// Shows the private note, to be changed.
pub(super) async fn note_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let (row, notes) = service::to_note(&ask.site().db, ask.caller(), id).await?;
    let of = format::long_time(row.started_at);
    ask.page(&NotePage::new(id, of, notes.private.as_deref().unwrap_or_default(), FormErrors::new()))
}

/// Changes it.
pub(super) async fn note(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<NoteForm>,
) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match rules::check_private_note(&form.private_note) {
        Ok(note) => {
            let text = match service::set_private_note(db, caller, id, note, ask.clock().now()).await? {
                true => "Your private note is changed.",
                false => "Nothing was changed: it says that already.",
            };
            Ok(ask.redirect_with(&format!("/duties/{id}"), FlashKind::Success, text))
        }
        Err(faults) => {
            let (row, _notes) = service::to_note(db, caller, id).await?;
            let of = format::long_time(row.started_at);
            ask.page_again(&NotePage::new(id, of, &form.private_note, errors_of(&faults)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<RemovalPage>();
        crate::views::testing::check::<NotePage>();
    }
}
