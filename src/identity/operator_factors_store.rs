//! Passwords of another system, as the operator brings them along.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::policy::ChangeSignIn;
use crate::authz::Granted;
use crate::db::schema::accounts;
use crate::db::{DbError, Tx};

/// Gives an account its first password; `false` when it has one already.
pub(super) fn set_first_password<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ChangeSignIn>,
    hash: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this =
        accounts::table.find((tx.caller().organisation(), may.scope())).filter(accounts::password_hash.is_null());
    let set = diesel::update(this)
        .set((accounts::password_hash.eq(hash), accounts::password_changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(set == 1)
}
