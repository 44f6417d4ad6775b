//! The `data` interface: questions in, batches out.

use wasmtime::component::Resource;

use super::bindings::watchroom::plugin::data as wit;
use super::bindings::watchroom::plugin::types::Error;
use super::clock::{day, moment};
use crate::plugin_host::catalogue::Kind;
use crate::plugin_host::check;
use crate::plugin_host::columns::{Batch, Column, Values};
use crate::plugin_host::port::{
    Aggregate, Comparison, Filter, Function, Handle, Order, OutputColumn, Period, PortError, Query, Scalar, Shape, Test,
};
use crate::plugin_host::run::{GuestError, RunState, Stop};

const MAX_OPEN_ANSWERS: usize = 8;
const MAX_BATCH_ROWS: u32 = 65_536;
/// Rows times columns of one batch: 4 MiB of numbers. A plugin that asks for more gets shorter batches.
const MAX_BATCH_VALUES: usize = 524_288;

/// An answer that a plugin is reading.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it inside this module")]
pub struct OpenAnswer {
    handle: Handle,
    output: Vec<OutputColumn>,
    batch_rows: u32,
    over: bool,
}

impl RunState {
    /// What the plugin hears of the port's trouble.
    fn port_error(&mut self, error: PortError) -> Result<Error, Stop> {
        match error {
            PortError::Invalid(sentence) => Ok(Error::Invalid(sentence)),
            PortError::Late => Err(Stop::Deadline),
            PortError::Unavailable(cause) => {
                self.port_fault = Some(cause);
                Ok(Error::Unavailable)
            }
        }
    }

    /// The question in the host's words, held to everything that it must be held to.
    fn admit(&self, query: wit::Query) -> Result<Query, GuestError> {
        if self.open_answers >= MAX_OPEN_ANSWERS {
            return Err(GuestError::Quota);
        }
        let batch_rows = query.batch_rows;
        if !(1..=MAX_BATCH_ROWS).contains(&batch_rows) {
            return Err(GuestError::Invalid(format!("batch-rows is {batch_rows}; 1 to {MAX_BATCH_ROWS} are allowed")));
        }
        let mut query = from_wit(query)?;
        check::check(&mut query, &self.request.catalogue, &self.request.grants, self.request.period)?;
        Ok(query)
    }
}

impl wit::Host for RunState {
    fn open(&mut self, query: wit::Query) -> wasmtime::Result<Result<Resource<OpenAnswer>, Error>> {
        self.enter()?;
        let batch_rows = query.batch_rows;
        let query = match self.admit(query) {
            Ok(query) => query,
            Err(error) => return Ok(Err(error.into())),
        };
        let output = query.output.clone();
        let fit = u32::try_from(MAX_BATCH_VALUES / output.len().max(1)).unwrap_or(MAX_BATCH_ROWS);
        let batch_rows = batch_rows.min(fit);
        match self.caller.open(query)? {
            Ok(handle) => {
                self.open_answers += 1;
                let answer = OpenAnswer { handle, output, batch_rows, over: false };
                Ok(Ok(self.answers.push(answer)?))
            }
            Err(error) => Ok(Err(self.port_error(error)?)),
        }
    }
}

impl wit::HostAnswer for RunState {
    fn columns(&mut self, answer: Resource<OpenAnswer>) -> wasmtime::Result<Vec<wit::ColumnInfo>> {
        self.enter()?;
        let answer = self.answers.get(&answer)?;
        Ok(answer
            .output
            .iter()
            .map(|column| wit::ColumnInfo { name: column.name.clone(), kind: kind(column.kind) })
            .collect())
    }

    fn next_batch(&mut self, answer: Resource<OpenAnswer>) -> wasmtime::Result<Result<Option<wit::Batch>, Error>> {
        self.enter()?;
        let open = self.answers.get(&answer)?;
        if open.over {
            return Ok(Ok(None));
        }
        if self.rows_spent || self.figures.rows_read >= self.limits.rows {
            return Ok(Err(Error::Quota));
        }
        let max_rows = open.batch_rows;
        let next = self.caller.next(open.handle, max_rows)?;
        // Only whole batches are handed over; the one that passes the limit is thrown away.
        match next {
            Ok(Some(batch)) => {
                batch.check(&open.output, max_rows).map_err(|fault| Stop::Host(fault.to_string()))?;
                let rows = u64::from(batch.rows);
                if self.figures.rows_read + rows > self.limits.rows {
                    self.rows_spent = true;
                    return Ok(Err(Error::Quota));
                }
                self.figures.rows_read += rows;
                Ok(Ok(Some(to_wit(batch))))
            }
            Ok(None) => {
                self.answers.get_mut(&answer)?.over = true;
                Ok(Ok(None))
            }
            Err(error) => {
                self.answers.get_mut(&answer)?.over = true;
                Ok(Err(self.port_error(error)?))
            }
        }
    }

    fn drop(&mut self, answer: Resource<OpenAnswer>) -> wasmtime::Result<()> {
        self.enter()?;
        let open = self.answers.delete(answer)?;
        self.open_answers = self.open_answers.saturating_sub(1);
        Ok(self.caller.close(open.handle)?)
    }
}

fn kind(kind: Kind) -> wit::Kind {
    match kind {
        Kind::Integer => wit::Kind::Integer,
        Kind::Float => wit::Kind::Float,
        Kind::Boolean => wit::Kind::Boolean,
        Kind::Text => wit::Kind::Text,
        Kind::Instant => wit::Kind::Instant,
        Kind::Date => wit::Kind::Date,
    }
}

fn to_wit(batch: Batch) -> wit::Batch {
    let column = |column: Column| {
        let values = match column.values {
            Values::Integers(values) => wit::Values::Integers(values),
            Values::Floats(values) => wit::Values::Floats(values),
            Values::Booleans(values) => wit::Values::Booleans(values),
            Values::Texts(texts) => {
                wit::Values::Texts(wit::Dictionary { words: texts.words, ends: texts.ends, codes: texts.codes })
            }
            Values::Instants(values) => wit::Values::Instants(values),
            Values::Dates(values) => wit::Values::Dates(values),
        };
        wit::Column { values, missing: column.missing }
    };
    wit::Batch { rows: batch.rows, columns: batch.columns.into_iter().map(column).collect() }
}

fn outside<T>(value: Option<T>, what: &str) -> Result<T, GuestError> {
    value.ok_or_else(|| GuestError::Invalid(format!("a {what} is outside the calendar")))
}

fn scalar(scalar: wit::Scalar) -> Result<Scalar, GuestError> {
    Ok(match scalar {
        wit::Scalar::Integer(number) => Scalar::Integer(number),
        wit::Scalar::Float(number) => Scalar::Float(number),
        wit::Scalar::Boolean(flag) => Scalar::Boolean(flag),
        wit::Scalar::Text(text) => Scalar::Text(text),
        wit::Scalar::Instant(micros) => Scalar::Instant(outside(moment(micros), "moment")?),
        wit::Scalar::Date(days) => Scalar::Date(outside(day(days), "day")?),
    })
}

fn test(test: wit::Test) -> Result<Test, GuestError> {
    Ok(match test {
        wit::Test::Compare((comparison, value)) => {
            let comparison = match comparison {
                wit::Comparison::Equal => Comparison::Equal,
                wit::Comparison::NotEqual => Comparison::NotEqual,
                wit::Comparison::Less => Comparison::Less,
                wit::Comparison::LessOrEqual => Comparison::LessOrEqual,
                wit::Comparison::Greater => Comparison::Greater,
                wit::Comparison::GreaterOrEqual => Comparison::GreaterOrEqual,
            };
            Test::Compare(comparison, scalar(value)?)
        }
        wit::Test::OneOf(values) => Test::OneOf(values.into_iter().map(scalar).collect::<Result<_, _>>()?),
        wit::Test::Missing => Test::Missing,
        wit::Test::Present => Test::Present,
    })
}

fn aggregate(aggregate: wit::Aggregate) -> Aggregate {
    let function = match aggregate.function {
        wit::Function::Count => Function::Count,
        wit::Function::Sum => Function::Sum,
        wit::Function::Min => Function::Min,
        wit::Function::Max => Function::Max,
    };
    Aggregate { function, column: aggregate.column, name: aggregate.name }
}

fn from_wit(query: wit::Query) -> Result<Query, GuestError> {
    let shape = match query.shape {
        wit::Shape::Rows(columns) => Shape::Rows { columns },
        wit::Shape::Groups(grouping) => {
            Shape::Groups { by: grouping.by, aggregates: grouping.aggregates.into_iter().map(aggregate).collect() }
        }
    };
    let filter = |filter: wit::Filter| Ok(Filter { column: filter.column, test: test(filter.test)? });
    let period = match query.period {
        None => None,
        Some(period) => Some(Period { from: outside(day(period.from), "day")?, to: outside(day(period.to), "day")? }),
    };
    Ok(Query {
        data_set: query.data_set,
        shape,
        filters: query.filters.into_iter().map(filter).collect::<Result<_, GuestError>>()?,
        order: query
            .order
            .into_iter()
            .map(|order| Order { column: order.column, descending: order.descending })
            .collect(),
        limit: query.limit,
        period,
        output: Vec::new(),
    })
}
