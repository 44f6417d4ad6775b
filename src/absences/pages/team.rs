//! Who of a team is away, and whom to record an absence for.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::{in_words, length};
use crate::absences::service::{self, TeamAway};
use crate::duties::rules::parse_date;
use crate::http::{Ask, Failure};
use crate::views::{Field, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TeamQuery {
    q: String,
    /// A day: those who are away on it.
    on: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    days: String,
    length: String,
    kind: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Found {
    href: String,
    name: String,
}

#[derive(Debug, Clone, Serialize)]
struct TeamPage {
    period: String,
    one_day: bool,
    rows: Vec<Row>,
    search: Field,
    searched: bool,
    found: Vec<Found>,
}

impl PageContext for TeamPage {
    const TEMPLATE: &'static str = "absences/team";
    const SECTION: &'static str = "team-absences";

    fn title(&self) -> Cow<'_, str> {
        "Who is away".into()
    }

    fn sample() -> Self {
        Self {
            period: "23 Nov 2026 to 21 Dec 2026".to_owned(),
            one_day: false,
            rows: Vec::new(),
            search: Field::new("q", "Name"),
            searched: false,
            found: Vec::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let row = Row {
            href: "/team/absences/1".to_owned(),
            name: "Jo Marsh".to_owned(),
            days: "23 Nov 2026".to_owned(),
            length: "1 day".to_owned(),
            kind: "Sickness",
        };
        let found = Found { href: "/team/absences/1".to_owned(), name: "Jo Marsh".to_owned() };
        let nobody = Self { searched: true, ..Self::sample() };
        vec![Self::sample(), nobody.clone(), Self { rows: vec![row], found: vec![found], one_day: true, ..nobody }]
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let TeamQuery { q: search, on } = query.into_inner();
    let on = parse_date(&on).filter(|day| (1970..=2200).contains(&day.year()));
    let team = service::team(&ask.site().db, ask.caller(), on, search.clone(), ask.clock().now()).await?;
    ask.page(&build(&team, &search))
}

fn build(team: &TeamAway, search: &str) -> TeamPage {
    let href = |person: &dyn std::fmt::Display| format!("/team/absences/{person}");
    let rows = team.absences.iter().map(|(absence, name)| Row {
        href: href(&absence.person),
        name: name.clone(),
        days: in_words(absence.days),
        length: length(absence.days),
        kind: absence.days.kind.title(),
    });
    TeamPage {
        period: if team.first == team.last {
            format::long_date(team.first)
        } else {
            format!("{} to {}", format::short_date(team.first), format::short_date(team.last))
        },
        one_day: team.first == team.last,
        rows: rows.collect(),
        search: Field::new("q", "Name").hint("The beginning of the first or last name").value(search),
        searched: !search.trim().is_empty(),
        found: team.found.iter().map(|one| Found { href: href(&one.id), name: one.name.clone() }).collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::TeamPage>();
    }
}
