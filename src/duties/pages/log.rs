//! Logging a duty: the form, and what comes back from it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::super::error::DutyError;
use super::super::model::Notes;
use super::super::port::Watch;
use super::super::rules::{self, Typed};
use super::super::service::{self, Offered, Source};
use super::fields::{DutyFields, errors_of, typed_of};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::DutyId;
use crate::views::form::FieldError;
use crate::views::{Crumb, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LogQuery {
    like: String,
}

/// The posted form: the duty, and the key that makes sending it twice harmless.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LogForm {
    key: String,
    #[serde(flatten)]
    typed: Typed,
}

#[derive(Debug, Clone, Serialize)]
struct LogPage {
    fields: DutyFields,
    key: String,
    /// What "same as last time" would fill in, in words.
    last: Option<String>,
    /// The form was filled in from the last duty.
    filled: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl LogPage {
    fn new(typed: &Typed, offered: &Offered, key: String, filled: bool, errors: FormErrors) -> Self {
        let last = offered.recent.first().map(|row| {
            let (name, span) = (offered.kinds.name(row.kind.deepest()), format::span(row.started_at, row.ended_at));
            format!("{name}, {}, {span}", offered.units.label(row.unit))
        });
        Self { fields: DutyFields::new(typed, offered, None, &errors), key, last, filled, errors }
    }
}

impl PageContext for LogPage {
    const TEMPLATE: &'static str = "duties/log";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "Log a duty".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&Typed::default(), &Offered::default(), String::new(), false, FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self::sample(), samples::fresh(), samples::with_errors()]
    }
}

/// Shows the form; with `?like=last` filled in as the last duty was.
pub(super) async fn form(ask: Ask, query: Query<LogQuery>) -> Result<HttpResponse, Failure> {
    let offered = service::offered(&ask.site().db, ask.caller()).await?;
    let now = ask.clock().now();
    let filled = query.like == "last" && !offered.recent.is_empty();
    let typed = if filled { like_last(&offered, now) } else { fresh(&offered, ask.person()?.unit.to_string(), now) };
    let key = DutyId::new(now).to_string();
    ask.page(&LogPage::new(&typed, &offered, key, filled, FormErrors::new()))
}

/// Logs what was typed, or shows it again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    watch: Data<Watch>,
    Posted(form): Posted<LogForm>,
) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let (db, caller) = (&ask.site().db, ask.caller());
    // A key that is none of ours, or too old, only loses the protection against sending twice.
    let id = service::chosen_id(&form.key, now).unwrap_or_else(|_unusable| DutyId::new(now));
    let outcome = match rules::check_typed(&form.typed, now) {
        Ok(draft) => service::log(db, &watch, caller, id, draft, Source::Manual, now).await,
        Err(faults) => Err(faults.into()),
    };
    match outcome {
        Ok(_new_or_sent_twice) => Ok(ask.redirect_with("/duties", FlashKind::Success, "Duty logged.")),
        Err(DutyError::Invalid(faults)) => {
            let offered = service::offered(db, caller).await?;
            ask.page_again(&LogPage::new(&form.typed, &offered, id.to_string(), false, errors_of(&faults)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Today, at the unit of the last time.
fn fresh(offered: &Offered, home: String, now: Timestamp) -> Typed {
    Typed {
        date: civil::local(now).strftime("%Y-%m-%d").to_string(),
        unit: offered.recent.first().map_or(home, |row| row.unit.to_string()),
        ..Typed::default()
    }
}

/// The last duty's times and words, on the latest day on which it would be over by now.
fn like_last(offered: &Offered, now: Timestamp) -> Typed {
    let Some(row) = offered.recent.first() else { return Typed::default() };
    let mut typed = typed_of(row, &Notes::default());
    let today = civil::local(now).date();
    let over_by_now = |date: jiff::civil::Date| {
        let day = if typed.next_day == "yes" { date.tomorrow().ok()? } else { date };
        let wall = day.to_datetime(rules::parse_time(&typed.end)?);
        let (civil::Instant::One(end) | civil::Instant::Twice(end, _)) = civil::instant(wall) else { return None };
        (end <= now.checked_add(rules::AHEAD).ok()?).then_some(date)
    };
    let days = (0..=2).filter_map(|ago| today.checked_sub(ago.days()).ok());
    let date = days.into_iter().find_map(over_by_now).unwrap_or(today);
    typed.date = date.strftime("%Y-%m-%d").to_string();
    typed.start_turn.clear();
    typed.end_turn.clear();
    // These belong to that one job.
    typed.incident_number.clear();
    typed.mileage.clear();
    if offered.kinds.get(row.kind.deepest()).is_none_or(|kind| kind.retired) {
        typed.kind.clear();
    }
    typed
}

#[cfg(test)]
mod samples {
    use super::super::super::rules::{At, Faults};
    use super::super::fields::samples;
    use super::*;

    pub(super) fn fresh() -> LogPage {
        let typed = super::fresh(&samples::offered(), String::new(), "2026-11-22T09:00:00Z".parse().expect("a time"));
        LogPage::new(&typed, &samples::offered(), "key".to_owned(), false, FormErrors::new())
    }

    pub(super) fn with_errors() -> LogPage {
        let mut faults = Faults::default();
        for at in [
            At::Date,
            At::Start,
            At::StartTurn,
            At::End,
            At::EndTurn,
            At::BothRight,
            At::Breach,
            At::Kind,
            At::Unit,
            At::Breaks,
            At::Incident,
            At::JobRole,
            At::CallSign,
            At::Mileage,
            At::SharedNote,
            At::PrivateNote,
        ] {
            faults.add(at, format!("Correct the {}", at.in_form()));
        }
        let typed = typed_of(&samples::row(), &samples::notes());
        LogPage::new(&typed, &samples::offered(), "key".to_owned(), false, errors_of(&faults))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::samples as fields;
    use super::*;
    use crate::views::testing;

    #[test]
    fn the_form_stands_fresh_and_with_every_error() {
        testing::check::<LogPage>();
        let html = testing::views().page(&crate::views::Layout::sample(), &samples::with_errors()).expect("a page");
        assert_eq!(html.matches("govuk-error-message").count(), 16, "{html}");
        assert!(html.contains("Slept badly &lt;after&gt;"), "what was typed is kept");
    }

    #[test]
    fn the_same_as_last_time_lands_on_the_latest_day_on_which_it_is_over() {
        let offered = fields::offered();
        let at = |now: &str| like_last(&offered, now.parse().expect("a time"));
        let morning = at("2026-11-25T07:10:00Z");
        assert_eq!((morning.date.as_str(), morning.next_day.as_str()), ("2026-11-24", "yes"));
        assert_eq!((morning.start.as_str(), morning.end.as_str()), ("19:00", "07:00"));
        assert_eq!((morning.incident_number.as_str(), morning.call_sign.as_str()), ("", "N12P1"));
    }
}
