//! One claim: what is claimed, what the duty says, and HR's decision.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::super::error::ClaimError;
use super::super::model::State;
use super::super::rules::Kind;
use super::super::service::{self, Decision, Opened};
use super::queue::basis;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::ClaimId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    amount: String,
    answer: String,
    reason: String,
}

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Clone, Serialize)]
struct Line {
    key: Text,
    value: Text,
}

#[derive(Debug, Clone, Serialize)]
struct DecideForm {
    amount: Option<Field>,
    measure: &'static str,
    answer: Field,
}

#[derive(Debug, Clone, Serialize)]
struct ClaimPage {
    #[serde(skip)]
    heading: String,
    href: String,
    state: &'static str,
    colour: &'static str,
    lines: Vec<Line>,
    /// What stands in the way of deciding, or is worth knowing before.
    warnings: Vec<String>,
    decide: Option<DecideForm>,
    /// How its approval is undone.
    reopen: Option<Field>,
    duty_href: Option<String>,
    own: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for ClaimPage {
    const TEMPLATE: &'static str = "claims/claim";
    const SECTION: &'static str = "claims";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        let (text, href) = if self.own { ("My claims", "/claims/mine") } else { ("Claims", "/claims") };
        vec![Crumb::new(text, href)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            heading: "Mileage".to_owned(),
            href: "/claims/1".to_owned(),
            state: "Waits for HR",
            colour: "govuk-tag--blue",
            lines: Vec::new(),
            warnings: Vec::new(),
            decide: None,
            reopen: None,
            duty_href: None,
            own: true,
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn page(opened: &Opened, form: Option<&Form>, errors: FormErrors) -> ClaimPage {
    let Opened { seen, own, decides, reopens, reads_duty, units } = opened;
    let claim = &seen.claim;
    let (state, colour) = claim.state.label();
    let mut lines = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        lines.extend(value.map(|value| Line { key: Text { text: key.to_owned() }, value: Text { text: value } }));
    };
    let number = seen.number.as_ref().map(|number| format!(" ({number})")).unwrap_or_default();
    add("Person", Some(format!("{}{number}", seen.who)));
    add("Home unit", Some(units.label(claim.unit)));
    add(
        "Duty",
        Some(
            seen.facts
                .map_or_else(|| format::long_date(claim.day), |facts| format::span(facts.started_at, facts.ended_at)),
        ),
    );
    add("Claimed", Some(claim.kind.in_words(claim.amount)));
    add("Beside it", basis(seen));
    add("What they say", claim.note.clone());
    add("Claimed on", Some(format::long_time(claim.made_at)));
    add("Approved", claim.decided_amount.map(|amount| claim.kind.in_words(amount)));
    add(
        "Decided",
        claim.decided_at.map(|at| {
            let by = claim.decided_by.as_ref().map(|by| format!(", {by}")).unwrap_or_default();
            format!("{}{by}", format::long_time(at))
        }),
    );
    // What waits with an answer was approved before.
    let reopened = claim.state == State::Waiting && claim.answer.is_some();
    add("Reopened by", claim.decided_by.clone().filter(|_by| reopened));
    add(if reopened { "Why it was reopened" } else { "What HR says" }, claim.answer.clone());
    add("Payroll", claim.run.map(|_run| "Taken to payroll".to_owned()));
    let whole = claim.kind.typed(claim.amount);
    let typed = |form: Option<&Form>| form.map_or(whole.clone(), |form| form.amount.clone());
    ClaimPage {
        heading: format!("{}: {}", seen.who, claim.kind.title()),
        href: format!("/claims/{}", claim.id),
        state,
        colour,
        lines,
        warnings: warnings(opened),
        decide: decides.then(|| DecideForm {
            amount: (claim.kind != Kind::Disturbance).then(|| {
                Field::new("amount", "Approve how much?")
                    .hint("Less than was claimed takes a reason")
                    .value(typed(form))
                    .errors(&errors)
            }),
            measure: claim.kind.measure(),
            answer: Field::new("answer", "What do you say to it?")
                .hint("A refusal needs a reason. The person reads this; it is kept with the claim")
                .value(form.map(|form| form.answer.clone()).unwrap_or_default())
                .errors(&errors),
        }),
        reopen: reopens.then(|| {
            Field::new("reason", "Why do you undo the approval?")
                .hint("The claim waits again. The person is told and reads this; it is kept with the claim")
                .value(form.map(|form| form.reason.clone()).unwrap_or_default())
                .errors(&errors)
        }),
        duty_href: (*reads_duty && seen.facts.is_some_and(|facts| !facts.gone))
            .then(|| format!("/duties/{}", claim.duty)),
        own: *own,
        errors,
    }
}

fn warnings(opened: &Opened) -> Vec<String> {
    let claim = &opened.seen.claim;
    let Some(facts) = opened.seen.facts else { return Vec::new() };
    if claim.state == State::Approved {
        return since_approved(claim.run.is_some(), facts.gone, facts.hours_approved);
    }
    if claim.state != State::Waiting {
        return Vec::new();
    }
    let mut all = Vec::new();
    if !facts.hours_approved {
        all.push("Nobody has approved the hours of this day yet: the claim can be decided once they are.".to_owned());
    }
    if facts.revision != claim.duty_revision {
        all.push("The duty has changed since this was claimed.".to_owned());
    }
    if claim.kind == Kind::Overtime && claim.amount > facts.worked_minutes {
        all.push("More is claimed than the duty lasted.".to_owned());
    }
    if claim.kind == Kind::Mileage && claim.basis > 0 && claim.amount > claim.basis {
        all.push("More is claimed than the duty itself says.".to_owned());
    }
    all
}

/// What became of the hours and the duty behind an approved claim.
fn since_approved(taken: bool, gone: bool, hours_approved: bool) -> Vec<String> {
    let text = match (taken, gone, hours_approved) {
        (true, true, _) => "The duty was removed after payroll took this. Tell payroll.",
        (true, false, false) => {
            "The hours of this day were reopened after payroll took this. Tell payroll what changes."
        }
        (false, _, false) => "The hours of this day were reopened: payroll takes this once they are approved again.",
        (_, _, true) => return Vec::new(),
    };
    vec![text.to_owned()]
}

/// Shows it.
pub(super) async fn show(ask: Ask, id: Path<ClaimId>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    ask.page(&page(&opened, None, FormErrors::new()))
}

/// Approves it, in whole or in part.
pub(super) async fn approve(ask: Ask, id: Path<ClaimId>, Posted(form): Posted<Form>) -> Result<HttpResponse, Failure> {
    let decision = Decision::Approve { amount: form.amount.clone(), answer: form.answer.clone() };
    decide(&ask, *id, &form, decision, "Approved. The next payroll run takes it.").await
}

/// Refuses it, with a reason.
pub(super) async fn refuse(ask: Ask, id: Path<ClaimId>, Posted(form): Posted<Form>) -> Result<HttpResponse, Failure> {
    let decision = Decision::Refuse(form.answer.clone());
    decide(&ask, *id, &form, decision, "Refused. The person is told.").await
}

/// Undoes its approval, with a reason.
pub(super) async fn reopen(ask: Ask, id: Path<ClaimId>, Posted(form): Posted<Form>) -> Result<HttpResponse, Failure> {
    let reason = form.reason.clone();
    let done = service::reopen(&ask.site().db, ask.caller(), *id, reason, ask.clock().now()).await;
    answer(&ask, *id, &form, done, "Reopened. The claim waits again, and the person is told.").await
}

async fn decide(ask: &Ask, id: ClaimId, form: &Form, decision: Decision, done: &str) -> Result<HttpResponse, Failure> {
    let decided = service::decide(&ask.site().db, ask.caller(), id, decision, ask.clock().now()).await;
    answer(ask, id, form, decided, done).await
}

async fn answer(
    ask: &Ask,
    id: ClaimId,
    form: &Form,
    outcome: Result<(), ClaimError>,
    done: &str,
) -> Result<HttpResponse, Failure> {
    match outcome {
        Ok(()) => {
            ask.site().queue.wake();
            Ok(ask.redirect_with("/claims", FlashKind::Success, done))
        }
        Err(ClaimError::Invalid(wrong)) => {
            let mut errors = FormErrors::new();
            wrong.into_iter().for_each(|(field, text)| errors.add(field, text));
            let opened = service::open(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
            ask.page_again(&page(&opened, Some(form), errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::State;
    use super::super::queue::tests::seen;
    use super::*;
    use crate::duties::words::Units;

    fn opened(kind: Kind, state: State, decides: bool) -> Opened {
        let reopens = decides && state == State::Approved;
        let decides = decides && state == State::Waiting;
        let own = !decides && !reopens;
        Opened { seen: seen(kind, state), own, decides, reopens, reads_duty: !own, units: Units::default() }
    }

    pub(super) fn samples() -> Vec<ClaimPage> {
        let mut errors = FormErrors::new();
        errors.add("amount", "No more than was claimed");
        errors.add("answer", "Say why");
        let form = Form { amount: "7".to_owned(), answer: "<b>".to_owned(), reason: String::new() };
        let mut unsaid = FormErrors::new();
        unsaid.add("reason", "Say why: the person reads it");
        let mut again = opened(Kind::Overtime, State::Waiting, true);
        again.seen.claim.answer = Some("The <wrong> day".to_owned());
        again.seen.claim.decided_by = Some("Max Innes".to_owned());
        let waits = |kind| opened(kind, State::Waiting, true);
        let mut early = waits(Kind::Mileage);
        early.decides = false;
        early.seen.facts =
            early.seen.facts.map(|facts| super::super::super::model::ClaimFacts { hours_approved: false, ..facts });
        let mut blind = opened(Kind::Mileage, State::Approved, false);
        blind.seen.facts = None;
        vec![
            ClaimPage::sample(),
            page(&waits(Kind::Overtime), None, FormErrors::new()),
            page(&waits(Kind::Mileage), Some(&form), errors),
            page(&waits(Kind::Disturbance), None, FormErrors::new()),
            page(&early, None, FormErrors::new()),
            page(&blind, None, FormErrors::new()),
            page(&opened(Kind::Overtime, State::Approved, true), None, unsaid),
            page(&again, None, FormErrors::new()),
        ]
    }

    #[test]
    fn the_page_stands_for_each_kind_and_reader() {
        crate::views::testing::check::<ClaimPage>();
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let pages = samples();
        assert_eq!(pages[1].warnings, ["The duty has changed since this was claimed."]);
        assert!(pages[4].warnings[0].starts_with("Nobody has approved") && pages[4].decide.is_none());
        assert!(pages[5].warnings.is_empty() && pages[5].duty_href.is_none());
        assert!(pages[6].reopen.is_some() && pages[6].decide.is_none());
        assert!(pages[7].reopen.is_none() && pages[7].decide.is_some());
        assert!(pages[7].lines.iter().any(|line| line.key.text == "Why it was reopened"));
    }
}
