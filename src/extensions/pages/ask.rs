//! `/reports/new/{plugin}`: asking for a report about a period and a unit.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::samples;
use crate::extensions::error::ExtensionError;
use crate::extensions::model::{NewRun, Plugin, UnitChoice};
use crate::extensions::reports;
use crate::http::{Ask, Failure, Posted};
use crate::kernel::civil::local;
use crate::kernel::ids::{PluginId, UnitId};
use crate::plugin_host::port::Period;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

/// A period that is offered: twelve weeks.
const DAYS: i64 = 84;

/// The longest period that can be asked for.
const MOST_YEARS: i32 = 20;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    from: String,
    to: String,
    unit: String,
}

impl Typed {
    fn offered(today: Date) -> Self {
        let from = today.saturating_sub((DAYS - 1).days());
        Self { from: from.to_string(), to: today.to_string(), unit: String::new() }
    }

    fn read(&self, units: &[UnitChoice]) -> Result<(Period, Option<UnitId>), FormErrors> {
        let mut errors = FormErrors::new();
        let mut day = |field: &str, text: &str, which: &str| match text.trim().parse::<Date>() {
            Ok(day) if (1900..=2200).contains(&day.year()) => Some(day),
            _ => {
                errors.add(field, format!("Enter the {which} day as a date, such as 2026-11-22."));
                None
            }
        };
        let from = day("from", &self.from, "first");
        let to = day("to", &self.to, "last");
        if let (Some(from), Some(to)) = (from, to) {
            if to < from {
                errors.add("to", format!("The last day must be {} or later.", format::short_date(from)));
            } else if from.saturating_add(MOST_YEARS.years()) < to {
                errors.add("to", format!("Choose at most {MOST_YEARS} years."));
            }
        }
        let unit = units.iter().find(|unit| unit.id.to_string() == self.unit);
        if unit.is_none() && !self.unit.is_empty() {
            errors.add("unit", "Choose a unit from the list.");
        }
        match (from, to) {
            (Some(from), Some(to)) if errors.is_empty() => Ok((Period { from, to }, unit.map(|unit| unit.id))),
            _ => Err(errors),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct AskPage {
    id: String,
    description: Vec<String>,
    from: Field,
    to: Field,
    unit: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
    #[serde(skip)]
    title: String,
}

impl AskPage {
    fn new(plugin: &Plugin, units: &[UnitChoice], typed: &Typed, errors: FormErrors) -> Self {
        let all = Choice::new("", "All that you may see");
        // No-break spaces show the tree inside a list of one level.
        let choice = |unit: &UnitChoice| {
            Choice::new(unit.id.to_string(), format!("{}{}", "\u{a0}\u{a0}".repeat(unit.depth), unit.name))
        };
        let unit = Field::new("unit", "Unit")
            .hint("With all units below it.")
            .choices(std::iter::once(all).chain(units.iter().map(choice)))
            .choose([&typed.unit])
            .errors(&errors);
        Self {
            id: plugin.id.to_string(),
            description: plugin.manifest.description.lines().map(str::to_owned).collect(),
            from: Field::new("from", "First day").value(&typed.from).errors(&errors),
            to: Field::new("to", "Last day").value(&typed.to).errors(&errors),
            unit: (!units.is_empty()).then_some(unit),
            errors,
            title: plugin.manifest.title.clone(),
        }
    }
}

impl PageContext for AskPage {
    const TEMPLATE: &'static str = "extensions/ask";
    const SECTION: &'static str = "reports";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Reports", "/reports")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let unit = |n, name: &str, depth| UnitChoice { id: UnitId(uuid::Uuid::from_u128(n)), name: name.into(), depth };
        let units = [unit(1, "Northmoor", 0), unit(2, "Hillside", 1)];
        let typed = Typed { from: "tomorrow".to_owned(), to: String::new(), unit: "x".to_owned() };
        Self::new(&samples::plugin(), &units, &typed, typed.read(&units).err().unwrap_or_default())
    }

    fn samples() -> Vec<Self> {
        let typed = Typed::offered(jiff::civil::date(2026, 11, 22));
        vec![Self::sample(), Self::new(&samples::plugin(), &[], &typed, FormErrors::new())]
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask, id: Path<PluginId>) -> Result<HttpResponse, Failure> {
    let (plugin, units) = reports::offer(&ask.site().db, ask.caller(), *id).await?;
    let typed = Typed::offered(local(ask.clock().now()).date());
    ask.page(&AskPage::new(&plugin, &units, &typed, FormErrors::new()))
}

/// Puts the run into the queue.
pub(super) async fn submit(
    ask: Ask,
    id: Path<PluginId>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let (plugin, units) = reports::offer(&site.db, ask.caller(), *id).await?;
    let errors = match typed.read(&units) {
        Ok((period, unit)) => {
            let new = NewRun { plugin: *id, unit, period };
            match reports::request(&site.db, &site.queue, ask.caller(), new, ask.clock().now()).await {
                Ok(run) => return Ok(ask.redirect(&format!("/reports/{run}"))),
                Err(ExtensionError::NotNow(why)) => {
                    let mut errors = FormErrors::new();
                    errors.add("from", why);
                    errors
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(errors) => errors,
    };
    ask.page_again(&AskPage::new(&plugin, &units, &typed, errors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<AskPage>();
    }

    #[test]
    fn a_period_runs_forward_and_not_for_ever() {
        let typed = |from: &str, to: &str| Typed { from: from.into(), to: to.into(), unit: String::new() };
        assert!(typed("2026-11-22", "2026-11-22").read(&[]).is_ok());
        let wrong = |from, to| typed(from, to).read(&[]).expect_err("wrong").as_slice()[0].message.clone();
        assert_eq!(wrong("2026-11-22", "2026-11-21"), "The last day must be 22 Nov 2026 or later.");
        assert_eq!(wrong("1990-01-01", "2026-11-21"), "Choose at most 20 years.");
        assert_eq!(wrong("0001-01-01", "2026-11-21"), "Enter the first day as a date, such as 2026-11-22.");
    }
}
