//! What of the security log a home page shows.

use jiff::civil::Date;

use super::AuditError;
use super::log::Log;
use super::policy::ReadLog;
use super::trail::Search;
use super::trail_store;
use crate::authz;
use crate::db::Tx;

/// How many entries the security log has since the beginning of this day; `None` for whoever does not read it.
///
/// # Errors
/// [`AuditError::Db`].
pub fn security_entries(tx: &mut Tx<'_>, since: Date) -> Result<Option<i64>, AuditError> {
    let Some(may) = authz::if_may::<ReadLog>(tx, Log::Security)? else { return Ok(None) };
    let search = Search { log: Log::Security, from: Some(since), ..Search::default() };
    Ok(Some(trail_store::count(tx, &may, &search)?))
}
