//! The tables of wellbeing. Whose rows they are, row-level security decides; nothing is sealed or opened here.

use diesel::prelude::*;
use diesel::sql_types::{Bytea, Date as SqlDate, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::model::{Keep, Receiver, Share};
use super::policy::{KeepRecords, ReceiveRecords, WriteSupport};
use crate::authz::Granted;
use crate::db::schema::{wellbeing_choices, wellbeing_records, wellbeing_shares, wellbeing_support};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, WellbeingRecordId, WellbeingShareId};

/// A record as its row has it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: WellbeingRecordId,
    pub(super) mark: Uuid,
    pub(super) sealed: Vec<u8>,
}

/// What is written to a row.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    pub(super) sealed: Vec<u8>,
    pub(super) delete_on: Option<Date>,
}

/// Keeps a new record; `false` when there is one of that id: the form was sent twice.
pub(super) fn add<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    id: WellbeingRecordId,
    values: &Sealed,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(wellbeing_records::table)
        .values((
            wellbeing_records::organisation_id.eq(tx.caller().organisation()),
            wellbeing_records::id.eq(id),
            wellbeing_records::person_id.eq(may.scope()),
            wellbeing_records::mark.eq(Uuid::new_v4()),
            wellbeing_records::sealed.eq(&values.sealed),
            wellbeing_records::delete_on.eq(values.delete_on.map(ToDiesel::to_diesel)),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// All records of a person, in no order.
pub(super) fn all<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepRecords>) -> Result<Vec<Row>, DbError> {
    let rows: Vec<(WellbeingRecordId, Uuid, Vec<u8>)> = wellbeing_records::table
        .filter(wellbeing_records::organisation_id.eq(tx.caller().organisation()))
        .filter(wellbeing_records::person_id.eq(may.scope()))
        .select((wellbeing_records::id, wellbeing_records::mark, wellbeing_records::sealed))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, mark, sealed)| Row { id, mark, sealed }).collect())
}

/// One of them.
pub(super) fn one<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    id: WellbeingRecordId,
) -> Result<Option<Row>, DbError> {
    let found: Option<(Uuid, Vec<u8>)> = wellbeing_records::table
        .find((tx.caller().organisation(), id))
        .filter(wellbeing_records::person_id.eq(may.scope()))
        .select((wellbeing_records::mark, wellbeing_records::sealed))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(mark, sealed)| Row { id, mark, sealed }))
}

/// Changes a record that is still at `mark`; `false` when it is not.
pub(super) fn change<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    id: WellbeingRecordId,
    mark: Uuid,
    values: &Sealed,
) -> Result<bool, DbError> {
    let this = wellbeing_records::table
        .find((tx.caller().organisation(), id))
        .filter(wellbeing_records::person_id.eq(may.scope()))
        .filter(wellbeing_records::mark.eq(mark));
    let changed = diesel::update(this)
        .set((
            wellbeing_records::sealed.eq(&values.sealed),
            wellbeing_records::mark.eq(Uuid::new_v4()),
            wellbeing_records::delete_on.eq(values.delete_on.map(ToDiesel::to_diesel)),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Changes until when a record is kept.
pub(super) fn set_delete_on<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    id: WellbeingRecordId,
    day: Option<Date>,
) -> Result<(), DbError> {
    let this = wellbeing_records::table
        .find((tx.caller().organisation(), id))
        .filter(wellbeing_records::person_id.eq(may.scope()));
    diesel::update(this).set(wellbeing_records::delete_on.eq(day.map(ToDiesel::to_diesel))).execute(tx.conn())?;
    Ok(())
}

/// Removes a record and what was shared of it.
pub(super) fn remove<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    id: WellbeingRecordId,
) -> Result<bool, DbError> {
    let this = wellbeing_records::table
        .find((tx.caller().organisation(), id))
        .filter(wellbeing_records::person_id.eq(may.scope()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

/// How long somebody wants their records kept.
pub(super) fn keep<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepRecords>) -> Result<Keep, DbError> {
    let found: Option<Option<i16>> = wellbeing_choices::table
        .find((tx.caller().organisation(), may.scope()))
        .select(wellbeing_choices::keep_months)
        .first(tx.conn())
        .optional()?;
    Ok(found.map_or(Keep::DEFAULT, Keep::of))
}

/// Writes down how long somebody wants their records kept.
pub(super) fn set_keep<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepRecords>, keep: Keep) -> Result<(), DbError> {
    diesel::insert_into(wellbeing_choices::table)
        .values((
            wellbeing_choices::organisation_id.eq(tx.caller().organisation()),
            wellbeing_choices::person_id.eq(may.scope()),
            wellbeing_choices::keep_months.eq(keep.months()),
        ))
        .on_conflict((wellbeing_choices::organisation_id, wellbeing_choices::person_id))
        .do_update()
        .set(wellbeing_choices::keep_months.eq(keep.months()))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct ReceiverRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bytea)]
    public_key: Vec<u8>,
    #[diesel(sql_type = Bytea)]
    proof: Vec<u8>,
}

/// To whom records can be shared.
pub(super) fn receivers<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, KeepRecords>) -> Result<Vec<Receiver>, DbError> {
    let rows: Vec<ReceiverRow> =
        diesel::sql_query("select person_id, name, public_key, proof from app_wellbeing_receivers()")
            .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| Receiver { person: row.person_id, name: row.name, public_key: row.public_key, proof: row.proof })
        .collect())
}

type ShareColumns = (
    wellbeing_shares::id,
    wellbeing_shares::record_id,
    wellbeing_shares::person_id,
    wellbeing_shares::recipient_id,
    wellbeing_shares::shared_at,
    wellbeing_shares::opened_at,
);

const SHARE: ShareColumns = (
    wellbeing_shares::id,
    wellbeing_shares::record_id,
    wellbeing_shares::person_id,
    wellbeing_shares::recipient_id,
    wellbeing_shares::shared_at,
    wellbeing_shares::opened_at,
);

type LoadedShare =
    (WellbeingShareId, WellbeingRecordId, PersonId, PersonId, jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>);

fn share((id, record, person, recipient, shared_at, opened_at): LoadedShare) -> Share {
    Share {
        id,
        record,
        person,
        recipient,
        shared_at: shared_at.to_jiff(),
        opened_at: opened_at.map(jiff_diesel::Timestamp::to_jiff),
    }
}

/// Shares a record; `false` when it is shared with them already.
pub(super) fn add_share<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    share: &Share,
    sealed: &[u8],
) -> Result<bool, DbError> {
    let added = diesel::insert_into(wellbeing_shares::table)
        .values((
            wellbeing_shares::organisation_id.eq(tx.caller().organisation()),
            wellbeing_shares::id.eq(share.id),
            wellbeing_shares::record_id.eq(share.record),
            wellbeing_shares::person_id.eq(may.scope()),
            wellbeing_shares::recipient_id.eq(share.recipient),
            wellbeing_shares::sealed.eq(sealed),
            wellbeing_shares::shared_at.eq(share.shared_at.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// What somebody shared, the last first.
pub(super) fn own_shares<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepRecords>) -> Result<Vec<Share>, DbError> {
    let rows: Vec<LoadedShare> = wellbeing_shares::table
        .filter(wellbeing_shares::organisation_id.eq(tx.caller().organisation()))
        .filter(wellbeing_shares::person_id.eq(may.scope()))
        .select(SHARE)
        .order((wellbeing_shares::shared_at.desc(), wellbeing_shares::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(share).collect())
}

/// Takes a share back; `false` when there is none any more.
pub(super) fn remove_share<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecords>,
    record: WellbeingRecordId,
    id: WellbeingShareId,
) -> Result<bool, DbError> {
    let this = wellbeing_shares::table
        .find((tx.caller().organisation(), id))
        .filter(wellbeing_shares::record_id.eq(record))
        .filter(wellbeing_shares::person_id.eq(may.scope()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

/// What is shared with the caller, the last first.
pub(super) fn received<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReceiveRecords>,
) -> Result<Vec<(Share, Vec<u8>)>, DbError> {
    let rows: Vec<(LoadedShare, Vec<u8>)> = wellbeing_shares::table
        .filter(wellbeing_shares::organisation_id.eq(tx.caller().organisation()))
        .filter(wellbeing_shares::recipient_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .select((SHARE, wellbeing_shares::sealed))
        .order((wellbeing_shares::shared_at.desc(), wellbeing_shares::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(row, sealed)| (share(row), sealed)).collect())
}

/// Notes that the recipient opened it; the first time stays.
pub(super) fn note_opened<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReceiveRecords>,
    id: WellbeingShareId,
    now: Timestamp,
) -> Result<(), DbError> {
    let this = wellbeing_shares::table
        .find((tx.caller().organisation(), id))
        .filter(wellbeing_shares::recipient_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .filter(wellbeing_shares::opened_at.is_null());
    diesel::update(this).set(wellbeing_shares::opened_at.eq(Some(now.to_diesel()))).execute(tx.conn())?;
    Ok(())
}

/// What the organisation wrote of to whom people can talk; `None` until it has.
pub(super) fn support(tx: &mut Tx<'_>) -> Result<Option<String>, DbError> {
    let this = wellbeing_support::table.find(tx.caller().organisation());
    Ok(this.select(wellbeing_support::body).first(tx.conn()).optional()?)
}

/// Writes it.
pub(super) fn set_support<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, WriteSupport>,
    body: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let at = now.to_diesel();
    diesel::insert_into(wellbeing_support::table)
        .values((
            wellbeing_support::organisation_id.eq(tx.caller().organisation()),
            wellbeing_support::body.eq(body),
            wellbeing_support::changed_at.eq(at),
        ))
        .on_conflict(wellbeing_support::organisation_id)
        .do_update()
        .set((wellbeing_support::body.eq(body), wellbeing_support::changed_at.eq(at)))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes the records whose day has come: the daily work's, which is told of none of them.
pub(super) fn expire(tx: &mut Tx<'_>, today: Date) -> Result<(), DbError> {
    diesel::sql_query("select app_wellbeing_expire($1)").bind::<SqlDate, _>(today.to_diesel()).execute(tx.conn())?;
    Ok(())
}
