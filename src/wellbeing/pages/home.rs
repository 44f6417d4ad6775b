//! The start page: what it is for whoever has no vault, the way in when it is locked, the notes when it is open.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

use super::shared::scale;
use super::support::words;
use crate::authz::permission;
use crate::http::{Ask, Failure};
use crate::vault::{self, Vaults};
use crate::views::charts::{Chart, ChartKind, Series};
use crate::views::{Markup, PageContext, Views, ViewsError, format};
use crate::wellbeing::model::{Content, Opened, Records};
use crate::wellbeing::rules::{FATIGUE, MOOD};
use crate::wellbeing::service;

/// Notes shown at first.
const FIRST: usize = 30;

/// Days in the chart.
const DRAWN: usize = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HomeQuery {
    all: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    what: &'static str,
    day: String,
    machine: String,
    start: Option<String>,
    mood: Option<String>,
    fatigue: Option<String>,
    score: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct HomePage {
    /// `none`, `locked` or `open`.
    state: &'static str,
    rows: Vec<Row>,
    more: Option<String>,
    unreadable: Option<String>,
    chart: Option<Markup>,
    support: Vec<String>,
    receives: bool,
}

impl HomePage {
    fn shut(state: &'static str, support: Vec<String>, receives: bool) -> Self {
        Self { state, rows: Vec::new(), more: None, unreadable: None, chart: None, support, receives }
    }

    fn open(records: &Records, all: bool, chart: Option<Markup>, support: Vec<String>, receives: bool) -> Self {
        let count = records.opened.len();
        let shown = if all { count } else { FIRST };
        let unreadable = i64::try_from(records.unreadable).unwrap_or(i64::MAX);
        Self {
            state: "open",
            rows: records.opened.iter().take(shown).map(row).collect(),
            more: (count > shown).then(|| format!("Show all {count}")),
            unreadable: (unreadable > 0).then(|| format::count(unreadable, "record does", "records do")),
            chart,
            support,
            receives,
        }
    }
}

fn row(one: &Opened) -> Row {
    let (what, start, mood, fatigue, score) = match &one.record.content {
        Content::Note(note) => (
            "Note",
            start(&note.text),
            note.mood.map(|mood| scale(mood, &MOOD)),
            note.fatigue.map(|fatigue| scale(fatigue, &FATIGUE)),
            None,
        ),
        Content::Who5 { answers } => {
            ("WHO-5", None, None, None, Some(format!("{} of 100 ({})", answers.score(), answers.band().title())))
        }
    };
    Row {
        href: format!("/wellbeing/notes/{}", one.id),
        what,
        day: format::short_date(one.record.day),
        machine: one.record.day.to_string(),
        start,
        mood,
        fatigue,
        score,
    }
}

/// The first words of a note.
fn start(text: &str) -> Option<String> {
    const LETTERS: usize = 80;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut short: String = line.chars().take(LETTERS).collect();
    if line.chars().count() > LETTERS {
        short.push('…');
    }
    Some(short)
}

/// The label of a day, mood and fatigue.
type Point = (String, Option<u8>, Option<u8>);

/// Mood and fatigue over the last notes that say one; none until two do.
fn chart(views: &Views, records: &Records) -> Result<Option<Markup>, ViewsError> {
    let mut points: Vec<Point> = records
        .opened
        .iter()
        .filter_map(|one| match &one.record.content {
            Content::Note(note) if note.mood.is_some() || note.fatigue.is_some() => {
                Some((one.record.day.strftime("%-d %b").to_string(), note.mood, note.fatigue))
            }
            Content::Note(_) | Content::Who5 { .. } => None,
        })
        .take(DRAWN)
        .collect();
    if points.len() < 2 {
        return Ok(None);
    }
    points.reverse();
    let series = |name: &str, of: fn(&Point) -> Option<u8>| Series {
        name: name.to_owned(),
        values: points.iter().map(|point| of(point).map(f64::from)).collect(),
    };
    let chart = Chart {
        kind: ChartKind::Line,
        title: "Mood and tiredness".to_owned(),
        summary: format!(
            "Your last {} notes that say how you were. Mood: 1 very low, 5 very good. Tiredness: 1 not tired, 5 exhausted.",
            points.len()
        ),
        labels_title: "Day".to_owned(),
        labels: points.iter().map(|point| point.0.clone()).collect(),
        series: vec![series("Mood", |point| point.1), series("Tiredness", |point| point.2)],
        unit: Some("of 5".to_owned()),
    };
    views.chart(&chart, "mood").map(Some)
}

impl PageContext for HomePage {
    const TEMPLATE: &'static str = "wellbeing/home";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Wellbeing".into()
    }

    fn sample() -> Self {
        Self::shut("none", words(None), false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, query: Query<HomeQuery>, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let (db, caller) = (&ask.site().db, ask.caller());
    let support = words(service::support(db, caller).await?);
    let receives = caller.holds(permission::WELLBEING_RECEIVE);
    let person = ask.person()?;
    let session = vault::pages::session_of(&ask)?;
    let Some(key) = vaults.key(session, person.organisation, person.id, ask.clock().now()) else {
        let state = if vault::service::exists(db, caller).await? { "locked" } else { "none" };
        return ask.page(&HomePage::shut(state, support, receives));
    };
    let records = service::list(db, caller, key).await?;
    let chart = chart(&ask.site().views, &records)?;
    ask.page(&HomePage::open(&records, query.all == "yes", chart, support, receives))
}

#[cfg(test)]
mod tests {
    use super::super::shared::samples::{note, who5};
    use super::*;

    pub(super) fn samples() -> Vec<HomePage> {
        let few = Records { opened: vec![who5(23, 2), note(22, 2), note(21, 4)], unreadable: 0 };
        let many = Records { opened: (0..31).map(|_| note(20, 3)).collect(), unreadable: 2 };
        let views = crate::views::testing::views();
        let drawn = chart(views, &few).expect("a chart");
        assert!(drawn.is_some());
        vec![
            HomePage::sample(),
            HomePage::shut("locked", words(None), true),
            HomePage::open(&Records::default(), false, None, words(None), false),
            HomePage::open(&few, false, drawn, words(Some("Ask Jo".to_owned())), true),
            HomePage::open(&many, false, None, words(None), false),
        ]
    }

    #[test]
    fn the_page_stands_without_a_vault_locked_empty_and_full() {
        crate::views::testing::check::<HomePage>();
        assert_eq!(samples()[4].rows.len(), FIRST);
        assert_eq!(samples()[4].more.as_deref(), Some("Show all 31"));
    }

    #[test]
    fn the_start_of_a_note_is_short() {
        assert_eq!(start("\n  Hard night \nmore"), Some("Hard night".to_owned()));
        assert_eq!(start(&"ä".repeat(81)).map(|text| text.chars().count()), Some(81));
        assert_eq!(start(" \n "), None);
    }
}
