//! What can go wrong between a provider and us.

use super::discovery::DiscoveryFault;
use super::tokens::TokenFault;
use super::wire::WireFault;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::identity::IdentityError;

/// Why somebody for whom a provider vouches is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// They are linked to nobody, and nothing allows that they be.
    NotInvited,
    /// The person that they are linked to left, or their account is switched off.
    Closed,
    /// They wanted to be linked to one person, and are linked to another.
    LinkedToAnother,
    /// They wanted to prove that it is still them, and the provider vouches for somebody else.
    SomebodyElse,
}

impl Refusal {
    /// As the audit trail has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotInvited => "not invited",
            Self::Closed => "left, or switched off",
            Self::LinkedToAnother => "linked to somebody else",
            Self::SomebodyElse => "not who holds the session",
        }
    }
}

/// Why a sign-in, a sign-out or a change did not come about.
#[derive(Debug, thiserror::Error)]
pub enum SsoError {
    /// The answer does not belong to a sign-in that this browser began a moment ago.
    #[error("the answer belongs to no sign-in of this browser's")]
    StartAgain,
    /// The answer names another issuer than the one that was asked, or none where there should be one.
    #[error("the answer is from another issuer than the one that was asked")]
    MixedUp,
    /// The provider said no; its code.
    #[error("the provider said {0}")]
    Said(String),
    /// The provider does not introduce itself as it should.
    #[error(transparent)]
    Discovery(#[from] DiscoveryFault),
    /// The provider does not answer as it should.
    #[error(transparent)]
    Wire(#[from] WireFault),
    /// Its token is not what it should be.
    #[error(transparent)]
    Token(#[from] TokenFault),
    /// The client secret was sealed by another appliance's key.
    #[error("the client secret cannot be opened: enter it again")]
    SecretLost,
    /// They are not let in.
    #[error("not let in: {}", .0.as_str())]
    Refused(Refusal),
    /// A logout token that was seen before.
    #[error("the logout token was used before")]
    Replayed,
    /// A rule for a unit's role needs an open unit.
    #[error("the role needs an open unit")]
    UnitNeeded,
    /// There is such a rule already.
    #[error("there is such a rule already")]
    HasRule,
    /// A rule that makes owners was not confirmed.
    #[error("a rule that makes owners has to be confirmed")]
    OwnerUnconfirmed,
    /// What identity says.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The caller may not.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] crate::crypto::RandomError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl SsoError {
    /// Whether it is the provider, or what we set of it, that has to be looked at: then the console shows it.
    pub fn is_the_providers(&self) -> bool {
        match self {
            Self::MixedUp | Self::Discovery(_) | Self::Wire(_) | Self::Token(_) | Self::SecretLost => true,
            // Somebody who changes their mind, or may not, is no failure of the provider's.
            Self::Said(code) => !matches!(code.as_str(), "access_denied" | "login_required" | "interaction_required"),
            Self::StartAgain
            | Self::Refused(_)
            | Self::Replayed
            | Self::UnitNeeded
            | Self::HasRule
            | Self::OwnerUnconfirmed
            | Self::Identity(_)
            | Self::Authz(_)
            | Self::Random(_)
            | Self::Audit(_)
            | Self::Db(_) => false,
        }
    }
}

impl From<diesel::result::Error> for SsoError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for SsoError {
    fn problem(&self) -> Problem {
        match self {
            Self::StartAgain | Self::MixedUp | Self::Said(_) | Self::Token(_) | Self::Replayed => {
                Problem::BadRequest("Begin the sign-in again.".to_owned())
            }
            Self::Discovery(_) | Self::Wire(_) | Self::SecretLost => Problem::Unavailable,
            Self::Refused(_) => Problem::Forbidden,
            Self::UnitNeeded | Self::HasRule | Self::OwnerUnconfirmed => Problem::Conflict(self.to_string()),
            Self::Identity(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Random(_) => Problem::Internal,
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
