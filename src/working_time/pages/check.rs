//! Before somebody books on: what a duty that they plan would break. Nothing is kept of it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Serialize;

use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};
use crate::working_time::mapping::CountsAs;
use crate::working_time::service::{self, Judged};
use crate::working_time::typed::{self, TypedPlan};

#[derive(Debug, Clone, Serialize)]
struct CheckPage {
    date: Field,
    start: Field,
    end: Field,
    counts_as: Field,
    /// When it would be; nothing before somebody asked.
    when: Option<String>,
    /// What it would break.
    breaks: Vec<String>,
    /// It breaks nothing.
    clear: bool,
    /// The group refuses work that breaks something.
    refused: bool,
    /// Why nothing can be said.
    unknown: Option<&'static str>,
    #[serde(skip)]
    errors: FormErrors,
}

impl CheckPage {
    fn new(typed: &TypedPlan, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let choices = CountsAs::ALL.into_iter().filter(|one| *one != CountsAs::NoWork);
        Self {
            date: field("date", "Day on which it begins", &typed.date),
            start: field("start", "Start", &typed.start),
            end: field("end", "End", &typed.end).hint("At or before the start: on the next day"),
            counts_as: Field::new("counts_as", "What is it?")
                .choices(choices.map(|one| Choice::new(one.as_str(), one.title())))
                .choose([typed.counts_as.as_str()])
                .errors(&errors),
            when: None,
            breaks: Vec::new(),
            clear: false,
            refused: false,
            unknown: None,
            errors,
        }
    }
}

impl PageContext for CheckPage {
    const TEMPLATE: &'static str = "working-time/check";
    const SECTION: &'static str = "working-time";

    fn title(&self) -> Cow<'_, str> {
        "Before you book on".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My working time", "/working-time")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let page = Self::new(&TypedPlan::default(), FormErrors::new());
        let when = Some("24 Nov 2026, 07:00 to 19:00".to_owned());
        Self { when, breaks: vec!["The rest is <short>".to_owned()], refused: true, ..page }
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["date", "start", "end", "counts_as"] {
            errors.add(field, "Correct it");
        }
        let wrong = Self::new(&TypedPlan::default(), errors);
        let fresh = Self::new(&TypedPlan::default(), FormErrors::new());
        let clear = Self { breaks: Vec::new(), refused: false, clear: true, ..Self::sample() };
        let unknown = Self { clear: false, unknown: Some("Nobody knows"), ..clear.clone() };
        let warned = Self { refused: false, ..Self::sample() };
        vec![Self::sample(), fresh, wrong, clear, unknown, warned]
    }
}

/// Shows the form, and the answer when a duty was asked about.
pub(super) async fn show(ask: Ask, query: Query<TypedPlan>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let today = civil::local(now).date();
    let mut typed = query.into_inner();
    let asked = typed != TypedPlan::default();
    if !asked {
        typed.date = today.to_string();
    }
    let counts_as = CountsAs::parse(&typed.counts_as).unwrap_or(CountsAs::Shift);
    counts_as.as_str().clone_into(&mut typed.counts_as);
    if !asked {
        return ask.page(&CheckPage::new(&typed, FormErrors::new()));
    }
    let span = match typed::check_plan(&typed, today) {
        Ok(span) => span,
        Err(errors) => return ask.page_again(&CheckPage::new(&typed, errors)),
    };
    let judged = service::judge_plan(&ask.site().db, ask.caller(), span, counts_as, now).await?;
    let mut page = CheckPage::new(&typed, FormErrors::new());
    page.when = Some(format::span(span.0, span.1));
    match judged {
        Judged::NoGroup => {
            page.unknown = Some(
                "Nobody has said yet which rules hold for your contract. Ask whoever looks after the organisation.",
            );
        }
        Judged::NoWork => page.unknown = Some("It is no working time."),
        Judged::Breaks(said, refused) => {
            page.clear = said.is_empty();
            page.refused = refused && !said.is_empty();
            page.breaks = said;
        }
    }
    ask.page(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_in_every_state() {
        crate::views::testing::check::<CheckPage>();
    }
}
