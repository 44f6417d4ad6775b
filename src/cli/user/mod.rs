//! `watchroom user`: accounts from the command line of the machine, for the day on which nobody in the console can help.
//!
//! Each verb is a deed of the system caller `operator`, under row-level security and in the audit trail.

mod add;
mod grant;
mod import_hashes;
mod list;
mod reset_factors;
mod reset_password;
mod unlock;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{Failed, Outcome};
use crate::authz::AuthzError;
use crate::config::Config;
use crate::crypto::Keyring;
use crate::db::Db;
use crate::identity::IdentityError;
use crate::identity::operator::{self, Operator, Organisation};
use crate::kernel::ids::OrganisationId;

/// Look after accounts.
#[derive(Debug, Args)]
pub(super) struct User {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Exit codes: 0 done, 1 it failed, 2 there is no such account, role or unit, or it is not clear which."
)]
enum Verb {
    /// List the accounts: who, which roles, whether they can sign in.
    List(list::List),
    /// Add somebody with an account, and print the link by which they choose a password.
    Add(add::Add),
    /// Print a one-time link by which somebody chooses a new password.
    ResetPassword(reset_password::ResetPassword),
    /// Forgive the failed attempts of an account that is refused for too many.
    Unlock(unlock::Unlock),
    /// Give somebody a role.
    Grant(grant::Grant),
    /// Take away every second factor of an account, for the day on which nobody else can.
    ResetFactors(reset_factors::ResetFactors),
    /// Bring along the passwords of another system, as bcrypt hashes.
    ImportHashes(import_hashes::ImportHashes),
}

/// In which organisation.
#[derive(Debug, Args)]
struct Where {
    /// The organisation, by name or id. Needed where several could be meant.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

impl User {
    pub(super) fn run(self, config: &Config) -> Outcome {
        let keys = Keyring::open(&config.state.dir.join("keys"))
            .context("the keys of this appliance cannot be opened; the first start of the server makes them")?;
        super::with_db(config, |db| {
            let operator = Operator { db, keys: &keys, throttle: &config.sign_in.throttle };
            match self.verb {
                Verb::List(verb) => verb.run(&operator),
                Verb::Add(verb) => verb.run(&operator, config),
                Verb::ResetPassword(verb) => verb.run(&operator, config),
                Verb::Unlock(verb) => verb.run(&operator),
                Verb::Grant(verb) => verb.run(&operator),
                Verb::ResetFactors(verb) => verb.run(&operator),
                Verb::ImportHashes(verb) => verb.run(&operator),
            }
        })
    }
}

impl Where {
    /// All organisations, or the one that was named.
    fn all(&self, operator: &Operator<'_>) -> Result<Vec<Organisation>, Failed> {
        organisations_named(operator.db, self.organisation.as_deref())
    }

    /// The one organisation of this appliance, or the one that was named.
    fn only(&self, operator: &Operator<'_>) -> Result<Organisation, Failed> {
        let none = "no organisation has been set up yet: `watchroom setup-link` prints a link for that";
        one(self.all(operator)?, none, "this appliance holds several organisations")
    }

    /// The one organisation in which somebody signs in with `email`, or the one that was named.
    fn of_account(&self, operator: &Operator<'_>, email: &str) -> Result<Organisation, Failed> {
        let knowing = operator.knowing(email)?;
        let none = format!("nobody signs in with {email}; `watchroom user list` shows who does");
        let knowing = match &self.organisation {
            // Whether the organisation exists comes first: the other mistake would be looked for in vain.
            Some(wanted) => {
                let chosen = named(operator::organisations(operator.db)?, wanted)?;
                knowing.into_iter().filter(|it| chosen.contains(it)).collect()
            }
            None => knowing,
        };
        one(knowing, &none, &format!("{email} signs in to several organisations"))
    }
}

/// All organisations of this appliance, or the one that was named.
pub(super) fn organisations_named(db: &Db, wanted: Option<&str>) -> Result<Vec<Organisation>, Failed> {
    let all = operator::organisations(db)?;
    match wanted {
        Some(wanted) => named(all, wanted),
        None => Ok(all),
    }
}

fn named(all: Vec<Organisation>, wanted: &str) -> Result<Vec<Organisation>, Failed> {
    let id = wanted.trim().parse::<OrganisationId>().ok();
    let same = |it: &Organisation| Some(it.id) == id || it.name.to_lowercase() == wanted.trim().to_lowercase();
    let (found, others): (Vec<_>, Vec<_>) = all.into_iter().partition(same);
    match found.len() {
        0 => Err(Failed::Command(format!("there is no organisation {wanted:?}; there are {}", listed(&others)))),
        1 => Ok(found),
        _ => Err(Failed::Command(format!("several organisations have that name, use an id: {}", listed(&found)))),
    }
}

fn one(mut found: Vec<Organisation>, none: &str, several: &str) -> Result<Organisation, Failed> {
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Failed::Command(none.to_owned())),
        (Some(last), false) => {
            found.push(last);
            Err(Failed::Command(format!("{several}, say which with --organisation: {}", listed(&found))))
        }
    }
}

fn listed(organisations: &[Organisation]) -> String {
    let names: Vec<String> = organisations.iter().map(|it| format!("{:?} ({})", it.name, it.id)).collect();
    names.join(", ")
}

impl From<IdentityError> for Failed {
    /// What depends on the words of the command is the command's fault; the rest did not work.
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Mistyped(_)
            | IdentityError::Taken(_)
            | IdentityError::UnitClosed
            | IdentityError::UnitNeeded
            | IdentityError::HasRole
            | IdentityError::Left
            | IdentityError::NoEmail
            | IdentityError::NoAccount
            | IdentityError::NoFactor
            | IdentityError::Authz(AuthzError::Denied(_) | AuthzError::Hidden) => Self::Command(error.advice()),
            other => Self::Work(other.into()),
        }
    }
}
