//! How many riders a unit has on a day, and what that is by what it needs.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PageLink, Tag, day as day_of, times};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::UnitId;
use crate::rota::cover_rules::Level;
use crate::rota::model::Need;
use crate::rota::service::{self, CoverDay};
use crate::views::{Choice, Field, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CoverQuery {
    unit: String,
    date: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    when: String,
    riders: i32,
    level: Tag,
    /// The blocks of this stretch, as a bar of so many of the day's quarters of an hour.
    blocks: i64,
    bar: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct CoverPage {
    #[serde(skip)]
    heading: String,
    day: String,
    date: String,
    need: String,
    contracts: String,
    unit: Option<Field>,
    picked: String,
    rows: Vec<Row>,
    back: PageLink,
    forward: PageLink,
}

impl PageContext for CoverPage {
    const TEMPLATE: &'static str = "rota/cover";
    const SECTION: &'static str = "calendar";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn sample() -> Self {
        build(&CoverDay {
            unit: UnitId::NIL,
            offered: Vec::new(),
            units: crate::duties::words::Units::default(),
            day: jiff::civil::date(2026, 11, 23),
            need: Need::default(),
            contracts: 0,
            runs: Vec::new(),
        })
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, query: Query<CoverQuery>) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let unit = Uuid::try_parse(&query.unit).ok().map(UnitId);
    let cover = service::cover(&ask.site().db, ask.caller(), unit, day_of(&query.date, today)).await?;
    ask.page(&build(&cover))
}

fn build(cover: &CoverDay) -> CoverPage {
    let picked = cover.unit.to_string();
    let name = cover.units.label(cover.unit);
    let step = |by: i32| -> Date { cover.day.checked_add(by.days()).unwrap_or(cover.day) };
    let link = |by: i32, text: &str| PageLink::new(format!("/cover?unit={picked}&date={}", step(by)), text);
    let choices = || cover.offered.iter().map(|unit| Choice::new(unit.to_string(), cover.units.label(*unit)));
    let rows = cover.runs.iter().map(|run| {
        let level = Level::of(run.riders, cover.need);
        let (colour, bar) = match level {
            Level::Full => ("govuk-tag--green", "wr-cover--full"),
            Level::Reduced => ("govuk-tag--yellow", "wr-cover--reduced"),
            Level::Critical => ("govuk-tag--red", "wr-cover--critical"),
        };
        Row {
            when: times(run.from, run.to),
            riders: run.riders,
            level: Tag::new(level.title(), colour),
            blocks: run.to.duration_since(run.from).as_mins() / 15,
            bar,
        }
    });
    CoverPage {
        heading: format!("On-call cover: {name}"),
        day: format::long_date(cover.day),
        date: cover.day.to_string(),
        need: format!("Full crew with {}, off the run with fewer than {}", cover.need.full, cover.need.least),
        contracts: format::count(i64::try_from(cover.contracts).unwrap_or(0), "person gives", "people give"),
        unit: (cover.offered.len() > 1).then(|| Field::new("unit", "Unit").choices(choices()).choose([&picked])),
        rows: rows.collect(),
        back: link(-1, "Day before"),
        forward: link(1, "Day after"),
        picked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rota::cover_rules::Run;

    pub(super) fn samples() -> Vec<CoverPage> {
        let day = jiff::civil::date(2026, 11, 23);
        let at = |hour: i8| crate::rota::rules::at(day, jiff::civil::time(hour, 0, 0, 0));
        let run = |from, to, riders| Run { from: at(from), to: at(to), riders };
        let cover = CoverDay {
            unit: UnitId::NIL,
            offered: vec![UnitId::NIL, UnitId(Uuid::from_u128(1))],
            units: crate::duties::words::Units::default(),
            day,
            need: Need::default(),
            contracts: 6,
            runs: vec![run(0, 6, 6), run(6, 12, 4), run(12, 23, 2)],
        };
        vec![CoverPage::sample(), build(&cover)]
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<CoverPage>();
        let levels: Vec<String> = samples()[1].rows.iter().map(|row| row.level.text.clone()).collect();
        assert_eq!(levels, ["Full crew", "Reduced crew", "Off the run"]);
    }
}
