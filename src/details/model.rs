//! What a detail and a change of one are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{DetailChangeId, PersonId, UnitId};

/// What is changed as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Given and family name.
    Name,
    /// Telephone number.
    Phone,
    /// Home address.
    Address,
    /// Whom to call in an emergency.
    Contact,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Name, Self::Phone, Self::Address, Self::Contact];

    /// As the database and addresses have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Contact => "contact",
        }
    }

    /// Reads what [`Part::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Phone => "Telephone",
            Self::Address => "Home address",
            Self::Contact => "Emergency contact",
        }
    }
}

/// What a part says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "kebab-case")]
pub enum Value {
    /// Given and family name.
    Name {
        /// Given name.
        given: String,
        /// Family name.
        family: String,
    },
    /// Telephone number.
    Phone {
        /// The number.
        number: String,
    },
    /// Home address.
    Address {
        /// Its lines.
        lines: String,
        /// Its postcode.
        postcode: String,
    },
    /// Whom to call in an emergency.
    Contact {
        /// What they are called.
        name: String,
        /// Who they are to the person.
        relation: String,
        /// How to reach them.
        phone: String,
    },
}

impl Value {
    /// As one line, as pages show it.
    pub fn in_words(&self) -> String {
        match self {
            Self::Name { given, family } => format!("{given} {family}"),
            Self::Phone { number } => number.clone(),
            Self::Address { lines, postcode } => {
                format!("{}, {postcode}", lines.lines().collect::<Vec<_>>().join(", "))
            }
            Self::Contact { name, relation, phone } => format!("{name} ({relation}), {phone}"),
        }
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits.
    Proposed,
    /// It holds.
    Approved,
    /// It was sent back with a reason.
    Returned,
    /// Who proposed it took it back.
    Withdrawn,
}

impl State {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads what [`State::as_str`] says; the database holds no other.
    pub fn parse(text: &str) -> Self {
        let all = [Self::Proposed, Self::Approved, Self::Returned];
        all.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Withdrawn)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Proposed => "Waits for HR",
            Self::Approved => "Approved",
            Self::Returned => "Returned",
            Self::Withdrawn => "Taken back",
        }
    }

    /// The colour of its tag; the word says the same.
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Proposed => "govuk-tag--blue",
            Self::Approved => "govuk-tag--green",
            Self::Returned => "govuk-tag--orange",
            Self::Withdrawn => "govuk-tag--grey",
        }
    }
}

/// A change that was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which one.
    pub id: DetailChangeId,
    /// Whose.
    pub person: PersonId,
    /// Of what.
    pub part: Part,
    /// What it said; `None`: nothing.
    pub was: Option<Value>,
    /// What it should say; `None` only for one that cannot be read.
    pub becomes: Option<Value>,
    /// What became of it.
    pub state: State,
    /// When.
    pub proposed_at: Timestamp,
    /// When it was settled.
    pub decided_at: Option<Timestamp>,
    /// Why it was returned, or a word beside the approval.
    pub answer: Option<String>,
}

/// What holds of somebody, as far as the caller reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Current {
    /// By the order of [`Part::ALL`].
    pub values: [Option<Value>; 4],
}

impl Current {
    /// What a part says.
    pub fn of(&self, part: Part) -> Option<&Value> {
        Part::ALL
            .iter()
            .zip(&self.values)
            .find(|(known, _value)| **known == part)
            .and_then(|(_part, value)| value.as_ref())
    }
}

/// Somebody as this slice knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// Given and family name.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
}
