//! From a file to a plugin that can run: size, digest, imports, manifest, then, only then, the compiler.

use serde::Serialize;
use sha2::{Digest, Sha256};
use wasmparser::{ComponentExternalKind, ComponentTypeRef, Parser, Payload, TypeBounds};

use super::engine::PluginHost;
use super::manifest::{Manifest, ManifestError, SECTION};
use super::v1;
use crate::kernel::bytes::ByteSize;

/// The interfaces of the world, each of version 1.0.
const INTERFACES: [&str; 6] = ["types", "log", "clock", "settings", "data", "document"];
const PACKAGE: &str = "watchroom:plugin/";
/// A function's name as the world exports it.
const EXPORT: &str = "run";

/// What a file is, found without compiling or running anything of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// SHA-256 of the whole file, in lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub size_bytes: u64,
    /// What it says about itself.
    pub manifest: Manifest,
    /// What it imports, all of it in the world; sorted.
    pub imports: Vec<String>,
}

/// Why a file is refused. Each reads as one sentence for whoever uploaded it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Larger than allowed.
    #[error("the file has {}; at most {} are allowed", ByteSize(*size_bytes), ByteSize(*limit_bytes))]
    TooLarge {
        /// Its length.
        size_bytes: u64,
        /// What is allowed.
        limit_bytes: u64,
    },
    /// Not WebAssembly at all.
    #[error("the file is not WebAssembly")]
    NotWasm,
    /// A core module.
    #[error("the file is a plain WebAssembly module: pack it with `watchroom-plugin-pack`")]
    NotPacked,
    /// Broken.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// It wants what we do not give.
    #[error("the plugin asks for `{0}`, which Watchroom does not give to plugins")]
    ForeignImport(String),
    /// Another version of the plugin interface.
    #[error("the plugin was built for version {found} of `{interface}`; this Watchroom has version 1.0")]
    OtherVersion {
        /// The interface.
        interface: String,
        /// The version that it wants.
        found: String,
    },
    /// It has no `run`.
    #[error("the plugin has no function `{EXPORT}`: it is not a report")]
    NoReport,
    /// Its manifest is at fault.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It looks right, and does not fit the interface.
    #[error("the plugin does not fit the plugin interface: {0}")]
    Unfit(String),
}

/// A plugin that can run. Compiled once; cheap to clone.
#[derive(Clone)]
pub struct Loaded {
    /// What it is.
    pub inspection: std::sync::Arc<Inspection>,
    pub(super) report: v1::Compiled,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded").field("inspection", &self.inspection).finish_non_exhaustive()
    }
}

impl Loaded {
    /// Looks at a file without compiling it. `limit_bytes` is the most that a file may have.
    ///
    /// # Errors
    /// [`LoadError`], all but [`LoadError::Unfit`].
    pub fn inspect(bytes: &[u8], limit_bytes: u64) -> Result<Inspection, LoadError> {
        let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size_bytes > limit_bytes {
            return Err(LoadError::TooLarge { size_bytes, limit_bytes });
        }
        if !bytes.starts_with(b"\0asm") {
            return Err(LoadError::NotWasm);
        }
        if Parser::is_core_wasm(bytes) {
            return Err(LoadError::NotPacked);
        }
        let Found { mut imports, functions, sections } = Found::read(bytes)?;
        imports.sort_unstable();
        imports.iter().try_for_each(|import| check_import(import))?;
        if !functions.iter().any(|function| function == EXPORT) {
            return Err(LoadError::NoReport);
        }
        let manifest = match sections.as_slice() {
            [] => return Err(ManifestError::Missing.into()),
            [section] => Manifest::parse(section)?,
            [_, _, ..] => return Err(ManifestError::Repeated.into()),
        };
        let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
        Ok(Inspection { sha256, size_bytes, manifest, imports })
    }

    /// Inspects a file and compiles it. Takes some hundredths of a second of both cores: call it where blocking is
    /// allowed, and keep the result.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn compile(host: &PluginHost, bytes: &[u8], limit_bytes: u64) -> Result<Self, LoadError> {
        let inspection = std::sync::Arc::new(Self::inspect(bytes, limit_bytes)?);
        let report = v1::compile(host, bytes).map_err(|error| LoadError::Unfit(sentence(&error)))?;
        Ok(Self { inspection, report })
    }
}

/// A compiler's complaint, cut to what fits on a page.
fn sentence(error: &wasmtime::Error) -> String {
    format!("{error:#}").chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}

/// What the file says at its outermost level.
struct Found<'a> {
    imports: Vec<String>,
    functions: Vec<String>,
    sections: Vec<&'a [u8]>,
}

impl<'a> Found<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, LoadError> {
        let damaged = |error: wasmparser::BinaryReaderError| LoadError::Damaged(error.to_string());
        let mut found = Self { imports: Vec::new(), functions: Vec::new(), sections: Vec::new() };
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(damaged)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(imports) if depth == 0 => {
                    for import in imports {
                        let import = import.map_err(damaged)?;
                        // The world's own types are imported by name too; such an import gives nothing.
                        if !matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_))) {
                            found.imports.push(import.name.name.to_owned());
                        }
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 0 => {
                    for export in exports {
                        let export = export.map_err(damaged)?;
                        if export.kind == ComponentExternalKind::Func {
                            found.functions.push(export.name.name.to_owned());
                        }
                    }
                }
                Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                    found.sections.push(section.data());
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

fn check_import(import: &str) -> Result<(), LoadError> {
    let foreign = || LoadError::ForeignImport(import.chars().take(120).collect());
    let ours = import.strip_prefix(PACKAGE).ok_or_else(foreign)?;
    let (interface, version) = ours.split_once('@').ok_or_else(foreign)?;
    if !INTERFACES.contains(&interface) {
        return Err(foreign());
    }
    if version.starts_with("1.0.") {
        return Ok(());
    }
    Err(LoadError::OtherVersion { interface: interface.into(), found: version.chars().take(20).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 1 << 20;

    /// The smallest component, with sections appended.
    fn component(sections: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        for section in sections {
            bytes.extend_from_slice(section);
        }
        bytes
    }

    fn refusal(bytes: &[u8]) -> String {
        Loaded::inspect(bytes, LIMIT).expect_err("refused").to_string()
    }

    #[test]
    fn what_is_not_a_plugin_is_refused_in_words() {
        assert_eq!(refusal(b"PK\x03\x04 a zip"), "the file is not WebAssembly");
        assert!(refusal(b"\0asm\x01\0\0\0").contains("plain WebAssembly module"));
        assert!(refusal(b"\0asm\x0d\0\x01\0\x07").contains("damaged"));
        assert!(refusal(&component(&[])).contains("has no function `run`"));
    }

    #[test]
    fn a_large_file_is_refused_before_it_is_read() {
        let error = Loaded::inspect(&[0; 2048], 1024).expect_err("refused");
        assert_eq!(error.to_string(), "the file has 2.0 KiB; at most 1.0 KiB are allowed");
    }

    #[test]
    fn only_the_world_may_be_imported() {
        check_import("watchroom:plugin/data@1.0.0").expect("ours");
        for foreign in ["wasi:cli/environment@0.2.0", "watchroom:plugin/files@1.0.0", "watchroom:plugin/data", "env"] {
            let sentence = check_import(foreign).expect_err("refused").to_string();
            assert_eq!(sentence, format!("the plugin asks for `{foreign}`, which Watchroom does not give to plugins"));
        }
        let later = check_import("watchroom:plugin/data@2.1.0").expect_err("refused").to_string();
        assert!(later.contains("built for version 2.1.0 of `data`"), "{later}");
    }
}
