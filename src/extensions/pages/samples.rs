//! A plugin and a run to look at, for the samples of the pages.

use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use crate::extensions::model::{Plugin, PluginState, Run, RunFigures, RunState};
use crate::kernel::ids::{PersonId, PluginId, RunId, UnitId};
use crate::plugin_host::manifest::{ChoiceOption, DataSetAsked, PluginKind, Setting, SettingKind};
use crate::plugin_host::{Grants, LogLevel, LogLine, Manifest, SettingValues};

fn setting(name: &str, title: &str, hint: Option<&str>, kind: SettingKind) -> Setting {
    Setting { name: name.to_owned(), title: title.to_owned(), hint: hint.map(str::to_owned), kind }
}

fn asked(name: &str, columns: &[&str], reason: &str) -> DataSetAsked {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    DataSetAsked { name: name.to_owned(), columns, reason: reason.to_owned() }
}

/// An enabled plugin with every kind of setting.
pub(super) fn plugin() -> Plugin {
    let option = |value: &str, title: &str| ChoiceOption { value: value.to_owned(), title: title.to_owned() };
    let options = vec![option("a", "By name"), option("b", "By hours")];
    Plugin {
        id: PluginId(Uuid::from_u128(1)),
        manifest: Manifest {
            name: "hours-summary".to_owned(),
            title: "Hours summary".to_owned(),
            version: "1.2.0".to_owned(),
            kind: PluginKind::Report,
            publisher: "Watchroom".to_owned(),
            description: "Hours by unit.\nIt reads sums only.".to_owned(),
            data_sets: vec![
                asked("duties", &["unit", "minutes", "person"], "To add up the hours."),
                asked("people", &["person", "family_name"], "To show who worked them."),
            ],
            settings: vec![
                setting("weeks", "Weeks", None, SettingKind::Integer { minimum: 1, maximum: 53, default: Some(12) }),
                setting("note", "Note", Some("Under the title."), SettingKind::Text { max_length: 20, default: None }),
                setting("breaks", "Count breaks", Some("Or not."), SettingKind::Boolean { default: true }),
                setting("order", "Order", None, SettingKind::Choice { options, default: Some("a".to_owned()) }),
                setting("since", "Since", None, SettingKind::Date { earliest: None, latest: None, default: None }),
            ],
        },
        sha256: [0xab; 32],
        size_bytes: 41_000,
        granted: Some(Grants::default().with("duties", ["unit", "minutes"])),
        settings: SettingValues::default(),
        state: PluginState::Enabled,
        uploaded_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
    }
}

/// A run that has come as far as `state`.
pub(super) fn run(state: RunState) -> Run {
    let over = state.is_over();
    let outcome = "The plugin was stopped: it took longer than it may.".to_owned();
    Run {
        id: RunId(Uuid::from_u128(2)),
        plugin: PluginId(Uuid::from_u128(1)),
        plugin_title: "Hours summary".to_owned(),
        plugin_version: "1.2.0".to_owned(),
        person: PersonId(Uuid::from_u128(3)),
        person_name: Some("Jo Marsh".to_owned()),
        unit: Some(UnitId(Uuid::from_u128(4))),
        unit_name: Some("Hillside".to_owned()),
        from: date(2026, 9, 1),
        to: date(2026, 11, 22),
        state,
        queued_at: Timestamp::UNIX_EPOCH,
        figures: over.then_some(RunFigures {
            duration_ms: 1_240,
            rows_read: 1_234_567,
            peak_memory_bytes: 3 << 20,
            host_calls: 17,
        }),
        outcome: (over && state != RunState::Done).then_some(outcome),
        log: vec![LogLine { level: LogLevel::Info, text: "read <everything>".to_owned() }],
    }
}
