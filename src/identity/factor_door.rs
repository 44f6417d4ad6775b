//! The second half of a sign-in: the password was right, or a provider vouched, and the factor is still to come; and the
//! sign-in by passkey alone.
//!
//! Between the halves there is no session: a cookie of its own names a row that nothing but these functions reads, for
//! ten minutes. Guesses are counted apart from those at passwords.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::factors::passkeys::{self, Answer, Challenge, Purpose, RelyingParty};
use super::factors::{Factors, recovery, store as factor_store, totp};
use super::sessions::{self, Beginning, Origin, Proof};
use super::sign_in::Door;
use super::throttle::{self, Attempt};
use super::{IdentityError, session_store, sign_in_rules, sign_in_rules_store, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::config::SessionSettings;
use crate::crypto::{Token, TokenDigest};
use crate::db::{Db, Tx};
use crate::http::{SessionCookie, session};
use crate::kernel::ids::{OrganisationId, PersonId, VoucherId};

/// How long the factor may take.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// The name of the cookie between the halves.
pub const COOKIE: &str = "__Host-factor";

/// What the browser holds between the halves of a sign-in.
#[derive(Debug, Clone)]
pub struct Step {
    organisation: OrganisationId,
    token: Token,
}

impl Step {
    /// Reads the cookie of a request; `None` when there is none, or nonsense.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let cookie = request.cookie(COOKIE)?;
        let (organisation, token) = cookie.value().split_once('.')?;
        Some(Self { organisation: OrganisationId(Uuid::try_parse(organisation).ok()?), token: Token::parse(token)? })
    }

    /// The cookie to set.
    pub fn to_cookie(&self) -> Cookie<'static> {
        session::cookie(COOKIE, format!("{}.{}", self.organisation.0.simple(), self.token.reveal()))
    }

    fn door(&self) -> Caller {
        Caller::system(SystemName::SignIn, self.organisation)
    }
}

/// How far a sign-in has come.
#[derive(Debug)]
pub enum Admission {
    /// All the way. With a date, by which a factor has to be enrolled.
    In(SessionCookie, Option<Timestamp>),
    /// In, and no further than the page on which a factor is enrolled.
    Enrol(SessionCookie),
    /// The first half was right; now the factor.
    Factor(Step),
}

/// What somebody has shown so far.
#[derive(Debug, Clone, Copy)]
struct Shown {
    proof: Proof,
    /// Whose word it is, where it is not a password's.
    voucher: Option<VoucherId>,
    /// Whether there was a second factor among it.
    factor: bool,
}

/// Somebody for whom a provider vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vouched {
    /// Who.
    pub person: PersonId,
    /// The provider's word: what began with it ends with it.
    pub voucher: VoucherId,
    /// Whether the provider saw a second factor, and the organisation takes its word for that.
    pub second_factor: bool,
}

/// Admits somebody whose password was right, as far as it goes. `tx` is the door's.
pub(super) fn after_password(
    tx: &mut Tx<'_>,
    person: PersonId,
    from: &Origin,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<Admission, IdentityError> {
    let shown = Shown { proof: Proof::Password, voucher: None, factor: false };
    after_first(tx, person, shown, from, settings, now)
}

/// Admits somebody for whom a provider vouches, as far as it goes: their own second factor, and what their roles ask
/// for, count here as after a password.
///
/// # Errors
/// [`IdentityError::Refused`] when they left or their account is off.
pub async fn after_provider(
    db: &Db,
    organisation: OrganisationId,
    vouched: Vouched,
    from: Origin,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<Admission, IdentityError> {
    let settings = settings.clone();
    let Vouched { person, voucher, second_factor } = vouched;
    db.write(&Caller::system(SystemName::SignIn, organisation), move |tx| {
        if !store::is_welcome(tx, person)? {
            return Err(IdentityError::Refused);
        }
        let shown = Shown { proof: Proof::Provider, voucher: Some(voucher), factor: second_factor };
        after_first(tx, person, shown, &from, &settings, now)
    })
    .await
}

fn after_first(
    tx: &mut Tx<'_>,
    person: PersonId,
    shown: Shown,
    from: &Origin,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<Admission, IdentityError> {
    if !shown.factor && factor_store::factors_of(tx, person)?.any() {
        let token = Token::random()?;
        let TokenDigest(digest) = token.digest();
        session_store::step_insert(tx, person, shown.voucher, &digest, now, PATIENCE)?;
        let entry = Entry::new("session.half").on("session", "").about(person).from(from.address);
        audit::record(tx, now, entry.noting("proof", shown.proof.as_str()))?;
        return Ok(Admission::Factor(Step { organisation: tx.caller().organisation(), token }));
    }
    let due = sign_in_rules::of(tx, person)?.factor_due.filter(|_due| !shown.factor);
    let confined = due.is_some_and(|due| due <= now);
    let cookie = admit(tx, person, shown, confined, from, settings, now)?;
    Ok(if confined { Admission::Enrol(cookie) } else { Admission::In(cookie, due) })
}

fn admit(
    tx: &mut Tx<'_>,
    person: PersonId,
    shown: Shown,
    confined: bool,
    from: &Origin,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    store::signed_in(tx, person, now)?;
    let Shown { proof, voucher, .. } = shown;
    sessions::begin(tx, &Beginning { person, from, proof, confined, voucher }, settings, now)
}

impl Door<'_> {
    /// What the holder of `step` can prove themself with.
    ///
    /// # Errors
    /// [`IdentityError::StepOver`] when the password was too long ago.
    pub async fn factors(&self, step: &Step, now: Timestamp) -> Result<Factors, IdentityError> {
        let TokenDigest(digest) = step.token.digest();
        self.db
            .read(&step.door(), move |tx| {
                let person = session_store::step_person(tx, &digest, now)?.ok_or(IdentityError::StepOver)?;
                Ok(factor_store::factors_of(tx, person)?)
            })
            .await
    }

    /// Signs in by a code of the authenticator app.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] for a wrong or used code; [`IdentityError::Throttled`]; [`IdentityError::StepOver`].
    pub async fn by_code(
        &self,
        step: &Step,
        code: &str,
        from: Origin,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        self.by_typed(step, code, Proof::Totp, from, now).await
    }

    /// Signs in by a recovery code.
    ///
    /// # Errors
    /// As [`Door::by_code`].
    pub async fn by_recovery_code(
        &self,
        step: &Step,
        code: &str,
        from: Origin,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        self.by_typed(step, code, Proof::Recovery, from, now).await
    }

    async fn by_typed(
        &self,
        step: &Step,
        typed: &str,
        proof: Proof,
        from: Origin,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        let (person, attempt) = self.attempt(step, &from, now).await?;
        let (typed, settings) = (typed.to_owned(), self.settings.session.clone());
        let TokenDigest(digest) = step.token.digest();
        let keys = std::sync::Arc::clone(self.keys);
        // A refusal must keep its trace, so it is a value here and not an error that rolls back.
        let admitted = self
            .db
            .write(&step.door(), move |tx| {
                let right = match proof {
                    Proof::Recovery => recovery::take(tx, &keys, person, &typed, now)?,
                    Proof::Totp | Proof::Passkey | Proof::Password | Proof::Provider => {
                        totp::take(tx, &keys, person, &typed, now)?
                    }
                };
                if !right {
                    refuse(tx, person, proof, &from, now)?;
                    return Ok::<_, IdentityError>(None);
                }
                finish(tx, &digest, person, proof, &attempt, &from, &settings, now).map(Some)
            })
            .await?;
        admitted.ok_or(IdentityError::Refused)
    }

    /// Begins the signature of a passkey as the second factor.
    ///
    /// # Errors
    /// [`IdentityError::StepOver`]; [`IdentityError::NoFactor`].
    pub async fn begin_passkey(
        &self,
        step: &Step,
        rp: &RelyingParty,
        now: Timestamp,
    ) -> Result<Challenge, IdentityError> {
        let TokenDigest(digest) = step.token.digest();
        let person = self
            .db
            .read(&step.door(), move |tx| session_store::step_person(tx, &digest, now)?.ok_or(IdentityError::StepOver))
            .await?;
        passkeys::begin_signature(self.db, &step.door(), person, Purpose::Factor, rp, now).await
    }

    /// Signs in by a passkey as the second factor.
    ///
    /// # Errors
    /// [`IdentityError::PasskeyRefused`]; [`IdentityError::Throttled`]; [`IdentityError::StepOver`].
    pub async fn by_passkey(
        &self,
        step: &Step,
        rp: &RelyingParty,
        answer: &Answer,
        from: Origin,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        let (person, attempt) = self.attempt(step, &from, now).await?;
        let door = step.door();
        let checked = passkeys::finish_signature(self.db, &door, person, Purpose::Factor, rp, answer, now).await;
        if let Err(error) = checked {
            let origin = from.clone();
            self.db.write(&door, move |tx| refuse(tx, person, Proof::Passkey, &origin, now)).await?;
            return Err(error);
        }
        let settings = self.settings.session.clone();
        let TokenDigest(digest) = step.token.digest();
        self.db
            .write(&door, move |tx| finish(tx, &digest, person, Proof::Passkey, &attempt, &from, &settings, now))
            .await
    }

    /// Begins a sign-in by passkey alone.
    ///
    /// # Errors
    /// [`IdentityError::PasskeyRefused`] when there can be none under this name.
    pub async fn begin_passkey_alone(&self, rp: &RelyingParty, now: Timestamp) -> Result<Challenge, IdentityError> {
        passkeys::begin_sign_in(self.db, rp, now).await
    }

    /// Signs in by a passkey alone: it is possession, and a PIN, finger or face.
    ///
    /// # Errors
    /// [`IdentityError::PasskeyRefused`]: also for an account that is switched off, and where the organisation wants
    /// a password as well; nobody learns which.
    pub async fn by_passkey_alone(
        &self,
        rp: &RelyingParty,
        answer: &Answer,
        from: Origin,
        now: Timestamp,
    ) -> Result<SessionCookie, IdentityError> {
        let (organisation, person) = passkeys::finish_sign_in(self.db, rp, answer, now).await?;
        let door = Caller::system(SystemName::SignIn, organisation);
        let settings = self.settings.session.clone();
        let admitted = self
            .db
            .write(&door, move |tx| {
                let wanted = sign_in_rules_store::of_organisation(tx)?.passkey_alone;
                if !wanted || !store::may_sign_in(tx, person)? {
                    refuse(tx, person, Proof::Passkey, &from, now)?;
                    return Ok::<_, IdentityError>(None);
                }
                let shown = Shown { proof: Proof::Passkey, voucher: None, factor: true };
                admit(tx, person, shown, false, &from, &settings, now).map(Some)
            })
            .await?;
        admitted.ok_or_else(|| IdentityError::PasskeyRefused("not for this account".to_owned()))
    }

    /// Counts one more attempt at the factor of whoever holds `step`.
    async fn attempt(&self, step: &Step, from: &Origin, now: Timestamp) -> Result<(PersonId, Attempt), IdentityError> {
        let TokenDigest(digest) = step.token.digest();
        let door = step.door();
        let person = self
            .db
            .read(&door, move |tx| session_store::step_person(tx, &digest, now)?.ok_or(IdentityError::StepOver))
            .await?;
        let attempt = Attempt::at_factor(self.keys, person, from.address);
        let settings = &self.settings.throttle;
        throttle::count(self.db, &door, (person, from.address), &attempt, settings, now).await?;
        Ok((person, attempt))
    }
}

#[expect(clippy::too_many_arguments, reason = "the end of a sign-in, once for each kind of factor")]
fn finish(
    tx: &mut Tx<'_>,
    digest: &[u8; 32],
    person: PersonId,
    proof: Proof,
    attempt: &Attempt,
    from: &Origin,
    settings: &SessionSettings,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    // The account may have been switched off while the factor was being looked for.
    let voucher = session_store::step_take(tx, digest)?.ok_or(IdentityError::StepOver)?;
    let welcome = if voucher.is_some() { store::is_welcome(tx, person)? } else { store::may_sign_in(tx, person)? };
    if !welcome {
        return Err(IdentityError::StepOver);
    }
    attempt.forgive(tx)?;
    admit(tx, person, Shown { proof, voucher, factor: true }, false, from, settings, now)
}

fn refuse(tx: &mut Tx<'_>, person: PersonId, proof: Proof, from: &Origin, now: Timestamp) -> Result<(), IdentityError> {
    let entry = Entry::new("session.factor-refused")
        .on("session", "")
        .about(person)
        .from(from.address)
        .noting("proof", proof.as_str());
    audit::record(tx, now, entry)?;
    Ok(())
}
