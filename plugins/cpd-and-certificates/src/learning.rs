//! CPD entries, added up by unit and type.

use std::collections::BTreeMap;

/// The types of the data set in the regulator's order, and what people call them.
const TYPES: [(&str, &str); 5] = [
    ("work-based", "Work-based"),
    ("professional", "Professional"),
    ("formal", "Formal or educational"),
    ("self-directed", "Self-directed"),
    ("other", "Other"),
];

/// Entries of one unit and type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Learned {
    pub(crate) entries: i64,
    pub(crate) minutes: i64,
    pub(crate) verified: i64,
}

/// By unit and type.
#[derive(Debug, Default)]
pub(crate) struct Learning(BTreeMap<(String, usize), Learned>);

impl Learning {
    /// Adds to a unit and the type that the data set calls by this name; an unknown one is "other".
    pub(crate) fn add(&mut self, unit: Option<&str>, kind: Option<&str>, more: Learned) {
        let place = TYPES.iter().position(|(code, _title)| Some(*code) == kind).unwrap_or(TYPES.len() - 1);
        let one = self.0.entry((unit.unwrap_or("No unit").to_owned(), place)).or_default();
        one.entries += more.entries;
        one.minutes += more.minutes;
        one.verified += more.verified;
    }

    pub(crate) fn all(&self) -> Learned {
        let mut all = Learned::default();
        for one in self.0.values() {
            all.entries += one.entries;
            all.minutes += one.minutes;
            all.verified += one.verified;
        }
        all
    }

    /// By the unit's name, and in each by type in the regulator's order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &'static str, Learned)> {
        self.0.iter().map(|((unit, place), one)| {
            (unit.as_str(), TYPES.get(*place).map_or("Other", |(_code, title)| title), *one)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_add_up_by_unit_and_type() {
        let mut learning = Learning::default();
        let entries = |entries, minutes| Learned { entries, minutes, verified: 0 };
        learning.add(Some("Hillside"), Some("other"), entries(1, 30));
        learning.add(Some("Hillside"), Some("work-based"), entries(2, 90));
        learning.add(Some("Hillside"), Some("work-based"), Learned { verified: 1, ..Learned::default() });
        learning.add(Some("Harbour"), Some("a type to come"), entries(1, 0));
        let rows: Vec<_> = learning.rows().map(|(unit, kind, one)| (unit, kind, one.entries, one.verified)).collect();
        assert_eq!(rows, [("Harbour", "Other", 1, 0), ("Hillside", "Work-based", 2, 1), ("Hillside", "Other", 1, 0)]);
        assert_eq!(learning.all(), Learned { entries: 4, minutes: 120, verified: 1 });
    }
}
