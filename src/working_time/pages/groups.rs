//! The contract groups as the organisation's own data: the list, and one group with its people.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use super::words::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::views::{PageContext, format};
use crate::working_time::record::{Action, GroupDraft};
use crate::working_time::service::{self, Listed};

pub(super) const PATH: &str = "/contract-groups";

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    period: String,
    action: &'static str,
    people: String,
    for_all: bool,
    retired: bool,
}

#[derive(Debug, Clone, Serialize)]
struct GroupsPage {
    tab: &'static str,
    rows: Vec<Row>,
    /// How many people wait for their figures.
    waiting: Option<String>,
}

impl PageContext for GroupsPage {
    const TEMPLATE: &'static str = "working-time/groups";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Contract groups".into()
    }

    fn sample() -> Self {
        let row = |for_all, retired| Row {
            href: format!("{PATH}/1"),
            name: "Wholetime <2-2-4>".to_owned(),
            period: "26 weeks, rolling".to_owned(),
            action: "Warns",
            people: "12 people".to_owned(),
            for_all,
            retired,
        };
        Self {
            tab: "working-time",
            rows: vec![row(true, false), row(false, true)],
            waiting: Some("12 people wait".to_owned()),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { tab: "working-time", rows: Vec::new(), waiting: None }]
    }
}

pub(super) fn period(draft: &GroupDraft) -> String {
    let weeks = format::count(draft.reference_weeks.into(), "week", "weeks");
    match draft.anchor_on {
        None => format!("{weeks}, rolling"),
        Some(anchor) => format!("{weeks}, fixed from {}", format::short_date(anchor)),
    }
}

pub(super) const fn action(action: Action) -> &'static str {
    match action {
        Action::Off => "Shows it in the figures",
        Action::Warn => "Warns",
        Action::Block => "Refuses what has not begun",
    }
}

/// Shows the list.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let (all, waiting) = service::list(&ask.site().db, ask.caller()).await?;
    let row = |listed: &Listed| Row {
        href: format!("{PATH}/{}", listed.group.id),
        name: listed.group.draft.name.clone(),
        period: period(&listed.group.draft),
        action: action(listed.group.draft.action),
        people: format::count(listed.people, "line of terms", "lines of terms"),
        for_all: listed.group.draft.for_all,
        retired: listed.group.retired,
    };
    ask.page(&GroupsPage {
        tab: "working-time",
        rows: all.iter().map(row).collect(),
        waiting: (waiting > 0).then(|| {
            format!("{} for figures that are being made again", format::count(waiting, "person waits", "people wait"))
        }),
    })
}

/// Has everybody's figures made again.
pub(super) async fn recompute(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let people = service::recompute(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.site().queue.wake();
    let people = format::count(people, "person is", "people are");
    Ok(ask.redirect_with(PATH, FlashKind::Success, &format!("The figures of {people} being worked out anew.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_stand_full_empty_and_with_errors() {
        crate::views::testing::check::<GroupsPage>();
    }
}
