//! `watchroom network`: rules on networks from the command line of the machine, for the day on which they have shut
//! everybody out who could change them in the console.

mod lift_lockout;
mod list;

use clap::{Args, Subcommand};

use super::user::organisations_named;
use super::{Failed, Outcome};
use crate::config::Config;
use crate::db::Db;
use crate::identity::operator::Organisation;
use crate::network::NetworkError;

/// Look after the rules on networks.
#[derive(Debug, Args)]
pub(super) struct Network {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the rules: from which networks people may come.
    List(list::List),
    /// Switch off every rule, so that people get in from everywhere; the rules are kept.
    LiftLockout(lift_lockout::LiftLockout),
}

/// In which organisations.
#[derive(Debug, Args)]
struct Where {
    /// The organisation, by name or id. Without it, every organisation of this appliance.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

impl Where {
    fn all(&self, db: &Db) -> Result<Vec<Organisation>, Failed> {
        organisations_named(db, self.organisation.as_deref())
    }
}

impl Network {
    pub(super) fn run(self, config: &Config) -> Outcome {
        super::with_db(config, |db| match self.verb {
            Verb::List(verb) => verb.run(db),
            Verb::LiftLockout(verb) => verb.run(db),
        })
    }
}

impl From<NetworkError> for Failed {
    fn from(error: NetworkError) -> Self {
        Self::Work(error.into())
    }
}
