//! `watchroom serve`.

use clap::Args;

use super::{Done, Outcome};
use crate::app::logging;
use crate::app::serve::{self, Started};
use crate::config::Config;

/// Run the server until it is told to stop.
///
/// On first start it makes its private Postgres (unless database.url names another), a self-signed certificate
/// (unless tls.certificate names one), and prints a one-time set-up link.
#[derive(Debug, Args)]
pub(super) struct Serve {}

impl Serve {
    pub(super) fn run(self, config: Config) -> Outcome {
        logging::init(&config.log)?;
        serve::run(config, |_parts| Ok(()), announce)?;
        Ok(Done::Well)
    }
}

/// Says where it is, on the terminal or in the journal of whoever started it; the link is for their eyes only.
pub(super) fn announce(started: &Started) {
    println!("Watchroom answers at {}", started.url);
    if let Some(fingerprint) = &started.fingerprint {
        println!("Its certificate is self-signed; compare its SHA-256 fingerprint in the browser:\n  {fingerprint}");
    }
    if let Some(link) = &started.setup_link {
        println!("Set it up within 24 hours with this link, which works once:\n  {link}");
    }
}
