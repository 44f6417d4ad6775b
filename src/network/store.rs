//! The table of rules.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::model::{Place, RoleName, Rule};
use super::policy::{Configure, Lift};
use crate::authz::Granted;
use crate::db::schema::{network_rules, roles};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{NetworkRuleId, RoleId};
use crate::kernel::network::{NetworkRule, Verdict};

type Row = (
    NetworkRuleId,
    String,
    Option<RoleId>,
    String,
    String,
    String,
    jiff_diesel::Timestamp,
    Option<jiff_diesel::Timestamp>,
);

/// `None` for a row that this version does not understand: it is left out of no list silently, see [`rules`].
fn to_rule((id, place, role, verdict, network, note, created_at, off_since): Row) -> Option<Rule> {
    Some(Rule {
        id,
        place: Place::new(&place, role)?,
        rule: NetworkRule { verdict: Verdict::parse(&verdict)?, network: network.parse().ok()? },
        note,
        created_at: created_at.to_jiff(),
        off_since: off_since.map(|at| at.to_jiff()),
    })
}

/// The rules of the caller's organisation that the caller can see, by list and network. The policies of the table say
/// who sees any: whoever configures them, the gate, and the operator.
pub(super) fn rules(tx: &mut Tx<'_>) -> Result<Vec<Rule>, DbError> {
    let rows: Vec<Row> = network_rules::table
        .filter(network_rules::organisation_id.eq(tx.caller().organisation()))
        .select((
            network_rules::id,
            network_rules::place,
            network_rules::role_id,
            network_rules::verdict,
            network_rules::network,
            network_rules::note,
            network_rules::created_at,
            network_rules::off_since,
        ))
        .order((network_rules::place, network_rules::role_id, network_rules::verdict, network_rules::network))
        .load(tx.conn())?;
    let count = rows.len();
    let mut rules: Vec<Rule> = rows.into_iter().filter_map(to_rule).collect();
    if rules.len() < count {
        // The table's checks leave no room for it; whoever got round them should hear of it.
        tracing::error!(unread = count - rules.len(), "rules on networks cannot be understood, and count for nobody");
    }
    rules.sort_by_key(|rule| rule.place);
    Ok(rules)
}

/// The roles of the organisation by name.
pub(super) fn role_names(tx: &mut Tx<'_>) -> Result<Vec<RoleName>, DbError> {
    let rows: Vec<(RoleId, String, String)> = roles::table
        .filter(roles::organisation_id.eq(tx.caller().organisation()))
        .select((roles::id, roles::code, roles::name))
        .order((roles::name, roles::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, code, name)| RoleName { id, code, name }).collect())
}

/// Waits for whoever else changes rules of this organisation, until the transaction ends.
pub(super) fn lock(tx: &mut Tx<'_>) -> Result<(), DbError> {
    #[derive(QueryableByName)]
    struct Locked {
        #[diesel(sql_type = Bool)]
        _locked: bool,
    }
    let organisation = tx.caller().organisation().to_string();
    diesel::sql_query("select true as _locked from pg_advisory_xact_lock(hashtextextended('network_rules ' || $1, 0))")
        .bind::<Text, _>(organisation)
        .load::<Locked>(tx.conn())?;
    Ok(())
}

pub(super) fn insert<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, Configure>, rule: &Rule) -> Result<(), DbError> {
    diesel::insert_into(network_rules::table)
        .values((
            network_rules::organisation_id.eq(tx.caller().organisation()),
            network_rules::id.eq(rule.id),
            network_rules::place.eq(rule.place.as_str()),
            network_rules::role_id.eq(rule.place.role()),
            network_rules::verdict.eq(rule.rule.verdict.as_str()),
            network_rules::network.eq(rule.rule.network.to_string()),
            network_rules::note.eq(&rule.note),
            network_rules::created_at.eq(rule.created_at.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn switch<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: NetworkRuleId,
    off_since: Option<Timestamp>,
) -> Result<(), DbError> {
    diesel::update(network_rules::table.find((tx.caller().organisation(), id)))
        .set(network_rules::off_since.eq(off_since.map(ToDiesel::to_diesel)))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn delete<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, Configure>, id: NetworkRuleId) -> Result<(), DbError> {
    diesel::delete(network_rules::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}

/// Switches off every rule that is on; how many there were.
pub(super) fn switch_all_off<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Lift>,
    now: Timestamp,
) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let on = network_rules::organisation_id.eq(organisation).and(network_rules::off_since.is_null());
    Ok(diesel::update(network_rules::table.filter(on))
        .set(network_rules::off_since.eq(now.to_diesel()))
        .execute(tx.conn())?)
}
