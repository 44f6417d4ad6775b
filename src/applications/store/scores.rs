//! Marks. Row-level security shows those of others only to who has given their own.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::applications::model::Mark;
use crate::applications::policy::HandleApplication;
use crate::authz::Granted;
use crate::db::schema::application_scores as table;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// The marks that the caller may see.
pub(in crate::applications) fn marks<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
) -> Result<Vec<Mark>, DbError> {
    type Row = (PersonId, String, i16, Option<String>);
    let rows: Vec<Row> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::application_id.eq(may.scope()))
        .select((table::scorer_id, table::criterion, table::mark, table::note))
        .order((table::scored_at, table::scorer_id, table::criterion))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(scorer, criterion, mark, note)| Mark { scorer, criterion, mark, note }).collect())
}

/// Whether the caller has given marks.
pub(in crate::applications) fn has_scored<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
) -> Result<bool, DbError> {
    let own = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::application_id.eq(may.scope()))
        .filter(table::scorer_id.nullable().eq(tx.caller().person_id()));
    Ok(diesel::select(exists(own)).get_result(tx.conn())?)
}

/// Gives a mark of the caller's.
pub(in crate::applications) fn add_mark<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
    (criterion, mark, note): (&str, i16, Option<&str>),
    now: Timestamp,
) -> Result<(), DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(table::table)
        .values((
            table::organisation_id.eq(tx.caller().organisation()),
            table::application_id.eq(may.scope()),
            table::unit_id.eq(may.facts().unit),
            table::scorer_id.eq(by),
            table::criterion.eq(criterion),
            table::mark.eq(mark),
            table::note.eq(note),
            table::scored_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}
