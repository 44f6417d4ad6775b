//! What is on record for working time: contract groups, who belongs to which, what people declared, and the kept figures.
//!
//! The engine's own words stand in [`super::model`]; here they have ids, names and a place in the database.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::model::{Blocks, ReferenceWeeks, StandbyRule, Terms, WeeklyRestRule};
use crate::kernel::ids::{ContractGroupId, DutyId, DutyKindId, OptOutId, OtherEmploymentId, PersonId, UnitId};

/// What happens when a duty would break a limit or a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing: it is shown in the figures.
    Off,
    /// Whoever logs it is told, and may log it all the same.
    Warn,
    /// Work that has not begun is refused; work that was done is recorded after a warning.
    Block,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Block];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }

    /// Reads what [`Action::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// [`StandbyRule`] as the database has it.
pub const STANDBY: [(&str, StandbyRule); 3] =
    [("none", StandbyRule::None), ("turnout-only", StandbyRule::TurnoutOnly), ("all", StandbyRule::All)];

/// [`WeeklyRestRule`] as the database has it.
pub const WEEKLY_REST: [(&str, WeeklyRestRule); 3] = [
    ("weekly", WeeklyRestRule::EverySevenDays),
    ("twice-a-fortnight", WeeklyRestRule::TwiceInFourteenDays),
    ("once-a-fortnight", WeeklyRestRule::OnceInFourteenDays),
];

/// The value that a name stands for.
pub fn value_of<T: Copy>(names: &[(&str, T)], text: &str) -> Option<T> {
    names.iter().find(|(name, _value)| *name == text).map(|(_name, value)| *value)
}

/// The name of a value.
pub fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_name, named)| *named == value).map_or("", |(name, _value)| name)
}

/// What may be said of a contract group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDraft {
    /// What it is called.
    pub name: String,
    /// 17, 26 or 52.
    pub reference_weeks: i16,
    /// A day on which a fixed reference period begins; `None`: it rolls.
    pub anchor_on: Option<Date>,
    /// Whether regulation 21 holds.
    pub civil_protection: bool,
    /// What of on-call counts.
    pub standby: StandbyRule,
    /// How the weekly rest is given.
    pub weekly_rest: WeeklyRestRule,
    /// Whether breaks are working time.
    pub breaks_count: bool,
    /// Whether night work holds special hazards.
    pub special_hazards: bool,
    /// Days of notice that end an opt-out.
    pub notice_days: i16,
    /// What happens when a duty would break something.
    pub action: Action,
    /// Whether it holds for everybody of whom nothing else is said.
    pub for_all: bool,
}

/// A contract group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which one.
    pub id: ContractGroupId,
    /// What it says.
    pub draft: GroupDraft,
    /// Whether nobody can be put into it any more.
    pub retired: bool,
    /// Grows with each change.
    pub revision: i32,
}

impl Group {
    /// The engine's terms of it from a day on.
    pub fn terms(&self, from: Date) -> Terms {
        let draft = &self.draft;
        Terms {
            from,
            civil_protection: draft.civil_protection,
            reference_weeks: ReferenceWeeks::Agreed(draft.reference_weeks.into()),
            blocks: draft.anchor_on.map_or(Blocks::Rolling, Blocks::Fixed),
            standby: draft.standby,
            weekly_rest: draft.weekly_rest,
            breaks_count: draft.breaks_count,
            special_hazards: draft.special_hazards,
        }
    }
}

/// To which group somebody belongs from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belonging {
    /// From this day.
    pub from_on: Date,
    /// To this group.
    pub group: ContractGroupId,
    /// The first day of the employment.
    pub employed_on: Date,
    /// The last day before they become 18.
    pub young_until: Option<Date>,
}

/// An agreement not to have the weekly limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptOutRow {
    /// Which one.
    pub id: OptOutId,
    /// The first day.
    pub from_on: Date,
    /// Notice that ends it, in days.
    pub notice_days: i16,
    /// When notice was given.
    pub notice_given_on: Option<Date>,
    /// The last day, once notice was given.
    pub last_on: Option<Date>,
}

/// Which of two jobs another employment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// The main job of an on-call member.
    Primary,
    /// Any other job.
    Secondary,
}

impl JobKind {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    /// Reads what [`JobKind::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Primary, Self::Secondary].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// When somebody works on a weekday: the minute of the day at which it begins, and the minutes that it lasts.
pub type Hours = (u16, u16);

/// The hours of each weekday from Monday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(pub [Option<Hours>; 7]);

impl Week {
    /// Minutes in all.
    pub fn minutes(&self) -> i64 {
        self.0.iter().flatten().map(|(_starts, lasts)| i64::from(*lasts)).sum()
    }
}

/// Work for another employer, as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobDraft {
    /// Which of two.
    pub kind: JobKind,
    /// What the worker calls it.
    pub employer: Option<String>,
    /// Whether drivers' hours rules hold there.
    pub drives: bool,
    /// When they work there.
    pub week: Week,
    /// The first day.
    pub from_on: Date,
    /// The last day, if it has one.
    pub to_on: Option<Date>,
}

/// Work for another employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherJob {
    /// Which one.
    pub id: OtherEmploymentId,
    /// What was declared.
    pub draft: JobDraft,
}

/// A duty, as far as working time cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DutyHours {
    /// Which one.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Breaks in minutes.
    pub break_minutes: i32,
    /// The most precise kind that was chosen.
    pub kind: DutyKindId,
}

/// Somebody as this slice knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// Their name, family name last.
    pub name: String,
    /// Their number.
    pub number: Option<String>,
    /// Their home unit.
    pub unit: UnitId,
    /// Whether they have left.
    pub left: bool,
}

/// A kept figure: one day of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The day.
    pub day: Date,
    /// The first day of the reference period.
    pub first_on: Date,
    /// Its last.
    pub last_on: Date,
    /// A in seconds.
    pub a: i64,
    /// B in seconds.
    pub b: i64,
    /// C in days.
    pub c_days: i32,
    /// Hundredths of an hour a week.
    pub average: i32,
    /// Seconds a week that are left to the limit; below zero above it.
    pub headroom: i64,
    /// `within`, `over` or `opted-out`.
    pub standing: &'static str,
    /// The shortest daily rest of the last days, in seconds.
    pub shortest_rest: Option<i32>,
    /// Compensatory rest owed, in seconds.
    pub owed: i64,
    /// When the first of it falls due.
    pub due_on: Option<Date>,
    /// The longest stretch of work without a break, in seconds.
    pub longest_stretch: Option<i32>,
    /// The rule set of the day.
    pub rule_version: String,
    /// The rest; on the latest day alone.
    pub more: Option<More>,
}

/// What a figure says beyond its columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct More {
    /// What the average comes to, as far as it can be told, in hundredths.
    pub expected: i64,
    /// All that was worked, opt-outs or not, in hundredths of an hour a week.
    pub worked: i64,
    /// The limit in seconds a week.
    pub limit: i64,
    /// Seconds that are left in the whole period.
    pub hours_left: i64,
    /// Excluded days.
    pub excluded_days: i64,
    /// Worked days that B is short of.
    pub open_days: i64,
    /// Rests and breaks missed in the last days: daily, weekly, breaks.
    pub missed: [usize; 3],
    /// How many days are looked back over.
    pub look_back: i64,
    /// What of the limits under 18 is broken; `None` for adults.
    pub young_within: Option<bool>,
    /// How night work stands, and its average in seconds in each 24 hours.
    pub night: Option<(String, i64)>,
    /// What is owed.
    pub debts: Vec<Owed>,
}

/// Compensatory rest that is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// `daily`, `weekly` or `break`.
    pub kind: String,
    /// The period in which it was missed.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// What was missed, in seconds.
    pub amount: i64,
    /// What is not made up for yet, in seconds.
    pub owed: i64,
    /// By when it should be.
    pub due_on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_database() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        for (name, value) in STANDBY {
            assert_eq!((value_of(&STANDBY, name), name_of(&STANDBY, value)), (Some(value), name));
        }
        for (name, value) in WEEKLY_REST {
            assert_eq!((value_of(&WEEKLY_REST, name), name_of(&WEEKLY_REST, value)), (Some(value), name));
        }
        let week = Week([Some((540, 480)), None, None, None, None, None, Some((0, 60))]);
        let json = serde_json::to_value(week).expect("json");
        assert_eq!(serde_json::from_value::<Week>(json).expect("a week"), week);
        assert_eq!(week.minutes(), 540);
    }
}
