//! Keys that are unlocked for a while: in this process's memory, for one session, and nowhere else.
//!
//! A key is forgotten when its session has not used it for a quarter of an hour, when its person locks it, and when the
//! process ends; it is wiped then. Several servers do not share what they know: each asks for the passphrase itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::error::VaultError;
use super::model::Vault;
use crate::crypto::personal::{PrivateKey, PublicKey};
use crate::crypto::{Keyring, same};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};

/// How long a key stays without being used.
pub const IDLE: SignedDuration = SignedDuration::from_mins(15);

/// Wrong passphrases that one person may try within [`WINDOW`].
const MOST_TRIES: u32 = 10;

/// After this time tries count no longer.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Passphrases that are stretched at once: each takes 64 MiB.
const AT_ONCE: usize = 2;

/// How often keys that were not used are looked for.
const SWEEP: Duration = Duration::from_secs(20);

/// Which session a key is unlocked for: the digest of what stays the same in its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey(pub [u8; 32]);

struct Open {
    organisation: OrganisationId,
    person: PersonId,
    key: PrivateKey,
    used: Timestamp,
}

#[derive(Clone, Copy)]
struct Tries {
    since: Timestamp,
    count: u32,
}

#[derive(Default)]
struct Known {
    open: HashMap<SessionKey, Open>,
    tries: HashMap<(OrganisationId, PersonId), Tries>,
}

/// The vaults that are open, and what vouches for public keys. Cheap to clone.
#[derive(Clone)]
pub struct Vaults {
    keys: Arc<Keyring>,
    known: Arc<Mutex<Known>>,
    stretching: Arc<Semaphore>,
}

impl Vaults {
    /// With none open. A thread of its own forgets what was not used, until the last copy is dropped.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(keys: Arc<Keyring>, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let known = Arc::new(Mutex::new(Known::default()));
        let watched: Weak<Mutex<Known>> = Arc::downgrade(&known);
        std::thread::Builder::new().name("vaults".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(SWEEP);
                let Some(known) = watched.upgrade() else { break };
                forget_idle(&mut locked(&known), clock.now());
            }
        })?;
        Ok(Self { keys, known, stretching: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// The key of a session, if its person unlocked it a moment ago. Counts as using it.
    pub fn key(
        &self,
        session: SessionKey,
        organisation: OrganisationId,
        person: PersonId,
        now: Timestamp,
    ) -> Option<PrivateKey> {
        let mut known = locked(&self.known);
        forget_idle(&mut known, now);
        let open = known.open.get_mut(&session)?;
        if open.organisation != organisation || open.person != person {
            return None;
        }
        open.used = now;
        Some(open.key.clone())
    }

    /// Keeps a key for a session that has just unlocked it.
    pub fn keep(
        &self,
        session: SessionKey,
        organisation: OrganisationId,
        person: PersonId,
        key: PrivateKey,
        now: Timestamp,
    ) {
        locked(&self.known).open.insert(session, Open { organisation, person, key, used: now });
    }

    /// Forgets the key of a session; whether there was one.
    pub fn lock(&self, session: SessionKey) -> bool {
        locked(&self.known).open.remove(&session).is_some()
    }

    /// Forgets the keys of all sessions of a person.
    pub fn lock_everywhere(&self, organisation: OrganisationId, person: PersonId) {
        locked(&self.known).open.retain(|_session, open| open.organisation != organisation || open.person != person);
    }

    /// What vouches for the public key of somebody's vault: whoever can write rows, and has not the appliance's key,
    /// cannot put a key of theirs in its place.
    pub(super) fn proof(&self, organisation: OrganisationId, person: PersonId, public: &PublicKey) -> [u8; 32] {
        let message = [organisation.0.as_bytes().as_slice(), person.0.as_bytes(), &public.0].concat();
        self.keys.mac("vault public key", &message)
    }

    /// The public key of a row, if it is the one that the appliance wrote for that person.
    pub fn vouched(&self, organisation: OrganisationId, person: PersonId, vault: &Vault) -> Option<PublicKey> {
        let wanted = self.proof(organisation, person, &vault.public);
        same(&wanted, &vault.proof).then_some(vault.public)
    }

    /// Runs what stretches a passphrase on a thread for it, a few at once.
    pub(super) async fn stretch<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, VaultError> {
        let permit = Arc::clone(&self.stretching).acquire_owned().await.ok().ok_or(VaultError::Stopping)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .ok()
        .ok_or(VaultError::Stopping)
    }

    /// Notes that somebody is about to try a passphrase or a code.
    ///
    /// # Errors
    /// [`VaultError::TooManyTries`].
    pub(super) fn trying(
        &self,
        organisation: OrganisationId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let mut known = locked(&self.known);
        let tries = known.tries.entry((organisation, person)).or_insert(Tries { since: now, count: 0 });
        if now.duration_since(tries.since) > WINDOW {
            *tries = Tries { since: now, count: 0 };
        }
        // Counted before it is known whether it is right, so that many at once are not more.
        tries.count = tries.count.saturating_add(1);
        if tries.count > MOST_TRIES { Err(VaultError::TooManyTries) } else { Ok(()) }
    }

    /// Notes that the last try was right.
    pub(super) fn succeeded(&self, organisation: OrganisationId, person: PersonId) {
        locked(&self.known).tries.remove(&(organisation, person));
    }
}

impl std::fmt::Debug for Vaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[vaults]")
    }
}

fn locked(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

fn forget_idle(known: &mut Known, now: Timestamp) {
    known.open.retain(|_session, open| now.duration_since(open.used) < IDLE);
    known.tries.retain(|_who, tries| now.duration_since(tries.since) <= WINDOW);
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::kernel::clock::SystemClock;

    const US: OrganisationId = OrganisationId(Uuid::from_u128(1));
    const ME: PersonId = PersonId(Uuid::from_u128(2));
    const HERE: SessionKey = SessionKey([7; 32]);

    fn vaults() -> (tempfile::TempDir, Vaults) {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = Keyring::open_or_create(&dir.path().join("keys")).expect("keys");
        (dir, Vaults::start(Arc::new(keys), Arc::new(SystemClock)).expect("a thread"))
    }

    #[test]
    fn a_key_is_there_for_its_session_until_it_rests_or_is_locked() {
        let (_dir, vaults) = vaults();
        let start = Timestamp::UNIX_EPOCH;
        let key = PrivateKey::random().expect("random");
        vaults.keep(HERE, US, ME, key.clone(), start);
        let later = start + SignedDuration::from_mins(14);
        assert_eq!(vaults.key(HERE, US, ME, later).map(|key| key.public()), Some(key.public()));
        assert!(vaults.key(SessionKey([8; 32]), US, ME, later).is_none());
        assert!(vaults.key(HERE, US, PersonId(Uuid::from_u128(3)), later).is_none());
        // Used at minute 14, so it stays until minute 29.
        assert!(vaults.key(HERE, US, ME, start + SignedDuration::from_mins(28)).is_some());
        assert!(vaults.key(HERE, US, ME, start + SignedDuration::from_mins(43)).is_none());
        vaults.keep(HERE, US, ME, key, start);
        assert!(vaults.lock(HERE) && !vaults.lock(HERE));
        assert!(vaults.key(HERE, US, ME, start).is_none());
    }

    #[test]
    fn after_ten_wrong_tries_one_waits() {
        let (_dir, vaults) = vaults();
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..MOST_TRIES {
            vaults.trying(US, ME, now).expect("not too many yet");
        }
        assert!(matches!(vaults.trying(US, ME, now), Err(VaultError::TooManyTries)));
        vaults.trying(US, PersonId(Uuid::from_u128(3)), now).expect("somebody else");
        vaults.trying(US, ME, now + SignedDuration::from_mins(16)).expect("later");
    }

    #[test]
    fn a_public_key_that_somebody_else_wrote_is_not_sealed_to() {
        let (_dir, vaults) = vaults();
        let public = PrivateKey::random().expect("random").public();
        let vault = Vault { public, proof: vaults.proof(US, ME, &public) };
        assert_eq!(vaults.vouched(US, ME, &vault), Some(public));
        let other = PrivateKey::random().expect("random").public();
        assert_eq!(vaults.vouched(US, ME, &Vault { public: other, ..vault }), None);
        assert_eq!(vaults.vouched(US, PersonId(Uuid::from_u128(3)), &vault), None);
    }
}
