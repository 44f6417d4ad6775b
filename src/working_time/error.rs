//! Why no figure of working time could be worked out.

use jiff::civil::Date;

use super::model::WorkId;

/// What is wrong with the law, the calendar or the record that the engine was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkingTimeError {
    /// There is no rule set at all.
    #[error("there is no rule set")]
    NoRules,
    /// No rule set is in force on a day of the calendar.
    #[error("no rule set is in force on {0}")]
    NoRulesOn(Date),
    /// Two rule sets begin on the same day.
    #[error("two rule sets are effective from {0}")]
    RulesTwice(Date),
    /// A number that must be positive is not.
    #[error("rule set {version}: {rule} must be more than nothing")]
    NotPositive {
        /// Of which rule set.
        version: String,
        /// Which number.
        rule: &'static str,
    },
    /// Night time has to hold midnight.
    #[error("rule set {version}: night time must begin before midnight and end after it")]
    NightWithoutMidnight {
        /// Of which rule set.
        version: String,
    },
    /// The last day of a calendar is before its first.
    #[error("the calendar ends before it begins")]
    CalendarBackwards,
    /// A day lies at the end of time.
    #[error("the calendar cannot hold {0}")]
    DayOutOfRange(Date),
    /// The figure needs a day that the calendar does not have.
    #[error("the calendar does not reach {0}")]
    CalendarTooShort(Date),
    /// The person has no terms, so nobody knows which rules apply.
    #[error("the person has no terms of work")]
    NoTerms,
    /// A reference period of no weeks.
    #[error("the reference period agreed is of no weeks")]
    NoReferencePeriod,
    /// The reference period agreed is longer than the law allows.
    #[error("a reference period of {weeks} weeks is longer than {longest}")]
    ReferencePeriodTooLong {
        /// What was agreed.
        weeks: i64,
        /// What the law allows.
        longest: i64,
    },
    /// Work ends before it starts.
    #[error("work {0} ends before it starts")]
    EndsBeforeItStarts(WorkId),
    /// The breaks of a piece of work are as long as itself, or longer.
    #[error("the breaks of work {0} are not shorter than the work")]
    BreaksTooLong(WorkId),
    /// A figure was asked for a day before the employment.
    #[error("{0} is before the employment began")]
    BeforeEmployment(Date),
    /// A figure was asked for a day that had not begun when the record was read.
    #[error("{0} has not begun yet")]
    NotYet(Date),
    /// The notice to end an opt-out is longer than the law allows.
    #[error("notice of {days} days is longer than {longest_months} months")]
    NoticeTooLong {
        /// What was agreed.
        days: i64,
        /// What the law allows.
        longest_months: i64,
    },
}
