//! What somebody writes for their profile.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use jiff::civil::Date;
use serde::Serialize;

use super::query::errors_of;
use crate::cpd::error::CpdError;
use crate::cpd::model::Profile;
use crate::cpd::profile_rules::{period, word_count};
use crate::cpd::rules::{self, TypedProfile};
use crate::cpd::service;
use crate::cpd::standards;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct TextFields {
    registrant: Field,
    profession: Field,
    registration: Field,
    from: Field,
    to: Field,
    history: Field,
    statement: Field,
}

#[derive(Debug, Clone, Serialize)]
struct TextPage {
    fields: TextFields,
    revision: String,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl TextPage {
    fn new(typed: &TypedProfile, today: Date, changed: Option<i32>, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let rules = standards::of(today);
        let count = |text: &str, about: usize| format!("Now {}", word_count(Some(text), about));
        let usual = period(&Profile { profession: Some(typed.profession.clone()), ..Profile::default() }, today);
        let usual = format!("Empty: {} to {}", format::short_date(usual.0), format::short_date(usual.1));
        let registrant = [
            Choice::new("yes", "Yes").hint("The standards are held against your record, and gaps are said"),
            Choice::new("no", "No").hint("You keep a record and nobody holds anything against it"),
        ];
        Self {
            fields: TextFields {
                registrant: Field::new("registrant", "Are you on the HCPC register?")
                    .choices(registrant)
                    .choose([&typed.registrant])
                    .errors(&errors),
                profession: field("profession", "Profession (optional)", &typed.profession).hint("Like Paramedic"),
                registration: field("registration", "Registration number (optional)", &typed.registration)
                    .hint("Like PA12345"),
                from: field("from", "From (optional)", &typed.from),
                to: field("to", "To (optional)", &typed.to).hint(usual),
                history: field("history", "Summary of practice history", &typed.history).hint(format!(
                    "Your roles, responsibilities, specialist areas, and the people you work with. {}",
                    count(&typed.history, rules.history_words.value)
                )),
                statement: field("statement", "Statement: how you met the standards", &typed.statement).hint(format!(
                    "Say how your activities improved your practice and helped service users, naming them. {}",
                    count(&typed.statement, rules.statement_words.value)
                )),
            },
            // After a conflict it holds the new revision, so that sending it again is a decision.
            revision: changed.map_or_else(|| typed.revision.clone(), |revision| revision.to_string()),
            changed: changed.is_some(),
            errors,
        }
    }
}

impl PageContext for TextPage {
    const TEMPLATE: &'static str = "cpd/profile-text";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "What your profile says of you".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("CPD profile", "/cpd/profile")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&typed_of(&Profile::default()), jiff::civil::date(2026, 11, 22), None, FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn typed_of(profile: &Profile) -> TypedProfile {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    TypedProfile {
        revision: profile.revision.to_string(),
        registrant: if profile.registrant { "yes" } else { "no" }.to_owned(),
        profession: text(&profile.profession),
        registration: text(&profile.registration),
        from: day(profile.from),
        to: day(profile.to),
        history: text(&profile.history),
        statement: text(&profile.statement),
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let profile = service::overview(&ask.site().db, ask.caller(), today).await?.profile;
    ask.page(&TextPage::new(&typed_of(&profile), today, None, FormErrors::new()))
}

/// Keeps what was typed, or shows it again with what is wrong.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<TypedProfile>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let today = civil::local(now).date();
    let outcome = match rules::check_profile(&typed) {
        Ok(profile) => service::save(db, caller, profile, now).await,
        Err(faults) => Err(faults.into()),
    };
    match outcome {
        Ok(()) => Ok(ask.redirect_with("/cpd/profile", FlashKind::Success, "Profile saved.")),
        Err(CpdError::Invalid(faults)) => ask.page_again(&TextPage::new(&typed, today, None, errors_of(&faults))),
        Err(CpdError::Changed) => {
            let revision = service::overview(db, caller, today).await?.profile.revision;
            let page = TextPage::new(&typed, today, Some(revision), FormErrors::new());
            ask.page_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::paper::samples;

    pub(super) fn samples() -> Vec<TextPage> {
        let today = jiff::civil::date(2026, 11, 22);
        let typed = typed_of(&samples::whole().profile);
        let mut errors = FormErrors::new();
        for field in ["registrant", "profession", "registration", "from", "to", "history", "statement"] {
            errors.add(field, "Correct it");
        }
        vec![
            TextPage::sample(),
            TextPage::new(&typed, today, None, errors),
            TextPage::new(&typed, today, Some(4), FormErrors::new()),
        ]
    }

    #[test]
    fn the_form_stands_empty_wrong_and_in_conflict() {
        crate::views::testing::check::<TextPage>();
        assert_eq!(samples()[2].revision, "4");
    }

    #[test]
    fn a_profile_typed_again_is_the_same_profile() {
        let profile = samples::whole().profile;
        assert_eq!(rules::check_profile(&typed_of(&profile)).expect("a profile"), profile);
    }
}
