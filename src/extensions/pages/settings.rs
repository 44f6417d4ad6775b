//! `/plugins/{plugin}/settings`: a form made from the schema in the plugin's manifest.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::samples;
use crate::extensions::error::{ExtensionError, sentence};
use crate::extensions::model::Plugin;
use crate::extensions::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PluginId;
use crate::plugin_host::SettingFault;
use crate::plugin_host::manifest::{Setting, SettingKind};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

/// Before each setting's name, so that no plugin can name a field of ours.
const PREFIX: &str = "setting-";

/// One field, under the component that shows it; the others are null.
#[derive(Debug, Default, Serialize)]
struct AnyField {
    text: Option<Field>,
    long_text: Option<Field>,
    integer: Option<Field>,
    boolean: Option<Field>,
    choice: Option<Field>,
    date: Option<Field>,
}

#[derive(Debug, Serialize)]
pub(super) struct SettingsPage {
    id: String,
    fields: Vec<AnyField>,
    #[serde(skip)]
    errors: FormErrors,
    #[serde(skip)]
    title: String,
}

impl SettingsPage {
    /// `typed` is what the form had, or `None` to show what is kept.
    fn new(plugin: &Plugin, typed: Option<&BTreeMap<String, String>>, faults: &[SettingFault]) -> Self {
        let mut errors = FormErrors::new();
        for fault in faults {
            errors.add(format!("{PREFIX}{}", fault.name), sentence(&fault.message));
        }
        let kept = |setting: &Setting| {
            let value = plugin.settings.0.get(&setting.name).cloned().or_else(|| setting.default_value());
            value.map(|value| value.form_text()).unwrap_or_default()
        };
        let value = |setting: &Setting| match typed {
            Some(typed) => typed.get(&setting.name).cloned().unwrap_or_default(),
            None => kept(setting),
        };
        let fields = plugin.manifest.settings.iter().map(|setting| field(setting, value(setting), &errors)).collect();
        Self { id: plugin.id.to_string(), fields, errors, title: format!("Settings of {}", plugin.manifest.title) }
    }
}

fn field(setting: &Setting, value: String, errors: &FormErrors) -> AnyField {
    let mut field = Field::new(format!("{PREFIX}{}", setting.name), &setting.title);
    let hint = match (&setting.hint, limits(&setting.kind)) {
        (Some(hint), Some(limits)) => Some(format!("{hint} {limits}")),
        (Some(hint), None) => Some(hint.clone()),
        (None, limits) => limits,
    };
    if let Some(hint) = hint {
        field = field.hint(hint);
    }
    match &setting.kind {
        SettingKind::Text { max_length, .. } => {
            let field = Some(field.value(value).errors(errors));
            if *max_length > 200 {
                AnyField { long_text: field, ..AnyField::default() }
            } else {
                AnyField { text: field, ..AnyField::default() }
            }
        }
        SettingKind::Integer { .. } => {
            AnyField { integer: Some(field.value(value).errors(errors)), ..AnyField::default() }
        }
        SettingKind::Date { .. } => AnyField { date: Some(field.value(value).errors(errors)), ..AnyField::default() },
        SettingKind::Boolean { .. } => {
            let value = if value == "yes" { "yes" } else { "no" };
            let choices = [Choice::new("yes", "Yes"), Choice::new("no", "No")];
            AnyField { boolean: Some(field.choices(choices).choose([value]).errors(errors)), ..AnyField::default() }
        }
        SettingKind::Choice { options, .. } => {
            let choices = options.iter().map(|option| Choice::new(&option.value, &option.title));
            AnyField { choice: Some(field.choices(choices).choose([value]).errors(errors)), ..AnyField::default() }
        }
    }
}

/// What is allowed, in words.
fn limits(kind: &SettingKind) -> Option<String> {
    match kind {
        SettingKind::Integer { minimum, maximum, .. } => Some(format!("From {minimum} to {maximum}.")),
        SettingKind::Text { max_length, .. } => Some(format!("At most {max_length} characters.")),
        SettingKind::Boolean { .. } | SettingKind::Choice { .. } | SettingKind::Date { .. } => None,
    }
}

impl PageContext for SettingsPage {
    const TEMPLATE: &'static str = "extensions/settings";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        self.title.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Plugins", "/plugins")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let plugin = samples::plugin();
        let typed = BTreeMap::from([("weeks".to_owned(), "<99>".to_owned()), ("order".to_owned(), "c".to_owned())]);
        let faults = service::read_settings(&plugin.manifest.settings, |name| typed.get(name).cloned());
        Self::new(&plugin, Some(&typed), &faults.err().unwrap_or_default())
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(&samples::plugin(), None, &[])]
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask, id: Path<PluginId>) -> Result<HttpResponse, Failure> {
    let (plugin, _others) = service::find(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&SettingsPage::new(&plugin, None, &[]))
}

/// Keeps the settings, or shows the form again with what was typed.
pub(super) async fn submit(
    ask: Ask,
    id: Path<PluginId>,
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let typed = fields.into_iter().filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value)));
    let typed: BTreeMap<String, String> = typed.collect();
    let db = &ask.site().db;
    let read = typed.clone();
    let field = move |name: &str| read.get(name).cloned();
    match service::configure(db, ask.caller(), *id, field, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with(&format!("/plugins/{id}"), FlashKind::Success, "Settings saved.")),
        Err(ExtensionError::Settings(faults)) => {
            let (plugin, _others) = service::find(db, ask.caller(), *id).await?;
            ask.page_again(&SettingsPage::new(&plugin, Some(&typed), &faults))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<SettingsPage>();
    }

    #[test]
    fn everything_typed_stays_with_its_message() {
        let page = SettingsPage::sample();
        let html = crate::views::testing::views().page(&crate::views::Layout::sample(), &page).expect("a page");
        assert!(html.contains(r#"value="&lt;99&gt;""#), "{html}");
        let messages: Vec<&str> = page.errors.as_slice().iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            messages,
            ["Weeks must be a whole number.", "Enter Note.", "Choose one of the options for Order.", "Enter Since."]
        );
    }
}
