//! The kinds of work that rules name: a duty's type, its category and its sub-category.

use std::collections::BTreeMap;

use crate::db::{DbError, Tx};
use crate::exposures::store;
use crate::kernel::ids::DutyKindId;

/// A kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Which.
    pub id: DutyKindId,
    /// The one above; `None` for a type.
    pub parent: Option<DutyKindId>,
    /// Stable below its parent.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Whether it is no longer offered.
    pub retired: bool,
}

/// All kinds of work of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllWork(BTreeMap<DutyKindId, Work>);

impl AllWork {
    /// Of these.
    pub fn new(all: impl IntoIterator<Item = Work>) -> Self {
        Self(all.into_iter().map(|work| (work.id, work)).collect())
    }

    fn way(&self, id: DutyKindId) -> Vec<&Work> {
        let mut way: Vec<&Work> = Vec::new();
        let mut next = self.0.get(&id);
        // A tree of three levels: whatever the data says, it ends.
        while let Some(work) = next.filter(|_work| way.len() < 3) {
            way.push(work);
            next = work.parent.and_then(|parent| self.0.get(&parent));
        }
        way.reverse();
        way
    }

    /// The names from the type down: `Fire service incident: Fire: Chimney fire`.
    pub fn label(&self, id: DutyKindId) -> String {
        self.way(id).iter().map(|work| work.name.as_str()).collect::<Vec<_>>().join(": ")
    }

    /// The kind whose codes from the type down are these, if it is there: `fire-incident/fire/chimney`.
    pub fn by_codes(&self, codes: &str) -> Vec<DutyKindId> {
        let wanted: Vec<&str> = codes.split('/').collect();
        let fits = |id: DutyKindId| {
            let way = self.way(id);
            way.len() == wanted.len() && way.iter().zip(&wanted).all(|(work, code)| work.code == *code || *code == "*")
        };
        self.0.keys().copied().filter(|id| fits(*id)).collect()
    }

    /// Whether it is there and still offered.
    pub fn is_offered(&self, id: DutyKindId) -> bool {
        self.0.get(&id).is_some_and(|work| !work.retired)
    }

    /// All that are still offered, each with its label, in the order of those.
    pub fn offered(&self) -> Vec<(DutyKindId, String)> {
        let offered = self.0.values().filter(|work| !work.retired);
        let mut all: Vec<_> = offered.map(|work| (work.id, self.label(work.id))).collect();
        all.sort_by(|(_, one), (_, other)| one.cmp(other));
        all
    }
}

/// The kinds of work of the caller's organisation.
///
/// # Errors
/// [`DbError`].
pub fn all(tx: &mut Tx<'_>) -> Result<AllWork, DbError> {
    Ok(AllWork::new(store::work(tx)?))
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn work() -> AllWork {
        let one = |number: u128, parent: Option<u128>, code: &str, name: &str, retired| Work {
            id: DutyKindId(uuid::Uuid::from_u128(number)),
            parent: parent.map(|parent| DutyKindId(uuid::Uuid::from_u128(parent))),
            code: code.to_owned(),
            name: name.to_owned(),
            retired,
        };
        AllWork::new([
            one(1, None, "fire-incident", "Fire service incident", false),
            one(2, Some(1), "fire", "Fire", false),
            one(3, Some(2), "chimney", "Chimney <fire>", false),
            one(4, Some(2), "late-call", "Late call", true),
            one(5, Some(1), "false-alarm", "False alarm", false),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_codes_and_called_by_its_names() {
        let all = samples::work();
        let id = |number| DutyKindId(uuid::Uuid::from_u128(number));
        assert_eq!(all.by_codes("fire-incident/fire/chimney"), [id(3)]);
        assert_eq!(all.by_codes("fire-incident/*"), [id(2), id(5)]);
        assert!(all.by_codes("fire/chimney").is_empty());
        assert_eq!(all.label(id(3)), "Fire service incident: Fire: Chimney <fire>");
        assert_eq!(all.offered().len(), 4, "what is retired is not offered");
        assert!(!all.is_offered(id(4)) && !all.is_offered(id(9)));
    }
}
