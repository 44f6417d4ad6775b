//! The words of signing in with a provider.

use jiff::Timestamp;

use crate::kernel::ids::{PersonId, RoleId, SsoProviderId, SsoRuleId, UnitId};
use crate::kernel::secret::Secret;

/// Whom a provider may let in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Joining {
    /// Those for whom an administrator allowed it, one by one.
    #[default]
    Invited,
    /// Also people on record, by their verified e-mail address, unless they may do more than keep their own records.
    Known,
    /// Also people who are new here: a record is made for them.
    Anybody,
}

impl Joining {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Invited, Self::Known, Self::Anybody];

    /// As the database and the forms have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Known => "known",
            Self::Anybody => "anybody",
        }
    }

    /// Reads what [`Joining::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What an administrator sets of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What its button says.
    pub label: String,
    /// Its issuer identifier: an https address.
    pub issuer: String,
    /// What it knows us as.
    pub client_id: String,
    /// What it is asked for beside `openid`, separated by spaces.
    pub scopes: String,
    /// The claim that names groups; empty for none.
    pub group_claim: String,
    /// Whom it may let in.
    pub joining: Joining,
    /// Where new people belong.
    pub default_unit: Option<UnitId>,
    /// Which role new people get.
    pub default_role: Option<RoleId>,
    /// Whether it may vouch for a second factor.
    pub provider_factor: bool,
    /// Values of `acr` or `amr` that do, separated by spaces.
    pub trusted_contexts: String,
    /// Whether its button stands on the sign-in page.
    pub listed: bool,
}

/// A provider as it is kept.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its id.
    pub id: SsoProviderId,
    /// What an administrator set.
    pub settings: Settings,
    /// Our secret there, sealed.
    pub sealed_secret: Option<Vec<u8>>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// When a sign-in with it last worked.
    pub worked_at: Option<Timestamp>,
    /// When and why a sign-in last failed on its side.
    pub failed: Option<(Timestamp, String)>,
}

/// A secret as it was typed: kept as it is, removed or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretChange {
    /// Nothing was typed.
    Keep,
    /// The client has none (any more).
    Remove,
    /// A new one.
    Set(Secret<String>),
}

/// Which group gives which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: SsoRuleId,
    /// What the provider calls the group.
    pub group: String,
    /// The role.
    pub role: RoleId,
    /// For which unit, when the role is one for units.
    pub unit: Option<UnitId>,
    /// Who made it: for them it does not work.
    pub created_by: PersonId,
}

/// What a provider has proved about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// Its name for them: never changes, never is given to somebody else.
    pub subject: String,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Whether the provider says that the address is theirs.
    pub email_verified: bool,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Their groups; `None` when the provider did not say (too many for a token, or no such claim).
    pub groups: Option<Vec<String>>,
    /// `acr` and `amr`.
    pub contexts: Vec<String>,
    /// When they signed in there, in seconds of Unix time, if the provider says so.
    pub auth_time: Option<i64>,
    /// The provider's session.
    pub sid: Option<String>,
}

/// How somebody came to be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkWay {
    /// They did it themself, signed in.
    Themself,
    /// An administrator allowed it for them.
    Permit,
    /// The provider may link people on record.
    Known,
    /// Their record was made by it.
    New,
}

impl LinkWay {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Themself => "self",
            Self::Permit => "permit",
            Self::Known => "known",
            Self::New => "new",
        }
    }

    /// As pages say it.
    pub fn in_words(text: &str) -> &'static str {
        match text {
            "self" => "by themself, signed in",
            "permit" => "an administrator allowed it",
            "known" => "by the verified e-mail address on record",
            "directory" => "by the directory",
            _ => "the record was made at the first sign-in",
        }
    }
}

/// A link between somebody here and somebody at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// With which provider.
    pub provider: SsoProviderId,
    /// What its button says.
    pub label: String,
    /// How it was made.
    pub way: String,
    /// When.
    pub linked_at: Timestamp,
    /// When it was last used.
    pub last_sign_in_at: Option<Timestamp>,
}
