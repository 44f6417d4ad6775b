//! The incident records: what kind of work an incident was, by its number.
//!
//! The brigade's words become our codes of `fire-incident`; a word that we have no code for keeps the level above and
//! is named in a note. Only the kind is kept of a row: nothing of its address or cost.

use std::collections::HashMap;
use std::io::Read;

use super::{MissingColumns, column, columns};
use crate::imports::cells::without_zero_fraction;
use crate::imports::fields::words;
use crate::imports::reader::Reader;

/// What an incident was, in codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentKind {
    /// Category and sub-category below `fire-incident`, as far as they are known.
    pub codes: Vec<&'static str>,
    /// The brigade's word that has no code here.
    pub unknown: Option<String>,
}

/// All incidents of a file.
#[derive(Debug, Default)]
pub struct Incidents {
    /// An incident's kind, by its place in `kinds`: a few dozen kinds serve a million incidents.
    by_number: HashMap<Box<str>, u16>,
    kinds: Vec<IncidentKind>,
    /// Rows that could not be used: line and why.
    pub rejected: Vec<(u64, String)>,
    /// Rows read.
    pub rows: u64,
}

/// Why the incident file as a whole cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IncidentsFault {
    /// Columns are missing.
    #[error(transparent)]
    Columns(#[from] MissingColumns),
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The form in which incident numbers are compared: without the fraction that a data frame adds.
pub fn number_key(text: &str) -> &str {
    without_zero_fraction(text.trim())
}

impl Incidents {
    /// Reads a whole file.
    ///
    /// # Errors
    /// [`IncidentsFault`]; single rows that cannot be used are listed instead.
    pub fn load<R: Read>(mut reader: Reader<R>) -> Result<Self, IncidentsFault> {
        let header = reader.header().to_vec();
        let [number, group] = columns("incident file", &header, ["IncidentNumber", "IncidentGroup"])?;
        let [stop, special, property] =
            ["StopCodeDescription", "SpecialServiceType", "PropertyCategory"].map(|name| column(&header, name));
        let mut incidents = Self::default();
        let mut known: HashMap<[String; 4], u16> = HashMap::new();
        let mut row = reader.record();
        while reader.read(&mut row)? {
            incidents.rows += 1;
            let key = row.cell(number);
            let key = number_key(&key);
            let fault = row
                .fault()
                .or_else(|| key.is_empty().then(|| "The incident number is missing. Fill it in.".to_owned()));
            if let Some(fault) = fault {
                incidents.rejected.push((row.line(), fault));
                continue;
            }
            let optional = |index: Option<usize>| index.map_or_else(String::new, |index| row.cell(index).into_owned());
            let as_written = [row.cell(group).into_owned(), optional(stop), optional(special), optional(property)];
            let place = match known.get(&as_written) {
                Some(place) => *place,
                None => {
                    let [group, stop, special, property] = &as_written;
                    let place = incidents.place_of(kind_of(group, stop, special, property));
                    known.insert(as_written, place);
                    place
                }
            };
            incidents.by_number.entry(key.into()).or_insert(place);
        }
        Ok(incidents)
    }

    fn place_of(&mut self, kind: IncidentKind) -> u16 {
        let place = self.kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        // More than 65,535 different wordings: no incident file; the rest shares the last place.
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// What the incident was; `None` when the file does not have it.
    pub fn kind(&self, number: &str) -> Option<&IncidentKind> {
        self.by_number.get(number_key(number)).and_then(|place| self.kinds.get(usize::from(*place)))
    }

    /// How many different incidents.
    pub fn len(&self) -> usize {
        self.by_number.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }
}

/// Words of `SpecialServiceType` and the codes of our special services.
const SPECIAL: &[(&str, &str)] = &[
    ("rtc", "rtc"),
    ("other transport incident", "other-transport"),
    ("flooding", "flooding"),
    ("rescue or evacuation from water", "water-rescue"),
    ("water rescue", "water-rescue"),
    ("effecting entry exit", "entry-exit"),
    ("lift release", "lift-release"),
    ("other rescue release of persons", "other-rescue"),
    ("animal assistance incidents", "animal"),
    ("animal assistance incident", "animal"),
    ("hazardous materials incident", "hazmat"),
    ("spills and leaks not rtc", "spills-leaks"),
    ("making safe not rtc", "making-safe"),
    ("removal of objects from people", "object-removal"),
    ("suicide attempts", "suicide"),
    ("medical incident", "medical"),
    ("medical incident co responder", "medical"),
    ("evacuation no fire", "evacuation"),
    ("assist other agencies", "assist-agency"),
    ("water provision", "water-provision"),
    ("advice only", "advice"),
    ("stand by", "standby"),
    ("no action not false alarm", "no-action"),
];

/// The brigade's words as our codes.
fn kind_of(group: &str, stop: &str, special: &str, property: &str) -> IncidentKind {
    let (stop_words, property_words) = (words(stop), words(property));
    let known = |codes: &[&'static str]| IncidentKind { codes: codes.to_vec(), unknown: None };
    let only = |category: &'static str, word: &str| IncidentKind {
        codes: vec![category],
        unknown: (!word.is_empty()).then(|| word.to_owned()),
    };
    match words(group).as_str() {
        "fire" => match stop_words.as_str() {
            "primary fire" => match property_words.as_str() {
                "dwelling" => known(&["fire", "primary-dwelling"]),
                "road vehicle" => known(&["fire", "primary-road-vehicle"]),
                "non residential" | "other residential" => known(&["fire", "primary-other-building"]),
                _ => known(&["fire", "primary-other"]),
            },
            "secondary fire" => known(&["fire", "secondary"]),
            "chimney fire" => known(&["fire", "chimney"]),
            "late call" => known(&["fire", "late-call"]),
            _ => only("fire", stop),
        },
        "false alarm" => match stop_words.as_str() {
            "afa" => known(&["false-alarm", "apparatus"]),
            text if text.contains("good intent") => known(&["false-alarm", "good-intent"]),
            text if text.contains("malicious") => known(&["false-alarm", "malicious"]),
            _ => only("false-alarm", stop),
        },
        "special service" => {
            let wanted = words(special);
            match SPECIAL.iter().find(|(word, _code)| *word == wanted) {
                Some((_word, code)) => known(&["special-service", code]),
                None => only("special-service", if special.is_empty() { stop } else { special }),
            }
        }
        _ => IncidentKind { codes: Vec::new(), unknown: (!group.is_empty()).then(|| group.to_owned()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brigades_words_become_our_codes() {
        let codes = |group, stop, special, property| kind_of(group, stop, special, property).codes;
        assert_eq!(codes("Fire", "Primary Fire", "", "Dwelling"), ["fire", "primary-dwelling"]);
        assert_eq!(codes("Fire", "Primary Fire", "", "Boat"), ["fire", "primary-other"]);
        assert_eq!(codes("False Alarm", "AFA", "", "Dwelling"), ["false-alarm", "apparatus"]);
        assert_eq!(codes("False Alarm", "False alarm - Good intent", "", ""), ["false-alarm", "good-intent"]);
        assert_eq!(
            codes("Special Service", "Special Service", "Effecting entry/exit", ""),
            ["special-service", "entry-exit"]
        );
    }

    #[test]
    fn a_word_without_a_code_keeps_the_level_above_and_is_named() {
        let found = kind_of("Special Service", "Special Service", "Kite rescue", "");
        assert_eq!(found, IncidentKind { codes: vec!["special-service"], unknown: Some("Kite rescue".to_owned()) });
        assert_eq!(kind_of("Parade", "", "", "").unknown.as_deref(), Some("Parade"));
    }

    #[test]
    fn every_special_service_is_one_of_ours() {
        for (word, code) in SPECIAL {
            assert_eq!(words(word), *word);
            assert_eq!(kind_of("special service", "", word, "").codes, ["special-service", code]);
        }
    }
}
