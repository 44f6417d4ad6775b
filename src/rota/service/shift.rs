//! Whether somebody is on a shift at a moment, for the work that sends messages: it reads through functions that answer it
//! alone, and learns nothing else of a roster.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::calendar::cycles;
use crate::db::{DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::rota::model::{Expected, Form};
use crate::rota::{rules, store};

/// Until when somebody is on a shift that is expected of them at `now` and that they have not logged; `None` when they
/// are on none. On-call cover is none: it may fill the week, and is given from home. Asked as
/// [`crate::authz::SystemName::Mail`]; for anybody else there is never one.
///
/// # Errors
/// [`DbError`].
pub fn on_shift_until(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<Option<Timestamp>, DbError> {
    let today = civil::local(now).date();
    // The longest duty of a pattern ends on the day after the one on which it begins.
    let yesterday = today.checked_sub(1.days()).unwrap_or(today);
    let assignments = store::rostered(tx, person, yesterday, today)?;
    if assignments.is_empty() {
        return Ok(None);
    }
    let away: Vec<Date> = store::days_away(tx, person, yesterday, today)?;
    let expected = rules::expected(&assignments, &cycles(tx)?, &[], yesterday, today);
    let running = |one: &&Expected| {
        one.form == Form::Shift && one.starts_at <= now && now < one.ends_at && !away.contains(&one.day)
    };
    let mut until = None;
    for one in expected.iter().filter(running) {
        let worked = store::worked_seconds(tx, person, one.starts_at, one.ends_at)?;
        if !rules::is_filled(one, worked) {
            until = until.max(Some(one.ends_at));
        }
    }
    Ok(until)
}
