//! Invitations in `password_links`, and who could be invited.

use diesel::dsl::{count_star, exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::invitations::OpenInvitation;
use super::policy::{InvitePerson, SeeInvitations};
use crate::authz::Granted;
use crate::db::schema::{accounts, mail_outbox, password_links, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{LinkId, OrganisationId, PersonId};

/// What inviting somebody has to know.
pub(super) struct Invitee {
    /// The address of their record.
    pub(super) email: Option<String>,
    /// What they sign in with, if they have an account.
    pub(super) account: Option<String>,
    /// Whether they have chosen a password.
    pub(super) has_password: bool,
}

pub(super) fn invitee<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, InvitePerson>) -> Result<Invitee, DbError> {
    let key = (tx.caller().organisation(), may.scope());
    let email = people::table.find(key).select(people::email).first(tx.conn())?;
    let account: Option<(String, bool)> = accounts::table
        .find(key)
        .select((accounts::email, accounts::password_hash.is_not_null()))
        .first(tx.conn())
        .optional()?;
    let has_password = account.as_ref().is_some_and(|(_email, has_password)| *has_password);
    Ok(Invitee { email, account: account.map(|(email, _has_password)| email), has_password })
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, InvitePerson>,
    id: LinkId,
    digest: &[u8; 32],
    now: Timestamp,
    until: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(password_links::table)
        .values((
            password_links::organisation_id.eq(tx.caller().organisation()),
            password_links::token_hash.eq(digest.as_slice()),
            password_links::id.eq(id),
            password_links::purpose.eq("invitation"),
            password_links::person_id.eq(may.scope()),
            password_links::created_by.eq(tx.caller().person_id()),
            password_links::created_at.eq(now.to_diesel()),
            password_links::expires_at.eq(until.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes somebody's invitations that were not used; how many.
pub(super) fn withdraw<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, InvitePerson>) -> Result<usize, DbError> {
    let theirs = password_links::table
        .filter(password_links::organisation_id.eq(tx.caller().organisation()))
        .filter(password_links::person_id.eq(may.scope()).and(password_links::purpose.eq("invitation")))
        .filter(password_links::used_at.is_null());
    Ok(diesel::delete(theirs).execute(tx.conn())?)
}

/// Invitations that nobody has used, newest first, the outdated among them.
pub(super) fn open<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SeeInvitations>,
    at_most: i64,
) -> Result<Vec<OpenInvitation>, DbError> {
    type Row = (PersonId, String, String, String, jiff_diesel::Timestamp, jiff_diesel::Timestamp, Option<String>);
    let organisation = tx.caller().organisation();
    let rows: Vec<Row> = password_links::table
        .inner_join(
            people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(password_links::person_id))),
        )
        .inner_join(
            accounts::table
                .on(accounts::organisation_id.eq(organisation).and(accounts::person_id.eq(password_links::person_id))),
        )
        .left_join(mail_outbox::table.on(
            mail_outbox::organisation_id.eq(organisation).and(mail_outbox::about_id.eq(password_links::id.nullable())),
        ))
        .filter(password_links::organisation_id.eq(organisation).and(password_links::purpose.eq("invitation")))
        .filter(password_links::used_at.is_null())
        .order((password_links::created_at.desc(), password_links::id.desc()))
        .limit(at_most)
        .select((
            password_links::person_id,
            people::given_name,
            people::family_name,
            accounts::email,
            password_links::created_at,
            password_links::expires_at,
            mail_outbox::state.nullable(),
        ))
        .load(tx.conn())?;
    let view = |(person, given, family, email, made_at, until, message): Row| OpenInvitation {
        person,
        name: format!("{given} {family}"),
        email,
        made_at: made_at.to_jiff(),
        until: until.to_jiff(),
        message,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Whoever works here, has an address, has chosen no password and is not invited.
fn not_invited(organisation: OrganisationId) -> people::BoxedQuery<'static, Pg> {
    let chosen = accounts::table
        .filter(accounts::organisation_id.eq(people::organisation_id))
        .filter(accounts::person_id.eq(people::id))
        .filter(accounts::password_hash.is_not_null());
    let invited = password_links::table
        .filter(password_links::organisation_id.eq(people::organisation_id))
        .filter(password_links::person_id.eq(people::id))
        .filter(password_links::purpose.eq("invitation"))
        .filter(password_links::used_at.is_null());
    people::table
        .filter(people::organisation_id.eq(organisation))
        .filter(people::left_at.is_null())
        .filter(people::email.is_not_null())
        .filter(not(exists(chosen)))
        .filter(not(exists(invited)))
        .into_boxed()
}

pub(super) fn count_others<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, SeeInvitations>) -> Result<i64, DbError> {
    Ok(not_invited(tx.caller().organisation()).select(count_star()).first(tx.conn())?)
}

pub(super) fn others<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SeeInvitations>,
    after: PersonId,
    at_most: i64,
) -> Result<Vec<PersonId>, DbError> {
    Ok(not_invited(tx.caller().organisation())
        .filter(people::id.gt(after))
        .select(people::id)
        .order(people::id)
        .limit(at_most)
        .load(tx.conn())?)
}
