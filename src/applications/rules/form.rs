//! What somebody from outside may send for a vacancy, and how they name it again.

use sha2::{Digest as _, Sha256};

use super::text;
use crate::applications::model::{Answer, Applicant, Question, QuestionKind};
use crate::views::FormErrors;

/// Documents that one application may have.
pub const FILES: [(&str, &str); 3] = [
    ("cv", "Curriculum vitae (optional)"),
    ("certificate", "Certificate (optional)"),
    ("other", "Something else (optional)"),
];

/// Applications that one vacancy takes: whoever fills the form by a program fills no disk.
pub const MOST: i64 = 2_000;

/// An application as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedApplication {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// By the place of their question.
    pub answers: Vec<String>,
}

/// The field of the answer to the question at this place.
pub fn answer_field(place: usize) -> String {
    format!("answer-{place}")
}

/// Checks an application against the questions of its vacancy.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_application(typed: &TypedApplication, questions: &[Question]) -> Result<Applicant, FormErrors> {
    let mut errors = FormErrors::new();
    let given_name = text(&typed.given_name, 100, "given_name", "Enter your given name", &mut errors);
    let family_name = text(&typed.family_name, 100, "family_name", "Enter your family name", &mut errors);
    let email = typed.email.trim().to_lowercase();
    if !plausible_email(&email) {
        errors.add("email", "Enter your e-mail address, like name@example.org");
    }
    let phone = typed.phone.trim();
    if !phone.is_empty() && !(3..=40).contains(&phone.chars().count()) {
        errors.add("phone", "Enter the whole telephone number, or leave it empty");
    }
    let mut answers = Vec::new();
    for (place, question) in questions.iter().enumerate() {
        let answer = typed.answers.get(place).map(|answer| answer.trim().replace("\r\n", "\n")).unwrap_or_default();
        let longest = if question.kind == QuestionKind::Long { 4_000 } else { 300 };
        let known = match question.kind {
            QuestionKind::YesNo => ["Yes", "No"].contains(&answer.as_str()),
            QuestionKind::Choice => question.choices.contains(&answer),
            QuestionKind::Line | QuestionKind::Long => true,
        };
        if answer.is_empty() && question.required {
            errors.add(answer_field(place), "Answer this question");
        } else if !answer.is_empty() && !known {
            errors.add(answer_field(place), "Choose one of the answers");
        } else if answer.chars().count() > longest {
            errors.add(answer_field(place), format!("Use at most {longest} characters"));
        } else if !answer.is_empty() {
            answers.push(Answer { question: question.label.clone(), answer });
        }
    }
    match (given_name, family_name) {
        (Some(given_name), Some(family_name)) if errors.is_empty() => {
            let phone = (!phone.is_empty()).then(|| phone.to_owned());
            Ok(Applicant { given_name, family_name, email, phone, answers })
        }
        _ => Err(errors),
    }
}

/// Whether a text looks like an address that a message could go to.
pub fn plausible_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || "@,;<>\"".contains(c))
    };
    text.len() <= 254
        && plain(local)
        && plain(domain)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

/// What an applicant types of a reference or a code, without what is only for the eye.
pub fn bare(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(64).collect()
}

/// In groups of `size`, with a dash between them.
pub fn grouped(text: &str, size: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(size.max(1)).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is kept of a code.
pub fn code_digest(bare: &str) -> [u8; 32] {
    Sha256::digest(bare.as_bytes()).into()
}
