//! `watchroom network lift-lockout`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::db::Db;
use crate::kernel::clock::{Clock, SystemClock};
use crate::network::operator;

/// Switch off every rule on networks. It counts within two seconds, and leaves an entry in the audit trail.
///
/// The rules are kept: whoever may configure them switches them on again in the console, one by one.
#[derive(Debug, Args)]
#[command(after_help = "Example, when the office has moved to another network:\n  watchroom network lift-lockout")]
pub(super) struct LiftLockout {
    #[command(flatten)]
    at: Where,
}

impl LiftLockout {
    pub(super) fn run(&self, db: &Db) -> Outcome {
        for organisation in self.at.all(db)? {
            let off = operator::lift_lockout(db, organisation.id, SystemClock.now())?;
            let rules = if off == 1 { "1 rule".to_owned() } else { format!("{off} rules") };
            println!(
                "{}: {rules} switched off. They are kept: see Organisation, Networks in the console.",
                organisation.name
            );
        }
        Ok(Done::Well)
    }
}
