//! To the provider and back: what a sign-in asks, and what is made of the answer.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::admit::{Arrival, Outcome};
use super::attempt::{Attempt, Wish};
use super::discovery::{Directory, Introduced};
use super::error::{Refusal, SsoError};
use super::model::{Claims, Provider};
use super::tokens::{self, Expected, TokenFault};
use super::wire::Wire;
use super::{claims, link_store, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::config::{SessionSettings, SsoSettings};
use crate::crypto::{Keyring, same};
use crate::db::Db;
use crate::identity::IdentityError;
use crate::identity::doors::Offer;
use crate::identity::factor_door::{self, Admission};
use crate::identity::sessions::Origin;
use crate::kernel::ids::{OrganisationId, PersonId, SsoProviderId};
use crate::kernel::secret::Secret;

/// What the program keeps to speak with providers: one for all requests.
pub struct Federation {
    pub(super) directory: Directory,
    pub(super) settings: SsoSettings,
}

impl Federation {
    /// By these settings; nobody has been asked yet.
    pub fn new(settings: &SsoSettings) -> Self {
        Self { directory: Directory::new(Wire::new(settings), settings), settings: settings.clone() }
    }
}

/// What a sign-in with a provider needs.
pub struct Door<'a> {
    /// The door to the data.
    pub db: &'a Db,
    /// The appliance's keys.
    pub keys: &'a Arc<Keyring>,
    /// How to speak with providers.
    pub federation: &'a Federation,
    /// How long sessions last.
    pub sessions: &'a SessionSettings,
}

/// What came back with the browser.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub(super) code: String,
    pub(super) state: String,
    pub(super) iss: Option<String>,
    pub(super) error: Option<String>,
}

/// How a sign-in ended well.
pub enum Arrived {
    /// Let in, as far as it goes.
    In(Admission, PersonId),
    /// Linked, and signed in as before.
    Linked(PersonId),
    /// It is still them.
    Proven(PersonId),
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    access_token: Option<Secret<String>>,
}

/// With what a client secret is sealed: its purpose and its row.
pub(super) fn secret_context(organisation: OrganisationId, provider: SsoProviderId) -> Vec<u8> {
    [organisation.0.as_bytes().as_slice(), provider.0.as_bytes()].concat()
}

/// The purpose of a sealed client secret.
pub(super) const SECRET: &str = "sso.client-secret";

impl Door<'_> {
    /// Begins a sign-in: where to send the browser, and what it is to keep meanwhile.
    ///
    /// # Errors
    /// [`SsoError::Discovery`] when the provider does not introduce itself; the console shows it then.
    pub async fn begin(
        &self,
        offer: &Offer,
        next: &str,
        wish: Wish,
        redirect: &str,
        now: Timestamp,
    ) -> Result<(String, Attempt), SsoError> {
        let provider = self.provider(offer.organisation, offer.provider).await?;
        let outcome = async {
            let known = self.federation.directory.of(&provider.settings.issuer, now).await?;
            let attempt = Attempt::new(offer.organisation, offer.provider, next, wish, now)?;
            let address = self.authorisation(&provider, &known, &attempt, redirect)?;
            Ok((address, attempt))
        };
        match outcome.await {
            Err(error) => Err(self.noted(offer.organisation, &provider, error, now).await),
            good => good,
        }
    }

    fn authorisation(
        &self,
        provider: &Provider,
        known: &Introduced,
        attempt: &Attempt,
        redirect: &str,
    ) -> Result<String, SsoError> {
        let mut url = self.federation.directory.wire().check(&known.metadata.authorization_endpoint)?;
        let scope = format!("openid {}", provider.settings.scopes);
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.settings.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", scope.trim())
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        if attempt.proves {
            // That they are signed in there proves nothing about this moment.
            url.query_pairs_mut().append_pair("prompt", "login").append_pair("max_age", "0");
        }
        Ok(url.into())
    }

    /// Finishes a sign-in with what came back.
    ///
    /// # Errors
    /// [`SsoError::StartAgain`] when it belongs to no sign-in of this browser's; [`SsoError::MixedUp`] when another
    /// issuer answers; [`SsoError::Said`], [`SsoError::Wire`], [`SsoError::Token`] when the provider does not vouch for
    /// them as it should; [`SsoError::Refused`] when they are not let in.
    pub async fn finish(
        &self,
        attempt: Option<Attempt>,
        (provider, answer): (SsoProviderId, Answer),
        redirect: &str,
        from: &Origin,
        now: Timestamp,
    ) -> Result<Arrived, SsoError> {
        let attempt = attempt.filter(|attempt| attempt.provider == provider).ok_or(SsoError::StartAgain)?;
        if !same(attempt.state.as_bytes(), answer.state.as_bytes()) {
            return Err(SsoError::StartAgain);
        }
        let provider = self.provider(attempt.organisation, attempt.provider).await?;
        let outcome = match self.prove(&provider, &attempt, &answer, redirect, now).await {
            Ok(claims) if attempt.proves => self.prove_again(&provider, &attempt, &claims, from, now).await,
            Ok(claims) => self.admit(&provider, &attempt, claims, from, now).await,
            Err(error) => Err(error),
        };
        match outcome {
            Err(error) => Err(self.noted(attempt.organisation, &provider, error, now).await),
            good => good,
        }
    }

    /// What the provider proves about whoever came back.
    async fn prove(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        answer: &Answer,
        redirect: &str,
        now: Timestamp,
    ) -> Result<Claims, SsoError> {
        let directory = &self.federation.directory;
        let known = directory.of(&provider.settings.issuer, now).await?;
        match &answer.iss {
            Some(iss) if *iss != provider.settings.issuer => return Err(SsoError::MixedUp),
            None if known.metadata.authorization_response_iss_parameter_supported => return Err(SsoError::MixedUp),
            _ => {}
        }
        if let Some(error) = &answer.error {
            return Err(SsoError::Said(plain(error)));
        }
        let tokens = self.redeem(provider, &known, attempt, &answer.code, redirect).await?;
        let raw = tokens
            .id_token
            .ok_or_else(|| TokenFault::Malformed("there is none in the provider's answer".to_owned()))?;
        let mut said = match self.read(&raw, provider, &known, attempt, now) {
            Err(TokenFault::UnknownKey) => {
                let renewed = directory.with_new_keys(known.clone(), now).await?;
                self.read(&raw, provider, &renewed, attempt, now)?
            }
            other => other?,
        };
        // How and when somebody signed in there counts only as it was signed.
        let signed = claims::read(&said, "");
        let group_claim = &provider.settings.group_claim;
        if claims::lacks(&said, group_claim)
            && let (Some(address), Some(token)) = (&known.metadata.userinfo_endpoint, &tokens.access_token)
        {
            let more: Map<String, Value> = directory.wire().get(address, Some(token), "user information").await?;
            // Core 1.0, 5.3.2: what is said about somebody else must not be used.
            if more.get("sub") != said.get("sub") {
                return Err(TokenFault::Malformed("user information about somebody else".to_owned()).into());
            }
            claims::complete(&mut said, more);
        }
        let Claims { contexts, auth_time, .. } = signed;
        let claims = Claims { contexts, auth_time, ..claims::read(&said, group_claim) };
        if claims.subject.is_empty() || claims.subject.len() > 255 {
            return Err(TokenFault::Malformed("it names nobody".to_owned()).into());
        }
        Ok(claims)
    }

    fn read(
        &self,
        raw: &str,
        provider: &Provider,
        known: &Introduced,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Map<String, Value>, TokenFault> {
        tokens::identity(raw, self.expected(provider, known, now), &attempt.nonce)
    }

    pub(super) fn expected<'a>(&self, provider: &'a Provider, known: &'a Introduced, now: Timestamp) -> Expected<'a> {
        Expected {
            issuer: &provider.settings.issuer,
            client_id: &provider.settings.client_id,
            keys: &known.keys,
            now,
            leeway_s: self.federation.settings.leeway_s,
        }
    }

    async fn redeem(
        &self,
        provider: &Provider,
        known: &Introduced,
        attempt: &Attempt,
        code: &str,
        redirect: &str,
    ) -> Result<TokenAnswer, SsoError> {
        let secret = self.secret(attempt.organisation, provider)?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", attempt.verifier.as_str()),
        ];
        Ok(post_as(self.federation.directory.wire(), provider, known, &fields, secret.as_ref()).await?)
    }

    pub(super) fn secret(
        &self,
        organisation: OrganisationId,
        provider: &Provider,
    ) -> Result<Option<Secret<String>>, SsoError> {
        let Some(sealed) = &provider.sealed_secret else { return Ok(None) };
        let context = secret_context(organisation, provider.id);
        let plain = self.keys.unseal(SECRET, &context, sealed).ok_or(SsoError::SecretLost)?;
        String::from_utf8(plain).map(|text| Some(Secret::new(text))).map_err(|_no_text| SsoError::SecretLost)
    }

    async fn admit(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        claims: Claims,
        from: &Origin,
        now: Timestamp,
    ) -> Result<Arrived, SsoError> {
        let caller = Caller::system(SystemName::Sso, attempt.organisation);
        let (provider, asks, arrives_from, keys) =
            (provider.clone(), attempt.person, from.clone(), Arc::clone(self.keys));
        let outcome = self
            .db
            .write(&caller, move |tx| {
                let arrival = Arrival { provider: &provider, claims: &claims, asks, from: &arrives_from, now };
                arrival.admit(tx, &keys)
            })
            .await?;
        match outcome {
            // The link stands from here on. Whether it opens a session is the door's to say, as after a password.
            Outcome::In(vouched) => {
                let from = from.clone();
                let organisation = attempt.organisation;
                let door = factor_door::after_provider(self.db, organisation, vouched, from, self.sessions, now);
                match door.await {
                    Ok(admission) => Ok(Arrived::In(admission, vouched.person)),
                    Err(IdentityError::Refused) => Err(SsoError::Refused(Refusal::Closed)),
                    Err(error) => Err(error.into()),
                }
            }
            Outcome::Linked(person) => Ok(Arrived::Linked(person)),
            Outcome::Refused(refusal) => Err(SsoError::Refused(refusal)),
        }
    }

    /// Whether it is still who began: by their link, and a sign-in there that is younger than the attempt.
    async fn prove_again(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        claims: &Claims,
        from: &Origin,
        now: Timestamp,
    ) -> Result<Arrived, SsoError> {
        let since = attempt.begun_at() - i64::from(self.federation.settings.leeway_s);
        if claims.auth_time.is_none_or(|signed_in| signed_in < since) {
            return Err(TokenFault::Time("it does not say that they signed in just now (auth_time)".to_owned()).into());
        }
        let caller = Caller::system(SystemName::Sso, attempt.organisation);
        let (issuer, label) = (provider.settings.issuer.clone(), provider.settings.label.clone());
        let (subject, asks, from) = (claims.subject.clone(), attempt.person, from.clone());
        let proven = self
            .db
            .write(&caller, move |tx| {
                let linked = link_store::linked(tx, &issuer, &subject)?.map(|(person, _way)| person);
                if linked.is_some() && linked == asks {
                    return Ok::<_, SsoError>(linked);
                }
                let mut entry = Entry::new("session.step-up-refused").on("session", "").from(from.address);
                if let Some(person) = asks {
                    entry = entry.about(person);
                }
                audit::record(tx, now, entry.noting("provider", label))?;
                Ok(None)
            })
            .await?;
        proven.map(Arrived::Proven).ok_or(SsoError::Refused(Refusal::SomebodyElse))
    }

    /// A provider that is switched on.
    pub(super) async fn provider(&self, organisation: OrganisationId, id: SsoProviderId) -> Result<Provider, SsoError> {
        let caller = Caller::system(SystemName::Sso, organisation);
        let found = self.db.read(&caller, move |tx| Ok::<_, SsoError>(store::provider(tx, id)?)).await?;
        found.filter(|provider| provider.enabled).ok_or(SsoError::StartAgain)
    }

    /// Notes the failure where the console shows it, if it is the provider's; hands it on.
    async fn noted(
        &self,
        organisation: OrganisationId,
        provider: &Provider,
        error: SsoError,
        now: Timestamp,
    ) -> SsoError {
        if !error.is_the_providers() {
            return error;
        }
        tracing::warn!(provider = %provider.id, %error, "a sign-in with a provider failed on its side");
        let (caller, provider, why) =
            (Caller::system(SystemName::Sso, organisation), provider.clone(), error.to_string());
        let noted = self.db.write(&caller, move |tx| Ok::<_, SsoError>(store::failed(tx, &provider, &why, now)?)).await;
        if let Err(error) = noted {
            tracing::error!(%error, "the failure could not be noted");
        }
        error
    }
}

/// Posts to the token endpoint as the provider's client, in the way that it prefers.
pub(super) async fn post_as<T: serde::de::DeserializeOwned>(
    wire: &Wire,
    provider: &Provider,
    known: &Introduced,
    fields: &[(&str, &str)],
    secret: Option<&Secret<String>>,
) -> Result<T, super::wire::WireFault> {
    let client_id = provider.settings.client_id.as_str();
    let address = &known.metadata.token_endpoint;
    match secret {
        Some(secret) if known.metadata.prefers_basic() => {
            wire.post(address, fields, Some((client_id, secret)), "tokens").await
        }
        secret => {
            let mut fields = fields.to_vec();
            fields.push(("client_id", client_id));
            fields.extend(secret.map(|secret| ("client_secret", secret.expose().as_str())));
            wire.post(address, &fields, None, "tokens").await
        }
    }
}

/// A provider's error code, if it is one of the short words that RFC 6749 allows.
fn plain(code: &str) -> String {
    let good =
        !code.is_empty() && code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if good { code.to_owned() } else { "an error".to_owned() }
}
