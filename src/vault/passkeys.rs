//! What a vault asks of whoever keeps people's passkeys. `identity` answers; this slice knows no account.

use actix_web::HttpResponse;
use futures_util::future::LocalBoxFuture;

use super::model::Input;
use crate::http::{Ask, Failure};
use crate::kernel::ids::PasskeyId;

/// For what a signature is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// That one more passkey opens the vault: any of the caller's but these, each asked with this input.
    Adding {
        /// What the authenticator is asked with.
        input: Input,
        /// Those that open it already.
        except: Vec<PasskeyId>,
    },
    /// Opening it: one of these, each asked with its input.
    Opening(Vec<(PasskeyId, Input)>),
}

/// For what an answer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// For [`Wanted::Adding`].
    Adding,
    /// For [`Wanted::Opening`].
    Opening,
}

/// What a browser sends back.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The token that the challenge came with.
    pub ceremony: &'a str,
    /// The credential as JSON.
    pub credential: &'a str,
}

/// A passkey of the caller's that signed the challenge it was asked with, after a PIN, a finger or a face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Which.
    pub passkey: PasskeyId,
    /// Its id at its authenticator.
    pub credential: Vec<u8>,
    /// What [`Wanted::Adding`] asked it with.
    pub input: Option<Input>,
}

/// People's passkeys, as far as a vault needs them.
pub trait Passkeys: Send + Sync {
    /// A challenge for the browser that asks, or in plain words why there is none.
    fn challenge<'a>(&'a self, ask: &'a Ask, wanted: Wanted) -> LocalBoxFuture<'a, Result<HttpResponse, Failure>>;

    /// Checks an answer, which uses its challenge up; `None` when it is not accepted.
    fn signed<'a>(
        &'a self,
        ask: &'a Ask,
        wanted: Use,
        sent: Sent<'a>,
    ) -> LocalBoxFuture<'a, Result<Option<Signed>, Failure>>;
}
