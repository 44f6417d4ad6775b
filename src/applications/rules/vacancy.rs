//! What may be written down of a vacancy, from what somebody typed to a draft, or to what is wrong with each field.

use jiff::civil::Date;
use serde::Deserialize;

use super::retention::LONGEST_MONTHS;
use super::text;
use crate::applications::model::{Criterion, Question, QuestionKind, VacancyDraft};
use crate::kernel::ids::UnitId;
use crate::views::FormErrors;

/// The stages that a new vacancy begins with. Services differ; each vacancy may have its own.
pub const USUAL_STAGES: &str = "Received\nSift\nInterview\nMedical\nOffer";

/// The criteria that a new vacancy begins with.
pub const USUAL_CRITERIA: &str = "Motivation | 1\nWorking with others | 2\nSafety and care | 2";

/// A vacancy as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedVacancy {
    /// Whose post it is.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// The last day.
    pub closes_on: String,
    /// Months.
    pub keep_months: String,
    /// A question on each line.
    pub questions: String,
    /// A stage on each line.
    pub stages: String,
    /// A criterion on each line.
    pub criteria: String,
    /// The revision that it was made on.
    pub revision: String,
}

impl TypedVacancy {
    /// As a vacancy is shown to be changed.
    pub fn of(draft: &VacancyDraft, revision: i32) -> Self {
        let criterion = |one: &Criterion| format!("{} | {}", one.name, one.weight);
        Self {
            unit: draft.unit.to_string(),
            title: draft.title.clone(),
            about: draft.about.clone(),
            closes_on: draft.closes_on.to_string(),
            keep_months: draft.keep_months.to_string(),
            questions: draft.questions.iter().map(write_question).collect::<Vec<_>>().join("\n"),
            stages: draft.stages.join("\n"),
            criteria: draft.criteria.iter().map(criterion).collect::<Vec<_>>().join("\n"),
            revision: revision.to_string(),
        }
    }
}

/// Checks a vacancy.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check_vacancy(typed: &TypedVacancy, today: Date) -> Result<VacancyDraft, FormErrors> {
    let mut errors = FormErrors::new();
    let unit = typed.unit.trim().parse::<UnitId>().ok();
    if unit.is_none() {
        errors.add("unit", "Choose the unit that the post belongs to");
    }
    let title = text(&typed.title, 120, "title", "Say what the post is called", &mut errors);
    let about = text(&typed.about, 8_000, "about", "Say what the post is about", &mut errors);
    let closes_on = typed.closes_on.trim().parse::<Date>().ok();
    match closes_on {
        None => errors.add("closes_on", "Enter the last day on which people may apply"),
        Some(day) if day < today => errors.add("closes_on", "The last day must be today or later"),
        Some(_later) => {}
    }
    let keep_months =
        typed.keep_months.trim().parse::<i16>().ok().filter(|months| (1..=LONGEST_MONTHS).contains(months));
    if keep_months.is_none() {
        errors.add("keep_months", "Enter between 1 and 24 months");
    }
    let questions = each_line(&typed.questions, "questions", 40, parse_question, &mut errors);
    let stages = each_line(&typed.stages, "stages", 12, parse_stage, &mut errors);
    let criteria = each_line(&typed.criteria, "criteria", 12, parse_criterion, &mut errors);
    if stages.len() < 2 {
        errors.add("stages", "Give at least two stages, each on a line of its own");
    }
    if twice(stages.iter().map(String::as_str)) {
        errors.add("stages", "Each stage must have a name of its own");
    }
    if twice(criteria.iter().map(|one| one.name.as_str())) {
        errors.add("criteria", "Each criterion must have a name of its own");
    }
    match (unit, title, about, closes_on, keep_months) {
        (Some(unit), Some(title), Some(about), Some(closes_on), Some(keep_months)) if errors.is_empty() => {
            Ok(VacancyDraft { unit, title, about, closes_on, keep_months, questions, stages, criteria })
        }
        _ => Err(errors),
    }
}

fn twice<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut all: Vec<String> = names.map(str::to_lowercase).collect();
    let before = all.len();
    all.sort_unstable();
    all.dedup();
    all.len() < before
}

fn each_line<T>(
    typed: &str,
    field: &str,
    most: usize,
    read: fn(&str) -> Result<T, &'static str>,
    errors: &mut FormErrors,
) -> Vec<T> {
    let mut found = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match read(line) {
            Ok(one) => found.push(one),
            Err(why) => {
                let begins: String = line.chars().take(40).collect();
                errors.add(field, format!("\u{201c}{begins}\u{201d}: {why}"));
            }
        }
    }
    if found.len() > most {
        errors.add(field, format!("Give at most {most} lines"));
    }
    found
}

/// Reads `Question | long | optional` or `Question | choice: A, B`.
///
/// # Errors
/// What to do about it.
pub fn parse_question(line: &str) -> Result<Question, &'static str> {
    let mut parts = line.split('|').map(str::trim);
    let label = parts.next().unwrap_or_default().to_owned();
    if !(1..=200).contains(&label.chars().count()) {
        return Err("a question has between 1 and 200 characters");
    }
    let mut question = Question { label, kind: QuestionKind::Line, required: true, choices: Vec::new() };
    for part in parts {
        let lower = part.to_lowercase();
        match lower.as_str() {
            "optional" => question.required = false,
            "long" | "yes or no" => {
                question.kind = if lower == "long" { QuestionKind::Long } else { QuestionKind::YesNo };
                question.choices.clear();
            }
            _ => {
                let rest = part.split_at_checked(7).filter(|(word, _rest)| word.eq_ignore_ascii_case("choice:"));
                let Some((_word, rest)) = rest else {
                    return Err("after a bar stands \u{201c}long\u{201d}, \u{201c}yes or no\u{201d}, \
                         \u{201c}choice: A, B\u{201d} or \u{201c}optional\u{201d}");
                };
                question.kind = QuestionKind::Choice;
                let choices = rest.split(',').map(str::trim).filter(|choice| !choice.is_empty());
                question.choices = choices.map(str::to_owned).collect();
                if question.choices.len() < 2 {
                    return Err("a choice names at least two, with commas between them");
                }
            }
        }
    }
    Ok(question)
}

/// The line that [`parse_question`] reads.
pub fn write_question(question: &Question) -> String {
    let mut line = question.label.clone();
    match question.kind {
        QuestionKind::Line => {}
        QuestionKind::Long => line.push_str(" | long"),
        QuestionKind::YesNo => line.push_str(" | yes or no"),
        QuestionKind::Choice => {
            line.push_str(" | choice: ");
            line.push_str(&question.choices.join(", "));
        }
    }
    if !question.required {
        line.push_str(" | optional");
    }
    line
}

fn parse_stage(line: &str) -> Result<String, &'static str> {
    if line.chars().count() > 60 { Err("a stage has at most 60 characters") } else { Ok(line.to_owned()) }
}

fn parse_criterion(line: &str) -> Result<Criterion, &'static str> {
    let (name, weight) = line.split_once('|').unwrap_or((line, "1"));
    let name = name.trim();
    if !(1..=80).contains(&name.chars().count()) {
        return Err("a criterion has between 1 and 80 characters");
    }
    let weight = weight.trim().parse::<i64>().ok().filter(|weight| (1..=10).contains(weight));
    weight.map_or(Err("its weight is a whole number from 1 to 10"), |weight| {
        Ok(Criterion { name: name.to_owned(), weight })
    })
}
