//! Whether one entry is in the tree, as far as this server can show it.

use jiff::Timestamp;

use super::body::leaf;
use super::error::AuditError;
use super::sequence::caller;
use super::sequence_store;
use crate::crypto::checkpoint::LogVerifier;
use crate::crypto::merkle::{inclusion_proof, verify_inclusion};
use crate::crypto::tile_tree::TileNodes;
use crate::crypto::tiles::{TileError, TileStore};
use crate::db::{Db, DbError};

/// What can be said of an entry's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// It is leaf `leaf` of the `size` that were signed at `signed_at`, shown by `hashes` hashes.
    Sealed { leaf: u64, size: u64, signed_at: Timestamp, root: String, hashes: usize },
    /// It is newer than the newest checkpoint.
    Waiting,
    /// The tree does not hold it as it is here.
    Refuted { leaf: u64, size: u64 },
    /// The row itself does not say what it was committed with.
    Changed,
    /// The tree on disk could not be read; the sentence says why.
    Unknown(String),
}

/// Proves that the entry `id` with this `commitment` is under the newest checkpoint.
pub(super) async fn prove(
    db: &Db,
    id: i64,
    commitment: Vec<u8>,
    store: TileStore,
    verifier: LogVerifier,
) -> Result<Proof, AuditError> {
    let known = db
        .read(&caller(), move |tx| -> Result<_, DbError> {
            Ok((sequence_store::leaf_of(tx, id)?, sequence_store::newest_signed(tx)?))
        })
        .await?;
    let (Some((index, xid)), Some((note, signed_at))) = known else { return Ok(Proof::Waiting) };
    let Ok(signed) = verifier.open(&note) else {
        return Ok(Proof::Unknown("the newest checkpoint is not signed by this appliance's key".to_owned()));
    };
    if index >= signed.size {
        return Ok(Proof::Waiting);
    }
    let leaf_hash = leaf(xid.0, id, &commitment);
    let (size, root) = (signed.size, signed.root);
    let proved = tokio::task::spawn_blocking(move || inclusion_proof(&mut TileNodes::new(&store, size), index, size));
    let hashes = match proved.await {
        Ok(Ok(Some(hashes))) => hashes,
        Ok(Ok(None)) => return Ok(Proof::Waiting),
        Ok(Err(error @ TileError::Io { .. })) => return Err(error.into()),
        Ok(Err(error)) => return Ok(Proof::Unknown(error.to_string())),
        Err(_stopping) => return Err(DbError::Stopping.into()),
    };
    if !verify_inclusion(index, size, leaf_hash, &hashes, root) {
        return Ok(Proof::Refuted { leaf: index, size });
    }
    Ok(Proof::Sealed { leaf: index, size, signed_at, root: root.to_base64(), hashes: hashes.len() })
}
