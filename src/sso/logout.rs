//! A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0): the sessions that they began
//! with it end.

use jiff::{SignedDuration, Timestamp};

use super::error::SsoError;
use super::flow::Door;
use super::link_store;
use super::tokens::{self, Logout, TokenFault};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::identity::doors::Offer;
use crate::identity::vouched;
use crate::kernel::ids::PersonId;

/// A token is refused when it is older than this, so its id need not be remembered longer.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(20);

impl Door<'_> {
    /// Ends what `token` says is to end; whose sessions those were.
    ///
    /// # Errors
    /// [`SsoError::Token`] when the token is not the provider's, [`SsoError::Replayed`] when it was used before.
    pub async fn end(&self, offer: &Offer, token: &str, now: Timestamp) -> Result<Vec<PersonId>, SsoError> {
        let provider = self.provider(offer.organisation, offer.provider).await?;
        let directory = &self.federation.directory;
        let known = directory.of(&provider.settings.issuer, now).await?;
        let logout = match tokens::logout(token, self.expected(&provider, &known, now)) {
            Err(TokenFault::UnknownKey) => {
                let renewed = directory.with_new_keys(known.clone(), now).await?;
                tokens::logout(token, self.expected(&provider, &renewed, now))?
            }
            other => other?,
        };
        let caller = Caller::system(SystemName::Sso, offer.organisation);
        let (issuer, label) = (provider.settings.issuer, provider.settings.label);
        self.db.write(&caller, move |tx| end_in(tx, &issuer, &label, &logout, now)).await
    }
}

fn end_in(
    tx: &mut crate::db::Tx<'_>,
    issuer: &str,
    label: &str,
    logout: &Logout,
    now: Timestamp,
) -> Result<Vec<PersonId>, SsoError> {
    if !link_store::logout_first(tx, issuer, &logout.jti, now, now + REMEMBERED)? {
        return Err(SsoError::Replayed);
    }
    let mut people = Vec::new();
    for (voucher, subject) in link_store::vouchers_meant(tx, issuer, logout)? {
        if vouched::end_vouched(tx, voucher)? == 0 {
            continue;
        }
        let mut entry = Entry::new("session.end").on("session", "").noting("provider", label);
        if let Some((person, _way)) = link_store::linked(tx, issuer, &subject)? {
            entry = entry.about(person);
            people.push(person);
        }
        audit::record(tx, now, entry)?;
    }
    Ok(people)
}
