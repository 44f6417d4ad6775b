//! From the cookie of a request to its caller, and a small cache in between.
//!
//! The cookie holds the organisation, a random token and an anchor; the database holds the token's digest. The token is
//! replaced when its holder proves anew who they are or may do other things than before; the anchor stays, and the
//! forms of open pages with it. A cached person is never out of date where it matters: each transaction compares
//! their access version with the database's (`db::Tx`), so a role that was taken away counts at the next request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use uuid::Uuid;

use crate::authz::{Caller, Person};
use crate::crypto::{Token, TokenDigest};
use crate::db::DbError;
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::{OrganisationId, PersonId};

/// The name of the session cookie; the prefix makes browsers insist on HTTPS, the root path and this host.
pub const COOKIE: &str = "__Host-watchroom";

/// The name of the cookie by which somebody looks at the console as a role, beside their own session's.
pub const PREVIEW_COOKIE: &str = "__Host-watchroom-preview";

/// How long a session is believed without asking the database for it again.
const FRESH: Duration = Duration::from_secs(30);

/// Sessions kept in memory at most.
const CAPACITY: usize = 20_000;

/// What the cookie says.
#[derive(Debug, Clone)]
pub struct SessionCookie {
    /// In which organisation the session is.
    pub organisation: OrganisationId,
    /// The secret.
    pub token: Token,
    /// What the tokens of forms are bound to; opens nothing by itself.
    pub anchor: Token,
}

/// What is known of a session beside whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// When its holder last proved who they are; `None` when that is not known.
    pub proved_at: Option<Timestamp>,
    /// Whether all that it opens is enrolling a second factor.
    pub confined: bool,
}

impl SessionFacts {
    /// Whether the holder proved who they are within `window` before `now`.
    pub fn is_fresh(&self, window: Duration, now: Timestamp) -> bool {
        let age = self.proved_at.map(|proved| now.duration_since(proved));
        age.is_some_and(|age| age.is_negative() || age.unsigned_abs() < window)
    }
}

/// A session that was found.
#[derive(Debug)]
pub struct FoundSession {
    /// Whose it is.
    pub person: Person,
    /// The rest of what is known.
    pub facts: SessionFacts,
    /// Its new cookie, when its token has just been replaced.
    pub replaced: Option<SessionCookie>,
}

/// Who asks, and by what session.
#[derive(Debug)]
pub struct Asked {
    /// Who.
    pub caller: Caller,
    /// The session; `None` for whoever has none.
    pub session: Option<SessionFacts>,
    /// The cookie to set, when the session's token has just been replaced.
    pub replaced: Option<SessionCookie>,
}

impl Asked {
    /// Somebody who has not signed in.
    pub fn nobody(address: Option<MaskedAddress>) -> Self {
        Self { caller: Caller::Anonymous { address }, session: None, replaced: None }
    }
}

impl SessionCookie {
    /// Reads the cookie of a request; `None` when there is none, or nonsense.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        Self::named(request, COOKIE)
    }

    /// Reads the cookie of somebody who looks at the console as a role.
    pub fn of_preview(request: &HttpRequest) -> Option<Self> {
        Self::named(request, PREVIEW_COOKIE).filter(|cookie| cookie.organisation.is_preview())
    }

    fn named(request: &HttpRequest, name: &str) -> Option<Self> {
        let cookie = request.cookie(name)?;
        let mut parts = cookie.value().split('.');
        let organisation = OrganisationId(Uuid::try_parse(parts.next()?).ok()?);
        let (token, anchor) = (Token::parse(parts.next()?)?, Token::parse(parts.next()?)?);
        parts.next().is_none().then_some(Self { organisation, token, anchor })
    }

    /// The cookie with another token.
    pub fn with_token(&self, token: Token) -> Self {
        Self { organisation: self.organisation, token, anchor: self.anchor.clone() }
    }

    /// The cookie to set. It ends with the browser; the server's limits are the real ones.
    pub fn to_cookie(&self) -> Cookie<'static> {
        cookie(COOKIE, self.value())
    }

    /// The same for looking at the console as a role.
    pub fn to_preview_cookie(&self) -> Cookie<'static> {
        cookie(PREVIEW_COOKIE, self.value())
    }

    fn value(&self) -> String {
        format!("{}.{}.{}", self.organisation.0.simple(), self.token.reveal(), self.anchor.reveal())
    }
}

/// A cookie that only this host, over HTTPS, and no script may read.
pub fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax).finish()
}

/// A cookie that removes `name`.
pub fn removal(name: &'static str) -> Cookie<'static> {
    let mut gone = cookie(name, String::new());
    gone.make_removal();
    gone
}

/// Finds the person of a session; the identity slice does.
pub trait SessionResolver: Send + Sync + 'static {
    /// The session and its person, or `None` when it has ended or never was.
    ///
    /// # Errors
    /// [`DbError`] when the database cannot be asked.
    fn resolve(
        &self,
        cookie: SessionCookie,
        address: Option<MaskedAddress>,
    ) -> futures_util::future::BoxFuture<'_, Result<Option<FoundSession>, DbError>>;
}

#[derive(Debug)]
struct Known {
    person: Arc<Person>,
    facts: SessionFacts,
    since: Timestamp,
}

/// The sessions seen lately.
pub struct Sessions {
    resolver: Box<dyn SessionResolver>,
    known: Mutex<HashMap<[u8; 32], Known>>,
}

impl Sessions {
    /// An empty cache before `resolver`.
    pub fn new(resolver: Box<dyn SessionResolver>) -> Self {
        Self { resolver, known: Mutex::new(HashMap::new()) }
    }

    /// Who asks.
    ///
    /// # Errors
    /// [`DbError`] when the database cannot be asked.
    pub async fn caller(
        &self,
        cookie: Option<SessionCookie>,
        address: Option<MaskedAddress>,
        now: Timestamp,
    ) -> Result<Asked, DbError> {
        let Some(cookie) = cookie else { return Ok(Asked::nobody(address)) };
        let TokenDigest(digest) = cookie.token.digest();
        if let Some((person, facts)) = self.fresh(&digest, cookie.organisation, now) {
            return Ok(Asked { caller: Caller::Person(person), session: Some(facts), replaced: None });
        }
        let Some(found) = self.resolver.resolve(cookie, address).await? else {
            self.forget(&digest);
            return Ok(Asked::nobody(address));
        };
        let person = Arc::new(found.person);
        // Under the new token only: the old one is good for moments, and not worth remembering.
        let digest = found.replaced.as_ref().map_or(digest, |cookie| cookie.token.digest().0);
        self.keep(digest, Known { person: Arc::clone(&person), facts: found.facts, since: now }, now);
        Ok(Asked { caller: Caller::Person(person), session: Some(found.facts), replaced: found.replaced })
    }

    /// Drops a session, when it was ended or found to have ended.
    pub fn forget(&self, digest: &[u8; 32]) {
        self.locked().remove(digest);
    }

    /// Drops what is known of a person, when what they may do has changed.
    pub fn forget_person(&self, id: PersonId) {
        self.locked().retain(|_digest, known| known.person.id != id);
    }

    /// Drops what is known of an organisation's people, when its name or colour has changed.
    pub fn forget_organisation(&self, organisation: OrganisationId) {
        self.locked().retain(|_digest, known| known.person.organisation != organisation);
    }

    fn fresh(
        &self,
        digest: &[u8; 32],
        organisation: OrganisationId,
        now: Timestamp,
    ) -> Option<(Arc<Person>, SessionFacts)> {
        let known = self.locked();
        let found = known.get(digest)?;
        let age = now.duration_since(found.since).unsigned_abs();
        (age < FRESH && found.person.organisation == organisation).then(|| (Arc::clone(&found.person), found.facts))
    }

    fn keep(&self, digest: [u8; 32], session: Known, now: Timestamp) {
        let mut known = self.locked();
        if known.len() >= CAPACITY {
            known.retain(|_digest, found| now.duration_since(found.since).unsigned_abs() < FRESH);
            if known.len() >= CAPACITY {
                known.clear();
            }
        }
        known.insert(digest, session);
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Known>> {
        // A panic while the map was held leaves a valid map: entries go in and out whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
