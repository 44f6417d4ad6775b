//! The table of requests for roles.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::approvals::{Request, RequestView, State};
use super::grants::Fitting;
use super::policy::{DecideRequest, ReadRequests, RequestRole, WithdrawRequest};
use crate::authz::{Granted, Permission};
use crate::db::schema::{grant_requests, people, role_grants, roles};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{GrantRequestId, PersonId, RoleGrantId, RoleId, UnitId};

/// Requests on the page, decided ones among them.
const MOST: i64 = 200;

type Columns = (
    (grant_requests::id, grant_requests::person_id, grant_requests::role_id, grant_requests::unit_id),
    (grant_requests::starts_at, grant_requests::ends_at, grant_requests::reason, grant_requests::requested_by),
    (grant_requests::requested_at, grant_requests::expires_at, grant_requests::state, grant_requests::decided_at),
);

const COLUMNS: Columns = (
    (grant_requests::id, grant_requests::person_id, grant_requests::role_id, grant_requests::unit_id),
    (grant_requests::starts_at, grant_requests::ends_at, grant_requests::reason, grant_requests::requested_by),
    (grant_requests::requested_at, grant_requests::expires_at, grant_requests::state, grant_requests::decided_at),
);

type At = jiff_diesel::Timestamp;
type Loaded = (
    (GrantRequestId, PersonId, RoleId, Option<UnitId>),
    (Option<At>, Option<At>, String, PersonId),
    (At, At, String, Option<At>),
);

fn request(loaded: Loaded) -> Request {
    let (
        (id, person, role, unit),
        (starts_at, ends_at, reason, requested_by),
        (requested_at, expires_at, state, decided_at),
    ) = loaded;
    Request {
        id,
        person,
        role,
        unit,
        starts_at: starts_at.map(|at| at.to_jiff()),
        ends_at: ends_at.map(|at| at.to_jiff()),
        reason,
        requested_by,
        requested_at: requested_at.to_jiff(),
        expires_at: expires_at.to_jiff(),
        state: State::parse(&state),
        decided_at: decided_at.map(|at| at.to_jiff()),
    }
}

/// The request, if the caller's row-level policies show it.
pub(super) fn facts(tx: &mut Tx<'_>, id: GrantRequestId) -> Result<Option<Request>, DbError> {
    let this = grant_requests::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(request))
}

/// Whether somebody asked for that role for that person, and it can still be approved.
pub(super) fn waiting_for(tx: &mut Tx<'_>, person: PersonId, role: RoleId, now: Timestamp) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let waiting = grant_requests::table
        .filter(grant_requests::organisation_id.eq(tx.caller().organisation()))
        .filter(grant_requests::person_id.eq(person).and(grant_requests::role_id.eq(role)))
        .filter(grant_requests::state.eq(State::Waiting.as_str()))
        .filter(grant_requests::expires_at.ge(now.to_diesel()));
    Ok(select(exists(waiting)).get_result(tx.conn())?)
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RequestRole>,
    id: GrantRequestId,
    what: &Fitting,
    reason: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(grant_requests::table)
        .values((
            grant_requests::organisation_id.eq(tx.caller().organisation()),
            grant_requests::id.eq(id),
            grant_requests::person_id.eq(may.scope()),
            grant_requests::role_id.eq(what.role.id),
            grant_requests::unit_id.eq(what.wanted.unit),
            grant_requests::starts_at.eq(what.wanted.starts_at.map(ToDiesel::to_diesel)),
            grant_requests::ends_at.eq(what.wanted.ends_at.map(ToDiesel::to_diesel)),
            grant_requests::reason.eq(reason),
            grant_requests::requested_by.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)),
            grant_requests::requested_at.eq(now.to_diesel()),
            grant_requests::expires_at.eq(expires_at.to_diesel()),
            grant_requests::state.eq(State::Waiting.as_str()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The requests that the caller's row-level policies show: those that wait first, then the newest.
pub(super) fn list<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, ReadRequests>) -> Result<Vec<RequestView>, DbError> {
    let organisation = tx.caller().organisation();
    let (person, asker, decider) = diesel::alias!(people as person, people as asker, people as decider);
    type Name = Option<(String, String)>;
    let rows: Vec<(Loaded, String, Name, Name, Name)> = grant_requests::table
        .inner_join(roles::table.on(roles::organisation_id.eq(organisation).and(roles::id.eq(grant_requests::role_id))))
        .left_join(
            person.on(person
                .field(people::organisation_id)
                .eq(organisation)
                .and(person.field(people::id).eq(grant_requests::person_id))),
        )
        .left_join(
            asker.on(asker
                .field(people::organisation_id)
                .eq(organisation)
                .and(asker.field(people::id).eq(grant_requests::requested_by))),
        )
        .left_join(
            decider.on(decider
                .field(people::organisation_id)
                .eq(organisation)
                .and(decider.field(people::id).nullable().eq(grant_requests::decided_by))),
        )
        .filter(grant_requests::organisation_id.eq(organisation))
        .select((
            COLUMNS,
            roles::name,
            person.fields((people::given_name, people::family_name)).nullable(),
            asker.fields((people::given_name, people::family_name)).nullable(),
            decider.fields((people::given_name, people::family_name)).nullable(),
        ))
        .order((
            grant_requests::state.eq(State::Waiting.as_str()).desc(),
            grant_requests::requested_at.desc(),
            grant_requests::id.desc(),
        ))
        .limit(MOST)
        .load(tx.conn())?;
    let name = |name: Name| name.map(|(given, family)| format!("{given} {family}"));
    let view = |(loaded, role, person, asker, decider)| RequestView {
        request: request(loaded),
        person: name(person),
        requested_by: name(asker),
        decided_by: name(decider),
        role,
        late: false,
        may_decide: false,
        may_withdraw: false,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Whether the person has left, as far as the caller sees; a leaver's roles went with them.
pub(super) fn has_left<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, DecideRequest>) -> Result<bool, DbError> {
    let this = people::table.find((tx.caller().organisation(), may.facts().person));
    let left: Option<bool> = this.select(people::left_at.is_not_null()).first(tx.conn()).optional()?;
    Ok(left.unwrap_or(false))
}

/// `false` when somebody else decided meanwhile.
fn decided<P>(tx: &mut Tx<'_>, may: &Granted<'_, P>, state: State, now: Timestamp) -> Result<bool, DbError>
where
    P: Permission<Scope = GrantRequestId>,
{
    let rows = diesel::update(grant_requests::table.find((tx.caller().organisation(), may.scope())))
        .filter(grant_requests::state.eq(State::Waiting.as_str()))
        .set((
            grant_requests::state.eq(state.as_str()),
            grant_requests::decided_by.eq(tx.caller().person_id()),
            grant_requests::decided_at.eq(Some(now.to_diesel())),
        ))
        .execute(tx.conn())?;
    Ok(rows == 1)
}

pub(super) fn decide<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideRequest>,
    state: State,
    now: Timestamp,
) -> Result<bool, DbError> {
    decided(tx, may, state, now)
}

pub(super) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WithdrawRequest>,
    now: Timestamp,
) -> Result<bool, DbError> {
    decided(tx, may, State::Withdrawn, now)
}

/// Writes the grant of a request that was approved in this transaction.
pub(super) fn grant<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideRequest>,
    now: Timestamp,
) -> Result<RoleGrantId, DbError> {
    let (id, request) = (RoleGrantId::new(now), may.facts());
    diesel::insert_into(role_grants::table)
        .values((
            role_grants::organisation_id.eq(tx.caller().organisation()),
            role_grants::id.eq(id),
            role_grants::person_id.eq(request.person),
            role_grants::role_id.eq(request.role),
            role_grants::unit_id.eq(request.unit),
            role_grants::starts_at.eq(request.starts_at.map(ToDiesel::to_diesel)),
            role_grants::ends_at.eq(request.ends_at.map(ToDiesel::to_diesel)),
            role_grants::granted_by.eq(Some(request.requested_by)),
            role_grants::granted_at.eq(now.to_diesel()),
            role_grants::request_id.eq(Some(request.id)),
            role_grants::approved_by.eq(tx.caller().person_id()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}
