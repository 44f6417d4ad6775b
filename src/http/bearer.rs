//! From the token of a request to its caller: `Authorization: Bearer wrp_…` on `/api/v1/`.
//!
//! A token and a session's cookie exclude each other. What a token may do is what its person may do at that moment,
//! cut down to the token's scopes; the loader of callers does that anew whenever something changed. Every request is
//! noted in a log of uses, which is written in batches a moment later, so that a request costs no commit of its own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::session::{Asked, COOKIE};
use super::{Problem, Site};
use crate::authz::{Caller, Person};
use crate::crypto::{ApiToken, NotAToken, TokenDigest};
use crate::db::DbError;
use crate::kernel::address::MaskedAddress;
use crate::kernel::cidr::Cidr;
use crate::kernel::ids::{OrganisationId, PersonId, TokenId};

/// Where tokens open anything.
const BASE: &str = "/api/v1/";

const ELSEWHERE: &str = "The token may not be used from this address. Its person says from which it may.";

/// How long a token is believed without asking the database for it again.
const FRESH: Duration = Duration::from_secs(30);

/// Tokens kept in memory at most.
const CAPACITY: usize = 5_000;

/// Uses that may wait to be written; beyond that the database has been away for long.
const WAITING: usize = 50_000;

/// A token that was found, good at this moment.
#[derive(Debug, Clone)]
pub struct FoundToken {
    /// Its person, with what the token may do.
    pub person: Arc<Person>,
    /// From where it may be used; empty is anywhere.
    pub networks: Vec<Cidr>,
    /// When it stops to be good.
    pub good_until: Timestamp,
}

/// Finds tokens; the tokens slice does.
pub trait TokenResolver: Send + Sync + 'static {
    /// The token and its person, or `None` when it is not good (any more).
    ///
    /// # Errors
    /// [`DbError`] when the database cannot be asked.
    fn resolve(&self, token: ApiToken) -> BoxFuture<'_, Result<Option<FoundToken>, DbError>>;
}

/// One request with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// In which organisation.
    pub organisation: OrganisationId,
    /// With which token.
    pub token: TokenId,
    /// Whose token.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// The route's name; `none` when there was none.
    pub route: &'static str,
    /// What the answer was.
    pub status: u16,
    /// Where from.
    pub address: Option<MaskedAddress>,
}

/// The uses that wait to be written. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct UseLog(Arc<Mutex<Vec<Use>>>);

impl UseLog {
    /// Notes one; when too many wait, it is lost.
    fn note(&self, one: Use) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING {
            waiting.push(one);
        } else {
            metrics::counter!("watchroom_token_uses_lost_total").increment(1);
        }
    }

    /// Takes what waits.
    pub fn take(&self) -> Vec<Use> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts back what could not be written.
    pub fn put_back(&self, mut uses: Vec<Use>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.append(&mut waiting);
        uses.truncate(WAITING);
        *waiting = uses;
    }
}

#[derive(Debug)]
struct Known {
    token: FoundToken,
    since: Timestamp,
}

/// The tokens seen lately, and their uses.
pub struct Tokens {
    resolver: Box<dyn TokenResolver>,
    known: Mutex<HashMap<[u8; 32], Known>>,
    /// What is to be written of their use.
    pub uses: UseLog,
}

impl Tokens {
    /// An empty cache before `resolver`.
    pub fn new(resolver: Box<dyn TokenResolver>) -> Self {
        Self { resolver, known: Mutex::new(HashMap::new()), uses: UseLog::default() }
    }

    /// Drops what is known of a token, so that it is looked up again.
    pub fn forget(&self, token: TokenId) {
        let is_it = |known: &Known| known.token.person.token.as_ref().is_some_and(|acting| acting.id == token);
        self.locked().retain(|_digest, known| !is_it(known));
    }

    async fn find(&self, token: ApiToken, now: Timestamp) -> Result<Option<FoundToken>, DbError> {
        let TokenDigest(digest) = token.digest();
        let remembered = self.locked().get(&digest).and_then(|known| {
            let age = now.duration_since(known.since).unsigned_abs();
            (age < FRESH).then(|| known.token.clone())
        });
        let (found, asked) = match remembered {
            Some(found) => (Some(found), false),
            None => (self.resolver.resolve(token).await?, true),
        };
        let found = found.filter(|found| now < found.good_until);
        let mut known = self.locked();
        match &found {
            Some(found) if asked => {
                if known.len() >= CAPACITY {
                    known.clear();
                }
                known.insert(digest, Known { token: found.clone(), since: now });
            }
            Some(_) => {}
            None => {
                known.remove(&digest);
            }
        }
        Ok(found)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Known>> {
        // A panic while the map was held leaves a valid map: entries go in and out whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The token that a request came with, kept for the log of uses.
#[derive(Debug, Clone, Copy)]
struct Used {
    organisation: OrganisationId,
    token: TokenId,
    person: PersonId,
}

/// Whether a request brings what tokens are brought in.
pub(super) fn is_asked(request: &HttpRequest) -> bool {
    request.path().starts_with(BASE) && request.headers().contains_key(AUTHORIZATION)
}

/// Who asks, by the token of the request.
pub(super) async fn caller(request: &HttpRequest, site: &Site, address: Option<IpAddr>) -> Result<Asked, Problem> {
    if request.cookie(COOKIE).is_some() {
        return Err(Problem::BadRequest("Send a token or a session's cookie, not both.".to_owned()));
    }
    let now = site.clock.now();
    let token = token_in(request.headers())?;
    let found = site.tokens.find(token, now).await.map_err(|error| {
        tracing::error!(cause = %super::problem::chain(&error), "a token could not be looked up");
        super::AsProblem::problem(&error)
    })?;
    let Some(found) = found else {
        return Err(Problem::BadToken("It is unknown, has expired or was revoked. Make another.".to_owned()));
    };
    if let Some(acting) = &found.person.token {
        let used = Used { organisation: found.person.organisation, token: acting.id, person: found.person.id };
        request.extensions_mut().insert(used);
    }
    let near = found.networks.is_empty()
        || address.is_some_and(|address| found.networks.iter().any(|network| network.contains(address)));
    if !near {
        return Err(Problem::WrongNetwork(ELSEWHERE.to_owned()));
    }
    let address = address.map(MaskedAddress::from);
    let person = if found.person.address == address {
        found.person
    } else {
        Arc::new(Person { address, ..(*found.person).clone() })
    };
    Ok(Asked { caller: Caller::Person(person), session: None, replaced: None })
}

fn token_in(headers: &HeaderMap) -> Result<ApiToken, Problem> {
    let bad = |text: &str| Problem::BadToken(text.to_owned());
    let mut given = headers.get_all(AUTHORIZATION);
    let (first, second) = (given.next(), given.next());
    let text = first.filter(|_one| second.is_none()).and_then(|value| value.to_str().ok());
    let (scheme, token) =
        text.and_then(|text| text.split_once(' ')).ok_or_else(|| bad("Send one token, as a bearer token."))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(bad("Send the token as a bearer token."));
    }
    ApiToken::parse(token.trim()).map_err(|error| {
        bad(match error {
            NotAToken::Foreign => {
                "This is no token of Watchroom's: those begin with wrp_ or wrs_ and have 76 characters."
            }
            NotAToken::Mistyped => "It is mistyped or cut off: its checksum is wrong.",
        })
    })
}

/// Notes a request that came with a token, once it is answered.
pub(super) fn note(request: &HttpRequest, site: &Site, route: &'static str, status: u16, address: Option<IpAddr>) {
    let used = request.extensions().get::<Used>().copied();
    if let Some(Used { organisation, token, person }) = used {
        let (at, address) = (site.clock.now(), address.map(MaskedAddress::from));
        site.tokens.uses.note(Use { organisation, token, person, at, route, status, address });
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn one_bearer_token_is_read_and_nothing_else() {
        let token = ApiToken::random(crate::crypto::TokenKind::Personal, OrganisationId::NIL).expect("random");
        let read = |values: &[&str]| {
            let mut request = TestRequest::get();
            for value in values {
                request = request.append_header((AUTHORIZATION, *value));
            }
            token_in(request.to_http_request().headers())
        };
        let good = format!("Bearer {}", token.reveal());
        assert_eq!(read(&[&good]), Ok(token.clone()));
        assert_eq!(read(&[&good.replace("Bearer", "bearer")]), Ok(token.clone()));
        let basic = format!("Basic {}", token.reveal());
        for wrong in [&[][..], &[good.as_str(), good.as_str()], &[token.reveal()], &[&basic], &["Bearer x"]] {
            assert!(matches!(read(wrong), Err(Problem::BadToken(_))), "{wrong:?}");
        }
    }

    #[test]
    fn what_cannot_be_written_waits_in_its_order_and_not_without_end() {
        let log = UseLog::default();
        let one = |status| Use {
            organisation: OrganisationId::NIL,
            token: TokenId::NIL,
            person: PersonId::NIL,
            at: Timestamp::UNIX_EPOCH,
            route: "none",
            status,
            address: None,
        };
        log.note(one(200));
        let taken = log.take();
        log.note(one(201));
        log.put_back(taken);
        assert_eq!(log.take().iter().map(|one| one.status).collect::<Vec<_>>(), [200, 201]);
        for _ in 0..WAITING + 5 {
            log.note(one(200));
        }
        assert_eq!(log.take().len(), WAITING);
    }
}
