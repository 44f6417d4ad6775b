//! The table of the words for work, as the console edits it.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::policy::ManageKind;
use super::work::Kind;
use crate::authz::Granted;
use crate::db::schema::duty_kinds;
use crate::db::{DbError, Tx};
use crate::kernel::ids::DutyKindId;

type Row = (DutyKindId, Option<DutyKindId>, i16, String, String, Option<jiff_diesel::Timestamp>);

type Columns = (
    duty_kinds::id,
    duty_kinds::parent_id,
    duty_kinds::level,
    duty_kinds::code,
    duty_kinds::name,
    duty_kinds::retired_at,
);

const COLUMNS: Columns = (
    duty_kinds::id,
    duty_kinds::parent_id,
    duty_kinds::level,
    duty_kinds::code,
    duty_kinds::name,
    duty_kinds::retired_at,
);

fn to_kind((id, parent, level, code, name, retired_at): Row) -> Kind {
    Kind { id, parent, level, code, name, retired: retired_at.is_some() }
}

pub(super) fn kind(tx: &mut Tx<'_>, id: DutyKindId) -> Result<Option<Kind>, DbError> {
    let this = duty_kinds::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Row>(tx.conn()).optional()?.map(to_kind))
}

/// Directly below what the grant names, in their order, each with how many stand directly below it.
pub(super) fn below<'tx>(tx: &mut Tx<'tx>, parent: &Granted<'tx, ManageKind>) -> Result<Vec<(Kind, i64)>, DbError> {
    let organisation = tx.caller().organisation();
    let rows: Vec<Row> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(organisation))
        .filter(duty_kinds::parent_id.is_not_distinct_from(parent.scope()))
        .select(COLUMNS)
        .order((duty_kinds::position, duty_kinds::id))
        .load(tx.conn())?;
    let ids: Vec<Option<DutyKindId>> = rows.iter().map(|row| Some(row.0)).collect();
    let counts: Vec<(Option<DutyKindId>, i64)> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(organisation).and(duty_kinds::parent_id.eq_any(ids)))
        .group_by(duty_kinds::parent_id)
        .select((duty_kinds::parent_id, count_star()))
        .load(tx.conn())?;
    let counts: BTreeMap<Option<DutyKindId>, i64> = counts.into_iter().collect();
    let counted = |row: Row| {
        let kind = to_kind(row);
        let below = counts.get(&Some(kind.id)).copied().unwrap_or(0);
        (kind, below)
    };
    Ok(rows.into_iter().map(counted).collect())
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _parent: &Granted<'tx, ManageKind>,
    kind: &Kind,
    position: i32,
) -> Result<(), DbError> {
    diesel::insert_into(duty_kinds::table)
        .values((
            duty_kinds::organisation_id.eq(tx.caller().organisation()),
            duty_kinds::id.eq(kind.id),
            duty_kinds::parent_id.eq(kind.parent),
            duty_kinds::level.eq(kind.level),
            duty_kinds::code.eq(&kind.code),
            duty_kinds::name.eq(&kind.name),
            duty_kinds::position.eq(position),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn rename<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ManageKind>, name: &str) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::update(duty_kinds::table.find((tx.caller().organisation(), id)))
        .set(duty_kinds::name.eq(name))
        .execute(tx.conn())?;
    Ok(())
}

/// Numbers the kinds below what the grant names as they stand in `order`.
pub(super) fn order<'tx>(
    tx: &mut Tx<'tx>,
    _parent: &Granted<'tx, ManageKind>,
    order: &[DutyKindId],
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    for (id, position) in order.iter().zip(1_i32..) {
        diesel::update(duty_kinds::table.find((organisation, *id)))
            .set(duty_kinds::position.eq(position))
            .execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn retire<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageKind>,
    retired_at: Option<Timestamp>,
) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::update(duty_kinds::table.find((tx.caller().organisation(), id)))
        .set(duty_kinds::retired_at.eq(retired_at.map(ToDiesel::to_diesel)))
        .execute(tx.conn())?;
    Ok(())
}

/// Fails with the foreign key's violation when anything refers to it.
pub(super) fn delete<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ManageKind>) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::delete(duty_kinds::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}
