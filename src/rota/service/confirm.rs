//! An expected duty becomes a logged one: as it was expected with one press, or adjusted first.
//!
//! Under which id it is logged is noted before: whoever presses twice, or again after something broke in between, logs it
//! under the same id, and `duties` takes an id once.

use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::expected_of;
use crate::authz::{self, Caller, Granted};
use crate::db::{Db, Tx};
use crate::duties::port::Watch;
use crate::duties::rules::{self as duty_rules, Draft, Given, Typed};
use crate::duties::service::{self as duties, Source, words_in};
use crate::duties::words::Kinds;
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, DutyKindId, PatternSlotId, PersonId};
use crate::rota::error::RotaError;
use crate::rota::model::{Expected, Form};
use crate::rota::policy::KeepOwn;
use crate::rota::rules::Range;
use crate::rota::store;

/// An expected duty as the form that adjusts it shows it.
#[derive(Debug, Clone)]
pub struct Adjusting {
    /// What is expected.
    pub expected: Expected,
    /// The kind of work that it is logged as.
    pub kind: String,
    /// The fields, filled in.
    pub typed: Typed,
}

/// The expected duty that `slot` and `day` name, of the caller's own.
fn one<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepOwn>,
    slot: PatternSlotId,
    day: Date,
) -> Result<Expected, RotaError> {
    let range = Range { first: day, last: day };
    let all = expected_of(tx, may.facts(), range)?;
    all.into_iter().find(|expected| expected.slot == slot).ok_or(RotaError::NotExpected)
}

/// The kind of work of an expected duty: the shipped words for day and night shifts and for on-call cover, or the type
/// above them.
fn kind_of(kinds: &Kinds, expected: &Expected) -> Result<DutyKindId, RotaError> {
    let overnight = civil::local(expected.ends_at).date() > expected.day;
    let code = match expected.form {
        Form::Standby => "on-call",
        Form::Shift if overnight => "night",
        Form::Shift => "day",
    };
    let all = kinds.in_order();
    let top = all.iter().find(|kind| kind.parent.is_none() && kind.code == "shift" && !kind.retired);
    let top = top.ok_or(RotaError::NoKind)?.id;
    let leaf = all.iter().find(|kind| kind.parent == Some(top) && kind.code == code && !kind.retired);
    Ok(leaf.map_or(top, |kind| kind.id))
}

/// Notes the id under which it is logged. `None`: it is logged already.
fn id_for<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepOwn>,
    expected: &Expected,
    now: Timestamp,
) -> Result<Option<DutyId>, RotaError> {
    let chosen = DutyId::new(now);
    let noted = store::confirm_id(tx, may, expected.slot, expected.day, chosen, now)?;
    match store::duty_is_live(tx, may, noted)? {
        Some(true) => Ok(None),
        None => Ok(Some(noted)),
        Some(false) => {
            store::replace_confirmed(tx, may, expected.slot, expected.day, chosen, now)?;
            Ok(Some(chosen))
        }
    }
}

fn me(caller: &Caller) -> PersonId {
    caller.person_id().unwrap_or(PersonId::NIL)
}

/// Logs an expected duty as it was expected. `false` when it was logged before.
///
/// # Errors
/// [`RotaError::NotExpected`]; [`RotaError::NotOver`]; [`RotaError::NoKind`]; [`RotaError::Duty`] for what speaks
/// against logging it, such as another duty at the same time, or a limit or rest that it breaks: they are told, as they
/// are when they log a duty, and say so themselves in [`adjust`].
pub async fn confirm(
    db: &Db,
    watch: &Watch,
    caller: &Caller,
    slot: PatternSlotId,
    day: Date,
    now: Timestamp,
) -> Result<bool, RotaError> {
    let person = me(caller);
    let found = db
        .write(caller, move |tx| {
            let may = authz::may::<KeepOwn>(tx, person)?;
            let expected = one(tx, &may, slot, day)?;
            if expected.ends_at > now {
                return Err(RotaError::NotOver);
            }
            let (kinds, _units) = words_in(tx)?;
            let given = Given {
                started_at: expected.starts_at,
                ended_at: expected.ends_at,
                kind: kind_of(&kinds, &expected)?,
                unit: may.facts().unit,
                break_minutes: expected.break_minutes.into(),
                mileage_tenths: None,
                incident_number: String::new(),
                job_role: String::new(),
                call_sign: String::new(),
                shared_note: String::new(),
                private_note: String::new(),
                both_right: false,
                despite_breach: false,
            };
            let draft = duty_rules::check_given(given, now).map_err(crate::duties::DutyError::from)?;
            Ok(id_for(tx, &may, &expected, now)?.map(|id| (id, draft)))
        })
        .await?;
    log(db, watch, caller, found, now).await
}

/// An expected duty of one's own, to adjust it.
///
/// # Errors
/// As [`confirm`].
pub async fn to_adjust(db: &Db, caller: &Caller, slot: PatternSlotId, day: Date) -> Result<Adjusting, RotaError> {
    let person = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, person)?;
        let expected = one(tx, &may, slot, day)?;
        let (kinds, _units) = words_in(tx)?;
        let kind = kind_of(&kinds, &expected)?;
        let (start, end) = (civil::local(expected.starts_at), civil::local(expected.ends_at));
        let typed = Typed {
            date: expected.day.to_string(),
            start: start.strftime("%H:%M").to_string(),
            end: end.strftime("%H:%M").to_string(),
            next_day: if end.date() > expected.day { "yes".to_owned() } else { String::new() },
            kind: kind.to_string(),
            unit: may.facts().unit.to_string(),
            breaks: match expected.break_minutes {
                0 => String::new(),
                minutes => minutes.to_string(),
            },
            ..Typed::default()
        };
        Ok(Adjusting { expected, kind: kinds.name(kind).to_owned(), typed })
    })
    .await
}

/// Logs an expected duty as it really was: times and breaks are the typed ones, kind and unit stay. `false` when it was
/// logged before.
///
/// # Errors
/// As [`confirm`].
pub async fn adjust(
    db: &Db,
    watch: &Watch,
    caller: &Caller,
    slot: PatternSlotId,
    day: Date,
    typed: Typed,
    now: Timestamp,
) -> Result<bool, RotaError> {
    let adjusting = to_adjust(db, caller, slot, day).await?;
    let typed = Typed { kind: adjusting.typed.kind, unit: adjusting.typed.unit, ..typed };
    let draft = duty_rules::check_typed(&typed, now).map_err(crate::duties::DutyError::from)?;
    let person = me(caller);
    let found = db
        .write(caller, move |tx| {
            let may = authz::may::<KeepOwn>(tx, person)?;
            let expected = one(tx, &may, slot, day)?;
            Ok::<_, RotaError>(id_for(tx, &may, &expected, now)?.map(|id| (id, draft)))
        })
        .await?;
    log(db, watch, caller, found, now).await
}

async fn log(
    db: &Db,
    watch: &Watch,
    caller: &Caller,
    found: Option<(DutyId, Draft)>,
    now: Timestamp,
) -> Result<bool, RotaError> {
    let Some((id, draft)) = found else { return Ok(false) };
    Ok(duties::log(db, watch, caller, id, draft, Source::Manual, now).await?)
}
