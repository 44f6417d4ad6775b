//! Logging, changing and deleting: each with its entry in the audit trail, in one transaction.

use jiff::{SignedDuration, Timestamp};

use super::super::changes;
use super::super::error::{self, DutyError};
use super::super::model::{Attempt, DutyRow, KindPath};
use super::super::policy::{DeleteDuty, EditDuty, LogDuty};
use super::super::port::{Breach, Planned, Watch};
use super::super::rules::{At, Draft, Faults};
use super::super::store::{self, LogFacts};
use super::super::words::Kinds;
use super::refuse_locked;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::kernel::ids::{DutyId, DutyKindId, PersonId};
use crate::views::format;

/// How old an id may be that a form or a program chose for a new duty.
const KEY_AGE: SignedDuration = SignedDuration::from_hours(48);

/// Where a duty comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Somebody typed it.
    Manual,
    /// A program sent it.
    Api,
}

impl Source {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Api => "api",
        }
    }
}

/// The id for a new duty that a form or a program chose, so that sending it twice makes one duty.
///
/// # Errors
/// [`DutyError::IdTaken`] when it is no UUID of version 7 made within the last two days: one that sorts elsewhere
/// would spoil the order of the table, and might be somebody's guess at another duty's id.
pub fn chosen_id(text: &str, now: Timestamp) -> Result<DutyId, DutyError> {
    let id = uuid::Uuid::try_parse(text.trim()).ok().filter(|id| id.get_version_num() == 7);
    let made = id.and_then(|id| id.get_timestamp()).map(|made| made.to_unix().0);
    let made = made.and_then(|seconds| Timestamp::from_second(i64::try_from(seconds).ok()?).ok());
    let recent = made.is_some_and(|made| {
        let age = now.duration_since(made);
        age <= KEY_AGE && age >= -SignedDuration::from_mins(5)
    });
    id.filter(|_id| recent).map(DutyId).ok_or(DutyError::IdTaken)
}

/// Logs a duty of the caller's. `false` when this id was logged already, by the same caller: then nothing is done.
///
/// # Errors
/// [`DutyError::Invalid`] for what only other records can tell: unknown kind or unit, a duty at the same time.
pub async fn log(
    db: &Db,
    watch: &Watch,
    caller: &Caller,
    id: DutyId,
    draft: Draft,
    source: Source,
    now: Timestamp,
) -> Result<bool, DutyError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    let watch = watch.clone();
    db.write(caller, move |tx| {
        let may = authz::may::<LogDuty>(tx, me)?;
        let (kind, despite) = match check_new(tx, &watch, (id, me), &draft, now) {
            Ok(checked) => checked,
            Err(faults) => return if store::is_own(tx, id)? { Ok(false) } else { Err(faults) },
        };
        if !store::insert(tx, &may, id, &draft, &kind, source.as_str(), now)? {
            return if store::is_own(tx, id)? { Ok(false) } else { Err(DutyError::IdTaken) };
        }
        store::insert_notes(tx, &may, id, &draft)?;
        let entry = Entry::new("duty.log").on("duty", id).about(me).changed(changes::for_audit(None, &draft));
        let entry = despite.kept(tx, &watch, entry, now)?;
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// What became of a program's wish to log a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logged {
    /// It was logged.
    Now(DutyId),
    /// It was logged before, when the same attempt came the first time.
    Before(DutyId),
}

/// Logs a duty of the caller's for a program; an `attempt` that comes again makes no second one.
///
/// # Errors
/// [`DutyError::KeyUsed`] when something else was sent under the same key; otherwise as [`log`].
pub async fn log_once(
    db: &Db,
    watch: &Watch,
    caller: &Caller,
    attempt: Option<Attempt>,
    draft: Draft,
    now: Timestamp,
) -> Result<Logged, DutyError> {
    let (id, me) = (DutyId::new(now), caller.person_id().unwrap_or(PersonId::NIL));
    let watch = watch.clone();
    db.write(caller, move |tx| {
        let may = authz::may::<LogDuty>(tx, me)?;
        if let Some(attempt) = attempt {
            store::forget_attempts(tx, &may, now.checked_sub(KEY_AGE).unwrap_or(now))?;
            if let Some((fingerprint, before)) = store::first_attempt(tx, &may, &attempt, id, now)? {
                let same = fingerprint == attempt.fingerprint;
                return if same { Ok(Logged::Before(before)) } else { Err(DutyError::KeyUsed) };
            }
        }
        let (kind, despite) = check_new(tx, &watch, (id, me), &draft, now)?;
        if !store::insert(tx, &may, id, &draft, &kind, Source::Api.as_str(), now)? {
            return Err(DutyError::IdTaken);
        }
        store::insert_notes(tx, &may, id, &draft)?;
        let entry = Entry::new("duty.log").on("duty", id).about(me).changed(changes::for_audit(None, &draft));
        let entry = despite.kept(tx, &watch, entry, now)?;
        audit::record(tx, now, entry)?;
        Ok(Logged::Now(id))
    })
    .await
}

/// Changes a duty that is at `revision`. `false` when the draft says what the duty says already.
///
/// # Errors
/// [`DutyError::Changed`] when it is at another revision by now; otherwise as [`log`].
pub async fn edit(
    db: &Db,
    watch: &Watch,
    caller: &Caller,
    (id, revision): (DutyId, i32),
    draft: Draft,
    reason: String,
    now: Timestamp,
) -> Result<bool, DutyError> {
    let watch = watch.clone();
    db.write(caller, move |tx| {
        let may = authz::may::<EditDuty>(tx, id)?;
        let row = may.facts().clone();
        refuse_locked(tx, &row)?;
        if row.revision != revision {
            return Err(DutyError::Changed);
        }
        check_unlocked(tx, row.person, &draft)?;
        let facts = store::log_facts(tx, id, row.person, &draft)?;
        let kind = check_facts(tx, &draft, facts, Some(&row))?;
        let despite = if same_work(&row, &draft, &kind) {
            Despite(None)
        } else {
            Despite::of(tx, &watch, planned(id, row.person, &draft, kind), &draft, now)?
        };
        let had = store::notes_to_edit(tx, &may)?;
        let before = changes::replaced(&row, &draft, &kind);
        let same_notes = had.shared == draft.shared_note && had.private == draft.private_note;
        if before.is_empty() && same_notes {
            return Ok(false);
        }
        if !store::update(tx, &may, revision, &draft, &kind, now)? {
            return Err(DutyError::Changed);
        }
        store::set_notes(tx, &may, &had, &draft)?;
        store::revise(tx, &row, "changed", &reason, &before.into(), now)?;
        let entry = Entry::new("duty.edit")
            .on("duty", id)
            .about(row.person)
            .changed(changes::for_audit(Some((&row, &had)), &draft))
            .noting("reason", reason);
        let entry = despite.kept(tx, &watch, entry, now)?;
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// Deletes a duty that is at `revision`: it leaves all lists and sums, its notes are removed, its history stays.
///
/// # Errors
/// [`DutyError::Changed`] when it is at another revision by now.
pub async fn delete(
    db: &Db,
    caller: &Caller,
    id: DutyId,
    revision: i32,
    reason: String,
    now: Timestamp,
) -> Result<(), DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<DeleteDuty>(tx, id)?;
        let row = may.facts().clone();
        refuse_locked(tx, &row)?;
        if row.revision != revision || !store::delete(tx, &may, revision, now)? {
            return Err(DutyError::Changed);
        }
        store::remove_notes(tx, &may)?;
        store::revise(tx, &row, "deleted", &reason, &changes::values(&row).into(), now)?;
        let entry = Entry::new("duty.delete").on("duty", id).about(row.person).noting("reason", reason);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Sets the private note of a duty of the caller's. It is theirs alone, so they may at any time, whatever became of the
/// hours. `false` when it says so already.
///
/// # Errors
/// [`DutyError::Authz`] when the caller may not change the duty.
pub async fn set_private_note(
    db: &Db,
    caller: &Caller,
    id: DutyId,
    note: Option<String>,
    now: Timestamp,
) -> Result<bool, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditDuty>(tx, id)?;
        let had = store::notes_to_edit(tx, &may)?;
        if had.private == note {
            return Ok(false);
        }
        store::set_private_note(tx, &may, &had, note.as_deref())?;
        let changed = changes::private_note(had.private.as_deref(), note.as_deref());
        let entry = Entry::new("duty.edit").on("duty", id).about(may.facts().person).changed([changed]);
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// Everything that stands against a new duty, and what it breaks that it is logged all the same.
fn check_new(
    tx: &mut Tx<'_>,
    watch: &Watch,
    (id, me): (DutyId, PersonId),
    draft: &Draft,
    now: Timestamp,
) -> Result<(KindPath, Despite), DutyError> {
    check_unlocked(tx, me, draft)?;
    let facts = store::log_facts(tx, id, me, draft)?;
    let kind = check_facts(tx, draft, facts, None)?;
    Ok((kind, Despite::of(tx, watch, planned(id, me, draft, kind), draft, now)?))
}

fn planned(id: DutyId, person: PersonId, draft: &Draft, kind: KindPath) -> Planned {
    let Draft { started_at, ended_at, break_minutes, .. } = *draft;
    Planned { id, person, started_at, ended_at, break_minutes, kind }
}

/// Whether a change leaves alone what working time is made of.
fn same_work(row: &DutyRow, draft: &Draft, kind: &KindPath) -> bool {
    row.kind == *kind
        && (row.started_at, row.ended_at, row.break_minutes) == (draft.started_at, draft.ended_at, draft.break_minutes)
}

/// What a duty breaks although which it is logged.
struct Despite(Option<(Planned, Breach)>);

impl Despite {
    /// Asks what the duty breaks; refuses it, or says what it is and how to log it anyway.
    fn of(tx: &mut Tx<'_>, watch: &Watch, planned: Planned, draft: &Draft, now: Timestamp) -> Result<Self, DutyError> {
        let Some(breach) = watch.judge(tx, &planned, now)? else { return Ok(Self(None)) };
        let said = breach.line();
        if breach.refused {
            return Err(Faults::one(At::Start, format!("{said}. Your service does not allow that")).into());
        }
        if !draft.despite_breach {
            let what = "Correct the times, or tick \u{201c}It was so: log it anyway\u{201d}";
            return Err(Faults::one(At::Breach, format!("{said}. {what}")).into());
        }
        Ok(Self(Some((planned, breach))))
    }

    /// Keeps it with the duty, and in the entry of the audit trail.
    fn kept(self, tx: &mut Tx<'_>, watch: &Watch, entry: Entry, now: Timestamp) -> Result<Entry, DutyError> {
        let Some((planned, breach)) = self.0 else { return Ok(entry) };
        watch.mark(tx, &planned, &breach, now)?;
        Ok(entry.noting("despite", breach.line()))
    }
}

/// Refuses a draft of somebody's that lies in hours that are approved, at the field of its day.
fn check_unlocked(tx: &mut Tx<'_>, person: PersonId, draft: &Draft) -> Result<(), DutyError> {
    match store::locked(tx, person, &[draft.started_on()])? {
        Some((from, to)) => Err(Faults::one(At::Date, error::locked(from, to)).into()),
        None => Ok(()),
    }
}

/// The rules that need other records. `before` is the duty that is changed: what it has may stay.
pub(in crate::duties) fn check_facts(
    tx: &mut Tx<'_>,
    draft: &Draft,
    facts: Option<LogFacts>,
    before: Option<&DutyRow>,
) -> Result<KindPath, DutyError> {
    let Some(facts) = facts else {
        return Err(Faults::one(At::Kind, "Choose what kind of work it was from the list").into());
    };
    let mut faults = Faults::default();
    if facts.kind_retired && before.is_none_or(|row| row.kind.deepest() != draft.kind) {
        faults.add(At::Kind, "That kind of work is no longer used. Choose another");
    }
    if !facts.unit_open && before.is_none_or(|row| row.unit != draft.unit) {
        faults.add(At::Unit, "Choose a unit from the list");
    }
    let moved = before.is_none_or(|row| (row.started_at, row.ended_at) != (draft.started_at, draft.ended_at));
    if let Some(other) = facts.overlap.filter(|_other| moved && !draft.both_right)
        && let Some((start, end, kind)) = store::overlapping(tx, other)?
    {
        faults.add(At::BothRight, overlap_message(&store::kinds(tx)?, kind, start, end));
    }
    if faults.is_empty() { Ok(facts.kind) } else { Err(faults.into()) }
}

fn overlap_message(kinds: &Kinds, kind: DutyKindId, start: Timestamp, end: Timestamp) -> String {
    let (name, span) = (kinds.name(kind), format::span(start, end));
    format!(
        "You have logged another duty at that time: {name}, {span}. Correct the times, or tick \u{201c}Both are right\u{201d}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_recent_id_of_version_7_is_taken_for_a_new_duty() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().expect("a time");
        let made = |hours| DutyId::new(now.checked_add(SignedDuration::from_hours(hours)).expect("a time")).to_string();
        assert!(chosen_id(&made(0), now).is_ok());
        assert!(chosen_id(&format!(" {} ", made(-47)), now).is_ok());
        for wrong in [made(-49), made(1), uuid::Uuid::new_v4().to_string(), uuid::Uuid::nil().to_string(), "x".into()] {
            assert!(matches!(chosen_id(&wrong, now), Err(DutyError::IdTaken)), "{wrong}");
        }
    }
}
