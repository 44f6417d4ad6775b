//! One's own record: what duties propose, what it sums to, everything that was said. And the same of one duty.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::{Row, id};
use crate::exposures::model::Proposal;
use crate::exposures::rules::{SumRow, Sums, sums};
use crate::exposures::service::{self, Home};
use crate::http::{Ask, Failure};
use crate::kernel::ids::DutyId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Proposed {
    duty: String,
    kind: &'static str,
    title: &'static str,
    of: String,
    agents: Option<String>,
    complete: String,
}

impl Proposed {
    fn new(proposal: &Proposal) -> Self {
        let kind = proposal.kind.as_str();
        let incident = proposal.incident.as_ref().map(|number| format!(", incident {number}")).unwrap_or_default();
        Self {
            duty: proposal.duty.to_string(),
            kind,
            title: proposal.kind.title(),
            of: format!("{}: {}{incident}", format::long_time(proposal.started_at), proposal.work),
            agents: (!proposal.agents.is_empty()).then(|| proposal.agents.join(", ")),
            complete: format!("/exposures/new?duty={}&kind={kind}", proposal.duty),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct SumLine {
    label: String,
    is_agent: bool,
    cells: Vec<String>,
}

impl SumLine {
    fn new(row: &SumRow, has_earlier: bool) -> Self {
        let mut cells: Vec<String> = row.by_year.iter().map(|count| format::number(*count)).collect();
        cells.extend(has_earlier.then(|| format::number(row.earlier)));
        cells.push(format::number(row.all));
        Self { label: row.label.clone(), is_agent: row.is_agent, cells }
    }
}

#[derive(Debug, Clone, Serialize)]
struct SumTable {
    heads: Vec<String>,
    rows: Vec<SumLine>,
    /// Minutes in breathing apparatus: in all, and by year.
    ba_total: Option<String>,
    ba: Option<SumLine>,
}

impl SumTable {
    fn new(sums: &Sums) -> Option<Self> {
        if sums.rows.is_empty() {
            return None;
        }
        let mut heads: Vec<String> = sums.years.iter().map(ToString::to_string).collect();
        heads.extend(sums.has_earlier.then(|| "Before".to_owned()));
        heads.push("All".to_owned());
        let ba = sums.ba.as_ref().map(|ba| {
            let label = "Minutes in breathing apparatus".to_owned();
            SumLine { label, ..SumLine::new(ba, sums.has_earlier) }
        });
        Some(Self {
            heads,
            rows: sums.rows.iter().map(|row| SumLine::new(row, sums.has_earlier)).collect(),
            ba_total: sums
                .ba
                .as_ref()
                .map(|ba| format!("{} ({} min)", format::minutes(ba.all), format::number(ba.all))),
            ba,
        })
    }
}

#[derive(Debug, Clone, Serialize)]
struct OwnPage {
    /// The duty that it is about, if it is about one.
    duty: Option<String>,
    new_href: String,
    proposals: Vec<Proposed>,
    sums: Option<SumTable>,
    rows: Vec<Row>,
    count: String,
}

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "exposures/list";
    const SECTION: &'static str = "exposures";

    fn title(&self) -> Cow<'_, str> {
        if self.duty.is_some() { "Exposures of this duty".into() } else { "My exposures".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        let duty = self.duty.iter().map(|duty| Crumb::new("The duty", format!("/duties/{duty}")));
        self.duty.iter().map(|_duty| Crumb::new("My duties", "/duties")).chain(duty).collect()
    }

    fn sample() -> Self {
        build(&Home { proposals: Vec::new(), all: Vec::new() }, None)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn build(home: &Home, duty: Option<DutyId>) -> OwnPage {
    let counted = home.all.iter().filter(|history| history.now.confirmed).count();
    OwnPage {
        duty: duty.map(|duty| duty.to_string()),
        new_href: duty.map_or_else(|| "/exposures/new".to_owned(), |duty| format!("/exposures/new?duty={duty}")),
        proposals: home.proposals.iter().map(Proposed::new).collect(),
        sums: if duty.is_some() { None } else { SumTable::new(&sums(&home.all)) },
        rows: home.all.iter().map(Row::new).collect(),
        count: format::count(i64::try_from(counted).unwrap_or(i64::MAX), "exposure counts", "exposures count"),
    }
}

/// Shows one's own record.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let home = service::home(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.page(&build(&home, None))
}

/// Shows what one duty proposes and what was said of it.
pub(super) async fn of_duty(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let duty = id(&path, DutyId)?;
    let home = service::of_duty(&ask.site().db, ask.caller(), duty).await?;
    ask.page(&build(&home, Some(duty)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::model::Kind;
    use crate::exposures::rules::samples;

    pub(super) fn samples() -> Vec<OwnPage> {
        let proposal = |kind, agents: &[&str], incident: Option<&str>| Proposal {
            duty: DutyId(uuid::Uuid::from_u128(9)),
            started_at: "2026-11-20T19:00:00Z".parse().expect("a time"),
            happened_on: jiff::civil::date(2026, 11, 20),
            kind,
            agents: agents.iter().map(|agent| (*agent).to_owned()).collect(),
            work: "Chimney <fire>".to_owned(),
            incident: incident.map(str::to_owned),
        };
        let proposals =
            vec![proposal(Kind::Contaminant, &["Smoke"], Some("045512")), proposal(Kind::Traumatic, &[], None)];
        let home = Home { proposals, all: samples::histories() };
        let duty = Some(DutyId(uuid::Uuid::from_u128(9)));
        vec![build(&home, None), build(&home, duty), OwnPage::sample()]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<OwnPage>();
    }

    #[test]
    fn sums_stand_in_columns_by_year() {
        let page = samples().into_iter().next().expect("a page");
        let sums = page.sums.expect("sums");
        assert_eq!(sums.heads, ["2026", "2019", "All"]);
        assert_eq!(sums.ba_total.as_deref(), Some("56 min (56 min)"));
        assert!(sums.rows.iter().all(|row| row.cells.len() == sums.heads.len()));
    }
}
