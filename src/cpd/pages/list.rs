//! My CPD: the list with its filter, what an audit would say, what the types add up to.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::civil::Date;
use serde::Serialize;

use super::query::{ListQuery, PageLink, Tabs, after, place};
use crate::cpd::model::{EntryRow, Filter, Kind};
use crate::cpd::paper::days;
use crate::cpd::review_rules::Review;
use crate::cpd::rules::in_hours;
use crate::cpd::service::{self, Listed, Marks};
use crate::cpd::standards;
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

/// Entries on one page.
const PER_PAGE: u16 = 20;

#[derive(Debug, Clone, Serialize)]
struct Link {
    href: String,
    text: String,
}

/// A word beside an entry.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tag {
    text: &'static str,
    colour: &'static str,
}

/// One entry in a list.
#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    title: String,
    when: String,
    machine: String,
    kind: &'static str,
    hours: Option<String>,
    tags: Vec<Tag>,
}

#[derive(Debug, Clone, Serialize)]
struct SumRow {
    kind: &'static str,
    entries: String,
    hours: String,
    href: String,
}

#[derive(Debug, Clone, Serialize)]
struct RuleRow {
    what: String,
    value: String,
    source: String,
    confirmed: bool,
}

#[derive(Debug, Clone, Serialize)]
struct FilterForm {
    from: Field,
    to: Field,
    kind: Field,
    standard: Field,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    tabs: Tabs,
    count: String,
    period: String,
    registrant: bool,
    warnings: Vec<String>,
    rules: Vec<RuleRow>,
    sums: Vec<SumRow>,
    filtered: bool,
    filter: FilterForm,
    chips: Vec<Link>,
    rows: Vec<Row>,
    previous: Option<PageLink>,
    next: Option<PageLink>,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "cpd/list";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "My CPD".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let today = jiff::civil::date(2026, 11, 22);
        let listed = Listed {
            page: crate::cpd::model::Page { rows: Vec::new(), next: None },
            review: crate::cpd::review_rules::review(&[], None, today),
            registrant: true,
            waiting: 0,
        };
        build(&ListQuery::default(), &Filter::default(), &listed, Tabs::sample("record"), FormErrors::new())
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
    let today = civil::local(ask.clock().now()).date();
    let listed =
        service::list(&ask.site().db, ask.caller(), filter.clone(), after(&query.after)?, PER_PAGE, today).await?;
    let tabs = Tabs::new("record", ask.caller(), listed.waiting);
    ask.page(&build(&query, &filter, &listed, tabs, errors))
}

fn build(query: &ListQuery, filter: &Filter, listed: &Listed, tabs: Tabs, errors: FormErrors) -> ListPage {
    let review = &listed.review;
    let entries = review.sums.iter().map(|sum| sum.entries).sum();
    let next = listed.page.next.map(|at| PageLink::new(query.address(&[("after", &place(at))]), "Earlier entries"));
    let previous = (!query.after.is_empty()).then(|| PageLink::new(query.address(&[]), "Latest entries"));
    ListPage {
        tabs,
        count: format!("{} since {}", format::count(entries, "entry", "entries"), format::short_date(review.from)),
        period: format!("{} to {}", format::short_date(review.from), format::short_date(review.to)),
        registrant: listed.registrant,
        warnings: if listed.registrant {
            review.warnings.iter().map(|warning| warning.text()).collect()
        } else {
            Vec::new()
        },
        rules: rules(review.to),
        sums: sums(review),
        filtered: *filter != Filter::default() || !errors.is_empty(),
        filter: filter_form(query, &errors),
        chips: chips(query, filter),
        rows: listed.page.rows.iter().map(|(row, marks)| self::row(row, *marks)).collect(),
        previous,
        next,
        errors,
    }
}

fn row(row: &EntryRow, marks: Marks) -> Row {
    Row {
        href: format!("/cpd/{}", row.id),
        title: row.draft.title.clone(),
        when: days(row),
        machine: row.draft.happened_on().to_string(),
        kind: row.draft.kind.title(),
        hours: row.draft.minutes.map(in_hours),
        tags: tags(row, marks),
    }
}

/// What an entry's marks say.
pub(super) fn tags(row: &EntryRow, marks: Marks) -> Vec<Tag> {
    let tag = |on: bool, text, colour| on.then_some(Tag { text, colour });
    [
        tag(marks.confirmed, "Confirmed", "govuk-tag--green"),
        tag(marks.confirmed_before, "Changed since it was confirmed", "govuk-tag--yellow"),
        tag(marks.asked, "Waiting for an answer", "govuk-tag--blue"),
        tag(marks.files > 0, "Evidence", "govuk-tag--teal"),
        tag(row.draft.reflection.is_none(), "No reflection", "govuk-tag--yellow"),
        tag(row.shared, "Shared", "govuk-tag--grey"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sums(review: &Review) -> Vec<SumRow> {
    let from = review.from.to_string();
    let row = |sum: &crate::cpd::review_rules::KindSum| SumRow {
        kind: sum.kind.title(),
        entries: format::number(sum.entries),
        hours: if sum.minutes == 0 { "not said".to_owned() } else { format::minutes(sum.minutes) },
        href: super::query::address("/cpd", &[("from", &from), ("kind", sum.kind.as_str())]),
    };
    review.sums.iter().map(row).collect()
}

/// The figures that the warnings stand on, and where each is from.
fn rules(day: Date) -> Vec<RuleRow> {
    let rules = standards::of(day);
    let row = |what: &str, value: String, source: &str, confirmed: bool| RuleRow {
        what: what.to_owned(),
        value,
        source: source.to_owned(),
        confirmed,
    };
    let (window, kinds, gap, hours, audit) =
        (&rules.window_months, &rules.least_kinds, &rules.gap_months, &rules.hours, &rules.audit);
    let mut rows = vec![
        row("An audit looks back", format!("{} months", window.value), window.source, window.confirmed),
        row("Types of activity, at least", kinds.value.to_string(), kinds.source, kinds.confirmed),
        row("A gap is longer than", format!("{} months", gap.value), gap.source, gap.confirmed),
        row(
            "Hours to reach",
            hours.value.map_or_else(|| "none".to_owned(), |hours| hours.to_string()),
            hours.source,
            hours.confirmed,
        ),
        row("Who is audited", audit.value.to_owned(), audit.source, audit.confirmed),
    ];
    let standards = (1..).zip(&rules.standards);
    rows.extend(standards.map(|(number, standard)| {
        row(&format!("Standard {number}"), standard.value.to_owned(), standard.source, standard.confirmed)
    }));
    rows
}

fn filter_form(query: &ListQuery, errors: &FormErrors) -> FilterForm {
    let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(errors);
    let all = || std::iter::once(Choice::new("", "All"));
    let kinds = Kind::ALL.map(|kind| Choice::new(kind.as_str(), kind.title()));
    let standards = (1..=5).map(|number: u8| Choice::new(number.to_string(), format!("Standard {number}")));
    FilterForm {
        from: field("from", "From", &query.from),
        to: field("to", "To", &query.to),
        kind: Field::new("kind", "Type").choices(all().chain(kinds)).choose([&query.kind]),
        standard: Field::new("standard", "Said to meet").choices(all().chain(standards)).choose([&query.standard]),
    }
}

fn chips(query: &ListQuery, filter: &Filter) -> Vec<Link> {
    let chip = |name: &str, text: String| Link { href: query.address(&[(name, "")]), text };
    let mut chips = Vec::new();
    chips.extend(filter.from.map(|from| chip("from", format!("From {}", format::short_date(from)))));
    chips.extend(filter.to.map(|to| chip("to", format!("To {}", format::short_date(to)))));
    chips.extend(filter.kind.map(|kind| chip("kind", kind.title().to_owned())));
    chips.extend(filter.standard.map(|number| chip("standard", format!("Standard {number}"))));
    chips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::model::Page;
    use crate::cpd::paper::samples;
    use crate::cpd::review_rules::{self, Seen};

    fn listed(rows: usize) -> Listed {
        let row = samples::row();
        let marks = Marks { files: 1, confirmed: false, confirmed_before: true, asked: true };
        let seen = Seen {
            kind: row.draft.kind,
            started_on: row.draft.started_on,
            happened_on: row.draft.happened_on(),
            minutes: row.draft.minutes,
            standards: crate::cpd::model::Standards::default(),
            reflected: false,
        };
        let next = (rows > 0).then_some((row.draft.happened_on(), row.id.0));
        let today = jiff::civil::date(2026, 11, 22);
        Listed {
            page: Page { rows: vec![(row, marks); rows], next },
            review: review_rules::review(&vec![seen; rows], None, today),
            registrant: true,
            waiting: rows,
        }
    }

    pub(super) fn samples() -> Vec<ListPage> {
        let query = ListQuery {
            from: "2026-01-01".to_owned(),
            to: "soon".to_owned(),
            kind: "formal".to_owned(),
            standard: "4".to_owned(),
            after: "x".to_owned(),
        };
        let mut errors = FormErrors::new();
        let filter = query.filter(&mut errors);
        let none = Filter::default();
        let tabs = || Tabs::sample("record");
        let off = Listed { registrant: false, ..listed(1) };
        vec![
            build(&ListQuery::default(), &none, &listed(2), tabs(), FormErrors::new()),
            build(&query, &filter, &listed(2), tabs(), errors),
            build(&query, &filter, &listed(0), tabs(), FormErrors::new()),
            build(&ListQuery::default(), &none, &listed(0), tabs(), FormErrors::new()),
            build(&ListQuery::default(), &none, &off, tabs(), FormErrors::new()),
        ]
    }

    #[test]
    fn the_list_stands_full_filtered_and_empty() {
        crate::views::testing::check::<ListPage>();
    }

    #[test]
    fn whoever_is_not_on_the_register_is_not_warned() {
        assert!(!samples()[0].warnings.is_empty());
        assert_eq!(samples()[4].warnings, Vec::<String>::new());
    }
}
