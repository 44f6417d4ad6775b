//! The kinds of competence and who needs them, for whoever keeps them.

use jiff::Timestamp;

use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Kind, KindDraft, Need};
use crate::competence::policy::ManageKinds;
use crate::competence::store;
use crate::competence::suggested::{self, Trade};
use crate::db::{Db, DbError};
use crate::kernel::ids::{CompetenceKindId, CompetenceNeedId, RoleId, UnitId};
use crate::organisation::{self, UnitTree};

const NAME: Field = Field::shown("name");
const VALIDITY: Field = Field::shown("validity_months");
const GRACE: Field = Field::shown("grace_days");
const EFFECT: Field = Field::shown("effect");
const NOTE: Field = Field::shown("effect_note");
const UNIT: Field = Field::shown("unit");
const ROLE: Field = Field::shown("role");

/// A kind in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The kind.
    pub kind: Kind,
    /// How many lines say who needs it.
    pub needs: i64,
}

/// Lists the kinds.
///
/// # Errors
/// [`CompetenceError::Authz`] when the caller does not keep them.
pub async fn list(db: &Db, caller: &Caller) -> Result<Vec<Listed>, CompetenceError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, None)?;
        let needs = store::needs_by_kind(tx, &may)?;
        let kinds = store::kinds(tx)?;
        let listed = |kind: Kind| Listed { needs: needs.get(&kind.id).copied().unwrap_or(0), kind };
        Ok(kinds.into_iter().map(listed).collect())
    })
    .await
}

/// A kind with who needs it, and whom one could say that of.
#[derive(Debug, Clone)]
pub struct KindPage {
    /// The kind.
    pub kind: Kind,
    /// Who needs it.
    pub needs: Vec<Need>,
    /// All units.
    pub units: UnitTree,
    /// All roles.
    pub roles: Vec<(RoleId, String)>,
}

/// Opens a kind.
///
/// # Errors
/// [`CompetenceError::Authz`] when there is none, or the caller does not keep them.
pub async fn open(db: &Db, caller: &Caller, id: CompetenceKindId) -> Result<KindPage, CompetenceError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, Some(id))?;
        let kind = may.facts().clone().ok_or(AuthzError::Hidden)?;
        Ok(KindPage {
            kind,
            needs: store::needs(tx, &may)?,
            units: organisation::units::tree_in(tx)?,
            roles: store::roles(tx, &may)?,
        })
    })
    .await
}

fn changes(before: Option<&KindDraft>, after: &KindDraft) -> Vec<Option<audit::Change>> {
    let months = |draft: &KindDraft| draft.validity_months.map(|months| months.to_string());
    vec![
        NAME.change(before.map(|draft| draft.name.clone()), after.name.clone()),
        VALIDITY.change(before.and_then(months), months(after)),
        GRACE.change(before.map(|draft| draft.grace_days.to_string()), after.grace_days.to_string()),
        EFFECT.change(before.map(|draft| draft.effect.as_str()), after.effect.as_str()),
        NOTE.change(before.and_then(|draft| draft.effect_note.clone()), after.effect_note.clone()),
    ]
}

fn name_taken(error: DbError) -> CompetenceError {
    if error.unique_violation() == Some("competence_kinds_name") { CompetenceError::NameTaken } else { error.into() }
}

/// Adds a kind as the last one.
///
/// # Errors
/// [`CompetenceError::NameTaken`].
pub async fn add(
    db: &Db,
    caller: &Caller,
    draft: KindDraft,
    now: Timestamp,
) -> Result<CompetenceKindId, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, None)?;
        let id = CompetenceKindId::new(now);
        let position = store::last_position(tx, &may)?.saturating_add(1);
        store::add_kind(tx, &may, id, &draft, position, now).map_err(name_taken)?;
        audit::record(tx, now, Entry::new("competence.add").on("competence", id).changed(changes(None, &draft)))?;
        Ok(id)
    })
    .await
}

/// Adds the usual kinds of a trade, without those whose names are there already; how many there were to add.
///
/// # Errors
/// [`CompetenceError::Authz`].
pub async fn suggest(db: &Db, caller: &Caller, trade: Trade, now: Timestamp) -> Result<usize, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, None)?;
        let there: Vec<String> = store::kinds(tx)?.iter().map(|kind| kind.draft.name.to_lowercase()).collect();
        let new: Vec<KindDraft> =
            suggested::kinds(trade).filter(|draft| !there.contains(&draft.name.to_lowercase())).collect();
        let mut position = store::last_position(tx, &may)?;
        for draft in &new {
            position = position.saturating_add(1);
            let id = CompetenceKindId::new(now);
            store::add_kind(tx, &may, id, draft, position, now)?;
            audit::record(tx, now, Entry::new("competence.add").on("competence", id).changed(changes(None, draft)))?;
        }
        if !new.is_empty() {
            let count = u64::try_from(new.len()).unwrap_or(u64::MAX);
            let entry = Entry::new("competence.suggest").noting("trade", trade.as_str()).noting("kinds", count);
            audit::record(tx, now, entry)?;
        }
        Ok(new.len())
    })
    .await
}

/// Changes a kind. `false` when it says that already. What counts changes at once; certificates keep their last days.
///
/// # Errors
/// [`CompetenceError::NameTaken`].
pub async fn edit(
    db: &Db,
    caller: &Caller,
    id: CompetenceKindId,
    draft: KindDraft,
    now: Timestamp,
) -> Result<bool, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, Some(id))?;
        let before = may.facts().clone().ok_or(AuthzError::Hidden)?.draft;
        if before == draft {
            return Ok(false);
        }
        store::change_kind(tx, &may, &draft).map_err(name_taken)?;
        let entry = Entry::new("competence.change").on("competence", id).changed(changes(Some(&before), &draft));
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// Asks for a kind no longer, or again.
///
/// # Errors
/// [`CompetenceError::NameTaken`] when there is another of its name by now.
pub async fn retire(
    db: &Db,
    caller: &Caller,
    id: CompetenceKindId,
    retired: bool,
    now: Timestamp,
) -> Result<(), CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, Some(id))?;
        if may.facts().as_ref().is_none_or(|kind| kind.retired == retired) {
            return Ok(());
        }
        store::retire(tx, &may, retired.then_some(now)).map_err(name_taken)?;
        let entry = if retired { Entry::new("competence.retire") } else { Entry::new("competence.restore") };
        audit::record(tx, now, entry.on("competence", id))?;
        Ok(())
    })
    .await
}

/// Deletes a kind of which nobody ever had a certificate, with who needs it.
///
/// # Errors
/// [`CompetenceError::InUse`].
pub async fn delete(db: &Db, caller: &Caller, id: CompetenceKindId, now: Timestamp) -> Result<(), CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, Some(id))?;
        let name = may.facts().as_ref().map(|kind| kind.draft.name.clone());
        store::delete_kind(tx, &may)
            .map_err(|error| if error.foreign_key_violation() { CompetenceError::InUse } else { error.into() })?;
        let entry = Entry::new("competence.delete").on("competence", id).changed([NAME.change(name, None::<&str>)]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Says that people of a unit and all below it need a kind, those of them who have a role. `false` when that is said
/// already.
///
/// # Errors
/// [`CompetenceError::Invalid`] for a unit or a role that is none.
pub async fn add_need(
    db: &Db,
    caller: &Caller,
    kind: CompetenceKindId,
    unit: Option<UnitId>,
    role: Option<RoleId>,
    now: Timestamp,
) -> Result<bool, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, Some(kind))?;
        let units = organisation::units::tree_in(tx)?;
        if unit.is_some_and(|unit| units.get(unit).is_none_or(|unit| unit.closed)) {
            return Err(CompetenceError::field("unit", "Choose a unit"));
        }
        let roles = store::roles(tx, &may)?;
        if role.is_some_and(|role| !roles.iter().any(|(id, _name)| *id == role)) {
            return Err(CompetenceError::field("role", "Choose a role"));
        }
        let need = Need { id: CompetenceNeedId::new(now), kind, unit, role };
        if !store::add_need(tx, &may, &need, now)? {
            return Ok(false);
        }
        let entry = Entry::new("competence.need").on("competence", kind).changed([
            UNIT.change(None::<&str>, unit.map(Value::text)),
            ROLE.change(None::<&str>, role.map(Value::text)),
        ]);
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// Takes back that people need a kind. Nothing happens when that is taken back already.
///
/// # Errors
/// [`CompetenceError::Authz`].
pub async fn remove_need(
    db: &Db,
    caller: &Caller,
    kind: CompetenceKindId,
    id: CompetenceNeedId,
    now: Timestamp,
) -> Result<(), CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKinds>(tx, Some(kind))?;
        let Some(need) = store::need(tx, &may, id)? else { return Ok(()) };
        store::remove_need(tx, &may, id)?;
        let entry = Entry::new("competence.unneed").on("competence", kind).changed([
            UNIT.change(need.unit.map(Value::text), None::<&str>),
            ROLE.change(need.role.map(Value::text), None::<&str>),
        ]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}
