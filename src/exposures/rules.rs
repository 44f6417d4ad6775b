//! What may be written down of an exposure, and what is counted: pure rules. Knows no database and no page.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use serde::Deserialize;

use super::model::{Decontaminated, Details, Draft, Health, History, Kind, Laundered, Ppe, Proposal, Route};
use crate::duties::rules::parse_date;
use crate::views::{FormErrors, format};

/// The first day that is taken for one: before it, a year was mistyped.
const EARLIEST: Date = date(1950, 1, 1);

/// How many agents one exposure names at most.
const AGENTS: usize = 10;

/// How many years of sums stand beside each other at most; what was before is summed.
const YEARS: usize = 4;

/// An exposure as somebody typed it: every field any text, so that all of it can be shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Makes sending it twice harmless.
    pub key: String,
    /// On which version the form was opened.
    pub version: String,
    /// A duty of theirs, by its id.
    pub duty: String,
    /// What kind.
    pub kind: String,
    /// The day.
    pub happened_on: String,
    /// The incident.
    pub incident: String,
    /// Agents, with commas between them.
    pub agents: String,
    /// How it came to the person.
    pub route: Vec<String>,
    /// How long, in minutes.
    pub minutes: String,
    /// How far away, and in which role.
    pub position: String,
    /// What was worn.
    pub ppe: Vec<String>,
    /// Minutes in breathing apparatus.
    pub ba_minutes: String,
    /// Where one was cleaned.
    pub decontaminated: String,
    /// What became of the kit.
    pub laundered: String,
    /// Symptoms.
    pub symptoms: String,
    /// What a medical professional advised.
    pub advice: String,
    /// How it happened.
    pub how: String,
    /// Why it is corrected.
    pub reason: String,
    /// `no`: it is corrected to "I was not exposed".
    pub stands: String,
}

/// Checks an exposure. `today` is the day in the United Kingdom.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(typed: &Typed, today: Date) -> Result<Draft, FormErrors> {
    let mut errors = FormErrors::new();
    let happened_on = day(&typed.happened_on, today, &mut errors);
    let incident = line(&typed.incident, 40, "incident", &mut errors);
    let agents = agents(&typed.agents, &mut errors);
    let minutes = whole(&typed.minutes, 1..=10_080, "minutes", &mut errors);
    let position = line(&typed.position, 200, "position", &mut errors);
    let ba_minutes = whole(&typed.ba_minutes, 1..=1_440, "ba_minutes", &mut errors);
    let how = text(&typed.how, "how", &mut errors);
    let symptoms = text(&typed.symptoms, "symptoms", &mut errors);
    let advice = text(&typed.advice, "advice", &mut errors);
    let route = picked(&typed.route, Route::parse);
    let ppe = picked(&typed.ppe, Ppe::parse);
    if ppe.contains(&Ppe::Nothing) && ppe.len() > 1 {
        errors.add("ppe", "Choose either what you wore or \u{201c}None\u{201d}");
    }
    let draft = happened_on.map(|happened_on| Draft {
        happened_on,
        ba_minutes,
        details: Details {
            agents,
            route,
            minutes,
            position,
            ppe,
            decontaminated: Decontaminated::parse(&typed.decontaminated),
            laundered: Laundered::parse(&typed.laundered),
            how,
            incident,
        },
        health: Health { symptoms, advice },
    });
    match draft {
        Some(draft) if errors.is_empty() => Ok(draft),
        _ => Err(errors),
    }
}

/// Checks why something is corrected: at most 500 characters, and said.
///
/// # Errors
/// What is wrong with it.
pub fn check_reason(typed: &str) -> Result<String, FormErrors> {
    let mut errors = FormErrors::new();
    let reason = line(typed, 500, "reason", &mut errors);
    if reason.is_none() && errors.is_empty() {
        errors.add("reason", "Say why you correct it. What it said before stays on record");
    }
    match reason {
        Some(reason) if errors.is_empty() => Ok(reason),
        _ => Err(errors),
    }
}

/// What one press confirms: what the duty and its rule say, and nothing more.
pub fn of_proposal(proposal: &Proposal) -> Draft {
    Draft {
        happened_on: proposal.happened_on,
        ba_minutes: None,
        details: Details { agents: proposal.agents.clone(), ..Details::default() },
        health: Health::default(),
    }
}

/// The agents of a text with commas between them, each once.
pub fn split_agents(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.filter(|part| seen.insert(part.to_lowercase())).map(str::to_owned).collect()
}

fn agents(typed: &str, errors: &mut FormErrors) -> Vec<String> {
    let all = split_agents(typed);
    if all.len() > AGENTS {
        errors.add("agents", format!("Name at most {AGENTS} agents, with commas between them"));
    }
    if all.iter().any(|agent| agent.chars().count() > 60) {
        errors.add("agents", "An agent has at most 60 characters. Put commas between them");
    }
    all
}

fn picked<T: Ord>(typed: &[String], parse: fn(&str) -> Option<T>) -> Vec<T> {
    typed.iter().filter_map(|text| parse(text)).collect::<BTreeSet<T>>().into_iter().collect()
}

fn day(typed: &str, today: Date, errors: &mut FormErrors) -> Option<Date> {
    if typed.trim().is_empty() {
        errors.add("happened_on", "Enter the day on which it was");
        return None;
    }
    match parse_date(typed) {
        None => errors.add("happened_on", "Enter a date like 22/11/2026"),
        Some(day) if day > today => errors.add("happened_on", "That day is still to come"),
        Some(day) if day < EARLIEST => errors.add("happened_on", "Check the year"),
        Some(day) => return Some(day),
    }
    None
}

fn line(typed: &str, most: usize, field: &str, errors: &mut FormErrors) -> Option<String> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > most {
        errors.add(field, format!("Use at most {most} characters"));
    }
    (!text.is_empty()).then_some(text)
}

fn text(typed: &str, field: &str, errors: &mut FormErrors) -> Option<String> {
    let text = typed.trim().replace("\r\n", "\n");
    if text.chars().count() > 4_000 {
        errors.add(field, "Use at most 4,000 characters");
    }
    (!text.is_empty()).then_some(text)
}

fn whole(typed: &str, range: std::ops::RangeInclusive<i32>, field: &str, errors: &mut FormErrors) -> Option<i32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let number = typed.parse::<i32>().ok().filter(|number| range.contains(number));
    if number.is_none() {
        let most = format::number((*range.end()).into());
        errors.add(field, format!("Enter whole minutes from {} to {most}, or leave it empty", range.start()));
    }
    number
}

/// What somebody met so often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumRow {
    /// The kind, or an agent of it.
    pub label: String,
    /// Whether it is an agent of the kind above it.
    pub is_agent: bool,
    /// How often in each of the years of [`Sums::years`].
    pub by_year: Vec<i64>,
    /// How often before those.
    pub earlier: i64,
    /// How often in all.
    pub all: i64,
}

/// What was confirmed, counted. An exposure with two agents counts once for its kind and once for each agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// The years that stand for themselves, the latest first.
    pub years: Vec<i16>,
    /// Whether anything was before those.
    pub has_earlier: bool,
    /// Kinds in their order, each followed by its agents.
    pub rows: Vec<SumRow>,
    /// Minutes in breathing apparatus by those years, before them, and in all.
    pub ba: Option<SumRow>,
}

/// Counts what counts.
pub fn sums(all: &[History]) -> Sums {
    let counted: Vec<&History> = all.iter().filter(|history| history.now.confirmed).collect();
    let year = |history: &History| history.now.draft.happened_on.year();
    let years: BTreeSet<i16> = counted.iter().map(|history| year(history)).collect();
    let has_earlier = years.len() > YEARS;
    let years: Vec<i16> = years.into_iter().rev().take(YEARS).collect();
    let row = |label: String, is_agent: bool, found: &[(i16, i64)]| {
        let of = |wanted: i16| found.iter().filter(|(year, _)| *year == wanted).map(|(_, count)| count).sum();
        let by_year: Vec<i64> = years.iter().map(|year| of(*year)).collect();
        let all: i64 = found.iter().map(|(_, count)| count).sum();
        let earlier = all - by_year.iter().sum::<i64>();
        SumRow { label, is_agent, by_year, earlier, all }
    };
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&&History> = counted.iter().filter(|history| history.exposure.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let found: Vec<(i16, i64)> = of_kind.iter().map(|history| (year(history), 1)).collect();
        rows.push(row(kind.title().to_owned(), false, &found));
        // The same agent however it was typed, called as it was first.
        let mut agents: BTreeMap<String, (String, Vec<(i16, i64)>)> = BTreeMap::new();
        for history in of_kind {
            for agent in &history.now.draft.details.agents {
                let entry = agents.entry(agent.to_lowercase()).or_insert_with(|| (agent.clone(), Vec::new()));
                entry.1.push((year(history), 1));
            }
        }
        rows.extend(agents.into_values().map(|(agent, found)| row(agent, true, &found)));
    }
    let worn: Vec<(i16, i64)> =
        counted.iter().filter_map(|history| Some((year(history), i64::from(history.now.draft.ba_minutes?)))).collect();
    let ba = (!worn.is_empty()).then(|| row("Breathing apparatus".to_owned(), false, &worn));
    Sums { years, has_earlier, rows, ba }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::exposures::model::{Exposure, Version};
    use crate::kernel::ids::{ExposureId, PersonId};

    pub(in crate::exposures) fn history(number: u128, kind: Kind, on: Date, agents: &[&str]) -> History {
        let details = Details {
            agents: agents.iter().map(|agent| (*agent).to_owned()).collect(),
            route: vec![Route::Inhaled],
            minutes: Some(40),
            position: Some("In the compartment, <BA> team leader".to_owned()),
            ppe: vec![Ppe::FireKit, Ppe::BreathingApparatus],
            decontaminated: Some(Decontaminated::AtScene),
            laundered: Some(Laundered::Sent),
            how: Some("The seal <slipped>.".to_owned()),
            incident: Some("045512".to_owned()),
        };
        let health = Health { symptoms: Some("Cough <dry>".to_owned()), advice: Some("Rest".to_owned()) };
        History {
            exposure: Exposure {
                id: ExposureId(uuid::Uuid::from_u128(number)),
                person: PersonId(uuid::Uuid::from_u128(1)),
                duty: None,
                kind,
                version: 1,
            },
            now: Version {
                number: 1,
                confirmed: true,
                draft: Draft { happened_on: on, ba_minutes: Some(25), details, health },
                reason: None,
                recorded_at: "2026-11-21T09:00:00Z".parse().expect("a time"),
            },
            before: Vec::new(),
        }
    }

    /// One that was corrected, one that counts no more, and one of long ago.
    pub(in crate::exposures) fn histories() -> Vec<History> {
        let mut corrected = history(1, Kind::Contaminant, date(2026, 11, 20), &["Smoke", "Soot"]);
        corrected.before = vec![corrected.now.clone()];
        corrected.now.number = 2;
        corrected.exposure.version = 2;
        corrected.now.reason = Some("Longer <in> there".to_owned());
        corrected.now.draft.ba_minutes = Some(31);
        let mut denied = history(2, Kind::Biological, date(2026, 10, 2), &["Blood"]);
        denied.now.confirmed = false;
        vec![corrected, denied, history(3, Kind::Contaminant, date(2019, 3, 2), &["smoke"])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 23);

    fn typed() -> Typed {
        Typed { happened_on: "2026-11-20".to_owned(), ..Typed::default() }
    }

    #[test]
    fn everything_may_be_left_out_but_the_day() {
        let draft = check(&typed(), TODAY).expect("an exposure");
        assert_eq!(draft.details, Details::default());
        assert!(draft.health.is_empty() && draft.ba_minutes.is_none());
        assert!(check(&Typed::default(), TODAY).expect_err("no day").get("happened_on").is_some());
    }

    #[test]
    fn what_is_wrong_is_said_all_at_once() {
        let wrong = Typed {
            happened_on: "2026-11-24".to_owned(),
            ba_minutes: "1441".to_owned(),
            minutes: "an hour".to_owned(),
            ppe: vec!["none".to_owned(), "gloves".to_owned()],
            agents: "a,b,c,d,e,f,g,h,i,j,k".to_owned(),
            position: "x".repeat(201),
            how: "x".repeat(4_001),
            ..typed()
        };
        let errors = check(&wrong, TODAY).expect_err("wrong");
        for field in ["happened_on", "ba_minutes", "minutes", "ppe", "agents", "position", "how"] {
            assert!(errors.get(field).is_some(), "{field}");
        }
    }

    #[test]
    fn agents_are_split_and_said_once() {
        assert_eq!(split_agents(" Smoke, soot;smoke\nAsbestos , "), ["Smoke", "soot", "Asbestos"]);
        assert!(split_agents(" , ").is_empty());
    }

    #[test]
    fn only_what_was_confirmed_counts_by_kind_agent_and_year() {
        let sums = sums(&samples::histories());
        assert_eq!(sums.years, [2026, 2019]);
        let lines: Vec<_> = sums.rows.iter().map(|row| (row.label.as_str(), row.by_year.clone(), row.all)).collect();
        assert_eq!(
            lines,
            [("Fire contaminants", vec![1, 1], 2), ("Smoke", vec![1, 1], 2), ("Soot", vec![1, 0], 1),],
            "the one that was denied is not counted, and smoke is smoke"
        );
        let ba = sums.ba.expect("minutes");
        assert_eq!((ba.by_year, ba.all), (vec![31, 25], 56), "the version in force counts");
    }

    #[test]
    fn years_before_the_last_four_are_summed() {
        let all: Vec<History> = (0_u8..7)
            .map(|year| {
                let on = date(2020 + i16::from(year), 5, 1);
                samples::history(u128::from(year), Kind::Hazardous, on, &[])
            })
            .collect();
        let sums = sums(&all);
        assert_eq!(sums.years, [2026, 2025, 2024, 2023]);
        assert!(sums.has_earlier);
        let row = sums.rows.first().expect("a row");
        assert_eq!((row.by_year.clone(), row.earlier, row.all), (vec![1, 1, 1, 1], 3, 7));
    }

    #[test]
    fn a_correction_needs_a_reason() {
        assert!(check_reason("  ").is_err());
        assert_eq!(check_reason(" Wrong  day ").as_deref(), Ok("Wrong day"));
    }
}
