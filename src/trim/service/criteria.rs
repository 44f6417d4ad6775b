//! After which kinds of work TRiM is offered.

use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Granted};
use crate::db::{Db, DbError, Tx};
use crate::exposures::work;
use crate::kernel::ids::{DutyKindId, TrimCriterionId};
use crate::trim::defaults;
use crate::trim::error::TrimError;
use crate::trim::model::{Criterion, CriterionRule};
use crate::trim::policy::ManageCriteria;
use crate::trim::store;
use crate::views::FormErrors;

/// A criterion in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The criterion.
    pub rule: CriterionRule,
    /// The kind of work, by its names.
    pub work: String,
}

/// The page of the criteria.
#[derive(Debug, Clone, Default)]
pub struct CriteriaPage {
    /// All, by the names of the work.
    pub rules: Vec<Listed>,
    /// The kinds of work that a new one could name.
    pub work: Vec<(DutyKindId, String)>,
}

/// The criteria, and what a new one could name.
///
/// # Errors
/// [`TrimError::Authz`].
pub async fn criteria(db: &Db, caller: &Caller) -> Result<CriteriaPage, TrimError> {
    db.read(caller, |tx| {
        let may = authz::may::<ManageCriteria>(tx, ())?;
        let work = work::all(tx)?;
        let listed = |rule: CriterionRule| Listed { work: work.label(rule.work), rule };
        let mut rules: Vec<Listed> = store::criteria(tx, &may)?.into_iter().map(listed).collect();
        rules.sort_by(|one, other| one.work.cmp(&other.work));
        Ok(CriteriaPage { rules, work: work.offered() })
    })
    .await
}

/// Adds a criterion.
///
/// # Errors
/// [`TrimError::Invalid`]; [`TrimError::CriterionTaken`].
pub async fn add(db: &Db, caller: &Caller, work: String, criterion: String, now: Timestamp) -> Result<(), TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageCriteria>(tx, ())?;
        let all = work::all(tx)?;
        let chosen = Uuid::try_parse(work.trim()).ok().map(DutyKindId).filter(|id| all.is_offered(*id));
        let criterion = Criterion::parse(&criterion);
        let (Some(work), Some(criterion)) = (chosen, criterion) else {
            let mut errors = FormErrors::new();
            if chosen.is_none() {
                errors.add("work", "Choose a kind of work");
            }
            if criterion.is_none() {
                errors.add("criterion", "Choose why TRiM is offered after it");
            }
            return Err(errors.into());
        };
        let rule = CriterionRule { id: TrimCriterionId::new(now), work, criterion };
        if !store::add(tx, &may, &rule, now)? {
            return Err(TrimError::CriterionTaken);
        }
        let entry = Entry::new("trim-criterion.add").on("TRiM criterion", rule.id);
        audit::record(tx, now, entry.noting("criterion", criterion.as_str()).noting("work", all.label(work)))?;
        Ok(())
    })
    .await
}

/// Takes a criterion back: offers that were made stay.
///
/// # Errors
/// [`TrimError::Authz`] when it is not there.
pub async fn remove(db: &Db, caller: &Caller, id: TrimCriterionId, now: Timestamp) -> Result<(), TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageCriteria>(tx, ())?;
        if !store::remove(tx, &may, id)? {
            return Err(AuthzError::Hidden.into());
        }
        audit::record(tx, now, Entry::new("trim-criterion.remove").on("TRiM criterion", id))?;
        Ok(())
    })
    .await
}

/// Adds the usual criteria, without those that are there; how many there were to add.
///
/// # Errors
/// [`TrimError::Authz`].
pub async fn suggest(db: &Db, caller: &Caller, now: Timestamp) -> Result<u64, TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageCriteria>(tx, ())?;
        let added = add_defaults(tx, &may, now)?;
        audit::record(tx, now, Entry::new("trim-criterion.suggest").on("TRiM criterion", "").noting("added", added))?;
        Ok(added)
    })
    .await
}

/// Writes the usual criteria for an organisation that is being founded.
///
/// # Errors
/// [`AuthzError::Db`] when the database refuses.
pub fn seed(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), AuthzError> {
    let may = authz::may::<ManageCriteria>(tx, ())?;
    add_defaults(tx, &may, now)?;
    Ok(())
}

fn add_defaults<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ManageCriteria>, now: Timestamp) -> Result<u64, DbError> {
    let all = work::all(tx)?;
    let mut added = 0;
    for (codes, criterion) in defaults::CRITERIA {
        for work in all.by_codes(codes) {
            let rule = CriterionRule { id: TrimCriterionId::new(now), work, criterion: *criterion };
            added += u64::from(store::add(tx, may, &rule, now)?);
        }
    }
    Ok(added)
}
