//! How people of each unit stand, put together from the answers of several questions.

use std::collections::BTreeMap;

use watchroom_plugin_sdk::Date;

/// How many people of a unit stand how on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) people: i64,
    pub(crate) over: i64,
    /// Within the limit, and little is left.
    pub(crate) near: i64,
    pub(crate) opted_out: i64,
    /// People to whom rest is owed, how much in minutes, and when the first of it falls due.
    pub(crate) owed_to: i64,
    pub(crate) owed_minutes: i64,
    pub(crate) first_due: Option<Date>,
    /// Of those, people whose rest is overdue.
    pub(crate) overdue: i64,
}

impl Standing {
    pub(crate) fn add(&mut self, more: Self) {
        self.people += more.people;
        self.over += more.over;
        self.near += more.near;
        self.opted_out += more.opted_out;
        self.owed_to += more.owed_to;
        self.owed_minutes += more.owed_minutes;
        self.overdue += more.overdue;
        self.first_due = match (self.first_due, more.first_due) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// So many people whose standing the data set calls by this name.
    pub(crate) fn of(standing: &str, people: i64) -> Self {
        match standing {
            "over" => Self { people, over: people, ..Self::default() },
            "opted-out" => Self { people, opted_out: people, ..Self::default() },
            _ => Self { people, ..Self::default() },
        }
    }
}

/// By unit.
#[derive(Debug, Default)]
pub(crate) struct Units(BTreeMap<String, Standing>);

impl Units {
    pub(crate) fn add(&mut self, unit: Option<&str>, more: Standing) {
        self.0.entry(unit.unwrap_or("No unit").to_owned()).or_default().add(more);
    }

    pub(crate) fn all(&self) -> Standing {
        let mut all = Standing::default();
        self.0.values().for_each(|one| all.add(*one));
        all
    }

    /// By the unit's name.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, Standing)> {
        self.0.iter().map(|(unit, one)| (unit.as_str(), *one))
    }
}

/// The last day of each week of which there are figures, up to `last`: at most so many, the earliest first. A week of
/// which there is none is left out.
pub(crate) fn week_ends(days: impl IntoIterator<Item = Date>, last: Date, most: usize) -> Vec<Date> {
    let mut ends: BTreeMap<Date, Date> = BTreeMap::new();
    for day in days.into_iter().filter(|day| *day <= last) {
        let end = ends.entry(day.monday()).or_insert(day);
        *end = day.max(*end);
    }
    let skipped = ends.len().saturating_sub(most);
    ends.into_values().skip(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 16 November 2026.
    const MONDAY: Date = Date::from_days(20_773);

    #[test]
    fn answers_about_a_unit_add_up() {
        let mut units = Units::default();
        units.add(Some("Hillside"), Standing::of("within", 5));
        units.add(Some("Hillside"), Standing::of("over", 2));
        units.add(Some("Hillside"), Standing { near: 1, ..Standing::default() });
        units.add(Some("Harbour"), Standing::of("opted-out", 1));
        let owed = Standing { owed_to: 1, owed_minutes: 90, first_due: Some(MONDAY), ..Standing::default() };
        units.add(Some("Harbour"), owed);
        let earlier = Standing { first_due: Some(MONDAY.plus(-2)), overdue: 1, ..Standing::default() };
        units.add(None, earlier);
        let rows: Vec<_> = units.rows().map(|(unit, one)| (unit, one.people, one.over, one.near)).collect();
        assert_eq!(rows, [("Harbour", 1, 0, 0), ("Hillside", 7, 2, 1), ("No unit", 0, 0, 0)]);
        let all = units.all();
        assert_eq!((all.people, all.opted_out, all.owed_to, all.overdue), (8, 1, 1, 1));
        assert_eq!(all.first_due, Some(MONDAY.plus(-2)));
    }

    #[test]
    fn a_week_is_shown_by_its_last_day_with_figures() {
        let days = [0, 1, 6, 7, 8, 9, 21].map(|days| MONDAY.plus(days));
        assert_eq!(week_ends(days, MONDAY.plus(8), 9), [MONDAY.plus(6), MONDAY.plus(8)]);
        assert_eq!(week_ends(days, MONDAY.plus(30), 2), [MONDAY.plus(9), MONDAY.plus(21)]);
        assert_eq!(week_ends([], MONDAY, 2), []);
    }
}
