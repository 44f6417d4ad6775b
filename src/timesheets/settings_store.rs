//! The table `timesheet_rules`: nobody's data.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::policy::ConfigureHours;
use super::rules::period::{Calendar, PeriodKind, Rule};
use crate::authz::Granted;
use crate::db::schema::timesheet_rules;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// The rules of the caller's organisation.
pub(super) fn calendar(tx: &mut Tx<'_>) -> Result<Calendar, DbError> {
    use timesheet_rules as r;
    let rows: Vec<(jiff_diesel::Date, String, i32, i32)> = r::table
        .filter(r::organisation_id.eq(tx.caller().organisation()))
        .select((r::starts_on, r::period, r::late_days, r::due_days))
        .load(tx.conn())?;
    let rule = |(starts_on, period, late_days, due_days): (jiff_diesel::Date, String, i32, i32)| {
        // The column's check knows the same words.
        let period = PeriodKind::parse(&period)?;
        Some(Rule { starts_on: starts_on.to_jiff(), period, late_days, due_days })
    };
    Ok(Calendar::new(rows.into_iter().filter_map(rule).collect()))
}

/// Takes rules away that have not begun on `today`.
pub(super) fn remove_planned<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ConfigureHours>,
    today: Date,
) -> Result<usize, DbError> {
    let planned = timesheet_rules::table
        .filter(timesheet_rules::organisation_id.eq(tx.caller().organisation()))
        .filter(timesheet_rules::starts_on.gt(today.to_diesel()));
    Ok(diesel::delete(planned).execute(tx.conn())?)
}

/// Writes a rule.
pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ConfigureHours>,
    rule: &Rule,
    now: Timestamp,
) -> Result<(), DbError> {
    use timesheet_rules as r;
    diesel::insert_into(r::table)
        .values((
            r::organisation_id.eq(tx.caller().organisation()),
            r::starts_on.eq(rule.starts_on.to_diesel()),
            r::period.eq(rule.period.as_str()),
            r::late_days.eq(rule.late_days),
            r::due_days.eq(rule.due_days),
            r::created_by.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)),
            r::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}
