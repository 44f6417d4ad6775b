//! The question before a rule goes.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::list::{forget, samples};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::ids::NetworkRuleId;
use crate::kernel::network::Verdict;
use crate::network::NetworkError;
use crate::network::model::{Rule, title};
use crate::network::service::{self, Book};
use crate::views::{Crumb, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Nothing {}

#[derive(Debug, Serialize)]
pub(super) struct RemovePage {
    id: String,
    network: String,
    list: String,
    allows: bool,
    on: bool,
    refusal: Option<String>,
}

impl RemovePage {
    fn new(book: &Book, rule: &Rule, refusal: Option<String>) -> Self {
        Self {
            id: rule.id.to_string(),
            network: rule.rule.network.to_string(),
            list: title(rule.place, &book.roles),
            allows: rule.rule.verdict == Verdict::Allow,
            on: rule.off_since.is_none(),
            refusal,
        }
    }
}

impl PageContext for RemovePage {
    const TEMPLATE: &'static str = "network/remove";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Remove the rule for {}", self.network).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation"), Crumb::new("Networks", "/network")]
    }

    fn sample() -> Self {
        Self {
            id: NetworkRuleId::NIL.to_string(),
            network: "10.20.0.0/16".to_owned(),
            list: "The console".to_owned(),
            allows: true,
            on: true,
            refusal: None,
        }
    }

    fn samples() -> Vec<Self> {
        let book = samples::book();
        let refused = Some("This would shut you out: you are at 192.0.2.77.".to_owned());
        let mut all = vec![Self::sample()];
        all.extend(book.rules.iter().map(|rule| Self::new(&book, rule, refused.clone())));
        all
    }
}

async fn page(ask: &Ask, id: NetworkRuleId, refusal: Option<String>) -> Result<RemovePage, Failure> {
    let book = service::read(&ask.site().db, ask.caller()).await?;
    let rule = book.rules.iter().find(|rule| rule.id == id).ok_or(Problem::NotFound)?;
    Ok(RemovePage::new(&book, rule, refusal))
}

/// Asks whether it shall go.
pub(super) async fn form(ask: Ask, id: Path<NetworkRuleId>) -> Result<HttpResponse, Failure> {
    ask.page(&page(&ask, *id, None).await?)
}

/// Removes it.
pub(super) async fn submit(
    ask: Ask,
    id: Path<NetworkRuleId>,
    Posted(_nothing): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    match service::remove(&ask.site().db, ask.caller(), *id, ask.address(), ask.clock().now()).await {
        Ok(()) => {
            forget(&ask);
            Ok(ask.redirect_with("/network", FlashKind::Success, "The rule is removed."))
        }
        Err(error @ NetworkError::LocksOut(_)) => ask.page_again(&page(&ask, *id, Some(error.advice())).await?),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::RemovePage>();
    }
}
