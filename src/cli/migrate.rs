//! `watchroom migrate`.

use clap::Args;

use super::{Done, Outcome};
use crate::app::database::{Database, Purpose};
use crate::config::Config;

/// Bring the database up to this version, as its owner. `serve` does the same when it knows the owner.
#[derive(Debug, Args)]
pub(super) struct Migrate {}

impl Migrate {
    pub(super) fn run(self, config: &Config) -> Outcome {
        let database = Database::open(config, Purpose::Verb)?;
        let ran = database.migrate();
        database.stop();
        match ran?.as_slice() {
            [] => println!("The database is up to date."),
            names => {
                for name in names {
                    println!("ran {name}");
                }
            }
        }
        Ok(Done::Well)
    }
}
