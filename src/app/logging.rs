//! What the program says while it runs: readable on a terminal, JSON for systemd's journal.
//!
//! Lines carry the span of their request with its id. Values that could name somebody are never fields: no names,
//! notes, tokens, bodies or whole addresses; a test reads the log of a busy run for them.

use std::io::IsTerminal;

use anyhow::Context;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Environment, LogFormat, LogSettings};

/// Starts logging to standard error.
///
/// # Errors
/// When `log.level` cannot be parsed, or logging has been started before.
pub fn init(settings: &LogSettings) -> anyhow::Result<()> {
    let json = match settings.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => Environment::of_this_process().journal,
    };
    let log = subscriber(&settings.level, json, std::io::stderr().is_terminal(), std::io::stderr)?;
    log.try_init().context("logging could not be started")
}

/// What takes the lines: `level` as in `log.level`, as JSON or as text with or without colours, to `writer`.
///
/// # Errors
/// When `level` cannot be parsed.
pub fn subscriber<W>(
    level: &str,
    json: bool,
    colours: bool,
    writer: W,
) -> anyhow::Result<Box<dyn Subscriber + Send + Sync>>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(level).context("log.level is not a filter")?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = if json {
        // All spans of a line, not only the innermost: the request's id is in the outermost.
        lines.json().flatten_event(true).with_current_span(false).with_span_list(true).boxed()
    } else {
        lines.compact().with_ansi(colours).with_target(false).boxed()
    };
    Ok(Box::new(tracing_subscriber::registry().with(filter).with(lines.with_filter(filter_fn(is_ours_or_plain)))))
}

/// Libraries may say what happened, but not with what: the template engine, at its debug level, prints the whole page
/// that it renders. No setting brings that into the log.
fn is_ours_or_plain(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("watchroom") || *metadata.level() <= Level::INFO
}
