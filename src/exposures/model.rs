//! What an exposure, its versions and the rules that propose one are.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{DutyId, DutyKindId, ExposureId, ExposureRuleId, PersonId, UnitId};
use crate::kernel::words::words;

/// What somebody was exposed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An event that may distress for long. The member's own: nobody else reads it.
    Traumatic,
    /// Smoke, soot and what else a fire leaves on kit and skin.
    Contaminant,
    /// A substance that is hazardous by itself, asbestos among them.
    Hazardous,
    /// Blood, body fluids, infections.
    Biological,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Contaminant, Self::Hazardous, Self::Biological, Self::Traumatic];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traumatic => "traumatic",
            Self::Contaminant => "contaminant",
            Self::Hazardous => "hazardous",
            Self::Biological => "biological",
        }
    }

    /// Reads what [`Kind::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Traumatic => "Traumatic event",
            Self::Contaminant => "Fire contaminants",
            Self::Hazardous => "Hazardous materials",
            Self::Biological => "Biological agents",
        }
    }

    /// What belongs to it, for whoever chooses.
    pub const fn examples(self) -> &'static str {
        match self {
            Self::Traumatic => "Something that may stay with you. Only you read it",
            Self::Contaminant => "Smoke, soot, fire gases, kit that is contaminated",
            Self::Hazardous => "Chemicals, asbestos, fuels, radiation",
            Self::Biological => "Blood, body fluids, a needle, an infection",
        }
    }
}

words! {
    /// How it came into the body or to the person.
    pub enum Route {
        /// Breathed in.
        Inhaled = "inhaled", "Breathed in";
        /// On the skin.
        Skin = "skin", "On the skin";
        /// In the eyes, the nose or the mouth.
        Splash = "splash", "In the eyes, nose or mouth";
        /// Swallowed.
        Swallowed = "swallowed", "Swallowed";
        /// Through the skin.
        Sharps = "sharps", "Needle, cut or bite";
        /// Seen or heard.
        Witnessed = "witnessed", "Seen or heard";
    }
}

words! {
    /// What was worn.
    pub enum Ppe {
        /// Structural fire kit.
        FireKit = "fire-kit", "Fire kit";
        /// A set of breathing apparatus.
        BreathingApparatus = "ba", "Breathing apparatus";
        /// A hood that holds particles back.
        Hood = "hood", "Particulate hood";
        /// A filtering mask.
        Mask = "mask", "Mask (FFP3 or respirator)";
        /// Gloves.
        Gloves = "gloves", "Gloves";
        /// Goggles or a visor.
        Eyes = "eyes", "Eye protection";
        /// An apron, a gown or a coverall.
        Coverall = "coverall", "Apron, gown or coverall";
        /// A gas-tight or splash-tight suit.
        Suit = "suit", "Chemical protection suit";
        /// Nothing.
        Nothing = "none", "None";
    }
}

words! {
    /// Where one was cleaned afterwards.
    pub enum Decontaminated {
        /// At the scene.
        AtScene = "scene", "At the scene, before the cab";
        /// Back at the station.
        AtStation = "station", "At the station or hospital";
        /// It was not done.
        NotDone = "no", "Not done";
        /// There was nothing to clean.
        NotNeeded = "not-needed", "Not needed";
    }
}

words! {
    /// What became of the kit.
    pub enum Laundered {
        /// It was bagged and sent away.
        Sent = "sent", "Bagged and sent to be laundered";
        /// It was washed at the station.
        AtStation = "station", "Washed at the station";
        /// It was not.
        NotDone = "no", "Not laundered";
        /// It was thrown away.
        Discarded = "discarded", "Thrown away";
    }
}

/// The fields that are written down of an exposure and that nothing is counted by but the agents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// What it was: "Smoke", "Asbestos". At most ten.
    pub agents: Vec<String>,
    /// How it came to the person.
    pub route: Vec<Route>,
    /// How long, in minutes.
    pub minutes: Option<i32>,
    /// How far away, and in which role.
    pub position: Option<String>,
    /// What was worn.
    pub ppe: Vec<Ppe>,
    /// Where one was cleaned.
    pub decontaminated: Option<Decontaminated>,
    /// What became of the kit.
    pub laundered: Option<Laundered>,
    /// How it happened.
    pub how: Option<String>,
    /// The incident, where no duty is linked.
    pub incident: Option<String>,
}

/// Symptoms and advice: read by fewer people than the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// What the person felt.
    pub symptoms: Option<String>,
    /// What a medical professional said to do.
    pub advice: Option<String>,
}

impl Health {
    /// Whether nothing was said.
    pub const fn is_empty(&self) -> bool {
        self.symptoms.is_none() && self.advice.is_none()
    }
}

/// What may be said of an exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// On which day.
    pub happened_on: Date,
    /// Minutes in breathing apparatus.
    pub ba_minutes: Option<i32>,
    /// The rest.
    pub details: Details,
    /// Symptoms and advice.
    pub health: Health,
}

/// What was said of an exposure, one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Counted from 1.
    pub number: i32,
    /// Whether it counts: `false` for "I was not exposed".
    pub confirmed: bool,
    /// What it said; of health only what the reader may see.
    pub draft: Draft,
    /// Why it was corrected; the first version has no reason.
    pub reason: Option<String>,
    /// When.
    pub recorded_at: Timestamp,
}

/// An exposure, as far as a permission has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// Which.
    pub id: ExposureId,
    /// Whose.
    pub person: PersonId,
    /// A duty of theirs.
    pub duty: Option<DutyId>,
    /// Of what kind.
    pub kind: Kind,
    /// Which version is in force.
    pub version: i32,
}

/// An exposure with all that was ever said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The exposure.
    pub exposure: Exposure,
    /// What is in force.
    pub now: Version,
    /// What was said before, the latest first.
    pub before: Vec<Version>,
}

/// What a duty of somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The duty.
    pub duty: DutyId,
    /// When it began.
    pub started_at: Timestamp,
    /// On which day.
    pub happened_on: Date,
    /// Of what kind.
    pub kind: Kind,
    /// What the rule names as agents.
    pub agents: Vec<String>,
    /// The kind of work, by its name.
    pub work: String,
    /// The number of the incident.
    pub incident: Option<String>,
}

/// That a kind of work proposes an exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which one.
    pub id: ExposureRuleId,
    /// The kind of work.
    pub work: DutyKindId,
    /// Of what kind.
    pub kind: Kind,
    /// The agents that are proposed, with commas between them.
    pub agents: Option<String>,
}

/// Somebody whose exposures are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
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
