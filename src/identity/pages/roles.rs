//! Somebody's roles.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::IdentityError;
use crate::identity::grants::{self, GrantView, Role, RolesOf};
use crate::kernel::ids::{PersonId, RoleGrantId, RoleId, UnitId};
use crate::organisation::UnitTree;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    role: String,
    unit: String,
}

#[derive(Debug, Serialize)]
struct Row {
    role: String,
    unit: Option<String>,
    since: String,
    revoke: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RolesPage {
    href: String,
    rows: Vec<Row>,
    may_grant: bool,
    may_revoke: bool,
    own: bool,
    role: Field,
    unit: Field,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl RolesPage {
    fn new(id: PersonId, own: bool, of: RolesOf, typed: &Typed, errors: FormErrors) -> Self {
        let href = format!("/people/{id}");
        let units = &of.units;
        let row = |grant: GrantView| Row {
            revoke: format!("{href}/roles/{}/revoke", grant.id),
            role: grant.role,
            unit: grant.unit.map(|unit| units.path(unit)),
            since: format::short_time(grant.granted_at),
        };
        let role = |role: &Role| Choice::new(role.id.to_string(), &role.name).hint(&role.summary);
        let none = std::iter::once(Choice::new("", "None: not a role for a unit"));
        let choices = units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
        Self {
            rows: of.grants.into_iter().map(row).collect(),
            may_grant: of.may_grant,
            may_revoke: of.may_revoke,
            own,
            role: Field::new("role", "Which role?")
                .choices(of.roles.iter().map(role))
                .choose([&typed.role])
                .errors(&errors),
            unit: Field::new("unit", "For which unit?")
                .hint("Only a manager needs one: they see the people of that unit and of all below.")
                .choices(none.chain(choices))
                .choose([&typed.unit])
                .errors(&errors),
            href,
            name: of.name,
            errors,
        }
    }
}

impl PageContext for RolesPage {
    const TEMPLATE: &'static str = "people/roles";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        if self.own { "Your roles".into() } else { format!("Roles of {}", self.name).into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        if self.own { vec![Crumb::new("Your account", "/account")] } else { crumbs(&self.name, &self.href) }
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("role", "Choose a role.");
        errors.add("unit", "Choose the unit that they manage.");
        Self::new(PersonId::NIL, false, sample_roles(), &Typed::default(), errors)
    }

    fn samples() -> Vec<Self> {
        let own = RolesOf { may_grant: false, may_revoke: false, grants: vec![], ..sample_roles() };
        vec![Self::sample(), Self::new(PersonId::NIL, true, own, &Typed::default(), FormErrors::new())]
    }
}

#[derive(Debug, Serialize)]
pub(super) struct RevokePage {
    href: String,
    action: String,
    role: String,
    unit: Option<String>,
    name: String,
    refusal: Option<String>,
}

impl PageContext for RevokePage {
    const TEMPLATE: &'static str = "people/revoke";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        format!("Take the role {} from {}", self.role, self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs(&self.name, &self.href)
    }

    fn sample() -> Self {
        Self {
            href: "/people/1".to_owned(),
            action: "/people/1/roles/2/revoke".to_owned(),
            role: "Manager".to_owned(),
            unit: Some("Hillside".to_owned()),
            name: "Jo Marsh".to_owned(),
            refusal: Some("They are the last administrator.".to_owned()),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { refusal: None, unit: None, ..Self::sample() }]
    }
}

fn crumbs(name: &str, href: &str) -> Vec<Crumb> {
    vec![Crumb::new("People", "/people"), Crumb::new(name, href)]
}

fn sample_roles() -> RolesOf {
    let grant = GrantView {
        id: RoleGrantId::NIL,
        role: "Manager".to_owned(),
        unit: Some(UnitId::NIL),
        granted_at: jiff::Timestamp::UNIX_EPOCH,
    };
    let role = Role {
        id: RoleId::NIL,
        code: "manager".to_owned(),
        name: "Manager".to_owned(),
        summary: "Sees the people of a unit.".to_owned(),
        for_unit: true,
    };
    RolesOf {
        name: "Jo Marsh".to_owned(),
        grants: vec![grant],
        roles: vec![role],
        units: UnitTree::default(),
        may_grant: true,
        may_revoke: true,
    }
}

/// Shows somebody's roles, with the form to give one to those who may.
pub(super) async fn list(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let page = roles_page(&ask, *id, &Typed::default(), FormErrors::new()).await?;
    ask.page(&page)
}

/// Gives somebody a role.
pub(super) async fn grant(ask: Ask, id: Path<PersonId>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    match typed.role.parse::<RoleId>() {
        Err(_none) => errors.add("role", "Choose a role."),
        Ok(role) => {
            let unit = typed.unit.parse::<UnitId>().ok();
            match grants::grant(&ask.site().db, ask.caller(), *id, role, unit, ask.clock().now()).await {
                Ok(()) => {
                    ask.site().sessions.forget_person(*id);
                    let text = "Role given. It counts from their next click.";
                    return Ok(ask.redirect_with(&format!("/people/{id}/roles"), FlashKind::Success, text));
                }
                Err(error @ (IdentityError::UnitNeeded | IdentityError::UnitClosed)) => {
                    errors.add("unit", error.advice());
                }
                Err(error @ IdentityError::HasRole) => errors.add("role", error.advice()),
                Err(error) => return Err(error.into()),
            }
        }
    }
    let page = roles_page(&ask, *id, &typed, errors).await?;
    ask.page_again(&page)
}

/// Asks whether the role shall go.
pub(super) async fn revoke_form(ask: Ask, path: Path<(PersonId, RoleGrantId)>) -> Result<HttpResponse, Failure> {
    let (id, grant) = path.into_inner();
    let page = revoke_page(&ask, id, grant, None).await?;
    ask.page(&page)
}

/// Takes the role away.
pub(super) async fn revoke(
    ask: Ask,
    path: Path<(PersonId, RoleGrantId)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (id, grant) = path.into_inner();
    match grants::revoke(&ask.site().db, ask.caller(), id, grant, ask.clock().now()).await {
        Ok(()) => {
            ask.site().sessions.forget_person(id);
            let text = "Role taken away. It counts from their next click.";
            Ok(ask.redirect_with(&format!("/people/{id}/roles"), FlashKind::Success, text))
        }
        Err(error @ IdentityError::LastAdministrator) => {
            let page = revoke_page(&ask, id, grant, Some(error.advice())).await?;
            ask.page_again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn roles_page(ask: &Ask, id: PersonId, typed: &Typed, errors: FormErrors) -> Result<RolesPage, Failure> {
    let of = grants::read(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    Ok(RolesPage::new(id, ask.caller().person_id() == Some(id), of, typed, errors))
}

async fn revoke_page(
    ask: &Ask,
    id: PersonId,
    grant: RoleGrantId,
    refusal: Option<String>,
) -> Result<RevokePage, Failure> {
    let of = grants::read(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    if !of.may_revoke {
        return Err(Problem::Forbidden.into());
    }
    let found = of.grants.into_iter().find(|known| known.id == grant).ok_or(Problem::NotFound)?;
    let href = format!("/people/{id}");
    Ok(RevokePage {
        action: format!("{href}/roles/{grant}/revoke"),
        href,
        role: found.role,
        unit: found.unit.map(|unit| of.units.path(unit)),
        name: of.name,
        refusal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<RolesPage>();
        check::<RevokePage>();
    }
}
