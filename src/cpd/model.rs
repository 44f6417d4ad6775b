//! What an entry, its evidence, a request and a profile are.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::kernel::ids::{CpdEntryId, CpdEvidenceId, CpdRequestId, DutyId, PersonId, UnitId};

/// The five types of activity that the regulator tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Learning by doing one's work.
    WorkBased,
    /// What one does for the profession.
    Professional,
    /// Courses, formal education.
    Formal,
    /// Reading, watching, trying on one's own.
    SelfDirected,
    /// Anything else.
    Other,
}

impl Kind {
    /// All of them, in the regulator's order.
    pub const ALL: [Self; 5] = [Self::WorkBased, Self::Professional, Self::Formal, Self::SelfDirected, Self::Other];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkBased => "work-based",
            Self::Professional => "professional",
            Self::Formal => "formal",
            Self::SelfDirected => "self-directed",
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
            Self::WorkBased => "Work-based",
            Self::Professional => "Professional",
            Self::Formal => "Formal or educational",
            Self::SelfDirected => "Self-directed",
            Self::Other => "Other",
        }
    }

    /// What belongs to it, for whoever chooses.
    pub const fn examples(self) -> &'static str {
        match self {
            Self::WorkBased => "Debriefs, case reviews, mentoring, a new procedure, audits, shadowing",
            Self::Professional => "Teaching, being an assessor, a working group, a journal club, conferences",
            Self::Formal => "Courses, lectures, e-learning, simulation, a degree, planned drills",
            Self::SelfDirected => "Reading guidelines and papers, podcasts, looking something up after a job",
            Self::Other => "Voluntary work, anything that fits none of the others",
        }
    }
}

/// Which of the five standards an entry is said to meet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standards(i16);

impl Standards {
    /// As the database has them: 1, 2, 4, 8, 16 for the first to the fifth, added up.
    pub const fn bits(self) -> i16 {
        self.0
    }

    /// From the database; what is no standard is left out.
    pub const fn of_bits(bits: i16) -> Self {
        Self(bits & 31)
    }

    /// With this one as well, from 1 to 5; any other number changes nothing.
    pub const fn with(self, number: u8) -> Self {
        match number {
            1..=5 => Self(self.0 | (1 << (number - 1))),
            _ => self,
        }
    }

    /// Whether this one is among them.
    pub const fn has(self, number: u8) -> bool {
        matches!(number, 1..=5) && self.0 & (1 << (number - 1)) != 0
    }

    /// Their numbers.
    pub fn numbers(self) -> impl Iterator<Item = u8> {
        (1..=5).filter(move |number| self.has(*number))
    }
}

/// What somebody writes of an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What type of activity it was.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// Who gave the course, wrote the paper, ran the exercise.
    pub provider: Option<String>,
    /// Its day, or its first one.
    pub started_on: Date,
    /// Its last day, when it took more than one.
    pub ended_on: Option<Date>,
    /// How long it took, in minutes: nobody has to say.
    pub minutes: Option<i32>,
    /// What they learned.
    pub outcome: Option<String>,
    /// What they think of it.
    pub reflection: Option<String>,
    /// What it changed in how they work.
    pub practice: Option<String>,
    /// What it did for those whom the service is for.
    pub benefit: Option<String>,
    /// Which standards it meets.
    pub standards: Standards,
    /// A duty of theirs that it came out of.
    pub duty: Option<DutyId>,
}

impl Draft {
    /// The day on which it was over: by it an entry counts towards a period.
    pub fn happened_on(&self) -> Date {
        self.ended_on.unwrap_or(self.started_on)
    }
}

/// An entry as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Which one.
    pub id: CpdEntryId,
    /// Whose.
    pub person: PersonId,
    /// Their home unit.
    pub unit: UnitId,
    /// What it says.
    pub draft: Draft,
    /// Whether managers of that unit read it.
    pub shared: bool,
    /// Grows with each change; an edit names the one that it was made on.
    pub revision: i32,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// A file that shows that an entry is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Which one.
    pub id: CpdEvidenceId,
    /// Of which entry.
    pub entry: CpdEntryId,
    /// What it is called.
    pub file_name: String,
    /// What its bytes were found to be.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Not answered yet.
    Asked,
    /// It is so.
    Confirmed,
    /// They cannot say so.
    Declined,
    /// Whoever asked took it back.
    Withdrawn,
}

impl Answer {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads what [`Answer::as_str`] says; anything else was taken back.
    pub fn parse(text: &str) -> Self {
        [Self::Asked, Self::Confirmed, Self::Declined]
            .into_iter()
            .find(|it| it.as_str() == text)
            .unwrap_or(Self::Withdrawn)
    }
}

/// That somebody was asked to confirm an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which one.
    pub id: CpdRequestId,
    /// Which entry.
    pub entry: CpdEntryId,
    /// Who asked.
    pub person: PersonId,
    /// Who was asked.
    pub verifier: PersonId,
    /// What the entry was called then.
    pub title: String,
    /// What they were told.
    pub message: Option<String>,
    /// What became of it.
    pub state: Answer,
    /// Which revision was confirmed.
    pub revision: Option<i32>,
    /// What they said.
    pub answer: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was answered or taken back.
    pub answered_at: Option<Timestamp>,
}

impl Request {
    /// Whether it confirms the entry as it is at this revision.
    pub fn confirms(&self, revision: i32) -> bool {
        self.state == Answer::Confirmed && self.revision == Some(revision)
    }
}

/// What somebody writes for their profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whether they are on the register, so that its standards are held against their record.
    pub registrant: bool,
    /// Their profession.
    pub profession: Option<String>,
    /// Their number on the register.
    pub registration: Option<String>,
    /// The first day that it is about; `None`: two years before the last one.
    pub from: Option<Date>,
    /// The last day that it is about; `None`: today.
    pub to: Option<Date>,
    /// What they have done at work.
    pub history: Option<String>,
    /// How they met the standards.
    pub statement: Option<String>,
    /// Grows with each change; 0 while there is none.
    pub revision: i32,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            registrant: true,
            profession: None,
            registration: None,
            from: None,
            to: None,
            history: None,
            statement: None,
            revision: 0,
        }
    }
}

/// Which entries a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that were over on this day or later.
    pub from: Option<Date>,
    /// Those that were over on this day or earlier.
    pub to: Option<Date>,
    /// Of this type.
    pub kind: Option<Kind>,
    /// Said to meet this standard.
    pub standard: Option<u8>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// Where the list goes on, when it does: the day of the last row, and its id.
    pub next: Option<(Date, Uuid)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_answers_survive_the_database() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("reading"), None);
        for answer in [Answer::Asked, Answer::Confirmed, Answer::Declined, Answer::Withdrawn] {
            assert_eq!(Answer::parse(answer.as_str()), answer);
        }
    }

    #[test]
    fn standards_are_a_set_of_the_numbers_one_to_five() {
        let some = Standards::default().with(2).with(4).with(4).with(0).with(9);
        assert_eq!(some.numbers().collect::<Vec<_>>(), [2, 4]);
        assert_eq!(some.bits(), 10);
        assert_eq!(Standards::of_bits(10), some);
        assert_eq!(Standards::of_bits(-1).numbers().count(), 5);
        assert!(some.has(4) && !some.has(1) && !some.has(0) && !some.has(6));
    }
}
