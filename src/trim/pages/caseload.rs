//! What a practitioner looks after, and what nobody has taken yet.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::words::{Tag, day, standing_tag, why};
use crate::authz::permission::WELLBEING_KEEP;
use crate::http::{Ask, Failure};
use crate::trim::rules::Standing;
use crate::trim::service::{self, CaseLine, Caseload};
use crate::views::PageContext;

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    event: String,
    why: String,
    state: Tag,
}

#[derive(Debug, Clone, Serialize)]
struct CaseloadPage {
    /// Whether the caller may have a vault, which scores are sealed to.
    scores: bool,
    /// What the list holds alone, if not everything.
    only: Option<&'static str>,
    free: Vec<Row>,
    mine: Vec<Row>,
    closed: Vec<Row>,
}

impl PageContext for CaseloadPage {
    const TEMPLATE: &'static str = "trim/caseload";
    const SECTION: &'static str = "caseload";

    fn title(&self) -> Cow<'_, str> {
        "TRiM caseload".into()
    }

    fn sample() -> Self {
        build(&Caseload::default(), &CaseloadQuery::default())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Which cases are asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CaseloadQuery {
    /// `assess` or `follow-up`: where that is due.
    show: String,
}

impl CaseloadQuery {
    fn only(&self) -> Option<&'static str> {
        match self.show.as_str() {
            "assess" => Some("Assessments that are due"),
            "follow-up" => Some("Follow-ups that are due"),
            _ => None,
        }
    }

    fn has(&self, line: &CaseLine) -> bool {
        match self.show.as_str() {
            "assess" => matches!(line.standing, Standing::Assess(_)),
            "follow-up" => matches!(line.standing, Standing::FollowUp(_)),
            _ => true,
        }
    }
}

fn build(load: &Caseload, query: &CaseloadQuery) -> CaseloadPage {
    let row = |line: &CaseLine| Row {
        href: format!("/trim/cases/{}", line.case.id),
        name: line.person.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone()),
        event: day(line.case.event_at),
        why: why(line.case.origin, line.case.criterion, false),
        state: standing_tag(line.standing),
    };
    let rows = |lines: &[CaseLine]| lines.iter().filter(|line| query.has(line)).map(row).collect();
    CaseloadPage {
        free: rows(&load.free),
        mine: rows(&load.mine),
        closed: rows(&load.closed),
        scores: true,
        only: query.only(),
    }
}

/// Shows the caseload.
pub(super) async fn show(ask: Ask, query: Query<CaseloadQuery>) -> Result<HttpResponse, Failure> {
    let load = service::caseload(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.page(&CaseloadPage { scores: ask.caller().holds(WELLBEING_KEEP), ..build(&load, &query) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trim::rules::samples::{at, case};

    pub(super) fn samples() -> Vec<CaseloadPage> {
        let when = at("2026-11-23T10:00:00Z");
        let line = |standing| CaseLine { case: case(), person: None, standing };
        let full = Caseload {
            free: vec![line(Standing::Waits(when)), line(Standing::Assess(when))],
            mine: vec![line(Standing::FollowUpAt(when)), line(Standing::FollowUp(when)), line(Standing::Done)],
            closed: vec![line(Standing::Ended)],
        };
        let due = CaseloadQuery { show: "follow-up".to_owned() };
        vec![CaseloadPage::sample(), build(&full, &CaseloadQuery::default()), build(&full, &due)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<CaseloadPage>();
        let due = &samples()[2];
        assert_eq!((due.mine.len(), due.free.len(), due.closed.len()), (1, 0, 0));
    }
}
