//! Searching for people by what they can do.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use serde::Serialize;

use super::words::{Tag, effect_tag, uuid};
use crate::authz::TeamAct;
use crate::competence::policy::ExportTeam;
use crate::competence::service::{self, Found, MatrixRow, Run, SHOWN, SkillsWanted as Wanted, in_date};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::{CompetenceKindId, UnitId};
use crate::views::{Choice, Field, PageContext, format};

const PATH: &str = "/people/skills";

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    unit: String,
    standing: Option<Tag>,
    in_date: String,
}

#[derive(Debug, Clone, Serialize)]
struct SkillsPage {
    unit: Field,
    kind: Option<Field>,
    run: Field,
    asked: bool,
    said: String,
    more: Option<String>,
    rows: Vec<Row>,
    export_href: Option<String>,
}

impl PageContext for SkillsPage {
    const TEMPLATE: &'static str = "competences/skills";
    const SECTION: &'static str = "skills";

    fn title(&self) -> Cow<'_, str> {
        "Skills".into()
    }

    fn sample() -> Self {
        Self {
            unit: Field::new("unit", "Unit and all below"),
            kind: None,
            run: Field::new("run", "Available for operations"),
            asked: false,
            said: String::new(),
            more: None,
            rows: Vec::new(),
            export_href: None,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// What the address asks for: a kind may come several times.
fn wanted(query: &str) -> Wanted {
    let mut wanted = Wanted::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "unit" => wanted.unit = uuid(&value).map(UnitId),
            "kind" if wanted.kinds.len() < 20 => wanted.kinds.extend(uuid(&value).map(CompetenceKindId)),
            "run" if value == "on" => wanted.run = Run::On,
            "run" if value == "off" => wanted.run = Run::Off,
            _ => {}
        }
    }
    wanted
}

fn build(wanted: &Wanted, found: &Found) -> SkillsPage {
    let picked = found.picked.to_string();
    let offered = found.units.all().filter(|(_depth, unit)| found.offered.has(unit.id));
    let units = offered.map(|(depth, unit)| {
        Choice::new(unit.id.to_string(), format!("{}{}", "\u{a0}\u{a0}".repeat(depth), found.units.path(unit.id)))
    });
    let kinds: Vec<Choice> =
        found.kinds.iter().map(|kind| Choice::new(kind.id.to_string(), kind.draft.name.clone())).collect();
    let chosen: Vec<String> = wanted.kinds.iter().map(ToString::to_string).collect();
    let runs = [Choice::new("", "Whether or not"), Choice::new("on", "On the run"), Choice::new("off", "Off the run")];
    let run = match wanted.run {
        Run::Either => "",
        Run::On => "on",
        Run::Off => "off",
    };
    let asked = !wanted.kinds.is_empty() || wanted.run != Run::Either;
    let total = i64::try_from(found.total).unwrap_or(i64::MAX);
    let mut address = form_urlencoded::Serializer::new(String::new());
    address.append_pair("unit", &picked).append_pair("run", run);
    address.extend_pairs(chosen.iter().map(|kind| ("kind", kind)));
    SkillsPage {
        unit: Field::new("unit", "Unit and all below").choices(units).choose([&picked]),
        kind: (!kinds.is_empty()).then(|| {
            Field::new("kind", "In date").hint("Whoever is found has all of these").choices(kinds).choose(&chosen)
        }),
        run: Field::new("run", "Available for operations").choices(runs).choose([run]),
        asked,
        said: format!("{} in {}", format::count(total, "person", "people"), found.units.path(found.picked)),
        more: (found.total > found.people.len())
            .then(|| format!("The first {SHOWN} are shown. The download has all of them.")),
        rows: found.people.iter().map(|row| person(row, found)).collect(),
        export_href: asked.then(|| format!("{PATH}.csv?{}", address.finish())),
    }
}

fn person(row: &MatrixRow, found: &Found) -> Row {
    let in_date = in_date(&found.kinds, row);
    Row {
        href: format!("/team/competences/{}", row.member.id),
        name: row.member.name.clone(),
        unit: found.units.path(row.member.unit),
        standing: effect_tag(row.effect),
        in_date: if in_date.is_empty() { "Nothing".to_owned() } else { in_date.join(", ") },
    }
}

/// Shows the search and what was found.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let caller = ask.caller();
    let wanted = wanted(ask.request().query_string());
    let found = service::search(&ask.site().db, caller, wanted.clone(), ask.clock().now()).await?;
    let mut page = build(&wanted, &found);
    page.export_href =
        page.export_href.filter(|_href| ExportTeam::reached(caller).is_some_and(|team| team.has(found.picked)));
    ask.page(&page)
}

/// Downloads what was found.
pub(super) async fn export(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let wanted = wanted(ask.request().query_string());
    let body = service::export_skills(&ask.site().db, ask.caller(), wanted, now).await?;
    let date = civil::local(now).date();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"skills-{date}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body))
}

#[cfg(test)]
mod tests {
    use super::super::words::samples::{kind, member};
    use super::*;
    use crate::authz::Team;
    use crate::competence::model::Effect;
    use crate::competence::service::Cell;
    use crate::competence::standing_rules::State;
    use crate::organisation::UnitTree;

    pub(super) fn samples() -> Vec<SkillsPage> {
        let cell = Some(Cell { needed: true, state: State::Valid(None), effect: Effect::None });
        let row = MatrixRow { member: member(), cells: vec![cell], effect: Effect::Restricted };
        let found = Found {
            picked: member().unit,
            offered: Team::All,
            units: UnitTree::default(),
            kinds: vec![kind(1, "Breathing apparatus", Effect::OffTheRun)],
            people: vec![row],
            total: 300,
        };
        let nobody = Found { people: Vec::new(), total: 0, kinds: Vec::new(), ..found.clone() };
        let asked = Wanted { run: Run::On, ..Wanted::default() };
        vec![build(&asked, &found), build(&asked, &nobody), build(&Wanted::default(), &nobody)]
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<SkillsPage>();
    }

    #[test]
    fn an_address_names_several_kinds_and_nonsense_asks_for_nothing() {
        let (one, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let asked = wanted(&format!("kind={one}&run=off&kind={other}&unit=x"));
        assert_eq!((asked.kinds.len(), asked.run, asked.unit), (2, Run::Off, None));
        assert_eq!(wanted("kind=x&run=maybe"), Wanted::default());
    }
}
