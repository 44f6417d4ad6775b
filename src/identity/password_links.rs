//! One-time links by which somebody chooses a password: for a new account, or when they forgot theirs.
//!
//! An administrator hands the link over; making one for somebody withdraws those made before. It holds the
//! organisation's id beside the token, so that it is found before anybody has signed in.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::password_rules::Personal;
use super::policy::LinkPassword;
use super::throttle::Attempt;
use super::{IdentityError, factors, mailed_link_store, password_store, session_store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, SystemName};
use crate::crypto::{Keyring, Token, TokenDigest};
use crate::db::{Db, Tx};
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind};

/// How long a link may be used.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(72);

/// What a link says.
#[derive(Debug, Clone)]
pub struct PasswordLink {
    /// In which organisation it is.
    pub organisation: OrganisationId,
    /// The secret.
    pub token: Token,
}

impl PasswordLink {
    /// Its path, to hand over. Each call is a place to look at in review.
    pub fn path(&self) -> String {
        format!("/password/{}.{}", self.organisation.0.simple(), self.token.reveal())
    }

    /// Reads the last part of [`PasswordLink::path`]; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (organisation, token) = text.split_once('.')?;
        let organisation = OrganisationId(Uuid::try_parse(organisation).ok()?);
        Some(Self { organisation, token: Token::parse(token)? })
    }

    fn door(&self) -> Caller {
        Caller::system(SystemName::SignIn, self.organisation)
    }
}

/// Whose link it is.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who.
    pub person: PersonId,
    /// With what they sign in.
    pub email: String,
    /// What their password must not be made of.
    pub personal: Personal,
    /// How long it has to be (characters).
    pub shortest: usize,
}

/// Makes a link for somebody who has an account; those made before no longer work.
///
/// # Errors
/// [`IdentityError::NoAccount`]; [`IdentityError::Authz`], also for oneself.
pub async fn issue(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<PasswordLink, IdentityError> {
    db.write(caller, move |tx| issue_in(tx, person, now)).await
}

/// [`issue`] inside a transaction.
pub(super) fn issue_in(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<PasswordLink, IdentityError> {
    let may = authz::may::<LinkPassword>(tx, person)?;
    if !password_store::has_account(tx, &may)? {
        return Err(IdentityError::NoAccount);
    }
    let token = Token::random()?;
    let TokenDigest(digest) = token.digest();
    password_store::links_withdraw(tx, person)?;
    password_store::link_insert(tx, &may, &digest, now, now + LIFETIME)?;
    audit::record(tx, now, Entry::new("password.link").on("person", person).about(person))?;
    Ok(PasswordLink { organisation: tx.caller().organisation(), token })
}

/// Whose link it is, if it can be used.
///
/// # Errors
/// [`IdentityError::LinkInvalid`] when it is unknown, used, withdrawn or too old.
pub async fn holder(db: &Db, link: &PasswordLink, now: Timestamp) -> Result<Holder, IdentityError> {
    let TokenDigest(digest) = link.token.digest();
    db.read(&link.door(), move |tx| {
        let holder = password_store::link_holder(tx, &digest, now)?.ok_or(IdentityError::LinkInvalid)?;
        let shortest = factors::shortest_password(tx, holder.person)?;
        Ok(Holder { shortest, ..holder })
    })
    .await
}

/// Uses the link: sets the password, ends every session of theirs, forgives failed attempts.
///
/// # Errors
/// [`IdentityError::LinkInvalid`] when it is unknown, used, withdrawn or too old.
pub async fn choose(
    db: &Db,
    keys: &Arc<Keyring>,
    link: &PasswordLink,
    password_hash: String,
    address: Option<MaskedAddress>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let TokenDigest(digest) = link.token.digest();
    let keys = Arc::clone(keys);
    db.write(&link.door(), move |tx| {
        let holder = password_store::link_holder(tx, &digest, now)?.ok_or(IdentityError::LinkInvalid)?;
        if !password_store::link_use(tx, &digest, now)? {
            return Err(IdentityError::LinkInvalid);
        }
        let changed = mailed_link_store::has_password(tx, holder.person)?;
        password_store::set(tx, holder.person, &password_hash, now)?;
        let ended = session_store::delete_of(tx, holder.person)?;
        session_store::steps_delete_of(tx, holder.person)?;
        mailed_link_store::withdraw_all(tx, holder.person)?;
        Attempt::new(&keys, &holder.email, None).forgive(tx)?;
        let entry = Entry::new("password.choose")
            .on("person", holder.person)
            .about(holder.person)
            .on_behalf_of(holder.person)
            .from(address)
            .noting("sessions_ended", u32::try_from(ended).unwrap_or(u32::MAX));
        audit::record(tx, now, entry)?;
        // The first password is no change that anybody need be warned of.
        if changed {
            let (kind, recipient) = (NoticeKind::PasswordChanged, holder.email);
            notices::post(tx, now, &NewNotice { kind, person: holder.person, recipient, about: None })?;
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_survives_its_way_to_the_holder_and_back() {
        let link =
            PasswordLink { organisation: OrganisationId(Uuid::from_u128(7)), token: Token::random().expect("random") };
        let path = link.path();
        let back = PasswordLink::parse(path.strip_prefix("/password/").expect("its path")).expect("our own text");
        assert_eq!((back.organisation, back.token.digest()), (link.organisation, link.token.digest()));
        for nonsense in ["", ".", "7.x", "00000000000000000000000000000007"] {
            assert!(PasswordLink::parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
