//! Which kinds of work propose an exposure.

use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Granted};
use crate::db::{Db, Tx};
use crate::exposures::defaults;
use crate::exposures::error::ExposureError;
use crate::exposures::model::{Kind, Rule};
use crate::exposures::policy::ManageRules;
use crate::exposures::rules::split_agents;
use crate::exposures::store;
use crate::exposures::work;
use crate::kernel::ids::{DutyKindId, ExposureRuleId};
use crate::views::FormErrors;

/// A rule in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The rule.
    pub rule: Rule,
    /// The kind of work, by its names.
    pub work: String,
}

/// The page of the rules.
#[derive(Debug, Clone, Default)]
pub struct RulesPage {
    /// All rules, by the names of the work.
    pub rules: Vec<Listed>,
    /// The kinds of work that a rule could name.
    pub work: Vec<(DutyKindId, String)>,
}

/// The rules, and what a new one could name.
///
/// # Errors
/// [`ExposureError::Authz`].
pub async fn rules(db: &Db, caller: &Caller) -> Result<RulesPage, ExposureError> {
    db.read(caller, |tx| {
        let may = authz::may::<ManageRules>(tx, ())?;
        let work = work::all(tx)?;
        let listed = |rule: Rule| Listed { work: work.label(rule.work), rule };
        let mut rules: Vec<Listed> = store::rules(tx, &may)?.into_iter().map(listed).collect();
        rules.sort_by(|one, other| (&one.work, one.rule.kind).cmp(&(&other.work, other.rule.kind)));
        Ok(RulesPage { rules, work: work.offered() })
    })
    .await
}

/// Adds a rule.
///
/// # Errors
/// [`ExposureError::Invalid`]; [`ExposureError::RuleTaken`].
pub async fn add_rule(
    db: &Db,
    caller: &Caller,
    work: String,
    kind: String,
    agents: String,
    now: Timestamp,
) -> Result<(), ExposureError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageRules>(tx, ())?;
        let all = work::all(tx)?;
        let chosen = Uuid::try_parse(work.trim()).ok().map(DutyKindId).filter(|id| all.is_offered(*id));
        let kind = Kind::parse(&kind);
        let agents = split_agents(&agents).join(", ");
        let mut errors = FormErrors::new();
        if chosen.is_none() {
            errors.add("work", "Choose a kind of work");
        }
        if kind.is_none() {
            errors.add("kind", "Choose what it exposes to");
        }
        if agents.chars().count() > 300 {
            errors.add("agents", "Use at most 300 characters");
        }
        let (Some(work), Some(kind), true) = (chosen, kind, errors.is_empty()) else { return Err(errors.into()) };
        let agents = (!agents.is_empty()).then_some(agents);
        let rule = Rule { id: ExposureRuleId::new(now), work, kind, agents };
        if !store::add(tx, &may, &rule, now)? {
            return Err(ExposureError::RuleTaken);
        }
        let entry = Entry::new("exposure-rule.add").on("exposure rule", rule.id);
        audit::record(tx, now, entry.noting("kind", kind.as_str()).noting("work", all.label(work)))?;
        Ok(())
    })
    .await
}

/// Takes a rule back: what was confirmed stays.
///
/// # Errors
/// [`ExposureError::Authz`] when it is not there.
pub async fn remove_rule(db: &Db, caller: &Caller, id: ExposureRuleId, now: Timestamp) -> Result<(), ExposureError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageRules>(tx, ())?;
        if !store::remove(tx, &may, id)? {
            return Err(AuthzError::Hidden.into());
        }
        audit::record(tx, now, Entry::new("exposure-rule.remove").on("exposure rule", id))?;
        Ok(())
    })
    .await
}

/// Adds the usual rules, without those that are there; how many there were to add.
///
/// # Errors
/// [`ExposureError::Authz`].
pub async fn suggest(db: &Db, caller: &Caller, now: Timestamp) -> Result<usize, ExposureError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageRules>(tx, ())?;
        let added = add_defaults(tx, &may, now)?;
        audit::record(
            tx,
            now,
            Entry::new("exposure-rule.suggest")
                .on("exposure rule", "")
                .noting("added", u64::try_from(added).unwrap_or(u64::MAX)),
        )?;
        Ok(added)
    })
    .await
}

/// Writes the usual rules for an organisation that is being founded.
///
/// # Errors
/// [`AuthzError::Db`] when the database refuses.
pub fn seed(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), AuthzError> {
    let may = authz::may::<ManageRules>(tx, ())?;
    add_defaults(tx, &may, now)?;
    Ok(())
}

fn add_defaults<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageRules>,
    now: Timestamp,
) -> Result<usize, crate::db::DbError> {
    let all = work::all(tx)?;
    let mut added = 0_usize;
    for (codes, kind, agents) in defaults::RULES {
        for work in all.by_codes(codes) {
            let agents = (!agents.is_empty()).then(|| (*agents).to_owned());
            let rule = Rule { id: ExposureRuleId::new(now), work, kind: *kind, agents };
            added += usize::from(store::add(tx, may, &rule, now)?);
        }
    }
    Ok(added)
}
