//! What is asked of identity's tables for people whom a provider or a directory vouches for.

use diesel::dsl::{exists, select};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::doors::Offer;
use super::people::Details;
use super::vouched::{Held, Known, Source};
use crate::db::schema::{
    accounts, people, permissions, role_grants, role_permissions, roles, sign_in_doors, sign_in_methods,
};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, RoleGrantId, RoleId, SsoProviderId, UnitId};

diesel::define_sql_function! {
    /// Whether a person may do more than keep their own records.
    fn app_is_privileged(person: SqlUuid) -> diesel::sql_types::Bool;
}

diesel::define_sql_function! {
    /// Whether a person can give roles in the whole organisation.
    fn app_gives_roles(person: SqlUuid) -> diesel::sql_types::Bool;
}

diesel::define_sql_function! {
    /// In lower case, as the index has it.
    fn lower(text: Text) -> Text;
}

type Row = (PersonId, String, String, Option<String>, Option<jiff_diesel::Timestamp>, bool);

fn known(tx: &mut Tx<'_>, row: Option<Row>) -> Result<Option<Known>, DbError> {
    let Some((id, given, family, email, left_at, privileged)) = row else { return Ok(None) };
    let account = accounts::table.find((tx.caller().organisation(), id));
    let disabled: Option<Option<jiff_diesel::Timestamp>> =
        account.select(accounts::disabled_at).first(tx.conn()).optional()?;
    Ok(Some(Known {
        id,
        name: format!("{given} {family}"),
        email,
        left: left_at.is_some(),
        locked: disabled.flatten().is_some(),
        privileged,
    }))
}

pub(super) fn person(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Known>, DbError> {
    let row = people::table
        .find((tx.caller().organisation(), id))
        .select((
            people::id,
            people::given_name,
            people::family_name,
            people::email,
            people::left_at,
            app_is_privileged(people::id),
        ))
        .first(tx.conn())
        .optional()?;
    known(tx, row)
}

pub(super) fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Known>, DbError> {
    let row = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::email.is_not_null().and(lower(people::email.assume_not_null()).eq(email.to_lowercase())))
        .select((
            people::id,
            people::given_name,
            people::family_name,
            people::email,
            people::left_at,
            app_is_privileged(people::id),
        ))
        .first(tx.conn())
        .optional()?;
    known(tx, row)
}

pub(super) fn has_account(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, DbError> {
    let this = accounts::table.find((tx.caller().organisation(), id));
    Ok(select(exists(this)).get_result(tx.conn())?)
}

pub(super) fn held(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Held>, DbError> {
    let organisation = tx.caller().organisation();
    let rows: Vec<(RoleGrantId, RoleId, String, Option<UnitId>, String)> = role_grants::table
        .inner_join(roles::table.on(roles::organisation_id.eq(organisation).and(roles::id.eq(role_grants::role_id))))
        .filter(role_grants::organisation_id.eq(organisation).and(role_grants::person_id.eq(person)))
        .select((role_grants::id, role_grants::role_id, roles::code, role_grants::unit_id, role_grants::source))
        .order(role_grants::id)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, role, code, unit, source)| Held { id, role, code, unit, source }).collect())
}

/// Adds a grant; the code of its role.
pub(super) fn grant_insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    role: RoleId,
    unit: Option<UnitId>,
    source: Source,
    now: Timestamp,
) -> Result<String, DbError> {
    let organisation = tx.caller().organisation();
    diesel::insert_into(role_grants::table)
        .values((
            role_grants::organisation_id.eq(organisation),
            role_grants::id.eq(RoleGrantId::new(now)),
            role_grants::person_id.eq(person),
            role_grants::role_id.eq(role),
            role_grants::unit_id.eq(unit),
            role_grants::granted_at.eq(now.to_diesel()),
            role_grants::source.eq(source.as_str()),
        ))
        .execute(tx.conn())?;
    Ok(roles::table.find((organisation, role)).select(roles::code).first(tx.conn())?)
}

/// Removes a grant; `false`, and it stays, when the organisation would be without an owner.
pub(super) fn grant_delete(tx: &mut Tx<'_>, id: RoleGrantId) -> Result<bool, DbError> {
    let this = role_grants::table.find((tx.caller().organisation(), id));
    let removed = tx.conn().transaction(|connection| {
        diesel::delete(this).execute(connection)?;
        check_owner(connection)
    });
    match removed {
        Ok(()) => Ok(true),
        Err(error) if error.check_violation() == Some("organisation_keeps_an_owner") => Ok(false),
        Err(error) => Err(error),
    }
}

/// Asks now what the database would ask at the end: whether an owner is left.
fn check_owner(connection: &mut PgConnection) -> Result<(), DbError> {
    diesel::sql_query("set constraints keep_an_owner immediate").execute(connection)?;
    diesel::sql_query("set constraints keep_an_owner deferred").execute(connection)?;
    Ok(())
}

/// Refuses a transaction that has left the organisation without an owner.
pub(super) fn keep_an_owner(tx: &mut Tx<'_>) -> Result<(), DbError> {
    check_owner(tx.conn())
}

/// Who has a password and can give roles in the whole organisation.
pub(super) fn owners(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, DbError> {
    let rows: Vec<OwnerRow> = diesel::sql_query("select app_owners() as person_id").load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

#[derive(QueryableByName)]
struct OwnerRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
}

pub(super) fn gives_roles(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, DbError> {
    Ok(select(app_gives_roles(person)).get_result(tx.conn())?)
}

/// Whether a role decides what others may do.
pub(super) fn administers(tx: &mut Tx<'_>, role: RoleId) -> Result<bool, DbError> {
    let this = role_permissions::table
        .inner_join(permissions::table.on(permissions::code.eq(role_permissions::permission)))
        .filter(role_permissions::organisation_id.eq(tx.caller().organisation()))
        .filter(role_permissions::role_id.eq(role).and(permissions::weight.eq("administers")));
    Ok(select(exists(this)).get_result(tx.conn())?)
}

pub(super) fn passwords(tx: &mut Tx<'_>) -> Result<Option<String>, DbError> {
    let this = sign_in_methods::table.find(tx.caller().organisation());
    Ok(this.select(sign_in_methods::passwords).first(tx.conn()).optional()?)
}

pub(super) fn passwords_put(tx: &mut Tx<'_>, passwords: &str) -> Result<(), DbError> {
    diesel::insert_into(sign_in_methods::table)
        .values((
            sign_in_methods::organisation_id.eq(tx.caller().organisation()),
            sign_in_methods::passwords.eq(passwords),
        ))
        .on_conflict(sign_in_methods::organisation_id)
        .do_update()
        .set(sign_in_methods::passwords.eq(passwords))
        .execute(tx.conn())?;
    Ok(())
}

type Door = (SsoProviderId, OrganisationId, String);

fn offer((provider, organisation, label): Door) -> Offer {
    Offer { provider, organisation, label }
}

pub(super) fn doors_listed(tx: &mut Tx<'_>) -> Result<Vec<Offer>, DbError> {
    let rows: Vec<Door> = sign_in_doors::table
        .filter(sign_in_doors::listed)
        .select((sign_in_doors::provider_id, sign_in_doors::organisation_id, sign_in_doors::label))
        .order((sign_in_doors::label, sign_in_doors::provider_id))
        .limit(20)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(offer).collect())
}

pub(super) fn doors_of_organisation(tx: &mut Tx<'_>) -> Result<Vec<Offer>, DbError> {
    let rows: Vec<Door> = sign_in_doors::table
        .filter(sign_in_doors::organisation_id.eq(tx.caller().organisation()))
        .select((sign_in_doors::provider_id, sign_in_doors::organisation_id, sign_in_doors::label))
        .order((sign_in_doors::label, sign_in_doors::provider_id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(offer).collect())
}

pub(super) fn door(tx: &mut Tx<'_>, provider: SsoProviderId) -> Result<Option<Offer>, DbError> {
    let found: Option<Door> = sign_in_doors::table
        .find(provider)
        .select((sign_in_doors::provider_id, sign_in_doors::organisation_id, sign_in_doors::label))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(offer))
}

pub(super) fn door_put(tx: &mut Tx<'_>, provider: SsoProviderId, label: &str, listed: bool) -> Result<(), DbError> {
    diesel::insert_into(sign_in_doors::table)
        .values((
            sign_in_doors::provider_id.eq(provider),
            sign_in_doors::organisation_id.eq(tx.caller().organisation()),
            sign_in_doors::label.eq(label),
            sign_in_doors::listed.eq(listed),
        ))
        .on_conflict(sign_in_doors::provider_id)
        .do_update()
        .set((sign_in_doors::label.eq(label), sign_in_doors::listed.eq(listed)))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn door_remove(tx: &mut Tx<'_>, provider: SsoProviderId) -> Result<(), DbError> {
    let this =
        sign_in_doors::table.find(provider).filter(sign_in_doors::organisation_id.eq(tx.caller().organisation()));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

pub(super) fn details(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<(Details, bool)>, DbError> {
    type Row = (String, String, Option<String>, Option<String>, Option<String>, UnitId, Option<jiff_diesel::Timestamp>);
    let row: Option<Row> = people::table
        .find((tx.caller().organisation(), id))
        .select((
            people::given_name,
            people::family_name,
            people::employee_number,
            people::email,
            people::phone,
            people::unit_id,
            people::left_at,
        ))
        .first(tx.conn())
        .optional()?;
    let details = |(given_name, family_name, employee_number, email, phone, unit, left_at): Row| {
        (Details { given_name, family_name, employee_number, email, phone, unit }, left_at.is_some())
    };
    Ok(row.map(details))
}

pub(super) fn details_put(tx: &mut Tx<'_>, id: PersonId, details: &Details) -> Result<(), DbError> {
    diesel::update(people::table.find((tx.caller().organisation(), id)))
        .set((
            people::given_name.eq(&details.given_name),
            people::family_name.eq(&details.family_name),
            people::employee_number.eq(&details.employee_number),
            people::email.eq(&details.email),
            people::phone.eq(&details.phone),
            people::unit_id.eq(details.unit),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn left_put(tx: &mut Tx<'_>, id: PersonId, left_at: Option<Timestamp>) -> Result<(), DbError> {
    // The version grows, so that a session that is in use notices.
    diesel::update(people::table.find((tx.caller().organisation(), id)))
        .set((
            people::left_at.eq(left_at.map(ToDiesel::to_diesel)),
            people::access_version.eq(people::access_version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn account_email(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<String>, DbError> {
    let this = accounts::table.find((tx.caller().organisation(), id));
    Ok(this.select(accounts::email).first(tx.conn()).optional()?)
}

pub(super) fn account_rename(tx: &mut Tx<'_>, id: PersonId, email: &str) -> Result<(), DbError> {
    let this = accounts::table.find((tx.caller().organisation(), id));
    diesel::update(this).set(accounts::email.eq(email)).execute(tx.conn())?;
    Ok(())
}

/// Switches the account on again, without a password: the old one may be known to somebody by now.
pub(super) fn account_revive(tx: &mut Tx<'_>, id: PersonId) -> Result<(), DbError> {
    diesel::update(accounts::table.find((tx.caller().organisation(), id)))
        .set((accounts::disabled_at.eq(None::<jiff_diesel::Timestamp>), accounts::password_hash.eq(None::<String>)))
        .execute(tx.conn())?;
    Ok(())
}
