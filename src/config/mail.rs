//! `[mail]`: the server that our messages go through. Without one nothing is sent, and links are handed over by hand.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;
use super::secrets::hidden;
use crate::kernel::secret::Secret;

/// The `[mail]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSettings {
    /// Host name or address of the mail server. Not set: no e-mail.
    pub server: Option<String>,
    /// Its port; 0 is the usual one for `tls`.
    pub port: u16,
    /// How the conversation is protected.
    pub tls: MailTls,
    /// PEM file with further authorities to trust.
    pub ca_file: Option<PathBuf>,
    /// What to log in with.
    pub username: Option<String>,
    /// The password to it.
    #[serde(serialize_with = "hidden")]
    pub password: Option<Secret<String>>,
    /// File that holds `password`.
    pub password_file: Option<PathBuf>,
    /// The sender.
    pub from: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// One conversation takes at most this long (seconds).
    pub timeout_s: u64,
    /// Conversations at once.
    pub connections: u16,
    /// How long a message is tried again (hours).
    pub give_up_hours: u32,
    /// How long what was sent is listed (days).
    pub keep_days: u32,
}

/// How the conversation with the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Plain text first, TLS before anything is said; never without.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// None: only to a relay on this machine.
    None,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            server: None,
            port: 0,
            tls: MailTls::default(),
            ca_file: None,
            username: None,
            password: None,
            password_file: None,
            from: None,
            reply_to: None,
            timeout_s: 60,
            connections: 2,
            give_up_hours: 48,
            keep_days: 30,
        }
    }
}

impl MailSettings {
    /// Whether there is a server to send through.
    pub fn is_on(&self) -> bool {
        self.server.is_some()
    }

    /// The port, with 0 resolved.
    pub fn effective_port(&self) -> u16 {
        match (self.port, self.tls) {
            (0, MailTls::Starttls) => 587,
            (0, MailTls::Implicit) => 465,
            (0, MailTls::None) => 25,
            (port, _) => port,
        }
    }

    /// One conversation takes at most this long.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("mail.timeout_s", self.timeout_s, 5, 300);
        check.within("mail.connections", self.connections, 1, 16);
        check.within("mail.give_up_hours", self.give_up_hours, 1, 240);
        check.within("mail.keep_days", self.keep_days, 1, 365);
        check.that(
            self.ca_file.as_ref().is_none_or(|path| path.is_absolute()),
            "mail.ca_file",
            "is not an absolute path",
        );
        for (key, address) in [("mail.from", &self.from), ("mail.reply_to", &self.reply_to)] {
            let good = address.as_ref().is_none_or(|text| text.parse::<lettre::message::Mailbox>().is_ok());
            check.that(good, key, "is neither an e-mail address nor a name with one, such as \"Name <a@example.org>\"");
        }
        let Some(server) = &self.server else { return };
        let plain = !server.is_empty() && !server.contains(['/', ' ', '@', ',']);
        check.that(plain, "mail.server", "is not a host name or an address; the port has a key of its own");
        check.that(self.from.is_some(), "mail.from", "is not set, but mail.server is: messages need a sender");
        check.that(
            self.tls != MailTls::None || is_loopback(server),
            "mail.tls",
            "is \"none\", but mail.server is another machine: links that open accounts would travel in plain text",
        );
        check.that(
            self.username.is_some() == self.password.is_some(),
            if self.username.is_some() { "mail.password" } else { "mail.username" },
            "is not set, but its counterpart is: a login needs both",
        );
    }
}

fn is_loopback(server: &str) -> bool {
    server.eq_ignore_ascii_case("localhost")
        || server.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
