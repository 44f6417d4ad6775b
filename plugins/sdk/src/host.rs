//! The run itself: what was asked for, the settings, the log, and the `report!` macro.

use crate::bindings;
use crate::bindings::watchroom::plugin::settings::Value;
use crate::{Date, Document, Error, Instant};

/// Days from `from` to `to`; both belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Run {
    /// The days that the report is about.
    pub period: Period,
    /// The name of the unit that it is about; none for the whole organisation.
    pub unit: Option<String>,
    /// The reader's language, such as `en-GB`.
    pub locale: String,
    /// When it was asked for.
    pub now: Instant,
}

/// Makes a function from `&Run` to `Result<Document, Error>` the plugin's report.
#[macro_export]
macro_rules! report {
    ($run:path) => {
        struct WatchroomReport;

        impl $crate::bindings::Guest for WatchroomReport {
            fn run(
                request: $crate::bindings::Request,
            ) -> ::core::result::Result<
                $crate::bindings::watchroom::plugin::document::Document,
                $crate::bindings::watchroom::plugin::types::Error,
            > {
                $crate::start($run, request)
            }
        }

        $crate::bindings::export_report!(WatchroomReport with_types_in $crate::bindings);
    };
}

/// What `report!` calls: a panic becomes a line in the run's log before the host sees the trap.
#[doc(hidden)]
pub fn start(
    run: impl FnOnce(&Run) -> Result<Document, Error>,
    request: bindings::Request,
) -> Result<bindings::watchroom::plugin::document::Document, Error> {
    std::panic::set_hook(Box::new(|panic| log::error(&panic.to_string())));
    let period = Period { from: Date::from_days(request.period_from), to: Date::from_days(request.period_to) };
    let asked = Run { period, unit: request.unit, locale: request.locale, now: Instant { micros: request.now } };
    run(&asked).map(Document::into_raw)
}

/// Lines for the history of the run. Never write personal data here.
pub mod log {
    use crate::bindings::watchroom::plugin::log::{Level, write};

    /// For the plugin's author.
    pub fn debug(line: &str) {
        write(Level::Debug, line);
    }

    /// For whoever wonders how the report came about.
    pub fn info(line: &str) {
        write(Level::Info, line);
    }

    /// Something is odd, and the report was made nevertheless.
    pub fn warning(line: &str) {
        write(Level::Warning, line);
    }

    /// Something is wrong.
    pub fn error(line: &str) {
        write(Level::Error, line);
    }
}

/// What the administrator has set. Each fails when the manifest has no such setting of that kind.
pub mod settings {
    use super::{Date, Error, Value};
    use crate::bindings::watchroom::plugin::settings::get;

    fn wrong(name: &str, kind: &str) -> Error {
        Error::Invalid(format!("the setting `{name}` is not {kind}"))
    }

    /// A text setting.
    pub fn text(name: &str) -> Result<String, Error> {
        match get(name)? {
            Value::Text(text) => Ok(text),
            _ => Err(wrong(name, "text")),
        }
    }

    /// An integer setting.
    pub fn integer(name: &str) -> Result<i64, Error> {
        match get(name)? {
            Value::Integer(value) => Ok(value),
            _ => Err(wrong(name, "an integer")),
        }
    }

    /// A boolean setting.
    pub fn boolean(name: &str) -> Result<bool, Error> {
        match get(name)? {
            Value::Boolean(value) => Ok(value),
            _ => Err(wrong(name, "a boolean")),
        }
    }

    /// The value of the option that was chosen.
    pub fn choice(name: &str) -> Result<String, Error> {
        match get(name)? {
            Value::Choice(value) => Ok(value),
            _ => Err(wrong(name, "a choice")),
        }
    }

    /// A day.
    pub fn date(name: &str) -> Result<Date, Error> {
        match get(name)? {
            Value::Date(days) => Ok(Date::from_days(days)),
            _ => Err(wrong(name, "a date")),
        }
    }
}
