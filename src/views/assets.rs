//! The embedded styles, scripts and images, and their addresses. Knows no HTTP: the edge asks [`find`] and answers.
//!
//! An address is `/assets/<hash>/<name>`; the hash is of all assets together, so relative addresses inside a style or
//! script keep working, and an answer under the current hash may be kept for ever.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The files that browsers may ask for, and notes beside them that [`content_type`] keeps from going out.
#[derive(RustEmbed)]
#[folder = "templates/assets/"]
struct Files;

/// Where the edge serves them, without the hash.
pub const ROOT: &str = "/assets";

/// A constant of the build: the files are embedded.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<Cow<'static, str>> = Files::iter().collect();
    names.sort();
    let mut all = Sha256::new();
    for name in names {
        if let Some(file) = Files::get(&name) {
            all.update(name.as_bytes());
            all.update(file.metadata.sha256_hash());
        }
    }
    HEXLOWER.encode(&all.finalize()).chars().take(16).collect()
});

/// Our own texts, compressed once when the first of them is asked for; what was vendored brings its twin along.
static COMPRESSED: LazyLock<HashMap<Cow<'static, str>, Vec<u8>>> = LazyLock::new(|| {
    let is_text = |name: &str| content_type(name).is_some_and(|kind| kind.starts_with("text/") || kind.contains("svg"));
    Files::iter()
        .filter(|name| is_text(name) && Files::get(&format!("{name}.gz")).is_none())
        .filter_map(|name| Some((compressed(&Files::get(&name)?.data).ok()?, name)))
        .map(|(bytes, name)| (name, bytes))
        .collect()
});

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// One file as it goes out.
#[derive(Debug, Clone)]
pub struct Asset {
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The same, compressed with gzip, for those who accept it; `None` for what is compressed already.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// Whether it may be kept for ever: it was asked for under the current hash.
    pub immutable: bool,
}

impl Asset {
    /// The value of `Cache-Control`.
    pub fn cache_control(&self) -> &'static str {
        if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" }
    }
}

/// The 16 hexadecimal characters that stand for this build's assets.
pub fn hash() -> &'static str {
    &HASH
}

/// The address of the asset `name`, or `None` if there is no such file.
pub fn address(name: &str) -> Option<String> {
    Files::get(name).map(|_| format!("{ROOT}/{}/{name}", hash()))
}

/// The asset at `/assets/<hash>/<name>`, or `None` if there is none.
///
/// An old hash still answers, with today's file and `no-cache`, so that a page kept open over an upgrade stays usable.
pub fn find(hash: &str, name: &str) -> Option<Asset> {
    let content_type = content_type(name)?;
    let file = Files::get(name)?;
    let gzip = Files::get(&format!("{name}.gz"))
        .map(|file| file.data)
        .or_else(|| COMPRESSED.get(name).map(|bytes| Cow::Borrowed(bytes.as_slice())));
    Some(Asset { bytes: file.data, content_type, gzip, immutable: hash == HASH.as_str() })
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        _ => None,
    }
}
