//! Payroll: approved hours to download, and runs of approved claims.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Path, Query};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::payroll::{self, Shown};
use super::{Nothing, PageLink, cursor};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::PayrollRunId;
use crate::views::{Crumb, Field, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PayrollQuery {
    after: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    when: String,
    machine: String,
    by: String,
    claims: String,
}

#[derive(Debug, Clone, Serialize)]
struct PayrollPage {
    from: Field,
    to: Field,
    to_take: Option<String>,
    held: Option<String>,
    rows: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for PayrollPage {
    const TEMPLATE: &'static str = "claims/payroll";
    const SECTION: &'static str = "claims";

    fn title(&self) -> Cow<'_, str> {
        "Payroll".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Claims", "/claims")]
    }

    fn sample() -> Self {
        build(&Shown { to_take: 0, held: 0, runs: Vec::new(), next: None }, jiff::civil::date(2026, 11, 22), false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows what there is for payroll.
pub(super) async fn show(ask: Ask, query: Query<PayrollQuery>) -> Result<HttpResponse, Failure> {
    let shown = payroll::shown(&ask.site().db, ask.caller(), cursor(&query.after)?).await?;
    ask.page(&build(&shown, civil::local(ask.clock().now()).date(), !query.after.is_empty()))
}

fn build(shown: &Shown, today: Date, later: bool) -> PayrollPage {
    // Last month, which is what is paid next.
    let last = today.first_of_month().yesterday().unwrap_or(today);
    let day = |name: &str, label: &str, day: Date| Field::new(name, label).value(day.to_string());
    PayrollPage {
        from: day("from", "Periods that begin from", last.first_of_month()),
        to: day("to", "to", last),
        to_take: (shown.to_take > 0).then(|| {
            format::count(shown.to_take, "approved claim waits for payroll", "approved claims wait for payroll")
        }),
        held: (shown.held > 0).then(|| {
            format!(
                "{} until the hours of their day, which were reopened, are approved again.",
                format::count(shown.held, "approved claim waits", "approved claims wait")
            )
        }),
        rows: shown
            .runs
            .iter()
            .map(|run| Row {
                href: format!("/payroll/runs/{}/claims.csv", run.id),
                when: format::long_time(run.created_at),
                machine: format::machine_time(run.created_at),
                by: run.created_by.clone(),
                claims: format::count(run.claims.into(), "claim", "claims"),
            })
            .collect(),
        previous: later.then(|| PageLink { href: "/payroll".to_owned(), text: Some("Latest runs".to_owned()) }),
        next: shown.next.map(|next| PageLink {
            href: format!("/payroll?after={}", next.encode()),
            text: Some("Earlier runs".to_owned()),
        }),
    }
}

/// Makes a run of every approved claim that none has taken.
pub(super) async fn run(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let taken = payroll::run(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let text = format!("{} taken. Download the file below.", format::count(taken, "claim was", "claims were"));
    Ok(ask.redirect_with("/payroll", FlashKind::Success, &text))
}

/// Downloads the file of a run.
pub(super) async fn file(ask: Ask, id: Path<PayrollRunId>) -> Result<HttpResponse, Failure> {
    let (run, file) = payroll::file(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    let name = format!("claims-{}.csv", civil::local(run.created_at).strftime("%Y-%m-%d-%H%M"));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file))
}

#[cfg(test)]
mod tests {
    use super::super::super::model::PayrollRun;
    use super::*;
    use crate::kernel::cursor::Cursor;

    pub(super) fn samples() -> Vec<PayrollPage> {
        let run = PayrollRun {
            id: PayrollRunId::NIL,
            created_at: "2026-11-22T09:00:00Z".parse().expect("a time"),
            created_by: "Hana <Brook>".to_owned(),
            claims: 3,
        };
        let next = Some(Cursor { at: run.created_at, id: uuid::Uuid::nil() });
        let shown = Shown { to_take: 2, held: 1, runs: vec![run], next };
        vec![PayrollPage::sample(), build(&shown, jiff::civil::date(2026, 11, 22), true)]
    }

    #[test]
    fn the_page_stands_with_and_without_anything_to_take() {
        crate::views::testing::check::<PayrollPage>();
        let page = format!("{:?}", samples()[1]);
        assert!(page.contains("2026-10-01") && page.contains("2026-10-31"), "last month is offered: {page}");
    }
}
