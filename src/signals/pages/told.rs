//! What others have one told.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::http::{Ask, Failure};
use crate::signals::model::{Kind, Told};
use crate::signals::service;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    name: String,
    signal: &'static str,
    reason: String,
    since: String,
}

#[derive(Debug, Clone, Serialize)]
struct ToldPage {
    rows: Vec<Row>,
}

fn build(told: Vec<Told>) -> ToldPage {
    let row = |one: Told| Row {
        name: one.name,
        signal: one.kind.title(),
        reason: one.reason,
        since: format::short_time(one.raised_at),
    };
    ToldPage { rows: told.into_iter().map(row).collect() }
}

impl PageContext for ToldPage {
    const TEMPLATE: &'static str = "signals/told";
    const SECTION: &'static str = "signals";

    fn title(&self) -> Cow<'_, str> {
        "What others have you told".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Signals", "/signals")]
    }

    fn sample() -> Self {
        build(vec![Told {
            name: "Jo <Marsh>".to_owned(),
            kind: Kind::ShortRest,
            reason: "You rested under 11 hours twice.".to_owned(),
            raised_at: jiff::Timestamp::UNIX_EPOCH,
        }])
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), build(Vec::new())]
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&build(service::told(&ask.site().db, ask.caller()).await?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<super::ToldPage>();
    }
}
