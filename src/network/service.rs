//! Rules read, added, switched and removed. No change goes through that would shut out the one who makes it.

use std::net::IpAddr;

use jiff::Timestamp;

use super::model::{Lists, Place, RoleName, Rule, ShutOut};
use super::policy::Configure;
use super::{NetworkError, store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::kernel::ids::{NetworkRuleId, RoleId};
use crate::kernel::network::{Judgement, NetworkRule};

/// Rules of one organisation at most.
const MOST: usize = 500;

const FOR: Field = Field::shown("for");
const VERDICT: Field = Field::shown("rule");
const NETWORK: Field = Field::shown("network");
const NOTE: Field = Field::shown("note");
const ON: Field = Field::shown("on");

/// The rules and what is needed to name them.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) rules: Vec<Rule>,
    pub(super) roles: Vec<RoleName>,
}

impl Book {
    /// Those rules that count.
    pub(super) fn lists(&self) -> Lists {
        Lists::new(&self.rules, self.roles.clone())
    }
}

/// A rule to be added, as it was chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) place: Place,
    pub(super) rule: NetworkRule,
}

/// All rules.
pub(super) async fn read(db: &Db, caller: &Caller) -> Result<Book, NetworkError> {
    db.read(caller, |tx| {
        authz::require::<Configure>(tx, ())?;
        book(tx)
    })
    .await
}

/// All rules, to take away as a file.
pub(super) async fn export(db: &Db, caller: &Caller, now: Timestamp) -> Result<Book, NetworkError> {
    db.write(caller, move |tx| {
        authz::require::<Configure>(tx, ())?;
        let book = book(tx)?;
        let rows = u64::try_from(book.rules.len()).unwrap_or(u64::MAX);
        audit::record(tx, now, Entry::new("network.export").on("network", "").noting("rules", rows))?;
        Ok(book)
    })
    .await
}

/// Adds a rule. `from` is where the caller is.
pub(super) async fn add(
    db: &Db,
    caller: &Caller,
    wanted: Wanted,
    note: String,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Result<(), NetworkError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        store::lock(tx)?;
        let mut book = book(tx)?;
        if book.rules.len() >= MOST {
            return Err(NetworkError::TooMany);
        }
        if wanted.place.role().is_some_and(|id| !knows(&book.roles, id)) {
            return Err(NetworkError::NoSuchRole);
        }
        let Wanted { place, rule } = wanted;
        let added = Rule { id: NetworkRuleId::new(now), place, rule, note, created_at: now, off_since: None };
        store::insert(tx, &may, &added)?;
        let entry = described(Entry::new("network.add"), &added, &book.roles, true);
        book.rules.push(added);
        stay_in(tx.caller(), &book, from)?;
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Switches a rule on or off; it is kept.
pub(super) async fn switch(
    db: &Db,
    caller: &Caller,
    id: NetworkRuleId,
    on: bool,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Result<Rule, NetworkError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        store::lock(tx)?;
        let mut book = book(tx)?;
        let rule = book.rules.iter_mut().find(|rule| rule.id == id).ok_or(authz::AuthzError::Hidden)?;
        let before = rule.off_since.is_none();
        if before == on {
            return Ok(rule.clone());
        }
        rule.off_since = (!on).then_some(now);
        let switched = rule.clone();
        store::switch(tx, &may, id, switched.off_since)?;
        stay_in(tx.caller(), &book, from)?;
        let action = if on { "network.switch-on" } else { "network.switch-off" };
        let entry = Entry::new(action).on("network", id).changed([ON.change(before, on)]);
        let entry = entry.noting("for", place_name(switched.place, &book.roles));
        let entry = entry.noting("network", Value::text(switched.rule.network));
        audit::record(tx, now, entry.noting("rule", switched.rule.verdict.as_str()))?;
        Ok(switched)
    })
    .await
}

/// Removes a rule.
pub(super) async fn remove(
    db: &Db,
    caller: &Caller,
    id: NetworkRuleId,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Result<(), NetworkError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        store::lock(tx)?;
        let mut book = book(tx)?;
        let place = book.rules.iter().position(|rule| rule.id == id).ok_or(authz::AuthzError::Hidden)?;
        let removed = book.rules.remove(place);
        store::delete(tx, &may, id)?;
        stay_in(tx.caller(), &book, from)?;
        let entry = described(Entry::new("network.remove"), &removed, &book.roles, false);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

fn book(tx: &mut Tx<'_>) -> Result<Book, NetworkError> {
    Ok(Book { rules: store::rules(tx)?, roles: store::role_names(tx)? })
}

fn knows(roles: &[RoleName], id: RoleId) -> bool {
    roles.iter().any(|role| role.id == id)
}

/// What a list is called in the audit trail: by a role's code, which does not change.
fn place_name(place: Place, roles: &[RoleName]) -> String {
    match place {
        Place::Everyone | Place::Console => place.as_str().to_owned(),
        Place::Role(id) => {
            let code = roles.iter().find(|role| role.id == id).map_or("", |role| role.code.as_str());
            format!("role {code}")
        }
    }
}

/// The entry of a rule that came (`added`) or went, with all its values on the side where they were.
fn described(entry: Entry, rule: &Rule, roles: &[RoleName], added: bool) -> Entry {
    let change = |field: Field, value: Value| {
        let nothing = Value::from(None::<&str>);
        if added { field.change(nothing, value) } else { field.change(value, nothing) }
    };
    entry.on("network", rule.id).changed([
        change(FOR, place_name(rule.place, roles).into()),
        change(VERDICT, rule.rule.verdict.as_str().into()),
        change(NETWORK, Value::text(rule.rule.network)),
        change(NOTE, rule.note.as_str().into()),
        change(ON, rule.off_since.is_none().into()),
    ])
}

/// Refuses a change after which the one who makes it would be shut out of the page that they make it on.
fn stay_in(caller: &Caller, book: &Book, from: Option<IpAddr>) -> Result<(), NetworkError> {
    let Some(person) = caller.person() else { return Ok(()) };
    let lists = book.lists();
    lists.admit(&person.roles, from, true).map_err(|shut_out| NetworkError::LocksOut(advice(&lists, &shut_out, from)))
}

fn advice(lists: &Lists, shut_out: &ShutOut, from: Option<IpAddr>) -> String {
    let here = from.map_or_else(|| "an address that is not known".to_owned(), |from| from.to_canonical().to_string());
    let list = lists.title(shut_out.place);
    match shut_out.judgement {
        Judgement::Denied(network) => format!(
            "This would shut you out: you are at {here}, and the list \u{201c}{list}\u{201d} would keep {network} out. Make this \
             change from another network, or keep a smaller one out."
        ),
        Judgement::NotListed | Judgement::Open | Judgement::Allowed(_) => format!(
            "This would shut you out: you are at {here}, and the list \u{201c}{list}\u{201d} would let in other networks only. First \
             add a rule that lets your own network in."
        ),
    }
}
