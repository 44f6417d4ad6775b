//! The words for work as an organisation's own data: types, categories and sub-categories, and the verbs that edit
//! them. What was logged under one keeps it: the database refuses to delete what is in use, and then it is retired.

use jiff::Timestamp;

use super::policy::ManageKind;
use super::{OrganisationError, kind_store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, Caller};
use crate::db::{Db, DbError};
use crate::kernel::ids::DutyKindId;

const NAME: Field = Field::shown("name");
const CODE: Field = Field::shown("code");
const PARENT: Field = Field::shown("parent");
const POSITION: Field = Field::shown("position");
const RETIRED: Field = Field::shown("retired");

/// The deepest level: sub-categories.
const DEEPEST: i16 = 3;

/// A type (level 1), category (2) or sub-category (3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its id.
    pub id: DutyKindId,
    /// The one above; `None` for a type.
    pub parent: Option<DutyKindId>,
    /// 1 to 3.
    pub level: i16,
    /// What imports and the API call it: stable within its parent.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Whether it is no longer offered.
    pub retired: bool,
}

impl Kind {
    /// What a kind of this level is called.
    pub const fn level_name(level: i16) -> &'static str {
        match level {
            1 => "type",
            2 => "category",
            _ => "sub-category",
        }
    }
}

/// A kind, what is above it (outermost first), and what is directly below it with how much stands below that.
#[derive(Debug, Clone)]
pub struct KindPage {
    /// The kind; `None` above all types.
    pub kind: Option<Kind>,
    /// From its type down to the one directly above.
    pub above: Vec<Kind>,
    /// Directly below, in their order, each with the number directly below it.
    pub below: Vec<(Kind, i64)>,
}

/// Where to in the order of its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
}

/// One level of the tree, for somebody who may edit it; `None` for the types.
///
/// # Errors
/// [`OrganisationError::Authz`] when they may not, or there is no such kind.
pub async fn level(db: &Db, caller: &Caller, id: Option<DutyKindId>) -> Result<KindPage, OrganisationError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManageKind>(tx, id)?;
        let kind = may.facts().clone();
        let mut above = Vec::new();
        let mut next = kind.as_ref().and_then(|kind| kind.parent);
        while let Some(parent) = next {
            let Some(found) = kind_store::kind(tx, parent)? else { break };
            next = found.parent;
            above.insert(0, found);
        }
        let below = kind_store::below(tx, &may)?;
        Ok(KindPage { kind, above, below })
    })
    .await
}

/// Adds a kind as the last one below `parent`.
///
/// # Errors
/// [`OrganisationError::TooDeep`] below a sub-category.
pub async fn add(
    db: &Db,
    caller: &Caller,
    parent: Option<DutyKindId>,
    name: String,
    now: Timestamp,
) -> Result<DutyKindId, OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKind>(tx, parent)?;
        let level = may.facts().as_ref().map_or(1, |kind| kind.level + 1);
        if level > DEEPEST {
            return Err(OrganisationError::TooDeep);
        }
        let siblings = kind_store::below(tx, &may)?;
        let code = free_code(&name, &siblings.iter().map(|(kind, _below)| kind.code.as_str()).collect::<Vec<_>>());
        let id = DutyKindId::new(now);
        let position = i32::try_from(siblings.len()).unwrap_or(i32::MAX - 1) + 1;
        kind_store::insert(
            tx,
            &may,
            &Kind { id, parent, level, code: code.clone(), name: name.clone(), retired: false },
            position,
        )?;
        let changes = [
            NAME.change(None::<&str>, name),
            CODE.change(None::<&str>, code),
            PARENT.change(None::<&str>, parent.map(Value::text)),
        ];
        audit::record(tx, now, Entry::new("kind.add").on("kind", id).changed(changes))?;
        Ok(id)
    })
    .await
}

/// Renames a kind. Its code stays: imports and the API know it by that.
///
/// # Errors
/// [`OrganisationError::Authz`], [`OrganisationError::Db`].
pub async fn rename(
    db: &Db,
    caller: &Caller,
    id: DutyKindId,
    name: String,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKind>(tx, Some(id))?;
        let before = may.facts().as_ref().map(|kind| kind.name.clone());
        kind_store::rename(tx, &may, &name)?;
        audit::record(tx, now, Entry::new("kind.rename").on("kind", id).changed([NAME.change(before, name)]))?;
        Ok(())
    })
    .await
}

/// Moves a kind one place among its siblings; at the end of the list it stays.
///
/// # Errors
/// [`OrganisationError::Authz`], [`OrganisationError::Db`].
pub async fn reorder(
    db: &Db,
    caller: &Caller,
    id: DutyKindId,
    step: Step,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let parent = authz::may::<ManageKind>(tx, Some(id))?.facts().as_ref().and_then(|kind| kind.parent);
        let may = authz::may::<ManageKind>(tx, parent)?;
        let mut order: Vec<DutyKindId> =
            kind_store::below(tx, &may)?.into_iter().map(|(kind, _below)| kind.id).collect();
        let Some(from) = order.iter().position(|other| *other == id) else { return Ok(()) };
        let to = match step {
            Step::Up => from.checked_sub(1),
            Step::Down => Some(from + 1).filter(|to| *to < order.len()),
        };
        let Some(to) = to else { return Ok(()) };
        order.swap(from, to);
        kind_store::order(tx, &may, &order)?;
        let position = |index: usize| u64::try_from(index + 1).unwrap_or(u64::MAX);
        let change = POSITION.change(position(from), position(to));
        audit::record(tx, now, Entry::new("kind.reorder").on("kind", id).changed([change]))?;
        Ok(())
    })
    .await
}

/// Retires a kind, so that it is no longer offered, or offers it again.
///
/// # Errors
/// [`OrganisationError::Authz`], [`OrganisationError::Db`].
pub async fn retire(
    db: &Db,
    caller: &Caller,
    id: DutyKindId,
    retired: bool,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKind>(tx, Some(id))?;
        let before = may.facts().as_ref().is_some_and(|kind| kind.retired);
        if before == retired {
            return Ok(());
        }
        kind_store::retire(tx, &may, retired.then_some(now))?;
        let action = if retired { "kind.retire" } else { "kind.restore" };
        audit::record(tx, now, Entry::new(action).on("kind", id).changed([RETIRED.change(before, retired)]))?;
        Ok(())
    })
    .await
}

/// Deletes a kind that nothing was ever logged under and that has nothing below it; returns what was above it.
///
/// Whether it is in use is the database's word: the caller may not read duties, and need not.
///
/// # Errors
/// [`OrganisationError::KindInUse`].
pub async fn delete(
    db: &Db,
    caller: &Caller,
    id: DutyKindId,
    now: Timestamp,
) -> Result<Option<DutyKindId>, OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageKind>(tx, Some(id))?;
        let parent = may.facts().as_ref().and_then(|kind| kind.parent);
        let (name, code) = may.facts().as_ref().map(|kind| (kind.name.clone(), kind.code.clone())).unzip();
        kind_store::delete(tx, &may).map_err(in_use)?;
        let changes = [NAME.change(name, None::<&str>), CODE.change(code, None::<&str>)];
        audit::record(tx, now, Entry::new("kind.delete").on("kind", id).changed(changes))?;
        Ok(parent)
    })
    .await
}

fn in_use(error: DbError) -> OrganisationError {
    if error.foreign_key_violation() { OrganisationError::KindInUse } else { error.into() }
}

/// A code made of `name` that none of `taken` is.
fn free_code(name: &str, taken: &[&str]) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_end_matches('-').chars().take(50).collect();
    let slug = if slug.is_empty() { "kind".to_owned() } else { slug };
    let mut number = 1_u32;
    let mut code = slug.clone();
    while taken.contains(&code.as_str()) {
        number += 1;
        code = format!("{slug}-{number}");
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_plain_and_free() {
        assert_eq!(free_code("Home fire safety visit", &[]), "home-fire-safety-visit");
        assert_eq!(free_code("  Cover move / standby!", &[]), "cover-move-standby");
        assert_eq!(free_code("Drill", &["drill", "drill-2"]), "drill-3");
        assert_eq!(free_code("…", &[]), "kind");
    }
}
