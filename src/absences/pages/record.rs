//! Recording an absence: one's own, or somebody's.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::id;
use crate::absences::error::AbsenceError;
use crate::absences::model::{Kind, Member};
use crate::absences::rules::TypedAbsence;
use crate::absences::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{AbsenceId, PersonId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
pub(super) struct RecordPage {
    /// Whether an absence that there is gets changed.
    changing: bool,
    action: String,
    who: Option<String>,
    href: String,
    key: String,
    kind: Field,
    first_on: Field,
    last_on: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl RecordPage {
    fn new(member: &Member, own: bool, typed: &TypedAbsence, key: String, errors: FormErrors) -> Self {
        let choices = Kind::ALL.map(|kind| {
            let choice = Choice::new(kind.as_str(), kind.title());
            match kind.examples() {
                Some(examples) => choice.hint(examples),
                None => choice,
            }
        });
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value);
        let href = if own { "/absences".to_owned() } else { format!("/team/absences/{}", member.id) };
        Self {
            changing: false,
            action: format!("{href}/new"),
            who: (!own).then(|| member.name.clone()),
            href,
            key,
            kind: Field::new("kind", "What is it for?").choices(choices).choose([&typed.kind]).errors(&errors),
            first_on: field("first_on", "First day", &typed.first_on).errors(&errors),
            last_on: field("last_on", "Last day (optional)", &typed.last_on)
                .hint("Empty: it is one day")
                .errors(&errors),
            errors,
        }
    }
}

impl RecordPage {
    /// The same form for an absence that is changed; its key says which state of it was opened.
    pub(super) fn changing(
        id: AbsenceId,
        member: &Member,
        own: bool,
        typed: &TypedAbsence,
        errors: FormErrors,
    ) -> Self {
        let page = Self::new(member, own, typed, typed.key.clone(), errors);
        Self { changing: true, action: format!("/absences/{id}/edit"), ..page }
    }
}

impl PageContext for RecordPage {
    const TEMPLATE: &'static str = "absences/record";
    const SECTION: &'static str = "absences";

    fn title(&self) -> Cow<'_, str> {
        if self.changing { "Change this absence" } else { "Record leave or sickness" }.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        match &self.who {
            None => vec![Crumb::new("My absences", "/absences")],
            Some(who) => vec![
                Crumb::new("Who is away", "/team/absences"),
                Crumb::new(format!("{who}: absences"), self.href.clone()),
            ],
        }
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        for_somebody(|member| Self::new(member, true, &TypedAbsence::default(), "key".to_owned(), FormErrors::new()))
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["kind", "first_on", "last_on"] {
            errors.add(field, "Correct it");
        }
        let wrong = for_somebody(|member| Self::new(member, false, &TypedAbsence::default(), "key".to_owned(), errors));
        let typed = TypedAbsence::default();
        let change = for_somebody(|member| Self::changing(AbsenceId::NIL, member, true, &typed, FormErrors::new()));
        vec![Self::sample(), wrong, change]
    }
}

fn for_somebody<T>(make: impl FnOnce(&Member) -> T) -> T {
    let unit = crate::kernel::ids::UnitId::NIL;
    make(&Member { id: PersonId::NIL, name: "Jo Marsh".to_owned(), unit, left: false })
}

/// Shows the empty form for oneself.
pub(super) async fn own_form(ask: Ask) -> Result<HttpResponse, Failure> {
    let person = ask.person()?.id;
    empty(&ask, person).await
}

/// Shows the empty form for somebody.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    empty(&ask, id(&path, PersonId)?).await
}

async fn empty(ask: &Ask, person: PersonId) -> Result<HttpResponse, Failure> {
    let member = service::to_record(&ask.site().db, ask.caller(), person).await?;
    let key = AbsenceId::new(ask.clock().now()).to_string();
    let own = ask.caller().is(person);
    ask.page(&RecordPage::new(&member, own, &TypedAbsence::default(), key, FormErrors::new()))
}

/// Records one's own.
pub(super) async fn own_submit(ask: Ask, Posted(typed): Posted<TypedAbsence>) -> Result<HttpResponse, Failure> {
    let person = ask.person()?.id;
    take(&ask, person, typed).await
}

/// Records somebody's.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedAbsence>,
) -> Result<HttpResponse, Failure> {
    take(&ask, id(&path, PersonId)?, typed).await
}

async fn take(ask: &Ask, person: PersonId, typed: TypedAbsence) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let key = service::chosen_id(&typed.key, now);
    let own = caller.is(person);
    let errors = match service::record(db, caller, person, key, typed.clone(), now).await {
        Ok(_new_or_sent_twice) => {
            let to = if own { "/absences".to_owned() } else { format!("/team/absences/{person}") };
            return Ok(ask.redirect_with(&to, FlashKind::Success, "Absence recorded."));
        }
        Err(AbsenceError::Invalid(errors)) => errors,
        Err(AbsenceError::Overlap) => {
            let mut errors = FormErrors::new();
            errors.add("first_on", AbsenceError::OVERLAP);
            errors
        }
        Err(error) => return Err(error.into()),
    };
    let member = service::to_record(db, caller, person).await?;
    ask.page_again(&RecordPage::new(&member, own, &typed, key.to_string(), errors))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<super::RecordPage>();
    }
}
