//! The face: pages, components, charts and documents as HTML. Owns templates and assets; knows no slice, no request.
//!
//! How a slice shows a page:
//!
//! 1. a struct that derives `Serialize` and implements [`PageContext`]; its template is `templates/pages/<TEMPLATE>.hbs`
//!    and sees the struct's fields, `title`, and `layout` ([`Layout`]: organisation, person, CSRF token, request id);
//! 2. `views.page(&layout, &context)?` gives the whole document as a `String`;
//! 3. in the slice's tests: `views::testing::check::<MyPage>()` renders every sample and looks at its structure.
//!
//! In a page template `{{x}}` is escaped and an unknown `x` is an error (strict mode: give options as `Option`, which
//! become `null`, and never `skip_serializing_if`). Components are called as `{{ui "button" text="Save"}}`, with a
//! [`Field`] as `{{ui "input" form.email type="email"}}`; `{{csrf}}` writes the hidden token of a form. The design
//! system's option names apply (`classes`, `attributes`, `hint.text`, ...). See `templates/README.md`.

pub mod assets;
pub mod brand;
pub mod charts;
mod components;
pub mod csv_text;
pub mod document;
pub mod error_page;
#[cfg(test)]
mod fixtures;
pub mod form;
pub mod format;
mod helpers;
#[cfg(test)]
mod house_rules;
#[cfg(test)]
mod kit;
mod markup;
pub mod page;
pub mod paper;
pub mod qr;
#[cfg(test)]
pub mod testing;

use std::sync::Arc;

use handlebars::{Context, Handlebars};
use rust_embed::RustEmbed;
use serde_json::{Value, json};

pub use error_page::ErrorPage;
pub use form::{Choice, DateField, Field, FormErrors};
pub use markup::Markup;
pub use page::{Crumb, Flash, Layout, NavItem, PageContext};

/// The page templates as they were when the program was built.
#[derive(RustEmbed)]
#[folder = "templates/pages/"]
struct Pages;

/// The layout and the components.
#[derive(RustEmbed)]
#[folder = "templates/partials/"]
struct Partials;

/// Why a page could not be made. Always a defect of ours: the person sees the error page, the log sees this.
#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    /// A template does not parse.
    #[error("template {name} does not parse")]
    Parse {
        /// The template's path below `templates/`, without `.hbs`.
        name: String,
        /// Where and why.
        #[source]
        source: Box<handlebars::TemplateError>,
    },
    /// A template asked for something that its context does not have, or a helper refused.
    #[error("template could not be rendered")]
    Render(#[source] Box<handlebars::RenderError>),
    /// A context is not a JSON object, or a file is not UTF-8.
    #[error("{0}")]
    Shape(String),
    /// A context could not be turned into JSON.
    #[error("page context could not be serialised")]
    Context(#[from] serde_json::Error),
}

impl From<handlebars::RenderError> for ViewsError {
    fn from(error: handlebars::RenderError) -> Self {
        Self::Render(Box::new(error))
    }
}

/// All templates, parsed once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Views {
    pages: Arc<Handlebars<'static>>,
    components: Arc<Handlebars<'static>>,
}

impl Views {
    /// Parses every embedded template.
    ///
    /// # Errors
    /// [`ViewsError::Parse`] names the template that does not parse; the tests rule it out for what we ship.
    pub fn new() -> Result<Self, ViewsError> {
        let components = Arc::new(components::registry()?);
        let mut pages = Handlebars::new();
        pages.set_strict_mode(true);
        helpers::register_for_pages(&mut pages, &components);
        register::<Pages>(&mut pages, "")?;
        register::<Partials>(&mut pages, "page/")?;
        Ok(Self { pages: Arc::new(pages), components })
    }

    /// The whole HTML document of a page.
    ///
    /// # Errors
    /// [`ViewsError`] if the template and its context do not fit each other.
    pub fn page<P: PageContext>(&self, layout: &Layout, page: &P) -> Result<String, ViewsError> {
        let body = Markup::trusted(self.body(layout, page)?);
        let frame = layout.frame(page, &body)?;
        Ok(self.pages.render_with_context("layout", &Context::from(frame))?)
    }

    /// What stands inside `<main>` of a page, without the layout around it.
    fn body<P: PageContext>(&self, layout: &Layout, page: &P) -> Result<String, ViewsError> {
        let Value::Object(mut context) = serde_json::to_value(page)? else {
            return Err(ViewsError::Shape(format!("the context of {} is not a struct with named fields", P::TEMPLATE)));
        };
        context.insert("title".to_owned(), json!(page.title()));
        context.insert("layout".to_owned(), serde_json::to_value(layout)?);
        Ok(self.pages.render_with_context(P::TEMPLATE, &Context::from(Value::Object(context)))?)
    }

    /// Renders a component outside a page, for charts and documents. `html` options must be [`Markup`], as in a page.
    ///
    /// # Errors
    /// [`ViewsError::Render`] if there is no such component or an `html` option is plain text.
    pub fn component(&self, name: &str, mut options: Value) -> Result<Markup, ViewsError> {
        components::vouch(&mut options).map_err(|key| ViewsError::Shape(format!("{name}: {key} is not Markup")))?;
        let context = Context::from(options);
        Ok(Markup::trusted(self.components.render_with_context(name, &context)?.trim().to_owned()))
    }

    /// A component of ours whose options are made in this module, HTML among them.
    fn kit(&self, name: &str, options: Value) -> Result<Markup, ViewsError> {
        let html = self.components.render_with_context(name, &Context::from(options))?;
        Ok(Markup::trusted(html.trim().to_owned()))
    }

    /// A component with options as they are, for the test against the published fixtures.
    #[cfg(test)]
    fn bare_component(&self, name: &str, options: &Value) -> Result<String, ViewsError> {
        Ok(self.components.render_with_context(name, &Context::from(options.clone()))?)
    }
}

/// Parses every embedded template below `folder`, under its path without the folder and `.hbs`.
fn register<E: RustEmbed>(registry: &mut Handlebars<'static>, folder: &str) -> Result<(), ViewsError> {
    for path in E::iter() {
        let name = path.strip_prefix(folder).and_then(|name| name.strip_suffix(".hbs"));
        let (Some(name), Some(file)) = (name, E::get(&path)) else { continue };
        let text = std::str::from_utf8(&file.data).ok();
        let text = text.ok_or_else(|| ViewsError::Shape(format!("template {path} is not UTF-8")))?;
        if registry.has_template(name) {
            return Err(ViewsError::Shape(format!("two templates are called {name}")));
        }
        registry
            .register_template_string(name, text)
            .map_err(|source| ViewsError::Parse { name: name.to_owned(), source: Box::new(source) })?;
    }
    Ok(())
}
