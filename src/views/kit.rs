//! The two pages that slices copy from, with their samples. Part of the tests: no route leads to them.

use std::borrow::Cow;

use serde::Serialize;

use super::form::FieldError;
use super::testing::check;
use super::{Choice, Crumb, DateField, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct Link {
    href: &'static str,
    text: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: &'static str,
    start: &'static str,
    when: &'static str,
    what: &'static str,
    detail: Option<&'static str>,
    unit: &'static str,
    hours: &'static str,
    state: &'static str,
    state_colour: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct Filter {
    from: Field,
    to: Field,
    category: Field,
}

#[derive(Debug, Clone, Serialize)]
struct List {
    count: &'static str,
    order_in_words: &'static str,
    filtered: bool,
    filter: Filter,
    chips: Vec<Link>,
    rows: Vec<Row>,
    previous: Option<Link>,
    next: Option<Link>,
}

impl PageContext for List {
    const TEMPLATE: &'static str = "_kit/list";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed("My duties")
    }

    fn sample() -> Self {
        let row = |when, what, detail, hours, state, state_colour| Row {
            href: "/duties/1",
            start: "2026-11-21T07:00:00Z",
            when,
            what,
            detail,
            unit: "Hillside, Blue watch",
            hours,
            state,
            state_colour,
        };
        Self {
            count: "1,204 duties, 38 h 30 min this week",
            order_in_words: "the latest first",
            filtered: true,
            filter: Filter {
                from: Field::new("from", "From").value("2026-11-01"),
                to: Field::new("to", "To").value("2026-11-22"),
                category: Field::new("category", "Category")
                    .choices([
                        Choice::new("", "All"),
                        Choice::new("incident", "Incident"),
                        Choice::new("drill", "Drill"),
                    ])
                    .choose(["incident"]),
            },
            chips: vec![
                Link { href: "/duties?category=incident", text: Some("1 to 22 November 2026") },
                Link { href: "/duties?from=2026-11-01", text: Some("Incident") },
            ],
            rows: vec![
                row(
                    "Sat 21 Nov 2026, 07:00",
                    "Whole shift",
                    Some("Call sign N12P1, driver"),
                    "12 h",
                    "Approved",
                    Some("govuk-tag--green"),
                ),
                row(
                    "Fri 20 Nov 2026, 02:10",
                    "Incident 045512-20112026: dwelling fire",
                    Some("Breathing apparatus"),
                    "3 h 25 min",
                    "Waiting",
                    Some("govuk-tag--yellow"),
                ),
                row("Thu 19 Nov 2026, 19:00", "Drill", None, "2 h", "Draft", Some("govuk-tag--grey")),
                row(
                    "Wed 18 Nov 2026, 09:30",
                    "Home fire safety visit",
                    Some("4 households"),
                    "4 h",
                    "Returned",
                    Some("govuk-tag--red"),
                ),
                row("Tue 17 Nov 2026, 07:00", "Whole shift", None, "12 h", "Imported", None),
            ],
            previous: Some(Link { href: "/duties?before=b", text: Some("Later duties") }),
            next: Some(Link { href: "/duties?after=a", text: Some("Earlier duties") }),
        }
    }

    fn samples() -> Vec<Self> {
        let full = Self::sample();
        let nothing_found = Self { rows: vec![], previous: None, next: None, ..full.clone() };
        let nothing_yet = Self { chips: vec![], filtered: false, ..nothing_found.clone() };
        vec![full, nothing_found, nothing_yet]
    }
}

#[derive(Debug, Clone, Serialize)]
struct Form {
    start: Field,
    end: Field,
    kind: Field,
    unit: Field,
    roles: Field,
    qualified: DateField,
    breaks: Field,
    email: Field,
    password: Field,
    note: Field,
    private_note: Field,
    photo: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl Form {
    fn with(errors: FormErrors) -> Self {
        let kinds = [
            Choice::new("shift", "Whole shift").hint("From parade to parade"),
            Choice::new("incident", "Incident"),
            Choice::new("training", "Training"),
        ];
        let units =
            [Choice::new("", "Choose a unit"), Choice::new("1", "Hillside, Blue watch"), Choice::new("2", "Harbour")];
        let roles = [
            Choice::new("driver", "Driver"),
            Choice::new("oic", "In charge"),
            Choice::new("ba", "Breathing apparatus"),
        ];
        Self {
            start: Field::new("start", "When did it start?").value("07:00").errors(&errors),
            end: Field::new("end", "When did it end?").value("06:00").errors(&errors),
            kind: Field::new("kind", "What was it?").choices(kinds).choose(["shift"]).errors(&errors),
            unit: Field::new("unit", "Unit").choices(units).errors(&errors),
            roles: Field::new("roles", "Your roles")
                .hint("Choose all that apply")
                .choices(roles)
                .choose(["ba"])
                .errors(&errors),
            qualified: DateField::new("qualified", "When did you qualify?", ["31", "2", "2020"])
                .hint("For example, 27 3 2019")
                .errors(&errors),
            breaks: Field::new("breaks", "Breaks").value("30").errors(&errors),
            email: Field::new("email", "E-mail address").value("jo@example.org").errors(&errors),
            password: Field::new("password", "Password").errors(&errors),
            note: Field::new("note", "Note")
                .hint("Your manager can read this")
                .value("<b>Hose</b> & \"ladder\"")
                .errors(&errors),
            private_note: Field::new("private_note", "Private note").hint("Only you can read this").errors(&errors),
            photo: Field::new("photo", "Photo (optional)").errors(&errors),
            errors,
        }
    }
}

impl PageContext for Form {
    const TEMPLATE: &'static str = "_kit/form";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed("Log a duty")
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My duties", "/duties")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::with(FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("end", "The end must be after the start, 21 November 2026 at 07:00");
        errors.add("kind", "Choose what it was");
        errors.add("unit", "Choose a unit");
        errors.add("roles", "Choose at least one role");
        errors.add("qualified-day", "February 2020 has 29 days");
        errors.add("breaks", "Breaks must be a number of minutes, like 30");
        errors.add("email", "Enter an e-mail address, like name@example.org");
        errors.add("password", "Enter your password");
        errors.add("note", "Shorten the note to 2,000 characters");
        errors.add("private_note", "Shorten the private note to 500 characters");
        errors.add("photo", "Choose a photo smaller than 10 MB");
        vec![Self::sample(), Self::with(errors)]
    }
}

#[test]
fn the_list_renders_full_filtered_to_nothing_and_empty() {
    check::<List>();
}

#[test]
fn the_form_renders_fresh_and_with_every_error() {
    check::<Form>();
}

#[test]
fn what_was_typed_comes_back_escaped_and_the_title_says_error() {
    let samples = Form::samples();
    let html = super::testing::views().page(&super::Layout::sample(), &samples[1]).expect("page");
    assert!(html.contains("<title>Error: Log a duty – My duties – Watchroom</title>"), "{html}");
    assert!(html.contains("&lt;b&gt;Hose&lt;/b&gt; &amp; &quot;ladder&quot;"));
    assert!(html.contains(r##"<a href="#qualified-day">February 2020 has 29 days</a>"##));
    assert_eq!(html.matches("govuk-error-message").count(), samples[1].errors.as_slice().len());
}
