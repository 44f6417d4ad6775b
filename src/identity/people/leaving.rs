//! Leaving and coming back. What a leaving takes away, the database takes: `let_leavers_go`.

use std::sync::Arc;

use jiff::Timestamp;

use super::open_unit;
use crate::audit::{self, Entry, Field};
use crate::authz;
use crate::authz::Caller;
use crate::crypto::Keyring;
use crate::db::Db;
use crate::identity::policy::RecordLeaving;
use crate::identity::{IdentityError, people_store, store};
use crate::kernel::ids::PersonId;

const LEFT: Field = Field::shown("left");

/// What ends when somebody leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WhatEnds {
    /// Places where they are signed in.
    pub sessions: i64,
    /// Invitations and password links that still work.
    pub links: i64,
    /// Roles.
    pub roles: i64,
    /// Tokens that let programs in.
    pub tokens: i64,
}

/// What ends when this person leaves now.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn what_ends(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<WhatEnds, IdentityError> {
    db.read(caller, move |tx| {
        let may = authz::may::<RecordLeaving>(tx, id)?;
        Ok(people_store::what_ends(tx, &may, now)?)
    })
    .await
}

/// Records that somebody left: the account is switched off, sessions end, roles go, and what they did stays.
///
/// # Errors
/// [`IdentityError::LastAdministrator`], [`IdentityError::Authz`].
pub async fn leave(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let keys = Arc::clone(keys);
    let recorded = db.write(caller, move |tx| {
        let may = authz::may::<RecordLeaving>(tx, id)?;
        if may.facts().left {
            return Ok(());
        }
        let roles = people_store::role_codes(tx, &may)?;
        let account = people_store::account_email(tx, &may)?;
        // The database switches the account off and takes sessions, links and roles away: see let_leavers_go.
        people_store::set_left(tx, &may, Some(now))?;
        if let Some(email) = &account {
            store::directory_remove(tx, &store::directory_key(&keys, email), tx.caller().organisation())?;
        }
        let changes = [LEFT.change(false, true), Field::shown("roles").change(roles, Vec::<String>::new())];
        audit::record(tx, now, Entry::new("person.leave").on("person", id).about(id).changed(changes))?;
        Ok(())
    });
    recorded.await.map_err(IdentityError::last_owner)
}

/// Records that somebody came back. Their account is switched on without a password; roles have to be given anew.
///
/// # Errors
/// [`IdentityError::Authz`], [`IdentityError::UnitClosed`] when their unit has closed meanwhile.
pub async fn reinstate(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<RecordLeaving>(tx, id)?;
        if !may.facts().left {
            return Ok(());
        }
        open_unit(tx, may.facts().unit)?;
        let account = people_store::account_email(tx, &may)?;
        people_store::set_left(tx, &may, None)?;
        if let Some(email) = &account {
            people_store::account_revive(tx, &may)?;
            store::directory_add(tx, &store::directory_key(&keys, email), tx.caller().organisation())?;
        }
        let entry = Entry::new("person.reinstate").on("person", id).about(id);
        audit::record(tx, now, entry.changed([LEFT.change(true, false)]))?;
        Ok(())
    })
    .await
}
