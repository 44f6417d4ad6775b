//! What can go wrong with plugins and their runs.

use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::http::{AsProblem, Problem};
use crate::kernel::ids::PluginId;
use crate::plugin_host::{LoadError, SettingFault};

/// Why something about a plugin was not done.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    /// The file is not a plugin that can run here.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It asks for columns that this Watchroom does not have.
    #[error("the plugin asks for {0}, which this Watchroom does not have")]
    Unknown(String),
    /// The very same file is here already.
    #[error("this file is installed already")]
    Installed(PluginId),
    /// Settings that do not fit the plugin's schema.
    #[error("some settings are missing or wrong")]
    Settings(Vec<SettingFault>),
    /// Its state forbids it; the sentence says what to do first.
    #[error("{0}")]
    NotNow(&'static str),
    /// There is no such plugin, unit or run.
    #[error("there is no such record")]
    Gone,
    /// The plugin runtime did not start.
    #[error("the plugin runtime has not started: {0}")]
    NoRuntime(String),
    /// What the database keeps of a plugin cannot be read.
    #[error("what is kept of a plugin cannot be read")]
    Kept(#[from] serde_json::Error),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Not allowed.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for ExtensionError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl AsProblem for ExtensionError {
    fn problem(&self) -> Problem {
        match self {
            Self::Load(error) => Problem::BadRequest(sentence(&error.to_string())),
            Self::Unknown(_) => Problem::BadRequest(sentence(&self.to_string())),
            Self::Settings(faults) => Problem::Conflict(
                faults
                    .first()
                    .map_or_else(String::new, |fault| format!("Complete the settings first: {}.", fault.message)),
            ),
            Self::Installed(_) => Problem::Conflict("This very file is installed already.".to_owned()),
            Self::NotNow(sentence) => Problem::Conflict((*sentence).to_owned()),
            Self::Gone => Problem::NotFound,
            Self::NoRuntime(_) | Self::Kept(_) => Problem::Internal,
            Self::Audit(error) => error.problem(),
            Self::Authz(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}

/// A message as a sentence for a page: a capital at its beginning, a full stop at its end.
pub(super) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
