//! What a provider says about itself (OpenID Connect Discovery 1.0), and the keys that it signs with; both remembered for
//! a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::CoreJsonWebKeySet;
use serde::Deserialize;

use super::wire::{Wire, WireFault};
use crate::config::SsoSettings;

/// Keys are asked for again before their time when a token names one that we do not have, but not more often than this.
const KEYS_AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// Providers remembered at most.
const CAPACITY: usize = 256;

/// The part of a provider's metadata that we use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Who it says it is.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where a code becomes tokens.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where more about somebody can be read.
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// Methods of PKCE (RFC 7636).
    #[serde(default)]
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// How we may prove who we are at the token endpoint.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// With what it signs.
    #[serde(default)]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Whether it names itself in its answer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether it says when somebody signs out.
    #[serde(default)]
    pub backchannel_logout_supported: bool,
}

impl Metadata {
    /// Whether the client's name and secret go into a header rather than into the form.
    pub fn prefers_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }

    /// Whether it understands PKCE with S256, as far as it says.
    pub fn knows_pkce(&self) -> bool {
        let methods = self.code_challenge_methods_supported.as_deref();
        methods.is_some_and(|methods| methods.iter().any(|method| method == "S256"))
    }
}

/// Why a provider cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryFault {
    /// It could not be asked.
    #[error(transparent)]
    Wire(#[from] WireFault),
    /// It calls itself something else.
    #[error("the provider calls itself {says}, and the settings say {wanted}")]
    OtherIssuer {
        /// What it says.
        says: String,
        /// What is set.
        wanted: String,
    },
}

/// A provider that has introduced itself.
#[derive(Debug, Clone)]
pub struct Introduced {
    /// What it says about itself.
    pub metadata: Arc<Metadata>,
    /// The keys that it signs with.
    pub keys: Arc<CoreJsonWebKeySet>,
    since: Timestamp,
    keys_since: Timestamp,
}

/// The providers asked lately.
pub struct Directory {
    wire: Wire,
    lifetime: SignedDuration,
    known: Mutex<HashMap<String, Introduced>>,
}

impl Directory {
    /// Nobody asked yet.
    pub fn new(wire: Wire, settings: &SsoSettings) -> Self {
        let lifetime = SignedDuration::from_mins(i64::from(settings.cache_minutes));
        Self { wire, lifetime, known: Mutex::new(HashMap::new()) }
    }

    /// The client that asks.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// What `issuer` says about itself, from memory if that is fresh enough.
    ///
    /// # Errors
    /// [`DiscoveryFault`].
    pub async fn of(&self, issuer: &str, now: Timestamp) -> Result<Introduced, DiscoveryFault> {
        if let Some(known) = self.remembered(issuer).filter(|known| is_fresh(known.since, now, self.lifetime)) {
            return Ok(known);
        }
        self.ask(issuer, now).await
    }

    /// Asks `issuer` whatever is remembered.
    ///
    /// # Errors
    /// [`DiscoveryFault`].
    pub async fn ask(&self, issuer: &str, now: Timestamp) -> Result<Introduced, DiscoveryFault> {
        let metadata = self.metadata(issuer).await?;
        let keys = self.wire.get(&metadata.jwks_uri, None, "a set of keys").await?;
        let known = Introduced { metadata: Arc::new(metadata), keys: Arc::new(keys), since: now, keys_since: now };
        self.remember(issuer, known.clone());
        Ok(known)
    }

    /// The metadata alone, never from memory.
    ///
    /// # Errors
    /// [`DiscoveryFault`].
    pub async fn metadata(&self, issuer: &str) -> Result<Metadata, DiscoveryFault> {
        let metadata: Metadata = self.wire.get(&address(issuer), None, "OpenID metadata").await?;
        if metadata.issuer == issuer {
            Ok(metadata)
        } else {
            Err(DiscoveryFault::OtherIssuer { says: metadata.issuer, wanted: issuer.to_owned() })
        }
    }

    /// The provider with its keys asked for anew, unless they were a moment ago: it may have changed them.
    ///
    /// # Errors
    /// [`DiscoveryFault`].
    pub async fn with_new_keys(&self, known: Introduced, now: Timestamp) -> Result<Introduced, DiscoveryFault> {
        if is_fresh(known.keys_since, now, KEYS_AGAIN) {
            return Ok(known);
        }
        let keys = self.wire.get(&known.metadata.jwks_uri, None, "a set of keys").await?;
        let renewed = Introduced { keys: Arc::new(keys), keys_since: now, ..known };
        self.remember(&renewed.metadata.issuer.clone(), renewed.clone());
        Ok(renewed)
    }

    /// Forgets a provider, when its settings changed.
    pub fn forget(&self, issuer: &str) {
        self.locked().remove(issuer);
    }

    fn remembered(&self, issuer: &str) -> Option<Introduced> {
        self.locked().get(issuer).cloned()
    }

    fn remember(&self, issuer: &str, known: Introduced) {
        let mut all = self.locked();
        if all.len() >= CAPACITY {
            all.clear();
        }
        all.insert(issuer.to_owned(), known);
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Introduced>> {
        // A panic while the map was held leaves a valid map: entries go in and out whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(since: Timestamp, now: Timestamp, lifetime: SignedDuration) -> bool {
    now.duration_since(since).unsigned_abs() < lifetime.unsigned_abs()
}

/// Where an issuer introduces itself.
pub fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &str) -> Metadata {
        let mut value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        for field in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            value[field] = serde_json::json!("https://id.example.org");
        }
        serde_json::from_value(value).expect("metadata")
    }

    #[test]
    fn an_issuer_with_a_path_introduces_itself_below_it() {
        let wanted = "https://id.example.org/realms/fire/.well-known/openid-configuration";
        assert_eq!(address("https://id.example.org/realms/fire"), wanted);
        assert_eq!(address("https://id.example.org/realms/fire/"), wanted);
    }

    #[test]
    fn pkce_is_known_only_if_s256_is_named() {
        assert!(metadata(r#"{"code_challenge_methods_supported": ["plain", "S256"]}"#).knows_pkce());
        assert!(!metadata(r#"{"code_challenge_methods_supported": ["plain"]}"#).knows_pkce());
        assert!(!metadata("{}").knows_pkce());
    }

    #[test]
    fn a_client_proves_itself_in_the_header_unless_the_provider_wants_otherwise() {
        assert!(metadata("{}").prefers_basic());
        assert!(
            metadata(r#"{"token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]}"#)
                .prefers_basic()
        );
        assert!(!metadata(r#"{"token_endpoint_auth_methods_supported": ["client_secret_post"]}"#).prefers_basic());
    }
}
