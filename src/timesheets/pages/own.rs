//! My timesheets: the periods, and the page on which one is submitted or taken back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::error::TimesheetError;
use super::super::model::State;
use super::super::own::{self, Only, OwnOpened, OwnPeriod, OwnPeriods};
use super::Nothing;
use super::query::{address, day, first_day};
use super::sheet::{SheetPage, SubmitForm, Tag};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::TimesheetId;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    before: String,
    show: String,
}

impl ListQuery {
    fn only(&self) -> Only {
        match self.show.as_str() {
            "due" => Only::Due,
            "returned" => Only::Returned,
            _ => Only::All,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    period: String,
    hours: String,
    duties: String,
    state: Tag,
    note: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct PageLink {
    href: String,
    text: Option<String>,
}

/// The period that is running, when it can be submitted.
#[derive(Debug, Clone, Serialize)]
struct Current {
    period: String,
    hours: String,
    duties: String,
    href: String,
    note: String,
}

#[derive(Debug, Clone, Serialize)]
struct OwnListPage {
    in_use: bool,
    /// Which periods alone are shown, in words.
    only: Option<&'static str>,
    current: Option<Current>,
    rows: Vec<Row>,
    waiting: Option<String>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for OwnListPage {
    const TEMPLATE: &'static str = "timesheets/list";
    const SECTION: &'static str = "timesheets";

    fn title(&self) -> Cow<'_, str> {
        "My timesheets".into()
    }

    fn sample() -> Self {
        let none = OwnPeriods { in_use: false, periods: Vec::new(), next: None, waiting: None };
        build(&none, jiff::civil::date(2026, 11, 22), false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::lists()
    }
}

/// Shows the periods.
pub(super) async fn list(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let (before, today) = (day(&query.before), civil::local(ask.clock().now()).date());
    let mut periods = own::list(&ask.site().db, ask.caller(), before, today).await?;
    let only = query.only();
    if only != Only::All {
        periods.periods.retain(|period| period.is(only, today));
        periods.next = None;
    }
    ask.page(&OwnListPage { only: words(only), ..build(&periods, today, before.is_some()) })
}

fn build(own: &OwnPeriods, today: Date, earlier: bool) -> OwnListPage {
    let running = own.periods.first().filter(|period| period.period.has(today) && period.sheet.is_none());
    OwnListPage {
        in_use: own.in_use,
        only: None,
        current: running.map(|own| Current {
            period: own.period.in_words(),
            hours: format::minutes(own.logged.minutes.into()),
            duties: format::count(own.logged.duties.into(), "duty", "duties"),
            href: href(own),
            note: format!("To be submitted by {}.", format::long_date(own.due)),
        }),
        rows: own.periods.iter().map(|period| row(period, today)).collect(),
        waiting: own.waiting.map(|count| match count {
            0 => "Nothing waits for your decision.".to_owned(),
            1 => "1 timesheet waits for your decision.".to_owned(),
            count => format!("{} timesheets wait for your decision.", format::number(count)),
        }),
        previous: earlier.then(|| PageLink { href: "/timesheets".to_owned(), text: Some("Latest periods".to_owned()) }),
        next: own.next.map(|first| PageLink {
            href: address("/timesheets", &[("before", &first.to_string())]),
            text: Some("Earlier periods".to_owned()),
        }),
    }
}

/// Which periods alone are shown.
const fn words(only: Only) -> Option<&'static str> {
    match only {
        Only::All => None,
        Only::Due => Some("Only those that are over and not submitted."),
        Only::Returned => Some("Only those that came back to you."),
    }
}

fn href(own: &OwnPeriod) -> String {
    format!("/timesheets/period/{}", own.period.from)
}

fn row(own: &OwnPeriod, today: Date) -> Row {
    let open = own.sheet.as_ref().is_none_or(|sheet| sheet.state.can_be_submitted());
    let state = match &own.sheet {
        Some(sheet) => Tag::of(sheet.state.label()),
        None if own.period.to >= today => Tag::of(("Running", "govuk-tag--grey")),
        None => Tag::of(("Not submitted", "govuk-tag--yellow")),
    };
    let amount = own.sheet.as_ref().and_then(|sheet| sheet.approved).unwrap_or(own.logged);
    let note = match &own.sheet {
        Some(sheet) if open && sheet.reason.is_some() => sheet.reason.clone(),
        _ if open && own.due < today => Some(format!("Was due on {}", format::short_date(own.due))),
        _ => None,
    };
    Row {
        href: href(own),
        period: own.period.in_words(),
        hours: format::minutes(amount.minutes.into()),
        duties: format::number(amount.duties.into()),
        state,
        note,
    }
}

/// Shows one period.
pub(super) async fn show(ask: Ask, from: Path<String>) -> Result<HttpResponse, Failure> {
    let (from, today) = (first_day(&from)?, civil::local(ask.clock().now()).date());
    let opened = own::open(&ask.site().db, ask.caller(), from, today).await?;
    ask.page(&page(&opened, today, &FormErrors::new()))
}

/// The page of a period of one's own, as [`SheetPage`] shows any sheet.
fn page(opened: &OwnOpened, today: Date, errors: &FormErrors) -> SheetPage {
    let OwnOpened { period, sheet, lines, findings, events, due, kinds, units } = opened;
    let can_submit = sheet.as_ref().is_none_or(|sheet| sheet.state.can_be_submitted()) && period.from <= today;
    let submit = can_submit.then(|| SubmitForm {
        href: format!("/timesheets/period/{}", period.from),
        done: (today <= period.to).then(|| {
            Field::new("done", "The period is not over")
                .choices([Choice::new("yes", format!("I have no more duties up to {}", format::long_date(period.to)))])
                .errors(errors)
        }),
        due: format!("To be submitted by {}.", format::long_date(*due)),
    });
    let waits = sheet.as_ref().filter(|sheet| sheet.state == State::Submitted);
    let approved = sheet.as_ref().filter(|sheet| sheet.state == State::Approved);
    SheetPage {
        heading: period.in_words(),
        way: vec![Crumb::new("My timesheets", "/timesheets")],
        submit,
        withdraw_href: waits.map(|sheet| format!("/timesheets/{}/withdraw", sheet.id)),
        add_href: approved.map(|sheet| format!("/corrections/new?sheet={}", sheet.id)),
        who_sees: "You see this, and so do those who approve the hours of your unit, whoever stands in for them while they are away, and HR. None of them sees a private note.".to_owned(),
        errors: errors.clone(),
        ..SheetPage::of(sheet.as_ref(), lines, findings, events, (kinds, units))
    }
    .linked(true)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Submitted {
    done: String,
}

/// Submits the period, or says what stands in the way.
pub(super) async fn submit(
    ask: Ask,
    from: Path<String>,
    Posted(form): Posted<Submitted>,
) -> Result<HttpResponse, Failure> {
    let (from, now) = (first_day(&from)?, ask.clock().now());
    let today = civil::local(now).date();
    let to = format!("/timesheets/period/{from}");
    match own::submit(&ask.site().db, ask.caller(), from, form.done == "yes", now).await {
        Ok(_submitted) => {
            Ok(ask.redirect_with(&to, FlashKind::Success, "Submitted. You hear when somebody has decided."))
        }
        Err(TimesheetError::NotOver(_period)) => {
            let opened = own::open(&ask.site().db, ask.caller(), from, today).await?;
            let mut errors = FormErrors::new();
            errors.add("done", "Say that you have no more duties in it, or submit it when it is over");
            ask.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&opened, today, &errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a sheet back.
pub(super) async fn withdraw(
    ask: Ask,
    id: Path<TimesheetId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let from = own::withdraw(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    let to = format!("/timesheets/period/{from}");
    Ok(ask.redirect_with(&to, FlashKind::Success, "Taken back. Submit it again when it is right."))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::super::model::Amount;
    use super::super::super::rules::period::Period;
    use super::super::sheet::samples;
    use super::*;

    fn own_period(from: Date, to: Date, state: Option<State>) -> OwnPeriod {
        let sheet = state.map(|state| samples::sheet(Period { from, to }, state));
        OwnPeriod { period: Period { from, to }, sheet, logged: Amount { minutes: 690, duties: 2 }, due: to }
    }

    pub(super) fn lists() -> Vec<OwnListPage> {
        let today = date(2026, 11, 22);
        let week = |day: i8, state| own_period(date(2026, 11, day), date(2026, 11, day + 6), state);
        let full = OwnPeriods {
            in_use: true,
            periods: vec![week(16, None), week(9, Some(State::Returned)), week(2, Some(State::Approved))],
            next: Some(date(2026, 11, 2)),
            waiting: Some(2),
        };
        let none_yet = OwnPeriods { periods: Vec::new(), next: None, waiting: Some(0), ..full.clone() };
        let late = OwnPeriods { periods: vec![week(9, None)], next: None, waiting: None, ..full.clone() };
        vec![
            OwnListPage::sample(),
            build(&full, today, true),
            build(&none_yet, today, false),
            build(&late, today, false),
            OwnListPage { only: words(Only::Due), ..build(&late, today, false) },
            OwnListPage { only: words(Only::Returned), ..build(&none_yet, today, false) },
        ]
    }

    #[test]
    fn what_is_due_is_over_holds_something_and_was_not_submitted() {
        let today = date(2026, 11, 22);
        let week = |day: i8, state| own_period(date(2026, 11, day), date(2026, 11, day + 6), state);
        assert!(week(9, None).is(Only::Due, today) && week(9, Some(State::Withdrawn)).is(Only::Due, today));
        assert!(!week(16, None).is(Only::Due, today), "its last day is today");
        let nothing = OwnPeriod { logged: Amount::default(), ..week(9, None) };
        assert!(!nothing.is(Only::Due, today) && nothing.is(Only::All, today));
        for state in [State::Returned, State::Reopened] {
            assert!(week(9, Some(state)).is(Only::Returned, today) && !week(9, Some(state)).is(Only::Due, today));
        }
        for state in [State::Submitted, State::Approved] {
            let period = week(9, Some(state));
            assert!(!period.is(Only::Due, today) && !period.is(Only::Returned, today));
        }
    }

    #[test]
    fn the_list_stands_full_empty_and_where_no_hours_are_submitted() {
        crate::views::testing::check::<OwnListPage>();
        let full = &lists()[1];
        assert!(full.current.is_some() && full.rows[1].note.as_deref() == Some("The night is missing"));
        assert_eq!(lists()[3].rows[0].note.as_deref(), Some("Was due on 15 Nov 2026"));
    }
}
