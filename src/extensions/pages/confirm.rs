//! Enabling, disabling and removing, each after a page that says what it means.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use super::samples;
use crate::extensions::error::{ExtensionError, sentence};
use crate::extensions::model::{Plugin, PluginState};
use crate::extensions::{Runtime, data_sets, service};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PluginId;
use crate::plugin_host::{Catalogue, Grants};
use crate::views::{Crumb, PageContext};

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Enable,
    Disable,
    Remove,
}

#[derive(Debug, Serialize)]
pub(super) struct ConfirmPage {
    id: String,
    act: &'static str,
    button: &'static str,
    classes: Option<&'static str>,
    lines: Vec<String>,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    plugin: String,
}

impl ConfirmPage {
    fn new(act: Act, plugin: &Plugin, others: &[Plugin], catalogue: &Catalogue) -> Self {
        let manifest = &plugin.manifest;
        let name = format!("{} {}", manifest.title, manifest.version);
        let (word, button, lines) = match act {
            Act::Enable => {
                let mut lines = vec![
                    "Everybody who may run reports can run it then, each over the records that they may see themselves."
                        .to_owned(),
                ];
                lines.extend(readable(&plugin.grants(), catalogue));
                let replaced = others.iter().filter(|other| other.state == PluginState::Enabled);
                lines.extend(
                    replaced.map(|other| format!("Version {} is disabled at the same time.", other.manifest.version)),
                );
                ("enable", "Enable", lines)
            }
            Act::Disable => (
                "disable",
                "Disable",
                vec!["Nobody can run it then. Reports that were made stay; runs that wait are refused.".to_owned()],
            ),
            Act::Remove => (
                "remove",
                "Remove",
                vec![
                    "Its file, its settings and what it may read go. To use it again, upload and review it again."
                        .to_owned(),
                    "The history of its runs stays in the audit trail, and reports stay with those who made them."
                        .to_owned(),
                ],
            ),
        };
        Self {
            id: plugin.id.to_string(),
            act: word,
            button,
            classes: (act == Act::Remove).then_some("govuk-button--warning"),
            lines,
            title: format!("{button} {name}?"),
            plugin: manifest.title.clone(),
        }
    }
}

/// What is granted, in the words of the review page: a line for each data set.
fn readable(grants: &Grants, catalogue: &Catalogue) -> Vec<String> {
    let lines: Vec<String> = catalogue
        .data_sets
        .iter()
        .filter(|data_set| grants.has_data_set(data_set.name))
        .map(|data_set| {
            let columns = data_set.columns.iter().filter(|column| grants.has(data_set.name, column.name));
            let columns: Vec<&str> = columns.map(|column| column.summary).collect();
            format!("It may read \u{201c}{}\u{201d}: {}.", data_set.summary, columns.join("; "))
        })
        .collect();
    if lines.is_empty() { vec!["It may read nothing.".to_owned()] } else { lines }
}

impl PageContext for ConfirmPage {
    const TEMPLATE: &'static str = "extensions/confirm";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Plugins", "/plugins"), Crumb::new(&self.plugin, format!("/plugins/{}", self.id))]
    }

    fn sample() -> Self {
        Self::new(Act::Enable, &samples::plugin(), &[samples::plugin()], &data_sets::catalogue())
    }

    fn samples() -> Vec<Self> {
        let (plugin, catalogue) = (samples::plugin(), data_sets::catalogue());
        [Act::Enable, Act::Disable, Act::Remove].map(|act| Self::new(act, &plugin, &[], &catalogue)).into()
    }
}

async fn show(ask: Ask, id: PluginId, act: Act) -> Result<HttpResponse, Failure> {
    let (plugin, others) = service::find(&ask.site().db, ask.caller(), id).await?;
    ask.page(&ConfirmPage::new(act, &plugin, &others, &data_sets::catalogue()))
}

pub(super) async fn enable_form(ask: Ask, id: Path<PluginId>) -> Result<HttpResponse, Failure> {
    show(ask, *id, Act::Enable).await
}

pub(super) async fn disable_form(ask: Ask, id: Path<PluginId>) -> Result<HttpResponse, Failure> {
    show(ask, *id, Act::Disable).await
}

pub(super) async fn remove_form(ask: Ask, id: Path<PluginId>) -> Result<HttpResponse, Failure> {
    show(ask, *id, Act::Remove).await
}

/// Enables it, or leads to what has to be done first.
pub(super) async fn enable(
    ask: Ask,
    id: Path<PluginId>,
    runtime: Data<Runtime>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let here = format!("/plugins/{id}");
    let runtime = runtime.into_inner();
    match service::enable(&ask.site().db, &runtime, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with(&here, FlashKind::Success, "The plugin is enabled.")),
        Err(ExtensionError::NotNow(why)) => Ok(ask.redirect_with(&format!("{here}/review"), FlashKind::Notice, why)),
        Err(ExtensionError::Settings(_faults)) => {
            let text = "Complete the settings first, then enable the plugin.";
            Ok(ask.redirect_with(&format!("{here}/settings"), FlashKind::Notice, text))
        }
        Err(error @ (ExtensionError::Load(_) | ExtensionError::NoRuntime(_))) => {
            Ok(ask.redirect_with(&here, FlashKind::Notice, &sentence(&error.to_string())))
        }
        Err(error) => Err(error.into()),
    }
}

/// Disables it.
pub(super) async fn disable(
    ask: Ask,
    id: Path<PluginId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let here = format!("/plugins/{id}");
    match service::disable(&ask.site().db, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with(&here, FlashKind::Success, "The plugin is disabled.")),
        Err(ExtensionError::NotNow(why)) => Ok(ask.redirect_with(&here, FlashKind::Notice, why)),
        Err(error) => Err(error.into()),
    }
}

/// Removes it.
pub(super) async fn remove(
    ask: Ask,
    id: Path<PluginId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    service::remove(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with("/plugins", FlashKind::Success, "The plugin is removed."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn before_it_is_enabled_what_it_may_read_is_said_in_words() {
        let lines = <super::ConfirmPage as crate::views::PageContext>::sample().lines.join(" ");
        assert!(lines.contains("one row for each duty") && !lines.contains("duties."), "{lines}");
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ConfirmPage>();
    }
}
