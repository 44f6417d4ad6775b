//! The tables of roles and what they may do, as those write them who build roles.

use diesel::dsl::{count, exists};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::policy::{BuildRole, ChangeRole, RoleFacts};
use super::role_design::Draft;
use crate::authz::{Granted, Scope};
use crate::db::schema::{role_grants, role_permissions, roles};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleId};

pub(super) fn facts(tx: &mut Tx<'_>, id: RoleId) -> Result<Option<RoleFacts>, DbError> {
    let organisation = tx.caller().organisation();
    let mine = role_grants::table
        .filter(role_grants::organisation_id.eq(organisation).and(role_grants::role_id.eq(id)))
        .filter(role_grants::person_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .filter(role_grants::ends_at.is_null().or(role_grants::ends_at.assume_not_null().gt(diesel::dsl::now)));
    let found: Option<(bool, bool, bool)> = roles::table
        .find((organisation, id))
        .select((roles::built_in, roles::retired_at.is_not_null(), exists(mine)))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(built_in, retired, own)| RoleFacts { built_in, retired, own }))
}

/// What a role may do: the same for everybody of the organisation.
pub(super) fn permissions(tx: &mut Tx<'_>, id: RoleId) -> Result<Vec<(String, Scope)>, DbError> {
    let rows: Vec<(String, String)> = role_permissions::table
        .filter(role_permissions::organisation_id.eq(tx.caller().organisation()))
        .filter(role_permissions::role_id.eq(id))
        .select((role_permissions::permission, role_permissions::scope))
        .order((role_permissions::permission, role_permissions::scope))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|(code, scope)| Some((code, Scope::parse(&scope)?))).collect())
}

/// How many people have the role or will have it, as far as the caller sees.
pub(super) fn holders(tx: &mut Tx<'_>, id: RoleId) -> Result<i64, DbError> {
    Ok(role_grants::table
        .filter(role_grants::organisation_id.eq(tx.caller().organisation()).and(role_grants::role_id.eq(id)))
        .filter(role_grants::ends_at.is_null().or(role_grants::ends_at.assume_not_null().gt(diesel::dsl::now)))
        .select(count(role_grants::person_id).aggregate_distinct())
        .first(tx.conn())?)
}

pub(super) fn code_taken(tx: &mut Tx<'_>, code: &str) -> Result<bool, DbError> {
    let same = roles::table.filter(roles::organisation_id.eq(tx.caller().organisation()).and(roles::code.eq(code)));
    Ok(diesel::select(exists(same)).get_result(tx.conn())?)
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, BuildRole>,
    id: RoleId,
    code: &str,
    draft: &Draft,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(roles::table)
        .values((
            roles::organisation_id.eq(tx.caller().organisation()),
            roles::id.eq(id),
            roles::code.eq(code),
            roles::name.eq(&draft.name),
            roles::summary.eq(&draft.summary),
            roles::built_in.eq(false),
            roles::created_by.eq(tx.caller().person_id()),
            roles::created_at.eq(Some(now.to_diesel())),
        ))
        .execute(tx.conn())?;
    give(tx, id, draft.permissions.iter())
}

fn give<'a>(
    tx: &mut Tx<'_>,
    id: RoleId,
    permissions: impl Iterator<Item = (&'a String, &'a Scope)>,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let rows: Vec<_> = permissions
        .map(|(code, scope)| {
            (
                role_permissions::organisation_id.eq(organisation),
                role_permissions::role_id.eq(id),
                role_permissions::permission.eq(code),
                role_permissions::scope.eq(scope.as_str()),
            )
        })
        .collect();
    diesel::insert_into(role_permissions::table).values(rows).execute(tx.conn())?;
    Ok(())
}

/// Writes what is different: permissions that stay are not touched.
pub(super) fn update<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ChangeRole>,
    (was, draft): (&Draft, &Draft),
) -> Result<(), DbError> {
    let (organisation, id) = (tx.caller().organisation(), may.scope());
    diesel::update(roles::table.find((organisation, id)))
        .set((roles::name.eq(&draft.name), roles::summary.eq(&draft.summary)))
        .execute(tx.conn())?;
    for (code, scope) in was.permissions.iter().filter(|(code, scope)| draft.permissions.get(*code) != Some(*scope)) {
        diesel::delete(role_permissions::table.find((organisation, id, code, scope.as_str()))).execute(tx.conn())?;
    }
    give(tx, id, draft.permissions.iter().filter(|(code, scope)| was.permissions.get(*code) != Some(*scope)))
}

pub(super) fn retire<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ChangeRole>, now: Timestamp) -> Result<(), DbError> {
    diesel::update(roles::table.find((tx.caller().organisation(), may.scope())))
        .set(roles::retired_at.eq(Some(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}
