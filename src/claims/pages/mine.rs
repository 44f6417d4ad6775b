//! My claims: all that somebody claimed, whatever the duty, with what became of it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::model::Claim;
use super::super::service;
use super::of_duty::decided;
use super::{PageLink, cursor};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MineQuery {
    after: String,
    decided_since: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    what: String,
    day: String,
    state: &'static str,
    colour: &'static str,
    decided: Option<String>,
    answer: Option<String>,
    paid: bool,
}

#[derive(Debug, Clone, Serialize)]
struct MinePage {
    /// Only what was decided since this day.
    decided_since: Option<String>,
    rows: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for MinePage {
    const TEMPLATE: &'static str = "claims/mine";
    const SECTION: &'static str = "timesheets";

    fn title(&self) -> Cow<'_, str> {
        "My claims".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My timesheets", "/timesheets")]
    }

    fn sample() -> Self {
        build(&[], None, false, None)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask, query: Query<MineQuery>) -> Result<HttpResponse, Failure> {
    let since = query.decided_since.parse::<Date>().ok();
    let after = cursor(&query.after)?;
    let (claims, next) = service::own(&ask.site().db, ask.caller(), since.map(civil::start_of_day), after).await?;
    ask.page(&build(&claims, next, !query.after.is_empty(), since))
}

fn build(claims: &[Claim], next: Option<Cursor>, later: bool, since: Option<Date>) -> MinePage {
    let row = |claim: &Claim| {
        let (state, colour) = claim.state.label();
        Row {
            href: format!("/claims/{}", claim.id),
            what: format!("{}: {}", claim.kind.title(), claim.kind.in_words(claim.amount)),
            day: format::short_date(claim.day),
            state,
            colour,
            decided: decided(claim),
            answer: claim.answer.clone(),
            paid: claim.run.is_some(),
        }
    };
    let link = |href: String, text: &str| PageLink { href, text: Some(text.to_owned()) };
    let first =
        since.map_or_else(|| "/claims/mine?".to_owned(), |since| format!("/claims/mine?decided_since={since}&"));
    let first = first.as_str();
    MinePage {
        decided_since: since.map(format::short_date),
        rows: claims.iter().map(row).collect(),
        previous: later.then(|| link(first.trim_end_matches(['?', '&']).to_owned(), "Latest claims")),
        next: next.map(|next| link(format!("{first}after={}", next.encode()), "Earlier claims")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::State;
    use super::super::super::rules::Kind;
    use super::super::of_duty::tests::claim;
    use super::*;

    pub(super) fn samples() -> Vec<MinePage> {
        let mut paid = claim(Kind::Mileage, 125, State::Approved);
        paid.run = Some(crate::kernel::ids::PayrollRunId::NIL);
        let claims = [claim(Kind::Overtime, 60, State::Waiting), paid, claim(Kind::Disturbance, 6, State::Refused)];
        let next = Some(Cursor { at: jiff::Timestamp::UNIX_EPOCH, id: uuid::Uuid::nil() });
        let since = Some(jiff::civil::date(2026, 11, 16));
        vec![
            MinePage::sample(),
            build(&claims, next, true, None),
            build(&claims, next, true, since),
            build(&[], None, false, since),
        ]
    }

    #[test]
    fn the_page_stands_empty_and_with_claims_in_each_state() {
        crate::views::testing::check::<MinePage>();
        let rows = &samples()[1].rows;
        assert!(rows[1].paid && rows[0].decided.is_none());
        assert_eq!(rows[1].what, "Mileage: 12.5 miles");
    }
}
