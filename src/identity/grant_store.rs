//! The tables of roles and of who has them.

use diesel::prelude::*;
use jiff::Timestamp;

use super::grants::{CatalogueEntry, GrantView, Role};
use super::policy::{GrantRole, ReadRoles, RevokeRole};
use crate::authz::{Granted, permission};
use crate::db::schema::{accounts, people, permissions, role_grants, role_permissions, roles};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleGrantId, RoleId, UnitId};

pub(super) fn roles(tx: &mut Tx<'_>) -> Result<Vec<Role>, DbError> {
    use diesel::dsl::exists;
    let organisation = tx.caller().organisation();
    let for_unit = exists(
        role_permissions::table
            .filter(role_permissions::organisation_id.eq(organisation))
            .filter(role_permissions::role_id.eq(roles::id).and(role_permissions::scope.eq_any(["unit", "below"]))),
    );
    let rows: Vec<(RoleId, String, String, String, bool)> = roles::table
        .filter(roles::organisation_id.eq(organisation))
        .select((roles::id, roles::code, roles::name, roles::summary, for_unit))
        // Ids that were made in the same instant, as those of the built-in roles, stand in no order.
        .order((roles::name, roles::id))
        .load(tx.conn())?;
    let role = |(id, code, name, summary, for_unit)| Role { id, code, name, summary, for_unit };
    Ok(rows.into_iter().map(role).collect())
}

pub(super) fn grants_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadRoles>) -> Result<Vec<GrantView>, DbError> {
    let organisation = tx.caller().organisation();
    let rows: Vec<(RoleGrantId, String, Option<UnitId>, jiff_diesel::Timestamp)> = role_grants::table
        .inner_join(roles::table.on(roles::organisation_id.eq(organisation).and(roles::id.eq(role_grants::role_id))))
        .filter(role_grants::organisation_id.eq(organisation).and(role_grants::person_id.eq(may.scope())))
        .select((role_grants::id, roles::name, role_grants::unit_id, role_grants::granted_at))
        .order((roles::name, role_grants::id))
        .load(tx.conn())?;
    let view = |(id, role, unit, granted_at): (_, _, _, jiff_diesel::Timestamp)| GrantView {
        id,
        role,
        unit,
        granted_at: granted_at.to_jiff(),
    };
    Ok(rows.into_iter().map(view).collect())
}

pub(super) fn name_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadRoles>) -> Result<String, DbError> {
    let this = people::table.find((tx.caller().organisation(), may.scope()));
    let (given, family): (String, String) = this.select((people::given_name, people::family_name)).first(tx.conn())?;
    Ok(format!("{given} {family}"))
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, GrantRole>,
    role: RoleId,
    unit: Option<UnitId>,
    now: Timestamp,
) -> Result<(), DbError> {
    super::store::grant_insert(tx, may.scope(), role, unit, now).map(drop)
}

/// Removes a grant of the person that the proof names; its role's code and its unit, or `None` if there is none.
pub(super) fn delete<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RevokeRole>,
    grant: RoleGrantId,
) -> Result<Option<(String, Option<UnitId>)>, DbError> {
    let organisation = tx.caller().organisation();
    let this = role_grants::table.find((organisation, grant)).filter(role_grants::person_id.eq(may.scope()));
    let gone: Option<(RoleId, Option<UnitId>)> = diesel::delete(this)
        .returning((role_grants::role_id, role_grants::unit_id))
        .get_result(tx.conn())
        .optional()?;
    let Some((role, unit)) = gone else { return Ok(None) };
    let code = roles::table.find((organisation, role)).select(roles::code).first(tx.conn())?;
    Ok(Some((code, unit)))
}

pub(super) fn catalogue(tx: &mut Tx<'_>) -> Result<Vec<CatalogueEntry>, DbError> {
    let organisation = tx.caller().organisation();
    let held: Vec<(RoleId, String, String)> = role_permissions::table
        .filter(role_permissions::organisation_id.eq(organisation))
        .select((role_permissions::role_id, role_permissions::permission, role_permissions::scope))
        .order((role_permissions::permission, role_permissions::role_id))
        .load(tx.conn())?;
    let all: Vec<(String, String, String)> = permissions::table
        .select((permissions::area, permissions::code, permissions::summary))
        .order((permissions::area, permissions::code))
        .load(tx.conn())?;
    let entry = |(area, code, summary): (String, String, String)| {
        let held = held.iter().filter(|(_role, permission, _scope)| *permission == code);
        let held = held.map(|(role, _permission, scope)| (*role, scope.clone())).collect();
        CatalogueEntry { area, code, summary, held }
    };
    Ok(all.into_iter().map(entry).collect())
}

pub(super) fn lock(tx: &mut Tx<'_>) -> Result<(), DbError> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended('administrators ' || $1, 0))")
        .bind::<diesel::sql_types::Text, _>(tx.caller().organisation().to_string())
        .execute(tx.conn())?;
    Ok(())
}

/// People who can sign in and hold the right to give roles in the whole organisation.
pub(super) fn administrators(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, DbError> {
    let organisation = tx.caller().organisation();
    Ok(role_grants::table
        .inner_join(role_permissions::table.on(
            role_permissions::organisation_id.eq(organisation).and(role_permissions::role_id.eq(role_grants::role_id)),
        ))
        .inner_join(
            people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(role_grants::person_id))),
        )
        .inner_join(
            accounts::table
                .on(accounts::organisation_id.eq(organisation).and(accounts::person_id.eq(role_grants::person_id))),
        )
        .filter(role_grants::organisation_id.eq(organisation))
        .filter(role_permissions::permission.eq(permission::ROLE_GRANT))
        .filter(role_permissions::scope.eq("organisation"))
        .filter(people::left_at.is_null().and(accounts::disabled_at.is_null()))
        .filter(accounts::password_hash.is_not_null())
        .select(role_grants::person_id)
        .distinct()
        .load(tx.conn())?)
}
