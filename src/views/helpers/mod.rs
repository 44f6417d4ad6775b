//! The helpers that templates may call. No rules and no data here, only the writing of HTML.
//!
//! Pages: `ui`, `csrf`, `asset`, `markup`, `mailbox`, and `all any concat first join none obj plus when`. Components,
//! whose options may be missing, also: `attrs`, `attr`, `content`, `let`, `options` and the rest of [`values`].

mod date_parts;
mod html;
mod values;

use std::sync::Arc;

use handlebars::Handlebars;

use super::components::Ui;
use super::markup::escape;

/// Adds what a page or the layout may call.
pub(super) fn register_for_pages(pages: &mut Handlebars<'static>, components: &Arc<Handlebars<'static>>) {
    pages.register_escape_fn(escape);
    values::register(pages, false);
    pages.register_helper("ui", Box::new(Ui { components: Some(Arc::clone(components)) }));
    pages.register_helper("markup", Box::new(html::write_markup));
    pages.register_helper("mailbox", Box::new(html::write_mailbox));
    pages.register_helper("csrf", Box::new(html::write_csrf));
    pages.register_helper("asset", Box::new(html::write_asset));
}

/// Adds what a component may call.
pub(super) fn register_for_components(components: &mut Handlebars<'static>) {
    components.register_escape_fn(escape);
    values::register(components, true);
    components.register_helper("ui", Box::new(Ui { components: None }));
    components.register_helper("markup", Box::new(html::write_markup));
    components.register_helper("attrs", Box::new(html::write_attrs));
    components.register_helper("attr", Box::new(html::write_attr));
    components.register_helper("content", Box::new(html::write_content));
    components.register_helper("let", Box::new(html::let_block));
    components.register_helper("options", Box::new(html::write_options));
}
