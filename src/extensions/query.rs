//! A plugin's question as one SQL statement.
//!
//! Every name in the statement comes from `data_sets`; every value is a bound parameter. Pure: it runs nothing, and who
//! may see which row is row-level security's business. The period and the unit of the run are applied here, whatever
//! the plugin asks.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::data_sets::{self, At, Column, DataSet, ORGANISATION, Source, TODAY};
use crate::kernel::civil::start_of_day;
use crate::kernel::ids::{OrganisationId, UnitId};
use crate::plugin_host::Kind;
use crate::plugin_host::port::{Aggregate, Comparison, Filter, Function, Order, PortError, Query, Scalar, Shape, Test};

/// What the host puts around every question of a run.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// Whose rows.
    pub(super) organisation: OrganisationId,
    /// What turns a person's id into a key of this plugin's own; secret.
    pub(super) salt: [u8; 32],
    /// The unit of the run and all below it; `None` for no narrowing.
    pub(super) units: Option<Vec<UnitId>>,
    /// The day of the run in the United Kingdom: what counts "today" counts on it.
    pub(super) today: Date,
}

/// A value of the statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bind {
    Uuid(Uuid),
    Uuids(Vec<Uuid>),
    Bytes(Vec<u8>),
    Integer(i64),
    Integers(Vec<i64>),
    Float(f64),
    Floats(Vec<f64>),
    Boolean(bool),
    Booleans(Vec<bool>),
    Text(String),
    Texts(Vec<String>),
    Instant(Timestamp),
    Instants(Vec<Timestamp>),
    Date(Date),
    Dates(Vec<Date>),
}

/// Text with numbered parameters, their values, and what its columns hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) binds: Vec<Bind>,
    pub(super) kinds: Vec<Kind>,
}

/// Writes the statement.
///
/// # Errors
/// [`PortError::Invalid`] for a period at the end of the calendar; [`PortError::Unavailable`] for a name that is not in
/// the catalogue, which the sandbox rules out.
pub(super) fn statement(query: &Query, scope: &Scope) -> Result<Statement, PortError> {
    let data_set = data_sets::find(&query.data_set).ok_or_else(|| unknown(&query.data_set))?;
    let mut binds = Binds(vec![Bind::Uuid(scope.organisation.0), Bind::Bytes(scope.salt.to_vec())]);
    let mut rows = Rows { data_set, lookups: Lookups::default() };
    let mut sql = match &query.shape {
        Shape::Rows { columns } => {
            let list: Vec<String> = columns
                .iter()
                .map(|name| rows.column(name).map(|column| rows.value(column)))
                .collect::<Result<_, _>>()?;
            let from = rows.from(query, scope, &mut binds)?;
            format!("select {}{from}", list.join(", "))
        }
        Shape::Groups { by, aggregates } => groups(&mut rows, by, aggregates, query, scope, &mut binds)?,
    };
    sql.push_str(&order(query)?);
    if let Some(limit) = query.limit {
        let limit = binds.add(Bind::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        sql.push_str(&format!(" limit {limit}"));
    }
    let kinds = query.output.iter().map(|column| column.kind).collect();
    Ok(Statement { sql, binds: binds.0, kinds })
}

fn unknown(name: &str) -> PortError {
    PortError::Unavailable(format!("the catalogue has `{name}` and the data sets have not"))
}

#[derive(Debug)]
struct Binds(Vec<Bind>);

impl Binds {
    /// Adds a value; the parameter that stands for it.
    fn add(&mut self, bind: Bind) -> String {
        self.0.push(bind);
        format!("${}", self.0.len())
    }
}

/// Tables that words are looked up in, each once for each key.
#[derive(Debug, Default)]
struct Lookups(Vec<(&'static str, String)>);

impl Lookups {
    /// The word of `table` for `key`.
    fn word(&mut self, table: &'static str, key: &str, word: &str) -> String {
        let at = self.0.iter().position(|(other, with)| *other == table && with == key).unwrap_or_else(|| {
            self.0.push((table, key.to_owned()));
            self.0.len() - 1
        });
        format!("l{at}.{word}")
    }

    fn joins(&self) -> String {
        let join = |(at, (table, key)): (usize, &(&str, String))| {
            format!(" left join {table} l{at} on l{at}.organisation_id = {ORGANISATION} and l{at}.id = {key}")
        };
        self.0.iter().enumerate().map(join).collect()
    }
}

fn pseudonym(id: &str) -> String {
    format!("encode(substr(sha256($2 || uuid_send({id})), 1, 8), 'hex')")
}

/// The rows of a data set that a question is about.
struct Rows {
    data_set: &'static DataSet,
    lookups: Lookups,
}

impl Rows {
    fn column(&self, name: &str) -> Result<&'static Column, PortError> {
        self.data_set.column(name).ok_or_else(|| unknown(name))
    }

    fn value(&mut self, column: &Column) -> String {
        match column.source {
            Source::Value(value) => value.to_owned(),
            Source::Lookup { key, table, word } => self.lookups.word(table, key, word),
            Source::Pseudonym(id) => pseudonym(id),
        }
    }

    /// Everything from `from` to the last condition.
    fn from(&mut self, query: &Query, scope: &Scope, binds: &mut Binds) -> Result<String, PortError> {
        let mut conditions = vec![format!("t.organisation_id = {ORGANISATION}")];
        conditions.extend(self.data_set.only.map(str::to_owned));
        match (self.data_set.at, query.period) {
            (Some(At::Instant(at)), Some(period)) => {
                let after = period.to.tomorrow();
                let after = after.or(Err(PortError::Invalid("the period ends with the calendar".into())))?;
                let from = binds.add(Bind::Instant(start_of_day(period.from)));
                let until = binds.add(Bind::Instant(start_of_day(after)));
                conditions.push(format!("{at} >= {from} and {at} < {until}"));
            }
            (Some(At::Day(at)), Some(period)) => {
                let (from, to) = (binds.add(Bind::Date(period.from)), binds.add(Bind::Date(period.to)));
                conditions.push(format!("{at} >= {from} and {at} <= {to}"));
            }
            (None, _) | (_, None) => {}
        }
        if let (Some(unit), Some(units)) = (self.data_set.unit, &scope.units) {
            let units = binds.add(Bind::Uuids(units.iter().map(|unit| unit.0).collect()));
            conditions.push(format!("{unit} = any ({units})"));
        }
        for filter in &query.filters {
            conditions.push(self.condition(filter, binds)?);
        }
        let mut from = self.data_set.from.to_owned();
        if from.contains(TODAY) {
            from = from.replace(TODAY, &binds.add(Bind::Date(scope.today)));
        }
        let joins = self.lookups.joins();
        Ok(format!(" from {from}{joins} where {}", conditions.join(" and ")))
    }

    fn condition(&mut self, filter: &Filter, binds: &mut Binds) -> Result<String, PortError> {
        let column = self.column(&filter.column)?;
        let value = self.value(column);
        Ok(match &filter.test {
            Test::Compare(comparison, scalar) => {
                let operator = match comparison {
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "<>",
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                };
                format!("{value} {operator} {}", binds.add(one(scalar)))
            }
            Test::OneOf(scalars) => format!("{value} = any ({})", binds.add(many(scalars)?)),
            Test::Missing => format!("{value} is null"),
            Test::Present => format!("{value} is not null"),
        })
    }
}

/// Groups are made over ids and plain values; words are looked up once for each group, and groups whose words are the
/// same become one. So a sum over a million rows does not join a million rows.
fn groups(
    rows: &mut Rows,
    by: &[String],
    aggregates: &[Aggregate],
    query: &Query,
    scope: &Scope,
    binds: &mut Binds,
) -> Result<String, PortError> {
    let mut outside = Lookups::default();
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for (at, name) in by.iter().enumerate() {
        let own = format!("g.k{at}");
        let (key, shown) = match rows.column(name)?.source {
            Source::Value(value) => (value, own),
            Source::Lookup { key, table, word } => (key, outside.word(table, &own, word)),
            Source::Pseudonym(id) => (id, pseudonym(&own)),
        };
        inner.push(format!("{key} as k{at}"));
        outer.push(shown);
    }
    let again = !outside.0.is_empty();
    for (at, aggregate) in aggregates.iter().enumerate() {
        let argument = match &aggregate.column {
            Some(name) => {
                let column = rows.column(name)?;
                rows.value(column)
            }
            None => "*".to_owned(),
        };
        let (function, over) = match aggregate.function {
            Function::Count => ("count", "sum"),
            Function::Sum => ("sum", "sum"),
            Function::Min => ("min", "min"),
            Function::Max => ("max", "max"),
        };
        inner.push(format!("{function}({argument}) as a{at}"));
        let whole = query.output.get(by.len() + at).is_some_and(|column| column.kind == Kind::Integer);
        // A sum of sums is of a wider type than we hand out; what does not fit ends the question.
        let cast = if again && whole { "::bigint" } else { "" };
        outer.push(if again { format!("{over}(g.a{at}){cast}") } else { format!("g.a{at}") });
    }
    let from = rows.from(query, scope, binds)?;
    let group_inside = numbered(by.len(), !by.is_empty());
    let group_outside = numbered(by.len(), again);
    Ok(format!(
        "select {} from (select {}{from}{group_inside}) g{}{group_outside}",
        outer.join(", "),
        inner.join(", "),
        outside.joins()
    ))
}

fn numbered(columns: usize, wanted: bool) -> String {
    if !wanted {
        return String::new();
    }
    let numbers: Vec<String> = (1..=columns).map(|number| number.to_string()).collect();
    format!(" group by {}", numbers.join(", "))
}

fn order(query: &Query) -> Result<String, PortError> {
    let place = |order: &Order| {
        let place = query.output.iter().position(|column| column.name == order.column);
        let place = place.ok_or_else(|| unknown(&order.column))? + 1;
        Ok(format!("{place}{} nulls last", if order.descending { " desc" } else { "" }))
    };
    let places: Vec<String> = query.order.iter().map(place).collect::<Result<_, PortError>>()?;
    Ok(if places.is_empty() { String::new() } else { format!(" order by {}", places.join(", ")) })
}

fn one(scalar: &Scalar) -> Bind {
    match scalar {
        Scalar::Integer(value) => Bind::Integer(*value),
        Scalar::Float(value) => Bind::Float(*value),
        Scalar::Boolean(value) => Bind::Boolean(*value),
        Scalar::Text(value) => Bind::Text(value.clone()),
        Scalar::Instant(value) => Bind::Instant(*value),
        Scalar::Date(value) => Bind::Date(*value),
    }
}

/// Values of one kind, as the sandbox makes sure they are.
fn many(scalars: &[Scalar]) -> Result<Bind, PortError> {
    macro_rules! all {
        ($scalar:ident, $bind:ident) => {{
            let values = scalars.iter().filter_map(|scalar| match scalar {
                Scalar::$scalar(value) => Some(value.clone()),
                _ => None,
            });
            Ok(Bind::$bind(values.collect()))
        }};
    }
    let Some(first) = scalars.first() else {
        return Err(PortError::Invalid("a value must be one of none".into()));
    };
    match first {
        Scalar::Integer(_) => all!(Integer, Integers),
        Scalar::Float(_) => all!(Float, Floats),
        Scalar::Boolean(_) => all!(Boolean, Booleans),
        Scalar::Text(_) => all!(Text, Texts),
        Scalar::Instant(_) => all!(Instant, Instants),
        Scalar::Date(_) => all!(Date, Dates),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::plugin_host::port::{OutputColumn, Period};

    fn scope(units: Option<Vec<UnitId>>) -> Scope {
        Scope { organisation: OrganisationId(Uuid::from_u128(7)), salt: [1; 32], units, today: date(2026, 11, 23) }
    }

    fn query(data_set: &str, shape: Shape, output: &[(&str, Kind)]) -> Query {
        let output = output.iter().map(|(name, kind)| OutputColumn { name: (*name).into(), kind: *kind }).collect();
        let period =
            matches!(data_set, "duties" | "cpd").then_some(Period { from: date(2026, 3, 29), to: date(2026, 3, 29) });
        Query { data_set: data_set.into(), shape, filters: vec![], order: vec![], limit: None, period, output }
    }

    fn rows(data_set: &str, columns: &[(&str, Kind)]) -> Query {
        let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        query(data_set, Shape::Rows { columns: names }, columns)
    }

    fn sum(column: &str, name: &str) -> Aggregate {
        Aggregate { function: Function::Sum, column: Some(column.into()), name: name.into() }
    }

    #[test]
    fn rows_are_narrowed_to_the_period_and_the_units_of_the_run() {
        let asked = rows("duties", &[("started", Kind::Instant), ("unit", Kind::Text)]);
        let made = statement(&asked, &scope(Some(vec![UnitId(Uuid::from_u128(9))]))).expect("a statement");
        assert_eq!(
            made.sql,
            "select t.started_at, l0.name from duties t left join units l0 on l0.organisation_id = $1 and \
             l0.id = t.unit_id where t.organisation_id = $1 and t.deleted_at is null and t.started_at >= $3 and \
             t.started_at < $4 and t.unit_id = any ($5)"
        );
        let at = |text: &str| Bind::Instant(text.parse().expect("a time"));
        // The day on which the clocks go forward has 23 hours.
        assert_eq!(made.binds[2..4], [at("2026-03-29T00:00:00Z"), at("2026-03-29T23:00:00Z")]);
        assert_eq!(made.binds[4], Bind::Uuids(vec![Uuid::from_u128(9)]));
    }

    #[test]
    fn days_are_narrowed_by_days_and_today_is_that_of_the_run() {
        let made = statement(&rows("cpd", &[("minutes", Kind::Integer)]), &scope(None)).expect("a statement");
        assert!(made.sql.ends_with("where t.organisation_id = $1 and t.happened_on >= $3 and t.happened_on <= $4"));
        assert_eq!(made.binds[2..], [Bind::Date(date(2026, 3, 29)), Bind::Date(date(2026, 3, 29))]);
        let made = statement(&rows("certificates", &[("state", Kind::Text)]), &scope(None)).expect("a statement");
        assert!(made.sql.contains("b.expires_on - $3 as days_left") && !made.sql.contains('{'), "{}", made.sql);
        assert_eq!(made.binds[2..], [Bind::Date(date(2026, 11, 23))]);
    }

    #[test]
    fn groups_are_made_by_ids_and_named_afterwards() {
        let shape = Shape::Groups { by: vec!["unit".into(), "week".into()], aggregates: vec![sum("minutes", "m")] };
        let mut asked = query("duties", shape, &[("unit", Kind::Text), ("week", Kind::Date), ("m", Kind::Integer)]);
        asked.order = vec![Order { column: "m".into(), descending: true }];
        asked.limit = Some(5);
        let made = statement(&asked, &scope(None)).expect("a statement");
        assert_eq!(
            made.sql,
            "select l0.name, g.k1, sum(g.a0)::bigint from (select t.unit_id as k0, t.week_start as k1, \
             sum(t.worked_minutes) as a0 from duties t where t.organisation_id = $1 and t.deleted_at is null and \
             t.started_at >= $3 and t.started_at < $4 group by 1, 2) g left join units l0 on l0.organisation_id = $1 \
             and l0.id = g.k0 group by 1, 2 order by 3 desc nulls last limit $5"
        );
    }

    #[test]
    fn one_row_over_all_has_no_group() {
        let count = Aggregate { function: Function::Count, column: None, name: "n".into() };
        let shape = Shape::Groups { by: vec![], aggregates: vec![count] };
        let made = statement(&query("units", shape, &[("n", Kind::Integer)]), &scope(None)).expect("a statement");
        assert_eq!(made.sql, "select g.a0 from (select count(*) as a0 from units t where t.organisation_id = $1) g");
    }

    #[test]
    fn a_person_is_a_key_and_never_an_id() {
        let made = statement(&rows("people", &[("person", Kind::Text)]), &scope(None)).expect("a statement");
        assert!(
            made.sql.starts_with("select encode(substr(sha256($2 || uuid_send(t.id)), 1, 8), 'hex') from people t")
        );
        assert_eq!(made.binds[1], Bind::Bytes(vec![1; 32]));
    }

    #[test]
    fn what_a_plugin_writes_is_a_value_and_never_part_of_the_statement() {
        let evil = "x'; drop table duties; --";
        let mut asked = rows("duties", &[("unit", Kind::Text)]);
        asked.filters = vec![
            Filter { column: "unit".into(), test: Test::Compare(Comparison::NotEqual, Scalar::Text(evil.into())) },
            Filter { column: "category".into(), test: Test::OneOf(vec![Scalar::Text(evil.into())]) },
            Filter { column: "category".into(), test: Test::Missing },
        ];
        let made = statement(&asked, &scope(None)).expect("a statement");
        assert!(!made.sql.contains("drop"), "{}", made.sql);
        assert!(made.sql.ends_with("and l0.name <> $5 and l1.name = any ($6) and l1.name is null"), "{}", made.sql);
        assert_eq!(made.binds[4..], [Bind::Text(evil.into()), Bind::Texts(vec![evil.into()])]);
        asked.filters[0].column = evil.into();
        assert!(matches!(statement(&asked, &scope(None)), Err(PortError::Unavailable(_))));
    }
}
