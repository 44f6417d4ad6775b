//! The list of people: by name, page by page, as far as the caller may see them.

use jiff::civil::Date;

use super::Record;
use crate::authz;
use crate::authz::Caller;
use crate::db::Db;
use crate::identity::policy::ListPeople;
use crate::identity::{IdentityError, people_store};
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation::UnitTree;
use crate::organisation::units;

/// Who still works here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// Those who do.
    #[default]
    Working,
    /// Those who left.
    Left,
    /// Both.
    All,
}

/// Which people, and which page of them.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Of this unit and all below.
    pub unit: Option<UnitId>,
    /// With this in their name, employee number or address.
    pub text: String,
    /// Working, left, or both.
    pub presence: Presence,
    /// Of those who left, only those who did on this day or later.
    pub left_since: Option<Date>,
    /// From where on.
    pub from: Option<(Way, NameCursor)>,
}

/// In which direction a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// After the cursor.
    On,
    /// Before it.
    Back,
}

/// Where a list by name goes on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NameCursor(pub String, pub String, pub PersonId);

impl NameCursor {
    /// As it stands in an address.
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        data_encoding::BASE64URL_NOPAD.encode(&json)
    }

    /// Reads what [`NameCursor::encode`] wrote; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        // Two names of 100 characters and an id fit; more is nonsense.
        let short = Some(text).filter(|text| text.len() <= 2_000)?;
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(short.as_bytes()).ok()?).ok()
    }

    fn of(record: &Record) -> Self {
        Self(record.details.family_name.clone(), record.details.given_name.clone(), record.id)
    }
}

/// A page of people.
#[derive(Debug, Clone)]
pub struct Listing {
    /// By family name, given name, id.
    pub people: Vec<Record>,
    /// How many there are in all.
    pub total: i64,
    /// All units, to name theirs.
    pub units: UnitTree,
    /// Where the page before ends, if there is one.
    pub back: Option<NameCursor>,
    /// Where the next page begins, if there is one.
    pub on: Option<NameCursor>,
}

/// People on a page.
pub const PAGE: usize = 50;

/// A page of the people that the caller may see.
///
/// # Errors
/// [`IdentityError::Authz`] when they may see none.
pub async fn list(db: &Db, caller: &Caller, search: Search) -> Result<Listing, IdentityError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ListPeople>(tx, ())?;
        let units = units::tree_in(tx)?;
        let branch = search.unit.map(|unit| units.with_below(unit));
        let total = people_store::count(tx, &may, &search, branch.as_deref())?;
        let mut people = people_store::list(tx, &may, &search, branch.as_deref(), PAGE + 1)?;
        let more = people.len() > PAGE;
        people.truncate(PAGE);
        let back_way = matches!(search.from, Some((Way::Back, _)));
        if back_way {
            people.reverse();
        }
        let first = people.first().map(NameCursor::of);
        let last = people.last().map(NameCursor::of);
        let (back, on) = match (&search.from, back_way) {
            (None, _) => (None, last.filter(|_last| more)),
            (Some(_), false) => (first, last.filter(|_last| more)),
            (Some(_), true) => (first.filter(|_first| more), last),
        };
        Ok(Listing { people, total, units, back, on })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_address_bar() {
        let cursor = NameCursor("O'Neill \"x\"".to_owned(), "Zoë".to_owned(), PersonId::NIL);
        assert_eq!(NameCursor::decode(&cursor.encode()), Some(cursor));
        for nonsense in ["", "AAAA", "not base64 !", &"A".repeat(3_000)] {
            assert_eq!(NameCursor::decode(nonsense), None, "{nonsense}");
        }
    }
}
