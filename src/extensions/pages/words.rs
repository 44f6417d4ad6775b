//! Pieces that several of these pages share.

use serde::Serialize;

use crate::extensions::model::{Plugin, PluginState, Run, RunState};
use crate::kernel::cursor::Cursor;
use crate::views::format;

/// Runs on one page of a history.
pub(super) const PAGE: usize = 25;

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fact {
    key: Words,
    value: Words,
}

#[derive(Debug, Clone, Serialize)]
struct Words {
    text: String,
    classes: Option<&'static str>,
}

impl Fact {
    pub(super) fn new(key: &str, value: impl Into<String>) -> Self {
        let words = |text| Words { text, classes: None };
        Self { key: words(key.to_owned()), value: words(value.into()) }
    }

    /// A digest or another word without places to break.
    pub(super) fn code(key: &str, value: impl Into<String>) -> Self {
        let mut fact = Self::new(key, value);
        fact.value.classes = Some("wr-break");
        fact
    }
}

/// A tag: its text and its colour.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Tag {
    text: &'static str,
    colour: &'static str,
}

impl Tag {
    pub(super) fn of_plugin(plugin: &Plugin) -> Self {
        match (plugin.state, &plugin.granted) {
            (PluginState::Uploaded, None) => Self { text: "Waiting for review", colour: "govuk-tag--yellow" },
            (PluginState::Uploaded, Some(_)) => Self { text: "Not enabled", colour: "govuk-tag--yellow" },
            (PluginState::Enabled, _) => Self { text: "Enabled", colour: "govuk-tag--green" },
            (PluginState::Disabled, _) => Self { text: "Disabled", colour: "govuk-tag--grey" },
            (PluginState::Removed, _) => Self { text: "Removed", colour: "govuk-tag--grey" },
        }
    }

    pub(super) fn of_run(state: RunState) -> Self {
        match state {
            RunState::Queued => Self { text: "Waiting", colour: "govuk-tag--blue" },
            RunState::Running => Self { text: "Being made", colour: "govuk-tag--blue" },
            RunState::Done => Self { text: "Made", colour: "govuk-tag--green" },
            RunState::Refused => Self { text: "Not possible", colour: "govuk-tag--yellow" },
            RunState::Stopped => Self { text: "Stopped", colour: "govuk-tag--red" },
            RunState::Failed => Self { text: "Failed", colour: "govuk-tag--red" },
        }
    }
}

/// `1 Nov 2026 to 22 Nov 2026, Hillside`.
pub(super) fn about(run: &Run) -> String {
    let (from, to) = (format::short_date(run.from), format::short_date(run.to));
    match &run.unit_name {
        Some(unit) => format!("{from} to {to}, {unit}"),
        None => format!("{from} to {to}"),
    }
}

/// What a run used, for a summary list.
pub(super) fn figures(run: &Run) -> Vec<Fact> {
    let Some(used) = run.figures else { return Vec::new() };
    vec![
        Fact::new("Took", format::took(used.duration_ms)),
        Fact::new("Rows read", format::number(used.rows_read)),
        Fact::new("Most memory", format::size(used.peak_memory_bytes)),
        Fact::new("Calls to Watchroom", format::number(used.host_calls)),
    ]
}

/// A link to another page of a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Link {
    href: String,
    text: &'static str,
}

/// The link to the runs after these, when there are more; drops the one that was fetched to find out.
pub(super) fn older(address: &str, runs: &mut Vec<Run>) -> Option<Link> {
    if runs.len() <= PAGE {
        return None;
    }
    runs.truncate(PAGE);
    let last = runs.last()?;
    let cursor = Cursor { at: last.queued_at, id: last.id.0 };
    Some(Link { href: format!("{address}?after={}", cursor.encode()), text: "Earlier runs" })
}

/// The link back to the newest runs, from any page but the first.
pub(super) fn newest(address: &str, after: Option<Cursor>) -> Option<Link> {
    after.map(|_cursor| Link { href: address.to_owned(), text: "Newest runs" })
}

/// Where a list goes on, as the address says.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct After {
    after: String,
}

impl After {
    pub(super) fn cursor(&self) -> Option<Cursor> {
        Cursor::decode(&self.after)
    }
}
