//! A report plugin that is ready to run: uploaded, reviewed and enabled as an administrator would in the console.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::app::wiring::Parts;
use crate::authz::Caller;
use crate::extensions::service;
use crate::plugin_host::Grants;

/// Installs `file` with all that it asks to read.
pub(super) async fn install(parts: &Parts, administrator: &Caller, file: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let (site, runtime) = (&parts.site, Arc::clone(&parts.plugins));
    let refused = || format!("{} was refused", file.display());
    let id = service::upload(&site.db, &runtime, administrator, bytes, sha256, site.clock.now())
        .await
        .with_context(refused)?;
    let (plugin, _others) = service::find(&site.db, administrator, id).await?;
    let everything =
        plugin.manifest.data_sets.iter().fold(Grants::default(), |granted, asked| {
            granted.with(&asked.name, asked.columns.iter().map(String::as_str))
        });
    service::grant(&site.db, administrator, id, everything, site.clock.now()).await?;
    service::enable(&site.db, &runtime, administrator, id, site.clock.now()).await.with_context(refused)?;
    Ok(())
}
