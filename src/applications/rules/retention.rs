//! How long an application is kept.

use jiff::ToSpan;
use jiff::civil::Date;

/// The most months that a vacancy keeps applications; also how long one that succeeded waits for its applicant to become a
/// person.
pub const LONGEST_MONTHS: i16 = 24;

/// The last day on which an application is kept that was settled on this day.
pub fn delete_after(settled_on: Date, keep_months: i16) -> Date {
    settled_on.checked_add(keep_months.months()).unwrap_or(Date::MAX)
}
