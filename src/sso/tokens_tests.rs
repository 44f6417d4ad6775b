use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;

use super::*;

const ISSUER: &str = "https://id.example.org";
const CLIENT: &str = "watchroom";
const NONCE: &str = "a nonce";

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().expect("a time")
}

fn encode(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn published(kid: &str, key: &SigningKey) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": encode(key.verifying_key().as_bytes())})
}

fn keys() -> CoreJsonWebKeySet {
    serde_json::from_value(json!({"keys": [published("one", &key(1)), published("two", &key(2))]})).expect("keys")
}

fn sign(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let message = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let signature = key.sign(message.as_bytes()).to_bytes();
    format!("{message}.{}", encode(&signature))
}

fn with(mut claims: Value, change: &[(&str, Value)]) -> Value {
    for (name, value) in change {
        match value {
            Value::Null => drop(claims.as_object_mut().expect("an object").remove(*name)),
            value => claims[*name] = value.clone(),
        }
    }
    claims
}

fn id_claims() -> Value {
    let at = now().as_second();
    json!({"iss": ISSUER, "aud": CLIENT, "sub": "jo", "nonce": NONCE, "iat": at, "exp": at + 300, "groups": ["a"]})
}

fn identity_of(claims: &Value) -> Result<Map<String, Value>, TokenFault> {
    let keys = keys();
    let raw = sign(&json!({"alg": "EdDSA", "kid": "one"}), claims, &key(1));
    identity(&raw, expected(&keys), NONCE)
}

fn expected(keys: &CoreJsonWebKeySet) -> Expected<'_> {
    Expected { issuer: ISSUER, client_id: CLIENT, keys, now: now(), leeway_s: 60 }
}

#[test]
fn a_good_token_gives_its_claims() {
    let claims = identity_of(&id_claims()).expect("good");
    assert_eq!(claims["sub"], "jo");
    assert_eq!(claims["groups"], json!(["a"]));
}

#[test]
fn a_token_for_or_from_somebody_else_is_refused() {
    let refused = |name: &str, value: Value| identity_of(&with(id_claims(), &[(name, value)])).expect_err("refused");
    assert!(matches!(refused("iss", json!("https://evil.example.org")), TokenFault::Issuer(_)));
    assert!(matches!(refused("iss", json!("https://id.example.org/")), TokenFault::Issuer(_)));
    assert!(matches!(refused("aud", json!("another")), TokenFault::Audience(_)));
    assert!(matches!(refused("aud", json!([CLIENT, "another"])), TokenFault::Audience(_)));
    assert!(matches!(refused("azp", json!("another")), TokenFault::Audience(_)));
    assert!(matches!(refused("nonce", json!("another")), TokenFault::Nonce));
    assert!(matches!(refused("nonce", Value::Null), TokenFault::Nonce));
}

#[test]
fn times_have_a_small_leeway_and_no_more() {
    let at = now().as_second();
    let outcome = |changes: &[(&str, Value)]| identity_of(&with(id_claims(), changes));
    for good in
        [[("exp", json!(at - 30))], [("iat", json!(at + 30))], [("nbf", json!(at + 30))], [("iat", json!(at - 600))]]
    {
        assert!(outcome(&good).is_ok(), "{good:?}: {:?}", outcome(&good));
    }
    for bad in
        [[("exp", json!(at - 61))], [("iat", json!(at + 61))], [("nbf", json!(at + 61))], [("iat", json!(at - 700))]]
    {
        assert!(matches!(outcome(&bad), Err(TokenFault::Time(_))), "{bad:?}: {:?}", outcome(&bad));
    }
}

#[test]
fn a_signature_that_is_not_the_providers_is_refused() {
    let keys = keys();
    let check = |header: &Value, key: &SigningKey| identity(&sign(header, &id_claims(), key), expected(&keys), NONCE);
    assert!(matches!(check(&json!({"alg": "EdDSA", "kid": "one"}), &key(2)), Err(TokenFault::Signature(_))));
    assert!(matches!(check(&json!({"alg": "EdDSA", "kid": "three"}), &key(1)), Err(TokenFault::UnknownKey)));
    assert!(matches!(check(&json!({"alg": "HS256", "kid": "one"}), &key(1)), Err(TokenFault::Signature(_))));
    for alg in ["none", "nonsense", "RS1"] {
        assert!(check(&json!({"alg": alg, "kid": "one"}), &key(1)).is_err(), "{alg}");
    }
    let unsigned = format!("{}.{}.", encode(br#"{"alg":"none"}"#), encode(id_claims().to_string().as_bytes()));
    assert!(identity(&unsigned, expected(&keys), NONCE).is_err());
}

#[test]
fn a_public_key_does_not_pass_for_a_shared_secret() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let keys = keys();
    let message =
        format!("{}.{}", encode(br#"{"alg":"HS256","kid":"one"}"#), encode(id_claims().to_string().as_bytes()));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key(1).verifying_key().as_bytes()).expect("a key");
    mac.update(message.as_bytes());
    let raw = format!("{message}.{}", encode(&mac.finalize().into_bytes()));
    assert!(identity(&raw, expected(&keys), NONCE).is_err());
}

#[test]
fn a_key_that_the_token_brings_along_is_not_believed() {
    let keys = keys();
    let brought = published("one", &key(3));
    for header in [
        json!({"alg": "EdDSA", "jwk": brought}),
        json!({"alg": "EdDSA", "kid": "one", "jwk": brought}),
        json!({"alg": "EdDSA", "kid": "one", "jku": "https://evil.example.org/keys"}),
        json!({"alg": "EdDSA", "kid": "one", "x5u": "https://evil.example.org/chain.pem"}),
    ] {
        assert!(identity(&sign(&header, &id_claims(), &key(3)), expected(&keys), NONCE).is_err(), "{header}");
        assert!(logout(&sign(&header, &logout_claims(), &key(3)), expected(&keys)).is_err(), "{header}");
    }
}

fn logout_claims() -> Value {
    let at = now().as_second();
    json!({"iss": ISSUER, "aud": [CLIENT], "sub": "jo", "sid": "s1", "iat": at, "exp": at + 120, "jti": "j1",
        "events": {LOGOUT_EVENT: {}}})
}

fn logout_of(claims: &Value) -> Result<Logout, TokenFault> {
    let keys = keys();
    let raw = sign(&json!({"alg": "EdDSA", "kid": "two", "typ": "logout+jwt"}), claims, &key(2));
    logout(&raw, expected(&keys))
}

#[test]
fn a_good_logout_token_names_whose_session_ends() {
    let wanted = Logout { subject: Some("jo".to_owned()), sid: Some("s1".to_owned()), jti: "j1".to_owned() };
    assert_eq!(logout_of(&logout_claims()), Ok(wanted));
    assert!(logout_of(&with(logout_claims(), &[("sub", Value::Null)])).is_ok());
    assert!(logout_of(&with(logout_claims(), &[("sid", Value::Null)])).is_ok());
}

#[test]
fn a_logout_token_that_lacks_something_is_refused() {
    let at = now().as_second();
    for change in [
        vec![("iss", json!("https://evil.example.org"))],
        vec![("aud", json!("another"))],
        vec![("aud", Value::Null)],
        vec![("iat", Value::Null)],
        vec![("iat", json!(at + 61))],
        vec![("iat", json!(at - 700))],
        vec![("exp", json!(at - 61))],
        vec![("jti", Value::Null)],
        vec![("jti", json!(""))],
        vec![("events", Value::Null)],
        vec![("events", json!({LOGOUT_EVENT: "yes"}))],
        vec![("events", json!({"http://schemas.example.org/other": {}}))],
        vec![("nonce", json!(NONCE))],
        vec![("sub", Value::Null), ("sid", Value::Null)],
    ] {
        assert!(logout_of(&with(logout_claims(), &change)).is_err(), "{change:?}");
    }
}

#[test]
fn a_logout_token_is_believed_only_with_the_providers_signature() {
    let keys = keys();
    let check = |header: Value, key: &SigningKey| logout(&sign(&header, &logout_claims(), key), expected(&keys));
    assert!(check(json!({"alg": "EdDSA"}), &key(2)).is_ok(), "without a kid every key is tried");
    assert!(matches!(check(json!({"alg": "EdDSA"}), &key(3)), Err(TokenFault::Signature(_))));
    assert!(matches!(check(json!({"alg": "EdDSA", "kid": "one"}), &key(2)), Err(TokenFault::Signature(_))));
    assert!(matches!(check(json!({"alg": "EdDSA", "kid": "x"}), &key(2)), Err(TokenFault::UnknownKey)));
    assert!(matches!(check(json!({"alg": "HS256", "kid": "two"}), &key(2)), Err(TokenFault::Signature(_))));
    assert!(check(json!({"alg": "EdDSA", "kid": "two", "crit": ["x"]}), &key(2)).is_err());
    for nonsense in ["", ".", "..", "a.b", "a.b.c", &"x".repeat(100_000)] {
        assert!(logout(nonsense, expected(&keys)).is_err());
    }
}
