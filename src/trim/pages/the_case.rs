//! One case: whom it is about, how it stands, taking it over, handing it over, closing it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{Held, Nothing, Tag, day, id, standing_tag, why};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{PersonId, TrimCaseId};
use crate::trim::error::TrimError;
use crate::trim::model::MeetingKind;
use crate::trim::rules::{self, Standing, next_meeting};
use crate::trim::service::{self, Opened};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

const LIST: &str = "/trim/caseload";

#[derive(Debug, Clone, Serialize)]
struct CasePage {
    href: String,
    name: String,
    unit: String,
    email: Option<String>,
    phone: Option<String>,
    event: String,
    why: String,
    accepted: String,
    state: Tag,
    held: Vec<Held>,
    /// The earliest moment of an assessment that is still to come.
    earliest: Option<String>,
    /// Which meeting can be recorded.
    next: Option<&'static str>,
    mine: bool,
    free: bool,
    open: bool,
    to: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for CasePage {
    const TEMPLATE: &'static str = "trim/case";
    const SECTION: &'static str = "caseload";

    fn title(&self) -> Cow<'_, str> {
        "TRiM case".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("TRiM caseload", LIST)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/trim/cases/1".to_owned(),
            name: "Jo Marsh".to_owned(),
            unit: "Hillside".to_owned(),
            email: None,
            phone: None,
            event: "20 Nov 2026".to_owned(),
            why: "Sudden death".to_owned(),
            accepted: "20 Nov 2026, 18:00".to_owned(),
            state: standing_tag(Standing::Done),
            held: Vec::new(),
            earliest: None,
            next: None,
            mine: false,
            free: true,
            open: true,
            to: Field::new("to", "To whom?"),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn build(opened: &Opened, errors: FormErrors) -> CasePage {
    let Opened { case, person, unit, meetings, standing, successors } = opened;
    let open = case.ended.is_none();
    let mine = case.practitioner.is_some();
    let successors = successors.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone()));
    let back = Choice::new("", "Back to the caseload, for whoever takes it");
    CasePage {
        href: format!("/trim/cases/{}", case.id),
        name: person.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone()),
        unit: unit.clone(),
        email: person.as_ref().and_then(|person| person.email.clone()),
        phone: person.as_ref().and_then(|person| person.phone.clone()),
        event: day(case.event_at),
        why: why(case.origin, case.criterion, false),
        accepted: format::short_time(case.accepted_at),
        state: standing_tag(*standing),
        held: meetings.iter().map(Held::new).collect(),
        earliest: match standing {
            Standing::Waits(_) => Some(format::long_time(rules::earliest(case.event_at))),
            _ => None,
        },
        next: next_meeting(*standing).filter(|_kind| mine && open).map(MeetingKind::title),
        mine: mine && open,
        free: !mine && open,
        open,
        to: Field::new("to", "To whom?").choices(std::iter::once(back).chain(successors)).errors(&errors),
        errors,
    }
}

/// Shows a case.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id(&path, TrimCaseId)?;
    let opened = service::open(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    ask.page(&build(&opened, FormErrors::new()))
}

/// Takes it over.
pub(super) async fn claim(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, TrimCaseId)?;
    service::claim(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    let to = format!("/trim/cases/{id}");
    Ok(ask.redirect_with(&to, FlashKind::Success, "You look after this case now. Get in touch with them."))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HandedTo {
    to: String,
}

/// Hands it over.
pub(super) async fn hand_over(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<HandedTo>,
) -> Result<HttpResponse, Failure> {
    let case = id(&path, TrimCaseId)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let to = if form.to.trim().is_empty() { None } else { Some(id(&form.to, PersonId)?) };
    match service::hand_over(db, caller, case, to, now).await {
        Ok(()) => Ok(ask.redirect_with(
            LIST,
            FlashKind::Success,
            "Handed over. You do not see it any more unless you take it again.",
        )),
        Err(TrimError::Invalid(errors)) => {
            let opened = service::open(db, caller, case, now).await?;
            ask.page_again(&build(&opened, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Closes it.
pub(super) async fn close(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, TrimCaseId)?;
    service::close(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    Ok(ask.redirect_with(LIST, FlashKind::Success, "Closed."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::UnitId;
    use crate::trim::model::{Case, Ending, Reachable};
    use crate::trim::rules::samples::{assessment, at, case};
    use crate::trim::rules::standing;

    pub(super) fn samples() -> Vec<CasePage> {
        let person = Reachable {
            id: case().person,
            name: "Jo <Marsh>".to_owned(),
            unit: UnitId::NIL,
            email: Some("jo@x.example".to_owned()),
            phone: Some("01632 960000".to_owned()),
        };
        let of = |case: Case, meetings: Vec<_>, now: &str| Opened {
            standing: standing(&case, &meetings, at(now)),
            case,
            person: Some(person.clone()),
            unit: "Hillside".to_owned(),
            meetings,
            successors: vec![(PersonId::NIL, "Sam Reed".to_owned())],
        };
        let mine = Case { practitioner: Some(PersonId::NIL), ..case() };
        let ended = Case { ended: Some((at("2027-01-01T10:00:00Z"), Ending::Closed)), ..mine.clone() };
        let mut errors = FormErrors::new();
        errors.add("to", "Choose somebody");
        vec![
            build(&of(case(), Vec::new(), "2026-11-21T10:00:00Z"), FormErrors::new()),
            build(&of(mine.clone(), Vec::new(), "2026-11-24T10:00:00Z"), errors),
            build(&of(mine, vec![assessment()], "2026-11-24T10:00:00Z"), FormErrors::new()),
            build(&of(ended, vec![assessment()], "2027-01-02T10:00:00Z"), FormErrors::new()),
        ]
    }

    #[test]
    fn the_page_stands_for_each_standing() {
        crate::views::testing::check::<CasePage>();
    }

    #[test]
    fn nothing_is_recorded_of_a_case_that_is_not_theirs() {
        let pages = samples();
        let offered: Vec<_> = pages.iter().map(|page| (page.free, page.mine, page.next)).collect();
        assert_eq!(
            offered,
            [
                (true, false, None),
                (false, true, Some("Assessment")),
                (false, true, Some("Follow-up")),
                (false, false, None)
            ]
        );
    }
}
