//! The words of letters to applicants.

use super::text;
use crate::views::FormErrors;

/// What the organisation's words may name.
pub const NAMES: [&str; 4] = ["{name}", "{vacancy}", "{stage}", "{organisation}"];

/// Checks the words of a letter: what stands in braces must be one of [`NAMES`].
///
/// # Errors
/// What is wrong, at `body`.
pub fn check_words(body: &str) -> Result<String, FormErrors> {
    let mut errors = FormErrors::new();
    let checked = text(body, 4_000, "body", "Write what the applicant is told", &mut errors);
    let body = checked.unwrap_or_default();
    for rest in body.split('{').skip(1) {
        let name = rest.split_once('}').map(|(name, _rest)| format!("{{{name}}}"));
        if name.is_none_or(|name| !NAMES.contains(&name.as_str())) {
            errors.add("body", format!("In braces only these may stand: {}", NAMES.join(", ")));
        }
    }
    if errors.is_empty() { Ok(body) } else { Err(errors) }
}

/// The words with the names in their places.
pub fn fill(body: &str, name: &str, vacancy: &str, stage: &str, organisation: &str) -> String {
    // Place by place, so that what somebody is called is never taken for a name.
    let mut filled = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (word, behind) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(match word {
            "name" => name,
            "vacancy" => vacancy,
            "stage" => stage,
            "organisation" => organisation,
            _ => "",
        });
        rest = behind;
    }
    filled.push_str(rest);
    filled.chars().take(4_000).collect()
}
