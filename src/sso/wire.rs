//! The one way from here to a provider: HTTPS, no redirect followed, a time limit, a size limit.
//!
//! Knows nothing of OpenID. What an address answers is handed on as JSON or as a fault that an administrator can act on;
//! the body of an answer is never shown, so that this is no way to read what stands behind the firewall.

use std::net::IpAddr;

use jiff::Timestamp;
use reqwest::{Certificate, Client, Method, Url, redirect};
use serde::de::DeserializeOwned;

use crate::config::SsoSettings;
use crate::kernel::secret::Secret;

/// Why a provider's answer could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireFault {
    /// Not an address, or not one that may be asked.
    #[error("{0} is not an https:// address")]
    Address(String),
    /// The client could not be built: the file of authorities, most likely.
    #[error("no connection can be made: {0}")]
    Unready(String),
    /// Nobody answered in time.
    #[error("{host} did not answer within {seconds} s")]
    Slow {
        /// Who was asked.
        host: String,
        /// For how long.
        seconds: u32,
    },
    /// No connection, or no trust.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// What the system said.
        why: String,
    },
    /// The certificate is not one that we trust.
    #[error("the certificate of {host} is not trusted: {why}")]
    Untrusted {
        /// Who was asked.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// More bytes than allowed.
    #[error("{host} answered with more than {kib} KiB")]
    TooLarge {
        /// Who was asked.
        host: String,
        /// The limit.
        kib: u32,
    },
    /// A status that is not 200.
    #[error("{host} answered with status {status}{}", reason(.code))]
    Status {
        /// Who was asked.
        host: String,
        /// The status.
        status: u16,
        /// The error code of OAuth (RFC 6749), if the answer had one.
        code: Option<String>,
    },
    /// The body is not what was asked for.
    #[error("{host} answered with something that is not {what}")]
    Nonsense {
        /// Who was asked.
        host: String,
        /// What was expected.
        what: &'static str,
    },
}

fn reason(code: &Option<String>) -> String {
    code.as_ref().map_or_else(String::new, |code| format!(" ({code})"))
}

/// Whether an address may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Usable {
    /// It may.
    Yes,
    /// It may not; the sentence says why.
    No(String),
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Wire {
    client: Result<Client, String>,
    settings: SsoSettings,
}

impl Wire {
    /// A client by these settings. What is wrong with them shows when a provider is asked, not at start: passwords
    /// must go on working.
    pub fn new(settings: &SsoSettings) -> Self {
        Self { client: client(settings), settings: settings.clone() }
    }

    /// Reads JSON from `address`; with `bearer`, in somebody's name.
    ///
    /// # Errors
    /// [`WireFault`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        address: &str,
        bearer: Option<&Secret<String>>,
        what: &'static str,
    ) -> Result<T, WireFault> {
        let url = self.check(address)?;
        let mut request = self.client()?.request(Method::GET, url.clone());
        if let Some(token) = bearer {
            request = request.bearer_auth(token.expose());
        }
        self.send(&url, request, what).await
    }

    /// Posts a form to `address`; with `basic`, as that client.
    ///
    /// # Errors
    /// [`WireFault`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        basic: Option<(&str, &Secret<String>)>,
        what: &'static str,
    ) -> Result<T, WireFault> {
        let url = self.check(address)?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self
            .client()?
            .request(Method::POST, url.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        if let Some((user, password)) = basic {
            // RFC 6749, 2.3.1: both parts are form-encoded first.
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request = request.basic_auth(encode(user), Some(encode(password.expose())));
        }
        self.send(&url, request, what).await
    }

    /// Whether `address` may be asked at all.
    pub fn usable(&self, address: &str) -> Usable {
        match self.check(address) {
            Ok(_url) => Usable::Yes,
            Err(_not) => Usable::No("Enter an address that begins with https://.".to_owned()),
        }
    }

    /// How far the clock of whoever answers at `address` is ahead of `now`, in seconds; `None` when it does not say.
    ///
    /// # Errors
    /// [`WireFault`].
    pub async fn clock(&self, address: &str, now: Timestamp) -> Result<Option<i64>, WireFault> {
        let url = self.check(address)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = self.client()?.request(Method::GET, url);
        let answer = request.send().await.map_err(|error| self.fault(&host, &error))?;
        let date = answer.headers().get("date").and_then(|value| value.to_str().ok());
        let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        Ok(theirs.map(|theirs| theirs.timestamp().as_second() - now.as_second()))
    }

    fn client(&self) -> Result<&Client, WireFault> {
        self.client.as_ref().map_err(|why| WireFault::Unready(why.clone()))
    }

    /// `address` as one that may be asked: HTTPS, or this very host where the operator allowed it.
    pub(super) fn check(&self, address: &str) -> Result<Url, WireFault> {
        usable(address, self.settings.allow_loopback_http).ok_or_else(|| WireFault::Address(shortened(address)))
    }

    async fn send<T: DeserializeOwned>(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
        what: &'static str,
    ) -> Result<T, WireFault> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = request.header("accept", "application/json");
        let mut answer = request.send().await.map_err(|error| self.fault(&host, &error))?;
        let (status, limit) = (answer.status(), self.settings.answer_bytes());
        let too_large = || WireFault::TooLarge { host: host.clone(), kib: self.settings.answer_kib };
        if answer.content_length().is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > limit)) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.fault(&host, &error))? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        if status.as_u16() != 200 {
            return Err(WireFault::Status { host, status: status.as_u16(), code: oauth_code(&body) });
        }
        serde_json::from_slice(&body).map_err(|error| {
            tracing::debug!(%error, host, "a provider's answer could not be read");
            WireFault::Nonsense { host, what }
        })
    }

    fn fault(&self, host: &str, error: &reqwest::Error) -> WireFault {
        let host = host.to_owned();
        if error.is_timeout() {
            return WireFault::Slow { host, seconds: self.settings.timeout_s };
        }
        let why = innermost(error);
        if why.contains("certificate") || why.contains("UnknownIssuer") {
            WireFault::Untrusted { host, why }
        } else {
            WireFault::Unreachable { host, why }
        }
    }
}

fn client(settings: &SsoSettings) -> Result<Client, String> {
    // The whole program uses one provider of cryptography; whoever is first installs it.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(settings.timeout())
        .connect_timeout(settings.timeout())
        .pool_max_idle_per_host(2)
        .referer(false)
        .user_agent("Watchroom");
    if let Some(path) = &settings.extra_ca_file {
        let text = std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let authorities = Certificate::from_pem_bundle(&text)
            .ok()
            .filter(|found| !found.is_empty())
            .ok_or_else(|| format!("{} holds no certificate in PEM form", path.display()))?;
        builder = builder.tls_certs_merge(authorities);
    }
    builder.build().map_err(|error| innermost(&error))
}

/// `address` as a URL that may be asked.
pub(super) fn usable(address: &str, allow_loopback_http: bool) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let named = url.host_str().is_some_and(|host| !host.is_empty()) && url.username().is_empty();
    let plain = allow_loopback_http && url.scheme() == "http" && is_loopback(&url);
    (named && url.password().is_none() && (url.scheme() == "https" || plain)).then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The `error` of an OAuth answer, if it is one of the short words that RFC 6749 allows.
fn oauth_code(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = value.get("error")?.as_str()?;
    let plain = code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    plain.then(|| code.to_owned())
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    shortened(&last.to_string())
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_may_be_asked_and_http_on_this_host_where_it_is_allowed() {
        for good in ["https://id.example.org", "https://id.example.org:8443/realms/x"] {
            assert!(usable(good, false).is_some(), "{good}");
        }
        for bad in [
            "http://id.example.org",
            "http://127.0.0.1:3000",
            "file:///etc/passwd",
            "id.example.org",
            "",
            "https://user:secret@id.example.org",
            "ftp://id.example.org",
        ] {
            assert!(usable(bad, false).is_none(), "{bad}");
        }
        for loopback in ["http://127.0.0.1:3000", "http://localhost:3000/x", "http://[::1]:3000"] {
            assert!(usable(loopback, true).is_some(), "{loopback}");
        }
        for elsewhere in ["http://id.example.org", "http://127.0.0.1.example.org", "http://10.0.0.1"] {
            assert!(usable(elsewhere, true).is_none(), "{elsewhere}");
        }
    }

    #[test]
    fn an_error_code_is_shown_only_if_it_is_a_plain_word() {
        assert_eq!(oauth_code(br#"{"error":"invalid_client"}"#).as_deref(), Some("invalid_client"));
        for hostile in [r#"{"error":"<script>"}"#, r#"{"error":7}"#, "[]", "no json", r#"{"other":"x"}"#] {
            assert_eq!(oauth_code(hostile.as_bytes()), None, "{hostile}");
        }
    }

    #[actix_web::test]
    async fn a_file_of_authorities_that_is_missing_is_said_when_a_provider_is_asked() {
        let settings = SsoSettings { extra_ca_file: Some("/nowhere/ca.pem".into()), ..SsoSettings::default() };
        let fault = Wire::new(&settings).get::<serde_json::Value>("https://localhost:1", None, "JSON").await;
        assert!(matches!(fault, Err(WireFault::Unready(why)) if why.contains("/nowhere/ca.pem")));
    }

    #[actix_web::test]
    async fn nobody_there_is_a_fault_that_names_the_host() {
        let settings = SsoSettings { allow_loopback_http: true, ..SsoSettings::default() };
        let fault = Wire::new(&settings).get::<serde_json::Value>("http://127.0.0.1:9", None, "JSON").await;
        assert!(matches!(&fault, Err(WireFault::Unreachable { host, .. }) if host == "127.0.0.1"), "{fault:?}");
    }
}
