//! Failed attempts, counted in the database so that a restart forgives nothing.
//!
//! An attempt is counted before the password is looked at, so that many at once cannot slip past the limit; success
//! takes the account's count back. Keys are keyed hashes: the table tells nobody which addresses were tried. The trail
//! has one entry for each window in which an account's attempts were used up.

use jiff::{SignedDuration, Timestamp};

use super::{IdentityError, store};
use crate::audit::{self, Entry};
use crate::authz::Caller;
use crate::config::ThrottleSettings;
use crate::crypto::Keyring;
use crate::db::{Db, DbError, Tx};
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::PersonId;

/// The counters that an attempt touches.
#[derive(Debug, Clone)]
pub struct Attempt {
    account: [u8; 32],
    network: Option<[u8; 32]>,
}

/// The key of an account's counter; `email` in its normal form.
pub(super) fn account_key(keys: &Keyring, email: &str) -> [u8; 32] {
    keys.mac("throttle.account", email.as_bytes())
}

/// The key of the counter of somebody's second factor.
pub(super) fn factor_key(keys: &Keyring, person: PersonId) -> [u8; 32] {
    keys.mac("throttle.factor", person.0.as_bytes())
}

impl Attempt {
    /// An attempt to sign in as `email` from `address`.
    pub fn new(keys: &Keyring, email: &str, address: Option<MaskedAddress>) -> Self {
        Self {
            account: account_key(keys, email),
            network: address.map(|address| keys.mac("throttle.network", address.to_string().as_bytes())),
        }
    }

    /// An attempt at the second factor of somebody whose password was right: counted apart from passwords, so that
    /// knowing one does not buy more guesses at the other.
    pub(super) fn at_factor(keys: &Keyring, person: PersonId, address: Option<MaskedAddress>) -> Self {
        Self {
            account: factor_key(keys, person),
            network: address.map(|address| keys.mac("throttle.network", address.to_string().as_bytes())),
        }
    }

    /// Counts the attempt; what is beyond a limit changes nothing more.
    fn count(&self, tx: &mut Tx<'_>, settings: &ThrottleSettings, now: Timestamp) -> Result<Option<Beyond>, DbError> {
        let window = SignedDuration::try_from(settings.window()).unwrap_or(SignedDuration::from_mins(15));
        let limits = [(Some(self.account), settings.attempts), (self.network, settings.network_attempts)];
        for (key, limit) in limits {
            let Some(key) = key else { continue };
            let counted = store::throttle_count(tx, &key, now, now - window)?;
            let over = i64::from(counted.failures) - i64::from(limit);
            if over > 0 {
                let wait = (counted.window_started_at + window).duration_since(now).as_secs().max(1);
                let first_of_account = over == 1 && key == self.account;
                return Ok(Some(Beyond { wait_s: u64::try_from(wait).unwrap_or(1), first_of_account }));
            }
        }
        Ok(None)
    }

    /// Takes it back: it was the right password.
    pub(super) fn forgive(&self, tx: &mut Tx<'_>) -> Result<(), IdentityError> {
        store::throttle_clear(tx, &self.account)?;
        if let Some(network) = &self.network {
            store::throttle_uncount(tx, network)?;
        }
        Ok(())
    }
}

/// An attempt that was one too many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beyond {
    /// How long to wait (seconds).
    pub(super) wait_s: u64,
    /// Whether the account's limit was passed by it just now: once in each window.
    pub(super) first_of_account: bool,
}

/// Counts an attempt in a transaction of its own; refusing keeps the count.
pub(super) async fn beyond(
    db: &Db,
    caller: &Caller,
    attempt: &Attempt,
    settings: &ThrottleSettings,
    now: Timestamp,
) -> Result<Option<Beyond>, IdentityError> {
    let (attempt, settings) = (attempt.clone(), settings.clone());
    db.write(caller, move |tx| Ok::<_, IdentityError>(attempt.count(tx, &settings, now)?)).await
}

/// Counts an attempt at the account of `person`, whose organisation is the caller's. The first one too many in a window
/// is an entry of the trail.
///
/// # Errors
/// [`IdentityError::Throttled`] when it is one too many.
pub(super) async fn count(
    db: &Db,
    caller: &Caller,
    (person, address): (PersonId, Option<MaskedAddress>),
    attempt: &Attempt,
    settings: &ThrottleSettings,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let (attempt, settings) = (attempt.clone(), settings.clone());
    let counted = db.write(caller, move |tx| {
        let beyond = attempt.count(tx, &settings, now)?;
        if beyond.is_some_and(|beyond| beyond.first_of_account) {
            audit::record(tx, now, held_back(Some(person), address))?;
        }
        Ok::<_, IdentityError>(beyond)
    });
    counted.await?.map_or(Ok(()), |beyond| Err(IdentityError::Throttled(beyond.wait_s)))
}

/// The entry that says that an account lets nobody try again for a while.
pub(super) fn held_back(person: Option<PersonId>, address: Option<MaskedAddress>) -> Entry {
    let entry = Entry::new("session.throttled").on("session", "").from(address);
    match person {
        Some(person) => entry.about(person),
        None => entry,
    }
}
