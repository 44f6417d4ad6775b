//! My duties: the list with its filter, and what the period adds up to.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::super::model::{DutyView, Filter, Marks};
use super::super::service::{self, Listed};
use super::super::totals::Totals;
use super::super::words::{Kinds, Units};
use super::marks::{Tag, tags};
use super::query::ListQuery;
use super::sums::{self, Sums};
use crate::authz::permission;
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, Markup, PageContext, format};

/// Duties on one page.
const PER_PAGE: u16 = 20;

/// The period of the sums, when no other is asked for: this week and the three before.
const WEEKS: i32 = 4;

#[derive(Debug, Clone, Serialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PageLink {
    pub(super) href: String,
    pub(super) text: Option<String>,
}

/// One duty in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) start: String,
    pub(super) when: String,
    pub(super) what: String,
    pub(super) above: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) unit: String,
    pub(super) hours: String,
    pub(super) marks: Vec<Tag>,
}

#[derive(Debug, Clone, Serialize)]
struct FilterForm {
    from: Field,
    to: Field,
    kind: Field,
    incident: Field,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    count: String,
    filtered: bool,
    filter: FilterForm,
    chips: Vec<Link>,
    rows: Vec<Row>,
    sums: Sums,
    export_href: Option<String>,
    timesheets: bool,
    previous: Option<PageLink>,
    next: Option<PageLink>,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "duties/list";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        "My duties".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let listed = Listed {
            page: super::super::model::Page { rows: Vec::new(), next: None },
            marks: Default::default(),
            sums: Vec::new(),
            kinds: Default::default(),
            units: Default::default(),
        };
        let (today, none) = (jiff::civil::date(2026, 11, 22), Filter::default());
        build(&ListQuery::default(), &none, &last_weeks(today), &listed, None, FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the list.
pub(super) async fn show(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let filter = query.filter(&mut errors);
    let after = query.cursor()?;
    let mut summed = filter.clone();
    if filter.from.is_none() && filter.to.is_none() {
        let weeks = last_weeks(civil::local(ask.clock().now()).date());
        (summed.from, summed.to) = (weeks.from, weeks.to);
    }
    let listed =
        service::list_own(&ask.site().db, ask.caller(), filter.clone(), summed.clone(), after, PER_PAGE).await?;
    let totals = Totals::of(&listed.sums, summed.from.zip(summed.to), &listed.kinds);
    let chart = sums::chart(&ask.site().views, &totals, "Hours by week and type")?;
    let mut page = build(&query, &filter, &summed, &listed, chart, errors);
    page.export_href = page.export_href.filter(|_href| ask.caller().holds(permission::DUTY_EXPORT));
    page.timesheets = ask.caller().holds(permission::TIMESHEET_SUBMIT);
    ask.page(&page)
}

fn last_weeks(today: Date) -> Filter {
    let from = civil::monday(today).checked_sub(((WEEKS - 1) * 7).days()).unwrap_or(today);
    Filter { from: Some(from), to: Some(today), ..Filter::default() }
}

fn build(
    query: &ListQuery,
    filter: &Filter,
    summed: &Filter,
    listed: &Listed,
    chart: Option<Markup>,
    errors: FormErrors,
) -> ListPage {
    let totals = Totals::of(&listed.sums, summed.from.zip(summed.to), &listed.kinds);
    let marked = |duty: &DutyView| row(duty, listed.marks.get(&duty.id), &listed.kinds, &listed.units);
    let rows: Vec<Row> = listed.page.rows.iter().map(marked).collect();
    let next = listed.page.next.map(|cursor| PageLink {
        href: query.address("/duties", &[("after", &cursor.encode())]),
        text: Some("Earlier duties".to_owned()),
    });
    let previous = (!query.after.is_empty())
        .then(|| PageLink { href: query.address("/duties", &[]), text: Some("Latest duties".to_owned()) });
    let sums = Sums::new(&totals, period_in_words(summed), chart);
    ListPage {
        count: format!("{} and {} {}", sums.hours, sums.duties, sums.period),
        filtered: *filter != Filter::default() || !errors.is_empty(),
        filter: filter_form(query, listed, &errors),
        chips: chips(query, filter, listed),
        rows,
        sums,
        export_href: Some(query.address("/duties/export.csv", &[])),
        timesheets: true,
        previous,
        next,
        errors,
    }
}

pub(super) fn row(duty: &DutyView, marks: Option<&Marks>, kinds: &Kinds, units: &Units) -> Row {
    let (what, above) = kinds.short(&duty.kind);
    let details = duty.record.as_ref().map(|record| &record.details);
    let parts = [
        details.and_then(|details| details.incident_number.as_ref()).map(|number| format!("Incident {number}")),
        details.and_then(|details| details.call_sign.clone()),
        details.and_then(|details| details.job_role.clone()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Row {
        href: format!("/duties/{}", duty.id),
        start: format::machine_time(duty.started_at),
        when: format::span(duty.started_at, duty.ended_at),
        what,
        above,
        detail: (!parts.is_empty()).then(|| parts.join(", ")),
        unit: units.label(duty.unit),
        hours: format::minutes(duty.worked_minutes.into()),
        marks: marks.map(tags).unwrap_or_default(),
    }
}

fn filter_form(query: &ListQuery, listed: &Listed, errors: &FormErrors) -> FilterForm {
    let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(errors);
    let kinds = listed.kinds.for_filter().into_iter().map(|(id, name)| Choice::new(id.to_string(), name));
    FilterForm {
        from: field("from", "From", &query.from),
        to: field("to", "To", &query.to),
        kind: Field::new("kind", "Type or category")
            .choices(std::iter::once(Choice::new("", "All")).chain(kinds))
            .choose([&query.kind]),
        incident: field("incident", "Incident number has", &query.incident),
    }
}

fn chips(query: &ListQuery, filter: &Filter, listed: &Listed) -> Vec<Link> {
    let chip = |name: &str, text: String| Link { href: query.address("/duties", &[(name, "")]), text };
    let mut chips = Vec::new();
    chips.extend(filter.from.map(|from| chip("from", format!("From {}", format::short_date(from)))));
    chips.extend(filter.to.map(|to| chip("to", format!("To {}", format::short_date(to)))));
    chips.extend(filter.kind.map(|kind| chip("kind", listed.kinds.name(kind).to_owned())));
    chips.extend(filter.incident.as_ref().map(|text| chip("incident", format!("Incident number has {text}"))));
    chips
}

pub(super) fn period_in_words(filter: &Filter) -> String {
    match (filter.from.map(format::short_date), filter.to.map(format::short_date)) {
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "in all".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::{Page, SheetState, Sight, Since, Sum};
    use super::super::super::words::samples::{id, kinds, units};
    use super::super::fields::samples as fields;
    use super::*;
    use crate::kernel::cursor::Cursor;

    fn listed(rows: usize) -> Listed {
        let row = DutyView::for_reader(fields::row(), Sight::Own);
        let next = (rows > 0).then_some(Cursor { at: row.started_at, id: row.id.0 });
        let sum = Sum {
            week_start: row.week_start,
            type_id: id(1),
            category: Some(id(11)),
            minutes: 690,
            once: 600,
            duties: 1,
        };
        let sums = if rows > 0 { vec![sum] } else { Vec::new() };
        let marks = [(row.id, Marks { late: true, sheet: Some(SheetState::Approved), since: Since::Added })].into();
        Listed { page: Page { rows: vec![row; rows], next }, marks, sums, kinds: kinds(), units: units() }
    }

    fn drawn() -> Option<Markup> {
        let totals = Totals::of(&listed(1).sums, None, &kinds());
        sums::chart(crate::views::testing::views(), &totals, "Hours by week and type").expect("a chart")
    }

    pub(super) fn samples() -> Vec<ListPage> {
        let today = jiff::civil::date(2026, 11, 22);
        let (none, weeks) = (Filter::default(), last_weeks(today));
        let query = ListQuery {
            from: "2026-11-01".to_owned(),
            to: "soon".to_owned(),
            kind: id(11).to_string(),
            incident: "0455<".to_owned(),
            after: "x".to_owned(),
        };
        let mut errors = FormErrors::new();
        let filter = query.filter(&mut errors);
        vec![
            build(&ListQuery::default(), &none, &weeks, &listed(3), drawn(), FormErrors::new()),
            build(&query, &filter, &filter, &listed(3), drawn(), errors),
            build(&query, &filter, &filter, &listed(0), None, FormErrors::new()),
            build(&ListQuery::default(), &none, &weeks, &listed(0), None, FormErrors::new()),
        ]
    }

    #[test]
    fn the_list_stands_full_filtered_and_empty() {
        crate::views::testing::check::<ListPage>();
    }

    #[test]
    fn four_weeks_are_this_one_and_the_three_before() {
        let weeks = last_weeks(jiff::civil::date(2026, 11, 22));
        assert_eq!(weeks.from, Some(jiff::civil::date(2026, 10, 26)));
    }
}
