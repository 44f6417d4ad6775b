//! The engine that all runs share, its ticker and its gate.
//!
//! Owns how wasm is compiled and bounded. The ticker beats only while a run is on, so that an idle server sleeps.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use wasmtime::component::Linker;
use wasmtime::{Config, Engine, OptLevel};

use super::run::RunState;
use super::v1;

/// How often a running plugin is looked at.
const TICK: Duration = Duration::from_millis(10);

/// wasm's own stack, in bytes.
const WASM_STACK_BYTES: usize = 512 << 10;

/// Why the sandbox cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The engine refused its configuration: this machine is not supported.
    #[error("the plugin runtime cannot be started on this machine: {0}")]
    Engine(String),
    /// The system gave no thread.
    #[error("the plugin runtime cannot start its ticker")]
    Ticker(#[from] std::io::Error),
}

/// The sandbox: made once at start, shared by all runs.
pub struct PluginHost {
    pub(super) engine: Engine,
    pub(super) linker: Linker<RunState>,
    pub(super) ticker: Ticker,
    pub(super) gate: Gate,
}

impl std::fmt::Debug for PluginHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PluginHost").finish_non_exhaustive()
    }
}

impl PluginHost {
    /// A sandbox in which at most `concurrent_runs` plugins run at a time; at least one.
    ///
    /// # Errors
    /// [`HostError`] when the machine cannot run wasm.
    pub fn new(concurrent_runs: usize) -> Result<Self, HostError> {
        let refused = |error: wasmtime::Error| HostError::Engine(format!("{error:#}"));
        let engine = Engine::new(&config()).map_err(refused)?;
        let mut linker = Linker::new(&engine);
        v1::add_to_linker(&mut linker).map_err(refused)?;
        let ticker = Ticker::start(&engine)?;
        Ok(Self { engine, linker, ticker, gate: Gate::new(concurrent_runs.max(1)) })
    }

    /// Whether plugins can be run and stopped, for the readiness check. Costs nothing.
    pub fn is_healthy(&self) -> bool {
        !self.ticker.thread.is_finished()
    }
}

fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.epoch_interruption(true);
    // What guests do not need is attack surface. Threads, garbage collection and exceptions are not even compiled in.
    config.wasm_memory64(false).wasm_multi_memory(false).wasm_relaxed_simd(false).wasm_tail_call(false);
    config.cranelift_opt_level(OptLevel::Speed);
    // The same rows give the same report on every machine.
    config.cranelift_nan_canonicalization(true);
    config.max_wasm_stack(WASM_STACK_BYTES);
    config
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind these locks is a count: a panic elsewhere leaves it whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Advances the engine's epoch while anything runs.
pub(super) struct Ticker {
    shared: Arc<TickerShared>,
    thread: JoinHandle<()>,
}

struct TickerShared {
    state: Mutex<TickerState>,
    changed: Condvar,
}

#[derive(Default)]
struct TickerState {
    runs: usize,
    closed: bool,
}

impl Ticker {
    fn start(engine: &Engine) -> Result<Self, std::io::Error> {
        let shared = Arc::new(TickerShared { state: Mutex::default(), changed: Condvar::new() });
        let (beat, engine) = (Arc::clone(&shared), engine.clone());
        let thread = std::thread::Builder::new().name("plugin-ticker".into()).spawn(move || {
            let mut state = lock(&beat.state);
            while !state.closed {
                if state.runs == 0 {
                    state = beat.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                } else {
                    drop(state);
                    std::thread::sleep(TICK);
                    engine.increment_epoch();
                    state = lock(&beat.state);
                }
            }
        })?;
        Ok(Self { shared, thread })
    }

    /// Beats at least until the guard is dropped.
    pub(super) fn beat(&self) -> Beat<'_> {
        lock(&self.shared.state).runs += 1;
        self.shared.changed.notify_all();
        Beat(self)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        lock(&self.shared.state).closed = true;
        self.shared.changed.notify_all();
    }
}

/// A run is on.
pub(super) struct Beat<'a>(&'a Ticker);

impl Drop for Beat<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.shared.state);
        state.runs = state.runs.saturating_sub(1);
    }
}

/// Lets a number of runs in at a time.
pub(super) struct Gate {
    free: Mutex<usize>,
    changed: Condvar,
}

impl Gate {
    fn new(places: usize) -> Self {
        Self { free: Mutex::new(places), changed: Condvar::new() }
    }

    /// A place, or `None` when none became free in time.
    pub(super) fn enter(&self, patience: Duration) -> Option<Place<'_>> {
        let until = Instant::now() + patience;
        let mut free = lock(&self.free);
        while *free == 0 {
            let left = until.checked_duration_since(Instant::now())?;
            (free, _) = self.changed.wait_timeout(free, left).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Some(Place(self))
    }
}

/// A place inside, given back when dropped.
pub(super) struct Place<'a>(&'a Gate);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *lock(&self.0.free) += 1;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_gate_lets_nobody_in_until_somebody_leaves() {
        let gate = Gate::new(1);
        let place = gate.enter(Duration::ZERO).expect("free");
        assert!(gate.enter(Duration::from_millis(5)).is_none());
        drop(place);
        assert!(gate.enter(Duration::ZERO).is_some());
    }

    #[test]
    fn the_ticker_rests_when_nothing_runs() {
        let host = PluginHost::new(1).expect("host");
        assert!(host.is_healthy());
        assert_eq!(lock(&host.ticker.shared.state).runs, 0);
        let beat = host.ticker.beat();
        assert_eq!(lock(&host.ticker.shared.state).runs, 1);
        drop(beat);
        assert_eq!(lock(&host.ticker.shared.state).runs, 0);
    }
}
