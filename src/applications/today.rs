//! What of applications a home page shows.

use super::error::ApplicationError;
use super::policy::HandleVacancies;
use super::store;
use crate::authz;
use crate::db::Tx;

/// Applications that are open, with the caller or a colleague to move on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All of them.
    pub open: i64,
    /// In the first stage of their vacancy.
    pub new: i64,
    /// In its last stage, where it has more than one.
    pub last: i64,
}

/// What waits for those who handle applications; `None` for whoever handles none.
///
/// # Errors
/// [`ApplicationError::Db`].
pub fn waiting(tx: &mut Tx<'_>) -> Result<Option<Waiting>, ApplicationError> {
    let Some(may) = authz::if_may::<HandleVacancies>(tx, ())? else { return Ok(None) };
    let by_stage = store::open_by_stage(tx, &may)?;
    let vacancies = store::vacancies(tx, &may)?;
    let mut waiting = Waiting::default();
    for (id, stage, open) in &by_stage {
        waiting.open += open;
        let stages = vacancies.iter().find(|vacancy| vacancy.id == *id).map(|vacancy| &vacancy.draft.stages);
        let Some(stages) = stages else { continue };
        if stages.first() == Some(stage) {
            waiting.new += open;
        } else if stages.last() == Some(stage) {
            waiting.last += open;
        }
    }
    Ok(Some(waiting))
}
