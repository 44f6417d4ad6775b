//! What the database says of who can read what, and of who did.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::explain::{Reason, Receipt};
use crate::db::schema::people;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PersonId, UnitId};

#[derive(QueryableByName)]
struct ReasonRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    given_name: String,
    #[diesel(sql_type = Text)]
    family_name: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    permission: String,
    #[diesel(sql_type = Text)]
    scope: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    unit_id: Option<UnitId>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    starts_at: Option<jiff_diesel::Timestamp>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ends_at: Option<jiff_diesel::Timestamp>,
}

#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Bool)]
    may: bool,
}

/// Whether the caller may ask who reads the rows of `table` that belong to `person` and `unit`.
pub(super) fn may_ask(tx: &mut Tx<'_>, table: &'static str, person: PersonId, unit: UnitId) -> Result<bool, DbError> {
    let asked: Asked = diesel::sql_query("select app_may_ask($1, $2, $3) as may")
        .bind::<Text, _>(table)
        .bind::<SqlUuid, _>(person)
        .bind::<SqlUuid, _>(unit)
        .get_result(tx.conn())?;
    Ok(asked.may)
}

/// Who can read the rows of `table` that belong to `person` and `unit`: nobody is named to who may not ask.
pub(super) fn who_reads(
    tx: &mut Tx<'_>,
    table: &'static str,
    person: PersonId,
    unit: UnitId,
) -> Result<Vec<Reason>, DbError> {
    let rows: Vec<ReasonRow> = diesel::sql_query(
        "select person_id, given_name, family_name, role, permission, scope, unit_id, starts_at, ends_at \
         from app_who_reads($1, $2, $3)",
    )
    .bind::<Text, _>(table)
    .bind::<SqlUuid, _>(person)
    .bind::<SqlUuid, _>(unit)
    .load(tx.conn())?;
    let reason = |row: ReasonRow| Reason {
        person: row.person_id,
        name: format!("{} {}", row.given_name, row.family_name),
        role: row.role,
        permission: row.permission,
        scope: row.scope,
        unit: row.unit_id,
        starts_at: row.starts_at.map(|at| at.to_jiff()),
        ends_at: row.ends_at.map(|at| at.to_jiff()),
    };
    Ok(rows.into_iter().map(reason).collect())
}

#[derive(QueryableByName)]
struct SubjectRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
}

/// Whose duty it is and for which unit: for who may ask about it.
pub(super) fn duty_subject(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<(PersonId, UnitId)>, DbError> {
    let found: Vec<SubjectRow> = diesel::sql_query("select person_id, unit_id from app_duty_subject($1)")
        .bind::<SqlUuid, _>(id)
        .load(tx.conn())?;
    Ok(found.into_iter().next().map(|row| (row.person_id, row.unit_id)))
}

/// Somebody's name, as far as the caller's row-level policies show them.
pub(super) fn name_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>, DbError> {
    let this = people::table.find((tx.caller().organisation(), person));
    let found: Option<(String, String)> =
        this.select((people::given_name, people::family_name)).first(tx.conn()).optional()?;
    Ok(found.map(|(given, family)| format!("{given} {family}")))
}

#[derive(QueryableByName)]
struct ReceiptRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Timestamptz)]
    at: jiff_diesel::Timestamp,
    #[diesel(sql_type = Text)]
    reader: String,
    #[diesel(sql_type = Text)]
    roles: String,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Jsonb)]
    detail: serde_json::Value,
}

/// Who opened the caller's own records, newest first.
pub(super) fn receipts(
    tx: &mut Tx<'_>,
    before: Option<(Timestamp, i64)>,
    at_most: i32,
) -> Result<Vec<Receipt>, DbError> {
    let (at, id) = before.unwrap_or((Timestamp::MAX, i64::MAX));
    // Postgres knows no such far future; a year that it knows is after everything.
    let at = at.min(Timestamp::from_second(253_000_000_000).unwrap_or(at));
    let rows: Vec<ReceiptRow> =
        diesel::sql_query("select id, at, reader, roles, action, detail from app_receipts($1, $2, $3)")
            .bind::<Timestamptz, _>(at.to_diesel())
            .bind::<BigInt, _>(id)
            .bind::<Integer, _>(at_most)
            .load(tx.conn())?;
    Ok(rows.into_iter().map(receipt).collect())
}

fn receipt(row: ReceiptRow) -> Receipt {
    let texts = |name: &str| -> Vec<String> {
        let values = row.detail.get(name).and_then(|value| value.as_array());
        values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    let allowed_by = texts("allowed_by");
    Receipt {
        entry: row.id,
        at: row.at.to_jiff(),
        reader: Some(row.reader.clone()).filter(|name| !name.is_empty()),
        roles: if allowed_by.is_empty() { row.roles.clone() } else { allowed_by.join(", ") },
        sets: texts("sets"),
        action: row.action,
    }
}
