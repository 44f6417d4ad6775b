//! The repository's `config.toml`, read as what it is: the description of every key.
//!
//! A key stands there as `#key = value`, right after the `#`; the lines `# like this` above it describe it. A test
//! holds the values to the defaults and the keys to the fields, both ways.

use std::collections::BTreeMap;

/// The text of the repository's `config.toml`.
pub(super) const TEXT: &str = include_str!("../../config.toml");

/// One described key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// The prose above the key, in one line.
    pub(super) prose: String,
    /// What stands right of the equals sign.
    pub(super) value: String,
}

/// Every described key by its full name.
pub(super) fn keys() -> BTreeMap<String, Described> {
    let mut keys = BTreeMap::new();
    let mut section = "";
    let mut prose: Vec<&str> = Vec::new();
    for line in TEXT.lines() {
        let line = line.trim_end();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            prose.clear();
        } else if line.is_empty() {
            prose.clear();
        } else if let Some(text) = line.strip_prefix("# ") {
            prose.push(text.trim());
        } else if let Some((key, value)) = line.strip_prefix('#').and_then(|rest| rest.split_once(" = ")) {
            let described = Described { prose: prose.join(" "), value: value.to_owned() };
            keys.insert(format!("{section}.{key}"), described);
            prose.clear();
        }
    }
    keys
}

/// The prose about `key` (its unit, what is allowed, its default); `None` for a key that nobody knows.
pub(super) fn describe(key: &str) -> Option<String> {
    keys().remove(key).map(|described| described.prose)
}
