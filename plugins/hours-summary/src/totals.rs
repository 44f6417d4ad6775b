//! Sums, kept under small numbers instead of names, and turned round for the chart and the tables.

use std::collections::{BTreeMap, HashMap};

use watchroom_plugin_sdk::Date;

const NO_UNIT: &str = "No unit";
const NO_CATEGORY: &str = "No category";
const OTHERS: &str = "All others";

/// Minutes and duties of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Worked {
    pub(crate) minutes: i64,
    pub(crate) duties: i64,
}

impl Worked {
    fn add(&mut self, more: Self) {
        self.minutes += more.minutes;
        self.duties += more.duties;
    }
}

/// Names in the order in which they were met.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) all: Worked,
    pub(crate) units: Names,
    categories: Names,
    of_unit: HashMap<(usize, usize), Worked>,
    of_week: BTreeMap<Date, HashMap<usize, i64>>,
}

/// One category, or all that are not shown apart, week by week.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    minutes: BTreeMap<Date, i64>,
}

impl Series {
    pub(crate) fn minutes(&self, week: Date) -> i64 {
        self.minutes.get(&week).copied().unwrap_or(0)
    }
}

impl Totals {
    pub(crate) fn add(&mut self, unit: Option<&str>, category: Option<&str>, week: Option<i32>, worked: Worked) {
        let unit = self.units.number(unit.unwrap_or(NO_UNIT));
        let category = self.categories.number(category.unwrap_or(NO_CATEGORY));
        self.all.add(worked);
        self.of_unit.entry((unit, category)).or_default().add(worked);
        if let Some(week) = week {
            let week = Date::from_days(week).monday();
            *self.of_week.entry(week).or_default().entry(category).or_default() += worked.minutes;
        }
    }

    /// The last weeks up to the last one with a duty, those without any included.
    pub(crate) fn last_weeks(&self, most: usize) -> Vec<Date> {
        let (Some(first), Some(last)) = (self.of_week.keys().next(), self.of_week.keys().next_back()) else {
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

    /// The week with the most minutes, and how many.
    pub(crate) fn busiest_week(&self, weeks: &[Date]) -> (Date, i64) {
        let minutes = |week: &Date| self.of_week.get(week).map_or(0, |parts| parts.values().sum());
        let busiest = weeks.iter().map(|week| (*week, minutes(week))).max_by_key(|(_, minutes)| *minutes);
        busiest.unwrap_or((Date::from_days(0), 0))
    }

    /// The categories with the most hours, most first, then all others together.
    pub(crate) fn series(&self, apart: usize) -> Vec<Series> {
        let mut sums: BTreeMap<usize, i64> = BTreeMap::new();
        for ((_, category), worked) in &self.of_unit {
            *sums.entry(*category).or_default() += worked.minutes;
        }
        let mut order: Vec<(usize, i64)> = sums.into_iter().collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| self.categories.name(a.0).cmp(self.categories.name(b.0))));
        let place: HashMap<usize, usize> =
            order.iter().enumerate().map(|(place, (category, _))| (*category, place.min(apart))).collect();
        let names = order.iter().take(apart).map(|(category, _)| self.categories.name(*category));
        let others = (order.len() > apart).then_some(OTHERS);
        let mut series: Vec<Series> =
            names.chain(others).map(|name| Series { name: name.to_owned(), minutes: BTreeMap::new() }).collect();
        for (week, parts) in &self.of_week {
            for (category, minutes) in parts {
                if let Some(one) = place.get(category).and_then(|place| series.get_mut(*place)) {
                    *one.minutes.entry(*week).or_default() += minutes;
                }
            }
        }
        series
    }

    /// By the unit's name; in each, the most hours first.
    pub(crate) fn by_unit(&self) -> Vec<(&str, &str, Worked)> {
        let name = |(unit, category): (usize, usize)| (self.units.name(unit), self.categories.name(category));
        let mut rows: Vec<_> = self
            .of_unit
            .iter()
            .map(|(key, worked)| {
                let (unit, category) = name(*key);
                (unit, category, *worked)
            })
            .collect();
        rows.sort_by(|a, b| a.0.cmp(b.0).then(b.2.minutes.cmp(&a.2.minutes)).then(a.1.cmp(b.1)));
        rows
    }
}
