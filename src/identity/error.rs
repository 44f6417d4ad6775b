//! What can go wrong at the door.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::notices::NoticeError;

/// Why somebody did not get in.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No such account, or the wrong password: nobody learns which.
    #[error("the e-mail address or the password is not right")]
    Refused,
    /// Too many failures; how long to wait (seconds).
    #[error("too many attempts")]
    Throttled(u64),
    /// The set-up link is unknown, used or too old.
    #[error("the set-up link is not valid")]
    LinkInvalid,
    /// A password that is too easy to guess; the sentence says why.
    #[error("{0}")]
    WeakPassword(&'static str),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// It is somebody else's already.
    #[error("{0} is somebody else's")]
    Taken(Taken),
    /// The unit is closed, or there is no such unit.
    #[error("the unit is closed")]
    UnitClosed,
    /// The role is given for a unit, and none was named.
    #[error("the role needs a unit")]
    UnitNeeded,
    /// They have that role already.
    #[error("they have that role already")]
    HasRole,
    /// They left.
    #[error("the person has left")]
    Left,
    /// An account needs an e-mail address.
    #[error("an account needs an e-mail address")]
    NoEmail,
    /// There is no account, or it is switched off.
    #[error("there is no account")]
    NoAccount,
    /// They have chosen a password, so there is nothing to invite them to.
    #[error("they have chosen a password already")]
    HasPassword,
    /// An invitation went to them a short while ago.
    #[error("they were invited a short while ago")]
    InvitedLately,
    /// A second person would have to approve it.
    #[error("it takes a second person's approval")]
    TakesTwo,
    /// A second person is to approve it, and nobody said why.
    #[error("it takes a reason")]
    ReasonNeeded,
    /// That role was asked for, for the same person, and waits.
    #[error("it was asked for already")]
    AskedAlready,
    /// The request was decided, or its time has passed.
    #[error("the request is over")]
    RequestOver,
    /// The last day lies before the first, or in the past.
    #[error("the dates are wrong")]
    DatesWrong,
    /// Another role has that name.
    #[error("another role has that name")]
    RoleNameTaken,
    /// Somebody has the role, so it cannot be retired.
    #[error("somebody has the role")]
    RoleInUse,
    /// Somebody who has the role would come to hold too much by it.
    #[error("somebody who has the role would hold too much")]
    RoleTooHeavy,
    /// The password was right too long ago for the factor to count.
    #[error("the sign-in took too long")]
    StepOver,
    /// There is no second factor.
    #[error("there is no second factor")]
    NoFactor,
    /// It is the last factor of somebody whose roles ask for one.
    #[error("the last factor stays")]
    LastFactor,
    /// A browser's answer that does not fit the challenge; the reason is for the log.
    #[error("the passkey was not accepted: {0}")]
    PasskeyRefused(String),
    /// A passkey could not be read or written: a defect.
    #[error("the passkey could not be kept or read: {0}")]
    Passkey(String),
    /// The passkey was added before.
    #[error("the passkey is known")]
    PasskeyKnown,
    /// They have as many passkeys as one may have.
    #[error("too many passkeys")]
    TooManyPasskeys,
    /// Passkeys need a name, and this address has none.
    #[error("passkeys need a host name")]
    NoHostName,
    /// Somebody asked for this reset already, and it waits.
    #[error("a reset waits already")]
    ResetWaits,
    /// The reset was decided, withdrawn or not decided in time.
    #[error("the reset no longer waits")]
    ResetOver,
    /// Whoever asks for a reset does not approve it.
    #[error("a second person approves")]
    SamePerson,
    /// Nobody could give roles any more.
    #[error("the last administrator stays")]
    LastAdministrator,
    /// What the machine's operator typed does not fit; the words say what would.
    #[error("{0}")]
    Mistyped(String),
    /// The password is right, and passwords are for administrators alone.
    #[error("passwords are switched off")]
    PasswordsOff,
    /// The caller may not.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] crate::crypto::RandomError),
    /// A notice could not be written, so nothing was done.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What can be one person's only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The e-mail address.
    Email,
    /// The employee number.
    EmployeeNumber,
    /// The account: they have one.
    Account,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Email => "the e-mail address",
            Self::EmployeeNumber => "the employee number",
            Self::Account => "the account",
        })
    }
}

impl IdentityError {
    /// What to do about it, as a sentence for the person.
    pub fn advice(&self) -> String {
        let text = match self {
            Self::Taken(Taken::Email) => "Use another e-mail address: somebody has this one.",
            Self::Taken(Taken::EmployeeNumber) => "Check the employee number: somebody has this one.",
            Self::Taken(Taken::Account) => "They have an account already.",
            Self::UnitClosed => "Choose a unit that is open.",
            Self::UnitNeeded => "Choose the unit that they manage.",
            Self::HasRole => "They have that role already.",
            Self::Left => "They have left. Record that they came back first.",
            Self::NoEmail => "Enter an e-mail address: an account needs one.",
            Self::NoAccount => "They have no account that could be used. Open one first.",
            Self::HasPassword => {
                "They have chosen a password already. If they forgot it, they ask for a new one on the page for signing in."
            }
            Self::InvitedLately => "They were invited less than a quarter of an hour ago. Wait until it has arrived.",
            Self::TakesTwo => "A second person has to approve this. Give the role in the console, with a reason.",
            Self::ReasonNeeded => "Say why: a second person has to approve this, and reads it.",
            Self::AskedAlready => "This was asked for already, and waits for a second person.",
            Self::RequestOver => "This request was decided, or its time has passed. Ask again if it is still needed.",
            Self::DatesWrong => "Choose a last day that is not past and not before the first.",
            Self::RoleNameTaken => "Choose another name: a role has this one.",
            Self::RoleInUse => "Somebody has this role. Take it away from them first.",
            Self::RoleTooHeavy => {
                "Somebody who has this role would then both read personal records and decide over others, which a \
                 second person has to approve. Take the role away from them first."
            }
            Self::LastAdministrator => {
                "They are the last administrator who can sign in. Give somebody else that role first."
            }
            Self::StepOver => "That took too long. Sign in again.",
            Self::NoFactor => "There is no second factor.",
            Self::LastFactor => "A role asks for a second factor. Add another one before you remove this one.",
            Self::PasskeyRefused(_) => "The passkey was not accepted. Try again.",
            Self::PasskeyKnown => "This passkey has been added before.",
            Self::TooManyPasskeys => "There are 20 passkeys already. Remove one that is no longer used first.",
            Self::NoHostName => "Passkeys need a name. Open Watchroom by its name instead of its IP address.",
            Self::ResetWaits => "Somebody has asked for this already. Another administrator decides.",
            Self::ResetOver => "This was decided or withdrawn meanwhile, or a day has passed. Ask again.",
            Self::SamePerson => "Another administrator than the one who asked approves this.",
            Self::PasswordsOff => {
                "Your organisation does not sign in with passwords. Use the button with its name on the sign-in page."
            }
            Self::Mistyped(_)
            | Self::Refused
            | Self::Throttled(_)
            | Self::LinkInvalid
            | Self::WeakPassword(_)
            | Self::Hash(_)
            | Self::Passkey(_)
            | Self::Authz(_)
            | Self::Random(_)
            | Self::Notice(_)
            | Self::Audit(_)
            | Self::Db(_) => return self.to_string(),
        };
        text.to_owned()
    }
}

impl IdentityError {
    /// The same, said better when it is the database's refusal to widen a role past what one person may give.
    pub(super) fn too_heavy(self) -> Self {
        match &self {
            Self::Db(error) if error.check_violation() == Some("roles_stay_light") => Self::RoleTooHeavy,
            _ => self,
        }
    }

    /// The same, said better when it is the database's refusal to lose the last owner of an organisation.
    pub(super) fn last_owner(self) -> Self {
        match &self {
            Self::Db(error) if error.check_violation() == Some("organisation_keeps_an_owner") => {
                Self::LastAdministrator
            }
            _ => self,
        }
    }
}

impl From<diesel::result::Error> for IdentityError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for IdentityError {
    fn problem(&self) -> Problem {
        match self {
            Self::Refused => Problem::SignedOut,
            Self::Throttled(seconds) => Problem::TooMany(*seconds),
            Self::LinkInvalid => Problem::NotFound,
            Self::PasswordsOff => Problem::Forbidden,
            Self::WeakPassword(why) => Problem::BadRequest((*why).to_owned()),
            Self::Hash(_) | Self::Random(_) | Self::Passkey(_) => Problem::Internal,
            Self::StepOver => Problem::SignedOut,
            Self::PasskeyRefused(_) => Problem::BadRequest(self.advice()),
            Self::Taken(_)
            | Self::UnitClosed
            | Self::UnitNeeded
            | Self::HasRole
            | Self::Left
            | Self::NoEmail
            | Self::NoAccount
            | Self::Mistyped(_)
            | Self::HasPassword
            | Self::InvitedLately
            | Self::TakesTwo
            | Self::ReasonNeeded
            | Self::AskedAlready
            | Self::RequestOver
            | Self::DatesWrong
            | Self::RoleNameTaken
            | Self::RoleInUse
            | Self::RoleTooHeavy
            | Self::NoFactor
            | Self::LastFactor
            | Self::PasskeyKnown
            | Self::TooManyPasskeys
            | Self::NoHostName
            | Self::ResetWaits
            | Self::ResetOver
            | Self::SamePerson
            | Self::LastAdministrator => Problem::Conflict(self.advice()),
            Self::Authz(error) => error.problem(),
            Self::Notice(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
