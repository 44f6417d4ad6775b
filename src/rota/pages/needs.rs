//! How many riders units need.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::duties::words::Units;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::UnitId;
use crate::rota::error::RotaError;
use crate::rota::model::Need;
use crate::rota::service::{self, TypedNeed};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct Row {
    unit: String,
    full: i32,
    least: i32,
}

#[derive(Debug, Clone, Serialize)]
struct NeedsPage {
    tab: &'static str,
    usual: Usual,
    rows: Vec<Row>,
    unit: Field,
    full: Field,
    least: Field,
    #[serde(skip)]
    errors: FormErrors,
}

/// What counts where nobody said anything.
#[derive(Debug, Clone, Copy, Serialize)]
struct Usual {
    full: i32,
    least: i32,
}

impl NeedsPage {
    fn new(needs: &[(UnitId, Need)], units: &Units, typed: &TypedNeed, errors: FormErrors) -> Self {
        let usual = Need::default();
        let in_order = || units.in_order().into_iter().filter(|(unit, _depth)| !unit.closed);
        let choices = in_order().map(|(unit, depth)| {
            Choice::new(unit.id.to_string(), format!("{}{}", "\u{a0}\u{a0}".repeat(depth), units.label(unit.id)))
        });
        let rows = in_order().filter_map(|(unit, _depth)| {
            let (_unit, need) = needs.iter().find(|(of, _need)| *of == unit.id)?;
            Some(Row { unit: units.label(unit.id), full: need.full, least: need.least })
        });
        Self {
            tab: "patterns",
            usual: Usual { full: usual.full, least: usual.least },
            rows: rows.collect(),
            unit: Field::new("unit", "Unit").choices(choices).choose([&typed.unit]).errors(&errors),
            full: Field::new("full", "Riders of a full crew").value(&typed.full).errors(&errors),
            least: Field::new("least", "Off the run with fewer than").value(&typed.least).errors(&errors),
            errors,
        }
    }
}

impl PageContext for NeedsPage {
    const TEMPLATE: &'static str = "rota/needs";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Riders that units need".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation"), Crumb::new("Duty patterns", "/duty-patterns")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&[], &Units::default(), &TypedNeed::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["unit", "full", "least"] {
            errors.add(field, "Correct it");
        }
        let row = Row { unit: "Hillside".to_owned(), full: 5, least: 4 };
        let wrong = Self::new(&[], &Units::default(), &TypedNeed::default(), errors);
        vec![Self::sample(), Self { rows: vec![row], ..wrong }]
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let (needs, units) = service::needs(&ask.site().db, ask.caller()).await?;
    ask.page(&NeedsPage::new(&needs, &units, &TypedNeed::default(), FormErrors::new()))
}

/// Sets one, or says what is wrong.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<TypedNeed>) -> Result<HttpResponse, Failure> {
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::set_need(db, caller, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/cover-needs", FlashKind::Success, "Saved.")),
        Err(RotaError::Invalid(errors)) => {
            let (needs, units) = service::needs(db, caller).await?;
            ask.page_again(&NeedsPage::new(&needs, &units, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::NeedsPage>();
    }
}
