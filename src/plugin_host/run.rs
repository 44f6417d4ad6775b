//! One run of a plugin, from a fresh instance to a report of how it went.
//!
//! Owns the outcome, the figures and the order of things. A run can end in any way but one: it never takes anything
//! else down with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wasmtime::component::ResourceTable;
use wasmtime::{Store, Trap, UpdateDeadline};

use super::bridge::{Caller, bridge};
use super::catalogue::{Catalogue, Grants};
use super::document::Document;
use super::engine::PluginHost;
use super::limits::{MemoryMeter, PluginLimits};
use super::load::Loaded;
use super::port::{Period, Port};
use super::settings::SettingValues;
use super::v1;
use crate::kernel::bytes::ByteSize;

/// What a run is about.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The days that the report covers.
    pub period: Period,
    /// The name of the unit, for the plugin's headings; the port narrows the rows. `None`: the whole organisation.
    pub unit: Option<String>,
    /// The reader's language, such as `en-GB`.
    pub locale: String,
    /// The moment at which it was asked for: all that the plugin knows of the time.
    pub now: Timestamp,
    /// Complete, as [`SettingValues::complete`] makes them.
    pub settings: SettingValues,
    /// What the plugin may read.
    pub grants: Grants,
    /// Which data sets there are.
    pub catalogue: Arc<Catalogue>,
}

/// Why the host did not do what it was asked, or why a plugin did not: the `error` of the plugin interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum GuestError {
    /// Not granted.
    #[error("it asked for a data set or column that it has not been granted")]
    Denied,
    /// No such data set, column or setting.
    #[error("it asked for a data set, column or setting that does not exist")]
    NotFound,
    /// A limit of the run is used up.
    #[error("it needs more rows, or more open queries, than a run may have")]
    Quota,
    /// The question is wrong.
    #[error("{0}")]
    Invalid(String),
    /// The host could not answer.
    #[error("the data was not available")]
    Unavailable,
}

/// Why a run was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// It took too long.
    #[error("it took longer than it may")]
    Deadline,
    /// It asked for too much memory.
    #[error("it needed more than {} of memory", ByteSize(*limit_bytes))]
    Memory {
        /// What it may have.
        limit_bytes: u64,
    },
    /// It handed over too much at once.
    #[error("it handed far more than {} to the host at once", ByteSize(*limit_bytes))]
    Output {
        /// What a document may weigh.
        limit_bytes: u64,
    },
    /// It returned a document that cannot be shown.
    #[error("{0}")]
    Document(String),
    /// It called the host too often.
    #[error("it called the host more than {limit} times")]
    HostCalls {
        /// How often it may.
        limit: u64,
    },
    /// Its calls went too deep.
    #[error("its calls went too deep")]
    Stack,
    /// It gave up, as a panic does. Its log may say why.
    #[error("it gave up with an internal error")]
    Unreachable,
    /// Any other fault of its code.
    #[error("its code is faulty: {0}")]
    Fault(String),
    /// Not its doing.
    #[error("{0}")]
    Host(String),
}

impl Stop {
    /// The other side of the bridge is gone.
    pub(super) fn gone() -> Self {
        Self::Host("the side that reads the data ended first".into())
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With a document that has been checked.
    Done(Document),
    /// The plugin said that it cannot.
    Refused(GuestError),
    /// It was stopped.
    Trapped(Stop),
    /// The host failed it: the database did not answer, or too many plugins run. The sentence is for the server's log.
    HostFault(String),
}

impl Outcome {
    /// One word for the list of runs: `done`, `refused`, `trapped` or `host_fault`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
            Self::Trapped(_) => "trapped",
            Self::HostFault(_) => "host_fault",
        }
    }

    /// What people read about it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Done(_) => "The report was made.".into(),
            Self::Refused(error) => format!("The plugin could not make the report: {error}."),
            Self::Trapped(stop) => format!("The plugin was stopped: {stop}."),
            Self::HostFault(_) => "Watchroom could not run the plugin. Try again in a few minutes.".into(),
        }
    }
}

/// What a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// From start to end.
    pub duration: Duration,
    /// Rows that came through to the plugin.
    pub rows_read: u64,
    /// The most memory that it had, in bytes.
    pub peak_memory_bytes: u64,
    /// Calls to the host.
    pub host_calls: u64,
    /// Lines that it wrote, dropped ones included.
    pub log_lines: u64,
    /// What the document weighs, in bytes.
    pub output_bytes: u64,
}

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// For the plugin's author.
    Debug,
    /// For whoever wonders.
    Info,
    /// Something is odd.
    Warning,
    /// Something is wrong.
    Error,
}

/// One line that a plugin wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// How much it matters.
    pub level: LogLevel,
    /// At most 1,000 characters, without control characters.
    pub text: String,
}

/// How a run went.
#[derive(Debug, Clone, PartialEq)]
pub struct RunReport {
    /// How it ended.
    pub outcome: Outcome,
    /// What it used.
    pub figures: Figures,
    /// What it wrote, in order, as much as was kept.
    pub log: Vec<LogLine>,
}

/// All that a run's instance can reach.
pub(super) struct RunState {
    pub(super) request: RunRequest,
    pub(super) limits: PluginLimits,
    pub(super) memory: MemoryMeter,
    pub(super) figures: Figures,
    pub(super) log: Vec<LogLine>,
    pub(super) answers: ResourceTable,
    pub(super) open_answers: usize,
    pub(super) caller: Caller,
    /// The next batch would have passed the limit of rows.
    pub(super) rows_spent: bool,
    /// What the port said when it failed.
    pub(super) port_fault: Option<String>,
    deadline: Instant,
}

impl RunState {
    /// Every call of the plugin comes through here first.
    pub(super) fn enter(&mut self) -> Result<(), Stop> {
        self.figures.host_calls += 1;
        if self.figures.host_calls > self.limits.host_calls {
            return Err(Stop::HostCalls { limit: self.limits.host_calls });
        }
        if Instant::now() >= self.deadline {
            return Err(Stop::Deadline);
        }
        Ok(())
    }
}

impl PluginHost {
    /// Runs a plugin in a fresh instance and waits for it. Blocks: call it where blocking is allowed.
    ///
    /// `port` is asked on this very thread and may borrow from it. Returns at the deadline, or as soon after it as the
    /// port lets go. Waits for a free place no longer than the deadline.
    pub fn run(&self, plugin: &Loaded, request: RunRequest, limits: &PluginLimits, port: &mut dyn Port) -> RunReport {
        let Some(_place) = self.gate.enter(limits.patience()) else {
            return fault("no place became free for another plugin".into());
        };
        let started = Instant::now();
        let deadline = started + limits.patience();
        let _beat = self.ticker.beat();
        let (caller, server) = bridge(deadline);
        let state = RunState {
            request,
            limits: *limits,
            memory: MemoryMeter::new(limits.memory_bytes),
            figures: Figures::default(),
            log: Vec::new(),
            answers: ResourceTable::new(),
            open_answers: 0,
            rows_spent: false,
            caller,
            port_fault: None,
            deadline,
        };
        let mut report = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("plugin".into());
            match thread.spawn_scoped(scope, move || self.drive(plugin, state)) {
                Ok(guest) => {
                    server.serve(port);
                    guest.join().unwrap_or_else(|_| fault("the plugin's thread panicked".into()))
                }
                Err(error) => fault(format!("the system gave no thread: {error}")),
            }
        });
        report.figures.duration = started.elapsed();
        report
    }

    /// The plugin's thread.
    fn drive(&self, plugin: &Loaded, state: RunState) -> RunReport {
        let limits = state.limits;
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        // The document comes back through this too.
        store.set_hostcall_fuel(limits.bytes_a_call());
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|context| {
            if Instant::now() >= context.data().deadline {
                return Err(Stop::Deadline.into());
            }
            Ok(UpdateDeadline::Continue(1))
        });
        let ended = v1::call(plugin, &mut store);
        let state = store.into_data();
        let mut figures = state.figures;
        figures.peak_memory_bytes = u64::try_from(state.memory.peak).unwrap_or(u64::MAX);
        let outcome = match ended {
            Ok(Ok(document)) => {
                figures.output_bytes = document.size_bytes();
                match document.check(&limits.document()) {
                    Ok(()) => Outcome::Done(document),
                    Err(fault) => Outcome::Trapped(Stop::Document(fault.to_string())),
                }
            }
            Ok(Err(GuestError::Unavailable)) => match state.port_fault {
                Some(cause) => Outcome::HostFault(cause),
                None => Outcome::Refused(GuestError::Unavailable),
            },
            Ok(Err(refusal)) => Outcome::Refused(refusal),
            Err(error) => match stop(&error, &limits) {
                Stop::Host(cause) => Outcome::HostFault(cause),
                stop => Outcome::Trapped(stop),
            },
        };
        RunReport { outcome, figures, log: state.log }
    }
}

fn fault(cause: String) -> RunReport {
    RunReport { outcome: Outcome::HostFault(cause), figures: Figures::default(), log: Vec::new() }
}

/// What wasmtime's error means.
fn stop(error: &wasmtime::Error, limits: &PluginLimits) -> Stop {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.clone();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => return Stop::Stack,
        Some(Trap::UnreachableCodeReached) => return Stop::Unreachable,
        Some(Trap::Interrupt) => return Stop::Deadline,
        Some(trap) => return Stop::Fault(trap.to_string()),
        None => {}
    }
    // wasmtime keeps the type of this one to itself; a test holds the words.
    let cause = error.root_cause().to_string();
    if cause.contains("fuel allocated for hostcalls") {
        return Stop::Output { limit_bytes: limits.output_bytes };
    }
    Stop::Fault(cause.chars().take(300).collect())
}
