//! Recovery codes: ten at a time, shown once, each good for one sign-in without the other factor.
//!
//! 120 random bits each, kept as HMAC under the appliance's key: whoever reads the database has nothing to guess at.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;

use super::{store, tell};
use crate::audit::{self, Entry};
use crate::authz::Caller;
use crate::crypto::{Keyring, random};
use crate::db::{Db, DbError, Tx};
use crate::identity::IdentityError;
use crate::kernel::ids::PersonId;

/// Codes in a set.
pub const SET: usize = 10;

/// Makes a new set for the caller; the codes before no longer work.
///
/// # Errors
/// [`IdentityError::NoFactor`] when there is nothing that a code could stand in for.
pub async fn new_set(
    db: &Db,
    keys: &std::sync::Arc<Keyring>,
    caller: &Caller,
    now: Timestamp,
) -> Result<Vec<String>, IdentityError> {
    let keys = std::sync::Arc::clone(keys);
    db.write(caller, move |tx| {
        let person = tx.caller().person_id().ok_or(DbError::SignedOut)?;
        if !store::factors_of(tx, person)?.any() {
            return Err(IdentityError::NoFactor);
        }
        tell(tx, person, now)?;
        renew(tx, &keys, person, now)
    })
    .await
}

/// Replaces somebody's codes by a new set, which is returned to be shown once.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<String>, IdentityError> {
    store::codes_delete(tx, person)?;
    let mut codes = Vec::with_capacity(SET);
    for _ in 0..SET {
        let code = written(&random::bytes::<15>()?);
        store::code_insert(tx, person, &hash(keys, person, &code), now)?;
        codes.push(code);
    }
    let entry = Entry::new("factor.recovery-codes").on("factor", "recovery").about(person);
    audit::record(tx, now, entry)?;
    Ok(codes)
}

/// Whether `typed` is a code of `person`'s that was not used; it is used now.
pub(in crate::identity) fn take(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    person: PersonId,
    typed: &str,
    now: Timestamp,
) -> Result<bool, IdentityError> {
    Ok(store::code_use(tx, person, &hash(keys, person, typed), now)?)
}

/// `abcd-efgh-jkmn-pqrs-tuvw-xyz2`.
fn written(bytes: &[u8; 15]) -> String {
    let text = BASE32_NOPAD.encode(bytes).to_lowercase();
    let mut code = String::with_capacity(29);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    code
}

/// Letters and digits only, small; what looks like another of the alphabet's letters is that letter.
fn normal(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(64);
    letters
        .map(|letter| match letter.to_ascii_lowercase() {
            '0' => 'o',
            '1' => 'l',
            '8' => 'b',
            letter => letter,
        })
        .collect()
}

fn hash(keys: &Keyring, person: PersonId, typed: &str) -> [u8; 32] {
    let message = [person.0.as_bytes().as_slice(), normal(typed).as_bytes()].concat();
    keys.mac("factor.recovery", &message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_copied_from_paper() {
        let code = written(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252, 253, 254]);
        assert_eq!(code.len(), 29);
        assert_eq!(normal(&code), code.replace('-', ""));
        for copied in [code.to_uppercase(), code.replace('-', " "), format!(" {} ", code.replace('-', ""))] {
            assert_eq!(normal(&copied), normal(&code), "{copied}");
        }
        assert_eq!(normal("0180"), "olbo");
    }
}
