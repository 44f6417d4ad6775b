//! What a medical professional is shown of somebody, by whoever may read it at any hour.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::detail::Earlier;
use super::download::{file, print};
use super::words::{Line, id, lines};
use crate::exposures::model::{History, Subject};
use crate::exposures::paper::About;
use crate::exposures::service::{self, Read};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, Field, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
}

#[derive(Debug, Clone, Serialize)]
struct Person {
    href: String,
    name: String,
    number: Option<String>,
    unit: String,
    left: bool,
}

#[derive(Debug, Clone, Serialize)]
struct FindPage {
    q: Field,
    asked: bool,
    people: Vec<Person>,
}

impl PageContext for FindPage {
    const TEMPLATE: &'static str = "exposures/find";
    const SECTION: &'static str = "exposure-records";

    fn title(&self) -> Cow<'_, str> {
        "Exposure records".into()
    }

    fn sample() -> Self {
        found("", &[])
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::finds()
    }
}

fn found(typed: &str, people: &[(Subject, String)]) -> FindPage {
    let person = |(subject, unit): &(Subject, String)| Person {
        href: format!("/exposure-records/{}", subject.id),
        name: subject.name.clone(),
        number: subject.number.clone(),
        unit: unit.clone(),
        left: subject.left,
    };
    FindPage {
        q: Field::new("q", "Whose record?")
            .hint("A part of the name, or exactly the employee number or work address")
            .value(typed),
        asked: typed.trim().chars().count() >= 2,
        people: people.iter().map(person).collect(),
    }
}

/// Looks for people.
pub(super) async fn find(ask: Ask, Query(wanted): Query<Wanted>) -> Result<HttpResponse, Failure> {
    let people = service::find(&ask.site().db, ask.caller(), wanted.q.clone()).await?;
    ask.page(&found(&wanted.q, &people))
}

#[derive(Debug, Clone, Serialize)]
struct Shown {
    head: String,
    denied: bool,
    lines: Vec<Line>,
    earlier: Vec<Earlier>,
}

#[derive(Debug, Clone, Serialize)]
struct RecordPage {
    who: String,
    number: Option<String>,
    unit: String,
    left: bool,
    paper: String,
    with_health: bool,
    all: Vec<Shown>,
}

impl PageContext for RecordPage {
    const TEMPLATE: &'static str = "exposures/record";
    const SECTION: &'static str = "exposure-records";

    fn title(&self) -> Cow<'_, str> {
        "Exposure record".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Exposure records", "/exposure-records")]
    }

    fn sample() -> Self {
        Self {
            who: "Jo Marsh".to_owned(),
            number: Some("N1001".to_owned()),
            unit: "Hillside, Blue watch".to_owned(),
            left: true,
            paper: "/exposure-records/1/record.pdf".to_owned(),
            with_health: false,
            all: Vec::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::records()
    }
}

fn build(read: &Read) -> RecordPage {
    let shown = |history: &History| Shown {
        head: format!("{}: {}", format::short_date(history.now.draft.happened_on), history.exposure.kind.title()),
        denied: !history.now.confirmed,
        lines: lines(&history.now),
        earlier: history.before.iter().map(Earlier::new).collect(),
    };
    RecordPage {
        who: read.subject.name.clone(),
        number: read.subject.number.clone(),
        unit: read.unit.clone(),
        left: read.subject.left,
        paper: format!("/exposure-records/{}/record.pdf", read.subject.id),
        with_health: read.with_health,
        all: read.all.iter().map(shown).collect(),
    }
}

/// Shows somebody's exposures; that it did is in the trail, with a receipt to them.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let read = service::read(&ask.site().db, ask.caller(), person, ask.clock().now()).await?;
    ask.page(&build(&read))
}

/// The same as a paper to hand over.
pub(super) async fn paper(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let now = ask.clock().now();
    let read = service::paper_of(&ask.site().db, ask.caller(), person, now).await?;
    let about = About {
        name: read.subject.name.clone(),
        number: read.subject.number.clone(),
        made_by: Some(ask.person()?.name.clone()),
        left_out: Some(left_out(read.with_health)),
    };
    let bytes = print(about, read.all, now).await?;
    Ok(file(&format!("exposures-{}.pdf", civil::local(now).date()), "application/pdf", bytes))
}

const fn left_out(with_health: bool) -> &'static str {
    if with_health {
        "Traumatic events are not part of this paper: they are the person's own."
    } else {
        "Traumatic events, symptoms and health advice are not part of this paper."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::rules::samples;
    use crate::kernel::ids::UnitId;

    fn subject(left: bool) -> Subject {
        Subject {
            id: PersonId::NIL,
            name: "Jo <Marsh>".to_owned(),
            number: (!left).then(|| "N1001".to_owned()),
            unit: UnitId::NIL,
            left,
        }
    }

    pub(super) fn finds() -> Vec<FindPage> {
        let people = [(subject(false), "Hillside".to_owned()), (subject(true), "Harbour".to_owned())];
        vec![FindPage::sample(), found("Jo", &people), found("Nobody", &[])]
    }

    pub(super) fn records() -> Vec<RecordPage> {
        let read =
            |left, with_health, all| Read { subject: subject(left), unit: "Hillside".to_owned(), all, with_health };
        vec![build(&read(false, true, samples::histories())), build(&read(true, false, Vec::new()))]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<FindPage>();
        crate::views::testing::check::<RecordPage>();
    }
}
