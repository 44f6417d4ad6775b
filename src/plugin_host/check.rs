//! Holds a plugin's question to the catalogue, to its grants and to sense, before anything is asked of a port.

use std::collections::BTreeSet;

use jiff::ToSpan;

use super::catalogue::{Catalogue, DataSetSpec, Grants, Kind};
use super::port::{Aggregate, Function, OutputColumn, Period, Query, Scalar, Shape, Test};
use super::run::GuestError;

const MAX_COLUMNS: usize = 32;
const MAX_FILTERS: usize = 32;
const MAX_ORDER: usize = 8;
const MAX_GROUP_BY: usize = 8;
const MAX_AGGREGATES: usize = 16;
const MAX_ONE_OF: usize = 1_000;
const MAX_TEXT_CHARS: usize = 1_000;
const MAX_PERIOD_YEARS: i32 = 20;

fn invalid<T>(sentence: impl Into<String>) -> Result<T, GuestError> {
    Err(GuestError::Invalid(sentence.into()))
}

fn count(what: &str, found: usize, least: usize, most: usize) -> Result<(), GuestError> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    invalid(format!("{found} {what}; {least} to {most} are allowed"))
}

/// What a question may refer to.
struct Checker<'a> {
    data_set: &'a DataSetSpec,
    grants: &'a Grants,
}

/// Checks `query` and fills in its output and its period, which is `run_period` unless it names another.
///
/// # Errors
/// `NotFound` for what the catalogue does not have, `Denied` for what is not granted, `Invalid` for the rest.
pub(super) fn check(
    query: &mut Query,
    catalogue: &Catalogue,
    grants: &Grants,
    run_period: Period,
) -> Result<(), GuestError> {
    let data_set = catalogue.data_set(&query.data_set).ok_or(GuestError::NotFound)?;
    if !grants.has_data_set(data_set.name) {
        return Err(GuestError::Denied);
    }
    let checker = Checker { data_set, grants };
    query.output = checker.output(&query.shape)?;
    checker.filters(query)?;
    count("columns to sort by", query.order.len(), 0, MAX_ORDER)?;
    for order in &query.order {
        if !query.output.iter().any(|column| column.name == order.column) {
            return invalid(format!("the answer has no column `{}` to sort by", order.column));
        }
    }
    query.period = checker.period(query.period, run_period)?;
    Ok(())
}

impl Checker<'_> {
    fn column(&self, name: &str) -> Result<Kind, GuestError> {
        let column = self.data_set.column(name).ok_or(GuestError::NotFound)?;
        if self.grants.has(self.data_set.name, name) { Ok(column.kind) } else { Err(GuestError::Denied) }
    }

    fn output(&self, shape: &Shape) -> Result<Vec<OutputColumn>, GuestError> {
        let mut output = Vec::new();
        match shape {
            Shape::Rows { columns } => {
                count("columns", columns.len(), 1, MAX_COLUMNS)?;
                for name in columns {
                    output.push(OutputColumn { name: name.clone(), kind: self.column(name)? });
                }
            }
            Shape::Groups { by, aggregates } => {
                count("columns to group by", by.len(), 0, MAX_GROUP_BY)?;
                count("aggregates", aggregates.len(), 1, MAX_AGGREGATES)?;
                for name in by {
                    output.push(OutputColumn { name: name.clone(), kind: self.column(name)? });
                }
                for aggregate in aggregates {
                    output.push(OutputColumn { name: aggregate.name.clone(), kind: self.aggregate(aggregate)? });
                }
            }
        }
        let names: BTreeSet<_> = output.iter().map(|column| &column.name).collect();
        if names.len() != output.len() {
            return invalid("the answer has two columns of one name");
        }
        Ok(output)
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Result<Kind, GuestError> {
        let name = &aggregate.name;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || name.len() > 60 || !name.chars().all(fits) {
            return invalid("an aggregate's name is not lower-case letters, digits and underscores");
        }
        let kind = aggregate.column.as_deref().map(|column| self.column(column)).transpose()?;
        match (aggregate.function, kind) {
            (Function::Count, _) => Ok(Kind::Integer),
            (Function::Sum, Some(kind @ (Kind::Integer | Kind::Float))) => Ok(kind),
            (Function::Sum, Some(_)) => invalid(format!("`{name}` adds up what is not a number")),
            (Function::Min | Function::Max, Some(Kind::Boolean)) => {
                invalid(format!("`{name}` looks for the least or greatest of booleans"))
            }
            (Function::Min | Function::Max, Some(kind)) => Ok(kind),
            (Function::Sum | Function::Min | Function::Max, None) => invalid(format!("`{name}` names no column")),
        }
    }

    fn filters(&self, query: &Query) -> Result<(), GuestError> {
        count("filters", query.filters.len(), 0, MAX_FILTERS)?;
        for filter in &query.filters {
            let kind = self.column(&filter.column)?;
            let scalars = match &filter.test {
                Test::Compare(_, scalar) => std::slice::from_ref(scalar),
                Test::OneOf(scalars) => {
                    count("values to be one of", scalars.len(), 1, MAX_ONE_OF)?;
                    scalars.as_slice()
                }
                Test::Missing | Test::Present => &[],
            };
            for scalar in scalars {
                if scalar.kind() != kind {
                    let (column, wanted) = (&filter.column, kind.with_article());
                    return invalid(format!(
                        "`{column}` is compared with {}; it holds {wanted}",
                        scalar.kind().with_article()
                    ));
                }
                match scalar {
                    Scalar::Float(number) if !number.is_finite() => return invalid("a number that is not finite"),
                    Scalar::Text(text) if text.contains('\0') || text.chars().count() > MAX_TEXT_CHARS => {
                        return invalid(format!("text with NUL, or longer than {MAX_TEXT_CHARS} characters"));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn period(&self, asked: Option<Period>, run: Period) -> Result<Option<Period>, GuestError> {
        if !self.data_set.dated {
            return match asked {
                Some(_) => invalid(format!("`{}` has no period", self.data_set.name)),
                None => Ok(None),
            };
        }
        let period = asked.unwrap_or(run);
        if period.from > period.to {
            return invalid("the period ends before it begins");
        }
        if period.from.saturating_add(MAX_PERIOD_YEARS.years()) < period.to {
            return invalid(format!("the period is longer than {MAX_PERIOD_YEARS} years"));
        }
        Ok(Some(period))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::catalogue::ColumnSpec;
    use super::super::port::{Comparison, Filter, Order};
    use super::*;

    const RUN: Period = Period { from: date(2026, 11, 1), to: date(2026, 11, 30) };

    fn catalogue() -> Catalogue {
        let column = |name, kind| ColumnSpec { name, kind, summary: "", personal: false };
        let duties = vec![
            column("unit", Kind::Text),
            column("minutes", Kind::Integer),
            column("manual", Kind::Boolean),
            column("person", Kind::Text),
        ];
        let units = vec![column("name", Kind::Text)];
        Catalogue {
            data_sets: vec![
                DataSetSpec { name: "duties", summary: "", readers: "", dated: true, columns: duties },
                DataSetSpec { name: "units", summary: "", readers: "", dated: false, columns: units },
                DataSetSpec { name: "people", summary: "", readers: "", dated: false, columns: vec![] },
            ],
        }
    }

    fn grants() -> Grants {
        Grants::default().with("duties", ["unit", "minutes", "manual"]).with("units", ["name"])
    }

    fn rows(data_set: &str, columns: &[&str]) -> Query {
        Query {
            data_set: data_set.into(),
            shape: Shape::Rows { columns: columns.iter().map(|name| (*name).into()).collect() },
            filters: vec![],
            order: vec![],
            limit: None,
            period: None,
            output: vec![],
        }
    }

    fn run(query: &mut Query) -> Result<(), GuestError> {
        check(query, &catalogue(), &grants(), RUN)
    }

    fn filtered(column: &str, test: Test) -> Result<(), GuestError> {
        let mut query = rows("duties", &["unit"]);
        query.filters.push(Filter { column: column.into(), test });
        run(&mut query)
    }

    fn aggregated(function: Function, column: Option<&str>, name: &str) -> Result<Vec<OutputColumn>, GuestError> {
        let mut query = rows("duties", &[]);
        let aggregate = Aggregate { function, column: column.map(Into::into), name: name.into() };
        query.shape = Shape::Groups { by: vec!["unit".into()], aggregates: vec![aggregate] };
        run(&mut query).map(|()| query.output)
    }

    #[test]
    fn a_good_question_learns_its_output_and_period() {
        let mut query = rows("duties", &["minutes", "unit"]);
        query.order.push(Order { column: "unit".into(), descending: false });
        run(&mut query).expect("good");
        let kinds: Vec<_> = query.output.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Kind::Integer, Kind::Text]);
        assert_eq!(query.period, Some(RUN));
        let sum = aggregated(Function::Sum, Some("minutes"), "total").expect("good");
        assert_eq!(sum[1], OutputColumn { name: "total".into(), kind: Kind::Integer });
    }

    #[test]
    fn what_is_not_granted_is_denied_wherever_it_is_named() {
        assert_eq!(run(&mut rows("people", &["name"])), Err(GuestError::Denied));
        assert_eq!(run(&mut rows("duties", &["person"])), Err(GuestError::Denied));
        assert_eq!(filtered("person", Test::Present), Err(GuestError::Denied));
        assert_eq!(aggregated(Function::Min, Some("person"), "first"), Err(GuestError::Denied));
        let mut grouped = rows("duties", &[]);
        let aggregate = Aggregate { function: Function::Count, column: None, name: "n".into() };
        grouped.shape = Shape::Groups { by: vec!["person".into()], aggregates: vec![aggregate] };
        assert_eq!(run(&mut grouped), Err(GuestError::Denied));
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        assert_eq!(run(&mut rows("salaries", &["pay"])), Err(GuestError::NotFound));
        assert_eq!(run(&mut rows("duties", &["unit; drop table duty"])), Err(GuestError::NotFound));
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        let sentence = |result: Result<(), GuestError>| match result {
            Err(GuestError::Invalid(sentence)) => sentence,
            other => panic!("{other:?}"),
        };
        assert!(sentence(run(&mut rows("duties", &[]))).contains("0 columns; 1 to 32"));
        assert!(sentence(run(&mut rows("duties", &["unit", "unit"]))).contains("two columns of one name"));
        let text = Test::Compare(Comparison::Equal, Scalar::Text("x".into()));
        assert!(sentence(filtered("minutes", text)).contains("compared with text; it holds an integer"));
        let long = Test::OneOf(vec![Scalar::Text("x".repeat(1_001))]);
        assert!(sentence(filtered("unit", long)).contains("longer than 1000"));
        assert!(sentence(filtered("unit", Test::OneOf(vec![]))).contains("0 values"));
        assert!(sentence(aggregated(Function::Sum, Some("unit"), "a").map(drop)).contains("not a number"));
        assert!(sentence(aggregated(Function::Sum, None, "a").map(drop)).contains("names no column"));
        assert!(sentence(aggregated(Function::Count, None, "a\"b").map(drop)).contains("lower-case"));
        assert!(sentence(aggregated(Function::Count, None, "unit").map(drop)).contains("two columns"));
        let mut query = rows("duties", &["unit"]);
        query.order.push(Order { column: "minutes".into(), descending: true });
        assert!(sentence(run(&mut query)).contains("no column `minutes` to sort by"));
    }

    #[test]
    fn a_period_must_make_sense_and_have_a_place() {
        let with = |data_set: &str, column: &str, from, to| {
            let mut query = rows(data_set, &[column]);
            query.period = Some(Period { from, to });
            run(&mut query)
        };
        with("duties", "unit", date(2025, 1, 1), date(2025, 12, 31)).expect("another year");
        assert!(with("duties", "unit", date(2025, 2, 1), date(2025, 1, 1)).is_err());
        assert!(with("duties", "unit", date(1900, 1, 1), date(2025, 1, 1)).is_err());
        assert!(with("units", "name", date(2025, 1, 1), date(2025, 1, 1)).is_err());
        let mut units = rows("units", &["name"]);
        run(&mut units).expect("no period");
        assert_eq!(units.period, None);
    }
}
