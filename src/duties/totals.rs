//! What sums by week and category add up to. Pure.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::model::Sum;
use super::words::Kinds;
use crate::kernel::civil;
use crate::kernel::ids::DutyKindId;

/// Weeks shown as columns or rows at most, empty ones included.
const MOST_WEEKS: usize = 53;

/// Minutes worked and duties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Minutes worked.
    pub minutes: i64,
    /// How many duties.
    pub duties: i64,
}

impl Amount {
    fn add(&mut self, minutes: i64, sum: &Sum) {
        self.minutes += minutes;
        self.duties += sum.duties;
    }
}

/// Sums from three sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// By week, each minute of a person once, the oldest first; weeks of the period without a duty are there with nothing.
    pub weeks: Vec<(Date, Amount)>,
    /// By type and category, the largest first.
    pub categories: Vec<(String, Amount)>,
    /// By type, the largest first, with the minutes of each of `weeks`.
    pub types: Vec<(String, Vec<i64>)>,
    /// Of all, each minute of a person once.
    pub all: Amount,
    /// Minutes that categories and types hold beside that: at the same time as another duty.
    pub twice: i64,
}

impl Totals {
    /// Adds up `sums`. With a period, its empty weeks are filled in (when there are not too many of them).
    pub fn of(sums: &[Sum], period: Option<(Date, Date)>, kinds: &Kinds) -> Self {
        let mut weeks: BTreeMap<Date, Amount> = BTreeMap::new();
        if let Some((from, to)) = period {
            let span = weeks_between(from, to);
            if span.len() <= MOST_WEEKS {
                weeks.extend(span.into_iter().map(|week| (week, Amount::default())));
            }
        }
        let mut categories: BTreeMap<(DutyKindId, Option<DutyKindId>), Amount> = BTreeMap::new();
        let (mut all, mut twice) = (Amount::default(), 0);
        for sum in sums {
            weeks.entry(sum.week_start).or_default().add(sum.once, sum);
            categories.entry((sum.type_id, sum.category)).or_default().add(sum.minutes, sum);
            all.add(sum.once, sum);
            twice += sum.minutes - sum.once;
        }
        let label = |(kind, category): &(DutyKindId, Option<DutyKindId>)| match category {
            Some(category) => format!("{}: {}", kinds.name(*kind), kinds.name(*category)),
            None => kinds.name(*kind).to_owned(),
        };
        let mut by_category: Vec<(String, Amount)> =
            categories.iter().map(|(key, amount)| (label(key), *amount)).collect();
        by_category.sort_by(|(a_name, a), (b_name, b)| b.minutes.cmp(&a.minutes).then_with(|| a_name.cmp(b_name)));
        Self {
            types: by_type(sums, &weeks, kinds),
            weeks: weeks.into_iter().collect(),
            categories: by_category,
            all,
            twice,
        }
    }
}

fn by_type(sums: &[Sum], weeks: &BTreeMap<Date, Amount>, kinds: &Kinds) -> Vec<(String, Vec<i64>)> {
    let mut types: BTreeMap<DutyKindId, BTreeMap<Date, i64>> = BTreeMap::new();
    for sum in sums {
        *types.entry(sum.type_id).or_default().entry(sum.week_start).or_default() += sum.minutes;
    }
    let mut all: Vec<(String, Vec<i64>)> = types
        .into_iter()
        .map(|(id, minutes)| {
            let row = weeks.keys().map(|week| minutes.get(week).copied().unwrap_or(0)).collect();
            (kinds.name(id).to_owned(), row)
        })
        .collect();
    all.sort_by_key(|(name, minutes)| (std::cmp::Reverse(minutes.iter().sum::<i64>()), name.clone()));
    all
}

/// The Mondays of the weeks that touch the days from `from` to `to`, the oldest first; bounded at 60.
pub fn weeks_between(from: Date, to: Date) -> Vec<Date> {
    let mut weeks = Vec::new();
    let mut week = civil::monday(from);
    while week <= to && weeks.len() < 60 {
        weeks.push(week);
        let Ok(next) = week.checked_add(7.days()) else { break };
        week = next;
    }
    weeks
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::words::samples::{id, kinds};
    use super::*;

    fn sum(week: Date, type_id: u128, category: Option<u128>, minutes: i64) -> Sum {
        Sum { week_start: week, type_id: id(type_id), category: category.map(id), minutes, once: minutes, duties: 1 }
    }

    #[test]
    fn the_three_sides_add_up_to_the_same() {
        let (first, third) = (date(2026, 11, 2), date(2026, 11, 16));
        let sums = [
            sum(first, 1, Some(11), 120),
            sum(first, 2, Some(21), 300),
            sum(third, 1, Some(11), 60),
            sum(third, 1, None, 30),
        ];
        let totals = Totals::of(&sums, Some((date(2026, 11, 4), date(2026, 11, 22))), &kinds());
        let weeks: Vec<(Date, i64)> = totals.weeks.iter().map(|(week, amount)| (*week, amount.minutes)).collect();
        assert_eq!(weeks, [(first, 420), (date(2026, 11, 9), 0), (third, 90)]);
        let categories: Vec<(&str, i64)> =
            totals.categories.iter().map(|(name, amount)| (name.as_str(), amount.minutes)).collect();
        assert_eq!(categories, [("Training: Drill", 300), ("Incident: Fire", 180), ("Incident", 30)]);
        assert_eq!(totals.types, [("Training".to_owned(), vec![300, 0, 0]), ("Incident".to_owned(), vec![120, 0, 90])]);
        assert_eq!((totals.all, totals.twice), (Amount { minutes: 510, duties: 4 }, 0));
    }

    #[test]
    fn weeks_and_all_count_a_minute_once_and_a_kind_has_the_whole_duty() {
        let week = date(2026, 11, 16);
        // A call of an hour and a half during a shift.
        let sums = [sum(week, 2, Some(21), 480), Sum { once: 0, ..sum(week, 1, Some(11), 90) }];
        let totals = Totals::of(&sums, None, &kinds());
        assert_eq!(totals.weeks, [(week, Amount { minutes: 480, duties: 2 })]);
        assert_eq!((totals.all.minutes, totals.twice), (480, 90));
        assert_eq!(totals.categories.iter().map(|(_name, amount)| amount.minutes).sum::<i64>(), 570);
    }

    #[test]
    fn a_long_past_is_not_padded_with_empty_weeks() {
        let sums = [sum(date(2016, 11, 14), 1, None, 60)];
        let totals = Totals::of(&sums, Some((date(2010, 1, 1), date(2026, 11, 22))), &kinds());
        assert_eq!(totals.weeks.len(), 1);
    }
}
