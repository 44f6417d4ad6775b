//! Authenticator apps: six digits that change every 30 seconds (RFC 6238), each taken once.

use std::fmt::Write as _;

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use totp_rs::Builder;

use super::{after_enrolment, check_not_last, drop_idle_codes, store, tell};
use crate::audit::{self, Entry};
use crate::authz::Caller;
use crate::crypto::{Keyring, random};
use crate::db::{Db, DbError, Tx};
use crate::identity::IdentityError;
use crate::kernel::ids::{OrganisationId, PersonId};

/// For what the secrets are sealed.
const PURPOSE: &str = "totp.secret";

/// How long a secret that was shown waits for its first code.
const PENDING: SignedDuration = SignedDuration::from_hours(1);

/// A secret that was shown and waits for its first code.
pub struct Pending {
    secret: Vec<u8>,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[pending secret]")
    }
}

impl Pending {
    /// The secret as people type it: base32 in groups of four.
    pub fn text(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.secret);
        let mut grouped = String::new();
        for (at, letter) in text.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// The address that an app reads from the QR code.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = BASE32_NOPAD.encode(&self.secret);
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }
}

/// Percent-encoded but for what a URI may hold anywhere. A colon would end the issuer.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _written = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The step whose code `typed` is: the present one, or one before or after for a clock that is a little off.
fn step(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let code: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let totp = Builder::new().with_secret(secret.to_vec()).with_skew(1).build().ok()?;
    let seconds = u64::try_from(now.as_second()).ok()?;
    totp.check(&code, seconds).and_then(|step| i64::try_from(step).ok())
}

fn context(organisation: OrganisationId, person: PersonId) -> Vec<u8> {
    [organisation.0.as_bytes().as_slice(), person.0.as_bytes()].concat()
}

/// Makes a secret for the caller, to be shown until its first code is typed. The one in use stays in use till then.
///
/// # Errors
/// [`IdentityError::Random`], [`IdentityError::Db`].
pub async fn begin(db: &Db, keys: &Keyring, caller: &Caller, now: Timestamp) -> Result<(), IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let secret = random::bytes::<20>()?;
    let sealed = keys.seal(PURPOSE, &context(caller.organisation(), person), &secret)?;
    db.write(caller, move |tx| Ok(store::totp_pend(tx, person, &sealed, now)?)).await
}

/// The caller's secret that waits for its first code.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn pending(
    db: &Db,
    keys: &Keyring,
    caller: &Caller,
    now: Timestamp,
) -> Result<Option<Pending>, IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let sealed =
        db.read(caller, move |tx| Ok::<_, IdentityError>(store::totp_pending(tx, person, now - PENDING)?)).await?;
    let context = context(caller.organisation(), person);
    Ok(sealed.and_then(|sealed| keys.unseal(PURPOSE, &context, &sealed)).map(|secret| Pending { secret }))
}

/// Takes the first code of the caller's new secret, which is in use from now on. Returns recovery codes to show, if
/// this was their first factor.
///
/// # Errors
/// [`IdentityError::Refused`] when the code is not the secret's.
pub async fn confirm(
    db: &Db,
    keys: &std::sync::Arc<Keyring>,
    caller: &Caller,
    code: &str,
    now: Timestamp,
) -> Result<Option<Vec<String>>, IdentityError> {
    let person = caller.person_id().ok_or(DbError::SignedOut)?;
    let Some(Pending { secret }) = pending(db, keys, caller, now).await? else { return Err(IdentityError::Refused) };
    let step = step(&secret, code, now).ok_or(IdentityError::Refused)?;
    let keys = std::sync::Arc::clone(keys);
    db.write(caller, move |tx| {
        if !store::totp_confirm(tx, person, step, now)? {
            return Err(IdentityError::Refused);
        }
        after_enrolment(tx, &keys, person, "totp", now)
    })
    .await
}

/// Takes away the caller's authenticator app.
///
/// # Errors
/// [`IdentityError::LastFactor`] when their roles ask for a factor and this is the only one.
pub async fn remove(db: &Db, caller: &Caller, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let person = tx.caller().person_id().ok_or(DbError::SignedOut)?;
        check_not_last(tx, person)?;
        store::totp_delete(tx, person)?;
        drop_idle_codes(tx, person)?;
        audit::record(tx, now, Entry::new("factor.remove").on("factor", "totp").about(person))?;
        tell(tx, person, now)
    })
    .await
}

/// Whether `typed` is a code of `person`'s app that was not taken before; it is taken now.
pub(in crate::identity) fn take(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    person: PersonId,
    typed: &str,
    now: Timestamp,
) -> Result<bool, IdentityError> {
    let organisation = tx.caller().organisation();
    let Some(sealed) = store::totp_sealed(tx, person)? else { return Ok(false) };
    let Some(secret) = keys.unseal(PURPOSE, &context(organisation, person), &sealed) else {
        tracing::error!("an authenticator app's secret cannot be opened: is this another appliance's sealing.key?");
        return Ok(false);
    };
    match step(&secret, typed, now) {
        Some(step) => Ok(store::totp_take_step(tx, person, step, now)?),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret, and the code at 59 seconds cut to six digits.
    const SECRET: &[u8; 20] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn the_code_of_the_standard_is_taken_within_a_step_and_no_later() {
        assert_eq!(step(SECRET, "287082", at(59)), Some(1));
        assert_eq!(step(SECRET, " 287 082 ", at(59)), Some(1));
        assert_eq!(step(SECRET, "287082", at(89)), Some(1));
        assert_eq!(step(SECRET, "287082", at(90)), None);
        assert_eq!(step(SECRET, "287083", at(59)), None);
    }

    #[test]
    fn nonsense_is_no_code() {
        for nonsense in ["", "28708", "2870820", "abcdef", "-87082", "２８７０８２", "0x1234", "287082 OR 1=1"] {
            assert_eq!(step(SECRET, nonsense, at(59)), None, "{nonsense}");
        }
    }

    #[test]
    fn the_address_is_one_that_apps_read() {
        let pending = Pending { secret: SECRET.to_vec() };
        assert_eq!(
            pending.address("Watchroom: Northmoor & Söhne", "jo@example.org"),
            "otpauth://totp/Watchroom%3A%20Northmoor%20%26%20S%C3%B6hne:jo@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Watchroom%3A%20Northmoor%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(pending.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
