//! People for whom somebody else vouches: an OpenID provider at a sign-in, a directory that provisions them.
//!
//! The verbs that those slices need of identity's tables, each inside the caller's transaction, which a system caller
//! of theirs has entered: row-level security gives each just the rows and acts that its work takes.

use jiff::Timestamp;

use super::people::{Details, taken};
use super::{IdentityError, grants, session_store, store, vouched_store};
use crate::audit::{self, Entry, Field, Value};
use crate::crypto::Keyring;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleGrantId, RoleId, UnitId, VoucherId};

/// What has to be known of somebody before they are let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether they left.
    pub left: bool,
    /// Whether their account is switched off.
    pub locked: bool,
    /// Whether they may do more than keep their own records.
    pub privileged: bool,
}

/// Who gives and takes roles by rule; what one gave the other leaves alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A provider's groups, at a sign-in.
    Sso,
    /// A directory's groups.
    Scim,
}

impl Source {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sso => "sso",
            Self::Scim => "scim",
        }
    }
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) id: RoleGrantId,
    pub(super) role: RoleId,
    pub(super) code: String,
    pub(super) unit: Option<UnitId>,
    pub(super) source: String,
}

/// Somebody by their id.
///
/// # Errors
/// [`DbError`].
pub fn person(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Known>, DbError> {
    vouched_store::person(tx, id)
}

/// Somebody by the e-mail address on their record, whatever its case.
///
/// # Errors
/// [`DbError`].
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Known>, DbError> {
    vouched_store::by_email(tx, email)
}

/// Makes a record for somebody new, with an account without a password when an address is known.
///
/// # Errors
/// [`IdentityError::Taken`] when the address or the number is somebody else's.
pub fn join(tx: &mut Tx<'_>, keys: &Keyring, details: &Details, now: Timestamp) -> Result<PersonId, IdentityError> {
    let id = PersonId::new(now);
    store::person_insert(tx, id, details, now).map_err(taken)?;
    let changes = [
        Field::shown("given_name").change(None::<&str>, details.given_name.as_str()),
        Field::shown("family_name").change(None::<&str>, details.family_name.as_str()),
        Field::shown("email").change(None::<&str>, details.email.as_deref()),
        Field::shown("unit").change(None::<&str>, Value::text(details.unit)),
    ];
    audit::record(tx, now, Entry::new("person.add").on("person", id).about(id).changed(changes))?;
    open_account(tx, keys, id, details.email.as_deref(), now)?;
    Ok(id)
}

/// Gives somebody an account without a password, if they have an address and no account yet.
///
/// # Errors
/// [`IdentityError::Taken`] when the address is somebody else's.
pub fn open_account(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    id: PersonId,
    email: Option<&str>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let Some(email) = email else { return Ok(()) };
    if vouched_store::has_account(tx, id)? {
        return Ok(());
    }
    let email = super::sign_in::normal(email);
    store::account_insert(tx, id, &email, None, now).map_err(taken)?;
    store::directory_add(tx, &store::directory_key(keys, &email), tx.caller().organisation())?;
    let change = Field::shown("account").change(false, true);
    audit::record(tx, now, Entry::new("account.open").on("person", id).about(id).changed([change]))?;
    Ok(())
}

/// Ends what began with a provider's word, half a sign-in too; how many sessions there were.
///
/// # Errors
/// [`DbError`].
pub fn end_vouched(tx: &mut Tx<'_>, voucher: VoucherId) -> Result<usize, DbError> {
    session_store::delete_vouched(tx, voucher)
}

/// Gives somebody the roles that rules give and, with `take_away`, takes those that rules gave and give no more. What was
/// given by hand, or by another source, stays. So does what the last owner has. What takes two people, no rule gives.
/// Returns whether anything changed.
///
/// # Errors
/// [`IdentityError::Db`].
pub fn apply_roles(
    tx: &mut Tx<'_>,
    person: PersonId,
    wanted: &[(RoleId, Option<UnitId>)],
    source: Source,
    take_away: bool,
    now: Timestamp,
) -> Result<bool, IdentityError> {
    let held = vouched_store::held(tx, person)?;
    let mut changed = false;
    for (role, unit) in wanted {
        if held.iter().any(|one| one.role == *role && one.unit == *unit) {
            continue;
        }
        if super::grant_store::takes_two(tx, person, *role)? {
            // No rule gives what takes two people: somebody asks for it by name, and another approves.
            let entry = Entry::new("role.withhold").on("person", person).about(person);
            audit::record(tx, now, entry.noting("role", role.0).noting("source", source.as_str()))?;
            continue;
        }
        let code = vouched_store::grant_insert(tx, person, *role, *unit, source, now)?;
        record(tx, "role.grant", person, (None, Some(&code)), (None, *unit), source, now)?;
        changed = true;
    }
    let stale = |one: &&Held| {
        one.source == source.as_str() && !wanted.iter().any(|(role, unit)| one.role == *role && one.unit == *unit)
    };
    let stale: Vec<&Held> = held.iter().filter(stale).collect();
    if stale.is_empty() || !take_away {
        return Ok(changed);
    }
    for one in stale {
        if !vouched_store::grant_delete(tx, one.id)? {
            let entry = Entry::new("role.keep").on("person", person).about(person).noting("role", one.code.as_str());
            audit::record(tx, now, entry.noting("reason", "nobody else could give roles"))?;
            continue;
        }
        record(tx, "role.revoke", person, (Some(&one.code), None), (one.unit, None), source, now)?;
        changed = true;
    }
    Ok(changed)
}

fn record(
    tx: &mut Tx<'_>,
    action: &'static str,
    person: PersonId,
    role: (Option<&String>, Option<&String>),
    unit: (Option<UnitId>, Option<UnitId>),
    source: Source,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let text = |text: Option<&String>| text.map(|text| Value::from(text.as_str()));
    let changes = [
        Field::shown("role").change(text(role.0), text(role.1)),
        Field::shown("unit").change(unit.0.map(Value::text), unit.1.map(Value::text)),
    ];
    let entry = Entry::new(action).on("person", person).about(person).changed(changes);
    audit::record(tx, now, entry.noting("source", source.as_str()))?;
    Ok(())
}

/// The organisation's roles, in the order of the program's list.
///
/// # Errors
/// [`DbError`].
pub fn roles(tx: &mut Tx<'_>) -> Result<Vec<grants::Role>, DbError> {
    super::grant_store::roles(tx)
}

/// Whether a role lets its holders decide what others may do: give roles, say how people sign in, and the like.
///
/// # Errors
/// [`DbError`].
pub fn is_owners(tx: &mut Tx<'_>, role: RoleId) -> Result<bool, DbError> {
    vouched_store::administers(tx, role)
}
