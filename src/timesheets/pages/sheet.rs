//! A timesheet: its hours line by line, what is worth a second look, what became of it, and deciding.

use std::borrow::Cow;
use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::super::decisions::{self, Decision};
use super::super::desk::{self, Opened};
use super::super::error::TimesheetError;
use super::super::model::{Amount, Event, Line, Right, Sheet, State};
use super::super::rules::check_reason;
use super::super::rules::counted;
use super::super::rules::warnings::{Findings, Mark};
use crate::duties::words::{Kinds, Units};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::TimesheetId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

/// A word with the colour of its tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Tag {
    text: &'static str,
    colour: &'static str,
}

impl Tag {
    pub(super) const fn of((text, colour): (&'static str, &'static str)) -> Self {
        Self { text, colour }
    }
}

/// One duty of the sheet.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DutyRow {
    href: Option<String>,
    start: String,
    when: String,
    what: String,
    above: Option<String>,
    unit: String,
    hours: String,
    marks: Vec<Tag>,
}

/// One move of the sheet.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Move {
    what: String,
    who: String,
    held: String,
    when: String,
    machine: String,
    reason: Option<String>,
}

/// How a period is submitted.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SubmitForm {
    pub(super) href: String,
    /// Asked before the period is over.
    pub(super) done: Option<Field>,
    pub(super) due: String,
}

/// How a sheet that waits is decided.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DecideForm {
    href: String,
    mark: String,
    reason: Field,
    in_stead_of: Option<String>,
}

/// The page of one sheet, or of a period that was not submitted yet.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SheetPage {
    #[serde(skip)]
    pub(super) heading: String,
    #[serde(skip)]
    pub(super) way: Vec<Crumb>,
    pub(super) who: Option<String>,
    pub(super) state: Option<Tag>,
    pub(super) reason: Option<String>,
    pub(super) held: String,
    /// How much of it is at the same time as another duty.
    pub(super) overlap: Option<String>,
    pub(super) sums: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) idle: Option<String>,
    pub(super) rows: Vec<DutyRow>,
    pub(super) moves: Vec<Move>,
    pub(super) submit: Option<SubmitForm>,
    pub(super) withdraw_href: Option<String>,
    pub(super) add_href: Option<String>,
    pub(super) decide: Option<DecideForm>,
    pub(super) reopen_href: Option<String>,
    pub(super) who_sees: String,
    #[serde(skip)]
    pub(super) errors: FormErrors,
}

impl PageContext for SheetPage {
    const TEMPLATE: &'static str = "timesheets/sheet";
    const SECTION: &'static str = "timesheets";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        self.way.clone()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let findings = Findings { marks: Vec::new(), warnings: Vec::new(), idle: Vec::new() };
        Self::of(None, &[], &findings, &[], (&Kinds::default(), &Units::default()))
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::pages()
    }
}

/// The same page, of somebody else's sheet: it stands under approvals.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct OthersPage(SheetPage);

impl PageContext for OthersPage {
    const TEMPLATE: &'static str = SheetPage::TEMPLATE;
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        self.0.title()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        self.0.breadcrumbs()
    }

    fn errors(&self) -> &[FieldError] {
        self.0.errors()
    }

    fn sample() -> Self {
        Self(SheetPage::sample())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::others().into_iter().map(Self).collect()
    }
}

impl SheetPage {
    /// What the page shows of a sheet and its duties, without anything to do.
    pub(super) fn of(
        sheet: Option<&Sheet>,
        lines: &[Line],
        findings: &Findings,
        events: &[Event],
        (kinds, units): (&Kinds, &Units),
    ) -> Self {
        let (minutes, twice) = counted(lines);
        let duties = format::count(i64::try_from(lines.len()).unwrap_or(0), "duty", "duties");
        let open = sheet.is_some_and(|sheet| sheet.state.can_be_submitted());
        let idle = (!lines.is_empty() && !findings.idle.is_empty()).then(|| {
            let days: Vec<String> = findings.idle.iter().map(|day| day.strftime("%a %-d %b").to_string()).collect();
            format!("No duty began on: {}.", days.join(", "))
        });
        Self {
            heading: String::new(),
            way: Vec::new(),
            who: None,
            state: sheet.map(|sheet| Tag::of(sheet.state.label())),
            reason: sheet.filter(|_sheet| open).and_then(|sheet| sheet.reason.clone()),
            held: format!("{} and {duties}", format::minutes(minutes.into())),
            overlap: (twice > 0).then(|| {
                let overlap = format::minutes(twice.into());
                format!("{overlap} overlap with another duty and count once.")
            }),
            sums: sheet.map(sums).unwrap_or_default(),
            warnings: findings.warnings.clone(),
            idle,
            rows: lines
                .iter()
                .enumerate()
                .map(|(at, line)| duty_row(line, findings.marks.get(at), kinds, units))
                .collect(),
            moves: events.iter().map(of_event).collect(),
            submit: None,
            withdraw_href: None,
            add_href: None,
            decide: None,
            reopen_href: None,
            who_sees: String::new(),
            errors: FormErrors::new(),
        }
    }

    /// With links to the duties, for whoever may open them.
    pub(super) fn linked(mut self, may: bool) -> Self {
        if !may {
            for row in &mut self.rows {
                row.href = None;
            }
        }
        self
    }
}

/// What was submitted and what was approved, in words.
fn sums(sheet: &Sheet) -> Vec<String> {
    let amount = |held: Amount| {
        let duties = format::count(held.duties.into(), "duty", "duties");
        format!("{} and {duties}", format::minutes(held.minutes.into()))
    };
    let mut all =
        vec![format!("Submitted {} with {}.", format::long_time(sheet.submitted_at), amount(sheet.submitted))];
    all.extend(sheet.approved.map(|approved| format!("Approved: {}.", amount(approved))));
    all
}

fn duty_row(line: &Line, marks: Option<&BTreeSet<Mark>>, kinds: &Kinds, units: &Units) -> DutyRow {
    let (what, above) = kinds.short(&line.kind);
    DutyRow {
        href: Some(format!("/duties/{}", line.duty)),
        start: format::machine_time(line.started_at),
        when: format::span(line.started_at, line.ended_at),
        what,
        above,
        unit: units.label(line.unit),
        hours: format::minutes(line.worked_minutes.into()),
        marks: marks.into_iter().flatten().map(|mark| Tag::of(mark.label())).collect(),
    }
}

fn of_event(event: &Event) -> Move {
    let what = match event.state.as_str() {
        "submitted" => "Submitted",
        "withdrawn" => "Taken back",
        "approved" => "Approved",
        "returned" => "Returned",
        "reopened" => "Reopened",
        "corrected" => "Corrected",
        other => other,
    };
    let who = match &event.in_stead_of {
        Some(away) => format!("{}, in the stead of {away}", event.by),
        None => event.by.clone(),
    };
    let duties = format::count(event.held.duties.into(), "duty", "duties");
    Move {
        what: what.to_owned(),
        who,
        held: format!("{} and {duties}", format::minutes(event.held.minutes.into())),
        when: format::long_time(event.at),
        machine: format::machine_time(event.at),
        reason: event.reason.clone(),
    }
}

/// Shows a sheet; one's own on the page of its period.
pub(super) async fn show(ask: Ask, id: Path<TimesheetId>) -> Result<HttpResponse, Failure> {
    let opened = desk::open(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    if opened.own {
        return Ok(ask.redirect(&format!("/timesheets/period/{}", opened.row.sheet.period.from)));
    }
    ask.page(&OthersPage(page(&opened, "", FormErrors::new())))
}

fn page(opened: &Opened, reason: &str, errors: FormErrors) -> SheetPage {
    let sheet = &opened.row.sheet;
    let waits = sheet.state == State::Submitted && opened.row.right.is_some();
    let reopens = sheet.state == State::Approved && opened.row.right == Some(Right::Own);
    let number = opened.row.who.number.as_ref().map(|number| format!(" ({number})")).unwrap_or_default();
    let seen = if opened.reads_duties {
        "You see the hours that were submitted. A link opens the duty itself."
    } else {
        "You see the hours that were submitted: when, where and what kind of work."
    };
    SheetPage {
        heading: format!("{}: {}", opened.row.who.name, sheet.period.in_words()),
        way: vec![Crumb::new("Approvals", "/approvals")],
        who: Some(format!("{}{number}, {}", opened.row.who.name, opened.units.label(sheet.unit))),
        decide: waits.then(|| DecideForm {
            href: format!("/timesheets/{}", sheet.id),
            mark: opened.row.mark.clone(),
            reason: Field::new("reason", "Why do you return it?")
                .hint("The person reads this; it stays with the timesheet")
                .value(reason)
                .errors(&errors),
            in_stead_of: opened.in_stead_of.clone(),
        }),
        reopen_href: reopens.then(|| format!("/timesheets/{}/reopen", sheet.id)),
        who_sees: format!("{seen} No private note is shown to you. That you opened this is in the audit trail."),
        errors,
        ..SheetPage::of(
            Some(sheet),
            &opened.lines,
            &opened.row.findings,
            &opened.events,
            (&opened.kinds, &opened.units),
        )
    }
    .linked(opened.reads_duties)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    mark: String,
    reason: String,
}

/// Approves the sheet as it was shown.
pub(super) async fn approve(
    ask: Ask,
    id: Path<TimesheetId>,
    Posted(form): Posted<Shown>,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    match decisions::decide(db, caller, *id, form.mark, Decision::Approve, now).await {
        Ok(()) => {
            ask.site().queue.wake();
            Ok(ask.redirect_with("/approvals", FlashKind::Success, "Approved. Its duties are locked now."))
        }
        Err(TimesheetError::HoursChanged) => {
            let to = format!("/timesheets/{id}");
            let text = "Nothing was approved: the hours changed while you had them open. Look at them again.";
            Ok(ask.redirect_with(&to, FlashKind::Notice, text))
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the sheet with a reason, or asks for one.
pub(super) async fn send_back(
    ask: Ask,
    id: Path<TimesheetId>,
    Posted(form): Posted<Shown>,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let reason = match check_reason(&form.reason) {
        Ok(reason) => reason,
        Err(text) => {
            let opened = desk::open(db, caller, *id, now).await?;
            let mut errors = FormErrors::new();
            errors.add("reason", text);
            let page = OthersPage(page(&opened, &form.reason, errors));
            return ask.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    decisions::decide(db, caller, *id, form.mark, Decision::Return(reason), now).await?;
    ask.site().queue.wake();
    Ok(ask.redirect_with(
        "/approvals",
        FlashKind::Success,
        "Returned. They are told by e-mail that there is something to do.",
    ))
}

#[cfg(test)]
pub(super) mod samples;

#[cfg(test)]
mod tests;
