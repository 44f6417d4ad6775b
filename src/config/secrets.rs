//! Secrets from files: `*_file` keys, and systemd's credentials.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use super::Config;
use super::problem::{Origin, Problem};
use crate::kernel::secret::Secret;

/// Keys whose value is never shown.
pub(super) const SECRET_KEYS: &[&str] = &["database.url", "database.owner_url", "mail.password"];

/// Serialises any secret as nothing at all.
pub(super) fn hidden<S: Serializer>(_: &Option<Secret<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    None::<()>.serialize(serializer)
}

/// Fills secrets from their files; a value or file that the operator named comes before a credential.
///
/// The credentials are `database-url`, `database-owner-url`, `mail-password`, and `tls-certificate` with `tls-key`.
/// Returns where each filled key came from.
pub(super) fn resolve(
    config: &mut Config,
    credentials: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Vec<(&'static str, Origin)> {
    let mut filled = Vec::new();
    let credential = |name: &str| credentials.map(|dir| dir.join(name)).filter(|path| path.exists());
    let (database, mail) = (&mut config.database, &mut config.mail);
    let slots = [
        ("database.url", "database-url", &database.url_file, &mut database.url),
        ("database.owner_url", "database-owner-url", &database.owner_url_file, &mut database.owner_url),
        ("mail.password", "mail-password", &mail.password_file, &mut mail.password),
    ];
    for (key, name, named, slot) in slots {
        let path = match (named, slot.is_some()) {
            (Some(_), true) => {
                let message = format!("and {key}_file are both set; keep one");
                problems.push(Problem::new(key, message));
                continue;
            }
            (None, true) => continue,
            (Some(path), false) => path.clone(),
            (None, false) => match credential(name) {
                Some(path) => path,
                None => continue,
            },
        };
        match read(&path) {
            Ok(secret) => {
                *slot = Some(secret);
                filled.push((key, Origin::SecretFile(path)));
            }
            Err(message) => problems.push(Problem::new(format!("{key}_file"), message)),
        }
    }
    if let (None, None, Some(certificate), Some(key)) =
        (&config.tls.certificate, &config.tls.key, credential("tls-certificate"), credential("tls-key"))
    {
        filled.push(("tls.certificate", Origin::SecretFile(certificate.clone())));
        filled.push(("tls.key", Origin::SecretFile(key.clone())));
        config.tls.certificate = Some(certificate);
        config.tls.key = Some(key);
    }
    filled
}

fn read(path: &PathBuf) -> Result<Secret<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {}: {error}", path.display()))?;
    match text.trim() {
        "" => Err(format!("is empty: {}", path.display())),
        text => Ok(Secret::new(text.to_owned())),
    }
}
