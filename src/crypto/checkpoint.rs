//! Signed checkpoints: how many entries the log has and the one root that stands for them all.
//!
//! The text is a C2SP tlog-checkpoint (origin, size, root) in a C2SP signed note with an Ed25519 signature. Whoever
//! keeps a copy of one can later show whether the log still begins with what it held then.

use data_encoding::BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::merkle::Hash;

/// The signature type of Ed25519 in signed notes.
const ED25519: u8 = 1;

/// A log's size and root under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, the first line.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// Root of the tree of that size.
    pub root: Hash,
}

/// Why a text is no checkpoint of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is not laid out as a signed note.
    #[error("the checkpoint is not a signed note")]
    NotANote,
    /// The signed text is not a checkpoint.
    #[error("the signed text is not a checkpoint")]
    NotACheckpoint,
    /// No line is signed by the key that we trust.
    #[error("the checkpoint carries no signature by this log's key")]
    Unsigned,
    /// The signature does not fit the text.
    #[error("the checkpoint's signature does not fit its text")]
    Forged,
    /// It speaks of another log.
    #[error("the checkpoint is of the log '{0}', not of this one")]
    OtherLog(String),
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        // Extension lines are allowed after these three, but none of the lines may be empty.
        if origin.is_empty() || lines.any(str::is_empty) {
            return None;
        }
        let plain = size == "0" || (!size.starts_with('0') && size.bytes().all(|b| b.is_ascii_digit()));
        let size = size.parse().ok().filter(|_| plain)?;
        let root = Hash::from_slice(&BASE64.decode(root.as_bytes()).ok()?)?;
        Some(Self { origin: origin.to_owned(), size, root })
    }
}

/// A name that can stand in a signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogName(String);

impl LogName {
    /// `None` when `name` is empty or holds a space, a plus sign or a control character.
    pub fn new(name: &str) -> Option<Self> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        (!name.is_empty() && !name.contains(bad)).then(|| Self(name.to_owned()))
    }

    /// `name`, with a dash in place of every character that must not stand there.
    pub fn from_plain(name: &str) -> Self {
        let plain: String = name.chars().map(|c| if Self::new(&c.to_string()).is_some() { c } else { '-' }).collect();
        Self(if plain.is_empty() { "-".to_owned() } else { plain })
    }
}

/// What checks a log's checkpoints: its name and public key.
#[derive(Debug, Clone)]
pub struct LogVerifier {
    name: LogName,
    key: VerifyingKey,
}

impl LogVerifier {
    /// The verifier of the log `name`, which `key` signs.
    pub fn new(name: LogName, key: VerifyingKey) -> Self {
        Self { name, key }
    }

    /// Reads a verifier key as [`LogVerifier::to_vkey`] writes it; `None` for anything else.
    pub fn from_vkey(vkey: &str) -> Option<Self> {
        let mut parts = vkey.trim_end().splitn(3, '+');
        let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
        let raw = BASE64.decode(key.as_bytes()).ok()?;
        let (kind, key) = raw.split_first()?;
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok().filter(|_| *kind == ED25519)?;
        let verifier = Self { name: LogName::new(name)?, key };
        (data_encoding::HEXLOWER.encode(&verifier.key_id()) == id).then_some(verifier)
    }

    /// The public key in the form that other tools for signed notes read: `name+id+base64`.
    pub fn to_vkey(&self) -> String {
        let mut raw = vec![ED25519];
        raw.extend(self.key.as_bytes());
        format!("{}+{}+{}", self.name.0, data_encoding::HEXLOWER.encode(&self.key_id()), BASE64.encode(&raw))
    }

    fn key_id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(self.name.0.as_bytes())
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
        [a, b, c, d]
    }

    /// The signed text of `note`, if this log's key signed it. Signatures by other keys are passed over.
    ///
    /// # Errors
    /// [`CheckpointError::NotANote`], [`CheckpointError::Unsigned`] or [`CheckpointError::Forged`].
    pub fn open_note<'n>(&self, note: &'n str) -> Result<&'n str, CheckpointError> {
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(CheckpointError::NotANote);
        }
        let blank = note.rfind("\n\n").ok_or(CheckpointError::NotANote)?;
        let (text, signatures) = note.split_at_checked(blank + 1).ok_or(CheckpointError::NotANote)?;
        let signatures = signatures.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let mut signed = false;
        for line in signatures.ok_or(CheckpointError::NotANote)?.split('\n').take(64) {
            let (name, signature) =
                line.strip_prefix("\u{2014} ").and_then(|l| l.split_once(' ')).ok_or(CheckpointError::NotANote)?;
            let raw = BASE64.decode(signature.as_bytes()).ok().ok_or(CheckpointError::NotANote)?;
            let (id, signature) = raw.split_first_chunk::<4>().ok_or(CheckpointError::NotANote)?;
            if name != self.name.0 || *id != self.key_id() {
                continue;
            }
            let genuine = Signature::from_slice(signature)
                .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok());
            if !genuine {
                return Err(CheckpointError::Forged);
            }
            signed = true;
        }
        if signed { Ok(text) } else { Err(CheckpointError::Unsigned) }
    }

    /// The checkpoint in `note`, if this log signed it.
    ///
    /// # Errors
    /// Every [`CheckpointError`].
    pub fn open(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = Checkpoint::parse(self.open_note(note)?).ok_or(CheckpointError::NotACheckpoint)?;
        if checkpoint.origin != self.name.0 {
            return Err(CheckpointError::OtherLog(checkpoint.origin));
        }
        Ok(checkpoint)
    }
}

/// What signs a log's checkpoints.
#[derive(Clone)]
pub struct LogSigner {
    key: SigningKey,
    verifier: LogVerifier,
}

impl LogSigner {
    /// The signer of the log `name`.
    pub fn new(name: LogName, key: SigningKey) -> Self {
        let verifier = LogVerifier::new(name, key.verifying_key());
        Self { key, verifier }
    }

    /// What others check this signer's checkpoints with.
    pub fn verifier(&self) -> &LogVerifier {
        &self.verifier
    }

    /// A signed note that says: this log has `size` entries under this `root`.
    pub fn sign(&self, size: u64, root: Hash) -> String {
        let name = &self.verifier.name.0;
        let text = Checkpoint { origin: name.clone(), size, root }.text();
        let mut raw = self.verifier.key_id().to_vec();
        raw.extend(self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {name} {}\n", BASE64.encode(&raw))
    }
}

impl std::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LogSigner").field(&self.verifier.to_vkey()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::merkle::{empty_root, leaf_hash};
    use super::*;

    fn signer(seed: u8, name: &str) -> LogSigner {
        LogSigner::new(LogName::new(name).expect("a name"), SigningKey::from_bytes(&[seed; 32]))
    }

    #[test]
    fn what_was_signed_opens_and_says_the_same() {
        let signer = signer(7, "watchroom.example/audit");
        let note = signer.sign(70_000, leaf_hash(b"x"));
        let checkpoint = signer.verifier().open(&note).expect("genuine");
        assert_eq!((checkpoint.size, checkpoint.root), (70_000, leaf_hash(b"x")));
        assert!(note.starts_with("watchroom.example/audit\n70000\n"));
    }

    #[test]
    fn a_note_of_the_go_tools_opens() {
        // The known-answer note of the format's first implementation.
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let note = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let verifier = LogVerifier::from_vkey(key).expect("a key");
        assert!(verifier.open_note(note).expect("genuine").ends_with("your problem is.\n"));
        assert_eq!(verifier.to_vkey(), key);
        assert_eq!(verifier.open(note), Err(CheckpointError::NotACheckpoint));
    }

    #[test]
    fn any_other_text_under_the_signature_is_forged() {
        let signer = signer(7, "log");
        let note = signer.sign(5, leaf_hash(b"x"));
        let bent = note.replacen("\n5\n", "\n6\n", 1);
        assert_eq!(signer.verifier().open(&bent), Err(CheckpointError::Forged));
    }

    #[test]
    fn another_key_under_the_same_name_is_unsigned() {
        let note = signer(8, "log").sign(5, leaf_hash(b"x"));
        assert_eq!(signer(7, "log").verifier().open(&note), Err(CheckpointError::Unsigned));
    }

    #[test]
    fn a_stray_signature_of_somebody_else_does_no_harm() {
        let (mine, other) = (signer(7, "log"), signer(9, "witness"));
        let note = mine.sign(5, leaf_hash(b"x"));
        let witness = other.sign(5, leaf_hash(b"x"));
        let line = witness.lines().last().expect("a signature");
        assert!(mine.verifier().open(&format!("{note}{line}\n")).is_ok());
    }

    #[test]
    fn nonsense_is_refused_whatever_it_looks_like() {
        let signer = signer(7, "log");
        let good = signer.sign(0, empty_root());
        assert!(signer.verifier().open(&good).is_ok());
        for bad in
            ["", "\n\n", "log\n0\n", good.trim_end(), &good.replace('\u{2014}', "-"), &good.replace('\n', "\r\n")]
        {
            assert_eq!(signer.verifier().open(bad), Err(CheckpointError::NotANote), "{bad:?}");
        }
    }

    #[test]
    fn the_text_is_parsed_strictly() {
        let root = empty_root().to_base64();
        for bad in [
            format!("log\n05\n{root}\n"),
            format!("log\n+5\n{root}\n"),
            format!("log\n\n{root}\n"),
            format!("\n5\n{root}\n"),
            format!("log\n5\n{root}\n\nx\n"),
            "log\n5\nAAAA\n".to_owned(),
            format!("log\n5\n{root}"),
        ] {
            assert_eq!(Checkpoint::parse(&bad), None, "{bad:?}");
        }
        assert!(Checkpoint::parse(&format!("log\n5\n{root}\nan extension\n")).is_some());
    }

    #[test]
    fn names_that_would_break_a_signature_line_are_refused() {
        for bad in ["", "two words", "a+b", "a\nb", "a\u{2003}b"] {
            assert_eq!(LogName::new(bad), None, "{bad:?}");
            assert!(LogName::new(&LogName::from_plain(bad).0).is_some(), "{bad:?}");
        }
    }
}
