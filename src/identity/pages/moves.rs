//! Planned transfers and leavings: the list, the forms, cancelling, and what came back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::authz::permission::{PEOPLE_EDIT, PEOPLE_LEAVE, PEOPLE_READ};
use crate::http::{Access, Ask, Failure, FlashKind, Posted, Route};
use crate::identity::moves::{self, MoveError, MoveKind, OfPerson, Planned, TypedMove};
use crate::kernel::ids::{MoveId, PersonId, UnitId};
use crate::organisation::UnitTree;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

const EDITS: Access = Access::Needs(PEOPLE_EDIT);
const LEAVES: Access = Access::Needs(PEOPLE_LEAVE);
const PLANS: Access = Access::NeedsOne(&[PEOPLE_EDIT, PEOPLE_LEAVE]);

/// The routes of the pages. They stand before those of people: `/people/{id}` would take `/people/moves` for somebody.
pub static ROUTES: &[Route] = &[
    Route::get("move.list", "/people/moves", Access::Needs(PEOPLE_READ), || web::get().to(list)),
    Route::post("move.cancel", "/people/moves/{id}/cancel", PLANS, || web::post().to(cancel)),
    Route::post("move.returned", "/people/moves/{id}/returned", PLANS, || web::post().to(returned)),
    Route::get("move.transfer-form", "/people/{id}/transfer", EDITS, || web::get().to(transfer_form)),
    Route::post("move.transfer", "/people/{id}/transfer", EDITS, || web::post().to(transfer)),
    Route::get("move.leaving-form", "/people/{id}/last-day", LEAVES, || web::get().to(leaving_form)),
    Route::post("move.leaving", "/people/{id}/last-day", LEAVES, || web::post().to(leaving)).step_up(),
];

#[derive(Debug, Clone, Serialize)]
struct ThingPart {
    what: String,
    place: usize,
    back: bool,
}

/// A planned move as pages show it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MovePart {
    href: String,
    person_href: String,
    name: String,
    unit: String,
    what: String,
    day: String,
    note: Option<String>,
    things: Vec<ThingPart>,
    state: &'static str,
    colour: &'static str,
    outcome: Option<String>,
    may_settle: bool,
    planned: bool,
}

impl MovePart {
    pub(super) fn new(planned: &Planned, units: &UnitTree, may_settle: bool) -> Self {
        let (state, colour) = match planned.state.as_str() {
            "planned" => ("Planned", "govuk-tag--blue"),
            "done" => ("Done", "govuk-tag--green"),
            "failed" => ("Not done", "govuk-tag--red"),
            _ => ("Cancelled", "govuk-tag--grey"),
        };
        let day = format::long_date(planned.day);
        let things = planned.things.iter().enumerate();
        Self {
            href: format!("/people/moves/{}", planned.id),
            person_href: format!("/people/{}", planned.person),
            name: planned.name.clone(),
            unit: units.path(planned.unit),
            what: match planned.kind {
                MoveKind::Transfer => {
                    format!("Moves to {}", planned.to.map(|unit| units.path(unit)).unwrap_or_default())
                }
                MoveKind::Leaving => "Leaves".to_owned(),
            },
            day: match planned.kind {
                MoveKind::Transfer => format!("First day there: {day}"),
                MoveKind::Leaving => format!("Last day: {day}"),
            },
            note: planned.note.clone(),
            things: things
                .map(|(place, thing)| ThingPart { what: thing.what.clone(), place, back: thing.back })
                .collect(),
            state,
            colour,
            outcome: planned.outcome.clone(),
            may_settle,
            planned: planned.is_planned(),
        }
    }

    /// What is planned for somebody, with what the caller may do about it.
    pub(super) fn all(of: &OfPerson) -> Vec<Self> {
        let may = |planned: &Planned| match planned.kind {
            MoveKind::Transfer => of.may_transfer,
            MoveKind::Leaving => of.may_leaving,
        };
        of.moves.iter().map(|planned| Self::new(planned, &of.units, may(planned))).collect()
    }

    pub(super) fn sample() -> Self {
        Self {
            href: "/people/moves/1".to_owned(),
            person_href: "/people/1".to_owned(),
            name: "Jo Marsh".to_owned(),
            unit: "Harbour".to_owned(),
            what: "Moves to Fernley".to_owned(),
            day: "First day there: Tuesday 1 December 2026".to_owned(),
            note: Some("Swap with Finn".to_owned()),
            things: vec![ThingPart { what: "Pager".to_owned(), place: 0, back: false }],
            state: "Planned",
            colour: "govuk-tag--blue",
            outcome: None,
            may_settle: true,
            planned: true,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    rows: Vec<MovePart>,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "people/moves";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        "Planned moves".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people")]
    }

    fn sample() -> Self {
        let failed = MovePart {
            state: "Not done",
            colour: "govuk-tag--red",
            outcome: Some("The unit was closed meanwhile.".to_owned()),
            planned: false,
            ..MovePart::sample()
        };
        Self { rows: vec![MovePart::sample(), failed] }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { rows: Vec::new() }]
    }
}

async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let (planned, units) = moves::list(&ask.site().db, ask.caller()).await?;
    ask.page(&ListPage { rows: planned.iter().map(|planned| MovePart::new(planned, &units, false)).collect() })
}

#[derive(Debug, Clone, Serialize)]
struct PlanPage {
    href: String,
    cancel: String,
    unit_now: String,
    day: Field,
    unit: Option<Field>,
    things: Field,
    note: Field,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl PlanPage {
    fn new(
        (id, name, home): (PersonId, String, UnitId),
        kind: MoveKind,
        units: &UnitTree,
        typed: &TypedMove,
        errors: FormErrors,
    ) -> Self {
        let cancel = format!("/people/{id}");
        let offered = units.open().filter(|(_depth, unit)| unit.id != home);
        let choices = offered.map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
        let choices = std::iter::once(Choice::new("", "Choose a unit")).chain(choices);
        let (act, heading, day) = match kind {
            MoveKind::Transfer => ("transfer", format!("Plan a transfer of {name}"), "First day in the other unit"),
            MoveKind::Leaving => ("last-day", format!("Plan that {name} leaves"), "Last day"),
        };
        Self {
            href: format!("{cancel}/{act}"),
            cancel,
            unit_now: units.path(home),
            day: Field::new("day", day).value(&typed.day).errors(&errors),
            unit: (kind == MoveKind::Transfer)
                .then(|| Field::new("unit", "Other unit").choices(choices).choose([&typed.unit]).errors(&errors)),
            things: Field::new("things", "To be handed back (optional)")
                .hint("A thing on each line: pager, locker key, turnout kit")
                .value(&typed.things)
                .errors(&errors),
            note: Field::new("note", "Note (optional)")
                .hint("Whoever sees this person reads it, and so does the person")
                .value(&typed.note)
                .errors(&errors),
            heading,
            name,
            errors,
        }
    }
}

impl PageContext for PlanPage {
    const TEMPLATE: &'static str = "people/plan";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people"), Crumb::new(&self.name, &self.cancel)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        for field in ["day", "unit", "things", "note"] {
            errors.add(field, "Correct it");
        }
        let who = (PersonId::NIL, "Jo Marsh".to_owned(), UnitId::NIL);
        Self::new(who, MoveKind::Transfer, &UnitTree::default(), &TypedMove::default(), errors)
    }

    fn samples() -> Vec<Self> {
        let who = (PersonId::NIL, "Jo Marsh".to_owned(), UnitId::NIL);
        let leaving = Self::new(who, MoveKind::Leaving, &UnitTree::default(), &TypedMove::default(), FormErrors::new());
        vec![Self::sample(), leaving]
    }
}

async fn plan_page(
    ask: &Ask,
    id: PersonId,
    kind: MoveKind,
    typed: &TypedMove,
    errors: FormErrors,
) -> Result<PlanPage, Failure> {
    let (name, home, units) = moves::before_planning(&ask.site().db, ask.caller(), id, kind).await?;
    Ok(PlanPage::new((id, name, home), kind, &units, typed, errors))
}

async fn plan(ask: &Ask, id: PersonId, kind: MoveKind, typed: TypedMove) -> Result<HttpResponse, Failure> {
    match moves::plan(&ask.site().db, ask.caller(), id, kind, typed.clone(), ask.clock().now()).await {
        Ok(day) => {
            let day = format::long_date(day);
            let text = match kind {
                MoveKind::Transfer => format!("Planned. They move when {day} begins."),
                MoveKind::Leaving => format!("Planned. Their account is switched off when {day} is over."),
            };
            Ok(ask.redirect_with(&format!("/people/{id}"), FlashKind::Success, &text))
        }
        Err(MoveError::Invalid(errors)) => ask.page_again(&plan_page(ask, id, kind, &typed, errors).await?),
        Err(error) => Err(error.into()),
    }
}

async fn transfer_form(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    ask.page(&plan_page(&ask, *id, MoveKind::Transfer, &TypedMove::default(), FormErrors::new()).await?)
}

async fn transfer(ask: Ask, id: Path<PersonId>, Posted(typed): Posted<TypedMove>) -> Result<HttpResponse, Failure> {
    plan(&ask, *id, MoveKind::Transfer, typed).await
}

async fn leaving_form(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    ask.page(&plan_page(&ask, *id, MoveKind::Leaving, &TypedMove::default(), FormErrors::new()).await?)
}

async fn leaving(ask: Ask, id: Path<PersonId>, Posted(typed): Posted<TypedMove>) -> Result<HttpResponse, Failure> {
    plan(&ask, *id, MoveKind::Leaving, typed).await
}

async fn cancel(ask: Ask, id: Path<MoveId>, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let person = moves::cancel(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/people/{person}"), FlashKind::Success, "Cancelled. Nothing changes."))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    place: String,
}

async fn returned(ask: Ask, id: Path<MoveId>, Posted(typed): Posted<Place>) -> Result<HttpResponse, Failure> {
    let place = typed.place.parse().unwrap_or(usize::MAX);
    let person = moves::note_back(&ask.site().db, ask.caller(), *id, place, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/people/{person}"), FlashKind::Success, "Noted."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::ListPage>();
        crate::views::testing::check::<super::PlanPage>();
    }
}
