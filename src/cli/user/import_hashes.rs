//! `watchroom user import-hashes`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::Where;
use crate::cli::{Done, Failed, Outcome};
use crate::identity::operator::Operator;
use crate::kernel::clock::{Clock, SystemClock};

/// Bring along the passwords of another system, as bcrypt hashes.
///
/// The file is a CSV with the columns `email` and `password_hash` ($2a$, $2b$ or $2y$, cost 4 to 14). Accounts that
/// have no password yet get theirs; others keep what they have. At its first sign-in each becomes an Argon2id hash.
/// Nothing is written unless every line can be read. Delete the file afterwards: hashes can be guessed at.
#[derive(Debug, Args)]
pub(super) struct ImportHashes {
    /// The CSV file.
    file: PathBuf,
    #[command(flatten)]
    at: Where,
}

#[derive(Debug, serde::Deserialize)]
struct Line {
    email: String,
    password_hash: String,
}

impl ImportHashes {
    pub(super) fn run(&self, operator: &Operator<'_>) -> Outcome {
        let organisation = self.at.only(operator)?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_path(&self.file)
            .with_context(|| format!("{} cannot be read", self.file.display()))?;
        let mut hashes = Vec::new();
        for (number, line) in reader.deserialize::<Line>().enumerate() {
            // The line itself is not repeated: it holds a hash.
            let line = line.map_err(|error| {
                Failed::Command(format!("line {} is not an e-mail address and a hash ({})", number + 2, kind(&error)))
            })?;
            if !crate::identity::passwords::is_importable(&line.password_hash) {
                let reason = "is no bcrypt hash of cost 4 to 14 ($2a$, $2b$, $2y$)";
                return Err(Failed::Command(format!("line {}: the hash {reason}", number + 2)));
            }
            hashes.push((line.email, line.password_hash));
        }
        let done = operator.import_hashes(organisation.id, &hashes, SystemClock.now())?;
        println!("{} of {} accounts have their password now.", done.set, hashes.len());
        match done.unknown {
            0 => {}
            1 => println!("1 address is of no account."),
            unknown => println!("{unknown} addresses are of no account."),
        }
        match done.kept {
            0 => {}
            1 => println!("1 account had a password already and keeps it."),
            kept => println!("{kept} accounts had a password already and keep it."),
        }
        Ok(Done::Well)
    }
}

fn kind(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Deserialize { .. } => "a column is missing",
        csv::ErrorKind::UnequalLengths { .. } => "more or fewer columns than the first line",
        csv::ErrorKind::Utf8 { .. } => "not UTF-8",
        _ => "not CSV",
    }
}
