//! Requests for roles: what waits for a second person, and what became of the others.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::identity::IdentityError;
use crate::identity::approvals::{self, Request, RequestView, Requests, State};
use crate::kernel::ids::{GrantRequestId, PersonId, RoleId};
use crate::organisation::UnitTree;
use crate::views::{Crumb, PageContext, format};

/// Where the list is.
const LIST: &str = "/roles/requests";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    show: String,
}

#[derive(Debug, Serialize)]
struct Row {
    href: String,
    role: String,
    person: String,
    unit: Option<String>,
    from: Option<String>,
    until: Option<String>,
    reason: String,
    asked: String,
    state: &'static str,
    colour: &'static str,
    /// When it was decided and by whom, or until when it can be.
    detail: String,
    may_decide: bool,
    may_withdraw: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct RequestsPage {
    /// Only those that wait for the reader's decision.
    only: bool,
    rows: Vec<Row>,
}

impl RequestsPage {
    fn new(requests: Requests, only: bool) -> Self {
        let Requests { all, units } = requests;
        let shown = all.into_iter().filter(|view| view.may_decide || !only);
        Self { only, rows: shown.map(|view| row(view, &units)).collect() }
    }
}

fn row(view: RequestView, units: &UnitTree) -> Row {
    let somebody = |name: Option<String>| name.unwrap_or_else(|| "Somebody".to_owned());
    let request = view.request;
    let (state, colour) = match request.state {
        State::Waiting if view.late => ("Too late", "govuk-tag--grey"),
        State::Waiting => ("Waiting", "govuk-tag--yellow"),
        State::Approved => ("Approved", "govuk-tag--green"),
        State::Refused => ("Refused", "govuk-tag--red"),
        State::Withdrawn => ("Withdrawn", "govuk-tag--grey"),
    };
    let by = somebody(view.decided_by);
    let detail = match (request.state, request.decided_at) {
        (State::Waiting, _) if view.late => {
            format!("Nobody approved it until {}", format::long_time(request.expires_at))
        }
        (State::Waiting, _) => format!("Can be approved until {}", format::long_time(request.expires_at)),
        (_, Some(at)) => format!("{by}, {}", format::long_time(at)),
        (_, None) => by,
    };
    Row {
        href: format!("{LIST}/{}", request.id),
        role: view.role,
        person: somebody(view.person),
        unit: request.unit.map(|unit| units.path(unit)),
        from: request.starts_at.map(format::long_time),
        until: request.ends_at.map(format::long_time),
        reason: request.reason,
        asked: format!("{}, {}", somebody(view.requested_by), format::long_time(request.requested_at)),
        state,
        colour,
        detail,
        may_decide: view.may_decide,
        may_withdraw: view.may_withdraw,
    }
}

impl PageContext for RequestsPage {
    const TEMPLATE: &'static str = "people/role-requests";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Roles that wait for a second person".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Roles", "/roles")]
    }

    fn sample() -> Self {
        let view = |state, late, may| RequestView {
            request: Request {
                id: GrantRequestId::NIL,
                person: PersonId::NIL,
                role: RoleId::NIL,
                unit: None,
                starts_at: Some(jiff::Timestamp::UNIX_EPOCH),
                ends_at: Some(jiff::Timestamp::UNIX_EPOCH),
                reason: "Covers for HR in December.".to_owned(),
                requested_by: PersonId::NIL,
                requested_at: jiff::Timestamp::UNIX_EPOCH,
                expires_at: jiff::Timestamp::UNIX_EPOCH,
                state,
                decided_at: (state != State::Waiting).then_some(jiff::Timestamp::UNIX_EPOCH),
            },
            person: Some("Jo Marsh".to_owned()),
            requested_by: Some("Alex Archer".to_owned()),
            decided_by: None,
            role: "HR".to_owned(),
            late,
            may_decide: may,
            may_withdraw: may,
        };
        let all = vec![
            view(State::Waiting, false, true),
            view(State::Waiting, true, false),
            view(State::Approved, false, false),
            view(State::Refused, false, false),
            view(State::Withdrawn, false, false),
        ];
        Self::new(Requests { all, units: UnitTree::default() }, false)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { only: false, rows: vec![] }, Self { only: true, rows: vec![] }]
    }
}

/// Lists the requests that the caller may see.
pub(super) async fn list(ask: Ask, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let requests = approvals::list(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.page(&RequestsPage::new(requests, asked.show == "to-decide"))
}

/// Approves one: the role is given.
pub(super) async fn approve(
    ask: Ask,
    id: Path<GrantRequestId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let approved = approvals::approve(&ask.site().db, ask.caller(), *id, ask.clock().now()).await;
    if let Ok(person) = &approved {
        ask.site().sessions.forget_person(*person);
    }
    back(&ask, approved.map(drop), "Approved. The role counts from their next click.")
}

/// Refuses one.
pub(super) async fn refuse(
    ask: Ask,
    id: Path<GrantRequestId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let refused = approvals::refuse(&ask.site().db, ask.caller(), *id, ask.clock().now()).await;
    back(&ask, refused, "Refused.")
}

/// Takes one's own back.
pub(super) async fn withdraw(
    ask: Ask,
    id: Path<GrantRequestId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let withdrawn = approvals::withdraw(&ask.site().db, ask.caller(), *id, ask.clock().now()).await;
    back(&ask, withdrawn, "Request taken back.")
}

fn back(ask: &Ask, outcome: Result<(), IdentityError>, done: &str) -> Result<HttpResponse, Failure> {
    match outcome {
        Ok(()) => Ok(ask.redirect_with(LIST, FlashKind::Success, done)),
        Err(error @ (IdentityError::RequestOver | IdentityError::HasRole | IdentityError::Left)) => {
            Ok(ask.redirect_with(LIST, FlashKind::Notice, &error.advice()))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RequestsPage>();
    }
}
