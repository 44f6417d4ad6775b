//! After which kinds of work TRiM is offered.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::trim_criteria;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyKindId, TrimCriterionId};
use crate::trim::model::{Criterion, CriterionRule};
use crate::trim::policy::ManageCriteria;

/// All of them.
pub(in crate::trim) fn criteria<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCriteria>,
) -> Result<Vec<CriterionRule>, DbError> {
    let rows: Vec<(TrimCriterionId, DutyKindId, String)> = trim_criteria::table
        .filter(trim_criteria::organisation_id.eq(tx.caller().organisation()))
        .select((trim_criteria::id, trim_criteria::duty_kind_id, trim_criteria::criterion))
        .load(tx.conn())?;
    let rule = |(id, work, criterion): (TrimCriterionId, DutyKindId, String)| {
        Criterion::parse(&criterion).map(|criterion| CriterionRule { id, work, criterion })
    };
    Ok(rows.into_iter().filter_map(rule).collect())
}

/// Adds one; `false` when there is one for the work already.
pub(in crate::trim) fn add<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCriteria>,
    rule: &CriterionRule,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(trim_criteria::table)
        .values((
            trim_criteria::organisation_id.eq(tx.caller().organisation()),
            trim_criteria::id.eq(rule.id),
            trim_criteria::duty_kind_id.eq(rule.work),
            trim_criteria::criterion.eq(rule.criterion.as_str()),
            trim_criteria::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Takes one back; `false` when it was not there.
pub(in crate::trim) fn remove<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCriteria>,
    id: TrimCriterionId,
) -> Result<bool, DbError> {
    let this = trim_criteria::table.find((tx.caller().organisation(), id));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}
