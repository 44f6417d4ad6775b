//! A log as CSV, from a cursor on the server straight into the response: memory stays flat.

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::deeds::{Kind, kind_of, words};
use super::error::AuditError;
use super::log::Log;
use super::policy::ReadLog;
use super::shown::{self, Change};
use super::trail::{Search, note_export, people};
use super::trail_store::{self, TrailRow};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::views::csv_text::{BOM, guarded};
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

/// What the security log's file says besides, for those who read it in a spreadsheet.
const MORE: [&str; 5] = ["kind", "deed", "actor", "subject", "changed"];

type Part = Result<Bytes, AuditError>;

/// Writes down that the log is exported, and begins to stream it.
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
        let log = search.log;
        if let Err(error) = db.read(&caller, move |tx| feed(tx, &search, &parts)).await {
            tracing::warn!(%error, ?log, "an export of the audit trail ended early");
            // The reader may be gone, which is why it ended.
            let _reader_gone = sender.send(Err(error)).await;
        }
    });
    Ok(stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|part| (part, receiver))))
}

fn feed(tx: &mut Tx<'_>, search: &Search, parts: &mpsc::Sender<Part>) -> Result<(), AuditError> {
    let may = authz::may::<ReadLog>(tx, search.log)?;
    trail_store::declare(tx, &may, search)?;
    let mut first = true;
    loop {
        let rows = trail_store::fetch(tx)?;
        if rows.is_empty() && !first {
            return Ok(());
        }
        let head = std::mem::take(&mut first);
        let part = match search.log {
            Log::Trail => csv(head.then_some(&HEAD[..]), &[], rows.iter().map(|row| record(row).to_vec())),
            Log::Security => {
                let names = trail_store::names(tx, &may, people(&rows))?;
                let head = head.then(|| HEAD.iter().chain(&MORE).copied().collect::<Vec<_>>());
                let bom = if head.is_some() { BOM } else { &[] };
                csv(head.as_deref(), bom, rows.iter().map(|row| security_record(row, &names)))
            }
        };
        if parts.blocking_send(Ok(part)).is_err() {
            return Ok(());
        }
    }
}

/// Lines of the file, behind `start` and the names of its columns where it begins.
fn csv(head: Option<&[&str]>, start: &[u8], mut records: impl Iterator<Item = Vec<String>>) -> Bytes {
    let mut writer = csv::Writer::from_writer(start.to_vec());
    // Writing to memory does not fail; a record is as long as the head.
    let written = (|| {
        if let Some(head) = head {
            writer.write_record(head)?;
        }
        records.try_for_each(|record| writer.write_record(record))
    })();
    debug_assert!(written.is_ok());
    writer.into_inner().map_or_else(|_never| Bytes::new(), Bytes::from)
}

fn record(row: &TrailRow) -> [String; 12] {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
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

/// The same with what [`MORE`] says: before and after by field in words, and people by name.
fn security_record(row: &TrailRow, names: &[(Uuid, String)]) -> Vec<String> {
    let name = |id: Option<Uuid>| {
        let name = names.iter().find(|(known, _name)| Some(*known) == id).map(|(_known, name)| plain(name));
        name.unwrap_or_default()
    };
    let changed = shown::changes(&row.detail).iter().map(Change::line).collect::<Vec<_>>().join("; ");
    let more = [
        kind_of(&row.action).map(Kind::slug).unwrap_or_default().to_owned(),
        words(&row.action).to_owned(),
        name(row.actor_id),
        name(row.subject_id),
        plain(&changed),
    ];
    record(row).into_iter().chain(more).collect()
}

/// A cell that a spreadsheet would run as a formula is kept text by an apostrophe.
fn plain(text: &str) -> String {
    guarded(text).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(label: &str, detail: serde_json::Value) -> TrailRow {
        TrailRow {
            id: 7,
            organisation_id: Uuid::nil(),
            at: jiff_diesel::ToDiesel::to_diesel(Timestamp::UNIX_EPOCH),
            actor_kind: "person".to_owned(),
            actor_id: Some(Uuid::from_u128(1)),
            actor_label: label.to_owned(),
            masked_address: None,
            action: "role.grant".to_owned(),
            object_kind: "person".to_owned(),
            object_id: Some("@SUM(A1)".to_owned()),
            subject_id: Some(Uuid::from_u128(2)),
            detail,
            salt: None,
            commitment: vec![0xab],
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_stays_text() {
        let detail = json!({"changed": {"=role": {"before": null, "after": "=HYPERLINK(1)"}}});
        let names = [(Uuid::from_u128(1), "+Jo".to_owned()), (Uuid::from_u128(2), "=Sam".to_owned())];
        let cells = security_record(&row("-watch", detail), &names);
        assert_eq!(cells.len(), HEAD.len() + MORE.len());
        let starts = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!cells.iter().any(starts), "{cells:?}");
        assert!(cells.ends_with(
            &["roles", "Gave a role", "'+Jo", "'=Sam", "'=role: nothing → =HYPERLINK(1)"].map(str::to_owned)
        ));
    }

    #[test]
    fn an_empty_export_still_has_its_head() {
        let part = csv(Some(&HEAD), &[], std::iter::empty());
        assert_eq!(part.as_ref(), format!("{}\n", HEAD.join(",")).as_bytes());
    }
}
