//! Whom to tell, and where: functions that answer the background work alone.

use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::kinds::NoticeKind;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

diesel::define_sql_function! {
    /// Where somebody signs in from, if they still do.
    fn app_hours_address(somebody: SqlUuid) -> Nullable<Text>;
}

diesel::define_sql_function! {
    /// Whether anybody's hours or corrections wait.
    fn app_anything_waits() -> Bool;
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    email: String,
}

pub(super) fn address(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>, DbError> {
    Ok(diesel::select(app_hours_address(person.0)).get_result(tx.conn())?)
}

/// Who may decide on something that was submitted since `since`, or has waited for whole weeks.
pub(super) fn those_who_decide(
    tx: &mut Tx<'_>,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<Row> = diesel::sql_query("select person_id, email from app_hours_waiting($1, $2)")
        .bind::<Timestamptz, _>(since.to_diesel())
        .bind::<Timestamptz, _>(now.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.email)).collect())
}

/// Who decides on a thing that waits, and where to write to them.
pub(super) fn whom_it_concerns(
    tx: &mut Tx<'_>,
    kind: NoticeKind,
    thing: Uuid,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<Row> = diesel::sql_query("select person_id, email from app_whom_it_concerns($1, $2)")
        .bind::<Text, _>(kind.code())
        .bind::<SqlUuid, _>(thing)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.email)).collect())
}

pub(super) fn anything_waits(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    Ok(diesel::select(app_anything_waits()).get_result(tx.conn())?)
}
