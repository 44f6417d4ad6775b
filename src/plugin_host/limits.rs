//! How much one run may use, and the meter for its memory.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wasmtime::ResourceLimiter;

use super::document::DocumentLimits;
use super::run::Stop;

/// What one run may use. A run that goes beyond is stopped; nothing else notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginLimits {
    /// Memory of the plugin, in bytes. Rounded down to wasm's pages of 64 KiB.
    pub memory_bytes: u64,
    /// From start to end, waiting for the database included. At most an hour counts.
    pub deadline: Duration,
    /// Weight of the document, in bytes. What one call hands to the host is bounded by eight times as much memory.
    pub output_bytes: u64,
    /// Calls to the host.
    pub host_calls: u64,
    /// Lines of log that are kept; further ones are counted and dropped.
    pub log_lines: u32,
    /// Rows read, all answers together. The plugin gets `quota` beyond.
    pub rows: u64,
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            deadline: Duration::from_secs(10),
            output_bytes: 1 << 20,
            host_calls: 100_000,
            log_lines: 200,
            rows: 2_000_000,
        }
    }
}

impl PluginLimits {
    /// The deadline, at most an hour: beyond that nobody waits, and no clock overflows.
    pub(super) fn patience(&self) -> Duration {
        self.deadline.min(Duration::from_secs(3_600))
    }

    /// What the host copies of one call at most, in bytes. A value weighs eight bytes in a document and up to eight
    /// times as many in memory, with the row and the list around it.
    pub(super) fn bytes_a_call(&self) -> usize {
        usize::try_from(self.output_bytes.saturating_mul(8)).unwrap_or(usize::MAX)
    }

    /// What follows for the document.
    pub fn document(&self) -> DocumentLimits {
        DocumentLimits { bytes: self.output_bytes, blocks: 200, columns: 50, rows: 10_000, labels: 400, series: 12 }
    }
}

/// Elements of all tables together are bounded by this many for each of at most [`TABLES`] tables.
const TABLE_ELEMENTS: usize = 10_000;
const TABLES: usize = 8;
const INSTANCES: usize = 16;

/// Meters the plugin's memory and stops the run that asks for too much.
#[derive(Debug)]
pub(super) struct MemoryMeter {
    limit: usize,
    /// The most that it had, in bytes.
    pub(super) peak: usize,
}

impl MemoryMeter {
    pub(super) fn new(limit_bytes: u64) -> Self {
        Self { limit: usize::try_from(limit_bytes).unwrap_or(usize::MAX), peak: 0 }
    }
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.limit {
            return Err(Stop::Memory { limit_bytes: u64::try_from(self.limit).unwrap_or(u64::MAX) }.into());
        }
        self.peak = self.peak.max(desired);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        TABLES
    }

    // One memory, so that the limit above is the whole.
    fn memories(&self) -> usize {
        1
    }
}
