//! What programs send: the query of a list, a duty, the reason for a deletion.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::super::model::{Attempt, Filter};
use super::super::rules::Given;
use crate::http::{FieldProblem, IdempotencyKey, Problem};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{DutyKindId, PersonId, UnitId};

/// Duties in one answer, when the program does not say.
const LIMIT: u16 = 20;

/// Duties in one answer at most.
const LONGEST: u16 = 200;

/// The query of a list: text, so that everything wrong with it is said at once.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Duties that start on this day or later (a day in the United Kingdom).
    #[param(value_type = Option<String>, format = Date, nullable = false, example = "2026-11-01")]
    from: Option<String>,
    /// Duties that start on this day or earlier.
    #[param(value_type = Option<String>, format = Date, nullable = false, example = "2026-11-30")]
    to: Option<String>,
    /// Duties of this type, category or sub-category of `/api/v1/words`.
    #[param(value_type = Option<String>, format = Uuid, nullable = false)]
    kind_id: Option<String>,
    /// Duties whose incident number contains this text. Only for one's own.
    #[param(nullable = false, min_length = 1, max_length = 40, example = "045512")]
    incident: Option<String>,
    /// Somebody else's duties, as far as you may see them; reading them is written to the audit trail. Left out: your
    /// own.
    #[param(value_type = Option<String>, format = Uuid, nullable = false)]
    person_id: Option<String>,
    /// Where the list goes on: the `next_cursor` of the answer before.
    #[param(nullable = false, pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
    /// How many duties to answer with.
    #[param(value_type = Option<u16>, nullable = false, minimum = 1, maximum = 200, default = 20)]
    limit: Option<String>,
}

/// What a list is to hold.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) filter: Filter,
    pub(super) person: Option<PersonId>,
    pub(super) after: Option<Cursor>,
    pub(super) limit: u16,
}

impl ListQuery {
    /// Everything in it, or everything that is wrong with it.
    pub(super) fn read(&self) -> Result<Wanted, Problem> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, message: &str| wrong.push(FieldProblem::new(field, message));
        let mut field = |name: &str, text: &Option<String>, message: &str, good: &dyn Fn(&str) -> bool| {
            if let Some(text) = text
                && !good(text)
            {
                say(name, message);
            }
        };
        let a_day = "It must be a day like 2026-11-22.";
        field("from", &self.from, a_day, &|text| day(text).is_some());
        field("to", &self.to, a_day, &|text| day(text).is_some());
        field("kind_id", &self.kind_id, "It must be a UUID.", &|text| uuid(text).is_some());
        field("person_id", &self.person_id, "It must be a UUID.", &|text| uuid(text).is_some());
        field("cursor", &self.cursor, "Send the next_cursor of the answer before.", &|text| {
            Cursor::decode(text).is_some()
        });
        field("limit", &self.limit, "It must be between 1 and 200.", &|text| limit(text).is_some());
        field("incident", &self.incident, "Send 1 to 40 characters of one line.", &|text| {
            (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        });
        let (from, to) = (self.from.as_deref().and_then(day), self.to.as_deref().and_then(day));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            wrong.push(FieldProblem::new("to", "The last day must not be before the first."));
        }
        if !wrong.is_empty() {
            return Err(Problem::Invalid(wrong));
        }
        Ok(Wanted {
            filter: Filter {
                from,
                to,
                kind: self.kind_id.as_deref().and_then(uuid).map(DutyKindId),
                incident: self.incident.clone(),
            },
            person: self.person_id.as_deref().and_then(uuid).map(PersonId),
            after: self.cursor.as_deref().and_then(Cursor::decode),
            limit: self.limit.as_deref().and_then(limit).unwrap_or(LIMIT),
        })
    }
}

/// A day as RFC 3339 writes it, in a year that the database can reckon with.
fn day(text: &str) -> Option<Date> {
    let date = Date::strptime("%Y-%m-%d", text).ok().filter(|date| (1..=9998).contains(&date.year()))?;
    // Other spellings of the same day are no days of this API.
    (date.to_string() == text).then_some(date)
}

fn uuid(text: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(text).ok().filter(|_uuid| text.len() == 36)
}

fn limit(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| digits && (1..=LONGEST).contains(limit))
}

/// An instant in RFC 3339.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub(super) struct Instant(Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_error: jiff::Error| {
            serde::de::Error::custom("not read, expected an instant with its offset, like 2026-11-22T07:00:00Z")
        })
    }
}

/// A duty to be logged.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDuty {
    /// When it began.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T07:00:00Z")]
    started_at: Instant,
    /// When it ended: after the start, by 24 hours at most, and not in the future.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T19:00:00Z")]
    ended_at: Instant,
    /// A type, category or sub-category of `/api/v1/words` that is not retired.
    #[schema(value_type = uuid::Uuid, example = "019aab3c-5f10-7c44-8b0e-2f6d1c7a9e01")]
    kind_id: DutyKindId,
    /// A unit of `/api/v1/words` that is not closed.
    #[schema(value_type = uuid::Uuid, example = "019aab3c-5f10-7c44-8b0e-2f6d1c7a9e02")]
    unit_id: UnitId,
    /// Breaks, shorter than the duty.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1440, default = 0, example = 30)]
    break_minutes: i64,
    /// Tenths of a mile.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000, example = 125)]
    mileage_tenths: Option<i64>,
    /// The service's number of the incident.
    #[serde(default)]
    #[schema(max_length = 40, example = "045512-20112026")]
    incident_number: Option<String>,
    /// The role on the job.
    #[serde(default)]
    #[schema(max_length = 60, example = "Driver")]
    job_role: Option<String>,
    /// The vehicle's call sign; kept in capitals.
    #[serde(default)]
    #[schema(max_length = 20, example = "N12P1")]
    call_sign: Option<String>,
    /// For you and your managers.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    shared_note: Option<String>,
    /// For you alone: nobody else ever reads it.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    private_note: Option<String>,
    /// Another duty of yours at the same time is right too.
    #[serde(default)]
    #[schema(default = false)]
    allow_overlap: bool,
    /// It is to be logged although it breaks a limit or a rest of working time, as a problem said before.
    #[serde(default)]
    #[schema(default = false)]
    allow_breach: bool,
}

/// A duty as it is to be from now on: all of it, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedDuty {
    /// When it began.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T07:00:00Z")]
    started_at: Instant,
    /// When it ended: after the start, by 24 hours at most, and not in the future.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T18:00:00Z")]
    ended_at: Instant,
    /// A type, category or sub-category of `/api/v1/words`: one that is not retired, or the one it has.
    #[schema(value_type = uuid::Uuid, example = "019aab3c-5f10-7c44-8b0e-2f6d1c7a9e01")]
    kind_id: DutyKindId,
    /// A unit of `/api/v1/words`: one that is not closed, or the one it has.
    #[schema(value_type = uuid::Uuid, example = "019aab3c-5f10-7c44-8b0e-2f6d1c7a9e02")]
    unit_id: UnitId,
    /// Breaks, shorter than the duty.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1440, default = 0, example = 30)]
    break_minutes: i64,
    /// Tenths of a mile.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000, example = 125)]
    mileage_tenths: Option<i64>,
    /// The service's number of the incident.
    #[serde(default)]
    #[schema(max_length = 40, example = "045512-20112026")]
    incident_number: Option<String>,
    /// The role on the job.
    #[serde(default)]
    #[schema(max_length = 60, example = "Driver")]
    job_role: Option<String>,
    /// The vehicle's call sign; kept in capitals.
    #[serde(default)]
    #[schema(max_length = 20, example = "N12P1")]
    call_sign: Option<String>,
    /// For you and your managers.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    shared_note: Option<String>,
    /// For you alone: nobody else ever reads it.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    private_note: Option<String>,
    /// Another duty of yours at the same time is right too.
    #[serde(default)]
    #[schema(default = false)]
    allow_overlap: bool,
    /// It is to be logged although it breaks a limit or a rest of working time, as a problem said before.
    #[serde(default)]
    #[schema(default = false)]
    allow_breach: bool,
    /// The revision that you read; or send its ETag as `If-Match`.
    #[serde(default)]
    #[schema(minimum = 1, example = 1)]
    pub(super) revision: Option<i32>,
    /// Why it is changed: kept in the duty's history.
    #[schema(min_length = 1, max_length = 500, example = "Relieved an hour early")]
    pub(super) reason: String,
}

/// Which duty is to go, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    /// The revision that you read; or send its ETag as `If-Match`.
    #[serde(default)]
    #[schema(minimum = 1, example = 1)]
    pub(super) revision: Option<i32>,
    /// Why it is deleted: kept in the duty's history.
    #[schema(min_length = 1, max_length = 500, example = "Logged twice")]
    pub(super) reason: String,
}

impl NewDuty {
    /// The duty as the rules take it.
    pub(super) fn given(&self) -> Given {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Given {
            started_at: self.started_at.0,
            ended_at: self.ended_at.0,
            kind: self.kind_id,
            unit: self.unit_id,
            break_minutes: self.break_minutes,
            mileage_tenths: self.mileage_tenths,
            incident_number: text(&self.incident_number),
            job_role: text(&self.job_role),
            call_sign: text(&self.call_sign),
            shared_note: text(&self.shared_note),
            private_note: text(&self.private_note),
            both_right: self.allow_overlap,
            despite_breach: self.allow_breach,
        }
    }

    /// The attempt to log it under `key`.
    pub(super) fn attempt(&self, key: IdempotencyKey) -> Option<Attempt> {
        // What the rules read of it, so that another spelling of the same duty is the same.
        let fingerprint = Sha256::digest(format!("{:?}", self.given()).as_bytes()).into();
        key.0.map(|key| Attempt { key, fingerprint })
    }
}

impl ChangedDuty {
    /// The duty as the rules take it.
    pub(super) fn given(self) -> Given {
        Given {
            started_at: self.started_at.0,
            ended_at: self.ended_at.0,
            kind: self.kind_id,
            unit: self.unit_id,
            break_minutes: self.break_minutes,
            mileage_tenths: self.mileage_tenths,
            incident_number: self.incident_number.unwrap_or_default(),
            job_role: self.job_role.unwrap_or_default(),
            call_sign: self.call_sign.unwrap_or_default(),
            shared_note: self.shared_note.unwrap_or_default(),
            private_note: self.private_note.unwrap_or_default(),
            both_right: self.allow_overlap,
            despite_breach: self.allow_breach,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(query: &ListQuery) -> Vec<String> {
        match query.read() {
            Err(Problem::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_wrong_with_a_query_is_said_at_once() {
        let text = |text: &str| Some(text.to_owned());
        let query = ListQuery {
            from: text("-009999-01-01"),
            to: text("22/11/2026"),
            kind_id: text("x"),
            incident: text("a\0b"),
            person_id: text("{0190f0f0-0000-7000-8000-000000000000}"),
            cursor: text("AAAA"),
            limit: text("+5"),
        };
        assert_eq!(faults(&query), ["from", "to", "kind_id", "person_id", "cursor", "limit", "incident"]);
        let crossed = ListQuery { from: text("2026-11-02"), to: text("2026-11-01"), ..ListQuery::default() };
        assert_eq!(faults(&crossed), ["to"]);
        for empty in ["limit", "from"] {
            let mut query = ListQuery::default();
            *(if empty == "limit" { &mut query.limit } else { &mut query.from }) = text("");
            assert_eq!(faults(&query), [empty]);
        }
    }

    #[test]
    fn nothing_said_is_the_latest_of_ones_own() {
        let wanted = ListQuery::default().read().expect("good");
        assert_eq!((wanted.limit, wanted.person, wanted.after), (20, None, None));
        assert_eq!(wanted.filter, Filter::default());
    }
}
