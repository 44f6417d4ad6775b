//! The list of people.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::authz::permission::{INVITE_SEND, PEOPLE_ADD};
use crate::http::{Ask, Failure};
use crate::identity::people::{self, Listing, NameCursor, Presence, Record, Search, Way};
use crate::kernel::ids::UnitId;
use crate::organisation::UnitTree;
use crate::views::{Choice, Field, PageContext, format};

/// What the address says of the list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    unit: String,
    who: String,
    left_since: String,
    after: String,
    before: String,
}

impl Asked {
    fn search(&self) -> Search {
        let on = NameCursor::decode(&self.after).map(|cursor| (Way::On, cursor));
        let back = NameCursor::decode(&self.before).map(|cursor| (Way::Back, cursor));
        Search {
            unit: self.unit.parse::<UnitId>().ok(),
            text: self.q.trim().chars().take(100).collect(),
            presence: match self.who.as_str() {
                "left" => Presence::Left,
                "all" => Presence::All,
                _ => Presence::Working,
            },
            left_since: self.left_since(),
            from: on.or(back),
        }
    }

    /// Of those who left, since when.
    fn left_since(&self) -> Option<Date> {
        self.left_since.parse().ok().filter(|_day| self.who == "left")
    }

    /// The address of the list with these filters, without one of them, or further on.
    fn href(&self, without: &str, cursor: Option<(&str, &NameCursor)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let all = [("q", &self.q), ("unit", &self.unit), ("who", &self.who), ("left_since", &self.left_since)];
        for (name, value) in all {
            if !value.is_empty() && name != without {
                query.append_pair(name, value);
            }
        }
        if let Some((name, cursor)) = cursor {
            query.append_pair(name, &cursor.encode());
        }
        let query = query.finish();
        if query.is_empty() { "/people".to_owned() } else { format!("/people?{query}") }
    }
}

#[derive(Debug, Clone, Serialize)]
struct Link {
    href: String,
    text: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    unit: String,
    number: Option<String>,
    email: Option<String>,
    left: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Filter {
    q: Field,
    unit: Field,
    who: Field,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PeoplePage {
    count: String,
    may_add: bool,
    /// Nobody is here but the one who set it all up: what comes next is said.
    alone: bool,
    may_invite: bool,
    filtered: bool,
    filter: Filter,
    chips: Vec<Link>,
    rows: Vec<Row>,
    previous: Option<Link>,
    next: Option<Link>,
}

impl PeoplePage {
    fn new(asked: &Asked, listing: Listing, may_add: bool, may_invite: bool) -> Self {
        let units = &listing.units;
        let row = |person: Record| Row {
            href: format!("/people/{}", person.id),
            name: format!("{}, {}", person.details.family_name, person.details.given_name),
            unit: units.path(person.details.unit),
            number: person.details.employee_number,
            email: person.details.email,
            left: person
                .left_at
                .map(|at| format!("Left {}", format::short_date(crate::kernel::civil::local(at).date()))),
        };
        let link = |name: &str, cursor: Option<&NameCursor>, text: &str| {
            cursor.map(|cursor| Link { href: asked.href("", Some((name, cursor))), text: Some(text.to_owned()) })
        };
        let chips = chips(asked, units);
        Self {
            count: format::count(listing.total, "person", "people"),
            may_add,
            alone: may_add && listing.total <= 1 && chips.is_empty(),
            may_invite,
            filtered: !chips.is_empty(),
            filter: filter(asked, units),
            chips,
            previous: link("before", listing.back.as_ref(), "Earlier names"),
            next: link("after", listing.on.as_ref(), "Later names"),
            rows: listing.people.into_iter().map(row).collect(),
        }
    }
}

fn filter(asked: &Asked, units: &UnitTree) -> Filter {
    let all = std::iter::once(Choice::new("", "All units"));
    let units = units.open().map(|(_depth, unit)| Choice::new(unit.id.to_string(), units.path(unit.id)));
    let who =
        [Choice::new("", "Those who work here"), Choice::new("left", "Those who left"), Choice::new("all", "All")];
    Filter {
        q: Field::new("q", "Name, number or e-mail").value(&asked.q),
        unit: Field::new("unit", "Unit and all below").choices(all.chain(units)).choose([&asked.unit]),
        who: Field::new("who", "Who").choices(who).choose([&asked.who]),
    }
}

fn chips(asked: &Asked, units: &UnitTree) -> Vec<Link> {
    let unit = asked.unit.parse::<UnitId>().ok().map(|unit| units.path(unit)).filter(|path| !path.is_empty());
    let who = match asked.who.as_str() {
        "left" => Some("Those who left".to_owned()),
        "all" => Some("With those who left".to_owned()),
        _ => None,
    };
    let text = Some(asked.q.trim().to_owned()).filter(|text| !text.is_empty());
    let chip =
        |(name, text): (&str, Option<String>)| text.map(|text| Link { href: asked.href(name, None), text: Some(text) });
    let since = asked.left_since().map(|day| format!("Left since {}", format::short_date(day)));
    [("q", text), ("unit", unit), ("who", who), ("left_since", since)].into_iter().filter_map(chip).collect()
}

impl PageContext for PeoplePage {
    const TEMPLATE: &'static str = "people/list";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        "People".into()
    }

    fn sample() -> Self {
        let asked = Asked { q: "marsh".to_owned(), who: "all".to_owned(), ..Asked::default() };
        let cursor = NameCursor("Marsh".to_owned(), "Jo".to_owned(), crate::kernel::ids::PersonId::NIL);
        let working = super::person::sample_record();
        let left = Record { left_at: Some(jiff::Timestamp::UNIX_EPOCH), ..working.clone() };
        let listing = Listing {
            people: vec![working, left],
            total: 2,
            units: UnitTree::default(),
            back: Some(cursor.clone()),
            on: Some(cursor),
        };
        Self::new(&asked, listing, true, true)
    }

    fn samples() -> Vec<Self> {
        let empty = || Listing { people: vec![], total: 0, units: UnitTree::default(), back: None, on: None };
        let searched = Asked { q: "nobody".to_owned(), ..Asked::default() };
        let alone = Listing { people: vec![super::person::sample_record()], total: 1, ..empty() };
        vec![
            Self::sample(),
            Self::new(&searched, empty(), false, false),
            Self::new(&Asked::default(), empty(), false, false),
            Self::new(&Asked::default(), alone, true, true),
        ]
    }
}

/// Shows a page of the people that the caller may see.
pub(super) async fn list(ask: Ask, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let listing = people::list(&ask.site().db, ask.caller(), asked.search()).await?;
    let may_invite = ask.caller().holds_for_all(INVITE_SEND);
    ask.page(&PeoplePage::new(&asked, listing, ask.caller().holds_for_all(PEOPLE_ADD), may_invite))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PeoplePage>();
    }
}
