//! Reopening an approved timesheet: a page that says what follows, and a reason.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::super::decisions;
use super::super::rules::check_reason;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::TimesheetId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
}

#[derive(Debug, Clone, Serialize)]
struct ReopenPage {
    href: String,
    who: String,
    period: String,
    hours: String,
    /// How many claims payroll has taken already.
    paid: Option<String>,
    reason: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl ReopenPage {
    fn reason(typed: &str, errors: &FormErrors) -> Field {
        Field::new("reason", "Why?")
            .hint("The person reads this; it stays with the timesheet and in the audit trail")
            .value(typed)
            .errors(errors)
    }
}

impl PageContext for ReopenPage {
    const TEMPLATE: &'static str = "approvals/reopen";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "Reopen this timesheet?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Approvals", "/approvals"), Crumb::new(&self.who, &self.href)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("reason", "Say why");
        Self {
            href: "/timesheets/1".to_owned(),
            who: "Jo Marsh".to_owned(),
            period: "16 to 22 November 2026".to_owned(),
            hours: "11 h 30 min".to_owned(),
            paid: Some("2 claims".to_owned()),
            reason: Self::reason("", &errors),
            errors,
        }
    }

    fn samples() -> Vec<Self> {
        let errors = FormErrors::new();
        vec![Self::sample(), Self { paid: None, reason: Self::reason("Late", &errors), errors, ..Self::sample() }]
    }
}

/// Asks whether to reopen it.
pub(super) async fn form(ask: Ask, id: Path<TimesheetId>) -> Result<HttpResponse, Failure> {
    ask.page(&page(&ask, *id, "", FormErrors::new()).await?)
}

/// Reopens it, or asks again.
pub(super) async fn submit(
    ask: Ask,
    id: Path<TimesheetId>,
    Posted(form): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let reason = match check_reason(&form.reason) {
        Ok(reason) => reason,
        Err(text) => {
            let mut errors = FormErrors::new();
            errors.add("reason", text);
            return ask.page_again(&page(&ask, *id, &form.reason, errors).await?);
        }
    };
    decisions::reopen(&ask.site().db, ask.caller(), *id, reason, ask.clock().now()).await?;
    ask.site().queue.wake();
    let text =
        "Reopened. The person is told; their duties of these days can be changed until the hours are approved again.";
    Ok(ask.redirect_with(&format!("/timesheets/{id}"), FlashKind::Success, text))
}

async fn page(ask: &Ask, id: TimesheetId, typed: &str, errors: FormErrors) -> Result<ReopenPage, Failure> {
    let (sheet, who, paid) = decisions::to_reopen(&ask.site().db, ask.caller(), id).await?;
    Ok(ReopenPage {
        href: format!("/timesheets/{id}"),
        who: who.name,
        period: sheet.period.in_words(),
        hours: format::minutes(sheet.approved.unwrap_or_default().minutes.into()),
        paid: (paid > 0).then(|| format::count(paid, "claim", "claims")),
        reason: ReopenPage::reason(typed, &errors),
        errors,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_with_and_without_claims_that_were_paid() {
        crate::views::testing::check::<super::ReopenPage>();
    }
}
