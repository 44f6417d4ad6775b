//! For managers: how many offers were made, and offering it themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::authz::Scope;
use crate::authz::permission::TRIM_OFFER;
use crate::duties::rules::parse_date;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::UnitId;
use crate::trim::error::TrimError;
use crate::trim::model::Count;
use crate::trim::service::{self, Counts};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    quarter: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    unit: String,
    count: String,
    is_sum: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Quarter {
    href: String,
    text: String,
}

#[derive(Debug, Clone, Serialize)]
struct CountsPage {
    period: String,
    rows: Vec<Row>,
    before: Quarter,
    after: Option<Quarter>,
    may_offer: bool,
}

impl PageContext for CountsPage {
    const TEMPLATE: &'static str = "trim/counts";
    const SECTION: &'static str = "team-trim";

    fn title(&self) -> Cow<'_, str> {
        "TRiM offers".into()
    }

    fn sample() -> Self {
        let today = date(2026, 11, 23);
        build(&Counts { lines: Vec::new(), units: Default::default() }, today, today, false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// The first day of the quarter of a day.
fn first_of(day: Date) -> Date {
    let month = (day.month() - 1) / 3 * 3 + 1;
    Date::new(day.year(), month, 1).unwrap_or(day)
}

fn called(first: Date) -> String {
    let last = first.checked_add(3.months()).ok().and_then(|next| next.yesterday().ok()).unwrap_or(first);
    format!("{} to {}", format::short_date(first), format::short_date(last))
}

fn said(count: Count) -> String {
    match count {
        Count::Shown(count) => format::number(count),
        Count::Few => "Fewer than 5".to_owned(),
        Count::Beside => "Not shown".to_owned(),
    }
}

fn build(counts: &Counts, day: Date, today: Date, may_offer: bool) -> CountsPage {
    let by_unit: BTreeMap<UnitId, Count> =
        counts.lines.iter().filter_map(|line| line.unit.map(|unit| (unit, line.count))).collect();
    let in_order = counts.units.all().filter_map(|(_depth, unit)| by_unit.get(&unit.id).map(|count| (unit.id, *count)));
    let row = |(unit, count): (UnitId, Count)| Row { unit: counts.units.path(unit), count: said(count), is_sum: false };
    let sum = counts.lines.iter().filter(|line| line.unit.is_none());
    let sum = sum.map(|line| Row { unit: "All of these".to_owned(), count: said(line.count), is_sum: true });
    let first = first_of(day);
    let link = |first: Date| Quarter { href: format!("/team/trim?quarter={first}"), text: called(first) };
    CountsPage {
        period: called(first),
        rows: in_order.map(row).chain(sum).collect(),
        before: link(first.checked_sub(3.months()).unwrap_or(first)),
        after: first.checked_add(3.months()).ok().filter(|next| *next <= today).map(link),
        may_offer,
    }
}

/// Shows the counts of a quarter.
pub(super) async fn show(ask: Ask, Query(wanted): Query<Wanted>) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let day = parse_date(&wanted.quarter).filter(|day| *day <= today).unwrap_or(today);
    let counts = service::counts(&ask.site().db, ask.caller(), day).await?;
    ask.page(&build(&counts, day, today, ask.caller().holds_at(TRIM_OFFER, Scope::Unit)))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedOffer {
    whom: String,
    event_on: String,
    /// Whom a link is about, by their id.
    person: String,
}

#[derive(Debug, Clone, Serialize)]
struct OfferPage {
    person: String,
    name: Option<String>,
    whom: Field,
    event_on: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl OfferPage {
    fn new(typed: &TypedOffer, name: Option<String>, errors: FormErrors) -> Self {
        Self {
            person: typed.person.clone(),
            name,
            whom: Field::new("whom", "To whom?")
                .hint("Their work address or employee number")
                .value(&typed.whom)
                .errors(&errors),
            event_on: Field::new("event_on", "Day of the event").value(&typed.event_on).errors(&errors),
            errors,
        }
    }
}

impl PageContext for OfferPage {
    const TEMPLATE: &'static str = "trim/offer";
    const SECTION: &'static str = "team-trim";

    fn title(&self) -> Cow<'_, str> {
        "Offer TRiM".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("TRiM offers", "/team/trim")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&TypedOffer::default(), None, FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("whom", "Nobody");
        errors.add("event_on", "Enter the day");
        let named = Self::new(&TypedOffer::default(), Some("Jo <Marsh>".to_owned()), FormErrors::new());
        vec![Self::sample(), named, Self::new(&TypedOffer::default(), None, errors)]
    }
}

/// Shows the form: for somebody of a link, or for whom is typed.
pub(super) async fn offer_form(ask: Ask, Query(mut typed): Query<TypedOffer>) -> Result<HttpResponse, Failure> {
    let name = if typed.person.is_empty() {
        None
    } else {
        Some(service::may_offer_to(&ask.site().db, ask.caller(), typed.person.clone()).await?)
    };
    typed.event_on = civil::local(ask.clock().now()).date().to_string();
    ask.page(&OfferPage::new(&typed, name, FormErrors::new()))
}

/// Offers it.
pub(super) async fn offer(ask: Ask, Posted(typed): Posted<TypedOffer>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let whom = if typed.person.is_empty() { typed.whom.clone() } else { typed.person.clone() };
    let errors = match service::give(db, caller, whom, typed.event_on.clone(), now).await {
        Ok(name) => {
            let text = format!("{name} finds the offer on their TRiM page. You do not learn what they answer.");
            return Ok(ask.redirect_with("/team/trim/offer", FlashKind::Success, &text));
        }
        Err(TrimError::Invalid(errors)) => errors,
        Err(error) => return Err(error.into()),
    };
    let name =
        if typed.person.is_empty() { None } else { service::may_offer_to(db, caller, typed.person.clone()).await.ok() };
    ask.page_again(&OfferPage::new(&typed, name, errors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::{Unit, UnitKind, UnitTree};
    use crate::trim::model::CountLine;

    pub(super) fn samples() -> Vec<CountsPage> {
        let id = |number| UnitId(uuid::Uuid::from_u128(number));
        let unit = |number, parent: Option<u128>, kind, name: &str| Unit {
            id: id(number),
            parent: parent.map(id),
            kind,
            name: name.to_owned(),
            code: None,
            closed: false,
        };
        let units = UnitTree::new(vec![
            unit(1, None, UnitKind::Service, "North<moor>"),
            unit(2, Some(1), UnitKind::Station, "Hillside"),
            unit(3, Some(1), UnitKind::Station, "Harbour"),
        ]);
        let line = |unit: Option<u128>, count| CountLine { unit: unit.map(id), count };
        let lines = vec![
            line(Some(2), Count::Few),
            line(Some(3), Count::Beside),
            line(Some(1), Count::Shown(1_234)),
            line(None, Count::Shown(1_300)),
        ];
        let today = date(2026, 11, 23);
        vec![CountsPage::sample(), build(&Counts { lines, units }, date(2026, 8, 1), today, true)]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<CountsPage>();
        crate::views::testing::check::<OfferPage>();
    }

    #[test]
    fn quarters_are_those_of_the_calendar_and_none_is_to_come() {
        assert_eq!(first_of(date(2026, 11, 23)), date(2026, 10, 1));
        assert_eq!(first_of(date(2026, 1, 31)), date(2026, 1, 1));
        assert_eq!(called(date(2026, 10, 1)), "1 Oct 2026 to 31 Dec 2026");
        let pages = samples();
        assert!(pages.first().is_some_and(|page| page.after.is_none()));
        let last = pages.last().expect("a page");
        assert_eq!(last.after.as_ref().map(|after| after.href.as_str()), Some("/team/trim?quarter=2026-10-01"));
        let counts: Vec<&str> = last.rows.iter().map(|row| row.count.as_str()).collect();
        assert_eq!(counts, ["1,234", "Not shown", "Fewer than 5", "1,300"]);
    }
}
