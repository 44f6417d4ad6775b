//! The team's hours: people by week, what the units add up to, with a chart.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::policy::ExportTeam;
use super::super::rules::parse_date;
use super::super::team::{self, TeamHours, Weeks};
use super::super::totals::Totals;
use super::list::PageLink;
use super::query::{address, uuid};
use super::sums::{self, Sums};
use crate::authz::{Team, TeamAct};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::views::{Choice, Field, Markup, PageContext, format};

/// Lengths of the period that are offered, in weeks.
pub(super) const LENGTHS: [u8; 3] = [4, 8, 13];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TeamQuery {
    pub(super) unit: String,
    pub(super) weeks: String,
    pub(super) ending: String,
    pub(super) after: String,
}

impl TeamQuery {
    /// The weeks that were asked for; the last four when that cannot be read.
    pub(super) fn period(&self, today: Date) -> (Weeks, u8) {
        let length = self.weeks.parse().ok().filter(|length| LENGTHS.contains(length)).unwrap_or(4);
        (Weeks::ending(parse_date(&self.ending).unwrap_or(today), length), length)
    }

    pub(super) fn address(&self, path: &str, unit: &str, after: &str) -> String {
        address(path, &[("unit", unit), ("weeks", &self.weeks), ("ending", &self.ending), ("after", after)])
    }
}

#[derive(Debug, Clone, Serialize)]
struct Cell {
    week: String,
    hours: String,
}

#[derive(Debug, Clone, Serialize)]
struct PersonRow {
    href: String,
    name: String,
    unit: String,
    cells: Vec<Cell>,
    total: String,
}

#[derive(Debug, Clone, Serialize)]
struct TeamPage {
    unit: String,
    unit_field: Field,
    weeks_field: Field,
    ending_field: Field,
    weeks: Vec<String>,
    rows: Vec<PersonRow>,
    all: Vec<Cell>,
    all_total: String,
    sums: Sums,
    export_href: Option<String>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for TeamPage {
    const TEMPLATE: &'static str = "team/hours";
    const SECTION: &'static str = "team";

    fn title(&self) -> Cow<'_, str> {
        "Team hours".into()
    }

    fn sample() -> Self {
        let today = jiff::civil::date(2026, 11, 22);
        let hours = TeamHours {
            picked: UnitId::NIL,
            offered: Team::All,
            people: Vec::new(),
            next: None,
            sums: Vec::new(),
            kinds: Default::default(),
            units: Default::default(),
        };
        build(&TeamQuery::default(), &hours, (Weeks::ending(today, 4), 4), None)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the team's hours.
pub(super) async fn show(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let (weeks, length) = query.period(civil::local(now).date());
    let unit = uuid(&query.unit).map(UnitId);
    let after = uuid(&query.after).map(PersonId);
    let hours = team::hours(&ask.site().db, ask.caller(), unit, weeks, after, now).await?;
    let totals = Totals::of(&hours.sums, Some((weeks.from, weeks.to)), &hours.kinds);
    let title = format!("Hours by week and type, {}", hours.units.label(hours.picked));
    let chart = sums::chart(&ask.site().views, &totals, &title)?;
    let mut page = build(&query, &hours, (weeks, length), chart);
    page.export_href = page.export_href.filter(|_href| ExportTeam::reached(ask.caller()).is_some());
    ask.page(&page)
}

fn build(query: &TeamQuery, hours: &TeamHours, (weeks, length): (Weeks, u8), chart: Option<Markup>) -> TeamPage {
    let totals = Totals::of(&hours.sums, Some((weeks.from, weeks.to)), &hours.kinds);
    let mondays: Vec<String> = weeks.mondays().iter().map(|week| week.strftime("%-d %b").to_string()).collect();
    let cells = |minutes: &[i64]| -> Vec<Cell> {
        let all = mondays.iter().zip(minutes);
        all.map(|(week, minutes)| Cell { week: week.clone(), hours: short(*minutes) }).collect()
    };
    let rows = hours
        .people
        .iter()
        .map(|person| PersonRow {
            href: query.address(&format!("/team/{}", person.person), "", ""),
            name: person.name.clone(),
            unit: hours.units.label(person.unit),
            cells: cells(&person.minutes),
            total: short(person.minutes.iter().sum()),
        })
        .collect();
    let in_week: Vec<i64> = totals.weeks.iter().map(|(_week, amount)| amount.minutes).collect();
    let picked = hours.picked.to_string();
    let next = hours.next.map(|after| PageLink {
        href: query.address("/team", &picked, &after.to_string()),
        text: Some("More people".to_owned()),
    });
    let previous = (!query.after.is_empty())
        .then(|| PageLink { href: query.address("/team", &picked, ""), text: Some("First people".to_owned()) });
    let period = format!("from {} to {}", format::short_date(weeks.from), format::short_date(weeks.to));
    TeamPage {
        unit: hours.units.label(hours.picked),
        unit_field: Field::new("unit", "Unit").choices(unit_choices(hours)).choose([&picked]),
        weeks_field: Field::new("weeks", "Period")
            .choices(LENGTHS.map(|weeks| Choice::new(weeks.to_string(), format!("{weeks} weeks"))))
            .choose([length.to_string()]),
        ending_field: Field::new("ending", "Up to the week of").value(weeks.to.strftime("%Y-%m-%d").to_string()),
        all: cells(&in_week),
        all_total: short(totals.all.minutes),
        sums: Sums::new(&totals, period, chart),
        export_href: Some(query.address("/team/export.csv", &picked, "")),
        weeks: mondays,
        rows,
        previous,
        next,
    }
}

fn unit_choices(hours: &TeamHours) -> Vec<Choice> {
    let seen = hours.units.in_order().into_iter().filter(|(unit, _depth)| hours.offered.has(unit.id));
    seen.map(|(unit, depth)| {
        let label = hours.units.label(unit.id);
        let closed = if unit.closed { " (closed)" } else { "" };
        Choice::new(unit.id.to_string(), format!("{}{label}{closed}", "\u{a0}\u{a0}".repeat(depth)))
    })
    .collect()
}

/// A cell of a wide table: nothing is a dash that reads as nothing.
fn short(minutes: i64) -> String {
    if minutes == 0 { "0".to_owned() } else { format::minutes(minutes) }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::Sum;
    use super::super::super::team::PersonHours;
    use super::super::super::words::samples::{id, kinds, units};
    use super::*;

    pub(super) fn samples() -> Vec<TeamPage> {
        let weeks = Weeks::ending(jiff::civil::date(2026, 11, 22), 4);
        let unit = |n| UnitId(uuid::Uuid::from_u128(n));
        let person = |n: u128, name: &str| PersonHours {
            person: PersonId(uuid::Uuid::from_u128(n)),
            name: name.to_owned(),
            unit: unit(4),
            minutes: vec![690, 0, 2520, 45],
            duties: 5,
        };
        let sum = |week: Date, kind, minutes| Sum {
            week_start: week,
            type_id: id(kind),
            category: None,
            minutes,
            once: minutes,
            duties: 1,
        };
        let mut hours = TeamHours {
            picked: unit(3),
            offered: Team::All,
            people: vec![person(1, "Jo Marsh"), person(2, "Sam <Reed>")],
            next: Some(PersonId(uuid::Uuid::from_u128(2))),
            sums: vec![sum(weeks.from, 1, 690), sum(weeks.from, 2, 300)],
            kinds: kinds(),
            units: units(),
        };
        let totals = Totals::of(&hours.sums, Some((weeks.from, weeks.to)), &hours.kinds);
        let chart = sums::chart(crate::views::testing::views(), &totals, "Hours").expect("a chart");
        let query = TeamQuery { after: "x".to_owned(), ..TeamQuery::default() };
        let full = build(&query, &hours, (weeks, 4), chart);
        hours.people.clear();
        hours.sums.clear();
        hours.next = None;
        vec![full, build(&TeamQuery::default(), &hours, (weeks, 4), None)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<TeamPage>();
    }

    #[test]
    fn a_period_that_cannot_be_read_is_the_last_four_weeks() {
        let today = jiff::civil::date(2026, 11, 22);
        let odd = TeamQuery { weeks: "900".to_owned(), ending: "soon".to_owned(), ..TeamQuery::default() };
        assert_eq!(odd.period(today), (Weeks::ending(today, 4), 4));
        let asked = TeamQuery { weeks: "8".to_owned(), ending: "2026-10-01".to_owned(), ..TeamQuery::default() };
        assert_eq!(asked.period(today).0.mondays().len(), 8);
    }
}
