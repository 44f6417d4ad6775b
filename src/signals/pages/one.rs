//! One signal of the member: what it says and of what, whether it is on, how long it sleeps, who is told.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kind;
use super::own::standing;
use crate::authz::AuthzError;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::signals::error::SignalError;
use crate::signals::model::{Kind, Receiver};
use crate::signals::rules::{Evidence, Place, State};
use crate::signals::service::{self, Own, Signal};
use crate::signals::typed::{TypedSnooze, check_snooze};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

/// What the form has for nobody.
const NOBODY: &str = "nobody";

#[derive(Debug, Clone, Serialize)]
struct Line {
    text: String,
    href: Option<String>,
}

fn line(evidence: &Evidence) -> Line {
    let href = match evidence.place {
        Place::Duty(duty) => Some(format!("/duties/{duty}")),
        Place::Hours => Some("/working-time/hours".to_owned()),
        Place::Absences => Some("/absences".to_owned()),
        Place::Exposures => Some("/exposures".to_owned()),
        Place::None => None,
    };
    Line { text: evidence.text.clone(), href }
}

#[derive(Debug, Clone, Serialize)]
struct OnePage {
    #[serde(skip)]
    title: &'static str,
    href: String,
    on: bool,
    state: &'static str,
    colour: &'static str,
    says: String,
    reason: Option<String>,
    since: Option<String>,
    evidence: Vec<Line>,
    asleep: Option<String>,
    told: Option<String>,
    how: Field,
    until: Field,
    whom: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
}

fn build(
    signal: &Signal,
    receivers: &[Receiver],
    today: jiff::civil::Date,
    (snooze, whom): (&TypedSnooze, Option<&str>),
    errors: FormErrors,
) -> OnePage {
    let (state, colour) = standing(signal);
    let kind = signal.rule.kind;
    let asleep = signal.choice.filter(|choice| choice.sleeps(today)).and_then(|choice| choice.snoozed_until);
    let mut lengths =
        vec![Choice::new("week", "1 week"), Choice::new("four-weeks", "4 weeks"), Choice::new("until", "Until a day")];
    if asleep.is_some() {
        lengths.push(Choice::new("wake", "End the snooze now"));
    }
    let chosen = signal.recipient.map_or_else(|| NOBODY.to_owned(), |person| person.to_string());
    let people = receivers.iter().map(|one| Choice::new(one.person.to_string(), one.name.clone()).hint(&one.roles));
    let whom_field = (!receivers.is_empty() || signal.recipient.is_some()).then(|| {
        Field::new("whom", "Who is told when it is raised?")
            .hint("They see the name of the signal, why it is raised and since when; nothing else, and only while you leave it so")
            .choices(std::iter::once(Choice::new(NOBODY, "Only me")).chain(people))
            .choose([whom.unwrap_or(&chosen)])
            .errors(&errors)
    });
    let name = |person: PersonId| receivers.iter().find(|one| one.person == person).map(|one| one.name.clone());
    let told = signal.recipient.map(|person| {
        let name = name(person).unwrap_or_else(|| "Somebody who can no longer be told".to_owned());
        match signal.told_at {
            Some(at) => format!("{name}, who was told on {}", format::short_time(at)),
            None => format!("{name}, who has been told nothing yet"),
        }
    });
    OnePage {
        title: kind.title(),
        href: format!("/signals/{}", kind.as_str()),
        on: signal.choice.is_some(),
        state,
        colour,
        says: signal.rule.says(),
        reason: signal.finding.as_ref().map(|finding| finding.reason.clone()),
        since: signal.raised_at.filter(|_at| state == "Raised").map(format::short_time),
        evidence: signal.finding.iter().flat_map(|finding| &finding.evidence).map(line).collect(),
        asleep: asleep.map(format::long_date),
        told,
        how: Field::new("how", "For how long?").choices(lengths).choose([snooze.how.as_str()]).errors(&errors),
        until: Field::new("until", "The last day, if you chose one")
            .hint("For example, 22/11/2026")
            .value(snooze.until.as_str())
            .errors(&errors),
        whom: whom_field,
        errors,
    }
}

impl PageContext for OnePage {
    const TEMPLATE: &'static str = "signals/one";
    const SECTION: &'static str = "signals";

    fn title(&self) -> Cow<'_, str> {
        self.title.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My signals", "/signals")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let signal = super::own::sample(Kind::ShortRest, Some(State::Raised));
        let nothing = (&TypedSnooze::default(), None);
        build(&signal, &[], jiff::civil::date(2026, 11, 22), nothing, FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

async fn find(ask: &Ask, kind: Kind) -> Result<(Own, Signal), Failure> {
    let own = service::own(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let signal = own.signals.iter().find(|signal| signal.rule.kind == kind).cloned();
    let signal = signal.ok_or(AuthzError::Hidden)?;
    Ok((own, signal))
}

async fn shown(
    ask: &Ask,
    kind: Kind,
    typed: (&TypedSnooze, Option<&str>),
    errors: FormErrors,
) -> Result<OnePage, Failure> {
    let (own, signal) = find(ask, kind).await?;
    Ok(build(&signal, &own.receivers, civil::local(ask.clock().now()).date(), typed, errors))
}

/// Shows the signal.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let page = shown(&ask, kind(&path)?, (&TypedSnooze::default(), None), FormErrors::new()).await?;
    ask.page(&page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedSwitch {
    on: String,
}

/// Switches it on or off.
pub(super) async fn switch(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedSwitch>,
) -> Result<HttpResponse, Failure> {
    let kind = kind(&path)?;
    let on = typed.on == "yes";
    service::switch(&ask.site().db, ask.caller(), kind, on, ask.clock().now()).await?;
    let said = if on {
        "Switched on. Only you see it, and you are told when it is raised."
    } else {
        "Switched off. What was told of it is gone."
    };
    Ok(ask.redirect_with(&format!("/signals/{}", kind.as_str()), FlashKind::Success, said))
}

/// Snoozes or wakes it.
pub(super) async fn snooze(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedSnooze>,
) -> Result<HttpResponse, Failure> {
    let kind = kind(&path)?;
    match check_snooze(&typed, civil::local(ask.clock().now()).date()) {
        Ok(until) => {
            service::snooze(&ask.site().db, ask.caller(), kind, until).await?;
            let said = until.map_or_else(
                || "Awake again.".to_owned(),
                |day| format!("Snoozed. Nobody is told until {} is over.", format::long_date(day)),
            );
            Ok(ask.redirect_with(&format!("/signals/{}", kind.as_str()), FlashKind::Success, &said))
        }
        Err(errors) => {
            let page = shown(&ask, kind, (&typed, None), errors).await?;
            ask.page_again(&page)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedTell {
    whom: String,
}

/// Chooses who is told, or nobody.
pub(super) async fn tell(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedTell>,
) -> Result<HttpResponse, Failure> {
    let kind = kind(&path)?;
    // What is no id is nobody whom one could choose.
    let whom =
        (typed.whom != NOBODY).then(|| PersonId(Uuid::try_parse(&typed.whom).unwrap_or_else(|_none| Uuid::nil())));
    match service::tell(&ask.site().db, ask.caller(), kind, whom, ask.clock().now()).await {
        Ok(name) => {
            let said = name.map_or_else(
                || "Only you. What anybody was told of it is gone for them.".to_owned(),
                |name| format!("{name} is told when it is raised."),
            );
            Ok(ask.redirect_with(&format!("/signals/{}", kind.as_str()), FlashKind::Success, &said))
        }
        Err(SignalError::Invalid(errors)) => {
            let page = shown(&ask, kind, (&TypedSnooze::default(), Some(&typed.whom)), errors).await?;
            ask.page_again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::DutyId;

    pub(super) fn samples() -> Vec<OnePage> {
        let receiver = Receiver { person: PersonId::NIL, name: "Max <Tester>".to_owned(), roles: "Manager".to_owned() };
        let today = jiff::civil::date(2026, 11, 22);
        let mut errors = FormErrors::new();
        errors.add("whom", "Choose somebody");
        errors.add("how", "Choose for how long");
        errors.add("until", "Enter the last day");
        let page = |mut signal: Signal, errors: FormErrors| {
            if let Some(finding) = &mut signal.finding {
                let places = [Place::Duty(DutyId::NIL), Place::Hours, Place::Absences, Place::Exposures, Place::None];
                finding.evidence = places.map(|place| Evidence { text: "Some <hours>".to_owned(), place }).to_vec();
            }
            signal.recipient = signal.choice.map(|_choice| receiver.person);
            build(&signal, std::slice::from_ref(&receiver), today, (&TypedSnooze::default(), None), errors)
        };
        // One that is off has no field to be wrong.
        let wrong = |signal: &Signal| if signal.choice.is_some() { errors.clone() } else { FormErrors::new() };
        let signals = super::super::own::samples().into_iter();
        signals.map(|signal| (wrong(&signal), signal)).map(|(errors, signal)| page(signal, errors)).collect()
    }

    #[test]
    fn the_page_stands_in_every_state() {
        crate::views::testing::check::<OnePage>();
    }
}
