//! A stretch of time between two instants, in whole seconds of UTC.

use jiff::Timestamp;

use super::seconds::Seconds;

/// From one second up to, and without, another one. Instants are cut to the second below before they get here, so
/// that a span cut in two has the same length as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Seconds since 1970.
    pub(super) from: i64,
    /// Seconds since 1970; the first second that is no longer part of it.
    pub(super) until: i64,
}

impl Span {
    /// From `from` to `until`; empty if `until` is not later.
    pub(super) const fn new(from: i64, until: i64) -> Self {
        Self { from, until }
    }

    /// When it begins.
    pub fn begins(self) -> Timestamp {
        instant(self.from)
    }

    /// When it ends.
    pub fn ends(self) -> Timestamp {
        instant(self.until)
    }

    /// How long it is; nothing if it is empty.
    pub const fn length(self) -> Seconds {
        Seconds::new(self.until.saturating_sub(self.from)).or_zero()
    }

    /// Whether it holds no second.
    pub const fn is_empty(self) -> bool {
        self.until <= self.from
    }

    /// What it has in common with another; may be empty.
    pub(super) fn overlap(self, other: Self) -> Self {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }
}

/// The instant of a second; whatever became a second here was an instant before.
fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_spans_have_in_common_may_be_nothing() {
        let span = Span::new(10, 20);
        assert_eq!(span.overlap(Span::new(15, 30)).length(), Seconds::new(5));
        assert!(span.overlap(Span::new(20, 30)).is_empty());
        assert_eq!(span.overlap(Span::new(25, 30)).length(), Seconds::ZERO);
    }
}
