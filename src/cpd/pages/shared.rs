//! What people shared with the managers of their unit.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::query::{PageLink, address, after, place};
use crate::cpd::paper::days;
use crate::cpd::service::{self, Shared};
use crate::http::{Ask, Failure};
use crate::views::{Crumb, PageContext};

/// Entries on one page.
const PER_PAGE: u16 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SharedQuery {
    after: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    title: String,
    who: String,
    unit: String,
    when: String,
    machine: String,
    kind: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct SharedPage {
    rows: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for SharedPage {
    const TEMPLATE: &'static str = "cpd/shared";
    const SECTION: &'static str = "team";

    fn title(&self) -> Cow<'_, str> {
        "Team CPD".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team", "/team")]
    }

    fn sample() -> Self {
        Self { rows: Vec::new(), previous: None, next: None }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the list.
pub(super) async fn show(ask: Ask, query: Query<SharedQuery>) -> Result<HttpResponse, Failure> {
    let (at, now) = (after(&query.after)?, ask.clock().now());
    let shared = service::shared(&ask.site().db, ask.caller(), at, PER_PAGE, now).await?;
    ask.page(&build(&query, &shared))
}

fn build(query: &SharedQuery, shared: &Shared) -> SharedPage {
    let rows = shared.page.rows.iter().map(|row| Row {
        href: format!("/cpd/{}", row.id),
        title: row.draft.title.clone(),
        who: shared.names.get(&row.person).cloned().unwrap_or_else(|| "Somebody".to_owned()),
        unit: shared.units.path(row.unit),
        when: days(row),
        machine: row.draft.happened_on().to_string(),
        kind: row.draft.kind.title(),
    });
    SharedPage {
        rows: rows.collect(),
        previous: (!query.after.is_empty()).then(|| PageLink::new("/team/cpd".to_owned(), "Latest entries")),
        next: shared
            .page
            .next
            .map(|at| PageLink::new(address("/team/cpd", &[("after", &place(at))]), "Earlier entries")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cpd::model::Page;
    use crate::cpd::paper::samples;

    pub(super) fn samples() -> Vec<SharedPage> {
        let row = samples::row();
        let shared = Shared {
            names: BTreeMap::from([(row.person, "Jo <Marsh>".to_owned())]),
            page: Page { next: Some((row.draft.started_on, row.id.0)), rows: vec![row] },
            units: crate::organisation::UnitTree::default(),
        };
        vec![build(&SharedQuery { after: "x".to_owned() }, &shared), SharedPage::sample()]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<SharedPage>();
    }
}
