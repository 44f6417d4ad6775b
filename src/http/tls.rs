//! TLS: rustls with ring, TLS 1.3 unless the operator allows 1.2, a certificate that is reloaded when its file changes.
//!
//! Connections that are open keep the certificate they began with; only new handshakes see the new one. A new file
//! that cannot be used keeps the old certificate in service and says so in the log.

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod validity;

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

use crate::config::TlsSettings;

/// How long a self-signed certificate is valid; it is made anew when a third of that is left.
const SELF_SIGNED_DAYS: i64 = 365;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path} does not hold {wanted} in PEM form: {why}")]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
        /// What was found.
        why: String,
    },
    /// Certificate and key do not belong together, or rustls refuses them.
    #[error("the certificate and its key cannot be used: {0}")]
    Rustls(#[from] rustls::Error),
    /// A self-signed certificate could not be made.
    #[error("a self-signed certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
}

/// Where the certificate is.
#[derive(Debug, Clone)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// The hosts of a certificate of our own making; `None` when the operator brought one.
    own: Option<Vec<String>>,
}

/// The certificate in service.
#[derive(Debug)]
pub struct Certificates {
    files: Files,
    provider: Arc<CryptoProvider>,
    current: RwLock<(Arc<CertifiedKey>, [SystemTime; 2])>,
}

impl Certificates {
    /// Loads the operator's certificate, or the self-signed one in `directory`, which is made when there is none.
    ///
    /// # Errors
    /// [`TlsError`] with the file that is to blame.
    pub fn open(settings: &TlsSettings, directory: &Path, now: Timestamp) -> Result<Arc<Self>, TlsError> {
        let files = Files::of(settings, directory);
        files.make_if_due(now)?;
        Self::load(files)
    }

    /// As [`Certificates::open`], but only reads: for whoever wants to look at it without being the server.
    ///
    /// # Errors
    /// [`TlsError`] with the file that is to blame.
    pub fn read(settings: &TlsSettings, directory: &Path) -> Result<Arc<Self>, TlsError> {
        Self::load(Files::of(settings, directory))
    }

    fn load(files: Files) -> Result<Arc<Self>, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let loaded = (files.load(&provider)?, files.changed()?);
        Ok(Arc::new(Self { files, provider, current: RwLock::new(loaded) }))
    }

    /// SHA-256 of the certificate, as browsers show it.
    pub fn fingerprint(&self) -> String {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let digest = current.0.cert.first().map(Sha256::digest).unwrap_or_default();
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// The instant until which it is valid; `None` if it does not say so in a way that we read.
    pub fn not_after(&self) -> Option<Timestamp> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        validity::not_after(current.0.cert.first()?)
    }

    /// Whether it is of our own making.
    pub fn is_self_signed(&self) -> bool {
        self.files.own.is_some()
    }

    /// Takes the files into service if they changed, and renews a certificate of our own when it is due. Returns
    /// whether there is a new one.
    ///
    /// # Errors
    /// [`TlsError`]; then the old certificate stays in service.
    pub fn refresh(&self, now: Timestamp) -> Result<bool, TlsError> {
        self.files.make_if_due(now)?;
        let changed = self.files.changed()?;
        if self.current.read().unwrap_or_else(PoisonError::into_inner).1 == changed {
            return Ok(false);
        }
        let loaded = self.files.load(&self.provider)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = (loaded, changed);
        Ok(true)
    }

    /// The configuration of a listener.
    ///
    /// # Errors
    /// [`TlsError::Rustls`] when the provider lacks a protocol version, which ring does not.
    pub fn server_config(self: &Arc<Self>, settings: &TlsSettings) -> Result<ServerConfig, TlsError> {
        let versions: &[&rustls::SupportedProtocolVersion] =
            if settings.allow_tls12 { &[&version::TLS13, &version::TLS12] } else { &[&version::TLS13] };
        let certificates: Arc<dyn ResolvesServerCert> = self.clone();
        Ok(ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(versions)?
            .with_no_client_auth()
            .with_cert_resolver(certificates))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

impl Files {
    fn of(settings: &TlsSettings, directory: &Path) -> Self {
        match (&settings.certificate, &settings.key) {
            (Some(certificate), Some(key)) => Self { certificate: certificate.clone(), key: key.clone(), own: None },
            _ => Self {
                certificate: directory.join("self-signed.crt"),
                key: directory.join("self-signed.key"),
                own: Some(hosts(&settings.self_signed_hosts)),
            },
        }
    }

    fn load(&self, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, TlsError> {
        let bad = |path: &Path, wanted, why: String| TlsError::Pem { path: path.to_owned(), wanted, why };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| bad(&self.certificate, "a certificate", error.to_string()))?;
        if chain.is_empty() {
            return Err(bad(&self.certificate, "a certificate", "it holds none".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| bad(&self.key, "a private key", error.to_string()))?;
        let key = provider.key_provider.load_private_key(key)?;
        let certified = CertifiedKey::new(chain, key);
        // A key of another certificate would only show at the first handshake.
        match certified.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(Arc::new(certified)),
            Err(error) => Err(error.into()),
        }
    }

    fn changed(&self) -> Result<[SystemTime; 2], TlsError> {
        let time = |path: &Path| {
            let io = |source| TlsError::Io { path: path.to_owned(), source };
            fs::metadata(path).map_err(io)?.modified().map_err(io)
        };
        Ok([time(&self.certificate)?, time(&self.key)?])
    }

    /// Makes a certificate of our own if there is none, or it is for other hosts, or a third of its time is left.
    fn make_if_due(&self, now: Timestamp) -> Result<(), TlsError> {
        let Some(hosts) = &self.own else { return Ok(()) };
        let spare = SignedDuration::from_hours(SELF_SIGNED_DAYS * 24 / 3);
        let text = fs::read(&self.certificate).unwrap_or_default();
        let end = CertificateDer::from_pem_slice(&text).ok().and_then(|certificate| validity::not_after(&certificate));
        let fresh = end.is_some_and(|end| end.duration_since(now) > spare);
        let same = text.starts_with(heading(hosts).as_bytes());
        if fresh && same && self.key.exists() { Ok(()) } else { self.make(hosts, now) }
    }

    fn make(&self, hosts: &[String], now: Timestamp) -> Result<(), TlsError> {
        let key = rcgen::KeyPair::generate()?;
        let mut params = rcgen::CertificateParams::new(hosts)?;
        params.distinguished_name.push(rcgen::DnType::CommonName, "Watchroom (self-signed)");
        params.is_ca = rcgen::IsCa::ExplicitNoCa;
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        // An hour of grace for clients whose clocks are behind.
        let begin = now.as_second() - 3_600;
        params.not_before = at(begin)?;
        params.not_after = at(begin + SELF_SIGNED_DAYS * 86_400)?;
        let certificate = params.self_signed(&key)?;
        if let Some(directory) = self.key.parent() {
            fs::create_dir_all(directory).map_err(|source| TlsError::Io { path: directory.to_owned(), source })?;
        }
        write(&self.key, key.serialize_pem().as_bytes(), 0o600)?;
        write(&self.certificate, format!("{}{}", heading(hosts), certificate.pem()).as_bytes(), 0o644)
    }
}

/// The hosts that the operator named, or those by which this machine is reached in any case.
fn hosts(named: &[String]) -> Vec<String> {
    if !named.is_empty() {
        return named.to_owned();
    }
    let own = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    let own = own.filter(|name| !name.is_empty() && name.is_ascii() && name != "localhost");
    own.into_iter().chain(["localhost", "127.0.0.1", "::1"].map(str::to_owned)).collect()
}

/// Stands above the certificate in its file, where PEM allows any text: a certificate for other hosts is made anew.
fn heading(hosts: &[String]) -> String {
    format!("Made by Watchroom for {}\n", hosts.join(", "))
}

fn at(second: i64) -> Result<time::OffsetDateTime, TlsError> {
    time::OffsetDateTime::from_unix_timestamp(second).map_err(|_out_of_range| TlsError::Make(rcgen::Error::Time))
}

/// Writes beside and renames, so that nobody ever reads half a file.
fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), TlsError> {
    let io = |source| TlsError::Io { path: path.to_owned(), source };
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(mode).open(&beside).map_err(io)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(io)?;
    fs::rename(&beside, path).map_err(io)
}
