//! What HR holds about somebody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::optional;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::hr::{self, HrFields, HrSets, HrView};
use crate::kernel::ids::PersonId;
use crate::views::form::FieldError;
use crate::views::{Crumb, DateField, Field, FormErrors, PageContext, format};

#[derive(Debug, Serialize)]
pub(super) struct HrPage {
    href: String,
    contract_type: Option<String>,
    contract_hours: Option<String>,
    payroll_number: Option<String>,
    started_on: Option<String>,
    next_of_kin: Option<String>,
    fitness_note: Option<String>,
    changed: Option<String>,
    reads: Sets,
    own: bool,
    may_write: bool,
    #[serde(skip)]
    name: String,
}

/// Which sets of fields a page shows.
#[derive(Debug, Serialize)]
struct Sets {
    contract: bool,
    payroll: bool,
    kin: bool,
    fitness: bool,
}

impl From<HrSets> for Sets {
    fn from(HrSets { contract, payroll, kin, fitness }: HrSets) -> Self {
        Self { contract, payroll, kin, fitness }
    }
}

impl HrPage {
    fn new(id: PersonId, view: HrView) -> Self {
        let fields = view.fields;
        Self {
            href: format!("/people/{id}"),
            contract_type: fields.contract_type,
            contract_hours: fields
                .contract_minutes_per_week
                .map(|minutes| format!("{} a week", format::minutes(i64::from(minutes)))),
            payroll_number: fields.payroll_number,
            started_on: fields.started_on.map(format::long_date),
            next_of_kin: fields.next_of_kin,
            fitness_note: fields.fitness_note,
            changed: view.changed_at.map(format::long_time),
            reads: view.reads.into(),
            own: view.own,
            may_write: !view.writes.is_empty(),
            name: view.name,
        }
    }
}

impl PageContext for HrPage {
    const TEMPLATE: &'static str = "people/hr";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        if self.own { "What HR holds about you".into() } else { format!("HR fields of {}", self.name).into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs(self.own, &self.name, &self.href)
    }

    fn sample() -> Self {
        Self::new(PersonId::NIL, sample_view(false))
    }

    fn samples() -> Vec<Self> {
        let nothing = HrView { fields: HrFields::default(), changed_at: None, ..sample_view(true) };
        let payroll = HrSets { payroll: true, ..HrSets::default() };
        let narrow = HrView { reads: payroll, writes: HrSets::default(), ..sample_view(false) };
        vec![Self::sample(), Self::new(PersonId::NIL, nothing), Self::new(PersonId::NIL, narrow)]
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    contract_type: String,
    contract_hours: String,
    payroll_number: String,
    #[serde(rename = "started_on-day")]
    day: String,
    #[serde(rename = "started_on-month")]
    month: String,
    #[serde(rename = "started_on-year")]
    year: String,
    next_of_kin: String,
    fitness_note: String,
}

impl Typed {
    fn of(fields: &HrFields) -> Self {
        let date = |part: fn(Date) -> String| fields.started_on.map(part).unwrap_or_default();
        Self {
            contract_type: fields.contract_type.clone().unwrap_or_default(),
            contract_hours: fields.contract_minutes_per_week.map(hours_text).unwrap_or_default(),
            payroll_number: fields.payroll_number.clone().unwrap_or_default(),
            day: date(|date| date.day().to_string()),
            month: date(|date| date.month().to_string()),
            year: date(|date| date.year().to_string()),
            next_of_kin: fields.next_of_kin.clone().unwrap_or_default(),
            fitness_note: fields.fitness_note.clone().unwrap_or_default(),
        }
    }

    fn read(&self) -> Result<HrFields, FormErrors> {
        let mut errors = FormErrors::new();
        let contract_type = optional(&mut errors, "contract_type", &self.contract_type, 60);
        let contract_minutes_per_week = match self.contract_hours.trim() {
            "" => None,
            text => {
                let minutes = minutes_of(text);
                if minutes.is_none() {
                    errors.add("contract_hours", "Enter hours from 0 to 168, such as 42, 37.5 or 37:30.");
                }
                minutes
            }
        };
        let payroll_number = optional(&mut errors, "payroll_number", &self.payroll_number, 40);
        let started_on = self.date(&mut errors);
        let next_of_kin = optional(&mut errors, "next_of_kin", &self.next_of_kin, 500);
        let fitness_note = optional(&mut errors, "fitness_note", &self.fitness_note, 2_000);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(HrFields { contract_type, contract_minutes_per_week, payroll_number, started_on, next_of_kin, fitness_note })
    }

    fn date(&self, errors: &mut FormErrors) -> Option<Date> {
        let parts = [&self.day, &self.month, &self.year].map(|part| part.trim());
        if parts.iter().all(|part| part.is_empty()) {
            return None;
        }
        let [day, month, year] = parts;
        let date = year.parse().ok().zip(month.parse().ok()).zip(day.parse().ok());
        let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
        let date = date.filter(|date| (1900..=2200).contains(&date.year()));
        if date.is_none() {
            errors.add("started_on-day", "Enter a real date, such as 27 3 2019, or leave it empty.");
        }
        date
    }
}

/// `42`, `37.5` or `37:30` hours as minutes; at most a week.
fn minutes_of(text: &str) -> Option<i32> {
    let digits = |text: &str| (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(());
    let minutes = match (text.split_once(':'), text.split_once('.')) {
        (Some((hours, minutes)), _) => {
            digits(hours).and(digits(minutes))?;
            let minutes: i32 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
            hours.parse::<i32>().ok()?.checked_mul(60)?.checked_add(minutes)?
        }
        (None, Some((hours, hundredths))) => {
            digits(hours).and(digits(hundredths))?;
            let hundredths: i32 = format!("{hundredths:0<2}").parse().ok().filter(|value| *value < 100)?;
            hours.parse::<i32>().ok()?.checked_mul(60)?.checked_add((hundredths * 60 + 50) / 100)?
        }
        (None, None) => {
            digits(text)?;
            text.parse::<i32>().ok()?.checked_mul(60)?
        }
    };
    Some(minutes).filter(|minutes| *minutes <= 7 * 24 * 60)
}

fn hours_text(minutes: i32) -> String {
    if minutes % 60 == 0 { (minutes / 60).to_string() } else { format!("{}:{:02}", minutes / 60, minutes % 60) }
}

#[derive(Debug, Serialize)]
pub(super) struct HrFormPage {
    href: String,
    writes: Sets,
    contract_type: Field,
    contract_hours: Field,
    payroll_number: Field,
    started_on: DateField,
    next_of_kin: Field,
    fitness_note: Field,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl HrFormPage {
    fn new(id: PersonId, name: String, writes: HrSets, typed: &Typed, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        Self {
            href: format!("/people/{id}"),
            writes: writes.into(),
            contract_type: field("contract_type", "Contract", &typed.contract_type)
                .hint("For example whole-time, on-call, bank."),
            contract_hours: field("contract_hours", "Hours a week", &typed.contract_hours)
                .hint("For example 42, 37.5 or 37:30."),
            payroll_number: field("payroll_number", "Payroll number", &typed.payroll_number),
            started_on: DateField::new("started_on", "First day of work", [&typed.day, &typed.month, &typed.year])
                .hint("For example, 27 3 2019")
                .errors(&errors),
            next_of_kin: field("next_of_kin", "Next of kin", &typed.next_of_kin).hint("Whom to call, and how."),
            fitness_note: field("fitness_note", "Fitness for duty", &typed.fitness_note)
                .hint("The person can read this."),
            name,
            errors,
        }
    }
}

impl PageContext for HrFormPage {
    const TEMPLATE: &'static str = "people/hr-form";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        format!("Edit HR fields of {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs(false, &self.name, &self.href)
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let typed = Typed { contract_hours: "many".to_owned(), day: "31".to_owned(), ..Typed::default() };
        let errors = typed.read().err().unwrap_or_default();
        Self::new(PersonId::NIL, "Jo Marsh".to_owned(), HrSets::ALL, &typed, errors)
    }

    fn samples() -> Vec<Self> {
        let kin = HrSets { kin: true, ..HrSets::default() };
        let narrow = Self::new(PersonId::NIL, "Jo Marsh".to_owned(), kin, &Typed::default(), FormErrors::new());
        vec![Self::sample(), narrow]
    }
}

fn crumbs(own: bool, name: &str, href: &str) -> Vec<Crumb> {
    if own {
        vec![Crumb::new("Your account", "/account")]
    } else {
        vec![Crumb::new("People", "/people"), Crumb::new(name, href)]
    }
}

fn sample_view(own: bool) -> HrView {
    let fields = HrFields {
        contract_type: Some("Whole-time".to_owned()),
        contract_minutes_per_week: Some(2520),
        payroll_number: Some("P-40217".to_owned()),
        started_on: Some(jiff::civil::date(2019, 3, 27)),
        next_of_kin: Some("Sam Marsh, 01632 960002".to_owned()),
        fitness_note: Some("Fit".to_owned()),
    };
    HrView {
        name: "Jo Marsh".to_owned(),
        fields,
        changed_at: Some(jiff::Timestamp::UNIX_EPOCH),
        reads: HrSets::ALL,
        writes: HrSets::ALL,
        own,
    }
}

/// Shows what HR holds.
pub(super) async fn read(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let view = hr::read(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.page(&HrPage::new(*id, view))
}

/// Shows the form.
pub(super) async fn form(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let view = hr::read(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    if view.writes.is_empty() {
        return Err(Problem::Forbidden.into());
    }
    ask.page(&HrFormPage::new(*id, view.name, view.writes, &Typed::of(&view.fields), FormErrors::new()))
}

/// Writes what HR holds.
pub(super) async fn submit(
    ask: Ask,
    id: Path<PersonId>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    match typed.read() {
        Ok(fields) => {
            hr::write(&ask.site().db, ask.caller(), *id, fields, ask.clock().now()).await?;
            Ok(ask.redirect_with(&format!("/people/{id}/hr"), FlashKind::Success, "HR fields saved."))
        }
        Err(errors) => {
            let view = hr::read(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
            ask.page_again(&HrFormPage::new(*id, view.name, view.writes, &typed, errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<HrPage>();
        check::<HrFormPage>();
    }

    #[test]
    fn hours_are_read_in_three_ways_and_written_in_one() {
        assert_eq!(
            ["42", "37.5", "37:30", "37.25", "0", "168"].map(minutes_of),
            [2520, 2250, 2250, 2235, 0, 10_080].map(Some)
        );
        for wrong in ["", "-1", "169", "37:60", "37.555", "37,5", "x", "1:2:3", "4.", ".5", "99999999999"] {
            assert_eq!(minutes_of(wrong), None, "{wrong}");
        }
        assert_eq!([2520, 2250].map(hours_text), ["42", "37:30"]);
    }
}
