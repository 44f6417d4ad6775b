//! After which kinds of work TRiM is offered, as the organisation's own data.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{Nothing, id};
use crate::exposures::pages::naming::{remove_href, usual_added, work_field, wrong};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::TrimCriterionId;
use crate::trim::error::TrimError;
use crate::trim::model::Criterion;
use crate::trim::service::{self, CriteriaPage as Found, Listed};
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

const LIST: &str = "/trim-criteria";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    work: String,
    criterion: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    work: String,
    criterion: &'static str,
    remove: String,
}

#[derive(Debug, Clone, Serialize)]
struct CriteriaPage {
    tab: &'static str,
    rows: Vec<Row>,
    work: Field,
    criterion: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for CriteriaPage {
    const TEMPLATE: &'static str = "trim/criteria";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "When TRiM is offered".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        build(&Found::default(), &Typed::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn build(found: &Found, typed: &Typed, errors: FormErrors) -> CriteriaPage {
    let row = |listed: &Listed| Row {
        work: listed.work.clone(),
        criterion: listed.rule.criterion.title(),
        remove: remove_href(LIST, listed.rule.id),
    };
    let criteria = Criterion::ALL.iter().map(|criterion| Choice::new(criterion.as_str(), criterion.title()));
    CriteriaPage {
        tab: "trim",
        rows: found.rules.iter().map(row).collect(),
        work: work_field(&found.work, &typed.work, &errors),
        criterion: Field::new("criterion", "Because of").one_of(criteria).choose([&typed.criterion]).errors(&errors),
        errors,
    }
}

/// Shows the criteria.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let found = service::criteria(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&found, &Typed::default(), FormErrors::new()))
}

/// Adds one, or shows what was typed again with what is wrong.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let errors = match service::add(db, caller, typed.work.clone(), typed.criterion.clone(), now).await {
        Ok(()) => {
            return Ok(ask.redirect_with(LIST, FlashKind::Success, "Added. It holds for duties logged from now on."));
        }
        Err(TrimError::Invalid(errors)) => errors,
        Err(TrimError::CriterionTaken) => wrong("work", "TRiM is offered after this kind of work already"),
        Err(error) => return Err(error.into()),
    };
    let found = service::criteria(db, caller).await?;
    ask.page_again(&build(&found, &typed, errors))
}

/// Adds the usual ones.
pub(super) async fn suggest(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let added = service::suggest(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let words = |added| format!("{} added.", format::count(added, "kind of work", "kinds of work"));
    Ok(usual_added(&ask, LIST, added, words))
}

/// Takes one back.
pub(super) async fn remove(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, TrimCriterionId)?;
    service::remove(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    Ok(ask.redirect_with(LIST, FlashKind::Success, "Taken back. Offers that were made stay."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::work::samples::work;
    use crate::kernel::ids::DutyKindId;
    use crate::trim::model::CriterionRule;

    pub(super) fn samples() -> Vec<CriteriaPage> {
        let rule =
            CriterionRule { id: TrimCriterionId::NIL, work: DutyKindId::NIL, criterion: Criterion::Resuscitation };
        let found = Found { rules: vec![Listed { rule, work: "Cardiac <arrest>".to_owned() }], work: work().offered() };
        let mut errors = FormErrors::new();
        errors.add("work", "Choose one");
        errors.add("criterion", "Choose one");
        vec![CriteriaPage::sample(), build(&found, &Typed::default(), errors)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<CriteriaPage>();
    }
}
