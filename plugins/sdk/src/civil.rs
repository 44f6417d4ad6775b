//! Days and moments, as far as a report needs them: no clock and no time zones, which are the host's.

use std::fmt;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the civil calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01, negative before.
    pub days: i32,
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
}

impl Date {
    /// The day `days` after 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Self { days }
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        // Counted in eras of 400 years from 1 March of year 0, so that the leap day comes last in its year.
        let day = i64::from(self.days) + 719_468;
        let era = day.div_euclid(146_097);
        let of_era = day.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day_of_month = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u32, day_of_month as u32)
    }

    /// Days since Monday: 0 for a Monday, 6 for a Sunday.
    pub fn weekday(self) -> i32 {
        (self.days + 3).rem_euclid(7)
    }

    /// The Monday of its week.
    pub fn monday(self) -> Self {
        self.plus(-self.weekday())
    }

    /// The day `days` later.
    pub fn plus(self, days: i32) -> Self {
        Self { days: self.days.saturating_add(days) }
    }

    /// Year and number of its ISO 8601 week.
    pub fn iso_week(self) -> (i32, i32) {
        // A week belongs to the year of its Thursday.
        let thursday = self.monday().plus(3);
        let (year, ..) = thursday.ymd();
        let mut first = thursday;
        let mut week = 0;
        while first.ymd().0 == year {
            first = first.plus(-7);
            week += 1;
        }
        (year, week)
    }

    /// Such as `2026-W47`.
    pub fn iso_week_label(self) -> String {
        let (year, week) = self.iso_week();
        format!("{year}-W{week:02}")
    }
}

impl Date {
    /// Day and month, such as `16 Nov`: for the labels of a chart.
    pub fn short(self) -> String {
        let (_year, month, day) = self.ymd();
        let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
        format!("{day} {}", name.get(..3).unwrap_or(name))
    }
}

impl fmt::Display for Date {
    /// Such as `16 November 2026`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
        write!(f, "{day} {name} {year}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(Date::from_days(0).ymd(), (1970, 1, 1));
        assert_eq!(Date::from_days(20_779).to_string(), "22 November 2026");
        assert_eq!(Date::from_days(20_779).short(), "22 Nov");
        assert_eq!(Date::from_days(-1).ymd(), (1969, 12, 31));
        assert_eq!(Date::from_days(11_016).ymd(), (2000, 2, 29));
    }

    #[test]
    fn weeks_follow_iso_8601() {
        assert_eq!(Date::from_days(20_779).iso_week_label(), "2026-W47");
        assert_eq!(Date::from_days(20_779).monday().to_string(), "16 November 2026");
        // Friday 1 January 2027 belongs to the last week of 2026.
        assert_eq!(Date::from_days(20_819).to_string(), "1 January 2027");
        assert_eq!(Date::from_days(20_819).iso_week(), (2026, 53));
        // Monday 30 December 2024 belongs to the first week of 2025.
        assert_eq!(Date::from_days(20_087).iso_week(), (2025, 1));
    }
}
