//! Which signals somebody switched on, whom they have told, and what is raised. Row-level security lets a member see their
//! own alone, and the work that looks those of all.

use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{signal_choices as c, signal_raisings as r, signal_tellings as t};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;
use crate::signals::model::{Choice, Kind, Raising, Receiver, Telling, Told};
use crate::signals::policy::{KeepSignals, ReceiveSignals};

/// Everybody who switched a signal on, each once.
pub(in crate::signals) fn people(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, DbError> {
    let all = c::table.filter(c::organisation_id.eq(tx.caller().organisation()));
    Ok(all.select(c::person_id).distinct().order(c::person_id).load(tx.conn())?)
}

/// Whether anybody switched this kind on.
pub(in crate::signals) fn is_used(tx: &mut Tx<'_>, kind: Kind) -> Result<bool, DbError> {
    let all = c::table.filter(c::organisation_id.eq(tx.caller().organisation()).and(c::kind.eq(kind.as_str())));
    Ok(diesel::select(diesel::dsl::exists(all)).get_result(tx.conn())?)
}

/// What somebody switched on.
pub(in crate::signals) fn choices(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Choice>, DbError> {
    let rows: Vec<(String, Option<jiff_diesel::Date>)> = c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()).and(c::person_id.eq(person)))
        .select((c::kind, c::snoozed_until))
        .order(c::kind)
        .load(tx.conn())?;
    let of = |(kind, until): (String, Option<jiff_diesel::Date>)| {
        let snoozed_until = until.map(jiff_diesel::Date::to_jiff);
        Kind::parse(&kind).map(|kind| Choice { kind, snoozed_until })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

/// Whom somebody has told of what.
pub(in crate::signals) fn tellings(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Telling>, DbError> {
    type Row = (String, PersonId, Option<jiff_diesel::Timestamp>);
    let rows: Vec<Row> = t::table
        .filter(t::organisation_id.eq(tx.caller().organisation()).and(t::person_id.eq(person)))
        .select((t::kind, t::recipient_id, t::told_at))
        .load(tx.conn())?;
    let of = |(kind, recipient, told_at): Row| {
        let told_at = told_at.map(jiff_diesel::Timestamp::to_jiff);
        Kind::parse(&kind).map(|kind| Telling { kind, recipient, told_at })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

/// What is raised of somebody.
pub(in crate::signals) fn raisings(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Raising>, DbError> {
    type Row = (String, jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>);
    let rows: Vec<Row> = r::table
        .filter(r::organisation_id.eq(tx.caller().organisation()).and(r::person_id.eq(person)))
        .select((r::kind, r::raised_at, r::noticed_at))
        .load(tx.conn())?;
    let of = |(kind, raised_at, noticed_at): Row| {
        let (raised_at, noticed_at) = (raised_at.to_jiff(), noticed_at.map(jiff_diesel::Timestamp::to_jiff));
        Kind::parse(&kind).map(|kind| Raising { kind, raised_at, noticed_at })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

/// Switches a signal on. Nothing happens when it is on.
pub(in crate::signals) fn switch_on<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepSignals>,
    kind: Kind,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(c::table)
        .values((
            c::organisation_id.eq(tx.caller().organisation()),
            c::person_id.eq(may.scope()),
            c::kind.eq(kind.as_str()),
            c::since.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(())
}

/// Switches a signal off; with it goes whom was told, and what is raised.
pub(in crate::signals) fn switch_off<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepSignals>,
    kind: Kind,
) -> Result<(), DbError> {
    let this = c::table.find((tx.caller().organisation(), may.scope(), kind.as_str()));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

/// Snoozes a signal to the end of a day, or wakes it; `false` when it is off.
pub(in crate::signals) fn snooze<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepSignals>,
    kind: Kind,
    until: Option<Date>,
) -> Result<bool, DbError> {
    let this = c::table.find((tx.caller().organisation(), may.scope(), kind.as_str()));
    let changed = diesel::update(this).set(c::snoozed_until.eq(until.map(|day| day.to_diesel()))).execute(tx.conn())?;
    Ok(changed == 1)
}

/// Has somebody told of a signal.
pub(in crate::signals) fn tell<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepSignals>,
    kind: Kind,
    recipient: PersonId,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(t::table)
        .values((
            t::organisation_id.eq(tx.caller().organisation()),
            t::person_id.eq(may.scope()),
            t::kind.eq(kind.as_str()),
            t::recipient_id.eq(recipient),
            t::chosen_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Has nobody told of a signal any more; what was told is gone with it.
pub(in crate::signals) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepSignals>,
    kind: Kind,
) -> Result<(), DbError> {
    let this = t::table.find((tx.caller().organisation(), may.scope(), kind.as_str()));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct ReceiverRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    roles: String,
}

/// Whom the caller can have told, by name.
pub(in crate::signals) fn receivers<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KeepSignals>,
) -> Result<Vec<Receiver>, DbError> {
    let rows: Vec<ReceiverRow> =
        diesel::sql_query("select person_id, name, roles from app_signal_receivers()").load(tx.conn())?;
    let of = |row: ReceiverRow| Receiver { person: row.person_id, name: row.name, roles: row.roles };
    Ok(rows.into_iter().map(of).collect())
}

#[derive(QueryableByName)]
struct ToldRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = Timestamptz)]
    raised_at: jiff_diesel::Timestamp,
}

/// What the caller was told of others, the latest first.
pub(in crate::signals) fn told<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReceiveSignals>,
) -> Result<Vec<Told>, DbError> {
    let rows: Vec<ToldRow> =
        diesel::sql_query("select name, kind, reason, raised_at from app_signals_told()").load(tx.conn())?;
    let of = |row: ToldRow| {
        let kind = Kind::parse(&row.kind)?;
        Some(Told { name: row.name, kind, reason: row.reason, raised_at: row.raised_at.to_jiff() })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}
