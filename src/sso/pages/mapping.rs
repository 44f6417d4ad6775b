//! Which groups give which roles, and what groups would come to.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::{Nothing, crumbs};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{RoleId, SsoRuleId, UnitId};
use crate::sso::SsoError;
use crate::sso::rules::{self, NewRule, Rules};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    group: String,
    role: String,
    unit: String,
    confirmed: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    groups: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    group: String,
    role: String,
    unit: Option<String>,
    seen: Option<String>,
    own: bool,
    remove: String,
}

#[derive(Debug, Serialize)]
struct Seen {
    group: String,
    people: String,
    mapped: bool,
}

#[derive(Debug, Serialize)]
struct Preview {
    groups: String,
    roles: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct RulesPage {
    rows: Vec<Row>,
    seen: Vec<Seen>,
    may_change: bool,
    group: Field,
    role: Field,
    unit: Field,
    confirmed: Field,
    ask: Field,
    preview: Option<Preview>,
    #[serde(skip)]
    errors: FormErrors,
}

fn named(rules: &Rules, role: RoleId, unit: Option<UnitId>) -> (String, Option<String>) {
    let role = rules.roles.iter().find(|known| known.id == role).map_or_else(String::new, |known| known.name.clone());
    (role, unit.map(|unit| rules.units.path(unit)))
}

impl RulesPage {
    fn new(
        rules: &Rules,
        me: Option<crate::kernel::ids::PersonId>,
        typed: &Typed,
        asked: &str,
        errors: FormErrors,
    ) -> Self {
        let row = |rule: &crate::sso::model::Rule| {
            let (role, unit) = named(rules, rule.role, rule.unit);
            Row {
                group: rule.group.clone(),
                role,
                unit,
                seen: rules.seen.get(&rule.group).map(|people| people_of(*people)),
                own: me == Some(rule.created_by),
                remove: format!("/signing-in/groups/{}/remove", rule.id),
            }
        };
        let seen = |(group, people): (&String, &usize)| Seen {
            group: group.clone(),
            people: people_of(*people),
            mapped: rules.rules.iter().any(|rule| rule.group == *group),
        };
        let preview = rules.preview.as_ref().map(|given| Preview {
            groups: asked.to_owned(),
            roles: given
                .iter()
                .map(|(role, unit)| match named(rules, *role, *unit) {
                    (role, None) => role,
                    (role, Some(unit)) => format!("{role}, for {unit}"),
                })
                .collect(),
        });
        let units =
            rules.units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), rules.units.path(unit.id)));
        let none = std::iter::once(Choice::new("", "None: not a role for a unit"));
        let roles = rules.roles.iter().map(|role| Choice::new(role.id.to_string(), &role.name).hint(&role.summary));
        Self {
            rows: rules.rules.iter().map(row).collect(),
            seen: rules.seen.iter().map(seen).take(200).collect(),
            may_change: rules.may_change,
            group: Field::new("group", "What does the provider call the group?")
                .hint("Exactly so, upper and lower case too. Microsoft Entra ID sends the group's object ID.")
                .value(&typed.group)
                .errors(&errors),
            role: Field::new("role", "Which role does it give?").choices(roles).choose([&typed.role]).errors(&errors),
            unit: Field::new("unit", "For which unit?")
                .choices(none.chain(units))
                .choose([&typed.unit])
                .errors(&errors),
            confirmed: Field::new("confirmed", "Roles that can give roles")
                .choices([Choice::new(
                    "1",
                    "Whoever decides who is in this group may decide who is an administrator here",
                )])
                .choose([&typed.confirmed])
                .errors(&errors),
            ask: Field::new("groups", "Groups, one to a line").id("ask").value(asked),
            preview,
            errors,
        }
    }
}

fn people_of(people: usize) -> String {
    format::count(i64::try_from(people).unwrap_or(i64::MAX), "person", "people")
}

impl PageContext for RulesPage {
    const TEMPLATE: &'static str = "sso/rules";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Which groups give which roles".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let rule = |group: &str| crate::sso::model::Rule {
            id: SsoRuleId::NIL,
            group: group.to_owned(),
            role: RoleId::NIL,
            unit: Some(UnitId::NIL),
            created_by: crate::kernel::ids::PersonId::NIL,
        };
        let role = crate::identity::grants::Role {
            id: RoleId::NIL,
            code: "manager".to_owned(),
            name: "Manager".to_owned(),
            summary: "Sees the people of a unit.".to_owned(),
            for_unit: true,
            built_in: true,
            retired: false,
        };
        let rules = Rules {
            rules: vec![rule("watch-commanders"), rule("3fa85f64-5717-4562-b3fc-2c963f66afa6")],
            roles: vec![role],
            seen: [("watch-commanders".to_owned(), 12), ("everybody".to_owned(), 212)].into(),
            may_change: true,
            preview: Some(vec![(RoleId::NIL, Some(UnitId::NIL)), (RoleId::NIL, None)]),
            ..Rules::default()
        };
        let mut errors = FormErrors::new();
        errors.add("group", "Enter the group.");
        errors.add("confirmed", "Confirm it.");
        Self::new(&rules, Some(crate::kernel::ids::PersonId::NIL), &Typed::default(), "watch-commanders", errors)
    }

    fn samples() -> Vec<Self> {
        let none = Rules { preview: Some(vec![]), ..Rules::default() };
        vec![Self::sample(), Self::new(&none, None, &Typed::default(), "nobody", FormErrors::new())]
    }
}

/// Shows the rules, and what the groups that are asked about would give.
pub(super) async fn list(ask: Ask, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let text: String = asked.groups.clone().unwrap_or_default().chars().take(4_000).collect();
    let groups = asked.groups.as_ref().map(|_asked| lines(&text));
    let rules = rules::read(&ask.site().db, ask.caller(), groups).await?;
    ask.page(&RulesPage::new(&rules, ask.caller().person_id(), &Typed::default(), &text, FormErrors::new()))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Makes a rule.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let group = typed.group.trim();
    match group.chars().count() {
        0 => errors.add("group", "Enter what the provider calls the group."),
        1..=300 => {}
        _ => errors.add("group", "Use at most 300 characters."),
    }
    match typed.role.parse::<RoleId>() {
        Err(_none) => errors.add("role", "Choose a role."),
        Ok(role) if errors.is_empty() => {
            let wanted = NewRule {
                group: group.to_owned(),
                role,
                unit: typed.unit.parse::<UnitId>().ok(),
                confirmed: typed.confirmed == "1",
            };
            match rules::add(&ask.site().db, ask.caller(), wanted, ask.clock().now()).await {
                Ok(()) => {
                    let text = "Rule added. It counts from each person's next sign-in.";
                    return Ok(ask.redirect_with("/signing-in/groups", FlashKind::Success, text));
                }
                Err(SsoError::UnitNeeded) => errors.add("unit", "Choose an open unit: this role is given for one."),
                Err(SsoError::HasRule) => errors.add("group", "There is such a rule already."),
                Err(SsoError::OwnerUnconfirmed) => errors.add(
                    "confirmed",
                    "This role can give roles. Confirm that the provider may decide who has it, or choose another role.",
                ),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(_role) => {}
    }
    let rules = rules::read(&ask.site().db, ask.caller(), None).await?;
    ask.page_again(&RulesPage::new(&rules, ask.caller().person_id(), &typed, "", errors))
}

/// Removes a rule.
pub(super) async fn remove(
    ask: Ask,
    id: Path<SsoRuleId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    rules::remove(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    let text = "Rule removed. What it gave goes at each person's next sign-in.";
    Ok(ask.redirect_with("/signing-in/groups", FlashKind::Success, text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RulesPage>();
    }
}
