//! `watchroom demo`.

use std::path::PathBuf;

use clap::Args;

use super::{Done, Outcome};
use crate::app::database::Database;
use crate::app::serve::{self, Started};
use crate::app::{demo, logging};
use crate::config::Config;

/// Run the server with a demonstration organisation: made-up people, duties and a plugin.
///
/// It listens on this machine alone, keeps its data under --state, and prints whom to sign in as. Never use it for
/// real records: the passwords are known to everybody.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where its data are kept; a second start finds them again.
    #[arg(long, value_name = "DIRECTORY", default_value = "/var/lib/watchroom-demo")]
    state: PathBuf,
    /// The port on localhost.
    #[arg(long, default_value_t = 8443)]
    port: u16,
    /// A report plugin to install when the demonstration is made; may be given several times. The first one's path is
    /// printed.
    #[arg(long, value_name = "FILE")]
    plugin: Vec<PathBuf>,
}

impl Demo {
    pub(super) fn run(self, mut config: Config) -> Outcome {
        config.state.dir.clone_from(&self.state);
        config.server.listen = std::net::SocketAddr::from(([127, 0, 0, 1], self.port));
        config.server.public_url = Some(format!("https://localhost:{}", self.port));
        config.tls.self_signed_hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        logging::init(&config.log)?;
        let tell = |line: &str| println!("{line}");
        if Database::is_to_be_made(&config) {
            tell("This is the first start, which takes about a minute. Making the database.");
        }
        serve::run(config, |parts| demo::fill(parts, &self.plugin, &tell), |started| self.announce(started))?;
        println!("Stopped. The data are kept in {}.", self.state.display());
        Ok(Done::Well)
    }

    fn announce(&self, started: &Started) {
        println!("\nWatchroom, with a demonstration organisation, answers at\n\n    {}\n", started.url);
        println!("The certificate is self-signed: your browser will ask once. Sign in as");
        for (email, what) in demo::SIGN_INS {
            println!("    {email:<28} {what}");
        }
        println!("each with the password\n    {}\n", demo::PASSWORD);
        println!("Wellbeing notes open with a passphrase of their own:\n    {}\n", demo::WELLBEING_PASSPHRASE);
        if let Some(plugin) = self.plugin.first().filter(|plugin| plugin.exists()) {
            println!(
                "Reports are ready under Reports. To go through an installation yourself, remove Hours summary as the"
            );
            println!("administrator under Plugins, then upload\n    {}\n", plugin.display());
        }
        println!("Ctrl-C stops it; the data stay in {}.", self.state.display());
    }
}
