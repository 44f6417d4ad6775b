//! Approved hours as payroll wants them: a row for each person and period.

use jiff::Timestamp;

use super::error::TimesheetError;
use super::policy::ExportHours;
use super::rules::period::Period;
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::ids::{TimesheetId, UnitId};
use crate::views::csv_text::{guarded, table};
use crate::views::format::machine_time;

/// The last two tell payroll what it has: the same reference with another revision is a period that was reopened or
/// corrected since, and takes the place of what was downloaded before.
const HEAD: [&str; 15] = [
    "Family name",
    "Given name",
    "Employee number",
    "Payroll number",
    "Home unit",
    "Period from",
    "Period to",
    "Minutes approved",
    "Hours approved",
    "Duties",
    "Approved at",
    "Approved by",
    "In the stead of",
    "Reference",
    "Revision",
];

/// An approved sheet with whose it is, as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedRow {
    /// Family name.
    pub family: Option<String>,
    /// Given name.
    pub given: Option<String>,
    /// Employee number.
    pub number: Option<String>,
    /// Payroll number.
    pub payroll: Option<String>,
    /// The home unit when it was submitted.
    pub unit: UnitId,
    /// Of which days.
    pub period: Period,
    /// What was approved, in minutes.
    pub minutes: i32,
    /// How many duties.
    pub duties: i32,
    /// When.
    pub approved_at: Timestamp,
    /// By whom.
    pub by: Option<String>,
    /// In whose stead.
    pub in_stead_of: Option<String>,
    /// Which sheet.
    pub sheet: TimesheetId,
    /// Grows with each move and each correction.
    pub revision: i32,
}

/// The approved hours of periods that begin within `days`, as a file.
///
/// # Errors
/// [`TimesheetError::Authz`].
pub async fn approved(db: &Db, caller: &Caller, days: Period, now: Timestamp) -> Result<Vec<u8>, TimesheetError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ExportHours>(tx, ())?;
        let rows = store::approved(tx, &may, days)?;
        let (_kinds, units) = words_in(tx)?;
        let entry = Entry::new("payroll.export-hours")
            .on("organisation", tx.caller().organisation())
            .noting("from", days.from.to_string())
            .noting("to", days.to.to_string())
            .noting("rows", i64::try_from(rows.len()).unwrap_or(i64::MAX));
        audit::record(tx, now, entry)?;
        Ok(file(&rows, &units))
    })
    .await
}

fn file(rows: &[ApprovedRow], units: &Units) -> Vec<u8> {
    let text = |text: &Option<String>| guarded(text.as_deref().unwrap_or_default()).into_owned();
    let cells = |row: &ApprovedRow| {
        [
            text(&row.family),
            text(&row.given),
            text(&row.number),
            text(&row.payroll),
            guarded(&units.label(row.unit)).into_owned(),
            row.period.from.to_string(),
            row.period.to.to_string(),
            row.minutes.to_string(),
            decimal_hours(row.minutes),
            row.duties.to_string(),
            machine_time(row.approved_at),
            text(&row.by),
            text(&row.in_stead_of),
            row.sheet.to_string(),
            row.revision.to_string(),
        ]
    };
    table(HEAD, rows.iter().map(cells))
}

/// Hours with two decimals, rounded half up: what most payroll programs take.
fn decimal_hours(minutes: i32) -> String {
    let hundredths = (i64::from(minutes) * 100 + 30) / 60;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn minutes_become_hours_with_two_decimals() {
        assert_eq!([0, 1, 20, 30, 690, 2399].map(decimal_hours), ["0.00", "0.02", "0.33", "0.50", "11.50", "39.98"]);
    }

    #[test]
    fn a_row_says_who_when_how_much_and_by_whom_and_runs_nothing() {
        let row = ApprovedRow {
            family: Some("=Marsh".to_owned()),
            given: Some("Jo".to_owned()),
            number: Some("N0004".to_owned()),
            payroll: None,
            unit: UnitId::NIL,
            period: Period { from: date(2026, 11, 16), to: date(2026, 11, 22) },
            minutes: 690,
            duties: 2,
            approved_at: "2026-11-23T08:00:00Z".parse().expect("a time"),
            by: Some("Max Innes".to_owned()),
            in_stead_of: None,
            sheet: TimesheetId::NIL,
            revision: 2,
        };
        let text = String::from_utf8(file(&[row], &Units::default())).expect("UTF-8");
        let line = text.lines().nth(1).expect("a row");
        assert_eq!(
            line,
            "'=Marsh,Jo,N0004,,Unknown unit,2026-11-16,2026-11-22,690,11.50,2,2026-11-23T08:00:00Z,Max Innes,,\
             00000000-0000-0000-0000-000000000000,2"
        );
    }
}
