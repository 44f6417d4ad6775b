//! What is planned, and the job's hand on people when its day comes.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::moves::{Draft, MoveKind, Planned, Thing};
use super::moves_policy::{DoMove, ListMoves, ReadMoves, SettleMove};
use super::policy::PersonFacts;
use crate::authz::{Granted, Permission};
use crate::db::schema::{accounts, people, planned_moves as table};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{MoveId, PersonId, UnitId};

type Columns = (
    (table::id, table::person_id, people::given_name, people::family_name, table::unit_id),
    (table::kind, table::to_unit_id, table::day, table::due_at, table::note),
    (table::returns, table::state, table::outcome),
);

const COLUMNS: Columns = (
    (table::id, table::person_id, people::given_name, people::family_name, table::unit_id),
    (table::kind, table::to_unit_id, table::day, table::due_at, table::note),
    (table::returns, table::state, table::outcome),
);

type Loaded = (
    (MoveId, PersonId, String, String, UnitId),
    (String, Option<UnitId>, jiff_diesel::Date, jiff_diesel::Timestamp, Option<String>),
    (serde_json::Value, String, Option<String>),
);

fn row(loaded: Loaded) -> Planned {
    let ((id, person, given, family, unit), (kind, to, day, due_at, note), (things, state, outcome)) = loaded;
    Planned {
        id,
        person,
        name: format!("{given} {family}"),
        unit,
        // The database holds no other kind.
        kind: if kind == MoveKind::Leaving.as_str() { MoveKind::Leaving } else { MoveKind::Transfer },
        to,
        day: day.to_jiff(),
        due_at: due_at.to_jiff(),
        note,
        things: serde_json::from_value(things).unwrap_or_default(),
        state,
        outcome,
    }
}

macro_rules! named {
    () => {
        table::table.inner_join(
            people::table.on(people::organisation_id.eq(table::organisation_id).and(people::id.eq(table::person_id))),
        )
    };
}

/// What was planned: facts for a permission.
pub(super) fn planned(tx: &mut Tx<'_>, id: MoveId) -> Result<Option<Planned>, DbError> {
    let this = named!().filter(table::organisation_id.eq(tx.caller().organisation()).and(table::id.eq(id)));
    Ok(this.select(COLUMNS).first::<Loaded>(tx.conn()).optional()?.map(row))
}

pub(super) fn name_of<'tx, P>(tx: &mut Tx<'tx>, may: &Granted<'tx, P>) -> Result<String, DbError>
where
    P: Permission<Scope = PersonId, Facts = PersonFacts>,
{
    let this = people::table.find((tx.caller().organisation(), may.scope()));
    let (given, family): (String, String) = this.select((people::given_name, people::family_name)).first(tx.conn())?;
    Ok(format!("{given} {family}"))
}

/// Writes a plan down; `false` when one of its kind is planned already.
pub(super) fn insert<'tx, P>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, P>,
    id: MoveId,
    draft: &Draft,
    now: Timestamp,
) -> Result<bool, DbError>
where
    P: Permission<Scope = PersonId, Facts = PersonFacts>,
{
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let added = diesel::insert_into(table::table)
        .values((
            (table::organisation_id.eq(tx.caller().organisation()), table::id.eq(id)),
            (table::person_id.eq(may.scope()), table::unit_id.eq(may.facts().unit)),
            (table::kind.eq(draft.kind.as_str()), table::to_unit_id.eq(draft.to)),
            (table::day.eq(draft.day.to_diesel()), table::due_at.eq(draft.kind.due(draft.day).to_diesel())),
            (table::note.eq(draft.note.as_deref()), table::returns.eq(json!(draft.things))),
            (table::state.eq("planned"), table::planned_by.eq(by), table::planned_at.eq(now.to_diesel())),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Cancels what is planned; `false` when it is not any more.
pub(super) fn cancel<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, SettleMove>, now: Timestamp) -> Result<bool, DbError> {
    let this = table::table.find((tx.caller().organisation(), may.scope())).filter(table::state.eq("planned"));
    let changed = diesel::update(this)
        .set((table::state.eq("cancelled"), table::settled_at.eq(Some(now.to_diesel()))))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Writes down what came back.
pub(super) fn set_things<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SettleMove>,
    things: &[Thing],
) -> Result<(), DbError> {
    diesel::update(table::table.find((tx.caller().organisation(), may.scope())))
        .set(table::returns.eq(json!(things)))
        .execute(tx.conn())?;
    Ok(())
}

/// What was planned for somebody, the latest first.
pub(super) fn of_person<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadMoves>) -> Result<Vec<Planned>, DbError> {
    let rows: Vec<Loaded> = named!()
        .filter(table::organisation_id.eq(tx.caller().organisation()).and(table::person_id.eq(may.scope())))
        .select(COLUMNS)
        .order((table::due_at.desc(), table::id.desc()))
        .limit(10)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// What is planned or could not be done, the next first.
pub(super) fn list<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, ListMoves>) -> Result<Vec<Planned>, DbError> {
    let rows: Vec<Loaded> = named!()
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::state.eq_any(["planned", "failed"]))
        .select(COLUMNS)
        .order((table::state.desc(), table::due_at, table::id))
        .limit(500)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Whether somebody has left.
pub(super) fn has_left<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, DoMove>, person: PersonId) -> Result<bool, DbError> {
    let this = people::table.find((tx.caller().organisation(), person));
    Ok(this.select(people::left_at.is_not_null()).first(tx.conn())?)
}

/// Moves somebody to another unit; their records follow.
pub(super) fn transfer<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, DoMove>,
    person: PersonId,
    to: UnitId,
) -> Result<(), DbError> {
    // The version grows, so that a session that is in use notices.
    diesel::update(people::table.find((tx.caller().organisation(), person)))
        .set((people::unit_id.eq(to), people::access_version.eq(people::access_version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

/// Records that somebody left; what they sign in with, if they have an account. The database takes the rest away.
pub(super) fn leave<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, DoMove>,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<String>, DbError> {
    let key = (tx.caller().organisation(), person);
    let account = accounts::table.find(key).select(accounts::email).first(tx.conn()).optional()?;
    diesel::update(people::table.find(key))
        .set((people::left_at.eq(Some(now.to_diesel())), people::access_version.eq(people::access_version + 1)))
        .execute(tx.conn())?;
    Ok(account)
}

/// Says that it happened, or why it did not.
pub(super) fn settle<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, DoMove>,
    id: MoveId,
    outcome: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let state = if outcome.is_none() { "done" } else { "failed" };
    let this = table::table.find((tx.caller().organisation(), id)).filter(table::state.eq("planned"));
    diesel::update(this)
        .set((table::state.eq(state), table::settled_at.eq(Some(now.to_diesel())), table::outcome.eq(outcome)))
        .execute(tx.conn())?;
    Ok(())
}
