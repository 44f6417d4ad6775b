//! What is behind a figure: people or tokens, oldest first.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::{csv, times};
use crate::authz::permission::{PEOPLE_READ, SECURITY_EXPORT, TOKEN_READ};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::cursor::Cursor;
use crate::oversight::model::{Detail, Line, List};
use crate::oversight::{export as files, service};
use crate::views::{Crumb, PageContext, format};

/// Lines on one page.
const PER_PAGE: u16 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    after: String,
}

/// What a list is called, and its columns.
struct Words {
    title: &'static str,
    intro: &'static str,
    place: &'static str,
    at: &'static str,
    detail: &'static str,
    nothing: &'static str,
}

const fn words(list: List) -> Words {
    match list {
        List::NoFactor => Words {
            title: "People without a second factor",
            intro: "They can sign in with a password alone. Ask them to set one up under “Your account”.",
            place: "Unit",
            at: "Account opened",
            detail: "May do",
            nothing: "Everybody who can sign in has a second factor.",
        },
        List::Dormant => Words {
            title: "Dormant accounts",
            intro: "Whoever does not need an account any more has left, or never took up an invitation.",
            place: "Unit",
            at: "Last used",
            detail: "Signed in",
            nothing: "Every account that is on has been used lately.",
        },
        List::Leavers => Words {
            title: "Leavers not closed",
            intro: "Recording that somebody left closes all this. What is open here was opened behind its back: bring \
                    them back and record their leaving again, or ask whoever runs the server.",
            place: "Unit",
            at: "Left",
            detail: "Open",
            nothing: "Nothing is open of anybody who left.",
        },
        List::Tokens => Words {
            title: "Tokens about to end",
            intro: "Programs that use them are refused from then on.",
            place: "Whose",
            at: "Ends",
            detail: "Kind",
            nothing: "No token ends within two weeks.",
        },
    }
}

#[derive(Debug, Serialize)]
struct Row {
    href: Option<String>,
    name: String,
    place: String,
    when: String,
    machine: String,
    detail: String,
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
}

#[derive(Debug, Serialize)]
struct ListPage {
    intro: &'static str,
    nothing: &'static str,
    place_label: &'static str,
    at_label: &'static str,
    detail_label: &'static str,
    rows: Vec<Row>,
    export: Option<String>,
    first: Option<Link>,
    next: Option<Link>,
    #[serde(skip)]
    title: &'static str,
}

fn detail(detail: &Detail) -> String {
    match detail {
        Detail::Privileged(true) => "More than keep their own records".to_owned(),
        Detail::Privileged(false) => "Keep their own records".to_owned(),
        Detail::Used(true) => "Then".to_owned(),
        Detail::Used(false) => "Never; opened then".to_owned(),
        Detail::Open { account, sessions, roles, tokens } => {
            let counted = |count: i64, one, many| (count > 0).then(|| format::count(count, one, many));
            let parts = [
                account.then(|| "account".to_owned()),
                counted(*sessions, "session", "sessions"),
                counted(*roles, "role", "roles"),
                counted(*tokens, "token", "tokens"),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        Detail::Token { service, last_used_at } => {
            let kind = if *service { "Service" } else { "Personal" };
            match last_used_at {
                Some(at) => format!("{kind}, last used {}", format::short_time(*at)),
                None => format!("{kind}, never used"),
            }
        }
    }
}

/// What the reader may open besides this list.
#[derive(Debug, Clone, Copy)]
struct Opens {
    people: bool,
    tokens: bool,
    export: bool,
}

impl ListPage {
    fn new(list: List, lines: &[Line], later: bool, next: Option<Cursor>, opens: Opens) -> Self {
        let words = words(list);
        let here = format!("/security/lists/{}", list.slug());
        let row = |line: &Line| Row {
            href: match list {
                List::Tokens => opens.tokens.then(|| format!("/tokens/{}", line.id)),
                List::NoFactor | List::Dormant | List::Leavers => opens.people.then(|| format!("/people/{}", line.id)),
            },
            name: line.name.clone(),
            place: line.place.clone(),
            when: format::short_time(line.at),
            machine: format::machine_time(line.at),
            detail: detail(&line.detail),
        };
        Self {
            intro: words.intro,
            nothing: words.nothing,
            place_label: words.place,
            at_label: words.at,
            detail_label: words.detail,
            rows: lines.iter().map(row).collect(),
            export: (opens.export && !lines.is_empty()).then(|| format!("{here}/export.csv")),
            first: later.then(|| Link { href: here.clone() }),
            next: next.map(|next| Link { href: format!("{here}?after={}", next.encode()) }),
            title: words.title,
        }
    }
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "oversight/list";
    const SECTION: &'static str = "security";

    fn title(&self) -> Cow<'_, str> {
        self.title.into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Security overview", "/security")]
    }

    fn sample() -> Self {
        let line = |detail| Line {
            id: uuid::Uuid::from_u128(7),
            name: "Jo <Marsh>".to_owned(),
            place: "Hillside".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            detail,
        };
        let open = |sessions| Detail::Open { account: sessions > 1, sessions, roles: 1, tokens: 0 };
        let cursor = Cursor { at: jiff::Timestamp::UNIX_EPOCH, id: uuid::Uuid::nil() };
        let opens = Opens { people: true, tokens: true, export: true };
        Self::new(List::Leavers, &[line(open(1)), line(open(2))], true, Some(cursor), opens)
    }

    fn samples() -> Vec<Self> {
        let line = |detail| Line {
            id: uuid::Uuid::from_u128(7),
            name: "Rota <export>".to_owned(),
            place: "Jo Marsh".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            detail,
        };
        let nothing = Opens { people: false, tokens: false, export: false };
        let all = Opens { people: true, tokens: true, export: true };
        let token = |last_used_at| line(Detail::Token { service: true, last_used_at });
        let tokens = [token(None), token(Some(jiff::Timestamp::UNIX_EPOCH))];
        vec![
            Self::sample(),
            Self::new(List::Tokens, &tokens, false, None, all),
            Self::new(List::NoFactor, &[line(Detail::Privileged(true))], false, None, nothing),
            Self::new(List::Dormant, &[line(Detail::Used(false)), line(Detail::Used(true))], false, None, all),
            Self::new(List::Dormant, &[], false, None, nothing),
        ]
    }
}

fn list_in(path: &str) -> Result<List, Problem> {
    List::parse(path).ok_or(Problem::NotFound)
}

/// Shows a list.
pub(super) async fn show(ask: Ask, path: Path<String>, query: Query<ListQuery>) -> Result<HttpResponse, Failure> {
    let list = list_in(&path)?;
    let after = match query.after.as_str() {
        "" => None,
        text => Some(Cursor::decode(text).ok_or_else(|| {
            Problem::BadRequest("The address of this page is damaged. Open the list again.".to_owned())
        })?),
    };
    let (lines, next) = service::lines(&ask.site().db, ask.caller(), list, times(&ask), after, PER_PAGE).await?;
    let caller = ask.caller();
    let opens = Opens {
        people: caller.holds_for_all(PEOPLE_READ),
        tokens: caller.holds_for_all(TOKEN_READ),
        export: caller.holds_for_all(SECURITY_EXPORT),
    };
    ask.page(&ListPage::new(list, &lines, after.is_some(), next, opens))
}

/// Downloads a list.
pub(super) async fn export(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let list = list_in(&path)?;
    let lines = service::export_list(&ask.site().db, ask.caller(), list, times(&ask)).await?;
    Ok(csv(list.slug(), files::list(list, &lines)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_list_stands_full_and_empty() {
        crate::views::testing::check::<super::ListPage>();
    }
}
