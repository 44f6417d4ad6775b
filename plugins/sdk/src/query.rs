//! Questions to the host, built one word at a time.

use crate::bindings::watchroom::plugin::data::{self, Comparison, Function, Scalar, Shape, Test};
use crate::{Answer, Date, Error, Instant, Period};

/// What a column's value must be.
#[derive(Debug, Clone)]
pub struct Condition(Test);

/// Equal to `value`.
pub fn equal(value: impl Into<Value>) -> Condition {
    compare(Comparison::Equal, value)
}

/// Anything but `value`, and not missing.
pub fn not_equal(value: impl Into<Value>) -> Condition {
    compare(Comparison::NotEqual, value)
}

/// `value` or more.
pub fn at_least(value: impl Into<Value>) -> Condition {
    compare(Comparison::GreaterOrEqual, value)
}

/// `value` or less.
pub fn at_most(value: impl Into<Value>) -> Condition {
    compare(Comparison::LessOrEqual, value)
}

/// Less than `value`.
pub fn before(value: impl Into<Value>) -> Condition {
    compare(Comparison::Less, value)
}

/// One of `values`.
pub fn any_of<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Condition {
    Condition(Test::OneOf(values.into_iter().map(|value| value.into().0).collect()))
}

/// Not there.
pub fn missing() -> Condition {
    Condition(Test::Missing)
}

/// There.
pub fn present() -> Condition {
    Condition(Test::Present)
}

fn compare(how: Comparison, value: impl Into<Value>) -> Condition {
    Condition(Test::Compare((how, value.into().0)))
}

/// A value in a condition; made from integers, floats, booleans, text, dates and instants.
#[derive(Debug, Clone)]
pub struct Value(Scalar);

macro_rules! value {
    ($($from:ty => $name:ident => $scalar:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($name: $from) -> Self {
                Self($scalar)
            }
        })*
    };
}

value! {
    i64 => value => Scalar::Integer(value);
    f64 => value => Scalar::Float(value);
    bool => value => Scalar::Boolean(value);
    &str => value => Scalar::Text(value.to_owned());
    String => value => Scalar::Text(value);
    Date => value => Scalar::Date(value.days);
    Instant => value => Scalar::Instant(value.micros);
}

/// A question to the host.
#[derive(Debug, Clone)]
#[must_use = "a query asks nothing until it is opened"]
pub struct Query(data::Query);

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Query {
    /// One row for each row of `data_set`, with these columns.
    pub fn rows(data_set: &str, columns: &[&str]) -> Self {
        Self::of(data_set, Shape::Rows(owned(columns)))
    }

    /// One row for each group of rows of `data_set` that agree in the columns `by`; one over all when `by` is empty.
    /// Add what is counted with [`Self::count`], [`Self::sum`], [`Self::least`] and [`Self::greatest`].
    pub fn groups(data_set: &str, by: &[&str]) -> Self {
        Self::of(data_set, Shape::Groups(data::Grouping { by: owned(by), aggregates: Vec::new() }))
    }

    fn of(data_set: &str, shape: Shape) -> Self {
        Self(data::Query {
            data_set: data_set.to_owned(),
            shape,
            filters: Vec::new(),
            order: Vec::new(),
            limit: None,
            period: None,
            batch_rows: 16_384,
        })
    }

    /// Adds a column `name`: how many rows each group has. Of groups only.
    pub fn count(self, name: &str) -> Self {
        self.aggregate(Function::Count, None, name)
    }

    /// Adds a column `name`: the sum of `column`. Of groups only.
    pub fn sum(self, column: &str, name: &str) -> Self {
        self.aggregate(Function::Sum, Some(column), name)
    }

    /// Adds a column `name`: the least of `column`. Of groups only.
    pub fn least(self, column: &str, name: &str) -> Self {
        self.aggregate(Function::Min, Some(column), name)
    }

    /// Adds a column `name`: the greatest of `column`. Of groups only.
    pub fn greatest(self, column: &str, name: &str) -> Self {
        self.aggregate(Function::Max, Some(column), name)
    }

    fn aggregate(mut self, function: Function, column: Option<&str>, name: &str) -> Self {
        let aggregate = data::Aggregate { function, column: column.map(str::to_owned), name: name.to_owned() };
        match &mut self.0.shape {
            Shape::Groups(grouping) => grouping.aggregates.push(aggregate),
            Shape::Rows(_) => panic!("rows are not counted: use Query::groups"),
        }
        self
    }

    /// Keeps only rows in which `column` meets `condition`.
    pub fn filter(mut self, column: &str, condition: Condition) -> Self {
        self.0.filters.push(data::Filter { column: column.to_owned(), test: condition.0 });
        self
    }

    /// Sorts by `column` of the answer, least first; a second call breaks ties of the first.
    pub fn order_by(mut self, column: &str) -> Self {
        self.0.order.push(data::Order { column: column.to_owned(), descending: false });
        self
    }

    /// Sorts by `column` of the answer, greatest first; a second call breaks ties of the first.
    pub fn order_by_descending(mut self, column: &str) -> Self {
        self.0.order.push(data::Order { column: column.to_owned(), descending: true });
        self
    }

    /// At most `rows` rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.0.limit = Some(rows);
        self
    }

    /// Another period than that of the run.
    pub fn period(mut self, period: Period) -> Self {
        self.0.period = Some(data::Period { from: period.from.days, to: period.to.days });
        self
    }

    /// Rows in a batch, 1 to 65,536; 16,384 unless set.
    pub fn batch_rows(mut self, rows: u32) -> Self {
        self.0.batch_rows = rows;
        self
    }

    /// Asks.
    ///
    /// # Errors
    /// `denied`, `not-found`, `invalid`, `quota` or `unavailable`, as `data.open` in `wit/v1/data.wit` says.
    pub fn open(self) -> Result<Answer, Error> {
        data::open(&self.0).map(Answer::new)
    }
}
