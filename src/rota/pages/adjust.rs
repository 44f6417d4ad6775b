//! Adjusting an expected duty before it is logged.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use jiff::civil::Date;
use serde::Serialize;

use super::{Line, id, long_times, named_day};
use crate::duties::DutyError;
use crate::duties::port::Watch;
use crate::duties::rules::{Faults, Typed};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PatternSlotId;
use crate::rota::error::RotaError;
use crate::rota::service::{self, Adjusting};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct AdjustPage {
    action: String,
    back: String,
    lines: Vec<Line>,
    date: Field,
    start: Field,
    start_turn: Option<Field>,
    end: Field,
    end_turn: Option<Field>,
    next_day: Field,
    breaks: Field,
    both_right: Option<Field>,
    breach: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
}

impl AdjustPage {
    fn new(adjusting: &Adjusting, typed: &Typed, errors: FormErrors) -> Self {
        let expected = &adjusting.expected;
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let tick = |name: &str, label: &str, text: &str, value: &str| {
            Field::new(name, label).choices([Choice::new("yes", text)]).choose([value]).errors(&errors)
        };
        let turn = |name: &str, chosen: &str| {
            (errors.get(name).is_some() || !chosen.is_empty()).then(|| {
                Field::new(name, "Which of the two?")
                    .choices([
                        Choice::new("first", "The first, before the clocks went back"),
                        Choice::new("second", "The second, an hour later"),
                    ])
                    .choose([chosen])
                    .errors(&errors)
            })
        };
        let breach = errors.get("breach").is_some() || !typed.breach.is_empty();
        let both = errors.get("both_right").is_some() || !typed.both_right.is_empty();
        Self {
            action: format!("/calendar/adjust/{}/{}", expected.slot, expected.day),
            back: format!("/calendar?view=month&date={}", expected.day),
            lines: vec![
                Line::new("Expected", long_times(expected.starts_at, expected.ends_at)),
                Line::new("Logged as", adjusting.kind.clone()),
                Line::new("On", format::long_date(expected.day)),
            ],
            date: field("date", "Date on which it started", &typed.date),
            start: field("start", "Start", &typed.start),
            start_turn: turn("start_turn", &typed.start_turn),
            end: field("end", "End", &typed.end),
            end_turn: turn("end_turn", &typed.end_turn),
            next_day: tick("next_day", "Did it end the next day?", "It ended the next day", &typed.next_day),
            breaks: field("breaks", "Breaks (optional)", &typed.breaks),
            both_right: both
                .then(|| tick("both_right", "Another duty at the same time", "Both are right", &typed.both_right)),
            breach: breach.then(|| tick("breach", "Working time and rest", "It was so: log it anyway", &typed.breach)),
            errors,
        }
    }
}

impl PageContext for AdjustPage {
    const TEMPLATE: &'static str = "rota/adjust";
    const SECTION: &'static str = "calendar";

    fn title(&self) -> Cow<'_, str> {
        "Log this duty as it was".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My calendar", "/calendar")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&sample(), &Typed::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["date", "start", "start_turn", "end", "end_turn", "next_day", "breaks", "both_right", "breach"] {
            errors.add(field, "Correct it");
        }
        vec![Self::sample(), Self::new(&sample(), &Typed::default(), errors)]
    }
}

fn sample() -> Adjusting {
    let day = jiff::civil::date(2026, 11, 23);
    let at = |hour: i8| crate::rota::rules::at(day, jiff::civil::Time::constant(hour, 0, 0, 0));
    let expected = crate::rota::model::Expected {
        slot: PatternSlotId::NIL,
        day,
        starts_at: at(9),
        ends_at: at(18),
        form: crate::rota::model::Form::Shift,
        break_minutes: 0,
    };
    Adjusting { expected, kind: "Day shift".to_owned(), typed: Typed::default() }
}

/// Shows the form, filled in as it was expected.
pub(super) async fn form(ask: Ask, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let (slot, day) = named(&path)?;
    let adjusting = service::to_adjust(&ask.site().db, ask.caller(), slot, day).await?;
    ask.page(&AdjustPage::new(&adjusting, &adjusting.typed, FormErrors::new()))
}

/// Logs it, or shows what was typed again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    watch: Data<Watch>,
    path: Path<(String, String)>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (slot, day) = named(&path)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    match service::adjust(db, &watch, caller, slot, day, typed.clone(), now).await {
        Ok(did) => {
            let to = format!("/calendar?view=month&date={day}");
            let text = if did { "Duty logged." } else { "The duty was logged before." };
            Ok(ask.redirect_with(&to, FlashKind::Success, text))
        }
        Err(RotaError::Duty(DutyError::Invalid(faults))) => {
            let adjusting = service::to_adjust(db, caller, slot, day).await?;
            refused(&ask, &adjusting, &typed, &faults)
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows what speaks against logging it, at its fields, to be put right or acknowledged.
pub(super) fn refused(
    ask: &Ask,
    adjusting: &Adjusting,
    typed: &Typed,
    faults: &Faults,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    for fault in faults.iter() {
        errors.add(fault.at.in_form(), fault.message.clone());
    }
    ask.page_with(StatusCode::UNPROCESSABLE_ENTITY, &AdjustPage::new(adjusting, typed, errors))
}

fn named(path: &(String, String)) -> Result<(PatternSlotId, Date), Failure> {
    let (slot, day) = path;
    Ok((id(slot, PatternSlotId)?, named_day(day)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<super::AdjustPage>();
    }
}
