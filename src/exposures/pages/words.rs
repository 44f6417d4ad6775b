//! What the pages share: lines, tags, ids in addresses.

use serde::Serialize;
use uuid::Uuid;

use crate::exposures::model::{History, Kind, Version};
use crate::exposures::paper;
use crate::http::{Failure, Problem};
use crate::views::format;

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    key: Text,
    value: Text,
}

/// What a version says.
pub(super) fn lines(version: &Version) -> Vec<Line> {
    let line = |(key, value): (&str, String)| Line { key: Text { text: key.to_owned() }, value: Text { text: value } };
    paper::lines(version).into_iter().map(line).collect()
}

/// An exposure in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    href: String,
    when: String,
    machine: String,
    kind: &'static str,
    agents: Option<String>,
    ba: Option<String>,
    /// Whether it counts no more.
    denied: bool,
    /// Whether it was corrected.
    corrected: bool,
}

impl Row {
    pub(super) fn new(history: &History) -> Self {
        let draft = &history.now.draft;
        Self {
            href: format!("/exposures/{}", history.exposure.id),
            when: format::short_date(draft.happened_on),
            machine: draft.happened_on.to_string(),
            kind: history.exposure.kind.title(),
            agents: (!draft.details.agents.is_empty()).then(|| draft.details.agents.join(", ")),
            ba: draft.ba_minutes.map(|minutes| format::minutes(minutes.into())),
            denied: !history.now.confirmed,
            corrected: !history.before.is_empty(),
        }
    }
}

/// Who reads an exposure of a kind beside its person.
pub(super) const fn who_reads(kind: Kind) -> &'static str {
    match kind {
        Kind::Traumatic => "Only you read this. No role opens it to anybody else.",
        Kind::Contaminant | Kind::Hazardous | Kind::Biological => {
            "You read this, and so does whoever may read exposures for a medical professional. Each time they do, it stands \
             under \u{201c}Who opened my record\u{201d}. Symptoms and advice take a permission more; managers, HR and \
             administrators have neither."
        }
    }
}

/// An id in an address; nothing, and what is none, is none.
pub(super) fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok()
}

/// The id of what a page is about; what is no id is nothing that there is.
pub(super) fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    uuid(text).map(of).ok_or_else(|| Problem::NotFound.into())
}
