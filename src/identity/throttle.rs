//! Failed attempts, counted in the database so that a restart forgives nothing.
//!
//! An attempt is counted before the password is looked at, so that many at once cannot slip past the limit; success
//! takes the account's count back. Keys are keyed hashes: the table tells nobody which addresses were tried.

use jiff::{SignedDuration, Timestamp};

use super::{IdentityError, store};
use crate::authz::Caller;
use crate::config::ThrottleSettings;
use crate::crypto::Keyring;
use crate::db::{Db, Tx};
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

    /// Counts the attempt.
    ///
    /// # Errors
    /// [`IdentityError::Throttled`] when it is one too many; it then changes nothing more.
    pub(super) fn count(
        &self,
        tx: &mut Tx<'_>,
        settings: &ThrottleSettings,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        let window = SignedDuration::try_from(settings.window()).unwrap_or(SignedDuration::from_mins(15));
        let limits = [(Some(self.account), settings.attempts), (self.network, settings.network_attempts)];
        for (key, limit) in limits {
            let Some(key) = key else { continue };
            let counted = store::throttle_count(tx, &key, now, now - window)?;
            if i64::from(counted.failures) > i64::from(limit) {
                let wait = (counted.window_started_at + window).duration_since(now).as_secs().max(1);
                return Err(IdentityError::Throttled(u64::try_from(wait).unwrap_or(1)));
            }
        }
        Ok(())
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

/// Counts an attempt in a transaction of its own.
///
/// # Errors
/// [`IdentityError::Throttled`] when it is one too many.
pub(super) async fn count(
    db: &Db,
    caller: &Caller,
    attempt: &Attempt,
    settings: &ThrottleSettings,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let (attempt, settings) = (attempt.clone(), settings.clone());
    // Refusing must keep the count, so the verdict is a value here and not an error that rolls back.
    db.write(caller, move |tx| match attempt.count(tx, &settings, now) {
        Err(IdentityError::Throttled(wait)) => Ok(Err(IdentityError::Throttled(wait))),
        other => other.map(Ok),
    })
    .await?
}
