//! The mapping step: which column is what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use crate::http::{Ask, Failure, Posted};
use crate::imports::fields::{DUTY, Definition, Field as Target, Mapping, PERSON};
use crate::imports::model::{Import, Kind, Preset};
use crate::imports::service;
use crate::imports::text::Encoding;
use crate::kernel::ids::ImportId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct ColumnsPage {
    id: String,
    #[serde(skip)]
    file_name: String,
    format: String,
    windows: bool,
    fields: Vec<Field>,
    default_type: Option<Field>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    #[serde(skip)]
    errors: FormErrors,
}

const SHOWN: usize = 6;

fn definitions(kind: Kind) -> &'static [Definition] {
    match kind {
        Kind::Duties => DUTY,
        Kind::People => PERSON,
    }
}

/// A column by its header, or by its number when it has none.
fn column_name(index: usize, header: &str) -> String {
    if header.is_empty() { format!("Column {}", index.saturating_add(1)) } else { header.to_owned() }
}

impl ColumnsPage {
    fn new(
        import: &Import,
        mapping: &Mapping,
        types: &[(String, String)],
        rows: Vec<Vec<String>>,
        errors: FormErrors,
    ) -> Self {
        let header = &import.setup.header;
        let columns = || {
            let named =
                header.iter().enumerate().map(|(index, text)| Choice::new(index.to_string(), column_name(index, text)));
            std::iter::once(Choice::new("", "Not in the file")).chain(named)
        };
        let field = |definition: &Definition| {
            let field = Field::new(definition.key, definition.label).choices(columns());
            let field = if definition.hint.is_empty() { field } else { field.hint(definition.hint) };
            let chosen = mapping.column(definition.field).map(|index| index.to_string());
            field.choose(chosen).errors(&errors)
        };
        let default_type = (import.kind == Kind::Duties).then(|| {
            let types = types.iter().map(|(code, name)| Choice::new(code.as_str(), name.as_str()));
            Field::new("default_type", "Type of work for rows that name none")
                .choices(std::iter::once(Choice::new("", "None: such rows are rejected")).chain(types))
                .choose(mapping.default_type.as_deref())
                .errors(&errors)
        });
        let shape = import.setup.shape();
        Self {
            id: import.id.to_string(),
            file_name: import.file_name.clone(),
            format: format!("{} text, cells separated by a {}", shape.encoding.name(), shape.separator.name()),
            windows: shape.encoding == Encoding::Windows1252,
            fields: definitions(import.kind).iter().map(field).collect(),
            default_type,
            header: header.iter().enumerate().take(SHOWN).map(|(index, text)| column_name(index, text)).collect(),
            rows,
            errors,
        }
    }
}

impl PageContext for ColumnsPage {
    const TEMPLATE: &'static str = "imports/columns";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        "Which column is what?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Imports", "/imports"), Crumb::new(self.file_name.clone(), format!("/imports/{}", self.id))]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::with(FormErrors::new(), true)
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("start", "Choose the column for \"Start\".");
        errors.add("default_type", "Choose the column with the type of work, or one type for all rows.");
        vec![Self::sample(), Self::with(errors, false)]
    }
}

impl ColumnsPage {
    /// An example.
    fn with(errors: FormErrors, windows: bool) -> Self {
        let field = |definition: &Definition| {
            let choices = [Choice::new("", "Not in the file"), Choice::new("0", "Staff No")];
            Field::new(definition.key, definition.label).choices(choices).errors(&errors)
        };
        let types = [Choice::new("", "None: such rows are rejected"), Choice::new("shift", "Shift")];
        Self {
            id: "1".to_owned(),
            file_name: "rota.csv".to_owned(),
            format: "Windows-1252 text, cells separated by a comma".to_owned(),
            windows,
            fields: DUTY.iter().map(field).collect(),
            default_type: Some(
                Field::new("default_type", "Type of work for rows that name none").choices(types).errors(&errors),
            ),
            header: vec!["Staff No".to_owned(), "Start".to_owned()],
            rows: vec![vec!["1001".to_owned(), "01/07/2026 08:00".to_owned()]],
            errors,
        }
    }
}

/// Shows the guess, or what was chosen.
pub(super) async fn form(ask: Ask, id: Path<ImportId>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let import = service::import(&site.db, ask.caller(), *id).await?;
    if import.preset == Preset::Lfb || import.state.is_running() || import.state.is_final() {
        return Ok(ask.redirect(&format!("/imports/{id}")));
    }
    let rows = service::preview(&site.config.state.dir, &import).await?;
    let types = service::types(&site.db, ask.caller()).await?;
    ask.page(&ColumnsPage::new(&import, &import.setup.mapping, &types, rows, FormErrors::new()))
}

/// Takes the choice and begins the check.
pub(super) async fn submit(
    ask: Ask,
    id: Path<ImportId>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let import = service::import(&site.db, ask.caller(), *id).await?;
    let mapping = read(import.kind, &typed);
    let mut errors = FormErrors::new();
    for (key, message) in mapping.faults(import.kind == Kind::People, import.setup.header.len()) {
        errors.add(key, message);
    }
    if !errors.is_empty() {
        let rows = service::preview(&site.config.state.dir, &import).await?;
        let types = service::types(&site.db, ask.caller()).await?;
        return ask.page_again(&ColumnsPage::new(&import, &mapping, &types, rows, errors));
    }
    service::map_and_check(&site.db, ask.caller(), *id, mapping, ask.clock().now()).await?;
    site.queue.wake();
    Ok(ask.redirect(&format!("/imports/{id}")))
}

/// The mapping that a form says; what is no number is no column.
fn read(kind: Kind, typed: &BTreeMap<String, String>) -> Mapping {
    let column = |definition: &Definition| -> Option<(Target, usize)> {
        typed.get(definition.key).and_then(|text| text.parse().ok()).map(|index| (definition.field, index))
    };
    Mapping {
        columns: definitions(kind).iter().filter_map(column).collect(),
        default_type: typed.get("default_type").filter(|code| !code.is_empty()).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<ColumnsPage>();
    }

    #[test]
    fn a_form_says_which_column_is_what() {
        let typed = [("start", "2"), ("end", "x"), ("role", "1"), ("default_type", "shift"), ("email", "")];
        let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let found = read(Kind::Duties, &typed);
        assert_eq!(found.columns, [(Target::Start, 2)].into());
        assert_eq!(found.default_type.as_deref(), Some("shift"));
    }
}
