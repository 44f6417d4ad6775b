//! Links that go out by e-mail. The token is made of the link's id and the appliance's key whenever it is needed: it is
//! stored nowhere, so neither the outbox nor a copy of the database opens anything.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::mailed_link_store as store;
use super::password_links::PasswordLink;
use crate::crypto::{Keyring, Token};
use crate::db::{DbError, Tx};
use crate::kernel::ids::LinkId;
use crate::notices::NoticeKind;
use crate::notices::desk::OwnLink;

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An account that has just been opened.
    Invitation,
    /// A forgotten password.
    Reset,
}

impl Purpose {
    /// As the database has it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long such a link may be used.
    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::Reset => SignedDuration::from_hours(1),
        }
    }

    const fn notice(self) -> NoticeKind {
        match self {
            Self::Invitation => NoticeKind::Invitation,
            Self::Reset => NoticeKind::PasswordReset,
        }
    }
}

/// The token of a link.
pub(super) fn token(keys: &Keyring, id: LinkId) -> Token {
    Token::derived(keys.mac("password.link", id.0.as_bytes()))
}

/// The link that a message carries, for the sender; `None` when it can no longer be used.
///
/// # Errors
/// [`DbError`].
pub fn find(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    kind: NoticeKind,
    about: Uuid,
    now: Timestamp,
) -> Result<Option<OwnLink>, DbError> {
    let Some(purpose) = [Purpose::Invitation, Purpose::Reset].into_iter().find(|purpose| purpose.notice() == kind)
    else {
        return Ok(None);
    };
    let id = LinkId(about);
    let Some(until) = store::usable_until(tx, id, purpose, now)? else { return Ok(None) };
    let link = PasswordLink { organisation: tx.caller().organisation(), token: token(keys, id) };
    Ok(Some(OwnLink { path: link.path(), until }))
}
