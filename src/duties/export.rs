//! Duties as CSV, streamed from a cursor: memory does not grow with the rows.
//!
//! The audit entry is committed before the first row leaves, so that an export that breaks off is on record too.

use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::error::DutyError;
use super::model::{DutyRow, Filter, Notes, Sight};
use super::policy::{ExportOwn, ExportTeam, ReadDutiesOf, ReadTeam};
use super::rules::in_miles;
use super::store;
use super::team::{Weeks, picked_units};
use super::words::{Kinds, Units};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Team};
use crate::db::{Db, DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::views::csv_text;

/// Bytes of a piece that is sent at once.
const PIECE: usize = 64 * 1024;

/// How long a client may leave a piece untaken before the export is given up: it holds a database connection.
const PATIENCE: Duration = Duration::from_secs(10);

const COMMON: [&str; 9] =
    ["Unit", "Start", "End", "Break minutes", "Minutes worked", "Type", "Category", "Sub-category", "Duty"];
const DETAILS: [&str; 5] = ["Incident number", "Role", "Call sign", "Miles", "Source"];

/// What is sent, piece by piece; an error breaks the answer off, so that half a file does not pass for a whole one.
pub type Pieces = mpsc::Receiver<Result<Bytes, std::io::Error>>;

struct Out {
    csv: csv::Writer<Vec<u8>>,
    to: mpsc::Sender<Result<Bytes, std::io::Error>>,
    zone: TimeZone,
    kinds: Kinds,
    units: Units,
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the client went away")]
    Gone,
    #[error("a row could not be written")]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Duty(#[from] DutyError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<AuthzError> for Broken {
    fn from(error: AuthzError) -> Self {
        Self::Duty(error.into())
    }
}

impl Out {
    fn new(to: mpsc::Sender<Result<Bytes, std::io::Error>>, tx: &mut Tx<'_>) -> Result<Self, Broken> {
        let csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(csv_text::BOM.to_vec());
        Ok(Self { csv, to, zone: civil::zone(), kinds: store::kinds(tx)?, units: store::units(tx)? })
    }

    fn cell(&mut self, text: &str) -> Result<(), Broken> {
        Ok(self.csv.write_field(csv_text::guarded(text).as_bytes())?)
    }

    fn cells<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Result<(), Broken> {
        texts.into_iter().try_for_each(|text| self.cell(text))
    }

    fn time(&mut self, at: Timestamp) -> Result<(), Broken> {
        let local = self.zone.to_datetime(at);
        let (day, time) = (local.date(), local.time());
        let text =
            format!("{:04}-{:02}-{:02} {:02}:{:02}", day.year(), day.month(), day.day(), time.hour(), time.minute());
        self.cell(&text)
    }

    fn common(&mut self, row: &DutyRow) -> Result<(), Broken> {
        let unit = self.units.label(row.unit);
        self.cell(&unit)?;
        self.time(row.started_at)?;
        self.time(row.ended_at)?;
        self.cell(&row.break_minutes.to_string())?;
        self.cell(&row.worked_minutes.to_string())?;
        for id in [Some(row.kind.type_id), row.kind.category, row.kind.subcategory] {
            let name = id.map(|id| self.kinds.name(id).to_owned()).unwrap_or_default();
            self.cell(&name)?;
        }
        self.cell(&row.id.to_string())
    }

    fn details(&mut self, row: Option<&DutyRow>) -> Result<(), Broken> {
        let Some(row) = row else { return self.cells([""; DETAILS.len()]) };
        let details = &row.details;
        for text in [&details.incident_number, &details.job_role, &details.call_sign] {
            self.cell(text.as_deref().unwrap_or_default())?;
        }
        self.cell(&details.mileage_tenths.map(in_miles).unwrap_or_default())?;
        self.cell(&row.source)
    }

    fn end_row(&mut self) -> Result<(), Broken> {
        self.csv.write_record(None::<&[u8]>)?;
        if self.csv.get_ref().len() >= PIECE { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Broken> {
        self.csv.flush().map_err(csv::Error::from)?;
        let fresh =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(PIECE * 2));
        let full = std::mem::replace(&mut self.csv, fresh);
        let bytes = full.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
        let mut piece = Ok(Bytes::from(bytes));
        let since = Instant::now();
        loop {
            match self.to.try_send(piece) {
                Ok(()) => return Ok(()),
                Err(mpsc::error::TrySendError::Full(back)) if since.elapsed() < PATIENCE => piece = back,
                Err(_gone_or_too_slow) => return Err(Broken::Gone),
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Starts the export of the caller's own duties, notes included.
///
/// # Errors
/// [`DutyError::Authz`] when the caller keeps none.
pub async fn own(db: &Db, caller: &Caller, filter: Filter, now: Timestamp) -> Result<Pieces, DutyError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        authz::require::<ExportOwn>(tx, me)?;
        authz::require::<ReadDutiesOf>(tx, me)?;
        audit::record(tx, now, Entry::new("duty.export").on("person", me).about(me))?;
        Ok::<_, DutyError>(())
    })
    .await?;
    Ok(start(db, caller, move |tx, mut out| {
        let may = authz::may::<ReadDutiesOf>(tx, me)?;
        out.cells(COMMON.into_iter().chain(DETAILS).chain(["Shared note", "Private note"]))?;
        out.end_row()?;
        store::export_own(tx, &may, &filter, |row, notes: Notes| {
            out.common(&row)?;
            out.details(Some(&row))?;
            out.cells([notes.shared.as_deref().unwrap_or_default(), notes.private.as_deref().unwrap_or_default()])?;
            out.end_row()
        })?;
        out.send()
    }))
}

/// Starts the export of a team's duties, without notes; hours only where the caller sees no more.
///
/// # Errors
/// [`DutyError::Authz`] when the caller sees nobody's hours, or not those of the unit.
pub async fn team(
    db: &Db,
    caller: &Caller,
    picked: Option<UnitId>,
    weeks: Weeks,
    now: Timestamp,
) -> Result<Pieces, DutyError> {
    let units = db
        .write(caller, move |tx| {
            let downloads = authz::may::<ExportTeam>(tx, ())?.facts().clone();
            let may = authz::may::<ReadTeam>(tx, ())?;
            let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
            let (picked, below) = picked_units(&team, &store::units(tx)?, picked)?;
            let below = below.into_iter().filter(|unit| downloads.as_ref().is_some_and(|team: &Team| team.has(*unit)));
            let below: Vec<UnitId> = below.collect();
            let entry = Entry::new("team.export")
                .on("unit", picked)
                .noting("from", weeks.from.to_string())
                .noting("to", weeks.to.to_string());
            audit::record(tx, now, entry)?;
            Ok::<_, DutyError>(below)
        })
        .await?;
    Ok(start(db, caller, move |tx, mut out| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let caller = tx.caller();
        out.cells(["Family name", "Given name", "Employee number"].into_iter().chain(COMMON).chain(DETAILS))?;
        out.end_row()?;
        store::export_team(tx, &may, &units, (weeks.from, weeks.to), |row, named| {
            let Some(sight) = Sight::of(caller, row.person, row.unit) else { return Ok(()) };
            for text in [&named.family, &named.given, &named.number] {
                out.cell(text.as_deref().unwrap_or_default())?;
            }
            out.common(&row)?;
            out.details((sight != Sight::Hours).then_some(&row))?;
            out.end_row()
        })?;
        out.send()
    }))
}

fn start<F>(db: &Db, caller: &Caller, work: F) -> Pieces
where
    F: for<'tx> FnOnce(&mut Tx<'tx>, Out) -> Result<(), Broken> + Send + 'static,
{
    let (to, pieces) = mpsc::channel(4);
    let (db, caller) = (db.clone(), caller.clone());
    actix_web::rt::spawn(async move {
        let sender = to.clone();
        let outcome = db.read(&caller, move |tx| Out::new(sender, tx).and_then(|out| work(tx, out))).await;
        if let Err(error) = outcome {
            tracing::warn!(%error, "an export broke off");
            // Nobody may be there any more to hear it.
            let _unheard = to.send(Err(std::io::Error::other("the export broke off"))).await;
        }
    });
    pieces
}
