//! One exposure of one's own, with everything that was ever said of it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::{Line, id, lines, who_reads};
use crate::exposures::model::{History, Version};
use crate::exposures::service;
use crate::http::{Ask, Failure};
use crate::kernel::ids::ExposureId;
use crate::views::{Crumb, PageContext, format};

/// A version that is no longer in force.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Earlier {
    head: String,
    lines: Vec<Line>,
}

impl Earlier {
    pub(super) fn new(version: &Version) -> Self {
        let at = format::long_time(version.recorded_at);
        Self { head: format!("Version {}, recorded on {at}", version.number), lines: lines(version) }
    }
}

#[derive(Debug, Clone, Serialize)]
struct DetailPage {
    kind: &'static str,
    when: String,
    denied: bool,
    lines: Vec<Line>,
    earlier: Vec<Earlier>,
    duty: Option<String>,
    correct: String,
    who_reads: &'static str,
}

impl PageContext for DetailPage {
    const TEMPLATE: &'static str = "exposures/detail";
    const SECTION: &'static str = "exposures";

    fn title(&self) -> Cow<'_, str> {
        self.kind.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My exposures", "/exposures")]
    }

    fn sample() -> Self {
        Self {
            kind: "Fire contaminants",
            when: "20 Nov 2026".to_owned(),
            denied: true,
            lines: Vec::new(),
            earlier: Vec::new(),
            duty: Some("/duties/1".to_owned()),
            correct: "/exposures/1/correct".to_owned(),
            who_reads: "Only you.",
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn build(history: &History) -> DetailPage {
    DetailPage {
        kind: history.exposure.kind.title(),
        when: format::short_date(history.now.draft.happened_on),
        denied: !history.now.confirmed,
        lines: lines(&history.now),
        earlier: history.before.iter().map(Earlier::new).collect(),
        duty: history.exposure.duty.map(|duty| format!("/duties/{duty}")),
        correct: format!("/exposures/{}/correct", history.exposure.id),
        who_reads: who_reads(history.exposure.kind),
    }
}

/// Shows an exposure.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let history = service::open(&ask.site().db, ask.caller(), id(&path, ExposureId)?).await?;
    ask.page(&build(&history))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::rules::samples;

    pub(super) fn samples() -> Vec<DetailPage> {
        std::iter::once(DetailPage::sample()).chain(samples::histories().iter().map(build)).collect()
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<DetailPage>();
    }
}
