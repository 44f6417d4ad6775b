//! `[plugins]`: what one run of a plugin may use. A run that wants more is ended, and nothing else notices.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[plugins]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PluginSettings {
    /// Largest plugin file (MiB).
    pub upload_mib: u32,
    /// Memory of one run (MiB).
    pub memory_mib: u32,
    /// Time of one run on the clock, data sets included (milliseconds).
    pub deadline_ms: u64,
    /// Largest document that a run may return (bytes).
    pub output_bytes: u64,
    /// Calls to the host in one run.
    pub host_calls: u32,
    /// Rows that a run may read from the host.
    pub rows: u64,
    /// Log lines kept of one run.
    pub log_lines: u32,
    /// Runs at once; further ones wait.
    pub concurrent_runs: u16,
}

impl Default for PluginSettings {
    fn default() -> Self {
        Self {
            upload_mib: 8,
            memory_mib: 64,
            deadline_ms: 30_000,
            output_bytes: 4_194_304,
            host_calls: 10_000,
            rows: 2_000_000,
            log_lines: 200,
            concurrent_runs: 4,
        }
    }
}

impl PluginSettings {
    /// Largest plugin file in bytes.
    pub fn upload_bytes(&self) -> usize {
        mib(self.upload_mib)
    }

    /// Memory of one run in bytes.
    pub fn memory_bytes(&self) -> usize {
        mib(self.memory_mib)
    }

    /// Time of one run on the clock.
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        check.within("plugins.upload_mib", self.upload_mib, 1, 64);
        check.within("plugins.memory_mib", self.memory_mib, 1, 1_024);
        check.within("plugins.deadline_ms", self.deadline_ms, 10, 3_600_000);
        check.within("plugins.output_bytes", self.output_bytes, 1_024, 67_108_864);
        check.within("plugins.host_calls", self.host_calls, 1, 10_000_000);
        check.within("plugins.rows", self.rows, 1, 1_000_000_000);
        check.within("plugins.log_lines", self.log_lines, 0, 10_000);
        check.within("plugins.concurrent_runs", self.concurrent_runs, 1, 64);
    }
}

fn mib(n: u32) -> usize {
    usize::try_from(u64::from(n) * 1024 * 1024).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_names_the_limits_as_they_are_by_default() {
        let settings = PluginSettings::default();
        let thousands = |n: u64| {
            let text = n.to_string();
            let head = text.len() % 3;
            let groups = text.as_bytes()[head..].chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
            std::iter::once(text[..head].to_owned())
                .filter(|part| !part.is_empty())
                .chain(groups)
                .collect::<Vec<_>>()
                .join(",")
        };
        let said = [
            ("report", format!("memory ({} MiB)", settings.memory_mib)),
            ("report", format!("the time ({} s)", settings.deadline_ms / 1_000)),
            ("report", format!("calls to the host ({})", thousands(settings.host_calls.into()))),
            ("document", format!("may weigh {} MiB unless", settings.output_bytes >> 20)),
            ("data", format!("({} unless configured)", thousands(settings.rows))),
            ("log", format!("({} unless configured)", settings.log_lines)),
        ];
        for (file, words) in said {
            let path = format!("{}/plugins/wit/v1/{file}.wit", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("the interface");
            assert!(text.contains(&words), "{words} in {file}.wit");
        }
    }
}
