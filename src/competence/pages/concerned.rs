//! Who of the team is off the run, or has something that ends soon: what is behind the figures of the home page.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::words::{Tag, state_day, state_tag};
use crate::competence::service::{self, ConcernedList};
use crate::competence::standing_rules::Concern;
use crate::http::{Ask, Failure};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConcernQuery {
    show: String,
}

#[derive(Debug, Clone, Serialize)]
struct KindCell {
    name: String,
    tag: Tag,
    day: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    unit: String,
    kinds: Vec<KindCell>,
}

#[derive(Debug, Clone, Serialize)]
struct ConcernedPage {
    #[serde(skip)]
    concern: Concern,
    off_the_run: bool,
    count: String,
    rows: Vec<Row>,
}

impl PageContext for ConcernedPage {
    const TEMPLATE: &'static str = "competences/concerned";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        match self.concern {
            Concern::OffTheRun => "Off the run".into(),
            Concern::Ending => "Certificates ending".into(),
        }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team competences", "/team/competences")]
    }

    fn sample() -> Self {
        build(Concern::Ending, &ConcernedList { people: Vec::new(), units: crate::organisation::UnitTree::default() })
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask, query: Query<ConcernQuery>) -> Result<HttpResponse, Failure> {
    let concern = Concern::parse(&query.show).unwrap_or(Concern::OffTheRun);
    let list = service::concerned(&ask.site().db, ask.caller(), concern, ask.clock().now()).await?;
    ask.page(&build(concern, &list))
}

fn build(concern: Concern, list: &ConcernedList) -> ConcernedPage {
    let rows: Vec<Row> = list
        .people
        .iter()
        .map(|one| Row {
            href: format!("/team/competences/{}", one.member.id),
            name: one.member.name.clone(),
            unit: list.units.path(one.member.unit),
            kinds: one
                .kinds
                .iter()
                .map(|(name, state)| KindCell {
                    name: name.clone(),
                    tag: state_tag(*state, true),
                    day: state_day(*state),
                })
                .collect(),
        })
        .collect();
    ConcernedPage {
        concern,
        off_the_run: concern == Concern::OffTheRun,
        count: format::count(i64::try_from(rows.len()).unwrap_or(i64::MAX), "person", "people"),
        rows,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::words::samples::member;
    use super::*;
    use crate::competence::service::Concerned;
    use crate::competence::standing_rules::State;
    use crate::organisation::UnitTree;

    pub(super) fn samples() -> Vec<ConcernedPage> {
        let kinds = vec![
            ("Breathing apparatus".to_owned(), State::Missing),
            ("Driving <EFAD>".to_owned(), State::Ending(date(2026, 12, 1), 8)),
        ];
        let list = ConcernedList { people: vec![Concerned { member: member(), kinds }], units: UnitTree::default() };
        vec![build(Concern::OffTheRun, &list), build(Concern::Ending, &list), ConcernedPage::sample()]
    }

    #[test]
    fn the_page_stands_with_people_and_with_nobody() {
        crate::views::testing::check::<ConcernedPage>();
        assert_eq!(samples()[0].count, "1 person");
    }
}
