//! What of plugins a home page shows: runs that went wrong lately.

use jiff::{SignedDuration, Timestamp};

use super::error::ExtensionError;
use super::model::Run;
use super::policy::ManagePlugins;
use super::store;
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::kernel::ids::PluginId;

/// How long ago a run may have been asked for, to be of today's concern.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Runs that the list of them shows at most.
const MOST: i64 = 200;

fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(LATELY).unwrap_or(now)
}

/// A plugin of which runs went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Which plugin.
    pub plugin: PluginId,
    /// What it calls itself.
    pub title: String,
    /// How many runs of the last seven days.
    pub runs: i64,
}

/// The plugins of which runs went wrong within seven days; none for whoever manages no plugins. A plugin that was
/// removed since is left out, for nobody can look at its runs.
///
/// # Errors
/// [`ExtensionError::Db`].
pub fn failing(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Failing>, ExtensionError> {
    let Some(may) = authz::if_may::<ManagePlugins>(tx, ())? else { return Ok(Vec::new()) };
    let counted = store::failures(tx, &may, since(now))?;
    if counted.is_empty() {
        return Ok(Vec::new());
    }
    let runs_of = |plugin: PluginId| counted.iter().find(|(of, _runs)| *of == plugin).map(|(_of, runs)| *runs);
    let failing = store::plugins(tx)?.into_iter().filter_map(|plugin| {
        runs_of(plugin.id).map(|runs| Failing { plugin: plugin.id, title: plugin.manifest.title, runs })
    });
    Ok(failing.collect())
}

/// The runs of a plugin that went wrong within seven days, the newest first.
///
/// # Errors
/// [`ExtensionError::Authz`] for who may not manage plugins.
pub async fn failed_runs(
    db: &Db,
    caller: &Caller,
    plugin: PluginId,
    now: Timestamp,
) -> Result<Vec<Run>, ExtensionError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManagePlugins>(tx, ())?;
        store::failed_runs(tx, &may, plugin, since(now), MOST)
    })
    .await
}
