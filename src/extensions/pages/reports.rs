//! `/reports`: the plugins that one may run, and one's own reports.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Serialize;

use super::samples;
use super::words::{self, After, Link, PAGE, Tag};
use crate::authz::permission::PLUGIN_MANAGE;
use crate::extensions::model::{Plugin, Run, RunState};
use crate::extensions::reports;
use crate::http::{Ask, Failure};
use crate::views::{PageContext, format};

#[derive(Debug, Serialize)]
struct PluginRow {
    href: String,
    title: String,
    description: String,
}

#[derive(Debug, Serialize)]
struct RunRow {
    href: String,
    when: String,
    plugin: String,
    about: String,
    state: Tag,
}

#[derive(Debug, Serialize)]
pub(super) struct ReportsPage {
    plugins: Vec<PluginRow>,
    runs: Vec<RunRow>,
    previous: Option<Link>,
    next: Option<Link>,
    manages: bool,
}

impl ReportsPage {
    fn new(plugins: &[Plugin], runs: &[Run], manages: bool) -> Self {
        let plugin = |plugin: &Plugin| PluginRow {
            href: format!("/reports/new/{}", plugin.id),
            title: plugin.manifest.title.clone(),
            description: plugin.manifest.description.clone(),
        };
        let run = |run: &Run| RunRow {
            href: format!("/reports/{}", run.id),
            when: format::short_time(run.queued_at),
            plugin: run.plugin_title.clone(),
            about: words::about(run),
            state: Tag::of_run(run.state),
        };
        Self {
            plugins: plugins.iter().map(plugin).collect(),
            runs: runs.iter().map(run).collect(),
            previous: None,
            next: None,
            manages,
        }
    }
}

impl PageContext for ReportsPage {
    const TEMPLATE: &'static str = "extensions/reports";
    const SECTION: &'static str = "reports";

    fn title(&self) -> Cow<'_, str> {
        "Reports".into()
    }

    fn sample() -> Self {
        Self::new(&[samples::plugin()], &[samples::run(RunState::Done), samples::run(RunState::Queued)], true)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(&[], &[], true), Self::new(&[], &[], false)]
    }
}

/// Lists what can be run and what was made.
pub(super) async fn list(ask: Ask, shown: Query<After>) -> Result<HttpResponse, Failure> {
    let db = &ask.site().db;
    let plugins = reports::enabled(db, ask.caller()).await?;
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let mut runs = reports::history(db, ask.caller(), shown.cursor(), limit).await?;
    let next = words::older("/reports", &mut runs);
    let page = ReportsPage::new(&plugins, &runs, ask.caller().holds_for_all(PLUGIN_MANAGE));
    ask.page(&ReportsPage { previous: words::newest("/reports", shown.cursor()), next, ..page })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ReportsPage>();
    }
}
