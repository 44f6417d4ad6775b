//! The rules in the console: what each says, and its numbers. Nothing here tells who uses them, or how many do.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::{Nothing, kind};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::signals::error::SignalError;
use crate::signals::model::{Bounds, Kind, REST_HOURS, Rule};
use crate::signals::service;
use crate::signals::typed::TypedRule;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

const LIST: &str = "/organisation/signals";

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    title: &'static str,
    says: String,
    offered: &'static str,
    numbers: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    tab: &'static str,
    rows: Vec<Row>,
}

fn listed(rules: &[(Rule, bool)]) -> ListPage {
    let row = |(rule, tuned): &(Rule, bool)| Row {
        href: format!("{LIST}/{}", rule.kind.as_str()),
        title: rule.kind.title(),
        says: rule.says(),
        offered: if rule.offered { "Yes" } else { "No" },
        numbers: if *tuned { "Your own" } else { "As shipped" },
    };
    ListPage { tab: "signals", rows: rules.iter().map(row).collect() }
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "signals/rules";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Signals".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation")]
    }

    fn sample() -> Self {
        listed(&Kind::ALL.map(|kind| (kind.shipped(), kind == Kind::Nights)))
    }
}

#[derive(Debug, Clone, Serialize)]
struct RulePage {
    tab: &'static str,
    #[serde(skip)]
    title: &'static str,
    href: String,
    says: String,
    shipped: String,
    tuned: bool,
    offered: Field,
    threshold: Field,
    window_days: Option<Field>,
    rest_hours: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
}

fn from_to((least, most): Bounds) -> String {
    format!("From {least} to {most}")
}

fn build(rule: &Rule, tuned: bool, typed: &TypedRule, errors: FormErrors) -> RulePage {
    let kind = rule.kind;
    RulePage {
        tab: "signals",
        title: kind.title(),
        href: format!("{LIST}/{}", kind.as_str()),
        says: rule.says(),
        shipped: kind.shipped().says(),
        tuned,
        offered: Field::new("offered", "Can members switch it on?")
            .choices([Choice::new("yes", "Yes"), Choice::new("no", "No")])
            .choose([typed.offered.as_str()])
            .errors(&errors),
        threshold: Field::new("threshold", kind.threshold_label())
            .hint(from_to(kind.bounds()))
            .value(typed.threshold.as_str())
            .errors(&errors),
        window_days: kind.window_bounds().map(|bounds| {
            Field::new("window_days", "Days looked back over")
                .hint(from_to(bounds))
                .value(typed.window_days.as_str())
                .errors(&errors)
        }),
        rest_hours: (kind == Kind::ShortRest).then(|| {
            Field::new("rest_hours", "A rest is short under so many hours")
                .hint(from_to(REST_HOURS))
                .value(typed.rest_hours.as_str())
                .errors(&errors)
        }),
        errors,
    }
}

impl PageContext for RulePage {
    const TEMPLATE: &'static str = "signals/rule";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.title.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation"), Crumb::new("Signals", LIST)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let rule = Kind::ShortRest.shipped();
        build(&rule, true, &TypedRule::of(&rule), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["offered", "threshold", "window_days", "rest_hours"] {
            errors.add(field, "Enter a whole number");
        }
        let rule = Kind::LongHours.shipped();
        vec![
            Self::sample(),
            build(&rule, false, &TypedRule::of(&rule), FormErrors::new()),
            build(&Kind::ShortRest.shipped(), false, &TypedRule::default(), errors),
        ]
    }
}

/// Lists the rules.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&listed(&service::rules(&ask.site().db, ask.caller()).await?))
}

/// Shows one, to tune it.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let (rule, tuned) = service::rule(&ask.site().db, ask.caller(), kind(&path)?).await?;
    ask.page(&build(&rule, tuned, &TypedRule::of(&rule), FormErrors::new()))
}

/// Tunes it, or shows what was typed again with what is wrong.
pub(super) async fn tune(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedRule>,
) -> Result<HttpResponse, Failure> {
    let (kind, db, caller) = (kind(&path)?, &ask.site().db, ask.caller());
    match service::tune(db, caller, kind, typed.clone(), ask.clock().now()).await {
        Ok(rule) => {
            let said = format!("Saved. {}", rule.says());
            Ok(ask.redirect_with(LIST, FlashKind::Success, &said))
        }
        Err(SignalError::Invalid(errors)) => {
            let (rule, tuned) = service::rule(db, caller, kind).await?;
            ask.page_again(&build(&rule, tuned, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sets it back to the shipped numbers.
pub(super) async fn reset(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let kind = kind(&path)?;
    service::reset(&ask.site().db, ask.caller(), kind, ask.clock().now()).await?;
    Ok(ask.redirect_with(LIST, FlashKind::Success, "Set back to the shipped numbers."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::ListPage>();
        crate::views::testing::check::<super::RulePage>();
    }
}
