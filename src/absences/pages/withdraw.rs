//! Withdrawing an absence.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::{Line, Nothing, id, in_words, length};
use crate::absences::model::{Absence, Days, Kind, Member};
use crate::absences::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::AbsenceId;
use crate::views::{Crumb, PageContext};

#[derive(Debug, Clone, Serialize)]
struct WithdrawPage {
    action: String,
    href: String,
    who: Option<String>,
    lines: Vec<Line>,
}

impl WithdrawPage {
    fn new(id: AbsenceId, days: Days, who: Option<String>, href: String) -> Self {
        Self {
            action: format!("/absences/{id}/withdraw"),
            href,
            who,
            lines: vec![
                Line::new("What for", days.kind.title()),
                Line::new("When", in_words(days)),
                Line::new("How long", length(days)),
            ],
        }
    }

    fn of((absence, member): &(Absence, Member), own: bool) -> Self {
        let href = if own { "/absences".to_owned() } else { format!("/team/absences/{}", member.id) };
        Self::new(absence.id, absence.days, (!own).then(|| member.name.clone()), href)
    }
}

impl PageContext for WithdrawPage {
    const TEMPLATE: &'static str = "absences/withdraw";
    const SECTION: &'static str = "absences";

    fn title(&self) -> Cow<'_, str> {
        "Withdraw this absence?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        match &self.who {
            None => vec![Crumb::new("My absences", "/absences")],
            Some(who) => vec![
                Crumb::new("Who is away", "/team/absences"),
                Crumb::new(format!("{who}: absences"), self.href.clone()),
            ],
        }
    }

    fn sample() -> Self {
        let day = jiff::civil::date(2026, 11, 23);
        let days = Days { kind: Kind::AnnualLeave, first: day, last: day };
        Self::new(AbsenceId::NIL, days, Some("Jo Marsh".to_owned()), "/team/absences/1".to_owned())
    }
}

/// Asks whether to withdraw it.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = service::to_withdraw(&ask.site().db, ask.caller(), id(&path, AbsenceId)?).await?;
    let own = ask.caller().is(found.0.person);
    ask.page(&WithdrawPage::of(&found, own))
}

/// Withdraws it.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(_nothing): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let person = service::withdraw(db, caller, id(&path, AbsenceId)?, now).await?;
    let to = if caller.is(person) { "/absences".to_owned() } else { format!("/team/absences/{person}") };
    Ok(ask.redirect_with(&to, FlashKind::Success, "Absence withdrawn."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_question_stands() {
        crate::views::testing::check::<super::WithdrawPage>();
    }
}
