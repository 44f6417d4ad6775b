//! A profile as a paper: the order of the regulator's own form, then the list of every activity and of every file.

use jiff::Timestamp;

use super::file_rules::FileKind;
use super::model::EntryRow;
use super::profile_rules::words;
use super::rules::in_hours;
use super::service::{Shown, Whole};
use super::standards;
use crate::kernel::civil;
use crate::views::format;
use crate::views::paper::{Block, Paper};

/// The paper of a profile. `made` is when it is made.
pub(super) fn paper(whole: &Whole, made: Timestamp) -> Paper {
    let today = civil::local(made).date();
    let mut blocks = vec![about(whole, made)];
    blocks.push(Block::h2("Summary of practice history"));
    blocks.extend(written(whole.profile.history.as_deref()));
    blocks.push(Block::h2("Personal statement: how the standards were met"));
    blocks.extend(written(whole.profile.statement.as_deref()));
    blocks.push(Block::h2("The standards"));
    let standards =
        (1..).zip(standards::of(today).standards).map(|(number, standard)| format!("{number}. {}", standard.value));
    blocks.push(Block::items(standards));
    blocks.push(Block::h2("Activities that are described"));
    if whole.shown.is_empty() {
        blocks.extend(Block::paragraphs("No activity was chosen for this profile yet."));
    }
    for (number, shown) in (1..).zip(&whole.shown) {
        activity(number, shown, &mut blocks);
    }
    blocks.push(Block::h2("Dated list of all activities of the period"));
    if whole.all.is_empty() {
        blocks.extend(Block::paragraphs("There is no activity in this period."));
    } else {
        blocks.push(Block::items(whole.all.iter().map(line)));
    }
    blocks.push(Block::h2("List of supporting evidence"));
    let files: Vec<String> = (1..).zip(&whole.shown).flat_map(|(number, shown)| files(number, shown)).collect();
    if files.is_empty() {
        blocks.extend(Block::paragraphs("No file was added to the chosen activities."));
    } else {
        blocks.push(Block::items(files));
    }
    Paper {
        title: format!("CPD profile of {}", whole.name),
        author: whole.name.clone(),
        foot: format!("CPD profile of {}, made on {}", whole.name, format::short_date(today)),
        blocks,
    }
}

fn about(whole: &Whole, made: Timestamp) -> Block {
    let profile = &whole.profile;
    let (from, to) = whole.period;
    let count = |text: &Option<String>| {
        let count = words(text.as_deref().unwrap_or_default());
        format::count(i64::try_from(count).unwrap_or(i64::MAX), "word", "words")
    };
    let facts = [
        Some(("Name", whole.name.clone())),
        profile.profession.clone().map(|profession| ("Profession", profession)),
        profile.registration.clone().map(|number| ("Registration number", number)),
        Some(("Works for", whole.organisation.clone())),
        Some(("Period", format!("{} to {}", format::short_date(from), format::short_date(to)))),
        Some(("Practice history", count(&profile.history))),
        Some(("Statement", count(&profile.statement))),
        Some(("Made", format::long_time(made))),
    ];
    Block::facts(facts.into_iter().flatten())
}

fn written(text: Option<&str>) -> Vec<Block> {
    Block::paragraphs(text.unwrap_or("Not written yet.")).collect()
}

/// The days of an entry: `20 Nov 2026`, `18 Nov 2026 to 20 Nov 2026`.
pub(super) fn days(row: &EntryRow) -> String {
    let start = format::short_date(row.draft.started_on);
    match row.draft.ended_on {
        Some(end) => format!("{start} to {}", format::short_date(end)),
        None => start,
    }
}

fn activity(number: usize, shown: &Shown, blocks: &mut Vec<Block>) {
    let draft = &shown.row.draft;
    blocks.push(Block::h3(format!("{number}. {}", draft.title)));
    let standards: Vec<String> = draft.standards.numbers().map(|number| number.to_string()).collect();
    let confirmed = shown.confirmed.as_ref().map(|(request, name)| match request.answered_at {
        Some(at) => format!("{name}, {}", format::short_date(civil::local(at).date())),
        None => name.clone(),
    });
    let files: Vec<String> = files(number, shown).collect();
    let facts = [
        Some(("When", days(&shown.row))),
        Some(("Type of activity", draft.kind.title().to_owned())),
        draft.provider.clone().map(|provider| ("Provider", provider)),
        draft.minutes.map(|minutes| ("Hours", in_hours(minutes))),
        (!standards.is_empty()).then(|| ("Standards met", standards.join(", "))),
        confirmed.map(|confirmed| ("Confirmed by", confirmed)),
        (!files.is_empty()).then(|| ("Evidence", files.join("; "))),
    ];
    blocks.push(Block::facts(facts.into_iter().flatten()));
    for (heading, text) in [
        ("What I learned", &draft.outcome),
        ("Reflection", &draft.reflection),
        ("Effect on my practice", &draft.practice),
        ("Benefit to service users", &draft.benefit),
    ] {
        if let Some(text) = text {
            blocks.push(Block::h4(heading));
            blocks.extend(Block::paragraphs(text));
        }
    }
}

/// What the files of the activity with that number are called in the bundle: `1.2 ILS certificate.pdf`.
pub(super) fn file_names(number: usize, shown: &Shown) -> impl Iterator<Item = String> {
    (1..).zip(&shown.files).map(move |(file, evidence): (usize, _)| format!("{number}.{file} {}", evidence.file_name))
}

fn files(number: usize, shown: &Shown) -> impl Iterator<Item = String> {
    file_names(number, shown).zip(&shown.files).map(|(name, file)| {
        let size = format::size(u64::try_from(file.bytes).unwrap_or(0));
        format!("{name} ({}, {size})", FileKind::name_of(&file.media_type))
    })
}

fn line(row: &EntryRow) -> String {
    format!("{}: {} ({})", days(row), row.draft.title, row.draft.kind.title().to_lowercase())
}

#[cfg(test)]
pub(super) mod samples {
    use jiff::civil::date;

    use super::super::model::{Answer, Draft, Evidence, Kind, Profile, Request, Standards};
    use super::*;
    use crate::kernel::ids::{CpdEntryId, CpdEvidenceId, CpdRequestId, PersonId, UnitId};

    pub(in crate::cpd) fn row() -> EntryRow {
        EntryRow {
            id: CpdEntryId(uuid::Uuid::from_u128(1)),
            person: PersonId(uuid::Uuid::from_u128(2)),
            unit: UnitId(uuid::Uuid::from_u128(3)),
            draft: Draft {
                kind: Kind::Formal,
                title: "Trauma update <day 1>".to_owned(),
                provider: Some("Northmoor training centre".to_owned()),
                started_on: date(2026, 11, 18),
                ended_on: Some(date(2026, 11, 19)),
                minutes: Some(450),
                outcome: Some("When a tourniquet goes on.".to_owned()),
                reflection: Some("I waited too long.\n\nNow I would not.".to_owned()),
                practice: Some("I check the kit first.".to_owned()),
                benefit: None,
                standards: Standards::default().with(3).with(4),
                duty: None,
            },
            shared: false,
            revision: 2,
            created_at: "2026-11-19T18:00:00Z".parse().expect("a time"),
            changed_at: "2026-11-19T18:00:00Z".parse().expect("a time"),
        }
    }

    pub(in crate::cpd) fn evidence() -> Evidence {
        Evidence {
            id: CpdEvidenceId(uuid::Uuid::from_u128(5)),
            entry: row().id,
            file_name: "certificate.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: 12_700,
            sha256: vec![7; 32],
            created_at: "2026-11-19T18:05:00Z".parse().expect("a time"),
        }
    }

    pub(in crate::cpd) fn request(state: Answer) -> Request {
        Request {
            id: CpdRequestId(uuid::Uuid::from_u128(6)),
            entry: row().id,
            person: row().person,
            verifier: PersonId(uuid::Uuid::from_u128(7)),
            title: row().draft.title,
            message: Some("You ran it".to_owned()),
            state,
            revision: (state == Answer::Confirmed).then_some(2),
            answer: None,
            asked_at: "2026-11-20T09:00:00Z".parse().expect("a time"),
            answered_at: (state != Answer::Asked).then(|| "2026-11-21T09:00:00Z".parse().expect("a time")),
        }
    }

    pub(in crate::cpd) fn whole() -> Whole {
        let confirmed = Some((request(Answer::Confirmed), "Morag Innes".to_owned()));
        Whole {
            name: "Jo Marsh".to_owned(),
            organisation: "Northmoor Ambulance Service".to_owned(),
            profile: Profile {
                profession: Some("Paramedic".to_owned()),
                registration: Some("PA12345".to_owned()),
                history: Some("Twelve years on the road.".to_owned()),
                statement: None,
                revision: 1,
                ..Profile::default()
            },
            period: (date(2025, 9, 1), date(2027, 8, 31)),
            shown: vec![Shown { row: row(), files: vec![evidence()], confirmed }],
            all: vec![row()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_who_what_and_by_what_it_is_shown() {
        let made = "2026-11-22T09:00:00Z".parse().expect("a time");
        let text = format!("{:?}", paper(&samples::whole(), made));
        for part in [
            "CPD profile of Jo Marsh",
            "PA12345",
            "1 Sep 2025 to 31 Aug 2027",
            "Twelve years on the road.",
            "Not written yet.",
            "1. Trauma update <day 1>",
            "18 Nov 2026 to 19 Nov 2026",
            "7:30",
            "3, 4",
            "Morag Innes, 21 Nov 2026",
            "1.1 certificate.pdf (PDF, 12.4 KiB)",
            "Now I would not.",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Benefit to service users"), "what is empty is left out");
    }

    #[test]
    fn an_empty_profile_says_what_is_missing() {
        let whole = Whole { shown: Vec::new(), all: Vec::new(), ..samples::whole() };
        let text = format!("{:?}", paper(&whole, Timestamp::UNIX_EPOCH));
        for part in ["No activity was chosen", "There is no activity", "No file was added"] {
            assert!(text.contains(part), "{part}");
        }
    }
}
