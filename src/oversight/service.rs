//! The verbs of oversight: look at the figures, look at a list behind one, take either away.

use jiff::Timestamp;

use super::error::OversightError;
use super::model::{Line, List, Overview, Refusals, Times};
use super::policy::{ExportOverview, ReadOverview, ReadRefusals};
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::kernel::cursor::Cursor;

/// Lines of one part of an export.
const ROWS: u16 = 5_000;

/// The figures: no person is in them, so nothing is written down.
pub(super) async fn overview(db: &Db, caller: &Caller, times: Times) -> Result<Overview, OversightError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadOverview>(tx, ())?;
        Ok(store::overview(tx, &may, times)?)
    })
    .await
}

/// A page of a list; that somebody looked at it is written down, for it names people.
pub(super) async fn lines(
    db: &Db,
    caller: &Caller,
    list: List,
    times: Times,
    after: Option<Cursor>,
    limit: u16,
) -> Result<(Vec<Line>, Option<Cursor>), OversightError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadOverview>(tx, ())?;
        let found = store::lines(tx, &may, list, times, after, limit)?;
        let organisation = tx.caller().organisation();
        let entry = Entry::new("security.list").on("organisation", organisation).noting("list", list.slug());
        audit::record(tx, times.now, entry)?;
        Ok(found)
    })
    .await
}

/// The figures, to take away.
pub(super) async fn export_overview(db: &Db, caller: &Caller, times: Times) -> Result<Overview, OversightError> {
    db.write(caller, move |tx| {
        authz::require::<ExportOverview>(tx, ())?;
        let may = authz::may::<ReadOverview>(tx, ())?;
        let organisation = tx.caller().organisation();
        audit::record(tx, times.now, Entry::new("security.export").on("organisation", organisation))?;
        Ok(store::overview(tx, &may, times)?)
    })
    .await
}

/// A whole list, to take away: at most a line for each account, person or token of the organisation.
pub(super) async fn export_list(
    db: &Db,
    caller: &Caller,
    list: List,
    times: Times,
) -> Result<Vec<Line>, OversightError> {
    db.write(caller, move |tx| {
        authz::require::<ExportOverview>(tx, ())?;
        let may = authz::may::<ReadOverview>(tx, ())?;
        let organisation = tx.caller().organisation();
        let entry = Entry::new("security.export").on("organisation", organisation).noting("list", list.slug());
        audit::record(tx, times.now, entry)?;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (mut lines, next) = store::lines(tx, &may, list, times, after, ROWS)?;
            all.append(&mut lines);
            match next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    })
    .await
}

/// How often each rate limit refused somebody. Numbers, so looking leaves no entry.
pub(super) async fn refusals(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<Refusals>, OversightError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadRefusals>(tx, ())?;
        Ok(store::refusals(tx, &may, now)?)
    })
    .await
}
