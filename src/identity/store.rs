//! The tables of identity that signing in needs.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::people::Details;
use super::sign_in::Candidate;
use crate::crypto::Keyring;
use crate::db::schema::{accounts, organisations, people, role_grants, roles, sign_in_directory, sign_in_throttle};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

#[derive(Queryable)]
pub(super) struct CallerRow {
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) unit_id: UnitId,
    pub(super) access_version: i64,
    pub(super) organisation_name: String,
    pub(super) brand_colour: Option<String>,
}

#[derive(QueryableByName)]
pub(super) struct HeldPermission {
    #[diesel(sql_type = Text)]
    pub(super) permission: String,
    #[diesel(sql_type = Text)]
    pub(super) scope: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) unit_id: Option<UnitId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) role: Option<String>,
}

diesel::define_sql_function! {
    /// Another number whenever what a person may do is something else.
    fn app_access_version(organisation: SqlUuid, person: SqlUuid) -> diesel::sql_types::BigInt;
}

pub(super) fn person_for_caller(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    id: PersonId,
) -> Result<Option<CallerRow>, DbError> {
    Ok(people::table
        .inner_join(organisations::table.on(organisations::organisation_id.eq(people::organisation_id)))
        .filter(people::organisation_id.eq(organisation).and(people::id.eq(id)).and(people::left_at.is_null()))
        .select((
            people::given_name,
            people::family_name,
            people::unit_id,
            app_access_version(people::organisation_id, people::id),
            organisations::name,
            organisations::brand_colour,
        ))
        .first(connection)
        .optional()?)
}

pub(super) fn permissions_of_caller(connection: &mut PgConnection) -> Result<Vec<HeldPermission>, DbError> {
    Ok(diesel::sql_query("select permission, scope, unit_id, role from app_permissions()").load(connection)?)
}

pub(super) fn role_codes_of(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    id: PersonId,
) -> Result<Vec<String>, DbError> {
    Ok(role_grants::table
        .inner_join(roles::table.on(roles::organisation_id.eq(organisation).and(roles::id.eq(role_grants::role_id))))
        .filter(role_grants::organisation_id.eq(organisation).and(role_grants::person_id.eq(id)))
        .filter(role_grants::starts_at.is_null().or(role_grants::starts_at.assume_not_null().le(diesel::dsl::now)))
        .filter(role_grants::ends_at.is_null().or(role_grants::ends_at.assume_not_null().gt(diesel::dsl::now)))
        .select(roles::code)
        .distinct()
        .order(roles::code)
        .load(connection)?)
}

/// The key of an e-mail address in the sign-in directory.
pub(super) fn directory_key(keys: &Keyring, email: &str) -> [u8; 32] {
    keys.mac("sign-in.directory", super::sign_in::normal(email).as_bytes())
}

/// Organisations that know an e-mail address, by its keyed hash; at most four, so that a sign-in has an end.
pub(super) fn directory(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<Vec<OrganisationId>, DbError> {
    Ok(sign_in_directory::table
        .filter(sign_in_directory::email_key.eq(key.as_slice()))
        .select(sign_in_directory::organisation_id)
        .order(sign_in_directory::organisation_id)
        .limit(4)
        .load(tx.conn())?)
}

pub(super) fn directory_add(tx: &mut Tx<'_>, key: &[u8; 32], organisation: OrganisationId) -> Result<(), DbError> {
    diesel::insert_into(sign_in_directory::table)
        .values((sign_in_directory::email_key.eq(key.as_slice()), sign_in_directory::organisation_id.eq(organisation)))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn directory_remove(tx: &mut Tx<'_>, key: &[u8; 32], organisation: OrganisationId) -> Result<(), DbError> {
    let this = sign_in_directory::table.find((key.as_slice(), organisation));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

pub(super) fn candidate(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    email: &str,
) -> Result<Option<Candidate>, DbError> {
    let found: Option<(PersonId, Option<String>)> = accounts::table
        .inner_join(people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(accounts::person_id))))
        .filter(accounts::organisation_id.eq(organisation).and(accounts::email.eq(email)))
        .filter(accounts::disabled_at.is_null().and(people::left_at.is_null()))
        .select((accounts::person_id, accounts::password_hash))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(person, password_hash)| Candidate { organisation, person, password_hash }))
}

/// Notes that somebody got in.
pub(super) fn signed_in(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), DbError> {
    let this = accounts::table.find((tx.caller().organisation(), person));
    diesel::update(this).set(accounts::last_sign_in_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(())
}

/// Keeps a password under today's hash. It is the same password, so the date of its last change stays.
pub(super) fn rehash(tx: &mut Tx<'_>, person: PersonId, hash: &str) -> Result<(), DbError> {
    let this = accounts::table.find((tx.caller().organisation(), person));
    diesel::update(this).set(accounts::password_hash.eq(hash)).execute(tx.conn())?;
    Ok(())
}

/// Whether somebody works here and has an account that is on.
pub(super) fn may_sign_in(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let organisation = tx.caller().organisation();
    let this = accounts::table
        .inner_join(people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(accounts::person_id))))
        .filter(accounts::organisation_id.eq(organisation).and(accounts::person_id.eq(person)))
        .filter(accounts::disabled_at.is_null().and(people::left_at.is_null()));
    Ok(select(exists(this)).get_result(tx.conn())?)
}

/// Whether somebody works here, and their account, if they have one, is on: what a provider's word takes.
pub(super) fn is_welcome(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, DbError> {
    use diesel::dsl::{exists, not, select};
    let organisation = tx.caller().organisation();
    let off = accounts::table
        .filter(accounts::organisation_id.eq(organisation).and(accounts::person_id.eq(person)))
        .filter(accounts::disabled_at.is_not_null());
    let this = people::table.find((organisation, person)).filter(people::left_at.is_null()).filter(not(exists(off)));
    Ok(select(exists(this)).get_result(tx.conn())?)
}

pub(super) fn account_insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    email: &str,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::organisation_id.eq(tx.caller().organisation()),
            accounts::person_id.eq(person),
            accounts::email.eq(email),
            accounts::password_hash.eq(password_hash),
            accounts::password_changed_at.eq(password_hash.map(|_hash| now.to_diesel())),
            accounts::created_at.eq(now.to_diesel()),
            // Who is set up with a password knows their way.
            accounts::welcomed_at.eq(password_hash.map(|_hash| now.to_diesel())),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) struct Counted {
    pub(super) failures: i32,
    pub(super) window_started_at: Timestamp,
}

/// Counts one more attempt under `key`; a window that began before `window_start` begins anew.
pub(super) fn throttle_count(
    tx: &mut Tx<'_>,
    key: &[u8; 32],
    now: Timestamp,
    window_start: Timestamp,
) -> Result<Counted, DbError> {
    use diesel::dsl::case_when;
    use sign_in_throttle as t;
    let stale = t::window_started_at.lt(window_start.to_diesel());
    let (failures, window_started_at): (i32, jiff_diesel::Timestamp) = diesel::insert_into(t::table)
        .values((t::throttle_key.eq(key.as_slice()), t::failures.eq(1), t::window_started_at.eq(now.to_diesel())))
        .on_conflict(t::throttle_key)
        .do_update()
        .set((
            t::failures.eq(case_when(stale, 1.into_sql::<diesel::sql_types::Integer>()).otherwise(t::failures + 1)),
            t::window_started_at.eq(case_when(stale, now.to_diesel().into_sql::<diesel::sql_types::Timestamptz>())
                .otherwise(t::window_started_at)),
        ))
        .returning((t::failures, t::window_started_at))
        .get_result(tx.conn())?;
    Ok(Counted { failures, window_started_at: window_started_at.to_jiff() })
}

pub(super) fn throttle_clear(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<(), DbError> {
    diesel::delete(sign_in_throttle::table.find(key.as_slice())).execute(tx.conn())?;
    Ok(())
}

pub(super) fn throttle_uncount(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<(), DbError> {
    diesel::update(sign_in_throttle::table.find(key.as_slice()))
        .set(sign_in_throttle::failures.eq(sign_in_throttle::failures - 1))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn person_insert(tx: &mut Tx<'_>, id: PersonId, person: &Details, now: Timestamp) -> Result<(), DbError> {
    diesel::insert_into(people::table)
        .values((
            people::organisation_id.eq(tx.caller().organisation()),
            people::id.eq(id),
            people::unit_id.eq(person.unit),
            people::given_name.eq(&person.given_name),
            people::family_name.eq(&person.family_name),
            people::email.eq(&person.email),
            people::employee_number.eq(&person.employee_number),
            people::phone.eq(&person.phone),
            people::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}
