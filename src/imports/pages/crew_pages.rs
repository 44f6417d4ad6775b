//! What the pages of crews show.

use std::borrow::Cow;

use serde::Serialize;

use crate::imports::crews::{Assignment, Typed};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    call_sign: String,
    name: String,
    job_role: String,
    from: String,
    to: String,
}

#[derive(Debug, Clone, Serialize)]
struct Link {
    href: String,
}

/// The fields of an assignment.
#[derive(Debug, Clone, Serialize)]
struct Fields {
    job_role: Field,
    from: Field,
    to: Field,
}

impl Fields {
    fn new(typed: &Typed, errors: &FormErrors) -> Self {
        Self {
            job_role: Field::new("job_role", "Role on the vehicle (optional)")
                .value(typed.job_role.as_str())
                .errors(errors),
            from: Field::new("from", "First day").value(typed.from.as_str()).errors(errors),
            to: Field::new("to", "Last day (optional)")
                .hint("Leave it empty while it goes on")
                .value(typed.to.as_str())
                .errors(errors),
        }
    }
}

/// Crews, and the form to add to them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CrewsPage {
    filter: Field,
    filtered: bool,
    rows: Vec<Row>,
    next: Option<Link>,
    call_sign: Field,
    person: Field,
    fields: Fields,
    #[serde(skip)]
    errors: FormErrors,
}

impl CrewsPage {
    /// The list, filtered by `call_sign` unless it is empty, with the form as it was typed.
    pub(super) fn new(
        call_sign: &str,
        found: &[Assignment],
        next: Option<String>,
        typed: &Typed,
        errors: FormErrors,
    ) -> Self {
        let row = |one: &Assignment| Row {
            href: format!("/crews/{}", one.id),
            call_sign: one.call_sign.clone(),
            name: one.name.clone(),
            job_role: one.job_role.clone().unwrap_or_else(|| "Not given".to_owned()),
            from: format::short_date(one.from),
            to: one.to.map_or_else(|| "Goes on".to_owned(), format::short_date),
        };
        Self {
            filter: Field::new("call_sign", "Call sign").id("filter-call-sign").value(call_sign),
            filtered: !call_sign.is_empty(),
            rows: found.iter().map(row).collect(),
            next: next.map(|href| Link { href }),
            call_sign: Field::new("call_sign", "Call sign").value(typed.call_sign.as_str()).errors(&errors),
            person: Field::new("person", "Person")
                .hint("Employee number or e-mail address")
                .value(typed.person.as_str())
                .errors(&errors),
            fields: Fields::new(typed, &errors),
            errors,
        }
    }
}

impl PageContext for CrewsPage {
    const TEMPLATE: &'static str = "crews/list";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        "Crews".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Imports", "/imports")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut page = Self::new("", &[], Some("/crews?after=a".to_owned()), &Typed::default(), FormErrors::new());
        page.rows = vec![example()];
        page
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("call_sign", "Enter a call sign, such as H271");
        errors.add("person", "Enter the employee number or e-mail address of somebody who works here");
        errors.add("from", "Enter the first day, such as 22/11/2026");
        let again = Self::new("H271", &[], None, &Typed::default(), errors);
        let empty = Self::new("", &[], None, &Typed::default(), FormErrors::new());
        vec![Self::sample(), again, empty]
    }
}

fn example() -> Row {
    Row {
        href: "/crews/1".to_owned(),
        call_sign: "H271".to_owned(),
        name: "Jo Marsh".to_owned(),
        job_role: "Driver".to_owned(),
        from: "1 Nov 2026".to_owned(),
        to: "Goes on".to_owned(),
    }
}

/// One assignment, to be changed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CrewPage {
    id: String,
    #[serde(skip)]
    what: String,
    fields: Fields,
    #[serde(skip)]
    errors: FormErrors,
}

impl CrewPage {
    /// The form of `one`, as it was typed.
    pub(super) fn new(one: &Assignment, typed: &Typed, errors: FormErrors) -> Self {
        let what = format!("{} on {}", one.name, one.call_sign);
        Self { id: one.id.to_string(), what, fields: Fields::new(typed, &errors), errors }
    }
}

impl PageContext for CrewPage {
    const TEMPLATE: &'static str = "crews/form";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.what)
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Imports", "/imports"), Crumb::new("Crews", "/crews")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        let fields = Fields::new(&Typed { from: "2026-11-01".to_owned(), ..Typed::default() }, &errors);
        Self { id: "1".to_owned(), what: "Jo Marsh on H271".to_owned(), fields, errors }
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("to", "The last day must not be before the first");
        let fields = Fields::new(&Typed::default(), &errors);
        vec![Self::sample(), Self { fields, errors, ..Self::sample() }]
    }
}

/// Whether an assignment shall be removed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RemovePage {
    id: String,
    what: String,
}

impl RemovePage {
    /// The question about `one`.
    pub(super) fn new(one: &Assignment) -> Self {
        Self { id: one.id.to_string(), what: format!("{} on {}", one.name, one.call_sign) }
    }
}

impl PageContext for RemovePage {
    const TEMPLATE: &'static str = "crews/remove";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        "Remove this assignment?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Crews", "/crews"), Crumb::new(self.what.clone(), format!("/crews/{}", self.id))]
    }

    fn sample() -> Self {
        Self { id: "1".to_owned(), what: "Jo Marsh on H271".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<super::CrewsPage>();
        check::<super::CrewPage>();
        check::<super::RemovePage>();
    }
}
