//! What an absence is.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::kernel::ids::{AbsenceId, PersonId, UnitId};

/// What it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Annual leave.
    AnnualLeave,
    /// Sickness: sensitive.
    Sick,
    /// Maternity, paternity, adoption, parental and bereavement leave.
    Family,
    /// Anything else: time off in lieu, unpaid leave, public duties.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AnnualLeave, Self::Sick, Self::Family, Self::Other];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnnualLeave => "annual-leave",
            Self::Sick => "sick",
            Self::Family => "family",
            Self::Other => "other",
        }
    }

    /// Reads what [`Kind::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AnnualLeave => "Annual leave",
            Self::Sick => "Sickness",
            Self::Family => "Family leave",
            Self::Other => "Other absence",
        }
    }

    /// What belongs to it, for whoever chooses.
    pub const fn examples(self) -> Option<&'static str> {
        match self {
            Self::AnnualLeave | Self::Sick => None,
            Self::Family => Some("Maternity, paternity, adoption, parental and bereavement leave"),
            Self::Other => Some("Time off in lieu, unpaid leave, jury service"),
        }
    }
}

/// Days of somebody's, as other slices read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// What for.
    pub kind: Kind,
    /// The first day.
    pub first: Date,
    /// The last day, the first one at the earliest.
    pub last: Date,
}

impl Days {
    /// Whether `day` is one of them.
    pub fn has(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

/// An absence as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Which one.
    pub id: AbsenceId,
    /// Whose.
    pub person: PersonId,
    /// Their home unit.
    pub unit: UnitId,
    /// When and what for.
    pub days: Days,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When its days or its kind were changed last.
    pub changed_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// Somebody, as far as the caller may know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// Whether they have left.
    pub left: bool,
}

/// That somebody is away, and not why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// The first day of those asked about.
    pub first: Date,
    /// The last day of those asked about.
    pub last: Date,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn kinds_survive_the_database() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("Sick"), None);
    }

    #[test]
    fn both_ends_belong_to_it() {
        let days = Days { kind: Kind::Sick, first: date(2026, 11, 23), last: date(2026, 11, 25) };
        let has = [22, 23, 24, 25, 26].map(|day| days.has(date(2026, 11, day)));
        assert_eq!(has, [false, true, true, true, false]);
    }
}
