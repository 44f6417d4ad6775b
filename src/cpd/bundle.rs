//! The ZIP of a profile: the PDF, each file of evidence, and a manifest that says what they are and what they were when
//! they left. Sent while it is made, a file at a time, so that memory holds one of them and not all; nothing of it
//! touches the disk.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::error::CpdError;
use super::paper::file_names;
use super::service::{self, Whole};
use crate::authz::Caller;
use crate::db::Db;
use crate::kernel::civil;
use crate::views::format;

/// How long a client may leave a piece untaken before the download is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the PDF is called.
pub(super) const PDF: &str = "CPD profile.pdf";

/// What is sent, piece by piece; an error breaks the answer off, so that half a file does not pass for a whole one.
pub(super) type Pieces = mpsc::Receiver<Result<Bytes, io::Error>>;

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Unsent(Arc<Mutex<Vec<u8>>>);

impl Unsent {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Zip = ZipWriter<StreamWriter<Unsent>>;

/// Starts to send a profile with its PDF and its evidence.
pub(super) fn start(db: &Db, caller: &Caller, whole: Whole, pdf: Vec<u8>, now: Timestamp) -> Pieces {
    let (to, pieces) = mpsc::channel(2);
    let (db, caller) = (db.clone(), caller.clone());
    actix_web::rt::spawn(async move {
        if let Err(error) = send(&db, &caller, whole, pdf, now, &to).await {
            tracing::warn!(%error, "the download of a profile broke off");
            // Nobody may be there any more to hear it.
            let _unheard = to.send(Err(io::Error::other("the download broke off"))).await;
        }
    });
    pieces
}

async fn send(
    db: &Db,
    caller: &Caller,
    whole: Whole,
    pdf: Vec<u8>,
    now: Timestamp,
    to: &mpsc::Sender<Result<Bytes, io::Error>>,
) -> Result<(), CpdError> {
    let unsent = Unsent::default();
    let mut zip: Zip = ZipWriter::new_stream(unsent.clone());
    let mut manifest = Manifest::new(&whole, now);
    manifest.add(PDF, &pdf);
    zip = add(zip, PDF.to_owned(), pdf).await?;
    push(&unsent, to).await?;
    for (number, shown) in (1..).zip(&whole.shown) {
        for (name, file) in file_names(number, shown).zip(&shown.files) {
            let content = service::file_bytes(db, caller, shown.row.id, file.id).await?;
            let name = format!("evidence/{name}");
            manifest.add(&name, &content);
            zip = add(zip, name, content).await?;
            push(&unsent, to).await?;
        }
    }
    zip = add(zip, "MANIFEST.txt".to_owned(), manifest.0.into_bytes()).await?;
    zip.finish().map_err(broken)?;
    push(&unsent, to).await
}

/// Packs one file, on a thread where it may take its time.
async fn add(mut zip: Zip, name: String, content: Vec<u8>) -> Result<Zip, CpdError> {
    let packed = tokio::task::spawn_blocking(move || {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(name, options)?;
        zip.write_all(&content)?;
        Ok::<_, zip::result::ZipError>(zip)
    });
    packed.await.map_err(broken)?.map_err(broken)
}

async fn push(unsent: &Unsent, to: &mpsc::Sender<Result<Bytes, io::Error>>) -> Result<(), CpdError> {
    let sent = tokio::time::timeout(PATIENCE, to.send(Ok(unsent.take()))).await;
    sent.map_err(broken)?.map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> CpdError {
    CpdError::Broken(error.to_string())
}

/// What is in the bundle, in plain text: `sha256sum -c` reads its list of digests.
struct Manifest(String);

impl Manifest {
    fn new(whole: &Whole, now: Timestamp) -> Self {
        let (from, to) = whole.period;
        Self(format!(
            "# CPD profile of {}, {} to {}\n# Made {} ({})\n# SHA-256 of each file, as sha256sum writes it:\n",
            whole.name,
            format::short_date(from),
            format::short_date(to),
            format::long_time(now),
            civil::local(now).strftime("%Z"),
        ))
    }

    fn add(&mut self, name: &str, content: &[u8]) {
        self.0.push_str(&data_encoding::HEXLOWER.encode(&Sha256::digest(content)));
        self.0.push_str("  ");
        self.0.push_str(name);
        self.0.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    #[actix_web::test]
    async fn a_bundle_made_piece_by_piece_is_a_whole_archive() {
        let unsent = Unsent::default();
        let mut zip: Zip = ZipWriter::new_stream(unsent.clone());
        let mut sent = Vec::new();
        for (name, content) in [(PDF, &b"%PDF-1.7"[..]), ("evidence/1.1 a.txt", b"seen"), ("MANIFEST.txt", b"list")] {
            zip = add(zip, name.to_owned(), content.to_vec()).await.expect("packed");
            sent.extend_from_slice(&unsent.take());
        }
        zip.finish().expect("finished");
        sent.extend_from_slice(&unsent.take());
        let mut archive = zip::ZipArchive::new(Cursor::new(sent)).expect("an archive");
        assert_eq!(archive.len(), 3);
        let mut text = String::new();
        archive.by_name("evidence/1.1 a.txt").expect("there").read_to_string(&mut text).expect("text");
        assert_eq!(text, "seen");
    }

    #[test]
    fn the_manifest_is_a_list_that_sha256sum_checks() {
        let mut manifest = Manifest::new(&super::super::paper::samples::whole(), Timestamp::UNIX_EPOCH);
        manifest.add("a b.txt", b"abc");
        let last = manifest.0.lines().last().expect("a line");
        assert_eq!(last, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a b.txt");
        assert!(manifest.0.lines().filter(|line| !line.starts_with('#')).count() == 1);
    }
}
