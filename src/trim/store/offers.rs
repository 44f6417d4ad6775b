//! Offers: those made to oneself, and making one. How many there were, the database counts and suppresses.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date as SqlDate, Nullable, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::trim_offers;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, TrimOfferId, UnitId};
use crate::trim::model::{Answer, Count, CountLine, Criterion, Offer, Origin};
use crate::trim::policy::{AnswerOffer, CountOffers, OfferTrim, UseTrim};

type Row = (
    TrimOfferId,
    PersonId,
    jiff_diesel::Timestamp,
    String,
    Option<String>,
    jiff_diesel::Timestamp,
    Option<String>,
    Option<jiff_diesel::Timestamp>,
);

type Columns = (
    trim_offers::id,
    trim_offers::person_id,
    trim_offers::event_at,
    trim_offers::origin,
    trim_offers::criterion,
    trim_offers::offered_at,
    trim_offers::answer,
    trim_offers::answered_at,
);

const COLUMNS: Columns = (
    trim_offers::id,
    trim_offers::person_id,
    trim_offers::event_at,
    trim_offers::origin,
    trim_offers::criterion,
    trim_offers::offered_at,
    trim_offers::answer,
    trim_offers::answered_at,
);

fn row((id, person, event_at, origin, criterion, offered_at, answer, answered_at): Row) -> Offer {
    let answer = answer.as_deref().and_then(Answer::parse);
    Offer {
        id,
        person,
        event_at: event_at.to_jiff(),
        // The column holds nothing else.
        origin: Origin::parse(&origin).unwrap_or(Origin::Own),
        criterion: criterion.as_deref().and_then(Criterion::parse),
        offered_at: offered_at.to_jiff(),
        answer: answer.zip(answered_at.map(jiff_diesel::Timestamp::to_jiff)),
    }
}

/// An offer that the caller's row-level policies show: facts for a permission.
pub(in crate::trim) fn offer(tx: &mut Tx<'_>, id: TrimOfferId) -> Result<Option<Offer>, DbError> {
    let this = trim_offers::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Row>(tx.conn()).optional()?.map(row))
}

/// All that were made to oneself, the latest event first.
pub(in crate::trim) fn offers<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, UseTrim>) -> Result<Vec<Offer>, DbError> {
    let rows: Vec<Row> = trim_offers::table
        .filter(trim_offers::organisation_id.eq(tx.caller().organisation()))
        .filter(trim_offers::person_id.eq(may.scope()))
        .select(COLUMNS)
        .order((trim_offers::event_at.desc(), trim_offers::id.desc()))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Writes the answer down; the database makes the case of it, or ends it.
pub(in crate::trim) fn answer<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, AnswerOffer>,
    answer: Answer,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::update(trim_offers::table.find((tx.caller().organisation(), may.scope())))
        .set((trim_offers::answer.eq(answer.as_str()), trim_offers::answered_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

/// Asks for TRiM oneself: an offer that is accepted.
pub(in crate::trim) fn ask<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, UseTrim>,
    id: TrimOfferId,
    event_at: Timestamp,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(trim_offers::table)
        .values((
            trim_offers::organisation_id.eq(tx.caller().organisation()),
            trim_offers::id.eq(id),
            trim_offers::person_id.eq(may.scope()),
            // Put right by the database.
            trim_offers::unit_id.eq(UnitId::NIL),
            trim_offers::event_at.eq(event_at.to_diesel()),
            trim_offers::origin.eq(Origin::Own.as_str()),
            trim_offers::offered_at.eq(now.to_diesel()),
            trim_offers::answer.eq(Answer::Accepted.as_str()),
            trim_offers::answered_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Offers TRiM to somebody. Whether there was an offer for the event already, the caller does not learn.
pub(in crate::trim) fn give<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, OfferTrim>,
    id: TrimOfferId,
    person: PersonId,
    event_at: Timestamp,
    now: Timestamp,
) -> Result<(), DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(trim_offers::table)
        .values((
            trim_offers::organisation_id.eq(tx.caller().organisation()),
            trim_offers::id.eq(id),
            trim_offers::person_id.eq(person),
            trim_offers::unit_id.eq(UnitId::NIL),
            trim_offers::event_at.eq(event_at.to_diesel()),
            trim_offers::origin.eq(Origin::Manager.as_str()),
            trim_offers::offered_by.eq(by),
            trim_offers::offered_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct Whom {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Whom the caller may offer it to, by exactly their id, number or address; two when that is not one person.
pub(in crate::trim) fn whom<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, OfferTrim>,
    text: &str,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<Whom> =
        diesel::sql_query("select id, name from app_trim_whom($1)").bind::<Text, _>(text).load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    unit_id: Option<UnitId>,
    #[diesel(sql_type = Nullable<BigInt>)]
    offers: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    hidden: Option<String>,
}

/// How many offers were made in the quarter of that day, as far as it may be shown.
pub(in crate::trim) fn counts<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, CountOffers>,
    day: Date,
) -> Result<Vec<CountLine>, DbError> {
    let rows: Vec<Counted> = diesel::sql_query("select unit_id, offers, hidden from app_trim_counts($1)")
        .bind::<SqlDate, _>(day.to_diesel())
        .load(tx.conn())?;
    let line = |row: Counted| {
        let count = match (row.offers, row.hidden.as_deref()) {
            (Some(offers), None) => Count::Shown(offers),
            (_, Some("beside")) => Count::Beside,
            (_, _) => Count::Few,
        };
        CountLine { unit: row.unit_id, count }
    };
    Ok(rows.into_iter().map(line).collect())
}
