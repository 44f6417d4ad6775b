//! The form of a role of the organisation's own: new, from a copy, or changed.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::authz::{CATALOGUE, CatalogueEntry, Scope, Weight};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::IdentityError;
use crate::identity::role_design::{self, Draft};
use crate::kernel::ids::RoleId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

/// Characters of a role's name and of its sentence.
const LONGEST: (usize, usize) = (80, 300);

/// From which role a copy is made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    copy: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    summary: String,
    /// `code:scope` for each permission of the catalogue; empty for those that are not given.
    give: Vec<String>,
}

impl Typed {
    fn of(draft: &Draft) -> Self {
        let give = draft.permissions.iter().map(|(code, scope)| value(code, *scope)).collect();
        Self { name: draft.name.clone(), summary: draft.summary.clone(), give }
    }

    fn read(&self) -> Result<Draft, FormErrors> {
        let mut errors = FormErrors::new();
        let mut text = |field: &str, text: &str, longest: usize, missing: &str| {
            let text = text.trim();
            if text.is_empty() {
                errors.add(field, missing);
            } else if text.chars().count() > longest {
                errors.add(field, format!("Use at most {longest} characters."));
            }
            text.to_owned()
        };
        let name = text("name", &self.name, LONGEST.0, "Enter a name for the role.");
        let summary = text("summary", &self.summary, LONGEST.1, "Say in a sentence what the role is for.");
        let mut draft = Draft { name, summary, ..Draft::default() };
        for given in self.give.iter().filter(|given| !given.is_empty()) {
            let taken = given
                .split_once(':')
                .and_then(|(code, scope)| Some((code, Scope::parse(scope)?)))
                .is_some_and(|(code, scope)| draft.give(code, scope));
            if !taken {
                errors.add("name", "Choose each permission once, from the list.");
            }
        }
        if draft.permissions.is_empty() && errors.is_empty() {
            errors.add("duty.read", "Choose at least one permission.");
        }
        if errors.is_empty() { Ok(draft) } else { Err(errors) }
    }
}

fn value(code: &str, scope: Scope) -> String {
    format!("{code}:{}", scope.as_str())
}

#[derive(Debug, Serialize)]
struct Area {
    name: &'static str,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
pub(super) struct RoleFormPage {
    action: String,
    back: String,
    name: Field,
    summary: Field,
    areas: Vec<Area>,
    submit: &'static str,
    #[serde(skip)]
    called: Option<String>,
    #[serde(skip)]
    errors: FormErrors,
}

impl RoleFormPage {
    fn new(action: String, called: Option<String>, typed: &Typed, errors: FormErrors) -> Self {
        let mut areas: Vec<Area> = Vec::new();
        for entry in CATALOGUE {
            let field = field(entry, typed, &errors);
            match areas.last_mut().filter(|area| area.name == entry.area) {
                Some(area) => area.fields.push(field),
                None => areas.push(Area { name: entry.area, fields: vec![field] }),
            }
        }
        Self {
            back: action.strip_suffix("/edit").unwrap_or("/roles").to_owned(),
            action,
            name: Field::new("name", "What is the role called?").value(&typed.name).errors(&errors),
            summary: Field::new("summary", "What is it for?")
                .hint("One sentence, for whoever gives it and for those whose records it opens.")
                .value(&typed.summary)
                .errors(&errors),
            areas,
            submit: if called.is_some() { "Save" } else { "Build this role" },
            called,
            errors,
        }
    }
}

fn field(entry: &'static CatalogueEntry, typed: &Typed, errors: &FormErrors) -> Field {
    let scopes = entry.scopes.iter().map(|scope| Choice::new(value(entry.code, *scope), in_words(*scope)));
    let mine = typed.give.iter().filter(|given| given.split_once(':').is_some_and(|(code, _scope)| code == entry.code));
    let field = Field::new("give", entry.summary)
        .id(entry.code)
        .choices(std::iter::once(Choice::new("", "No")).chain(scopes))
        .choose(mine)
        .errors(errors);
    match entry.weight {
        Weight::Plain => field,
        Weight::Personal => field.hint("Opens personal records."),
        Weight::Administers => field.hint("Decides what others may do."),
    }
}

const fn in_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Own => "Yes, for their own records",
        Scope::Unit => "Yes, for the unit that the role is given for",
        Scope::Below => "Yes, for that unit and all units below",
        Scope::Organisation => "Yes, for the whole organisation",
    }
}

impl PageContext for RoleFormPage {
    const TEMPLATE: &'static str = "people/role-form";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        match &self.called {
            Some(name) => format!("Change the role {name}").into(),
            None => "Build a role".into(),
        }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        let roles = Crumb::new("Roles", "/roles");
        match &self.called {
            Some(name) => vec![roles, Crumb::new(name, &self.back)],
            None => vec![roles],
        }
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let typed = Typed::default();
        let errors = typed.read().err().unwrap_or_default();
        Self::new("/roles/new".to_owned(), None, &typed, errors)
    }

    fn samples() -> Vec<Self> {
        let typed = Typed {
            name: "Watch deputy".to_owned(),
            summary: "Sees the duties of one watch.".to_owned(),
            give: vec!["duty.read:unit".to_owned()],
        };
        let called = Some("Watch deputy".to_owned());
        vec![Self::sample(), Self::new("/roles/1/edit".to_owned(), called, &typed, FormErrors::new())]
    }
}

/// Shows the form for a new role, filled with what another one has if a copy is wanted.
pub(super) async fn new_form(ask: Ask, from: Query<From>) -> Result<HttpResponse, Failure> {
    let typed = match from.copy.parse::<RoleId>() {
        Ok(id) => {
            let detail = role_design::read(&ask.site().db, ask.caller(), id).await?;
            let mut draft = Draft { summary: detail.role.summary, ..Draft::default() };
            draft.permissions = detail.permissions.into_iter().collect();
            Typed::of(&draft)
        }
        Err(_none) => Typed::default(),
    };
    ask.page(&RoleFormPage::new("/roles/new".to_owned(), None, &typed, FormErrors::new()))
}

/// Builds the role.
pub(super) async fn build(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let errors = match typed.read() {
        Ok(draft) => match role_design::build(&ask.site().db, ask.caller(), draft, ask.clock().now()).await {
            Ok(id) => {
                let text = "Role built. It can be given to people now.";
                return Ok(ask.redirect_with(&format!("/roles/{id}"), FlashKind::Success, text));
            }
            Err(error @ IdentityError::RoleNameTaken) => named(&error),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    ask.page_again(&RoleFormPage::new("/roles/new".to_owned(), None, &typed, errors))
}

/// Shows the form of a role.
pub(super) async fn edit_form(ask: Ask, id: Path<RoleId>) -> Result<HttpResponse, Failure> {
    let detail = role_design::read(&ask.site().db, ask.caller(), *id).await?;
    if !detail.may_change {
        return Err(Problem::Forbidden.into());
    }
    let permissions = detail.permissions.into_iter().collect();
    let draft = Draft { name: detail.role.name.clone(), summary: detail.role.summary, permissions };
    let action = format!("/roles/{id}/edit");
    ask.page(&RoleFormPage::new(action, Some(detail.role.name), &Typed::of(&draft), FormErrors::new()))
}

/// Changes the role.
pub(super) async fn edit(ask: Ask, id: Path<RoleId>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let errors = match typed.read() {
        Ok(draft) => match role_design::change(&ask.site().db, ask.caller(), *id, draft, ask.clock().now()).await {
            Ok(()) => {
                let text = "Role saved. It counts from the next click of everybody who has it.";
                return Ok(ask.redirect_with(&format!("/roles/{id}"), FlashKind::Success, text));
            }
            Err(
                error @ (IdentityError::RoleNameTaken | IdentityError::RoleTooHeavy | IdentityError::LastAdministrator),
            ) => named(&error),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let detail = role_design::read(&ask.site().db, ask.caller(), *id).await?;
    if !detail.may_change {
        return Err(Problem::Forbidden.into());
    }
    ask.page_again(&RoleFormPage::new(format!("/roles/{id}/edit"), Some(detail.role.name), &typed, errors))
}

fn named(error: &IdentityError) -> FormErrors {
    let mut errors = FormErrors::new();
    errors.add("name", error.advice());
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<RoleFormPage>();
    }

    #[test]
    fn only_scopes_of_the_catalogue_are_taken() {
        let typed = |give: &[&str]| Typed {
            name: "X".to_owned(),
            summary: "Y".to_owned(),
            give: give.iter().map(|given| (*given).to_owned()).collect(),
        };
        assert_eq!(typed(&["", "duty.read:unit", ""]).read().expect("a draft").permissions.len(), 1);
        for wrong in [&["hr.kin.read:below"][..], &["duty.read"], &["x:own"], &["duty.read:own", "duty.read:unit"], &[]]
        {
            assert!(typed(wrong).read().is_err(), "{wrong:?}");
        }
    }
}
