//! Helpers that make a value: texts joined, the first of several, whether any is true.
//!
//! For a component a missing parameter is `None`; for a page, whose registry is strict, it is an error.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, JsonRender, JsonTruthy, PathAndJson, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use serde_json::{Map, Value, json};

type Function = fn(&[Option<&Value>], Map<String, Value>) -> Option<Value>;

/// What pages may call too.
const FOR_ALL: &[(&str, Function)] = &[
    ("all", |params, _| Some(Value::Bool(params.iter().all(|value| truthy(*value))))),
    ("any", |params, _| Some(Value::Bool(params.iter().any(|value| truthy(*value))))),
    ("concat", |params, _| Some(Value::String(texts(params).concat()))),
    ("first", first),
    ("join", join),
    ("none", |params, _| Some(Value::Bool(!params.iter().any(|value| truthy(*value))))),
    ("obj", |_, hash| Some(Value::Object(hash))),
    ("plus", plus),
    ("when", when),
];

/// What only components may call.
const FOR_COMPONENTS: &[(&str, Function)] = &[
    ("chosen", chosen),
    ("date_parts", super::date_parts::date_parts),
    ("default", |params, _| params.iter().flatten().next().map(|value| (*value).clone())),
    ("has", has),
    ("i18n", i18n),
    ("merge", merge),
    ("replace", replace),
    ("row_actions", row_actions),
    ("several", |params, _| Some(Value::Bool(params.first().is_some_and(|list| length(*list) > 1)))),
    ("some", some),
    ("text", text),
];

/// Adds the helpers for pages, and those for components if `components`.
pub(super) fn register(registry: &mut Handlebars<'static>, components: bool) {
    let more = if components { FOR_COMPONENTS } else { &[] };
    for (name, function) in FOR_ALL.iter().chain(more) {
        registry.register_helper(name, Box::new(Values { name, function: *function }));
    }
}

struct Values {
    name: &'static str,
    function: Function,
}

impl HelperDef for Values {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        if h.params().is_empty() && h.hash().is_empty() {
            // A bare `{{text}}` or `{{first}}` means the value of that name: no helper is of use without parameters.
            return rc.evaluate(ctx, self.name);
        }
        let mut all = h.params().iter().chain(h.hash().values());
        if let Some(missing) = all.find(|param| r.strict_mode() && param.is_value_missing()) {
            let path = missing.relative_path().map_or("a value", String::as_str);
            return Err(RenderErrorReason::Other(format!("{}: {path} is not in the context", self.name)).into());
        }
        let params: Vec<Option<&Value>> = h.params().iter().map(known).collect();
        let hash =
            h.hash().iter().filter_map(|(key, value)| Some(((*key).to_owned(), known(value)?.clone()))).collect();
        Ok((self.function)(&params, hash).map_or(ScopedJson::Missing, ScopedJson::Derived))
    }
}

pub(super) fn known<'a>(param: &'a PathAndJson<'_>) -> Option<&'a Value> {
    (!param.is_value_missing()).then(|| param.value())
}

pub(super) fn truthy(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.is_truthy(false))
}

/// The texts of the parameters that have one; null, false and missing are none.
pub(super) fn texts(params: &[Option<&Value>]) -> Vec<String> {
    let some = params.iter().flatten().filter(|value| !matches!(value, Value::Null | Value::Bool(false)));
    some.map(|value| value.render()).collect()
}

/// The first parameter that counts as true, else the last.
fn first(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let found = params.iter().find(|value| truthy(**value)).or_else(|| params.last())?;
    found.cloned()
}

/// The texts with single spaces between them.
fn join(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let texts: Vec<String> = texts(params).into_iter().filter(|text| !text.is_empty()).collect();
    Some(Value::String(texts.join(" ")))
}

/// The sum of two whole numbers.
fn plus(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    Some(json!(params.iter().flatten().filter_map(|value| value.as_i64()).sum::<i64>()))
}

/// Whether the first parameter, a text or list, holds the second.
fn has(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let [Some(whole), Some(part)] = params else { return Some(Value::Bool(false)) };
    Some(Value::Bool(match whole {
        Value::String(whole) => part.as_str().is_some_and(|part| whole.contains(part)),
        Value::Array(items) => items.contains(part),
        _ => false,
    }))
}

/// Whether a choice is made: its own flag, else its value is the given one or among the given ones.
fn chosen(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let mut params = params.iter().copied();
    let (flag, value, given) = (params.next().flatten(), params.next().flatten(), params.next().flatten());
    Some(Value::Bool(is_chosen(flag, value, given)))
}

pub(super) fn is_chosen(flag: Option<&Value>, value: Option<&Value>, given: Option<&Value>) -> bool {
    if flag == Some(&Value::Bool(false)) || truthy(flag) {
        return truthy(flag);
    }
    let same = |a: &Value, b: &Value| a == b || a.render() == b.render();
    match (value, given) {
        (Some(value), Some(Value::Array(given))) => given.iter().any(|given| same(given, value)),
        (Some(value), Some(given)) if truthy(Some(given)) => same(given, value),
        _ => false,
    }
}

/// The second parameter if the first counts as true, else missing.
fn when(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    match params {
        [condition, Some(value)] if truthy(*condition) => Some((*value).clone()),
        _ => None,
    }
}

/// A value as text, true and false too; missing stays missing.
fn text(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    match params.first().copied().flatten()? {
        Value::Null => None,
        value => Some(Value::String(value.render())),
    }
}

/// The first parameter with the second replaced by the third.
fn replace(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let [Some(text), Some(from), Some(to)] = params else { return None };
    Some(Value::String(text.render().replace(&from.render(), &to.render())))
}

/// All objects in one, the later over the earlier.
fn merge(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let entries = params.iter().flatten().filter_map(|value| value.as_object()).flatten();
    Some(Value::Object(entries.map(|(key, value)| (key.clone(), value.clone())).collect()))
}

/// The attributes that carry a component's translation: one text, or one per plural form.
fn i18n(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let [Some(key), Some(message)] = params else { return None };
    let key = format!("data-i18n.{}", key.render());
    Some(match message {
        Value::Object(forms) => {
            forms.iter().map(|(form, text)| (format!("{key}.{form}"), text.clone())).collect::<Map<_, _>>().into()
        }
        Value::String(text) if !text.is_empty() => json!({key: text}),
        _ => return None,
    })
}

/// Whether any row of a summary list has actions.
fn row_actions(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let rows = params.first().copied().flatten().and_then(Value::as_array);
    let has_actions = |row: &Value| length(row.pointer("/actions/items")) > 0;
    Some(Value::Bool(rows.is_some_and(|rows| rows.iter().any(has_actions))))
}

fn length(list: Option<&Value>) -> usize {
    list.and_then(Value::as_array).map_or(0, Vec::len)
}

/// The entries of a list that count as true.
fn some(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let list = params.first().copied().flatten()?.as_array()?;
    Some(list.iter().filter(|item| truthy(Some(item))).cloned().collect())
}
