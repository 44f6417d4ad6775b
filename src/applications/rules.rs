//! What may be written down, and what is reckoned: pure rules from what somebody typed to a vacancy, an application or
//! marks, or to what is wrong with each field. Knows no database and no page.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::model::{Answer, Applicant, Criterion, Question, QuestionKind, VacancyDraft};
use crate::kernel::ids::UnitId;
use crate::views::FormErrors;

/// Documents that one application may have.
pub const FILES: [(&str, &str); 3] = [
    ("cv", "Curriculum vitae (optional)"),
    ("certificate", "Certificate (optional)"),
    ("other", "Something else (optional)"),
];

/// Applications that one vacancy takes: whoever fills the form by a program fills no disk.
pub const MOST: i64 = 2_000;

/// The highest mark.
pub const HIGHEST: i16 = 5;

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
    let keep_months = typed.keep_months.trim().parse::<i16>().ok().filter(|months| (1..=LONGEST_MONTHS).contains(months));
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

/// The sum of one scorer's marks as a share of the highest possible, in per cent, rounded; `None` unless every criterion
/// has a mark.
pub fn weighted_percent(criteria: &[Criterion], mark_of: impl Fn(&str) -> Option<i16>) -> Option<i64> {
    let weights: i64 = criteria.iter().map(|one| one.weight).sum();
    let mut sum = 0_i64;
    for criterion in criteria {
        sum += criterion.weight * i64::from(mark_of(&criterion.name)?);
    }
    let highest = weights * i64::from(HIGHEST);
    (highest > 0).then(|| (sum * 100 + highest / 2) / highest)
}

/// The marks of a form, one for each criterion, in their order.
///
/// # Errors
/// What is wrong, at `mark-0`, `mark-1` and so on.
pub fn check_marks(criteria: &[Criterion], typed: &[String]) -> Result<Vec<(String, i16)>, FormErrors> {
    let mut errors = FormErrors::new();
    let mut marks = Vec::new();
    for (place, criterion) in criteria.iter().enumerate() {
        let mark = typed.get(place).and_then(|mark| mark.trim().parse::<i16>().ok());
        match mark.filter(|mark| (0..=HIGHEST).contains(mark)) {
            Some(mark) => marks.push((criterion.name.clone(), mark)),
            None => {
                errors.add(format!("mark-{place}"), format!("Choose a mark from 0 to {HIGHEST} for {}", criterion.name))
            }
        }
    }
    if errors.is_empty() { Ok(marks) } else { Err(errors) }
}

/// The most months that a vacancy keeps applications; also how long one that succeeded waits for its applicant to become a
/// person.
pub const LONGEST_MONTHS: i16 = 24;

/// The last day on which an application is kept that was settled on this day.
pub fn delete_after(settled_on: Date, keep_months: i16) -> Date {
    settled_on.checked_add(keep_months.months()).unwrap_or(Date::MAX)
}

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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn typed() -> TypedVacancy {
        TypedVacancy {
            unit: UnitId::NIL.to_string(),
            title: "Firefighter, on-call".to_owned(),
            about: "At Harbour".to_owned(),
            closes_on: "2026-12-31".to_owned(),
            keep_months: "6".to_owned(),
            questions: "Why do you apply? | long\nDo you drive? | Yes or no\nWhen? | choice: Days, Nights | optional"
                .to_owned(),
            stages: USUAL_STAGES.to_owned(),
            criteria: USUAL_CRITERIA.to_owned(),
            revision: String::new(),
        }
    }

    #[test]
    fn a_vacancy_that_was_written_down_is_read_again() {
        let draft = check_vacancy(&typed(), date(2026, 11, 24)).expect("a vacancy");
        assert_eq!(draft.questions[2].choices, ["Days", "Nights"]);
        assert!(draft.questions[0].required && !draft.questions[2].required);
        let again = check_vacancy(&TypedVacancy::of(&draft, 1), date(2026, 11, 24)).expect("the same");
        assert_eq!(again, draft);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_its_field() {
        let wrong = TypedVacancy {
            closes_on: "2026-11-23".to_owned(),
            questions: "Why? | loud".to_owned(),
            stages: "Only one".to_owned(),
            criteria: "Motivation | 11\nTeam\nteam".to_owned(),
            ..TypedVacancy::default()
        };
        let errors = check_vacancy(&wrong, date(2026, 11, 24)).expect_err("wrong");
        for field in ["unit", "title", "about", "closes_on", "keep_months", "questions", "stages", "criteria"] {
            assert!(errors.get(field).is_some(), "{field}");
        }
    }

    #[test]
    fn an_application_answers_what_is_asked_and_nothing_else_is_kept() {
        let questions = check_vacancy(&typed(), date(2026, 11, 24)).expect("a vacancy").questions;
        let mut application = TypedApplication {
            given_name: "Kit".to_owned(),
            family_name: "Vane".to_owned(),
            email: " Kit.Vane@Example.org ".to_owned(),
            phone: String::new(),
            answers: vec!["To help".to_owned(), "Maybe".to_owned(), String::new(), "More".to_owned()],
        };
        let errors = check_application(&application, &questions).expect_err("maybe is no answer");
        assert_eq!(errors.as_slice().len(), 1);
        assert!(errors.get("answer-1").is_some());
        application.answers[1] = "No".to_owned();
        let kept = check_application(&application, &questions).expect("an application");
        assert_eq!((kept.email.as_str(), kept.answers.len(), kept.phone), ("kit.vane@example.org", 2, None));
    }

    #[test]
    fn addresses_that_no_message_reaches_are_refused() {
        for good in ["a@b.example", "kit.vane+jobs@mail.example.org"] {
            assert!(plausible_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.example",
            "a@b",
            "a@.example",
            "a@b.example.",
            "a b@c.example",
            "a@b.example,c@d.example",
            "a@b@c.example",
        ] {
            assert!(!plausible_email(bad), "{bad}");
        }
    }

    #[test]
    fn marks_are_weighed_and_only_a_whole_set_counts() {
        let criteria: Vec<Criterion> =
            [("A", 1), ("B", 2), ("C", 2)].map(|(name, weight)| Criterion { name: name.to_owned(), weight }).into();
        let marks = check_marks(&criteria, &["5".to_owned(), "3".to_owned(), "0".to_owned()]).expect("marks");
        let of = |name: &str| marks.iter().find(|(known, _mark)| known == name).map(|(_name, mark)| *mark);
        // (1 x 5 + 2 x 3 + 2 x 0) / (5 x 5) = 11 / 25
        assert_eq!(weighted_percent(&criteria, of), Some(44));
        assert_eq!(weighted_percent(&criteria, |name| of(name).filter(|_mark| name != "C")), None);
        assert_eq!(weighted_percent(&[], |_name| Some(5)), None);
        let errors = check_marks(&criteria, &["6".to_owned(), "-1".to_owned()]).expect_err("no marks");
        assert_eq!(errors.as_slice().len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn a_better_mark_never_lowers_the_sum_and_all_highest_marks_are_the_whole(
            weights in proptest::collection::vec(1_i64..=10, 1..=12),
            marks in proptest::collection::vec(0_i16..=HIGHEST, 12),
            better in 0_usize..12,
        ) {
            let criteria: Vec<Criterion> =
                weights.iter().enumerate().map(|(place, weight)| Criterion { name: place.to_string(), weight: *weight }).collect();
            let sum = |marks: &[i16]| {
                weighted_percent(&criteria, |name| name.parse::<usize>().ok().and_then(|place| marks.get(place).copied()))
            };
            let mut raised = marks.clone();
            raised[better] = HIGHEST;
            let (before, after) = (sum(&marks).expect("whole"), sum(&raised).expect("whole"));
            proptest::prop_assert!((0..=100).contains(&before) && before <= after);
            proptest::prop_assert_eq!(sum(&[HIGHEST; 12]), Some(100));
            proptest::prop_assert_eq!(sum(&[0; 12]), Some(0));
        }

        #[test]
        fn whatever_is_typed_as_a_question_is_read_or_refused_and_what_is_read_is_written_the_same(line in "\\PC{0,60}") {
            if let Ok(question) = parse_question(line.trim()) {
                proptest::prop_assert_eq!(parse_question(&write_question(&question)), Ok(question));
            }
        }

        #[test]
        fn the_words_of_a_letter_are_never_longer_than_the_database_takes(body in "\\PC{0,200}", name in "\\PC{0,200}") {
            proptest::prop_assert!(fill(&body, &name, &name, &name, &name).chars().count() <= 4_000);
        }
    }

    #[test]
    fn an_application_is_kept_for_months_of_the_calendar() {
        assert_eq!(delete_after(date(2026, 8, 31), 6), date(2027, 2, 28));
        assert_eq!(delete_after(date(2026, 11, 24), 6), date(2027, 5, 24));
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        assert_eq!(bare(" abcd-EF 23\n"), "ABCDEF23");
        assert_eq!(grouped("ABCDEFGHIJ", 4), "ABCD-EFGH-IJ");
        assert_eq!(code_digest(&bare(&grouped("ABCDEFGH", 4))), code_digest("ABCDEFGH"));
    }

    #[test]
    fn the_words_of_a_letter_name_what_they_may_and_no_marks() {
        assert!(check_words("Dear {name}, about {vacancy}").is_ok());
        for wrong in ["", "You got {marks}", "{reason}", "open {name"] {
            assert!(check_words(wrong).is_err(), "{wrong}");
        }
        assert_eq!(fill("{name}: {stage}!", "{stage}", "x", "Sift", "y"), "{stage}: Sift!");
        for kind in super::super::model::LetterKind::ALL {
            assert!(check_words(kind.usual()).is_ok(), "{kind:?}");
        }
    }
}
