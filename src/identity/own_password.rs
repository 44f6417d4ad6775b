//! Changing one's own password: with the present one, and every other session ends.

use jiff::Timestamp;

use super::passwords::{Passwords, Verified};
use super::throttle::Attempt;
use super::{IdentityError, password_store, passwords};
use crate::audit::{self, Entry};
use crate::authz::Caller;
use crate::config::ThrottleSettings;
use crate::crypto::Keyring;
use crate::db::Db;
use crate::kernel::secret::Secret;
use crate::notices::{self, NewNotice, NoticeKind};

/// What changing a password needs.
pub struct Change<'a> {
    /// The door to the data.
    pub db: &'a Db,
    /// The appliance's keys.
    pub keys: &'a Keyring,
    /// The hasher.
    pub passwords: &'a Passwords,
    /// Limits on guessing.
    pub throttle: &'a ThrottleSettings,
}

impl Change<'_> {
    /// Changes the caller's password from `current` to `new`.
    ///
    /// Guessing the present password in somebody's open session counts like guessing it at the door.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] when `current` is not right; [`IdentityError::Throttled`];
    /// [`IdentityError::WeakPassword`].
    pub async fn to(
        &self,
        caller: &Caller,
        current: Secret<String>,
        new: Secret<String>,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        let Some((email, stored)) = self.db.read(caller, |tx| Ok::<_, IdentityError>(password_store::own(tx)?)).await?
        else {
            return Err(IdentityError::NoAccount);
        };
        passwords::check_new(new.expose(), &email)?;
        let attempt = Attempt::new(self.keys, &email, caller.address());
        self.count(caller, &attempt, now).await?;
        if self.passwords.verify(current, stored.clone()).await? == Verified::No {
            let refused = Entry::new("password.refused").on("account", "");
            self.db.write(caller, move |tx| Ok::<_, IdentityError>(audit::record(tx, now, refused)?)).await?;
            return Err(IdentityError::Refused);
        }
        let hash = self.passwords.hash(new).await?;
        self.db
            .write(caller, move |tx| {
                if !password_store::replace_own(tx, stored.as_deref(), &hash, now)? {
                    // Another tab, or an administrator's link, was faster.
                    return Err(IdentityError::Refused);
                }
                attempt.forgive(tx)?;
                let ended = password_store::end_other_sessions(tx)?;
                let entry = Entry::new("password.change")
                    .on("account", "")
                    .noting("sessions_ended", u32::try_from(ended).unwrap_or(u32::MAX));
                audit::record(tx, now, entry)?;
                if let Some(person) = tx.caller().person_id() {
                    let kind = NoticeKind::PasswordChanged;
                    notices::post(tx, now, &NewNotice { kind, person, recipient: email, about: None })?;
                }
                Ok(())
            })
            .await
    }

    async fn count(&self, caller: &Caller, attempt: &Attempt, now: Timestamp) -> Result<(), IdentityError> {
        let (attempt, settings) = (attempt.clone(), self.throttle.clone());
        // Refusing must keep the count, so the verdict is a value here and not an error that rolls back.
        self.db
            .write(caller, move |tx| match attempt.count(tx, &settings, now) {
                Err(IdentityError::Throttled(wait)) => Ok(Err(IdentityError::Throttled(wait))),
                other => other.map(Ok),
            })
            .await?
    }
}
