//! What of an entry changed, for the audit trail: that it did, and never to what. A record of development is its
//! member's, and no auditor's.

use super::model::Draft;
use crate::audit::{Change, Field};

const KIND: Field = Field::shown("kind");
const TITLE: Field = Field::sensitive("title");
const PROVIDER: Field = Field::sensitive("provider");
const STARTED_ON: Field = Field::sensitive("started_on");
const ENDED_ON: Field = Field::sensitive("ended_on");
const MINUTES: Field = Field::sensitive("minutes");
const OUTCOME: Field = Field::sensitive("outcome");
const REFLECTION: Field = Field::sensitive("reflection");
const PRACTICE: Field = Field::sensitive("practice");
const BENEFIT: Field = Field::sensitive("benefit");
const STANDARDS: Field = Field::sensitive("standards");
const DUTY: Field = Field::sensitive("duty_id");

/// The fields of an audit entry: from what the entry said (nothing, when it is new) to the draft.
pub(super) fn for_audit(before: Option<&Draft>, after: &Draft) -> Vec<Option<Change>> {
    let text = |field: Field, of: fn(&Draft) -> Option<&String>| {
        field.change(before.and_then(of).cloned(), of(after).cloned())
    };
    let day = |field: Field, of: fn(&Draft) -> Option<String>| field.change(before.and_then(of), of(after));
    vec![
        KIND.change(before.map(|draft| draft.kind.as_str()), after.kind.as_str()),
        text(TITLE, |draft| Some(&draft.title)),
        text(PROVIDER, |draft| draft.provider.as_ref()),
        day(STARTED_ON, |draft| Some(draft.started_on.to_string())),
        day(ENDED_ON, |draft| draft.ended_on.map(|day| day.to_string())),
        MINUTES.change(before.and_then(|draft| draft.minutes), after.minutes),
        text(OUTCOME, |draft| draft.outcome.as_ref()),
        text(REFLECTION, |draft| draft.reflection.as_ref()),
        text(PRACTICE, |draft| draft.practice.as_ref()),
        text(BENEFIT, |draft| draft.benefit.as_ref()),
        STANDARDS.change(before.map(|draft| draft.standards.bits()), after.standards.bits()),
        DUTY.change(before.and_then(|draft| draft.duty).map(|duty| duty.0), after.duty.map(|duty| duty.0)),
    ]
}
