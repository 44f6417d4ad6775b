//! One duty pattern with its duties.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::{Nothing, id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{DutyPatternId, PatternSlotId};
use crate::rota::error::RotaError;
use crate::rota::model::{Form, Slot};
use crate::rota::service::{self, Opened, TypedSlot};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    day: i32,
    times: String,
    form: &'static str,
    breaks: String,
    remove: String,
}

#[derive(Debug, Clone, Serialize)]
struct PatternPage {
    #[serde(skip)]
    name: String,
    href: String,
    cycle: String,
    retired: bool,
    rows: Vec<Row>,
    day: Field,
    starts: Field,
    ends: Field,
    form: Field,
    breaks: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for PatternPage {
    const TEMPLATE: &'static str = "rota/pattern";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation"), Crumb::new("Duty patterns", "/duty-patterns")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        build(&sample(), &TypedSlot::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["day", "starts", "ends", "form", "breaks"] {
            errors.add(field, "Correct it");
        }
        let opened = Opened { slots: Vec::new(), ..sample() };
        vec![Self::sample(), build(&opened, &TypedSlot::default(), errors)]
    }
}

fn sample() -> Opened {
    let pattern =
        crate::rota::model::Pattern { id: DutyPatternId::NIL, name: "2-2-4".to_owned(), cycle_days: 8, retired: false };
    let hour = |hour: i8| jiff::civil::Time::constant(hour, 0, 0, 0);
    let slot = Slot {
        id: PatternSlotId::NIL,
        pattern: DutyPatternId::NIL,
        day: 2,
        starts: hour(18),
        ends: hour(9),
        form: Form::Shift,
        break_minutes: 60,
    };
    Opened { pattern, slots: vec![slot] }
}

fn build(opened: &Opened, typed: &TypedSlot, errors: FormErrors) -> PatternPage {
    let href = format!("/duty-patterns/{}", opened.pattern.id);
    let row = |slot: &Slot| {
        let next = if slot.ends > slot.starts { "" } else { " (next day)" };
        Row {
            day: slot.day + 1,
            times: format!("{} to {}{next}", slot.starts.strftime("%H:%M"), slot.ends.strftime("%H:%M")),
            form: slot.form.title(),
            breaks: match slot.break_minutes {
                0 => "None".to_owned(),
                minutes => format::minutes(minutes.into()),
            },
            remove: format!("{href}/{}/remove", slot.id),
        }
    };
    let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
    let forms = Form::ALL.map(|form| Choice::new(form.as_str(), form.title()));
    PatternPage {
        name: opened.pattern.name.clone(),
        cycle: format::count(opened.pattern.cycle_days.into(), "day", "days"),
        retired: opened.pattern.retired,
        rows: opened.slots.iter().map(row).collect(),
        day: field("day", "Day of the cycle", &typed.day),
        starts: field("starts", "Start", &typed.starts),
        ends: field("ends", "End", &typed.ends),
        form: Field::new("form", "What sort of duty?").choices(forms).choose([&typed.form]).errors(&errors),
        breaks: field("breaks", "Breaks (optional)", &typed.breaks),
        href,
        errors,
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), id(&path, DutyPatternId)?).await?;
    ask.page(&build(&opened, &TypedSlot::default(), FormErrors::new()))
}

/// Adds a duty, or says what is wrong.
pub(super) async fn add_slot(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedSlot>,
) -> Result<HttpResponse, Failure> {
    let pattern = id(&path, DutyPatternId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::add_slot(db, caller, pattern, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with(
            &format!("/duty-patterns/{pattern}"),
            FlashKind::Success,
            "Duty of the pattern added.",
        )),
        Err(RotaError::Invalid(errors)) => {
            let opened = service::open(db, caller, pattern).await?;
            ask.page_again(&build(&opened, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Removes a duty.
pub(super) async fn remove_slot(
    ask: Ask,
    path: Path<(String, String)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (pattern, slot) = path.into_inner();
    let (pattern, slot) = (id(&pattern, DutyPatternId)?, id(&slot, PatternSlotId)?);
    service::remove_slot(&ask.site().db, ask.caller(), pattern, slot, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/duty-patterns/{pattern}"), FlashKind::Success, "Duty of the pattern removed."))
}

/// Offers it no longer.
pub(super) async fn retire(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let pattern = id(&path, DutyPatternId)?;
    service::retire(&ask.site().db, ask.caller(), pattern, ask.clock().now()).await?;
    Ok(ask.redirect_with("/duty-patterns", FlashKind::Success, "Pattern retired. Who works it goes on."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PatternPage>();
    }
}
