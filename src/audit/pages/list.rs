//! A log as a list: the whole trail for auditors, and the security log.

use std::borrow::Cow;

use serde::Serialize;

use super::rows::Row;
use super::typed::{Chip, Typed};
use crate::audit::deeds::{Kind, codes, words};
use crate::audit::log::Log;
use crate::audit::trail::Found;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Serialize)]
struct Filters {
    from: Field,
    to: Field,
    action: Field,
    kind: Field,
    person: Field,
    part: Field,
    object: Field,
}

#[derive(Debug, Serialize)]
struct PageLink {
    href: String,
}

/// The page of the trail.
#[derive(Debug, Serialize)]
pub(super) struct TrailPage {
    filter: Filters,
    typed: Typed,
    /// The address of the list without filters.
    home: &'static str,
    /// What will stand here, while nothing does.
    nothing_yet: &'static str,
    filtered: bool,
    /// Nothing was searched for: something typed has to be put right first.
    wrong: bool,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    next: Option<PageLink>,
    first: Option<PageLink>,
    may_export: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl TrailPage {
    pub(super) fn of(typed: &Typed, found: Found) -> Self {
        let rows = found.rows.iter().map(|row| Row::of(typed, row, &found.names)).collect();
        let next = found.next.map(|after| PageLink {
            href: typed.href(|typed| typed.after = format!("{}.{}", after.at.as_microsecond(), after.id)),
        });
        let first = (!typed.after.is_empty()).then(|| PageLink { href: typed.href(|_| {}) });
        let chips = typed.chips(&found.names);
        Self { rows, next, first, chips, ..Self::empty(typed, found.actions, FormErrors::new()) }
    }

    /// The same page without the button, for those who read the log and do not take it away.
    pub(super) fn without_export(self) -> Self {
        Self { may_export: false, ..self }
    }

    /// The filters again, with what is wrong beside them.
    pub(super) fn wrong(typed: &Typed, errors: FormErrors) -> Self {
        Self::empty(typed, codes().map(str::to_owned).collect(), errors)
    }

    fn empty(typed: &Typed, actions: Vec<String>, errors: FormErrors) -> Self {
        Self {
            filter: filters(typed, actions, &errors),
            chips: typed.chips(&[]),
            home: typed.log.home(),
            nothing_yet: match typed.log {
                Log::Trail => "Everything that people do in Watchroom appears here, the newest first.",
                Log::Security => "Sign-ins, roles, tokens and changes of configuration appear here, the newest first.",
            },
            filtered: typed.filtered(),
            wrong: !errors.is_empty(),
            typed: typed.clone(),
            rows: Vec::new(),
            next: None,
            first: None,
            may_export: true,
            errors,
        }
    }

    fn full(typed: &Typed) -> Self {
        let link = || Some(PageLink { href: typed.href(|typed| typed.after = "1.2".to_owned()) });
        let actions = vec!["duty.edit".to_owned(), "duty.log".to_owned()];
        let page = Self::empty(typed, actions, FormErrors::new());
        Self { rows: Row::samples(typed.log), next: link(), first: link(), ..page }
    }

    /// Full, empty, and with everything typed wrongly.
    fn examples(log: Log) -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("from", "Enter a date, such as 22 11 2026");
        errors.add("person", "More than one person has this name: enter the employee number");
        let typed = Typed { from: "yesterday".to_owned(), person: "Jo Marsh".to_owned(), ..Typed::default() };
        let used = Typed { action: "duty.edit".to_owned(), kind: "roles".to_owned(), ..Typed::default() };
        vec![
            Self::full(&used.of(log)),
            Self::empty(&Typed::default().of(log), Vec::new(), FormErrors::new()),
            Self::wrong(&typed.of(log), errors),
        ]
    }
}

fn filters(typed: &Typed, mut actions: Vec<String>, errors: &FormErrors) -> Filters {
    if !typed.action.is_empty() && !actions.contains(&typed.action) {
        actions.push(typed.action.clone());
    }
    // In the order of their words, which is what is looked for.
    actions.sort_by(|a, b| words(a).cmp(words(b)));
    let anything = |name| std::iter::once(Choice::new("", name));
    let actions = anything("Anything").chain(actions.iter().map(|action| Choice::new(action.as_str(), words(action))));
    let kinds = anything("All kinds").chain(Kind::ALL.map(|kind| Choice::new(kind.slug(), kind.title())));
    let parts = [Choice::new("did", "who did it"), Choice::new("about", "whose record it was")];
    let part = if typed.means_subject() { "about" } else { "did" };
    Filters {
        from: Field::new("from", "From").value(&typed.from).errors(errors),
        to: Field::new("to", "To").value(&typed.to).errors(errors),
        action: Field::new("action", "What was done").choices(actions).choose([&typed.action]),
        kind: Field::new("kind", "Kind").choices(kinds).choose([&typed.kind]).errors(errors),
        person: Field::new("person", "Person")
            .hint("Whole name or employee number")
            .value(&typed.person)
            .errors(errors),
        part: Field::new("part", "The person is").choices(parts).choose([part]),
        object: Field::new("object", "Record").hint("The id of a record").value(&typed.object),
    }
}

impl PageContext for TrailPage {
    const TEMPLATE: &'static str = "audit/list";
    const SECTION: &'static str = "audit";

    fn title(&self) -> Cow<'_, str> {
        "Audit trail".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::full(&Typed { action: "duty.edit".to_owned(), ..Typed::default() })
    }

    fn samples() -> Vec<Self> {
        Self::examples(Log::Trail)
    }
}

/// The page of the security log.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct SecurityPage(TrailPage);

impl From<TrailPage> for SecurityPage {
    fn from(page: TrailPage) -> Self {
        Self(page)
    }
}

impl PageContext for SecurityPage {
    const TEMPLATE: &'static str = "audit/security";
    const SECTION: &'static str = "security";

    fn title(&self) -> Cow<'_, str> {
        "Security log".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Security overview", "/security")]
    }

    fn errors(&self) -> &[FieldError] {
        self.0.errors()
    }

    fn sample() -> Self {
        Self(TrailPage::full(&Typed::default().of(Log::Security)))
    }

    fn samples() -> Vec<Self> {
        TrailPage::examples(Log::Security).into_iter().map(Self).collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_the_trail_stands() {
        crate::views::testing::check::<super::TrailPage>();
    }

    #[test]
    fn the_page_of_the_security_log_stands() {
        crate::views::testing::check::<super::SecurityPage>();
    }
}
