//! `watchroom user reset-factors`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::identity::operator::Operator;
use crate::kernel::clock::{Clock, SystemClock};

/// Take away every second factor of an account, for the day on which nobody else can.
///
/// Passkeys, authenticator app and recovery codes go at once and all sessions end; from then on the password alone
/// signs in, so speak to the person first. In the console this takes two administrators; here it takes the machine's
/// operator, and is an entry in the audit trail.
#[derive(Debug, Args)]
pub(super) struct ResetFactors {
    /// The e-mail address with which they sign in.
    email: String,
    #[command(flatten)]
    at: Where,
}

impl ResetFactors {
    pub(super) fn run(&self, operator: &Operator<'_>) -> Outcome {
        let organisation = self.at.of_account(operator, &self.email)?;
        match operator.reset_factors(organisation.id, &self.email, SystemClock.now())? {
            0 => println!("The second factors are gone. No session was open."),
            1 => println!("The second factors are gone, and one session ended."),
            ended => println!("The second factors are gone, and {ended} sessions ended."),
        }
        Ok(Done::Well)
    }
}
