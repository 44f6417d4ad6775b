//! What of people's details a home page shows.

use super::error::DetailError;
use super::policy::ListChanges;
use super::store;
use crate::authz;
use crate::db::Tx;

/// How many changes wait for a decision, counted up to two hundred as the list is; `None` for whoever decides on none.
///
/// # Errors
/// [`DetailError::Db`].
pub fn waiting(tx: &mut Tx<'_>) -> Result<Option<usize>, DetailError> {
    let Some(may) = authz::if_may::<ListChanges>(tx, ())? else { return Ok(None) };
    Ok(Some(store::waiting(tx, &may)?.len()))
}
