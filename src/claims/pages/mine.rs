//! My claims: all that somebody claimed, whatever the duty, with what became of it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::super::model::Claim;
use super::super::service;
use super::of_duty::decided;
use super::{PageLink, cursor};
use crate::http::{Ask, Failure};
use crate::kernel::cursor::Cursor;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MineQuery {
    after: String,
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
        build(&[], None, false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask, query: Query<MineQuery>) -> Result<HttpResponse, Failure> {
    let (claims, next) = service::own(&ask.site().db, ask.caller(), cursor(&query.after)?).await?;
    ask.page(&build(&claims, next, !query.after.is_empty()))
}

fn build(claims: &[Claim], next: Option<Cursor>, later: bool) -> MinePage {
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
    MinePage {
        rows: claims.iter().map(row).collect(),
        previous: later.then(|| link("/claims/mine".to_owned(), "Latest claims")),
        next: next.map(|next| link(format!("/claims/mine?after={}", next.encode()), "Earlier claims")),
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
        vec![MinePage::sample(), build(&claims, next, true)]
    }

    #[test]
    fn the_page_stands_empty_and_with_claims_in_each_state() {
        crate::views::testing::check::<MinePage>();
        let rows = &samples()[1].rows;
        assert!(rows[1].paid && rows[0].decided.is_none());
        assert_eq!(rows[1].what, "Mileage: 12.5 miles");
    }
}
