//! The form of a vacancy: a new one, or one that is there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::id;
use crate::applications::error::ApplicationError;
use crate::applications::policy::Handles;
use crate::applications::rules::{TypedVacancy, USUAL_CRITERIA, USUAL_STAGES};
use crate::applications::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::VacancyId;
use crate::organisation::UnitTree;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct FormPage {
    action: String,
    cancel: String,
    revision: String,
    title_field: Field,
    about: Field,
    closes_on: Field,
    keep_months: Field,
    /// What stays once somebody applied.
    fixed: bool,
    unit: Field,
    questions: Field,
    stages: Field,
    criteria: Field,
    #[serde(skip)]
    is_new: bool,
    #[serde(skip)]
    errors: FormErrors,
}

/// Of which vacancy the form is, and whether somebody applied for it.
type Of = Option<(VacancyId, bool)>;

impl FormPage {
    fn new(of: Of, units: &UnitTree, handles: &Handles, typed: &TypedVacancy, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let offered = units.open().filter(|(_depth, unit)| handles.has(unit.id));
        let choices = offered.map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
        let choices = std::iter::once(Choice::new("", "Choose a unit")).chain(choices);
        let path = of.map(|(id, _fixed)| format!("/vacancies/{id}"));
        Self {
            action: path.as_ref().map_or_else(|| "/vacancies/new".to_owned(), |path| format!("{path}/edit")),
            cancel: path.unwrap_or_else(|| "/vacancies".to_owned()),
            revision: typed.revision.clone(),
            title_field: field("title", "Post", &typed.title),
            about: field("about", "What it is about", &typed.about)
                .hint("The duties, what you ask for, pay and hours. An empty line begins a new paragraph"),
            closes_on: field("closes_on", "Last day to apply", &typed.closes_on),
            keep_months: field(
                "keep_months",
                "Months that applications are kept once they are settled",
                &typed.keep_months,
            )
            .hint("Counted from the decision. Then they are removed with all that belongs to them"),
            fixed: of.is_some_and(|(_id, fixed)| fixed),
            unit: Field::new("unit", "Unit").choices(choices).choose([&typed.unit]).errors(&errors),
            questions: field("questions", "Questions (optional)", &typed.questions).hint(
                "One on each line. After a bar: long, yes or no, choice: A, B, or optional. For example: Do you hold a \
                 driving licence? | yes or no. Ask for nothing on equality: no such answer may reach who decides",
            ),
            stages: field("stages", "Stages", &typed.stages).hint("One on each line, in order"),
            criteria: field("criteria", "What is scored (optional)", &typed.criteria)
                .hint("One on each line, with its weight from 1 to 10 after a bar. Marks go from 0 to 5"),
            is_new: of.is_none(),
            errors,
        }
    }
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "applications/vacancy-form";
    const SECTION: &'static str = "vacancies";

    fn title(&self) -> Cow<'_, str> {
        if self.is_new { "New vacancy".into() } else { "Change vacancy".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Vacancies", "/vacancies")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(None, &UnitTree::default(), &Handles::All, &usual(), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["title", "about", "closes_on", "keep_months", "unit", "questions", "stages", "criteria"] {
            errors.add(field, "Correct it");
        }
        let units = UnitTree::default();
        let page = |of, errors| Self::new(of, &units, &Handles::All, &usual(), errors);
        vec![Self::sample(), page(None, errors), page(Some((VacancyId::NIL, true)), FormErrors::new())]
    }
}

fn usual() -> TypedVacancy {
    TypedVacancy {
        keep_months: "6".to_owned(),
        stages: USUAL_STAGES.to_owned(),
        criteria: USUAL_CRITERIA.to_owned(),
        ..TypedVacancy::default()
    }
}

/// Shows the form for a new vacancy.
pub(super) async fn new(ask: Ask) -> Result<HttpResponse, Failure> {
    let (units, handles) = service::before_adding(&ask.site().db, ask.caller()).await?;
    ask.page(&FormPage::new(None, &units, &handles, &usual(), FormErrors::new()))
}

/// Writes a vacancy.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<TypedVacancy>) -> Result<HttpResponse, Failure> {
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::add(db, caller, typed.clone(), ask.clock().now()).await {
        Ok(id) => {
            let text = "Vacancy written. Open it when people may apply.";
            Ok(ask.redirect_with(&format!("/vacancies/{id}"), FlashKind::Success, text))
        }
        Err(ApplicationError::Invalid(errors)) => {
            let (units, handles) = service::before_adding(db, caller).await?;
            ask.page_again(&FormPage::new(None, &units, &handles, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows the form of a vacancy.
pub(super) async fn edit(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id(&path, VacancyId)?;
    let (vacancy, units, handles, fixed) = service::to_change(&ask.site().db, ask.caller(), id).await?;
    let typed = TypedVacancy::of(&vacancy.draft, vacancy.revision);
    ask.page(&FormPage::new(Some((id, fixed)), &units, &handles, &typed, FormErrors::new()))
}

/// Changes a vacancy.
pub(super) async fn change(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedVacancy>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, VacancyId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::change(db, caller, id, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with(&format!("/vacancies/{id}"), FlashKind::Success, "Vacancy changed.")),
        Err(ApplicationError::Invalid(errors)) => {
            let (_vacancy, units, handles, fixed) = service::to_change(db, caller, id).await?;
            ask.page_again(&FormPage::new(Some((id, fixed)), &units, &handles, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<super::FormPage>();
    }
}
