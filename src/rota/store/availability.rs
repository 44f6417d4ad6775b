//! On-call contracts, stretches off, and the cover of units.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::authz::Granted;
use crate::db::schema::{cover_needs as n, oncall_contracts as c, oncall_unavailable as u};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, UnavailableId, UnitId};
use crate::rota::cover_rules::Edits;
use crate::rota::model::{Contract, Need, Off, Reason, Ride};
use crate::rota::policy::{Assign, Configure, KeepOwn, ReadCover, ReadTeam};

type ContractRow = (PersonId, UnitId, i32, jiff_diesel::Date);

fn contract_of((person, unit, cover_minutes, from): ContractRow) -> Contract {
    Contract { person, unit, cover_minutes, from: from.to_jiff() }
}

/// Somebody's contract, as far as row-level security shows it.
pub(in crate::rota) fn contract(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Contract>, DbError> {
    let this = c::table.find((tx.caller().organisation(), person));
    let found: Option<ContractRow> =
        this.select((c::person_id, c::unit_id, c::cover_minutes, c::from_on)).first(tx.conn()).optional()?;
    Ok(found.map(contract_of))
}

/// Sets somebody's contract, in the place of the one before.
pub(in crate::rota) fn set_contract<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, Assign>,
    contract: &Contract,
    now: Timestamp,
) -> Result<(), DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let (unit, _member) = may.facts();
    let values = (
        c::cover_minutes.eq(contract.cover_minutes),
        c::from_on.eq(contract.from.to_diesel()),
        c::set_by.eq(by),
        c::changed_at.eq(now.to_diesel()),
    );
    diesel::insert_into(c::table)
        .values((
            c::organisation_id.eq(tx.caller().organisation()),
            c::person_id.eq(contract.person),
            c::unit_id.eq(unit),
            values,
        ))
        .on_conflict((c::organisation_id, c::person_id))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}

/// Takes somebody's contract away; `false` when there was none.
pub(in crate::rota) fn drop_contract<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Assign>,
    person: PersonId,
) -> Result<bool, DbError> {
    let this = c::table.find((tx.caller().organisation(), person));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

/// Stretches off of these people that touch the time between two instants, with whose they are.
pub(in crate::rota) fn off_between(
    tx: &mut Tx<'_>,
    persons: &[PersonId],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(PersonId, Off)>, DbError> {
    type Row = (PersonId, UnavailableId, jiff_diesel::Timestamp, jiff_diesel::Timestamp, String);
    let rows: Vec<Row> = u::table
        .filter(u::organisation_id.eq(tx.caller().organisation()).and(u::person_id.eq_any(persons)))
        .filter(u::starts_at.lt(to.to_diesel()).and(u::ends_at.gt(from.to_diesel())))
        .select((u::person_id, u::id, u::starts_at, u::ends_at, u::reason))
        .order((u::starts_at, u::id))
        .load(tx.conn())?;
    let off = |(person, id, starts_at, ends_at, reason): Row| {
        let reason = Reason::parse(&reason).unwrap_or(Reason::Personal);
        (person, Off { id, starts_at: starts_at.to_jiff(), ends_at: ends_at.to_jiff(), reason })
    };
    Ok(rows.into_iter().map(off).collect())
}

/// Writes what a change of one's own availability takes.
pub(in crate::rota) fn apply<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepOwn>,
    edits: &Edits,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    for id in &edits.remove {
        diesel::delete(u::table.find((organisation, *id))).execute(tx.conn())?;
    }
    for (id, end) in &edits.cut {
        let this = u::table.find((organisation, *id));
        diesel::update(this).set(u::ends_at.eq(end.to_diesel())).execute(tx.conn())?;
    }
    for (from, to, reason) in &edits.add {
        diesel::insert_into(u::table)
            .values((
                u::organisation_id.eq(organisation),
                u::id.eq(UnavailableId::new(now)),
                u::person_id.eq(may.scope()),
                u::unit_id.eq(may.facts().unit),
                u::starts_at.eq(from.to_diesel()),
                u::ends_at.eq(to.to_diesel()),
                u::reason.eq(reason.as_str()),
                u::created_at.eq(now.to_diesel()),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct RideRow {
    #[diesel(sql_type = BigInt)]
    rider: i64,
    #[diesel(sql_type = Bool)]
    is_off: bool,
    #[diesel(sql_type = Timestamptz)]
    starts_at: jiff_diesel::Timestamp,
    #[diesel(sql_type = Timestamptz)]
    ends_at: jiff_diesel::Timestamp,
}

fn ride(row: RideRow) -> Ride {
    Ride { rider: row.rider, off: row.is_off, starts_at: row.starts_at.to_jiff(), ends_at: row.ends_at.to_jiff() }
}

/// The riders of a unit between two instants, at most 15 days apart, without their names and reasons.
pub(in crate::rota) fn cover<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadCover>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Ride>, DbError> {
    let rows: Vec<RideRow> = diesel::sql_query("select * from app_cover($1, $2, $3)")
        .bind::<SqlUuid, _>(may.scope())
        .bind::<Timestamptz, _>(from.to_diesel())
        .bind::<Timestamptz, _>(to.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(ride).collect())
}

#[derive(QueryableByName)]
struct UnitRideRow {
    #[diesel(sql_type = SqlUuid)]
    unit: UnitId,
    #[diesel(embed)]
    ride: RideRow,
}

/// Units in which nobody gives cover are not asked about.
const COVER_OF_UNITS: &str = "
    select u.unit, c.*
      from (select distinct k.unit_id as unit from oncall_contracts k
             where k.organisation_id = $1 and k.unit_id = any ($2)) u
     cross join lateral app_cover(u.unit, $3, $4) c";

/// The same of several units at once, by unit: those that have any riders.
pub(in crate::rota) fn cover_of_units<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<UnitId, Vec<Ride>>, DbError> {
    let ids: Vec<Uuid> = units.iter().map(|unit| unit.0).collect();
    let rows: Vec<UnitRideRow> = diesel::sql_query(COVER_OF_UNITS)
        .bind::<SqlUuid, _>(tx.caller().organisation())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Timestamptz, _>(from.to_diesel())
        .bind::<Timestamptz, _>(to.to_diesel())
        .load(tx.conn())?;
    let mut by_unit: BTreeMap<UnitId, Vec<Ride>> = BTreeMap::new();
    for row in rows {
        by_unit.entry(row.unit).or_default().push(ride(row.ride));
    }
    Ok(by_unit)
}

/// What each unit needs of which somebody said so.
pub(in crate::rota) fn needs(tx: &mut Tx<'_>) -> Result<Vec<(UnitId, Need)>, DbError> {
    let rows: Vec<(UnitId, i32, i32)> = n::table
        .filter(n::organisation_id.eq(tx.caller().organisation()))
        .select((n::unit_id, n::full_riders, n::least_riders))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(unit, full, least)| (unit, Need { full, least })).collect())
}

/// Says what a unit needs.
pub(in crate::rota) fn set_need<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    unit: UnitId,
    need: Need,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (n::full_riders.eq(need.full), n::least_riders.eq(need.least), n::changed_at.eq(now.to_diesel()));
    diesel::insert_into(n::table)
        .values((n::organisation_id.eq(tx.caller().organisation()), n::unit_id.eq(unit), values))
        .on_conflict((n::organisation_id, n::unit_id))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}
