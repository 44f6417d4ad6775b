//! One's own details, and the form by which one proposes to change a part of them.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::{Nothing, id};
use crate::details::error::DetailError;
use crate::details::model::{Change, Current, Part, State};
use crate::details::rules::Typed;
use crate::details::service::{self, Own};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::ids::DetailChangeId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct PartRow {
    name: &'static str,
    value: Option<String>,
    change: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ChangeRow {
    part: &'static str,
    was: Option<String>,
    becomes: Option<String>,
    at: String,
    state: &'static str,
    colour: &'static str,
    answer: Option<String>,
    withdraw: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct OwnPage {
    parts: Vec<PartRow>,
    changes: Vec<ChangeRow>,
}

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "details/own";

    fn title(&self) -> Cow<'_, str> {
        "My details".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn sample() -> Self {
        Self { parts: Vec::new(), changes: Vec::new() }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let own = Own {
            current: tests::current(),
            changes: vec![tests::change(State::Proposed), tests::change(State::Returned)],
        };
        vec![Self::sample(), build(&own)]
    }
}

fn build(own: &Own) -> OwnPage {
    let waits = |part: Part| own.changes.iter().any(|change| change.part == part && change.state == State::Proposed);
    let part = |part: Part| PartRow {
        name: part.title(),
        value: own.current.of(part).map(crate::details::model::Value::in_words),
        change: (!waits(part)).then(|| format!("/account/details/{}", part.as_str())),
    };
    OwnPage { parts: Part::ALL.into_iter().map(part).collect(), changes: own.changes.iter().map(row).collect() }
}

fn row(change: &Change) -> ChangeRow {
    let words =
        |value: &Option<crate::details::model::Value>| value.as_ref().map(crate::details::model::Value::in_words);
    ChangeRow {
        part: change.part.title(),
        was: words(&change.was),
        becomes: words(&change.becomes),
        at: format::short_time(change.proposed_at),
        state: change.state.title(),
        colour: change.state.colour(),
        answer: change.answer.clone(),
        withdraw: (change.state == State::Proposed).then(|| format!("/account/details/changes/{}/withdraw", change.id)),
    }
}

/// Shows one's own details.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let own = service::own(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&own))
}

#[derive(Debug, Clone, Serialize)]
struct FormPage {
    href: String,
    now: Option<String>,
    fields: Vec<Field>,
    lines: Option<Field>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl FormPage {
    fn new(part: Part, current: &Current, typed: &Typed, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let fields = match part {
            Part::Name => {
                vec![field("given", "Given name", &typed.given), field("family", "Family name", &typed.family)]
            }
            Part::Phone => vec![field("phone", "Telephone number", &typed.phone)],
            Part::Address => vec![field("postcode", "Postcode", &typed.postcode)],
            Part::Contact => vec![
                field("name", "Name", &typed.name),
                field("relation", "Who they are to you", &typed.relation).hint("Like partner, mother, friend"),
                field("phone", "Telephone number", &typed.phone),
            ],
        };
        Self {
            href: format!("/account/details/{}", part.as_str()),
            now: current.of(part).map(crate::details::model::Value::in_words),
            fields,
            lines: (part == Part::Address)
                .then(|| field("lines", "Address", &typed.lines).hint("Without the postcode, a line for each part")),
            heading: part.title().to_owned(),
            errors,
        }
    }
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "details/form";

    fn title(&self) -> Cow<'_, str> {
        format!("Change: {}", self.heading.to_lowercase()).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account"), Crumb::new("My details", "/account/details")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(Part::Phone, &Current::default(), &Typed::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |part: Part| {
            let errors = crate::details::rules::check(part, &Typed::default()).expect_err("nothing was typed");
            Self::new(part, &tests::current(), &Typed::default(), errors)
        };
        Part::ALL.into_iter().map(page).chain([Self::sample()]).collect()
    }
}

/// Shows the form of a part.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let part = Part::parse(&path).ok_or(Problem::NotFound)?;
    let own = service::own(&ask.site().db, ask.caller()).await?;
    let typed = Typed::of(own.current.of(part));
    ask.page(&FormPage::new(part, &own.current, &typed, FormErrors::new()))
}

/// Proposes the change, or shows the form again with what is wrong.
pub(super) async fn propose(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let part = Part::parse(&path).ok_or(Problem::NotFound)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::propose(db, caller, part, typed.clone(), ask.clock().now()).await {
        Ok(true) => {
            Ok(ask.redirect_with("/account/details", FlashKind::Success, "Proposed. It holds once HR has approved it."))
        }
        Ok(false) => Ok(ask.redirect_with("/account/details", FlashKind::Notice, "It says that already.")),
        Err(DetailError::Invalid(errors)) => {
            let own = service::own(db, caller).await?;
            ask.page_again(&FormPage::new(part, &own.current, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a change back.
pub(super) async fn withdraw(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    service::withdraw(&ask.site().db, ask.caller(), id(&path, DetailChangeId)?, ask.clock().now()).await?;
    Ok(ask.redirect_with("/account/details", FlashKind::Success, "Taken back."))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::details::model::Value;
    use crate::kernel::ids::PersonId;

    pub(in crate::details::pages) fn current() -> Current {
        Current {
            values: [
                Some(Value::Name { given: "Jo".to_owned(), family: "<Marsh>".to_owned() }),
                None,
                Some(Value::Address { lines: "1 High Street\nNorthmoor".to_owned(), postcode: "NM1 2AB".to_owned() }),
                Some(Value::Contact { name: "Kim".to_owned(), relation: "sister".to_owned(), phone: "999".to_owned() }),
            ],
        }
    }

    pub(in crate::details::pages) fn change(state: State) -> Change {
        Change {
            id: DetailChangeId::NIL,
            person: PersonId::NIL,
            part: Part::Phone,
            was: None,
            becomes: Some(Value::Phone { number: "01632 960001".to_owned() }),
            state,
            proposed_at: jiff::Timestamp::UNIX_EPOCH,
            decided_at: None,
            answer: (state == State::Returned).then(|| "A digit is missing".to_owned()),
        }
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<OwnPage>();
        crate::views::testing::check::<FormPage>();
    }
}
