//! Who may sign in with a password: everybody, or, where a provider does the rest, only those who can give roles.
//!
//! Those always may, so that an organisation whose provider is away or set up wrongly is never locked out of itself.

use jiff::Timestamp;

use super::sessions::Origin;
use super::sign_in::{Candidate, Door};
use super::{IdentityError, vouched_store};
use crate::audit::{self, Entry, Field};
use crate::authz::{Caller, SystemName};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// For whom a password opens the door.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Passwords {
    /// For everybody who has one.
    #[default]
    Everybody,
    /// For those who can give roles in the whole organisation.
    Administrators,
}

impl Passwords {
    /// As the database and the forms have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Administrators => "administrators",
        }
    }

    /// Reads what [`Passwords::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Everybody, Self::Administrators].into_iter().find(|one| one.as_str() == text)
    }
}

/// For whom a password works in the transaction's organisation.
///
/// # Errors
/// [`DbError`].
pub fn passwords(tx: &mut Tx<'_>) -> Result<Passwords, DbError> {
    Ok(vouched_store::passwords(tx)?.as_deref().and_then(Passwords::parse).unwrap_or_default())
}

/// Changes it. The caller of this slice has asked for permission.
///
/// # Errors
/// [`IdentityError::LastAdministrator`] when nobody would be left who can sign in with a password and give roles.
pub fn set_passwords(tx: &mut Tx<'_>, wanted: Passwords, now: Timestamp) -> Result<(), IdentityError> {
    let before = passwords(tx)?;
    if before == wanted {
        return Ok(());
    }
    if wanted == Passwords::Administrators && local_administrators(tx)?.is_empty() {
        return Err(IdentityError::LastAdministrator);
    }
    vouched_store::passwords_put(tx, wanted.as_str())?;
    let organisation = tx.caller().organisation();
    let change = Field::shown("passwords").change(before.as_str(), wanted.as_str());
    audit::record(tx, now, Entry::new("sign-in.configure").on("organisation", organisation).changed([change]))?;
    Ok(())
}

/// Who can give roles and has a password to sign in with: the way in when a provider is away.
///
/// # Errors
/// [`DbError`].
pub fn local_administrators(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, IdentityError> {
    Ok(vouched_store::owners(tx)?)
}

impl Door<'_> {
    /// Refuses somebody whose password is right, where passwords are for administrators alone.
    pub(super) async fn check_methods(
        &self,
        candidate: &Candidate,
        from: &Origin,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        let door = Caller::system(SystemName::SignIn, candidate.organisation);
        let (person, address) = (candidate.person, from.address);
        let allowed = self
            .db
            .write(&door, move |tx| {
                if passwords(tx)? == Passwords::Everybody || vouched_store::gives_roles(tx, person)? {
                    return Ok(true);
                }
                let entry = Entry::new("session.refused").on("session", "").about(person).from(address);
                audit::record(tx, now, entry.noting("reason", "passwords are switched off"))?;
                Ok::<_, IdentityError>(false)
            })
            .await?;
        if allowed { Ok(()) } else { Err(IdentityError::PasswordsOff) }
    }
}
