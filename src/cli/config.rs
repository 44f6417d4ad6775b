//! `watchroom config check` and `watchroom config show`.

use std::path::Path;

use clap::{Args, Subcommand};

use super::{Done, Outcome};
use crate::config::{DEFAULT_PATH, Entry, Environment, Loaded, Origin};

/// Look at the configuration without starting anything.
#[derive(Debug, Args)]
pub(super) struct ConfigVerbs {
    #[command(subcommand)]
    verb: ConfigVerb,
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
    /// Say whether the configuration is good; if not, what is wrong, where, and what is allowed.
    #[command(after_help = "Exit codes: 0 it is good, 2 it is not.\n\nExample, before a restart:\n  \
                            watchroom config check --config new.toml && cp new.toml /etc/watchroom/config.toml")]
    Check,
    /// Print every key with the value that counts. Secrets are never printed.
    #[command(
        after_help = "Example, what has been changed and where:\n  watchroom config show --origin | grep -v default"
    )]
    Show(Show),
}

#[derive(Debug, Args)]
struct Show {
    /// Say for each key where its value comes from.
    #[arg(long)]
    origin: bool,
    /// Print JSON: one object per key, with key, value and origin.
    #[arg(long)]
    json: bool,
}

impl ConfigVerbs {
    pub(super) fn run(self, path: Option<&Path>) -> Outcome {
        let loaded = Loaded::read(path, &Environment::of_this_process())?;
        match self.verb {
            ConfigVerb::Check => println!("{}", summary(&loaded)),
            ConfigVerb::Show(show) if show.json => println!("{}", as_json(&loaded.entries)),
            ConfigVerb::Show(show) => print!("{}", as_toml(&loaded.entries, show.origin)),
        }
        Ok(Done::Well)
    }
}

/// One line on where the values come from.
pub(super) fn summary(loaded: &Loaded) -> String {
    let count = |kind: fn(&Origin) -> bool| loaded.entries.iter().filter(|entry| kind(&entry.origin)).count();
    let file = match &loaded.file {
        Some(path) => format!("{} from {}", count(|o| matches!(o, Origin::File(_))), path.display()),
        None => format!("none from a file ({DEFAULT_PATH} is not there)"),
    };
    let variables = count(|o| matches!(o, Origin::Variable(_)));
    let secrets = count(|o| matches!(o, Origin::SecretFile(_)));
    format!("The configuration is good. Values set: {file}, {variables} by variables, {secrets} by secret files.")
}

fn as_toml(entries: &[Entry], origins: bool) -> String {
    let mut text = String::new();
    let mut current = "";
    // Keys of a section before its sub-sections, as TOML wants it.
    let mut sorted: Vec<(&str, &str, &Entry)> =
        entries.iter().filter_map(|e| e.key.rsplit_once('.').map(|(section, name)| (section, name, e))).collect();
    sorted.sort_by_key(|(section, name, _)| (*section, *name));
    for (section, name, entry) in sorted {
        if section != current {
            let gap = if current.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}[{section}]\n"));
            current = section;
        }
        // What is not set, or not to be seen, is not something that one could paste into a file.
        let mark = if entry.value.starts_with(['(']) || entry.value == "[secret]" { "# " } else { "" };
        let line = format!("{mark}{name} = {}", entry.value);
        if origins {
            text.push_str(&format!("{line:<48} # {}\n", entry.origin));
        } else {
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}

fn as_json(entries: &[Entry]) -> String {
    let list: Vec<serde_json::Value> = entries
        .iter()
        .map(|entry| serde_json::json!({ "key": entry.key, "value": entry.value, "origin": entry.origin.to_string() }))
        .collect();
    format!("{:#}", serde_json::Value::Array(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded() -> Loaded {
        let url = "postgres://app:hunter2@db/watchroom".to_owned();
        let variables = [("WATCHROOM_DATABASE__URL".to_owned(), url)].into();
        Loaded::read(Some(Path::new("/dev/null")), &Environment { variables, ..Environment::default() }).expect("good")
    }

    #[test]
    fn what_is_shown_is_a_configuration_again_without_its_secrets() {
        let shown = as_toml(&loaded().entries, true);
        assert!(!shown.contains("hunter2"));
        assert!(shown.contains("# url = [secret]"), "{shown}");
        assert!(shown.contains("# the variable WATCHROOM_DATABASE__URL"), "{shown}");
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("shown.toml");
        std::fs::write(&path, &shown).expect("written");
        let again = Loaded::read(Some(&path), &Environment::default()).expect("it is good again");
        let listen = again.entries.iter().find(|entry| entry.key == "server.listen").expect("listed");
        assert_eq!(listen.origin, Origin::File(path));
    }

    #[test]
    fn the_summary_counts() {
        assert_eq!(
            summary(&loaded()),
            "The configuration is good. Values set: 0 from /dev/null, 1 by variables, 0 by secret files."
        );
    }

    #[test]
    fn json_names_key_value_and_origin() {
        let json: serde_json::Value = serde_json::from_str(&as_json(&loaded().entries)).expect("json");
        let first = json.get(0).expect("an entry");
        assert_eq!(first["key"], "access.approval_hours");
        assert_eq!((first["value"].as_str(), first["origin"].as_str()), (Some("168"), Some("the built-in default")));
    }
}
