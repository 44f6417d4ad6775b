//! What the machine's operator sees on the command line: which plugins are installed. No run and no document.

use super::error::ExtensionError;
use super::model::Plugin;
use super::store;
use crate::authz::{Caller, SystemName};
use crate::db::Db;
use crate::kernel::ids::OrganisationId;

/// A plugin and whose it is.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Whose.
    pub organisation: OrganisationId,
    /// What they are called.
    pub organisation_name: String,
    /// The plugin.
    pub plugin: Plugin,
}

/// The plugins of these organisations that are not removed; each organisation is read as the operator within it. Blocks.
///
/// # Errors
/// [`ExtensionError`] of the database.
pub fn installed(
    db: &Db,
    organisations: impl IntoIterator<Item = (OrganisationId, String)>,
) -> Result<Vec<Installed>, ExtensionError> {
    let mut all = Vec::new();
    for (organisation, organisation_name) in organisations {
        let operator = Caller::system(SystemName::Operator, organisation);
        let plugins = db.read_blocking(&operator, store::plugins)?;
        all.extend(plugins.into_iter().map(|plugin| Installed {
            organisation,
            organisation_name: organisation_name.clone(),
            plugin,
        }));
    }
    Ok(all)
}
