//! What the work that looks reads and writes.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{signal_comparisons as o, signal_raisings as r, signal_tellings as t};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PersonId};
use crate::signals::model::{Comparison, Kind};
use crate::signals::policy::LookAfter;
use crate::signals::rules::Traumatic;

diesel::define_sql_function! {
    /// Whether somebody may be told of somebody.
    fn app_signal_may_be_told(receiver: SqlUuid, subject: SqlUuid) -> Bool;
}

#[derive(QueryableByName)]
struct JobRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    duty_id: Option<DutyId>,
    #[diesel(sql_type = Timestamptz)]
    at: jiff_diesel::Timestamp,
    #[diesel(sql_type = Nullable<Text>)]
    work: Option<String>,
}

/// Potentially traumatic jobs of somebody who wants them looked at; of anybody else there are none.
pub(in crate::signals) fn traumatic<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    person: PersonId,
    since: Timestamp,
) -> Result<Vec<Traumatic>, DbError> {
    let rows: Vec<JobRow> = diesel::sql_query("select duty_id, at, work from app_signal_traumatic($1, $2)")
        .bind::<SqlUuid, _>(person)
        .bind::<Timestamptz, _>(since.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| Traumatic { duty: row.duty_id, at: row.at.to_jiff(), work: row.work }).collect())
}

/// What overruns are compared with; `None` until that was worked out.
pub(in crate::signals) fn comparison<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
) -> Result<Option<Comparison>, DbError> {
    let this = o::table.find(tx.caller().organisation()).select((o::day, o::minutes));
    let row: Option<(jiff_diesel::Date, Option<i32>)> = this.first(tx.conn()).optional()?;
    Ok(row.map(|(day, minutes)| Comparison { day: day.to_jiff(), minutes }))
}

/// Keeps what overruns are compared with.
pub(in crate::signals) fn set_comparison<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    comparison: Comparison,
    people: usize,
) -> Result<(), DbError> {
    let people = i32::try_from(people).unwrap_or(i32::MAX);
    let found = (o::day.eq(comparison.day.to_diesel()), o::people.eq(people), o::minutes.eq(comparison.minutes));
    diesel::insert_into(o::table)
        .values((o::organisation_id.eq(tx.caller().organisation()), found))
        .on_conflict(o::organisation_id)
        .do_update()
        .set(found)
        .execute(tx.conn())?;
    Ok(())
}

/// Raises a signal, or keeps why a raised one still is.
pub(in crate::signals) fn raise<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    (person, kind): (PersonId, Kind),
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let found = (r::reason.eq(reason), r::checked_at.eq(now.to_diesel()));
    diesel::insert_into(r::table)
        .values((
            r::organisation_id.eq(tx.caller().organisation()),
            r::person_id.eq(person),
            r::kind.eq(kind.as_str()),
            r::raised_at.eq(now.to_diesel()),
            found,
        ))
        .on_conflict((r::organisation_id, r::person_id, r::kind))
        .do_update()
        .set(found)
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a raised signal; nothing happens when it is not raised.
pub(in crate::signals) fn close<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    (person, kind): (PersonId, Kind),
) -> Result<(), DbError> {
    let this = r::table.find((tx.caller().organisation(), person, kind.as_str()));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

/// Notes that the member was told.
pub(in crate::signals) fn note_noticed<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    (person, kind): (PersonId, Kind),
    now: Timestamp,
) -> Result<(), DbError> {
    let this = r::table.find((tx.caller().organisation(), person, kind.as_str()));
    diesel::update(this).set(r::noticed_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(())
}

/// Notes that whom they chose was told.
pub(in crate::signals) fn note_told<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    (person, kind): (PersonId, Kind),
    now: Timestamp,
) -> Result<(), DbError> {
    let this = t::table.find((tx.caller().organisation(), person, kind.as_str()));
    diesel::update(this).set(t::told_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(())
}

/// Notes that nobody was told of what may be raised anew.
pub(in crate::signals) fn unhear<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    (person, kind): (PersonId, Kind),
) -> Result<(), DbError> {
    let this = t::table.find((tx.caller().organisation(), person, kind.as_str()));
    diesel::update(this).set(t::told_at.eq(None::<jiff_diesel::Timestamp>)).execute(tx.conn())?;
    Ok(())
}

/// Whether whom somebody chose may still be told of them.
pub(in crate::signals) fn may_be_told<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    receiver: PersonId,
    subject: PersonId,
) -> Result<bool, DbError> {
    Ok(diesel::select(app_signal_may_be_told(receiver, subject)).get_result(tx.conn())?)
}

#[derive(QueryableByName)]
struct Address {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    email: String,
}

/// Where to write to these people, of those who are here.
pub(in crate::signals) fn addresses<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, LookAfter>,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, String>, DbError> {
    let rows: Vec<Address> = diesel::sql_query("select person_id, email from app_signal_addresses($1)")
        .bind::<Array<SqlUuid>, _>(people)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.email)).collect())
}
