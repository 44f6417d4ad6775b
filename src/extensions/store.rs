//! The tables `plugins`, `plugin_runs` and `plugin_documents`.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::Value as Json;

use super::error::ExtensionError;
use super::model::{NewRun, Plugin, PluginState, Run, RunFigures, RunState, UnitChoice};
use super::policy::{ManagePlugins, OwnRun, ReadRun, RunReports};
use crate::authz::Granted;
use crate::db::schema::{people, plugin_documents, plugin_runs, plugins, units};
use crate::db::{DbError, Tx};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{PersonId, PluginId, RunId, UnitId};
use crate::plugin_host::{Document, Grants, Inspection, LogLine, SettingValues};

diesel::define_sql_function! {
    /// The length in bytes, without reading them.
    fn octet_length(of: Binary) -> Integer;
}

type PluginRow = (PluginId, Json, Vec<u8>, i32, Json, Json, String, jiff_diesel::Timestamp, jiff_diesel::Timestamp);

/// The columns of a [`PluginRow`]: everything but the file.
macro_rules! plugin_columns {
    () => {
        (
            plugins::id,
            plugins::manifest,
            plugins::sha256,
            octet_length(plugins::component),
            plugins::granted,
            plugins::settings,
            plugins::state,
            plugins::uploaded_at,
            plugins::changed_at,
        )
    };
}

fn plugin_of(row: PluginRow) -> Result<Plugin, ExtensionError> {
    let (id, manifest, sha256, size, granted, settings, state, uploaded_at, changed_at) = row;
    Ok(Plugin {
        id,
        manifest: serde_json::from_value(manifest)?,
        sha256: sha256.try_into().unwrap_or([0; 32]),
        size_bytes: u64::try_from(size).unwrap_or_default(),
        // A list, the column's default, says that nobody has looked yet.
        granted: if granted.is_array() { None } else { Some(serde_json::from_value(granted)?) },
        settings: serde_json::from_value(settings)?,
        state: PluginState::parse(&state),
        uploaded_at: uploaded_at.to_jiff(),
        changed_at: changed_at.to_jiff(),
    })
}

pub(super) fn insert_plugin(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    by: PersonId,
    file: &[u8],
    found: &Inspection,
    sha256: &[u8; 32],
    now: Timestamp,
) -> Result<PluginId, ExtensionError> {
    let id = PluginId::new(now);
    diesel::insert_into(plugins::table)
        .values((
            plugins::organisation_id.eq(tx.caller().organisation()),
            plugins::id.eq(id),
            plugins::name.eq(&found.manifest.name),
            plugins::version.eq(&found.manifest.version),
            plugins::sha256.eq(sha256.as_slice()),
            plugins::component.eq(file),
            plugins::manifest.eq(serde_json::to_value(&found.manifest)?),
            plugins::state.eq(PluginState::Uploaded.as_str()),
            plugins::uploaded_by.eq(by),
            plugins::uploaded_at.eq(now.to_diesel()),
            plugins::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// The plugin with that file, unless it is removed.
pub(super) fn plugin_with_file(tx: &mut Tx<'_>, sha256: &[u8; 32]) -> Result<Option<PluginId>, DbError> {
    let same = plugins::organisation_id.eq(tx.caller().organisation()).and(plugins::sha256.eq(sha256.as_slice()));
    let here = same.and(plugins::state.ne(PluginState::Removed.as_str()));
    Ok(plugins::table.filter(here).select(plugins::id).first(tx.conn()).optional()?)
}

/// All plugins that are not removed, by name, the newest file first.
pub(super) fn plugins(tx: &mut Tx<'_>) -> Result<Vec<Plugin>, ExtensionError> {
    let here =
        plugins::organisation_id.eq(tx.caller().organisation()).and(plugins::state.ne(PluginState::Removed.as_str()));
    let rows: Vec<PluginRow> = plugins::table
        .filter(here)
        .order((plugins::name, plugins::uploaded_at.desc(), plugins::id.desc()))
        .select(plugin_columns!())
        .load(tx.conn())?;
    rows.into_iter().map(plugin_of).collect()
}

pub(super) fn plugin(tx: &mut Tx<'_>, id: PluginId) -> Result<Option<Plugin>, ExtensionError> {
    let row: Option<PluginRow> = plugins::table
        .find((tx.caller().organisation().0, id.0))
        .select(plugin_columns!())
        .first(tx.conn())
        .optional()?;
    row.map(plugin_of).transpose()
}

/// The plugin, its row locked until the transaction ends.
pub(super) fn plugin_for_change(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    id: PluginId,
) -> Result<Option<Plugin>, ExtensionError> {
    let row: Option<PluginRow> = plugins::table
        .find((tx.caller().organisation().0, id.0))
        .select(plugin_columns!())
        .for_update()
        .first(tx.conn())
        .optional()?;
    row.map(plugin_of).transpose()
}

/// A plugin's file.
pub(super) fn component(tx: &mut Tx<'_>, id: PluginId) -> Result<Vec<u8>, DbError> {
    Ok(plugins::table.find((tx.caller().organisation().0, id.0)).select(plugins::component).first(tx.conn())?)
}

pub(super) fn set_granted(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    id: PluginId,
    granted: &Grants,
    now: Timestamp,
) -> Result<(), ExtensionError> {
    let granted = serde_json::to_value(granted)?;
    diesel::update(plugins::table.find((tx.caller().organisation().0, id.0)))
        .set((plugins::granted.eq(granted), plugins::changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_settings(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    id: PluginId,
    settings: &SettingValues,
    now: Timestamp,
) -> Result<(), ExtensionError> {
    let settings = serde_json::to_value(settings)?;
    diesel::update(plugins::table.find((tx.caller().organisation().0, id.0)))
        .set((plugins::settings.eq(settings), plugins::changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

/// Sets how far a plugin has come; the file of a removed one is dropped.
pub(super) fn set_state(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    id: PluginId,
    state: PluginState,
    now: Timestamp,
) -> Result<(), DbError> {
    let this = plugins::table.find((tx.caller().organisation().0, id.0));
    diesel::update(this)
        .set((plugins::state.eq(state.as_str()), plugins::changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    if state == PluginState::Removed {
        diesel::update(this).set(plugins::component.eq(Vec::<u8>::new())).execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn owner_of_run(tx: &mut Tx<'_>, run: RunId) -> Result<Option<PersonId>, DbError> {
    let this = plugin_runs::table.find((tx.caller().organisation().0, run.0));
    Ok(this.select(plugin_runs::person_id).first(tx.conn()).optional()?)
}

pub(super) fn insert_run(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, RunReports>,
    person: PersonId,
    new: &NewRun,
    now: Timestamp,
) -> Result<RunId, DbError> {
    let id = RunId::new(now);
    diesel::insert_into(plugin_runs::table)
        .values((
            plugin_runs::organisation_id.eq(tx.caller().organisation()),
            plugin_runs::id.eq(id),
            plugin_runs::plugin_id.eq(new.plugin),
            plugin_runs::person_id.eq(person),
            plugin_runs::unit_id.eq(new.unit),
            plugin_runs::period_from.eq(new.period.from.to_diesel()),
            plugin_runs::period_to.eq(new.period.to.to_diesel()),
            plugin_runs::state.eq(RunState::Queued.as_str()),
            plugin_runs::queued_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// How many of a person's runs are not over.
pub(super) fn unfinished_runs(tx: &mut Tx<'_>, person: PersonId) -> Result<i64, DbError> {
    let theirs = plugin_runs::organisation_id.eq(tx.caller().organisation()).and(plugin_runs::person_id.eq(person));
    let waiting = plugin_runs::state.eq_any([RunState::Queued.as_str(), RunState::Running.as_str()]);
    Ok(plugin_runs::table.filter(theirs.and(waiting)).count().get_result(tx.conn())?)
}

pub(super) fn start_run(tx: &mut Tx<'_>, may: &Granted<'_, OwnRun>, now: Timestamp) -> Result<(), DbError> {
    diesel::update(plugin_runs::table.find((tx.caller().organisation().0, may.scope().0)))
        .set((plugin_runs::state.eq(RunState::Running.as_str()), plugin_runs::started_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

/// How a run ended, with what it used.
pub(super) fn finish_run(
    tx: &mut Tx<'_>,
    may: &Granted<'_, OwnRun>,
    state: RunState,
    figures: Option<RunFigures>,
    outcome: Option<&str>,
    log: &[LogLine],
    now: Timestamp,
) -> Result<(), ExtensionError> {
    use plugin_runs as r;
    let log = without_nul(serde_json::to_value(log)?);
    let outcome = outcome.map(|sentence| sentence.replace('\0', "\u{FFFD}"));
    let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    diesel::update(r::table.find((tx.caller().organisation().0, may.scope().0)))
        .set((
            r::state.eq(state.as_str()),
            r::finished_at.eq(now.to_diesel()),
            r::duration_ms.eq(figures.map(|it| i32::try_from(it.duration_ms).unwrap_or(i32::MAX))),
            r::rows_read.eq(figures.map(|it| it.rows_read)),
            r::peak_memory_bytes.eq(figures.map(|it| whole(it.peak_memory_bytes))),
            r::host_calls.eq(figures.map(|it| it.host_calls)),
            r::outcome.eq(outcome),
            r::log.eq(log),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn insert_document(
    tx: &mut Tx<'_>,
    may: &Granted<'_, OwnRun>,
    document: &Document,
) -> Result<(), ExtensionError> {
    let document = without_nul(serde_json::to_value(document)?);
    diesel::insert_into(plugin_documents::table)
        .values((
            plugin_documents::organisation_id.eq(tx.caller().organisation()),
            plugin_documents::run_id.eq(may.scope()),
            plugin_documents::person_id.eq(*may.facts()),
            plugin_documents::document.eq(document),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn document(tx: &mut Tx<'_>, may: &Granted<'_, OwnRun>) -> Result<Option<Document>, ExtensionError> {
    let this = plugin_documents::table.find((tx.caller().organisation().0, may.scope().0));
    let kept: Option<Json> = this.select(plugin_documents::document).first(tx.conn()).optional()?;
    Ok(kept.map(serde_json::from_value).transpose()?)
}

/// Postgres keeps no NUL in JSON; a plugin may have written one.
fn without_nul(json: Json) -> Json {
    match json {
        Json::String(text) if text.contains('\0') => Json::String(text.replace('\0', "\u{FFFD}")),
        Json::Array(items) => Json::Array(items.into_iter().map(without_nul).collect()),
        Json::Object(pairs) => Json::Object(pairs.into_iter().map(|(key, value)| (key, without_nul(value))).collect()),
        other => other,
    }
}

type RunRow = (
    (RunId, PluginId, Json, PersonId, Option<String>, Option<String>),
    (Option<UnitId>, Option<String>, jiff_diesel::Date, jiff_diesel::Date, String, jiff_diesel::Timestamp),
    (Option<i32>, Option<i64>, Option<i64>, Option<i64>, Option<String>, Json),
);

/// Runs with the names that go with them; `$filter` and `$limit` say which.
macro_rules! runs {
    ($tx:expr, $filter:expr, $limit:expr) => {{
        use plugin_runs as r;
        let rows: Vec<RunRow> = r::table
            .inner_join(
                plugins::table.on(plugins::organisation_id.eq(r::organisation_id).and(plugins::id.eq(r::plugin_id))),
            )
            .left_join(
                people::table.on(people::organisation_id.eq(r::organisation_id).and(people::id.eq(r::person_id))),
            )
            .left_join(
                units::table.on(units::organisation_id.eq(r::organisation_id).and(r::unit_id.eq(units::id.nullable()))),
            )
            .filter(r::organisation_id.eq($tx.caller().organisation()))
            .filter($filter)
            .order((r::queued_at.desc(), r::id.desc()))
            .limit($limit)
            .select((
                (
                    r::id,
                    r::plugin_id,
                    plugins::manifest,
                    r::person_id,
                    people::given_name.nullable(),
                    people::family_name.nullable(),
                ),
                (r::unit_id, units::name.nullable(), r::period_from, r::period_to, r::state, r::queued_at),
                (r::duration_ms, r::rows_read, r::peak_memory_bytes, r::host_calls, r::outcome, r::log),
            ))
            .load($tx.conn())?;
        rows.into_iter().map(run_of).collect::<Result<Vec<Run>, ExtensionError>>()
    }};
}

fn run_of(row: RunRow) -> Result<Run, ExtensionError> {
    let ((id, plugin, manifest, person, given, family), (unit, unit_name, from, to, state, queued_at), used) = row;
    let (duration_ms, rows_read, memory, host_calls, outcome, log) = used;
    let said = |name: &str| manifest.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    Ok(Run {
        id,
        plugin,
        plugin_title: said("title"),
        plugin_version: said("version"),
        person,
        person_name: given.zip(family).map(|(given, family)| format!("{given} {family}")),
        unit,
        unit_name,
        from: from.to_jiff(),
        to: to.to_jiff(),
        state: RunState::parse(&state),
        queued_at: queued_at.to_jiff(),
        figures: duration_ms.map(|duration_ms| RunFigures {
            duration_ms: i64::from(duration_ms),
            rows_read: rows_read.unwrap_or_default(),
            peak_memory_bytes: u64::try_from(memory.unwrap_or_default()).unwrap_or_default(),
            host_calls: host_calls.unwrap_or_default(),
        }),
        outcome,
        log: serde_json::from_value(log)?,
    })
}

pub(super) fn run(tx: &mut Tx<'_>, may: &Granted<'_, ReadRun>) -> Result<Option<Run>, ExtensionError> {
    let found = runs!(tx, r::id.eq(may.scope()), 1)?;
    Ok(found.into_iter().next())
}

pub(super) fn own_run(tx: &mut Tx<'_>, may: &Granted<'_, OwnRun>) -> Result<Option<Run>, ExtensionError> {
    let found = runs!(tx, r::id.eq(may.scope()), 1)?;
    Ok(found.into_iter().next())
}

/// Runs that come after the place where a page ended, newest first.
macro_rules! after {
    ($cursor:expr) => {{
        // At the beginning of the list, everything comes after.
        let (at, id) = $cursor.map_or((Timestamp::MAX, uuid::Uuid::max()), |cursor: Cursor| (cursor.at, cursor.id));
        let at = at.to_diesel();
        // The first comparison is what the index walks to.
        let earlier = plugin_runs::queued_at.lt(at).or(plugin_runs::queued_at.eq(at).and(plugin_runs::id.lt(id)));
        plugin_runs::queued_at.le(at).and(earlier)
    }};
}

/// A person's own runs, the newest first, after `after`.
pub(super) fn runs_of_person(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, RunReports>,
    person: PersonId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Run>, ExtensionError> {
    runs!(tx, r::person_id.eq(person).and(after!(after)), limit)
}

/// Everybody's runs of a plugin, the newest first, after `after`.
pub(super) fn runs_of_plugin(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    plugin: PluginId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Run>, ExtensionError> {
    runs!(tx, r::plugin_id.eq(plugin).and(after!(after)), limit)
}

/// How runs end that nobody meant to end so.
const GONE_WRONG: [RunState; 2] = [RunState::Stopped, RunState::Failed];

/// Everybody's runs of a plugin that were asked for since then and went wrong, the newest first.
pub(super) fn failed_runs(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    plugin: PluginId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Run>, ExtensionError> {
    let wrong = plugin_runs::state.eq_any(GONE_WRONG.map(RunState::as_str));
    let wrong = wrong.and(plugin_runs::queued_at.ge(since.to_diesel()));
    runs!(tx, r::plugin_id.eq(plugin).and(wrong), limit)
}

/// How many runs of each plugin went wrong that were asked for since then.
pub(super) fn failures(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ManagePlugins>,
    since: Timestamp,
) -> Result<Vec<(PluginId, i64)>, DbError> {
    use diesel::dsl::count_star;
    let here = plugin_runs::organisation_id.eq(tx.caller().organisation());
    Ok(plugin_runs::table
        .filter(here.and(plugin_runs::queued_at.ge(since.to_diesel())))
        .filter(plugin_runs::state.eq_any(GONE_WRONG.map(RunState::as_str)))
        .group_by(plugin_runs::plugin_id)
        .select((plugin_runs::plugin_id, count_star()))
        .load(tx.conn())?)
}

/// All units that are open, as a tree in reading order.
pub(super) fn units(tx: &mut Tx<'_>) -> Result<Vec<UnitChoice>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: UnitId,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Integer)]
        depth: i32,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "with recursive tree as (
             select u.id, u.name, 0 as depth, array[lower(u.name), u.id::text] as path
               from units u where u.organisation_id = $1 and u.parent_id is null and u.closed_at is null
             union all
             select u.id, u.name, t.depth + 1, t.path || array[lower(u.name), u.id::text]
               from units u join tree t on u.parent_id = t.id
              where u.organisation_id = $1 and u.closed_at is null)
         select id, name, depth from tree order by path",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .load(tx.conn())?;
    let choice =
        |row: Row| UnitChoice { id: row.id, name: row.name, depth: usize::try_from(row.depth).unwrap_or_default() };
    Ok(rows.into_iter().map(choice).collect())
}

/// The unit and all below it, closed ones included: what was worked there is still theirs. Empty if there is none.
pub(super) fn unit_and_below(tx: &mut Tx<'_>, unit: UnitId) -> Result<Vec<UnitId>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: UnitId,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "with recursive below(id) as (
             select u.id from units u where u.organisation_id = $1 and u.id = $2
             union
             select u.id from units u join below b on u.parent_id = b.id where u.organisation_id = $1)
         select id from below",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<SqlUuid, _>(unit)
    .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
