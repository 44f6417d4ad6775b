//! Duty patterns: shipped ones, the organisation's own, and their duties.

use jiff::Timestamp;
use serde::Deserialize;

use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::duties::rules::parse_time;
use crate::kernel::ids::{DutyPatternId, PatternSlotId};
use crate::rota::error::RotaError;
use crate::rota::model::{Form, Pattern, Slot};
use crate::rota::policy::Configure;
use crate::rota::presets::Preset;
use crate::rota::store;
use crate::views::FormErrors;

const NAME: Field = Field::shown("name");
const CYCLE: Field = Field::shown("cycle_days");
const DAY: Field = Field::shown("day");
const TIMES: Field = Field::shown("times");

/// A pattern as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedPattern {
    /// What it is called.
    pub name: String,
    /// After how many days it comes again.
    pub cycle_days: String,
}

/// A duty of a pattern as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedSlot {
    /// The day of the cycle, from 1.
    pub day: String,
    /// When it begins.
    pub starts: String,
    /// When it ends.
    pub ends: String,
    /// What sort of duty.
    pub form: String,
    /// Minutes.
    pub breaks: String,
}

fn check_pattern(typed: &TypedPattern, now: Timestamp) -> Result<Pattern, FormErrors> {
    let mut errors = FormErrors::new();
    let name = typed.name.trim();
    if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
        errors.add("name", "Say what it is called, in 120 characters at most");
    }
    let cycle = typed.cycle_days.trim().parse::<i32>().ok().filter(|days| (1..=366).contains(days));
    if cycle.is_none() {
        errors.add("cycle_days", "Enter after how many days it comes again, 1 to 366");
    }
    match cycle {
        Some(cycle_days) if errors.is_empty() => {
            Ok(Pattern { id: DutyPatternId::new(now), name: name.to_owned(), cycle_days, retired: false })
        }
        Some(_) | None => Err(errors),
    }
}

fn check_slot(typed: &TypedSlot, pattern: &Pattern, now: Timestamp) -> Result<Slot, FormErrors> {
    let mut errors = FormErrors::new();
    let days = 1..=pattern.cycle_days;
    let day = typed.day.trim().parse::<i32>().ok().filter(|day| days.contains(day));
    if day.is_none() {
        errors.add("day", format!("Enter a day of the cycle, 1 to {}", pattern.cycle_days));
    }
    let starts = parse_time(&typed.starts);
    if starts.is_none() {
        errors.add("starts", "Enter a time like 09:00");
    }
    let ends = parse_time(&typed.ends);
    if ends.is_none() {
        errors.add("ends", "Enter a time like 18:00");
    }
    let form = Form::parse(&typed.form);
    if form.is_none() {
        errors.add("form", "Choose what sort of duty it is");
    }
    let breaks = match typed.breaks.trim() {
        "" => Some(0),
        text => text.parse::<i32>().ok().filter(|minutes| (0..=720).contains(minutes)),
    };
    if breaks.is_none() {
        errors.add("breaks", "Enter minutes, 0 to 720");
    }
    match (day, starts, ends, form, breaks) {
        (Some(day), Some(starts), Some(ends), Some(form), Some(break_minutes)) => {
            let id = PatternSlotId::new(now);
            Ok(Slot { id, pattern: pattern.id, day: day - 1, starts, ends, form, break_minutes })
        }
        _ => Err(errors),
    }
}

/// All patterns with how many duties each has.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn list(db: &Db, caller: &Caller) -> Result<Vec<(Pattern, usize)>, RotaError> {
    db.read(caller, |tx| {
        authz::require::<Configure>(tx, None)?;
        let slots = store::slots_of_all(tx)?;
        let count = |pattern: &Pattern| slots.iter().filter(|slot| slot.pattern == pattern.id).count();
        Ok(store::patterns(tx)?.into_iter().map(|pattern| (pattern.clone(), count(&pattern))).collect())
    })
    .await
}

/// A pattern with its duties.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The pattern.
    pub pattern: Pattern,
    /// Its duties, in the order of the cycle.
    pub slots: Vec<Slot>,
}

/// Opens a pattern.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn open(db: &Db, caller: &Caller, id: DutyPatternId) -> Result<Opened, RotaError> {
    db.read(caller, move |tx| {
        let may = authz::may::<Configure>(tx, Some(id))?;
        let pattern = may.facts().clone().ok_or(authz::AuthzError::Hidden)?;
        Ok(Opened { pattern, slots: store::slots(tx, id)? })
    })
    .await
}

fn named(error: crate::db::DbError) -> RotaError {
    match error.unique_violation() {
        Some("duty_patterns_name") => RotaError::NameTaken,
        Some("duty_pattern_slots_once") => RotaError::field("starts", "Another duty begins on this day at this time"),
        Some(_) | None if error.check_violation() == Some("duty_patterns_in_use") => RotaError::InUse,
        Some(_) | None => error.into(),
    }
}

/// Adds a pattern without duties.
///
/// # Errors
/// [`RotaError::Invalid`]; [`RotaError::NameTaken`].
pub async fn add(db: &Db, caller: &Caller, typed: TypedPattern, now: Timestamp) -> Result<DutyPatternId, RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, None)?;
        let pattern = check_pattern(&typed, now)?;
        store::add_pattern(tx, &may, &pattern, now).map_err(named)?;
        let changed = [NAME.change(None::<&str>, pattern.name.clone()), CYCLE.change(None::<i32>, pattern.cycle_days)];
        audit::record(tx, now, Entry::new("pattern.add").on("pattern", pattern.id).changed(changed))?;
        Ok(pattern.id)
    })
    .await
}

/// Adds a shipped pattern with its duties.
///
/// # Errors
/// [`RotaError::NameTaken`].
pub async fn suggest(
    db: &Db,
    caller: &Caller,
    preset: &'static Preset,
    now: Timestamp,
) -> Result<DutyPatternId, RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, None)?;
        let pattern = Pattern {
            id: DutyPatternId::new(now),
            name: preset.name.to_owned(),
            cycle_days: preset.cycle_days,
            retired: false,
        };
        store::add_pattern(tx, &may, &pattern, now).map_err(named)?;
        for slot in preset.slots {
            let (id, pattern) = (PatternSlotId::new(now), pattern.id);
            let (day, starts, ends, form, break_minutes) =
                (slot.day, slot.starts, slot.ends, slot.form, slot.break_minutes);
            store::add_slot(tx, &may, &Slot { id, pattern, day, starts, ends, form, break_minutes })?;
        }
        let changed = [NAME.change(None::<&str>, preset.name), CYCLE.change(None::<i32>, preset.cycle_days)];
        audit::record(tx, now, Entry::new("pattern.add").on("pattern", pattern.id).changed(changed))?;
        Ok(pattern.id)
    })
    .await
}

/// Adds a duty to a pattern that nobody works yet.
///
/// # Errors
/// [`RotaError::Invalid`]; [`RotaError::InUse`].
pub async fn add_slot(
    db: &Db,
    caller: &Caller,
    id: DutyPatternId,
    typed: TypedSlot,
    now: Timestamp,
) -> Result<(), RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, Some(id))?;
        let pattern = may.facts().clone().ok_or(authz::AuthzError::Hidden)?;
        let slot = check_slot(&typed, &pattern, now)?;
        store::add_slot(tx, &may, &slot).map_err(named)?;
        let changed = [
            DAY.change(None::<i32>, slot.day + 1),
            TIMES.change(None::<&str>, format!("{} to {}", slot.starts, slot.ends)),
        ];
        audit::record(tx, now, Entry::new("pattern.change").on("pattern", id).changed(changed))?;
        Ok(())
    })
    .await
}

/// Removes a duty of a pattern that nobody works yet. `false` when it is gone already.
///
/// # Errors
/// [`RotaError::InUse`].
pub async fn remove_slot(
    db: &Db,
    caller: &Caller,
    id: DutyPatternId,
    slot: PatternSlotId,
    now: Timestamp,
) -> Result<bool, RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, Some(id))?;
        let removed = store::remove_slot(tx, &may, id, slot).map_err(named)?;
        if removed {
            audit::record(tx, now, Entry::new("pattern.change").on("pattern", id).noting("removed", slot.0))?;
        }
        Ok(removed)
    })
    .await
}

/// Offers a pattern no longer; who works it goes on. `false` when it is so already.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn retire(db: &Db, caller: &Caller, id: DutyPatternId, now: Timestamp) -> Result<bool, RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, Some(id))?;
        let did = store::retire_pattern(tx, &may, id, now)?;
        if did {
            audit::record(tx, now, Entry::new("pattern.retire").on("pattern", id))?;
        }
        Ok(did)
    })
    .await
}
