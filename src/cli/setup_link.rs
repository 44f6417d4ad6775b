//! `watchroom setup-link`.

use std::sync::Arc;

use clap::Args;

use super::{Done, Outcome};
use crate::app::database::{Database, Purpose};
use crate::app::wiring;
use crate::config::Config;
use crate::identity::setup;
use crate::kernel::clock::{Clock, SystemClock};

/// Print a one-time link with which an organisation and its first administrator are set up.
///
/// One appliance may hold several organisations, each sealed off from the others: a new link sets up one more. It
/// works once, within 24 hours.
#[derive(Debug, Args)]
pub(super) struct SetupLink {}

impl SetupLink {
    pub(super) fn run(self, config: Config) -> Outcome {
        let database = Database::open(&config, Purpose::Verb)?;
        let link = link(config, &database);
        database.stop();
        println!("{}", link?);
        Ok(Done::Well)
    }
}

fn link(config: Config, database: &Database) -> anyhow::Result<String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let parts = wiring::build(Arc::new(config), database.app_url(), Arc::clone(&clock))?;
    let token = setup::new_link(&parts.site.db, clock.now())?;
    Ok(format!("{}/set-up/{}", crate::app::serve::public_url(&parts.site.config), token.reveal()))
}
