//! Argon2id, a few at a time; and bcrypt, for as long as an imported hash has not been used.
//!
//! Each hash takes 19 MiB and a core for some 30 ms (OWASP's minimum), so a storm of sign-ins could take the whole
//! server. The semaphore lets as many run at once as the operator allows, one per core by default; the rest wait
//! without holding a thread.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::{IdentityError, password_rules};
use crate::config::Argon2Settings;
use crate::crypto::random;
use crate::kernel::secret::Secret;

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
        let decoy = hash(&argon2, &Secret::new(data_encoding::BASE64.encode(&random::bytes::<32>()?)))?;
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
        self.on_a_thread(move || hash(&argon2, &password)).await?
    }

    /// [`Passwords::hash`] for code that is on a blocking thread already.
    ///
    /// # Errors
    /// [`IdentityError::Hash`].
    pub fn hash_blocking(&self, password: &Secret<String>) -> Result<String, IdentityError> {
        hash(&self.argon2, password)
    }

    /// Whether `password` belongs to `stored`; with `None` it takes just as long and says no.
    ///
    /// # Errors
    /// [`IdentityError::Hash`] when the stored hash is not one.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<Verified, IdentityError> {
        let (argon2, settings, decoy) = (self.argon2.clone(), self.settings.clone(), Arc::clone(&self.decoy));
        self.on_a_thread(move || match stored {
            None => verify(&argon2, &settings, &password, &decoy).map(|_never| Verified::No),
            Some(stored) if is_bcrypt(&stored) => verify_bcrypt(&password, &stored),
            Some(stored) => verify(&argon2, &settings, &password, &stored),
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

fn hash(argon2: &Argon2<'_>, password: &Secret<String>) -> Result<String, IdentityError> {
    let salt = random::bytes::<16>()?;
    argon2
        .hash_password_with_salt(password_rules::normal(password).expose().as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| IdentityError::Hash(error.to_string()))
}

fn verify(
    argon2: &Argon2<'_>,
    settings: &Argon2Settings,
    password: &Secret<String>,
    stored: &str,
) -> Result<Verified, IdentityError> {
    let stored = PasswordHash::new(stored).map_err(|error| IdentityError::Hash(error.to_string()))?;
    if argon2.verify_password(password_rules::normal(password).expose().as_bytes(), &stored).is_err() {
        return Ok(Verified::No);
    }
    let number = |name: &str| stored.params.get_decimal(name);
    let current = number("m") == Some(settings.memory_kib)
        && number("t") == Some(settings.iterations)
        && number("p") == Some(settings.parallelism);
    Ok(if current { Verified::Yes } else { Verified::YesButOld })
}

/// Highest cost of an imported bcrypt hash; each step doubles the time of a sign-in.
pub const BCRYPT_COST: u32 = 14;

/// Whether `hash` is one of bcrypt's that can be imported: `$2a$`, `$2b$` or `$2y$`, whole, and not too costly.
pub fn is_importable(hash: &str) -> bool {
    hash.len() == 60
        && is_bcrypt(hash)
        && hash.parse::<bcrypt::HashParts>().is_ok_and(|parts| (4..=BCRYPT_COST).contains(&parts.get_cost()))
}

fn is_bcrypt(stored: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| stored.starts_with(prefix))
}

/// Right is always "but old": the next hash is Argon2id. The bytes are compared as they were typed, as the system did
/// that made the hash; what goes beyond bcrypt's 72 bytes does not count, there as here.
fn verify_bcrypt(password: &Secret<String>, stored: &str) -> Result<Verified, IdentityError> {
    match bcrypt::verify(password.expose(), stored) {
        Ok(true) => Ok(Verified::YesButOld),
        Ok(false) => Ok(Verified::No),
        Err(error) => Err(IdentityError::Hash(error.to_string())),
    }
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

    #[tokio::test]
    async fn the_same_letters_from_another_keyboard_are_the_same_password() {
        let passwords = weak(1);
        let stored = passwords.hash(secret("zw\u{f6}lf m\u{fc}de M\u{f6}wen")).await.expect("hash");
        let typed = secret("zwo\u{308}lf mu\u{308}de Mo\u{308}wen");
        assert_eq!(passwords.verify(typed, Some(stored)).await.expect("verify"), Verified::Yes);
    }

    #[tokio::test]
    async fn an_imported_bcrypt_hash_is_right_but_old_whatever_its_prefix() {
        let made = bcrypt::hash_with_salt("correct horse battery", 4, *b"sixteen bytes...").expect("a hash");
        for version in [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoY] {
            let stored = made.format_for_version(version);
            assert!(is_importable(&stored), "{stored}");
            let right = weak(1).verify(secret("correct horse battery"), Some(stored.clone())).await.expect("verify");
            assert_eq!(right, Verified::YesButOld);
            let wrong = weak(1).verify(secret("correct horse batterz"), Some(stored)).await.expect("verify");
            assert_eq!(wrong, Verified::No);
        }
    }

    #[test]
    fn only_whole_bcrypt_hashes_of_a_bearable_cost_are_imported() {
        let whole = bcrypt::hash_with_salt("x", 4, [7; 16]).expect("a hash").to_string();
        assert!(is_importable(&whole));
        for wrong in ["", "$argon2id$v=19$m=1", &whole[..59], &whole.replace("$04$", "$31$"), "$1$abc"] {
            assert!(!is_importable(wrong), "{wrong}");
        }
    }
}
