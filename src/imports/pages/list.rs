//! The list of imports, newest first.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use crate::authz::permission;
use crate::http::{Ask, Failure};
use crate::imports::model::{Import, Kind, Preset, State};
use crate::imports::service;
use crate::kernel::cursor::Cursor;
use crate::views::{PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    after: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    file_name: String,
    becomes: &'static str,
    when: String,
    machine_when: String,
    rows: String,
    made: String,
    state: &'static str,
    state_colour: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Link {
    href: String,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    rows: Vec<Row>,
    next: Option<Link>,
    first_page: bool,
    crews: bool,
}

/// What a state is called, and the colour of its tag.
pub(super) const fn state_words(state: State) -> (&'static str, &'static str) {
    match state {
        State::Uploaded => ("Columns to be named", "govuk-tag--yellow"),
        State::Checking => ("Being checked", "govuk-tag--blue"),
        State::Checked => ("Checked, not imported", "govuk-tag--yellow"),
        State::Committing => ("Being imported", "govuk-tag--blue"),
        State::Committed => ("Imported", "govuk-tag--green"),
        State::Failed => ("Stopped", "govuk-tag--red"),
        State::Refused => ("Refused", "govuk-tag--red"),
        State::Discarded => ("Thrown away", "govuk-tag--grey"),
    }
}

/// What the rows of an import become, in words.
pub(super) const fn becomes(kind: Kind, preset: Preset) -> &'static str {
    match (kind, preset) {
        (Kind::People, _) => "People",
        (Kind::Duties, Preset::Csv) => "Duties",
        (Kind::Duties, Preset::Lfb) => "Duties, from mobilisation records",
    }
}

/// `12 duties`, `1 person`.
pub(super) fn records(kind: Kind, count: i64) -> String {
    match kind {
        Kind::Duties => format::count(count, "duty", "duties"),
        Kind::People => format::count(count, "person", "people"),
    }
}

impl Row {
    fn new(import: &Import) -> Self {
        let (state, state_colour) = state_words(import.state);
        let known = import.counts.rows > 0;
        Self {
            href: format!("/imports/{}", import.id),
            file_name: import.file_name.clone(),
            becomes: becomes(import.kind, import.preset),
            when: format::short_time(import.created_at),
            machine_when: format::machine_time(import.created_at),
            rows: if known { format::number(import.counts.rows) } else { "Not checked".to_owned() },
            made: if import.state == State::Committed {
                records(import.kind, import.counts.records)
            } else {
                "None yet".to_owned()
            },
            state,
            state_colour,
        }
    }
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "imports/list";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        "Imports".into()
    }

    fn sample() -> Self {
        let row = |state: State| {
            let (text, state_colour) = state_words(state);
            Row {
                href: "/imports/1".to_owned(),
                file_name: "rota-november.csv".to_owned(),
                becomes: "Duties",
                when: "22 Nov 2026, 09:00".to_owned(),
                machine_when: "2026-11-22T09:00:00Z".to_owned(),
                rows: "1,204".to_owned(),
                made: "None yet".to_owned(),
                state: text,
                state_colour,
            }
        };
        let states = [
            State::Uploaded,
            State::Checking,
            State::Checked,
            State::Committing,
            State::Committed,
            State::Failed,
            State::Refused,
            State::Discarded,
        ];
        let next = Some(Link { href: "/imports?after=a".to_owned() });
        Self { rows: states.map(row).into(), next, first_page: true, crews: true }
    }

    fn samples() -> Vec<Self> {
        let full = Self::sample();
        let empty = Self { rows: Vec::new(), next: None, ..full.clone() };
        let end = Self { next: None, first_page: false, crews: false, ..full.clone() };
        vec![full, empty, end]
    }
}

/// Lists the imports that the caller may see.
pub(super) async fn list(ask: Ask, place: Query<Place>) -> Result<HttpResponse, Failure> {
    let after = Cursor::decode(&place.after);
    let (found, next) = service::imports(&ask.site().db, ask.caller(), after).await?;
    ask.page(&ListPage {
        rows: found.iter().map(Row::new).collect(),
        next: next.map(|next| Link { href: format!("/imports?after={}", next.encode()) }),
        first_page: after.is_none(),
        crews: ask.caller().holds_for_all(permission::CREW_MANAGE),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_stands() {
        crate::views::testing::check::<super::ListPage>();
    }
}
