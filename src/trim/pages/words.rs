//! What the pages share: why, when, how it stands.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::{Failure, Problem};
use crate::kernel::civil;
use crate::trim::model::{Criterion, Meeting, Origin, Referral};
use crate::trim::rules::Standing;
use crate::views::format;
use jiff::Timestamp;

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// A word with a colour. The colour says nothing that the word does not.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tag {
    pub(super) text: String,
    pub(super) colour: &'static str,
}

pub(super) fn tag(text: impl Into<String>, colour: &'static str) -> Tag {
    Tag { text: text.into(), colour }
}

/// The day of a moment.
pub(super) fn day(at: Timestamp) -> String {
    format::short_date(civil::local(at).date())
}

/// Why it was offered, to the member or to who practises.
pub(super) fn why(origin: Origin, criterion: Option<Criterion>, to_member: bool) -> String {
    match (origin, criterion) {
        (Origin::Criterion, Some(criterion)) => criterion.title().to_owned(),
        (Origin::Own, _) if !to_member => "They asked for it".to_owned(),
        (origin, _) => origin.title().to_owned(),
    }
}

/// How a case stands, in a few words.
pub(super) fn standing_tag(standing: Standing) -> Tag {
    match standing {
        Standing::Waits(from) => tag(format!("Not before {}", format::short_time(from)), "govuk-tag--blue"),
        Standing::Assess(since) => tag(format!("Assessment due since {}", day(since)), "govuk-tag--yellow"),
        Standing::FollowUpAt(at) => tag(format!("Follow-up on {}", day(at)), "govuk-tag--blue"),
        Standing::FollowUp(since) => tag(format!("Follow-up due since {}", day(since)), "govuk-tag--yellow"),
        Standing::Done => tag("Both held, to be closed", "govuk-tag--green"),
        Standing::Ended => tag("Closed", "govuk-tag--grey"),
    }
}

/// A meeting in words.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Held {
    head: String,
    when: String,
    machine: String,
    what: String,
}

impl Held {
    pub(super) fn new(meeting: &Meeting) -> Self {
        let to = meeting.referral.map(|referral| format!(": {}", Referral::title(referral))).unwrap_or_default();
        Self {
            head: meeting.kind.title().to_owned(),
            when: format::long_time(meeting.held_at),
            machine: format::machine_time(meeting.held_at),
            what: format!("{}{to}", meeting.outcome.title()),
        }
    }
}

/// The id of what a page is about; what is no id is nothing that there is.
pub(super) fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    Uuid::try_parse(text.trim()).ok().map(of).ok_or_else(|| Problem::NotFound.into())
}
