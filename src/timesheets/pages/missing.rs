//! Who has not submitted a period: what payroll waits for.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::super::missing::{self, Missing, MissingList};
use super::query::{address, day, uuid};
use super::queue::{period_field, unit_field};
use super::sheet::Tag;
use crate::duties::words::Units;
use crate::http::{Ask, Failure};
use crate::kernel::ids::{PersonId, UnitId};
use crate::views::{Crumb, Field, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MissingQuery {
    unit: String,
    period: String,
    after: String,
}

impl MissingQuery {
    fn address(&self, after: &str) -> String {
        let pairs = [("unit", self.unit.as_str()), ("period", &self.period), ("after", after)];
        address("/approvals/missing", &pairs)
    }
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    name: String,
    href: Option<String>,
    number: Option<String>,
    unit: String,
    state: Tag,
    logged: String,
    duties: String,
}

#[derive(Debug, Clone, Serialize)]
struct PageLink {
    href: String,
    text: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct MissingPage {
    period: Option<String>,
    due: Option<String>,
    unit_field: Field,
    period_field: Field,
    rows: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for MissingPage {
    const TEMPLATE: &'static str = "approvals/missing";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "Not submitted".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Approvals", "/approvals")]
    }

    fn sample() -> Self {
        let list = MissingList {
            period: None,
            due: None,
            people: Vec::new(),
            next: None,
            periods: Vec::new(),
            units: Units::default(),
            offered: None,
        };
        build(&MissingQuery::default(), &list)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask, query: Query<MissingQuery>) -> Result<HttpResponse, Failure> {
    let wanted = (day(&query.period), uuid(&query.unit).map(UnitId));
    let after = uuid(&query.after).map(PersonId);
    let list = missing::list(&ask.site().db, ask.caller(), wanted, after, ask.clock().now()).await?;
    ask.page(&build(&query, &list))
}

fn build(query: &MissingQuery, list: &MissingList) -> MissingPage {
    MissingPage {
        period: list.period.map(|period| period.in_words()),
        due: list.due.map(format::long_date),
        unit_field: unit_field(&list.units, list.offered.as_deref(), &query.unit),
        period_field: period_field(&list.periods, list.period.map(|period| period.from), false),
        rows: list.people.iter().map(|person| row(person, &list.units)).collect(),
        previous: (!query.after.is_empty())
            .then(|| PageLink { href: query.address(""), text: Some("First people".to_owned()) }),
        next: list
            .next
            .map(|next| PageLink { href: query.address(&next.to_string()), text: Some("More people".to_owned()) }),
    }
}

fn row(person: &Missing, units: &Units) -> Row {
    Row {
        name: person.who.name.clone(),
        href: person.sheet.map(|(sheet, _state)| format!("/timesheets/{sheet}")),
        number: person.who.number.clone(),
        unit: units.label(person.unit),
        state: Tag::of(person.sheet.map_or(("Not submitted", "govuk-tag--yellow"), |(_sheet, state)| state.label())),
        logged: format::minutes(person.logged.minutes.into()),
        duties: format::number(person.logged.duties.into()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::super::model::{Amount, State};
    use super::super::super::rules::period::Period;
    use super::*;
    use crate::duties::Named;
    use crate::kernel::ids::TimesheetId;

    pub(super) fn samples() -> Vec<MissingPage> {
        let period = Period { from: date(2026, 11, 16), to: date(2026, 11, 22) };
        let person = |number: u128, sheet| Missing {
            person: PersonId(uuid::Uuid::from_u128(number)),
            who: Named { name: "Jo <Marsh>".to_owned(), number: Some("N0004".to_owned()) },
            unit: UnitId(uuid::Uuid::from_u128(4)),
            sheet,
            logged: Amount { minutes: 690, duties: 2 },
        };
        let list = MissingList {
            period: Some(period),
            due: Some(date(2026, 11, 25)),
            people: vec![person(1, None), person(2, Some((TimesheetId::NIL, State::Returned)))],
            next: Some(PersonId(uuid::Uuid::from_u128(2))),
            periods: vec![period],
            units: Units::default(),
            offered: None,
        };
        let nobody = MissingList { people: Vec::new(), next: None, ..list.clone() };
        let more = MissingQuery { after: "x".to_owned(), ..MissingQuery::default() };
        vec![MissingPage::sample(), build(&more, &list), build(&MissingQuery::default(), &nobody)]
    }

    #[test]
    fn the_page_stands_with_people_with_nobody_and_without_periods() {
        crate::views::testing::check::<MissingPage>();
    }
}
