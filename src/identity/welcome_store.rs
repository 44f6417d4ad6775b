//! What the welcome reads and marks: the caller's own account and record.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::people::Details;
use crate::db::schema::{accounts, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::UnitId;

/// Whether the caller has an account and was not welcomed.
pub(super) fn is_due(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let Some(person) = tx.caller().person_id() else { return Ok(false) };
    let due = accounts::table.find((tx.caller().organisation(), person)).filter(accounts::welcomed_at.is_null());
    Ok(select(exists(due)).get_result(tx.conn())?)
}

/// The caller's record, and what they sign in with.
pub(super) fn known(tx: &mut Tx<'_>) -> Result<Option<(Details, String)>, DbError> {
    let Some(person) = tx.caller().person_id() else { return Ok(None) };
    let key = (tx.caller().organisation(), person);
    type Row = (String, String, Option<String>, Option<String>, Option<String>, UnitId);
    let record: Option<Row> = people::table
        .find(key)
        .select((
            people::given_name,
            people::family_name,
            people::employee_number,
            people::email,
            people::phone,
            people::unit_id,
        ))
        .first(tx.conn())
        .optional()?;
    let account: Option<String> = accounts::table.find(key).select(accounts::email).first(tx.conn()).optional()?;
    let (Some((given_name, family_name, employee_number, email, phone, unit)), Some(account)) = (record, account)
    else {
        return Ok(None);
    };
    Ok(Some((Details { given_name, family_name, employee_number, email, phone, unit }, account)))
}

/// Marks the caller as welcomed; `false` when they were before.
pub(super) fn welcomed(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, DbError> {
    let Some(person) = tx.caller().person_id() else { return Ok(false) };
    let due = accounts::table.find((tx.caller().organisation(), person)).filter(accounts::welcomed_at.is_null());
    Ok(diesel::update(due).set(accounts::welcomed_at.eq(now.to_diesel())).execute(tx.conn())? == 1)
}
