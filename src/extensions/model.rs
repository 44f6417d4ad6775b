//! Installed plugins and their runs, as the pages and the runner see them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::kernel::ids::{PersonId, PluginId, RunId, UnitId};
use crate::plugin_host::port::Period;
use crate::plugin_host::{Grants, LogLine, Manifest, SettingValues};

/// How far an installed plugin has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginState {
    /// Its file is here; nobody runs it yet.
    Uploaded,
    /// People may run it.
    Enabled,
    /// It was enabled once; nobody runs it now.
    Disabled,
    /// Its file is gone; its runs are kept.
    Removed,
}

impl PluginState {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Removed => "removed",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        [Self::Uploaded, Self::Enabled, Self::Disabled]
            .into_iter()
            .find(|it| it.as_str() == text)
            .unwrap_or(Self::Removed)
    }
}

/// One version of a plugin in one organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Plugin {
    /// Which one.
    pub id: PluginId,
    /// What it says about itself.
    pub manifest: Manifest,
    /// SHA-256 of its file.
    pub sha256: [u8; 32],
    /// The length of its file in bytes; 0 once it is removed.
    pub size_bytes: u64,
    /// What an administrator lets it read; `None` until one has looked.
    pub granted: Option<Grants>,
    /// What an administrator has set.
    pub settings: SettingValues,
    /// How far it has come.
    pub state: PluginState,
    /// When its file came.
    pub uploaded_at: Timestamp,
    /// When any of this changed last.
    pub changed_at: Timestamp,
}

impl Plugin {
    /// `1.10.0` is after `1.9.0`.
    pub fn version_order(&self) -> [u32; 3] {
        let mut parts = self.manifest.version.split('.').map(|part| part.parse().unwrap_or_default());
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }

    /// What it may read: nothing until an administrator has looked.
    pub fn grants(&self) -> Grants {
        self.granted.clone().unwrap_or_default()
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It waits for its turn.
    Queued,
    /// It is being made.
    Running,
    /// There is a document.
    Done,
    /// The plugin, or Watchroom before it began, said no.
    Refused,
    /// It was stopped for what it did.
    Stopped,
    /// Watchroom could not run it.
    Failed,
}

impl RunState {
    const ALL: [Self; 6] = [Self::Queued, Self::Running, Self::Done, Self::Refused, Self::Stopped, Self::Failed];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.as_str() == text).unwrap_or(Self::Failed)
    }

    /// Whether it has ended, one way or the other.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// A run that somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRun {
    /// Of which plugin.
    pub plugin: PluginId,
    /// Narrowed to this unit and all below it.
    pub unit: Option<UnitId>,
    /// The days that it covers.
    pub period: Period,
}

/// A run with the names that go with it. There is no document in here.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Which one.
    pub id: RunId,
    /// Of which plugin.
    pub plugin: PluginId,
    /// What that is called, and its version.
    pub plugin_title: String,
    /// Its version.
    pub plugin_version: String,
    /// For whom, and so with whose eyes.
    pub person: PersonId,
    /// Their name, for those who may see people.
    pub person_name: Option<String>,
    /// The unit that it was narrowed to.
    pub unit: Option<UnitId>,
    /// What that is called.
    pub unit_name: Option<String>,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub to: Date,
    /// How far it has come.
    pub state: RunState,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// What it used, once it is over.
    pub figures: Option<RunFigures>,
    /// A sentence, when it did not come to a document.
    pub outcome: Option<String>,
    /// What the plugin wrote.
    pub log: Vec<LogLine>,
}

/// What a run used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunFigures {
    /// From start to end (milliseconds).
    pub duration_ms: i64,
    /// Rows that the plugin read.
    pub rows_read: i64,
    /// The most memory that it had (bytes).
    pub peak_memory_bytes: u64,
    /// Calls to the host.
    pub host_calls: i64,
}

/// A unit that a report may be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitChoice {
    /// Which one.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// How deep it stands in the tree; the top is 0.
    pub depth: usize,
}

/// What a job's payload names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct RunJob {
    pub(super) run: RunId,
    pub(super) person: PersonId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_as_they_are_written() {
        for state in RunState::ALL {
            assert_eq!(RunState::parse(state.as_str()), state);
        }
        for state in [PluginState::Uploaded, PluginState::Enabled, PluginState::Disabled, PluginState::Removed] {
            assert_eq!(PluginState::parse(state.as_str()), state);
        }
    }
}
