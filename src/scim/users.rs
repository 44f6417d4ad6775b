//! People as a directory reads and writes them.
//!
//! What a directory says of somebody is kept as it said it; what of it has a place here is written to their record, and
//! "not active" closes it: account off, sessions ended, roles gone, records kept.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::query::{Query, Shape, page};
use super::schema::{self, ENTERPRISE, Resource, USER};
use super::store::{self, UserRow, Which};
use super::tokens::Admitted;
use super::{ScimError, patch, roles};
use crate::audit::{self, Entry};
use crate::crypto::Keyring;
use crate::db::Tx;
use crate::identity::people::Details;
use crate::identity::{provisioned, vouched};
use crate::kernel::ids::{PersonId, ScimGroupId, UnitId};
use crate::organisation::{UnitTree, units};

/// People looked through for a filter that the database cannot answer.
const LOOKED_THROUGH: i64 = 50_000;

/// What a directory's request works with.
pub(super) struct Desk<'a> {
    /// The appliance's keys.
    pub(super) keys: &'a Keyring,
    /// The address of the interface, without a slash at its end.
    pub(super) base: &'a str,
    /// The token that opened the door.
    pub(super) token: Admitted,
    /// Now.
    pub(super) now: Timestamp,
}

/// A resource, and its version.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Versioned {
    pub(super) resource: Map<String, Value>,
    pub(super) etag: String,
}

/// The tag of a version.
pub(super) fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Refuses when it has changed since it was read; `expected` is the request's If-Match.
pub(super) fn unchanged(expected: Option<&str>, found: &str) -> Result<(), ScimError> {
    let matches =
        |one: &str| one.trim() == "*" || one.trim().trim_start_matches("W/") == found.trim_start_matches("W/");
    match expected {
        Some(expected) if !expected.split(',').any(matches) => Err(ScimError::Changed),
        _ => Ok(()),
    }
}

impl Desk<'_> {
    pub(super) fn user(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<Versioned, ScimError> {
        let row = self.row(tx, id)?;
        let memberships = store::memberships(tx, &[id])?;
        Ok(self.shown(&row, &memberships))
    }

    fn row(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<UserRow, ScimError> {
        store::users(tx, &Which::Id(id), 0, 1)?.0.pop().ok_or(ScimError::NotFound)
    }

    pub(super) fn list(&self, tx: &mut Tx<'_>, query: &Query) -> Result<Value, ScimError> {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let Some(filter) = &query.filter else {
            let (rows, total) = store::users(tx, &Which::All, number(query.offset), number(query.limit))?;
            let shown = self.all_shown(tx, &rows, &query.shape)?;
            return Ok(page(shown, query.offset, usize::try_from(total).unwrap_or(usize::MAX)));
        };
        let which = match filter.must_equal() {
            Some((name, value)) if name.eq_ignore_ascii_case("userName") => Which::UserName(value.to_owned()),
            Some((name, value)) if name.eq_ignore_ascii_case("externalId") => Which::ExternalId(value.to_owned()),
            Some((name, value)) if name.eq_ignore_ascii_case("id") => {
                value.parse().map_or(Which::Id(PersonId::NIL), Which::Id)
            }
            _ => Which::All,
        };
        let (rows, _total) = store::users(tx, &which, 0, LOOKED_THROUGH)?;
        let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
        let memberships = store::memberships(tx, &ids)?;
        let all = rows.iter().map(|row| self.shown(row, &memberships).resource);
        let found: Vec<Map<String, Value>> = all.filter(|one| filter.holds(Resource::User, one)).collect();
        let total = found.len();
        let some = found.into_iter().skip(query.offset).take(query.limit);
        Ok(page(some.map(|one| Value::Object(query.shape.of(one))).collect(), query.offset, total))
    }

    fn all_shown(&self, tx: &mut Tx<'_>, rows: &[UserRow], shape: &Shape) -> Result<Vec<Value>, ScimError> {
        let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
        let memberships = store::memberships(tx, &ids)?;
        let one = |row| Value::Object(shape.of(self.shown(row, &memberships).resource));
        Ok(rows.iter().map(one).collect())
    }

    /// Somebody as they are shown: what the directory said, or, of people it has said nothing of, what is on record.
    fn shown(&self, row: &UserRow, memberships: &[(PersonId, ScimGroupId, String)]) -> Versioned {
        let mut resource = Map::new();
        let (said, version, created, changed) = match &row.kept {
            Some(kept) => (kept.resource.clone(), kept.version, kept.created_at, kept.changed_at),
            None => (of_record(row), 0, row.since, row.since),
        };
        let schemas = if said.contains_key(ENTERPRISE) { json!([USER, ENTERPRISE]) } else { json!([USER]) };
        resource.insert("schemas".to_owned(), schemas);
        resource.insert("id".to_owned(), json!(row.id.to_string()));
        let says_active = said.contains_key("active");
        resource.extend(said);
        if says_active {
            // Somebody may have been closed, or come back, in the console.
            resource.insert("active".to_owned(), json!(!row.left));
        }
        let groups: Vec<Value> = memberships
            .iter()
            .filter(|(person, ..)| *person == row.id)
            .map(|(_person, group, name)| {
                json!({"value": group.to_string(), "display": name, "$ref": format!("{}/Groups/{group}", self.base)})
            })
            .collect();
        if !groups.is_empty() {
            resource.insert("groups".to_owned(), Value::Array(groups));
        }
        let etag = etag(version);
        let meta = json!({
            "resourceType": "User",
            "created": created.to_string(),
            "lastModified": changed.to_string(),
            "location": format!("{}/Users/{}", self.base, row.id),
            "version": etag,
        });
        resource.insert("meta".to_owned(), meta);
        Versioned { resource, etag }
    }

    /// Adds somebody; somebody whom a directory deleted, and who is there again by their address, gets their record
    /// back.
    pub(super) fn create(&self, tx: &mut Tx<'_>, sent: &Value) -> Result<(PersonId, Versioned), ScimError> {
        let mut said = read(Resource::User, sent)?;
        said.entry("active").or_insert(json!(true));
        let user_name = text(&said, "userName").ok_or_else(|| missing("userName"))?.to_owned();
        if store::users(tx, &Which::UserName(user_name), 0, 1)?.1 > 0 {
            return Err(ScimError::Taken("The userName"));
        }
        let units = units::tree_in(tx)?;
        let wanted = details(&said, &units, self.token.default_unit)?;
        let known = match &wanted.email {
            Some(email) => vouched::by_email(tx, email)?,
            None => None,
        };
        let id = match known {
            Some(known) if store::was_deleted(tx, known.id)? => {
                let (before, _left) = provisioned::details(tx, known.id)?.ok_or(ScimError::NotFound)?;
                // Whoever comes back belongs where they did, unless their department says otherwise.
                let wanted = details(&said, &units, before.unit)?;
                provisioned::change(tx, self.keys, known.id, (&before, &wanted), self.now)?;
                known.id
            }
            Some(_somebody) => return Err(ScimError::Taken("The e-mail address")),
            None => vouched::join(tx, self.keys, &wanted, self.now)?,
        };
        store::user_keep(tx, id, &said, true, self.now)?;
        let entry = Entry::new("scim.user-create").on("person", id).about(id).noting("token", self.token.id.0);
        audit::record(tx, self.now, entry)?;
        self.open_or_close(tx, id, &said)?;
        Ok((id, self.user(tx, id)?))
    }

    /// Puts what is sent in place of what was said.
    pub(super) fn replace(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        sent: &Value,
        expected: Option<&str>,
    ) -> Result<Versioned, ScimError> {
        let before = self.row(tx, id)?;
        unchanged(expected, &etag(before.kept.as_ref().map_or(0, |kept| kept.version)))?;
        let said = read(Resource::User, sent)?;
        self.keep(tx, &before, said)
    }

    /// Changes what was said.
    pub(super) fn change(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        request: &Value,
        expected: Option<&str>,
    ) -> Result<Versioned, ScimError> {
        let before = self.row(tx, id)?;
        unchanged(expected, &etag(before.kept.as_ref().map_or(0, |kept| kept.version)))?;
        let mut said = before.kept.as_ref().map_or_else(|| of_record(&before), |kept| kept.resource.clone());
        if said.contains_key("active") {
            said.insert("active".to_owned(), json!(!before.left));
        }
        patch::apply(Resource::User, &mut said, request)?;
        self.keep(tx, &before, said)
    }

    fn keep(&self, tx: &mut Tx<'_>, before: &UserRow, said: Map<String, Value>) -> Result<Versioned, ScimError> {
        let id = before.id;
        let user_name = text(&said, "userName").ok_or_else(|| missing("userName"))?.to_owned();
        let (others, _total) = store::users(tx, &Which::UserName(user_name), 0, 2)?;
        if others.iter().any(|other| other.id != id) {
            return Err(ScimError::Taken("The userName"));
        }
        let units = units::tree_in(tx)?;
        let mut wanted = details(&said, &units, before.details.unit)?;
        let joined = before.kept.as_ref().is_some_and(|kept| kept.joined);
        if !joined && wanted.email.is_none() {
            wanted.email.clone_from(&before.details.email);
        }
        let same_address = |a: &Option<String>, b: &Option<String>| {
            a.as_deref().map(str::to_lowercase) == b.as_deref().map(str::to_lowercase)
        };
        if !same_address(&before.details.email, &wanted.email) && !joined {
            let privileged = vouched::person(tx, id)?.is_some_and(|known| known.privileged);
            if privileged {
                return Err(ScimError::Refused(
                    "They may do more here than keep their own records, so their e-mail address is changed in the console.",
                ));
            }
        }
        provisioned::change(tx, self.keys, id, (&before.details, &wanted), self.now)?;
        store::user_keep(tx, id, &said, joined, self.now)?;
        let entry = Entry::new("scim.user-change").on("person", id).about(id).noting("token", self.token.id.0);
        audit::record(tx, self.now, entry)?;
        self.open_or_close(tx, id, &said)?;
        self.user(tx, id)
    }

    /// Closes or opens somebody's record as the directory says, and gives the roles that rules give.
    fn open_or_close(&self, tx: &mut Tx<'_>, id: PersonId, said: &Map<String, Value>) -> Result<(), ScimError> {
        let (_details, left) = provisioned::details(tx, id)?.ok_or(ScimError::NotFound)?;
        match said.get("active").and_then(Value::as_bool) {
            Some(false) if !left => provisioned::leave(tx, self.keys, id, self.now)?,
            Some(true) if left => provisioned::come_back(tx, self.keys, id, self.now)?,
            _ => {}
        }
        roles::give(tx, id, self.token.default_role, self.now)
    }

    /// Deletes somebody, as far as the directory can see: their record is closed and kept.
    pub(super) fn delete(&self, tx: &mut Tx<'_>, id: PersonId, expected: Option<&str>) -> Result<(), ScimError> {
        let row = self.row(tx, id)?;
        unchanged(expected, &etag(row.kept.as_ref().map_or(0, |kept| kept.version)))?;
        if row.kept.is_none() {
            store::user_keep(tx, id, &of_record(&row), false, self.now)?;
        }
        if !row.left {
            provisioned::leave(tx, self.keys, id, self.now)?;
        }
        store::user_delete(tx, id, self.now)?;
        let entry = Entry::new("scim.user-delete").on("person", id).about(id).noting("token", self.token.id.0);
        audit::record(tx, self.now, entry)?;
        Ok(())
    }
}

/// Reads a resource that was sent.
pub(super) fn read(kind: Resource, sent: &Value) -> Result<Map<String, Value>, ScimError> {
    schema::read(kind, sent).map_err(|name| ScimError::Value(format!("{name} has a value of the wrong type.")))
}

fn text<'a>(said: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    said.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

pub(super) fn missing(name: &str) -> ScimError {
    ScimError::Value(format!("{name} is missing."))
}

/// What a directory would have said of somebody on record.
fn of_record(row: &UserRow) -> Map<String, Value> {
    let details = &row.details;
    let user_name =
        details.email.clone().or_else(|| details.employee_number.clone()).unwrap_or_else(|| row.id.to_string());
    let mut said = Map::new();
    said.insert("userName".to_owned(), json!(user_name));
    said.insert("name".to_owned(), json!({"givenName": details.given_name, "familyName": details.family_name}));
    said.insert("active".to_owned(), json!(!row.left));
    let one = |value: &str| json!([{"value": value, "type": "work", "primary": true}]);
    if let Some(email) = &details.email {
        said.insert("emails".to_owned(), one(email));
    }
    if let Some(phone) = &details.phone {
        said.insert("phoneNumbers".to_owned(), one(phone));
    }
    if let Some(number) = &details.employee_number {
        said.insert(ENTERPRISE.to_owned(), json!({"employeeNumber": number}));
    }
    said
}

/// What of a directory's words has a place on a record. `unit` is where they belong unless their department is a unit.
fn details(said: &Map<String, Value>, units: &UnitTree, unit: UnitId) -> Result<Details, ScimError> {
    let user_name = text(said, "userName").unwrap_or_default();
    let name = |part: &str| said.get("name").and_then(|name| name.get(part)).and_then(Value::as_str).map(str::trim);
    let name = |part: &str| name(part).filter(|text| !text.is_empty()).map(str::to_owned);
    let whole = text(said, "displayName").map(str::to_owned).or_else(|| name("formatted"));
    let (given, family) = match (name("givenName"), name("familyName"), whole) {
        (Some(given), Some(family), _) => (given, family),
        (Some(given), None, _) => (given, "(no family name)".to_owned()),
        (None, Some(family), _) => ("(no given name)".to_owned(), family),
        (None, None, Some(whole)) => match whole.rsplit_once(' ') {
            Some((given, family)) => (given.trim().to_owned(), family.to_owned()),
            None => ("(no given name)".to_owned(), whole),
        },
        (None, None, None) => ("(no given name)".to_owned(), user_name.to_owned()),
    };
    let email = picked(said, "emails").or_else(|| Some(user_name.to_owned()).filter(|name| name.contains('@')));
    if let Some(email) = &email
        && (!email.contains('@') || email.len() < 3 || email.len() > 254)
    {
        return Err(ScimError::Value("An e-mail address has an @, and at most 254 characters.".to_owned()));
    }
    let enterprise = said.get(ENTERPRISE).and_then(Value::as_object);
    let employee_number = enterprise.and_then(|inside| text(inside, "employeeNumber")).map(str::to_owned);
    if employee_number.as_ref().is_some_and(|number| number.chars().count() > 40) {
        return Err(ScimError::Value("An employeeNumber has at most 40 characters.".to_owned()));
    }
    let department = enterprise.and_then(|inside| text(inside, "department"));
    let cut = |text: String| text.chars().take(100).collect::<String>();
    Ok(Details {
        given_name: cut(given),
        family_name: cut(family),
        employee_number,
        email,
        phone: picked(said, "phoneNumbers").filter(|phone| (3..=40).contains(&phone.chars().count())),
        unit: department.and_then(|department| named(units, department)).unwrap_or(unit),
    })
}

/// The primary value of a list, else the one for work, else the first.
fn picked(said: &Map<String, Value>, list: &str) -> Option<String> {
    let all = said.get(list).and_then(Value::as_array)?;
    let primary = all.iter().find(|one| one.get("primary") == Some(&Value::Bool(true)));
    let work = || {
        all.iter().find(|one| one.get("type").and_then(Value::as_str).is_some_and(|t| t.eq_ignore_ascii_case("work")))
    };
    let one = primary.or_else(work).or_else(|| all.first())?;
    one.get("value").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The open unit with this code, or, where only one has it, this name.
fn named(units: &UnitTree, text: &str) -> Option<UnitId> {
    let same = |other: &str| other.to_lowercase() == text.to_lowercase();
    let by_code = units.open().find(|(_depth, unit)| unit.code.as_deref().is_some_and(same));
    if let Some((_depth, unit)) = by_code {
        return Some(unit.id);
    }
    let mut by_name = units.open().filter(|(_depth, unit)| same(&unit.name)).map(|(_depth, unit)| unit.id);
    match (by_name.next(), by_name.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;
