//! Somebody's record.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::moves::MovePart;
use crate::authz::Caller;
use crate::authz::permission::{CONTACT_READ, DETAIL_APPROVE, FACTOR_RESET, SESSION_READ};
use crate::competence::model::Effect;
use crate::competence::service::{self as competences, Summary};
use crate::http::{Ask, Failure};
use crate::identity::moves;
use crate::identity::people::{self, Account, Allowed, Details, PersonView, Record};
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation::UnitTree;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct AccountPart {
    email: Option<String>,
    /// In words: "On", "Waiting for a password", "Switched off".
    state: Option<&'static str>,
    colour: Option<&'static str>,
    last_sign_in: String,
    link_until: Option<String>,
    may_open: bool,
    may_invite: bool,
}

#[derive(Debug, Serialize)]
struct RolePart {
    role: String,
    unit: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct PersonPage {
    href: String,
    name: String,
    number: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    unit: String,
    left: Option<String>,
    own: bool,
    may_edit: bool,
    may_link: bool,
    may_leave: bool,
    may_grant: bool,
    may_hr: bool,
    show_roles: bool,
    roles: Vec<RolePart>,
    account: Option<AccountPart>,
    competences: Option<CompetencePart>,
    /// What is planned, and whether the caller plans.
    moves: Vec<MovePart>,
    may_transfer: bool,
    may_leaving: bool,
    /// Whether the caller reads whom to call in an emergency.
    may_contact: bool,
    /// Where their leave and sickness stand.
    absences: Option<String>,
    /// Where they are assigned to a duty pattern.
    rota: Option<String>,
    /// Whether the caller may look at where they are signed in, and at their second factors.
    may_sessions: bool,
    may_factors: bool,
    #[serde(skip)]
    in_list: bool,
}

/// How they stand, for whoever reads their certificates.
#[derive(Debug, Clone, Serialize)]
struct CompetencePart {
    href: String,
    state: &'static str,
    colour: Option<&'static str>,
    lacking: Option<String>,
}

impl CompetencePart {
    fn new(summary: &Summary, person: PersonId, own: bool) -> Self {
        let (state, colour) = match summary.effect {
            Effect::None => ("Nothing that is needed is lacking", None),
            effect @ Effect::Restricted => (effect.title(), Some("govuk-tag--yellow")),
            effect @ Effect::OffTheRun => (effect.title(), Some("govuk-tag--red")),
        };
        Self {
            href: if own { "/competences".to_owned() } else { format!("/team/competences/{person}") },
            state,
            colour,
            lacking: (!summary.lacking.is_empty()).then(|| summary.lacking.join(", ")),
        }
    }
}

impl PersonPage {
    fn new(view: PersonView, in_list: bool) -> Self {
        let PersonView { record, units, account, roles, may } = view;
        let left = record.left_at.map(format::long_time);
        let role = |grant: crate::identity::grants::GrantView| RolePart {
            role: grant.role,
            unit: grant.unit.map(|unit| units.path(unit)),
        };
        let show_roles = roles.is_some();
        Self {
            href: format!("/people/{}", record.id),
            name: record.name(),
            unit: units.path(record.details.unit),
            account: may.account.then(|| account_part(account, may, left.is_none())),
            roles: roles.unwrap_or_default().into_iter().map(role).collect(),
            show_roles,
            number: record.details.employee_number,
            email: record.details.email,
            phone: record.details.phone,
            own: may.own,
            may_edit: may.edit,
            may_link: may.link,
            may_leave: may.leave,
            may_grant: may.grant,
            may_hr: may.hr,
            left,
            competences: None,
            moves: Vec::new(),
            may_transfer: false,
            may_leaving: false,
            may_contact: false,
            absences: None,
            rota: None,
            may_sessions: false,
            may_factors: false,
            in_list,
        }
    }

    /// With what the caller may see of how they sign in; one's own is on one's account page.
    fn for_caller(self, caller: &Caller) -> Self {
        let reads = |permission| !self.own && self.account.is_some() && caller.holds_for_all(permission);
        let (may_sessions, may_factors) = (reads(SESSION_READ), reads(FACTOR_RESET));
        Self { may_sessions, may_factors, ..self }
    }
}

fn account_part(account: Option<Account>, may: Allowed, working: bool) -> AccountPart {
    let (state, colour) = match &account {
        None => (None, None),
        Some(account) if account.disabled => (Some("Switched off"), Some("govuk-tag--grey")),
        Some(account) if !account.has_password => (Some("Waiting for a password"), Some("govuk-tag--yellow")),
        Some(_account) => (Some("On"), Some("govuk-tag--green")),
    };
    AccountPart {
        state,
        colour,
        last_sign_in: account
            .as_ref()
            .and_then(|account| account.last_sign_in_at)
            .map_or_else(|| "Never".to_owned(), format::long_time),
        link_until: account.as_ref().and_then(|account| account.link_until).map(format::long_time),
        may_open: account.is_none() && may.open && working,
        may_invite: may.invite && working && account.as_ref().is_none_or(|account| !account.has_password),
        email: account.map(|account| account.email),
    }
}

impl PageContext for PersonPage {
    const TEMPLATE: &'static str = "people/person";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        if self.in_list { vec![Crumb::new("People", "/people")] } else { vec![Crumb::new("Your account", "/account")] }
    }

    fn sample() -> Self {
        let account = Account {
            email: "jo.marsh@example.org".to_owned(),
            has_password: false,
            disabled: false,
            last_sign_in_at: Some(jiff::Timestamp::UNIX_EPOCH),
            link_until: Some(jiff::Timestamp::UNIX_EPOCH),
        };
        let grant = crate::identity::grants::GrantView {
            id: crate::kernel::ids::RoleGrantId::NIL,
            role: "Manager".to_owned(),
            unit: Some(UnitId::NIL),
            granted_at: jiff::Timestamp::UNIX_EPOCH,
            starts_at: None,
            ends_at: None,
            approved: false,
        };
        let may = Allowed {
            edit: true,
            account: true,
            open: true,
            link: true,
            invite: true,
            leave: true,
            grant: true,
            hr: true,
            own: false,
        };
        let view = PersonView {
            record: sample_record(),
            units: UnitTree::default(),
            account: Some(account),
            roles: Some(vec![grant]),
            may,
        };
        Self::new(view, true)
    }

    fn samples() -> Vec<Self> {
        let summary = Summary { effect: Effect::OffTheRun, lacking: vec!["Breathing apparatus".to_owned()] };
        let competences = Some(CompetencePart::new(&summary, PersonId::NIL, false));
        let planned = vec![MovePart::sample()];
        let looked_after = Self {
            may_sessions: true,
            may_factors: true,
            competences,
            moves: planned,
            may_transfer: true,
            may_leaving: true,
            may_contact: true,
            ..Self::sample()
        };
        let clear = Summary { effect: Effect::None, lacking: Vec::new() };
        let clear = Some(CompetencePart::new(&clear, PersonId::NIL, true));
        let view = |may, left: bool, roles| PersonView {
            record: Record { left_at: left.then_some(jiff::Timestamp::UNIX_EPOCH), ..sample_record() },
            units: UnitTree::default(),
            account: None,
            roles,
            may,
        };
        let own = Allowed { own: true, hr: true, account: true, ..Allowed::default() };
        let left = Allowed { leave: true, account: true, ..Allowed::default() };
        vec![
            Self::sample(),
            looked_after,
            Self { competences: clear, ..Self::sample() },
            Self::new(view(own, false, Some(vec![])), false),
            Self::new(view(left, true, Some(vec![])), true),
            Self::new(view(Allowed::default(), false, None), true),
        ]
    }
}

/// Shows somebody's record, as far as the caller may see it.
pub(super) async fn read(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let view = people::read(db, caller, *id, now).await?;
    let (own, unit) = (view.may.own, view.record.details.unit);
    let mut page = PersonPage::new(view, caller.holds(crate::authz::permission::PEOPLE_READ)).for_caller(caller);
    let standing = competences::summary(db, caller, *id, now).await?;
    let planned = moves::of_person(db, caller, *id).await?;
    page.moves = MovePart::all(&planned);
    (page.may_transfer, page.may_leaving) = (planned.may_transfer, planned.may_leaving);
    page.may_contact = own || caller.reaches(CONTACT_READ, *id, unit) || caller.holds_for_all(DETAIL_APPROVE);
    page.competences = standing.map(|summary| CompetencePart::new(&summary, *id, own));
    let reaches = |permission: &str| caller.reaches(permission, *id, unit);
    page.absences = reaches(crate::authz::permission::ABSENCE_READ).then(|| format!("/team/absences/{}", *id));
    page.rota = reaches(crate::authz::permission::ROTA_ASSIGN).then(|| format!("/rota/people/{}", *id));
    ask.page(&page)
}

pub(super) fn sample_record() -> Record {
    Record {
        id: PersonId::NIL,
        details: Details {
            given_name: "Jo".to_owned(),
            family_name: "Marsh".to_owned(),
            employee_number: Some("40217".to_owned()),
            email: Some("jo.marsh@example.org".to_owned()),
            phone: Some("01632 960001".to_owned()),
            unit: UnitId::NIL,
        },
        left_at: None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PersonPage>();
    }
}
