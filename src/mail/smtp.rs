//! SMTP, step by step: so that it is known how far a conversation came when it failed.
//!
//! One connection per message: a relay in the same building answers in milliseconds, and a connection that is kept can
//! die at the worst moment. TLS is insisted on unless the configuration names a relay on this very machine.

use std::path::Path;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::{Accepted, Letter, MailError, Mailer, Step, Verdict, one_line};
use crate::config::{MailSettings, MailTls};

/// The mail server of the configuration.
#[derive(Debug, Clone)]
pub struct Smtp {
    settings: MailSettings,
    server: String,
    hello: ClientId,
}

impl Smtp {
    /// With the operator's settings, speaking as `host`; `None` when no server is configured.
    ///
    /// Nothing is opened yet: a certificate file that cannot be read shows at the first conversation, as it does when
    /// it is replaced while the program runs.
    pub fn new(settings: &MailSettings, host: &str) -> Option<Self> {
        let server = settings.server.as_ref()?.trim_matches(['[', ']']).to_owned();
        Some(Self { settings: settings.clone(), server, hello: ClientId::Domain(host.to_owned()) })
    }

    async fn converse(
        &self,
        letter: &Letter,
        step: &mut Step,
        point_of_no_return: &mut dyn FnMut() -> bool,
    ) -> Result<Accepted, MailError> {
        let timeout = Some(self.settings.timeout());
        let tls = match self.settings.tls {
            MailTls::None => None,
            MailTls::Starttls | MailTls::Implicit => Some(self.tls()?),
        };
        let implicit = tls.clone().filter(|_tls| self.settings.tls == MailTls::Implicit);
        let address = (self.server.as_str(), self.settings.effective_port());
        let connected = AsyncSmtpConnection::connect_tokio1(address, timeout, &self.hello, implicit, None).await;
        let mut connection = connected.map_err(|error| failed(*step, &error))?;
        if let (Some(tls), MailTls::Starttls) = (tls, self.settings.tls) {
            *step = Step::Protecting;
            if !connection.can_starttls() {
                connection.abort().await;
                return Err(trouble(*step, "the server offers no STARTTLS"));
            }
            connection.starttls(tls, &self.hello).await.map_err(|error| failed(*step, &error))?;
        }
        if let (Some(user), Some(password)) = (&self.settings.username, &self.settings.password) {
            *step = Step::LoggingIn;
            let credentials = Credentials::new(user.clone(), password.expose().clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|error| failed(*step, &error))?;
        }
        let outcome = hand_over(&mut connection, letter, step, point_of_no_return).await;
        if outcome.is_ok() {
            // Politeness: what it answers to QUIT changes nothing, and it may have gone already.
            let _farewell = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
        } else {
            let _farewell = tokio::time::timeout(Duration::from_secs(2), connection.abort()).await;
        }
        let protection = match self.settings.tls {
            MailTls::None => "plain text on this machine",
            MailTls::Starttls => "TLS after STARTTLS",
            MailTls::Implicit => "TLS from the first byte",
        };
        outcome.map(|answer| Accepted { answer, protection })
    }

    fn tls(&self) -> Result<TlsParameters, MailError> {
        let mut tls = TlsParameters::builder(self.server.clone());
        if let Some(path) = &self.settings.ca_file {
            for certificate in authorities(path)? {
                tls = tls.add_root_certificate(certificate);
            }
        }
        tls.build().map_err(|error| trouble(Step::Protecting, &error.to_string()))
    }
}

impl Mailer for Smtp {
    fn send(&self, letter: &Letter, point_of_no_return: &mut dyn FnMut() -> bool) -> Result<Accepted, MailError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| trouble(Step::Connecting, &error.to_string()))?;
        let mut step = Step::Connecting;
        let whole = self.settings.timeout();
        let outcome = runtime.block_on(async {
            tokio::time::timeout(whole, self.converse(letter, &mut step, point_of_no_return)).await
        });
        // A name that is still being looked up has a thread of its own; nobody waits for it.
        runtime.shutdown_background();
        outcome.unwrap_or_else(|_elapsed| {
            let verdict = if step == Step::HandingOver { Verdict::Unknown } else { Verdict::ServerTrouble };
            Err(MailError { step, verdict, answer: format!("no end after {} seconds", whole.as_secs()) })
        })
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    letter: &Letter,
    step: &mut Step,
    point_of_no_return: &mut dyn FnMut() -> bool,
) -> Result<String, MailError> {
    *step = Step::Sender;
    let sender = Mail::new(Some(letter.from.clone()), Vec::new());
    connection.command(sender).await.map_err(|error| failed(*step, &error))?;
    *step = Step::Recipient;
    let recipient = Rcpt::new(letter.to.clone(), Vec::new());
    connection.command(recipient).await.map_err(|error| failed(*step, &error))?;
    connection.command(Data).await.map_err(|error| failed(*step, &error))?;
    if !point_of_no_return() {
        return Err(MailError {
            step: *step,
            verdict: Verdict::BrokenOff,
            answer: "broken off before the message was handed over".to_owned(),
        });
    }
    *step = Step::HandingOver;
    let response = connection.message(&letter.bytes).await.map_err(|error| failed(*step, &error))?;
    let said: Vec<&str> = response.message().collect();
    Ok(one_line(&format!("{} {}", response.code(), said.join(" "))))
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, MailError> {
    let unusable = |why: &str| trouble(Step::Protecting, &format!("mail.ca_file, {}: {why}", path.display()));
    let pem = std::fs::read(path).map_err(|error| unusable(&error.to_string()))?;
    let certificate = Certificate::from_pem(&pem).map_err(|error| unusable(&error.to_string()))?;
    Ok(vec![certificate])
}

/// What a failure at this step means.
fn failed(step: Step, error: &lettre::transport::smtp::Error) -> MailError {
    let step = if error.is_tls() { Step::Protecting } else { step };
    let verdict = match step {
        // Whatever it is, it is not about this message.
        Step::Connecting | Step::Protecting | Step::LoggingIn => Verdict::ServerTrouble,
        _ if error.is_transient() => Verdict::Later,
        // "We take nothing from this sender": the configuration is wrong, or the relay's.
        Step::Sender => Verdict::ServerTrouble,
        Step::Recipient | Step::HandingOver if error.is_permanent() => Verdict::Never,
        Step::HandingOver => Verdict::Unknown,
        Step::Recipient => Verdict::ServerTrouble,
    };
    MailError { step, verdict, answer: one_line(&error.to_string()) }
}

fn trouble(step: Step, answer: &str) -> MailError {
    MailError { step, verdict: Verdict::ServerTrouble, answer: one_line(answer) }
}
