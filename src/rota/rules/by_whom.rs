//! Assignments for many people at once.

use std::collections::BTreeMap;

use crate::kernel::ids::{PersonId, UnitId};
use crate::rota::model::Assignment;

/// Assignments by whom they are for.
#[derive(Debug, Default)]
pub struct ByWhom {
    people: BTreeMap<PersonId, Vec<Assignment>>,
    units: BTreeMap<UnitId, Vec<Assignment>>,
}

impl ByWhom {
    /// Sorts them.
    pub fn of(all: Vec<Assignment>) -> Self {
        let mut by = Self::default();
        for one in all {
            match one.person {
                Some(person) => by.people.entry(person).or_default().push(one),
                None => by.units.entry(one.unit).or_default().push(one),
            }
        }
        by
    }

    /// Those of a person, and of their unit.
    pub fn for_one(&self, person: PersonId, unit: UnitId) -> Vec<Assignment> {
        let (own, units) = (self.people.get(&person), self.units.get(&unit));
        own.into_iter().chain(units).flatten().copied().collect()
    }
}
