//! One's own calendar, by month or by week: what was logged, what is expected, leave, and when one is off call.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{PageLink, Tag, adjust, day as day_of, id, named_day, times};
use crate::absences::model::Kind;
use crate::duties::DutyError;
use crate::duties::port::Watch;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::PatternSlotId;
use crate::rota::error::RotaError;
use crate::rota::model::Form;
use crate::rota::rules::Range;
use crate::rota::service::{self, Calendar, PersonDays};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CalendarQuery {
    view: String,
    date: String,
}

/// Which days are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Month,
    Week,
    /// Those on which something is to be confirmed.
    Open,
}

impl View {
    fn parse(text: &str) -> Self {
        match text {
            "week" => Self::Week,
            "open" => Self::Open,
            _ => Self::Month,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Week => "week",
            Self::Open => "open",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Month => "Month",
            Self::Week => "Week",
            Self::Open => "All to confirm",
        }
    }

    /// One step of it, ahead or back; what is to be confirmed has none.
    fn step(self, day: Date, ahead: bool) -> Option<PageLink> {
        let (span, text) = match (self, ahead) {
            (Self::Month, true) => (1.month(), "Month after"),
            (Self::Month, false) => (-1.month(), "Month before"),
            (Self::Week, true) => (1.week(), "Week after"),
            (Self::Week, false) => (-1.week(), "Week before"),
            (Self::Open, _) => return None,
        };
        Some(PageLink::new(self.at(day.checked_add(span).unwrap_or(day)), text))
    }

    fn at(self, day: Date) -> String {
        match self {
            Self::Open => "/calendar?view=open".to_owned(),
            Self::Month | Self::Week => format!("/calendar?view={}&date={day}", self.as_str()),
        }
    }
}

/// Something on a day.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Event {
    pub(super) tag: Tag,
    pub(super) text: String,
    pub(super) href: Option<String>,
    confirm: Option<Confirm>,
}

#[derive(Debug, Clone, Serialize)]
struct Confirm {
    slot: String,
    day: String,
    adjust: String,
}

#[derive(Debug, Clone, Serialize)]
struct Day {
    label: String,
    machine: String,
    today: bool,
    /// Of another month.
    beside: bool,
    events: Vec<Event>,
}

#[derive(Debug, Clone, Serialize)]
struct CalendarPage {
    heading: String,
    days: Vec<Day>,
    to_confirm: usize,
    on_call: bool,
    views: Vec<PageLink>,
    today_href: String,
    back: Option<PageLink>,
    forward: Option<PageLink>,
    view: &'static str,
}

impl PageContext for CalendarPage {
    const TEMPLATE: &'static str = "rota/calendar";
    const SECTION: &'static str = "calendar";

    fn title(&self) -> Cow<'_, str> {
        "My calendar".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties")]
    }

    fn sample() -> Self {
        let range = Range::week(jiff::civil::date(2026, 11, 23));
        let calendar = Calendar { range, days: PersonDays::default(), on_call: false };
        build(&calendar, View::Week, jiff::civil::date(2026, 11, 23), Timestamp::UNIX_EPOCH)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, query: Query<CalendarQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let today = civil::local(now).date();
    let day = day_of(&query.date, today);
    let view = View::parse(&query.view);
    let range = match view {
        View::Month => Range::month(day),
        View::Week => Range::week(day),
        View::Open => service::open_range(today),
    };
    let calendar = service::own(&ask.site().db, ask.caller(), range).await?;
    ask.page(&build(&calendar, view, day, now))
}

fn build(calendar: &Calendar, view: View, day: Date, now: Timestamp) -> CalendarPage {
    let today = civil::local(now).date();
    let (first, last) = (format::short_date(calendar.range.first), format::short_date(calendar.range.last));
    let mut days: Vec<Day> = calendar
        .range
        .days()
        .into_iter()
        .map(|one| Day {
            label: one.strftime("%a %-d %b").to_string(),
            machine: one.to_string(),
            today: one == today,
            beside: view == View::Month && one.month() != day.month(),
            events: events(&calendar.days, one, Some(now)),
        })
        .collect();
    if view == View::Open {
        for day in &mut days {
            day.events.retain(|event| event.confirm.is_some());
        }
        days.retain(|day| !day.events.is_empty());
    }
    let others = [View::Month, View::Week, View::Open].into_iter().filter(|other| *other != view);
    CalendarPage {
        heading: match view {
            View::Month => day.strftime("%B %Y").to_string(),
            View::Week => format!("{first} to {last}"),
            View::Open => format!("To confirm since {first}"),
        },
        to_confirm: days.iter().flat_map(|day| &day.events).filter(|event| event.confirm.is_some()).count(),
        days,
        on_call: calendar.on_call,
        views: others.map(|other| PageLink::new(other.at(day), other.title())).collect(),
        today_href: if view == View::Open { View::Month.at(today) } else { view.at(today) },
        back: view.step(day, false),
        forward: view.step(day, true),
        view: view.as_str(),
    }
}

/// What is on a day. `now` is given for one's own calendar: then what is over can be confirmed.
pub(super) fn events(days: &PersonDays, day: Date, now: Option<Timestamp>) -> Vec<Event> {
    let mut events = Vec::new();
    for absence in days.absences.iter().filter(|absence| absence.has(day)) {
        let colour = if absence.kind == Kind::Sick { "govuk-tag--pink" } else { "govuk-tag--purple" };
        let tag = Tag::new(absence.kind.title(), colour);
        events.push(Event { tag, text: String::new(), href: None, confirm: None });
    }
    for duty in days.logged.iter().filter(|duty| civil::local(duty.started_at).date() == day) {
        let href = now.map(|_own| format!("/duties/{}", duty.id));
        let text = format!("{} {}", times(duty.started_at, duty.ended_at), duty.kind);
        events.push(Event { tag: Tag::new("Logged", "govuk-tag--green"), text, href, confirm: None });
    }
    for one in days.expected.iter().filter(|one| one.day == day) {
        let over = now.is_some_and(|now| one.ends_at <= now);
        let tag = match one.form {
            _ if over => Tag::new("To confirm", "govuk-tag--yellow"),
            Form::Shift => Tag::new("Expected", "govuk-tag--blue"),
            Form::Standby => Tag::new("On call", "govuk-tag--turquoise"),
        };
        let confirm = over.then(|| Confirm {
            slot: one.slot.to_string(),
            day: one.day.to_string(),
            adjust: format!("/calendar/adjust/{}/{}", one.slot, one.day),
        });
        let text = format!("{} {}", times(one.starts_at, one.ends_at), one.form.title());
        events.push(Event { tag, text, href: None, confirm });
    }
    let (start, end) = Range { first: day, last: day }.span();
    for off in days.off.iter().filter(|off| off.starts_at < end && off.ends_at > start) {
        let whole = off.starts_at <= start && off.ends_at >= end;
        let span = if whole { "all day".to_owned() } else { times(off.starts_at.max(start), off.ends_at.min(end)) };
        let text = format!("{span} {}", off.reason.title());
        events.push(Event { tag: Tag::new("Off call", "govuk-tag--grey"), text, href: None, confirm: None });
    }
    events
}

/// Which expected duty is confirmed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfirmForm {
    slot: String,
    day: String,
    view: String,
}

/// Logs an expected duty as it was expected; when something speaks against it, shows what in the form that adjusts it.
pub(super) async fn confirm(
    ask: Ask,
    watch: Data<Watch>,
    Posted(form): Posted<ConfirmForm>,
) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let slot = id(&form.slot, PatternSlotId)?;
    let day = named_day(&form.day)?;
    let back = View::parse(&form.view).at(day);
    match service::confirm(&ask.site().db, &watch, ask.caller(), slot, day, now).await {
        Ok(true) => Ok(ask.redirect_with(&back, FlashKind::Success, "Duty logged.")),
        Ok(false) => Ok(ask.redirect_with(&back, FlashKind::Notice, "The duty was logged before.")),
        Err(RotaError::Duty(DutyError::Invalid(faults))) => {
            let adjusting = service::to_adjust(&ask.site().db, ask.caller(), slot, day).await?;
            adjust::refused(&ask, &adjusting, &adjusting.typed, &faults)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::absences::model::Days;
    use crate::kernel::ids::{DutyId, PersonId, UnavailableId};
    use crate::rota::model::{Expected, Logged, Off, Reason};
    use crate::rota::rules::at;

    pub(in crate::rota::pages) fn days() -> PersonDays {
        let clock = |day: i8, hour: i8| at(date(2026, 11, day), jiff::civil::time(hour, 0, 0, 0));
        let expected = |day: i8, form| Expected {
            slot: PatternSlotId::NIL,
            day: date(2026, 11, day),
            starts_at: clock(day, 18),
            ends_at: clock(day + 1, 9),
            form,
            break_minutes: 0,
        };
        PersonDays {
            expected: vec![expected(23, Form::Shift), expected(25, Form::Shift), expected(26, Form::Standby)],
            logged: vec![Logged {
                id: DutyId::NIL,
                person: PersonId::NIL,
                started_at: clock(23, 9),
                ended_at: clock(23, 17),
                kind: "Day shift".to_owned(),
            }],
            absences: vec![Days { kind: Kind::Sick, first: date(2026, 11, 27), last: date(2026, 11, 28) }],
            off: vec![Off {
                id: UnavailableId::NIL,
                starts_at: clock(26, 12),
                ends_at: clock(28, 12),
                reason: Reason::Personal,
            }],
        }
    }

    pub(super) fn samples() -> Vec<CalendarPage> {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().expect("a time");
        let day = date(2026, 11, 24);
        let page = |range, view| build(&Calendar { range, days: days(), on_call: true }, view, day, now);
        let open = Range { first: date(2026, 10, 28), last: day };
        vec![
            CalendarPage::sample(),
            page(Range::week(day), View::Week),
            page(Range::month(day), View::Month),
            page(open, View::Open),
        ]
    }

    #[test]
    fn the_page_stands_in_each_view() {
        crate::views::testing::check::<CalendarPage>();
        let [_, week, month, open] = samples().try_into().expect("four");
        assert_eq!((open.days.len(), open.days[0].events.len(), open.to_confirm), (1, 1, 1));
        assert_eq!((week.days.len(), month.days.len()), (7, 42));
        assert_eq!((week.to_confirm, month.to_confirm), (1, 1));
        let texts: Vec<&str> = week.days[4].events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["", "all day Personal"]);
        assert_eq!(week.days[3].events[1].text, "12:00 to 00:00 (next day) Personal");
    }
}
