//! The door through which rows come in: whoever starts a run brings a [`Port`].
//!
//! Everything that passes is owned and serialisable, a batch at a time, so that the sandbox can move to a process of
//! its own. A query that reaches the port has been held to the catalogue and to the grants; the port runs it under the
//! caller's row-level security and narrows it to the unit of the run.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::catalogue::Kind;
pub use super::columns::{Batch, BatchFault, Column, Dictionary, FixedBuilder, TextBuilder, Values};

/// Days from `from` to `to`; both belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day, in the UK.
    pub from: Date,
    /// The last day, in the UK.
    pub to: Date,
}

/// One value in a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Float(f64),
    /// Yes or no.
    Boolean(bool),
    /// At most 1,000 characters, without NUL.
    Text(String),
    /// A moment.
    Instant(Timestamp),
    /// A day.
    Date(Date),
}

impl Scalar {
    /// The kind of column that it can be compared with.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Integer(_) => Kind::Integer,
            Self::Float(_) => Kind::Float,
            Self::Boolean(_) => Kind::Boolean,
            Self::Text(_) => Kind::Text,
            Self::Instant(_) => Kind::Instant,
            Self::Date(_) => Kind::Date,
        }
    }
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The same.
    Equal,
    /// Not the same, and not missing.
    NotEqual,
    /// Below.
    Less,
    /// Below or the same.
    LessOrEqual,
    /// Above.
    Greater,
    /// Above or the same.
    GreaterOrEqual,
}

/// What is asked of a column's value. A missing value fails every test but `Missing`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Compared with one value of the column's kind.
    Compare(Comparison, Scalar),
    /// Equal to one of 1 to 1,000 values of the column's kind.
    OneOf(Vec<Scalar>),
    /// SQL's `is null`.
    Missing,
    /// SQL's `is not null`.
    Present,
}

/// A condition on one column of the data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    /// The column; granted.
    pub column: String,
    /// What its value must be.
    pub test: Test,
}

/// How a group is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Rows, or rows in which the column is not missing.
    Count,
    /// Of integers or floats, in their own kind.
    Sum,
    /// The least; never of booleans.
    Min,
    /// The greatest; never of booleans.
    Max,
}

/// One column that sums up a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// How.
    pub function: Function,
    /// Of what; always there but in `Count`.
    pub column: Option<String>,
    /// Its name in the answer: lower-case letters, digits and underscores, at most 60; never that of another.
    pub name: String,
}

/// What one row of the answer stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One row of the data set: 1 to 32 columns.
    Rows {
        /// Which, in order.
        columns: Vec<String>,
    },
    /// All rows that agree in some columns.
    Groups {
        /// Which, in order; at most 8, and none for one row over all.
        by: Vec<String>,
        /// What follows them; 1 to 16.
        aggregates: Vec<Aggregate>,
    },
}

/// How an answer is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// A column of the answer.
    pub column: String,
    /// Greatest first.
    pub descending: bool,
}

/// One column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// What its batches hold.
    pub kind: Kind,
}

/// A question that is allowed and makes sense. Names are those of the catalogue; none is free text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The data set; granted.
    pub data_set: String,
    /// What its rows stand for.
    pub shape: Shape,
    /// All must hold.
    pub filters: Vec<Filter>,
    /// The first counts most.
    pub order: Vec<Order>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// The days to read; always there when the data set is dated, never when it is not.
    pub period: Option<Period>,
    /// The columns of the answer, in order: the port fills its batches with these kinds.
    pub output: Vec<OutputColumn>,
}

/// An answer that is being read, as the port counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Handle(pub u32);

/// Why a port does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PortError {
    /// The question cannot be asked of these rows, such as a sum that does not fit. The plugin reads the sentence.
    #[error("{0}")]
    Invalid(String),
    /// It took longer than the time that was left.
    #[error("the database took longer than the time that was left")]
    Late,
    /// The database did not answer. The sentence is for the server's log; the plugin reads `unavailable`.
    #[error("{0}")]
    Unavailable(String),
}

/// Where rows come from. Called from the thread that called `run`, one call at a time.
///
/// `time_left` is what the run may still take: a port stops its own work by then, for nobody else can. Batches are
/// asked for one ahead of the plugin, so that the database and the plugin work at the same time.
pub trait Port {
    /// Begins to answer.
    ///
    /// # Errors
    /// [`PortError`]; the plugin may go on after it.
    fn open(&mut self, query: &Query, time_left: Duration) -> Result<Handle, PortError>;

    /// The next rows: `max_rows` of them in the columns of the query's `output`, fewer only at the end, or none.
    ///
    /// # Errors
    /// [`PortError`]; the answer is over after it.
    fn next_batch(&mut self, handle: Handle, max_rows: u32, time_left: Duration) -> Result<Option<Batch>, PortError>;

    /// The plugin needs no more of it. Not called for answers that are open when the run ends.
    fn close(&mut self, handle: Handle);
}
