//! What can go wrong with a vault.

use crate::authz::AuthzError;
use crate::crypto::RandomError;
use crate::crypto::personal::SealError;
use crate::db::DbError;
use crate::http::{AsProblem, FieldProblem, Problem};

/// Why a vault was not made, opened or changed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is one already.
    #[error("there is a vault already")]
    Exists,
    /// There is none.
    #[error("there is no vault")]
    NotSetUp,
    /// The passphrase, the code or the passkey is wrong.
    #[error("the passphrase, the recovery code or the passkey is wrong")]
    Wrong,
    /// This passkey opens it already.
    #[error("the passkey opens the vault already")]
    PasskeyKnown,
    /// The passphrase is one that is easy to guess.
    #[error("the passphrase is weak: {0}")]
    Weak(&'static str),
    /// Too many were tried.
    #[error("too many passphrases were tried")]
    TooManyTries,
    /// The row is not the one that the appliance wrote.
    #[error("the vault's public key is not the one that was written for it")]
    Forged,
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// Nothing could be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Not allowed.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for VaultError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for VaultError {
    fn problem(&self) -> Problem {
        let invalid = |text: &str| {
            Problem::Invalid(vec![FieldProblem::new("passphrase", format!("{}.", text.trim_end_matches('.')))])
        };
        match self {
            Self::Exists => Problem::Conflict("Your vault is set up already.".to_owned()),
            Self::NotSetUp => Problem::Conflict("Set up your vault first.".to_owned()),
            Self::PasskeyKnown => Problem::Conflict("This passkey opens your vault already.".to_owned()),
            Self::Wrong => invalid("This is not the passphrase, the recovery code or a passkey of your vault"),
            Self::Weak(why) => invalid(why),
            Self::TooManyTries => Problem::Conflict("Too many tries. Wait 15 minutes and try again.".to_owned()),
            Self::Forged | Self::Seal(_) | Self::Random(_) => Problem::Internal,
            Self::Stopping => DbError::Stopping.problem(),
            Self::Authz(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
