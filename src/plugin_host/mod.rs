//! The sandbox in which plugins run, and the only place that uses wasmtime.
//!
//! Owns: what a plugin file is, what it may ask for, how it is stopped, and the document it hands back.
//! Knows no slice and no SQL: rows come through a [`port`] that the caller brings.

pub mod document;
pub mod manifest;
