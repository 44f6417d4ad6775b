//! The SQL of the audit slice.

use diesel::prelude::*;
use jiff_diesel::ToDiesel as _;

use super::body::Body;
use crate::db::schema::audit_entries;
use crate::db::{DbError, Tx};

/// Adds one row. The statement is the same text for every entry, so Postgres parses it once per connection.
pub(super) fn insert(tx: &mut Tx<'_>, body: &Body<'_>, salt: &[u8; 16], commitment: &[u8; 32]) -> Result<(), DbError> {
    use audit_entries as e;
    diesel::insert_into(e::table)
        .values((
            (
                e::organisation_id.eq(body.organisation),
                e::at.eq(body.at.to_diesel()),
                e::actor_kind.eq(body.actor_kind),
                e::actor_id.eq(body.actor_id),
                e::actor_label.eq(body.actor_label),
                e::masked_address.eq(body.masked_address),
            ),
            (
                e::action.eq(body.action),
                e::object_kind.eq(body.object_kind),
                e::object_id.eq(body.object_id),
                e::subject_id.eq(body.subject_id),
                e::detail.eq(body.detail),
                e::salt.eq(salt.as_slice()),
                e::commitment.eq(commitment.as_slice()),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}
