//! A forgotten password: a link by e-mail, and no word about whether there is such an account.
//!
//! The request is answered after one counter was moved, the same for every address; whether somebody has that address
//! is looked up when the answer has gone. So neither the answer nor its time tells.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::mailed_links::{self, Purpose};
use super::{IdentityError, mailed_link_store, sign_in, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::config::ThrottleSettings;
use crate::crypto::{Keyring, TokenDigest};
use crate::db::{Db, Tx};
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::{LinkId, OrganisationId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind, Posted};

/// What answering such a request needs. Cheap to clone.
#[derive(Clone)]
pub struct Forgotten {
    /// The door to the data.
    pub db: Db,
    /// What links are made of.
    pub keys: Arc<Keyring>,
    /// Limits.
    pub throttle: ThrottleSettings,
}

/// An account that may be the one that is meant.
pub(super) struct Account {
    pub(super) person: PersonId,
    pub(super) email: String,
}

impl Forgotten {
    /// Counts the request against the network it came from: all that happens before it is answered.
    ///
    /// # Errors
    /// [`IdentityError::Throttled`] when there were too many from there, whatever addresses they named.
    pub async fn count(&self, from: Option<MaskedAddress>, now: Timestamp) -> Result<(), IdentityError> {
        let network = from.map_or_else(|| "nowhere".to_owned(), |address| address.to_string());
        let key = self.keys.mac("throttle.forgotten", network.as_bytes());
        let window = SignedDuration::try_from(self.throttle.window()).unwrap_or(SignedDuration::from_mins(15));
        let limit = i64::from(self.throttle.network_attempts);
        let nowhere = Caller::system(SystemName::SignIn, OrganisationId::NIL);
        let counted = self
            .db
            .write(&nowhere, move |tx| Ok::<_, IdentityError>(store::throttle_count(tx, &key, now, now - window)?))
            .await?;
        if i64::from(counted.failures) > limit {
            let wait = (counted.window_started_at + window).duration_since(now).as_secs().max(1);
            return Err(IdentityError::Throttled(u64::try_from(wait).unwrap_or(1)));
        }
        Ok(())
    }

    /// Writes to whoever signs in with this address, in each organisation that knows it; how many messages. Nobody who
    /// asked may learn of it, so this runs after the answer.
    ///
    /// # Errors
    /// [`IdentityError::Db`].
    pub async fn write(
        &self,
        email: &str,
        from: Option<MaskedAddress>,
        now: Timestamp,
    ) -> Result<usize, IdentityError> {
        let email = sign_in::normal(email);
        let key = store::directory_key(&self.keys, &email);
        let nowhere = Caller::system(SystemName::SignIn, OrganisationId::NIL);
        let organisations =
            self.db.read(&nowhere, move |tx| Ok::<_, IdentityError>(store::directory(tx, &key)?)).await?;
        let mut written = 0;
        for organisation in organisations {
            let (keys, email) = (Arc::clone(&self.keys), email.clone());
            let door = Caller::system(SystemName::SignIn, organisation);
            let posted = self.db.write(&door, move |tx| link(tx, &keys, &email, from, now)).await?;
            written += usize::from(posted);
        }
        Ok(written)
    }
}

/// Makes a link for the account with this address and puts it into the outbox; whether it did.
fn link(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    email: &str,
    from: Option<MaskedAddress>,
    now: Timestamp,
) -> Result<bool, IdentityError> {
    let Some(Account { person, email }) = mailed_link_store::account_of(tx, email)? else { return Ok(false) };
    let id = LinkId::new(now);
    let notice = NewNotice { kind: NoticeKind::PasswordReset, person, recipient: email, about: Some(id.0) };
    if !matches!(notices::post(tx, now, &notice)?, Posted::Queued(_)) {
        return Ok(false);
    }
    let TokenDigest(digest) = mailed_links::token(keys, id).digest();
    mailed_link_store::withdraw_resets(tx, person)?;
    mailed_link_store::insert_reset(tx, person, id, &digest, now, now + Purpose::Reset.lifetime())?;
    let entry = Entry::new("password.forgotten").on("person", person).about(person).from(from);
    audit::record(tx, now, entry)?;
    Ok(true)
}
