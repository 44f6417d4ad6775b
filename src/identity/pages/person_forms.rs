//! The form of a person: somebody new, or somebody who is there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::optional;
use super::password_link::show_link;
use super::set_up::plausible_email;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::IdentityError;
use crate::identity::error::Taken;
use crate::identity::password_links::LIFETIME;
use crate::identity::people::{self, Details};
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation::UnitTree;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    given_name: String,
    family_name: String,
    employee_number: String,
    email: String,
    phone: String,
    unit: String,
    account: String,
}

impl Typed {
    fn of(details: &Details) -> Self {
        Self {
            given_name: details.given_name.clone(),
            family_name: details.family_name.clone(),
            employee_number: details.employee_number.clone().unwrap_or_default(),
            email: details.email.clone().unwrap_or_default(),
            phone: details.phone.clone().unwrap_or_default(),
            unit: details.unit.to_string(),
            account: String::new(),
        }
    }

    fn read(&self) -> Result<Details, FormErrors> {
        let mut errors = FormErrors::new();
        let given_name = optional(&mut errors, "given_name", &self.given_name, 100);
        let family_name = optional(&mut errors, "family_name", &self.family_name, 100);
        let employee_number = optional(&mut errors, "employee_number", &self.employee_number, 40);
        let email = optional(&mut errors, "email", &self.email.to_lowercase(), 254);
        let phone = optional(&mut errors, "phone", &self.phone, 40);
        if given_name.is_none() {
            errors.add("given_name", "Enter their given name.");
        }
        if family_name.is_none() {
            errors.add("family_name", "Enter their family name.");
        }
        if email.as_deref().is_some_and(|email| !plausible_email(email)) {
            errors.add("email", "Enter an e-mail address, such as name@example.org, or leave it empty.");
        }
        if email.is_none() && !self.account.is_empty() {
            errors.add("email", "Enter an e-mail address: they sign in with it.");
        }
        if phone.as_deref().is_some_and(|phone| phone.chars().count() < 3) {
            errors.add("phone", "Enter the whole telephone number, or leave it empty.");
        }
        let unit = self.unit.parse::<UnitId>().ok();
        if unit.is_none() {
            errors.add("unit", "Choose their home unit.");
        }
        match (given_name, family_name, unit) {
            (Some(given_name), Some(family_name), Some(unit)) if errors.is_empty() => {
                Ok(Details { given_name, family_name, employee_number, email, phone, unit })
            }
            _ => Err(errors),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct PersonFormPage {
    action: String,
    cancel: String,
    given_name: Field,
    family_name: Field,
    employee_number: Field,
    email: Field,
    phone: Field,
    unit: Field,
    account: Option<Field>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl PersonFormPage {
    fn new(who: Option<(PersonId, String)>, units: &UnitTree, typed: &Typed, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let choose = std::iter::once(Choice::new("", "Choose a unit"));
        let choices = units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
        let unit = Field::new("unit", "Home unit")
            .hint("Managers of this unit and of those above see them.")
            .choices(choose.chain(choices))
            .choose([&typed.unit])
            .errors(&errors);
        let account = Field::new("account", "Signing in")
            .choices([Choice::new("yes", "Open an account for them")
                .hint("You get a link to hand over, by which they choose a password.")])
            .choose([&typed.account]);
        let path = who.as_ref().map(|(id, _name)| format!("/people/{id}"));
        Self {
            action: path.as_ref().map_or_else(|| "/people/new".to_owned(), |path| format!("{path}/edit")),
            cancel: path.unwrap_or_else(|| "/people".to_owned()),
            given_name: field("given_name", "Given name", &typed.given_name),
            family_name: field("family_name", "Family name", &typed.family_name),
            employee_number: field("employee_number", "Employee number (optional)", &typed.employee_number),
            email: field("email", "E-mail address (optional)", &typed.email)
                .hint("With an account, they sign in with it."),
            phone: field("phone", "Telephone number (optional)", &typed.phone),
            unit,
            account: who.is_none().then_some(account),
            heading: who.map_or_else(|| "Add a person".to_owned(), |(_id, name)| format!("Edit {name}")),
            errors,
        }
    }
}

impl PageContext for PersonFormPage {
    const TEMPLATE: &'static str = "people/form";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let typed = Typed { email: "jo".to_owned(), phone: "1".to_owned(), ..Typed::default() };
        let errors = typed.read().err().unwrap_or_default();
        Self::new(None, &UnitTree::default(), &typed, errors)
    }

    fn samples() -> Vec<Self> {
        let record = super::person::sample_record();
        let who = Some((record.id, record.name()));
        vec![Self::sample(), Self::new(who, &UnitTree::default(), &Typed::of(&record.details), FormErrors::new())]
    }
}

/// Shows the form for somebody new.
pub(super) async fn add_form(ask: Ask) -> Result<HttpResponse, Failure> {
    let units = people::before_adding(&ask.site().db, ask.caller()).await?;
    let typed = Typed { account: "yes".to_owned(), ..Typed::default() };
    ask.page(&PersonFormPage::new(None, &units, &typed, FormErrors::new()))
}

/// Adds somebody; with an account, the answer is the link to hand over.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let errors = match typed.read() {
        Err(errors) => errors,
        Ok(details) => {
            let name = format!("{} {}", details.given_name, details.family_name);
            let (site, account) = (ask.site(), !typed.account.is_empty());
            match people::add(&site.db, &site.keys, ask.caller(), details, account, ask.clock().now()).await {
                Ok((id, Some(link))) => return show_link(&ask, id, name, &link, LIFETIME),
                Ok((id, None)) => {
                    let text = format!("{name} was added.");
                    return Ok(ask.redirect_with(&format!("/people/{id}"), FlashKind::Success, &text));
                }
                Err(error) => beside_its_field(error)?,
            }
        }
    };
    let units = people::before_adding(&ask.site().db, ask.caller()).await?;
    ask.page_again(&PersonFormPage::new(None, &units, &typed, errors))
}

/// Shows the form for somebody who is there.
pub(super) async fn edit_form(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let view = people::read(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    if !view.may.edit {
        return Err(Problem::Forbidden.into());
    }
    let who = Some((*id, view.record.name()));
    ask.page(&PersonFormPage::new(who, &view.units, &Typed::of(&view.record.details), FormErrors::new()))
}

/// Changes who somebody is.
pub(super) async fn edit(ask: Ask, id: Path<PersonId>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let errors = match typed.read() {
        Err(errors) => errors,
        Ok(details) => {
            let site = ask.site();
            match people::edit(&site.db, &site.keys, ask.caller(), *id, details, ask.clock().now()).await {
                Ok(()) => {
                    site.sessions.forget_person(*id);
                    return Ok(ask.redirect_with(&format!("/people/{id}"), FlashKind::Success, "Details saved."));
                }
                Err(error) => beside_its_field(error)?,
            }
        }
    };
    let view = people::read(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    let who = Some((*id, view.record.name()));
    ask.page_again(&PersonFormPage::new(who, &view.units, &typed, errors))
}

fn beside_its_field(error: IdentityError) -> Result<FormErrors, Failure> {
    let field = match &error {
        IdentityError::Taken(Taken::Email) | IdentityError::NoEmail => "email",
        IdentityError::Taken(Taken::EmployeeNumber) => "employee_number",
        IdentityError::UnitClosed => "unit",
        _other => return Err(error.into()),
    };
    let mut errors = FormErrors::new();
    errors.add(field, error.advice());
    Ok(errors)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PersonFormPage>();
    }
}
