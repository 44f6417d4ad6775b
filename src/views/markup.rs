//! HTML that was made here and may go into a page as it is.
//!
//! Only this module's siblings can make one, so text from people, files or plugins cannot become markup by mistake.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// Finished HTML. In a page template it is written by `{{markup x}}`, or handed to a component as its `html` option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(String);

/// The one key of a serialised [`Markup`].
const KEY: &str = "$markup";

impl Markup {
    /// Vouches for `html`: everything in it that came from outside has been escaped.
    pub(in crate::views) fn trusted(html: String) -> Self {
        Self(html)
    }

    /// `text` escaped, so that it shows as it was written.
    pub fn escaped(text: &str) -> Self {
        Self(escape(text))
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML inside a serialised markup, or `None` if `value` is anything else.
    pub(in crate::views) fn of(value: &Value) -> Option<&str> {
        let object = value.as_object()?;
        if object.len() == 1 { object.get(KEY)?.as_str() } else { None }
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(KEY, &self.0)?;
        map.end()
    }
}

/// Escapes text for element content and for attribute values in double or single quotes.
pub(in crate::views) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Characters that no HTML or SVG document may hold; they would only confuse a parser.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_for_content_and_attributes() {
        assert_eq!(Markup::escaped(r#"<a b="c" d='e'>&"#).as_str(), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
    }

    #[test]
    fn control_characters_do_not_reach_the_page() {
        assert_eq!(escape("a\0b\u{1b}c\td\n"), "a\u{fffd}b\u{fffd}c\td\n");
    }

    #[test]
    fn an_object_with_more_than_markup_in_it_is_not_markup() {
        let honest = serde_json::to_value(Markup::escaped("x")).expect("json");
        assert_eq!(Markup::of(&honest), Some("x"));
        assert_eq!(Markup::of(&serde_json::json!({"$markup": "x", "y": 1})), None);
        assert_eq!(Markup::of(&serde_json::json!("x")), None);
    }
}
