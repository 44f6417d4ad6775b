//! What a kind of competence, a need, an exception and a certificate are.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::kernel::ids::{CertificateId, CompetenceKindId, CompetenceNeedId, PersonId, RoleId, UnitId};

/// What follows when somebody who needs a competence lacks it; the graver one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is a gap to be closed.
    None,
    /// They do other work.
    Restricted,
    /// They are not available for operations.
    OffTheRun,
}

impl Effect {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Restricted, Self::OffTheRun];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Restricted => "restricted",
            Self::OffTheRun => "off-the-run",
        }
    }

    /// Reads what [`Effect::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "A gap",
            Self::Restricted => "Restricted",
            Self::OffTheRun => "Off the run",
        }
    }

    /// What it means, for whoever chooses.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::None => "It is shown as missing, and nothing else follows",
            Self::Restricted => "They stay on duty and do not do this part of the work",
            Self::OffTheRun => "They are not available for operations until it is put right",
        }
    }
}

/// What may be said of a kind of competence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindDraft {
    /// What it is called.
    pub name: String,
    /// How long a certificate counts that says no last day of its own; `None`: for ever.
    pub validity_months: Option<i32>,
    /// Days after the last day on which it still counts.
    pub grace_days: i32,
    /// What follows when it is lacking.
    pub effect: Effect,
    /// The same in the service's words.
    pub effect_note: Option<String>,
}

/// A kind of competence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Which one.
    pub id: CompetenceKindId,
    /// What it says.
    pub draft: KindDraft,
    /// Whether it is no longer asked for.
    pub retired: bool,
}

/// Who needs a kind: people of a unit and all below it, those of them who have a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which one.
    pub id: CompetenceNeedId,
    /// Of which kind.
    pub kind: CompetenceKindId,
    /// `None`: of every unit.
    pub unit: Option<UnitId>,
    /// `None`: whatever their role.
    pub role: Option<RoleId>,
}

/// That one person needs a kind which others like them do not, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Of which kind.
    pub kind: CompetenceKindId,
    /// Whether they need it.
    pub needed: bool,
    /// Why.
    pub reason: String,
    /// Since when.
    pub set_at: Timestamp,
}

/// What is written on a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDraft {
    /// The day on which they were found competent.
    pub awarded_on: Date,
    /// The last day on which it counts without grace; `None`: it does not run out.
    pub expires_on: Option<Date>,
    /// Its number.
    pub reference: Option<String>,
    /// Who gave it.
    pub awarded_by: Option<String>,
}

/// That it was taken away, or found to be a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// On which day.
    pub on: Date,
    /// Why.
    pub reason: String,
}

/// A certificate of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Which one.
    pub id: CertificateId,
    /// Whose.
    pub person: PersonId,
    /// Of which kind.
    pub kind: CompetenceKindId,
    /// What is written on it.
    pub draft: CertificateDraft,
    /// That it was ended, if it was.
    pub ended: Option<Ended>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Grows with each change; a change names the one that it was made on.
    pub revision: i32,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_survive_the_database_and_grow_graver() {
        for effect in Effect::ALL {
            assert_eq!(Effect::parse(effect.as_str()), Some(effect));
        }
        assert_eq!(Effect::parse("fired"), None);
        assert!(Effect::None < Effect::Restricted && Effect::Restricted < Effect::OffTheRun);
    }
}
