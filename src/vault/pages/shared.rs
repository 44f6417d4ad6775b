//! What the pages share: the session's key, the way to the page that unlocks, fields, the page that shows a code.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::crypto::personal::{PrivateKey, RecoveryCode};
use crate::http::{Ask, Failure, Problem};
use crate::vault::rules::Weak;
use crate::vault::{SessionKey, VaultError, Vaults, service};
use crate::views::{Crumb, Field, FormErrors, PageContext};

/// Where passphrases are made and typed, in the way that forms say so.
pub(super) const HINT: &str = "At least 16 characters. Four words that have nothing to do with one another are easy to remember and hard to guess. Do not use the password that you sign in with.";

/// The session that a key is unlocked for.
///
/// # Errors
/// [`Problem::SignedOut`] when there is none.
pub fn session_of(ask: &Ask) -> Result<SessionKey, Failure> {
    let cookie = ask.session_cookie().ok_or(Problem::SignedOut)?;
    Ok(SessionKey(cookie.anchor.digest().0))
}

/// Whether somebody's vault is open to this session.
pub enum Door {
    /// It is, and this is its key.
    Open(PrivateKey),
    /// It is not: the answer leads to where it is unlocked or made.
    Shut(HttpResponse),
}

/// The key of the caller's vault, or the way to the page that asks for its passphrase and comes back here.
///
/// # Errors
/// When the database cannot be asked, or the caller may keep no vault.
pub async fn opened(ask: &Ask, vaults: &Vaults) -> Result<Door, Failure> {
    let person = ask.person()?;
    let key = vaults.key(session_of(ask)?, person.organisation, person.id, ask.clock().now());
    if let Some(key) = key {
        return Ok(Door::Open(key));
    }
    if !service::exists(&ask.site().db, ask.caller()).await? {
        return Ok(Door::Shut(ask.redirect("/wellbeing/vault/new")));
    }
    let next: String = form_urlencoded::byte_serialize(ask.path().as_bytes()).collect();
    Ok(Door::Shut(ask.redirect(&format!("/wellbeing/unlock?next={next}"))))
}

/// Keeps a key for the session that asks.
pub(super) fn keep(ask: &Ask, vaults: &Vaults, key: PrivateKey) -> Result<(), Failure> {
    let person = ask.person()?;
    vaults.keep(session_of(ask)?, person.organisation, person.id, key, ask.clock().now());
    Ok(())
}

/// The crumb of the start page.
pub(super) fn crumb() -> Crumb {
    Crumb::new("Wellbeing", "/wellbeing")
}

/// The crumb of the vault's own page.
pub(super) fn vault_crumb() -> Crumb {
    Crumb::new("Your vault", "/wellbeing/vault")
}

/// The two fields of a new passphrase.
pub(super) fn new_fields(errors: &FormErrors) -> (Field, Field) {
    (
        Field::new("passphrase", "Wellbeing passphrase").hint(HINT).errors(errors),
        Field::new("again", "The same passphrase again").errors(errors),
    )
}

/// What to say beside a field when a passphrase or a code was refused; `None` for what no form can mend.
pub(super) fn advice(error: &VaultError) -> Option<String> {
    match error {
        VaultError::Weak(why) => Some(Weak(why).0.to_owned()),
        VaultError::TooManyTries => Some("Too many tries. Wait 15 minutes and try again".to_owned()),
        VaultError::Wrong => Some("This does not open your vault. Check it and try again".to_owned()),
        _ => None,
    }
}

/// The page that shows a recovery code, once.
#[derive(Debug, Serialize)]
pub(super) struct CodePage {
    code: String,
    first: bool,
}

impl CodePage {
    pub(super) fn new(code: &RecoveryCode, first: bool) -> Self {
        Self { code: code.reveal().to_string(), first }
    }
}

impl PageContext for CodePage {
    const TEMPLATE: &'static str = "vault/code";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Write down your recovery code".into()
    }

    fn sample() -> Self {
        Self { code: "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567".to_owned(), first: true }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { first: false, ..Self::sample() }]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_a_code_stands() {
        crate::views::testing::check::<super::CodePage>();
    }
}
