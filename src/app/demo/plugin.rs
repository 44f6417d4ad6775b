//! A report plugin that is ready to run: uploaded, reviewed and enabled as an administrator would in the console.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::app::wiring::Parts;
use crate::authz::Caller;
use crate::extensions::service;
use crate::plugin_host::Grants;

/// Installs `file` with all that it asks to read but what is personal, which takes a decision.
pub(super) async fn install(parts: &Parts, administrator: &Caller, file: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let (site, runtime) = (&parts.site, Arc::clone(&parts.plugins));
    let refused = || format!("{} was refused", file.display());
    let id = service::upload(&site.db, &runtime, administrator, bytes, sha256, site.clock.now())
        .await
        .with_context(refused)?;
    let (plugin, _others) = service::find(&site.db, administrator, id).await?;
    let catalogue = runtime.catalogue();
    let personal = |data_set: &str, column: &str| {
        catalogue.data_set(data_set).and_then(|set| set.column(column)).is_none_or(|column| column.personal)
    };
    let granted = plugin.manifest.data_sets.iter().fold(Grants::default(), |granted, asked| {
        let columns = asked.columns.iter().map(String::as_str).filter(|column| !personal(&asked.name, column));
        granted.with(&asked.name, columns)
    });
    service::grant(&site.db, administrator, id, granted, site.clock.now()).await?;
    service::enable(&site.db, &runtime, administrator, id, site.clock.now()).await.with_context(refused)?;
    Ok(())
}
