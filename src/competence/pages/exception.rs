//! Saying that one person needs a competence which others of their unit and role do not, or the other way round.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::id;
use crate::competence::error::CompetenceError;
use crate::competence::model::{Kind, Member};
use crate::competence::rules::{self, TypedException};
use crate::competence::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PersonId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct NeedPage {
    href: String,
    who: String,
    kind: Option<Field>,
    needed: Field,
    reason: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl NeedPage {
    fn new(member: &Member, kinds: &[Kind], typed: &TypedException, errors: FormErrors) -> Self {
        let choices = kinds.iter().map(|kind| Choice::new(kind.id.to_string(), kind.draft.name.clone()));
        let needed = [
            Choice::new("needed", "They need it").hint("Even if others of their unit and role do not"),
            Choice::new("not-needed", "They do not need it").hint("Nothing follows when they lack it"),
            Choice::new("usual", "Like others of their unit and role").hint("Takes back what was said before"),
        ];
        Self {
            href: format!("/team/competences/{}", member.id),
            who: member.name.clone(),
            kind: (!kinds.is_empty()).then(|| {
                Field::new("kind", "Kind of competence").one_of(choices).choose([&typed.kind]).errors(&errors)
            }),
            needed: Field::new("needed", "What is so for this person?")
                .choices(needed)
                .choose([&typed.needed])
                .errors(&errors),
            reason: Field::new("reason", "Why?")
                .hint("They read it. Say nothing of anybody's health here")
                .value(&typed.reason)
                .errors(&errors),
            errors,
        }
    }
}

impl PageContext for NeedPage {
    const TEMPLATE: &'static str = "competences/need";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        "What this person needs".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team competences", "/team/competences"), Crumb::new(self.who.clone(), self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/team/competences/1".to_owned(),
            who: "Jo Marsh".to_owned(),
            kind: None,
            needed: Field::new("needed", "What is so for this person?")
                .choices([Choice::new("needed", "They need it")]),
            reason: Field::new("reason", "Why?"),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let (member, kinds) = service::to_record(&ask.site().db, ask.caller(), id(&path, PersonId)?).await?;
    ask.page(&NeedPage::new(&member, &kinds, &TypedException::default(), FormErrors::new()))
}

/// Keeps what was said, or shows it again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedException>,
) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    let outcome = match rules::check_exception(&typed) {
        Ok(said) => service::except(db, caller, person, typed.kind.clone(), said, ask.clock().now()).await,
        Err(errors) => Err(errors.into()),
    };
    match outcome {
        Ok(()) => Ok(ask.redirect_with(
            &format!("/team/competences/{person}"),
            FlashKind::Success,
            "What they need is saved.",
        )),
        Err(CompetenceError::Invalid(errors)) => {
            let (member, kinds) = service::to_record(db, caller, person).await?;
            ask.page_again(&NeedPage::new(&member, &kinds, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::samples::{kind, member};
    use super::*;
    use crate::competence::model::Effect;

    pub(super) fn samples() -> Vec<NeedPage> {
        let kinds = [kind(1, "Breathing apparatus", Effect::OffTheRun)];
        let mut errors = FormErrors::new();
        for field in ["kind", "needed", "reason"] {
            errors.add(field, "Correct it");
        }
        let page = |kinds: &[Kind], errors| NeedPage::new(&member(), kinds, &TypedException::default(), errors);
        vec![page(&kinds, FormErrors::new()), page(&kinds, errors), page(&[], FormErrors::new())]
    }

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<NeedPage>();
    }
}
