//! The tables of what directories say of people, and of their groups.

use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel::sql_types::Text;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Map, Value};

use crate::db::schema::{people, scim_groups, scim_members, scim_users};
use crate::db::{DbError, Tx};
use crate::identity::people::Details;
use crate::kernel::ids::{PersonId, ScimGroupId};

type Moment = jiff_diesel::Timestamp;

diesel::define_sql_function! {
    /// In lower case, as the indexes have it.
    fn lower(text: Text) -> Text;
}

/// Somebody as a directory may see them.
#[derive(Debug, Clone)]
pub(super) struct UserRow {
    pub(super) id: PersonId,
    pub(super) details: Details,
    pub(super) left: bool,
    pub(super) since: Timestamp,
    pub(super) kept: Option<Kept>,
}

/// What a directory said of them.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) resource: Map<String, Value>,
    pub(super) joined: bool,
    pub(super) version: i64,
    pub(super) created_at: Timestamp,
    pub(super) changed_at: Timestamp,
}

/// Which people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Which {
    /// All that a directory may see.
    All,
    /// The one with this id.
    Id(PersonId),
    /// The one with this user name.
    UserName(String),
    /// Those with this external id.
    ExternalId(String),
}

#[derive(Queryable)]
struct Row {
    id: PersonId,
    given_name: String,
    family_name: String,
    employee_number: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    unit: crate::kernel::ids::UnitId,
    left_at: Option<Moment>,
    since: Moment,
    kept: Option<(Value, bool, i64, Moment, Moment)>,
}

impl From<Row> for UserRow {
    fn from(row: Row) -> Self {
        let kept = row.kept.map(|(resource, joined, version, created, changed)| Kept {
            resource: resource.as_object().cloned().unwrap_or_default(),
            joined,
            version,
            created_at: created.to_jiff(),
            changed_at: changed.to_jiff(),
        });
        Self {
            id: row.id,
            details: Details {
                given_name: row.given_name,
                family_name: row.family_name,
                employee_number: row.employee_number,
                email: row.email,
                phone: row.phone,
                unit: row.unit,
            },
            left: row.left_at.is_some(),
            since: row.since.to_jiff(),
            kept,
        }
    }
}

/// People whom a directory may see, by id: those that it keeps and has not deleted, and those on record who work here.
/// Returns a page of them and how many there are in all.
pub(super) fn users(tx: &mut Tx<'_>, which: &Which, offset: i64, limit: i64) -> Result<(Vec<UserRow>, i64), DbError> {
    let organisation = tx.caller().organisation();
    let all = || {
        let kept = scim_users::organisation_id.eq(people::organisation_id).and(scim_users::person_id.eq(people::id));
        let query = people::table
            .left_join(scim_users::table.on(kept))
            .filter(people::organisation_id.eq(organisation))
            .filter(scim_users::deleted_at.is_null())
            .filter(people::left_at.is_null().or(scim_users::person_id.is_not_null()))
            .into_boxed::<diesel::pg::Pg>();
        match which {
            Which::All => query,
            Which::Id(id) => query.filter(people::id.eq(*id)),
            Which::ExternalId(external) => query.filter(scim_users::external_id.eq(external.clone())),
            Which::UserName(name) => {
                let kept = lower(scim_users::user_name).eq(name.to_lowercase());
                let found = lower(people::email.assume_not_null()).eq(name.to_lowercase());
                let said = scim_users::user_name.is_not_null();
                let on_record = scim_users::user_name.is_null().and(people::email.is_not_null());
                query.filter(said.and(kept).or(on_record.and(found)))
            }
        }
    };
    let total = all().count().get_result(tx.conn())?;
    let rows: Vec<Row> = all()
        .select((
            people::id,
            people::given_name,
            people::family_name,
            people::employee_number,
            people::email,
            people::phone,
            people::unit_id,
            people::left_at,
            people::created_at,
            (
                scim_users::resource,
                scim_users::joined,
                scim_users::version,
                scim_users::created_at,
                scim_users::changed_at,
            )
                .nullable(),
        ))
        .order(people::id)
        .offset(offset)
        .limit(limit)
        .load(tx.conn())?;
    Ok((rows.into_iter().map(UserRow::from).collect(), total))
}

/// Somebody whom a directory deleted, and their e-mail address found again.
pub(super) fn was_deleted(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, DbError> {
    let this = scim_users::table.find((tx.caller().organisation(), id)).filter(scim_users::deleted_at.is_not_null());
    Ok(select(exists(this)).get_result(tx.conn())?)
}

fn text<'a>(resource: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    resource.get(name).and_then(Value::as_str)
}

/// Keeps what a directory says of somebody: the first time, or again after they were deleted.
pub(super) fn user_keep(
    tx: &mut Tx<'_>,
    id: PersonId,
    resource: &Map<String, Value>,
    joined: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (
        scim_users::user_name.eq(text(resource, "userName").unwrap_or_default()),
        scim_users::external_id.eq(text(resource, "externalId")),
        scim_users::resource.eq(Value::Object(resource.clone())),
        scim_users::changed_at.eq(now.to_diesel()),
        scim_users::deleted_at.eq(None::<Moment>),
    );
    diesel::insert_into(scim_users::table)
        .values((
            scim_users::organisation_id.eq(tx.caller().organisation()),
            scim_users::person_id.eq(id),
            scim_users::joined.eq(joined),
            scim_users::created_at.eq(now.to_diesel()),
            values.clone(),
        ))
        .on_conflict((scim_users::organisation_id, scim_users::person_id))
        .do_update()
        .set((values, scim_users::version.eq(scim_users::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn user_delete(tx: &mut Tx<'_>, id: PersonId, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let this = scim_users::table.find((organisation, id));
    diesel::update(this).set(scim_users::deleted_at.eq(Some(now.to_diesel()))).execute(tx.conn())?;
    let theirs =
        scim_members::table.filter(scim_members::organisation_id.eq(organisation).and(scim_members::person_id.eq(id)));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}

/// A group with its members, by name.
#[derive(Debug, Clone)]
pub(super) struct GroupRow {
    pub(super) id: ScimGroupId,
    pub(super) display_name: String,
    pub(super) external_id: Option<String>,
    pub(super) version: i64,
    pub(super) created_at: Timestamp,
    pub(super) changed_at: Timestamp,
    pub(super) members: Vec<(PersonId, String)>,
}

/// Which groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WhichGroup {
    /// All.
    All,
    /// The one with this id.
    Id(ScimGroupId),
    /// Those with this name.
    Name(String),
    /// Those with this external id.
    ExternalId(String),
}

/// Groups by id, with their members if asked; a page of them, and how many there are in all.
pub(super) fn groups(
    tx: &mut Tx<'_>,
    which: &WhichGroup,
    with_members: bool,
    (offset, limit): (i64, i64),
) -> Result<(Vec<GroupRow>, i64), DbError> {
    let organisation = tx.caller().organisation();
    let all = || {
        let query =
            scim_groups::table.filter(scim_groups::organisation_id.eq(organisation)).into_boxed::<diesel::pg::Pg>();
        match which {
            WhichGroup::All => query,
            WhichGroup::Id(id) => query.filter(scim_groups::id.eq(*id)),
            WhichGroup::Name(name) => query.filter(lower(scim_groups::display_name).eq(name.to_lowercase())),
            WhichGroup::ExternalId(external) => query.filter(scim_groups::external_id.eq(external.clone())),
        }
    };
    let total = all().count().get_result(tx.conn())?;
    type Row = (ScimGroupId, String, Option<String>, i64, Moment, Moment);
    let rows: Vec<Row> = all()
        .select((
            scim_groups::id,
            scim_groups::display_name,
            scim_groups::external_id,
            scim_groups::version,
            scim_groups::created_at,
            scim_groups::changed_at,
        ))
        .order(scim_groups::id)
        .offset(offset)
        .limit(limit)
        .load(tx.conn())?;
    let group = |(id, display_name, external_id, version, created, changed): Row| GroupRow {
        id,
        display_name,
        external_id,
        version,
        created_at: created.to_jiff(),
        changed_at: changed.to_jiff(),
        members: Vec::new(),
    };
    let mut groups: Vec<GroupRow> = rows.into_iter().map(group).collect();
    if with_members {
        let ids: Vec<ScimGroupId> = groups.iter().map(|group| group.id).collect();
        let members: Vec<(ScimGroupId, PersonId, String, String)> = scim_members::table
            .inner_join(
                people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(scim_members::person_id))),
            )
            .filter(scim_members::organisation_id.eq(organisation).and(scim_members::group_id.eq_any(&ids)))
            .select((scim_members::group_id, people::id, people::given_name, people::family_name))
            .order(people::id)
            .load(tx.conn())?;
        for (id, person, given, family) in members {
            if let Some(group) = groups.iter_mut().find(|group| group.id == id) {
                group.members.push((person, format!("{given} {family}")));
            }
        }
    }
    Ok((groups, total))
}

pub(super) fn group_insert(
    tx: &mut Tx<'_>,
    id: ScimGroupId,
    display_name: &str,
    external_id: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(scim_groups::table)
        .values((
            scim_groups::organisation_id.eq(tx.caller().organisation()),
            scim_groups::id.eq(id),
            scim_groups::display_name.eq(display_name),
            scim_groups::external_id.eq(external_id),
            scim_groups::created_at.eq(now.to_diesel()),
            scim_groups::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn group_update(
    tx: &mut Tx<'_>,
    id: ScimGroupId,
    display_name: &str,
    external_id: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::update(scim_groups::table.find((tx.caller().organisation(), id)))
        .set((
            scim_groups::display_name.eq(display_name),
            scim_groups::external_id.eq(external_id),
            scim_groups::version.eq(scim_groups::version + 1),
            scim_groups::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn group_delete(tx: &mut Tx<'_>, id: ScimGroupId) -> Result<(), DbError> {
    diesel::delete(scim_groups::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}

pub(super) fn members_add(tx: &mut Tx<'_>, group: ScimGroupId, members: &[PersonId]) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let row = |person: &PersonId| {
        (
            scim_members::organisation_id.eq(organisation),
            scim_members::group_id.eq(group),
            scim_members::person_id.eq(*person),
        )
    };
    for some in members.chunks(1_000) {
        let rows: Vec<_> = some.iter().map(row).collect();
        diesel::insert_into(scim_members::table).values(rows).on_conflict_do_nothing().execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn members_remove(tx: &mut Tx<'_>, group: ScimGroupId, members: &[PersonId]) -> Result<(), DbError> {
    let these = scim_members::table
        .filter(scim_members::organisation_id.eq(tx.caller().organisation()))
        .filter(scim_members::group_id.eq(group).and(scim_members::person_id.eq_any(members)));
    diesel::delete(these).execute(tx.conn())?;
    Ok(())
}

/// Those of `wanted` whom a directory may see.
pub(super) fn visible(tx: &mut Tx<'_>, wanted: &[PersonId]) -> Result<Vec<PersonId>, DbError> {
    let kept = scim_users::organisation_id.eq(people::organisation_id).and(scim_users::person_id.eq(people::id));
    Ok(people::table
        .left_join(scim_users::table.on(kept))
        .filter(people::organisation_id.eq(tx.caller().organisation()).and(people::id.eq_any(wanted)))
        .filter(scim_users::deleted_at.is_null())
        .filter(people::left_at.is_null().or(scim_users::person_id.is_not_null()))
        .select(people::id)
        .load(tx.conn())?)
}

/// The groups that somebody is in: id, name, external id.
pub(super) fn groups_of(
    tx: &mut Tx<'_>,
    person: PersonId,
) -> Result<Vec<(ScimGroupId, String, Option<String>)>, DbError> {
    let organisation = tx.caller().organisation();
    Ok(scim_members::table
        .inner_join(
            scim_groups::table
                .on(scim_groups::organisation_id.eq(organisation).and(scim_groups::id.eq(scim_members::group_id))),
        )
        .filter(scim_members::organisation_id.eq(organisation).and(scim_members::person_id.eq(person)))
        .select((scim_groups::id, scim_groups::display_name, scim_groups::external_id))
        .order(scim_groups::id)
        .load(tx.conn())?)
}

/// The groups that each of `people` is in: person, group, name.
pub(super) fn memberships(
    tx: &mut Tx<'_>,
    people: &[PersonId],
) -> Result<Vec<(PersonId, ScimGroupId, String)>, DbError> {
    let organisation = tx.caller().organisation();
    Ok(scim_members::table
        .inner_join(
            scim_groups::table
                .on(scim_groups::organisation_id.eq(organisation).and(scim_groups::id.eq(scim_members::group_id))),
        )
        .filter(scim_members::organisation_id.eq(organisation).and(scim_members::person_id.eq_any(people)))
        .select((scim_members::person_id, scim_groups::id, scim_groups::display_name))
        .order((scim_members::person_id, scim_groups::id))
        .load(tx.conn())?)
}

/// Whether a directory made somebody's record.
pub(super) fn joined(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, DbError> {
    let this = scim_users::table.find((tx.caller().organisation(), id));
    Ok(this.select(scim_users::joined).first(tx.conn()).optional()?.unwrap_or(false))
}
