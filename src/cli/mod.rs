//! The command line: one verb per file, help that reads well, exit codes that mean something.
//!
//! `0` done, `1` it failed, `2` the command or the configuration is wrong, `3` done, and something needs attention.

mod audit;
mod config;
mod demo;
mod doctor;
mod migrate;
mod network;
mod plugin;
mod serve;
mod setup_link;
mod user;
mod working_time;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::database::{Database, Purpose};
use crate::config::{Config, ConfigError};
use crate::db::{Db, PoolSettings};
use crate::identity::access;

/// What ends the program with something other than 0.
#[derive(Debug)]
enum Failed {
    /// 1: it did not work.
    Work(anyhow::Error),
    /// 2: the configuration is wrong.
    Config(ConfigError),
    /// 2: what was typed fits nothing here; the words say what would.
    Command(String),
}

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        Self::Work(error)
    }
}

impl From<ConfigError> for Failed {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// How a verb ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// 0: all is well.
    Well,
    /// 3: done, and something needs attention.
    Attention,
}

type Outcome = Result<Done, Failed>;

/// The self-hosted record of duty, wellbeing and incidents for UK fire and ambulance services.
#[derive(Debug, Parser)]
#[command(
    name = "watchroom",
    version,
    propagate_version = true,
    after_help = "Exit codes: 0 done, 1 it failed, 2 the command or the configuration is wrong, 3 something needs attention.\n\
                  Configuration: /etc/watchroom/config.toml, then WATCHROOM_SECTION__KEY variables."
)]
struct Cli {
    /// Read this configuration file instead of /etc/watchroom/config.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the server until it is told to stop.
    Serve(serve::Serve),
    /// Run the server with a demonstration organisation: made-up people, duties and a plugin.
    Demo(demo::Demo),
    /// Bring the database up to this version.
    Migrate(migrate::Migrate),
    /// Print a one-time link with which an organisation and its first administrator are set up.
    SetupLink(setup_link::SetupLink),
    /// Look after accounts: list, add, reset-password, unlock, grant.
    User(user::User),
    /// Look after the rules on networks: list, lift-lockout.
    Network(network::Network),
    /// Look after the audit log.
    Audit(audit::Audit),
    /// Look after the kept figures of working time: recompute.
    WorkingTime(working_time::WorkingTime),
    /// Look at plugin files and at what is installed.
    Plugin(plugin::Plugin),
    /// Check this installation, and say how to put right what is wrong.
    Doctor(doctor::Doctor),
    /// Check or show the configuration.
    Config(config::ConfigVerbs),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.run() {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Attention) => ExitCode::from(3),
        Err(Failed::Work(error)) => {
            eprintln!("watchroom: {error:#}");
            ExitCode::from(1)
        }
        Err(Failed::Config(error)) => {
            eprintln!("watchroom: {error}");
            ExitCode::from(2)
        }
        Err(Failed::Command(sentence)) => {
            eprintln!("watchroom: {sentence}");
            ExitCode::from(2)
        }
    }
}

impl Cli {
    fn run(self) -> Outcome {
        let path = self.config.as_deref();
        let config = || Config::load(path);
        match self.verb {
            Verb::Serve(verb) => verb.run(config()?),
            Verb::Demo(verb) => verb.run(config()?),
            Verb::Migrate(verb) => verb.run(&config()?),
            Verb::SetupLink(verb) => verb.run(config()?),
            Verb::User(verb) => verb.run(&config()?),
            Verb::Network(verb) => verb.run(&config()?),
            Verb::Audit(verb) => verb.run(&config()?),
            Verb::WorkingTime(verb) => verb.run(&config()?),
            Verb::Plugin(verb) => verb.run(&config()?),
            Verb::Doctor(verb) => verb.run(path),
            Verb::Config(verb) => verb.run(path),
        }
    }
}

/// Opens the database for the time of one verb, hands out a door to it, and closes it again.
fn with_db<T, E: From<anyhow::Error>>(config: &Config, work: impl FnOnce(&Db) -> Result<T, E>) -> Result<T, E> {
    with_db_of(config, 1, work)
}

/// The same, with so many connections.
fn with_db_of<T, E: From<anyhow::Error>>(
    config: &Config,
    size: u32,
    work: impl FnOnce(&Db) -> Result<T, E>,
) -> Result<T, E> {
    let database = Database::open(config, Purpose::Verb)?;
    let settings = PoolSettings {
        url: database.app_url(),
        size,
        connect_timeout: config.database.connect_timeout(),
        statement_timeout: config.database.statement_timeout(),
    };
    let db = Db::new(&settings, access::loader());
    let outcome = work(&db);
    drop(db);
    database.stop();
    outcome
}
