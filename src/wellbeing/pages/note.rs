//! A record of one's own, and with whom it is shared.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::shared::{InWords, crumb, record_id};
use crate::http::{Ask, Failure};
use crate::kernel::ids::PersonId;
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened};
use crate::views::{Crumb, PageContext, format};
use crate::wellbeing::model::{Content, Opened, Share};
use crate::wellbeing::service;

#[derive(Debug, Clone, Serialize)]
struct ShareRow {
    name: String,
    since: String,
    opened: Option<String>,
    withdraw_href: String,
}

#[derive(Debug, Clone, Serialize)]
struct NotePage {
    href: String,
    record: InWords,
    is_note: bool,
    shares: Vec<ShareRow>,
}

fn build(one: &Opened, shares: &[Share], names: &BTreeMap<PersonId, String>) -> NotePage {
    let href = format!("/wellbeing/notes/{}", one.id);
    let shares = shares.iter().filter(|share| share.record == one.id).map(|share| ShareRow {
        name: names
            .get(&share.recipient)
            .cloned()
            .unwrap_or_else(|| "Somebody who receives no notes any more".to_owned()),
        since: format::short_time(share.shared_at),
        opened: share.opened_at.map(format::short_time),
        withdraw_href: format!("{href}/share/{}/withdraw", share.id),
    });
    NotePage {
        record: InWords::of(&one.record),
        is_note: matches!(one.record.content, Content::Note(_)),
        shares: shares.collect(),
        href,
    }
}

impl PageContext for NotePage {
    const TEMPLATE: &'static str = "wellbeing/note";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        self.record.what.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    #[cfg(test)]
    fn sample() -> Self {
        build(&super::shared::samples::note(22, 2), &[], &BTreeMap::new())
    }

    #[cfg(not(test))]
    fn sample() -> Self {
        use jiff::Timestamp;
        use jiff::civil::date;

        use crate::kernel::ids::WellbeingRecordId;
        use crate::wellbeing::model::{Note, Record};

        let note = Note { text: "A hard night.".to_owned(), mood: Some(2), fatigue: Some(4), duty: None };
        let record =
            Record { day: date(2026, 11, 22), written_at: Timestamp::UNIX_EPOCH, content: Content::Note(note) };
        let id = WellbeingRecordId::NIL;
        build(&Opened { id, mark: id.0, record }, &[], &BTreeMap::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, path: Path<String>, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let id = record_id(&path)?;
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let (db, caller) = (&ask.site().db, ask.caller());
    let one = service::open(db, caller, key, id).await?;
    let shares = service::shares(db, caller).await?;
    let receivers = service::receivers(db, caller).await?;
    let names = receivers.into_iter().map(|receiver| (receiver.person, receiver.name)).collect();
    ask.page(&build(&one, &shares, &names))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::super::shared::samples::{note, who5};
    use super::*;
    use crate::kernel::ids::WellbeingShareId;

    pub(super) fn samples() -> Vec<NotePage> {
        let id = |number| PersonId(Uuid::from_u128(number));
        let share = |number, recipient, opened_at| Share {
            id: WellbeingShareId(Uuid::from_u128(number)),
            record: note(22, 2).id,
            person: id(1),
            recipient: id(recipient),
            shared_at: Timestamp::UNIX_EPOCH,
            opened_at,
        };
        let names = BTreeMap::from([(id(2), "Sam Price".to_owned())]);
        let shares = [share(1, 2, None), share(2, 3, Some(Timestamp::UNIX_EPOCH))];
        vec![
            build(&note(22, 2), &shares, &names),
            build(&note(21, 4), &shares, &names),
            build(&who5(23, 2), &[], &BTreeMap::new()),
        ]
    }

    #[test]
    fn the_page_stands_shared_and_not() {
        crate::views::testing::check::<NotePage>();
        assert_eq!((samples()[0].shares.len(), samples()[1].shares.len()), (2, 0));
    }
}
