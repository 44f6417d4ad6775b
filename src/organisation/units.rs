//! Units: the tree as others see it, and the verbs that edit it.

use jiff::Timestamp;

use super::policy::ManageUnit;
use super::{OrganisationError, store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller};
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::UnitId;

const NAME: Field = Field::shown("name");
const CODE: Field = Field::shown("code");
const KIND: Field = Field::shown("kind");
const PARENT: Field = Field::shown("parent");
const CLOSED: Field = Field::shown("closed");

/// What a unit is; each stands under one of an earlier kind (an area may stand under an area).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    /// The whole organisation: the one unit at the top.
    Service,
    /// An area, command or department.
    Area,
    /// A station.
    Station,
    /// A watch or team.
    Watch,
}

impl UnitKind {
    /// Those that can be chosen: all but the top.
    pub const CHOICES: [Self; 3] = [Self::Area, Self::Station, Self::Watch];

    /// As the database, the forms and sentences have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Area => "area",
            Self::Station => "station",
            Self::Watch => "watch",
        }
    }

    /// As headings have it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Area => "Area",
            Self::Station => "Station",
            Self::Watch => "Watch",
        }
    }

    /// Reads what [`UnitKind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Service, Self::Area, Self::Station, Self::Watch].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it may stand directly under `above`.
    pub fn fits_under(self, above: Self) -> bool {
        above < self || (self == Self::Area && above == Self::Area)
    }
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The unit above; `None` at the top.
    pub parent: Option<UnitId>,
    /// What it is.
    pub kind: UnitKind,
    /// What it is called.
    pub name: String,
    /// What the control room calls it.
    pub code: Option<String>,
    /// Whether it is closed: no longer offered, kept for what was done there.
    pub closed: bool,
}

/// All units of an organisation, each after the one above it, siblings by name.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    units: Vec<(usize, Unit)>,
}

impl UnitTree {
    /// Puts `units` into the order of the tree.
    pub fn new(mut units: Vec<Unit>) -> Self {
        units.sort_by(|a, b| b.name.cmp(&a.name).then(b.id.cmp(&a.id)));
        let mut stack: Vec<(usize, Unit)> = Vec::new();
        let mut below: std::collections::BTreeMap<UnitId, Vec<Unit>> = std::collections::BTreeMap::new();
        for unit in units {
            match unit.parent {
                None => stack.push((0, unit)),
                Some(parent) => below.entry(parent).or_default().push(unit),
            }
        }
        let mut ordered = Vec::new();
        while let Some((depth, unit)) = stack.pop() {
            stack.extend(below.remove(&unit.id).unwrap_or_default().into_iter().map(|child| (depth + 1, child)));
            ordered.push((depth, unit));
        }
        Self { units: ordered }
    }

    /// All units with their depth; the top has depth 0.
    pub fn all(&self) -> impl Iterator<Item = (usize, &Unit)> {
        self.units.iter().map(|(depth, unit)| (*depth, unit))
    }

    /// The units that are not closed.
    pub fn open(&self) -> impl Iterator<Item = (usize, &Unit)> {
        self.all().filter(|(_depth, unit)| !unit.closed)
    }

    /// One unit.
    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.units.iter().find(|(_depth, unit)| unit.id == id).map(|(_depth, unit)| unit)
    }

    /// The unit and all below it.
    pub fn with_below(&self, id: UnitId) -> Vec<UnitId> {
        let mut found = vec![id];
        // Each unit comes after the one above it, so one pass reaches all.
        for (_depth, unit) in &self.units {
            if unit.parent.is_some_and(|parent| found.contains(&parent)) {
                found.push(unit.id);
            }
        }
        found
    }

    /// Where a unit is, outermost first and without the top: "Hillside, Blue watch".
    pub fn path(&self, id: UnitId) -> String {
        let mut names: Vec<&str> = Vec::new();
        let mut next = self.get(id);
        while let Some(unit) = next {
            if unit.parent.is_some() || names.is_empty() {
                names.push(&unit.name);
            }
            next = unit.parent.and_then(|parent| self.get(parent));
        }
        names.reverse();
        names.join(", ")
    }
}

/// What a unit is to be called.
#[derive(Debug, Clone)]
pub struct Naming {
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
}

/// The tree as the transaction's caller sees it: everybody sees the units of their organisation.
///
/// # Errors
/// [`DbError`].
pub fn tree_in(tx: &mut Tx<'_>) -> Result<UnitTree, DbError> {
    Ok(UnitTree::new(store::units(tx)?))
}

/// [`tree_in`] in a transaction of its own.
///
/// # Errors
/// [`DbError`].
pub async fn tree(db: &Db, caller: &Caller) -> Result<UnitTree, DbError> {
    db.read(caller, tree_in).await
}

/// One unit with the whole tree, for somebody who may edit it.
///
/// # Errors
/// [`OrganisationError::Authz`] when they may not, or there is no such unit.
pub async fn for_editing(db: &Db, caller: &Caller, id: UnitId) -> Result<(Unit, UnitTree), OrganisationError> {
    db.read(caller, move |tx| {
        let unit = authz::may::<ManageUnit>(tx, id)?.facts().clone();
        Ok((unit, tree_in(tx)?))
    })
    .await
}

/// Adds a unit below `parent`.
///
/// # Errors
/// [`OrganisationError::Closed`], [`OrganisationError::WrongLevel`], [`OrganisationError::CodeTaken`].
pub async fn add(
    db: &Db,
    caller: &Caller,
    parent: UnitId,
    naming: Naming,
    now: Timestamp,
) -> Result<UnitId, OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageUnit>(tx, parent)?;
        if may.facts().closed {
            return Err(OrganisationError::Closed);
        }
        check_level(naming.kind, may.facts().kind)?;
        let id = UnitId::new(now);
        store::unit_insert(tx, &may, id, &naming, now).map_err(code_taken)?;
        let changes = [
            NAME.change(None::<&str>, naming.name),
            CODE.change(None::<&str>, naming.code),
            KIND.change(None::<&str>, naming.kind.as_str()),
            PARENT.change(None::<&str>, Value::text(parent)),
        ];
        audit::record(tx, now, Entry::new("unit.add").on("unit", id).changed(changes))?;
        Ok(id)
    })
    .await
}

/// Renames a unit, or changes its code or kind.
///
/// # Errors
/// [`OrganisationError::WrongLevel`] when the kind does not fit what is above or below; [`OrganisationError::CodeTaken`].
pub async fn rename(
    db: &Db,
    caller: &Caller,
    id: UnitId,
    naming: Naming,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageUnit>(tx, id)?;
        let before = may.facts().clone();
        // The top stays a service, whatever the form says.
        let naming = if before.parent.is_none() { Naming { kind: before.kind, ..naming } } else { naming };
        if naming.kind != before.kind {
            let tree = tree_in(tx)?;
            if let Some(above) = before.parent.and_then(|parent| tree.get(parent)) {
                check_level(naming.kind, above.kind)?;
            }
            for (_depth, below) in tree.open().filter(|(_depth, unit)| unit.parent == Some(id)) {
                check_level(below.kind, naming.kind)?;
            }
        }
        store::unit_rename(tx, &may, &naming).map_err(code_taken)?;
        let changes = [
            NAME.change(before.name, naming.name),
            CODE.change(before.code, naming.code),
            KIND.change(before.kind.as_str(), naming.kind.as_str()),
        ];
        audit::record(tx, now, Entry::new("unit.rename").on("unit", id).changed(changes))?;
        Ok(())
    })
    .await
}

/// Moves a unit, with all below it, under another.
///
/// # Errors
/// [`OrganisationError::TopUnit`], [`OrganisationError::Circle`], [`OrganisationError::WrongLevel`],
/// [`OrganisationError::Closed`]; [`OrganisationError::Authz`] when there is no such unit to stand under.
pub async fn move_under(
    db: &Db,
    caller: &Caller,
    id: UnitId,
    parent: UnitId,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageUnit>(tx, id)?;
        let before = may.facts().parent.ok_or(OrganisationError::TopUnit)?;
        let tree = tree_in(tx)?;
        let above = tree.get(parent).ok_or(AuthzError::Hidden)?;
        if tree.with_below(id).contains(&parent) {
            return Err(OrganisationError::Circle);
        }
        if above.closed {
            return Err(OrganisationError::Closed);
        }
        check_level(may.facts().kind, above.kind)?;
        store::unit_move(tx, &may, parent).map_err(circle)?;
        let change = PARENT.change(Value::text(before), Value::text(parent));
        audit::record(tx, now, Entry::new("unit.move").on("unit", id).changed([change]))?;
        Ok(())
    })
    .await
}

/// Closes a unit that is empty. It keeps what was done there, and is no longer offered.
///
/// # Errors
/// [`OrganisationError::TopUnit`], [`OrganisationError::NotEmpty`].
pub async fn close(db: &Db, caller: &Caller, id: UnitId, now: Timestamp) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageUnit>(tx, id)?;
        if may.facts().parent.is_none() {
            return Err(OrganisationError::TopUnit);
        }
        if may.facts().closed {
            return Ok(());
        }
        let (units, people) = store::unit_contents(tx, &may)?;
        if units > 0 || people > 0 {
            return Err(OrganisationError::NotEmpty { units, people });
        }
        store::unit_close(tx, &may, Some(now))?;
        let entry = Entry::new("unit.close").on("unit", id).changed([CLOSED.change(false, true)]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Opens a closed unit again.
///
/// # Errors
/// [`OrganisationError::Closed`] when the unit above is closed; [`OrganisationError::CodeTaken`] when its code went to
/// another meanwhile.
pub async fn reopen(db: &Db, caller: &Caller, id: UnitId, now: Timestamp) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageUnit>(tx, id)?;
        if !may.facts().closed {
            return Ok(());
        }
        let tree = tree_in(tx)?;
        if may.facts().parent.and_then(|parent| tree.get(parent)).is_some_and(|above| above.closed) {
            return Err(OrganisationError::Closed);
        }
        store::unit_close(tx, &may, None).map_err(code_taken)?;
        let entry = Entry::new("unit.reopen").on("unit", id).changed([CLOSED.change(true, false)]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

fn check_level(below: UnitKind, above: UnitKind) -> Result<(), OrganisationError> {
    if below.fits_under(above) {
        Ok(())
    } else {
        Err(OrganisationError::WrongLevel { below: below.as_str(), above: above.as_str() })
    }
}

fn code_taken(error: DbError) -> OrganisationError {
    if error.unique_violation() == Some("units_code") { OrganisationError::CodeTaken } else { error.into() }
}

/// The database's own refusal of a circle: two moves at once may each have looked fine.
fn circle(error: DbError) -> OrganisationError {
    if error.check_violation() == Some("units_are_a_tree") { OrganisationError::Circle } else { error.into() }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn unit(id: u128, parent: Option<u128>, kind: UnitKind, name: &str) -> Unit {
        Unit {
            id: UnitId(Uuid::from_u128(id)),
            parent: parent.map(|id| UnitId(Uuid::from_u128(id))),
            kind,
            name: name.to_owned(),
            code: None,
            closed: false,
        }
    }

    fn tree() -> UnitTree {
        UnitTree::new(vec![
            unit(4, Some(3), UnitKind::Watch, "Blue watch"),
            unit(3, Some(2), UnitKind::Station, "Hillside"),
            unit(5, Some(3), UnitKind::Watch, "Amber watch"),
            unit(2, Some(1), UnitKind::Area, "North"),
            unit(1, None, UnitKind::Service, "Northmoor"),
            unit(6, Some(1), UnitKind::Area, "Coast"),
        ])
    }

    #[test]
    fn each_unit_comes_after_the_one_above_and_siblings_by_name() {
        let tree = tree();
        let seen: Vec<(usize, &str)> = tree.all().map(|(depth, unit)| (depth, unit.name.as_str())).collect();
        let wanted =
            [(0, "Northmoor"), (1, "Coast"), (1, "North"), (2, "Hillside"), (3, "Amber watch"), (3, "Blue watch")];
        assert_eq!(seen, wanted);
    }

    #[test]
    fn below_is_the_whole_branch_and_no_other() {
        let found = tree().with_below(UnitId(Uuid::from_u128(2)));
        let ids: Vec<u128> = found.iter().map(|id| id.0.as_u128()).collect();
        assert_eq!(ids, [2, 3, 5, 4]);
    }

    #[test]
    fn a_path_names_what_is_above_but_not_the_organisation() {
        let tree = tree();
        assert_eq!(tree.path(UnitId(Uuid::from_u128(4))), "North, Hillside, Blue watch");
        assert_eq!(tree.path(UnitId(Uuid::from_u128(1))), "Northmoor");
    }

    #[test]
    fn units_stand_under_greater_ones() {
        assert!(UnitKind::Watch.fits_under(UnitKind::Service) && UnitKind::Area.fits_under(UnitKind::Area));
        assert!(!UnitKind::Station.fits_under(UnitKind::Watch) && !UnitKind::Station.fits_under(UnitKind::Station));
        assert!(!UnitKind::Service.fits_under(UnitKind::Service));
    }
}
