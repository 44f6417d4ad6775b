//! Who works which pattern: the list, assigning a person or a unit, ending.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Line, id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, RotaAssignmentId, UnitId};
use crate::rota::error::RotaError;
use crate::rota::model::{Assignment, Pattern};
use crate::rota::policy::Whom;
use crate::rota::service::{self, Overview, TypedAssign, TypedEnd};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    who: String,
    unit: String,
    pattern: String,
    days: String,
    end: String,
}

#[derive(Debug, Clone, Serialize)]
struct Named {
    href: String,
    name: String,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    rows: Vec<Row>,
    units: Vec<Named>,
    search: Field,
    searched: bool,
    found: Vec<Named>,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "rota/assignments";
    const SECTION: &'static str = "rota";

    fn title(&self) -> Cow<'_, str> {
        "Rota".into()
    }

    fn sample() -> Self {
        let (rows, units, found) = (Vec::new(), Vec::new(), Vec::new());
        Self { rows, units, search: Field::new("q", "Name"), searched: false, found }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let named = || vec![Named { href: "/rota/people/1".to_owned(), name: "Jo Marsh".to_owned() }];
        let row = Row {
            who: "Everybody".to_owned(),
            unit: "Hillside".to_owned(),
            pattern: "2-2-4".to_owned(),
            days: "From 23 Nov 2026".to_owned(),
            end: "/rota/assignments/1/end".to_owned(),
        };
        let full = Self { rows: vec![row], units: named(), found: named(), searched: true, ..Self::sample() };
        vec![Self::sample(), Self { searched: true, ..Self::sample() }, full]
    }
}

/// Lists them.
pub(super) async fn list(ask: Ask, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let search = query.into_inner().q;
    let overview = service::overview(&ask.site().db, ask.caller(), search.clone(), ask.clock().now()).await?;
    ask.page(&build(&overview, &search))
}

fn days(assignment: &Assignment) -> String {
    match assignment.until {
        None => format!("From {}", format::short_date(assignment.from)),
        Some(until) => format!("{} to {}", format::short_date(assignment.from), format::short_date(until)),
    }
}

fn build(overview: &Overview, search: &str) -> ListPage {
    let pattern = |assignment: &Assignment| {
        let found = overview.patterns.iter().find(|pattern| pattern.id == assignment.pattern);
        found.map_or_else(String::new, |pattern| pattern.name.clone())
    };
    let row = |(assignment, name): &(Assignment, Option<String>)| Row {
        who: name.clone().unwrap_or_else(|| "Everybody".to_owned()),
        unit: overview.units.label(assignment.unit),
        pattern: pattern(assignment),
        days: days(assignment),
        end: format!("/rota/assignments/{}/end", assignment.id),
    };
    let unit = |unit: &UnitId| Named { href: format!("/rota/units/{unit}"), name: overview.units.label(*unit) };
    let found = overview.found.iter();
    ListPage {
        rows: overview.assignments.iter().map(row).collect(),
        units: overview.offered.iter().map(unit).collect(),
        search: Field::new("q", "Name").hint("The beginning of the first or last name").value(search),
        searched: !search.trim().is_empty(),
        found: found.map(|one| Named { href: format!("/rota/people/{}", one.id), name: one.name.clone() }).collect(),
    }
}

#[derive(Debug, Clone, Serialize)]
struct AssignPage {
    #[serde(skip)]
    who: String,
    action: String,
    /// Where the person's contract is set.
    contract: Option<String>,
    pattern: Option<Field>,
    from_on: Field,
    until_on: Field,
    cycle_day: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl AssignPage {
    fn new(whom: Whom, who: String, patterns: &[Pattern], typed: &TypedAssign, errors: FormErrors) -> Self {
        let choices = patterns.iter().map(|one| {
            let cycle = format::count(one.cycle_days.into(), "day", "days");
            Choice::new(one.id.to_string(), format!("{} ({cycle})", one.name))
        });
        let choices = std::iter::once(Choice::new("", "Choose one")).chain(choices);
        let pattern = (!patterns.is_empty())
            .then(|| Field::new("pattern", "Pattern").choices(choices).choose([&typed.pattern]).errors(&errors));
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let action = address(whom);
        Self {
            who,
            contract: match whom {
                Whom::Person(_) => Some(format!("{action}/on-call")),
                Whom::Unit(_) => None,
            },
            action,
            pattern,
            from_on: field("from_on", "First day", &typed.from_on),
            until_on: field("until_on", "Last day (optional)", &typed.until_on).hint("Empty: until further notice"),
            cycle_day: field("cycle_day", "Which day of the cycle is the first day?", &typed.cycle_day)
                .hint("1 if it begins with the cycle; in 2-2-4, 3 if it begins with the first night"),
            errors,
        }
    }
}

impl PageContext for AssignPage {
    const TEMPLATE: &'static str = "rota/assign";
    const SECTION: &'static str = "rota";

    fn title(&self) -> Cow<'_, str> {
        format!("Assign {} to a pattern", self.who).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Rota", "/rota")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let whom = Whom::Unit(UnitId::NIL);
        Self::new(whom, "Hillside".to_owned(), &[], &TypedAssign::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["pattern", "from_on", "until_on", "cycle_day"] {
            errors.add(field, "Correct it");
        }
        let id = crate::kernel::ids::DutyPatternId::NIL;
        let pattern = Pattern { id, name: "2-2-4".to_owned(), cycle_days: 8, retired: false };
        let whom = Whom::Person(PersonId::NIL);
        vec![Self::sample(), Self::new(whom, "Jo Marsh".to_owned(), &[pattern], &TypedAssign::default(), errors)]
    }
}

fn address(whom: Whom) -> String {
    match whom {
        Whom::Person(person) => format!("/rota/people/{person}"),
        Whom::Unit(unit) => format!("/rota/units/{unit}"),
    }
}

/// Shows the form for a unit.
pub(super) async fn unit_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    form(&ask, Whom::Unit(id(&path, UnitId)?)).await
}

/// Shows the form for a person.
pub(super) async fn person_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    form(&ask, Whom::Person(id(&path, PersonId)?)).await
}

async fn form(ask: &Ask, whom: Whom) -> Result<HttpResponse, Failure> {
    let (who, patterns) = service::to_assign(&ask.site().db, ask.caller(), whom).await?;
    let typed = TypedAssign {
        from_on: civil::local(ask.clock().now()).date().to_string(),
        cycle_day: "1".to_owned(),
        ..TypedAssign::default()
    };
    ask.page(&AssignPage::new(whom, who, &patterns, &typed, FormErrors::new()))
}

/// Assigns a unit.
pub(super) async fn unit_submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedAssign>,
) -> Result<HttpResponse, Failure> {
    submit(&ask, Whom::Unit(id(&path, UnitId)?), typed).await
}

/// Assigns a person.
pub(super) async fn person_submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedAssign>,
) -> Result<HttpResponse, Failure> {
    submit(&ask, Whom::Person(id(&path, PersonId)?), typed).await
}

async fn submit(ask: &Ask, whom: Whom, typed: TypedAssign) -> Result<HttpResponse, Failure> {
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::assign(db, caller, whom, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/rota", FlashKind::Success, "Assigned.")),
        Err(RotaError::Invalid(errors)) => {
            let (who, patterns) = service::to_assign(db, caller, whom).await?;
            ask.page_again(&AssignPage::new(whom, who, &patterns, &typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Clone, Serialize)]
struct EndPage {
    action: String,
    lines: Vec<Line>,
    last: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl EndPage {
    fn new(assignment: &Assignment, who: &str, pattern: &str, last: &str, errors: FormErrors) -> Self {
        Self {
            action: format!("/rota/assignments/{}/end", assignment.id),
            lines: vec![Line::new("Who", who), Line::new("Pattern", pattern), Line::new("Days", days(assignment))],
            last: Field::new("last", "Last day")
                .hint("The day before it began takes it back as if it never counted")
                .value(last)
                .errors(&errors),
            errors,
        }
    }
}

impl PageContext for EndPage {
    const TEMPLATE: &'static str = "rota/end";
    const SECTION: &'static str = "rota";

    fn title(&self) -> Cow<'_, str> {
        "When does it end?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Rota", "/rota")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let from = jiff::civil::date(2026, 11, 23);
        let assignment = Assignment {
            id: RotaAssignmentId::NIL,
            pattern: crate::kernel::ids::DutyPatternId::NIL,
            person: None,
            unit: UnitId::NIL,
            anchor: from,
            from,
            until: None,
        };
        Self::new(&assignment, "Hillside", "2-2-4", "2026-12-01", FormErrors::new())
    }
}

/// Asks when it ends.
pub(super) async fn end_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let (assignment, who, pattern) =
        service::to_end(&ask.site().db, ask.caller(), id(&path, RotaAssignmentId)?).await?;
    let last = today(ask.clock().now());
    ask.page(&EndPage::new(&assignment, &who, &pattern, &last, FormErrors::new()))
}

fn today(now: Timestamp) -> String {
    civil::local(now).date().to_string()
}

/// Ends it, or says what is wrong.
pub(super) async fn end_submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedEnd>,
) -> Result<HttpResponse, Failure> {
    let assignment = id(&path, RotaAssignmentId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    match service::end(db, caller, assignment, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/rota", FlashKind::Success, "Saved. What was logged stays.")),
        Err(RotaError::Invalid(errors)) => {
            let (assignment, who, pattern) = service::to_end(db, caller, assignment).await?;
            ask.page_again(&EndPage::new(&assignment, &who, &pattern, &typed.last, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::ListPage>();
        crate::views::testing::check::<super::AssignPage>();
        crate::views::testing::check::<super::EndPage>();
    }
}
