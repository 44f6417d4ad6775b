//! Where the message after a job leads: what there is to look at, and nothing that the message had to say.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::authz::permission::{EXPOSURE_KEEP, TRIM_ANSWER};
use crate::exposures::service as exposures;
use crate::http::{Ask, Failure};
use crate::trim::error::TrimError;
use crate::trim::service;
use crate::views::{PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct AfterJobPage {
    exposures: Option<String>,
    offers: Option<String>,
    keeps: bool,
    answers: bool,
}

impl PageContext for AfterJobPage {
    const TEMPLATE: &'static str = "trim/after-job";
    const SECTION: &'static str = "exposures";

    fn title(&self) -> Cow<'_, str> {
        "After a job".into()
    }

    fn sample() -> Self {
        let some = |text: &str| Some(text.to_owned());
        Self { exposures: some("2 exposures"), offers: some("1 offer"), keeps: true, answers: true }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { exposures: None, offers: None, ..Self::sample() }]
    }
}

/// Shows what waits.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let (db, caller) = (&ask.site().db, ask.caller());
    let keeps = caller.holds(EXPOSURE_KEEP);
    let answers = caller.holds(TRIM_ANSWER);
    let exposures = if keeps {
        exposures::proposals_waiting(db, caller, ask.clock().now()).await.map_err(TrimError::from)?
    } else {
        0
    };
    let offers = if answers { service::open_offers(db, caller).await? } else { 0 };
    let count = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format::count(i64::try_from(count).unwrap_or(i64::MAX), one, many))
    };
    ask.page(&AfterJobPage {
        exposures: count(exposures, "exposure", "exposures"),
        offers: count(offers, "offer of TRiM", "offers of TRiM"),
        keeps,
        answers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<AfterJobPage>();
    }
}
