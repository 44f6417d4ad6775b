//! Proving again who one is, before what a borrowed or stolen session must not do: exports, roles, plugins, factors.
//!
//! Each proof replaces the session's token. Guessing here counts like guessing at the door.

use std::sync::Arc;

use jiff::Timestamp;

use super::doors::{self, Offer};
use super::factors::passkeys::{self, Answer, Challenge, Purpose, RelyingParty};
use super::factors::totp;
use super::passwords::{Passwords, Verified};
use super::sessions::{self, Proof};
use super::throttle::{self, Attempt};
use super::{IdentityError, password_store, session_store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::config::SignInSettings;
use crate::crypto::Keyring;
use crate::db::{Db, DbError};
use crate::http::SessionCookie;
use crate::kernel::secret::Secret;

/// What proving who one is needs.
pub struct StepUp<'a> {
    /// The door to the data.
    pub db: &'a Db,
    /// The appliance's keys.
    pub keys: &'a Arc<Keyring>,
    /// The hasher.
    pub passwords: &'a Passwords,
    /// Limits.
    pub settings: &'a SignInSettings,
}

impl StepUp<'_> {
    /// Proves it by the password. Returns the cookie that replaces the session's.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] for a wrong password; [`IdentityError::Throttled`].
    pub async fn by_password(
        &self,
        caller: &Caller,
        cookie: &SessionCookie,
        password: Secret<String>,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        let person = caller.person_id().ok_or(DbError::SignedOut)?;
        let own = self.db.read(caller, |tx| Ok::<_, IdentityError>(password_store::own(tx)?)).await?;
        let (email, stored) = own.ok_or(IdentityError::NoAccount)?;
        let attempt = Attempt::new(self.keys, &email, caller.address());
        throttle::count(self.db, caller, (person, caller.address()), &attempt, &self.settings.throttle, now).await?;
        if self.passwords.verify(password, stored).await? == Verified::No {
            self.refuse(caller, now).await?;
            return Err(IdentityError::Refused);
        }
        self.finish(caller, cookie, Proof::Password, Some(attempt), now).await
    }

    /// Proves it by a code of the authenticator app.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] for a wrong or used code; [`IdentityError::Throttled`].
    pub async fn by_code(
        &self,
        caller: &Caller,
        cookie: &SessionCookie,
        code: &str,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        let person = caller.person_id().ok_or(DbError::SignedOut)?;
        let attempt = Attempt::at_factor(self.keys, person, caller.address());
        throttle::count(self.db, caller, (person, caller.address()), &attempt, &self.settings.throttle, now).await?;
        let (keys, typed) = (Arc::clone(self.keys), code.to_owned());
        let door = Caller::system(SystemName::SignIn, caller.organisation());
        let right = self.db.write(&door, move |tx| totp::take(tx, &keys, person, &typed, now)).await?;
        if !right {
            self.refuse(caller, now).await?;
            return Err(IdentityError::Refused);
        }
        self.finish(caller, cookie, Proof::Totp, Some(attempt), now).await
    }

    /// Begins the signature of one of the caller's passkeys.
    ///
    /// # Errors
    /// [`IdentityError::NoFactor`].
    pub async fn begin_passkey(
        &self,
        caller: &Caller,
        rp: &RelyingParty,
        now: Timestamp,
    ) -> Result<Challenge, IdentityError> {
        let person = caller.person_id().ok_or(DbError::SignedOut)?;
        passkeys::begin_signature(self.db, caller, person, Purpose::StepUp, rp, now).await
    }

    /// Proves it by a passkey.
    ///
    /// # Errors
    /// [`IdentityError::PasskeyRefused`]; [`IdentityError::Throttled`].
    pub async fn by_passkey(
        &self,
        caller: &Caller,
        cookie: &SessionCookie,
        rp: &RelyingParty,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        let person = caller.person_id().ok_or(DbError::SignedOut)?;
        let attempt = Attempt::at_factor(self.keys, person, caller.address());
        throttle::count(self.db, caller, (person, caller.address()), &attempt, &self.settings.throttle, now).await?;
        let checked = passkeys::finish_signature(self.db, caller, person, Purpose::StepUp, rp, answer, now).await;
        if let Err(error) = checked {
            self.refuse(caller, now).await?;
            return Err(error);
        }
        self.finish(caller, cookie, Proof::Passkey, Some(attempt), now).await
    }

    async fn finish(
        &self,
        caller: &Caller,
        cookie: &SessionCookie,
        proof: Proof,
        attempt: Option<Attempt>,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        proven(self.db, caller, cookie, proof, attempt, now).await
    }

    /// Leaves a trace of a proof that was none.
    async fn refuse(&self, caller: &Caller, now: Timestamp) -> Result<(), IdentityError> {
        self.db
            .write(caller, move |tx| {
                audit::record(tx, now, Entry::new("session.step-up-refused").on("session", ""))?;
                Ok(())
            })
            .await
    }
}

/// Proves it by a sign-in at the caller's provider that was made for this, and has been checked.
///
/// # Errors
/// [`IdentityError::Db`], also when the session has ended meanwhile.
pub async fn by_provider(
    db: &Db,
    caller: &Caller,
    cookie: &SessionCookie,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    proven(db, caller, cookie, Proof::Provider, None, now).await
}

/// Notes a proof that has been checked.
async fn proven(
    db: &Db,
    caller: &Caller,
    cookie: &SessionCookie,
    proof: Proof,
    attempt: Option<Attempt>,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let (cookie, address) = (cookie.clone(), caller.address());
    let door = Caller::system(SystemName::SignIn, caller.organisation());
    db.write(&door, move |tx| {
        if let Some(attempt) = &attempt {
            attempt.forgive(tx)?;
        }
        let replaced = sessions::prove(tx, &cookie, proof, false, now)?.ok_or(DbError::SignedOut)?;
        let entry = Entry::new("session.step-up")
            .on("session", "")
            .about(person)
            .on_behalf_of(person)
            .from(address)
            .noting("proof", proof.as_str());
        audit::record(tx, now, entry)?;
        Ok(replaced)
    })
    .await
}

/// How the caller can prove who they are, beside their factors.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// Whether they have a password.
    pub password: bool,
    /// The providers that can vouch for them anew: where their session began with one, or they have no password.
    pub providers: Vec<Offer>,
}

/// The caller's ways to prove who they are.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn ways(db: &Db, caller: &Caller) -> Result<Ways, IdentityError> {
    db.read(caller, |tx| {
        let password = password_store::own(tx)?.is_some_and(|(_email, hash)| hash.is_some());
        let providers =
            if password && !session_store::is_vouched(tx)? { Vec::new() } else { doors::of_organisation(tx)? };
        Ok(Ways { password, providers })
    })
    .await
}
