//! Corrections: those that wait, one's own, and one of them with both values and what to do with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::corrections::{self, Act, Correction, Corrections, Decision, Opened, State};
use super::super::error::DutyError;
use super::super::rules;
use super::super::words::{Kinds, Units};
use super::detail::both;
use super::fields::errors_of;
use super::list::PageLink;
use super::query::{address, cursor};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::CorrectionId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    after: String,
    decided_since: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    what: String,
    who: Option<String>,
    when: String,
    machine: String,
    reason: String,
    state: &'static str,
    colour: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    /// Of one's own, only what was decided since this day.
    decided_since: Option<String>,
    decides: bool,
    waiting: Vec<Row>,
    own: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "corrections/list";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "Corrections".into()
    }

    fn sample() -> Self {
        let none = Corrections {
            waiting: Vec::new(),
            next: None,
            own: Vec::new(),
            decides: true,
            kinds: Kinds::default(),
            units: Units::default(),
        };
        build(&none, false, None)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::lists()
    }
}

/// Shows those that wait, and one's own.
pub(super) async fn list(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let after = cursor(&query.after)?;
    let since = rules::parse_date(&query.decided_since);
    let listed = corrections::list(&ask.site().db, ask.caller(), after, since.map(civil::start_of_day)).await?;
    ask.page(&build(&listed, !query.after.is_empty(), since))
}

fn build(listed: &Corrections, later: bool, since: Option<Date>) -> ListPage {
    let row = |correction: &Correction, who: Option<String>| {
        let (state, colour) = correction.state.label();
        Row {
            href: format!("/corrections/{}", correction.id),
            what: what(correction),
            who,
            when: format::short_time(correction.proposed_at),
            machine: format::machine_time(correction.proposed_at),
            reason: correction.reason.clone(),
            state,
            colour,
        }
    };
    ListPage {
        decided_since: since.map(format::short_date),
        // Whoever asks for their own does not ask for what waits.
        decides: listed.decides && since.is_none(),
        waiting: listed.waiting.iter().map(|one| row(&one.correction, Some(one.who.clone()))).collect(),
        own: listed.own.iter().map(|correction| row(correction, None)).collect(),
        previous: later.then(|| PageLink { href: "/corrections".to_owned(), text: Some("First ones".to_owned()) }),
        next: listed.next.map(|next| PageLink {
            href: address("/corrections", &[("after", &next.encode())]),
            text: Some("More of them".to_owned()),
        }),
    }
}

/// What is proposed, in a few words: `Change the duty of 20 Nov 2026, 19:00`.
fn what(correction: &Correction) -> String {
    let values = if correction.act == Act::Add { &correction.becomes } else { &correction.was };
    let start = values.get("started_at").and_then(Json::as_str).and_then(|text| text.parse().ok());
    let of = start.map(|at| format!(" of {}", format::short_time(at))).unwrap_or_default();
    match correction.act {
        Act::Change => format!("Change a duty{of}"),
        Act::Add => format!("Add a duty{of}"),
        Act::Remove => format!("Remove the duty{of}"),
    }
}

#[derive(Debug, Clone, Serialize)]
struct CorrectionPage {
    #[serde(skip)]
    heading: String,
    who: Option<String>,
    state: &'static str,
    colour: &'static str,
    explained: &'static str,
    values: Vec<String>,
    reason: String,
    proposed: String,
    proposed_machine: String,
    decided: Option<String>,
    answer: Option<String>,
    duty_href: Option<String>,
    sheet_href: String,
    href: String,
    /// What to say with a decision; nothing for whoever does not decide.
    decide: Option<Field>,
    withdraws: bool,
    /// The duty is no longer what this was proposed on.
    overtaken: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for CorrectionPage {
    const TEMPLATE: &'static str = "corrections/correction";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Corrections", "/corrections")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let correction = Correction {
            id: CorrectionId::NIL,
            person: crate::kernel::ids::PersonId::NIL,
            unit: crate::kernel::ids::UnitId::NIL,
            sheet: crate::kernel::ids::TimesheetId::NIL,
            duty: crate::kernel::ids::DutyId::NIL,
            act: Act::Remove,
            was: Json::Null,
            becomes: Json::Null,
            reason: "It was a colleague's".to_owned(),
            state: State::Proposed,
            proposed_at: jiff::Timestamp::UNIX_EPOCH,
            decided_at: None,
            decided_by: None,
            answer: None,
        };
        let (kinds, units) = (Kinds::default(), Units::default());
        page(&Opened { correction, who: None, decides: false, own: true, kinds, units }, "", FormErrors::new(), false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::pages()
    }
}

fn page(opened: &Opened, answer: &str, errors: FormErrors, overtaken: bool) -> CorrectionPage {
    let correction = &opened.correction;
    let (state, colour) = correction.state.label();
    let explained = match correction.act {
        Act::Change => "What it was, and what it should be:",
        Act::Add => "This duty is missing from approved hours:",
        Act::Remove => "This duty should not be among approved hours:",
    };
    let values = match correction.act {
        Act::Remove => both(&Json::Null, &correction.was, &opened.kinds, &opened.units),
        Act::Change | Act::Add => both(&correction.was, &correction.becomes, &opened.kinds, &opened.units),
    };
    let gone = correction.state == State::Accepted && correction.act == Act::Remove;
    let is_there = (correction.act != Act::Add || correction.state == State::Accepted) && !gone;
    CorrectionPage {
        heading: what(correction),
        who: opened.who.clone(),
        state,
        colour,
        explained,
        values,
        reason: correction.reason.clone(),
        proposed: format::long_time(correction.proposed_at),
        proposed_machine: format::machine_time(correction.proposed_at),
        decided: correction.decided_at.map(|at| {
            let by = correction.decided_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            format!("{state}{by}, {}", format::long_time(at))
        }),
        answer: correction.answer.clone(),
        duty_href: is_there.then(|| format!("/duties/{}", correction.duty)),
        sheet_href: format!("/timesheets/{}", correction.sheet),
        href: format!("/corrections/{}", correction.id),
        decide: opened.decides.then(|| {
            Field::new("answer", "What do you say to it?")
                .hint("A refusal needs a reason. The person reads this; it is kept with the correction")
                .value(answer)
                .errors(&errors)
        }),
        withdraws: opened.own,
        overtaken,
        errors,
    }
}

/// Shows one.
pub(super) async fn show(ask: Ask, id: Path<CorrectionId>) -> Result<HttpResponse, Failure> {
    let opened = corrections::open(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.page(&page(&opened, "", FormErrors::new(), false))
}

/// Takes one's own back.
pub(super) async fn withdraw(
    ask: Ask,
    id: Path<CorrectionId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    corrections::withdraw(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/corrections/{id}"), FlashKind::Success, "Taken back."))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    answer: String,
}

/// Accepts it: the duty is written anew.
pub(super) async fn accept(
    ask: Ask,
    id: Path<CorrectionId>,
    Posted(form): Posted<Answer>,
) -> Result<HttpResponse, Failure> {
    let answer = match one_line(&form.answer).as_str() {
        "" => Ok(None),
        text => rules::check_reason(text).map(Some),
    };
    decide(&ask, *id, &form.answer, answer.map(Decision::Accept), "Accepted. The duty says it now.").await
}

/// Refuses it, with a reason.
pub(super) async fn refuse(
    ask: Ask,
    id: Path<CorrectionId>,
    Posted(form): Posted<Answer>,
) -> Result<HttpResponse, Failure> {
    let answer = rules::check_reason(&one_line(&form.answer));
    decide(&ask, *id, &form.answer, answer.map(Decision::Refuse), "Refused. The duty stays as it is.").await
}

/// What was written over several lines, as one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn decide(
    ask: &Ask,
    id: CorrectionId,
    typed: &str,
    decision: Result<Decision, rules::Faults>,
    done: &str,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let outcome = match decision {
        Ok(decision) => corrections::decide(db, caller, id, decision, now).await,
        Err(faults) => Err(DutyError::Invalid(faults)),
    };
    let (errors, overtaken) = match outcome {
        Ok(()) => {
            ask.site().queue.wake();
            return Ok(ask.redirect_with(&format!("/corrections/{id}"), FlashKind::Success, done));
        }
        Err(DutyError::Invalid(faults)) => {
            let mut errors = FormErrors::new();
            for error in errors_of(&faults).as_slice() {
                errors.add("answer", error.message.clone());
            }
            (errors, false)
        }
        Err(DutyError::Overtaken) => (FormErrors::new(), true),
        Err(error) => return Err(error.into()),
    };
    let status = if overtaken { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let opened = corrections::open(db, caller, id, now).await?;
    ask.page_with(status, &page(&opened, typed, errors, overtaken))
}

#[cfg(test)]
pub(super) mod samples;

#[cfg(test)]
mod tests;
