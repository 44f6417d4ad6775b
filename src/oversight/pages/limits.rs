//! How often the rate limits refused somebody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::config::RateLimitSettings;
use crate::http::{Ask, Failure};
use crate::limits::Meter;
use crate::oversight::model::Refusals;
use crate::oversight::service;
use crate::views::{Crumb, PageContext, format};

/// A limit: what it counts, what it allows, and how often that was not enough.
#[derive(Debug, Serialize)]
struct Row {
    what: &'static str,
    allowed: String,
    hour: String,
    day: String,
    month: String,
}

#[derive(Debug, Serialize)]
struct LimitsPage {
    enabled: bool,
    rows: Vec<Row>,
}

const fn in_words(meter: Meter) -> &'static str {
    match meter {
        Meter::Address => "Everything from one address",
        Meter::Door => "Attempts to get in, from one address",
        Meter::Public => "Pages for everybody, from one address",
        Meter::Account => "Everything of one account",
        Meter::Token => "Everything of one token",
        Meter::Costly => "Exports, reports and uploads of one account or token",
    }
}

impl LimitsPage {
    fn new(refusals: &[Refusals], settings: &RateLimitSettings) -> Self {
        let row = |of: &Refusals| {
            let (per_minute, burst) = of.meter.agreed(settings);
            Row {
                what: in_words(of.meter),
                allowed: format!(
                    "{} at once, then {} a minute",
                    format::number(i64::from(burst)),
                    format::number(i64::from(per_minute))
                ),
                hour: format::number(of.hour),
                day: format::number(of.day),
                month: format::number(of.month),
            }
        };
        Self { enabled: settings.enabled, rows: refusals.iter().map(row).collect() }
    }
}

impl PageContext for LimitsPage {
    const TEMPLATE: &'static str = "oversight/limits";
    const SECTION: &'static str = "security";

    fn title(&self) -> Cow<'_, str> {
        "Limits reached".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Security overview", "/security")]
    }

    fn sample() -> Self {
        let of = |meter| Refusals { meter, hour: 2, day: 30, month: 12_000 };
        Self::new(&Meter::ALL.map(of), &RateLimitSettings::default())
    }

    fn samples() -> Vec<Self> {
        let off = RateLimitSettings { enabled: false, ..RateLimitSettings::default() };
        vec![Self::sample(), Self::new(&[], &off)]
    }
}

/// Shows the limits.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let refusals = service::refusals(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.page(&LimitsPage::new(&refusals, &ask.site().config.rate_limits))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_with_limits_and_without() {
        crate::views::testing::check::<super::LimitsPage>();
    }
}
