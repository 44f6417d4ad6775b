//! Kinds of competence that services usually keep, to begin with: added by a button, and the service's own from then on.
//!
//! Names only are common knowledge. How long each counts is the service's own policy or its awarding body's; the months
//! here are what services often set, and none was read in a regulation. The page says so.

use super::model::{Effect, KindDraft};

/// Of which trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// A fire and rescue service.
    Fire,
    /// An ambulance service.
    Ambulance,
}

impl Trade {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fire, Self::Ambulance];

    /// As a form has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fire => "fire",
            Self::Ambulance => "ambulance",
        }
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Fire => "Fire and rescue service",
            Self::Ambulance => "Ambulance service",
        }
    }

    /// Reads what [`Trade::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trade| trade.as_str() == text)
    }
}

type Row = (&'static str, Option<i32>, Effect);

/// Name, months, what follows.
const FIRE: &[Row] = &[
    ("Breathing apparatus", Some(24), Effect::OffTheRun),
    ("Compartment fire behaviour", Some(24), Effect::Restricted),
    ("Emergency response driving, large goods vehicle", Some(36), Effect::Restricted),
    ("Water rescue, responder", Some(36), Effect::Restricted),
    ("Working at height", Some(36), Effect::Restricted),
    ("Road traffic collision, extrication", Some(24), Effect::Restricted),
    ("Casualty care", Some(36), Effect::Restricted),
    ("Incident command, level 1", Some(24), Effect::Restricted),
    ("Hazardous materials", Some(24), Effect::None),
    ("Safeguarding", Some(36), Effect::None),
    ("Manual handling", Some(36), Effect::None),
];

const AMBULANCE: &[Row] = &[
    ("Professional registration (HCPC)", Some(24), Effect::OffTheRun),
    ("Emergency response driving", Some(60), Effect::Restricted),
    ("Driving licence check", Some(12), Effect::Restricted),
    ("Adult advanced life support", Some(12), Effect::Restricted),
    ("Paediatric advanced life support", Some(12), Effect::Restricted),
    ("Newborn life support", Some(12), Effect::None),
    ("Controlled drugs", Some(12), Effect::Restricted),
    ("Safeguarding, level 3", Some(36), Effect::None),
    ("Moving and handling", Some(12), Effect::None),
    ("Infection prevention and control", Some(12), Effect::None),
    ("Information governance", Some(12), Effect::None),
];

/// The kinds of a trade.
pub fn kinds(trade: Trade) -> impl Iterator<Item = KindDraft> {
    let rows = match trade {
        Trade::Fire => FIRE,
        Trade::Ambulance => AMBULANCE,
    };
    rows.iter().map(|(name, validity_months, effect)| KindDraft {
        name: (*name).to_owned(),
        validity_months: *validity_months,
        grace_days: 0,
        effect: *effect,
        effect_note: None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::competence::rules::{TypedKind, check_kind};

    #[test]
    fn every_suggested_kind_is_one_that_somebody_could_type_and_none_comes_twice() {
        for trade in Trade::ALL {
            let names: Vec<String> = kinds(trade).map(|kind| kind.name.to_lowercase()).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
            for kind in kinds(trade) {
                let typed = TypedKind {
                    name: kind.name.clone(),
                    validity_months: kind.validity_months.map(|months| months.to_string()).unwrap_or_default(),
                    grace_days: "0".to_owned(),
                    effect: kind.effect.as_str().to_owned(),
                    effect_note: String::new(),
                };
                assert_eq!(check_kind(&typed), Ok(kind));
            }
            assert_eq!(Trade::parse(trade.as_str()), Some(trade));
        }
    }
}
