//! `watchroom user unlock`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::identity::operator::Operator;
use crate::kernel::clock::{Clock, SystemClock};

/// Forgive the failed attempts of an account that is refused for too many.
///
/// Those at its password and at its second factor; they can sign in at once. Failed attempts that were counted for a network stay counted until
/// `sign_in.throttle.window_minutes` have passed.
#[derive(Debug, Args)]
pub(super) struct Unlock {
    /// The e-mail address with which they sign in.
    email: String,
    #[command(flatten)]
    at: Where,
}

impl Unlock {
    pub(super) fn run(&self, operator: &Operator<'_>) -> Outcome {
        let organisation = self.at.of_account(operator, &self.email)?;
        match operator.unlock(organisation.id, &self.email, SystemClock.now())? {
            0 => println!("No failed attempts were counted; it was not locked."),
            1 => println!("One failed attempt is forgiven."),
            failures => println!("{failures} failed attempts are forgiven."),
        }
        Ok(Done::Well)
    }
}
