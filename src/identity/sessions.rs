//! Server-side sessions: made at sign-in, found by the digest of the cookie's token, ended by time or by hand.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::{IdentityError, known_devices, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, Person, SystemName};
use crate::config::SessionSettings;
use crate::crypto::{Token, TokenDigest};
use crate::db::{Db, DbError, Tx};
use crate::http::{SessionCookie, SessionResolver};
use crate::kernel::address::MaskedAddress;
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};

/// A session as its owner sees it in the list.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// The digest of its token.
    pub token_hash: Vec<u8>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// Where it began, masked.
    pub masked_address: Option<String>,
    /// What the browser called itself, shortened.
    pub device: Option<String>,
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
    ) -> BoxFuture<'_, Result<Option<Person>, DbError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let idle = SignedDuration::try_from(self.settings.idle()).unwrap_or(SignedDuration::from_mins(30));
            let organisation = cookie.organisation;
            let TokenDigest(digest) = cookie.token.digest();
            let as_door = Caller::system(SystemName::SignIn, organisation);
            let found: Option<PersonId> = self
                .db
                .write(&as_door, move |tx| store::session_touch(tx, organisation, &digest, now, now - idle))
                .await?;
            let Some(id) = found else { return Ok(None) };
            // A caller of unknown version: entering the transaction loads them as they are now.
            let stub = Caller::Person(Arc::new(unknown(organisation, id, Some(digest), address)));
            match self.db.read(&stub, |tx| Ok::<_, DbError>(tx.caller().person().cloned())).await {
                Ok(person) => Ok(person),
                Err(DbError::SignedOut) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}

/// A person of whom only the id is known; the first transaction opened for them fills in the rest.
pub fn unknown(
    organisation: OrganisationId,
    id: PersonId,
    session: Option<[u8; 32]>,
    address: Option<MaskedAddress>,
) -> Person {
    Person {
        id,
        organisation,
        organisation_name: String::new(),
        brand_colour: None,
        name: String::new(),
        unit: crate::kernel::ids::UnitId::NIL,
        roles: Vec::new(),
        permissions: std::collections::BTreeMap::new(),
        access_version: -1,
        session,
        address,
    }
}

/// Begins a session for somebody who has just proved who they are. `tx` is the door's.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    from: &Origin,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    let token = Token::random()?;
    let TokenDigest(digest) = token.digest();
    let absolute = SignedDuration::try_from(settings.absolute()).unwrap_or(SignedDuration::from_hours(12));
    store::session_insert(tx, organisation, person, &digest, from, now, now + absolute)?;
    known_devices::note(tx, person, from, now)?;
    Ok(SessionCookie { organisation, token })
}

/// Where a sign-in comes from, as much of it as we keep.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Masked.
    pub address: Option<MaskedAddress>,
    /// What the browser calls itself, cut to 120 characters.
    pub device: Option<String>,
}

/// Ends the caller's session.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn sign_out(db: &Db, caller: &Caller, cookie: &SessionCookie, now: Timestamp) -> Result<(), IdentityError> {
    let TokenDigest(digest) = cookie.token.digest();
    db.write(caller, move |tx| {
        store::session_delete(tx, &digest)?;
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
        let ended = store::sessions_delete_own(tx)?;
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

/// The caller's sessions, newest first.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn list(db: &Db, caller: &Caller) -> Result<Vec<SessionView>, IdentityError> {
    db.read(caller, |tx| Ok(store::sessions_own(tx)?)).await
}
