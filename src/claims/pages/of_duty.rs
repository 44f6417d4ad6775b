//! Claims for a duty of one's own: what was claimed, and a form for more.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::super::error::ClaimError;
use super::super::model::{Claim, ClaimedDuty, State};
use super::super::rules::Kind;
use super::super::service::{self, Typed};
use super::Nothing;
use crate::duties::rules::in_miles;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{ClaimId, DutyId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    kind: String,
    amount: String,
    note: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    kind: &'static str,
    amount: String,
    note: Option<String>,
    state: &'static str,
    colour: &'static str,
    made: String,
    machine: String,
    decided: Option<String>,
    answer: Option<String>,
    withdraw_href: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ClaimsPage {
    href: String,
    duty: String,
    worked: String,
    mileage: Option<String>,
    rows: Vec<Row>,
    kind: Field,
    amount: Field,
    note: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for ClaimsPage {
    const TEMPLATE: &'static str = "claims/of-duty";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "Claims".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties"), Crumb::new(self.duty.clone(), self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let duty = ClaimedDuty {
            id: DutyId::NIL,
            person: crate::kernel::ids::PersonId::NIL,
            started_at: at,
            ended_at: at,
            worked_minutes: 0,
            mileage_tenths: None,
        };
        page(&duty, &[], &Form::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn page(duty: &ClaimedDuty, claims: &[Claim], form: &Form, errors: FormErrors) -> ClaimsPage {
    let kinds = Kind::ALL.map(|kind| {
        let hint = match kind {
            Kind::Overtime => "Minutes beyond the end of your shift or your contract",
            Kind::Disturbance => "A payment for being called out; it needs no amount",
            Kind::Mileage => "Miles in your own car",
        };
        Choice::new(kind.as_str(), kind.title()).hint(hint)
    });
    ClaimsPage {
        href: format!("/duties/{}", duty.id),
        duty: format::span(duty.started_at, duty.ended_at),
        worked: format::minutes(duty.worked_minutes.into()),
        mileage: duty.mileage_tenths.map(|tenths| format!("{} miles", in_miles(tenths))),
        rows: claims.iter().map(row).collect(),
        kind: Field::new("kind", "What do you claim?").choices(kinds).choose([form.kind.trim()]).errors(&errors),
        amount: Field::new("amount", "How much?")
            .hint("Overtime in minutes, mileage in miles")
            .value(&form.amount)
            .errors(&errors),
        note: Field::new("note", "Why? (optional)")
            .hint("HR and whoever approves your hours read this")
            .value(&form.note)
            .errors(&errors),
        errors,
    }
}

fn row(claim: &Claim) -> Row {
    let (state, colour) = claim.state.label();
    Row {
        kind: claim.kind.title(),
        amount: claim.kind.in_words(claim.amount),
        note: claim.note.clone(),
        state,
        colour,
        made: format::short_time(claim.made_at),
        machine: format::machine_time(claim.made_at),
        decided: decided(claim),
        answer: claim.answer.clone(),
        withdraw_href: (claim.state == State::Waiting).then(|| format!("/claims/{}/withdraw", claim.id)),
    }
}

/// What was decided of a claim, by whom and when; how much, when it is less than was claimed.
pub(super) fn decided(claim: &Claim) -> Option<String> {
    let (state, _colour) = claim.state.label();
    claim.decided_at.map(|at| {
        let by = claim.decided_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let part = claim.decided_amount.filter(|amount| *amount < claim.amount);
        let part = part.map(|amount| format!(": {}", claim.kind.in_words(amount))).unwrap_or_default();
        format!("{state}{by}{part}, {}", format::short_time(at))
    })
}

/// Shows them.
pub(super) async fn show(ask: Ask, duty: Path<DutyId>) -> Result<HttpResponse, Failure> {
    let (duty, claims) = service::of_duty(&ask.site().db, ask.caller(), *duty).await?;
    ask.page(&page(&duty, &claims, &Form::default(), FormErrors::new()))
}

/// Claims something, or says what is wrong.
pub(super) async fn make(ask: Ask, duty: Path<DutyId>, Posted(form): Posted<Form>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let typed = Typed { kind: form.kind.clone(), amount: form.amount.clone(), note: form.note.clone() };
    let mut errors = FormErrors::new();
    match service::make(db, caller, *duty, typed, now).await {
        Ok(_made) => {
            let to = format!("/duties/{duty}/claims");
            let text = "Claimed. HR decides once the hours of the day are approved.";
            return Ok(ask.redirect_with(&to, FlashKind::Success, text));
        }
        Err(ClaimError::Invalid(wrong)) => wrong.into_iter().for_each(|(field, text)| errors.add(field, text)),
        Err(ClaimError::Claimed) => {
            errors.add("kind", "You have claimed that for this duty already: take that claim back to make another");
        }
        Err(error) => return Err(error.into()),
    }
    let (duty, claims) = service::of_duty(db, caller, *duty).await?;
    ask.page_again(&page(&duty, &claims, &form, errors))
}

/// Takes one back.
pub(super) async fn withdraw(
    ask: Ask,
    id: Path<ClaimId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let duty = service::withdraw(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/duties/{duty}/claims"), FlashKind::Success, "Taken back."))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernel::ids::{PersonId, UnitId};

    pub(in crate::claims::pages) fn claim(kind: Kind, amount: i32, state: State) -> Claim {
        let decided = matches!(state, State::Approved | State::Refused);
        Claim {
            id: ClaimId(uuid::Uuid::from_u128(amount.unsigned_abs().into())),
            person: PersonId(uuid::Uuid::from_u128(2)),
            unit: UnitId(uuid::Uuid::from_u128(4)),
            duty: DutyId(uuid::Uuid::from_u128(1)),
            day: jiff::civil::date(2026, 11, 16),
            kind,
            amount,
            basis: 540,
            duty_revision: 1,
            note: Some("Late <call>".to_owned()),
            state,
            made_at: "2026-11-16T19:00:00Z".parse().expect("a time"),
            decided_at: decided.then(|| "2026-11-23T08:00:00Z".parse().expect("a time")),
            decided_by: decided.then(|| "Hana Brook".to_owned()),
            decided_amount: (state == State::Approved).then_some(amount - 5),
            answer: decided.then(|| "The log says <so>".to_owned()),
            run: None,
        }
    }

    pub(super) fn samples() -> Vec<ClaimsPage> {
        let duty = ClaimedDuty {
            id: DutyId(uuid::Uuid::from_u128(1)),
            person: PersonId(uuid::Uuid::from_u128(2)),
            started_at: "2026-11-16T09:00:00Z".parse().expect("a time"),
            ended_at: "2026-11-16T18:00:00Z".parse().expect("a time"),
            worked_minutes: 540,
            mileage_tenths: Some(125),
        };
        let claims = [
            claim(Kind::Overtime, 60, State::Waiting),
            claim(Kind::Mileage, 125, State::Approved),
            claim(Kind::Disturbance, 6, State::Refused),
        ];
        let mut errors = FormErrors::new();
        for field in ["kind", "amount", "note"] {
            errors.add(field, "Say it");
        }
        let form = Form { kind: "mileage".to_owned(), amount: "1,5".to_owned(), note: "<b>".to_owned() };
        vec![ClaimsPage::sample(), page(&duty, &claims, &form, errors)]
    }

    #[test]
    fn the_page_stands_empty_and_with_claims_and_mistakes() {
        crate::views::testing::check::<ClaimsPage>();
        let rows = &samples()[1].rows;
        assert_eq!(rows[1].decided.as_deref(), Some("Approved by Hana Brook: 12 miles, 23 Nov 2026, 08:00"));
        assert!(rows[0].withdraw_href.is_some() && rows[2].withdraw_href.is_none());
    }
}
