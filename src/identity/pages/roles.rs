//! Somebody's roles.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{Nothing, optional};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::IdentityError;
use crate::identity::grants::{self, Given, GrantView, InForce, Role, RolesOf, Wanted};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, RoleGrantId, RoleId, UnitId};
use crate::organisation::UnitTree;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    role: String,
    unit: String,
    from: String,
    until: String,
    reason: String,
}

impl Typed {
    /// What is wanted of the role; days are those of the United Kingdom, the last one included.
    fn wanted(&self, errors: &mut FormErrors) -> Wanted {
        let mut day = |field: &str, text: &str| -> Option<Date> {
            let day = Some(text.trim()).filter(|text| !text.is_empty())?.parse().ok();
            let day = day.filter(|day: &Date| (2000..=2200).contains(&day.year()));
            if day.is_none() {
                errors.add(field, "Enter a real date, or leave it empty.");
            }
            day
        };
        let from = day("from", &self.from);
        let after_last = day("until", &self.until).and_then(|last| last.checked_add(1.day()).ok());
        Wanted {
            unit: self.unit.parse::<UnitId>().ok(),
            starts_at: from.map(civil::start_of_day),
            ends_at: after_last.map(civil::start_of_day),
            reason: optional(errors, "reason", &self.reason, 500),
        }
    }
}

#[derive(Debug, Serialize)]
struct Row {
    role: String,
    unit: Option<String>,
    since: String,
    /// Not yet, or no longer: in a word.
    state: Option<&'static str>,
    /// Between which days it counts.
    dates: Option<String>,
    approved: bool,
    revoke: String,
}

fn row(href: &str, grant: GrantView, units: &UnitTree, now: Timestamp) -> Row {
    let day = |at: Timestamp| format::short_date(civil::local(at).date());
    // The last moment is the first one of the day after.
    let last = |at: Timestamp| format::short_date(civil::local(at - SignedDuration::from_secs(1)).date());
    Row {
        revoke: format!("{href}/roles/{}/revoke", grant.id),
        state: match grant.in_force(now) {
            InForce::Now => None,
            InForce::Later => Some("Not yet"),
            InForce::Over => Some("Ended"),
        },
        dates: match (grant.starts_at, grant.ends_at) {
            (None, None) => None,
            (Some(from), None) => Some(format!("from {}", day(from))),
            (None, Some(until)) => Some(format!("until {}", last(until))),
            (Some(from), Some(until)) => Some(format!("{} to {}", day(from), last(until))),
        },
        unit: grant.unit.map(|unit| units.path(unit)),
        since: format::short_time(grant.granted_at),
        approved: grant.approved,
        role: grant.role,
    }
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
    from: Field,
    until: Field,
    reason: Field,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl RolesPage {
    fn new(id: PersonId, own: bool, of: RolesOf, typed: &Typed, now: Timestamp, errors: FormErrors) -> Self {
        let href = format!("/people/{id}");
        let units = &of.units;
        let role = |role: &Role| Choice::new(role.id.to_string(), &role.name).hint(&role.summary);
        let none = std::iter::once(Choice::new("", "None: not a role for a unit"));
        let choices = units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
        Self {
            rows: of.grants.into_iter().map(|grant| row(&href, grant, units, now)).collect(),
            may_grant: of.may_grant || of.may_request,
            may_revoke: of.may_revoke,
            own,
            role: Field::new("role", "Which role?")
                .choices(of.roles.iter().map(role))
                .choose([&typed.role])
                .errors(&errors),
            unit: Field::new("unit", "For which unit?")
                .hint("For a role that reaches a unit, such as Manager.")
                .choices(none.chain(choices))
                .choose([&typed.unit])
                .errors(&errors),
            from: Field::new("from", "From which day? (optional)")
                .hint("For acting-up or a secondment. Empty: at once.")
                .value(&typed.from)
                .errors(&errors),
            until: Field::new("until", "Last day (optional)")
                .hint("It ends by itself after this day. Empty: it stays until somebody takes it away.")
                .value(&typed.until)
                .errors(&errors),
            reason: Field::new("reason", "Why? (only when a second person has to approve it)")
                .hint("A role that would let somebody both read personal records and decide over others waits for a second person.")
                .value(&typed.reason)
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
        Self::new(PersonId::NIL, false, sample_roles(), &Typed::default(), Timestamp::UNIX_EPOCH, errors)
    }

    fn samples() -> Vec<Self> {
        let none =
            RolesOf { may_grant: false, may_revoke: false, may_request: false, grants: vec![], ..sample_roles() };
        let asks = RolesOf { may_grant: false, may_revoke: false, ..sample_roles() };
        let page = |of| Self::new(PersonId::NIL, true, of, &Typed::default(), Timestamp::UNIX_EPOCH, FormErrors::new());
        vec![Self::sample(), page(none), page(asks)]
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
        granted_at: Timestamp::UNIX_EPOCH,
        starts_at: Some(Timestamp::UNIX_EPOCH),
        ends_at: Some(Timestamp::UNIX_EPOCH),
        approved: true,
    };
    let role = Role {
        id: RoleId::NIL,
        code: "manager".to_owned(),
        name: "Manager".to_owned(),
        summary: "Sees the people of a unit.".to_owned(),
        for_unit: true,
        built_in: true,
        retired: false,
    };
    RolesOf {
        name: "Jo Marsh".to_owned(),
        grants: vec![grant],
        roles: vec![role],
        units: UnitTree::default(),
        may_grant: true,
        may_revoke: true,
        may_request: true,
    }
}

/// Shows somebody's roles, with the form to give one to those who may.
pub(super) async fn list(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let page = roles_page(&ask, *id, &Typed::default(), FormErrors::new()).await?;
    ask.page(&page)
}

/// Gives somebody a role, or asks for it when it takes a second person.
pub(super) async fn grant(ask: Ask, id: Path<PersonId>, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let wanted = typed.wanted(&mut errors);
    let role = typed.role.parse::<RoleId>().ok();
    if role.is_none() {
        errors.add("role", "Choose a role.");
    }
    if let Some(role) = role.filter(|_role| errors.is_empty()) {
        let site = ask.site();
        let limit = SignedDuration::try_from(site.config.access.approval()).unwrap_or(SignedDuration::from_hours(168));
        match grants::give(&site.db, ask.caller(), *id, role, wanted, limit, ask.clock().now()).await {
            Ok(given) => {
                site.sessions.forget_person(*id);
                return Ok(given_answer(&ask, *id, given));
            }
            Err(error @ (IdentityError::UnitNeeded | IdentityError::UnitClosed)) => {
                errors.add("unit", error.advice());
            }
            Err(error @ (IdentityError::HasRole | IdentityError::AskedAlready)) => errors.add("role", error.advice()),
            Err(error @ IdentityError::DatesWrong) => errors.add("until", error.advice()),
            Err(error @ IdentityError::ReasonNeeded) => errors.add("reason", error.advice()),
            Err(error) => return Err(error.into()),
        }
    }
    let page = roles_page(&ask, *id, &typed, errors).await?;
    ask.page_again(&page)
}

fn given_answer(ask: &Ask, id: PersonId, given: Given) -> HttpResponse {
    match given {
        Given::Now(_grant) => {
            let text = "Role given. It counts from their next click.";
            ask.redirect_with(&format!("/people/{id}/roles"), FlashKind::Success, text)
        }
        Given::Asked(_request) => {
            let text = "This takes a second person. It waits until somebody else approves it.";
            ask.redirect_with("/roles/requests", FlashKind::Notice, text)
        }
    }
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
    Ok(RolesPage::new(id, ask.caller().person_id() == Some(id), of, typed, ask.clock().now(), errors))
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
