//! Every hour that goes into a figure, and every hour that does not, with the reason and the duty.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::words::{Line, hours, id, length};
use crate::http::{Ask, Failure};
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, Field, PageContext, format};
use crate::working_time::model::AbsenceKind;
use crate::working_time::rules::{ExcludedDay, Explanation, Part};
use crate::working_time::service::{self, Explained};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DayQuery {
    day: String,
}

#[derive(Debug, Clone, Serialize)]
struct HourRow {
    when: String,
    length: String,
    source: &'static str,
    part: &'static str,
    href: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct HoursPage {
    #[serde(skip)]
    of: Crumb,
    action: String,
    day: Field,
    group: Option<String>,
    formula: Vec<Line>,
    rows: Vec<HourRow>,
    excluded: Vec<String>,
    own: bool,
}

impl PageContext for HoursPage {
    const TEMPLATE: &'static str = "working-time/hours";
    const SECTION: &'static str = "working-time";

    fn title(&self) -> Cow<'_, str> {
        "What the average is made of".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![self.of.clone()]
    }

    fn sample() -> Self {
        Self {
            of: Crumb::new("My working time", "/working-time"),
            action: "/working-time/hours".to_owned(),
            day: Field::new("day", "Day"),
            group: Some("Wholetime".to_owned()),
            formula: vec![Line::new("A", "780 h")],
            rows: vec![HourRow {
                when: "22 Nov 2026, 07:00 to 19:00".to_owned(),
                length: "12 h".to_owned(),
                source: "shift",
                part: "counts to A",
                href: Some("/duties/1".to_owned()),
            }],
            excluded: vec!["20 Nov 2026: annual leave".to_owned()],
            own: true,
        }
    }

    fn samples() -> Vec<Self> {
        let empty = Self {
            group: None,
            formula: Vec::new(),
            rows: Vec::new(),
            excluded: Vec::new(),
            own: false,
            ..Self::sample()
        };
        vec![Self::sample(), empty]
    }
}

/// Shows one's own.
pub(super) async fn own(ask: Ask, query: Query<DayQuery>) -> Result<HttpResponse, Failure> {
    let me = ask.person()?.id;
    let explained = explained(&ask, me, &query).await?;
    ask.page(&build(&explained, &query.day, true))
}

/// Shows somebody's.
pub(super) async fn show(ask: Ask, path: Path<String>, query: Query<DayQuery>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let explained = explained(&ask, person, &query).await?;
    ask.page(&build(&explained, &query.day, ask.caller().is(person)))
}

async fn explained(ask: &Ask, person: PersonId, query: &DayQuery) -> Result<Explained, Failure> {
    let day = crate::duties::rules::parse_date(&query.day);
    Ok(service::explain(&ask.site().db, ask.caller(), person, day, ask.clock().now()).await?)
}

fn build(explained: &Explained, typed: &str, own: bool) -> HoursPage {
    let member = &explained.member;
    let (of, action) = if own {
        (Crumb::new("My working time", "/working-time"), "/working-time/hours".to_owned())
    } else {
        let href = format!("/team/working-time/{}", member.id);
        (Crumb::new(member.name.as_str(), href.as_str()), format!("{href}/hours"))
    };
    let explanation = explained.explanation.as_ref();
    let shown = explanation.map_or_else(|| typed.to_owned(), |one| one.figure.day.to_string());
    HoursPage {
        of,
        action,
        day: Field::new("day", "Day").hint("The average of the reference period of this day").value(shown),
        group: explained.group.clone(),
        formula: explanation.map(formula).unwrap_or_default(),
        rows: explanation.map(|one| rows(one, explained)).unwrap_or_default(),
        excluded: explanation.map(|one| one.excluded.iter().map(excluded).collect()).unwrap_or_default(),
        own,
    }
}

fn formula(explanation: &Explanation) -> Vec<Line> {
    let average = &explanation.figure.average;
    let (first, last) = (format::short_date(average.period.first), format::short_date(average.period.last));
    vec![
        Line::new("Reference period", format!("{first} to {last}")),
        Line::new("A, hours in the period", average.a.to_string()),
        Line::new("B, hours for excluded days", average.b.to_string()),
        Line::new("C, weeks", hours(average.c_days.saturating_mul(100) / 7)),
        Line::new("(A + B) / C", format!("{} hours a week, of {}", average.average, average.limit)),
    ]
}

fn rows(explanation: &Explanation, explained: &Explained) -> Vec<HourRow> {
    let row = |line: &crate::working_time::rules::Line| HourRow {
        when: format::span(line.span.begins(), line.span.ends()),
        length: length(line.length.get()),
        source: line.source.name(),
        part: Part::text(line.part),
        href: explained.duties.contains(&line.work.0).then(|| format!("/duties/{}", line.work.0)),
    };
    explanation.lines.iter().rev().map(row).collect()
}

fn excluded(day: &ExcludedDay) -> String {
    let why = match day.absence {
        Some(AbsenceKind::AnnualLeave) => "annual leave",
        Some(AbsenceKind::Sick) => "sick leave",
        Some(AbsenceKind::Family) => "family leave",
        Some(AbsenceKind::Other) => "away",
        None => "an opt-out stands",
    };
    format!("{}: {why}", format::short_date(day.day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<HoursPage>();
    }
}
