//! Helpers that write HTML: attributes, content, finished markup, the CSRF token, addresses of assets.

use handlebars::{
    BlockContext, Context, Handlebars, Helper, HelperResult, JsonRender, Output, RenderContext, RenderErrorReason,
    Renderable,
};
use serde_json::{Value, json};

use super::values::{is_chosen, known, texts, truthy};
use crate::views::markup::{Markup, escape};
use crate::views::{assets, page};

fn push_attr(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(&escape(name));
    out.push_str("=\"");
    out.push_str(&escape(value));
    out.push('"');
}

/// `{{attrs attributes}}`: an object's entries as attributes. An entry `{value, optional: true}` is left out without
/// a value and stands alone when it is true.
pub(super) fn write_attrs(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let mut text = String::new();
    h.params().iter().for_each(|param| push_attrs(&mut text, Some(param.value())));
    Ok(out.write(&text)?)
}

fn push_attrs(text: &mut String, attributes: Option<&Value>) {
    for (name, item) in attributes.and_then(Value::as_object).into_iter().flatten() {
        let (value, optional) = match item.as_object() {
            Some(options) => {
                (options.get("value").unwrap_or(&Value::Null), options.get("optional") == Some(&json!(true)))
            }
            None => (item, false),
        };
        match value {
            Value::Null | Value::Bool(false) if optional => {}
            Value::Bool(true) if optional => {
                text.push(' ');
                text.push_str(&escape(name));
            }
            value => push_attr(text, name, &value.render()),
        }
    }
}

/// `{{options items value}}`: the choices of a select, each on a line. Written here because a select of all kinds of work
/// has a hundred of them, and a template would call seven helpers for each.
pub(super) fn write_options(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let [items, given] = [0, 1].map(|index| h.param(index).and_then(known));
    let mut html = String::new();
    for item in items.and_then(Value::as_array).into_iter().flatten().filter(|item| truthy(Some(item))) {
        let (value, text) = (item.get("value"), item.get("text"));
        html.push_str("<option");
        if let Some(value) = value.filter(|value| !value.is_null()) {
            push_attr(&mut html, "value", &value.render());
        }
        if is_chosen(item.get("selected"), value.or(text), given) {
            html.push_str(" selected");
        }
        match item.get("disabled") {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Bool(true)) => html.push_str(" disabled"),
            Some(other) => push_attr(&mut html, "disabled", &other.render()),
        }
        push_attrs(&mut html, item.get("attributes"));
        html.push('>');
        html.push_str(&escape(&text.map(JsonRender::render).unwrap_or_default()));
        html.push_str("</option>\n");
    }
    Ok(out.write(&html)?)
}

/// `{{attr "name" value}}`: one attribute, left out without a value, alone when the value is true.
pub(super) fn write_attr(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let mut text = String::new();
    if let (Some(name), Some(value)) = (h.param(0), h.param(1).and_then(known)) {
        let name = name.value().render();
        match value {
            Value::Null | Value::Bool(false) => {}
            Value::Bool(true) => text = format!(" {}", escape(&name)),
            value => push_attr(&mut text, &name, &value.render()),
        }
    }
    Ok(out.write(&text)?)
}

/// `{{content html text}}`: the HTML if there is any, else the text, escaped.
pub(super) fn write_content(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let [html, text] = [0, 1].map(|index| h.param(index).and_then(known));
    match html {
        Some(html) if truthy(Some(html)) => out.write(html.render().trim())?,
        _ => out.write(&escape(&texts(&[text]).concat()))?,
    }
    Ok(())
}

/// `{{#let a=1 b=(...)}}`: its content sees the names beside those around it.
pub(super) fn let_block<'reg, 'rc>(
    h: &Helper<'rc>,
    r: &'reg Handlebars<'reg>,
    ctx: &'rc Context,
    rc: &mut RenderContext<'reg, 'rc>,
    out: &mut dyn Output,
) -> HelperResult {
    let around = rc.evaluate(ctx, "this")?;
    let mut names = around.as_json().as_object().cloned().unwrap_or_default();
    for (name, value) in h.hash() {
        match known(value) {
            Some(value) => names.insert((*name).to_owned(), value.clone()),
            None => names.remove(*name),
        };
    }
    let mut block = BlockContext::new();
    block.set_base_value(Value::Object(names));
    rc.push_block(block);
    let result = h.template().map_or(Ok(()), |content| content.render(r, ctx, rc, out));
    rc.pop_block();
    result
}

/// `{{markup x}}`: finished HTML as it is; refuses anything but [`Markup`]. Nothing for null.
pub(super) fn write_markup(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    match h.param(0).and_then(known) {
        Some(Value::Null) => Ok(()),
        Some(value) => match Markup::of(value) {
            Some(html) => Ok(out.write(html)?),
            None => Err(RenderErrorReason::Other("markup was given something that is not Markup".to_owned()).into()),
        },
        None => Err(RenderErrorReason::Other("markup was given nothing".to_owned()).into()),
    }
}

/// `{{mailbox email}}`: an e-mail address, escaped, that may break after its `@` and dots. Nothing for null.
pub(super) fn write_mailbox(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let given = h.param(0).and_then(known);
    let given = given.ok_or_else(|| RenderErrorReason::Other("mailbox was given nothing".to_owned()))?;
    let parts: Vec<String> = texts(&[Some(given)]).concat().split_inclusive(['@', '.']).map(escape).collect();
    Ok(out.write(&parts.join("<wbr>"))?)
}

/// `{{csrf}}`: the hidden field that every POST form carries first.
pub(super) fn write_csrf(
    _: &Helper<'_>,
    _: &Handlebars<'_>,
    ctx: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let token = ctx.data().pointer("/layout/csrf").and_then(Value::as_str);
    let token = token.ok_or_else(|| RenderErrorReason::Other("csrf: the context has no layout".to_owned()))?;
    Ok(out.write(&format!(r#"<input type="hidden" name="{}" value="{}">"#, page::CSRF_FIELD, escape(token)))?)
}

/// `{{asset "watchroom.css"}}`: the address of an embedded file.
pub(super) fn write_asset(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let name = h.param(0).and_then(|name| name.value().as_str()).unwrap_or_default();
    let address = assets::address(name);
    let address = address.ok_or_else(|| RenderErrorReason::Other(format!("there is no asset {name}")))?;
    Ok(out.write(&escape(&address))?)
}
