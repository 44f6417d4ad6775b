//! What can go wrong with somebody's record.

use super::rules::Faults;
use crate::audit::AuditError;
use crate::authz::AuthzError;
use crate::db::DbError;
use crate::duties::DutyError;
use crate::http::{AsProblem, FieldProblem, Problem};
use crate::kernel::bytes::ByteSize;
use crate::notices::NoticeError;
use crate::views::ViewsError;

/// Why something was not written or shown.
#[derive(Debug, thiserror::Error)]
pub enum CpdError {
    /// Something that was typed is wrong.
    #[error("what was typed is not right")]
    Invalid(Faults),
    /// It was changed since it was opened.
    #[error("it has changed since it was opened")]
    Changed,
    /// The file is of no kind that may be evidence.
    #[error("the file is not of a kind that is kept")]
    FileKind,
    /// All files of the person together would be more than this.
    #[error("the person's files would be more than {0}")]
    Full(ByteSize),
    /// The same file is there already, under this entry.
    #[error("the file is there already")]
    SameFile,
    /// The request was answered or taken back meanwhile.
    #[error("the request is answered")]
    Answered,
    /// Somebody is asked to confirm the entry already.
    #[error("somebody is asked already")]
    AskedAlready,
    /// They asked too often within a day.
    #[error("too many requests within a day")]
    TooManyRequests,
    /// A download could not be made: a defect of ours.
    #[error("the download could not be made: {0}")]
    Broken(String),
    /// Not allowed, or no such record.
    #[error(transparent)]
    Authz(#[from] AuthzError),
    /// The audit entry could not be written, so nothing was done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A message could not be put into the outbox, so nothing was done.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// Duties could not be read.
    #[error(transparent)]
    Duty(#[from] DutyError),
    /// A template could not be rendered.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Faults> for CpdError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<diesel::result::Error> for CpdError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl CpdError {
    /// What to do about it, for those that a form shows; `None` for the others.
    pub fn advice(&self) -> Option<String> {
        use super::file_rules::FileKind;
        match self {
            Self::FileKind => Some(format!(
                "Choose a file that is {}. Others, such as spreadsheets and web pages, can be saved as PDF",
                FileKind::IN_WORDS
            )),
            Self::Full(limit) => Some(format!(
                "Your files together would be more than {limit}. Remove some that you no longer need, or choose a smaller one"
            )),
            Self::SameFile => Some("This very file is among the evidence already".to_owned()),
            Self::Changed => Some("It was changed since you opened it. Look at what it says now".to_owned()),
            Self::Answered => Some("It was answered or taken back meanwhile".to_owned()),
            Self::AskedAlready => Some("Somebody is asked already. Take that request back first".to_owned()),
            Self::TooManyRequests => Some("You asked often today. Try again tomorrow".to_owned()),
            Self::Invalid(_)
            | Self::Broken(_)
            | Self::Authz(_)
            | Self::Audit(_)
            | Self::Notice(_)
            | Self::Duty(_)
            | Self::Views(_)
            | Self::Db(_) => None,
        }
    }
}

impl AsProblem for CpdError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(faults) => Problem::Invalid(
                faults.iter().map(|fault| FieldProblem::new(fault.field, format!("{}.", fault.message))).collect(),
            ),
            Self::FileKind | Self::Full(_) | Self::SameFile => {
                Problem::Invalid(vec![FieldProblem::new("file", format!("{}.", self.advice().unwrap_or_default()))])
            }
            Self::Changed | Self::Answered | Self::AskedAlready | Self::TooManyRequests => {
                Problem::Conflict(format!("{}.", self.advice().unwrap_or_default()))
            }
            Self::Broken(_) => Problem::Internal,
            Self::Authz(error) => error.problem(),
            Self::Audit(error) => error.problem(),
            Self::Notice(error) => error.problem(),
            Self::Duty(error) => error.problem(),
            Self::Views(error) => error.problem(),
            Self::Db(error) => error.problem(),
        }
    }
}
