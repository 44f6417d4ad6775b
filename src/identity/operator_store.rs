//! What the machine's operator reads of accounts.

use diesel::prelude::*;

use super::policy::ListPeople;
use crate::authz::Granted;
use crate::db::schema::{accounts, organisations, people, role_grants, roles, sign_in_directory, sign_in_throttle};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

/// Organisations in which somebody has an account.
pub(super) fn organisations(tx: &mut Tx<'_>) -> Result<Vec<OrganisationId>, DbError> {
    Ok(sign_in_directory::table
        .select(sign_in_directory::organisation_id)
        .distinct()
        .order(sign_in_directory::organisation_id)
        .load(tx.conn())?)
}

pub(super) fn organisation_name(tx: &mut Tx<'_>) -> Result<String, DbError> {
    Ok(organisations::table.find(tx.caller().organisation()).select(organisations::name).first(tx.conn())?)
}

/// Whose account it is, switched on or off.
pub(super) fn account_of(tx: &mut Tx<'_>, email: &str) -> Result<Option<PersonId>, DbError> {
    let organisation = tx.caller().organisation();
    let this = accounts::table.filter(accounts::organisation_id.eq(organisation).and(accounts::email.eq(email)));
    Ok(this.select(accounts::person_id).first(tx.conn()).optional()?)
}

#[derive(Queryable)]
pub(super) struct AccountRow {
    pub(super) person: PersonId,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) unit: UnitId,
    pub(super) email: String,
    pub(super) has_password: bool,
    pub(super) disabled_at: Option<jiff_diesel::Timestamp>,
    pub(super) last_sign_in_at: Option<jiff_diesel::Timestamp>,
}

/// At most `limit` accounts with addresses after `after`, by address.
pub(super) fn accounts<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListPeople>,
    after: &str,
    limit: i64,
) -> Result<Vec<AccountRow>, DbError> {
    let organisation = tx.caller().organisation();
    Ok(accounts::table
        .inner_join(people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(accounts::person_id))))
        .filter(accounts::organisation_id.eq(organisation).and(accounts::email.gt(after)))
        .select((
            accounts::person_id,
            people::given_name,
            people::family_name,
            people::unit_id,
            accounts::email,
            accounts::password_hash.is_not_null(),
            accounts::disabled_at,
            accounts::last_sign_in_at,
        ))
        .order(accounts::email)
        .limit(limit)
        .load(tx.conn())?)
}

/// Person, code and unit of each role that one of these people has.
pub(super) fn roles_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListPeople>,
    people: &[PersonId],
) -> Result<Vec<(PersonId, String, Option<UnitId>)>, DbError> {
    let organisation = tx.caller().organisation();
    Ok(role_grants::table
        .inner_join(roles::table.on(roles::organisation_id.eq(organisation).and(roles::id.eq(role_grants::role_id))))
        .filter(role_grants::organisation_id.eq(organisation).and(role_grants::person_id.eq_any(people)))
        .select((role_grants::person_id, roles::code, role_grants::unit_id))
        .order((roles::name, role_grants::id))
        .load(tx.conn())?)
}

/// Key, failures and the window's beginning of those of these counters that there are.
pub(super) fn counted(
    tx: &mut Tx<'_>,
    keys: &[[u8; 32]],
) -> Result<Vec<(Vec<u8>, i32, jiff_diesel::Timestamp)>, DbError> {
    use sign_in_throttle as t;
    let keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
    Ok(t::table
        .filter(t::throttle_key.eq_any(keys))
        .select((t::throttle_key, t::failures, t::window_started_at))
        .load(tx.conn())?)
}
