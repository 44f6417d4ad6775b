//! What managers do: offering, and counting offers.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller};
use crate::db::Db;
use crate::kernel::ids::TrimOfferId;
use crate::organisation::{UnitTree, units};
use crate::trim::error::TrimError;
use crate::trim::model::CountLine;
use crate::trim::policy::{CountOffers, OfferTrim};
use crate::trim::rules;
use crate::trim::store;
use crate::views::FormErrors;

/// Whom the caller may offer TRiM to, named by their id.
///
/// # Errors
/// [`TrimError::Authz`] when it is nobody whom they may.
pub async fn may_offer_to(db: &Db, caller: &Caller, whom: String) -> Result<String, TrimError> {
    db.read(caller, move |tx| {
        let may = authz::may::<OfferTrim>(tx, ())?;
        let found = store::whom(tx, &may, whom.trim())?;
        let (_id, name) = found.into_iter().next().ok_or(AuthzError::Hidden)?;
        Ok(name)
    })
    .await
}

/// Offers TRiM to somebody, named by their number or address, or by their id from a link; their name.
///
/// # Errors
/// [`TrimError::Invalid`].
pub async fn give(
    db: &Db,
    caller: &Caller,
    whom: String,
    event_on: String,
    now: Timestamp,
) -> Result<String, TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<OfferTrim>(tx, ())?;
        let mut errors = FormErrors::new();
        let mut found = if whom.trim().is_empty() { Vec::new() } else { store::whom(tx, &may, whom.trim())? };
        if found.len() != 1 {
            errors.add("whom", "Nobody else of your units has this work address or employee number");
        }
        let event_at = match rules::event_of(&event_on, now) {
            Ok(at) => Some(at),
            Err(more) => {
                more.as_slice().iter().for_each(|error| errors.add(error.field.clone(), error.message.clone()));
                None
            }
        };
        let (Some((person, name)), Some(event_at), true) = (found.pop(), event_at, errors.is_empty()) else {
            return Err(errors.into());
        };
        let id = TrimOfferId::new(now);
        store::give(tx, &may, id, person, event_at, now)?;
        // Not about whom: an auditor need not know, and the one whom it is about sees it on their own page.
        audit::record(tx, now, Entry::new("trim.offer").on("TRiM", ""))?;
        Ok(name)
    })
    .await
}

/// Counts of offers in a calendar quarter.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Every line that there is for the caller; the sum has no unit.
    pub lines: Vec<CountLine>,
    /// The units, for their names and order.
    pub units: UnitTree,
}

/// How many offers were made in the quarter of `day`, by unit.
///
/// # Errors
/// [`TrimError::Authz`].
pub async fn counts(db: &Db, caller: &Caller, day: Date) -> Result<Counts, TrimError> {
    db.read(caller, move |tx| {
        let may = authz::may::<CountOffers>(tx, ())?;
        Ok(Counts { lines: store::counts(tx, &may, day)?, units: units::tree_in(tx)? })
    })
    .await
}
