//! Lengths of time in whole seconds, and averages as exact fractions: nothing is rounded before it is shown.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// A length of time in whole seconds; below zero where a limit is passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(i64);

impl Seconds {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many seconds.
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// So many hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3600))
    }

    /// So many minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// The number of seconds.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Hundredths of an hour, half a hundredth rounded up: 49 h 24 min 42 s are 4,941.
    pub const fn hundredths_of_an_hour(self) -> i64 {
        self.0.saturating_add(18).div_euclid(36)
    }

    /// The same, or nothing if it is below zero.
    #[must_use]
    pub const fn or_zero(self) -> Self {
        if self.0 < 0 { Self::ZERO } else { self }
    }
}

impl Add for Seconds {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Seconds {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Seconds {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Seconds {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// `780 h`, `7 h 30 min`, `20 min`, `1 h 15 s`: nothing is left out, so that lines add up to their sum.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.unsigned_abs();
        if whole == 0 {
            return f.write_str("0 h");
        }
        if self.0 < 0 {
            f.write_str("\u{2212}")?;
        }
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")];
        for (written, (number, unit)) in parts.iter().filter(|(number, _unit)| *number > 0).enumerate() {
            let space = if written > 0 { " " } else { "" };
            write!(f, "{space}{number} {unit}")?;
        }
        Ok(())
    }
}

/// Time worked over a number of days, as hours a week: an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeeklyAverage {
    worked: Seconds,
    days: i64,
}

impl WeeklyAverage {
    /// `worked` over `days` days, one at least.
    pub fn new(worked: Seconds, days: i64) -> Self {
        Self { worked, days: days.max(1) }
    }

    /// Whether it is more than `limit` in each seven days; exactly the limit is not.
    pub const fn exceeds(self, limit: Seconds) -> bool {
        self.worked.0.saturating_mul(7) > limit.0.saturating_mul(self.days)
    }

    /// What is left to `limit` in each seven days, rounded down to the second: below zero as soon as it is exceeded.
    pub const fn left_to(self, limit: Seconds) -> Seconds {
        let left = limit.0.saturating_mul(self.days).saturating_sub(self.worked.0.saturating_mul(7));
        Seconds(left.div_euclid(self.days))
    }

    /// Hundredths of an hour a week, half a hundredth rounded up: 840 h in 17 weeks are 4,941.
    pub const fn hundredths(self) -> i64 {
        let (over, under) = (self.worked.0.saturating_mul(7), self.days.saturating_mul(36));
        over.saturating_mul(2).saturating_add(under).div_euclid(under.saturating_mul(2))
    }
}

/// `49.41`: hours a week, as it is shown.
impl fmt::Display for WeeklyAverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hundredths(f, self.hundredths())
    }
}

/// A number of hundredths with its two decimals.
fn write_hundredths(f: &mut fmt::Formatter<'_>, hundredths: i64) -> fmt::Result {
    let sign = if hundredths < 0 { "\u{2212}" } else { "" };
    let whole = hundredths.unsigned_abs();
    write!(f, "{sign}{}.{:02}", whole / 100, whole % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_without_a_rest() {
        let seen = [0, 3600, 27_000, 1200, 3615, -1800, 2_808_000].map(|s| Seconds::new(s).to_string());
        assert_eq!(seen, ["0 h", "1 h", "7 h 30 min", "20 min", "1 h 15 s", "\u{2212}30 min", "780 h"]);
    }

    #[test]
    fn an_average_is_exact_until_it_is_shown() {
        let limit = Seconds::from_hours(48);
        let at_the_limit = WeeklyAverage::new(Seconds::from_hours(48 * 17), 119);
        assert!(!at_the_limit.exceeds(limit));
        assert_eq!((at_the_limit.to_string().as_str(), at_the_limit.left_to(limit)), ("48.00", Seconds::ZERO));
        let one_second_more = WeeklyAverage::new(Seconds::new(48 * 17 * 3600 + 1), 119);
        assert!(one_second_more.exceeds(limit));
        assert_eq!((one_second_more.to_string().as_str(), one_second_more.left_to(limit)), ("48.00", Seconds::new(-1)));
    }

    #[test]
    fn hundredths_are_rounded_half_up() {
        // 840 / 17 = 49.4117...; 800 / 17 = 47.0588...
        assert_eq!(WeeklyAverage::new(Seconds::from_hours(840), 119).to_string(), "49.41");
        assert_eq!(WeeklyAverage::new(Seconds::from_hours(800), 119).to_string(), "47.06");
        // 18 s are half a hundredth of an hour.
        assert_eq!([17, 18, 53, 54].map(|s| Seconds::new(s).hundredths_of_an_hour()), [0, 1, 1, 2]);
    }
}
