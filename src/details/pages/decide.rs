//! Changes that wait for a decision, and one of them.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::{Line, id};
use crate::details::error::DetailError;
use crate::details::model::Value;
use crate::details::service::{self, Opened};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::DetailChangeId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    part: &'static str,
    at: String,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    rows: Vec<Row>,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "details/list";
    const SECTION: &'static str = "details";

    fn title(&self) -> Cow<'_, str> {
        "Details to approve".into()
    }

    fn sample() -> Self {
        let row = Row {
            href: "/details/1".to_owned(),
            name: "Jo Marsh".to_owned(),
            part: "Telephone",
            at: "today".to_owned(),
        };
        Self { rows: vec![row] }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { rows: Vec::new() }]
    }
}

/// Lists what waits.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let waiting = service::waiting(&ask.site().db, ask.caller()).await?;
    let rows = waiting.into_iter().map(|(change, name)| Row {
        href: format!("/details/{}", change.id),
        name,
        part: change.part.title(),
        at: format::short_time(change.proposed_at),
    });
    ask.page(&ListPage { rows: rows.collect() })
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    answer: String,
}

#[derive(Debug, Clone, Serialize)]
struct ChangePage {
    href: String,
    part: &'static str,
    state: &'static str,
    colour: &'static str,
    lines: Vec<Line>,
    stale: bool,
    answer: Option<Field>,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl ChangePage {
    fn new(opened: &Opened, typed: &str, errors: FormErrors) -> Self {
        let change = &opened.change;
        let words = |value: &Option<Value>| value.as_ref().map_or_else(|| "Nothing".to_owned(), Value::in_words);
        let mut lines = vec![
            Line::new("It says now", words(&change.was)),
            Line::new("It should say", words(&change.becomes)),
            Line::new("Proposed", format::long_time(change.proposed_at)),
        ];
        if let Some(at) = change.decided_at {
            lines.push(Line::new(change.state.title(), format::long_time(at)));
        }
        if let Some(answer) = &change.answer {
            lines.push(Line::new("Answer", answer));
        }
        Self {
            href: format!("/details/{}", change.id),
            part: change.part.title(),
            state: change.state.title(),
            colour: change.state.colour(),
            lines,
            stale: opened.stale,
            answer: opened.may_decide.then(|| {
                Field::new("answer", "Answer")
                    .hint("Needed when you return it. The person reads it")
                    .value(typed)
                    .errors(&errors)
            }),
            name: opened.name.clone(),
            errors,
        }
    }
}

impl PageContext for ChangePage {
    const TEMPLATE: &'static str = "details/change";
    const SECTION: &'static str = "details";

    fn title(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Details to approve", "/details")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/details/1".to_owned(),
            part: "Telephone",
            state: "Waits for HR",
            colour: "govuk-tag--blue",
            lines: vec![Line::new("It says now", "Nothing")],
            stale: true,
            answer: None,
            name: "Jo Marsh".to_owned(),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use crate::details::model::State;
        let opened = |state, may_decide| Opened {
            change: super::own::tests::change(state),
            name: "Jo <Marsh>".to_owned(),
            stale: false,
            may_decide,
        };
        let mut errors = FormErrors::new();
        errors.add("answer", "Say why you return it");
        vec![
            Self::sample(),
            Self::new(&opened(State::Proposed, true), "", errors),
            Self::new(&opened(State::Returned, false), "", FormErrors::new()),
        ]
    }
}

/// Shows a change.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), id(&path, DetailChangeId)?, ask.clock().now()).await?;
    ask.page(&ChangePage::new(&opened, "", FormErrors::new()))
}

/// Approves a change.
pub(super) async fn approve(ask: Ask, path: Path<String>, Posted(form): Posted<Form>) -> Result<HttpResponse, Failure> {
    settle(&ask, id(&path, DetailChangeId)?, true, form).await
}

/// Returns a change.
pub(super) async fn give_back(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<Form>,
) -> Result<HttpResponse, Failure> {
    settle(&ask, id(&path, DetailChangeId)?, false, form).await
}

async fn settle(ask: &Ask, id: DetailChangeId, approves: bool, form: Form) -> Result<HttpResponse, Failure> {
    let (site, now) = (ask.site(), ask.clock().now());
    match service::decide(&site.db, ask.caller(), id, approves, form.answer.clone(), now).await {
        Ok(person) => {
            // Their name may stand on their pages.
            site.sessions.forget_person(person);
            let text = if approves { "Approved. It holds from now on." } else { "Returned with your reason." };
            Ok(ask.redirect_with("/details", FlashKind::Success, text))
        }
        Err(DetailError::Invalid(errors)) => {
            let opened = service::open(&site.db, ask.caller(), id, now).await?;
            ask.page_again(&ChangePage::new(&opened, &form.answer, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::ListPage>();
        crate::views::testing::check::<super::ChangePage>();
    }
}
