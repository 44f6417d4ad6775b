//! Server-side sessions: made at sign-in, found by the digest of the cookie's token, ended by time or by hand.
//!
//! The token is replaced when its holder proves anew who they are (`step_up`), and when what they may do has changed;
//! the one before stays good for a minute, for requests that were on their way.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::session_store::Live;
use super::{IdentityError, known_devices, policy, session_store, sign_in_rules, sign_in_rules_store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, Person, SystemName};
use crate::config::SessionSettings;
use crate::crypto::{Token, TokenDigest};
use crate::db::{Db, DbError, Tx};
use crate::http::{FoundSession, SessionCookie, SessionFacts, SessionResolver};
use crate::kernel::address::MaskedAddress;
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId, VoucherId};

/// How long the token before the present one is still taken.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

/// By what somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Their password, and nothing else was asked for.
    Password,
    /// A code of their authenticator app.
    Totp,
    /// A passkey, with the PIN or finger that goes with it.
    Passkey,
    /// One of their recovery codes.
    Recovery,
    /// Their organisation's provider, which vouches for them.
    Provider,
}

impl Proof {
    /// As the database and the audit trail have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::Recovery => "recovery",
            Self::Provider => "provider",
        }
    }

    /// Reads what [`Proof::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Password, Self::Totp, Self::Passkey, Self::Recovery, Self::Provider];
        all.into_iter().find(|proof| proof.as_str() == text)
    }
}

/// A session as it stands in the list.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// The digest of its token.
    pub token_hash: Vec<u8>,
    /// Names it on pages.
    pub id: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// Where it began, masked.
    pub masked_address: Option<String>,
    /// Browser and system, in words.
    pub device: Option<String>,
    /// By what its holder last proved who they are.
    pub proof: Option<Proof>,
}

/// Finds sessions for the edge.
pub struct Resolver {
    /// The door to the data.
    pub db: Db,
    /// Idle and absolute limits.
    pub settings: SessionSettings,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl SessionResolver for Resolver {
    fn resolve(
        &self,
        cookie: SessionCookie,
        address: Option<MaskedAddress>,
    ) -> BoxFuture<'_, Result<Option<FoundSession>, DbError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let organisation = cookie.organisation;
            let TokenDigest(digest) = cookie.token.digest();
            let as_door = Caller::system(SystemName::SignIn, organisation);
            let settings = self.settings.clone();
            let found = self.db.write(&as_door, move |tx| touch(tx, &digest, &settings, now)).await?;
            let Some(live) = found else { return Ok(None) };
            let Ok(present) = <[u8; 32]>::try_from(live.token_hash.as_slice()) else { return Ok(None) };
            // A caller of unknown version: entering the transaction loads them as they are now.
            let stub = Caller::Person(Arc::new(unknown(organisation, live.person, Some(present), address)));
            let loaded = self.db.read(&stub, |tx| Ok::<_, DbError>(tx.caller().person().cloned())).await;
            let mut person = match loaded {
                Ok(Some(person)) => person,
                Ok(None) | Err(DbError::SignedOut) => return Ok(None),
                Err(error) => return Err(error),
            };
            let replaced = self.follow_privileges(&as_door, &cookie, &live, &person, now).await?;
            if let Some(replaced) = &replaced {
                person.session = Some(replaced.token.digest().0);
            }
            let facts = SessionFacts { proved_at: live.proved_at, confined: live.confined };
            Ok(Some(FoundSession { person, facts, replaced }))
        })
    }
}

impl Resolver {
    /// Replaces the token of a session whose holder may do other things than when it was made.
    async fn follow_privileges(
        &self,
        as_door: &Caller,
        cookie: &SessionCookie,
        live: &Live,
        person: &Person,
        now: Timestamp,
    ) -> Result<Option<SessionCookie>, DbError> {
        let privileges = fingerprint(person);
        // What is made up has nothing to steal, and its cookie is not the session's.
        if cookie.organisation.is_preview()
            || live.by_previous
            || live.privileges.as_deref() == Some(privileges.as_slice())
        {
            return Ok(None);
        }
        let first_look = live.privileges.is_none();
        let before = live.token_hash.clone();
        if first_look {
            self.db.write(as_door, move |tx| session_store::set_privileges(tx, &before, &privileges)).await?;
            return Ok(None);
        }
        // Without randomness the old token does for now; the next look tries again.
        let Ok(token) = Token::random() else { return Ok(None) };
        let TokenDigest(after) = token.digest();
        let replaced = self
            .db
            .write(as_door, move |tx| {
                let replaced = session_store::replace_token(tx, &before, &after, now + OVERLAP)?;
                if replaced {
                    session_store::set_privileges(tx, &after, &privileges)?;
                }
                Ok::<_, DbError>(replaced)
            })
            .await?;
        Ok(replaced.then(|| cookie.with_token(token)))
    }
}

/// The live session of a token, whose last use is noted to the minute; one that is over is removed.
fn touch(
    tx: &mut Tx<'_>,
    digest: &[u8; 32],
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<Option<Live>, DbError> {
    let Some(live) = session_store::find(tx, digest, now)? else { return Ok(None) };
    let rules = sign_in_rules_store::of_person(tx, live.person)?;
    let over = live.seen_at < now - rules.idle(settings)
        || live.expires_at <= now
        || live.created_at + rules.absolute(settings) <= now;
    if over {
        session_store::delete(tx, &live.token_hash)?;
        return Ok(None);
    }
    if now.duration_since(live.seen_at).as_secs() >= 60 {
        session_store::seen(tx, &live.token_hash, now)?;
    }
    Ok(Some(live))
}

/// What somebody may do, in 32 bytes that differ when any of it does.
fn fingerprint(person: &Person) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (permission, reach) in &person.permissions {
        hash.update(permission.as_bytes());
        hash.update([0, u8::from(reach.own), u8::from(reach.organisation)]);
        for unit in &reach.units {
            hash.update(unit.0.as_bytes());
        }
        hash.update([1]);
    }
    hash.finalize().into()
}

/// A person of whom only the id is known; the first transaction opened for them fills in the rest.
pub fn unknown(
    organisation: OrganisationId,
    id: PersonId,
    session: Option<[u8; 32]>,
    address: Option<MaskedAddress>,
) -> Person {
    Person { access_version: -1, session, address, ..Person::unloaded(organisation, id) }
}

/// A session that is about to begin.
#[derive(Debug, Clone)]
pub(super) struct Beginning<'a> {
    pub(super) person: PersonId,
    pub(super) from: &'a Origin,
    pub(super) proof: Proof,
    /// Whether all that it opens is enrolling a second factor.
    pub(super) confined: bool,
    /// Whose word began it, if it was a provider's: what ends with it.
    pub(super) voucher: Option<VoucherId>,
}

/// Begins a session for somebody who has just proved who they are. `tx` is the door's. Ends the ones that they used
/// least, as far as they would have more than their organisation allows.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    beginning: &Beginning<'_>,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    let (token, anchor) = (Token::random()?, Token::random()?);
    let TokenDigest(digest) = token.digest();
    let rules = sign_in_rules::of(tx, beginning.person)?;
    let cap = sign_in_rules_store::of_organisation(tx)?.max_sessions;
    let ended = session_store::delete_beyond(tx, beginning.person, i64::from(cap) - 1)?;
    session_store::insert(tx, beginning, &digest, now, now + rules.absolute(settings))?;
    let mut entry = Entry::new("session.begin")
        .on("session", "")
        .about(beginning.person)
        .from(beginning.from.address)
        .noting("proof", beginning.proof.as_str());
    if let Some(voucher) = beginning.voucher {
        entry = entry.noting("voucher", voucher.0);
    }
    if ended > 0 {
        entry = entry.noting("oldest_ended", u32::try_from(ended).unwrap_or(u32::MAX));
    }
    if beginning.confined {
        entry = entry.noting("until_enrolled", true);
    }
    audit::record(tx, now, entry)?;
    known_devices::note(tx, beginning.person, beginning.from, now)?;
    Ok(SessionCookie { organisation: tx.caller().organisation(), token, anchor })
}

/// Notes a proof of who holds a session, makes it a whole one if `release`, and replaces its token. `tx` is the
/// door's; the session's entry in the audit trail is the caller's business.
///
/// `None` when the session has ended meanwhile.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    cookie: &SessionCookie,
    proof: Proof,
    release: bool,
    now: Timestamp,
) -> Result<Option<SessionCookie>, IdentityError> {
    let TokenDigest(digest) = cookie.token.digest();
    let Some(live) = session_store::find(tx, &digest, now)? else { return Ok(None) };
    session_store::prove(tx, &live.token_hash, proof, now)?;
    if release {
        session_store::release(tx, &live.token_hash)?;
    }
    let token = Token::random()?;
    let TokenDigest(after) = token.digest();
    session_store::replace_token(tx, &live.token_hash, &after, now + OVERLAP)?;
    Ok(Some(cookie.with_token(token)))
}

/// Where a sign-in comes from, as much of it as we keep.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Masked.
    pub address: Option<MaskedAddress>,
    /// Browser and system, in words.
    pub device: Option<String>,
}

/// Ends the caller's session.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn sign_out(db: &Db, caller: &Caller, cookie: &SessionCookie, now: Timestamp) -> Result<(), IdentityError> {
    let TokenDigest(digest) = cookie.token.digest();
    db.write(caller, move |tx| {
        session_store::delete(tx, &digest)?;
        audit::record(tx, now, Entry::new("session.end").on("session", ""))?;
        Ok(())
    })
    .await
}

/// Ends every session of the caller's, this one too.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn sign_out_everywhere(db: &Db, caller: &Caller, now: Timestamp) -> Result<usize, IdentityError> {
    db.write(caller, move |tx| {
        let Some(person) = tx.caller().person_id() else { return Ok(0) };
        let ended = session_store::delete_of(tx, person)?;
        audit::record(
            tx,
            now,
            Entry::new("session.end-all")
                .on("session", "")
                .noting("sessions", u32::try_from(ended).unwrap_or(u32::MAX)),
        )?;
        Ok(ended)
    })
    .await
}

/// Ends one session of the caller's, by the id that the list has.
///
/// # Errors
/// [`IdentityError::Authz`] when there is no such session.
pub async fn end_one(db: &Db, caller: &Caller, id: Uuid, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let person = tx.caller().person_id().ok_or(authz::AuthzError::Hidden)?;
        if session_store::delete_one(tx, person, id)? == 0 {
            return Err(authz::AuthzError::Hidden.into());
        }
        audit::record(tx, now, Entry::new("session.end").on("session", id))?;
        Ok(())
    })
    .await
}

/// Ends every session of somebody's.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn end_all_of(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<usize, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<policy::EndSessions>(tx, person)?;
        let ended = session_store::delete_of(tx, may.scope())?;
        let entry = Entry::new("session.revoke")
            .on("session", "")
            .about(person)
            .noting("sessions", u32::try_from(ended).unwrap_or(u32::MAX));
        audit::record(tx, now, entry)?;
        Ok(ended)
    })
    .await
}

/// The caller's sessions, newest first.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn list(db: &Db, caller: &Caller) -> Result<Vec<SessionView>, IdentityError> {
    db.read(caller, |tx| match tx.caller().person_id() {
        Some(person) => Ok(session_store::list_of(tx, person)?),
        None => Ok(Vec::new()),
    })
    .await
}

/// Somebody's sessions, newest first. Looking at another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn list_of(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<SessionView>, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<policy::ReadSessions>(tx, person)?;
        let sessions = session_store::list_of(tx, may.scope())?;
        if tx.caller().person_id() != Some(person) {
            audit::record(tx, now, Entry::new("session.read").on("person", person).about(person))?;
        }
        Ok(sessions)
    })
    .await
}
