//! What a plugin says about itself: JSON text in the custom section `watchroom:manifest` of its one file.
//!
//! Owns the manifest's shape and its rules. What a plugin *asks* for here is not what it *gets*: an administrator
//! grants a part of it, and the host holds every query to that grant.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The custom section that holds the manifest.
pub const SECTION: &str = "watchroom:manifest";

/// The most bytes that the section may have.
pub const MAX_BYTES: usize = 64 * 1024;

/// A plugin, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its short name, such as `hours-summary`: lower-case letters, digits and hyphens, at most 60.
    pub name: String,
    /// Its name for people, at most 120 characters.
    pub title: String,
    /// `1.2.3`, three numbers.
    pub version: String,
    /// What it does.
    pub kind: PluginKind,
    /// Who answers for it, at most 120 characters.
    pub publisher: String,
    /// What it shows and for whom, in a few sentences, at most 2,000 characters.
    pub description: String,
    /// What it asks to read.
    #[serde(default)]
    pub data_sets: Vec<DataSetAsked>,
    /// What an administrator may set, in the order of the form.
    #[serde(default)]
    pub settings: Vec<Setting>,
}

/// What a plugin does. One kind is one world of the plugin interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PluginKind {
    /// Reads data sets and returns a document.
    Report,
}

/// A data set, the columns asked for, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSetAsked {
    /// The data set, such as `duties`.
    pub name: String,
    /// Its columns; at least one.
    pub columns: Vec<String>,
    /// What they are needed for, in one sentence.
    pub reason: String,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What the plugin calls it: lower-case letters, digits and underscores, at most 60.
    pub name: String,
    /// Its label in the form, at most 120 characters.
    pub title: String,
    /// A hint under the label.
    pub hint: Option<String>,
    /// What it holds, with its limits and its default.
    #[serde(flatten)]
    pub kind: SettingKind,
}

/// What a setting holds. Without a default it must be set before the plugin can run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SettingKind {
    /// Words.
    Text {
        /// Characters, at most 2,000.
        #[serde(default = "default_max_length")]
        max_length: u32,
        /// The value unless set.
        default: Option<String>,
    },
    /// A whole number.
    Integer {
        /// The least allowed.
        minimum: i64,
        /// The most allowed.
        maximum: i64,
        /// The value unless set.
        default: Option<i64>,
    },
    /// Yes or no.
    Boolean {
        /// The value unless set.
        default: bool,
    },
    /// One of a few.
    Choice {
        /// What can be chosen, at most 100.
        options: Vec<ChoiceOption>,
        /// The value unless set.
        default: Option<String>,
    },
    /// A day.
    Date {
        /// The earliest allowed.
        earliest: Option<Date>,
        /// The latest allowed.
        latest: Option<Date>,
        /// The value unless set.
        default: Option<Date>,
    },
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// What the plugin gets.
    pub value: String,
    /// What people read.
    pub title: String,
}

fn default_max_length() -> u32 {
    200
}

/// Why a manifest is refused. Each reads as one sentence for the plugin's author.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// There is no such section.
    #[error("the file has no `{SECTION}` section: pack it with `watchroom-plugin-pack`")]
    Missing,
    /// There is more than one.
    #[error("the file has more than one `{SECTION}` section")]
    Repeated,
    /// It is larger than [`MAX_BYTES`].
    #[error("the manifest has {0} bytes; at most {MAX_BYTES} are allowed")]
    TooLarge(usize),
    /// It is not JSON of the right shape.
    #[error("the manifest cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It breaks a rule.
    #[error("the manifest is refused: {0}")]
    Invalid(String),
}

impl Manifest {
    /// Reads and checks the text of the section.
    ///
    /// # Errors
    /// [`ManifestError`] naming the first fault.
    pub fn parse(section: &[u8]) -> Result<Self, ManifestError> {
        if section.len() > MAX_BYTES {
            return Err(ManifestError::TooLarge(section.len()));
        }
        let manifest: Self = serde_json::from_slice(section)?;
        manifest.check().map_err(ManifestError::Invalid)?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        slug("name", &self.name, '-')?;
        words("title", &self.title, 120)?;
        words("publisher", &self.publisher, 120)?;
        words("description", &self.description, 2_000)?;
        version(&self.version)?;
        at_most("data sets", self.data_sets.len(), 20)?;
        at_most("settings", self.settings.len(), 50)?;
        let mut seen = BTreeSet::new();
        for asked in &self.data_sets {
            slug("data set", &asked.name, '_')?;
            words(&format!("reason for `{}`", asked.name), &asked.reason, 500)?;
            at_most(&format!("columns of `{}`", asked.name), asked.columns.len(), 100)?;
            if asked.columns.is_empty() {
                return Err(format!("`{}` asks for no column", asked.name));
            }
            if !seen.insert(&asked.name) {
                return Err(format!("the data set `{}` is named twice", asked.name));
            }
            let columns: BTreeSet<_> = asked.columns.iter().collect();
            if columns.len() != asked.columns.len() {
                return Err(format!("`{}` names a column twice", asked.name));
            }
            asked.columns.iter().try_for_each(|column| slug("column", column, '_'))?;
        }
        let mut seen = BTreeSet::new();
        for setting in &self.settings {
            slug("setting", &setting.name, '_')?;
            words(&format!("title of `{}`", setting.name), &setting.title, 120)?;
            if let Some(hint) = &setting.hint {
                words(&format!("hint of `{}`", setting.name), hint, 500)?;
            }
            if !seen.insert(&setting.name) {
                return Err(format!("the setting `{}` is named twice", setting.name));
            }
            setting.kind.check().map_err(|fault| format!("the setting `{}` {fault}", setting.name))?;
        }
        Ok(())
    }
}

impl SettingKind {
    fn check(&self) -> Result<(), String> {
        match self {
            Self::Text { max_length, default } => {
                if !(1..=2_000).contains(max_length) {
                    return Err("has a max_length outside 1 to 2000".into());
                }
                let length = default.as_ref().map_or(0, |text| text.chars().count());
                if length > usize::try_from(*max_length).unwrap_or(usize::MAX) {
                    return Err("has a default longer than its max_length".into());
                }
                Ok(())
            }
            Self::Integer { minimum, maximum, default } => {
                if minimum > maximum {
                    return Err("has a minimum above its maximum".into());
                }
                match default {
                    Some(value) if !(minimum..=maximum).contains(&value) => {
                        Err("has a default outside its limits".into())
                    }
                    _ => Ok(()),
                }
            }
            Self::Boolean { .. } => Ok(()),
            Self::Choice { options, default } => {
                if options.is_empty() || options.len() > 100 {
                    return Err("offers no option, or more than 100".into());
                }
                let values: BTreeSet<_> = options.iter().map(|option| &option.value).collect();
                if values.len() != options.len() {
                    return Err("offers an option twice".into());
                }
                if options.iter().any(|option| option.value.is_empty() || option.title.trim().is_empty()) {
                    return Err("offers an option without a value or a title".into());
                }
                match default {
                    Some(value) if !values.contains(value) => Err("has a default that is not among its options".into()),
                    _ => Ok(()),
                }
            }
            Self::Date { earliest, latest, default } => {
                if let (Some(earliest), Some(latest)) = (earliest, latest)
                    && earliest > latest
                {
                    return Err("has an earliest day after its latest".into());
                }
                let early = default.zip(*earliest).is_some_and(|(day, earliest)| day < earliest);
                let late = default.zip(*latest).is_some_and(|(day, latest)| day > latest);
                if early || late { Err("has a default outside its limits".into()) } else { Ok(()) }
            }
        }
    }
}

fn slug(what: &str, text: &str, joint: char) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint;
    let starts = text.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    if starts && text.len() <= 60 && text.chars().all(fits) {
        return Ok(());
    }
    Err(format!(
        "the {what} \"{text}\" must be lower-case letters, digits and `{joint}`, starting with a letter, at most 60"
    ))
}

fn words(what: &str, text: &str, most: usize) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("the {what} is empty"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(format!("the {what} holds a control character"));
    }
    at_most(&format!("characters in the {what}"), text.chars().count(), most)
}

fn at_most(what: &str, found: usize, most: usize) -> Result<(), String> {
    if found > most { Err(format!("{found} {what}; at most {most} are allowed")) } else { Ok(()) }
}

fn version(text: &str) -> Result<(), String> {
    let parts: Vec<_> = text.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.len() <= 6 && part.chars().all(|c| c.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(number) {
        return Ok(());
    }
    Err(format!("the version \"{text}\" must be three numbers, such as 1.0.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json() -> serde_json::Value {
        serde_json::json!({
            "name": "hours-summary", "title": "Hours summary", "version": "1.0.0", "kind": "report",
            "publisher": "Watchroom", "description": "Hours by unit.",
            "data_sets": [{"name": "duties", "columns": ["unit", "minutes"], "reason": "To add them up."}],
            "settings": [
                {"name": "weeks", "title": "Weeks", "kind": "integer", "minimum": 1, "maximum": 53, "default": 12},
                {"name": "order", "title": "Order", "kind": "choice",
                 "options": [{"value": "hours", "title": "Most hours first"}], "default": "hours"},
            ],
        })
    }

    fn refused(change: impl FnOnce(&mut serde_json::Value)) -> String {
        let mut json = json();
        change(&mut json);
        Manifest::parse(json.to_string().as_bytes()).expect_err("refused").to_string()
    }

    #[test]
    fn a_good_manifest_is_read() {
        let manifest = Manifest::parse(json().to_string().as_bytes()).expect("good");
        assert_eq!(manifest.data_sets[0].columns, ["unit", "minutes"]);
        assert_eq!(manifest.settings[0].kind, SettingKind::Integer { minimum: 1, maximum: 53, default: Some(12) });
        let again = serde_json::to_vec(&manifest).expect("json");
        assert_eq!(Manifest::parse(&again).expect("again"), manifest);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(refused(|m| m["name"] = "Hours Summary".into()).contains("lower-case letters"));
        assert!(refused(|m| m["version"] = "1.0".into()).contains("three numbers"));
        assert!(refused(|m| m["kind"] = "hook".into()).contains("unknown variant `hook`"));
        assert!(refused(|m| m["title"] = " ".into()).contains("the title is empty"));
        assert!(refused(|m| m["colour"] = "red".into()).contains("unknown field `colour`"));
        assert!(refused(|m| m["data_sets"][0]["columns"] = serde_json::json!([])).contains("asks for no column"));
        assert!(refused(|m| m["settings"][0]["default"] = 99.into()).contains("`weeks` has a default outside"));
        assert!(refused(|m| m["settings"][1]["default"] = "x".into()).contains("not among its options"));
        assert!(refused(|m| m["settings"][1]["name"] = "weeks".into()).contains("`weeks` is named twice"));
        assert!(refused(|m| m["settings"][0]["kind"] = "colour".into()).contains("unknown variant `colour`"));
        assert!(refused(|m| m["settings"][0]["maximal"] = 5.into()).contains("unknown field `maximal`"));
    }

    #[test]
    fn an_enormous_manifest_is_not_even_read() {
        let text = vec![b' '; MAX_BYTES + 1];
        assert!(matches!(Manifest::parse(&text), Err(ManifestError::TooLarge(_))));
    }
}
