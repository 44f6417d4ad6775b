//! Evidence: adding a file, removing it, handing it out.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::cpd::error::CpdError;
use crate::cpd::file_rules::{FileKind, safe_name};
use crate::cpd::model::Evidence;
use crate::cpd::policy::{EditEntry, ReadEntry, Sight};
use crate::cpd::store::{self, NewFile};
use crate::db::Db;
use crate::kernel::bytes::ByteSize;
use crate::kernel::ids::{CpdEntryId, CpdEvidenceId};

/// Adds a file to an entry of the caller's. `given` is what they call it; `limit` is for all their files together.
///
/// # Errors
/// [`CpdError::FileKind`], [`CpdError::Full`], [`CpdError::SameFile`]; [`CpdError::Authz`].
pub async fn attach(
    db: &Db,
    caller: &Caller,
    entry: CpdEntryId,
    given: &str,
    content: Vec<u8>,
    limit: ByteSize,
    now: Timestamp,
) -> Result<CpdEvidenceId, CpdError> {
    let kind = FileKind::of(&content).ok_or(CpdError::FileKind)?;
    let name = safe_name(given, kind);
    let sha256 = Sha256::digest(&content);
    let id = CpdEvidenceId::new(now);
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, entry)?;
        store::lock_files(tx, &may)?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if store::held_bytes(tx, &may)?.saturating_add(size) > limit.0 {
            return Err(CpdError::Full(limit));
        }
        let read = authz::may::<ReadEntry>(tx, entry)?;
        if store::evidence(tx, &read)?.iter().any(|file| file.sha256 == sha256.as_slice()) {
            return Err(CpdError::SameFile);
        }
        let file = NewFile { id, name: &name, kind, sha256: sha256.as_slice(), content: &content };
        store::add_evidence(tx, &may, &file, now)?;
        let noted = Entry::new("cpd.attach")
            .on("cpd", entry)
            .about(may.facts().row.person)
            .noting("file_sha256", data_encoding::HEXLOWER.encode(&sha256))
            .noting("file_bytes", size);
        audit::record(tx, now, noted)?;
        Ok(id)
    })
    .await
}

/// Removes a file of an entry of the caller's, for good.
///
/// # Errors
/// [`CpdError::Authz`] when there is no such file of theirs.
pub async fn detach(
    db: &Db,
    caller: &Caller,
    entry: CpdEntryId,
    file: CpdEvidenceId,
    now: Timestamp,
) -> Result<(), CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, entry)?;
        let sha256 = store::remove_evidence(tx, &may, file)?.ok_or(AuthzError::Hidden)?;
        let noted = Entry::new("cpd.detach")
            .on("cpd", entry)
            .about(may.facts().row.person)
            .noting("file_sha256", data_encoding::HEXLOWER.encode(&sha256));
        audit::record(tx, now, noted)?;
        Ok(())
    })
    .await
}

/// A file as it leaves.
#[derive(Debug)]
pub struct Downloaded {
    /// What is known of it.
    pub file: Evidence,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Hands a file out to who reads its entry. Somebody else's leaves an entry in the audit trail.
///
/// # Errors
/// [`CpdError::Authz`] when there is no such file that the caller may read.
pub async fn download(
    db: &Db,
    caller: &Caller,
    entry: CpdEntryId,
    file: CpdEvidenceId,
    now: Timestamp,
) -> Result<Downloaded, CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadEntry>(tx, entry)?;
        let (found, content) = store::fetch(tx, &may, file)?.ok_or(AuthzError::Hidden)?;
        if may.facts().sight(tx.caller()) != Some(Sight::Own) {
            let caller = tx.caller();
            let by = [permission::CPD_READ, permission::CPD_VERIFY];
            let noted = Entry::new("cpd.evidence-read").on("cpd", entry).about(may.facts().row.person);
            audit::record(tx, now, noted.allowed_by(caller, &by))?;
        }
        Ok(Downloaded { file: found, content })
    })
    .await
}
