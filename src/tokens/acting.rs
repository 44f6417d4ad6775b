//! From a token's text to the person as whom it acts, cut down to its scopes.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::store;
use crate::authz::{ActingToken, Caller, Person, SystemName};
use crate::crypto::{ApiToken, TokenDigest, TokenKind};
use crate::db::{CallerLoader, Db, DbError};
use crate::http::bearer::{FoundToken, TokenResolver};
use crate::kernel::clock::Clock;

/// Finds tokens for the edge.
pub struct Resolver {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl TokenResolver for Resolver {
    fn resolve(&self, token: ApiToken) -> BoxFuture<'_, Result<Option<FoundToken>, DbError>> {
        Box::pin(async move {
            let (now, organisation, TokenDigest(digest)) = (self.clock.now(), token.organisation(), token.digest());
            let door = Caller::system(SystemName::Tokens, organisation);
            let found = self.db.read(&door, move |tx| store::live(tx, organisation, &digest, now)).await?;
            let Some(live) = found else { return Ok(None) };
            let acting = ActingToken {
                id: live.id,
                text: digest,
                service: token.kind() == TokenKind::Service,
                scopes: live.scopes.into_iter().collect(),
            };
            // Of unknown version: entering the transaction loads them as they are now, by the loader below.
            let stub = Person { token: Some(acting), ..Person::unloaded(organisation, live.person) };
            let stub = Caller::Person(Arc::new(stub));
            match self.db.read(&stub, |tx| Ok::<_, DbError>(tx.caller().person().cloned())).await {
                Ok(Some(person)) => Ok(Some(FoundToken {
                    person: Arc::new(person),
                    networks: live.networks,
                    good_until: live.good_until,
                })),
                Ok(None) | Err(DbError::SignedOut) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}

/// Reloads callers as `inner` does; one that acts with a token must have it still, and gets no more than it allows.
pub fn loader(inner: CallerLoader) -> CallerLoader {
    Arc::new(move |connection, known| {
        let Some(acting) = &known.token else { return inner(connection, known) };
        if !store::still_good(connection, known.organisation, known.id, acting)? {
            return Ok(None);
        }
        let loaded = inner(connection, known)?;
        Ok(loaded.map(|person| person.limited_to(acting.clone())))
    })
}
