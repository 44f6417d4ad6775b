//! The team's competences: people by kind, and what each unit lacks.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::words::{PageLink, Tag, address, effect_tag, state_day, state_tag, uuid};
use crate::authz::TeamAct;
use crate::authz::permission::CPD_READ;
use crate::competence::export as table;
use crate::competence::policy::ExportTeam;
use crate::competence::service::{self, GapCell, Matrix, MatrixRow};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::views::{Choice, Field, PageContext, format};

const PATH: &str = "/team/competences";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TeamQuery {
    unit: String,
    after: String,
}

#[derive(Debug, Clone, Serialize)]
struct StateCell {
    tag: Option<Tag>,
    day: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct PersonRow {
    href: String,
    name: String,
    unit: String,
    effect: Option<Tag>,
    cells: Vec<StateCell>,
}

#[derive(Debug, Clone, Serialize)]
struct CountCell {
    /// `2 of 9`; nothing when nobody needs it.
    lacking: Option<String>,
    none: bool,
    ending: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct UnitRow {
    name: String,
    cells: Vec<CountCell>,
}

#[derive(Debug, Clone, Serialize)]
struct TeamPage {
    unit: String,
    said: String,
    unit_field: Field,
    kinds: Vec<String>,
    rows: Vec<PersonRow>,
    gaps: Vec<UnitRow>,
    export_href: Option<String>,
    cpd: bool,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for TeamPage {
    const TEMPLATE: &'static str = "competences/team";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        "Team competences".into()
    }

    fn sample() -> Self {
        Self {
            unit: "Northmoor".to_owned(),
            said: "Nobody lacks anything".to_owned(),
            unit_field: Field::new("unit", "Unit"),
            kinds: Vec::new(),
            rows: Vec::new(),
            gaps: Vec::new(),
            export_href: None,
            cpd: false,
            previous: None,
            next: None,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the team's competences.
pub(super) async fn show(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let (caller, now) = (ask.caller(), ask.clock().now());
    let unit = uuid(&query.unit).map(UnitId);
    let after = uuid(&query.after).map(PersonId);
    let matrix = service::matrix(&ask.site().db, caller, unit, after, now).await?;
    let mut page = build(&query, &matrix);
    page.export_href =
        page.export_href.filter(|_href| ExportTeam::reached(caller).is_some_and(|team| team.has(matrix.picked)));
    page.cpd = caller.reach(CPD_READ).is_some_and(|reach| reach.organisation || !reach.units.is_empty());
    ask.page(&page)
}

/// Downloads them.
pub(super) async fn export(ask: Ask, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let body = table::team(&ask.site().db, ask.caller(), uuid(&query.unit).map(UnitId), now).await?;
    let date = civil::local(now).date();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"competences-{date}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body))
}

fn build(query: &TeamQuery, matrix: &Matrix) -> TeamPage {
    let picked = matrix.picked.to_string();
    let next = matrix
        .next
        .map(|after| PageLink::new(address(PATH, &[("unit", &picked), ("after", &after.to_string())]), "More people"));
    let previous =
        (!query.after.is_empty()).then(|| PageLink::new(address(PATH, &[("unit", &picked)]), "First people"));
    let sums = matrix
        .gaps
        .iter()
        .flat_map(|unit| &unit.cells)
        .fold((0, 0), |(lacking, ending), cell| (lacking + cell.lacking, ending + cell.ending));
    TeamPage {
        unit: matrix.units.path(matrix.picked),
        said: format!(
            "{} and {} within 90 days",
            format::count(sums.0, "gap", "gaps"),
            format::count(sums.1, "more", "more")
        ),
        unit_field: Field::new("unit", "Unit").choices(unit_choices(matrix)).choose([&picked]),
        kinds: matrix.kinds.iter().map(|kind| kind.draft.name.clone()).collect(),
        rows: matrix.people.iter().map(|row| person_row(row, matrix)).collect(),
        gaps: matrix
            .gaps
            .iter()
            .map(|unit| UnitRow {
                name: matrix.units.path(unit.unit),
                cells: unit.cells.iter().map(|cell| count_cell(*cell)).collect(),
            })
            .collect(),
        export_href: Some(address("/team/competences.csv", &[("unit", &picked)])),
        cpd: false,
        previous,
        next,
    }
}

fn person_row(row: &MatrixRow, matrix: &Matrix) -> PersonRow {
    PersonRow {
        href: format!("{PATH}/{}", row.member.id),
        name: row.member.name.clone(),
        unit: matrix.units.path(row.member.unit),
        effect: effect_tag(row.effect),
        cells: row
            .cells
            .iter()
            .map(|cell| StateCell {
                tag: cell.map(|cell| state_tag(cell.state, cell.needed)),
                day: cell.and_then(|cell| state_day(cell.state)),
            })
            .collect(),
    }
}

fn count_cell(cell: GapCell) -> CountCell {
    CountCell {
        lacking: (cell.needed > 0).then(|| format!("{} of {}", cell.lacking, cell.needed)),
        none: cell.lacking == 0,
        ending: (cell.ending > 0).then(|| format!("{} ending", cell.ending)),
    }
}

fn unit_choices(matrix: &Matrix) -> Vec<Choice> {
    let seen = matrix.units.all().filter(|(_depth, unit)| matrix.offered.has(unit.id));
    seen.map(|(depth, unit)| {
        let closed = if unit.closed { " (closed)" } else { "" };
        let label = matrix.units.path(unit.id);
        Choice::new(unit.id.to_string(), format!("{}{label}{closed}", "\u{a0}\u{a0}".repeat(depth)))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::words::samples::{kind, member};
    use super::*;
    use crate::authz::Team;
    use crate::competence::model::{Effect, Member};
    use crate::competence::service::{Cell, UnitGaps};
    use crate::competence::standing_rules::State;
    use crate::organisation::UnitTree;

    fn matrix() -> Matrix {
        let kinds = vec![kind(1, "Breathing apparatus", Effect::OffTheRun), kind(2, "Driving", Effect::None)];
        let cell = |needed, state, effect| Some(Cell { needed, state, effect });
        let off = MatrixRow {
            member: member(),
            cells: vec![cell(true, State::Missing, Effect::OffTheRun), None],
            effect: Effect::OffTheRun,
        };
        let other = Member { id: PersonId(uuid::Uuid::from_u128(2)), ..member() };
        let last = date(2027, 1, 1);
        let good = MatrixRow {
            member: other,
            cells: vec![
                cell(true, State::Ending(last, 39), Effect::None),
                cell(false, State::Lapsed(last), Effect::None),
            ],
            effect: Effect::None,
        };
        let gaps = vec![GapCell { needed: 9, lacking: 2, ending: 1 }, GapCell { needed: 0, lacking: 0, ending: 0 }];
        Matrix {
            picked: member().unit,
            offered: Team::All,
            units: UnitTree::default(),
            kinds,
            people: vec![off, good],
            next: Some(member().id),
            gaps: vec![UnitGaps { unit: member().unit, cells: gaps }],
        }
    }

    pub(super) fn samples() -> Vec<TeamPage> {
        let full = matrix();
        let empty = Matrix { kinds: Vec::new(), people: Vec::new(), gaps: Vec::new(), next: None, ..full.clone() };
        let nothing_asked = Matrix { kinds: Vec::new(), gaps: Vec::new(), ..full.clone() };
        let query = TeamQuery { after: "x".to_owned(), ..TeamQuery::default() };
        let mut all: Vec<TeamPage> = [full, empty, nothing_asked].iter().map(|matrix| build(&query, matrix)).collect();
        all.iter_mut().for_each(|page| page.cpd = true);
        all
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<TeamPage>();
    }

    #[test]
    fn a_gap_is_a_number_and_not_a_colour_alone() {
        let page = &samples()[0];
        assert_eq!(page.said, "2 gaps and 1 more within 90 days");
        let cell = &page.gaps[0].cells[0];
        assert_eq!((cell.lacking.as_deref(), cell.ending.as_deref()), (Some("2 of 9"), Some("1 ending")));
        assert!(page.gaps[0].cells[1].lacking.is_none());
    }
}
