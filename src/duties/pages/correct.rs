//! Proposing a correction: the form of a duty once more, for a duty whose hours are approved or one that is missing there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::super::corrections::{self, ToPropose};
use super::super::error::DutyError;
use super::super::model::{DutyView, Notes, Sight};
use super::super::rules::{self, At, Typed};
use super::fields::{DutyFields, errors_of, merge, typed_of};
use super::lines::{Line, all_lines};
use super::query::{duty_id, uuid};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::ids::{DutyId, TimesheetId};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CorrectForm {
    revision: String,
    reason: String,
    #[serde(flatten)]
    typed: Typed,
}

#[derive(Debug, Clone, Serialize)]
struct CorrectPage {
    #[serde(skip)]
    heading: &'static str,
    #[serde(skip)]
    way: Vec<Crumb>,
    action: String,
    cancel_href: String,
    days: String,
    /// What the duty says now; nothing of one to be added.
    now: Option<Vec<Line>>,
    fields: DutyFields,
    reason: Field,
    revision: i32,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for CorrectPage {
    const TEMPLATE: &'static str = "corrections/propose";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        self.heading.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        self.way.clone()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let day = jiff::civil::date(2026, 11, 16);
        let shown = ToPropose { row: None, days: (day, day), offered: Default::default() };
        page(&shown, &CorrectForm::default(), "/corrections/new?sheet=1", FormErrors::new(), false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn page(shown: &ToPropose, form: &CorrectForm, action: &str, errors: FormErrors, changed: bool) -> CorrectPage {
    let kept = shown.row.as_ref().map(|row| row.kind.deepest());
    let (heading, way, cancel_href) = match &shown.row {
        Some(row) => {
            let href = format!("/duties/{}", row.id);
            let duty = Crumb::new(format::long_time(row.started_at), href.clone());
            ("Propose a correction", vec![Crumb::new("My duties", "/duties"), duty], href)
        }
        None => {
            let href = format!("/timesheets/period/{}", shown.days.0);
            ("Propose to add a duty", vec![Crumb::new("My timesheets", "/timesheets")], href)
        }
    };
    CorrectPage {
        heading,
        way,
        action: action.to_owned(),
        cancel_href,
        days: format!("{} to {}", format::short_date(shown.days.0), format::short_date(shown.days.1)),
        now: shown.row.as_ref().map(|row| {
            let view = DutyView::for_reader(row.clone(), Sight::Own);
            all_lines(&view, &Notes::default(), &shown.offered.kinds, &shown.offered.units)
        }),
        fields: DutyFields::new(&form.typed, &shown.offered, kept, &errors).without_notes(),
        reason: reason_field(&form.reason, &errors),
        revision: shown.row.as_ref().map_or(0, |row| row.revision),
        changed,
        errors,
    }
}

/// The field for why a correction is proposed.
pub(super) fn reason_field(reason: &str, errors: &FormErrors) -> Field {
    Field::new(At::Reason.in_form(), "Why?")
        .hint("Whoever approves your hours reads this; it is kept with the duty and in the audit trail")
        .value(reason)
        .errors(errors)
}

/// Where somebody is sent whose duty is not locked: there it can be changed.
pub(super) fn to_change(ask: &Ask, id: DutyId, act: &str) -> HttpResponse {
    let text = "The hours of this duty are not approved, so you can change it yourself.";
    ask.redirect_with(&format!("/duties/{id}/{act}"), FlashKind::Notice, text)
}

/// Shows the form with what the duty says.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    match corrections::to_propose(&ask.site().db, ask.caller(), id).await {
        Ok(shown) => {
            let typed = shown.row.as_ref().map(|row| typed_of(row, &Notes::default())).unwrap_or_default();
            let form = CorrectForm { typed, ..CorrectForm::default() };
            ask.page(&page(&shown, &form, &format!("/duties/{id}/correct"), FormErrors::new(), false))
        }
        Err(DutyError::NotLocked) => Ok(to_change(&ask, id, "edit")),
        Err(error) => Err(error.into()),
    }
}

/// Proposes the correction, or shows what was typed again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<CorrectForm>,
) -> Result<HttpResponse, Failure> {
    let id = duty_id(&path)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let revision = form.revision.parse().unwrap_or(0);
    let outcome = match (rules::check_typed(&form.typed, now), rules::check_reason(&form.reason)) {
        (Ok(draft), Ok(reason)) => corrections::propose_change(db, caller, (id, revision), draft, reason, now).await,
        (Err(faults), reason) => Err(merge(faults, reason.err()).into()),
        (Ok(_), Err(faults)) => Err(faults.into()),
    };
    let (errors, changed) = match outcome {
        Ok(Some(correction)) => return Ok(proposed(&ask, &format!("/corrections/{correction}"))),
        Ok(None) => {
            let text = "Nothing was proposed: the duty says that already.";
            return Ok(ask.redirect_with(&format!("/duties/{id}"), FlashKind::Notice, text));
        }
        Err(DutyError::NotLocked) => return Ok(to_change(&ask, id, "edit")),
        Err(DutyError::Invalid(faults)) => (errors_of(&faults), false),
        Err(DutyError::Changed) => (FormErrors::new(), true),
        Err(error) => return Err(error.into()),
    };
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = corrections::to_propose(db, caller, id).await?;
    ask.page_with(status, &page(&shown, &form, &format!("/duties/{id}/correct"), errors, changed))
}

fn proposed(ask: &Ask, to: &str) -> HttpResponse {
    ask.site().queue.wake();
    ask.redirect_with(to, FlashKind::Success, "Proposed. You hear when somebody has decided.")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AddQuery {
    sheet: String,
}

impl AddQuery {
    /// The timesheet that is meant.
    fn sheet(&self) -> Result<TimesheetId, Failure> {
        uuid(&self.sheet).map(TimesheetId).ok_or_else(|| Problem::NotFound.into())
    }
}

/// Shows the form for a duty that is missing from an approved timesheet.
pub(super) async fn add_form(ask: Ask, query: Query<AddQuery>) -> Result<HttpResponse, Failure> {
    let sheet = query.sheet()?;
    let shown = corrections::to_add(&ask.site().db, ask.caller(), sheet).await?;
    let typed = Typed { date: shown.days.0.to_string(), ..Typed::default() };
    let form = CorrectForm { typed, ..CorrectForm::default() };
    ask.page(&page(&shown, &form, &action(sheet), FormErrors::new(), false))
}

fn action(sheet: TimesheetId) -> String {
    format!("/corrections/new?sheet={sheet}")
}

/// Proposes to add it, or shows what was typed again with what is wrong.
pub(super) async fn add(
    ask: Ask,
    query: Query<AddQuery>,
    Posted(form): Posted<CorrectForm>,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now, sheet) = (&ask.site().db, ask.caller(), ask.clock().now(), query.sheet()?);
    let outcome = match (rules::check_typed(&form.typed, now), rules::check_reason(&form.reason)) {
        (Ok(draft), Ok(reason)) => corrections::propose_addition(db, caller, sheet, draft, reason, now).await,
        (Err(faults), reason) => Err(merge(faults, reason.err()).into()),
        (Ok(_), Err(faults)) => Err(faults.into()),
    };
    match outcome {
        Ok(correction) => Ok(proposed(&ask, &format!("/corrections/{correction}"))),
        Err(DutyError::Invalid(faults)) => {
            let shown = corrections::to_add(db, caller, sheet).await?;
            ask.page_again(&page(&shown, &form, &action(sheet), errors_of(&faults), false))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::rules::Faults;
    use super::super::fields::samples as fields;
    use super::*;

    pub(super) fn samples() -> Vec<CorrectPage> {
        let days = (jiff::civil::date(2026, 11, 16), jiff::civil::date(2026, 11, 22));
        let shown = |row| ToPropose { row, days, offered: fields::offered() };
        let form = || CorrectForm { typed: typed_of(&fields::row(), &Notes::default()), ..CorrectForm::default() };
        let errors = || errors_of(&Faults::one(At::Reason, "Say why"));
        let duty = Some(fields::row());
        vec![
            CorrectPage::sample(),
            page(&shown(None), &form(), "/corrections/new?sheet=1", errors(), false),
            page(&shown(duty.clone()), &form(), "/duties/1/correct", FormErrors::new(), false),
            page(&shown(duty.clone()), &form(), "/duties/1/correct", errors(), false),
            page(&shown(duty), &form(), "/duties/1/correct", FormErrors::new(), true),
        ]
    }

    #[test]
    fn the_form_stands_for_a_correction_and_an_addition() {
        crate::views::testing::check::<CorrectPage>();
    }

    #[test]
    fn a_correction_has_no_field_for_a_note() {
        for page in samples() {
            let html = crate::views::testing::views().page(&crate::views::Layout::sample(), &page).expect("a page");
            assert!(!html.contains("_note\""), "{html}");
        }
    }
}
