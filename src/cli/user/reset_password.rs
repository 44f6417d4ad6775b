//! `watchroom user reset-password`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::config::Config;
use crate::identity::operator::Operator;
use crate::kernel::clock::{Clock, SystemClock};

/// Print a one-time link by which somebody chooses a new password.
///
/// It works once, within 72 hours, and withdraws those made before. The old password stays good until the link is used;
/// using it ends all their sessions. Hand it over in person: whoever has it can use it.
#[derive(Debug, Args)]
pub(super) struct ResetPassword {
    /// The e-mail address with which they sign in.
    email: String,
    #[command(flatten)]
    at: Where,
}

impl ResetPassword {
    pub(super) fn run(&self, operator: &Operator<'_>, config: &Config) -> Outcome {
        let organisation = self.at.of_account(operator, &self.email)?;
        let link = operator.link(organisation.id, &self.email, SystemClock.now())?;
        eprintln!("In {}. The link works once, within 72 hours:", organisation.name);
        println!("{}{}", crate::app::serve::public_url(config), link.path());
        Ok(Done::Well)
    }
}
