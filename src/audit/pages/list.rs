//! The trail as a list.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{codes, deed};
use crate::audit::trail::{After, Found, Search};
use crate::audit::trail_store::TrailRow;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

/// The filters as they stand in the address or came with the export's form.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    from: String,
    to: String,
    action: String,
    pub(super) person: String,
    /// `did`, or `about` for whose record it was.
    part: String,
    object: String,
    /// Where the page begins.
    after: String,
}

impl Typed {
    /// From an address; what is not understood there is left out.
    pub(super) fn from_query(query: &str) -> Self {
        serde_html_form::from_str(query).unwrap_or_default()
    }

    pub(super) fn means_subject(&self) -> bool {
        self.part == "about"
    }

    /// All but the person, whom only the database knows.
    pub(super) fn understood(&self) -> (Search, FormErrors) {
        let mut errors = FormErrors::new();
        let mut date = |field: &str, text: &str| -> Option<Date> {
            let text = text.trim();
            if text.is_empty() {
                return None;
            }
            let date = text.parse().ok();
            if date.is_none() {
                errors.add(field, "Enter a date, such as 22 11 2026");
            }
            date
        };
        let (from, to) = (date("from", &self.from), date("to", &self.to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            errors.add("to", "Enter a last day that is not before the first");
        }
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let search = Search { from, to, action: text(&self.action), object: text(&self.object), ..Search::default() };
        (search, errors)
    }

    pub(super) fn after(&self) -> Option<After> {
        let (micros, id) = self.after.split_once('.')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        Some(After { at, id: id.parse().ok()? })
    }

    fn filtered(&self) -> bool {
        [&self.from, &self.to, &self.action, &self.person, &self.object].iter().any(|text| !text.trim().is_empty())
    }

    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { after: String::new(), ..self.clone() };
        change(&mut other);
        let parts = [
            ("from", &other.from),
            ("to", &other.to),
            ("action", &other.action),
            ("person", &other.person),
            ("part", &other.part),
            ("object", &other.object),
            ("after", &other.after),
        ];
        let pairs = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        if query.is_empty() { "/audit".to_owned() } else { format!("/audit?{query}") }
    }
}

#[derive(Debug, Serialize)]
struct Chip {
    text: String,
    href: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    machine: String,
    when: String,
    who: String,
    who_href: Option<String>,
    role: String,
    action: String,
    object: String,
    object_href: Option<String>,
    about: Option<String>,
    about_href: Option<String>,
    address: String,
}

#[derive(Debug, Serialize)]
struct Filters {
    from: Field,
    to: Field,
    action: Field,
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
        let rows = found.rows.iter().map(|row| list_row(typed, row, &found.names)).collect();
        let next = found.next.map(|after| PageLink {
            href: typed.href(|typed| typed.after = format!("{}.{}", after.at.as_microsecond(), after.id)),
        });
        let first = (!typed.after.is_empty()).then(|| PageLink { href: typed.href(|_| {}) });
        let chips = chips(typed, &found.names);
        Self { rows, next, first, chips, ..Self::empty(typed, found.actions, FormErrors::new()) }
    }

    /// The same page without the button, for those who read the trail and do not take it away.
    pub(super) fn without_export(self) -> Self {
        Self { may_export: false, ..self }
    }

    /// The filters again, with what is wrong beside them.
    pub(super) fn wrong(typed: &Typed, errors: FormErrors) -> Self {
        Self::empty(typed, codes().map(str::to_owned).collect(), errors)
    }

    fn empty(typed: &Typed, mut actions: Vec<String>, errors: FormErrors) -> Self {
        if !typed.action.is_empty() && !actions.contains(&typed.action) {
            actions.push(typed.action.clone());
        }
        let any = std::iter::once(Choice::new("", "Anything"));
        // In the order of their words, which is what is looked for.
        actions.sort_by(|a, b| deed(a).cmp(deed(b)));
        let actions = any.chain(actions.iter().map(|action| Choice::new(action.as_str(), deed(action))));
        let parts = [Choice::new("did", "who did it"), Choice::new("about", "whose record it was")];
        let part = if typed.means_subject() { "about" } else { "did" };
        let filter = Filters {
            from: Field::new("from", "From").value(&typed.from).errors(&errors),
            to: Field::new("to", "To").value(&typed.to).errors(&errors),
            action: Field::new("action", "What was done").choices(actions).choose([&typed.action]),
            person: Field::new("person", "Person")
                .hint("Whole name or employee number")
                .value(&typed.person)
                .errors(&errors),
            part: Field::new("part", "The person is").choices(parts).choose([part]),
            object: Field::new("object", "Record").hint("The id of a record").value(&typed.object),
        };
        Self {
            filter,
            chips: chips(typed, &[]),
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
}

fn chips(typed: &Typed, names: &[(Uuid, String)]) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut chip = |set: &str, text: String, href: String| {
        if !set.trim().is_empty() {
            chips.push(Chip { text, href });
        }
    };
    let day = |text: &str| text.parse::<Date>().map_or_else(|_not_a_date| text.to_owned(), format::short_date);
    chip(&typed.from, format!("From {}", day(&typed.from)), typed.href(|typed| typed.from.clear()));
    chip(&typed.to, format!("To {}", day(&typed.to)), typed.href(|typed| typed.to.clear()));
    chip(&typed.action, deed(&typed.action).to_owned(), typed.href(|typed| typed.action.clear()));
    let person = if typed.means_subject() { "About" } else { "By" };
    // A link names the person by id; the chip reads better with the name.
    let named = name_of(typed.person.parse().ok(), names).unwrap_or_else(|| typed.person.clone());
    chip(&typed.person, format!("{person} {named}"), typed.href(|typed| typed.person.clear()));
    chip(&typed.object, format!("Record {}", typed.object), typed.href(|typed| typed.object.clear()));
    chips
}

fn list_row(typed: &Typed, row: &TrailRow, names: &[(Uuid, String)]) -> Row {
    let at = row.at.to_jiff();
    let about = row.subject_id.filter(|subject| row.actor_id != Some(*subject));
    let by = |id: Uuid, part: &str| typed.href(|typed| (typed.person, typed.part) = (id.to_string(), part.to_owned()));
    Row {
        href: format!("/audit/entries/{}", row.id),
        machine: format::machine_time(at),
        when: format::short_time(at),
        who: actor(row, names),
        who_href: row.actor_id.map(|id| by(id, "did")),
        role: row.actor_label.clone(),
        action: deed(&row.action).to_owned(),
        object: object(row),
        object_href: row.object_id.as_ref().map(|id| typed.href(|typed| typed.object.clone_from(id))),
        about: name_of(about, names),
        about_href: about.map(|id| by(id, "about")),
        address: row.masked_address.clone().unwrap_or_default(),
    }
}

/// The person's name, or what did it when it was no person.
pub(super) fn actor(row: &TrailRow, names: &[(Uuid, String)]) -> String {
    name_of(row.actor_id, names).unwrap_or_else(|| match row.actor_kind.as_str() {
        "anonymous" => "Somebody not signed in".to_owned(),
        _ => "Watchroom itself".to_owned(),
    })
}

/// A name, or the id of somebody whose name is no longer known.
pub(super) fn name_of(id: Option<Uuid>, names: &[(Uuid, String)]) -> Option<String> {
    let id = id?;
    Some(names.iter().find(|(known, _)| *known == id).map_or_else(|| id.to_string(), |(_, name)| name.clone()))
}

/// What the deed was done to: its kind, and the end of its id.
pub(super) fn object(row: &TrailRow) -> String {
    let id = row.object_id.as_deref().unwrap_or_default();
    let tail: String = id.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    if tail.is_empty() { row.object_kind.clone() } else { format!("{} {tail}", row.object_kind) }
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
        let typed = Typed { action: "duty.edit".to_owned(), ..Typed::default() };
        let page = Self::empty(&typed, vec!["duty.edit".to_owned(), "duty.log".to_owned()], FormErrors::new());
        let row = Row {
            href: "/audit/entries/7".to_owned(),
            machine: "2026-11-22T07:00:00Z".to_owned(),
            when: "22 Nov 2026, 07:00".to_owned(),
            who: "Jo Marsh".to_owned(),
            who_href: Some("/audit?person=Jo+Marsh".to_owned()),
            role: "member".to_owned(),
            action: deed("duty.edit").to_owned(),
            object: "duty 89abcdef".to_owned(),
            object_href: Some("/audit?object=0192f0c1-7a52-7c3e-9a55-0123456789ab".to_owned()),
            about: Some("Sam Reed".to_owned()),
            about_href: Some("/audit?person=Sam+Reed&part=about".to_owned()),
            address: "192.0.2.0".to_owned(),
        };
        let system = Row {
            who: "Watchroom itself".to_owned(),
            who_href: None,
            object_href: None,
            about: None,
            about_href: None,
            ..row.clone()
        };
        let link = || Some(PageLink { href: "/audit?after=1.2".to_owned() });
        Self { rows: vec![row, system], next: link(), first: link(), ..page }
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("from", "Enter a date, such as 22 11 2026");
        errors.add("person", "More than one person has this name: enter the employee number");
        let typed = Typed { from: "yesterday".to_owned(), person: "Jo Marsh".to_owned(), ..Typed::default() };
        let nothing = Self::empty(&Typed::default(), Vec::new(), FormErrors::new());
        vec![Self::sample(), nothing, Self::wrong(&typed, errors)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<TrailPage>();
    }

    #[test]
    fn a_filter_survives_paging_and_its_chip_takes_it_away() {
        let typed = Typed::from_query("action=duty.edit&from=2026-11-01&after=17.4");
        assert_eq!(typed.after(), Some(After { at: Timestamp::from_microsecond(17).expect("time"), id: 4 }));
        let (search, errors) = typed.understood();
        assert!(errors.is_empty());
        assert_eq!((search.action.as_deref(), search.from), (Some("duty.edit"), Some(jiff::civil::date(2026, 11, 1))));
        let hrefs: Vec<String> = chips(&typed, &[]).into_iter().map(|chip| chip.href).collect();
        assert_eq!(hrefs, ["/audit?action=duty.edit", "/audit?from=2026-11-01"]);
    }

    #[test]
    fn a_date_that_is_none_and_a_period_that_runs_backwards_are_said() {
        let (_, errors) = Typed::from_query("from=soon").understood();
        assert!(errors.get("from").is_some());
        let (_, errors) = Typed::from_query("from=2026-11-02&to=2026-11-01").understood();
        assert!(errors.get("to").is_some());
    }

    #[test]
    fn the_last_day_of_a_period_counts_to_its_end_in_the_uk() {
        let (search, _) = Typed::from_query("from=2026-07-01&to=2026-07-01").understood();
        let (from, until) = search.period();
        assert_eq!(from.map(|at| at.to_string()).as_deref(), Some("2026-06-30T23:00:00Z"));
        assert_eq!(until.map(|at| at.to_string()).as_deref(), Some("2026-07-01T23:00:00Z"));
    }
}
