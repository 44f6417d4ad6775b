//! How long records are kept, and to whom people can talk.

use jiff::Timestamp;

use super::records::me;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::crypto::personal::PrivateKey;
use crate::db::Db;
use crate::wellbeing::error::WellbeingError;
use crate::wellbeing::model::Keep;
use crate::wellbeing::policy::{KeepRecords, WriteSupport};
use crate::wellbeing::{rules, store};

/// How long the caller's records are kept.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn keep(db: &Db, caller: &Caller) -> Result<Keep, WellbeingError> {
    let person = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        Ok(store::keep(tx, &may)?)
    })
    .await
}

/// Changes it, for the records that are there as well: their days are inside, so it takes the key.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn set_keep(db: &Db, caller: &Caller, key: PrivateKey, keep: Keep) -> Result<(), WellbeingError> {
    let records = super::list(db, caller, key).await?;
    let person = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecords>(tx, person)?;
        store::set_keep(tx, &may, keep)?;
        for one in &records.opened {
            store::set_delete_on(tx, &may, one.id, rules::delete_on(one.record.day, keep))?;
        }
        Ok(())
    })
    .await
}

/// What the organisation wrote of to whom people can talk; `None` until it has.
///
/// # Errors
/// [`WellbeingError::Db`].
pub async fn support(db: &Db, caller: &Caller) -> Result<Option<String>, WellbeingError> {
    db.read(caller, |tx| Ok(store::support(tx)?)).await
}

/// Writes to whom people can talk.
///
/// # Errors
/// [`WellbeingError::Authz`].
pub async fn set_support(db: &Db, caller: &Caller, body: String, now: Timestamp) -> Result<(), WellbeingError> {
    let organisation = caller.organisation();
    db.write(caller, move |tx| {
        let may = authz::may::<WriteSupport>(tx, ())?;
        store::set_support(tx, &may, &body, now)?;
        audit::record(tx, now, Entry::new("wellbeing.support").on("organisation", organisation))?;
        Ok(())
    })
    .await
}
