//! What the edge asks about every request of somebody who is signed in: are they let in from where they are?
//!
//! Each node keeps the rules of an organisation for two seconds, so that a change made on one node, or on the command
//! line, counts on all of them after that. A node that cannot read them lets nobody in whose rules it has never read.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::model::{Lists, Place, ShutOut};
use super::store;
use crate::audit::{self, AuditError, Entry};
use crate::authz::{Caller, Person, SystemName};
use crate::db::{Db, DbError};
use crate::http::NetworkGate;
use crate::kernel::address::MaskedAddress;
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::kernel::network::Judgement;

/// How long rules are believed without being read again.
const FRESH: SignedDuration = SignedDuration::from_secs(2);

/// For how long one more refusal of the same person at the same place leaves no entry.
const QUIET: SignedDuration = SignedDuration::from_mins(15);

/// Refusals remembered at most; then all are forgotten, and the next ones leave an entry again.
const REMEMBERED: usize = 10_000;

/// The gate.
pub struct Gate {
    db: Db,
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<OrganisationId, Arc<Known>>>,
    noted: Mutex<HashMap<(PersonId, Option<MaskedAddress>), Timestamp>>,
}

/// What is known of one organisation. Whoever finds it stale reads it again while the others wait.
#[derive(Default)]
struct Known {
    lists: Mutex<Option<(Arc<Lists>, Timestamp)>>,
    reading: tokio::sync::Mutex<()>,
}

impl Known {
    fn fresh(&self, now: Timestamp) -> Option<Arc<Lists>> {
        let lists = lock(&self.lists);
        let (lists, read_at) = lists.as_ref()?;
        (now.duration_since(*read_at).abs() < FRESH).then(|| Arc::clone(lists))
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is in there is put in whole, so a panic leaves it valid.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gate {
    /// A gate that knows no rule yet.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock, known: Mutex::default(), noted: Mutex::default() }
    }

    async fn lists(&self, organisation: OrganisationId) -> Result<Arc<Lists>, DbError> {
        let known = Arc::clone(lock(&self.known).entry(organisation).or_default());
        if let Some(lists) = known.fresh(self.clock.now()) {
            return Ok(lists);
        }
        let _reading = known.reading.lock().await;
        let now = self.clock.now();
        if let Some(lists) = known.fresh(now) {
            return Ok(lists);
        }
        let caller = Caller::system(SystemName::Network, organisation);
        let read =
            |tx: &mut crate::db::Tx<'_>| Ok::<_, DbError>(Lists::new(&store::rules(tx)?, store::role_names(tx)?));
        match self.db.read(&caller, read).await {
            Ok(lists) => {
                let lists = Arc::new(lists);
                *lock(&known.lists) = Some((Arc::clone(&lists), now));
                Ok(lists)
            }
            Err(error) => match lock(&known.lists).as_ref() {
                // What was true a moment ago is better than nobody at work; the request will miss the database anyway.
                Some((lists, _read_at)) => {
                    tracing::warn!(%error, "the rules on networks could not be read again; the ones known still count");
                    Ok(Arc::clone(lists))
                }
                None => Err(error),
            },
        }
    }

    /// Leaves an entry of a refusal, unless there was one just now. A failure to do so keeps nobody in or out.
    async fn note(&self, person: &Person, address: Option<MaskedAddress>, lists: &Lists, shut_out: &ShutOut) {
        let now = self.clock.now();
        {
            let mut noted = lock(&self.noted);
            if noted.len() >= REMEMBERED {
                noted.clear();
            }
            match noted.insert((person.id, address), now) {
                Some(before) if now.duration_since(before).abs() < QUIET => {
                    noted.insert((person.id, address), before);
                    return;
                }
                _ => {}
            }
        }
        let entry = Entry::new("network.refused").on("session", "").about(person.id).from(address);
        let entry = entry.noting("list", lists.title(shut_out.place));
        let entry = match shut_out.judgement {
            Judgement::Denied(network) => entry.noting("network", network.to_string()),
            Judgement::NotListed | Judgement::Open | Judgement::Allowed(_) => entry,
        };
        let caller = Caller::system(SystemName::Network, person.organisation);
        if let Err(error) = self.db.write(&caller, move |tx| audit::record(tx, now, entry)).await {
            let error: AuditError = error;
            tracing::warn!(%error, "a refusal by network could not be recorded");
        }
    }
}

impl NetworkGate for Gate {
    fn admit<'a>(
        &'a self,
        person: &'a Person,
        address: Option<IpAddr>,
        console: bool,
    ) -> BoxFuture<'a, Result<Option<String>, DbError>> {
        Box::pin(async move {
            let lists = self.lists(person.organisation).await?;
            let Err(shut_out) = lists.admit(&person.roles, address, console) else { return Ok(None) };
            self.note(person, address.map(MaskedAddress::from), &lists, &shut_out).await;
            Ok(Some(sentence(shut_out.place).to_owned()))
        })
    }

    fn forget(&self, organisation: OrganisationId) {
        lock(&self.known).remove(&organisation);
    }
}

/// What somebody who is shut out is told: what to do, and nothing of the rules.
fn sentence(place: Place) -> &'static str {
    match place {
        Place::Everyone => {
            "Your organisation does not let you use Watchroom from the network that you are on. Connect from your \
             workplace, or through its remote access, and try again."
        }
        Place::Role(_) => {
            "One of your roles may only be used from certain networks, and you are on another one. Connect from your \
             workplace, or through its remote access, and try again."
        }
        Place::Console => {
            "The pages of the console open from certain networks only, and you are on another one. Connect from your \
             workplace, or through its remote access, and try again. Your own pages are open to you here."
        }
    }
}
