//! What others shared with one.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::shared::{InWords, crumb, share_id};
use crate::http::{Ask, Failure};
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened, session_of};
use crate::views::{Crumb, PageContext, format};
use crate::wellbeing::service::{self, Received};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    from: Option<String>,
    since: String,
    opened: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    locked: bool,
    rows: Vec<Row>,
}

fn build(received: &[Received]) -> ListPage {
    let rows = received.iter().map(|one| Row {
        href: format!("/wellbeing/received/{}", one.share.id),
        from: one.shared.as_ref().map(|shared| shared.from.clone()),
        since: format::short_time(one.share.shared_at),
        opened: one.share.opened_at.map(format::short_time),
    });
    ListPage { locked: false, rows: rows.collect() }
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "wellbeing/received";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Shared with me".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn sample() -> Self {
        let row = |from: Option<&str>, opened: Option<&str>| Row {
            href: "/wellbeing/received/1".to_owned(),
            from: from.map(str::to_owned),
            since: "22 Nov 2026, 07:00".to_owned(),
            opened: opened.map(str::to_owned),
        };
        let rows = vec![row(Some("Jo Marsh"), None), row(None, None), row(Some("Ed Hill"), Some("yesterday"))];
        Self { locked: false, rows }
    }

    fn samples() -> Vec<Self> {
        let empty = |locked| Self { locked, rows: Vec::new() };
        vec![Self::sample(), empty(false), empty(true)]
    }
}

#[derive(Debug, Clone, Serialize)]
struct ReceivedPage {
    from: String,
    since: String,
    record: InWords,
}

impl PageContext for ReceivedPage {
    const TEMPLATE: &'static str = "wellbeing/received-one";
    const SECTION: &'static str = "wellbeing";

    /// No name: the title stands in the history of the browser.
    fn title(&self) -> Cow<'_, str> {
        "Shared with you".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb(), Crumb::new("Shared with me", "/wellbeing/received")]
    }

    fn sample() -> Self {
        let content = crate::wellbeing::model::Content::Note(crate::wellbeing::model::Note {
            text: "A hard night.".to_owned(),
            mood: Some(2),
            fatigue: None,
            duty: None,
        });
        let record = crate::wellbeing::model::Record {
            day: jiff::civil::date(2026, 11, 22),
            written_at: jiff::Timestamp::UNIX_EPOCH,
            content,
        };
        Self { from: "Jo Marsh".to_owned(), since: "22 Nov 2026, 07:00".to_owned(), record: InWords::of(&record) }
    }
}

/// Lists it; or says that it takes the vault to be unlocked.
pub(super) async fn list(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let person = ask.person()?;
    let key = vaults.key(session_of(&ask)?, person.organisation, person.id, ask.clock().now());
    let Some(key) = key else { return ask.page(&ListPage { locked: true, rows: Vec::new() }) };
    ask.page(&build(&service::received(&ask.site().db, ask.caller(), key).await?))
}

/// Opens one, which whoever shared it sees.
pub(super) async fn show(ask: Ask, path: Path<String>, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let id = share_id(&path)?;
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let now = ask.clock().now();
    let (share, shared) = service::open_received(&ask.site().db, ask.caller(), key, id, now).await?;
    ask.page(&ReceivedPage {
        from: shared.from,
        since: format::short_time(share.shared_at),
        record: InWords::of(&shared.record),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<super::ListPage>();
        crate::views::testing::check::<super::ReceivedPage>();
    }
}
