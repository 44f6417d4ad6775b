//! `watchroom working-time recompute`.

use std::time::Instant;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::user::organisations_named;
use super::{Done, Failed, Outcome};
use crate::config::Config;
use crate::kernel::clock::{Clock, SystemClock};
use crate::working_time::{TimeError, job, recompute};

/// Look after the kept figures of working time.
#[derive(Debug, Args)]
pub(super) struct WorkingTime {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Work out the figures of everybody anew, over the last 26 weeks. The server may run meanwhile.
    Recompute(Recompute),
}

#[derive(Debug, Args)]
struct Recompute {
    /// The organisation, by name or id. Without it, every organisation of this appliance.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

impl WorkingTime {
    pub(super) fn run(self, config: &Config) -> Outcome {
        match self.verb {
            Verb::Recompute(verb) => verb.run(config),
        }
    }
}

impl Recompute {
    fn run(&self, config: &Config) -> Outcome {
        let threads = job::threads();
        super::with_db_of(config, u32::try_from(threads).unwrap_or(1), |db| {
            for organisation in organisations_named(db, self.organisation.as_deref())? {
                let begun = Instant::now();
                recompute::everybody(db, organisation.id)?;
                let now: Timestamp = SystemClock.now();
                let done = recompute::run(db, organisation.id, now, threads, &|| false)?;
                println!(
                    "{}: {} people in {:.1} s; {} rows differed.",
                    organisation.name,
                    done.people,
                    begun.elapsed().as_secs_f64(),
                    done.rows
                );
            }
            Ok(Done::Well)
        })
    }
}

impl From<TimeError> for Failed {
    fn from(error: TimeError) -> Self {
        Self::Work(error.into())
    }
}
