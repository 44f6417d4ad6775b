//! Real handshakes, in memory.

use std::os::unix::fs::PermissionsExt;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, ServerConnection, SignatureScheme,
};
use rustls_pki_types::{ServerName, UnixTime};

use super::*;

const NOW: &str = "2026-11-22T07:00:00Z";

/// Takes any certificate: what matters here is which one was offered.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

struct Connection {
    client: ClientConnection,
    server: ServerConnection,
}

/// Shakes hands as a client that speaks `versions`.
fn shake(
    certificates: &Arc<Certificates>,
    settings: &TlsSettings,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Result<Connection, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let server = certificates.server_config(settings).expect("a configuration");
    let mut connection = Connection {
        client: ClientConnection::new(Arc::new(client), name)?,
        server: ServerConnection::new(Arc::new(server))?,
    };
    while connection.client.is_handshaking() || connection.server.is_handshaking() {
        connection.pump()?;
    }
    Ok(connection)
}

impl Connection {
    fn pump(&mut self) -> Result<(), rustls::Error> {
        let mut wire = Vec::new();
        while self.client.wants_write() {
            self.client.write_tls(&mut wire).expect("memory");
        }
        self.server.read_tls(&mut wire.as_slice()).expect("memory");
        self.server.process_new_packets()?;
        wire.clear();
        while self.server.wants_write() {
            self.server.write_tls(&mut wire).expect("memory");
        }
        self.client.read_tls(&mut wire.as_slice()).expect("memory");
        self.client.process_new_packets().map(|_state| ())
    }

    fn offered(&self) -> Vec<u8> {
        self.client.peer_certificates().and_then(|chain| chain.first()).expect("a certificate").to_vec()
    }

    /// Sends a line to the server over what was agreed.
    fn say(&mut self, line: &str) -> String {
        use std::io::Read;
        self.client.writer().write_all(line.as_bytes()).expect("memory");
        self.pump().expect("no alert");
        let mut heard = vec![0; line.len()];
        self.server.reader().read_exact(&mut heard).expect("the line");
        String::from_utf8(heard).expect("text")
    }
}

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

fn brought(dir: &Path) -> TlsSettings {
    TlsSettings { certificate: Some(dir.join("c.pem")), key: Some(dir.join("k.pem")), ..TlsSettings::default() }
}

fn put(dir: &Path, pair: &(String, String)) {
    // A later time than any before it, whatever the file system's grain.
    static TICK: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1_800_000_000);
    let second = TICK.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    for (name, text) in [("c.pem", &pair.0), ("k.pem", &pair.1)] {
        fs::write(dir.join(name), text).expect("written");
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
        fs::File::options().write(true).open(dir.join(name)).expect("there").set_modified(time).expect("set");
    }
}

fn der(pem: &str) -> Vec<u8> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("pem").to_vec()
}

#[test]
fn only_tls_1_3_unless_the_operator_allows_1_2() {
    let dir = tempfile::tempdir().expect("a folder");
    let strict = TlsSettings::default();
    let certificates = Certificates::open(&strict, dir.path(), now()).expect("opened");
    let modern = shake(&certificates, &strict, &[&version::TLS13, &version::TLS12]).expect("agreed");
    assert_eq!(modern.client.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let refused = shake(&certificates, &strict, &[&version::TLS12]).err().expect("refused");
    assert!(matches!(refused, rustls::Error::PeerIncompatible(_)), "{refused:?}");
    let lenient = TlsSettings { allow_tls12: true, ..strict };
    let old = shake(&certificates, &lenient, &[&version::TLS12]).expect("agreed");
    assert_eq!(old.client.protocol_version(), Some(ProtocolVersion::TLSv1_2));
}

#[test]
fn a_new_certificate_serves_new_connections_and_old_ones_go_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let (first, second) = (testing::pair(90), testing::pair(90));
    put(dir.path(), &first);
    let settings = brought(dir.path());
    let certificates = Certificates::open(&settings, dir.path(), now()).expect("opened");
    let mut old = shake(&certificates, &settings, &[&version::TLS13]).expect("agreed");
    assert_eq!(old.offered(), der(&first.0));
    assert!(!certificates.refresh(now()).expect("looked"));

    put(dir.path(), &second);
    assert!(certificates.refresh(now()).expect("looked"));
    assert_eq!(shake(&certificates, &settings, &[&version::TLS13]).expect("agreed").offered(), der(&second.0));
    assert_eq!(old.say("still here"), "still here");
}

#[test]
fn a_bad_new_certificate_leaves_the_old_one_in_service() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = testing::pair(90);
    put(dir.path(), &first);
    let settings = brought(dir.path());
    let certificates = Certificates::open(&settings, dir.path(), now()).expect("opened");
    let other = testing::pair(90);
    let bad = [
        ("junk".to_owned(), first.1.clone()),
        (String::new(), String::new()),
        (first.0.clone(), other.1.clone()),
        (other.0.clone(), "junk".to_owned()),
    ];
    for pair in &bad {
        put(dir.path(), pair);
        assert!(certificates.refresh(now()).is_err(), "{pair:?}");
        let offered = shake(&certificates, &settings, &[&version::TLS13]).expect("agreed").offered();
        assert_eq!(offered, der(&first.0));
    }
    put(dir.path(), &other);
    assert!(certificates.refresh(now()).expect("looked"));
}

#[test]
fn a_self_signed_certificate_is_made_once_renewed_in_time_and_closed_to_others() {
    let dir = tempfile::tempdir().expect("a folder");
    let (settings, place) = (TlsSettings::default(), dir.path().join("tls"));
    let certificates = Certificates::open(&settings, &place, now()).expect("opened");
    assert!(certificates.is_self_signed());
    let first = certificates.fingerprint();
    assert_eq!(first.len(), 32 * 3 - 1);
    let mode = fs::metadata(place.join("self-signed.key")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(Certificates::open(&settings, &place, now()).expect("opened").fingerprint(), first);

    let day = |n: i64| now() + SignedDuration::from_hours(24 * n);
    assert!(!certificates.refresh(day(200)).expect("looked"));
    assert!(certificates.refresh(day(250)).expect("looked"), "a third of its time was left");
    assert_ne!(certificates.fingerprint(), first);
    assert!(certificates.not_after().expect("an end") > day(600));
}

#[test]
fn a_self_signed_certificate_names_this_host_and_follows_a_change_of_hosts() {
    let dir = tempfile::tempdir().expect("a folder");
    let named = |hosts: &[&str]| {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let settings = TlsSettings { self_signed_hosts: hosts, ..TlsSettings::default() };
        let certificates = Certificates::open(&settings, dir.path(), now()).expect("opened");
        let offered = shake(&certificates, &settings, &[&version::TLS13]).expect("agreed").offered();
        move |host: &str| {
            let offered = CertificateDer::from(offered.clone());
            let parsed = rustls::server::ParsedCertificate::try_from(&offered).expect("a certificate");
            let name = ServerName::try_from(host.to_owned()).expect("a name");
            rustls::client::verify_server_name(&parsed, &name).is_ok()
        }
    };
    let by_itself = named(&[]);
    for host in ["localhost", "127.0.0.1", "::1"] {
        assert!(by_itself(host), "{host}");
    }
    assert!(!by_itself("watchroom.example.org"));
    let chosen = named(&["watchroom.example.org"]);
    assert!(chosen("watchroom.example.org") && !chosen("localhost"));
}

#[test]
fn reading_makes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(Certificates::read(&TlsSettings::default(), dir.path()).is_err());
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0);
}

#[test]
fn a_key_of_another_certificate_is_refused_at_the_start() {
    let dir = tempfile::tempdir().expect("a folder");
    put(dir.path(), &(testing::pair(90).0, testing::pair(90).1));
    let error = Certificates::open(&brought(dir.path()), dir.path(), now()).expect_err("refused");
    assert!(matches!(error, TlsError::Rustls(rustls::Error::InconsistentKeys(_))), "{error}");
}
