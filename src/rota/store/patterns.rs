//! Patterns and their duties. They hold nothing of anybody's, so that reading them asks for no proof.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{duty_pattern_slots as s, duty_patterns as p};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyPatternId, PatternSlotId};
use crate::rota::model::{Form, Pattern, Slot};
use crate::rota::policy::Configure;

type PatternRow = (DutyPatternId, String, i32, Option<jiff_diesel::Timestamp>);
type SlotRow = (PatternSlotId, DutyPatternId, i32, i32, i32, String, i32);

fn pattern_of((id, name, cycle_days, retired_at): PatternRow) -> Pattern {
    Pattern { id, name, cycle_days, retired: retired_at.is_some() }
}

/// The table lets in no other sort of duty, so that none is lost here.
fn slot_of((id, pattern, day, starts, ends, duty, break_minutes): SlotRow) -> Slot {
    let form = Form::parse(&duty).unwrap_or(Form::Shift);
    Slot { id, pattern, day, starts: clock(starts), ends: clock(ends), form, break_minutes }
}

/// The time that is so many minutes after midnight.
fn clock(minutes: i32) -> Time {
    let part = |part: i32| i8::try_from(part).unwrap_or(0);
    Time::new(part(minutes / 60), part(minutes % 60), 0, 0).unwrap_or(Time::midnight())
}

fn minutes(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

/// All patterns by name, retired ones last.
pub(in crate::rota) fn patterns(tx: &mut Tx<'_>) -> Result<Vec<Pattern>, DbError> {
    let rows: Vec<PatternRow> = p::table
        .filter(p::organisation_id.eq(tx.caller().organisation()))
        .select((p::id, p::name, p::cycle_days, p::retired_at))
        .order((p::retired_at.asc().nulls_first(), p::name, p::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(pattern_of).collect())
}

/// One pattern: facts for a permission.
pub(in crate::rota) fn pattern(tx: &mut Tx<'_>, id: DutyPatternId) -> Result<Option<Pattern>, DbError> {
    let this = p::table.find((tx.caller().organisation(), id)).select((p::id, p::name, p::cycle_days, p::retired_at));
    Ok(this.first::<PatternRow>(tx.conn()).optional()?.map(pattern_of))
}

/// The duties of a pattern, in the order of its cycle.
pub(in crate::rota) fn slots(tx: &mut Tx<'_>, pattern: DutyPatternId) -> Result<Vec<Slot>, DbError> {
    Ok(slots_of_all(tx)?.into_iter().filter(|slot| slot.pattern == pattern).collect())
}

/// The duties of all patterns: an organisation has a handful.
pub(in crate::rota) fn slots_of_all(tx: &mut Tx<'_>) -> Result<Vec<Slot>, DbError> {
    let rows: Vec<SlotRow> = s::table
        .filter(s::organisation_id.eq(tx.caller().organisation()))
        .select((s::id, s::pattern_id, s::day, s::starts_minute, s::ends_minute, s::duty, s::break_minutes))
        .order((s::pattern_id, s::day, s::starts_minute))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(slot_of).collect())
}

/// Adds a pattern without duties. A name that is taken is a unique violation.
pub(in crate::rota) fn add_pattern<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    pattern: &Pattern,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(p::table)
        .values((
            p::organisation_id.eq(tx.caller().organisation()),
            p::id.eq(pattern.id),
            p::name.eq(&pattern.name),
            p::cycle_days.eq(pattern.cycle_days),
            p::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Adds a duty to a pattern. One at the same time is a unique violation; a pattern in use a check that fails.
pub(in crate::rota) fn add_slot<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    slot: &Slot,
) -> Result<(), DbError> {
    diesel::insert_into(s::table)
        .values((
            s::organisation_id.eq(tx.caller().organisation()),
            s::id.eq(slot.id),
            s::pattern_id.eq(slot.pattern),
            s::day.eq(slot.day),
            s::starts_minute.eq(minutes(slot.starts)),
            s::ends_minute.eq(minutes(slot.ends)),
            s::duty.eq(slot.form.as_str()),
            s::break_minutes.eq(slot.break_minutes),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes a duty of a pattern; `false` when there is none.
pub(in crate::rota) fn remove_slot<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    pattern: DutyPatternId,
    slot: PatternSlotId,
) -> Result<bool, DbError> {
    let this = s::table.find((tx.caller().organisation(), slot)).filter(s::pattern_id.eq(pattern));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

/// Offers a pattern no longer; `false` when it is not offered already.
pub(in crate::rota) fn retire_pattern<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: DutyPatternId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = p::table.find((tx.caller().organisation(), id)).filter(p::retired_at.is_null());
    Ok(diesel::update(this).set(p::retired_at.eq(Some(now.to_diesel()))).execute(tx.conn())? == 1)
}
