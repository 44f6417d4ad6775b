//! A card of the first page.

use crate::views::charts::Chart;
use crate::views::format;

/// Which part of the page a card stands in, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What is one's own.
    Week,
    /// What managers look after.
    Team,
    /// What practitioners of TRiM look after.
    Trim,
    /// What waits for HR.
    Hr,
    /// The state of the appliance.
    Appliance,
    /// What those look at who keep watch.
    Assurance,
}

impl Section {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [Self::Week, Self::Team, Self::Trim, Self::Hr, Self::Appliance, Self::Assurance];

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Week => "My week",
            Self::Team => "My team",
            Self::Trim => "TRiM",
            Self::Hr => "HR",
            Self::Appliance => "Appliance",
            Self::Assurance => "Assurance",
        }
    }
}

/// Whether somebody has to do something about a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// They have: it stands on top.
    NeedsYou,
    /// It is to look at.
    Information,
}

/// One thing to know, with a figure that leads to exactly what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Stable, and unique on the page: `approvals`.
    pub code: String,
    /// Where it stands.
    pub section: Section,
    /// Whether it is to be acted on.
    pub tone: Tone,
    /// What it is about.
    pub title: String,
    /// The figure: `3`, `12 h 30 min`.
    pub value: String,
    /// What the figure counts: `timesheets`; may be empty where the figure says it.
    pub unit: String,
    /// One sentence.
    pub sentence: String,
    /// The page with exactly what the figure counts.
    pub href: String,
    /// A drawing, where looking beats reading.
    pub chart: Option<Chart>,
}

impl Card {
    fn new(tone: Tone, section: Section, code: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            section,
            tone,
            title: title.into(),
            value: String::new(),
            unit: String::new(),
            sentence: String::new(),
            href: String::new(),
            chart: None,
        }
    }

    /// A card that somebody has to act on.
    pub fn needs_you(section: Section, code: impl Into<String>, title: impl Into<String>) -> Self {
        Self::new(Tone::NeedsYou, section, code, title)
    }

    /// A card to look at.
    pub fn information(section: Section, code: impl Into<String>, title: impl Into<String>) -> Self {
        Self::new(Tone::Information, section, code, title)
    }

    /// With so many of something on the page at `href`.
    pub fn counting(self, count: i64, (one, many): (&str, &str), href: impl Into<String>) -> Self {
        let unit = if count == 1 { one } else { many };
        self.reading(format::number(count), unit, href)
    }

    /// With a figure that is no count: hours, a state.
    pub fn reading(self, value: impl Into<String>, unit: &str, href: impl Into<String>) -> Self {
        Self { value: value.into(), unit: unit.to_owned(), href: href.into(), ..self }
    }

    /// With its sentence.
    pub fn saying(self, sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..self }
    }

    /// With a drawing, if there is something to draw.
    pub fn drawn(self, chart: Option<Chart>) -> Self {
        Self { chart, ..self }
    }
}

/// What could not be read just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Where it would stand.
    pub section: Section,
    /// What it is about.
    pub title: &'static str,
}
