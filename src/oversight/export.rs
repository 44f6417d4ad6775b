//! The overview and its lists as CSV.

use super::model::{Detail, Line, List, Overview, Share};
use crate::views::csv_text::{guarded, table};
use crate::views::format::machine_time;

/// The figures, a line each.
pub(super) fn overview(figures: &Overview) -> Vec<u8> {
    let mut rows = vec![
        of("people_who_can_sign_in", None, figures.factors.whole),
        of("people_with_second_factor", None, figures.factors.part),
        of("privileged_people", None, figures.privileged.whole),
        of("privileged_people_with_second_factor", None, figures.privileged.part),
    ];
    for (role, Share { part, whole }) in &figures.by_role {
        rows.push(of("people_with_role", Some(role), *whole));
        rows.push(of("people_with_role_and_second_factor", Some(role), *part));
    }
    rows.extend([
        of("open_accounts", None, figures.dormant.whole),
        of("dormant_accounts", None, figures.dormant.part),
        of("leavers_not_closed", None, figures.leavers),
        of("tokens_about_to_end", None, figures.tokens),
    ]);
    table(["figure", "role", "value"], rows.into_iter())
}

fn of(figure: &str, role: Option<&String>, value: i64) -> [String; 3] {
    let role = role.map(|role| guarded(role).into_owned());
    [figure.to_owned(), role.unwrap_or_default(), value.to_string()]
}

/// A list, a line each.
pub(super) fn list(list: List, lines: &[Line]) -> Vec<u8> {
    let text = |text: &str| guarded(text).into_owned();
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let common = |line: &Line| [text(&line.name), text(&line.place), machine_time(line.at)];
    match list {
        List::NoFactor => table(
            ["name", "unit", "account_opened_at", "privileged"],
            lines.iter().map(|line| {
                let [name, place, at] = common(line);
                [name, place, at, yes(line.detail == Detail::Privileged(true))]
            }),
        ),
        List::Dormant => table(
            ["name", "unit", "last_sign_in_or_opened_at", "ever_signed_in"],
            lines.iter().map(|line| {
                let [name, place, at] = common(line);
                [name, place, at, yes(line.detail == Detail::Used(true))]
            }),
        ),
        List::Leavers => table(
            ["name", "unit", "left_at", "account_open", "sessions", "roles", "tokens"],
            lines.iter().map(|line| {
                let [name, place, at] = common(line);
                let (account, sessions, roles, tokens) = match line.detail {
                    Detail::Open { account, sessions, roles, tokens } => (account, sessions, roles, tokens),
                    Detail::Privileged(_) | Detail::Used(_) | Detail::Token { .. } => (false, 0, 0, 0),
                };
                [name, place, at, yes(account), sessions.to_string(), roles.to_string(), tokens.to_string()]
            }),
        ),
        List::Tokens => table(
            ["name", "person", "ends_at", "kind", "last_used_at"],
            lines.iter().map(|line| {
                let [name, place, at] = common(line);
                let (kind, used) = match line.detail {
                    Detail::Token { service, last_used_at } => {
                        (if service { "service" } else { "personal" }, last_used_at)
                    }
                    Detail::Privileged(_) | Detail::Used(_) | Detail::Open { .. } => ("", None),
                };
                [name, place, at, kind.to_owned(), used.map(machine_time).unwrap_or_default()]
            }),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("UTF-8").trim_start_matches('\u{feff}').replace("\r\n", "\n")
    }

    #[test]
    fn every_figure_is_a_line_and_a_role_runs_nothing() {
        let figures = Overview {
            factors: Share { part: 2, whole: 5 },
            by_role: vec![("=Watch".to_owned(), Share { part: 1, whole: 4 })],
            ..Overview::default()
        };
        let text = read(overview(&figures));
        assert!(text.starts_with("figure,role,value\npeople_who_can_sign_in,,5\npeople_with_second_factor,,2\n"));
        assert!(text.contains("people_with_role_and_second_factor,'=Watch,1\n"), "{text}");
        assert_eq!(text.lines().count(), 11);
    }

    #[test]
    fn every_list_says_what_its_page_says() {
        let line = |detail| Line {
            id: uuid::Uuid::nil(),
            name: "Jo Marsh".to_owned(),
            place: "Hillside".to_owned(),
            at: "2026-11-22T09:00:00Z".parse().expect("a time"),
            detail,
        };
        let open = Detail::Open { account: true, sessions: 1, roles: 2, tokens: 0 };
        for (of, detail, last) in [
            (List::NoFactor, Detail::Privileged(true), "yes"),
            (List::Dormant, Detail::Used(false), "no"),
            (List::Leavers, open, "yes,1,2,0"),
            (List::Tokens, Detail::Token { service: true, last_used_at: None }, "service,"),
        ] {
            let text = read(list(of, &[line(detail)]));
            let expected = format!("Jo Marsh,Hillside,2026-11-22T09:00:00Z,{last}");
            assert_eq!(text.lines().nth(1), Some(expected.as_str()), "{of:?}");
        }
    }
}
