//! What an organisation and its roles ask of sign-ins.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::policy::ConfigureSignIn;
use super::sign_in_rules::{OrganisationRules, PersonRules, RoleRules};
use crate::authz::Granted;
use crate::db::schema::{role_sign_in_rules, roles, sign_in_rules};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleId};

#[derive(QueryableByName)]
struct PersonRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    factor_due: Option<jiff_diesel::Timestamp>,
    #[diesel(sql_type = Nullable<Integer>)]
    idle_minutes: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    absolute_minutes: Option<i32>,
}

/// What somebody's roles ask for together.
pub(super) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<PersonRules, DbError> {
    let row: PersonRow =
        diesel::sql_query("select * from app_sign_in_rules($1)").bind::<SqlUuid, _>(person).get_result(tx.conn())?;
    Ok(PersonRules {
        factor_due: row.factor_due.map(|due| due.to_jiff()),
        idle_minutes: row.idle_minutes.and_then(|minutes| u32::try_from(minutes).ok()),
        absolute_minutes: row.absolute_minutes.and_then(|minutes| u32::try_from(minutes).ok()),
    })
}

/// What the organisation asks of everybody.
pub(super) fn of_organisation(tx: &mut Tx<'_>) -> Result<OrganisationRules, DbError> {
    let row: Option<(i32, bool, bool)> = sign_in_rules::table
        .find(tx.caller().organisation())
        .select((sign_in_rules::max_sessions, sign_in_rules::passkey_alone, sign_in_rules::short_with_factor))
        .first(tx.conn())
        .optional()?;
    Ok(row.map_or_else(OrganisationRules::default, |(max_sessions, passkey_alone, short_with_factor)| {
        OrganisationRules { max_sessions, passkey_alone, short_with_factor }
    }))
}

/// What each role asks for, by its name.
pub(super) fn of_roles(tx: &mut Tx<'_>) -> Result<Vec<RoleRules>, DbError> {
    type Row = (RoleId, String, Option<jiff_diesel::Timestamp>, Option<i32>, Option<i32>, Option<i32>);
    let organisation = tx.caller().organisation();
    let rows: Vec<Row> =
        roles::table
            .left_join(role_sign_in_rules::table.on(
                role_sign_in_rules::organisation_id.eq(organisation).and(role_sign_in_rules::role_id.eq(roles::id)),
            ))
            .filter(roles::organisation_id.eq(organisation).and(roles::retired_at.is_null()))
            .select((
                roles::id,
                roles::name,
                role_sign_in_rules::factor_since.nullable(),
                role_sign_in_rules::grace_days.nullable(),
                role_sign_in_rules::idle_minutes.nullable(),
                role_sign_in_rules::absolute_minutes.nullable(),
            ))
            .order((roles::name, roles::id))
            .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(role, name, factor_since, grace_days, idle_minutes, absolute_minutes)| RoleRules {
            role,
            name,
            factor_since: factor_since.map(|since| since.to_jiff()),
            grace_days: grace_days.unwrap_or(RoleRules::GRACE_DAYS),
            idle_minutes,
            absolute_minutes,
        })
        .collect())
}

pub(super) fn set_organisation<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ConfigureSignIn>,
    rules: OrganisationRules,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (
        sign_in_rules::max_sessions.eq(rules.max_sessions),
        sign_in_rules::passkey_alone.eq(rules.passkey_alone),
        sign_in_rules::short_with_factor.eq(rules.short_with_factor),
        sign_in_rules::changed_at.eq(now.to_diesel()),
    );
    diesel::insert_into(sign_in_rules::table)
        .values((sign_in_rules::organisation_id.eq(tx.caller().organisation()), values))
        .on_conflict(sign_in_rules::organisation_id)
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_role<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ConfigureSignIn>,
    rules: &RoleRules,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (
        role_sign_in_rules::factor_since.eq(rules.factor_since.map(|since| since.to_diesel())),
        role_sign_in_rules::grace_days.eq(rules.grace_days),
        role_sign_in_rules::idle_minutes.eq(rules.idle_minutes),
        role_sign_in_rules::absolute_minutes.eq(rules.absolute_minutes),
        role_sign_in_rules::changed_at.eq(now.to_diesel()),
    );
    diesel::insert_into(role_sign_in_rules::table)
        .values((
            role_sign_in_rules::organisation_id.eq(tx.caller().organisation()),
            role_sign_in_rules::role_id.eq(rules.role),
            values,
        ))
        .on_conflict((role_sign_in_rules::organisation_id, role_sign_in_rules::role_id))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}
