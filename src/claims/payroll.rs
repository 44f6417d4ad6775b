//! Taking approved claims to payroll: a run takes all that none has taken, and stays to be downloaded again. So nothing
//! is paid twice because somebody downloaded it twice, and nothing is forgotten between two downloads.

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::ClaimError;
use super::model::PayrollRun;
use super::payroll_store as store;
use super::policy::RunPayroll;
use super::rules::Kind;
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller};
use crate::db::Db;
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{ClaimId, PayrollRunId, UnitId};
use crate::views::csv_text::{guarded, table};
use crate::views::format::machine_time;

/// Runs on one page.
const PER_PAGE: u16 = 24;

const HEAD: [&str; 13] = [
    "Family name",
    "Given name",
    "Employee number",
    "Payroll number",
    "Home unit",
    "Day",
    "Claim",
    "Claimed",
    "Approved",
    "Measure",
    "Approved at",
    "Approved by",
    "Reference",
];

/// A claim as payroll's file has it, with whose it is as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidRow {
    /// Which claim.
    pub claim: ClaimId,
    /// Family name.
    pub family: Option<String>,
    /// Given name.
    pub given: Option<String>,
    /// Employee number.
    pub number: Option<String>,
    /// Payroll number.
    pub payroll: Option<String>,
    /// The home unit when it was claimed.
    pub unit: UnitId,
    /// The day on which the duty started.
    pub day: Date,
    /// What was claimed.
    pub kind: Kind,
    /// How much.
    pub claimed: i32,
    /// How much was approved.
    pub approved: i32,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<String>,
}

/// What the page of payroll shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// How many approved claims the next run takes.
    pub to_take: i64,
    /// How many wait because the hours of their day were reopened.
    pub held: i64,
    /// A page of runs, the newest first.
    pub runs: Vec<PayrollRun>,
    /// Where the list goes on.
    pub next: Option<Cursor>,
}

/// Lists the runs, and what the next one would take.
///
/// # Errors
/// [`ClaimError::Authz`].
pub async fn shown(db: &Db, caller: &Caller, after: Option<Cursor>) -> Result<Shown, ClaimError> {
    db.read(caller, move |tx| {
        let may = authz::may::<RunPayroll>(tx, ())?;
        let (runs, next) = store::runs(tx, &may, after, PER_PAGE)?;
        let (to_take, held) = store::to_take(tx, &may)?;
        Ok(Shown { to_take, held, runs, next })
    })
    .await
}

/// Makes a run of every approved claim that none has taken and whose hours are approved; how many it took.
///
/// # Errors
/// [`ClaimError::NothingToPay`] when there is none; [`ClaimError::Authz`].
pub async fn run(db: &Db, caller: &Caller, now: Timestamp) -> Result<i64, ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<RunPayroll>(tx, ())?;
        let id = PayrollRunId::new(now);
        let taken = i64::try_from(store::make(tx, &may, id, now)?).unwrap_or(i64::MAX);
        if taken == 0 {
            return Err(ClaimError::NothingToPay);
        }
        audit::record(tx, now, Entry::new("payroll.run").on("payroll-run", id).noting("claims", taken))?;
        Ok(taken)
    })
    .await
}

/// The file of a run, and when the run was made.
///
/// # Errors
/// [`ClaimError::Authz`], also when there is no such run.
pub async fn file(
    db: &Db,
    caller: &Caller,
    id: PayrollRunId,
    now: Timestamp,
) -> Result<(PayrollRun, Vec<u8>), ClaimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<RunPayroll>(tx, ())?;
        let run = store::run(tx, &may, id)?.ok_or(AuthzError::Hidden)?;
        let rows = store::taken(tx, &may, id)?;
        let (_kinds, units) = words_in(tx)?;
        audit::record(tx, now, Entry::new("payroll.export").on("payroll-run", id).noting("claims", run.claims))?;
        Ok((run, written(&rows, &units)))
    })
    .await
}

fn written(rows: &[PaidRow], units: &Units) -> Vec<u8> {
    let text = |text: &Option<String>| guarded(text.as_deref().unwrap_or_default()).into_owned();
    let cells = |row: &PaidRow| {
        [
            text(&row.family),
            text(&row.given),
            text(&row.number),
            text(&row.payroll),
            guarded(&units.label(row.unit)).into_owned(),
            row.day.to_string(),
            row.kind.title().to_owned(),
            row.kind.in_file(row.claimed),
            row.kind.in_file(row.approved),
            row.kind.measure().to_owned(),
            row.decided_at.map(machine_time).unwrap_or_default(),
            text(&row.decided_by),
            row.claim.to_string(),
        ]
    };
    table(HEAD, rows.iter().map(cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_a_line_with_its_measure_and_runs_nothing() {
        let row = PaidRow {
            claim: ClaimId::NIL,
            family: Some("+Marsh".to_owned()),
            given: Some("Jo".to_owned()),
            number: Some("N0004".to_owned()),
            payroll: Some("P-77".to_owned()),
            unit: UnitId::NIL,
            day: jiff::civil::date(2026, 11, 16),
            kind: Kind::Mileage,
            claimed: 125,
            approved: 100,
            decided_at: Some("2026-11-23T08:00:00Z".parse().expect("a time")),
            decided_by: Some("Hana Brook".to_owned()),
        };
        let text = String::from_utf8(written(&[row], &Units::default())).expect("UTF-8");
        assert_eq!(
            text.lines().nth(1),
            Some(
                "'+Marsh,Jo,N0004,P-77,Unknown unit,2026-11-16,Mileage,12.5,10,miles,2026-11-23T08:00:00Z,\
                 Hana Brook,00000000-0000-0000-0000-000000000000"
            )
        );
    }
}
