//! E-mail and password. Whether an account exists shows neither in the answer nor in the time it takes.

use std::sync::Arc;

use jiff::Timestamp;

use super::factor_door::Admission;
use super::passwords::{Passwords, Verified};
use super::sessions::Origin;
use super::throttle::{self, Attempt, Beyond};
use super::{IdentityError, factor_door, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::config::SignInSettings;
use crate::crypto::Keyring;
use crate::db::Db;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::kernel::secret::Secret;

/// What signing in needs.
pub struct Door<'a> {
    /// The door to the data.
    pub db: &'a Db,
    /// The appliance's keys.
    pub keys: &'a Arc<Keyring>,
    /// The hasher.
    pub passwords: &'a Passwords,
    /// Limits.
    pub settings: &'a SignInSettings,
}

/// An account that may be the one that is meant.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) organisation: OrganisationId,
    pub(super) person: PersonId,
    pub(super) password_hash: Option<String>,
}

/// The form in which e-mail addresses are compared.
pub fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Door<'_> {
    /// Signs somebody in, as far as their password goes.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] for a wrong password and an unknown account alike; [`IdentityError::Throttled`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: Secret<String>,
        from: Origin,
        now: Timestamp,
    ) -> Result<Admission, IdentityError> {
        let began = std::time::Instant::now();
        let email = normal(email);
        let attempt = Attempt::new(self.keys, &email, from.address);
        let nowhere = Caller::system(SystemName::SignIn, OrganisationId::NIL);
        let beyond = throttle::beyond(self.db, &nowhere, &attempt, &self.settings.throttle, now).await?;
        if let Some(Beyond { wait_s, first_of_account }) = beyond {
            if first_of_account {
                self.hold_back(&email, &from, now).await?;
                // Writing into an organisation may take another time than into none; the answer must not tell.
                tokio::time::sleep(self.settings.refusal().saturating_sub(began.elapsed())).await;
            }
            return Err(IdentityError::Throttled(wait_s));
        }
        let candidates = self.candidates(&email).await?;
        let mut found = None;
        if candidates.is_empty() {
            self.passwords.verify(password.clone(), None).await?;
        }
        for candidate in &candidates {
            match self.passwords.verify(password.clone(), candidate.password_hash.clone()).await? {
                Verified::No => {}
                verdict @ (Verified::Yes | Verified::YesButOld) => {
                    found = Some((candidate.clone(), verdict));
                    break;
                }
            }
        }
        match found {
            Some((candidate, verdict)) => {
                self.check_methods(&candidate, &from, now).await?;
                let rehashed = match verdict {
                    Verified::YesButOld => Some(self.passwords.hash(password).await?),
                    Verified::Yes | Verified::No => None,
                };
                self.admit(candidate, rehashed, attempt, from, now).await
            }
            None => {
                self.refuse(candidates.first().cloned(), from, now).await?;
                // What hashing took depends on how the password is stored, if it is; the answer must not tell.
                tokio::time::sleep(self.settings.refusal().saturating_sub(began.elapsed())).await;
                Err(IdentityError::Refused)
            }
        }
    }

    async fn candidates(&self, email: &str) -> Result<Vec<Candidate>, IdentityError> {
        let key = store::directory_key(self.keys, email);
        let nowhere = Caller::system(SystemName::SignIn, OrganisationId::NIL);
        let organisations =
            self.db.read(&nowhere, move |tx| Ok::<_, IdentityError>(store::directory(tx, &key)?)).await?;
        let mut candidates = Vec::new();
        for organisation in organisations {
            let email = email.to_owned();
            let door = Caller::system(SystemName::SignIn, organisation);
            candidates.extend(
                self.db
                    .read(&door, move |tx| Ok::<_, IdentityError>(store::candidate(tx, organisation, &email)?))
                    .await?,
            );
        }
        Ok(candidates)
    }

    async fn admit(
        &self,
        candidate: Candidate,
        rehashed: Option<String>,
        attempt: Attempt,
        from: Origin,
        now: Timestamp,
    ) -> Result<Admission, IdentityError> {
        let settings = self.settings.session.clone();
        let door = Caller::system(SystemName::SignIn, candidate.organisation);
        self.db
            .write(&door, move |tx| {
                attempt.forgive(tx)?;
                if let Some(hash) = rehashed {
                    store::rehash(tx, candidate.person, &hash)?;
                }
                factor_door::after_password(tx, candidate.person, &from, &settings, now)
            })
            .await
    }

    /// Leaves a trace of the moment in which an account's attempts were used up.
    async fn hold_back(&self, email: &str, from: &Origin, now: Timestamp) -> Result<(), IdentityError> {
        let (meant, address) = (self.candidates(email).await?.into_iter().next(), from.address);
        self.note(meant, move |person| throttle::held_back(person, address), now).await
    }

    /// Leaves a trace of the failure: in the account's organisation, or in nobody's when there is no such account.
    async fn refuse(&self, meant: Option<Candidate>, from: Origin, now: Timestamp) -> Result<(), IdentityError> {
        let refused = move |person: Option<PersonId>| {
            let entry = Entry::new("session.refused").on("session", "").from(from.address);
            person.map_or(entry.clone(), |person| entry.about(person))
        };
        self.note(meant, refused, now).await
    }

    /// Writes what there is to say of a candidate into their organisation, or of nobody into none.
    async fn note(
        &self,
        meant: Option<Candidate>,
        entry: impl FnOnce(Option<PersonId>) -> Entry,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        let organisation = meant.as_ref().map_or(OrganisationId::NIL, |candidate| candidate.organisation);
        let door = Caller::system(SystemName::SignIn, organisation);
        let entry = entry(meant.map(|candidate| candidate.person));
        self.db.write(&door, move |tx| Ok(audit::record(tx, now, entry)?)).await
    }
}
