//! `watchroom doctor`: looks at everything that Watchroom needs, changes nothing, and says what to do.

mod database;
mod machine;

use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::{Done, Outcome};
use crate::config::{Environment, Loaded};

/// Check this installation: configuration, folders, database, migrations, certificate, plugin runtime.
///
/// Nothing is started or changed. Run it as the user that Watchroom runs as, or as root.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all is well, 2 the configuration is wrong, 3 something needs attention.\n\n\
                        Example, for a monitoring system:\n  watchroom doctor --json")]
pub(super) struct Doctor {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Result {
    /// Nothing to do.
    Passed,
    /// Works now, and may not for long.
    Warning,
    /// Watchroom will not work, or not safely.
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    result: Result,
    /// What was found.
    found: String,
    /// Why it matters.
    why: &'static str,
    /// A command, or what to do; absent when there is nothing to do.
    fix: Option<String>,
}

impl Check {
    fn passed(name: &'static str, why: &'static str, found: impl Into<String>) -> Self {
        Self { name, result: Result::Passed, found: found.into(), why, fix: None }
    }

    fn warning(name: &'static str, why: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, result: Result::Warning, found: found.into(), why, fix: Some(fix.into()) }
    }

    fn failed(name: &'static str, why: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, result: Result::Failed, found: found.into(), why, fix: Some(fix.into()) }
    }
}

impl Doctor {
    pub(super) fn run(self, path: Option<&Path>) -> Outcome {
        let loaded = Loaded::read(path, &Environment::of_this_process())?;
        let checks = examine(&loaded);
        if self.json {
            println!("{}", as_json(&checks));
        } else {
            print!("{}", as_text(&checks));
        }
        Ok(if checks.iter().all(|check| check.result == Result::Passed) { Done::Well } else { Done::Attention })
    }
}

fn examine(loaded: &Loaded) -> Vec<Check> {
    let config = &loaded.config;
    let mut checks = vec![machine::configuration(loaded), machine::state_folder(config)];
    checks.extend(machine::disk(config));
    checks.extend(database::checks(config));
    checks.push(machine::certificate(config));
    checks.push(machine::plugin_runtime());
    checks
}

fn as_text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let mark = match check.result {
            Result::Passed => "ok     ",
            Result::Warning => "warning",
            Result::Failed => "FAILED ",
        };
        text.push_str(&format!("{mark}  {}: {}\n", check.name, check.found));
        if let Some(fix) = &check.fix {
            text.push_str(&format!("         why: {}\n         fix: {fix}\n", check.why));
        }
    }
    let count = |result| checks.iter().filter(|check| check.result == result).count();
    let (warnings, failures) = (count(Result::Warning), count(Result::Failed));
    text.push_str(&match (warnings, failures) {
        (0, 0) => format!("\nAll {} checks passed.\n", checks.len()),
        _ => format!("\n{failures} failed, {warnings} warned, {} passed.\n", checks.len() - failures - warnings),
    });
    text
}

fn as_json(checks: &[Check]) -> String {
    let worst = checks.iter().map(|check| check.result).max().unwrap_or(Result::Passed);
    format!("{:#}", serde_json::json!({ "result": worst, "checks": checks }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Vec<Check> {
        vec![
            Check::passed("disk", "it fills", "10 GiB free"),
            Check::warning("certificate", "it ends", "3 days left", "renew it"),
            Check::failed("database", "it holds everything", "no answer", "start it"),
        ]
    }

    #[test]
    fn each_trouble_says_why_it_matters_and_what_to_do() {
        let text = as_text(&checks());
        assert!(text.contains("ok       disk: 10 GiB free\nwarning  certificate: 3 days left\n"), "{text}");
        assert!(text.contains("why: it holds everything\n         fix: start it"), "{text}");
        assert!(text.ends_with("1 failed, 1 warned, 1 passed.\n"), "{text}");
        assert!(!text.contains("it fills"), "what passed needs no reasons: {text}");
    }

    #[test]
    fn json_carries_the_worst_result_and_every_check() {
        let json: serde_json::Value = serde_json::from_str(&as_json(&checks())).expect("json");
        assert_eq!(json["result"], "failed");
        assert_eq!(json["checks"][1]["fix"], "renew it");
    }
}
