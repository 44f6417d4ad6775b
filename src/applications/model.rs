//! What a vacancy, an application, a mark and a letter are.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{ApplicationFileId, ApplicationId, PersonId, UnitId, VacancyId};

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// One line.
    Line,
    /// Several lines.
    Long,
    /// Yes or no.
    YesNo,
    /// One of some.
    Choice,
}

/// A question of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub label: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether it must be.
    pub required: bool,
    /// What may be chosen.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// What is scored, and how much it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// What it is called.
    pub name: String,
    /// How much it counts, 1 to 10.
    pub weight: i64,
}

/// Whether a vacancy takes applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VacancyState {
    /// Not yet.
    Draft,
    /// Until its last day.
    Open,
    /// No longer.
    Closed,
}

impl VacancyState {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Reads what [`VacancyState::as_str`] says; anything else takes no applications.
    pub fn parse(text: &str) -> Self {
        [Self::Draft, Self::Open].into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Closed)
    }
}

/// What may be said of a vacancy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VacancyDraft {
    /// Whose post it is.
    pub unit: UnitId,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// The last day on which the form takes applications.
    pub closes_on: Date,
    /// How long an application without success is kept after its decision (months).
    pub keep_months: i16,
    /// What the form asks.
    pub questions: Vec<Question>,
    /// The steps of an application, in order.
    pub stages: Vec<String>,
    /// What is scored.
    pub criteria: Vec<Criterion>,
}

/// A vacancy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vacancy {
    /// Which one.
    pub id: VacancyId,
    /// What it says.
    pub draft: VacancyDraft,
    /// Whether it takes applications.
    pub state: VacancyState,
    /// Grows with each change.
    pub revision: i32,
}

impl Vacancy {
    /// Whether the form takes applications on this day.
    pub fn takes_applications(&self, today: Date) -> bool {
        self.state == VacancyState::Open && today <= self.draft.closes_on
    }
}

/// An answer, with the question as it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
}

/// Who applies, and what they answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Where news goes.
    pub email: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// To the questions of the vacancy.
    pub answers: Vec<Answer>,
}

/// What became of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is looked at.
    Open,
    /// It succeeded.
    Successful,
    /// It did not.
    Unsuccessful,
    /// The applicant took it back.
    Withdrawn,
}

impl State {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Successful => "successful",
            Self::Unsuccessful => "unsuccessful",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads what [`State::as_str`] says; the database holds no other, and what is none is not worked on.
    pub fn parse(text: &str) -> Self {
        let all = [Self::Open, Self::Successful, Self::Unsuccessful];
        all.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Withdrawn)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Successful => "Successful",
            Self::Unsuccessful => "Unsuccessful",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// The colour of its tag; the word says the same.
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Open => "govuk-tag--blue",
            Self::Successful => "govuk-tag--green",
            Self::Unsuccessful => "govuk-tag--orange",
            Self::Withdrawn => "govuk-tag--grey",
        }
    }
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Which one.
    pub id: ApplicationId,
    /// For which vacancy.
    pub vacancy: VacancyId,
    /// Whose post it is for.
    pub unit: UnitId,
    /// What the applicant names.
    pub reference: String,
    /// Who applies.
    pub who: Applicant,
    /// Where it stands.
    pub stage: String,
    /// What became of it.
    pub state: State,
    /// Why it was decided so.
    pub reason: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// Whom the applicant became.
    pub person: Option<PersonId>,
    /// The last day on which it is kept.
    pub delete_after: Option<Date>,
    /// Grows with each change.
    pub revision: i32,
}

impl Application {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.who.given_name, self.who.family_name)
    }
}

/// A document that came with an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Which one.
    pub id: ApplicationFileId,
    /// What it is called.
    pub name: String,
    /// What its bytes say that it is.
    pub media_type: String,
    /// How large it is.
    pub bytes: i64,
}

/// A step in the history of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who; `None`: the applicant.
    pub by: Option<PersonId>,
    /// What happened.
    pub said: String,
}

/// One mark of one scorer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Who gave it.
    pub scorer: PersonId,
    /// For what.
    pub criterion: String,
    /// From 0 to 5.
    pub mark: i16,
    /// What they noted.
    pub note: Option<String>,
}

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterKind {
    /// The application came.
    Received,
    /// It moved to another stage.
    Moved,
    /// It succeeded.
    Successful,
    /// It did not.
    Unsuccessful,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Received, Self::Moved, Self::Successful, Self::Unsuccessful];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Moved => "moved",
            Self::Successful => "successful",
            Self::Unsuccessful => "unsuccessful",
        }
    }

    /// Reads what [`LetterKind::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Received => "Application received",
            Self::Moved => "Moved to another stage",
            Self::Successful => "Successful",
            Self::Unsuccessful => "Unsuccessful",
        }
    }

    /// The words while the organisation has none of its own.
    pub const fn usual(self) -> &'static str {
        match self {
            Self::Received => {
                "Dear {name},\n\nthank you for applying for {vacancy}. We have your application. When there is news, \
                 you find it here; you get an e-mail that says so."
            }
            Self::Moved => "Dear {name},\n\nyour application for {vacancy} is now at this stage: {stage}.",
            Self::Successful => {
                "Dear {name},\n\nwe are glad to tell you that your application for {vacancy} was successful. We will be \
                 in touch about your start."
            }
            Self::Unsuccessful => {
                "Dear {name},\n\nthank you for your interest in {vacancy}. We are sorry to tell you that your \
                 application was not successful this time."
            }
        }
    }
}

/// A letter as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What about.
    pub kind: LetterKind,
    /// Its words.
    pub body: String,
    /// `waiting`, `leaving`, `sent`, `failed` or `page-only`.
    pub state: String,
    /// When.
    pub written_at: Timestamp,
}
