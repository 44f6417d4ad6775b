//! What is wrong with a configuration, said so that the operator can put it right without another page.

use std::fmt;
use std::path::PathBuf;

use super::reference;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable, by its name.
    Variable(String),
    /// A file that holds one secret: a `*_file` key or a systemd credential.
    SecretFile(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the built-in default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::SecretFile(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, such as `server.workers`; empty when a whole source cannot be read.
    pub key: String,
    /// What is wrong, as the rest of a sentence that begins with the key.
    pub message: String,
    /// Where it came from, once known.
    pub origin: Option<Origin>,
    /// What may stand there, once known.
    pub allowed: Option<String>,
}

impl Problem {
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into(), origin: None, allowed: None }
    }

    pub(super) fn from(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    pub(super) fn allowing(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Adds what `config.toml` says about the key, if it knows the key and nothing better is there.
    pub(super) fn explained(mut self) -> Self {
        if self.allowed.is_none() {
            self.allowed = reference::describe(&self.key);
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}", self.message)?;
        } else {
            write!(f, "{} {}", self.key, self.message)?;
        }
        if let Some(origin) = &self.origin {
            write!(f, "\n  from:    {origin}")?;
        }
        if let Some(allowed) = &self.allowed {
            write!(f, "\n  allowed: {allowed}")?;
        }
        Ok(())
    }
}

/// A configuration that must not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Everything that is wrong, never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => writeln!(f, "The configuration has a problem:")?,
            n => writeln!(f, "The configuration has {n} problems:")?,
        }
        for problem in &self.problems {
            write!(f, "\n{problem}\n")?;
        }
        Ok(())
    }
}

/// Collects what a section's `validate` finds.
pub(super) struct Checks<'a>(&'a mut Vec<Problem>);

impl<'a> Checks<'a> {
    pub(super) fn new(problems: &'a mut Vec<Problem>) -> Self {
        Self(problems)
    }

    /// Notes `message` against `key` unless `good`.
    pub(super) fn that(&mut self, good: bool, key: &str, message: &str) {
        if !good {
            self.0.push(Problem::new(key, message));
        }
    }

    /// Notes a number that lies outside `least..=most`.
    pub(super) fn within<N: PartialOrd + fmt::Display>(&mut self, key: &str, value: N, least: N, most: N) {
        if value < least || value > most {
            let message = format!("is {value}, which is out of bounds");
            self.0.push(Problem::new(key, message).allowing(format!("a whole number from {least} to {most}")));
        }
    }
}
