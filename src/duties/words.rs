//! The organisation's words, as pages of duties need them: kinds of work and units, with their labels.
//!
//! Read afresh for each page that shows them; the organisation slice owns and edits them.

use std::collections::BTreeMap;

use super::model::KindPath;
use crate::kernel::ids::{DutyKindId, UnitId};

/// A type, category or sub-category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Which one.
    pub id: DutyKindId,
    /// Below which one.
    pub parent: Option<DutyKindId>,
    /// Stable within its parent.
    pub code: String,
    /// What people read.
    pub name: String,
    /// No longer offered.
    pub retired: bool,
}

/// All kinds of an organisation.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    by_id: BTreeMap<DutyKindId, Kind>,
    children: BTreeMap<Option<DutyKindId>, Vec<DutyKindId>>,
}

/// Kinds that a select shows under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The heading: a type, or a type and a category.
    pub label: String,
    /// Its choices, with what they are called below that heading.
    pub kinds: Vec<(DutyKindId, String)>,
}

impl Kinds {
    /// From the rows, in the order in which siblings are shown.
    pub fn new(rows: Vec<Kind>) -> Self {
        let mut kinds = Self::default();
        for kind in rows {
            kinds.children.entry(kind.parent).or_default().push(kind.id);
            kinds.by_id.insert(kind.id, kind);
        }
        kinds
    }

    /// A kind.
    pub fn get(&self, id: DutyKindId) -> Option<&Kind> {
        self.by_id.get(&id)
    }

    /// What a kind is called; retired ones too.
    pub fn name(&self, id: DutyKindId) -> &str {
        self.get(id).map_or("Unknown kind", |kind| kind.name.as_str())
    }

    /// The way down to `id`, itself included; empty for an unknown one.
    pub fn way(&self, id: DutyKindId) -> Vec<&Kind> {
        let mut way = Vec::new();
        let mut next = Some(id);
        // Three levels; a damaged tree must not make an endless loop.
        while let (Some(kind), true) = (next.and_then(|id| self.get(id)), way.len() < 3) {
            next = kind.parent;
            way.insert(0, kind);
        }
        way
    }

    /// `Fire service incident: Fire: Chimney fire`.
    pub fn label(&self, path: &KindPath) -> String {
        let ids = [Some(path.type_id), path.category, path.subcategory];
        let names: Vec<&str> = ids.into_iter().flatten().map(|id| self.name(id)).collect();
        names.join(": ")
    }

    /// What a list shows: the most precise name, and what is above it.
    pub fn short(&self, path: &KindPath) -> (String, Option<String>) {
        let above = match (path.category, path.subcategory) {
            (Some(category), Some(_)) => Some(format!("{}: {}", self.name(path.type_id), self.name(category))),
            (Some(_), None) => Some(self.name(path.type_id).to_owned()),
            (None, _) => None,
        };
        (self.name(path.deepest()).to_owned(), above)
    }

    /// What can be chosen now, grouped; and `keep` even when it is retired, for a duty that has it.
    pub fn groups(&self, keep: Option<DutyKindId>) -> Vec<Group> {
        let offered = |id: &DutyKindId| self.get(*id).is_some_and(|kind| !kind.retired) || keep == Some(*id);
        let mut groups = Vec::new();
        for top in self.below(None) {
            let mut own = Vec::new();
            let mut deeper = Vec::new();
            for category in self.below(Some(*top)).iter().filter(|id| offered(id)) {
                let below: Vec<&DutyKindId> = self.below(Some(*category)).iter().filter(|id| offered(id)).collect();
                if below.is_empty() {
                    own.push((*category, self.name(*category).to_owned()));
                    continue;
                }
                let mut kinds: Vec<(DutyKindId, String)> =
                    below.into_iter().map(|id| (*id, self.name(*id).to_owned())).collect();
                kinds.push((*category, format!("{}, not said further", self.name(*category))));
                deeper.push(Group { label: format!("{}: {}", self.name(*top), self.name(*category)), kinds });
            }
            if offered(top) {
                let said = if own.is_empty() && deeper.is_empty() { "" } else { ", not said further" };
                own.push((*top, format!("{}{said}", self.name(*top))));
            }
            groups.extend(deeper);
            if !own.is_empty() {
                groups.push(Group { label: self.name(*top).to_owned(), kinds: own });
            }
        }
        groups
    }

    /// Types and their categories, retired ones too, as a filter offers them.
    pub fn for_filter(&self) -> Vec<(DutyKindId, String)> {
        let mut all = Vec::new();
        for top in self.below(None) {
            all.push((*top, self.name(*top).to_owned()));
            for category in self.below(Some(*top)) {
                all.push((*category, format!("{}: {}", self.name(*top), self.name(*category))));
            }
        }
        all
    }

    /// All of them, each after the one that it is below.
    pub fn in_order(&self) -> Vec<&Kind> {
        let mut all = Vec::new();
        let mut open: Vec<DutyKindId> = self.below(None).iter().rev().copied().collect();
        while let Some(id) = open.pop() {
            all.extend(self.get(id));
            open.extend(self.below(Some(id)).iter().rev());
        }
        all
    }

    fn below(&self, parent: Option<DutyKindId>) -> &[DutyKindId] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }
}

/// A service, area, station or watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which one.
    pub id: UnitId,
    /// Below which one.
    pub parent: Option<UnitId>,
    /// `service`, `area`, `station` or `watch`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// No longer in use.
    pub closed: bool,
}

/// All units of an organisation.
#[derive(Debug, Clone, Default)]
pub struct Units {
    by_id: BTreeMap<UnitId, Unit>,
    children: BTreeMap<Option<UnitId>, Vec<UnitId>>,
}

impl Units {
    /// From the rows, in the order in which siblings are shown.
    pub fn new(rows: Vec<Unit>) -> Self {
        let mut units = Self::default();
        for unit in rows {
            units.children.entry(unit.parent).or_default().push(unit.id);
            units.by_id.insert(unit.id, unit);
        }
        units
    }

    /// `Hillside, Blue watch`: a watch with its station, anything else by its own name.
    pub fn label(&self, id: UnitId) -> String {
        let Some(unit) = self.by_id.get(&id) else { return "Unknown unit".to_owned() };
        let station = unit.parent.filter(|_parent| unit.kind == "watch").and_then(|parent| self.by_id.get(&parent));
        station.map_or_else(|| unit.name.clone(), |station| format!("{}, {}", station.name, unit.name))
    }

    /// All of them, each after the one that it is below, with its depth.
    pub fn in_order(&self) -> Vec<(&Unit, usize)> {
        let mut all = Vec::new();
        let mut open: Vec<(UnitId, usize)> = self.below(None).iter().rev().map(|id| (*id, 0)).collect();
        while let Some((id, depth)) = open.pop() {
            all.extend(self.by_id.get(&id).map(|unit| (unit, depth)));
            open.extend(self.below(Some(id)).iter().rev().map(|id| (*id, depth + 1)));
        }
        all
    }

    /// Whether there is such a unit.
    pub fn has(&self, id: UnitId) -> bool {
        self.by_id.contains_key(&id)
    }

    /// `top` and all units below it.
    pub fn subtree(&self, top: UnitId) -> Vec<UnitId> {
        let mut all = Vec::new();
        let mut open = vec![top];
        while let Some(id) = open.pop() {
            all.push(id);
            open.extend(self.below(Some(id)));
        }
        all
    }

    fn below(&self, parent: Option<UnitId>) -> &[UnitId] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::duties) fn id(n: u128) -> DutyKindId {
        DutyKindId(uuid::Uuid::from_u128(n))
    }

    pub(in crate::duties) fn kinds() -> Kinds {
        let kind = |n, parent: Option<u128>, name: &str, retired| Kind {
            id: id(n),
            parent: parent.map(id),
            code: name.to_lowercase(),
            name: name.to_owned(),
            retired,
        };
        Kinds::new(vec![
            kind(1, None, "Incident", false),
            kind(2, None, "Training", false),
            kind(11, Some(1), "Fire", false),
            kind(12, Some(1), "Standby", false),
            kind(21, Some(2), "Drill", false),
            kind(22, Some(2), "Lecture", true),
            kind(111, Some(11), "Chimney fire", false),
        ])
    }

    pub(in crate::duties) fn units() -> Units {
        let unit = |n: u128, parent: Option<u128>, kind: &str, name: &str| Unit {
            id: UnitId(uuid::Uuid::from_u128(n)),
            parent: parent.map(|n| UnitId(uuid::Uuid::from_u128(n))),
            kind: kind.to_owned(),
            name: name.to_owned(),
            closed: false,
        };
        Units::new(vec![
            unit(1, None, "service", "Northmoor"),
            unit(2, Some(1), "station", "Harbour"),
            unit(3, Some(1), "station", "Hillside"),
            unit(4, Some(3), "watch", "Blue watch"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{id, kinds, units};
    use super::*;

    #[test]
    fn a_select_offers_the_most_precise_kinds_under_their_headings() {
        let groups = kinds().groups(None);
        let text: Vec<String> = groups
            .iter()
            .map(|group| {
                let names: Vec<&str> = group.kinds.iter().map(|(_id, name)| name.as_str()).collect();
                format!("{} = {}", group.label, names.join(" | "))
            })
            .collect();
        assert_eq!(
            text,
            [
                "Incident: Fire = Chimney fire | Fire, not said further",
                "Incident = Standby | Incident, not said further",
                "Training = Drill | Training, not said further"
            ]
        );
        let kept = kinds().groups(Some(id(22)));
        assert!(kept.iter().any(|group| group.kinds.iter().any(|(kind, _name)| *kind == id(22))));
    }

    #[test]
    fn labels_name_the_whole_way() {
        let path = KindPath { type_id: id(1), category: Some(id(11)), subcategory: Some(id(111)) };
        assert_eq!(kinds().label(&path), "Incident: Fire: Chimney fire");
        assert_eq!(kinds().short(&path), ("Chimney fire".to_owned(), Some("Incident: Fire".to_owned())));
        let way: Vec<DutyKindId> = kinds().way(id(111)).iter().map(|kind| kind.id).collect();
        assert_eq!(way, [id(1), id(11), id(111)]);
        assert_eq!(kinds().in_order().len(), 7);
    }

    #[test]
    fn a_watch_is_named_with_its_station_and_a_subtree_is_all_below() {
        let unit = |n| UnitId(uuid::Uuid::from_u128(n));
        assert_eq!(units().label(unit(4)), "Hillside, Blue watch");
        assert_eq!(units().label(unit(3)), "Hillside");
        assert_eq!(units().subtree(unit(3)), [unit(3), unit(4)]);
        let depths: Vec<usize> = units().in_order().iter().map(|(_unit, depth)| *depth).collect();
        assert_eq!(depths, [0, 1, 1, 2]);
    }
}
