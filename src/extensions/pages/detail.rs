//! `/plugins/{plugin}`: one plugin, what it may read, how it is set, how it ran lately.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use data_encoding::HEXLOWER;
use serde::Serialize;

use super::history::{RunRow, rows};
use super::samples;
use super::words::{Fact, Tag};
use crate::extensions::model::{Plugin, PluginState, Run, RunState};
use crate::extensions::{Runtime, data_sets, reports, service};
use crate::http::{Ask, Failure};
use crate::kernel::ids::PluginId;
use crate::plugin_host::manifest::{Setting, SettingKind};
use crate::plugin_host::{Catalogue, SettingValue};
use crate::views::{Crumb, PageContext, format};

/// Runs that are shown here; the history has them all.
const LATEST: i64 = 5;

#[derive(Debug, Serialize)]
struct Granted {
    what: &'static str,
    yes: bool,
    personal: bool,
}

#[derive(Debug, Serialize)]
struct DataSetView {
    summary: &'static str,
    columns: Vec<Granted>,
}

#[derive(Debug, Serialize)]
struct Version {
    href: String,
    version: String,
    state: Tag,
}

#[derive(Debug, Serialize)]
pub(super) struct PluginPage {
    id: String,
    state: Tag,
    description: Vec<String>,
    facts: Vec<Fact>,
    reviewed: bool,
    enabled: bool,
    data_sets: Vec<DataSetView>,
    settings: Vec<Fact>,
    incomplete: Vec<String>,
    versions: Vec<Version>,
    runs: Vec<RunRow>,
    #[serde(skip)]
    title: String,
}

impl PluginPage {
    fn new(plugin: &Plugin, others: &[Plugin], runs: &[Run], catalogue: &Catalogue) -> Self {
        let manifest = &plugin.manifest;
        let faults = plugin.settings.complete(&manifest.settings).err().unwrap_or_default();
        let version = |other: &Plugin| Version {
            href: format!("/plugins/{}", other.id),
            version: other.manifest.version.clone(),
            state: Tag::of_plugin(other),
        };
        Self {
            id: plugin.id.to_string(),
            state: Tag::of_plugin(plugin),
            description: manifest.description.lines().map(str::to_owned).collect(),
            facts: vec![
                Fact::new("Version", &manifest.version),
                Fact::new("Publisher", &manifest.publisher),
                Fact::new("Uploaded", format::short_time(plugin.uploaded_at)),
                Fact::new("Size", format::size(plugin.size_bytes)),
                Fact::code("SHA-256", HEXLOWER.encode(&plugin.sha256)),
            ],
            reviewed: plugin.granted.is_some(),
            enabled: plugin.state == PluginState::Enabled,
            data_sets: granted(plugin, catalogue),
            settings: manifest
                .settings
                .iter()
                .map(|setting| Fact::new(&setting.title, set_to(setting, plugin)))
                .collect(),
            incomplete: faults.into_iter().map(|fault| fault.message).collect(),
            versions: others.iter().map(version).collect(),
            runs: rows(plugin.id, runs),
            title: manifest.title.clone(),
        }
    }
}

fn granted(plugin: &Plugin, catalogue: &Catalogue) -> Vec<DataSetView> {
    let grants = plugin.grants();
    let asked = plugin.manifest.data_sets.iter();
    asked
        .filter_map(|asked| {
            let data_set = catalogue.data_set(&asked.name)?;
            let columns = asked.columns.iter().filter_map(|column| data_set.column(column));
            let column = |column: &crate::plugin_host::ColumnSpec| Granted {
                what: column.summary,
                yes: grants.has(data_set.name, column.name),
                personal: column.personal,
            };
            Some(DataSetView { summary: data_set.summary, columns: columns.map(column).collect() })
        })
        .collect()
}

/// A setting's value in words.
fn set_to(setting: &Setting, plugin: &Plugin) -> String {
    let value = plugin.settings.0.get(&setting.name).cloned().or_else(|| setting.default_value());
    match (value, &setting.kind) {
        (None, _) => "Not set".to_owned(),
        (Some(SettingValue::Boolean(yes)), _) => if yes { "Yes" } else { "No" }.to_owned(),
        (Some(SettingValue::Date(day)), _) => format::short_date(day),
        (Some(SettingValue::Choice(value)), SettingKind::Choice { options, .. }) => {
            let option = options.iter().find(|option| option.value == value);
            option.map_or(value, |option| option.title.clone())
        }
        (Some(value), _) => value.form_text(),
    }
}

impl PageContext for PluginPage {
    const TEMPLATE: &'static str = "extensions/plugin";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Plugins", "/plugins")]
    }

    fn sample() -> Self {
        let runs = [samples::run(RunState::Done), samples::run(RunState::Stopped)];
        Self::new(&samples::plugin(), &[samples::plugin()], &runs, &data_sets::catalogue())
    }

    fn samples() -> Vec<Self> {
        let mut fresh = samples::plugin();
        fresh.granted = None;
        fresh.state = PluginState::Uploaded;
        fresh.manifest.data_sets.clear();
        fresh.manifest.settings.clear();
        vec![Self::sample(), Self::new(&fresh, &[], &[], &data_sets::catalogue())]
    }
}

/// Shows the plugin.
pub(super) async fn show(ask: Ask, id: Path<PluginId>, runtime: Data<Runtime>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let (plugin, others) = service::find(&site.db, ask.caller(), *id).await?;
    let runs = reports::history_of(&site.db, ask.caller(), *id, None, LATEST).await?;
    ask.page(&PluginPage::new(&plugin, &others, &runs, runtime.catalogue()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PluginPage>();
    }
}
