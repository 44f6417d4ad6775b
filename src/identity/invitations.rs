//! Invitations: a person gets an account and, by e-mail, a link that works once by which they choose a password.
//!
//! Without a mail server the link is handed over by hand instead. Who has chosen a password is not invited any more.

use std::sync::Arc;

use jiff::Timestamp;

use super::mailed_links::{self, Purpose};
use super::password_links::PasswordLink;
use super::people::taken;
use super::policy::{InvitePerson, SeeInvitations};
use super::{IdentityError, invitation_store, store};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller};
use crate::crypto::{Keyring, TokenDigest};
use crate::db::{Db, Tx};
use crate::jobs::{self, NewJob};
use crate::kernel::ids::{LinkId, OrganisationId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind, Posted};

/// The job that invites many.
pub const JOB: &str = "invitation.bulk";

/// People that the job looks up at a time.
pub(super) const BATCH: i64 = 50;

const ACCOUNT: Field = Field::shown("account");

/// What came of inviting somebody.
#[derive(Debug, Clone)]
pub struct Invited {
    /// To which address.
    pub email: String,
    /// The link, to hand over by hand; `None` when it goes out by e-mail.
    pub link: Option<PasswordLink>,
}

/// An invitation that nobody has used yet.
#[derive(Debug, Clone)]
pub struct OpenInvitation {
    /// Whose.
    pub person: PersonId,
    /// Given and family name.
    pub name: String,
    /// To which address.
    pub email: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it works.
    pub until: Timestamp,
    /// What became of its message, as the outbox has it; `None` when it was handed over by hand.
    pub message: Option<String>,
}

/// The page of invitations.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Invited, newest first.
    pub open: Vec<OpenInvitation>,
    /// How many people have an address, have chosen no password, and are not invited.
    pub others: i64,
}

/// Most invitations that the page shows.
pub const PAGE: i64 = 200;

/// Invites somebody; a link made before no longer works.
///
/// # Errors
/// [`IdentityError::NoEmail`], [`IdentityError::HasPassword`], [`IdentityError::Left`],
/// [`IdentityError::InvitedLately`] within a quarter of an hour; [`IdentityError::Authz`], also for oneself.
pub async fn invite(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    person: PersonId,
    by_mail: bool,
    now: Timestamp,
) -> Result<Invited, IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| invite_in(tx, &keys, person, by_mail, now)).await
}

/// [`invite`] inside a transaction.
pub(super) fn invite_in(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    person: PersonId,
    by_mail: bool,
    now: Timestamp,
) -> Result<Invited, IdentityError> {
    let may = authz::may::<InvitePerson>(tx, person)?;
    if may.facts().left {
        return Err(IdentityError::Left);
    }
    let invitee = invitation_store::invitee(tx, &may)?;
    if invitee.has_password {
        return Err(IdentityError::HasPassword);
    }
    let organisation = tx.caller().organisation();
    let email = match invitee.account {
        Some(email) => email,
        None => {
            let email = invitee.email.ok_or(IdentityError::NoEmail)?;
            store::account_insert(tx, person, &email, None, now).map_err(taken)?;
            store::directory_add(tx, &store::directory_key(keys, &email), organisation)?;
            let entry = Entry::new("account.open").on("person", person).about(person);
            audit::record(tx, now, entry.changed([ACCOUNT.change(false, true)]))?;
            email
        }
    };
    let id = LinkId::new(now);
    if by_mail {
        let notice = NewNotice { kind: NoticeKind::Invitation, person, recipient: email.clone(), about: Some(id.0) };
        if notices::post(tx, now, &notice)? == Posted::Limited {
            return Err(IdentityError::InvitedLately);
        }
    }
    let token = mailed_links::token(keys, id);
    let TokenDigest(digest) = token.digest();
    invitation_store::withdraw(tx, &may)?;
    invitation_store::insert(tx, &may, id, &digest, now, now + Purpose::Invitation.lifetime())?;
    audit::record(
        tx,
        now,
        Entry::new("invitation.send").on("person", person).about(person).noting("by_mail", by_mail),
    )?;
    let link = (!by_mail).then_some(PasswordLink { organisation, token });
    Ok(Invited { email, link })
}

/// Takes somebody's invitation back; one that is still in the outbox is not sent.
///
/// # Errors
/// [`IdentityError::LinkInvalid`] when there is none (any more); [`IdentityError::Authz`].
pub async fn revoke(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<InvitePerson>(tx, person)?;
        if invitation_store::withdraw(tx, &may)? == 0 {
            return Err(IdentityError::LinkInvalid);
        }
        audit::record(tx, now, Entry::new("invitation.revoke").on("person", person).about(person))?;
        Ok(())
    })
    .await
}

/// Invitations that nobody has used, and how many people could be invited.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn overview(db: &Db, caller: &Caller) -> Result<Overview, IdentityError> {
    db.read(caller, |tx| {
        let may = authz::may::<SeeInvitations>(tx, ())?;
        let open = invitation_store::open(tx, &may, PAGE)?;
        let others = invitation_store::count_others(tx, &may)?;
        Ok(Overview { open, others })
    })
    .await
}

/// Invites everybody who has an address and has chosen no password, in the background; how many there are now.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn invite_everybody(db: &Db, caller: &Caller, now: Timestamp) -> Result<i64, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<SeeInvitations>(tx, ())?;
        let count = invitation_store::count_others(tx, &may)?;
        let by = tx.caller().person_id().ok_or(AuthzError::Denied("invite.send"))?;
        if count > 0 {
            let organisation = tx.caller().organisation();
            jobs::enqueue(tx, now, &to_invite(organisation, by))?;
            audit::record(tx, now, Entry::new("invitation.send-all").on("organisation", organisation))?;
        }
        Ok(count)
    })
    .await
}

fn to_invite(organisation: OrganisationId, by: PersonId) -> NewJob {
    NewJob { organisation, kind: JOB, payload: serde_json::json!({ "by": by }) }
}
