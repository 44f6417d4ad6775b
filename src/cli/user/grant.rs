//! `watchroom user grant`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::identity::operator::Operator;
use crate::kernel::clock::{Clock, SystemClock};

/// Give somebody a role. It counts at their next request.
#[derive(Debug, Args)]
#[command(after_help = "Example, when no administrator is left:\n  \
                        watchroom user grant jo.marsh@fire.example.org administrator")]
pub(super) struct Grant {
    /// The e-mail address with which they sign in.
    email: String,
    /// The role's code: member, manager, hr, auditor, administrator.
    role: String,
    /// For which unit, by code or name; for roles that are given for one.
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[command(flatten)]
    at: Where,
}

impl Grant {
    pub(super) fn run(&self, operator: &Operator<'_>) -> Outcome {
        let organisation = self.at.of_account(operator, &self.email)?;
        operator.grant(organisation.id, &self.email, &self.role, self.unit.as_deref(), SystemClock.now())?;
        println!("Done. It counts at their next request.");
        Ok(Done::Well)
    }
}
