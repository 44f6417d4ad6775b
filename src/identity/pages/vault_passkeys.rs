//! The passkeys of accounts, as a vault asks for them.

use actix_web::HttpResponse;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::factor::{challenge, relying_party};
use crate::http::{Ask, Failure};
use crate::identity::IdentityError;
use crate::identity::factors::passkeys::Answer;
use crate::identity::factors::vault_signatures::{begin, finish};
use crate::vault::Passkeys;
use crate::vault::passkeys::{Sent, Signed, Use, Wanted};

/// The passkeys that people sign in with.
#[derive(Debug, Clone, Copy)]
pub struct AccountPasskeys;

impl Passkeys for AccountPasskeys {
    fn challenge<'a>(&'a self, ask: &'a Ask, wanted: Wanted) -> LocalBoxFuture<'a, Result<HttpResponse, Failure>> {
        async move {
            let Some(rp) = relying_party(ask) else { return challenge(Err(IdentityError::NoHostName)) };
            let none = match wanted {
                Wanted::Adding { .. } => "You have no other passkey for this address. Add one to your account first.",
                Wanted::Opening(_) => "No passkey that opens your vault works at this address. Use your passphrase.",
            };
            match begin(&ask.site().db, ask.caller(), &rp, wanted, ask.clock().now()).await {
                Err(IdentityError::NoFactor) => {
                    Ok(HttpResponse::Conflict().content_type("text/plain; charset=utf-8").body(none))
                }
                made => challenge(made),
            }
        }
        .boxed_local()
    }

    fn signed<'a>(
        &'a self,
        ask: &'a Ask,
        wanted: Use,
        sent: Sent<'a>,
    ) -> LocalBoxFuture<'a, Result<Option<Signed>, Failure>> {
        async move {
            let (Some(rp), Some(answer)) = (relying_party(ask), Answer::of(sent.ceremony, sent.credential)) else {
                return Ok(None);
            };
            match finish(&ask.site().db, ask.caller(), &rp, wanted, &answer, ask.clock().now()).await {
                Ok(signed) => Ok(Some(signed)),
                // Not in the log: nobody is to count what is done with a vault. Its person finds a receipt.
                Err(IdentityError::PasskeyRefused(_)) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }
        .boxed_local()
    }
}
