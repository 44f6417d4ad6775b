//! `/reports/{run}`: how far a report is, and then the report itself, as a page and as CSV.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Path;
use serde::Serialize;
use serde_json::json;

use super::samples;
use super::words::{self, Fact};
use crate::extensions::model::{Run, RunState};
use crate::extensions::reports;
use crate::http::{Ask, Failure, Problem};
use crate::kernel::ids::RunId;
use crate::views::{Crumb, Markup, PageContext, document, format};

#[derive(Debug, Serialize)]
pub(super) struct ReportPage {
    id: String,
    plugin: String,
    waiting: Option<&'static str>,
    refusal: Option<String>,
    content: Option<Markup>,
    made: String,
    facts: Vec<Fact>,
    #[serde(skip)]
    title: String,
}

impl ReportPage {
    fn new(run: &Run, made: Option<(String, Markup)>) -> Self {
        let (title, content) = made.unzip();
        let refusal = run.outcome.clone().filter(|_sentence| run.state.is_over());
        Self {
            id: run.id.to_string(),
            plugin: run.plugin.to_string(),
            waiting: waiting(run.state),
            refusal,
            content,
            made: format!(
                "Made by {} {} for {}, about {}. It shows the records that you may see, and only you can open it.",
                run.plugin_title,
                run.plugin_version,
                format::short_time(run.queued_at),
                words::about(run)
            ),
            facts: words::figures(run),
            title: title.unwrap_or_else(|| run.plugin_title.clone()),
        }
    }
}

/// What somebody reads who waits.
fn waiting(state: RunState) -> Option<&'static str> {
    match state {
        RunState::Queued => Some("Your report waits for its turn."),
        RunState::Running => Some("Your report is being made."),
        RunState::Done | RunState::Refused | RunState::Stopped | RunState::Failed => None,
    }
}

impl PageContext for ReportPage {
    const TEMPLATE: &'static str = "extensions/report";
    const SECTION: &'static str = "reports";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Reports", "/reports")]
    }

    fn sample() -> Self {
        let content = Markup::escaped("What the plugin made.");
        Self::new(&samples::run(RunState::Done), Some(("Hours <summary>".to_owned(), content)))
    }

    fn samples() -> Vec<Self> {
        let waiting = Self::new(&samples::run(RunState::Queued), None);
        vec![Self::sample(), waiting, Self::new(&samples::run(RunState::Stopped), None)]
    }
}

/// Shows the report, or how far it is.
pub(super) async fn show(ask: Ask, run: Path<RunId>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let (run, document) = reports::open(&site.db, ask.caller(), *run).await?;
    let made = match document {
        Some(document) => Some((document.title.clone(), site.views.document(&document)?)),
        None => None,
    };
    ask.page(&ReportPage::new(&run, made))
}

/// How far the report is, for the page's script.
pub(super) async fn progress(ask: Ask, run: Path<RunId>) -> Result<HttpResponse, Failure> {
    let run = reports::look(&ask.site().db, ask.caller(), *run).await?;
    let text = waiting(run.state).unwrap_or("Ready.");
    let body = json!({ "text": text, "done": run.state.is_over(), "href": format!("/reports/{}", run.id) });
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

/// The report's tables as a CSV file.
pub(super) async fn csv(ask: Ask, run: Path<RunId>) -> Result<HttpResponse, Failure> {
    let (run, document) = reports::export(&ask.site().db, ask.caller(), *run, ask.clock().now()).await?;
    let file = document::csv(&document).or(Err(Failure::from(Problem::Internal)))?;
    let name = format!("report-{}-to-{}.csv", run.from, run.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(file))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::ReportPage>();
    }
}
