//! One entry of the trail: who, what, before and after, and its proof.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value as Json;

use super::list::{actor, name_of, object};
use super::words::deed;
use crate::audit::proof::Proof;
use crate::audit::trail::Opened;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct Fact {
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct Change {
    field: String,
    before: String,
    after: String,
    left_out: bool,
}

#[derive(Debug, Serialize)]
struct ProofWords {
    /// In a word or two, with its colour.
    state: &'static str,
    colour: &'static str,
    sentence: String,
    root: Option<String>,
}

/// The page of one entry.
#[derive(Debug, Serialize)]
pub(super) struct EntryPage {
    number: i64,
    action: String,
    facts: Vec<Fact>,
    changes: Vec<Change>,
    more: Vec<Fact>,
    object_href: Option<String>,
    proof: ProofWords,
    commitment: String,
}

impl EntryPage {
    pub(super) fn of(opened: Opened) -> Self {
        let Opened { row, names, proof } = opened;
        let at = row.at.to_jiff();
        let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
        let mut facts = vec![
            fact("When", format!("{} ({})", format::long_time(at), format::machine_time(at))),
            fact("Who", actor(&row, &names)),
            fact("In the role of", row.actor_label.clone()),
            fact("From", row.masked_address.clone().unwrap_or_else(|| "inside the server".to_owned())),
            fact("What", format!("{} ({})", deed(&row.action), row.action)),
            fact("On", object(&row)),
        ];
        facts.extend(row.object_id.clone().map(|id| fact("Record", id)));
        facts.extend(name_of(row.subject_id, &names).map(|name| fact("Whose record", name)));
        let part = |name: &str| row.detail.get(name).and_then(Json::as_object);
        let changes = part("changed").into_iter().flatten().map(|(field, values)| change(field, values)).collect();
        let more = part("facts").into_iter().flatten().map(|(name, value)| fact(&words(name), text(value))).collect();
        let query = |id: &String| {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("object", id).finish();
            format!("/audit?{query}")
        };
        Self {
            number: row.id,
            action: deed(&row.action).to_owned(),
            facts,
            changes,
            more,
            object_href: row.object_id.as_ref().map(query),
            proof: proof_words(&proof),
            commitment: data_encoding::HEXLOWER.encode(&row.commitment),
        }
    }
}

fn change(field: &str, values: &Json) -> Change {
    let value = |name: &str| values.get(name).map(text).unwrap_or_default();
    Change {
        field: words(field),
        before: value("before"),
        after: value("after"),
        left_out: values.get("left_out").is_some(),
    }
}

fn words(name: &str) -> String {
    let mut text = name.replace('_', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Json::Object(_) => value.to_string(),
    }
}

fn proof_words(proof: &Proof) -> ProofWords {
    let number = |n: u64| format::number(i64::try_from(n).unwrap_or(i64::MAX));
    match proof {
        Proof::Sealed { leaf, size, signed_at, root, hashes } => ProofWords {
            state: "Sealed",
            colour: "govuk-tag--green",
            sentence: format!(
                "This entry is number {} of the {} that were signed on {}. {hashes} hashes lead from it to the root.",
                number(leaf.saturating_add(1)),
                number(*size),
                format::long_time(*signed_at)
            ),
            root: Some(root.clone()),
        },
        Proof::Waiting => ProofWords {
            state: "Not sealed yet",
            colour: "govuk-tag--grey",
            sentence: "This entry is newer than the newest signed checkpoint. It is usually sealed within a minute."
                .to_owned(),
            root: None,
        },
        Proof::Refuted { leaf, size } => ProofWords {
            state: "Not what was signed",
            colour: "govuk-tag--red",
            sentence: format!(
                "The signed tree of {} entries holds something else at number {}. \
                 Ask whoever runs this server for 'watchroom audit verify'.",
                number(*size),
                number(leaf.saturating_add(1))
            ),
            root: None,
        },
        Proof::Changed => ProofWords {
            state: "Changed",
            colour: "govuk-tag--red",
            sentence: "This entry does not say what it said when it was written. \
                       Ask whoever runs this server for 'watchroom audit verify'."
                .to_owned(),
            root: None,
        },
        Proof::Unknown(why) => ProofWords {
            state: "Cannot be shown",
            colour: "govuk-tag--yellow",
            sentence: format!(
                "The tree could not be read here: {why}. Ask whoever runs this server for 'watchroom audit verify'."
            ),
            root: None,
        },
    }
}

impl PageContext for EntryPage {
    const TEMPLATE: &'static str = "audit/entry";
    const SECTION: &'static str = "audit";

    fn title(&self) -> Cow<'_, str> {
        format!("Entry {}: {}", format::number(self.number), self.action).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Audit trail", "/audit")]
    }

    fn sample() -> Self {
        let proof = Proof::Sealed {
            leaf: 6,
            size: 70_000,
            signed_at: jiff::Timestamp::UNIX_EPOCH,
            root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=".to_owned(),
            hashes: 17,
        };
        let fact = |name: &str, value: &str| Fact { name: name.to_owned(), value: value.to_owned() };
        let change = |field: &str, left_out| Change {
            field: field.to_owned(),
            before: "E281".to_owned(),
            after: "E282".to_owned(),
            left_out,
        };
        Self {
            number: 7,
            action: "duty.edit".to_owned(),
            facts: vec![fact("When", "Sunday 22 November 2026, 07:00"), fact("Who", "Jo Marsh")],
            changes: vec![change("Call sign", false), change("Private note", true)],
            more: vec![fact("Reason", "wrong appliance")],
            object_href: Some("/audit?object=0192f0c1-7a52-7c3e-9a55-0123456789ab".to_owned()),
            proof: proof_words(&proof),
            commitment: "aca04f30e868f4a0637dfb6c51f2f3b48386576d9e561617753d5e8a00e5566b".to_owned(),
        }
    }

    fn samples() -> Vec<Self> {
        let with = |proof: Proof| Self {
            proof: proof_words(&proof),
            changes: Vec::new(),
            more: Vec::new(),
            object_href: None,
            ..Self::sample()
        };
        let others =
            [Proof::Waiting, Proof::Refuted { leaf: 6, size: 9 }, Proof::Changed, Proof::Unknown("x".to_owned())];
        std::iter::once(Self::sample()).chain(others.map(with)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<EntryPage>();
    }

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(text(&json!(["a", 1, true, null])), "a, 1, yes, nothing");
        assert_eq!(words("call_sign"), "Call sign");
        assert!(change("private_note", &json!({"left_out": true})).left_out);
    }
}
