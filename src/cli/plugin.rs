//! `watchroom plugin inspect` and `watchroom plugin list`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Done, Outcome};
use crate::config::Config;
use crate::extensions::{data_sets, operator};
use crate::identity::operator as accounts;
use crate::kernel::bytes::ByteSize;
use crate::plugin_host::manifest::{Setting, SettingKind};
use crate::plugin_host::{Catalogue, Inspection, Loaded};

/// Look at plugins.
#[derive(Debug, Args)]
pub(super) struct Plugin {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say what a plugin file is and what it asks to read. Nothing of it is run, and nothing is installed.
    #[command(
        after_help = "Exit codes: 0 it can be uploaded, 1 it is refused, 3 it asks for what this version does not have."
    )]
    Inspect(Inspect),
    /// List what is installed, organisation by organisation.
    List(List),
}

#[derive(Debug, Args)]
struct Inspect {
    /// The .wasm file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct List {
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

impl Plugin {
    pub(super) fn run(self, config: &Config) -> Outcome {
        match self.verb {
            Verb::Inspect(inspect) => inspect.run(config),
            Verb::List(list) => list.run(config),
        }
    }
}

impl Inspect {
    fn run(self, config: &Config) -> Outcome {
        let limit = u64::try_from(config.plugins.upload_bytes()).unwrap_or(u64::MAX);
        let path = self.file.display();
        let length = std::fs::metadata(&self.file).with_context(|| format!("{path} cannot be read"))?.len();
        // A file that would be refused for its size is not read into memory first.
        let file = if length > limit {
            return Err(anyhow::anyhow!(
                "{path}: the file has {}; at most {} are allowed",
                ByteSize(length),
                ByteSize(limit)
            )
            .into());
        } else {
            std::fs::read(&self.file).with_context(|| format!("{path} cannot be read"))?
        };
        let found = Loaded::inspect(&file, limit).with_context(|| format!("{path} is refused"))?;
        let catalogue = data_sets::catalogue();
        let unknown = catalogue.unknown(&found.manifest);
        if self.json {
            let said = json!({ "inspection": found, "unknown_columns": unknown });
            println!("{}", serde_json::to_string_pretty(&said).context("JSON")?);
        } else {
            print!("{}", describe(&found, &catalogue));
        }
        if unknown.is_empty() {
            return Ok(Done::Well);
        }
        eprintln!("watchroom: this version does not have {}", unknown.join(", "));
        Ok(Done::Attention)
    }
}

/// Everything that an inspection found, in words.
fn describe(found: &Inspection, catalogue: &Catalogue) -> String {
    let manifest = &found.manifest;
    let mut lines = vec![
        format!("{} {} ({})", manifest.title, manifest.version, manifest.name),
        String::new(),
        format!("  publisher  {}", manifest.publisher),
        "  kind       report".to_owned(),
        format!("  size       {}", ByteSize(found.size_bytes)),
        format!("  sha-256    {}", found.sha256),
        String::new(),
    ];
    lines.extend(manifest.description.lines().map(|line| format!("  {line}")));
    lines.extend([String::new(), "Imports".to_owned()]);
    lines.extend(found.imports.iter().map(|import| format!("  {import}")));
    lines.extend([String::new(), "Asks to read".to_owned()]);
    if manifest.data_sets.is_empty() {
        lines.push("  nothing".to_owned());
    }
    for asked in &manifest.data_sets {
        lines.push(format!("  {}: {}", asked.name, asked.reason));
        for name in &asked.columns {
            let column = catalogue.data_set(&asked.name).and_then(|data_set| data_set.column(name));
            let (summary, personal) =
                column.map_or(("not known to this version", false), |it| (it.summary, it.personal));
            let mark = if personal { " [personal]" } else { "" };
            lines.push(format!("    {name:<20} {summary}{mark}"));
        }
    }
    if !manifest.settings.is_empty() {
        lines.extend([String::new(), "Settings".to_owned()]);
        lines.extend(manifest.settings.iter().map(|it| format!("  {:<20} {} ({})", it.name, it.title, kind(it))));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What a setting holds, in words.
fn kind(setting: &Setting) -> String {
    let default = setting.default_value().map(|value| value.form_text());
    let default = match (&setting.kind, default) {
        (SettingKind::Boolean { default }, _) => {
            if *default { "; yes unless set" } else { "; no unless set" }.to_owned()
        }
        (_, Some(default)) => format!("; {default} unless set"),
        (_, None) => "; must be set".to_owned(),
    };
    let kind = match &setting.kind {
        SettingKind::Text { max_length, .. } => format!("text, at most {max_length} characters"),
        SettingKind::Integer { minimum, maximum, .. } => format!("whole number, {minimum} to {maximum}"),
        SettingKind::Boolean { .. } => "yes or no".to_owned(),
        SettingKind::Choice { options, .. } => {
            let options: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
            format!("one of {}", options.join(", "))
        }
        SettingKind::Date { .. } => "date".to_owned(),
    };
    format!("{kind}{default}")
}

impl List {
    fn run(self, config: &Config) -> Outcome {
        let installed = super::with_db(config, |db| {
            let organisations = accounts::organisations(db)?.into_iter().map(|it| (it.id, it.name));
            operator::installed(db, organisations).context("the plugins could not be read")
        })?;
        if self.json {
            let rows: Vec<serde_json::Value> = installed
                .iter()
                .map(|it| {
                    json!({ "organisation": it.organisation, "organisation_name": it.organisation_name,
                        "plugin": it.plugin.id, "name": it.plugin.manifest.name, "version": it.plugin.manifest.version,
                        "state": it.plugin.state.as_str(), "size_bytes": it.plugin.size_bytes,
                        "sha256": data_encoding::HEXLOWER.encode(&it.plugin.sha256) })
                })
                .collect();
            println!("{}", serde_json::to_string_pretty(&rows).context("JSON")?);
        } else if installed.is_empty() {
            println!("No plugin is installed. An administrator uploads one in the console, under Plugins.");
        } else {
            for it in &installed {
                let (manifest, state) = (&it.plugin.manifest, it.plugin.state.as_str());
                println!("{:<9} {:<24} {:<10} {}", state, manifest.name, manifest.version, it.organisation_name);
            }
        }
        Ok(Done::Well)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin_host::Manifest;

    #[test]
    fn an_inspection_says_what_is_asked_for_and_marks_what_is_personal() {
        let manifest = serde_json::json!({
            "name": "a", "title": "A report", "version": "1.0.0", "kind": "report", "publisher": "B",
            "description": "C.",
            "data_sets": [{"name": "duties", "columns": ["person", "minutes", "pay"], "reason": "To add up."}],
            "settings": [
                {"name": "weeks", "title": "Weeks", "kind": "integer", "minimum": 1, "maximum": 5, "default": null},
                {"name": "all", "title": "All", "kind": "boolean", "default": true},
            ],
        });
        let found = Inspection {
            sha256: "ab".repeat(32),
            size_bytes: 2048,
            manifest: Manifest::parse(manifest.to_string().as_bytes()).expect("a manifest"),
            imports: vec!["watchroom:plugin/data@1.0.0".to_owned()],
        };
        let said = describe(&found, &data_sets::catalogue());
        for part in [
            "A report 1.0.0 (a)",
            "2.0 KiB",
            "duties: To add up.",
            "people apart, and fits the key in `people` [personal]",
            "Minutes worked, without breaks\n",
            "not known to this version",
            "(whole number, 1 to 5; must be set)",
            "(yes or no; yes unless set)",
            "watchroom:plugin/data@1.0.0",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}
