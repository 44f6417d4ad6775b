//! A configuration together with where each of its values came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Value};

use super::layers::{self, Layer};
use super::problem::{ConfigError, Origin, Problem};
use super::{Config, DEFAULT_PATH, Environment, secrets};

/// One key as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, such as `server.listen`.
    pub key: String,
    /// The value as TOML; `(not set)`, or `[secret]`.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// A checked configuration and its origins.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Every key, in alphabetical order.
    pub entries: Vec<Entry>,
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
}

impl Loaded {
    /// Reads, merges and checks; `path` is the file that the operator named.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong, not only the first.
    pub fn read(path: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut layers = Vec::new();
        let file = file(path, environment, &mut problems);
        if let Some((path, text)) = &file {
            layers.push(layers::of_file(path, text, &mut problems));
        }
        layers.extend(layers::of_variables(environment.variables.iter(), &mut problems));

        let mut config = extract(&mut layers, &mut problems);
        let filled = secrets::resolve(&mut config, environment.credentials.as_deref(), &mut problems);
        problems.extend(config.validate());

        let origins = origins(&layers, filled);
        let complete = |problem: Problem| match (&problem.origin, origins.get(&problem.key)) {
            (None, Some(origin)) => problem.from(origin.clone()).explained(),
            _ => problem.explained(),
        };
        let problems: Vec<Problem> = problems.into_iter().map(complete).collect();
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        let entries = entries(&config, &origins);
        Ok(Self { config, entries, file: file.map(|(path, _)| path) })
    }
}

/// The file's path and text; a named file must be there, the usual one may be missing.
fn file(path: Option<&Path>, environment: &Environment, problems: &mut Vec<Problem>) -> Option<(PathBuf, String)> {
    let named = path.map(Path::to_owned).or_else(|| environment.variables.get("WATCHROOM_CONFIG").map(PathBuf::from));
    let must_exist = named.is_some();
    let path = named.unwrap_or_else(|| PathBuf::from(DEFAULT_PATH));
    match std::fs::read_to_string(&path) {
        Ok(text) => Some((path, text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => None,
        Err(error) => {
            let message = format!("The configuration file {} cannot be read: {error}", path.display());
            problems.push(Problem::new("", message));
            None
        }
    }
}

/// Deserialises; each value that does not fit is noted, taken out, and the rest tried again.
fn extract(layers: &mut [Layer], problems: &mut Vec<Problem>) -> Config {
    loop {
        let error = match layers::extract(layers) {
            Ok(config) => return config,
            Err(error) => error,
        };
        // Indexes of lists are part of figment's path and not of our keys.
        let path: Vec<&str> = error.path.iter().map(String::as_str).filter(|p| p.parse::<usize>().is_err()).collect();
        let key = path.join(".");
        let culprit = layers.iter_mut().rev().find(|layer| layers::at(&layer.values, &key).is_some());
        let message = format!("has a value that does not fit: {}", plain(&error.kind.to_string()));
        let Some(layer) = culprit else {
            problems.push(Problem::new(key, message));
            return Config::default();
        };
        problems.push(Problem::new(key.clone(), message).from(layer.origin.clone()));
        layers::remove(&mut layer.values, &key);
    }
}

/// figment's words without the programmer's part.
fn plain(kind: &str) -> String {
    kind.trim_start_matches("invalid type: ")
        .trim_start_matches("unknown variant: ")
        .replace("expected u16", "expected a whole number from 0 to 65535")
        .replace("expected u32", "expected a whole number from 0 to 4294967295")
        .replace("expected u64", "expected a whole number, 0 or more")
}

fn origins(layers: &[Layer], filled: Vec<(&'static str, Origin)>) -> BTreeMap<String, Origin> {
    let mut origins = BTreeMap::new();
    for layer in layers {
        for (key, _) in layers::leaves(&layer.values) {
            origins.insert(key, layer.origin.clone());
        }
    }
    origins.extend(filled.into_iter().map(|(key, origin)| (key.to_owned(), origin)));
    origins
}

fn entries(config: &Config, origins: &BTreeMap<String, Origin>) -> Vec<Entry> {
    let tree: Dict = match Value::serialize(config) {
        Ok(Value::Dict(_, tree)) => tree,
        _ => Dict::new(),
    };
    let entry = |(key, value): (String, Value)| {
        let origin = origins.get(&key).cloned().unwrap_or(Origin::Default);
        let secret = secrets::SECRET_KEYS.contains(&key.as_str()) && origin != Origin::Default;
        let value = if secret { "[secret]".to_owned() } else { as_toml(&value) };
        Entry { key, value, origin }
    };
    layers::leaves(&tree).into_iter().map(entry).collect()
}

/// A value as one would write it in the file.
pub(super) fn as_toml(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("{text:?}"),
        Value::Char(_, letter) => format!("{:?}", letter.to_string()),
        Value::Bool(_, yes) => yes.to_string(),
        Value::Num(_, number) => match number.to_u128_lossy() {
            Some(n) => n.to_string(),
            None => number.to_i128().map_or_else(String::new, |n| n.to_string()),
        },
        Value::Empty(..) => "(not set)".to_owned(),
        Value::Array(_, items) => format!("[{}]", items.iter().map(as_toml).collect::<Vec<_>>().join(", ")),
        Value::Dict(..) => String::new(),
    }
}
