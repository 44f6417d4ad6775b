//! The tables of the organisation.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::Service;
use super::kinds::Kind;
use crate::db::schema::{duty_kinds, organisations, units};
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

/// Writes a whole tree of kinds: types, their categories, their sub-categories, level by level.
pub(super) fn kinds_insert(tx: &mut Tx<'_>, types: Vec<&'static Kind>, now: Timestamp) -> Result<(), DbError> {
    type Row = (DutyKindId, Option<DutyKindId>, i16, &'static Kind, i32);
    let organisation = tx.caller().organisation();
    let mut parents: Vec<(Option<DutyKindId>, Vec<&'static Kind>)> = vec![(None, types)];
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
    rows: &[(DutyKindId, Option<DutyKindId>, i16, &'static Kind, i32)],
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
