//! Where units are off the run in the next days for want of riders.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use super::{Tag, long_times};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::rota::cover_rules::Level;
use crate::rota::service::{self, Gap, Gaps};
use crate::views::{PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    unit: String,
    when: String,
    riders: String,
    level: Tag,
}

#[derive(Debug, Clone, Serialize)]
struct GapsPage {
    period: String,
    rows: Vec<Row>,
}

impl PageContext for GapsPage {
    const TEMPLATE: &'static str = "rota/gaps";
    const SECTION: &'static str = "team-calendar";

    fn title(&self) -> Cow<'_, str> {
        "Cover gaps".into()
    }

    fn sample() -> Self {
        Self { period: "23 Nov 2026 to 30 Nov 2026".to_owned(), rows: Vec::new() }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self::sample(), tests::full()]
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let gaps = service::gaps(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.page(&build(&gaps))
}

fn build(gaps: &Gaps) -> GapsPage {
    let row = |gap: &Gap| Row {
        href: format!("/cover?unit={}&date={}", gap.unit, civil::local(gap.run.from).date()),
        unit: gaps.units.label(gap.unit),
        when: long_times(gap.run.from, gap.run.to),
        riders: format!("{} of {}", gap.run.riders, gap.need.least),
        level: Tag::new(Level::Critical.title(), "govuk-tag--red"),
    };
    GapsPage {
        period: format!("{} to {}", format::short_date(gaps.first), format::short_date(gaps.last)),
        rows: gaps.gaps.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::UnitId;
    use crate::rota::cover_rules::Run;
    use crate::rota::model::Need;

    pub(super) fn full() -> GapsPage {
        let day = jiff::civil::date(2026, 11, 23);
        let at = |hour: i8| crate::rota::rules::at(day, jiff::civil::time(hour, 0, 0, 0));
        let run = Run { from: at(18), to: at(22), riders: 3 };
        build(&Gaps {
            first: day,
            last: jiff::civil::date(2026, 11, 30),
            units: crate::duties::words::Units::default(),
            gaps: vec![Gap { unit: UnitId::NIL, need: Need::default(), run }],
        })
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<GapsPage>();
        let row = &full().rows[0];
        assert_eq!((row.when.as_str(), row.riders.as_str()), ("Mon 23 Nov 18:00 to Mon 23 Nov 22:00", "3 of 4"));
    }
}
