//! The direction of dependency that docs/architecture.md draws, read from the sources: who uses whom, who may hold a
//! connection, how long a file may be, where actix may be named and where a template may write unescaped.
//!
//! Each rule is a function from a file's name and text to what is wrong with it, so that each is tried on a text that
//! breaks it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What stands under everything: may be used by all, and uses none of ours.
const KERNEL: &str = "kernel";

/// The floor, each room with those that it uses besides the kernel. A room of the floor knows no slice.
const FLOOR: &[(&str, &[&str])] = &[
    ("authz", &["db"]),
    ("config", &[]),
    ("crypto", &[]),
    ("db", &["authz", "config"]),
    ("http", &["authz", "config", "crypto", "db", "jobs", "limits", "views"]),
    ("jobs", &["authz", "db"]),
    ("limits", &["authz", "config", "crypto", "db"]),
    ("mail", &["config"]),
    ("plugin_host", &[]),
    ("views", &["plugin_host"]),
];

/// The slices, each with the slices that it uses besides the floor. A new pair is a decision: say here what for.
const SLICES: &[(&str, &[&str])] = &[
    ("audit", &[]),
    // How people write a date.
    ("absences", &["audit", "duties"]),
    // An entry for each deed; whoever proposed a correction hears what became of it.
    ("duties", &["audit", "notices"]),
    // What the duties that a sheet counts are called, and when one is late.
    ("timesheets", &["audit", "duties", "notices"]),
    ("claims", &["audit", "duties", "notices"]),
    // A duty that an entry came out of; messages to whom one asks; the unit of a manager's list.
    ("cpd", &["audit", "duties", "notices", "organisation"]),
    // Files follow the rules of evidence; who succeeds becomes a person; the desk that sends mail; the tree of units.
    ("applications", &["audit", "cpd", "identity", "notices", "organisation"]),
    ("details", &["audit", "notices"]),
    // How people write a date; messages about what runs out; the tree of units.
    ("competence", &["audit", "duties", "notices", "organisation"]),
    // How people write a date; the tree of units; the kinds of work that an organisation begins with.
    ("exposures", &["audit", "duties", "organisation"]),
    ("vault", &[]),
    // A duty that a note came out of; who changed to whom people can talk; that something was shared; what records are
    // sealed with.
    ("wellbeing", &["audit", "duties", "notices", "vault"]),
    // How people write a date; what was expected and worked; that there is something to look at.
    ("signals", &["audit", "duties", "notices", "rota", "working_time"]),
    ("extensions", &["audit"]),
    // Cards and their page alone: what they say, the wiring asks of the slices.
    ("home", &[]),
    ("imports", &["audit"]),
    ("notices", &["audit"]),
    ("network", &["audit"]),
    ("tokens", &["audit"]),
    // The duties whose hours count, and what is asked before one is logged; the tree of units.
    ("working_time", &["audit", "duties", "organisation"]),
    // Days on which no duty is expected; logging one that was confirmed, the names of units and kinds of work.
    ("rota", &["absences", "audit", "duties"]),
    // The kinds of work, and what else waits after a job; how people write a date; messages; the tree of units; to whom a
    // score is sealed.
    ("trim", &["audit", "duties", "exposures", "notices", "organisation", "vault"]),
    // How long before its end a token is called ending.
    ("oversight", &["audit", "tokens"]),
    ("organisation", &["audit"]),
    // The tree of units, and founding an organisation together with its first administrator; messages about accounts;
    // whether somebody is off the run, on their page; whoever signs out locks their vault, which a passkey may open.
    ("identity", &["audit", "competence", "exposures", "notices", "organisation", "trim", "vault"]),
    // Whom a provider vouches for becomes a person with an account, a place and roles.
    ("sso", &["audit", "identity", "organisation"]),
    // The same for whom a directory names; the rules from groups to roles are those of sso.
    ("scim", &["audit", "identity", "organisation", "sso"]),
];

/// Rooms above the slices; what they use is listed without the slices and the floor, which they all may.
const ABOVE: &[(&str, &[&str])] = &[("app", &[]), ("cli", &["app"])];

/// Files that hold a database connection without being a slice's store: the log is verified as the owner, the doctor
/// looks at any database, a caller is loaded while its transaction is being entered.
const HOLD_CONNECTIONS: &[&str] =
    &["src/audit/verify/", "src/cli/doctor/database.rs", "src/identity/access.rs", "src/db/"];

/// Lines that a file may have; what is longer has more than one job.
const LONGEST: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Path from the root and text of every file below `folder` with one of these endings.
fn texts(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let skipped = ["target", "node_modules", "assets"].iter().any(|name| path.ends_with(name));
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if endings.iter().any(|ending| path.extension().is_some_and(|found| found == *ending)) {
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    found.sort();
    assert!(found.len() > 3, "{folder} is all but empty");
    found
}

/// The text without comments and without what stands between quotes, so that words in them are not taken for code.
fn code(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if quoted => {
                    letters.next();
                }
                '"' => quoted = !quoted,
                '/' if !quoted && letters.peek() == Some(&'/') => break,
                _ if quoted => {}
                _ => kept.push(letter),
            }
        }
        kept.push('\n');
    }
    kept
}

/// The rooms that a source names, by `crate::room` or `use crate::{room, room::thing}`.
fn named_rooms(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        let rest = code[at + path.len()..].trim_start();
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(word(rest));
            continue;
        };
        let (mut depth, mut first) = (1, true);
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => first = true,
                _ if letter.is_whitespace() => {}
                _ if first && depth == 1 => {
                    rooms.insert(word(&group[at..]));
                    first = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    rooms
}

/// The first folder below `src`, or `None` for the files that stand there themselves.
fn room(name: &str) -> Option<&str> {
    name.strip_prefix("src/")?.split_once('/').map(|(room, _rest)| room)
}

fn listed<'a>(table: &'a [(&str, &'a [&'a str])], room: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(name, _uses)| *name == room).map(|(_name, uses)| *uses)
}

/// What a source uses against the direction.
fn wrong_direction(name: &str, text: &str) -> Vec<String> {
    let Some(own) = room(name) else { return Vec::new() };
    let allowed = |used: &str| {
        if used == own || used == KERNEL {
            return true;
        }
        let floor = listed(FLOOR, used).is_some();
        if own == KERNEL {
            false
        } else if let Some(uses) = listed(FLOOR, own) {
            uses.contains(&used)
        } else if let Some(uses) = listed(SLICES, own) {
            floor || uses.contains(&used)
        } else if let Some(uses) = listed(ABOVE, own) {
            floor || listed(SLICES, used).is_some() || uses.contains(&used)
        } else {
            false
        }
    };
    let wrong = named_rooms(text).into_iter().filter(|used| !allowed(used));
    wrong.map(|used| format!("{name} uses {used}")).collect()
}

/// A way out of the room that the rule above would not see: more `super`s than there are modules above the file.
fn climbs_out(name: &str, text: &str) -> bool {
    let path = name.trim_start_matches("src/").trim_end_matches(".rs");
    // A file of tests is hung below the module that it tests.
    let below = usize::from(path.ends_with("_tests"));
    let depth = path.split('/').filter(|part| *part != "mod").count() + below;
    let code = code(text);
    // Tests stand one module deeper.
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    code.contains(&"super::".repeat(depth.max(1))) && depth > 0
}

/// Whether a file is a store: `store.rs`, `…_store.rs`, or in a folder `store`.
fn is_store(name: &str) -> bool {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let in_store = path.parent().is_some_and(|folder| folder.ends_with("store"));
    in_store || stem == "store" || stem.ends_with("_store")
}

/// Who holds a connection and is not one of those who may.
fn holds_a_connection(name: &str, text: &str) -> bool {
    let code = code(text);
    let excused = is_store(name) || HOLD_CONNECTIONS.iter().any(|place| name.starts_with(place));
    !excused && (code.contains(".conn()") || code.contains("PgConnection"))
}

/// Whether a file that holds rules, facts or SQL names the web server.
fn names_actix(name: &str, text: &str) -> bool {
    let path = Path::new(name);
    let kinds = ["service", "rules", "policy", "model"];
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let of_a_kind = kinds.iter().any(|kind| {
        stem == *kind
            || stem.ends_with(&format!("_{kind}"))
            || path.parent().is_some_and(|folder| folder.ends_with(kind))
    });
    (of_a_kind || is_store(name)) && code(text).contains("actix")
}

fn too_long(text: &str) -> bool {
    text.lines().count() > LONGEST
}

/// A template that writes unescaped and is no component; pages hand ready markup to components as `Markup`.
fn writes_unescaped(name: &str, text: &str) -> bool {
    let component =
        ["templates/partials/govuk/", "templates/partials/kit/"].iter().any(|place| name.starts_with(place));
    !component && (text.contains("{{{") || text.contains("{{&"))
}

fn names(files: &[(String, String)], wrong: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    files.iter().filter(|(name, text)| wrong(name, text)).map(|(name, _text)| name.as_str()).collect()
}

const NONE: Vec<&str> = Vec::new();

#[test]
fn every_room_uses_only_what_lies_below_it() {
    let files = texts("src", &["rs"]);
    let wrong: Vec<String> = files.iter().flat_map(|(name, text)| wrong_direction(name, text)).collect();
    assert_eq!(wrong, Vec::<String>::new(), "see docs/architecture.md, and the tables at the head of this test");
    assert_eq!(names(&files, climbs_out), NONE, "say crate:: where another room is meant");
    let unknown: BTreeSet<&str> = files
        .iter()
        .filter_map(|(name, _text)| room(name))
        .filter(|it| *it != KERNEL && [FLOOR, SLICES, ABOVE].iter().all(|table| listed(table, it).is_none()))
        .collect();
    assert_eq!(unknown, BTreeSet::new(), "a new room: is it floor, slice or above?");
}

#[test]
fn every_pair_in_the_tables_is_there() {
    let files = texts("src", &["rs"]);
    for (room_name, uses) in FLOOR.iter().chain(SLICES).chain(ABOVE) {
        let used: BTreeSet<String> = files
            .iter()
            .filter(|(name, _text)| room(name) == Some(room_name))
            .flat_map(|(_name, text)| named_rooms(text))
            .collect();
        for wanted in *uses {
            assert!(used.contains(*wanted), "{room_name} no longer uses {wanted}: take the pair out of the table");
        }
    }
}

#[test]
fn only_stores_hold_a_connection() {
    assert_eq!(names(&texts("src", &["rs"]), holds_a_connection), NONE);
}

#[test]
fn rules_facts_and_sql_do_not_know_the_web_server() {
    assert_eq!(names(&texts("src", &["rs"]), names_actix), NONE);
}

/// Written by a test from the migrations: one list of all tables.
const SCHEMA: &str = "db/schema.rs";

#[test]
fn no_file_is_longer_than_it_may_be() {
    for folder in ["src", "tests", "plugins", "templates"] {
        let files = texts(folder, &["rs", "hbs", "mjs", "css", "js"]);
        assert_eq!(
            names(&files, |name, text| !name.ends_with(SCHEMA) && too_long(text)),
            NONE,
            "over {LONGEST} lines: it has two jobs"
        );
    }
}

#[test]
fn only_components_write_unescaped() {
    assert_eq!(names(&texts("templates", &["hbs"]), writes_unescaped), NONE);
}

#[test]
fn the_direction_is_seen_in_every_way_of_writing_it() {
    let wrong = |name: &str, text: &str| wrong_direction(name, text).len();
    assert_eq!(wrong("src/duties/service.rs", "use crate::imports::rules;"), 1);
    assert_eq!(wrong("src/duties/service.rs", "use crate::{\n    db::{Db, Tx},\n    imports, extensions::job,\n};"), 2);
    assert_eq!(wrong("src/http/edge.rs", "fn f() { crate::identity::sessions::begin() }"), 1);
    assert_eq!(wrong("src/kernel/ids.rs", "use crate::db::Db;"), 1);
    assert_eq!(wrong("src/app/wiring.rs", "use crate::cli::Verb;"), 1);
    assert_eq!(wrong("src/novelty/mod.rs", "use crate::db::Db;"), 1);
    for right in ["use crate::audit;", "use crate::kernel::ids::DutyId;", "// crate::imports", "\"crate::imports\""] {
        assert_eq!(wrong("src/duties/service.rs", right), 0, "{right}");
    }
    assert_eq!(wrong("src/cli/user.rs", "use crate::{app::serve, identity::operator, views::kit};"), 0);
}

#[test]
fn a_ladder_out_of_the_room_is_seen() {
    assert!(climbs_out("src/duties/pages/list.rs", "use super::super::super::imports::rules;"));
    assert!(climbs_out("src/duties/mod.rs", "use super::imports;"));
    assert!(!climbs_out("src/duties/pages/list.rs", "use super::super::rules;"));
    assert!(!climbs_out("src/duties/mod.rs", "pub fn f() {}\n#[cfg(test)]\nmod tests { use super::*; }"));
}

#[test]
fn a_connection_outside_a_store_is_seen() {
    assert!(holds_a_connection("src/duties/service.rs", "let n = query.load(tx.conn())?;"));
    assert!(holds_a_connection("src/duties/restore.rs", "fn f(connection: &mut PgConnection) {}"));
    assert!(!holds_a_connection("src/duties/service.rs", "// only a store calls tx.conn()"));
    for store in ["src/duties/store.rs", "src/identity/hr_store.rs", "src/imports/store/crews.rs", "src/db/tx.rs"] {
        assert!(!holds_a_connection(store, "tx.conn()"), "{store}");
    }
}

#[test]
fn actix_in_a_rule_a_long_file_and_an_unescaped_page_are_seen() {
    let import = "use actix_web::HttpResponse;";
    for name in
        ["src/duties/service.rs", "src/imports/people_rules.rs", "src/duties/rules/clock.rs", "src/jobs/store.rs"]
    {
        assert!(names_actix(name, import), "{name}");
    }
    assert!(!names_actix("src/duties/pages/list.rs", import) && !names_actix("src/duties/model.rs", "// not actix"));
    assert!(too_long(&"x\n".repeat(LONGEST + 1)) && !too_long(&"x\n".repeat(LONGEST)));
    assert!(writes_unescaped("templates/pages/people/list.hbs", "<p>{{{name}}}</p>"));
    assert!(writes_unescaped("templates/partials/page/head.hbs", "{{& name}}"));
    assert!(!writes_unescaped("templates/partials/kit/chart.hbs", "{{{svg}}}"));
}
