//! Changes that were proposed, and what holds.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::model::{Change, Current, Member, Part, State, Value};
use super::policy::{DecideChange, KeepDetails, ListChanges, ReadContact, WithdrawChange};
use crate::authz::{Granted, Permission};
use crate::db::schema::{detail_changes as table, emergency_contacts, people, person_addresses};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DetailChangeId, PersonId, UnitId};

type Columns = (
    (table::id, table::person_id, table::part, table::was, table::becomes),
    (table::state, table::proposed_at, table::decided_at, table::answer),
);

const COLUMNS: Columns = (
    (table::id, table::person_id, table::part, table::was, table::becomes),
    (table::state, table::proposed_at, table::decided_at, table::answer),
);

type Loaded = (
    (DetailChangeId, PersonId, String, serde_json::Value, serde_json::Value),
    (String, jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>, Option<String>),
);

fn row(loaded: Loaded) -> Change {
    let ((id, person, part, was, becomes), (state, proposed_at, decided_at, answer)) = loaded;
    Change {
        id,
        person,
        // The database holds no other part.
        part: Part::parse(&part).unwrap_or(Part::Contact),
        was: serde_json::from_value(was).unwrap_or_default(),
        becomes: serde_json::from_value(becomes).unwrap_or_default(),
        state: State::parse(&state),
        proposed_at: proposed_at.to_jiff(),
        decided_at: decided_at.map(jiff_diesel::Timestamp::to_jiff),
        answer,
    }
}

/// Somebody, as far as the caller may know them: facts for a permission.
pub(super) fn member(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Member>, DbError> {
    let this = people::table.find((tx.caller().organisation(), id));
    let found: Option<(String, String, UnitId)> =
        this.select((people::given_name, people::family_name, people::unit_id)).first(tx.conn()).optional()?;
    Ok(found.map(|(given, family, unit)| Member { id, name: format!("{given} {family}"), unit }))
}

/// A change that the caller's row-level policies show: facts for a permission.
pub(super) fn change(tx: &mut Tx<'_>, id: DetailChangeId) -> Result<Option<Change>, DbError> {
    let this = table::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// What holds of somebody, as far as row-level security shows it; whoever asks has shown that they may.
fn current(tx: &mut Tx<'_>, id: PersonId) -> Result<Current, DbError> {
    let key = (tx.caller().organisation(), id);
    let record: Option<(String, String, Option<String>)> = people::table
        .find(key)
        .select((people::given_name, people::family_name, people::phone))
        .first(tx.conn())
        .optional()?;
    let address: Option<(String, String)> = person_addresses::table
        .find(key)
        .select((person_addresses::lines, person_addresses::postcode))
        .first(tx.conn())
        .optional()?;
    let contact: Option<(String, String, String)> = emergency_contacts::table
        .find(key)
        .select((emergency_contacts::name, emergency_contacts::relation, emergency_contacts::phone))
        .first(tx.conn())
        .optional()?;
    let (name, phone) = match record {
        Some((given, family, phone)) => (Some(Value::Name { given, family }), phone),
        None => (None, None),
    };
    Ok(Current {
        values: [
            name,
            phone.map(|number| Value::Phone { number }),
            address.map(|(lines, postcode)| Value::Address { lines, postcode }),
            contact.map(|(name, relation, phone)| Value::Contact { name, relation, phone }),
        ],
    })
}

pub(super) fn own_current<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepDetails>) -> Result<Current, DbError> {
    current(tx, may.scope())
}

pub(super) fn contact_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadContact>) -> Result<Current, DbError> {
    current(tx, may.scope())
}

/// What holds of whoever a change is about.
pub(super) fn current_for<'tx, P>(tx: &mut Tx<'tx>, may: &Granted<'tx, P>) -> Result<Current, DbError>
where
    P: Permission<Scope = DetailChangeId, Facts = Change>,
{
    current(tx, may.facts().person)
}

/// What somebody proposed, the latest first.
pub(super) fn own_changes<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepDetails>) -> Result<Vec<Change>, DbError> {
    let rows: Vec<Loaded> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()).and(table::person_id.eq(may.scope())))
        .select(COLUMNS)
        .order((table::proposed_at.desc(), table::id.desc()))
        .limit(20)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// What waits, the longest waiting first, each with whose it is.
pub(super) fn waiting<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListChanges>,
) -> Result<Vec<(Change, String)>, DbError> {
    let rows: Vec<(Loaded, Option<String>, Option<String>)> = table::table
        .left_join(
            people::table.on(people::organisation_id.eq(table::organisation_id).and(people::id.eq(table::person_id))),
        )
        .filter(table::organisation_id.eq(tx.caller().organisation()).and(table::state.eq(State::Proposed.as_str())))
        .select((COLUMNS, people::given_name.nullable(), people::family_name.nullable()))
        .order((table::proposed_at, table::id))
        .limit(200)
        .load(tx.conn())?;
    let named = |(loaded, given, family): (Loaded, Option<String>, Option<String>)| {
        let name =
            given.zip(family).map_or_else(|| "Somebody".to_owned(), |(given, family)| format!("{given} {family}"));
        (row(loaded), name)
    };
    Ok(rows.into_iter().map(named).collect())
}

/// Proposes a change; `false` when one of this part waits already.
pub(super) fn propose<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepDetails>,
    (id, part): (DetailChangeId, Part),
    (was, becomes): (Option<&Value>, &Value),
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(table::table)
        .values((
            table::organisation_id.eq(tx.caller().organisation()),
            table::id.eq(id),
            table::person_id.eq(may.scope()),
            table::part.eq(part.as_str()),
            table::was.eq(json!(was)),
            table::becomes.eq(json!(becomes)),
            table::state.eq(State::Proposed.as_str()),
            table::proposed_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Takes a change back that waits; `false` when it does not any more.
pub(super) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WithdrawChange>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this =
        table::table.find((tx.caller().organisation(), may.scope())).filter(table::state.eq(State::Proposed.as_str()));
    let changed = diesel::update(this)
        .set((table::state.eq(State::Withdrawn.as_str()), table::decided_at.eq(Some(now.to_diesel()))))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Approves or returns a change that waits; `false` when it does not any more.
pub(super) fn decide<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideChange>,
    state: State,
    answer: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this =
        table::table.find((tx.caller().organisation(), may.scope())).filter(table::state.eq(State::Proposed.as_str()));
    let changed = diesel::update(this)
        .set((
            table::state.eq(state.as_str()),
            table::decided_by.eq(tx.caller().person_id()),
            table::decided_at.eq(Some(now.to_diesel())),
            table::answer.eq(answer),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Writes down what was approved just now: the database asks for the approval of the same moment.
pub(super) fn apply<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideChange>,
    value: &Value,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let person = may.facts().person;
    match value {
        Value::Name { given, family } => {
            diesel::update(people::table.find((organisation, person)))
                .set((people::given_name.eq(given), people::family_name.eq(family)))
                .execute(tx.conn())?;
        }
        Value::Phone { number } => {
            diesel::update(people::table.find((organisation, person)))
                .set(people::phone.eq(Some(number)))
                .execute(tx.conn())?;
        }
        Value::Address { lines, postcode } => {
            let values = (
                person_addresses::lines.eq(lines),
                person_addresses::postcode.eq(postcode),
                person_addresses::changed_at.eq(now.to_diesel()),
            );
            diesel::insert_into(person_addresses::table)
                .values((
                    person_addresses::organisation_id.eq(organisation),
                    person_addresses::person_id.eq(person),
                    values,
                ))
                .on_conflict((person_addresses::organisation_id, person_addresses::person_id))
                .do_update()
                .set(values)
                .execute(tx.conn())?;
        }
        Value::Contact { name, relation, phone } => {
            let values = (
                emergency_contacts::name.eq(name),
                emergency_contacts::relation.eq(relation),
                emergency_contacts::phone.eq(phone),
                emergency_contacts::changed_at.eq(now.to_diesel()),
            );
            diesel::insert_into(emergency_contacts::table)
                .values((
                    emergency_contacts::organisation_id.eq(organisation),
                    emergency_contacts::person_id.eq(person),
                    // The database puts their home unit there.
                    emergency_contacts::unit_id.eq(UnitId::NIL),
                    values,
                ))
                .on_conflict((emergency_contacts::organisation_id, emergency_contacts::person_id))
                .do_update()
                .set(values)
                .execute(tx.conn())?;
        }
    }
    Ok(())
}
