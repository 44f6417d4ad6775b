//! The catalogue: every permission, and which role has it how far.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::authz::{Scope, permission};
use crate::http::{Ask, Failure};
use crate::identity::grants::{self, CatalogueEntry, Role};
use crate::kernel::ids::RoleId;
use crate::views::PageContext;

#[derive(Debug, Serialize)]
struct Cell {
    role: String,
    reach: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Row {
    code: String,
    summary: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Area {
    name: String,
    roles: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct RoleText {
    href: String,
    name: String,
    summary: String,
    built_in: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct CataloguePage {
    roles: Vec<RoleText>,
    areas: Vec<Area>,
    may_build: bool,
}

impl CataloguePage {
    fn new(roles: &[Role], entries: Vec<CatalogueEntry>, may_build: bool) -> Self {
        let names: Vec<String> = roles.iter().map(|role| role.name.clone()).collect();
        let mut areas: Vec<Area> = Vec::new();
        for entry in entries {
            let cell = |role: &Role| Cell { role: role.name.clone(), reach: reach(role.id, &entry.held) };
            let row = Row {
                code: entry.code.clone(),
                summary: entry.summary.clone(),
                cells: roles.iter().map(cell).collect(),
            };
            match areas.last_mut().filter(|area| area.name == entry.area) {
                Some(area) => area.rows.push(row),
                None => areas.push(Area { name: entry.area, roles: names.clone(), rows: vec![row] }),
            }
        }
        let text = |role: &Role| RoleText {
            href: format!("/roles/{}", role.id),
            name: role.name.clone(),
            summary: role.summary.clone(),
            built_in: role.built_in,
        };
        Self { roles: roles.iter().map(text).collect(), areas, may_build }
    }
}

/// The widest reach that a role has, in a word.
fn reach(role: RoleId, held: &[(RoleId, String)]) -> Option<&'static str> {
    let scopes =
        held.iter().filter(|(holder, _scope)| *holder == role).filter_map(|(_role, scope)| Scope::parse(scope));
    scopes.max().map(Scope::in_words)
}

impl PageContext for CataloguePage {
    const TEMPLATE: &'static str = "people/role-catalogue";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Roles and what they may do".into()
    }

    fn sample() -> Self {
        let role = |name: &str, id: u128| Role {
            id: RoleId(uuid::Uuid::from_u128(id)),
            code: name.to_lowercase(),
            name: name.to_owned(),
            summary: "Logs and reads their own duties.".to_owned(),
            for_unit: false,
            built_in: id == 1,
            retired: false,
        };
        let roles = [role("Member", 1), role("HR", 2)];
        let entry = CatalogueEntry {
            area: "Duties".to_owned(),
            code: "duty.read".to_owned(),
            summary: "Read duties".to_owned(),
            held: vec![(RoleId(uuid::Uuid::from_u128(1)), "own".to_owned())],
        };
        Self::new(&roles, vec![entry], true)
    }
}

/// Shows the catalogue, to everybody: whoever is recorded may know who can read it.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let (roles, entries) = grants::catalogue(&ask.site().db, ask.caller()).await?;
    let may_build = ask.caller().holds_for_all(permission::ROLE_DESIGN);
    ask.page(&CataloguePage::new(&roles, entries, may_build))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::CataloguePage>();
    }
}
