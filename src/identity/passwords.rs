//! Argon2id, a few at a time.
//!
//! Each hash takes 19 MiB and a core for some 30 ms (OWASP's minimum), so a storm of sign-ins could take the whole
//! server. The semaphore lets as many run at once as the operator allows, one per core by default; the rest wait
//! without holding a thread.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::IdentityError;
use crate::config::Argon2Settings;
use crate::crypto::random;
use crate::kernel::secret::Secret;

/// Shortest password, in characters (Cyber Essentials: 12 where there is no second factor).
pub const SHORTEST: usize = 12;

/// Longest, in bytes: enough for any passphrase, and not a way to make us work.
pub const LONGEST: usize = 1024;

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    settings: Argon2Settings,
    at_once: Arc<Semaphore>,
    /// A hash that no password has, to spend the same time on an account that does not exist.
    decoy: Arc<str>,
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The wrong password.
    No,
    /// The right one.
    Yes,
    /// The right one, hashed with settings that are no longer ours: hash it anew.
    YesButOld,
}

impl Passwords {
    /// With the operator's settings.
    ///
    /// # Errors
    /// [`IdentityError::Hash`] when Argon2 cannot work with them; `config` has checked them before.
    pub fn new(settings: &Argon2Settings) -> Result<Self, IdentityError> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, None)
            .map_err(|error| IdentityError::Hash(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash(&argon2, &data_encoding::BASE64.encode(&random::bytes::<32>()?))?;
        Ok(Self {
            argon2,
            settings: settings.clone(),
            at_once: Arc::new(Semaphore::new(settings.threads())),
            decoy: decoy.into(),
        })
    }

    /// The hash of `password` in PHC form.
    ///
    /// # Errors
    /// [`IdentityError::Hash`].
    pub async fn hash(&self, password: Secret<String>) -> Result<String, IdentityError> {
        let argon2 = self.argon2.clone();
        self.on_a_thread(move || hash(&argon2, password.expose())).await?
    }

    /// [`Passwords::hash`] for code that is on a blocking thread already.
    ///
    /// # Errors
    /// [`IdentityError::Hash`].
    pub fn hash_blocking(&self, password: &Secret<String>) -> Result<String, IdentityError> {
        hash(&self.argon2, password.expose())
    }

    /// Whether `password` belongs to `stored`; with `None` it takes just as long and says no.
    ///
    /// # Errors
    /// [`IdentityError::Hash`] when the stored hash is not one.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<Verified, IdentityError> {
        let (argon2, settings, decoy) = (self.argon2.clone(), self.settings.clone(), Arc::clone(&self.decoy));
        self.on_a_thread(move || match stored {
            None => verify(&argon2, &settings, password.expose(), &decoy).map(|_never| Verified::No),
            Some(stored) => verify(&argon2, &settings, password.expose(), &stored),
        })
        .await?
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IdentityError> {
        let stopped = |why: &dyn std::fmt::Display| IdentityError::Hash(why.to_string());
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(|error| stopped(&error))?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|error| stopped(&error))
    }
}

/// Refuses a password that is too easy to guess.
///
/// # Errors
/// [`IdentityError::WeakPassword`] with a sentence for the person.
pub fn check_new(password: &str, email: &str) -> Result<(), IdentityError> {
    if password.chars().count() < SHORTEST {
        return Err(IdentityError::WeakPassword("Use at least 12 characters: three or four words do well."));
    }
    if password.len() > LONGEST {
        return Err(IdentityError::WeakPassword("Use at most 1,024 characters."));
    }
    let first = password.chars().next();
    let name = email.split('@').next().unwrap_or_default();
    if password.chars().all(|letter| Some(letter) == first) {
        return Err(IdentityError::WeakPassword("Use more than one character over and over."));
    }
    if name.len() >= 4 && password.to_lowercase().starts_with(&name.to_lowercase()) {
        return Err(IdentityError::WeakPassword("Do not begin it with your e-mail address."));
    }
    Ok(())
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, IdentityError> {
    let salt = random::bytes::<16>()?;
    argon2
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| IdentityError::Hash(error.to_string()))
}

fn verify(
    argon2: &Argon2<'_>,
    settings: &Argon2Settings,
    password: &str,
    stored: &str,
) -> Result<Verified, IdentityError> {
    let stored = PasswordHash::new(stored).map_err(|error| IdentityError::Hash(error.to_string()))?;
    if argon2.verify_password(password.as_bytes(), &stored).is_err() {
        return Ok(Verified::No);
    }
    let number = |name: &str| stored.params.get_decimal(name);
    let current = number("m") == Some(settings.memory_kib)
        && number("t") == Some(settings.iterations)
        && number("p") == Some(settings.parallelism);
    Ok(if current { Verified::Yes } else { Verified::YesButOld })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak(iterations: u32) -> Passwords {
        let settings = Argon2Settings { memory_kib: 64, iterations, parallelism: 1, hashing_threads: 1 };
        Passwords::new(&settings).expect("settings")
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_others_are_not() {
        let passwords = weak(1);
        let stored = passwords.hash(secret("correct horse battery")).await.expect("hash");
        assert!(stored.starts_with("$argon2id$"));
        let verified = |password: &'static str| passwords.verify(secret(password), Some(stored.clone()));
        assert_eq!(verified("correct horse battery").await.expect("verify"), Verified::Yes);
        assert_eq!(verified("correct horse batterz").await.expect("verify"), Verified::No);
    }

    #[tokio::test]
    async fn a_hash_with_other_settings_is_right_but_old() {
        let stored = weak(1).hash(secret("correct horse battery")).await.expect("hash");
        let verified = weak(2).verify(secret("correct horse battery"), Some(stored)).await.expect("verify");
        assert_eq!(verified, Verified::YesButOld);
    }

    #[tokio::test]
    async fn an_account_that_does_not_exist_is_never_right() {
        assert_eq!(weak(1).verify(secret("anything"), None).await.expect("verify"), Verified::No);
    }

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        for weak in ["short", "aaaaaaaaaaaaaaaa", "jo.marsh-2026-x"] {
            assert!(check_new(weak, "jo.marsh@example.org").is_err(), "{weak}");
        }
        assert!(check_new("three calm grey herons", "jo.marsh@example.org").is_ok());
    }
}
