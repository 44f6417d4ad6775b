//! Changing one's own password: with the present one, and every other session ends.

use jiff::Timestamp;

use super::password_rules::{self, Personal};
use super::passwords::{Passwords, Verified};
use super::throttle::{self, Attempt};
use super::{IdentityError, factors, password_store, session_store};
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
        let (email, stored, shortest) = self
            .db
            .read(caller, |tx| {
                let person = tx.caller().person_id().ok_or(IdentityError::NoAccount)?;
                let (email, stored) = password_store::own(tx)?.ok_or(IdentityError::NoAccount)?;
                Ok::<_, IdentityError>((email, stored, factors::shortest_password(tx, person)?))
            })
            .await?;
        let (name, organisation) =
            caller.person().map_or(("", ""), |person| (person.name.as_str(), person.organisation_name.as_str()));
        password_rules::check(&new, &Personal::of([email.as_str(), name, organisation]), shortest)?;
        let attempt = Attempt::new(self.keys, &email, caller.address());
        let person = caller.person_id().ok_or(IdentityError::NoAccount)?;
        throttle::count(self.db, caller, (person, caller.address()), &attempt, self.throttle, now).await?;
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
                let ended = session_store::delete_others(tx)?;
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
}

/// What the caller signs in with.
///
/// # Errors
/// [`IdentityError::NoAccount`].
pub async fn email(db: &Db, caller: &Caller) -> Result<String, IdentityError> {
    let own = db.read(caller, |tx| Ok::<_, IdentityError>(password_store::own(tx)?)).await?;
    own.map(|(email, _hash)| email).ok_or(IdentityError::NoAccount)
}
