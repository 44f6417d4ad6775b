//! The log's name and the key that signs for it.

use crate::crypto::Keyring;
use crate::crypto::checkpoint::{LogName, LogSigner};
use crate::crypto::merkle::leaf_hash;

/// The signer of this appliance's audit log.
///
/// The log is named after its key, so that two appliances never sign under one name.
pub fn signer(keys: &Keyring) -> LogSigner {
    let key = keys.audit_signing_key().clone();
    let digest = leaf_hash(key.verifying_key().as_bytes()).to_string();
    let name = format!("watchroom/audit/{}", digest.get(..16).unwrap_or_default());
    LogSigner::new(LogName::from_plain(&name), key)
}
