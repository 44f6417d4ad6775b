//! The values of a plugin's settings, held to the schema in its manifest.
//!
//! Owns what a form's text means and what is kept as JSON. The form itself is made elsewhere.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::manifest::{Setting, SettingKind};

/// The value of one setting. In JSON an object with one key, such as `{"integer": 12}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingValue {
    /// Words.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// The value of an option.
    Choice(String),
    /// A day.
    Date(Date),
}

impl SettingValue {
    /// As it stands in a form's field; `yes` or nothing for a boolean.
    pub fn form_text(&self) -> String {
        match self {
            Self::Text(text) | Self::Choice(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(true) => "yes".into(),
            Self::Boolean(false) => String::new(),
            Self::Date(day) => day.to_string(),
        }
    }
}

/// All values that were set, by the name of the setting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SettingValues(pub BTreeMap<String, SettingValue>);

/// What is wrong with one setting, to be shown beside its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SettingFault {
    /// The setting.
    pub name: String,
    /// What to do.
    pub message: String,
}

impl Setting {
    /// The value that it has unless set, or `None` when it must be set.
    pub fn default_value(&self) -> Option<SettingValue> {
        match &self.kind {
            SettingKind::Text { default, .. } => default.clone().map(SettingValue::Text),
            SettingKind::Integer { default, .. } => default.map(SettingValue::Integer),
            SettingKind::Boolean { default } => Some(SettingValue::Boolean(*default)),
            SettingKind::Choice { default, .. } => default.clone().map(SettingValue::Choice),
            SettingKind::Date { default, .. } => default.map(SettingValue::Date),
        }
    }

    /// Reads a form's field; `None` for an empty one, which means "not set".
    fn parse(&self, text: &str) -> Result<Option<SettingValue>, String> {
        let text = text.trim();
        if let SettingKind::Boolean { .. } = self.kind {
            return match text {
                "" | "no" => Ok(Some(SettingValue::Boolean(false))),
                "yes" => Ok(Some(SettingValue::Boolean(true))),
                _ => Err(format!("Choose yes or no for {}", self.title)),
            };
        }
        if text.is_empty() {
            return Ok(None);
        }
        let value = match &self.kind {
            SettingKind::Text { .. } => SettingValue::Text(text.to_owned()),
            SettingKind::Choice { .. } => SettingValue::Choice(text.to_owned()),
            SettingKind::Integer { .. } | SettingKind::Boolean { .. } => match text.parse() {
                Ok(number) => SettingValue::Integer(number),
                Err(_) => return Err(format!("{} must be a whole number", self.title)),
            },
            SettingKind::Date { .. } => match text.parse() {
                Ok(day) => SettingValue::Date(day),
                Err(_) => return Err(format!("{} must be a date, such as 2026-11-22", self.title)),
            },
        };
        self.check(&value).map(|()| Some(value))
    }

    fn check(&self, value: &SettingValue) -> Result<(), String> {
        let title = &self.title;
        match (&self.kind, value) {
            (SettingKind::Text { max_length, .. }, SettingValue::Text(text)) => {
                let most = usize::try_from(*max_length).unwrap_or(usize::MAX);
                if text.chars().count() > most {
                    return Err(format!("{title} must be {max_length} characters or fewer"));
                }
                Ok(())
            }
            (SettingKind::Integer { minimum, maximum, .. }, SettingValue::Integer(number)) => {
                if (minimum..=maximum).contains(&number) {
                    return Ok(());
                }
                Err(format!("{title} must be between {minimum} and {maximum}"))
            }
            (SettingKind::Boolean { .. }, SettingValue::Boolean(_)) => Ok(()),
            (SettingKind::Choice { options, .. }, SettingValue::Choice(choice)) => {
                if options.iter().any(|option| option.value == *choice) {
                    return Ok(());
                }
                Err(format!("Choose one of the options for {title}"))
            }
            (SettingKind::Date { earliest, latest, .. }, SettingValue::Date(day)) => {
                if earliest.is_some_and(|earliest| *day < earliest) {
                    return Err(format!("{title} is too early"));
                }
                if latest.is_some_and(|latest| *day > latest) {
                    return Err(format!("{title} is too late"));
                }
                Ok(())
            }
            (
                SettingKind::Text { .. }
                | SettingKind::Integer { .. }
                | SettingKind::Boolean { .. }
                | SettingKind::Choice { .. }
                | SettingKind::Date { .. },
                _,
            ) => Err(format!("{title} is of another kind than the plugin expects")),
        }
    }

    fn fault(&self, message: String) -> SettingFault {
        SettingFault { name: self.name.clone(), message }
    }
}

impl SettingValues {
    /// Reads a whole form. `field` gives the text of a setting's field, or `None` when the form had none.
    /// An empty field means "not set": then the default counts, if there is one.
    ///
    /// # Errors
    /// Every [`SettingFault`], in the order of the schema.
    pub fn from_form(schema: &[Setting], field: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<SettingFault>> {
        let mut values = BTreeMap::new();
        let mut faults = Vec::new();
        for setting in schema {
            match setting.parse(&field(&setting.name).unwrap_or_default()) {
                Ok(Some(value)) => {
                    values.insert(setting.name.clone(), value);
                }
                Ok(None) if setting.default_value().is_some() => {}
                Ok(None) => faults.push(setting.fault(format!("Enter {}", setting.title))),
                Err(message) => faults.push(setting.fault(message)),
            }
        }
        if faults.is_empty() { Ok(Self(values)) } else { Err(faults) }
    }

    /// What a run gets: a value for every setting of the schema, and no other. Holds what was kept to the schema
    /// once more, for the plugin may have been replaced by a newer version since.
    ///
    /// # Errors
    /// Every [`SettingFault`], in the order of the schema.
    pub fn complete(&self, schema: &[Setting]) -> Result<Self, Vec<SettingFault>> {
        let mut values = BTreeMap::new();
        let mut faults = Vec::new();
        for setting in schema {
            match self.0.get(&setting.name).cloned().or_else(|| setting.default_value()) {
                Some(value) => match setting.check(&value) {
                    Ok(()) => {
                        values.insert(setting.name.clone(), value);
                    }
                    Err(message) => faults.push(setting.fault(message)),
                },
                None => faults.push(setting.fault(format!("Enter {}", setting.title))),
            }
        }
        if faults.is_empty() { Ok(Self(values)) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::manifest::ChoiceOption;
    use super::*;

    fn setting(name: &str, kind: SettingKind) -> Setting {
        Setting { name: name.into(), title: name.into(), hint: None, kind }
    }

    fn schema() -> Vec<Setting> {
        let option = |value: &str| ChoiceOption { value: value.into(), title: value.into() };
        vec![
            setting("weeks", SettingKind::Integer { minimum: 1, maximum: 53, default: Some(12) }),
            setting("note", SettingKind::Text { max_length: 5, default: None }),
            setting("breaks", SettingKind::Boolean { default: true }),
            setting("order", SettingKind::Choice { options: vec![option("name"), option("hours")], default: None }),
            setting("since", SettingKind::Date { earliest: Some(date(2020, 1, 1)), latest: None, default: None }),
        ]
    }

    fn form(fields: &[(&str, &str)]) -> Result<SettingValues, Vec<SettingFault>> {
        SettingValues::from_form(&schema(), |name| {
            fields.iter().find(|(field, _)| *field == name).map(|(_, text)| (*text).to_owned())
        })
    }

    #[test]
    fn a_good_form_becomes_typed_values() {
        let values = form(&[("weeks", " 4 "), ("note", "hello"), ("order", "hours"), ("since", "2026-11-22")]);
        let values = values.expect("good").0;
        assert_eq!(values["weeks"], SettingValue::Integer(4));
        assert_eq!(values["breaks"], SettingValue::Boolean(false));
        assert_eq!(values["since"], SettingValue::Date(date(2026, 11, 22)));
        let json = serde_json::to_string(&values).expect("json");
        assert!(json.contains(r#""order":{"choice":"hours"}"#), "{json}");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = form(&[("weeks", "99"), ("note", "too long"), ("order", "colour"), ("since", "1999-01-01")]);
        let faults: Vec<_> = faults.expect_err("faults").into_iter().map(|fault| fault.message).collect();
        assert_eq!(
            faults,
            [
                "weeks must be between 1 and 53",
                "note must be 5 characters or fewer",
                "Choose one of the options for order",
                "since is too early",
            ]
        );
    }

    #[test]
    fn an_empty_field_means_the_default_or_must_be_filled() {
        let faults = form(&[("order", "name"), ("since", "2026-11-22")]).expect_err("note is missing");
        assert_eq!(faults, [SettingFault { name: "note".into(), message: "Enter note".into() }]);
    }

    #[test]
    fn a_run_gets_every_setting_and_no_other() {
        let values = form(&[("note", "a"), ("order", "name"), ("since", "2026-11-22")]).expect("good");
        let complete = values.complete(&schema()).expect("complete");
        assert_eq!(complete.0["weeks"], SettingValue::Integer(12));
        let mut stale = values.clone();
        stale.0.insert("weeks".into(), SettingValue::Text("twelve".into()));
        stale.0.insert("removed".into(), SettingValue::Boolean(true));
        assert!(stale.complete(&schema()).expect_err("kind")[0].message.contains("another kind"));
        stale.0.remove("weeks");
        assert!(!stale.complete(&schema()).expect("complete").0.contains_key("removed"));
    }
}
