//! `watchroom user add`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::config::Config;
use crate::identity::operator::{Newcomer, Operator};
use crate::kernel::clock::{Clock, SystemClock};

/// Add somebody with an account, and print the link by which they choose a password.
///
/// The link works once, within 72 hours. It goes to standard output, all else to standard error.
#[derive(Debug, Args)]
#[command(
    after_help = "Example, a second administrator:\n  watchroom user add jo.marsh@fire.example.org --given-name Jo \
                        --family-name Marsh --role member --role administrator\n\nExample, a manager of a station:\n  \
                        watchroom user add sam.okafor@fire.example.org --given-name Sam --family-name Okafor --unit E28 \
                        --role member --role manager=E28"
)]
pub(super) struct Add {
    /// The e-mail address with which they sign in.
    email: String,
    /// Given name.
    #[arg(long, value_name = "NAME")]
    given_name: String,
    /// Family name.
    #[arg(long, value_name = "NAME")]
    family_name: String,
    /// Home unit, by code or name. Without it, the organisation itself.
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// Employee number.
    #[arg(long, value_name = "NUMBER")]
    employee_number: Option<String>,
    /// A role by its code, with `=UNIT` if it is for a unit. May be given repeatedly.
    #[arg(long = "role", value_name = "ROLE[=UNIT]", default_value = "member")]
    roles: Vec<String>,
    #[command(flatten)]
    at: Where,
}

impl Add {
    pub(super) fn run(self, operator: &Operator<'_>, config: &Config) -> Outcome {
        let organisation = self.at.only(operator)?;
        let roles = self.roles.iter().map(|role| match role.split_once('=') {
            Some((role, unit)) => (role.to_owned(), Some(unit.to_owned())),
            None => (role.clone(), None),
        });
        let newcomer = Newcomer {
            email: self.email,
            given_name: self.given_name,
            family_name: self.family_name,
            employee_number: self.employee_number,
            unit: self.unit,
            roles: roles.collect(),
        };
        let link = operator.add(organisation.id, &newcomer, SystemClock.now())?;
        eprintln!("Added to {}. They choose a password with this link, once, within 72 hours:", organisation.name);
        println!("{}{}", crate::app::serve::public_url(config), link.path());
        Ok(Done::Well)
    }
}
