//! Runs a plugin in the background, for the person who asked and with nobody else's eyes.
//!
//! The person is loaded afresh, so that what they may read is what they may read now. Three transactions: the run is
//! marked as begun; the rows are read, in one read transaction of the person's; what came of it is kept, with its audit
//! entry.

use std::sync::Arc;

use jiff::Timestamp;

use super::error::ExtensionError;
use super::model::{Plugin, PluginState, Run, RunFigures, RunJob, RunState};
use super::policy::OwnRun;
use super::query::Scope;
use super::rows_store::RunRows;
use super::runtime::Runtime;
use super::{service, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, Person, may, permission};
use crate::crypto::Keyring;
use crate::db::{Db, DbError, Tx};
use crate::jobs::{Handler, Job, JobError};
use crate::kernel::civil;
use crate::kernel::clock::Clock;
use crate::kernel::ids::RunId;
use crate::plugin_host::port::Period;
use crate::plugin_host::{LogLevel, LogLine, Outcome, RunReport, RunRequest};

/// The kind of the jobs that are done here.
pub const KIND: &str = "plugin.run";

/// What a run needs of the program.
pub struct Runner {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For keys that stand for people.
    pub keys: Arc<Keyring>,
    /// The sandbox.
    pub runtime: Arc<Runtime>,
}

/// A run that can begin.
struct Begun {
    run: Run,
    plugin: Plugin,
}

/// How a run ended.
struct Ending {
    state: RunState,
    report: Option<RunReport>,
    sentence: Option<String>,
}

impl Ending {
    /// Without the plugin having been run.
    fn without(state: RunState, sentence: impl Into<String>) -> Self {
        Self { state, report: None, sentence: Some(sentence.into()) }
    }
}

const INTERRUPTED: &str = "Watchroom stopped while the report was being made. Run it again.";
const DISABLED: &str = "The plugin was disabled before the report was made.";
const NOT_RUN: &str = "Watchroom could not run the plugin. Try again in a few minutes.";

impl Runner {
    /// As a handler of the job queue.
    pub fn handler(self) -> Handler {
        Arc::new(move |job, _stopping| self.work(job))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let order: RunJob = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))?;
        let caller = Caller::Person(Arc::new(Person::unloaded(job.organisation, order.person)));
        match self.run(&caller, order.run) {
            // They left, and with them whoever could read the report: the database ended the run when that was recorded.
            Err(ExtensionError::Db(DbError::SignedOut)) => Ok(()),
            Err(ExtensionError::Db(error)) => Err(error.into()),
            Err(error) => Err(JobError::Again(error.to_string())),
            Ok(()) => Ok(()),
        }
    }

    fn run(&self, caller: &Caller, id: RunId) -> Result<(), ExtensionError> {
        let begun = self.db.write_blocking(caller, |tx| begin(tx, id, self.clock.now()))?;
        let Some((begun, ending)) = begun else { return Ok(()) };
        let ending = ending.unwrap_or_else(|| match self.make(caller, &begun) {
            Ok(ending) => ending,
            Err(error) => {
                tracing::error!(run_id = %id, cause = %crate::http::problem::chain(&error), "a plugin could not be run");
                Ending::without(RunState::Failed, NOT_RUN)
            }
        });
        self.db.write_blocking(caller, |tx| finish(tx, &begun, &ending, self.clock.now()))
    }

    /// Runs the plugin over the rows that the person may see.
    fn make(&self, caller: &Caller, begun: &Begun) -> Result<Ending, ExtensionError> {
        let Begun { run, plugin } = begun;
        let file = || self.db.read_blocking(caller, |tx| Ok(store::component(tx, plugin.id)?));
        let loaded = self.runtime.compiled(plugin.sha256, file)?;
        let settings = plugin.settings.complete(&plugin.manifest.settings).map_err(ExtensionError::Settings)?;
        let salt =
            self.keys.mac("plugin.person", format!("{} {}", caller.organisation(), plugin.manifest.name).as_bytes());
        let report = self.db.read_blocking(caller, |tx| {
            let units = run.unit.map(|unit| store::unit_and_below(tx, unit)).transpose()?;
            let request = RunRequest {
                period: Period { from: run.from, to: run.to },
                unit: run.unit_name.clone().or_else(|| eyes(tx.caller())),
                locale: "en-GB".to_owned(),
                now: run.queued_at,
                settings,
                grants: plugin.grants(),
                catalogue: Arc::clone(self.runtime.catalogue()),
            };
            let today = civil::local(run.queued_at).date();
            let scope = Scope { organisation: tx.caller().organisation(), salt, units, today };
            let mut rows = RunRows::new(tx, scope);
            Ok::<_, ExtensionError>(self.runtime.host()?.run(&loaded, request, self.runtime.limits(), &mut rows))
        })?;
        if let Outcome::HostFault(cause) = &report.outcome {
            tracing::error!(run_id = %run.id, %cause, "a plugin could not be run");
        }
        Ok(Ending {
            state: match &report.outcome {
                Outcome::Done(_) => RunState::Done,
                Outcome::Refused(_) => RunState::Refused,
                Outcome::Trapped(_) => RunState::Stopped,
                Outcome::HostFault(_) => RunState::Failed,
            },
            sentence: match &report.outcome {
                Outcome::Done(_) => None,
                other => Some(other.sentence()),
            },
            report: Some(report),
        })
    }
}

/// Marks the run as begun, and finds out whether it may be. `None`: there is nothing to do any more.
fn begin(tx: &mut Tx<'_>, id: RunId, now: Timestamp) -> Result<Option<(Begun, Option<Ending>)>, ExtensionError> {
    let own = may::<OwnRun>(tx, id)?;
    let Some(run) = store::own_run(tx, &own)? else { return Ok(None) };
    if run.state.is_over() {
        return Ok(None);
    }
    let Some(plugin) = store::plugin(tx, run.plugin)? else { return Ok(None) };
    let ending = if run.state == RunState::Running {
        // Whoever began it did not live to finish it; perhaps because of it. It is not tried again unasked.
        Some(Ending::without(RunState::Failed, INTERRUPTED))
    } else if plugin.state != PluginState::Enabled || !tx.caller().holds(permission::REPORT_RUN) {
        Some(Ending::without(RunState::Refused, DISABLED))
    } else {
        store::start_run(tx, &own, now)?;
        None
    };
    Ok(Some((Begun { run, plugin }, ending)))
}

fn finish(tx: &mut Tx<'_>, begun: &Begun, ending: &Ending, now: Timestamp) -> Result<(), ExtensionError> {
    let own = may::<OwnRun>(tx, begun.run.id)?;
    let report = ending.report.as_ref();
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let figures = report.map(|report| RunFigures {
        duration_ms: i64::try_from(report.figures.duration.as_millis()).unwrap_or(i64::MAX),
        rows_read: whole(report.figures.rows_read),
        peak_memory_bytes: report.figures.peak_memory_bytes,
        host_calls: whole(report.figures.host_calls),
    });
    let mut log = report.map(|report| report.log.clone()).unwrap_or_default();
    let dropped = report.map_or(0, |report| whole(report.figures.log_lines)) - i64::try_from(log.len()).unwrap_or(0);
    if dropped > 0 {
        log.push(LogLine { level: LogLevel::Warning, text: format!("{dropped} further lines were not kept.") });
    }
    store::finish_run(tx, &own, ending.state, figures, ending.sentence.as_deref(), &log, now)?;
    if let Some(Outcome::Done(document)) = report.map(|report| &report.outcome) {
        store::insert_document(tx, &own, document)?;
    }
    let manifest = &begun.plugin.manifest;
    let entry = Entry::new("plugin.run")
        .on("plugin_run", begun.run.id)
        .noting("plugin", manifest.name.as_str())
        .noting("version", manifest.version.as_str())
        .noting("period", format!("{} to {}", begun.run.from, begun.run.to))
        .noting("unit_id", begun.run.unit.map(|unit| unit.0))
        .noting("granted", service::columns(&begun.plugin.grants()))
        .noting("outcome", ending.state.as_str())
        .noting("rows_read", figures.map_or(0, |figures| figures.rows_read));
    audit::record(tx, now, entry)?;
    Ok(())
}

/// Whose records a report without a unit is about, in the words of its heading; `None`: the whole organisation.
fn eyes(caller: &Caller) -> Option<String> {
    let reach = [permission::DUTY_READ, permission::HOURS_READ].map(|permission| caller.reach(permission));
    let reach: Vec<_> = reach.into_iter().flatten().collect();
    if reach.iter().any(|reach| reach.organisation) {
        None
    } else if reach.iter().any(|reach| !reach.units.is_empty()) {
        Some("the units whose records you may read".to_owned())
    } else {
        Some("your own records".to_owned())
    }
}
