//! What a provider signs: the identity token of a sign-in and the logout token of a sign-out.
//!
//! The signature, issuer, audience, nonce and times of an identity token are checked by `openidconnect`; what it leaves
//! to its callers (`azp`, `nbf`, the kind of signature) and logout tokens, which it does not know, are checked here.

use jiff::Timestamp;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm};
use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, JsonWebKey as _, JsonWebKeyId, JsonWebKeyUse as _, Nonce,
    SignatureVerificationError,
};
use serde_json::{Map, Value};

/// Signatures by which a provider can be known: none with a shared secret, none without a key, nothing on SHA-1.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// The event that makes a token a logout token (OpenID Connect Back-Channel Logout 1.0).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A token that was just asked for is not older than this (seconds).
const OLDEST: i64 = 600;

/// Bytes of a token that we look at.
const LONGEST: usize = 64 * 1024;

/// What is wrong with a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It is no token, or lacks what it must have.
    #[error("the provider's token cannot be read: {0}")]
    Malformed(String),
    /// It was signed with a key that the provider does not publish (any more, or yet).
    #[error("the provider's token is signed with a key that it does not publish")]
    UnknownKey,
    /// The signature is not the provider's.
    #[error("the signature of the provider's token is not right: {0}")]
    Signature(String),
    /// It was made by another issuer.
    #[error("the token is from another issuer: {0}")]
    Issuer(String),
    /// It was made for another client.
    #[error("the token was made for another application: {0}")]
    Audience(String),
    /// It belongs to another sign-in.
    #[error("the token belongs to another sign-in")]
    Nonce,
    /// It is too old, or from the future: somebody's clock is wrong.
    #[error("the token's times are not right, so the provider's clock or this server's is wrong: {0}")]
    Time(String),
}

/// Who made a token, for whom, and when it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// The provider's keys.
    pub keys: &'a CoreJsonWebKeySet,
    /// Now.
    pub now: Timestamp,
    /// How far the provider's clock may be off (seconds).
    pub leeway_s: u32,
}

impl Expected<'_> {
    fn leeway(&self) -> i64 {
        i64::from(self.leeway_s)
    }

    fn issued(&self, at: i64) -> Result<(), String> {
        let off = at - self.now.as_second();
        if off > self.leeway() {
            return Err(format!("it is from {off} s in the future"));
        }
        if off < -(OLDEST + self.leeway()) {
            return Err(format!("it is {} s old", -off));
        }
        Ok(())
    }
}

/// The claims of an identity token that is what it should be.
///
/// # Errors
/// [`TokenFault`].
pub fn identity(raw: &str, expected: Expected<'_>, nonce: &str) -> Result<Map<String, Value>, TokenFault> {
    if raw.len() > LONGEST {
        return Err(TokenFault::Malformed("it is too long".to_owned()));
    }
    let token: CoreIdToken =
        raw.parse().map_err(|error: serde_json::Error| TokenFault::Malformed(error.to_string()))?;
    let issuer = IssuerUrl::new(expected.issuer.to_owned()).map_err(|error| TokenFault::Issuer(error.to_string()))?;
    let client = ClientId::new(expected.client_id.to_owned());
    // A provider whose clock is a little behind must not make a token that has just ended by ours.
    let seen_at = expected.now.as_second() - expected.leeway();
    let seen_at = chrono::DateTime::from_timestamp(seen_at, 0).unwrap_or_default();
    let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, expected.keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || seen_at)
        .set_issue_time_verifier_fn(move |at| expected.issued(at.timestamp()));
    token.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(fault)?;
    let claims = payload(raw)?;
    // Core 1.0, 3.1.3.7: the authorised party, where one is named, is us.
    if let Some(party) = claims.get("azp")
        && party.as_str() != Some(expected.client_id)
    {
        return Err(TokenFault::Audience("azp names another".to_owned()));
    }
    not_before(&claims, expected)?;
    Ok(claims)
}

fn fault(error: ClaimsVerificationError) -> TokenFault {
    use ClaimsVerificationError as E;
    match error {
        E::Expired(why) => TokenFault::Time(why),
        E::InvalidAudience(why) => TokenFault::Audience(why),
        E::InvalidIssuer(why) => TokenFault::Issuer(why),
        E::InvalidNonce(_) => TokenFault::Nonce,
        E::SignatureVerification(SignatureVerificationError::NoMatchingKey) => TokenFault::UnknownKey,
        E::SignatureVerification(why) => TokenFault::Signature(why.to_string()),
        other => TokenFault::Malformed(other.to_string()),
    }
}

/// Whose session ends, by a logout token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    /// The provider's name for the person.
    pub subject: Option<String>,
    /// The provider's session.
    pub sid: Option<String>,
    /// The token's own id: it counts once.
    pub jti: String,
}

/// What a logout token says, if it is what it should be (Back-Channel Logout 1.0, section 2.6).
///
/// # Errors
/// [`TokenFault`].
pub fn logout(raw: &str, expected: Expected<'_>) -> Result<Logout, TokenFault> {
    let malformed = |why: &str| TokenFault::Malformed(why.to_owned());
    signed(raw, expected.keys)?;
    let claims = payload(raw)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if text("iss") != Some(expected.issuer) {
        return Err(TokenFault::Issuer("iss is not the provider's".to_owned()));
    }
    let for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == expected.client_id,
        Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(expected.client_id)),
        _ => false,
    };
    if !for_us {
        return Err(TokenFault::Audience("aud does not name us".to_owned()));
    }
    let issued = claims.get("iat").and_then(Value::as_i64).ok_or_else(|| malformed("iat is missing"))?;
    expected.issued(issued).map_err(TokenFault::Time)?;
    if let Some(end) = claims.get("exp") {
        let end = end.as_i64().ok_or_else(|| malformed("exp is not a number"))?;
        if end <= expected.now.as_second() - expected.leeway() {
            return Err(TokenFault::Time("it has ended".to_owned()));
        }
    }
    not_before(&claims, expected)?;
    let event = claims.get("events").and_then(|events| events.get(LOGOUT_EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(malformed("it is not about a sign-out"));
    }
    // An identity token must never pass for a logout token.
    if claims.contains_key("nonce") {
        return Err(malformed("it has a nonce, so it belongs to a sign-in"));
    }
    let (subject, sid) = (text("sub").map(str::to_owned), text("sid").map(str::to_owned));
    if subject.is_none() && sid.is_none() {
        return Err(malformed("it names neither a person nor a session"));
    }
    let jti = text("jti").filter(|jti| jti.len() <= 300).ok_or_else(|| malformed("jti is missing"))?.to_owned();
    Ok(Logout { subject, sid, jti })
}

#[derive(serde::Deserialize)]
struct Header {
    alg: Algorithm,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// Checks the signature of a compact JWS by one of `keys`.
fn signed(raw: &str, keys: &CoreJsonWebKeySet) -> Result<(), TokenFault> {
    let malformed = |why: &str| TokenFault::Malformed(why.to_owned());
    if raw.len() > LONGEST {
        return Err(malformed("it is too long"));
    }
    let (message, signature) = raw.rsplit_once('.').ok_or_else(|| malformed("it has no signature"))?;
    let head = message.split_once('.').map(|(head, _body)| head).ok_or_else(|| malformed("it has no header"))?;
    let header: Header = serde_json::from_slice(&decoded(head)?).map_err(|error| malformed(&error.to_string()))?;
    if header.crit.is_some() {
        return Err(malformed("it asks for an extension that is not known here"));
    }
    if !ALGORITHMS.contains(&header.alg) {
        return Err(TokenFault::Signature("this kind of signature is not accepted".to_owned()));
    }
    let kid = header.kid.map(JsonWebKeyId::new);
    let fits = |key: &&openidconnect::core::CoreJsonWebKey| {
        let named = kid.as_ref().is_none_or(|kid| key.key_id() == Some(kid));
        named && key.key_use().is_none_or(|usage| usage.allows_signature())
    };
    let mut candidates = keys.keys().iter().filter(fits).peekable();
    if candidates.peek().is_none() {
        return Err(TokenFault::UnknownKey);
    }
    let signature = decoded(signature)?;
    let good = candidates.any(|key| key.verify_signature(&header.alg, message.as_bytes(), &signature).is_ok());
    if good { Ok(()) } else { Err(TokenFault::Signature("no key of the provider's made it".to_owned())) }
}

fn not_before(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), TokenFault> {
    match claims.get("nbf").map(Value::as_i64) {
        Some(Some(from)) if from > expected.now.as_second() + expected.leeway() => {
            Err(TokenFault::Time("it is not valid yet".to_owned()))
        }
        Some(None) => Err(TokenFault::Malformed("nbf is not a whole number".to_owned())),
        _ => Ok(()),
    }
}

fn payload(raw: &str) -> Result<Map<String, Value>, TokenFault> {
    let body = raw.split('.').nth(1).ok_or_else(|| TokenFault::Malformed("it has no body".to_owned()))?;
    serde_json::from_slice(&decoded(body)?).map_err(|error| TokenFault::Malformed(error.to_string()))
}

fn decoded(text: &str) -> Result<Vec<u8>, TokenFault> {
    data_encoding::BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|error| TokenFault::Malformed(format!("it is not base64url: {error}")))
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
