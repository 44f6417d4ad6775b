//! Who can see a record, and who opened mine.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::authz::{Scope, permission};
use crate::http::{Ask, Failure};
use crate::identity::explain::{self, Explained, PAGE, Part, Reason, Receipt};
use crate::kernel::ids::{DutyId, PersonId};
use crate::organisation::UnitTree;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct ReaderRow {
    name: String,
    why: String,
    code: String,
    reach: String,
    dates: Option<String>,
}

#[derive(Debug, Serialize)]
struct PartRows {
    title: &'static str,
    note: Option<&'static str>,
    rows: Vec<ReaderRow>,
}

#[derive(Debug, Serialize)]
pub(super) struct AccessPage {
    own: bool,
    partial: bool,
    now: String,
    parts: Vec<PartRows>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    way: Vec<Crumb>,
}

impl AccessPage {
    fn new(explained: Explained, what: &str, way: Vec<Crumb>, now: Timestamp) -> Self {
        let Explained { own, name, parts, partial, units, .. } = explained;
        let heading = match (own, name) {
            (true, _) => format!("Who can see your {what}"),
            (false, Some(name)) => format!("Who can see the {what} of {name}"),
            (false, None) => format!("Who can see this {what}"),
        };
        let parts = parts.into_iter().map(|(part, reasons)| part_rows(part, reasons, &units)).collect();
        Self { own, partial, now: format::long_time(now), parts, heading, way }
    }
}

fn part_rows(part: Part, reasons: Vec<Reason>, units: &UnitTree) -> PartRows {
    let row = |reason: Reason| ReaderRow {
        name: reason.name,
        why: reason.role,
        code: reason.permission,
        reach: match (Scope::parse(&reason.scope), reason.unit) {
            (Some(Scope::Own), _) => "Their own record".to_owned(),
            (Some(Scope::Unit), Some(unit)) => units.path(unit),
            (Some(Scope::Below), Some(unit)) => format!("{} and below", units.path(unit)),
            _ => "The whole organisation".to_owned(),
        },
        dates: match (reason.starts_at, reason.ends_at) {
            (None, None) => None,
            (Some(from), None) => Some(format!("since {}", format::short_time(from))),
            (None, Some(until)) => Some(format!("until {}", format::short_time(until))),
            (Some(from), Some(until)) => Some(format!("{} to {}", format::short_time(from), format::short_time(until))),
        },
    };
    PartRows {
        title: part.title,
        note: Some(part.note).filter(|note| !note.is_empty()),
        rows: reasons.into_iter().map(row).collect(),
    }
}

impl PageContext for AccessPage {
    const TEMPLATE: &'static str = "people/access";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        self.way.clone()
    }

    fn sample() -> Self {
        let reason = Reason {
            person: PersonId::NIL,
            name: "Morag Innes".to_owned(),
            role: "Manager".to_owned(),
            permission: "duty.read".to_owned(),
            scope: "below".to_owned(),
            unit: Some(crate::kernel::ids::UnitId::NIL),
            starts_at: Some(Timestamp::UNIX_EPOCH),
            ends_at: Some(Timestamp::UNIX_EPOCH),
        };
        let parts = explain::DUTY.iter().map(|part| (*part, vec![reason.clone()])).collect();
        let units = UnitTree::default();
        let explained = Explained { person: PersonId::NIL, name: None, own: false, parts, partial: true, units };
        Self::new(explained, "duty", vec![Crumb::new("My duties", "/duties")], Timestamp::UNIX_EPOCH)
    }

    fn samples() -> Vec<Self> {
        let parts = explain::PERSON.iter().map(|part| (*part, vec![])).collect();
        let units = UnitTree::default();
        let own = Explained { person: PersonId::NIL, name: None, own: true, parts, partial: false, units };
        vec![Self::sample(), Self::new(own, "record", vec![], Timestamp::UNIX_EPOCH)]
    }
}

/// Shows who can see somebody's record.
pub(super) async fn person(ask: Ask, id: Path<PersonId>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let explained = explain::person(&ask.site().db, ask.caller(), *id, now).await?;
    let way = if explained.own {
        vec![Crumb::new("Your account", "/account")]
    } else {
        let name = explained.name.clone().unwrap_or_else(|| "Somebody".to_owned());
        vec![Crumb::new("People", "/people"), Crumb::new(name, format!("/people/{id}"))]
    };
    ask.page(&AccessPage::new(explained, "record", way, now))
}

/// Shows who can see a duty.
pub(super) async fn duty(ask: Ask, id: Path<DutyId>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let explained = explain::duty(&ask.site().db, ask.caller(), *id, now).await?;
    let way = if explained.own {
        vec![Crumb::new("My duties", "/duties"), Crumb::new("Duty", format!("/duties/{id}"))]
    } else if [permission::DUTY_READ, permission::HOURS_READ].into_iter().any(|reads| ask.caller().holds(reads)) {
        vec![Crumb::new("Duty", format!("/duties/{id}"))]
    } else {
        vec![]
    };
    ask.page(&AccessPage::new(explained, "duty", way, now))
}

/// Where the list of receipts goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct After {
    after: String,
}

impl After {
    fn place(&self) -> Option<(Timestamp, i64)> {
        let (micros, entry) = self.after.split_once('.')?;
        Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, entry.parse().ok()?))
    }
}

#[derive(Debug, Serialize)]
struct ReceiptRow {
    when: String,
    machine: String,
    who: String,
    roles: String,
    what: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ReceiptsPage {
    rows: Vec<ReceiptRow>,
    next: Option<Link>,
    access_href: String,
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
    text: &'static str,
}

impl ReceiptsPage {
    fn new(person: PersonId, receipts: Vec<Receipt>) -> Self {
        let full = i32::try_from(receipts.len()).is_ok_and(|count| count >= PAGE);
        let next = receipts.last().filter(|_last| full).map(|last| Link {
            href: format!("/account/receipts?after={}.{}", last.at.as_microsecond(), last.entry),
            text: "Earlier",
        });
        let rows = receipts.into_iter().map(receipt_row).collect();
        Self { rows, next, access_href: format!("/people/{person}/access") }
    }
}

fn receipt_row(receipt: Receipt) -> ReceiptRow {
    ReceiptRow {
        when: format::short_time(receipt.at),
        machine: format::machine_time(receipt.at),
        who: receipt.reader.unwrap_or_else(|| "Watchroom itself".to_owned()),
        roles: receipt.roles,
        what: what(&receipt.action, &receipt.sets),
    }
}

/// A deed of the trail in words.
fn what(action: &str, sets: &[String]) -> String {
    let words = match action {
        "person.read" => "Opened your record",
        "role.read" => "Looked at your roles",
        "hr.read" => "Opened what HR holds about you",
        "duty.read" => "Opened one of your duties",
        "duty.list" => "Listed your duties",
        "cpd.read" => "Opened a CPD entry of yours",
        "certificate.read" => "Opened your competences",
        "exposure.read" => "Opened your exposures, for a medical professional",
        "exposure.export" => "Downloaded your exposures, for a medical professional",
        "access.explain" => "Asked who can see your record",
        other => other,
    };
    if sets.is_empty() { words.to_owned() } else { format!("{words}: {}", sets.join(", ")) }
}

impl PageContext for ReceiptsPage {
    const TEMPLATE: &'static str = "people/receipts";

    fn title(&self) -> Cow<'_, str> {
        "Who opened my record".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn sample() -> Self {
        let receipt = |sets: &[&str]| Receipt {
            entry: 7,
            at: Timestamp::UNIX_EPOCH,
            reader: Some("Helen Brook".to_owned()),
            roles: "hr".to_owned(),
            action: "hr.read".to_owned(),
            sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        };
        Self::new(PersonId::NIL, vec![receipt(&["kin", "fitness"]); 50])
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(PersonId::NIL, vec![])]
    }
}

/// Shows who opened the caller's records.
pub(super) async fn receipts(ask: Ask, after: Query<After>) -> Result<HttpResponse, Failure> {
    let me = ask.person()?.id;
    let receipts = explain::receipts(&ask.site().db, ask.caller(), after.place()).await?;
    ask.page(&ReceiptsPage::new(me, receipts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<AccessPage>();
        check::<ReceiptsPage>();
    }

    #[test]
    fn a_place_in_the_list_is_read_from_the_address() {
        let after = |text: &str| After { after: text.to_owned() }.place();
        assert_eq!(after("1000000.7"), Some((Timestamp::from_second(1).expect("a time"), 7)));
        for wrong in ["", "x", "1", "1.x", "99999999999999999999.1"] {
            assert_eq!(after(wrong), None, "{wrong}");
        }
    }
}
