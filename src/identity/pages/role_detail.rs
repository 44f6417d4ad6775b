//! One role: what it may do; and the question whether it shall be retired.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::Nothing;
use crate::authz::{CATALOGUE, Scope};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::IdentityError;
use crate::identity::grants::Role;
use crate::identity::role_design::{self, RoleDetail};
use crate::kernel::ids::RoleId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct Row {
    summary: &'static str,
    code: &'static str,
    reach: &'static str,
}

#[derive(Debug, Serialize)]
struct Area {
    name: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub(super) struct RolePage {
    #[serde(skip)]
    name: String,
    href: String,
    copy_href: String,
    summary: String,
    code: String,
    built_in: bool,
    retired: bool,
    holders: Option<String>,
    areas: Vec<Area>,
    may_build: bool,
    may_change: bool,
    may_preview: bool,
}

impl RolePage {
    fn new(detail: RoleDetail) -> Self {
        let RoleDetail { role, permissions, holders, may_build, may_change, may_preview } = detail;
        Self {
            href: format!("/roles/{}", role.id),
            copy_href: format!("/roles/new?copy={}", role.id),
            areas: areas(&permissions),
            holders: holders.map(|count| format::count(count, "person has it", "people have it")),
            name: role.name,
            summary: role.summary,
            code: role.code,
            built_in: role.built_in,
            retired: role.retired,
            may_build,
            may_change,
            may_preview,
        }
    }
}

/// What is held, area by area in the catalogue's order.
fn areas(permissions: &[(String, Scope)]) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for entry in CATALOGUE {
        for (_code, scope) in permissions.iter().filter(|(code, _scope)| code == entry.code) {
            let row = Row { summary: entry.summary, code: entry.code, reach: scope.in_words() };
            match areas.last_mut().filter(|area| area.name == entry.area) {
                Some(area) => area.rows.push(row),
                None => areas.push(Area { name: entry.area, rows: vec![row] }),
            }
        }
    }
    areas
}

impl PageContext for RolePage {
    const TEMPLATE: &'static str = "people/role";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Role: {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Roles", "/roles")]
    }

    fn sample() -> Self {
        Self::new(sample_detail())
    }

    fn samples() -> Vec<Self> {
        let none =
            RoleDetail { may_build: false, may_change: false, may_preview: false, holders: None, ..sample_detail() };
        let empty = RoleDetail { permissions: vec![], ..sample_detail() };
        vec![Self::sample(), Self::new(none), Self::new(empty)]
    }
}

#[derive(Debug, Serialize)]
pub(super) struct RetirePage {
    #[serde(skip)]
    name: String,
    href: String,
    refusal: Option<String>,
}

impl PageContext for RetirePage {
    const TEMPLATE: &'static str = "people/role-retire";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Retire the role {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Roles", "/roles"), Crumb::new(&self.name, &self.href)]
    }

    fn sample() -> Self {
        Self { name: "Watch deputy".to_owned(), href: "/roles/1".to_owned(), refusal: Some("It is in use.".to_owned()) }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { refusal: None, ..Self::sample() }]
    }
}

pub(super) fn sample_detail() -> RoleDetail {
    RoleDetail {
        role: Role {
            id: RoleId::NIL,
            code: "watch-deputy".to_owned(),
            name: "Watch deputy".to_owned(),
            summary: "Sees the duties of one watch.".to_owned(),
            for_unit: true,
            built_in: false,
            retired: false,
        },
        permissions: vec![("duty.read".to_owned(), Scope::Unit), ("people.read".to_owned(), Scope::Unit)],
        holders: Some(2),
        may_build: true,
        may_change: true,
        may_preview: true,
    }
}

/// Shows a role.
pub(super) async fn show(ask: Ask, id: Path<RoleId>) -> Result<HttpResponse, Failure> {
    let detail = role_design::read(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&RolePage::new(detail))
}

/// Asks whether the role shall be retired.
pub(super) async fn retire_form(ask: Ask, id: Path<RoleId>) -> Result<HttpResponse, Failure> {
    ask.page(&retire_page(&ask, *id, None).await?)
}

/// Retires the role.
pub(super) async fn retire(
    ask: Ask,
    id: Path<RoleId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    match role_design::retire(&ask.site().db, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/roles", FlashKind::Success, "Role retired. It can no longer be given.")),
        Err(error @ IdentityError::RoleInUse) => {
            let page = retire_page(&ask, *id, Some(error.advice())).await?;
            ask.page_again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn retire_page(ask: &Ask, id: RoleId, refusal: Option<String>) -> Result<RetirePage, Failure> {
    let detail = role_design::read(&ask.site().db, ask.caller(), id).await?;
    if !detail.may_change {
        return Err(Problem::Forbidden.into());
    }
    Ok(RetirePage { name: detail.role.name, href: format!("/roles/{id}"), refusal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<RolePage>();
        check::<RetirePage>();
    }
}
