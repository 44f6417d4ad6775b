//! `[log]`: what the program says while it runs, on standard error.

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[log]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// `error`, `warn`, `info`, `debug` or `trace`; or directives such as `info,watchroom::db=debug`.
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// JSON when standard error is the journal, text otherwise.
    Auto,
    /// One readable line.
    Text,
    /// One JSON object on a line.
    Json,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Auto }
    }
}

impl LogSettings {
    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.that(
            tracing_subscriber::EnvFilter::try_new(&self.level).is_ok() && !self.level.trim().is_empty(),
            "log.level",
            &format!("is {:?}, which is neither a level nor a list of directives", self.level),
        );
    }
}
