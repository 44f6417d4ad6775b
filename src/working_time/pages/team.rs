//! The team's working time: who is over, who is near, who is owed rest; and the same as CSV.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::words::{PageLink, Tag, about, address, concern_tag, hours, uuid};
use crate::authz::{Team, TeamAct};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::views::{Choice, Field, PageContext, format};
use crate::working_time::policy::ExportTeam;
use crate::working_time::record::Member;
use crate::working_time::service::{self, Concern, Dashboard};

const PATH: &str = "/team/working-time";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TeamQuery {
    unit: String,
    /// `limit`: those near the limit or above it.
    show: String,
    after: String,
}

#[derive(Debug, Clone, Serialize)]
struct UnitRow {
    name: String,
    people: i64,
    over: i64,
    near: i64,
    owed: i64,
    unknown: i64,
}

#[derive(Debug, Clone, Serialize)]
struct PersonRow {
    href: String,
    name: String,
    unit: String,
    tag: Tag,
    average: String,
    left: String,
    rest: String,
    owed: String,
}

#[derive(Debug, Clone, Serialize)]
struct TeamPage {
    unit: String,
    said: String,
    unit_field: Field,
    show_field: Field,
    only_limit: bool,
    counts: Vec<UnitRow>,
    rows: Vec<PersonRow>,
    export_href: Option<String>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for TeamPage {
    const TEMPLATE: &'static str = "working-time/team";
    const SECTION: &'static str = "team-working-time";

    fn title(&self) -> Cow<'_, str> {
        "Team working time".into()
    }

    fn sample() -> Self {
        samples().remove(0)
    }

    fn samples() -> Vec<Self> {
        samples()
    }
}

/// Shows the team.
pub(super) async fn show(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let (caller, now) = (ask.caller(), ask.clock().now());
    let unit = uuid(&query.unit).map(UnitId);
    let after = uuid(&query.after).map(PersonId);
    let dashboard = service::dashboard(&ask.site().db, caller, unit, only_limit(&query), after, now).await?;
    let mut page = build(&query, &dashboard);
    page.export_href =
        page.export_href.filter(|_href| ExportTeam::reached(caller).is_some_and(|team| team.has(dashboard.picked)));
    ask.page(&page)
}

/// Downloads it.
pub(super) async fn export(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let body = service::export(&ask.site().db, ask.caller(), uuid(&query.unit).map(UnitId), now).await?;
    let date = civil::local(now).date();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"working-time-{date}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body))
}

fn only_limit(query: &TeamQuery) -> bool {
    query.show == "limit"
}

fn build(query: &TeamQuery, dashboard: &Dashboard) -> TeamPage {
    let picked = dashboard.picked.to_string();
    let show = if only_limit(query) { "limit" } else { "" };
    let to = |after: &str| address(PATH, &[("unit", &picked), ("show", show), ("after", after)]);
    let next = dashboard.next.map(|after| PageLink::new(to(&after.to_string()), "More people"));
    let previous = (!query.after.is_empty()).then(|| PageLink::new(to(""), "First people"));
    let sums = dashboard.counts.iter().fold((0, 0, 0), |(over, near, owed), unit| {
        (over + unit.count.over, near + unit.count.near, owed + unit.count.owed)
    });
    let units = &dashboard.units;
    TeamPage {
        unit: units.path(dashboard.picked),
        said: format!(
            "{} over the limit, {} near it, {} owed rest",
            format::number(sums.0),
            format::number(sums.1),
            format::number(sums.2)
        ),
        unit_field: Field::new("unit", "Unit").choices(unit_choices(dashboard)).choose([&picked]),
        show_field: Field::new("show", "Who")
            .choices([Choice::new("", "Everybody"), Choice::new("limit", "Over the limit or near it")])
            .choose([show]),
        only_limit: only_limit(query),
        counts: dashboard
            .counts
            .iter()
            .map(|unit| UnitRow {
                name: units.path(unit.unit),
                people: unit.count.people,
                over: unit.count.over,
                near: unit.count.near,
                owed: unit.count.owed,
                unknown: unit.count.unknown,
            })
            .collect(),
        rows: dashboard.people.iter().map(|(one, concern)| row(&one.member, one.figure, *concern, dashboard)).collect(),
        export_href: Some(address("/team/working-time.csv", &[("unit", &picked)])),
        previous,
        next,
    }
}

fn row(
    member: &Member,
    figure: Option<crate::working_time::service::Latest>,
    concern: Concern,
    dashboard: &Dashboard,
) -> PersonRow {
    let due = |day| format!(", by {}", format::short_date(day));
    PersonRow {
        href: format!("{PATH}/{}", member.id),
        name: member.name.clone(),
        unit: dashboard.units.path(member.unit),
        tag: concern_tag(concern),
        average: figure.map_or_else(String::new, |one| hours(one.average.into())),
        left: figure.map_or_else(String::new, |one| hours(one.headroom.div_euclid(36))),
        rest: figure.and_then(|one| one.shortest_rest).map_or_else(String::new, |rest| about(rest.into())),
        owed: figure.filter(|one| one.owed > 0).map_or_else(
            || "none".to_owned(),
            |one| format!("{}{}", about(one.owed), one.due_on.map(due).unwrap_or_default()),
        ),
    }
}

fn unit_choices(dashboard: &Dashboard) -> Vec<Choice> {
    let seen = dashboard.units.all().filter(|(_depth, unit)| dashboard.offered.has(unit.id));
    seen.map(|(depth, unit)| {
        let closed = if unit.closed { " (closed)" } else { "" };
        let label = dashboard.units.path(unit.id);
        Choice::new(unit.id.to_string(), format!("{}{label}{closed}", "\u{a0}\u{a0}".repeat(depth)))
    })
    .collect()
}

fn samples() -> Vec<TeamPage> {
    use jiff::civil::date;

    use crate::organisation::UnitTree;
    use crate::working_time::service::{Count, Latest, Standing, UnitCount};

    let member =
        Member { id: PersonId::NIL, name: "Jo <Marsh>".to_owned(), number: None, unit: UnitId::NIL, left: false };
    let figure = Latest {
        day: date(2026, 11, 22),
        average: 4_941,
        headroom: -5_076,
        standing: "over",
        shortest_rest: Some(30_600),
        owed: 9_000,
        due_on: Some(date(2026, 12, 1)),
    };
    let concerns =
        [Concern::Over, Concern::Near, Concern::RestOverdue, Concern::RestOwed, Concern::OptedOut, Concern::Clear];
    let mut people: Vec<(Standing, Concern)> =
        concerns.map(|concern| (Standing { member: member.clone(), figure: Some(figure) }, concern)).into();
    people.push((Standing { member: member.clone(), figure: None }, Concern::Unknown));
    let full = Dashboard {
        picked: UnitId::NIL,
        offered: Team::All,
        units: UnitTree::default(),
        counts: vec![UnitCount {
            unit: UnitId::NIL,
            count: Count { people: 9, over: 1, near: 2, owed: 3, unknown: 1 },
        }],
        people,
        next: Some(PersonId::NIL),
    };
    let empty = Dashboard { counts: Vec::new(), people: Vec::new(), next: None, ..full.clone() };
    let query = TeamQuery { after: "x".to_owned(), ..TeamQuery::default() };
    let limit = TeamQuery { show: "limit".to_owned(), ..TeamQuery::default() };
    vec![build(&query, &full), build(&TeamQuery::default(), &empty), build(&limit, &empty)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<TeamPage>();
    }

    #[test]
    fn sums_are_said_in_words() {
        assert_eq!(samples()[0].said, "1 over the limit, 2 near it, 3 owed rest");
    }
}
