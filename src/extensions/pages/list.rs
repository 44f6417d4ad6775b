//! `/plugins`: what is installed, and how far each has come.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::samples;
use super::words::Tag;
use crate::extensions::model::Plugin;
use crate::extensions::{Runtime, service};
use crate::http::{Ask, Failure};
use crate::views::{PageContext, format};

#[derive(Debug, Serialize)]
struct Row {
    href: String,
    title: String,
    version: String,
    publisher: String,
    state: Tag,
    changed: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PluginsPage {
    rows: Vec<Row>,
    ready: bool,
}

impl PluginsPage {
    fn new(plugins: &[Plugin], ready: bool) -> Self {
        let row = |plugin: &Plugin| Row {
            href: format!("/plugins/{}", plugin.id),
            title: plugin.manifest.title.clone(),
            version: plugin.manifest.version.clone(),
            publisher: plugin.manifest.publisher.clone(),
            state: Tag::of_plugin(plugin),
            changed: format::short_time(plugin.changed_at),
        };
        Self { rows: plugins.iter().map(row).collect(), ready }
    }
}

impl PageContext for PluginsPage {
    const TEMPLATE: &'static str = "extensions/list";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        "Plugins".into()
    }

    fn sample() -> Self {
        Self::new(&[samples::plugin()], true)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(&[], false)]
    }
}

/// Lists the plugins.
pub(super) async fn list(ask: Ask, runtime: Data<Runtime>) -> Result<HttpResponse, Failure> {
    let plugins = service::list(&ask.site().db, ask.caller()).await?;
    ask.page(&PluginsPage::new(&plugins, runtime.is_ready()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PluginsPage>();
    }
}
