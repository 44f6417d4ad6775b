//! The vault's own page: what can be done with it, and what was.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::shared::{Door, crumb, opened};
use crate::http::{Ask, Failure};
use crate::vault::model::{Deed, Receipt};
use crate::vault::{Vaults, service};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    machine: String,
    when: String,
    what: &'static str,
    from: Option<String>,
    refused: bool,
}

#[derive(Debug, Clone, Serialize)]
struct VaultPage {
    rows: Vec<Row>,
}

impl PageContext for VaultPage {
    const TEMPLATE: &'static str = "vault/overview";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Your vault".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn sample() -> Self {
        let receipt =
            |deed, from: Option<&str>| Receipt { at: jiff::Timestamp::UNIX_EPOCH, deed, from: from.map(str::to_owned) };
        build(&[receipt(Deed::Refused, Some("10.1.2.x")), receipt(Deed::SetUp, None)])
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), build(&[])]
    }
}

fn build(receipts: &[Receipt]) -> VaultPage {
    let rows = receipts.iter().take(100).map(|receipt| Row {
        machine: format::machine_time(receipt.at),
        when: format::short_time(receipt.at),
        what: receipt.deed.title(),
        from: receipt.from.clone(),
        refused: receipt.deed == Deed::Refused,
    });
    VaultPage { rows: rows.collect() }
}

/// Shows it.
pub(super) async fn show(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let receipts = service::receipts(&ask.site().db, ask.caller(), key, ask.clock().now()).await?;
    ask.page(&build(&receipts))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::VaultPage>();
    }
}
