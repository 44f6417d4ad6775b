//! Which kinds of work propose an exposure, as the organisation's own data.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::naming::{remove_href, usual_added, work_field, wrong};
use super::words::id;
use crate::exposures::error::ExposureError;
use crate::exposures::model::Kind;
use crate::exposures::service::{self, Listed, RulesPage as Found};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::ExposureRuleId;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

const LIST: &str = "/exposure-rules";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedRule {
    work: String,
    kind: String,
    agents: String,
}

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Clone, Serialize)]
struct Row {
    work: String,
    kind: &'static str,
    agents: Option<String>,
    remove: String,
}

#[derive(Debug, Clone, Serialize)]
struct RulesPage {
    tab: &'static str,
    rows: Vec<Row>,
    work: Field,
    kind: Field,
    agents: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for RulesPage {
    const TEMPLATE: &'static str = "exposures/rules";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Exposures that work proposes".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        build(&Found::default(), &TypedRule::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn build(found: &Found, typed: &TypedRule, errors: FormErrors) -> RulesPage {
    let row = |listed: &Listed| Row {
        work: listed.work.clone(),
        kind: listed.rule.kind.title(),
        agents: listed.rule.agents.clone(),
        remove: remove_href(LIST, listed.rule.id),
    };
    let kinds = Kind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.title()));
    RulesPage {
        tab: "exposures",
        rows: found.rules.iter().map(row).collect(),
        work: work_field(&found.work, &typed.work, &errors),
        kind: Field::new("kind", "Exposes to").one_of(kinds).choose([&typed.kind]).errors(&errors),
        agents: Field::new("agents", "Agents (optional)")
            .hint("With commas between them. The member can change them")
            .value(&typed.agents)
            .errors(&errors),
        errors,
    }
}

/// Shows the rules.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let found = service::rules(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&found, &TypedRule::default(), FormErrors::new()))
}

/// Adds a rule, or shows what was typed again with what is wrong.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<TypedRule>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let TypedRule { work, kind, agents } = typed.clone();
    let errors = match service::add_rule(db, caller, work, kind, agents, now).await {
        Ok(()) => {
            return Ok(ask.redirect_with(
                LIST,
                FlashKind::Success,
                "Added. It holds for duties that were logged, too.",
            ));
        }
        Err(ExposureError::Invalid(errors)) => errors,
        Err(ExposureError::RuleTaken) => wrong("work", "This kind of work proposes that already"),
        Err(error) => return Err(error.into()),
    };
    let found = service::rules(db, caller).await?;
    ask.page_again(&build(&found, &typed, errors))
}

/// Adds the usual rules.
pub(super) async fn suggest(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let added = service::suggest(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let words = |added| {
        format!("{} added. Check each against your own risk assessments.", format::count(added, "rule", "rules"))
    };
    Ok(usual_added(&ask, LIST, added, words))
}

/// Takes a rule back.
pub(super) async fn remove(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ExposureRuleId)?;
    service::remove_rule(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    Ok(ask.redirect_with(LIST, FlashKind::Success, "Taken back. What was confirmed stays."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::model::Rule;
    use crate::exposures::work::samples::work;
    use crate::kernel::ids::DutyKindId;

    pub(super) fn samples() -> Vec<RulesPage> {
        let rule = |agents: Option<&str>| Listed {
            rule: Rule {
                id: ExposureRuleId::NIL,
                work: DutyKindId::NIL,
                kind: Kind::Hazardous,
                agents: agents.map(str::to_owned),
            },
            work: "Fire: <Chimney>".to_owned(),
        };
        let found = Found { rules: vec![rule(Some("Smoke")), rule(None)], work: work().offered() };
        let mut errors = FormErrors::new();
        errors.add("work", "Choose one");
        errors.add("kind", "Choose one");
        vec![RulesPage::sample(), build(&found, &TypedRule::default(), errors)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<RulesPage>();
    }
}
