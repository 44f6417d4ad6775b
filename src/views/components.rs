//! The components: one template each in `templates/partials/{govuk,kit}`, rendered with their options alone.
//!
//! A component never sees the page around it, so it cannot pick up a name by accident. Its options may be left out,
//! hence its registry is lenient; that of the pages is strict. The design system's published fixtures hold them right.

use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    Renderable, ScopedJson, StringOutput, to_json,
};
use serde_json::{Map, Value};

use super::markup::Markup;
use super::{Partials, ViewsError, helpers, register};

/// The registry of all components, by file name without folder and `.hbs`.
///
/// # Errors
/// [`ViewsError::Parse`] names the component that does not parse; [`ViewsError::Shape`] if two have one name.
pub(super) fn registry() -> Result<Handlebars<'static>, ViewsError> {
    let mut components = Handlebars::new();
    helpers::register_for_components(&mut components);
    register::<Partials>(&mut components, "govuk/")?;
    register::<Partials>(&mut components, "kit/")?;
    Ok(components)
}

/// `{{ui "name" base key=value}}` and `{{#ui "name"}}content{{/ui}}`, where the content becomes the option `html`.
///
/// The options are those of `base` (an object, may be left out) with the named ones over them.
#[derive(Debug)]
pub(super) struct Ui {
    /// The components when called from a page; `None` inside a component, which calls its own registry.
    pub(super) components: Option<Arc<Handlebars<'static>>>,
}

impl Ui {
    fn html<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
    ) -> Result<String, RenderError> {
        let from_page = self.components.is_some();
        let name = h.param(0).and_then(|name| name.value().as_str()).ok_or_else(|| refuse("ui needs a name first"))?;
        let mut options = match h.param(1) {
            None => Map::new(),
            Some(base) if from_page && base.is_value_missing() => {
                return Err(refuse(format!("ui {name}: its options are not in the page's context")));
            }
            Some(base) => base.value().as_object().cloned().unwrap_or_default(),
        };
        for (key, value) in h.hash() {
            if !value.is_value_missing() {
                options.insert((*key).to_owned(), value.value().clone());
            } else if from_page {
                return Err(refuse(format!("ui {name}: the value of {key} is not in the page's context")));
            }
        }
        let mut options = Value::Object(options);
        if from_page {
            vouch(&mut options).map_err(|key| refuse(format!("ui {name}: {key} is plain text, not Markup")))?;
        }
        if let (Some(content), Value::Object(options)) = (h.template(), &mut options) {
            let mut inner = StringOutput::new();
            content.render(r, ctx, rc, &mut inner)?;
            options.insert("html".to_owned(), Value::String(inner.into_string()?));
        }
        let context = Context::from(options);
        let html = match &self.components {
            Some(components) => components.render_with_context(name, &context)?,
            None => r.render_with_context(name, &context)?,
        };
        Ok(html.trim().to_owned())
    }
}

impl HelperDef for Ui {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&self.html(h, r, ctx, rc)?)?;
        Ok(())
    }

    /// As `(ui ...)`: markup for a page, to be an `html` option; plain HTML for a component.
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let html = self.html(h, r, ctx, rc)?;
        let value = if self.components.is_some() { to_json(Markup::trusted(html)) } else { Value::String(html) };
        Ok(ScopedJson::Derived(value))
    }
}

/// Turns the [`Markup`]s under `html` and `...Html` keys into their HTML; refuses anything else under such a key.
pub(super) fn vouch(value: &mut Value) -> Result<(), String> {
    match value {
        Value::Object(object) => {
            for (key, item) in object.iter_mut() {
                if key == "html" || key.ends_with("Html") {
                    match (Markup::of(item), &*item) {
                        (Some(html), _) => *item = Value::String(html.to_owned()),
                        (None, Value::Null | Value::Bool(false)) => {}
                        (None, _) => return Err(key.clone()),
                    }
                } else {
                    vouch(item)?;
                }
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(vouch),
        _ => Ok(()),
    }
}

fn refuse(why: impl Into<String>) -> RenderError {
    RenderErrorReason::Other(why.into()).into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::markup::Markup;
    use super::super::testing::views;

    fn render(template: &str, context: Value) -> Result<String, String> {
        views().pages.render_template(template, &context).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn plain_text_is_never_taken_for_html() {
        let context = json!({"evil": "<b>x</b>", "deep": {"rows": [{"value": {"html": "<b>x</b>"}}]}});
        for template in [
            r#"{{ui "inset-text" html=evil}}"#,
            r#"{{ui "details" summaryHtml=evil}}"#,
            r#"{{ui "summary-list" deep}}"#,
        ] {
            let refused = render(template, context.clone()).expect_err(template);
            assert!(refused.contains("is plain text, not Markup"), "{refused}");
        }
        assert!(render("{{markup evil}}", context.clone()).is_err());
        assert!(render(r#"{{ui "inset-text" text=evil}}"#, context).expect("text").contains("&lt;b&gt;x&lt;/b&gt;"));
    }

    #[test]
    fn markup_and_other_components_may_be_content() {
        let context = json!({"fine": serde_json::to_value(Markup::escaped("a & b")).expect("json"), "none": null});
        let html = render(r#"{{ui "inset-text" html=fine id=none}}"#, context.clone()).expect("markup");
        assert_eq!(html, r#"<div class="govuk-inset-text">a &amp; b</div>"#);
        let html = render(r#"{{ui "inset-text" html=(ui "tag" text="<")}}"#, context.clone()).expect("component");
        assert!(html.contains(r#"<strong class="govuk-tag">&lt;</strong>"#), "{html}");
        let html = render(r#"{{#ui "inset-text"}}<p>{{markup fine}}</p>{{/ui}}"#, context).expect("block");
        assert!(html.contains("<p>a &amp; b</p>"), "{html}");
    }

    #[test]
    fn an_address_breaks_after_its_at_and_its_dots_and_is_escaped() {
        let context = json!({"email": "jo.marsh@example.org", "from": "<a@b>", "none": null});
        let html = render("{{mailbox email}}", context.clone());
        assert_eq!(html.as_deref(), Ok("jo.<wbr>marsh@<wbr>example.<wbr>org"));
        assert_eq!(render("{{mailbox from}}", context.clone()).as_deref(), Ok("&lt;a@<wbr>b&gt;"));
        assert_eq!(render("{{mailbox none}}", context.clone()).as_deref(), Ok(""));
        assert_eq!(render(r#"{{mailbox (first none "Not known")}}"#, context).as_deref(), Ok("Not known"));
    }

    #[test]
    fn a_name_that_the_page_does_not_have_is_an_error() {
        for template in [
            "{{nothing}}",
            r#"{{ui "tag" text=nothing}}"#,
            r#"{{ui "input" nothing}}"#,
            r#"{{ui "no-such-component"}}"#,
            r#"{{ui "tag" text=(join "a" nothing)}}"#,
            "{{markup nothing}}",
            "{{mailbox nothing}}",
            r#"{{asset "nothing.css"}}"#,
            "{{csrf}}",
        ] {
            assert!(render(template, json!({})).is_err(), "{template}");
        }
    }

    #[test]
    fn a_field_may_be_called_like_a_helper() {
        let context = json!({"first": "1st", "when": "<now>", "all": [], "text": "t"});
        assert_eq!(render("{{first}} {{when}} {{text}}", context).as_deref(), Ok("1st &lt;now&gt; t"));
        assert!(render("{{when}}", json!({})).is_err());
    }
}
