//! What may be written down, and what is reckoned: pure rules from what somebody typed to a vacancy, an application or
//! marks, or to what is wrong with each field. Knows no database and no page.

mod form;
mod letters;
mod retention;
mod scoring;
#[cfg(test)]
mod tests;
mod vacancy;

pub use form::{
    FILES, MOST, TypedApplication, answer_field, bare, check_application, code_digest, grouped, plausible_email,
};
pub use letters::{NAMES, check_words, fill};
pub use retention::{LONGEST_MONTHS, delete_after};
pub use scoring::{HIGHEST, check_marks, weighted_percent};
pub use vacancy::{TypedVacancy, USUAL_CRITERIA, USUAL_STAGES, check_vacancy, parse_question, write_question};

use crate::views::FormErrors;

fn text(value: &str, longest: usize, field: &str, missing: &str, errors: &mut FormErrors) -> Option<String> {
    let value = value.trim().replace("\r\n", "\n");
    if value.is_empty() {
        errors.add(field, missing);
        return None;
    }
    if value.chars().count() > longest {
        errors.add(field, format!("Use at most {longest} characters"));
        return None;
    }
    Some(value)
}
