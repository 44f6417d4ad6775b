//! The rules, and the kinds of work that they name.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{duty_kinds, exposure_rules};
use crate::db::{DbError, Tx};
use crate::exposures::model::{Kind, Rule};
use crate::exposures::policy::ManageRules;
use crate::exposures::work::Work;
use crate::kernel::ids::{DutyKindId, ExposureRuleId};

/// All kinds of work: everybody of the organisation reads them.
pub(in crate::exposures) fn work(tx: &mut Tx<'_>) -> Result<Vec<Work>, DbError> {
    type Row = (DutyKindId, Option<DutyKindId>, String, String, Option<jiff_diesel::Timestamp>);
    let rows: Vec<Row> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(tx.caller().organisation()))
        .select((duty_kinds::id, duty_kinds::parent_id, duty_kinds::code, duty_kinds::name, duty_kinds::retired_at))
        .load(tx.conn())?;
    let work =
        |(id, parent, code, name, retired_at): Row| Work { id, parent, code, name, retired: retired_at.is_some() };
    Ok(rows.into_iter().map(work).collect())
}

/// All rules.
pub(in crate::exposures) fn rules<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageRules>,
) -> Result<Vec<Rule>, DbError> {
    type Row = (ExposureRuleId, DutyKindId, String, Option<String>);
    let rows: Vec<Row> = exposure_rules::table
        .filter(exposure_rules::organisation_id.eq(tx.caller().organisation()))
        .select((exposure_rules::id, exposure_rules::duty_kind_id, exposure_rules::kind, exposure_rules::agents))
        .load(tx.conn())?;
    let rule = |(id, work, kind, agents): Row| Kind::parse(&kind).map(|kind| Rule { id, work, kind, agents });
    Ok(rows.into_iter().filter_map(rule).collect())
}

/// Adds a rule; `false` when the work proposes that already.
pub(in crate::exposures) fn add<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageRules>,
    rule: &Rule,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(exposure_rules::table)
        .values((
            exposure_rules::organisation_id.eq(tx.caller().organisation()),
            exposure_rules::id.eq(rule.id),
            exposure_rules::duty_kind_id.eq(rule.work),
            exposure_rules::kind.eq(rule.kind.as_str()),
            exposure_rules::agents.eq(rule.agents.as_deref()),
            exposure_rules::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Takes a rule back; `false` when it was not there.
pub(in crate::exposures) fn remove<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageRules>,
    id: ExposureRuleId,
) -> Result<bool, DbError> {
    let this = exposure_rules::table.find((tx.caller().organisation(), id));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}
