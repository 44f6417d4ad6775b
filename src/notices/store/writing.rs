//! Writing messages.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::db::schema::{mail_outbox, organisations};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{MessageId, PersonId};
use crate::notices::model::{NewNotice, NoticeKind};

diesel::define_sql_function! {
    /// How many messages somebody was written since then, of one kind or of all.
    fn app_mail_since(somebody: SqlUuid, wanted_kind: Nullable<Text>, since: Timestamptz) -> BigInt;
}

/// Holds other messages to the same person back until the transaction ends.
pub(in crate::notices) fn lock_recipient(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended('mail ' || $1::text, 0))")
        .bind::<SqlUuid, _>(person.0)
        .execute(tx.conn())?;
    Ok(())
}

pub(in crate::notices) fn posted_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: Option<NoticeKind>,
    since: Timestamp,
) -> Result<i64, DbError> {
    let kind = kind.map(NoticeKind::code);
    Ok(diesel::select(app_mail_since(person.0, kind, since.to_diesel())).get_result(tx.conn())?)
}

pub(in crate::notices) fn insert(
    tx: &mut Tx<'_>,
    id: MessageId,
    notice: &NewNotice,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(mail_outbox::table)
        .values((
            mail_outbox::organisation_id.eq(tx.caller().organisation()),
            mail_outbox::id.eq(id),
            mail_outbox::kind.eq(notice.kind.code()),
            mail_outbox::person_id.eq(notice.person),
            mail_outbox::recipient.eq(&notice.recipient),
            mail_outbox::about_id.eq(notice.about),
            mail_outbox::state.eq("waiting"),
            mail_outbox::next_try_at.eq(now.to_diesel()),
            mail_outbox::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes a message to somebody without an account: no address stands in it, whoever sends finds one by `about`.
pub(in crate::notices) fn insert_outside(
    tx: &mut Tx<'_>,
    id: MessageId,
    kind: NoticeKind,
    about: Uuid,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(mail_outbox::table)
        .values((
            mail_outbox::organisation_id.eq(tx.caller().organisation()),
            mail_outbox::id.eq(id),
            mail_outbox::kind.eq(kind.code()),
            mail_outbox::about_id.eq(Some(about)),
            mail_outbox::state.eq("waiting"),
            mail_outbox::next_try_at.eq(now.to_diesel()),
            mail_outbox::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The name of the transaction's organisation.
pub(in crate::notices) fn organisation_name(tx: &mut Tx<'_>) -> Result<String, DbError> {
    Ok(organisations::table.find(tx.caller().organisation()).select(organisations::name).first(tx.conn())?)
}
