//! The sandbox as this slice holds it: limits from the configuration, the catalogue, and plugins that are compiled.
//!
//! Nothing here is done on a thread that answers requests: inspecting and compiling block.

use std::sync::{Arc, Mutex, PoisonError};

use super::data_sets;
use super::error::ExtensionError;
use crate::config::PluginSettings;
use crate::plugin_host::{Catalogue, HostError, Inspection, Loaded, PluginHost, PluginLimits};

/// Compiled plugins that are kept; more than an organisation runs at a time. Each holds a few MiB.
const MOST_COMPILED: usize = 32;

/// The plugin runtime. One for the whole program.
#[derive(Debug)]
pub struct Runtime {
    host: Result<PluginHost, HostError>,
    catalogue: Arc<Catalogue>,
    limits: PluginLimits,
    upload_bytes: u64,
    /// By the digest of the file, the one used last in front.
    compiled: Mutex<Vec<([u8; 32], Loaded)>>,
}

impl Runtime {
    /// Starts the engine. A machine that cannot run wasm gets a runtime that says so whenever it is asked.
    pub fn start(settings: &PluginSettings) -> Self {
        let host = PluginHost::new(settings.concurrent_runs.into());
        if let Err(error) = &host {
            tracing::error!(%error, "plugins cannot be run");
        }
        let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Self {
            host,
            catalogue: data_sets::catalogue(),
            limits: PluginLimits {
                memory_bytes: wide(settings.memory_bytes()),
                deadline: settings.deadline(),
                output_bytes: settings.output_bytes,
                host_calls: settings.host_calls.into(),
                log_lines: settings.log_lines,
                rows: settings.rows,
            },
            upload_bytes: wide(settings.upload_bytes()),
            compiled: Mutex::default(),
        }
    }

    /// Whether plugins can be run and stopped, for the readiness check. Costs nothing.
    pub fn is_ready(&self) -> bool {
        self.host.as_ref().is_ok_and(PluginHost::is_healthy)
    }

    /// What plugins may ask for.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// What one run may use.
    pub fn limits(&self) -> &PluginLimits {
        &self.limits
    }

    /// The most bytes that a plugin's file may have.
    pub fn upload_bytes(&self) -> u64 {
        self.upload_bytes
    }

    /// The sandbox.
    ///
    /// # Errors
    /// [`ExtensionError::NoRuntime`] when it did not start.
    pub fn host(&self) -> Result<&PluginHost, ExtensionError> {
        self.host.as_ref().map_err(|error| ExtensionError::NoRuntime(error.to_string()))
    }

    /// Looks at a file without compiling it, and holds what it asks for to the catalogue.
    ///
    /// # Errors
    /// [`ExtensionError::Load`] and [`ExtensionError::Unknown`], each a sentence for whoever brought the file.
    pub fn inspect(&self, file: &[u8]) -> Result<Inspection, ExtensionError> {
        let found = Loaded::inspect(file, self.upload_bytes)?;
        let unknown = self.catalogue.unknown(&found.manifest);
        if unknown.is_empty() { Ok(found) } else { Err(ExtensionError::Unknown(unknown.join(", "))) }
    }

    /// The plugin with that digest, ready to run; `file` is asked for when it has to be compiled.
    ///
    /// # Errors
    /// [`ExtensionError::Load`] when it does not fit the interface; whatever `file` returns.
    pub fn compiled(
        &self,
        sha256: [u8; 32],
        file: impl FnOnce() -> Result<Vec<u8>, ExtensionError>,
    ) -> Result<Loaded, ExtensionError> {
        if let Some(found) = self.kept(&sha256) {
            return Ok(found);
        }
        // Two threads may compile the same plugin at once; that costs some milliseconds and harms nothing.
        let loaded = Loaded::compile(self.host()?, &file()?, self.upload_bytes)?;
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.retain(|(other, _)| *other != sha256);
        compiled.insert(0, (sha256, loaded.clone()));
        compiled.truncate(MOST_COMPILED);
        Ok(loaded)
    }

    fn kept(&self, sha256: &[u8; 32]) -> Option<Loaded> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let at = compiled.iter().position(|(other, _)| other == sha256)?;
        let found = compiled.remove(at);
        let loaded = found.1.clone();
        compiled.insert(0, found);
        Some(loaded)
    }
}
