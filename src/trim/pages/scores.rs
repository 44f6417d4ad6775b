//! What was scored, for whom it is sealed to: after they unlocked their vault.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use crate::http::{Ask, Failure};
use crate::trim::score::ITEMS;
use crate::trim::service::{self, Scored};
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened};
use crate::views::{PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Item {
    part: &'static str,
    text: &'static str,
    points: u8,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    who: String,
    when: String,
    total: Option<String>,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Serialize)]
struct ScoresPage {
    rows: Vec<Row>,
}

impl PageContext for ScoresPage {
    const TEMPLATE: &'static str = "trim/scores";
    const SECTION: &'static str = "trim";

    fn title(&self) -> Cow<'_, str> {
        "TRiM scores".into()
    }

    fn sample() -> Self {
        build(&[])
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

fn build(scored: &[Scored]) -> ScoresPage {
    let row = |one: &Scored| Row {
        who: one.name.clone().unwrap_or_else(|| "You".to_owned()),
        when: format!("{}, {}", one.kind.title(), format::short_time(one.held_at)),
        total: one.score.as_ref().map(|score| format!("{} of 20", score.total())),
        items: one
            .score
            .iter()
            .flat_map(|score| ITEMS.iter().zip(score.items))
            .map(|((part, text), points)| Item { part, text, points })
            .collect(),
    };
    ScoresPage { rows: scored.iter().map(row).collect() }
}

/// Shows the scores, or leads to where the vault is unlocked.
pub(super) async fn show(ask: Ask, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    match opened(&ask, &vaults).await? {
        Door::Shut(answer) => Ok(answer),
        Door::Open(key) => {
            let scored = service::scores(&ask.site().db, ask.caller(), key).await?;
            ask.page(&build(&scored))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trim::model::MeetingKind;
    use crate::trim::rules::samples::{at, case};
    use crate::trim::score::{COUNT, Score};

    pub(super) fn samples() -> Vec<ScoresPage> {
        let scored = |name: Option<&str>, score| Scored {
            case: case().id,
            name: name.map(str::to_owned),
            kind: MeetingKind::Assessment,
            held_at: at("2026-11-23T10:00:00Z"),
            score,
        };
        let score = Score { items: [1; COUNT] };
        let all = [scored(Some("Jo <Marsh>"), Some(score)), scored(None, None)];
        vec![ScoresPage::sample(), build(&all)]
    }

    #[test]
    fn the_page_stands_full_and_empty() {
        crate::views::testing::check::<ScoresPage>();
    }
}
