//! Files whose columns are known: no mapping step.
//!
//! [`recognise`] tells from a header which file somebody brought, so that two files may come in either order.

pub mod incidents;
pub mod mobilisations;

use super::fields::words;

/// A known file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The London Fire Brigade's public mobilisation records.
    Mobilisations,
    /// The London Fire Brigade's public incident records.
    Incidents,
}

/// Which known file has this header; `None` for one of any other columns.
pub fn recognise(header: &[String]) -> Option<Known> {
    if column(header, "ResourceMobilisationId").is_some() {
        Some(Known::Mobilisations)
    } else if column(header, "IncidentGroup").is_some() && column(header, "IncidentNumber").is_some() {
        Some(Known::Incidents)
    } else {
        None
    }
}

/// The column called `name`, whatever its case and punctuation.
fn column(header: &[String], name: &str) -> Option<usize> {
    let squeezed = |text: &str| words(text).replace(' ', "");
    let name = squeezed(name);
    header.iter().position(|cell| squeezed(cell) == name)
}

/// That a file lacks columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The {file} has no column {missing}. Upload the file with the columns under their original names.")]
pub struct MissingColumns {
    file: &'static str,
    missing: String,
}

/// The columns called `names`, or which of them are missing.
fn columns<const N: usize>(
    file: &'static str,
    header: &[String],
    names: [&str; N],
) -> Result<[usize; N], MissingColumns> {
    let found = names.map(|name| column(header, name));
    let missing: Vec<&str> =
        names.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        Ok(found.map(Option::unwrap_or_default))
    } else {
        Err(MissingColumns { file, missing: missing.join(", ") })
    }
}
