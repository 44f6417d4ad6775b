//! The tables of roles and of who has them.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::grants::{CatalogueEntry, Fitting, GrantView, Role};
use super::policy::{GrantRole, ReadRoles, RevokeRole};
use crate::authz::Granted;
use crate::db::schema::{people, permissions, role_grants, role_permissions, roles};
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
    type Row = (RoleId, String, String, String, bool, bool, bool);
    let rows: Vec<Row> = roles::table
        .filter(roles::organisation_id.eq(organisation))
        .select((
            roles::id,
            roles::code,
            roles::name,
            roles::summary,
            for_unit,
            roles::built_in,
            roles::retired_at.is_not_null(),
        ))
        // The program's roles first, each kind by name; ids made in the same instant stand in no order.
        .order((roles::built_in.desc(), roles::name, roles::id))
        .load(tx.conn())?;
    let role = |(id, code, name, summary, for_unit, built_in, retired)| Role {
        id,
        code,
        name,
        summary,
        for_unit,
        built_in,
        retired,
    };
    Ok(rows.into_iter().map(role).collect())
}

pub(super) fn grants_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadRoles>) -> Result<Vec<GrantView>, DbError> {
    let organisation = tx.caller().organisation();
    type At = jiff_diesel::Timestamp;
    type Row = (RoleGrantId, String, Option<UnitId>, At, Option<At>, Option<At>, bool);
    let rows: Vec<Row> = role_grants::table
        .inner_join(roles::table.on(roles::organisation_id.eq(organisation).and(roles::id.eq(role_grants::role_id))))
        .filter(role_grants::organisation_id.eq(organisation).and(role_grants::person_id.eq(may.scope())))
        .select((
            role_grants::id,
            roles::name,
            role_grants::unit_id,
            role_grants::granted_at,
            role_grants::starts_at,
            role_grants::ends_at,
            role_grants::approved_by.is_not_null(),
        ))
        .order((roles::name, role_grants::id))
        .load(tx.conn())?;
    let view = |(id, role, unit, granted_at, starts_at, ends_at, approved): Row| GrantView {
        id,
        role,
        unit,
        granted_at: granted_at.to_jiff(),
        starts_at: starts_at.map(|at| at.to_jiff()),
        ends_at: ends_at.map(|at| at.to_jiff()),
        approved,
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
    what: &Fitting,
    now: Timestamp,
) -> Result<RoleGrantId, DbError> {
    let id = RoleGrantId::new(now);
    diesel::insert_into(role_grants::table)
        .values((
            role_grants::organisation_id.eq(tx.caller().organisation()),
            role_grants::id.eq(id),
            role_grants::person_id.eq(may.scope()),
            role_grants::role_id.eq(what.role.id),
            role_grants::unit_id.eq(what.wanted.unit),
            role_grants::starts_at.eq(what.wanted.starts_at.map(ToDiesel::to_diesel)),
            role_grants::ends_at.eq(what.wanted.ends_at.map(ToDiesel::to_diesel)),
            role_grants::granted_by.eq(tx.caller().person_id()),
            role_grants::granted_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

diesel::define_sql_function! {
    /// Whether giving a role to a person takes a second person's approval.
    fn app_takes_two(person: diesel::sql_types::Uuid, role: diesel::sql_types::Uuid) -> diesel::sql_types::Bool;
}

/// Whether giving that role to that person takes a second person's approval.
pub(super) fn takes_two(tx: &mut Tx<'_>, person: PersonId, role: RoleId) -> Result<bool, DbError> {
    Ok(diesel::select(app_takes_two(person.0, role.0)).get_result(tx.conn())?)
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
