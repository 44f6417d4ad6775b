//! The table `approval_delegations`, and what the database says of who stands in for whom.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::delegations::{Candidate, Delegation, NewDelegation};
use super::model::StandIn;
use super::policy::{Delegate, EndDelegation};
use crate::authz::Granted;
use crate::db::schema::approval_delegations;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DelegationId, PersonId, UnitId};

#[derive(QueryableByName)]
struct StandInRow {
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = SqlUuid)]
    delegation_id: DelegationId,
    #[diesel(sql_type = SqlUuid)]
    delegator: PersonId,
}

/// The units for which the caller stands in for somebody today: facts for permissions.
pub(super) fn stands_in(tx: &mut Tx<'_>) -> Result<Vec<StandIn>, DbError> {
    let rows: Vec<StandInRow> =
        diesel::sql_query("select unit_id, delegation_id, delegator from app_delegated_units()").load(tx.conn())?;
    let stand_in = |row: StandInRow| StandIn { unit: row.unit_id, delegation: row.delegation_id, away: row.delegator };
    Ok(rows.into_iter().map(stand_in).collect())
}

type Loaded = (
    DelegationId,
    PersonId,
    PersonId,
    jiff_diesel::Date,
    jiff_diesel::Date,
    Option<String>,
    Option<jiff_diesel::Timestamp>,
);

fn of((id, away, delegate, from, to, reason, ended_at): Loaded) -> Delegation {
    Delegation {
        id,
        away,
        delegate,
        from: from.to_jiff(),
        to: to.to_jiff(),
        reason,
        ended_at: ended_at.map(jiff_diesel::Timestamp::to_jiff),
    }
}

/// A delegation that the caller made or that names them: facts for a permission.
pub(super) fn delegation(tx: &mut Tx<'_>, id: DelegationId) -> Result<Option<Delegation>, DbError> {
    use approval_delegations as d;
    let found: Option<Loaded> = d::table
        .find((tx.caller().organisation(), id))
        .select((d::id, d::person_id, d::delegate_id, d::from_day, d::to_day, d::reason, d::ended_at))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(of))
}

/// The delegations that the caller made or that name them, the last to end first.
pub(super) fn delegations(tx: &mut Tx<'_>) -> Result<Vec<Delegation>, DbError> {
    use approval_delegations as d;
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let rows: Vec<Loaded> = d::table
        .filter(d::organisation_id.eq(tx.caller().organisation()))
        .filter(d::person_id.eq(me).or(d::delegate_id.eq(me)))
        .select((d::id, d::person_id, d::delegate_id, d::from_day, d::to_day, d::reason, d::ended_at))
        .order((d::to_day.desc(), d::id.desc()))
        .limit(50)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

/// Writes a new one.
pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Delegate>,
    id: DelegationId,
    new: &NewDelegation,
    now: Timestamp,
) -> Result<(), DbError> {
    use approval_delegations as d;
    diesel::insert_into(d::table)
        .values((
            d::organisation_id.eq(tx.caller().organisation()),
            d::id.eq(id),
            d::person_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)),
            d::delegate_id.eq(new.delegate),
            d::from_day.eq(new.from.to_diesel()),
            d::to_day.eq(new.to.to_diesel()),
            d::reason.eq(new.reason.as_deref()),
            d::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends one before its time; `false` when it has ended.
pub(super) fn end<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, EndDelegation>, now: Timestamp) -> Result<bool, DbError> {
    use approval_delegations as d;
    let this = d::table.find((tx.caller().organisation(), may.scope())).filter(d::ended_at.is_null());
    Ok(diesel::update(this).set(d::ended_at.eq(now.to_diesel())).execute(tx.conn())? == 1)
}

#[derive(QueryableByName)]
struct CandidateRow {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    employee_number: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
}

/// People of that name or number whom the caller may name: 21 at most.
pub(super) fn candidates<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Delegate>,
    wanted: &str,
) -> Result<Vec<Candidate>, DbError> {
    let rows: Vec<CandidateRow> = diesel::sql_query("select id, name, employee_number, unit_id from app_stand_ins($1)")
        .bind::<Text, _>(wanted)
        .load(tx.conn())?;
    let candidate = |row: CandidateRow| Candidate {
        person: row.id,
        name: row.name,
        number: row.employee_number,
        unit: row.unit_id,
    };
    Ok(rows.into_iter().map(candidate).collect())
}

#[derive(QueryableByName)]
struct MayRow {
    #[diesel(sql_type = Bool)]
    may: bool,
}

/// Whether the caller may name this person.
pub(super) fn may_be_named<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Delegate>,
    person: PersonId,
) -> Result<bool, DbError> {
    let row: MayRow =
        diesel::sql_query("select app_may_stand_in($1) as may").bind::<SqlUuid, _>(person).get_result(tx.conn())?;
    Ok(row.may)
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names of those with whom the caller shares a delegation.
pub(super) fn names(tx: &mut Tx<'_>) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<NameRow> = diesel::sql_query("select id, name from app_delegation_names()").load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
