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

/// Every organisation's plugins that are not removed; each organisation is read as the operator within it. Blocks.
///
/// # Errors
/// [`ExtensionError`] of the database.
pub fn installed(db: &Db) -> Result<Vec<Installed>, ExtensionError> {
    let as_operator = |organisation| Caller::system(SystemName::Operator, organisation);
    let organisations = db.read_blocking(&as_operator(OrganisationId::NIL), store::organisations)?;
    let mut all = Vec::new();
    for organisation in organisations {
        let (organisation_name, plugins) = db.read_blocking(&as_operator(organisation), |tx| {
            Ok::<_, ExtensionError>((store::organisation_name(tx)?, store::plugins(tx)?))
        })?;
        all.extend(plugins.into_iter().map(|plugin| Installed {
            organisation,
            organisation_name: organisation_name.clone(),
            plugin,
        }));
    }
    Ok(all)
}
