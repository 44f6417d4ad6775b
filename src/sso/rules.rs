//! Which groups give which roles, as administrators write it down; and what that would come to.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::model::Rule;
use super::policy::{Configure, EditRules};
use super::{SsoError, admit, link_store, mapping, store};
use crate::audit::{self, Entry, Value};
use crate::authz::{self, AuthzError, Caller};
use crate::db::Db;
use crate::identity::grants::Role;
use crate::identity::vouched;
use crate::kernel::ids::{PersonId, RoleId, SsoRuleId, UnitId};
use crate::organisation::{UnitTree, units};

/// The rules, and what is needed to read and to write them.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// By group.
    pub rules: Vec<Rule>,
    /// All roles.
    pub roles: Vec<Role>,
    /// All units.
    pub units: UnitTree,
    /// Groups that providers named at sign-ins, with how many people were in each.
    pub seen: BTreeMap<String, usize>,
    /// Whether the caller may change them.
    pub may_change: bool,
    /// What the groups that were asked about would give somebody.
    pub preview: Option<Vec<(RoleId, Option<UnitId>)>>,
}

/// A rule to be made.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// What the provider calls the group.
    pub group: String,
    /// The role.
    pub role: RoleId,
    /// The unit, for a role that is one for units.
    pub unit: Option<UnitId>,
    /// Whether it was confirmed that a role that gives roles may be given by the provider.
    pub confirmed: bool,
}

/// The rules; with `groups`, also what those would give somebody.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn read(db: &Db, caller: &Caller, groups: Option<Vec<String>>) -> Result<Rules, SsoError> {
    db.read(caller, move |tx| {
        use crate::authz::{Permission, Verdict};
        authz::require::<Configure>(tx, ())?;
        let rules = store::rules(tx)?;
        let preview = match groups {
            Some(groups) => Some(admit::usable(tx, mapping::wanted(&rules, &groups, PersonId::NIL))?),
            None => None,
        };
        let mut seen = BTreeMap::new();
        for (_person, groups) in link_store::groups_seen(tx)? {
            for group in groups.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str) {
                *seen.entry(group.to_owned()).or_default() += 1;
            }
        }
        let may_change = EditRules::decide(tx.caller(), &()) == Verdict::Allow;
        Ok(Rules { rules, roles: vouched::roles(tx)?, units: units::tree_in(tx)?, seen, may_change, preview })
    })
    .await
}

/// Makes a rule. It counts from each person's next sign-in, and never for whoever made it.
///
/// # Errors
/// [`SsoError::UnitNeeded`], [`SsoError::OwnerUnconfirmed`], [`SsoError::HasRule`], [`SsoError::Authz`].
pub async fn add(db: &Db, caller: &Caller, wanted: NewRule, now: Timestamp) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditRules>(tx, ())?;
        let created_by = tx.caller().person_id().ok_or(AuthzError::Hidden)?;
        let role = vouched::roles(tx)?.into_iter().find(|role| role.id == wanted.role).ok_or(AuthzError::Hidden)?;
        let unit = match (role.for_unit, wanted.unit) {
            (true, None) => return Err(SsoError::UnitNeeded),
            (true, Some(unit)) if units::tree_in(tx)?.get(unit).is_none_or(|unit| unit.closed) => {
                return Err(SsoError::UnitNeeded);
            }
            (true, unit) => unit,
            (false, _) => None,
        };
        if vouched::is_owners(tx, role.id)? && !wanted.confirmed {
            return Err(SsoError::OwnerUnconfirmed);
        }
        let rule = Rule { id: SsoRuleId::new(now), group: wanted.group, role: role.id, unit, created_by };
        store::rule_insert(tx, &may, &rule, now).map_err(|error| match error.unique_violation() {
            Some("sso_rules_once") => SsoError::HasRule,
            _ => error.into(),
        })?;
        let entry = Entry::new("sso.rule-add").on("rule", rule.id).noting("group", rule.group);
        let entry = entry.noting("role", role.code).noting("unit", unit.map(Value::text));
        audit::record(tx, now, entry.noting("confirmed", wanted.confirmed))?;
        Ok(())
    })
    .await
}

/// Removes a rule. What it gave goes at each person's next sign-in.
///
/// # Errors
/// [`SsoError::Authz`], also when there is no such rule.
pub async fn remove(db: &Db, caller: &Caller, id: SsoRuleId, now: Timestamp) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditRules>(tx, ())?;
        let rule = store::rules(tx)?.into_iter().find(|rule| rule.id == id).ok_or(AuthzError::Hidden)?;
        store::rule_delete(tx, &may, id)?;
        let entry = Entry::new("sso.rule-remove").on("rule", id).noting("group", rule.group);
        audit::record(tx, now, entry.noting("role", Value::text(rule.role)))?;
        Ok(())
    })
    .await
}
