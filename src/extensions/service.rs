//! What administrators do with plugins, each with its audit entry in the same transaction.

use std::sync::Arc;

use jiff::Timestamp;

use super::error::ExtensionError;
use super::model::{Plugin, PluginState};
use super::policy::ManagePlugins;
use super::runtime::Runtime;
use super::store;
use crate::audit::{self, Entry, Field};
use crate::authz::{Caller, may, require};
use crate::db::{Db, Tx};
use crate::kernel::ids::PluginId;
use crate::plugin_host::manifest::Setting;
use crate::plugin_host::{Grants, SettingFault, SettingValue, SettingValues};

const STATE: Field = Field::shown("state");
const GRANTED: Field = Field::shown("granted");

/// Takes a plugin's file: nothing of it is compiled or run. It may read nothing and nobody may run it yet.
///
/// # Errors
/// [`ExtensionError::Load`] or [`ExtensionError::Unknown`] for what is not a plugin for this Watchroom,
/// [`ExtensionError::Installed`] for a file that is here already.
pub async fn upload(
    db: &Db,
    runtime: &Arc<Runtime>,
    caller: &Caller,
    file: Vec<u8>,
    sha256: [u8; 32],
    now: Timestamp,
) -> Result<PluginId, ExtensionError> {
    let runtime = Arc::clone(runtime);
    db.write(caller, move |tx| {
        let granted = may::<ManagePlugins>(tx, ())?;
        let by = tx.caller().person_id().ok_or(ExtensionError::Gone)?;
        let found = runtime.inspect(&file)?;
        if let Some(here) = store::plugin_with_file(tx, &sha256)? {
            return Err(ExtensionError::Installed(here));
        }
        let id = store::insert_plugin(tx, &granted, by, &file, &found, &sha256, now)?;
        let entry = Entry::new("plugin.upload")
            .on("plugin", id)
            .noting("name", found.manifest.name.as_str())
            .noting("version", found.manifest.version.as_str())
            .noting("publisher", found.manifest.publisher.as_str())
            .noting("sha256", found.sha256)
            .noting("bytes", found.size_bytes);
        audit::record(tx, now, entry)?;
        Ok(id)
    })
    .await
}

/// All plugins that are not removed, by name, the newest file first.
///
/// # Errors
/// [`ExtensionError::Authz`] for who may not manage plugins.
pub async fn list(db: &Db, caller: &Caller) -> Result<Vec<Plugin>, ExtensionError> {
    db.read(caller, |tx| {
        require::<ManagePlugins>(tx, ())?;
        store::plugins(tx)
    })
    .await
}

/// One plugin, and the other versions of it that are here, the newest file first.
///
/// # Errors
/// [`ExtensionError::Gone`] when there is none, or it is removed.
pub async fn find(db: &Db, caller: &Caller, id: PluginId) -> Result<(Plugin, Vec<Plugin>), ExtensionError> {
    db.read(caller, move |tx| {
        require::<ManagePlugins>(tx, ())?;
        let mut all = store::plugins(tx)?;
        let at = all.iter().position(|plugin| plugin.id == id).ok_or(ExtensionError::Gone)?;
        let plugin = all.remove(at);
        all.retain(|other| other.manifest.name == plugin.manifest.name);
        Ok((plugin, all))
    })
    .await
}

/// Lets a plugin read a part of what it asks for, and nothing else. What it does not ask for is left out.
///
/// # Errors
/// [`ExtensionError::Gone`], [`ExtensionError::Authz`].
pub async fn grant(
    db: &Db,
    caller: &Caller,
    id: PluginId,
    wanted: Grants,
    now: Timestamp,
) -> Result<(), ExtensionError> {
    db.write(caller, move |tx| {
        let managing = may::<ManagePlugins>(tx, ())?;
        let plugin = store::plugin_for_change(tx, &managing, id)?;
        let plugin = plugin.filter(is_here).ok_or(ExtensionError::Gone)?;
        let granted = plugin.manifest.data_sets.iter().fold(Grants::default(), |granted, asked| {
            let columns = asked.columns.iter().map(String::as_str);
            granted.with(&asked.name, columns.filter(|column| wanted.has(&asked.name, column)))
        });
        store::set_granted(tx, &managing, id, &granted, now)?;
        let entry = Entry::new("plugin.grant")
            .on("plugin", id)
            .noting("name", plugin.manifest.name.as_str())
            .noting("version", plugin.manifest.version.as_str())
            .changed([GRANTED.change(columns(&plugin.grants()), columns(&granted))]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// `data_set.column` of everything granted.
pub(super) fn columns(grants: &Grants) -> Vec<String> {
    grants.0.iter().flat_map(|(set, columns)| columns.iter().map(move |column| format!("{set}.{column}"))).collect()
}

/// Keeps the settings of a plugin's form.
///
/// # Errors
/// [`ExtensionError::Settings`] with every fault, to be shown beside the fields; nothing is kept then.
pub async fn configure(
    db: &Db,
    caller: &Caller,
    id: PluginId,
    field: impl Fn(&str) -> Option<String> + Send + 'static,
    now: Timestamp,
) -> Result<(), ExtensionError> {
    db.write(caller, move |tx| {
        let managing = may::<ManagePlugins>(tx, ())?;
        let plugin = store::plugin_for_change(tx, &managing, id)?;
        let plugin = plugin.filter(is_here).ok_or(ExtensionError::Gone)?;
        let schema = &plugin.manifest.settings;
        let values = read_settings(schema, field).map_err(ExtensionError::Settings)?;
        store::set_settings(tx, &managing, id, &values, now)?;
        // Names only: what an administrator types into a plugin's form may be anything.
        let changed: Vec<String> = schema
            .iter()
            .filter(|setting| shown(setting, &plugin.settings) != shown(setting, &values))
            .map(|setting| setting.name.clone())
            .collect();
        let entry = Entry::new("plugin.settings")
            .on("plugin", id)
            .noting("name", plugin.manifest.name.as_str())
            .noting("settings", changed);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Reads the form of a plugin's settings; also refuses what the database cannot keep.
pub(super) fn read_settings(
    schema: &[Setting],
    field: impl Fn(&str) -> Option<String>,
) -> Result<SettingValues, Vec<SettingFault>> {
    let values = SettingValues::from_form(schema, field)?;
    let unkept = schema.iter().filter(|setting| match values.0.get(&setting.name) {
        Some(SettingValue::Text(text)) => text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')),
        _ => false,
    });
    let faults: Vec<SettingFault> = unkept
        .map(|setting| SettingFault {
            name: setting.name.clone(),
            message: format!("{} holds a character that cannot be kept: type it again", setting.title),
        })
        .collect();
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

fn shown(setting: &Setting, values: &SettingValues) -> Option<SettingValue> {
    values.0.get(&setting.name).cloned().or_else(|| setting.default_value())
}

/// Lets people run a plugin. It is compiled first; other versions of it are disabled.
///
/// # Errors
/// [`ExtensionError::NotNow`] before somebody has reviewed what it may read; [`ExtensionError::Settings`] when a
/// setting without a default is not set; [`ExtensionError::Load`] when it does not fit the interface.
pub async fn enable(
    db: &Db,
    runtime: &Arc<Runtime>,
    caller: &Caller,
    id: PluginId,
    now: Timestamp,
) -> Result<(), ExtensionError> {
    let (sha256, file) = db
        .read(caller, move |tx| {
            require::<ManagePlugins>(tx, ())?;
            let plugin = store::plugin(tx, id)?.filter(is_here).ok_or(ExtensionError::Gone)?;
            Ok::<_, ExtensionError>((plugin.sha256, store::component(tx, id)?))
        })
        .await?;
    let host = Arc::clone(runtime);
    // Outside the transaction, and not on a thread that answers requests: it takes both processors for a moment.
    let compiled = tokio::task::spawn_blocking(move || host.compiled(sha256, || Ok(file)).map(|_loaded| ())).await;
    compiled.map_err(|error| ExtensionError::NoRuntime(error.to_string()))??;
    db.write(caller, move |tx| {
        let managing = may::<ManagePlugins>(tx, ())?;
        let plugin = store::plugin_for_change(tx, &managing, id)?;
        let plugin = plugin.filter(is_here).ok_or(ExtensionError::Gone)?;
        if plugin.granted.is_none() {
            return Err(ExtensionError::NotNow("Review what the plugin may read first."));
        }
        plugin.settings.complete(&plugin.manifest.settings).map_err(ExtensionError::Settings)?;
        let others = store::plugins(tx)?;
        let others = others.iter().filter(|it| it.manifest.name == plugin.manifest.name && it.id != id);
        for other in others.filter(|it| it.state == PluginState::Enabled) {
            change_state(tx, other, PluginState::Disabled, "plugin.disable", now)?;
        }
        change_state(tx, &plugin, PluginState::Enabled, "plugin.enable", now)
    })
    .await
}

/// Lets nobody run a plugin any more; runs that wait are refused.
///
/// # Errors
/// [`ExtensionError::NotNow`] when it is not enabled.
pub async fn disable(db: &Db, caller: &Caller, id: PluginId, now: Timestamp) -> Result<(), ExtensionError> {
    db.write(caller, move |tx| {
        let managing = may::<ManagePlugins>(tx, ())?;
        let plugin = store::plugin_for_change(tx, &managing, id)?;
        let plugin = plugin.filter(is_here).ok_or(ExtensionError::Gone)?;
        if plugin.state != PluginState::Enabled {
            return Err(ExtensionError::NotNow("The plugin is not enabled."));
        }
        change_state(tx, &plugin, PluginState::Disabled, "plugin.disable", now)
    })
    .await
}

/// Drops a plugin's file. Its runs stay in the history, and reports stay with those for whom they were made.
///
/// # Errors
/// [`ExtensionError::Gone`].
pub async fn remove(db: &Db, caller: &Caller, id: PluginId, now: Timestamp) -> Result<(), ExtensionError> {
    db.write(caller, move |tx| {
        let managing = may::<ManagePlugins>(tx, ())?;
        let plugin = store::plugin_for_change(tx, &managing, id)?;
        let plugin = plugin.filter(is_here).ok_or(ExtensionError::Gone)?;
        change_state(tx, &plugin, PluginState::Removed, "plugin.remove", now)
    })
    .await
}

fn is_here(plugin: &Plugin) -> bool {
    plugin.state != PluginState::Removed
}

fn change_state(
    tx: &mut Tx<'_>,
    plugin: &Plugin,
    state: PluginState,
    act: &'static str,
    now: Timestamp,
) -> Result<(), ExtensionError> {
    let managing = may::<ManagePlugins>(tx, ())?;
    store::set_state(tx, &managing, plugin.id, state, now)?;
    let entry = Entry::new(act)
        .on("plugin", plugin.id)
        .noting("name", plugin.manifest.name.as_str())
        .noting("version", plugin.manifest.version.as_str())
        .changed([STATE.change(plugin.state.as_str(), state.as_str())]);
    audit::record(tx, now, entry)?;
    Ok(())
}
