//! The kinds of competence as the organisation's own data: the list, and the usual ones to begin with.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::words::{effect_words, validity};
use crate::competence::model::Effect;
use crate::competence::service::{self, Listed};
use crate::competence::suggested::Trade;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::views::{PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TradeForm {
    trade: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    validity: String,
    follows: String,
    needs: String,
    retired: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Offer {
    value: &'static str,
    title: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct KindsPage {
    tab: &'static str,
    rows: Vec<Row>,
    trades: Vec<Offer>,
}

impl PageContext for KindsPage {
    const TEMPLATE: &'static str = "competences/kinds";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Competences".into()
    }

    fn sample() -> Self {
        build(&[])
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the list.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let all = service::list(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&all))
}

fn build(all: &[Listed]) -> KindsPage {
    let row = |listed: &Listed| {
        let draft = &listed.kind.draft;
        Row {
            href: format!("/competence-kinds/{}", listed.kind.id),
            name: draft.name.clone(),
            validity: validity(draft),
            follows: if draft.effect == Effect::None { "Nothing more".to_owned() } else { effect_words(draft) },
            needs: match listed.needs {
                0 => "Nobody".to_owned(),
                count => format::count(count, "group", "groups"),
            },
            retired: listed.kind.retired,
        }
    };
    KindsPage {
        tab: "competences",
        rows: all.iter().map(row).collect(),
        trades: Trade::ALL.iter().map(|trade| Offer { value: trade.as_str(), title: trade.title() }).collect(),
    }
}

/// Adds the usual kinds of a trade.
pub(super) async fn suggest(ask: Ask, Posted(form): Posted<TradeForm>) -> Result<HttpResponse, Failure> {
    let to = "/competence-kinds";
    let Some(trade) = Trade::parse(&form.trade) else {
        return Ok(ask.redirect_with(to, FlashKind::Notice, "Choose a kind of service."));
    };
    let added = service::suggest(&ask.site().db, ask.caller(), trade, ask.clock().now()).await?;
    Ok(match i64::try_from(added).unwrap_or(i64::MAX) {
        0 => ask.redirect_with(to, FlashKind::Notice, "All of them are there already."),
        added => {
            let added = format::count(added, "kind", "kinds");
            let text = format!("{added} added. Check how long each counts, and say who needs it.");
            ask.redirect_with(to, FlashKind::Success, &text)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::samples::kind;
    use super::*;
    use crate::competence::model::Kind;

    pub(super) fn samples() -> Vec<KindsPage> {
        let retired = Kind { retired: true, ..kind(2, "Ladders", Effect::None) };
        let all = [
            Listed { kind: kind(1, "Breathing apparatus", Effect::OffTheRun), needs: 2 },
            Listed { kind: retired, needs: 0 },
        ];
        vec![build(&all), build(&[])]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<KindsPage>();
    }
}
