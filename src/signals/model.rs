//! The kinds of signals, their numbers, and what is kept of a member's choices.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::kernel::ids::PersonId;

/// What a signal looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The average of the reference period, near the limit.
    LongHours,
    /// Rests that were too short.
    ShortRest,
    /// Nights in a row.
    Nights,
    /// Shifts that ended late, more than those of most people.
    Overruns,
    /// Potentially traumatic jobs.
    TraumaticJobs,
    /// A long time without leave.
    NoLeave,
    /// Breaks that were missed.
    MissedBreaks,
}

/// Whole numbers that are allowed, both ends included.
pub type Bounds = (i16, i16);

/// Hours of a rest under which it is short: what is allowed.
pub const REST_HOURS: Bounds = (6, 11);

impl Kind {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::LongHours,
        Self::ShortRest,
        Self::Nights,
        Self::Overruns,
        Self::TraumaticJobs,
        Self::NoLeave,
        Self::MissedBreaks,
    ];

    /// As the database and addresses have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LongHours => "long-hours",
            Self::ShortRest => "short-rest",
            Self::Nights => "nights",
            Self::Overruns => "overruns",
            Self::TraumaticJobs => "traumatic-jobs",
            Self::NoLeave => "no-leave",
            Self::MissedBreaks => "missed-breaks",
        }
    }

    /// Reads what [`Kind::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::LongHours => "Long hours",
            Self::ShortRest => "Short rest",
            Self::Nights => "Nights in a row",
            Self::Overruns => "Late finishes",
            Self::TraumaticJobs => "Hard jobs",
            Self::NoLeave => "No leave",
            Self::MissedBreaks => "Missed breaks",
        }
    }

    /// The numbers that the program ships: those of docs/signals.md.
    pub const fn shipped(self) -> Rule {
        let (threshold, window_days, rest_hours) = match self {
            Self::LongHours => (90, None, None),
            Self::ShortRest => (2, Some(14), Some(11)),
            Self::Nights => (4, Some(14), None),
            Self::Overruns => (10, Some(28), None),
            Self::TraumaticJobs => (3, Some(28), None),
            Self::NoLeave => (90, None, None),
            Self::MissedBreaks => (3, Some(14), None),
        };
        Rule { kind: self, offered: true, threshold, window_days, rest_hours }
    }

    /// What the threshold may be.
    pub const fn bounds(self) -> Bounds {
        match self {
            Self::LongHours => (70, 100),
            Self::ShortRest => (1, 6),
            Self::Nights => (2, 10),
            Self::Overruns => (1, 50),
            Self::TraumaticJobs => (1, 10),
            Self::NoLeave => (30, 140),
            Self::MissedBreaks => (1, 20),
        }
    }

    /// What the days looked back over may be; `None` for a kind that has its own period.
    pub const fn window_bounds(self) -> Option<Bounds> {
        match self {
            Self::LongHours | Self::NoLeave => None,
            Self::ShortRest => Some((7, 28)),
            Self::Nights => Some((7, 42)),
            Self::Overruns => Some((14, 56)),
            Self::TraumaticJobs => Some((7, 91)),
            Self::MissedBreaks => Some((7, 56)),
        }
    }

    /// What the threshold is called on a form.
    pub const fn threshold_label(self) -> &'static str {
        match self {
            Self::LongHours => "Per cent of the weekly limit",
            Self::ShortRest => "How many short rests",
            Self::Nights => "More than so many nights in a row",
            Self::Overruns => "The share of people with most minutes, in per cent",
            Self::TraumaticJobs => "How many jobs",
            Self::NoLeave => "Days without leave",
            Self::MissedBreaks => "How many missed breaks",
        }
    }
}

/// The rule of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Of which.
    pub kind: Kind,
    /// Whether members can switch it on.
    pub offered: bool,
    /// What is compared with; its unit is the kind's.
    pub threshold: i16,
    /// How many days back are looked at, today included.
    pub window_days: Option<i16>,
    /// A rest under so many hours is short.
    pub rest_hours: Option<i16>,
}

impl Rule {
    /// Days back, for kinds that have them.
    pub fn window(&self) -> i16 {
        self.window_days.unwrap_or(1)
    }

    /// What it says, in a sentence.
    pub fn says(&self) -> String {
        let (number, days) = (self.threshold, self.window());
        match self.kind {
            Kind::LongHours => format!(
                "Raised when your average working week, over the reference period of your contract group, is {number}% of the limit or more."
            ),
            Kind::ShortRest => format!(
                "Raised when you began work after a rest of less than {} hours {} or more in {days} days.",
                self.rest_hours.unwrap_or(REST_HOURS.1),
                times(number)
            ),
            Kind::Nights => {
                format!("Raised when you worked more than {number} nights in a row in the last {days} days.")
            }
            Kind::Overruns => format!(
                "Raised when the minutes that you stayed after your shifts, in the last {days} days, are among the highest {number}% of your organisation. With fewer than {} people to compare, it says nothing.",
                super::rules::FEWEST_PEOPLE
            ),
            Kind::TraumaticJobs => format!(
                "Raised when you did {} or more in the last {days} days that may stay with you.",
                crate::views::format::count(number.into(), "job", "jobs")
            ),
            Kind::NoLeave => {
                format!("Raised when you have had no day of leave for {number} days. Sickness is not leave.")
            }
            Kind::MissedBreaks => {
                format!(
                    "Raised when you missed the break that was due {} or more in the last {days} days.",
                    times(number)
                )
            }
        }
    }
}

/// `once`, `twice`, `3 times`.
pub fn times(number: i16) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

/// A signal that somebody switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub kind: Kind,
    /// The last day on which nobody is told.
    pub snoozed_until: Option<Date>,
}

impl Choice {
    /// Whether nobody is told on `day`.
    pub fn sleeps(&self, day: Date) -> bool {
        self.snoozed_until.is_some_and(|until| day <= until)
    }
}

/// Whom somebody has told of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telling {
    /// Which.
    pub kind: Kind,
    /// Who is told.
    pub recipient: PersonId,
    /// When they were told of the one that is raised now.
    pub told_at: Option<Timestamp>,
}

/// A signal that is raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raising {
    /// Which.
    pub kind: Kind,
    /// Since when.
    pub raised_at: Timestamp,
    /// When the member was told.
    pub noticed_at: Option<Timestamp>,
}

/// Somebody who can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// By which roles.
    pub roles: String,
}

/// What somebody was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Of whom.
    pub name: String,
    /// Which signal.
    pub kind: Kind,
    /// Why.
    pub reason: String,
    /// Since when.
    pub raised_at: Timestamp,
}

/// From how many minutes on somebody is among those with the most overruns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// When it was made.
    pub day: Date,
    /// `None`: too few people to compare.
    pub minutes: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_within_what_is_allowed_and_each_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            let rule = kind.shipped();
            let within = |number: i16, (least, most): Bounds| (least..=most).contains(&number);
            assert!(within(rule.threshold, kind.bounds()), "{kind:?}");
            assert_eq!(rule.window_days.is_some(), kind.window_bounds().is_some(), "{kind:?}");
            assert!(rule.window_days.zip(kind.window_bounds()).is_none_or(|(days, bounds)| within(days, bounds)));
            assert_eq!(rule.rest_hours.is_some(), kind == Kind::ShortRest);
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert!(rule.says().contains(&rule.threshold.to_string()) || rule.says().contains("twice"), "{kind:?}");
        }
    }

    #[test]
    fn a_signal_sleeps_to_the_end_of_its_last_day() {
        let on = |until| Choice { kind: Kind::Nights, snoozed_until: until };
        let day = jiff::civil::date(2026, 11, 22);
        assert!(on(Some(day)).sleeps(day) && !on(day.yesterday().ok()).sleeps(day) && !on(None).sleeps(day));
    }
}
