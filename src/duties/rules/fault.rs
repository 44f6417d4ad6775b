//! What is wrong, and at which field; the form and the API have their own names for the same fields.

/// A field of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The day.
    Date,
    /// The start.
    Start,
    /// Which of two starts.
    StartTurn,
    /// The end.
    End,
    /// Which of two ends.
    EndTurn,
    /// What kind of work.
    Kind,
    /// The unit.
    Unit,
    /// Breaks.
    Breaks,
    /// Mileage.
    Mileage,
    /// The incident's number.
    Incident,
    /// The role on the job.
    JobRole,
    /// The call sign.
    CallSign,
    /// The shared note.
    SharedNote,
    /// The private note.
    PrivateNote,
    /// That another duty was at the same time.
    BothRight,
    /// That it breaks a limit or a rest of working time.
    Breach,
    /// Why it is changed or deleted.
    Reason,
    /// Which revision was read.
    Revision,
}

impl At {
    /// The id of the field in the form.
    pub const fn in_form(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Start => "start",
            Self::StartTurn => "start_turn",
            Self::End => "end",
            Self::EndTurn => "end_turn",
            Self::Kind => "kind",
            Self::Unit => "unit",
            Self::Breaks => "breaks",
            Self::Mileage => "mileage",
            Self::Incident => "incident_number",
            Self::JobRole => "job_role",
            Self::CallSign => "call_sign",
            Self::SharedNote => "shared_note",
            Self::PrivateNote => "private_note",
            Self::BothRight => "both_right",
            Self::Breach => "breach",
            Self::Reason => "reason",
            Self::Revision => "revision",
        }
    }

    /// The name of the field in the API.
    pub const fn in_api(self) -> &'static str {
        match self {
            Self::Date | Self::Start | Self::StartTurn => "started_at",
            Self::End | Self::EndTurn => "ended_at",
            Self::Kind => "kind_id",
            Self::Unit => "unit_id",
            Self::Breaks => "break_minutes",
            Self::Mileage => "mileage_tenths",
            Self::BothRight => "allow_overlap",
            Self::Breach => "allow_breach",
            Self::Incident => "incident_number",
            Self::JobRole => "job_role",
            Self::CallSign => "call_sign",
            Self::SharedNote => "shared_note",
            Self::PrivateNote => "private_note",
            Self::Reason => "reason",
            Self::Revision => "revision",
        }
    }
}

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: At,
    /// What to do about it.
    pub message: String,
}

/// Everything wrong with a duty, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes that something is wrong; the first message for a field stays.
    pub fn add(&mut self, at: At, message: impl Into<String>) {
        if !self.has(at) {
            self.0.push(Fault { at, message: message.into() });
        }
    }

    /// One thing wrong.
    pub fn one(at: At, message: impl Into<String>) -> Self {
        Self(vec![Fault { at, message: message.into() }])
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is wrong at this field.
    pub fn has(&self, at: At) -> bool {
        self.0.iter().any(|fault| fault.at == at)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Takes those of another check along.
    pub fn extend(&mut self, other: Self) {
        for fault in other.0 {
            self.add(fault.at, fault.message);
        }
    }
}
