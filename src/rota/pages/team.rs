//! A week of the people of a unit.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::calendar::{Event, events};
use super::{PageLink, day as day_of};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::UnitId;
use crate::rota::service::{self, TeamWeek};
use crate::views::{Choice, Field, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TeamQuery {
    unit: String,
    date: String,
}

#[derive(Debug, Clone, Serialize)]
struct Cell {
    label: String,
    events: Vec<Event>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    name: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Serialize)]
struct TeamPage {
    heading: String,
    unit: Field,
    date: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    back: PageLink,
    forward: PageLink,
    cover: String,
}

impl PageContext for TeamPage {
    const TEMPLATE: &'static str = "rota/team";
    const SECTION: &'static str = "team-calendar";

    fn title(&self) -> Cow<'_, str> {
        "Team calendar".into()
    }

    fn sample() -> Self {
        let range = crate::rota::rules::Range::week(jiff::civil::date(2026, 11, 23));
        let week = TeamWeek {
            range,
            picked: UnitId::NIL,
            offered: vec![UnitId::NIL],
            units: crate::duties::words::Units::default(),
            people: Vec::new(),
        };
        build(&week)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let day = day_of(&query.date, civil::local(now).date());
    let unit = Uuid::try_parse(&query.unit).ok().map(UnitId);
    let week = service::team_week(&ask.site().db, ask.caller(), unit, day, now).await?;
    ask.page(&build(&week))
}

fn build(week: &TeamWeek) -> TeamPage {
    let days = week.range.days();
    let picked = week.picked.to_string();
    let choices = week.offered.iter().map(|unit| Choice::new(unit.to_string(), week.units.label(*unit)));
    let step = |by: i32| {
        let date = week.range.first.checked_add(by.weeks()).unwrap_or(week.range.first);
        format!("/team/calendar?unit={picked}&date={date}")
    };
    let rows = week.people.iter().map(|(member, on)| Row {
        name: member.name.clone(),
        cells: days
            .iter()
            .map(|day| Cell { label: day.strftime("%a %-d %b").to_string(), events: events(on, *day, None) })
            .collect(),
    });
    TeamPage {
        heading: format!("{} to {}", format::short_date(week.range.first), format::short_date(week.range.last)),
        unit: Field::new("unit", "Unit").choices(choices).choose([&picked]),
        date: week.range.first.to_string(),
        columns: days.iter().map(|day| day.strftime("%a %-d %b").to_string()).collect(),
        rows: rows.collect(),
        back: PageLink::new(step(-1), "Week before"),
        forward: PageLink::new(step(1), "Week after"),
        cover: format!("/cover?unit={picked}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::PersonId;
    use crate::rota::model::Member;

    pub(super) fn samples() -> Vec<TeamPage> {
        let member = Member { id: PersonId::NIL, name: "Jo Marsh".to_owned(), unit: UnitId::NIL, left: false };
        let week = TeamWeek {
            range: crate::rota::rules::Range::week(jiff::civil::date(2026, 11, 23)),
            picked: UnitId::NIL,
            offered: vec![UnitId::NIL],
            units: crate::duties::words::Units::default(),
            people: vec![(member, super::super::calendar::tests::days())],
        };
        vec![TeamPage::sample(), build(&week)]
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<TeamPage>();
    }
}
