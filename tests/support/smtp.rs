//! A real SMTP server in a process of its own, with TLS, logins and a temper; see `tests/mail/server.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use watchroom::config::{MailSettings, MailTls};
use watchroom::kernel::secret::Secret;

const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/smtp/bin/python3");
const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/server.py");

/// What the server asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asks {
    pub tls: MailTls,
    pub login: bool,
}

impl Default for Asks {
    fn default() -> Self {
        Self { tls: MailTls::Starttls, login: false }
    }
}

/// A mail server that runs until it is dropped.
pub struct MailServer {
    directory: tempfile::TempDir,
    asks: Asks,
    port: u16,
    child: Option<Child>,
}

/// A message that the server took.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    pub sender: String,
    pub recipients: Vec<String>,
    pub tls: bool,
    pub login: Option<String>,
    pub headers: BTreeMap<String, String>,
    pub text: String,
    pub html: String,
    pub raw: String,
}

impl Mail {
    /// The first link in its text.
    #[track_caller]
    pub fn link(&self) -> &str {
        self.text.split_whitespace().find(|word| word.starts_with("https://")).expect("a link")
    }

    /// The link's path.
    #[track_caller]
    pub fn path(&self) -> &str {
        let link = self.link().trim_start_matches("https://");
        &link[link.find('/').expect("a path")..]
    }
}

impl MailServer {
    /// A server that insists on STARTTLS, with a certificate of an authority of its own.
    pub fn start() -> Self {
        Self::that(Asks::default())
    }

    /// A server that asks for this.
    pub fn that(asks: Asks) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        certificates(directory.path());
        let mut server = Self { directory, asks, port: 0, child: None };
        server.up();
        server
    }

    /// Starts it (again), on the port that it had.
    pub fn up(&mut self) {
        let file = self.file("port");
        std::fs::remove_file(&file).ok();
        let tls = match self.asks.tls {
            MailTls::None => "none",
            MailTls::Starttls => "starttls",
            MailTls::Implicit => "implicit",
        };
        let mut command = Command::new(PYTHON);
        command.arg(SERVER).arg(self.directory.path()).args(["--port", &self.port.to_string(), "--tls", tls]);
        command.arg("--cert").arg(self.file("server.pem")).arg("--key").arg(self.file("server.key"));
        if self.asks.login {
            command.args(["--user", "watchroom", "--password", "relay secret"]);
        }
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child =
            Some(child.unwrap_or_else(|error| {
                panic!("{PYTHON} does not run ({error}): packaging/dev-setup --test installs it")
            }));
        let port = wait(|| std::fs::read_to_string(&file).ok()?.trim().parse().ok(), "the mail server listens");
        self.port = port;
    }

    /// Stops it; its mailbox stays.
    pub fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    /// What a configuration says that fits it.
    pub fn settings(&self) -> MailSettings {
        MailSettings {
            server: Some("localhost".to_owned()),
            port: self.port,
            tls: self.asks.tls,
            ca_file: (self.asks.tls != MailTls::None).then(|| self.file("authority.pem")),
            username: self.asks.login.then(|| "watchroom".to_owned()),
            password: self.asks.login.then(|| Secret::new("relay secret".to_owned())),
            from: Some("Watchroom <watchroom@example.org>".to_owned()),
            timeout_s: 10,
            ..MailSettings::default()
        }
    }

    /// Sets its temper, as JSON.
    pub fn temper(&self, temper: &serde_json::Value) {
        std::fs::write(self.file("temper.tmp"), temper.to_string()).expect("written");
        std::fs::rename(self.file("temper.tmp"), self.file("temper")).expect("renamed");
    }

    /// It behaves again.
    pub fn calm(&self) {
        std::fs::remove_file(self.file("temper")).ok();
    }

    /// The messages that it took, oldest first.
    pub fn mailbox(&self) -> Vec<Mail> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.directory.path())
            .expect("the directory")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        files.sort();
        let read = |path: &PathBuf| serde_json::from_str(&std::fs::read_to_string(path).expect("text")).expect("JSON");
        files.iter().map(read).collect()
    }

    /// Waits until it has taken this many.
    #[track_caller]
    pub fn mails(&self, count: usize) -> Vec<Mail> {
        wait(|| Some(self.mailbox()).filter(|mails| mails.len() >= count), "enough messages arrive")
    }

    /// Its log, a line per event.
    pub fn log(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.file("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Waits until its log has this line `count` times.
    #[track_caller]
    pub fn saw(&self, line: &str, count: usize) {
        let seen = || self.log().iter().filter(|found| found.as_str() == line).count();
        wait(|| (seen() >= count).then_some(()), line);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.down();
    }
}

#[track_caller]
fn wait<T>(mut ask: impl FnMut() -> Option<T>, what: &str) -> T {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < until, "within a minute: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An authority and a server's certificate from it, for `localhost`; and another authority that nobody asked.
fn certificates(directory: &Path) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let authority = || {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        (certificate.pem(), Issuer::new(params, key))
    };
    let (pem, issuer) = authority();
    let key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned()];
    let server = CertificateParams::new(names).expect("parameters").signed_by(&key, &issuer).expect("a certificate");
    for (name, text) in [
        ("authority.pem", pem),
        ("stranger.pem", authority().0),
        ("server.pem", server.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        std::fs::write(directory.join(name), text).expect("written");
    }
}
