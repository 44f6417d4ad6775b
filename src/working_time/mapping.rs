//! What a kind of work is to the Working Time Regulations. Pure: the kinds and what an administrator said of them come in.

use std::collections::BTreeMap;

use super::model::Source;
use crate::kernel::ids::DutyKindId;

/// What a kind of work counts as; `NoWork` is time that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountsAs {
    /// A rostered shift, and any other work.
    Shift,
    /// Called out.
    Turnout,
    /// A drill or a course.
    Training,
    /// Standby at the station.
    StationStandby,
    /// On call at home.
    HomeStandby,
    /// No working time.
    NoWork,
}

impl CountsAs {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Shift, Self::Turnout, Self::Training, Self::StationStandby, Self::HomeStandby, Self::NoWork];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Turnout => "turnout",
            Self::Training => "training",
            Self::StationStandby => "station-standby",
            Self::HomeStandby => "home-standby",
            Self::NoWork => "no-work",
        }
    }

    /// Reads what [`CountsAs::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shift => "Work on shift",
            Self::Turnout => "Turnout",
            Self::Training => "Training",
            Self::StationStandby => "Standby at the station",
            Self::HomeStandby => "Standby at home",
            Self::NoWork => "Not working time",
        }
    }

    /// The engine's word for it; `None` for what is no work.
    pub const fn source(self) -> Option<Source> {
        match self {
            Self::Shift => Some(Source::Shift),
            Self::Turnout => Some(Source::Turnout),
            Self::Training => Some(Source::Training),
            Self::StationStandby => Some(Source::StationStandby),
            Self::HomeStandby => Some(Source::HomeStandby),
            Self::NoWork => None,
        }
    }
}

/// A kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Which one.
    pub id: DutyKindId,
    /// The one above it.
    pub parent: Option<DutyKindId>,
    /// Its code within that.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Whether it is no longer offered.
    pub retired: bool,
    /// What an administrator said that it counts as.
    pub said: Option<CountsAs>,
}

/// What each kind counts as: what was said of it or of one above it, else what its code says.
#[derive(Debug, Clone, Default)]
pub struct Mapping(BTreeMap<DutyKindId, CountsAs>);

impl Mapping {
    /// Of these kinds.
    pub fn new(kinds: &[Kind]) -> Self {
        let by_id: BTreeMap<DutyKindId, &Kind> = kinds.iter().map(|kind| (kind.id, kind)).collect();
        Self(kinds.iter().map(|kind| (kind.id, resolve(&by_id, kind))).collect())
    }

    /// What a kind counts as. One that is not known is work: nothing is lost by counting it.
    pub fn of(&self, kind: DutyKindId) -> CountsAs {
        self.0.get(&kind).copied().unwrap_or(CountsAs::Shift)
    }
}

/// Levels above a kind, at most; a circle of parents ends there.
const LEVELS: usize = 4;

fn resolve(kinds: &BTreeMap<DutyKindId, &Kind>, kind: &Kind) -> CountsAs {
    let way = std::iter::successors(Some(kind), |kind| kinds.get(&kind.parent?).copied()).take(LEVELS);
    let said = way.clone().find_map(|kind| kind.said);
    said.or_else(|| way.into_iter().find_map(|kind| by_code(&kind.code))).unwrap_or(CountsAs::Shift)
}

/// What the codes that we ship stand for; all others are work like any other.
fn by_code(code: &str) -> Option<CountsAs> {
    match code {
        "on-call" => Some(CountsAs::HomeStandby),
        "standby" | "cover-move" => Some(CountsAs::StationStandby),
        "training" => Some(CountsAs::Training),
        "fire-incident" | "ambulance-response" | "ambulance-job" => Some(CountsAs::Turnout),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn kind(id: u128, parent: Option<u128>, code: &str, said: Option<CountsAs>) -> Kind {
        let id_of = |number| DutyKindId(Uuid::from_u128(number));
        let (name, retired) = (code.to_owned(), false);
        Kind { id: id_of(id), parent: parent.map(id_of), code: code.to_owned(), name, retired, said }
    }

    #[test]
    fn what_was_said_nearest_holds_and_then_the_code() {
        let kinds = [
            kind(1, None, "fire-incident", None),
            kind(2, Some(1), "special-service", None),
            kind(3, Some(2), "standby", None),
            kind(4, Some(2), "rtc", None),
            kind(5, None, "shift", None),
            kind(6, Some(5), "on-call", None),
            kind(7, Some(5), "day", None),
            kind(8, None, "training", Some(CountsAs::NoWork)),
            kind(9, Some(8), "drill", Some(CountsAs::Training)),
            kind(10, Some(8), "fitness", None),
        ];
        let mapping = Mapping::new(&kinds);
        let found: Vec<CountsAs> = kinds.iter().map(|kind| mapping.of(kind.id)).collect();
        let (turnout, shift) = (CountsAs::Turnout, CountsAs::Shift);
        assert_eq!(
            found,
            [
                turnout,
                turnout,
                CountsAs::StationStandby,
                turnout,
                shift,
                CountsAs::HomeStandby,
                shift,
                CountsAs::NoWork,
                CountsAs::Training,
                CountsAs::NoWork,
            ]
        );
        assert_eq!(mapping.of(DutyKindId(Uuid::from_u128(99))), shift, "nobody knows it");
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let kinds = [kind(1, Some(2), "a", None), kind(2, Some(1), "b", None)];
        assert_eq!(Mapping::new(&kinds).of(kinds[0].id), CountsAs::Shift);
    }

    #[test]
    fn words_survive_the_database() {
        for one in CountsAs::ALL {
            assert_eq!(CountsAs::parse(one.as_str()), Some(one));
        }
    }
}
