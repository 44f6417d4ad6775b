//! The appliance's own keys: one file each under the state directory, made once, readable by its user alone.
//!
//! `server.key` keys every HMAC (form tokens, look-up keys); `audit-signing.key` is the Ed25519 seed that signs the
//! audit log's checkpoints; `sealing.key` seals the secrets that the database keeps for us (`sealed.rs`). Losing the
//! first signs everybody out; losing the second ends the log's line of signatures; losing the third means entering
//! those secrets again. None is in the database or in its backups.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::random::{self, RandomError};
use super::sealed;
use crate::kernel::secret::Secret;

const SERVER_KEY: &str = "server.key";
const AUDIT_SIGNING_KEY: &str = "audit-signing.key";
const SEALING_KEY: &str = "sealing.key";

/// Why the keys could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else on the machine could read or replace the key.
    #[error(
        "{path} has mode {mode:03o}, so others on this machine can get at the key: \
         run 'chmod {wanted} {path}', and replace the key if others may have read it"
    )]
    Loose {
        /// The file or directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The permission bits that we ask for, in octal.
        wanted: &'static str,
    },
    /// The file does not hold a key.
    #[error("{0} does not hold a key (44 characters of base64): restore it from your copy of the keys")]
    Malformed(PathBuf),
    /// A new key could not be made.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The keys of this appliance, loaded once at start.
pub struct Keyring {
    server: Secret<[u8; 32]>,
    audit: SigningKey,
    sealing: Secret<[u8; 32]>,
}

impl Keyring {
    /// Loads the keys from `dir`, making the directory (0700) and each missing key (0600) first.
    ///
    /// Two processes that start at once end up with the same keys: a key is made beside its place and linked into it,
    /// which only one of them can do.
    ///
    /// # Errors
    /// [`KeyError::Loose`] when a key can be read, or its directory written, by others; [`KeyError::Malformed`] when
    /// a file holds no key; [`KeyError::Io`] and [`KeyError::Random`] as they say.
    pub fn open_or_create(dir: &Path) -> Result<Self, KeyError> {
        let io = |source| KeyError::Io { path: dir.to_owned(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(io)?;
        let mode = fs::metadata(dir).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o022 != 0 {
            return Err(KeyError::Loose { path: dir.to_owned(), mode, wanted: "700" });
        }
        let server = load_or_create(dir, SERVER_KEY)?;
        let audit = load_or_create(dir, AUDIT_SIGNING_KEY)?;
        let sealing = load_or_create(dir, SEALING_KEY)?;
        Ok(Self { server: Secret::new(server), audit: SigningKey::from_bytes(&audit), sealing: Secret::new(sealing) })
    }

    /// Loads the keys from `dir` and makes none: for verbs that only look.
    ///
    /// # Errors
    /// As [`Keyring::open_or_create`]; [`KeyError::Io`] when a key is not there.
    pub fn open(dir: &Path) -> Result<Self, KeyError> {
        let key = |name: &str| {
            let path = dir.join(name);
            load(&path)?.ok_or_else(|| KeyError::Io { path, source: io::ErrorKind::NotFound.into() })
        };
        Ok(Self {
            server: Secret::new(key(SERVER_KEY)?),
            audit: SigningKey::from_bytes(&key(AUDIT_SIGNING_KEY)?),
            sealing: Secret::new(key(SEALING_KEY)?),
        })
    }

    /// HMAC-SHA-256 of `message` for one `purpose`; what is made for one purpose proves nothing for another.
    ///
    /// The purpose is a constant of the program, such as `csrf`. Compare the result with [`super::same`].
    pub fn mac(&self, purpose: &'static str, message: &[u8]) -> [u8; 32] {
        let mut mac = keyed(self.server.expose());
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        mac.update(&u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Seals `plain` for the database: who reads the row without this appliance's key learns its length alone.
    ///
    /// `purpose` is a constant of the program; `context` says whose it is (the row's ids), so that what was sealed for
    /// one row cannot be put into another.
    ///
    /// # Errors
    /// [`RandomError`] when the operating system has no randomness to give.
    pub fn seal(&self, purpose: &'static str, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, RandomError> {
        sealed::seal(self.sealing.expose(), purpose, context, plain)
    }

    /// Opens what [`Keyring::seal`] sealed; `None` when it was changed, belongs elsewhere or was sealed by another key.
    pub fn unseal(&self, purpose: &'static str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        sealed::unseal(self.sealing.expose(), purpose, context, sealed)
    }

    /// The key that signs the audit log's checkpoints.
    pub fn audit_signing_key(&self) -> &SigningKey {
        &self.audit
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[keyring]")
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length; ours has 32 bytes by its type")]
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length will do")
}

fn load_or_create(dir: &Path, name: &str) -> Result<[u8; 32], KeyError> {
    let path = dir.join(name);
    if let Some(key) = load(&path)? {
        return Ok(key);
    }
    create(dir, &path)?;
    load(&path)?.ok_or_else(|| KeyError::Io { path, source: io::ErrorKind::NotFound.into() })
}

fn load(path: &Path) -> Result<Option<[u8; 32]>, KeyError> {
    let io = |source| KeyError::Io { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    // Asked of the open file, so that what was checked is what is read.
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Loose { path: path.to_owned(), mode, wanted: "600" });
    }
    let mut text = String::new();
    // A key is 44 characters and a line end; a longer file is something else.
    io::Read::read_to_string(&mut io::Read::take(&mut file, 256), &mut text).map_err(io)?;
    let malformed = || KeyError::Malformed(path.to_owned());
    let raw = BASE64.decode(text.trim_end().as_bytes()).ok().ok_or_else(malformed)?;
    raw.try_into().ok().ok_or_else(malformed).map(Some)
}

fn create(dir: &Path, path: &Path) -> Result<(), KeyError> {
    let io = |source| KeyError::Io { path: path.to_owned(), source };
    let key = random::bytes::<32>()?;
    let suffix = data_encoding::HEXLOWER.encode(&random::bytes::<8>()?);
    let fresh = path.with_extension(format!("new-{suffix}"));
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(format!("{}\n", BASE64.encode(&key)).as_bytes())?;
        file.sync_all()?;
        match fs::hard_link(&fresh, path) {
            // Another process was first: its key is the key.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    })();
    let removed = fs::remove_file(&fresh);
    written.and(removed).map_err(io)?;
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(dir: &Path) -> Keyring {
        Keyring::open_or_create(&dir.join("keys")).expect("a keyring")
    }

    #[test]
    fn keys_are_made_once_and_then_stay() {
        let dir = tempfile::tempdir().expect("a directory");
        let (first, second) = (ring(dir.path()), ring(dir.path()));
        assert_eq!(first.mac("t", b"x"), second.mac("t", b"x"));
        assert_eq!(first.audit_signing_key().to_bytes(), second.audit_signing_key().to_bytes());
        let names: Vec<_> = fs::read_dir(dir.path().join("keys")).expect("keys").collect();
        assert_eq!(names.len(), 3, "nothing is left lying beside the keys");
    }

    #[test]
    fn a_look_at_keys_that_are_not_there_makes_none() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = dir.path().join("keys");
        assert!(matches!(Keyring::open(&keys), Err(KeyError::Io { .. })));
        assert!(!keys.exists());
        let made = ring(dir.path());
        assert_eq!(Keyring::open(&keys).expect("there now").mac("t", b"x"), made.mac("t", b"x"));
    }

    #[test]
    fn two_appliances_have_different_keys() {
        let (a, b) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
        assert_ne!(ring(a.path()).mac("t", b"x"), ring(b.path()).mac("t", b"x"));
    }

    #[test]
    fn key_files_are_for_their_user_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        ring(dir.path());
        for (name, wanted) in [
            ("keys", 0o700),
            ("keys/server.key", 0o600),
            ("keys/audit-signing.key", 0o600),
            ("keys/sealing.key", 0o600),
        ] {
            let mode = fs::metadata(dir.path().join(name)).expect(name).permissions().mode() & 0o777;
            assert_eq!(mode, wanted, "{name}");
        }
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_what_to_do() {
        let dir = tempfile::tempdir().expect("a directory");
        ring(dir.path());
        let key = dir.path().join("keys/server.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("chmod");
        let error = Keyring::open_or_create(&dir.path().join("keys")).expect_err("refused");
        assert!(matches!(error, KeyError::Loose { mode: 0o640, .. }));
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_directory_that_others_can_write_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        ring(dir.path());
        fs::set_permissions(dir.path().join("keys"), fs::Permissions::from_mode(0o777)).expect("chmod");
        assert!(matches!(Keyring::open_or_create(&dir.path().join("keys")), Err(KeyError::Loose { .. })));
    }

    #[test]
    fn a_damaged_key_is_an_error_and_is_not_replaced() {
        let dir = tempfile::tempdir().expect("a directory");
        ring(dir.path());
        let key = dir.path().join("keys/audit-signing.key");
        for damage in ["", "short\n", "not base64 at all, not base64 at all, no!!!!\n"] {
            fs::write(&key, damage).expect("damage");
            let outcome = Keyring::open_or_create(&dir.path().join("keys"));
            assert!(matches!(outcome, Err(KeyError::Malformed(_))), "{damage:?}");
            assert_eq!(fs::read_to_string(&key).expect("still there"), damage);
        }
    }

    #[test]
    fn a_mac_depends_on_purpose_message_and_their_border() {
        let dir = tempfile::tempdir().expect("a directory");
        let ring = ring(dir.path());
        let macs = [ring.mac("ab", b"c"), ring.mac("a", b"bc"), ring.mac("ab", b"d"), ring.mac("", b"abc")];
        for (i, one) in macs.iter().enumerate() {
            assert!(macs.iter().skip(i + 1).all(|other| other != one));
        }
    }

    #[test]
    fn starting_twice_at_once_gives_one_key() {
        let dir = tempfile::tempdir().expect("a directory");
        let macs: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| ring(dir.path()).mac("t", b"x"))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(macs.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
