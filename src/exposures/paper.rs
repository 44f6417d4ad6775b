//! Exposures as a paper, for the member's own keeping or for a medical professional.

use jiff::Timestamp;

use super::model::{Decontaminated, History, Laundered, Ppe, Route, Version};
use super::rules::{Sums, sums};
use crate::kernel::civil;
use crate::views::format;
use crate::views::paper::{Block, Paper};

/// Whose paper it is, and who made it.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// Whose exposures.
    pub(super) name: String,
    /// Their number, where the reader was told.
    pub(super) number: Option<String>,
    /// Who made it, when it was not the member.
    pub(super) made_by: Option<String>,
    /// What is left out of it, in a sentence.
    pub(super) left_out: Option<&'static str>,
}

/// The paper. `made` is when it is made.
pub(super) fn paper(about: &About, all: &[History], made: Timestamp) -> Paper {
    let today = civil::local(made).date();
    let counted = all.iter().filter(|history| history.now.confirmed).count();
    let count = i64::try_from(counted).unwrap_or(i64::MAX);
    let facts = [
        Some(("Name", about.name.clone())),
        about.number.clone().map(|number| ("Employee number", number)),
        Some(("Exposures", format::number(count))),
        Some(("Made", format::long_time(made))),
        about.made_by.clone().map(|by| ("Made by", by)),
    ];
    let mut blocks = vec![Block::facts(facts.into_iter().flatten())];
    if let Some(left_out) = about.left_out {
        blocks.extend(Block::paragraphs(left_out));
    }
    blocks.push(Block::h2("In sum"));
    blocks.extend(in_sum(&sums(all)));
    blocks.push(Block::h2("Each exposure, the latest first"));
    if all.is_empty() {
        blocks.extend(Block::paragraphs("Nothing was recorded."));
    }
    for history in all {
        exposure(history, &mut blocks);
    }
    Paper {
        title: format!("Exposure record of {}", about.name),
        author: about.made_by.clone().unwrap_or_else(|| about.name.clone()),
        foot: format!("Exposure record of {}, made on {}", about.name, format::short_date(today)),
        blocks,
    }
}

fn in_sum(sums: &Sums) -> Vec<Block> {
    if sums.rows.is_empty() {
        return Block::paragraphs("Nothing that was recorded counts.").collect();
    }
    let years = |by_year: &[i64], earlier: i64| {
        let mut parts: Vec<String> = sums
            .years
            .iter()
            .zip(by_year)
            .filter(|(_year, count)| **count > 0)
            .map(|(year, count)| format!("{year}: {count}"))
            .collect();
        parts.extend((earlier > 0).then(|| format!("before: {earlier}")));
        parts.join(", ")
    };
    let line = |row: &super::rules::SumRow| {
        let of = if row.is_agent { ", of that: " } else { ": " };
        format!("{}{of}{} ({})", row.label, row.all, years(&row.by_year, row.earlier))
    };
    let mut items: Vec<String> = sums.rows.iter().map(line).collect();
    items.extend(
        sums.ba
            .as_ref()
            .map(|ba| format!("Minutes in breathing apparatus: {} ({})", ba.all, years(&ba.by_year, ba.earlier))),
    );
    vec![Block::items(items)]
}

fn exposure(history: &History, blocks: &mut Vec<Block>) {
    let day = format::short_date(history.now.draft.happened_on);
    let state = if history.now.confirmed { "" } else { " (counts no more)" };
    blocks.push(Block::h3(format!("{day}: {}{state}", history.exposure.kind.title())));
    blocks.push(Block::facts(lines(&history.now)));
    for version in &history.before {
        let at = format::long_time(version.recorded_at);
        blocks.push(Block::h4(format!("Version {}, recorded on {at}, no longer in force", version.number)));
        blocks.push(Block::facts(lines(version)));
    }
}

/// What a version says, in words: for papers and pages alike.
pub(super) fn lines(version: &Version) -> Vec<(&'static str, String)> {
    let (draft, details) = (&version.draft, &version.draft.details);
    let list = |titles: Vec<&'static str>| (!titles.is_empty()).then(|| titles.join(", "));
    let minutes = |minutes: Option<i32>| minutes.map(|minutes| format::minutes(minutes.into()));
    let all = [
        ("Counts", (!version.confirmed).then(|| "No: not exposed".to_owned())),
        ("Date", Some(format::long_date(draft.happened_on))),
        ("Incident", details.incident.clone()),
        ("Agents", (!details.agents.is_empty()).then(|| details.agents.join(", "))),
        ("Route", list(details.route.iter().map(|route| Route::title(*route)).collect())),
        ("How long", minutes(details.minutes)),
        ("Distance and role", details.position.clone()),
        ("PPE worn", list(details.ppe.iter().map(|ppe| Ppe::title(*ppe)).collect())),
        ("In breathing apparatus", minutes(draft.ba_minutes)),
        ("Decontaminated", details.decontaminated.map(|done| Decontaminated::title(done).to_owned())),
        ("PPE laundered", details.laundered.map(|done| Laundered::title(done).to_owned())),
        ("How it happened", details.how.clone()),
        ("Symptoms", draft.health.symptoms.clone()),
        ("Health advice", draft.health.advice.clone()),
        ("Reason for the correction", version.reason.clone()),
        ("Recorded", Some(format::long_time(version.recorded_at))),
    ];
    all.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::rules::samples;

    #[test]
    fn a_paper_holds_every_version_and_what_they_sum_to() {
        let about = About {
            name: "Jo Marsh".to_owned(),
            number: Some("N1001".to_owned()),
            made_by: None,
            left_out: Some("Traumatic events are not shown."),
        };
        let made = "2026-11-23T09:00:00Z".parse().expect("a time");
        let text = format!("{:?}", paper(&about, &samples::histories(), made));
        for part in [
            "Exposure record of Jo Marsh",
            "N1001",
            "Traumatic events are not shown.",
            "Fire contaminants: 2 (2026: 1, 2019: 1)",
            "Minutes in breathing apparatus: 56 (2026: 31, 2019: 25)",
            "Version 1, recorded on",
            "25 min",
            "31 min",
            "Longer <in> there",
            "Cough <dry>",
            "counts no more",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn an_empty_paper_says_so() {
        let about = About { name: "Jo".to_owned(), number: None, made_by: None, left_out: None };
        let text = format!("{:?}", paper(&about, &[], Timestamp::UNIX_EPOCH));
        assert!(text.contains("Nothing was recorded.") && text.contains("Nothing that was recorded counts."));
    }
}
