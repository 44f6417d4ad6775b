//! The words of messages: `templates/mail/<notice>/{subject,text,html}.hbs`, parsed once, in strict mode.
//!
//! What a template may name is [`Words`] and nothing else, so that a message can carry a reference and a link, and
//! never what the link leads to.

use std::sync::Arc;

use handlebars::{Handlebars, no_escape};
use rust_embed::RustEmbed;
use serde::Serialize;

/// The templates as they were when the program was built.
#[derive(RustEmbed)]
#[folder = "templates/mail/"]
struct Files;

/// All that a message may say. No name of a person, no content of a record: e-mail is read by others.
#[derive(Debug, Clone, Serialize)]
pub struct Words {
    /// The organisation that it comes from.
    pub organisation: String,
    /// Where to go.
    pub link: String,
    /// When it happened, in words.
    pub at: String,
    /// Until when the link works, in words.
    pub until: Option<String>,
    /// How many of something there are, in words: of a summary, which is made of nothing else.
    pub count: Option<String>,
    /// What to name when asking about it.
    pub reference: String,
}

/// A message's three texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a message could not be written: a defect of ours.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A template does not parse.
    #[error("the mail template {0} does not parse")]
    Parse(String, #[source] Box<handlebars::TemplateError>),
    /// A template names what there is not, or there is no such template.
    #[error("a message could not be written")]
    Render(#[from] handlebars::RenderError),
}

/// All templates of messages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Templates {
    plain: Arc<Handlebars<'static>>,
    html: Arc<Handlebars<'static>>,
}

impl Templates {
    /// Parses every embedded template.
    ///
    /// # Errors
    /// [`TemplateError::Parse`] names the one that does not; the tests rule it out for what we ship.
    pub fn new() -> Result<Self, TemplateError> {
        let mut plain = Handlebars::new();
        plain.register_escape_fn(no_escape);
        let mut html = Handlebars::new();
        for registry in [&mut plain, &mut html] {
            registry.set_strict_mode(true);
        }
        for path in Files::iter() {
            let (Some(name), Some(file)) = (path.strip_suffix(".hbs"), Files::get(&path)) else { continue };
            let text = String::from_utf8_lossy(&file.data);
            let registry = if name.contains("html") { &mut html } else { &mut plain };
            let parsed = registry.register_template_string(name, text);
            parsed.map_err(|error| TemplateError::Parse(name.to_owned(), Box::new(error)))?;
        }
        Ok(Self { plain: Arc::new(plain), html: Arc::new(html) })
    }

    /// Writes the message called `notice`.
    ///
    /// # Errors
    /// [`TemplateError::Render`] when there is no such template, or it names what [`Words`] does not have.
    pub fn write(&self, notice: &str, words: &Words) -> Result<Written, TemplateError> {
        let subject = self.plain.render(&format!("{notice}/subject"), words)?;
        let text = self.plain.render(&format!("{notice}/text"), words)?;
        Ok(Written {
            subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
            text: format!("{}\n", text.trim()),
            html: self.html.render(&format!("{notice}/html"), words)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn words() -> Words {
        Words {
            organisation: "Moor & Fell <Fire>".to_owned(),
            link: "https://watchroom.example.org/password/a.b".to_owned(),
            at: "Sunday 22 November 2026, 09:00".to_owned(),
            until: Some("Sunday 29 November 2026, 09:00".to_owned()),
            count: Some("3 notices".to_owned()),
            reference: "0123456789AB".to_owned(),
        }
    }

    fn notices() -> BTreeSet<String> {
        Files::iter().filter_map(|path| path.split_once('/').map(|(notice, _file)| notice.to_owned())).collect()
    }

    #[test]
    fn every_notice_has_a_subject_a_text_and_html_that_say_the_same_link() {
        let templates = Templates::new().expect("they parse");
        assert!(!notices().is_empty());
        for notice in notices() {
            let written = templates.write(&notice, &words()).unwrap_or_else(|error| panic!("{notice}: {error}"));
            assert!((10..=90).contains(&written.subject.len()), "{notice}: {}", written.subject);
            for text in [&written.text, &written.html] {
                assert!(text.contains(&words().link), "{notice} has no link: {text}");
                assert!(text.contains(&words().reference), "{notice} has no reference: {text}");
            }
            assert!(written.text.contains("Moor & Fell <Fire>") && written.subject.contains("Moor & Fell <Fire>"));
            assert!(written.html.contains("Moor &amp; Fell &lt;Fire&gt;"), "{}", written.html);
            assert!(written.text.lines().all(|line| line.len() <= 100), "{}", written.text);
            for banned in ["<img", "<script", "<style", "style=", "http://"] {
                assert!(!written.html.contains(banned), "{notice} has {banned}");
            }
        }
    }

    #[test]
    fn a_template_can_name_the_words_of_a_message_and_nothing_else() {
        let allowed: BTreeSet<&str> = ["organisation", "link", "at", "until", "count", "reference"].into();
        let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in Files::iter() {
            let file = Files::get(&path).expect("embedded");
            let text = String::from_utf8(file.data.into_owned()).expect("UTF-8");
            for part in text.split("{{").skip(1) {
                let inside = part.split("}}").next().expect("closed").trim_matches(['{', '~', ' ']);
                if inside.starts_with(['>', '/', '!', '#']) || inside == "else" {
                    assert!(
                        ["> ", "#> ", "/", "#if until", "!"].iter().any(|known| inside.starts_with(known)),
                        "{path}: {inside}"
                    );
                    continue;
                }
                used.entry(path.to_string()).or_default().insert(inside.to_owned());
            }
        }
        for (path, names) in used {
            for name in names {
                assert!(allowed.contains(name.as_str()), "{path} names {name}");
            }
        }
    }

    #[test]
    fn a_template_that_names_anything_else_is_an_error() {
        let mut strict = Handlebars::new();
        strict.set_strict_mode(true);
        assert!(strict.render_template("{{given_name}}", &words()).is_err());
    }
}
