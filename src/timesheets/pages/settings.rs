//! How the organisation has its hours submitted: weeks or months, what is late, and by when.

use std::borrow::Cow;

use actix_web::HttpResponse;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::rules::period::{Calendar, PeriodKind, Rule};
use super::super::settings;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    period: String,
    late_days: String,
    due_days: String,
}

#[derive(Debug, Clone, Serialize)]
struct SettingsPage {
    tab: &'static str,
    /// The rules so far, the latest first, in words.
    rules: Vec<String>,
    period: Field,
    late_days: Field,
    due_days: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl SettingsPage {
    fn new(typed: &Typed, calendar: &Calendar, today: Date, errors: FormErrors) -> Self {
        let choices = settings::starts(calendar, today).map(|(kind, start)| {
            let name = match kind {
                PeriodKind::Week => "Weeks, from Monday to Sunday",
                PeriodKind::Month => "Calendar months",
            };
            Choice::new(kind.as_str(), name).hint(format!("A change would begin on {}", format::long_date(start)))
        });
        Self {
            tab: "timesheets",
            rules: calendar.rules().iter().rev().map(|rule| in_words(rule, today)).collect(),
            period: Field::new("period", "By which period are hours submitted?")
                .choices(choices)
                .choose([&typed.period])
                .errors(&errors),
            late_days: Field::new("late_days", "A duty is marked as a late entry when it was logged more than")
                .value(&typed.late_days)
                .errors(&errors),
            due_days: Field::new("due_days", "Hours should be submitted within")
                .hint("Counted from the end of the period. Nothing is locked by it; managers see who has not submitted")
                .value(&typed.due_days)
                .errors(&errors),
            errors,
        }
    }
}

fn in_words(rule: &Rule, today: Date) -> String {
    let period = match rule.period {
        PeriodKind::Week => "weeks",
        PeriodKind::Month => "months",
    };
    let verb = if rule.starts_on > today { "will be submitted" } else { "are submitted" };
    format!(
        "From {} hours {verb} by {period}, within {} of their end; a duty logged more than {} after its end is late.",
        format::long_date(rule.starts_on),
        format::count(rule.due_days.into(), "day", "days"),
        format::count(rule.late_days.into(), "day", "days"),
    )
}

impl PageContext for SettingsPage {
    const TEMPLATE: &'static str = "organisation/timesheets";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Timesheets".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let typed = Typed::default();
        Self::new(&typed, &Calendar::default(), jiff::civil::date(2026, 11, 22), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let rule =
            |day, period| Rule { starts_on: jiff::civil::date(2026, 11, day), period, late_days: 7, due_days: 1 };
        let rules = Calendar::new(vec![rule(2, PeriodKind::Week), rule(30, PeriodKind::Week)]);
        let mut errors = FormErrors::new();
        for field in ["period", "late_days", "due_days"] {
            errors.add(field, "Enter a number");
        }
        let typed = Typed { period: "week".to_owned(), late_days: "x".to_owned(), due_days: "3".to_owned() };
        vec![Self::sample(), Self::new(&typed, &rules, jiff::civil::date(2026, 11, 22), errors)]
    }
}

/// Shows what counts, and the form for something else.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let calendar = settings::read(&ask.site().db, ask.caller()).await?;
    let today = civil::local(ask.clock().now()).date();
    let typed = match calendar.rule(today).or(calendar.rules().last()) {
        Some(rule) => Typed {
            period: rule.period.as_str().to_owned(),
            late_days: rule.late_days.to_string(),
            due_days: rule.due_days.to_string(),
        },
        None => Typed { period: String::new(), late_days: "7".to_owned(), due_days: "3".to_owned() },
    };
    ask.page(&SettingsPage::new(&typed, &calendar, today, FormErrors::new()))
}

/// Sets a rule, or says what is wrong.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    match settings::check(&typed.period, &typed.late_days, &typed.due_days) {
        Ok(wanted) => {
            let text = match settings::change(db, caller, wanted, now).await? {
                Some(start) => format!("Saved. It counts from {} on.", format::long_date(start)),
                None => "That is what counts already.".to_owned(),
            };
            Ok(ask.redirect_with("/organisation/timesheets", FlashKind::Success, &text))
        }
        Err(wrong) => {
            let mut errors = FormErrors::new();
            for (field, text) in wrong {
                errors.add(field, text);
            }
            let calendar = settings::read(db, caller).await?;
            ask.page_again(&SettingsPage::new(&typed, &calendar, civil::local(now).date(), errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_without_rules_and_with_mistakes() {
        crate::views::testing::check::<SettingsPage>();
        let rules = &SettingsPage::samples()[1].rules;
        assert_eq!(
            rules[0],
            "From Monday 30 November 2026 hours will be submitted by weeks, within 1 day of their end; \
             a duty logged more than 7 days after its end is late."
        );
    }
}
