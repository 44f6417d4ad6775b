//! The `log` interface.

use super::bindings::watchroom::plugin::log::{Host, Level};
use crate::plugin_host::run::{LogLevel, LogLine, RunState};

impl Host for RunState {
    fn write(&mut self, level: Level, line: String) -> wasmtime::Result<()> {
        self.enter()?;
        self.figures.log_lines += 1;
        if self.figures.log_lines <= u64::from(self.limits.log_lines) {
            let level = match level {
                Level::Debug => LogLevel::Debug,
                Level::Info => LogLevel::Info,
                Level::Warning => LogLevel::Warning,
                Level::Error => LogLevel::Error,
            };
            self.log.push(LogLine { level, text: super::sentence(&line) });
        }
        Ok(())
    }
}
