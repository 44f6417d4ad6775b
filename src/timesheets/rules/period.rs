//! Which days make a period: weeks from Monday or calendar months, by the rule that is in force on the day. A rule that
//! begins cuts the period before it short, so the periods of an organisation lie side by side without a gap.
//!
//! A duty belongs to the period of the day in the United Kingdom on which it started: a night shift from Sunday to Monday
//! to the week that ends on that Sunday. The database says the same (`app_timesheet_period`); a test compares them.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::kernel::civil;

/// What a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodKind {
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl PeriodKind {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Reads [`PeriodKind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Week, Self::Month].into_iter().find(|kind| kind.as_str() == text)
    }

    /// The first day of the week or month that `day` lies in.
    pub fn first(self, day: Date) -> Date {
        match self {
            Self::Week => civil::monday(day),
            Self::Month => day.first_of_month(),
        }
    }

    fn last(self, day: Date) -> Date {
        match self {
            Self::Week => civil::monday(day).checked_add(6.days()).unwrap_or(day),
            Self::Month => day.last_of_month(),
        }
    }
}

/// Days for which hours are submitted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// How many days it has.
    pub fn days(&self) -> i32 {
        self.from.until(self.to).map_or(1, |span| span.get_days() + 1)
    }

    /// Whether `day` is one of them.
    pub fn has(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// `16 to 22 November 2026`, `30 November to 6 December 2026`, `November 2026`.
    pub fn in_words(&self) -> String {
        let long = |day: Date| day.strftime("%-d %B %Y").to_string();
        if self.from == self.to {
            return long(self.from);
        }
        if self.from.day() == 1 && self.to == self.from.last_of_month() {
            return self.from.strftime("%B %Y").to_string();
        }
        let first = if self.from.first_of_month() == self.to.first_of_month() {
            self.from.strftime("%-d").to_string()
        } else if self.from.year() == self.to.year() {
            self.from.strftime("%-d %B").to_string()
        } else {
            long(self.from)
        };
        format!("{first} to {}", long(self.to))
    }
}

/// From when on hours are submitted, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The first day on which it counts: a Monday, or the first of a month.
    pub starts_on: Date,
    /// What a period is.
    pub period: PeriodKind,
    /// A duty logged more days than that after its end is late.
    pub late_days: i32,
    /// Days after the end of a period until it should be submitted.
    pub due_days: i32,
}

/// All rules of an organisation, past ones too: which period each day lies in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    rules: Vec<Rule>,
}

impl Calendar {
    /// From the rules, in any order.
    pub fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by_key(|rule| rule.starts_on);
        Self { rules }
    }

    /// Whether hours are submitted at all, now or later.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules, the earliest first.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule that counts on `day`.
    pub fn rule(&self, day: Date) -> Option<&Rule> {
        self.rules.iter().rev().find(|rule| rule.starts_on <= day)
    }

    /// The period that `day` lies in; `None` before hours were submitted here.
    pub fn period(&self, day: Date) -> Option<Period> {
        let rule = self.rule(day)?;
        let next = self.rules.iter().find(|next| next.starts_on > rule.starts_on);
        let cut = next.and_then(|next| next.starts_on.yesterday().ok());
        let last = rule.period.last(day);
        Some(Period { from: rule.period.first(day), to: cut.map_or(last, |cut| cut.min(last)) })
    }

    /// The period that begins on `from`; `None` when none does.
    pub fn beginning(&self, from: Date) -> Option<Period> {
        self.period(from).filter(|period| period.from == from)
    }

    /// `count` periods, the one that `day` lies in first, then those before it.
    pub fn back_from(&self, day: Date, count: usize) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut next = self.period(day);
        while let Some(period) = next
            && periods.len() < count
        {
            periods.push(period);
            next = period.from.yesterday().ok().and_then(|day| self.period(day));
        }
        periods
    }

    /// When a rule of this kind can begin, with `today` for the day: with the current week or month when there is none
    /// yet; else after the current period, so that nothing that may have been submitted is cut through.
    pub fn next_start(&self, kind: PeriodKind, today: Date) -> Date {
        let Some(current) = self.period(today) else { return kind.first(today) };
        let after = current.to.tomorrow().unwrap_or(current.to);
        match kind {
            PeriodKind::Week if after.weekday() == Weekday::Monday => after,
            PeriodKind::Month if after.day() == 1 => after,
            PeriodKind::Week | PeriodKind::Month => kind.last(after).tomorrow().unwrap_or(after),
        }
    }

    /// By when a period should be submitted.
    pub fn due(&self, period: Period) -> Date {
        let days = self.rule(period.from).map_or(0, |rule| rule.due_days);
        period.to.checked_add(i64::from(days).days()).unwrap_or(period.to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule(starts_on: Date, period: PeriodKind) -> Rule {
        Rule { starts_on, period, late_days: 7, due_days: 3 }
    }

    /// Weeks from November 2026 on, months from 2027 on.
    fn calendar() -> Calendar {
        Calendar::new(vec![rule(date(2027, 1, 1), PeriodKind::Month), rule(date(2026, 11, 2), PeriodKind::Week)])
    }

    #[test]
    fn every_day_lies_in_exactly_one_period_without_a_gap() {
        let calendar = calendar();
        assert_eq!(calendar.period(date(2026, 11, 1)), None);
        let mut day = date(2026, 11, 2);
        let mut last = None;
        while day < date(2028, 3, 1) {
            let period = calendar.period(day).expect("a period");
            assert!(period.has(day), "{day}: {period:?}");
            if last != Some(period) {
                assert_eq!(period.from, day, "it begins where the one before ended");
                assert!(calendar.beginning(day) == Some(period));
            }
            last = Some(period);
            day = day.tomorrow().expect("a day");
        }
    }

    #[test]
    fn a_rule_that_begins_cuts_the_period_before_it_short() {
        let calendar = calendar();
        let cut = calendar.period(date(2026, 12, 30)).expect("a period");
        assert_eq!(cut, Period { from: date(2026, 12, 28), to: date(2026, 12, 31) });
        assert_eq!(calendar.period(date(2027, 1, 3)).map(|period| period.from), Some(date(2027, 1, 1)));
        assert_eq!(calendar.period(date(2028, 2, 3)).map(|period| period.to), Some(date(2028, 2, 29)));
    }

    #[test]
    fn periods_are_listed_backwards_as_far_as_there_are_any() {
        let back = calendar().back_from(date(2026, 11, 22), 10);
        let firsts: Vec<Date> = back.iter().map(|period| period.from).collect();
        assert_eq!(firsts, [date(2026, 11, 16), date(2026, 11, 9), date(2026, 11, 2)]);
        assert_eq!(calendar().back_from(date(2026, 11, 22), 2).len(), 2);
        assert_eq!(Calendar::default().back_from(date(2026, 11, 22), 2), []);
    }

    #[test]
    fn a_new_rule_begins_after_the_current_period() {
        let (week, month) = (PeriodKind::Week, PeriodKind::Month);
        let today = date(2026, 12, 2);
        assert_eq!(Calendar::default().next_start(week, today), date(2026, 11, 30));
        assert_eq!(Calendar::default().next_start(month, today), date(2026, 12, 1));
        let weeks = Calendar::new(vec![rule(date(2026, 11, 2), week)]);
        assert_eq!(weeks.next_start(week, today), date(2026, 12, 7));
        assert_eq!(weeks.next_start(month, today), date(2027, 1, 1), "the week over the turn of the month stays whole");
        let months = Calendar::new(vec![rule(date(2026, 11, 1), month)]);
        assert_eq!(months.next_start(month, today), date(2027, 1, 1));
        assert_eq!(months.next_start(week, today), date(2027, 1, 4));
    }

    #[test]
    fn a_period_reads_as_people_say_it() {
        let words = |from, to| Period { from, to }.in_words();
        assert_eq!(words(date(2026, 11, 16), date(2026, 11, 22)), "16 to 22 November 2026");
        assert_eq!(words(date(2026, 11, 30), date(2026, 12, 6)), "30 November to 6 December 2026");
        assert_eq!(words(date(2026, 12, 28), date(2027, 1, 3)), "28 December 2026 to 3 January 2027");
        assert_eq!(words(date(2026, 11, 1), date(2026, 11, 30)), "November 2026");
        assert_eq!(words(date(2026, 12, 31), date(2026, 12, 31)), "31 December 2026");
        assert_eq!(Period { from: date(2026, 11, 16), to: date(2026, 11, 22) }.days(), 7);
    }
}
