//! What a calendar shows beside what is expected, and which expected duties were confirmed.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{duties, duty_kinds, people, rota_confirmations as c};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PatternSlotId, PersonId, UnitId};
use crate::rota::model::{Logged, Member};
use crate::rota::policy::{Compare, KeepOwn, ReadTeam};

/// Duties of these people that touch the time between two instants, as far as row-level security shows them, in order.
pub(in crate::rota) fn logged(
    tx: &mut Tx<'_>,
    persons: &[PersonId],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Logged>, DbError> {
    type Row = (DutyId, PersonId, jiff_diesel::Timestamp, jiff_diesel::Timestamp, String);
    // The most precise word of the duty's kind.
    let deepest = sql::<diesel::sql_types::Bool>(
        "duty_kinds.organisation_id = duties.organisation_id \
         and duty_kinds.id = coalesce(duties.subcategory_id, duties.category_id, duties.type_id)",
    );
    let rows: Vec<Row> = duties::table
        .inner_join(duty_kinds::table.on(deepest))
        .filter(duties::organisation_id.eq(tx.caller().organisation()).and(duties::person_id.eq_any(persons)))
        .filter(duties::deleted_at.is_null())
        .filter(duties::started_at.lt(to.to_diesel()).and(duties::ended_at.gt(from.to_diesel())))
        .select((duties::id, duties::person_id, duties::started_at, duties::ended_at, sql::<Text>("duty_kinds.name")))
        .order((duties::started_at, duties::id))
        .load(tx.conn())?;
    let logged = |(id, person, started_at, ended_at, kind): Row| Logged {
        id,
        person,
        started_at: started_at.to_jiff(),
        ended_at: ended_at.to_jiff(),
        kind,
    };
    Ok(rows.into_iter().map(logged).collect())
}

/// People of one unit whose rota the caller reads, by name.
pub(in crate::rota) fn team<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    unit: UnitId,
    limit: u16,
) -> Result<Vec<Member>, DbError> {
    let rows: Vec<(PersonId, String, String)> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::unit_id.eq(unit).and(people::left_at.is_null()))
        .select((people::id, people::given_name, people::family_name))
        .order((people::family_name, people::given_name, people::id))
        .limit(limit.into())
        .load(tx.conn())?;
    let member = |(id, given, family): (PersonId, String, String)| Member {
        id,
        name: format!("{given} {family}"),
        unit,
        left: false,
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Everybody who is here with their home unit, or one of them: to compare.
pub(in crate::rota) fn everybody<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Compare>,
    only: Option<PersonId>,
) -> Result<Vec<(PersonId, UnitId)>, DbError> {
    let mut query = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()).and(people::left_at.is_null()))
        .select((people::id, people::unit_id))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(people::id.eq(only));
    }
    Ok(query.load(tx.conn())?)
}

/// Under which id an expected duty is to be logged: the one that was noted first, whoever asks and how often.
pub(in crate::rota) fn confirm_id<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepOwn>,
    slot: PatternSlotId,
    day: Date,
    chosen: DutyId,
    now: Timestamp,
) -> Result<DutyId, DbError> {
    let organisation = tx.caller().organisation();
    diesel::insert_into(c::table)
        .values((
            c::organisation_id.eq(organisation),
            c::person_id.eq(may.scope()),
            c::slot_id.eq(slot),
            c::day.eq(day.to_diesel()),
            c::duty_id.eq(chosen),
            c::confirmed_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    let this = c::table.find((organisation, may.scope(), slot, day.to_diesel()));
    Ok(this.select(c::duty_id).first(tx.conn())?)
}

/// Notes another id, because the duty of the first one was deleted.
pub(in crate::rota) fn replace_confirmed<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepOwn>,
    slot: PatternSlotId,
    day: Date,
    chosen: DutyId,
    now: Timestamp,
) -> Result<(), DbError> {
    let this = c::table.find((tx.caller().organisation(), may.scope(), slot, day.to_diesel()));
    diesel::update(this).set((c::duty_id.eq(chosen), c::confirmed_at.eq(now.to_diesel()))).execute(tx.conn())?;
    Ok(())
}

/// Whether there is a duty of this id that was not deleted; `None`: there never was one that the caller sees.
pub(in crate::rota) fn duty_is_live<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KeepOwn>,
    id: DutyId,
) -> Result<Option<bool>, DbError> {
    let deleted: Option<Option<jiff_diesel::Timestamp>> =
        duties::table.find((tx.caller().organisation(), id)).select(duties::deleted_at).first(tx.conn()).optional()?;
    Ok(deleted.map(|deleted_at| deleted_at.is_none()))
}

/// Which expected duties of these people, beginning from `first` to `last`, were confirmed and are still logged.
pub(in crate::rota) fn confirmed(
    tx: &mut Tx<'_>,
    persons: &[PersonId],
    first: Date,
    last: Date,
) -> Result<Vec<(PersonId, PatternSlotId, Date)>, DbError> {
    let duty = duties::organisation_id.eq(c::organisation_id).and(duties::id.eq(c::duty_id));
    let rows: Vec<(PersonId, PatternSlotId, jiff_diesel::Date)> = c::table
        .inner_join(duties::table.on(duty))
        .filter(c::organisation_id.eq(tx.caller().organisation()).and(c::person_id.eq_any(persons)))
        .filter(c::day.ge(first.to_diesel()).and(c::day.le(last.to_diesel())).and(duties::deleted_at.is_null()))
        .select((c::person_id, c::slot_id, c::day))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(person, slot, day)| (person, slot, day.to_jiff())).collect())
}
