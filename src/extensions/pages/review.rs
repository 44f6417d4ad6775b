//! `/plugins/{plugin}/review`: what a plugin is and what it asks to read, and what an administrator lets it read.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use data_encoding::HEXLOWER;
use serde::Serialize;

use super::samples;
use super::words::Fact;
use crate::extensions::model::{Plugin, PluginState};
use crate::extensions::{Runtime, data_sets, service};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PluginId;
use crate::plugin_host::manifest::DataSetAsked;
use crate::plugin_host::{Catalogue, Grants};
use crate::views::{Choice, Crumb, Field, PageContext, format};

/// The name of every checkbox; its value is `data_set.column`.
const GRANT: &str = "grant";

#[derive(Debug, Serialize)]
struct DataSetBox {
    field: Field,
    dated: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct ReviewPage {
    id: String,
    facts: Vec<Fact>,
    description: Vec<String>,
    warnings: Vec<String>,
    data_sets: Vec<DataSetBox>,
    settings: Vec<String>,
    #[serde(skip)]
    title: String,
}

impl ReviewPage {
    fn new(plugin: &Plugin, others: &[Plugin], catalogue: &Catalogue) -> Self {
        let manifest = &plugin.manifest;
        let before = before(others);
        let facts = vec![
            Fact::new("Name", &manifest.name),
            Fact::new("Version", &manifest.version),
            Fact::new("Publisher, as the file says", &manifest.publisher),
            Fact::new("Kind", "Report: it reads data sets and returns a document"),
            Fact::new("Size", format::size(plugin.size_bytes)),
            Fact::code("SHA-256 of the file", HEXLOWER.encode(&plugin.sha256)),
            Fact::new(
                "What it can reach",
                "Its settings, the clock, its log and the data sets below. No network, no files, no other plugin.",
            ),
        ];
        let asked = manifest.data_sets.iter();
        Self {
            id: plugin.id.to_string(),
            facts,
            description: manifest.description.lines().map(str::to_owned).collect(),
            warnings: warnings(plugin, before),
            data_sets: asked.filter_map(|asked| data_set_box(asked, plugin, before, catalogue)).collect(),
            settings: manifest.settings.iter().map(|setting| setting.title.clone()).collect(),
            title: format!("Review {}", manifest.title),
        }
    }
}

/// The version that an administrator looked at last: what the new one is compared with.
fn before(others: &[Plugin]) -> Option<&Plugin> {
    let enabled = others.iter().find(|other| other.state == PluginState::Enabled);
    enabled.or_else(|| others.iter().find(|other| other.granted.is_some()))
}

fn warnings(plugin: &Plugin, before: Option<&Plugin>) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let (new, old) = (&plugin.manifest, &before.manifest);
    let mut warnings = Vec::new();
    if new.publisher != old.publisher {
        warnings.push(format!(
            "Version {} names {} as its publisher; this file names {}.",
            old.version, old.publisher, new.publisher
        ));
    }
    match plugin.version_order().cmp(&before.version_order()) {
        std::cmp::Ordering::Less => warnings.push(format!("Version {} is older than {}.", new.version, old.version)),
        std::cmp::Ordering::Equal => {
            warnings.push(format!("Another file with the same version, {}, is installed already.", old.version));
        }
        std::cmp::Ordering::Greater => {}
    }
    let more: Vec<String> = service::columns(&Grants::all_of(new))
        .into_iter()
        .filter(|column| !service::columns(&Grants::all_of(old)).contains(column))
        .collect();
    if !more.is_empty() {
        warnings.push(format!("It asks for more than version {}: {}.", old.version, more.join(", ")));
    }
    let known = |name: &String| old.settings.iter().any(|setting| setting.name == *name);
    let settings: Vec<&str> =
        new.settings.iter().filter(|setting| !known(&setting.name)).map(|setting| setting.title.as_str()).collect();
    if !settings.is_empty() {
        warnings.push(format!("It has new settings: {}.", settings.join(", ")));
    }
    warnings
}

fn data_set_box(
    asked: &DataSetAsked,
    plugin: &Plugin,
    before: Option<&Plugin>,
    catalogue: &Catalogue,
) -> Option<DataSetBox> {
    let data_set = catalogue.data_set(&asked.name)?;
    let columns: Vec<_> = asked.columns.iter().filter_map(|column| data_set.column(column)).collect();
    let choice = |column: &&crate::plugin_host::ColumnSpec| {
        let choice = Choice::new(format!("{}.{}", data_set.name, column.name), column.summary);
        let mark = if column.personal { "Personal: it tells one person from another. " } else { "" };
        choice.hint(format!("{mark}The plugin calls it {}.", column.name))
    };
    let granted = |column: &str, personal: bool| match (&plugin.granted, before) {
        (Some(granted), _) => granted.has(data_set.name, column),
        // What was granted to the version before, and nothing that is new.
        (None, Some(before)) => before.grants().has(data_set.name, column),
        // What is personal takes a decision, not a glance.
        (None, None) => !personal,
    };
    let chosen = columns.iter().filter(|column| granted(column.name, column.personal));
    let chosen: Vec<String> = chosen.map(|column| format!("{}.{}", data_set.name, column.name)).collect();
    let field = Field::new(GRANT, format!("{} ({})", data_set.summary, data_set.name))
        .id(format!("{GRANT}-{}", data_set.name))
        .hint(format!(
            "What the plugin says it is for: {} Who finds whose rows in it: {}.",
            asked.reason, data_set.readers
        ))
        .choices(columns.iter().map(choice))
        .choose(chosen);
    Some(DataSetBox { field, dated: data_set.dated })
}

impl PageContext for ReviewPage {
    const TEMPLATE: &'static str = "extensions/review";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Plugins", "/plugins")]
    }

    fn sample() -> Self {
        let (mut new, mut old) = (samples::plugin(), samples::plugin());
        new.granted = None;
        new.manifest.publisher = "Somebody else".to_owned();
        old.manifest.version = "2.0.0".to_owned();
        old.manifest.data_sets.truncate(1);
        old.manifest.settings.truncate(2);
        Self::new(&new, &[old], &data_sets::catalogue())
    }

    fn samples() -> Vec<Self> {
        let mut modest = samples::plugin();
        modest.manifest.data_sets.clear();
        modest.manifest.settings.clear();
        vec![Self::sample(), Self::new(&modest, &[], &data_sets::catalogue())]
    }
}

/// Shows what the plugin is and what it asks for.
pub(super) async fn form(ask: Ask, id: Path<PluginId>, runtime: Data<Runtime>) -> Result<HttpResponse, Failure> {
    let (plugin, others) = service::find(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&ReviewPage::new(&plugin, &others, runtime.catalogue()))
}

/// Grants what was ticked, and nothing else.
pub(super) async fn submit(
    ask: Ask,
    id: Path<PluginId>,
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let ticked = fields.iter().filter(|(name, _value)| name == GRANT);
    let wanted = ticked.filter_map(|(_name, value)| value.split_once('.'));
    let wanted = wanted.fold(Grants::default(), |grants, (set, column)| grants.with(set, [column]));
    service::grant(&ask.site().db, ask.caller(), *id, wanted, ask.clock().now()).await?;
    let text = "Saved what the plugin may read.";
    Ok(ask.redirect_with(&format!("/plugins/{id}"), FlashKind::Success, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<ReviewPage>();
    }

    #[test]
    fn what_is_new_since_the_version_before_is_said_and_not_ticked() {
        let page = ReviewPage::sample();
        let said = page.warnings.join(" ");
        for part in ["names Somebody else", "older than 2.0.0", "people.family_name, people.person", "Count breaks"] {
            assert!(said.contains(part), "{part} in {said}");
        }
        let people = serde_json::to_value(&page.data_sets[1].field).expect("json");
        assert!(people["items"].as_array().expect("items").iter().all(|item| item["checked"] != true), "{people}");
    }

    #[test]
    fn what_is_personal_is_marked_and_never_ticked_beforehand() {
        let mut first = samples::plugin();
        first.granted = None;
        let page = ReviewPage::new(&first, &[], &data_sets::catalogue());
        let duties = serde_json::to_value(&page.data_sets[0].field).expect("json");
        let items = duties["items"].as_array().expect("items").iter();
        let checked: Vec<_> = items.map(|item| item["checked"] == true).collect();
        assert_eq!(checked, [true, true, false]);
        assert!(duties["items"][2]["hint"]["text"].as_str().expect("hint").starts_with("Personal"), "{duties}");
    }
}
