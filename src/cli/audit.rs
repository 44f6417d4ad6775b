//! `watchroom audit verify`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{Done, Outcome};
use crate::app::database::{Database, Purpose};
use crate::audit::signer;
use crate::audit::verify::{self, Report, Subject, Verified};
use crate::config::Config;
use crate::crypto::Keyring;
use crate::crypto::checkpoint::LogVerifier;
use crate::crypto::tiles::TileStore;
use crate::kernel::clock::{Clock as _, SystemClock};

/// Look after the audit log.
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check every entry against everything that was ever signed about the log. Changes nothing but the note of when that was
    /// done last; the server may run.
    #[command(after_help = "Exit codes: 0 all is as it was signed, 1 it could not be checked, 3 something is wrong.")]
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    /// A checkpoint that was kept elsewhere (from an export, a receipt, a printed page): the log must begin with what
    /// it signed. Only such a checkpoint shows a tail that was cut off everywhere at once. May be given repeatedly.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Check with this public key (the file 'log.pub') instead of the one in the state directory's keys.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Audit {
    pub(super) fn run(self, config: &Config) -> Outcome {
        match self.verb {
            Verb::Verify(verify) => verify.run(config),
        }
    }
}

impl Verify {
    fn run(self, config: &Config) -> Outcome {
        let subject = self.subject(config)?;
        let database = Database::open(config, Purpose::Verb)?;
        let report = database.owner_url().and_then(|url| Ok(verify::run(&url, &subject)?));
        database.stop();
        let report = report?;
        keep(&report, config);
        if self.json {
            let json = serde_json::to_string_pretty(&report).context("the report could not be written as JSON")?;
            println!("{json}");
        } else {
            tell(&report);
        }
        Ok(if report.is_clean() { Done::Well } else { Done::Attention })
    }

    fn subject(&self, config: &Config) -> anyhow::Result<Subject> {
        let read =
            |path: &PathBuf| std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
        let verifier = match &self.key {
            Some(path) => LogVerifier::from_vkey(&read(path)?)
                .with_context(|| format!("{} holds no key of an audit log", path.display()))?,
            None => signer(&Keyring::open(&config.state.dir.join("keys"))?).verifier().clone(),
        };
        let mut anchors = Vec::new();
        for path in &self.checkpoint {
            anchors.push((path.display().to_string(), read(path)?));
        }
        Ok(Subject { store: TileStore::new(config.state.dir.join("audit")), verifier, anchors })
    }
}

/// Leaves a note of what came of it for the page about the appliance. Where that cannot be written, what was found is said
/// all the same.
fn keep(report: &Report, config: &Config) {
    let me = nix::unistd::Uid::effective();
    let by = nix::unistd::User::from_uid(me).ok().flatten().map_or_else(|| me.to_string(), |user| user.name);
    let verified = Verified::of(report, by, SystemClock.now());
    if let Err(error) = verified.keep(&config.state.dir) {
        eprintln!("The result could not be noted for the page about the appliance: {error}");
    }
}

fn tell(report: &Report) {
    for finding in report.findings.listed() {
        match finding.index {
            Some(index) => println!("at {index}: {}", finding.message),
            None => println!("{}", finding.message),
        }
    }
    if report.findings.not_listed() > 0 {
        println!("and {} more", report.findings.not_listed());
    }
    println!(
        "{} entries read in {:.1} s: {} under {} signed checkpoints, {} newer.",
        report.entries,
        report.took.as_secs_f64(),
        report.sealed,
        report.checkpoints,
        report.unsealed
    );
    if let Some(root) = &report.root {
        println!("Root of the newest checkpoint: {root}");
    }
    println!("{}", if report.is_clean() { "Nothing was tampered with." } else { "The log is NOT as it was signed." });
}
