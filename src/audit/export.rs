//! The trail as CSV, from a cursor on the server straight into the response: memory stays flat.

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::error::AuditError;
use super::policy::ReadTrail;
use super::trail::{Search, note_export};
use super::trail_store::{self, TrailRow};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::views::format::machine_time;

/// Parts that may wait for a slow reader; the database waits then too.
const WAITING: usize = 4;

const HEAD: [&str; 12] = [
    "entry",
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "masked_address",
    "action",
    "object_kind",
    "object_id",
    "subject_id",
    "detail",
    "commitment",
];

type Part = Result<Bytes, AuditError>;

/// Writes down that the trail is exported, and begins to stream it.
///
/// An error after the first part ends the stream, which the browser reports as a failed download.
pub(super) async fn begin(
    db: &Db,
    caller: &Caller,
    search: Search,
    now: Timestamp,
) -> Result<impl Stream<Item = Part> + use<>, AuditError> {
    let noted = search.clone();
    db.write(caller, move |tx| note_export(tx, &noted, now)).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let (db, caller) = (db.clone(), caller.clone());
    actix_web::rt::spawn(async move {
        let parts = sender.clone();
        if let Err(error) = db.read(&caller, move |tx| feed(tx, &search, &parts)).await {
            tracing::warn!(%error, "an export of the audit trail ended early");
            // The reader may be gone, which is why it ended.
            let _reader_gone = sender.send(Err(error)).await;
        }
    });
    Ok(stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|part| (part, receiver))))
}

fn feed(tx: &mut Tx<'_>, search: &Search, parts: &mpsc::Sender<Part>) -> Result<(), AuditError> {
    let may = authz::may::<ReadTrail>(tx, ())?;
    trail_store::declare(tx, &may, search)?;
    let mut first = true;
    loop {
        let rows = trail_store::fetch(tx)?;
        if rows.is_empty() && !first {
            return Ok(());
        }
        let part = csv(&rows, std::mem::take(&mut first));
        if parts.blocking_send(Ok(part)).is_err() {
            return Ok(());
        }
    }
}

fn csv(rows: &[TrailRow], with_head: bool) -> Bytes {
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(rows.len().saturating_mul(400)));
    // Writing to memory does not fail; a record is as long as the head by its type.
    let written = (|| {
        if with_head {
            writer.write_record(HEAD)?;
        }
        rows.iter().try_for_each(|row| writer.write_record(record(row)))
    })();
    debug_assert!(written.is_ok());
    writer.into_inner().map_or_else(|_never| Bytes::new(), Bytes::from)
}

fn record(row: &TrailRow) -> [String; 12] {
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    [
        row.id.to_string(),
        machine_time(row.at.to_jiff()),
        row.actor_kind.clone(),
        id(row.actor_id),
        plain(&row.actor_label),
        row.masked_address.clone().unwrap_or_default(),
        plain(&row.action),
        plain(&row.object_kind),
        plain(row.object_id.as_deref().unwrap_or_default()),
        id(row.subject_id),
        row.detail.to_string(),
        data_encoding::HEXLOWER.encode(&row.commitment),
    ]
}

/// A cell that a spreadsheet would run as a formula is kept text by an apostrophe.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_stays_text() {
        assert_eq!(plain("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(plain("duty.log"), "duty.log");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn an_empty_export_still_has_its_head() {
        let part = csv(&[], true);
        assert_eq!(part.as_ref(), format!("{}\n", HEAD.join(",")).as_bytes());
    }
}
