//! One's own availability for on-call: what was agreed, when one is off, and booking.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use super::long_times;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::rota::cover_rules::{self, Run, TypedStretch};
use crate::rota::error::RotaError;
use crate::rota::model::Reason;
use crate::rota::service::{self, OwnAvailability};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct OffRow {
    when: String,
    reason: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct AvailabilityPage {
    on_call: bool,
    agreed: String,
    given: String,
    per_cent: String,
    short: bool,
    unit: String,
    now: String,
    off: Vec<OffRow>,
    state: Field,
    from_date: Field,
    from_time: Field,
    to_date: Field,
    to_time: Field,
    /// What booking off does to the unit, when it has to be confirmed.
    critical: Option<Vec<String>>,
    #[serde(skip)]
    errors: FormErrors,
}

impl AvailabilityPage {
    fn new(
        own: &OwnAvailability,
        typed: &TypedStretch,
        critical: Option<&[Run]>,
        errors: FormErrors,
        now: Timestamp,
    ) -> Self {
        let agreed = own.contract.map_or(0, |contract| contract.cover_minutes);
        let per_cent = cover_rules::per_cent(own.given_minutes, agreed);
        let off_now = own.off.iter().find(|off| off.starts_at <= now && off.ends_at > now);
        let reasons =
            Reason::ALL.map(|reason| Choice::new(reason.as_str(), format!("Not available: {}", reason.title())));
        let choices = std::iter::once(Choice::new("available", "Available")).chain(reasons);
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let warned = |run: &Run| {
            let riders = format::count(run.riders.into(), "rider", "riders");
            format!("{}: this leaves {} with {riders}", long_times(run.from, run.to), own.unit)
        };
        Self {
            on_call: own.contract.is_some(),
            agreed: format::minutes(agreed.into()),
            given: format::minutes(own.given_minutes),
            per_cent: format!("{per_cent} %"),
            short: per_cent < 100,
            unit: own.unit.clone(),
            now: match off_now {
                Some(off) => format!("Not available until {}", format::short_time(off.ends_at)),
                None => "Available now".to_owned(),
            },
            off: own
                .off
                .iter()
                .map(|off| OffRow { when: long_times(off.starts_at, off.ends_at), reason: off.reason.title() })
                .collect(),
            state: Field::new("state", "What are you?").choices(choices).choose([&typed.state]).errors(&errors),
            from_date: field("from_date", "From", &typed.from_date),
            from_time: field("from_time", "Time", &typed.from_time),
            to_date: field("to_date", "Until", &typed.to_date),
            to_time: field("to_time", "Time", &typed.to_time),
            critical: critical.map(|runs| runs.iter().map(warned).collect()),
            errors,
        }
    }
}

impl PageContext for AvailabilityPage {
    const TEMPLATE: &'static str = "rota/availability";
    const SECTION: &'static str = "calendar";

    fn title(&self) -> Cow<'_, str> {
        "My availability".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My calendar", "/calendar")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let own = OwnAvailability {
            contract: None,
            off: Vec::new(),
            given_minutes: 0,
            unit: "Hillside".to_owned(),
            unit_id: crate::kernel::ids::UnitId::NIL,
        };
        Self::new(&own, &TypedStretch::default(), None, FormErrors::new(), Timestamp::UNIX_EPOCH)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it, with a form for the next hour.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let own = service::own_availability(&ask.site().db, ask.caller(), now).await?;
    let next = cover_rules::block_of(now) + jiff::SignedDuration::from_secs(cover_rules::BLOCK_S);
    let local = civil::local(next);
    let typed = TypedStretch {
        from_date: local.date().to_string(),
        from_time: local.strftime("%H:%M").to_string(),
        to_date: local.date().to_string(),
        ..TypedStretch::default()
    };
    ask.page(&AvailabilityPage::new(&own, &typed, None, FormErrors::new(), now))
}

/// Books it, or asks whether they mean it, or says what is wrong.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<TypedStretch>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let (status, critical, errors) = match service::set(db, caller, typed.clone(), now).await {
        Ok(()) => {
            let text = if typed.state == "available" { "You are available then." } else { "You are booked off then." };
            return Ok(ask.redirect_with("/availability", FlashKind::Success, text));
        }
        Err(RotaError::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, None, errors),
        Err(RotaError::Critical(runs)) => (StatusCode::CONFLICT, Some(runs), FormErrors::new()),
        Err(error) => return Err(error.into()),
    };
    let own = service::own_availability(db, caller, now).await?;
    ask.page_with(status, &AvailabilityPage::new(&own, &typed, critical.as_deref(), errors, now))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::kernel::ids::{PersonId, UnavailableId, UnitId};
    use crate::rota::model::{Contract, Off};

    pub(super) fn samples() -> Vec<AvailabilityPage> {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().expect("a time");
        let contract = Contract {
            person: PersonId::NIL,
            unit: UnitId::NIL,
            cover_minutes: 7_200,
            from: jiff::civil::date(2026, 1, 1),
        };
        let to = now + SignedDuration::from_hours(4);
        let off = Off { id: UnavailableId::NIL, starts_at: now, ends_at: to, reason: Reason::Training };
        let own = OwnAvailability {
            contract: Some(contract),
            off: vec![off],
            given_minutes: 7_000,
            unit: "Hillside".to_owned(),
            unit_id: UnitId::NIL,
        };
        let mut errors = FormErrors::new();
        for field in ["state", "from_date", "from_time", "to_date", "to_time"] {
            errors.add(field, "Correct it");
        }
        let run = Run { from: now, to, riders: 3 };
        let page = |critical, errors| AvailabilityPage::new(&own, &TypedStretch::default(), critical, errors, now);
        vec![
            AvailabilityPage::sample(),
            page(None, FormErrors::new()),
            page(None, errors),
            page(Some(&[run][..]), FormErrors::new()),
        ]
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<AvailabilityPage>();
        let warned = samples().pop().and_then(|page| page.critical).expect("a warning");
        assert_eq!(warned, ["Mon 23 Nov 08:00 to Mon 23 Nov 12:00: this leaves Hillside with 3 riders"]);
    }
}
