//! What `docs/asvs.md` writes down as decided about signing in is what the program does: its figures, its ways in, its
//! password fields, and what the database has no place for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use watchroom::app::routes;
use watchroom::config::Config;
use watchroom::http::Access;
use watchroom::identity::factors::resets;
use watchroom::identity::mailed_links::Purpose;
use watchroom::identity::password_links;
use watchroom::identity::password_rules::{SHORTEST, SHORTEST_WITH_FACTOR};
use watchroom::identity::sign_in_rules::OrganisationRules;

const PAGE: &str = "docs/asvs.md";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn file(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn what_is_written_down_as_decided_is_what_the_program_does() {
    let text = file(PAGE).split_whitespace().collect::<Vec<_>>().join(" ");
    let config = Config::default();
    let (session, throttle, limits) = (&config.sign_in.session, &config.sign_in.throttle, &config.rate_limits);
    for decided in [
        format!(
            "{} failed attempts for one account and {} from one network within {} minutes",
            throttle.attempts, throttle.network_attempts, throttle.window_minutes
        ),
        format!("{} at once and {} a minute from one address", limits.door_burst, limits.door_per_minute),
        format!("at least {} ms", config.sign_in.refusal_ms),
        format!("unused for {} minutes", session.idle_minutes),
        format!("{} hours after its sign-in", session.absolute_minutes / 60),
        format!("within the last {} minutes", session.step_up_minutes),
        format!("{} sessions at once", OrganisationRules::default().max_sessions),
        format!("at least {SHORTEST} characters, {SHORTEST_WITH_FACTOR} beside a second factor"),
        format!("{} hours for one that is handed over", password_links::LIFETIME.as_hours()),
        format!("{} days for an invitation", Purpose::Invitation.lifetime().as_hours() / 24),
        format!("{} hour for a forgotten password", Purpose::Reset.lifetime().as_hours()),
        format!("within {} hours", resets::LIFETIME.as_hours()),
    ] {
        assert!(text.contains(&decided), "{PAGE} does not say: {decided}");
    }
}

#[test]
fn every_way_in_is_written_down() {
    let text = file(PAGE);
    let section = text.split("\n## ").find(|section| section.starts_with("Ways in")).expect("the section");
    let spans: BTreeSet<&str> = section.split('`').skip(1).step_by(2).collect();
    let all = || routes::ALL.iter().flat_map(|table| table.iter());
    // What anybody may post, and what takes somebody to a provider and back. A directory's calls have one name together.
    let leads_in = all().filter(|route| {
        let posts = route.method != "GET" || route.name.starts_with("sso.");
        route.access == Access::Public && posts && !route.path.starts_with("/scim/v2")
    });
    let unwritten: Vec<&str> = leads_in.map(|route| route.name).filter(|name| !spans.contains(name)).collect();
    assert_eq!(unwritten, Vec::<&str>::new(), "a way in that {PAGE} does not name");
    assert!(spans.contains("/scim/v2") && spans.contains("/api/v1"), "{spans:?}");
    let is_name = |span: &&&str| span.contains('.') && !span.contains(['/', '_', ' ']);
    let unknown: Vec<&&str> =
        spans.iter().filter(is_name).filter(|span| all().all(|route| route.name != **span)).collect();
    assert_eq!(unknown, Vec::<&&str>::new(), "{PAGE} names a route that there is not");
}

/// Name and text of the files with one of these endings in a folder and all below it.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).expect("a folder") {
        let name = format!("{folder}/{}", entry.expect("an entry").file_name().to_string_lossy());
        if root().join(&name).is_dir() {
            found.extend(files(&name, endings));
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = file(&name);
            found.push((name, text));
        }
    }
    found
}

#[test]
fn password_fields_are_masked_and_open_to_pasting_and_password_managers() {
    let field = file("templates/partials/govuk/password-input.hbs");
    assert!(field.contains("type=\"password\""));
    let mut fields = 0;
    for (name, text) in files("templates/pages/identity", &[".hbs"]) {
        for line in text.lines() {
            if line.contains("{{ui \"password-input\"") {
                fields += 1;
                let helped = ["current-password", "new-password"].map(|it| format!("autocomplete=\"{it}\""));
                assert!(helped.iter().any(|helped| line.contains(helped)), "{name}: {line}");
            }
            let bare = ["password", "password_again", "current"].map(|it| format!("{{{{ui \"input\" {it} "));
            assert!(!bare.iter().any(|bare| line.contains(bare)), "{name}: {line}");
        }
    }
    assert!(fields >= 8, "{fields} fields");
    let scripts = files("templates", &[".js", ".hbs"]);
    let barred: Vec<&String> = scripts
        .iter()
        .filter(|(_name, text)| text.contains("onpaste") || text.contains("\"paste\""))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(barred, Vec::<&String>::new());
}

/// Tables and columns, as `src/db/schema.rs` has them.
fn columns(schema: &str) -> Vec<(String, String)> {
    let mut table = String::new();
    let mut found = Vec::new();
    for line in schema.lines().map(str::trim) {
        if let Some((name, _key)) = line.strip_suffix(" {").and_then(|head| head.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((column, _kind)) = line.split_once(" -> ") {
            found.push((table.clone(), column.to_owned()));
        }
    }
    found
}

#[test]
fn the_database_has_no_place_for_a_hint_a_secret_question_or_a_providers_token() {
    let columns = columns(&file("src/db/schema.rs"));
    assert!(
        columns.iter().any(|(table, column)| table == "accounts" && column == "password_hash"),
        "{}",
        columns.len()
    );
    let of = |tables: &[&str], words: &[&str]| -> Vec<String> {
        let wanted = columns.iter().filter(|(table, column)| {
            tables.iter().any(|start| table.starts_with(start)) && words.iter().any(|word| column.contains(word))
        });
        wanted.map(|(table, column)| format!("{table}.{column}")).collect()
    };
    let people = ["accounts", "people", "password_", "sign_in_", "totp_", "passkey", "recovery_", "factor_"];
    assert_eq!(of(&people, &["hint", "question", "answer", "mother", "pet"]), Vec::<String>::new());
    assert_eq!(of(&["sso_", "sessions", "sign_in_"], &["access_token", "refresh", "id_token"]), Vec::<String>::new());
    assert_eq!(of(&["accounts"], &["expires", "must_change"]), Vec::<String>::new(), "passwords do not expire");
}
