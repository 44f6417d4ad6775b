//! What is inside a sealed record. From outside all of them look alike.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::who5::Answers;
use crate::kernel::ids::{DutyId, PersonId, WellbeingRecordId, WellbeingShareId};
use uuid::Uuid;

/// A duty that a note came out of. The link is inside the sealed record, so that not even it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedDuty {
    /// Which one.
    pub id: DutyId,
    /// What it was called when the note was written.
    pub label: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What they wrote.
    pub text: String,
    /// How they felt, 1 (very low) to 5 (very good).
    pub mood: Option<u8>,
    /// How tired they were, 1 (not at all) to 5 (exhausted).
    pub fatigue: Option<u8>,
    /// The duty that it is about.
    pub duty: Option<LinkedDuty>,
}

/// What a record is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Content {
    /// A note.
    Note(Note),
    /// Answers to the WHO-5.
    Who5 {
        /// The five answers.
        answers: Answers,
    },
}

/// A record, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The day that it is about.
    pub day: Date,
    /// When it was written.
    pub written_at: Timestamp,
    /// What it is.
    pub content: Content,
}

/// A record that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Which one.
    pub id: WellbeingRecordId,
    /// What says whether it has changed since.
    pub mark: Uuid,
    /// What was inside.
    pub record: Record,
}

/// All of somebody's records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// Those that open, the latest day first.
    pub opened: Vec<Opened>,
    /// How many do not: they were damaged, or put there by somebody else.
    pub unreadable: usize,
}

/// What is sealed to whom a record is shared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Who shares it.
    pub from: String,
    /// The record, as it was then.
    pub record: Record,
}

/// Somebody to whom records can be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// What is sealed to.
    pub public_key: Vec<u8>,
    /// That the appliance wrote it.
    pub proof: Vec<u8>,
}

/// That a record was shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Which share.
    pub id: WellbeingShareId,
    /// Of which record.
    pub record: WellbeingRecordId,
    /// Whose record it is.
    pub person: PersonId,
    /// With whom.
    pub recipient: PersonId,
    /// Since when.
    pub shared_at: Timestamp,
    /// When they first opened it.
    pub opened_at: Option<Timestamp>,
}

/// How long records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// So many months after the day that they are about.
    Months(i16),
    /// Until their person removes them.
    Always,
}

impl Keep {
    /// What can be chosen.
    pub const ALL: [Self; 5] = [Self::Months(6), Self::Months(12), Self::Months(24), Self::Months(60), Self::Always];
    /// What holds until somebody chooses.
    pub const DEFAULT: Self = Self::Months(24);

    /// As the database has it.
    pub const fn months(self) -> Option<i16> {
        match self {
            Self::Months(months) => Some(months),
            Self::Always => None,
        }
    }

    /// Reads what the database has.
    pub fn of(months: Option<i16>) -> Self {
        months.map_or(Self::Always, Self::Months)
    }

    /// As forms have it.
    pub fn slug(self) -> String {
        self.months().map_or_else(|| "always".to_owned(), |months| months.to_string())
    }

    /// Reads [`Keep::slug`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|keep| keep.slug() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Months(6) => "6 months",
            Self::Months(12) => "1 year",
            Self::Months(24) => "2 years",
            Self::Months(60) => "5 years",
            Self::Months(_) => "Some months",
            Self::Always => "Until I remove them",
        }
    }
}
