//! Choosing the entries that the profile describes.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::list::{Tag, tags};
use super::query::{PageLink, address, after, place, uuid};
use crate::cpd::paper::days;
use crate::cpd::service::{self, Picked};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::CpdEntryId;
use crate::views::{Crumb, PageContext, format};

/// Entries on one page.
const PER_PAGE: u16 = 50;

const PATH: &str = "/cpd/profile/entries";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PickQuery {
    after: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PickForm {
    next: String,
    offered: Vec<String>,
    picked: Vec<String>,
    go_on: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    id: String,
    title: String,
    when: String,
    kind: &'static str,
    tags: Vec<Tag>,
    picked: bool,
}

#[derive(Debug, Clone, Serialize)]
struct PickPage {
    period: String,
    chosen: String,
    rows: Vec<Row>,
    after_next: Option<String>,
    previous: Option<PageLink>,
}

impl PageContext for PickPage {
    const TEMPLATE: &'static str = "cpd/pick";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "Activities for the profile".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("CPD profile", "/cpd/profile")]
    }

    fn sample() -> Self {
        Self {
            period: "1 Sep 2025 to 31 Aug 2027".to_owned(),
            chosen: "1 activity".to_owned(),
            rows: Vec::new(),
            after_next: None,
            previous: None,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the entries of the period.
pub(super) async fn form(ask: Ask, query: Query<PickQuery>) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let at = after(&query.after)?;
    let picked = service::pickable(&ask.site().db, ask.caller(), at, PER_PAGE, today).await?;
    ask.page(&build(&query.after, &picked))
}

/// Keeps the choice among those that were shown; choices on other pages of the list stay.
pub(super) async fn submit(ask: Ask, Posted(form): Posted<PickForm>) -> Result<HttpResponse, Failure> {
    let ids = |texts: &[String]| texts.iter().filter_map(|text| uuid(text)).map(CpdEntryId).collect::<Vec<_>>();
    let (offered, picked) = (ids(&form.offered), ids(&form.picked));
    service::pick(&ask.site().db, ask.caller(), offered, picked, ask.clock().now()).await?;
    let on = !form.go_on.is_empty() && after(&form.next)?.is_some();
    let to = if on { address(PATH, &[("after", &form.next)]) } else { "/cpd/profile".to_owned() };
    Ok(ask.redirect_with(&to, FlashKind::Success, "Choice saved."))
}

fn build(after: &str, picked: &Picked) -> PickPage {
    let rows = picked.page.rows.iter().map(|one| Row {
        id: one.row.id.to_string(),
        title: one.row.draft.title.clone(),
        when: days(&one.row),
        kind: one.row.draft.kind.title(),
        tags: tags(&one.row, one.marks),
        picked: one.picked,
    });
    let chosen = i64::try_from(picked.chosen).unwrap_or(i64::MAX);
    PickPage {
        period: format!("{} to {}", format::short_date(picked.period.0), format::short_date(picked.period.1)),
        chosen: format::count(chosen, "activity", "activities"),
        rows: rows.collect(),
        after_next: picked.page.next.map(place),
        previous: (!after.is_empty()).then(|| PageLink::new(PATH.to_owned(), "Latest activities")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::model::Page;
    use crate::cpd::paper::samples;
    use crate::cpd::service::{Marks, Pickable};

    pub(super) fn samples() -> Vec<PickPage> {
        let row = samples::row();
        let next = Some((row.draft.started_on, row.id.0));
        let one = |picked| Pickable { row: row.clone(), marks: Marks::default(), picked };
        let mut other = one(false);
        other.row.id = CpdEntryId(uuid::Uuid::from_u128(99));
        let full =
            Picked { period: samples::whole().period, page: Page { rows: vec![one(true), other], next }, chosen: 1 };
        let empty = Picked { page: Page { rows: Vec::new(), next: None }, chosen: 0, ..full.clone() };
        vec![build("2026-11-22.x", &full), build("", &empty)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<PickPage>();
    }
}
