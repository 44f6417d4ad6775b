//! What the background work asks of the database: functions that answer it alone.

use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;
use crate::trim::policy::LookAfter;

diesel::define_sql_function! {
    /// Whether any case is open.
    fn app_trim_any_open() -> Bool;
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    email: String,
}

/// Makes the offers that duties written in that time call for. Whom to tell, and where.
pub(in crate::trim) fn offer_due<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    (since, until): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<Told> = diesel::sql_query("select person_id, email from app_trim_offer_due($1, $2, $3)")
        .bind::<Timestamptz, _>(since.to_diesel())
        .bind::<Timestamptz, _>(until.to_diesel())
        .bind::<Timestamptz, _>(now.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.email)).collect())
}

/// Who of those who practise is to be told now that something is due; it is noted that they were.
pub(in crate::trim) fn due<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    now: Timestamp,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<Told> = diesel::sql_query("select person_id, email from app_trim_due($1)")
        .bind::<Timestamptz, _>(now.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.email)).collect())
}

/// Whether any case is open.
pub(in crate::trim) fn any_open<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, LookAfter>) -> Result<bool, DbError> {
    Ok(diesel::select(app_trim_any_open()).get_result(tx.conn())?)
}
