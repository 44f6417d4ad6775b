//! The tables of the organisation.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::Service;
use super::kinds;
use super::policy::{Configure, ManageUnit};
use super::settings::Settings;
use super::units::{Naming, Unit, UnitKind};
use crate::authz::Granted;
use crate::db::schema::{duty_kinds, organisations, people, units};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyKindId, OrganisationId, UnitId};

pub(super) fn organisation_insert(
    tx: &mut Tx<'_>,
    name: &str,
    service: Service,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(organisations::table)
        .values((
            organisations::organisation_id.eq(tx.caller().organisation()),
            organisations::name.eq(name),
            organisations::service.eq(service.as_str()),
            organisations::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn top_unit_insert(tx: &mut Tx<'_>, name: &str, now: Timestamp) -> Result<UnitId, DbError> {
    let id = UnitId::new(now);
    let name: String = name.chars().take(120).collect();
    diesel::insert_into(units::table)
        .values((
            units::organisation_id.eq(tx.caller().organisation()),
            units::id.eq(id),
            units::kind.eq("service"),
            units::name.eq(name),
            units::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

pub(super) fn founding_unit_insert(
    tx: &mut Tx<'_>,
    parent: UnitId,
    kind: &str,
    name: &str,
    code: Option<&str>,
    now: Timestamp,
) -> Result<UnitId, DbError> {
    let id = UnitId::new(now);
    diesel::insert_into(units::table)
        .values((
            units::organisation_id.eq(tx.caller().organisation()),
            units::id.eq(id),
            units::parent_id.eq(parent),
            units::kind.eq(kind),
            units::name.eq(name),
            units::code.eq(code),
            units::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// Writes a whole tree of kinds: types, their categories, their sub-categories, level by level.
pub(super) fn kinds_insert(tx: &mut Tx<'_>, types: Vec<&'static kinds::Kind>, now: Timestamp) -> Result<(), DbError> {
    type Row = (DutyKindId, Option<DutyKindId>, i16, &'static kinds::Kind, i32);
    let organisation = tx.caller().organisation();
    let mut parents: Vec<(Option<DutyKindId>, Vec<&'static kinds::Kind>)> = vec![(None, types)];
    for level in 1_i16..=3 {
        let mut rows: Vec<Row> = Vec::new();
        let mut next = Vec::new();
        for (parent, kinds) in parents {
            for (kind, position) in kinds.into_iter().zip(1_i32..) {
                let id = DutyKindId::new(now);
                rows.push((id, parent, level, kind, position));
                next.push((Some(id), kind.below.iter().collect()));
            }
        }
        insert_level(tx, organisation, &rows)?;
        parents = next;
    }
    Ok(())
}

fn insert_level(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    rows: &[(DutyKindId, Option<DutyKindId>, i16, &'static kinds::Kind, i32)],
) -> Result<(), DbError> {
    let values: Vec<_> = rows
        .iter()
        .map(|(id, parent, level, kind, position)| {
            (
                duty_kinds::organisation_id.eq(organisation),
                duty_kinds::id.eq(*id),
                duty_kinds::parent_id.eq(*parent),
                duty_kinds::level.eq(*level),
                duty_kinds::code.eq(kind.code),
                duty_kinds::name.eq(kind.name),
                duty_kinds::position.eq(*position),
            )
        })
        .collect();
    diesel::insert_into(duty_kinds::table).values(values).execute(tx.conn())?;
    Ok(())
}

pub(super) fn settings(tx: &mut Tx<'_>) -> Result<Option<Settings>, DbError> {
    let found: Option<(String, Option<String>)> = organisations::table
        .find(tx.caller().organisation())
        .select((organisations::name, organisations::brand_colour))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(name, brand_colour)| Settings { name, brand_colour }))
}

pub(super) fn settings_update<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    wanted: &Settings,
) -> Result<(), DbError> {
    diesel::update(organisations::table.find(tx.caller().organisation()))
        .set((organisations::name.eq(&wanted.name), organisations::brand_colour.eq(&wanted.brand_colour)))
        .execute(tx.conn())?;
    Ok(())
}

type UnitRow = (UnitId, Option<UnitId>, String, String, Option<String>, Option<jiff_diesel::Timestamp>);

fn to_unit((id, parent, kind, name, code, closed_at): UnitRow) -> Unit {
    // The table's check allows no other word.
    let kind = UnitKind::parse(&kind).unwrap_or(UnitKind::Watch);
    Unit { id, parent, kind, name, code, closed: closed_at.is_some() }
}

type UnitColumns = (units::id, units::parent_id, units::kind, units::name, units::code, units::closed_at);

const UNIT: UnitColumns = (units::id, units::parent_id, units::kind, units::name, units::code, units::closed_at);

pub(super) fn units(tx: &mut Tx<'_>) -> Result<Vec<Unit>, DbError> {
    let organisation = tx.caller().organisation();
    let rows: Vec<UnitRow> =
        units::table.filter(units::organisation_id.eq(organisation)).select(UNIT).load(tx.conn())?;
    Ok(rows.into_iter().map(to_unit).collect())
}

pub(super) fn unit(tx: &mut Tx<'_>, id: UnitId) -> Result<Option<Unit>, DbError> {
    let this = units::table.find((tx.caller().organisation(), id)).select(UNIT);
    Ok(this.first::<UnitRow>(tx.conn()).optional()?.map(to_unit))
}

/// Below the unit that the grant names.
pub(super) fn unit_insert<'tx>(
    tx: &mut Tx<'tx>,
    parent: &Granted<'tx, ManageUnit>,
    id: UnitId,
    naming: &Naming,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(units::table)
        .values((
            units::organisation_id.eq(tx.caller().organisation()),
            units::id.eq(id),
            units::parent_id.eq(parent.scope()),
            units::kind.eq(naming.kind.as_str()),
            units::name.eq(&naming.name),
            units::code.eq(&naming.code),
            units::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn unit_rename<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageUnit>,
    naming: &Naming,
) -> Result<(), DbError> {
    diesel::update(units::table.find((tx.caller().organisation(), may.scope())))
        .set((units::kind.eq(naming.kind.as_str()), units::name.eq(&naming.name), units::code.eq(&naming.code)))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn unit_move<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ManageUnit>, parent: UnitId) -> Result<(), DbError> {
    diesel::update(units::table.find((tx.caller().organisation(), may.scope())))
        .set(units::parent_id.eq(parent))
        .execute(tx.conn())?;
    Ok(())
}

/// Open units directly below it, and people whose home it is.
pub(super) fn unit_contents<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ManageUnit>) -> Result<(i64, i64), DbError> {
    let organisation = tx.caller().organisation();
    let below = units::table
        .filter(units::organisation_id.eq(organisation).and(units::parent_id.eq(may.scope())))
        .filter(units::closed_at.is_null())
        .count()
        .get_result(tx.conn())?;
    let at_home = people::table
        .filter(people::organisation_id.eq(organisation).and(people::unit_id.eq(may.scope())))
        .filter(people::left_at.is_null())
        .count()
        .get_result(tx.conn())?;
    Ok((below, at_home))
}

pub(super) fn unit_close<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageUnit>,
    closed_at: Option<Timestamp>,
) -> Result<(), DbError> {
    diesel::update(units::table.find((tx.caller().organisation(), may.scope())))
        .set(units::closed_at.eq(closed_at.map(ToDiesel::to_diesel)))
        .execute(tx.conn())?;
    Ok(())
}
