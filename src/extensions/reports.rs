//! What people do with enabled plugins: ask for a report, see how far it is, open it.

use jiff::Timestamp;

use super::error::ExtensionError;
use super::model::{NewRun, Plugin, PluginState, Run, RunJob, RunState, UnitChoice};
use super::policy::{ManagePlugins, OwnRun, ReadRun, RunReports};
use super::{job, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, may, permission, require};
use crate::db::Db;
use crate::jobs::{self, NewJob, Queue};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{PluginId, RunId};
use crate::plugin_host::Document;

/// Runs of one person that may wait or run at a time: whoever clicks a hundred times shall not fill the queue.
const MOST_UNFINISHED: i64 = 5;

/// The plugins that may be run, by name.
///
/// # Errors
/// [`ExtensionError::Authz`] for who may not run reports.
pub async fn enabled(db: &Db, caller: &Caller) -> Result<Vec<Plugin>, ExtensionError> {
    db.read(caller, |tx| {
        require::<RunReports>(tx, ())?;
        let mut plugins = store::plugins(tx)?;
        plugins.retain(|plugin| plugin.state == PluginState::Enabled);
        Ok(plugins)
    })
    .await
}

/// A plugin that may be run, and the units that its report may be narrowed to.
///
/// # Errors
/// [`ExtensionError::Gone`] when there is none that is enabled.
pub async fn offer(db: &Db, caller: &Caller, plugin: PluginId) -> Result<(Plugin, Vec<UnitChoice>), ExtensionError> {
    db.read(caller, move |tx| {
        require::<RunReports>(tx, ())?;
        let plugin = store::plugin(tx, plugin)?.filter(|plugin| plugin.state == PluginState::Enabled);
        let plugin = plugin.ok_or(ExtensionError::Gone)?;
        let units = store::units(tx)?;
        let caller = tx.caller();
        Ok((plugin, units.into_iter().filter(|unit| reads_duties_of(caller, unit)).collect()))
    })
    .await
}

/// Whether a report narrowed to the unit may hold anything but the caller's own duties.
fn reads_duties_of(caller: &Caller, unit: &UnitChoice) -> bool {
    let reach = [permission::DUTY_READ, permission::HOURS_READ].map(|permission| caller.reach(permission));
    reach.into_iter().flatten().any(|reach| reach.organisation || reach.units.binary_search(&unit.id).is_ok())
}

/// Puts a run into the queue.
///
/// # Errors
/// [`ExtensionError::Gone`] when the plugin is not enabled or there is no such unit; [`ExtensionError::NotNow`] when
/// too many of the caller's runs wait already.
pub async fn request(
    db: &Db,
    queue: &Queue,
    caller: &Caller,
    new: NewRun,
    now: Timestamp,
) -> Result<RunId, ExtensionError> {
    let run = db
        .write(caller, move |tx| {
            let running = may::<RunReports>(tx, ())?;
            let person = tx.caller().person_id().ok_or(ExtensionError::Gone)?;
            let plugin = store::plugin(tx, new.plugin)?.filter(|plugin| plugin.state == PluginState::Enabled);
            let _enabled = plugin.ok_or(ExtensionError::Gone)?;
            if let Some(unit) = new.unit
                && store::unit_and_below(tx, unit)?.is_empty()
            {
                return Err(ExtensionError::Gone);
            }
            if store::unfinished_runs(tx, person)? >= MOST_UNFINISHED {
                return Err(ExtensionError::NotNow("Wait until the reports that you asked for are made."));
            }
            let run = store::insert_run(tx, &running, person, &new, now)?;
            let order = NewJob {
                organisation: tx.caller().organisation(),
                kind: job::KIND,
                payload: serde_json::to_value(RunJob { run, person })?,
            };
            jobs::enqueue(tx, now, &order)?;
            Ok::<_, ExtensionError>(run)
        })
        .await?;
    queue.wake();
    Ok(run)
}

/// The caller's own runs, the newest first.
///
/// # Errors
/// [`ExtensionError::Authz`] for who may not run reports.
pub async fn history(db: &Db, caller: &Caller, after: Option<Cursor>, limit: i64) -> Result<Vec<Run>, ExtensionError> {
    db.read(caller, move |tx| {
        let running = may::<RunReports>(tx, ())?;
        let person = tx.caller().person_id().ok_or(ExtensionError::Gone)?;
        store::runs_of_person(tx, &running, person, after, limit)
    })
    .await
}

/// Everybody's runs of a plugin, the newest first, without their documents.
///
/// # Errors
/// [`ExtensionError::Authz`] for who may not manage plugins.
pub async fn history_of(
    db: &Db,
    caller: &Caller,
    plugin: PluginId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Run>, ExtensionError> {
    db.read(caller, move |tx| {
        let managing = may::<ManagePlugins>(tx, ())?;
        store::runs_of_plugin(tx, &managing, plugin, after, limit)
    })
    .await
}

/// How a run went: one's own, or for an administrator anybody's.
///
/// # Errors
/// [`ExtensionError::Authz`], hidden, for anybody else's.
pub async fn look(db: &Db, caller: &Caller, run: RunId) -> Result<Run, ExtensionError> {
    db.read(caller, move |tx| {
        let may = may::<ReadRun>(tx, run)?;
        store::run(tx, &may)?.ok_or(ExtensionError::Gone)
    })
    .await
}

/// The caller's own run, with its document once it is made.
///
/// # Errors
/// [`ExtensionError::Authz`], hidden, for anybody else's.
pub async fn open(db: &Db, caller: &Caller, run: RunId) -> Result<(Run, Option<Document>), ExtensionError> {
    db.read(caller, move |tx| {
        let may = may::<OwnRun>(tx, run)?;
        let run = store::own_run(tx, &may)?.ok_or(ExtensionError::Gone)?;
        let document = if run.state == RunState::Done { store::document(tx, &may)? } else { None };
        Ok((run, document))
    })
    .await
}

/// The document of the caller's own run, to take out of Watchroom; the audit trail keeps that it was.
///
/// # Errors
/// [`ExtensionError::Authz`], hidden, for anybody else's; [`ExtensionError::Gone`] while there is no document.
pub async fn export(db: &Db, caller: &Caller, run: RunId, now: Timestamp) -> Result<(Run, Document), ExtensionError> {
    db.write(caller, move |tx| {
        let may = may::<OwnRun>(tx, run)?;
        let run = store::own_run(tx, &may)?.ok_or(ExtensionError::Gone)?;
        let document = store::document(tx, &may)?.ok_or(ExtensionError::Gone)?;
        let entry = Entry::new("report.export").on("plugin_run", run.id).noting("plugin", run.plugin_title.as_str());
        audit::record(tx, now, entry)?;
        Ok((run, document))
    })
    .await
}
