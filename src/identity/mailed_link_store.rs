//! Those rows of `password_links` whose link goes out by e-mail.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::mailed_links::Purpose;
use crate::db::schema::password_links;
use crate::db::{DbError, Tx};
use crate::kernel::ids::LinkId;

/// Until when a link can be used; `None` when it was used, withdrawn or is too old.
pub(super) fn usable_until(
    tx: &mut Tx<'_>,
    id: LinkId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let organisation = tx.caller().organisation();
    let until: Option<jiff_diesel::Timestamp> = password_links::table
        .filter(password_links::organisation_id.eq(organisation).and(password_links::id.eq(id)))
        .filter(password_links::purpose.eq(purpose.as_str()).and(password_links::used_at.is_null()))
        .filter(password_links::expires_at.gt(now.to_diesel()))
        .select(password_links::expires_at)
        .first(tx.conn())
        .optional()?;
    Ok(until.map(jiff_diesel::Timestamp::to_jiff))
}
