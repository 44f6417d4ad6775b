//! What of absences a home page shows.

use jiff::civil::Date;

use super::error::AbsenceError;
use super::policy::ReadTeam;
use super::service::SHOWN_OF_TEAM;
use super::store;
use crate::authz;
use crate::db::Tx;

/// How many people of the caller's units are away on a day, counted as far as the list goes; `None` for whoever reads
/// nobody's absences.
///
/// # Errors
/// [`AbsenceError::Db`].
pub fn away(tx: &mut Tx<'_>, day: Date) -> Result<Option<usize>, AbsenceError> {
    let Some(may) = authz::if_may::<ReadTeam>(tx, ())? else { return Ok(None) };
    Ok(Some(store::of_team(tx, &may, day, day, SHOWN_OF_TEAM)?.len()))
}
