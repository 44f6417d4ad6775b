//! All tokens, and the uses of one, as CSV, page by page straight into the response: memory stays flat.

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::error::TokenError;
use super::model::{Filter, Standing, Token, Used};
use super::policy::{ListTokens, ReadToken};
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::kernel::ids::TokenId;
use crate::views::csv_text::{BOM, guarded};
use crate::views::format::machine_time;

/// Parts that may wait for a slow reader; the database waits then too.
const WAITING: usize = 4;

/// Uses in one part.
const ROWS: u16 = 5_000;

/// Tokens in one part.
const TOKENS: u16 = 500;

type Part = Result<Bytes, TokenError>;

/// Writes down that the uses are exported, and begins to stream them, newest first.
///
/// An error after the first part ends the stream, which the browser reports as a failed download.
pub(super) async fn begin(
    db: &Db,
    caller: &Caller,
    id: TokenId,
    now: Timestamp,
) -> Result<impl Stream<Item = Part> + use<>, TokenError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadToken>(tx, id)?;
        let person = may.facts().person;
        audit::record(tx, now, Entry::new("token.export").on("token", id).about(person)).map_err(TokenError::from)
    })
    .await?;
    Ok(stream_of(db, caller, move |tx, parts| feed(tx, id, parts)))
}

/// Writes down that the list of all tokens is exported, and begins to stream it, newest first. Never their text.
///
/// An error after the first part ends the stream, which the browser reports as a failed download.
pub(super) async fn begin_list(
    db: &Db,
    caller: &Caller,
    filter: Filter,
    now: Timestamp,
) -> Result<impl Stream<Item = Part> + use<>, TokenError> {
    db.write(caller, move |tx| {
        authz::require::<ListTokens>(tx, ())?;
        let organisation = tx.caller().organisation();
        let entry = Entry::new("token.export-list").on("organisation", organisation);
        audit::record(tx, now, entry).map_err(TokenError::from)
    })
    .await?;
    Ok(stream_of(db, caller, move |tx, parts| feed_list(tx, filter, now, parts)))
}

/// What `feed` sends from inside one reading transaction.
fn stream_of<F>(db: &Db, caller: &Caller, feed: F) -> impl Stream<Item = Part> + use<F>
where
    F: FnOnce(&mut Tx<'_>, &mpsc::Sender<Part>) -> Result<(), TokenError> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(WAITING);
    let (db, caller) = (db.clone(), caller.clone());
    actix_web::rt::spawn(async move {
        let parts = sender.clone();
        if let Err(error) = db.read(&caller, move |tx| feed(tx, &parts)).await {
            tracing::warn!(%error, "an export of tokens ended early");
            // The reader may be gone, which is why it ended.
            let _reader_gone = sender.send(Err(error)).await;
        }
    });
    stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|part| (part, receiver)))
}

fn feed(tx: &mut Tx<'_>, id: TokenId, parts: &mpsc::Sender<Part>) -> Result<(), TokenError> {
    let may = authz::may::<ReadToken>(tx, id)?;
    let (mut after, mut first) = (None, true);
    loop {
        let page = store::page_of(tx, &may, after, ROWS)?;
        let part = csv(&page.rows, std::mem::take(&mut first));
        if parts.blocking_send(Ok(part)).is_err() || page.next.is_none() {
            return Ok(());
        }
        after = page.next;
    }
}

fn feed_list(tx: &mut Tx<'_>, filter: Filter, now: Timestamp, parts: &mpsc::Sender<Part>) -> Result<(), TokenError> {
    let may = authz::may::<ListTokens>(tx, ())?;
    let (mut after, mut first) = (None, true);
    loop {
        let page = store::page(tx, &may, filter, after, TOKENS, now)?;
        let part = list_csv(&page.rows, now, std::mem::take(&mut first));
        if parts.blocking_send(Ok(part)).is_err() || page.next.is_none() {
            return Ok(());
        }
        after = page.next;
    }
}

fn csv(rows: &[Used], with_head: bool) -> Bytes {
    let head = ["at", "route", "status", "masked_address"];
    table(
        with_head.then_some(head),
        rows.iter().map(|row| {
            [machine_time(row.at), row.route.clone(), row.status.to_string(), row.address.clone().unwrap_or_default()]
        }),
    )
}

fn list_csv(rows: &[Token], now: Timestamp, with_head: bool) -> Bytes {
    let head = [
        "name",
        "kind",
        "person",
        "state",
        "permissions",
        "networks",
        "made_at",
        "ends_at",
        "revoked_at",
        "last_used_at",
        "last_used_from",
    ];
    let time = |at: Option<Timestamp>| at.map(machine_time).unwrap_or_default();
    table(
        with_head.then_some(head),
        rows.iter().map(|token| {
            let state = match token.standing(now) {
                Standing::Good => "good",
                Standing::Ending => "ending",
                Standing::Expired => "expired",
                Standing::Revoked => "revoked",
            };
            let networks: Vec<String> = token.networks.iter().map(ToString::to_string).collect();
            [
                guarded(&token.name).into_owned(),
                token.kind.as_str().to_owned(),
                guarded(token.person_name.as_deref().unwrap_or_default()).into_owned(),
                state.to_owned(),
                token.scopes.join(" "),
                networks.join(" "),
                machine_time(token.created_at),
                machine_time(token.expires_at),
                time(token.revoked_at),
                time(token.last_used_at),
                token.last_used_from.clone().unwrap_or_default(),
            ]
        }),
    )
}

fn table<const N: usize>(head: Option<[&str; N]>, mut rows: impl Iterator<Item = [String; N]>) -> Bytes {
    let begin = if head.is_some() { BOM.to_vec() } else { Vec::new() };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begin);
    // Writing to memory does not fail; a record is as long as the head.
    let written = (|| {
        if let Some(head) = head {
            writer.write_record(head)?;
        }
        rows.try_for_each(|row| writer.write_record(row))
    })();
    debug_assert!(written.is_ok());
    writer.into_inner().map_or_else(|_never| Bytes::new(), Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_its_head_once() {
        let row = Used {
            at: "2026-11-22T09:00:00Z".parse().expect("a time"),
            id: uuid::Uuid::nil(),
            route: "api.duty.list".to_owned(),
            status: 200,
            address: None,
        };
        assert_eq!(csv(&[], true).as_ref(), b"\xef\xbb\xbfat,route,status,masked_address\r\n");
        assert_eq!(csv(&[row], false).as_ref(), b"2026-11-22T09:00:00Z,api.duty.list,200,\r\n");
    }

    #[test]
    fn the_list_says_how_each_token_stands_and_runs_nothing_in_a_spreadsheet() {
        let mut token = crate::tokens::model::samples::token();
        token.name = "=HYPERLINK(1)".to_owned();
        let now = "2026-11-22T09:00:00Z".parse().expect("a time");
        let text = list_csv(&[token], now, false);
        let text = String::from_utf8_lossy(&text);
        assert!(text.starts_with("'=HYPERLINK(1),personal,Jo <Marsh>,good,duty.log duty.read,10.0.0.0/8,"), "{text}");
    }
}
