//! Making a person of a successful applicant: what follows is said, then it is done.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use super::words::{Line, id};
use crate::applications::error::ApplicationError;
use crate::applications::model::Application;
use crate::applications::service::{self, Wanted};
use crate::authz::permission::INVITE_SEND;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::IdentityError;
use crate::identity::error::Taken;
use crate::kernel::ids::{ApplicationId, UnitId};
use crate::notices::Desk;
use crate::organisation::UnitTree;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    unit: String,
    employee_number: String,
    invite: String,
}

#[derive(Debug, Clone, Serialize)]
struct ConvertPage {
    href: String,
    who: String,
    lines: Vec<Line>,
    unit: Field,
    employee_number: Field,
    invite: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
}

impl ConvertPage {
    fn new(application: &Application, units: &UnitTree, typed: &Typed, invites: bool, errors: FormErrors) -> Self {
        let choices = units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
        let choices = std::iter::once(Choice::new("", "Choose a unit")).chain(choices);
        Self {
            href: format!("/applications/{}", application.id),
            who: application.name(),
            lines: vec![
                Line::new("Name", application.name()),
                Line::new("E-mail", &application.who.email),
                Line::new("Telephone", application.who.phone.as_deref().unwrap_or("Not given")),
            ],
            unit: Field::new("unit", "Home unit").choices(choices).choose([&typed.unit]).errors(&errors),
            employee_number: Field::new("employee_number", "Employee number (optional)")
                .value(&typed.employee_number)
                .errors(&errors),
            invite: invites.then(|| {
                Field::new("invite", "Signing in")
                    .choices([Choice::new("yes", "Open an account and invite them by e-mail").hint(
                        "They choose a password by a link that works for seven days. Roles are given afterwards",
                    )])
                    .choose([&typed.invite])
            }),
            errors,
        }
    }
}

impl PageContext for ConvertPage {
    const TEMPLATE: &'static str = "applications/convert";
    const SECTION: &'static str = "vacancies";

    fn title(&self) -> Cow<'_, str> {
        format!("Add {} as a person", self.who).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Vacancies", "/vacancies"), Crumb::new(&self.who, &self.href)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let field = |name: &str| Field::new(name, "Sample");
        Self {
            href: "/applications/1".to_owned(),
            who: "Kit Vane".to_owned(),
            lines: vec![Line::new("Name", "Kit Vane")],
            unit: field("unit"),
            employee_number: field("employee_number"),
            invite: None,
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("unit", "Choose their home unit");
        errors.add("employee_number", "It is somebody else's");
        let application = super::vacancies::tests::application();
        vec![Self::sample(), Self::new(&application, &UnitTree::default(), &Typed::default(), true, errors)]
    }
}

fn invites(ask: &Ask, desk: &Desk) -> bool {
    desk.mailer.is_some() && ask.caller().holds_for_all(INVITE_SEND)
}

/// Asks what is to be known beside, and says what follows.
pub(super) async fn form(ask: Ask, path: Path<String>, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    let (application, units) = service::to_convert(&ask.site().db, ask.caller(), id(&path, ApplicationId)?).await?;
    let typed = Typed { unit: application.unit.to_string(), invite: "yes".to_owned(), ..Typed::default() };
    ask.page(&ConvertPage::new(&application, &units, &typed, invites(&ask, &desk), FormErrors::new()))
}

/// Does it.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    desk: Data<Desk>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ApplicationId)?;
    let site = ask.site();
    let mut errors = FormErrors::new();
    let number = typed.employee_number.trim();
    if number.chars().count() > 40 {
        errors.add("employee_number", "Use at most 40 characters");
    }
    match typed.unit.parse::<UnitId>() {
        Err(_no_unit) => errors.add("unit", "Choose their home unit"),
        Ok(unit) if errors.is_empty() => {
            let employee_number = (!number.is_empty()).then(|| number.to_owned());
            let invite = !typed.invite.is_empty() && invites(&ask, &desk);
            let wanted = Wanted { unit, employee_number, invite };
            match service::convert(&site.db, &site.keys, ask.caller(), id, wanted, ask.clock().now()).await {
                Ok(person) => {
                    site.queue.wake();
                    let text = if invite { "Added and invited. Give them their roles." } else { "Added." };
                    return Ok(ask.redirect_with(&format!("/people/{person}"), FlashKind::Success, text));
                }
                Err(ApplicationError::Identity(error)) => beside_its_field(error, &mut errors)?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(_unit) => {}
    }
    let (application, units) = service::to_convert(&site.db, ask.caller(), id).await?;
    ask.page_again(&ConvertPage::new(&application, &units, &typed, invites(&ask, &desk), errors))
}

fn beside_its_field(error: IdentityError, errors: &mut FormErrors) -> Result<(), Failure> {
    match &error {
        IdentityError::Taken(Taken::EmployeeNumber) => errors.add("employee_number", error.advice()),
        IdentityError::UnitClosed => errors.add("unit", error.advice()),
        IdentityError::Taken(Taken::Email | Taken::Account) => {
            errors.add("unit", "Somebody with this e-mail address is there already: look for them under People");
        }
        _other => return Err(error.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ConvertPage>();
    }
}
