//! One person of the team: their weeks and their duties, as far as the reader may see them.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::Serialize;

use super::super::team::{self, PersonDuties, Weeks};
use super::super::totals::Totals;
use super::list::{PageLink, Row, row};
use super::query::{cursor, uuid};
use super::sums::{self, Sums};
use super::team::{LENGTHS, TeamQuery};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::views::{Choice, Crumb, Field, Markup, PageContext, format};

/// Duties on one page.
const PER_PAGE: u16 = 50;

#[derive(Debug, Clone, Serialize)]
struct PersonPage {
    #[serde(skip)]
    name: String,
    unit: String,
    weeks_field: Field,
    ending_field: Field,
    href: String,
    rows: Vec<Row>,
    sums: Sums,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for PersonPage {
    const TEMPLATE: &'static str = "team/person";
    const SECTION: &'static str = "team";

    fn title(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team hours", "/team")]
    }

    fn sample() -> Self {
        let today = jiff::civil::date(2026, 11, 22);
        let duties = PersonDuties {
            name: "Jo Marsh".to_owned(),
            unit: UnitId::NIL,
            page: super::super::model::Page { rows: Vec::new(), next: None },
            marks: Default::default(),
            sums: Vec::new(),
            kinds: Default::default(),
            units: Default::default(),
        };
        build(&TeamQuery::default(), "/team/1".to_owned(), &duties, (Weeks::ending(today, 4), 4), None)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows a person's weeks and duties.
pub(super) async fn show(ask: Ask, path: Path<String>, query: Query<TeamQuery>) -> Result<HttpResponse, Failure> {
    let person = uuid(&path).map(PersonId).ok_or(Problem::NotFound)?;
    let (now, after) = (ask.clock().now(), cursor(&query.after)?);
    let period = query.period(civil::local(now).date());
    let duties = team::duties_of(&ask.site().db, ask.caller(), person, period.0, after, PER_PAGE, now).await?;
    let totals = totals(&duties, period.0);
    let chart = sums::chart(&ask.site().views, &totals, "Hours by week and type")?;
    ask.page(&build(&query, format!("/team/{person}"), &duties, period, chart))
}

fn totals(duties: &PersonDuties, weeks: Weeks) -> Totals {
    Totals::of(&duties.sums, Some((weeks.from, weeks.to)), &duties.kinds)
}

fn build(
    query: &TeamQuery,
    href: String,
    duties: &PersonDuties,
    (weeks, length): (Weeks, u8),
    chart: Option<Markup>,
) -> PersonPage {
    let period = format!("from {} to {}", format::short_date(weeks.from), format::short_date(weeks.to));
    let link =
        |after: &str, text: &str| PageLink { href: query.address(&href, "", after), text: Some(text.to_owned()) };
    PersonPage {
        name: duties.name.clone(),
        unit: duties.units.label(duties.unit),
        weeks_field: Field::new("weeks", "Period")
            .choices(LENGTHS.map(|weeks| Choice::new(weeks.to_string(), format!("{weeks} weeks"))))
            .choose([length.to_string()]),
        ending_field: Field::new("ending", "Up to the week of").value(weeks.to.strftime("%Y-%m-%d").to_string()),
        rows: duties
            .page
            .rows
            .iter()
            .map(|duty| row(duty, duties.marks.get(&duty.id), &duties.kinds, &duties.units))
            .collect(),
        sums: Sums::new(&totals(duties, weeks), period, chart),
        previous: (!query.after.is_empty()).then(|| link("", "Latest duties")),
        next: duties.page.next.map(|cursor| link(&cursor.encode(), "Earlier duties")),
        href,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::{DutyView, Marks, Page, Sight, Since, Sum};
    use super::super::super::words::samples::{id, kinds, units};
    use super::super::fields::samples as fields;
    use super::*;
    use crate::kernel::cursor::Cursor;

    pub(super) fn samples() -> Vec<PersonPage> {
        let weeks = Weeks::ending(jiff::civil::date(2026, 11, 22), 4);
        let view = |sight| DutyView::for_reader(fields::row(), sight);
        let row = view(Sight::Hours);
        let mut duties = PersonDuties {
            name: "Jo <Marsh>".to_owned(),
            unit: UnitId(uuid::Uuid::from_u128(4)),
            page: Page {
                next: Some(Cursor { at: row.started_at, id: row.id.0 }),
                rows: vec![row, view(Sight::Record)],
            },
            marks: [(fields::row().id, Marks { late: true, sheet: None, since: Since::Nothing })].into(),
            sums: vec![Sum {
                week_start: weeks.from,
                type_id: id(1),
                category: None,
                minutes: 690,
                once: 690,
                duties: 1,
            }],
            kinds: kinds(),
            units: units(),
        };
        let chart = sums::chart(crate::views::testing::views(), &totals(&duties, weeks), "Hours").expect("a chart");
        let query = TeamQuery { after: "x".to_owned(), ..TeamQuery::default() };
        let full = build(&query, "/team/1".to_owned(), &duties, (weeks, 4), chart);
        duties.page = Page { rows: Vec::new(), next: None };
        duties.sums.clear();
        vec![full, build(&TeamQuery::default(), "/team/1".to_owned(), &duties, (weeks, 4), None)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<PersonPage>();
    }
}
