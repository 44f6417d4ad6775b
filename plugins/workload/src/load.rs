//! What each unit and week comes to, put together from the answers of several questions.

use std::collections::BTreeMap;

use watchroom_plugin_sdk::Date;

pub(crate) const NO_UNIT: &str = "No unit";
pub(crate) const OTHERS: &str = "All others";

/// What a unit's people did in the period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) minutes: i64,
    pub(crate) duties: i64,
    pub(crate) nights: i64,
    pub(crate) late: i64,
    /// Weeks of its people, and how many of them were long.
    pub(crate) weeks: i64,
    pub(crate) long_weeks: i64,
}

impl Load {
    fn add(&mut self, more: Self) {
        self.minutes += more.minutes;
        self.duties += more.duties;
        self.nights += more.nights;
        self.late += more.late;
        self.weeks += more.weeks;
        self.long_weeks += more.long_weeks;
    }

    /// Of 100 weeks so many are long, rounded to a tenth; none where there is no week.
    pub(crate) fn share(&self) -> Option<f64> {
        (self.weeks > 0).then(|| (self.long_weeks as f64 * 1_000.0 / self.weeks as f64).round() / 10.0)
    }
}

/// Everything that was read, by unit.
#[derive(Debug, Default)]
pub(crate) struct Loads {
    units: BTreeMap<String, Load>,
    weeks: BTreeMap<Date, BTreeMap<String, i64>>,
}

impl Loads {
    /// Adds to a unit; a missing name is that of no unit.
    pub(crate) fn add(&mut self, unit: Option<&str>, load: Load) {
        self.units.entry(unit.unwrap_or(NO_UNIT).to_owned()).or_default().add(load);
    }

    /// Adds the minutes of a week.
    pub(crate) fn add_week(&mut self, unit: Option<&str>, week: Date, minutes: i64) {
        *self.weeks.entry(week).or_default().entry(unit.unwrap_or(NO_UNIT).to_owned()).or_default() += minutes;
    }

    /// All units together.
    pub(crate) fn all(&self) -> Load {
        let mut all = Load::default();
        self.units.values().for_each(|load| all.add(*load));
        all
    }

    /// By the unit's name.
    pub(crate) fn units(&self) -> impl Iterator<Item = (&str, Load)> {
        self.units.iter().map(|(name, load)| (name.as_str(), *load))
    }

    /// The last weeks up to the last one with a duty, those without any included.
    pub(crate) fn last_weeks(&self, most: usize) -> Vec<Date> {
        let (Some(first), Some(last)) = (self.weeks.keys().next(), self.weeks.keys().next_back()) else {
            return Vec::new();
        };
        let mut weeks = Vec::new();
        let mut week = *last;
        while week >= *first && weeks.len() < most {
            weeks.push(week);
            week = week.plus(-7);
        }
        weeks.reverse();
        weeks
    }

    /// The units with the most minutes in the period, the most first, then all others together: their names.
    pub(crate) fn apart(&self, most: usize) -> (Vec<&str>, bool) {
        let mut order: Vec<(&str, i64)> = self.units.iter().map(|(name, load)| (name.as_str(), load.minutes)).collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let others = order.len() > most;
        (order.into_iter().take(most).map(|(name, _minutes)| name).collect(), others)
    }

    /// The minutes of a unit in a week.
    pub(crate) fn minutes(&self, week: Date, unit: &str) -> i64 {
        self.weeks.get(&week).and_then(|units| units.get(unit)).copied().unwrap_or(0)
    }

    /// The minutes of all units in a week.
    pub(crate) fn of_week(&self, week: Date) -> i64 {
        self.weeks.get(&week).map_or(0, |units| units.values().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 16 November 2026.
    const MONDAY: Date = Date::from_days(20_773);

    fn loads() -> Loads {
        let mut loads = Loads::default();
        loads.add(Some("Hillside"), Load { minutes: 3_000, duties: 5, ..Load::default() });
        loads.add(Some("Harbour"), Load { minutes: 600, duties: 1, ..Load::default() });
        loads.add(Some("Hillside"), Load { nights: 2, late: 1, ..Load::default() });
        loads.add(Some("Hillside"), Load { weeks: 3, long_weeks: 1, ..Load::default() });
        loads.add(None, Load { minutes: 60, duties: 1, ..Load::default() });
        loads.add_week(Some("Hillside"), MONDAY, 1_000);
        loads.add_week(Some("Harbour"), MONDAY, 600);
        loads.add_week(Some("Hillside"), MONDAY.plus(-21), 2_000);
        loads.add_week(None, MONDAY.plus(-21), 60);
        loads
    }

    #[test]
    fn answers_about_a_unit_add_up() {
        let loads = loads();
        let hillside = Load { minutes: 3_000, duties: 5, nights: 2, late: 1, weeks: 3, long_weeks: 1 };
        assert_eq!(loads.units().map(|(name, _)| name).collect::<Vec<_>>(), ["Harbour", "Hillside", NO_UNIT]);
        assert_eq!(loads.units().nth(1), Some(("Hillside", hillside)));
        assert_eq!((loads.all().minutes, loads.all().duties), (3_660, 7));
    }

    #[test]
    fn a_share_is_of_weeks_that_there_are() {
        assert_eq!(Load { weeks: 3, long_weeks: 1, ..Load::default() }.share(), Some(33.3));
        assert_eq!(Load { weeks: 8, long_weeks: 8, ..Load::default() }.share(), Some(100.0));
        assert_eq!(Load::default().share(), None);
    }

    #[test]
    fn weeks_without_a_duty_are_shown_between_others() {
        let weeks = loads().last_weeks(12);
        assert_eq!(weeks, [MONDAY.plus(-21), MONDAY.plus(-14), MONDAY.plus(-7), MONDAY]);
        assert_eq!(loads().last_weeks(2), [MONDAY.plus(-7), MONDAY]);
        assert_eq!(Loads::default().last_weeks(2), []);
        assert_eq!((loads().of_week(MONDAY), loads().of_week(MONDAY.plus(-7))), (1_600, 0));
        assert_eq!(loads().minutes(MONDAY.plus(-21), NO_UNIT), 60);
    }

    #[test]
    fn the_busiest_units_stand_apart() {
        let loads = loads();
        assert_eq!(loads.apart(2), (vec!["Hillside", "Harbour"], true));
        assert_eq!(loads.apart(3), (vec!["Hillside", "Harbour", NO_UNIT], false));
    }
}
