//! Recording that an assessment or a follow-up took place.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::words::{day, id};
use crate::authz::permission::WELLBEING_KEEP;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::civil;
use crate::kernel::ids::TrimCaseId;
use crate::trim::error::TrimError;
use crate::trim::model::{MeetingKind, Outcome, Referral};
use crate::trim::rules::{self, Standing, TypedMeeting, next_meeting};
use crate::trim::score::{self, ITEMS, POINTS};
use crate::trim::service::{self, Opened};
use crate::vault::Vaults;
use crate::vault::service as vault;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct MeetingPage {
    href: String,
    name: String,
    kind: &'static str,
    event: String,
    /// The earliest moment, while it is still to come.
    earliest: Option<String>,
    held_on: Field,
    held_time: Field,
    outcome: Field,
    referral: Field,
    /// The ten items; none for who has no vault to seal them to.
    items: Vec<Item>,
    #[serde(skip)]
    errors: FormErrors,
}

/// An item with the part of the time that it is about.
#[derive(Debug, Clone, Serialize)]
struct Item {
    field: Field,
}

fn items(typed: &TypedMeeting, errors: &FormErrors) -> Vec<Item> {
    let given = typed.item.iter().map(String::as_str).chain(std::iter::repeat(""));
    let items = (1..).zip(&ITEMS).zip(given).map(|((number, (part, text)), given)| {
        let points = POINTS.iter().map(|(value, title)| Choice::new(*value, *title));
        let field = Field::new("item", *text)
            .id(score::field(number))
            .hint(*part)
            .choices(std::iter::once(Choice::new("", "Not scored")).chain(points))
            .choose([given])
            .errors(errors);
        Item { field }
    });
    items.collect()
}

impl MeetingPage {
    fn new(opened: &Opened, kind: MeetingKind, typed: &TypedMeeting, sealed: bool, errors: FormErrors) -> Self {
        let outcomes = Outcome::ALL.iter().map(|outcome| Choice::new(outcome.as_str(), outcome.title()));
        let referrals = Referral::ALL.iter().map(|referral| Choice::new(referral.as_str(), referral.title()));
        let none = Choice::new("", "To nobody");
        Self {
            href: format!("/trim/cases/{}", opened.case.id),
            name: opened.person.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone()),
            kind: kind.title(),
            event: day(opened.case.event_at),
            earliest: match opened.standing {
                Standing::Waits(from) => Some(format::long_time(from)),
                _ => None,
            },
            held_on: Field::new("held_on", "Day").value(&typed.held_on).errors(&errors),
            held_time: Field::new("held_time", "Time").hint("Like 14:30").value(&typed.held_time).errors(&errors),
            outcome: Field::new("outcome", "What is done next?")
                .choices(outcomes)
                .choose([&typed.outcome])
                .errors(&errors),
            referral: Field::new("referral", "Signposted to whom?")
                .choices(std::iter::once(none).chain(referrals))
                .choose([&typed.referral])
                .errors(&errors),
            items: if sealed { items(typed, &errors) } else { Vec::new() },
            errors,
        }
    }
}

impl PageContext for MeetingPage {
    const TEMPLATE: &'static str = "trim/meeting";
    const SECTION: &'static str = "caseload";

    fn title(&self) -> Cow<'_, str> {
        format!("Record: {}", self.kind).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("TRiM caseload", "/trim/caseload"), Crumb::new("TRiM case", self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/trim/cases/1".to_owned(),
            name: "Jo Marsh".to_owned(),
            kind: "Assessment",
            event: "20 Nov 2026".to_owned(),
            earliest: Some("Monday 23 November 2026, 10:00".to_owned()),
            held_on: Field::new("held_on", "Day"),
            held_time: Field::new("held_time", "Time"),
            outcome: Field::new("outcome", "What is done next?"),
            referral: Field::new("referral", "Signposted to whom?"),
            items: Vec::new(),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// The next meeting of a case of the caller's.
fn next(opened: &Opened) -> Result<MeetingKind, Failure> {
    let none = || Problem::Conflict("There is no meeting to record for this case.".to_owned());
    let next = next_meeting(opened.standing).filter(|_kind| opened.case.practitioner.is_some());
    next.ok_or_else(|| none().into())
}

/// Shows the form.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let opened = service::open(&ask.site().db, ask.caller(), id(&path, TrimCaseId)?, now).await?;
    let typed = TypedMeeting { held_on: civil::local(now).date().to_string(), ..TypedMeeting::default() };
    let sealed = has_vault(&ask).await?;
    ask.page(&MeetingPage::new(&opened, next(&opened)?, &typed, sealed, FormErrors::new()))
}

/// Whether the caller has a vault, so that a score can be sealed to it. Whoever may keep none has none.
async fn has_vault(ask: &Ask) -> Result<bool, TrimError> {
    if !ask.caller().holds(WELLBEING_KEEP) {
        return Ok(false);
    }
    Ok(vault::exists(&ask.site().db, ask.caller()).await?)
}

/// Records the meeting, or shows what was typed again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    vaults: Data<Vaults>,
    Posted(typed): Posted<TypedMeeting>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, TrimCaseId)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let errors = match service::meet(db, &vaults, caller, id, typed.clone(), now).await {
        Ok(()) => return Ok(ask.redirect_with(&format!("/trim/cases/{id}"), FlashKind::Success, "Recorded.")),
        Err(TrimError::Invalid(errors)) => errors,
        Err(TrimError::TooEarly(from)) => too_early(from),
        Err(error) => return Err(error.into()),
    };
    let opened = service::open(db, caller, id, now).await?;
    let sealed = has_vault(&ask).await?;
    ask.page_again(&MeetingPage::new(&opened, next(&opened)?, &typed, sealed, errors))
}

fn too_early(from: jiff::Timestamp) -> FormErrors {
    let mut errors = FormErrors::new();
    let hours = rules::WAIT.as_hours();
    let from = format::long_time(from);
    errors.add(
        "held_on",
        format!("Nobody is assessed within {hours} hours of the event: sooner, what people feel says little about how they will be. The earliest moment is {from}"),
    );
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trim::rules::samples::{at, case};
    use crate::trim::rules::standing;

    pub(super) fn samples() -> Vec<MeetingPage> {
        let case = case();
        let opened = |now| Opened {
            standing: standing(&case, &[], at(now)),
            case: case.clone(),
            person: None,
            unit: String::new(),
            meetings: Vec::new(),
            successors: Vec::new(),
        };
        let typed =
            TypedMeeting { held_on: "<soon>".to_owned(), outcome: "refer".to_owned(), ..TypedMeeting::default() };
        let mut errors = too_early(at("2026-11-23T10:00:00Z"));
        errors.add("referral", "Choose");
        let early = opened("2026-11-21T10:00:00Z");
        let due = opened("2026-11-24T10:00:00Z");
        vec![
            MeetingPage::sample(),
            MeetingPage::new(&early, MeetingKind::Assessment, &typed, true, errors),
            MeetingPage::new(&due, MeetingKind::FollowUp, &typed, false, FormErrors::new()),
        ]
    }

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<MeetingPage>();
    }
}
