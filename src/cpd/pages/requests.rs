//! What the reader is asked to confirm, and what they answered.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::query::{PageLink, Tabs, address};
use crate::cpd::model::{Answer, Request};
use crate::cpd::service::{self, Inbox};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::views::{PageContext, format};

/// Answered requests on one page.
const PER_PAGE: u16 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RequestsQuery {
    after: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: Option<String>,
    title: String,
    who: String,
    when: String,
    state: &'static str,
    colour: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct RequestsPage {
    tabs: Tabs,
    open: Vec<Row>,
    answered: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for RequestsPage {
    const TEMPLATE: &'static str = "cpd/requests";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "CPD to confirm".into()
    }

    fn sample() -> Self {
        build(&RequestsQuery::default(), &Inbox::default(), Tabs::sample("requests"))
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the lists.
pub(super) async fn show(ask: Ask, query: Query<RequestsQuery>) -> Result<HttpResponse, Failure> {
    let damaged = || Problem::BadRequest("The address of this page is damaged. Open the list again.".to_owned());
    let after = match query.after.as_str() {
        "" => None,
        text => Some(Cursor::decode(text).ok_or_else(damaged)?),
    };
    let inbox = service::inbox(&ask.site().db, ask.caller(), after, PER_PAGE).await?;
    let tabs = Tabs::new("requests", ask.caller(), inbox.open.len());
    ask.page(&build(&query, &inbox, tabs))
}

fn build(query: &RequestsQuery, inbox: &Inbox, tabs: Tabs) -> RequestsPage {
    let row = |request: &Request| {
        let open = request.state == Answer::Asked;
        let at = request.answered_at.unwrap_or(request.asked_at);
        let (state, colour) = match request.state {
            Answer::Asked => ("Waiting for you", "govuk-tag--blue"),
            Answer::Confirmed => ("Confirmed", "govuk-tag--green"),
            Answer::Declined => ("Declined", "govuk-tag--grey"),
            Answer::Withdrawn => ("Taken back", "govuk-tag--grey"),
        };
        Row {
            href: open.then(|| format!("/cpd/requests/{}", request.id)),
            title: request.title.clone(),
            who: inbox.names.get(&request.person).cloned().unwrap_or_else(|| "Somebody".to_owned()),
            when: format::short_date(civil::local(at).date()),
            state,
            colour,
        }
    };
    let next =
        inbox.next.map(|at| PageLink::new(address("/cpd/requests", &[("after", &at.encode())]), "Earlier answers"));
    RequestsPage {
        tabs,
        open: inbox.open.iter().map(row).collect(),
        answered: inbox.answered.iter().map(row).collect(),
        previous: (!query.after.is_empty()).then(|| PageLink::new("/cpd/requests".to_owned(), "Latest answers")),
        next,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cpd::paper::samples;

    pub(super) fn samples() -> Vec<RequestsPage> {
        let request = samples::request;
        let last = request(Answer::Declined);
        let full = Inbox {
            open: vec![request(Answer::Asked), request(Answer::Asked)],
            next: Some(Cursor { at: last.asked_at, id: last.id.0 }),
            answered: vec![request(Answer::Confirmed), last],
            names: BTreeMap::from([(samples::row().person, "Jo <Marsh>".to_owned())]),
        };
        let query = RequestsQuery { after: "x".to_owned() };
        vec![RequestsPage::sample(), build(&query, &full, Tabs::sample("requests"))]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<RequestsPage>();
    }

    #[test]
    fn what_was_answered_is_not_opened_again() {
        let page = &samples()[1];
        assert!(page.open.iter().all(|row| row.href.is_some()) && page.answered.iter().all(|row| row.href.is_none()));
    }
}
