//! What the program says while it runs: readable on a terminal, JSON for systemd's journal.
//!
//! Lines carry the span of their request with its id. Values that could name somebody are never fields: no names,
//! notes, tokens, bodies or whole addresses; a test reads the log of a busy run for them.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{Environment, LogFormat, LogSettings};

/// Starts logging to standard error.
///
/// # Errors
/// When `log.level` cannot be parsed, or logging has been started before.
pub fn init(settings: &LogSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.level).context("log.level is not a filter")?;
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_span_events(FmtSpan::NONE);
    let started = if is_json(settings.format) {
        log.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        log.compact().with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init()
    };
    started.map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))
}

fn is_json(format: LogFormat) -> bool {
    match format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => Environment::of_this_process().journal,
    }
}
