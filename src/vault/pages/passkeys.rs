//! The passkeys that open the vault: which do, one more, one fewer; and unlocking with one.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

use super::shared::{Door, advice, crumb, keep, opened, vault_crumb};
use super::unlock::{Nothing, show_again, within};
use crate::crypto::personal::PasskeySecret;
use crate::crypto::random;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PasskeyId;
use crate::kernel::secret::Secret;
use crate::vault::model::PasskeyWrap;
use crate::vault::passkeys::{Sent, Signed, Use, Wanted};
use crate::vault::{Passkeys, VaultError, Vaults, service};
use crate::views::form::FieldError;
use crate::views::{Crumb, FormErrors, PageContext, format};

/// What the browser made of a challenge, and what the authenticator gave out beside it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    ceremony: String,
    credential: String,
    secret: Secret<String>,
    next: String,
}

impl Answered {
    /// The signature and the secret, if the first is accepted and the second is one.
    async fn check(
        &self,
        ask: &Ask,
        passkeys: &dyn Passkeys,
        wanted: Use,
    ) -> Result<Option<(Signed, PasskeySecret)>, Failure> {
        let sent = Sent { ceremony: &self.ceremony, credential: &self.credential };
        let signed = passkeys.signed(ask, wanted, sent).await?;
        Ok(signed.zip(PasskeySecret::parse(self.secret.expose())))
    }
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    id: String,
    name: String,
    machine: String,
    added: String,
}

#[derive(Debug, Serialize)]
struct PasskeysPage {
    rows: Vec<Row>,
    error: Option<String>,
    #[serde(skip)]
    errors: FormErrors,
}

impl PasskeysPage {
    fn new(wraps: Vec<PasskeyWrap>, errors: FormErrors) -> Self {
        let row = |wrap: PasskeyWrap| Row {
            id: wrap.passkey.to_string(),
            name: wrap.name,
            machine: format::machine_time(wrap.added_at),
            added: format::short_time(wrap.added_at),
        };
        Self { rows: wraps.into_iter().map(row).collect(), error: errors.get("passkey").map(str::to_owned), errors }
    }
}

impl PageContext for PasskeysPage {
    const TEMPLATE: &'static str = "vault/passkeys";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Unlock with a passkey".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), vault_crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let row = Row {
            id: PasskeyId::NIL.to_string(),
            name: "Blue security key".to_owned(),
            machine: "2026-11-24T09:00:00Z".to_owned(),
            added: "24 Nov 2026, 09:00".to_owned(),
        };
        Self { rows: vec![row], ..Self::new(Vec::new(), FormErrors::new()) }
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("passkey", REFUSED);
        vec![Self::sample(), Self::new(Vec::new(), errors)]
    }
}

const REFUSED: &str = "The passkey was not accepted. Try again";

/// Which passkeys open it.
pub(super) async fn show(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    if let Door::Shut(elsewhere) = opened(&ask, &vaults).await? {
        return Ok(elsewhere);
    }
    let wraps = service::passkeys::all(&ask.site().db, ask.caller()).await?;
    ask.page(&PasskeysPage::new(wraps, FormErrors::new()))
}

/// A challenge for a passkey that is to open it.
pub(super) async fn add_options(
    ask: Ask,
    vaults: Data<Vaults>,
    passkeys: Data<dyn Passkeys>,
    Posted(_sent): Posted<Answered>,
) -> Result<HttpResponse, Failure> {
    if let Door::Shut(elsewhere) = opened(&ask, &vaults).await? {
        return Ok(elsewhere);
    }
    let known = service::passkeys::all(&ask.site().db, ask.caller()).await?;
    let except = known.into_iter().map(|wrap| wrap.passkey).collect();
    let input = random::bytes().map_err(VaultError::from)?;
    passkeys.challenge(&ask, Wanted::Adding { input, except }).await
}

/// Lets a passkey open it from now on.
pub(super) async fn add(
    ask: Ask,
    vaults: Data<Vaults>,
    passkeys: Data<dyn Passkeys>,
    Posted(sent): Posted<Answered>,
) -> Result<HttpResponse, Failure> {
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let (db, caller) = (&ask.site().db, ask.caller());
    if let Some((signed, secret)) = sent.check(&ask, passkeys.as_ref(), Use::Adding).await? {
        service::passkeys::add(db, caller, key, signed, secret, ask.clock().now()).await?;
        return Ok(ask.redirect_with(
            "/wellbeing/vault/passkeys",
            FlashKind::Success,
            "This passkey opens your vault.",
        ));
    }
    let mut errors = FormErrors::new();
    errors.add("passkey", REFUSED);
    ask.page_again(&PasskeysPage::new(service::passkeys::all(db, caller).await?, errors))
}

/// Takes the vault from a passkey.
pub(super) async fn remove(
    ask: Ask,
    vaults: Data<Vaults>,
    id: Path<PasskeyId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    if let Door::Shut(elsewhere) = opened(&ask, &vaults).await? {
        return Ok(elsewhere);
    }
    let words = if service::passkeys::remove(&ask.site().db, ask.caller(), *id, ask.clock().now()).await? {
        "This passkey no longer opens your vault."
    } else {
        "This passkey did not open your vault."
    };
    Ok(ask.redirect_with("/wellbeing/vault/passkeys", FlashKind::Success, words))
}

/// A challenge for one of the passkeys that open it.
pub(super) async fn unlock_options(
    ask: Ask,
    passkeys: Data<dyn Passkeys>,
    Posted(_sent): Posted<Answered>,
) -> Result<HttpResponse, Failure> {
    let wraps = service::passkeys::all(&ask.site().db, ask.caller()).await?;
    let inputs = wraps.into_iter().map(|wrap| (wrap.passkey, wrap.input)).collect();
    passkeys.challenge(&ask, Wanted::Opening(inputs)).await
}

/// Unlocks the vault for this session.
pub(super) async fn unlock(
    ask: Ask,
    vaults: Data<Vaults>,
    passkeys: Data<dyn Passkeys>,
    Posted(sent): Posted<Answered>,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let outcome = match service::passkeys::attempt(&vaults, caller, now) {
        Ok(counted) => {
            let answer = sent.check(&ask, passkeys.as_ref(), Use::Opening).await?;
            service::passkeys::unlock(db, &vaults, caller, counted, answer, now).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(key) => {
            keep(&ask, &vaults, key)?;
            Ok(ask.redirect(within(&sent.next)))
        }
        Err(VaultError::NotSetUp) => Ok(ask.redirect("/wellbeing/vault/new")),
        Err(VaultError::Wrong) => {
            show_again(
                &ask,
                &sent.next,
                "passkey",
                "This passkey did not open your vault. Try again, or use your passphrase",
            )
            .await
        }
        Err(error) => match advice(&error) {
            Some(advice) => show_again(&ask, &sent.next, "passkey", &advice).await,
            None => Err(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::PasskeysPage>();
    }
}
