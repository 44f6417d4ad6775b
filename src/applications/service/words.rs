//! The organisation's own words to applicants.

use jiff::Timestamp;

use crate::applications::error::ApplicationError;
use crate::applications::model::LetterKind;
use crate::applications::policy::WriteWords;
use crate::applications::rules;
use crate::applications::store;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::Db;

/// The words of each kind of letter, the usual ones where the organisation has none of its own.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn read_words(db: &Db, caller: &Caller) -> Result<Vec<(LetterKind, String, bool)>, ApplicationError> {
    db.read(caller, |tx| {
        let may = authz::may::<WriteWords>(tx, ())?;
        let own = store::words(tx, &may)?;
        let of = |kind: LetterKind| match own.get(kind.as_str()) {
            Some(body) => (kind, body.clone(), true),
            None => (kind, kind.usual().to_owned(), false),
        };
        Ok(LetterKind::ALL.into_iter().map(of).collect())
    })
    .await
}

/// Writes the organisation's own words for a kind of letter. Letters that were written keep theirs.
///
/// # Errors
/// [`ApplicationError::Invalid`]; [`ApplicationError::Authz`].
pub async fn write_words(
    db: &Db,
    caller: &Caller,
    kind: LetterKind,
    body: String,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WriteWords>(tx, ())?;
        let body = rules::check_words(&body)?;
        store::set_words(tx, &may, kind, &body, now)?;
        audit::record(tx, now, Entry::new("application.words").on("letter", kind.as_str()))?;
        Ok(())
    })
    .await
}
