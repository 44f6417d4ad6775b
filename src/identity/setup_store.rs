//! What founding an organisation writes: the one-time link, the built-in roles, the first grants.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::roles::BUILT_IN;
use crate::db::schema::{role_grants, role_permissions, roles, setup_links, sign_in_directory};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleGrantId, RoleId, UnitId};

/// Writes the built-in roles of a new organisation and returns their ids by code.
pub(super) fn roles_found(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(&'static str, RoleId)>, DbError> {
    let organisation = tx.caller().organisation();
    let mut made = Vec::new();
    for role in BUILT_IN {
        let id = RoleId::new(now);
        diesel::insert_into(roles::table)
            .values((
                roles::organisation_id.eq(organisation),
                roles::id.eq(id),
                roles::code.eq(role.code),
                roles::name.eq(role.name),
                roles::summary.eq(role.summary),
                roles::built_in.eq(true),
            ))
            .execute(tx.conn())?;
        let permissions: Vec<_> = role
            .permissions
            .iter()
            .map(|(permission, scope)| {
                (
                    role_permissions::organisation_id.eq(organisation),
                    role_permissions::role_id.eq(id),
                    role_permissions::permission.eq(*permission),
                    role_permissions::scope.eq(scope.as_str()),
                )
            })
            .collect();
        diesel::insert_into(role_permissions::table).values(permissions).execute(tx.conn())?;
        made.push((role.code, id));
    }
    Ok(made)
}

pub(super) fn grant_insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    role: RoleId,
    unit: Option<UnitId>,
    now: Timestamp,
) -> Result<RoleGrantId, DbError> {
    let id = RoleGrantId::new(now);
    diesel::insert_into(role_grants::table)
        .values((
            role_grants::organisation_id.eq(tx.caller().organisation()),
            role_grants::id.eq(id),
            role_grants::person_id.eq(person),
            role_grants::role_id.eq(role),
            role_grants::unit_id.eq(unit),
            role_grants::granted_by.eq(tx.caller().person_id()),
            role_grants::granted_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

pub(super) fn setup_link_insert(
    tx: &mut Tx<'_>,
    digest: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(setup_links::table)
        .values((
            setup_links::token_hash.eq(digest.as_slice()),
            setup_links::created_at.eq(now.to_diesel()),
            setup_links::expires_at.eq(expires_at.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn setup_link_valid(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let live = setup_links::table
        .find(digest.as_slice())
        .filter(setup_links::used_at.is_null().and(setup_links::expires_at.gt(now.to_diesel())));
    Ok(select(exists(live)).get_result(tx.conn())?)
}

/// Marks the link as used; `false` when somebody was faster.
pub(super) fn setup_link_use(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<bool, DbError> {
    let live = setup_links::table
        .find(digest.as_slice())
        .filter(setup_links::used_at.is_null().and(setup_links::expires_at.gt(now.to_diesel())));
    let used = diesel::update(live).set(setup_links::used_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(used == 1)
}

/// Whether any organisation has been founded, as far as the sign-in directory knows.
pub(super) fn anybody_there(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    Ok(select(exists(sign_in_directory::table.select(sign_in_directory::organisation_id))).get_result(tx.conn())?)
}
