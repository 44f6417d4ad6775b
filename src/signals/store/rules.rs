//! The rules, as an organisation tuned them.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::signal_rules as r;
use crate::db::{DbError, Tx};
use crate::signals::model::{Kind, Rule};
use crate::signals::policy::ManageRules;

/// The rules of all kinds in their order, each with whether it was tuned: no personal data, everybody reads them.
pub(in crate::signals) fn rules(tx: &mut Tx<'_>) -> Result<Vec<(Rule, bool)>, DbError> {
    type Row = (String, bool, i16, Option<i16>, Option<i16>);
    let rows: Vec<Row> = r::table
        .filter(r::organisation_id.eq(tx.caller().organisation()))
        .select((r::kind, r::offered, r::threshold, r::window_days, r::rest_minutes))
        .load(tx.conn())?;
    let of = |kind: Kind| {
        let row = rows.iter().find(|row| row.0 == kind.as_str());
        let tuned = row.map(|(_kind, offered, threshold, window_days, rest_minutes)| Rule {
            kind,
            offered: *offered,
            threshold: *threshold,
            window_days: *window_days,
            rest_hours: rest_minutes.map(|minutes| minutes / 60),
        });
        tuned.map_or_else(|| (kind.shipped(), false), |rule| (rule, true))
    };
    Ok(Kind::ALL.into_iter().map(of).collect())
}

/// Tunes a rule.
pub(in crate::signals) fn tune<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageRules>,
    rule: &Rule,
    now: Timestamp,
) -> Result<(), DbError> {
    let numbers = (
        r::offered.eq(rule.offered),
        r::threshold.eq(rule.threshold),
        r::window_days.eq(rule.window_days),
        r::rest_minutes.eq(rule.rest_hours.map(|hours| hours.saturating_mul(60))),
        r::changed_at.eq(now.to_diesel()),
    );
    diesel::insert_into(r::table)
        .values((r::organisation_id.eq(tx.caller().organisation()), r::kind.eq(rule.kind.as_str()), numbers))
        .on_conflict((r::organisation_id, r::kind))
        .do_update()
        .set(numbers)
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets how a rule was tuned; `false` when it was not.
pub(in crate::signals) fn reset<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageRules>,
    kind: Kind,
) -> Result<bool, DbError> {
    let this = r::table.find((tx.caller().organisation(), kind.as_str()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}
