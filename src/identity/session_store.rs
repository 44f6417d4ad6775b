//! The tables of sessions, and of sign-ins that wait for their second factor.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::sessions::{Beginning, Proof, SessionView};
use crate::db::schema::{sessions, sign_in_steps};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, VoucherId};

/// A live session.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub(super) person: PersonId,
    /// The digest of its present token, which need not be the one that it was found by.
    pub(super) token_hash: Vec<u8>,
    pub(super) proved_at: Option<Timestamp>,
    pub(super) confined: bool,
    pub(super) privileges: Option<Vec<u8>>,
    pub(super) created_at: Timestamp,
    pub(super) seen_at: Timestamp,
    pub(super) expires_at: Timestamp,
    /// Whether it was found by the token before the present one.
    pub(super) by_previous: bool,
}

/// Whether a session is there, by its present token or, for a moment, the one before.
pub(super) fn exists(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    digest: &[u8; 32],
) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let digest = digest.as_slice();
    let ours = sessions::table.filter(sessions::organisation_id.eq(organisation));
    let present = ours.filter(sessions::token_hash.eq(digest));
    if select(exists(present)).get_result(connection)? {
        return Ok(true);
    }
    // Which token is still good was decided when the caller was made, at most 30 seconds ago.
    Ok(select(exists(ours.filter(sessions::previous_hash.eq(digest)))).get_result(connection)?)
}

/// The session of a token.
pub(super) fn find(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Option<Live>, DbError> {
    type Row = (
        PersonId,
        Vec<u8>,
        Option<jiff_diesel::Timestamp>,
        bool,
        Option<Vec<u8>>,
        jiff_diesel::Timestamp,
        jiff_diesel::Timestamp,
        jiff_diesel::Timestamp,
    );
    let columns = (
        sessions::person_id,
        sessions::token_hash,
        sessions::proved_at,
        sessions::confined,
        sessions::privileges,
        sessions::created_at,
        sessions::seen_at,
        sessions::expires_at,
    );
    let ours = sessions::table.filter(sessions::organisation_id.eq(tx.caller().organisation()));
    let present = ours.filter(sessions::token_hash.eq(digest.as_slice())).select(columns);
    let mut row: Option<Row> = present.first(tx.conn()).optional()?;
    let by_previous = row.is_none();
    if by_previous {
        let previous = ours
            .filter(sessions::previous_hash.eq(digest.as_slice()))
            .filter(sessions::previous_until.gt(now.to_diesel()))
            .select(columns);
        row = previous.first(tx.conn()).optional()?;
    }
    Ok(row.map(|(person, token_hash, proved_at, confined, privileges, created_at, seen_at, expires_at)| Live {
        person,
        token_hash,
        proved_at: proved_at.map(|time| time.to_jiff()),
        confined,
        privileges,
        created_at: created_at.to_jiff(),
        seen_at: seen_at.to_jiff(),
        expires_at: expires_at.to_jiff(),
        by_previous,
    }))
}

/// Notes that a session was used.
pub(super) fn seen(tx: &mut Tx<'_>, token_hash: &[u8], now: Timestamp) -> Result<(), DbError> {
    let this = sessions::table.find((tx.caller().organisation(), token_hash));
    diesel::update(this).set(sessions::seen_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(())
}

/// Notes what the holder of a session could do when its token was made.
pub(super) fn set_privileges(tx: &mut Tx<'_>, token_hash: &[u8], privileges: &[u8; 32]) -> Result<(), DbError> {
    let this = sessions::table.find((tx.caller().organisation(), token_hash));
    diesel::update(this).set(sessions::privileges.eq(privileges.as_slice())).execute(tx.conn())?;
    Ok(())
}

/// Replaces a session's token; the one before is good until `until`. `false` when somebody was faster.
pub(super) fn replace_token(
    tx: &mut Tx<'_>,
    before: &[u8],
    after: &[u8; 32],
    until: Timestamp,
) -> Result<bool, DbError> {
    let this = sessions::table.find((tx.caller().organisation(), before));
    let replaced = diesel::update(this)
        .set((
            sessions::token_hash.eq(after.as_slice()),
            sessions::previous_hash.eq(before),
            sessions::previous_until.eq(until.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(replaced == 1)
}

/// Notes a proof of who holds a session; it is a whole one from now on.
pub(super) fn prove(tx: &mut Tx<'_>, token_hash: &[u8], proof: Proof, now: Timestamp) -> Result<(), DbError> {
    let this = sessions::table.find((tx.caller().organisation(), token_hash));
    diesel::update(this)
        .set((sessions::proved_at.eq(now.to_diesel()), sessions::proof.eq(proof.as_str())))
        .execute(tx.conn())?;
    Ok(())
}

/// Makes a confined session a whole one.
pub(super) fn release(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<(), DbError> {
    let this = sessions::table.find((tx.caller().organisation(), token_hash));
    diesel::update(this).set(sessions::confined.eq(false)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    beginning: &Beginning<'_>,
    digest: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::organisation_id.eq(tx.caller().organisation()),
            sessions::token_hash.eq(digest.as_slice()),
            sessions::person_id.eq(beginning.person),
            sessions::created_at.eq(now.to_diesel()),
            sessions::seen_at.eq(now.to_diesel()),
            sessions::expires_at.eq(expires_at.to_diesel()),
            sessions::masked_address.eq(beginning.from.address.map(|address| address.to_string())),
            sessions::device.eq(beginning.from.device.as_deref()),
            sessions::public_id.eq(Uuid::new_v4()),
            sessions::proved_at.eq(now.to_diesel()),
            sessions::proof.eq(beginning.proof.as_str()),
            sessions::confined.eq(beginning.confined),
            sessions::voucher.eq(beginning.voucher),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A session of nobody who proved who they are: for looking at made-up records beside a session of one's own.
pub(super) fn insert_unproven(
    tx: &mut Tx<'_>,
    person: PersonId,
    digest: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::organisation_id.eq(tx.caller().organisation()),
            sessions::token_hash.eq(digest.as_slice()),
            sessions::person_id.eq(person),
            sessions::created_at.eq(now.to_diesel()),
            sessions::seen_at.eq(now.to_diesel()),
            sessions::expires_at.eq(expires_at.to_diesel()),
            sessions::public_id.eq(Uuid::new_v4()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx<'_>, digest: &[u8]) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let ours = sessions::table.filter(sessions::organisation_id.eq(organisation));
    let present = diesel::delete(ours.filter(sessions::token_hash.eq(digest))).execute(tx.conn())?;
    if present > 0 {
        return Ok(present);
    }
    Ok(diesel::delete(ours.filter(sessions::previous_hash.eq(digest))).execute(tx.conn())?)
}

pub(super) fn delete_of(tx: &mut Tx<'_>, person: PersonId) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let theirs = sessions::table.filter(sessions::organisation_id.eq(organisation).and(sessions::person_id.eq(person)));
    Ok(diesel::delete(theirs).execute(tx.conn())?)
}

/// One session of somebody's, by the id that pages know it by.
pub(super) fn delete_one(tx: &mut Tx<'_>, person: PersonId, public_id: Uuid) -> Result<usize, DbError> {
    let this = sessions::table
        .filter(sessions::organisation_id.eq(tx.caller().organisation()))
        .filter(sessions::person_id.eq(person).and(sessions::public_id.eq(public_id)));
    Ok(diesel::delete(this).execute(tx.conn())?)
}

/// Ends the caller's sessions but the one in use.
pub(super) fn delete_others(tx: &mut Tx<'_>) -> Result<usize, DbError> {
    let Some(person) = tx.caller().person() else { return Ok(0) };
    let (organisation, id, this) = (person.organisation, person.id, person.session);
    let mut others = diesel::delete(sessions::table)
        .filter(sessions::organisation_id.eq(organisation).and(sessions::person_id.eq(id)))
        .into_boxed();
    if let Some(this) = this {
        others = others.filter(sessions::token_hash.ne(this.to_vec()));
    }
    Ok(others.execute(tx.conn())?)
}

/// Ends the sessions of somebody's that were unused for longest, until `keep` are left.
pub(super) fn delete_beyond(tx: &mut Tx<'_>, person: PersonId, keep: i64) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let theirs = sessions::table.filter(sessions::organisation_id.eq(organisation).and(sessions::person_id.eq(person)));
    let beyond: Vec<Vec<u8>> = theirs
        .select(sessions::token_hash)
        .order((sessions::seen_at.desc(), sessions::created_at.desc()))
        .offset(keep)
        .load(tx.conn())?;
    Ok(diesel::delete(theirs.filter(sessions::token_hash.eq_any(beyond))).execute(tx.conn())?)
}

pub(super) fn list_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<SessionView>, DbError> {
    type Row =
        (Vec<u8>, Uuid, jiff_diesel::Timestamp, jiff_diesel::Timestamp, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = sessions::table
        .filter(sessions::organisation_id.eq(tx.caller().organisation()).and(sessions::person_id.eq(person)))
        .select((
            sessions::token_hash,
            sessions::public_id,
            sessions::created_at,
            sessions::seen_at,
            sessions::masked_address,
            sessions::device,
            sessions::proof,
        ))
        .order(sessions::created_at.desc())
        .limit(100)
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(token_hash, id, created_at, seen_at, masked_address, device, proof)| SessionView {
            token_hash,
            id,
            created_at: created_at.to_jiff(),
            seen_at: seen_at.to_jiff(),
            masked_address,
            device,
            proof: proof.as_deref().and_then(Proof::parse),
        })
        .collect())
}

/// Notes that somebody's password was right, or that a provider vouched for them; steps that nobody finished go.
pub(super) fn step_insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    voucher: Option<VoucherId>,
    digest: &[u8; 32],
    now: Timestamp,
    lifetime: SignedDuration,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let old = sign_in_steps::table
        .filter(sign_in_steps::organisation_id.eq(organisation).and(sign_in_steps::person_id.eq(person)))
        .filter(sign_in_steps::expires_at.le(now.to_diesel()));
    diesel::delete(old).execute(tx.conn())?;
    diesel::insert_into(sign_in_steps::table)
        .values((
            sign_in_steps::organisation_id.eq(organisation),
            sign_in_steps::token_hash.eq(digest.as_slice()),
            sign_in_steps::person_id.eq(person),
            sign_in_steps::voucher.eq(voucher),
            sign_in_steps::created_at.eq(now.to_diesel()),
            sign_in_steps::expires_at.eq((now + lifetime).to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Who has come half way, if that was not too long ago.
pub(super) fn step_person(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Option<PersonId>, DbError> {
    let this = sign_in_steps::table.find((tx.caller().organisation(), digest.as_slice()));
    Ok(this
        .filter(sign_in_steps::expires_at.gt(now.to_diesel()))
        .select(sign_in_steps::person_id)
        .first(tx.conn())
        .optional()?)
}

/// Takes a step, with the word that it rests on where that is not a password; `None` when somebody was faster.
pub(super) fn step_take(tx: &mut Tx<'_>, digest: &[u8; 32]) -> Result<Option<Option<VoucherId>>, DbError> {
    let this = sign_in_steps::table.find((tx.caller().organisation(), digest.as_slice()));
    Ok(diesel::delete(this).returning(sign_in_steps::voucher).get_result(tx.conn()).optional()?)
}

/// Whether the caller's session began with a provider's word.
pub(super) fn is_vouched(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let Some((organisation, digest)) = tx.caller().person().and_then(|who| Some((who.organisation, who.session?)))
    else {
        return Ok(false);
    };
    let this = sessions::table
        .filter(sessions::organisation_id.eq(organisation).and(sessions::token_hash.eq(digest.to_vec())))
        .filter(sessions::voucher.is_not_null());
    Ok(select(exists(this)).get_result(tx.conn())?)
}

/// Ends what began with a provider's word, and what was on its way; how many sessions there were.
pub(super) fn delete_vouched(tx: &mut Tx<'_>, voucher: VoucherId) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let steps = sign_in_steps::table
        .filter(sign_in_steps::organisation_id.eq(organisation).and(sign_in_steps::voucher.eq(voucher)));
    diesel::delete(steps).execute(tx.conn())?;
    let theirs = sessions::table.filter(sessions::organisation_id.eq(organisation).and(sessions::voucher.eq(voucher)));
    Ok(diesel::delete(theirs).execute(tx.conn())?)
}

/// Takes every step of somebody's: their password or their factors changed.
pub(super) fn steps_delete_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let theirs = sign_in_steps::table
        .filter(sign_in_steps::organisation_id.eq(organisation).and(sign_in_steps::person_id.eq(person)));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}
