//! One's own calendar, by month or by week: what was logged, what is expected, leave, and when one is off call.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{PageLink, Tag, day as day_of, id, named_day, times};
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
    month: bool,
    heading: String,
    days: Vec<Day>,
    to_confirm: usize,
    on_call: bool,
    other_view: PageLink,
    today_href: String,
    back: PageLink,
    forward: PageLink,
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
        build(&calendar, false, jiff::civil::date(2026, 11, 23), Timestamp::UNIX_EPOCH)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, query: Query<CalendarQuery>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let day = day_of(&query.date, civil::local(now).date());
    let month = query.view != "week";
    let range = if month { Range::month(day) } else { Range::week(day) };
    let calendar = service::own(&ask.site().db, ask.caller(), range).await?;
    ask.page(&build(&calendar, month, day, now))
}

fn build(calendar: &Calendar, month: bool, day: Date, now: Timestamp) -> CalendarPage {
    let today = civil::local(now).date();
    let view = if month { "month" } else { "week" };
    let to = |view: &str, date: Date| format!("/calendar?view={view}&date={date}");
    let step = |ahead: bool| {
        let span = match (month, ahead) {
            (true, true) => 1.month(),
            (true, false) => -1.month(),
            (false, true) => 1.week(),
            (false, false) => -1.week(),
        };
        to(view, day.checked_add(span).unwrap_or(day))
    };
    let days: Vec<Day> = calendar
        .range
        .days()
        .into_iter()
        .map(|one| Day {
            label: one.strftime("%a %-d %b").to_string(),
            machine: one.to_string(),
            today: one == today,
            beside: month && one.month() != day.month(),
            events: events(&calendar.days, one, Some(now)),
        })
        .collect();
    CalendarPage {
        month,
        heading: if month {
            day.strftime("%B %Y").to_string()
        } else {
            format!("{} to {}", format::short_date(calendar.range.first), format::short_date(calendar.range.last))
        },
        to_confirm: days.iter().flat_map(|day| &day.events).filter(|event| event.confirm.is_some()).count(),
        days,
        on_call: calendar.on_call,
        other_view: if month {
            PageLink::new(to("week", day), "Week")
        } else {
            PageLink::new(to("month", day), "Month")
        },
        today_href: to(view, today),
        back: PageLink::new(step(false), if month { "Month before" } else { "Week before" }),
        forward: PageLink::new(step(true), if month { "Month after" } else { "Week after" }),
        view,
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

/// Logs an expected duty as it was expected; when something speaks against it, leads to the form that adjusts it.
pub(super) async fn confirm(
    ask: Ask,
    watch: Data<Watch>,
    Posted(form): Posted<ConfirmForm>,
) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let slot = id(&form.slot, PatternSlotId)?;
    let day = named_day(&form.day)?;
    let view = if form.view == "week" { "week" } else { "month" };
    let back = format!("/calendar?view={view}&date={day}");
    match service::confirm(&ask.site().db, &watch, ask.caller(), slot, day, now).await {
        Ok(true) => Ok(ask.redirect_with(&back, FlashKind::Success, "Duty logged.")),
        Ok(false) => Ok(ask.redirect_with(&back, FlashKind::Notice, "The duty was logged before.")),
        Err(RotaError::Duty(DutyError::Invalid(faults))) => {
            let why = faults.iter().next().map_or_else(String::new, |fault| format!(": {}", fault.message));
            let to = format!("/calendar/adjust/{slot}/{day}");
            Ok(ask.redirect_with(&to, FlashKind::Notice, &format!("It was not logged as it stands{why}.")))
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
        let page = |range, month| build(&Calendar { range, days: days(), on_call: true }, month, day, now);
        vec![CalendarPage::sample(), page(Range::week(day), false), page(Range::month(day), true)]
    }

    #[test]
    fn the_page_stands_in_both_views() {
        crate::views::testing::check::<CalendarPage>();
        let [_, week, month] = samples().try_into().expect("three");
        assert_eq!((week.days.len(), month.days.len()), (7, 42));
        assert_eq!((week.to_confirm, month.to_confirm), (1, 1));
        let texts: Vec<&str> = week.days[4].events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["", "all day Personal"]);
        assert_eq!(week.days[3].events[1].text, "12:00 to 00:00 (next day) Personal");
    }
}
