//! The WHO-5: the five statements, and one's own scores over time.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::shared::crumb;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::vault::pages::{Door, opened};
use crate::vault::{self, Vaults};
use crate::views::charts::{Chart, ChartKind, Series};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, Markup, PageContext, Views, ViewsError, format};
use crate::wellbeing::model::{Content, Opened, Record, Records};
use crate::wellbeing::rules;
use crate::wellbeing::service;
use crate::wellbeing::who5::{ANSWERS, Answers, SOURCE, STATEMENTS};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    key: String,
    answer1: String,
    answer2: String,
    answer3: String,
    answer4: String,
    answer5: String,
}

impl Typed {
    fn answers(&self) -> [String; 5] {
        [&self.answer1, &self.answer2, &self.answer3, &self.answer4, &self.answer5].map(Clone::clone)
    }
}

#[derive(Debug, Clone, Serialize)]
struct Who5Form {
    key: String,
    statements: Vec<Field>,
    source: &'static str,
    #[serde(skip)]
    errors: FormErrors,
}

impl Who5Form {
    fn new(key: String, typed: &[String; 5], errors: FormErrors) -> Self {
        let statements = (1..).zip(STATEMENTS).zip(typed).map(|((number, statement), chosen)| {
            let choices = ANSWERS.map(|(points, words)| Choice::new(points.to_string(), words));
            Field::new(format!("answer{number}"), statement).choices(choices).choose([chosen]).errors(&errors)
        });
        Self { key, statements: statements.collect(), source: SOURCE, errors }
    }
}

impl PageContext for Who5Form {
    const TEMPLATE: &'static str = "wellbeing/who5-form";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "WHO-5: the last two weeks".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), Crumb::new("WHO-5", "/wellbeing/who5")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new("key".to_owned(), &Typed::default().answers(), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for number in 1..=5 {
            errors.add(format!("answer{number}"), "Choose how often");
        }
        let typed = ["5", "4", "3", "", "0"].map(str::to_owned);
        vec![Self::sample(), Self::new("key".to_owned(), &typed, errors)]
    }
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    day: String,
    machine: String,
    score: String,
    band: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Who5Page {
    rows: Vec<Row>,
    advice: Option<&'static str>,
    chart: Option<Markup>,
    source: &'static str,
}

impl Who5Page {
    fn new(scores: &[(&Opened, Answers)], chart: Option<Markup>) -> Self {
        let rows = scores.iter().map(|(one, answers)| Row {
            href: format!("/wellbeing/notes/{}", one.id),
            day: format::short_date(one.record.day),
            machine: one.record.day.to_string(),
            score: answers.score().to_string(),
            band: answers.band().title(),
        });
        let advice = scores.first().map(|(_one, answers)| answers.band().advice());
        Self { rows: rows.collect(), advice, chart, source: SOURCE }
    }
}

fn scores(records: &Records) -> Vec<(&Opened, Answers)> {
    let of = |one: &Opened| match one.record.content {
        Content::Who5 { answers } => Some(answers),
        Content::Note(_) => None,
    };
    records.opened.iter().filter_map(|one| Some((one, of(one)?))).collect()
}

/// The scores over time; none until there are two.
fn chart(views: &Views, scores: &[(&Opened, Answers)]) -> Result<Option<Markup>, ViewsError> {
    let (Some((_, last)), true) = (scores.first(), scores.len() > 1) else { return Ok(None) };
    let shown: Vec<_> = scores.iter().take(30).rev().collect();
    let chart = Chart {
        kind: ChartKind::Line,
        title: "Your scores".to_owned(),
        summary: format!("The last is {} of 100. 50 or less is low, 28 or less very low.", last.score()),
        labels_title: "Day".to_owned(),
        labels: shown.iter().map(|(one, _)| one.record.day.strftime("%-d %b %y").to_string()).collect(),
        series: vec![Series {
            name: "Score".to_owned(),
            values: shown.iter().map(|(_, answers)| Some(f64::from(answers.score()))).collect(),
        }],
        unit: Some("of 100".to_owned()),
    };
    views.chart(&chart, "who5").map(Some)
}

impl PageContext for Who5Page {
    const TEMPLATE: &'static str = "wellbeing/who5";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "WHO-5".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn sample() -> Self {
        Self::new(&[], None)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows one's own scores.
pub(super) async fn show(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let records = service::list(&ask.site().db, ask.caller(), key).await?;
    let scores = scores(&records);
    let chart = chart(&ask.site().views, &scores)?;
    ask.page(&Who5Page::new(&scores, chart))
}

/// Shows the five statements. It needs a vault, and none that is unlocked.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    if !vault::service::exists(&ask.site().db, ask.caller()).await? {
        return Ok(ask.redirect("/wellbeing/vault/new"));
    }
    ask.page(&Who5Form::new(Uuid::new_v4().to_string(), &Typed::default().answers(), FormErrors::new()))
}

/// Seals the answers.
pub(super) async fn submit(
    ask: Ask,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    match rules::answers(&typed.answers()) {
        Ok(answers) => {
            let record = Record { day: civil::local(now).date(), written_at: now, content: Content::Who5 { answers } };
            let id = service::chosen_id(&typed.key);
            service::add(&ask.site().db, &vaults, ask.caller(), id, record, now).await?;
            Ok(ask.redirect_with("/wellbeing/who5", FlashKind::Success, "Kept. Only you can read it."))
        }
        Err(faults) => {
            let mut errors = FormErrors::new();
            for (field, message) in faults {
                errors.add(field, message);
            }
            ask.page_again(&Who5Form::new(typed.key.clone(), &typed.answers(), errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shared::samples::{note, who5};
    use super::*;

    pub(super) fn samples() -> Vec<Who5Page> {
        let records = Records { opened: vec![who5(22, 1), note(20, 3), who5(8, 4)], unreadable: 0 };
        let scores = scores(&records);
        assert_eq!(scores.len(), 2);
        let drawn = chart(crate::views::testing::views(), &scores).expect("a chart");
        assert!(drawn.is_some());
        vec![Who5Page::sample(), Who5Page::new(&scores, drawn)]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<Who5Page>();
        crate::views::testing::check::<Who5Form>();
        assert_eq!(samples()[1].rows[0].band, "Very low");
    }
}
