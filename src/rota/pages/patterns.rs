//! The organisation's duty patterns, and shipped ones to start with.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::rota::error::RotaError;
use crate::rota::model::Pattern;
use crate::rota::presets::{self, Preset};
use crate::rota::service::{self, TypedPattern};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    cycle: String,
    duties: String,
    retired: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Shipped {
    number: usize,
    name: &'static str,
    summary: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct PatternsPage {
    tab: &'static str,
    rows: Vec<Row>,
    shipped: Vec<Shipped>,
    name: Field,
    cycle_days: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for PatternsPage {
    const TEMPLATE: &'static str = "rota/patterns";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Duty patterns".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        build(&[], &TypedPattern::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let pattern = |name: &str, retired| Pattern {
            id: crate::kernel::ids::DutyPatternId::NIL,
            name: name.to_owned(),
            cycle_days: 8,
            retired,
        };
        let rows = [(pattern("2-2-4", false), 4), (pattern("Old", true), 0)];
        let mut errors = FormErrors::new();
        errors.add("name", "Say what it is called");
        errors.add("cycle_days", "Enter a number");
        vec![Self::sample(), build(&rows, &TypedPattern::default(), errors)]
    }
}

fn build(rows: &[(Pattern, usize)], typed: &TypedPattern, errors: FormErrors) -> PatternsPage {
    let row = |(pattern, slots): &(Pattern, usize)| Row {
        href: format!("/duty-patterns/{}", pattern.id),
        name: pattern.name.clone(),
        cycle: format::count(pattern.cycle_days.into(), "day", "days"),
        duties: format::count(i64::try_from(*slots).unwrap_or(0), "duty", "duties"),
        retired: pattern.retired,
    };
    let taken = |preset: &Preset| {
        rows.iter().any(|(pattern, _)| !pattern.retired && pattern.name.eq_ignore_ascii_case(preset.name))
    };
    let shipped = presets::ALL.iter().enumerate().filter(|(_number, preset)| !taken(preset));
    PatternsPage {
        tab: "patterns",
        rows: rows.iter().map(row).collect(),
        shipped: shipped
            .map(|(number, preset)| Shipped { number, name: preset.name, summary: preset.summary })
            .collect(),
        name: Field::new("name", "What is it called?").value(&typed.name).errors(&errors),
        cycle_days: Field::new("cycle_days", "It comes again after")
            .hint("2-2-4 after 8 days, a pattern of weekdays after 7")
            .value(&typed.cycle_days)
            .errors(&errors),
        errors,
    }
}

/// Lists them.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let rows = service::list(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&rows, &TypedPattern::default(), FormErrors::new()))
}

/// Adds one, or says what is wrong.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<TypedPattern>) -> Result<HttpResponse, Failure> {
    let (db, caller) = (&ask.site().db, ask.caller());
    let errors = match service::add(db, caller, typed.clone(), ask.clock().now()).await {
        Ok(id) => {
            let to = format!("/duty-patterns/{id}");
            return Ok(ask.redirect_with(&to, FlashKind::Success, "Pattern added. Now add its duties."));
        }
        Err(RotaError::Invalid(errors)) => errors,
        Err(RotaError::NameTaken) => {
            let mut errors = FormErrors::new();
            errors.add("name", "There is a pattern of this name already");
            errors
        }
        Err(error) => return Err(error.into()),
    };
    let rows = service::list(db, caller).await?;
    ask.page_again(&build(&rows, &typed, errors))
}

/// Which shipped pattern.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Suggested {
    preset: usize,
}

/// Adds a shipped one.
pub(super) async fn suggest(ask: Ask, Posted(typed): Posted<Suggested>) -> Result<HttpResponse, Failure> {
    let Some(preset) = presets::ALL.get(typed.preset) else { return Err(Problem::NotFound.into()) };
    let id = service::suggest(&ask.site().db, ask.caller(), preset, ask.clock().now()).await?;
    let to = format!("/duty-patterns/{id}");
    Ok(ask.redirect_with(&to, FlashKind::Success, "Pattern added. Check its times against your agreement."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PatternsPage>();
    }
}
