//! One entry of a log: who, what, before and after, and its proof.

use std::borrow::Cow;

use serde::Serialize;

use super::rows::{actor, name_of, object};
use crate::audit::deeds::words;
use crate::audit::log::Log;
use crate::audit::proof::Proof;
use crate::audit::shown::{self, Change};
use crate::audit::trail::Opened;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct Fact {
    name: String,
    value: String,
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
    pub(super) fn of(log: Log, opened: Opened) -> Self {
        let Opened { row, names, proof } = opened;
        let at = row.at.to_jiff();
        let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
        let mut facts = vec![
            fact("When", format!("{} ({})", format::long_time(at), format::machine_time(at))),
            fact("Who", actor(&row, &names)),
            fact("In the role of", row.actor_label.clone()),
            fact("From", row.masked_address.clone().unwrap_or_else(|| "inside the server".to_owned())),
            fact("What", format!("{} ({})", words(&row.action), row.action)),
            fact("On", object(&row)),
        ];
        facts.extend(row.object_id.clone().map(|id| fact("Record", id)));
        facts.extend(name_of(row.subject_id, &names).map(|name| fact("Whose record", name)));
        let more = shown::facts(&row.detail).into_iter().map(|(name, value)| Fact { name, value }).collect();
        let query = |id: &String| {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("object", id).finish();
            format!("{}?{query}", log.home())
        };
        Self {
            number: row.id,
            action: words(&row.action).to_owned(),
            facts,
            changes: shown::changes(&row.detail),
            more,
            object_href: row.object_id.as_ref().map(query),
            proof: proof_words(&proof),
            commitment: data_encoding::HEXLOWER.encode(&row.commitment),
        }
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

/// The page of one entry of the security log.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct SecurityEntryPage(EntryPage);

impl From<EntryPage> for SecurityEntryPage {
    fn from(page: EntryPage) -> Self {
        Self(page)
    }
}

impl PageContext for SecurityEntryPage {
    const TEMPLATE: &'static str = "audit/security-entry";
    const SECTION: &'static str = "security";

    fn title(&self) -> Cow<'_, str> {
        self.0.title()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Security overview", "/security"), Crumb::new("Security log", Log::Security.home())]
    }

    fn sample() -> Self {
        Self(EntryPage::sample())
    }

    fn samples() -> Vec<Self> {
        EntryPage::samples().into_iter().map(Self).collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_an_entry_of_the_trail_stands() {
        crate::views::testing::check::<super::EntryPage>();
    }

    #[test]
    fn the_page_of_an_entry_of_the_security_log_stands() {
        crate::views::testing::check::<super::SecurityEntryPage>();
    }
}
