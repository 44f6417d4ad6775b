//! The member's page: what TRiM is and is not, what was offered, and the answer in private.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{Held, Tag, day, id, tag, why};
use crate::authz::permission::WELLBEING_KEEP;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::TrimOfferId;
use crate::trim::error::TrimError;
use crate::trim::model::{Answer, Ending, Offer};
use crate::trim::rules;
use crate::trim::service::{self, Home, HomeOffer};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    event: String,
    why: String,
    state: Tag,
    open: bool,
    /// What happens next, when it was accepted.
    next: Option<String>,
    held: Vec<Held>,
}

#[derive(Debug, Clone, Serialize)]
struct OwnPage {
    /// Whether the caller may have a vault, which scores are sealed to.
    scores: bool,
    rows: Vec<Row>,
}

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "trim/own";
    const SECTION: &'static str = "trim";

    fn title(&self) -> Cow<'_, str> {
        "TRiM".into()
    }

    fn sample() -> Self {
        build(&Home::default())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::homes()
    }
}

fn row(home: &HomeOffer) -> Row {
    let offer = &home.offer;
    let closed = home.case.as_ref().and_then(|case| case.ended).is_some_and(|(_at, how)| how == Ending::Closed);
    let state = match offer.answer {
        None => tag("Not answered", "govuk-tag--blue"),
        Some((Answer::Declined, _)) => tag("Declined", "govuk-tag--grey"),
        Some((Answer::Accepted, _)) if closed => tag("Finished", "govuk-tag--grey"),
        Some((Answer::Accepted, _)) => tag("Accepted", "govuk-tag--green"),
    };
    let accepted = matches!(offer.answer, Some((Answer::Accepted, _))) && !closed;
    let next = accepted.then(|| {
        let who = home.practitioner.clone();
        let who = who.map_or_else(
            || "A practitioner will get in touch with you.".to_owned(),
            |name| format!("{name} looks after you."),
        );
        if home.meetings.is_empty() {
            let from = format::short_time(rules::earliest(offer.event_at));
            format!("{who} You meet no sooner than {from}: 72 hours after the event.")
        } else {
            format!("{who} You meet again about 28 days after the first time.")
        }
    });
    Row {
        href: format!("/trim/offers/{}", offer.id),
        event: day(offer.event_at),
        why: why(offer.origin, offer.criterion, true),
        state,
        open: offer.answer.is_none(),
        next,
        held: home.meetings.iter().map(Held::new).collect(),
    }
}

fn build(home: &Home) -> OwnPage {
    OwnPage { rows: home.offers.iter().map(row).collect(), scores: true }
}

/// Shows the page.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let home = service::home(&ask.site().db, ask.caller()).await?;
    ask.page(&OwnPage { scores: ask.caller().holds(WELLBEING_KEEP), ..build(&home) })
}

#[derive(Debug, Clone, Serialize)]
struct AnswerPage {
    href: String,
    event: String,
    why: String,
    earliest: String,
    accepted: bool,
    declined: bool,
}

impl PageContext for AnswerPage {
    const TEMPLATE: &'static str = "trim/answer";
    const SECTION: &'static str = "trim";

    fn title(&self) -> Cow<'_, str> {
        "An offer for you".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("TRiM", "/trim")]
    }

    fn sample() -> Self {
        Self {
            href: "/trim/offers/1".to_owned(),
            event: "20 Nov 2026".to_owned(),
            why: "Sudden death".to_owned(),
            earliest: "23 Nov 2026, 10:00".to_owned(),
            accepted: false,
            declined: false,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let (accepted, declined) =
            (Self { accepted: true, ..Self::sample() }, Self { declined: true, ..Self::sample() });
        vec![Self::sample(), accepted, declined]
    }
}

fn answering(offer: &Offer) -> AnswerPage {
    let answer = offer.answer.map(|(answer, _at)| answer);
    AnswerPage {
        href: format!("/trim/offers/{}", offer.id),
        event: day(offer.event_at),
        why: why(offer.origin, offer.criterion, true),
        earliest: format::short_time(rules::earliest(offer.event_at)),
        accepted: answer == Some(Answer::Accepted),
        declined: answer == Some(Answer::Declined),
    }
}

/// Shows an offer to be answered.
pub(super) async fn answer_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let offer = service::offer(&ask.site().db, ask.caller(), id(&path, TrimOfferId)?).await?;
    ask.page(&answering(&offer))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    answer: String,
}

/// Accepts or declines.
pub(super) async fn answer(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<Answered>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, TrimOfferId)?;
    let Some(answer) = Answer::parse(&form.answer) else {
        return Ok(ask.redirect_with(&format!("/trim/offers/{id}"), FlashKind::Notice, "Choose one of the two."));
    };
    let changed = service::answer(&ask.site().db, ask.caller(), id, answer, ask.clock().now()).await?;
    let text = match (changed, answer) {
        (false, _) => "Nothing was changed: you have answered so already.",
        (true, Answer::Accepted) => "Accepted. A practitioner will get in touch with you.",
        (true, Answer::Declined) => "Declined. Nobody is told, and you can change your mind.",
    };
    Ok(ask.redirect_with("/trim", FlashKind::Success, text))
}

#[derive(Debug, Clone, Serialize)]
struct AskPage {
    key: String,
    event_on: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl AskPage {
    fn new(key: String, typed: &str, errors: FormErrors) -> Self {
        let event_on = Field::new("event_on", "Day of the event (optional)")
            .hint("Leave it empty when it is not one event but what has built up")
            .value(typed)
            .errors(&errors);
        Self { key, event_on, errors }
    }
}

impl PageContext for AskPage {
    const TEMPLATE: &'static str = "trim/ask";
    const SECTION: &'static str = "trim";

    fn title(&self) -> Cow<'_, str> {
        "Ask for TRiM".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("TRiM", "/trim")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new("key".to_owned(), "", FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("event_on", "Enter the day");
        vec![Self::sample(), Self::new("key".to_owned(), "<soon>", errors)]
    }
}

/// Shows the form.
pub(super) async fn ask_form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&AskPage::new(TrimOfferId::new(ask.clock().now()).to_string(), "", FormErrors::new()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    key: String,
    event_on: String,
}

/// Asks for it.
pub(super) async fn ask(ask: Ask, Posted(form): Posted<Asked>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let id = service::chosen_id(&form.key, now);
    match service::ask(&ask.site().db, ask.caller(), id, form.event_on.clone(), now).await {
        Ok(()) => {
            Ok(ask.redirect_with("/trim", FlashKind::Success, "Asked. A practitioner will get in touch with you."))
        }
        Err(TrimError::Invalid(errors)) => ask.page_again(&AskPage::new(id.to_string(), &form.event_on, errors)),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trim::model::{Case, Criterion, Origin};
    use crate::trim::rules::samples::{assessment, at, case};

    pub(super) fn homes() -> Vec<OwnPage> {
        let offer = |origin, criterion, answer| Offer {
            id: case().offer,
            person: case().person,
            event_at: case().event_at,
            origin,
            criterion,
            offered_at: case().accepted_at,
            answer,
        };
        let when = at("2026-11-21T09:00:00Z");
        let accepted = Some((Answer::Accepted, when));
        let of = |offer, case: Option<Case>, meetings, practitioner: Option<&str>| HomeOffer {
            offer,
            case,
            meetings,
            practitioner: practitioner.map(str::to_owned),
        };
        let closed = Case { ended: Some((when, Ending::Closed)), ..case() };
        let criterion = Some(Criterion::Resuscitation);
        let offers = vec![
            of(offer(Origin::Criterion, criterion, None), None, Vec::new(), None),
            of(offer(Origin::Manager, None, Some((Answer::Declined, when))), None, Vec::new(), None),
            of(offer(Origin::Own, None, accepted), Some(case()), Vec::new(), None),
            of(offer(Origin::Criterion, criterion, accepted), Some(case()), vec![assessment()], Some("Sam <Reed>")),
            of(offer(Origin::Criterion, criterion, accepted), Some(closed), vec![assessment()], Some("Sam Reed")),
        ];
        vec![OwnPage::sample(), build(&Home { offers })]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<OwnPage>();
        crate::views::testing::check::<AnswerPage>();
        crate::views::testing::check::<AskPage>();
    }
}
