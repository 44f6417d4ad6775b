//! `/plugins/{plugin}/runs`: how a plugin ran, for whomever. Never what came out.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::samples;
use super::words::{self, After, Fact, Link, PAGE, Tag};
use crate::extensions::model::{Run, RunState};
use crate::extensions::{reports, service, today};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::ids::{PluginId, RunId};
use crate::plugin_host::LogLevel;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
pub(super) struct RunRow {
    href: String,
    when: String,
    person: String,
    about: String,
    state: Tag,
    took: String,
    read: String,
    memory: String,
}

/// Runs as an administrator sees them.
pub(super) fn rows(plugin: PluginId, runs: &[Run]) -> Vec<RunRow> {
    let none = || "\u{2013}".to_owned();
    let row = |run: &Run| RunRow {
        href: format!("/plugins/{plugin}/runs/{}", run.id),
        when: format::short_time(run.queued_at),
        person: run.person_name.clone().unwrap_or_else(|| "Somebody".to_owned()),
        about: words::about(run),
        state: Tag::of_run(run.state),
        took: run.figures.map_or_else(none, |used| format::took(used.duration_ms)),
        read: run.figures.map_or_else(none, |used| format::number(used.rows_read)),
        memory: run.figures.map_or_else(none, |used| format::size(used.peak_memory_bytes)),
    };
    runs.iter().map(row).collect()
}

/// What is asked of the list besides its page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    show: String,
}

#[derive(Debug, Serialize)]
pub(super) struct HistoryPage {
    /// Where all runs are, when only those are shown that went wrong lately.
    all: Option<String>,
    runs: Vec<RunRow>,
    previous: Option<Link>,
    next: Option<Link>,
    #[serde(skip)]
    plugin: (PluginId, String),
}

impl PageContext for HistoryPage {
    const TEMPLATE: &'static str = "extensions/runs";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        format!("Runs of {}", self.plugin.1).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        let (id, title) = &self.plugin;
        vec![Crumb::new("Plugins", "/plugins"), Crumb::new(title, format!("/plugins/{id}"))]
    }

    fn sample() -> Self {
        let plugin = samples::plugin();
        let mut runs = vec![samples::run(RunState::Failed); PAGE + 1];
        let next = words::older("/plugins/1/runs", &mut runs);
        let title = plugin.manifest.title.clone();
        Self { all: None, runs: rows(plugin.id, &runs), previous: None, next, plugin: (plugin.id, title) }
    }

    fn samples() -> Vec<Self> {
        let none = Self { runs: vec![], next: None, ..Self::sample() };
        let failed = Self { next: None, all: Some("/plugins/1/runs".to_owned()), ..Self::sample() };
        vec![Self::sample(), none, failed]
    }
}

/// Lists the runs of a plugin.
pub(super) async fn list(
    ask: Ask,
    id: Path<PluginId>,
    shown: Query<After>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Failure> {
    let db = &ask.site().db;
    let (plugin, _others) = service::find(db, ask.caller(), *id).await?;
    if asked.show == "failed" {
        let runs = today::failed_runs(db, ask.caller(), *id, ask.clock().now()).await?;
        let (runs, all) = (rows(*id, &runs), Some(format!("/plugins/{id}/runs")));
        return ask.page(&HistoryPage { runs, all, previous: None, next: None, plugin: (*id, plugin.manifest.title) });
    }
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let mut runs = reports::history_of(db, ask.caller(), *id, shown.cursor(), limit).await?;
    let address = format!("/plugins/{id}/runs");
    let next = words::older(&address, &mut runs);
    ask.page(&HistoryPage {
        all: None,
        runs: rows(*id, &runs),
        previous: words::newest(&address, shown.cursor()),
        next,
        plugin: (*id, plugin.manifest.title),
    })
}

#[derive(Debug, Serialize)]
struct Line {
    level: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RunPage {
    state: Tag,
    outcome: Option<String>,
    facts: Vec<Fact>,
    log: Vec<Line>,
    #[serde(skip)]
    plugin: (PluginId, String),
    #[serde(skip)]
    title: String,
}

impl RunPage {
    fn new(run: &Run) -> Self {
        let mut facts = vec![
            Fact::new("Plugin", format!("{} {}", run.plugin_title, run.plugin_version)),
            Fact::new("For whom", run.person_name.clone().unwrap_or_else(|| "Somebody".to_owned())),
            Fact::new("About", words::about(run)),
            Fact::new("Asked for", format::short_time(run.queued_at)),
        ];
        facts.extend(words::figures(run));
        let level = |level: LogLevel| match level {
            LogLevel::Debug => "Debug",
            LogLevel::Info => "Information",
            LogLevel::Warning => "Warning",
            LogLevel::Error => "Error",
        };
        let lines = run.log.iter().map(|line| Line { level: level(line.level), text: line.text.clone() });
        Self {
            state: Tag::of_run(run.state),
            outcome: run.outcome.clone(),
            facts,
            log: lines.collect(),
            plugin: (run.plugin, run.plugin_title.clone()),
            title: format!("Run of {}", format::short_time(run.queued_at)),
        }
    }
}

impl PageContext for RunPage {
    const TEMPLATE: &'static str = "extensions/run";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        let (id, title) = &self.plugin;
        vec![
            Crumb::new("Plugins", "/plugins"),
            Crumb::new(title, format!("/plugins/{id}")),
            Crumb::new("Runs", format!("/plugins/{id}/runs")),
        ]
    }

    fn sample() -> Self {
        Self::new(&samples::run(RunState::Stopped))
    }

    fn samples() -> Vec<Self> {
        let mut quiet = samples::run(RunState::Done);
        quiet.log.clear();
        vec![Self::sample(), Self::new(&quiet)]
    }
}

/// Shows how one run went.
pub(super) async fn show(ask: Ask, path: Path<(PluginId, RunId)>) -> Result<HttpResponse, Failure> {
    let (plugin, run) = path.into_inner();
    let run = reports::look(&ask.site().db, ask.caller(), run).await?;
    if run.plugin != plugin {
        return Err(Problem::NotFound.into());
    }
    ask.page(&RunPage::new(&run))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::HistoryPage>();
        crate::views::testing::check::<super::RunPage>();
    }
}
