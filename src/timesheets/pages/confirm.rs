//! Approving several timesheets at once: a page that names them, and what came of it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::super::decisions::{self, Approved};
use super::super::desk;
use super::query::uuid;
use super::queue::Row;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::TimesheetId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct ConfirmPage {
    rows: Vec<Row>,
    sums: String,
    warned: Option<String>,
    /// How many that were chosen do not wait any more.
    left: Option<String>,
}

impl ConfirmPage {
    fn new(rows: Vec<Row>, minutes: i64, chosen: usize) -> Self {
        let count = i64::try_from(rows.len()).unwrap_or(0);
        let left = i64::try_from(chosen).unwrap_or(0) - count;
        let warned = i64::try_from(rows.iter().filter(|row| row.is_warned()).count()).unwrap_or(0);
        Self {
            sums: format!("{} with {}", format::count(count, "timesheet", "timesheets"), format::minutes(minutes)),
            warned: (warned > 0).then(|| {
                format!(
                    "{} something that is worth a second look.",
                    format::count(warned, "of them has", "of them have")
                )
            }),
            left: (left > 0).then(|| {
                format!(
                    "{} wait for your decision any more.",
                    format::count(left, "that you chose does not", "that you chose do not")
                )
            }),
            rows,
        }
    }
}

impl PageContext for ConfirmPage {
    const TEMPLATE: &'static str = "approvals/confirm";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "Approve these timesheets?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Approvals", "/approvals")]
    }

    fn sample() -> Self {
        Self::new(Vec::new(), 0, 1)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Names the sheets that were chosen, as they are now.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let query = ask.request().query_string().as_bytes();
    let chosen: Vec<TimesheetId> = form_urlencoded::parse(query)
        .filter(|(name, _value)| name == "sheet")
        .filter_map(|(_name, value)| uuid(&value).map(TimesheetId))
        .take(desk::PER_PAGE.into())
        .collect();
    let count = chosen.len();
    let (rows, units) = decisions::to_confirm(&ask.site().db, ask.caller(), chosen, ask.clock().now()).await?;
    let minutes = rows.iter().map(|row| i64::from(row.held.minutes)).sum();
    ask.page(&ConfirmPage::new(rows.iter().map(|row| Row::of(row, &units)).collect(), minutes, count))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    /// An id and a mark each, with a point between.
    sheet: Vec<String>,
}

/// Approves them.
pub(super) async fn approve(ask: Ask, Posted(form): Posted<Chosen>) -> Result<HttpResponse, Failure> {
    let shown = form.sheet.iter().filter_map(|text| {
        let (id, mark) = text.split_once('.')?;
        Some((TimesheetId(uuid(id)?), mark.to_owned()))
    });
    let shown = shown.collect();
    let done = decisions::approve_many(&ask.site().db, ask.caller(), shown, ask.clock().now()).await?;
    ask.site().queue.wake();
    let (kind, text) = told(&done);
    Ok(ask.redirect_with("/approvals", kind, &text))
}

fn told(done: &Approved) -> (FlashKind, String) {
    let approved = format::count(done.approved, "timesheet was approved", "timesheets were approved");
    let left = format::count(done.left, "was left, because it", "were left, because they");
    match (done.approved, done.left) {
        (0, 0) => (FlashKind::Notice, "Nothing was chosen.".to_owned()),
        (_, 0) => (FlashKind::Success, format!("{approved}.")),
        (0, _) => (FlashKind::Notice, format!("Nothing was approved: {left} changed meanwhile. Look again.")),
        _ => (FlashKind::Notice, format!("{approved}; {left} changed meanwhile. Look again.")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::State;
    use super::super::sheet::samples as sheets;
    use super::*;
    use crate::duties::words::Units;

    pub(super) fn samples() -> Vec<ConfirmPage> {
        let row = Row::of(&sheets::row(State::Submitted), &Units::default());
        vec![ConfirmPage::sample(), ConfirmPage::new(vec![row], 600, 3)]
    }

    #[test]
    fn the_page_stands_with_and_without_what_was_chosen() {
        crate::views::testing::check::<ConfirmPage>();
    }

    #[test]
    fn what_came_of_it_is_said() {
        let told = |approved, left| told(&Approved { approved, left }).1;
        assert_eq!(told(2, 0), "2 timesheets were approved.");
        assert_eq!(told(1, 1), "1 timesheet was approved; 1 was left, because it changed meanwhile. Look again.");
        assert_eq!(told(0, 2), "Nothing was approved: 2 were left, because they changed meanwhile. Look again.");
        assert_eq!(told(0, 0), "Nothing was chosen.");
    }
}
