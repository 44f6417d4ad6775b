//! Groups as a directory reads and writes them. What they give is decided by rules in the console, not here.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::query::{Query, page};
use super::schema::{GROUP, Resource};
use super::store::{self, GroupRow, WhichGroup};
use super::users::{Desk, Versioned, etag, missing, read, unchanged};
use super::{ScimError, patch, roles};
use crate::audit::{self, Entry};
use crate::db::Tx;
use crate::kernel::ids::{PersonId, ScimGroupId};

/// Groups looked through for a filter that the database cannot answer.
const LOOKED_THROUGH: i64 = 5_000;

/// A group as it is to be.
struct Wanted {
    name: String,
    external: Option<String>,
    members: BTreeSet<PersonId>,
}

impl Desk<'_> {
    pub(super) fn group(&self, tx: &mut Tx<'_>, id: ScimGroupId, with_members: bool) -> Result<Versioned, ScimError> {
        let row = find(tx, id, with_members)?;
        Ok(self.group_shown(&row))
    }

    pub(super) fn groups(&self, tx: &mut Tx<'_>, query: &Query) -> Result<Value, ScimError> {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let with_members = query.shape.wants("members");
        let Some(filter) = &query.filter else {
            let span = (number(query.offset), number(query.limit));
            let (rows, total) = store::groups(tx, &WhichGroup::All, with_members, span)?;
            let shown = rows.iter().map(|row| Value::Object(query.shape.of(self.group_shown(row).resource)));
            return Ok(page(shown.collect(), query.offset, usize::try_from(total).unwrap_or(usize::MAX)));
        };
        let which = match filter.must_equal() {
            Some((name, value)) if name.eq_ignore_ascii_case("displayName") => WhichGroup::Name(value.to_owned()),
            Some((name, value)) if name.eq_ignore_ascii_case("externalId") => WhichGroup::ExternalId(value.to_owned()),
            Some((name, value)) if name.eq_ignore_ascii_case("id") => {
                value.parse().map_or(WhichGroup::Id(ScimGroupId::NIL), WhichGroup::Id)
            }
            _ => WhichGroup::All,
        };
        // A filter may ask after members though they are not to be shown.
        let (rows, _total) = store::groups(tx, &which, true, (0, LOOKED_THROUGH))?;
        let all = rows.iter().map(|row| self.group_shown(row).resource);
        let found: Vec<Map<String, Value>> = all.filter(|one| filter.holds(Resource::Group, one)).collect();
        let total = found.len();
        let some = found.into_iter().skip(query.offset).take(query.limit);
        Ok(page(some.map(|one| Value::Object(query.shape.of(one))).collect(), query.offset, total))
    }

    fn group_shown(&self, row: &GroupRow) -> Versioned {
        let mut resource = Map::new();
        resource.insert("schemas".to_owned(), json!([GROUP]));
        resource.insert("id".to_owned(), json!(row.id.to_string()));
        if let Some(external) = &row.external_id {
            resource.insert("externalId".to_owned(), json!(external));
        }
        resource.insert("displayName".to_owned(), json!(row.display_name));
        let member = |(person, name): &(PersonId, String)| json!({"value": person.to_string(), "display": name, "$ref": format!("{}/Users/{person}", self.base)});
        if !row.members.is_empty() {
            resource.insert("members".to_owned(), row.members.iter().map(member).collect());
        }
        let etag = etag(row.version);
        let meta = json!({
            "resourceType": "Group",
            "created": row.created_at.to_string(),
            "lastModified": row.changed_at.to_string(),
            "location": format!("{}/Groups/{}", self.base, row.id),
            "version": etag,
        });
        resource.insert("meta".to_owned(), meta);
        Versioned { resource, etag }
    }

    pub(super) fn group_create(&self, tx: &mut Tx<'_>, sent: &Value) -> Result<(ScimGroupId, Versioned), ScimError> {
        let wanted = wanted(&read(Resource::Group, sent)?)?;
        let id = ScimGroupId::new(self.now);
        check_members(tx, &wanted.members)?;
        store::group_insert(tx, id, &wanted.name, wanted.external.as_deref(), self.now)?;
        let members: Vec<PersonId> = wanted.members.into_iter().collect();
        store::members_add(tx, id, &members)?;
        self.group_record(tx, "scim.group-create", id, &wanted.name, (members.len(), 0))?;
        self.give_all(tx, &members)?;
        Ok((id, self.group(tx, id, true)?))
    }

    pub(super) fn group_replace(
        &self,
        tx: &mut Tx<'_>,
        id: ScimGroupId,
        sent: &Value,
        expected: Option<&str>,
    ) -> Result<Versioned, ScimError> {
        let before = find(tx, id, true)?;
        unchanged(expected, &etag(before.version))?;
        self.group_keep(tx, &before, wanted(&read(Resource::Group, sent)?)?)
    }

    pub(super) fn group_change(
        &self,
        tx: &mut Tx<'_>,
        id: ScimGroupId,
        request: &Value,
        expected: Option<&str>,
    ) -> Result<Versioned, ScimError> {
        let before = find(tx, id, true)?;
        unchanged(expected, &etag(before.version))?;
        let mut said = Map::new();
        said.insert("displayName".to_owned(), json!(before.display_name));
        if let Some(external) = &before.external_id {
            said.insert("externalId".to_owned(), json!(external));
        }
        let members = before.members.iter().map(|(person, _name)| json!({"value": person.to_string()}));
        said.insert("members".to_owned(), members.collect());
        patch::apply(Resource::Group, &mut said, request)?;
        self.group_keep(tx, &before, wanted(&said)?)
    }

    fn group_keep(&self, tx: &mut Tx<'_>, before: &GroupRow, wanted: Wanted) -> Result<Versioned, ScimError> {
        let id = before.id;
        let had: BTreeSet<PersonId> = before.members.iter().map(|(person, _name)| *person).collect();
        let added: BTreeSet<PersonId> = wanted.members.difference(&had).copied().collect();
        let gone: Vec<PersonId> = had.difference(&wanted.members).copied().collect();
        check_members(tx, &added)?;
        let added: Vec<PersonId> = added.into_iter().collect();
        store::group_update(tx, id, &wanted.name, wanted.external.as_deref(), self.now)?;
        store::members_add(tx, id, &added)?;
        store::members_remove(tx, id, &gone)?;
        self.group_record(tx, "scim.group-change", id, &wanted.name, (added.len(), gone.len()))?;
        let renamed = wanted.name != before.display_name || wanted.external != before.external_id;
        // With another name a group may give other roles, and so to everybody who is in it.
        let mut touched: BTreeSet<PersonId> = added.into_iter().chain(gone).collect();
        if renamed {
            touched.extend(&wanted.members);
        }
        self.give_all(tx, &touched.into_iter().collect::<Vec<_>>())?;
        self.group(tx, id, true)
    }

    pub(super) fn group_delete(
        &self,
        tx: &mut Tx<'_>,
        id: ScimGroupId,
        expected: Option<&str>,
    ) -> Result<(), ScimError> {
        let before = find(tx, id, true)?;
        unchanged(expected, &etag(before.version))?;
        store::group_delete(tx, id)?;
        self.group_record(tx, "scim.group-delete", id, &before.display_name, (0, before.members.len()))?;
        let members: Vec<PersonId> = before.members.into_iter().map(|(person, _name)| person).collect();
        self.give_all(tx, &members)
    }

    fn give_all(&self, tx: &mut Tx<'_>, people: &[PersonId]) -> Result<(), ScimError> {
        for person in people {
            roles::give(tx, *person, self.token.default_role, self.now)?;
        }
        Ok(())
    }

    fn group_record(
        &self,
        tx: &mut Tx<'_>,
        action: &'static str,
        id: ScimGroupId,
        name: &str,
        (added, gone): (usize, usize),
    ) -> Result<(), ScimError> {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let entry = Entry::new(action).on("group", id).noting("name", name).noting("token", self.token.id.0);
        audit::record(tx, self.now, entry.noting("added", count(added)).noting("removed", count(gone)))?;
        Ok(())
    }
}

fn find(tx: &mut Tx<'_>, id: ScimGroupId, with_members: bool) -> Result<GroupRow, ScimError> {
    store::groups(tx, &WhichGroup::Id(id), with_members, (0, 1))?.0.pop().ok_or(ScimError::NotFound)
}

fn check_members(tx: &mut Tx<'_>, members: &BTreeSet<PersonId>) -> Result<(), ScimError> {
    let members: Vec<PersonId> = members.iter().copied().collect();
    let there: BTreeSet<PersonId> = store::visible(tx, &members)?.into_iter().collect();
    match members.iter().find(|member| !there.contains(member)) {
        Some(missing) => Err(ScimError::Value(format!("There is no user {missing}."))),
        None => Ok(()),
    }
}

fn wanted(said: &Map<String, Value>) -> Result<Wanted, ScimError> {
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let mut members = BTreeSet::new();
    for member in said.get("members").and_then(Value::as_array).into_iter().flatten() {
        let named = member.get("value").or_else(|| member.get("$ref")).and_then(Value::as_str).unwrap_or_default();
        let id = named.rsplit('/').next().unwrap_or_default();
        let id = id.parse().map_err(|_no_id: uuid::Error| ScimError::Value(format!("There is no user {id}.")))?;
        members.insert(id);
    }
    Ok(Wanted {
        name: text("displayName").ok_or_else(|| missing("displayName"))?.to_owned(),
        external: text("externalId").map(str::to_owned),
        members,
    })
}
