//! The file, the variables and the defaults held against each other.

use std::collections::BTreeSet;
use std::fs;

use super::layers::{self, Layer};
use super::reference::{self, TEXT};
use super::show::as_toml;
use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Environment { variables, credentials: None, journal: false }
}

/// Loads `toml` as the named file, with `variables`.
fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("config.toml");
    fs::write(&path, toml).expect("written");
    Loaded::read(Some(&path), &environment(variables))
}

fn refused(toml: &str, variables: &[(&str, &str)]) -> String {
    load(toml, variables).expect_err("refused").to_string()
}

fn uncommented() -> String {
    let uncomment = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    TEXT.lines().map(uncomment).collect()
}

#[test]
fn every_field_is_in_the_file_and_every_key_of_the_file_is_a_field() {
    let fields: BTreeSet<String> = layers::leaves(&layers::defaults()).into_iter().map(|(key, _)| key).collect();
    let described: BTreeSet<String> = reference::keys().into_keys().collect();
    assert_eq!(described, fields);
}

#[test]
fn the_file_shows_each_default() {
    let described = reference::keys();
    for (key, default) in layers::leaves(&layers::defaults()) {
        let Some(words) = described.get(&key) else { panic!("{key} is not described") };
        assert!(words.prose.contains("Default: "), "{key} does not say its default in words");
        let default = as_toml(&default);
        if default == "(not set)" {
            assert!(words.prose.contains("Default: not set"), "{key} is not set by default, which the file must say");
        } else {
            assert_eq!(words.value, default, "{key}");
        }
    }
}

#[test]
fn a_number_names_its_unit_and_its_bounds_in_words() {
    for (key, words) in reference::keys() {
        let units =
            [("_s", "second"), ("_ms", "millisecond"), ("_mib", "MiB"), ("_kib", "KiB"), ("_minutes", "minute")];
        for (suffix, unit) in units {
            assert!(!key.ends_with(suffix) || words.prose.contains(unit), "{key} does not name its unit");
        }
        if words.value.parse::<i64>().is_ok() {
            assert!(words.prose.contains("from "), "{key} does not name its bounds");
        }
    }
}

#[test]
fn the_bounds_in_the_file_are_the_bounds_that_are_enforced() {
    for (key, words) in reference::keys() {
        let Some((_, rest)) = words.prose.split_once("from ") else { continue };
        let Some((least, rest)) = rest.split_once(" to ") else { continue };
        let most: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let (Ok(least), Ok(most)) = (least.parse::<i64>(), most.parse::<i64>()) else { continue };
        let variable = format!("WATCHROOM_{}", key.replace('.', "__").to_uppercase());
        for outside in [least - 1, most + 1] {
            // 0 means "choose for me" in shared_buffers_mib, whose bounds begin above it.
            if outside >= 0 {
                let text = refused("", &[(&variable, &outside.to_string())]);
                assert!(text.contains(&key), "{key} = {outside}: {text}");
            }
        }
    }
}

#[test]
fn the_examples_in_the_file_are_accepted() {
    // What excludes each other: a secret and the file that holds it.
    let text: String = uncommented()
        .lines()
        .filter(|line| !line.contains("url_file") && !line.contains("password_file"))
        .map(|line| format!("{line}\n"))
        .collect();
    let loaded = load(&text, &[]).expect("accepted");
    assert_eq!(loaded.config.server.public_url("x"), "https://watchroom.example.org");
}

#[test]
fn nothing_set_is_a_good_configuration() {
    let loaded = load("", &[]).expect("accepted");
    assert!(matches!(loaded.config.database.target(), DatabaseTarget::Embedded));
    assert!(loaded.entries.iter().all(|entry| entry.origin == Origin::Default));
}

#[test]
fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
    let loaded = load(
        "[server]\nworkers = 3\nkeep_alive_s = 5\n",
        &[
            ("WATCHROOM_SERVER__WORKERS", "7"),
            ("WATCHROOM_SERVER__BEHIND_PROXY__TRUSTED_PROXIES", "10.0.0.1, 10.1.0.0/16"),
        ],
    )
    .expect("accepted");
    assert_eq!(loaded.config.server.workers, 7);
    assert_eq!(loaded.config.server.keep_alive_s, 5);
    assert_eq!(loaded.config.server.behind_proxy.trusted_proxies.len(), 2);
    let origin = |key: &str| {
        loaded.entries.iter().find(|entry| entry.key == key).map(|entry| entry.origin.to_string()).unwrap_or_default()
    };
    assert_eq!(origin("server.workers"), "the variable WATCHROOM_SERVER__WORKERS");
    assert!(origin("server.keep_alive_s").ends_with("config.toml"));
    assert_eq!(origin("server.listen"), "the built-in default");
}

#[test]
fn an_address_in_brackets_survives_a_variable() {
    let loaded = load("", &[("WATCHROOM_SERVER__LISTEN", "[::]:443")]).expect("accepted");
    assert_eq!(loaded.config.server.listen.to_string(), "[::]:443");
}

#[test]
fn an_unknown_key_is_named_with_its_file_and_its_neighbours() {
    let text = refused("[server]\nlisten_on = 1\n[servre]\nworkers = 1\n[server.redirect]\nenable = true\n", &[]);
    assert!(text.contains("server.listen_on is not a key of Watchroom"), "{text}");
    assert!(text.contains("config.toml"), "{text}");
    assert!(text.contains("servre is not a key of Watchroom; did you mean server?"), "{text}");
    assert!(text.contains("did you mean server.redirect.enabled?"), "{text}");
    assert!(text.contains("server.keep_alive_s"), "{text}");
    assert!(text.contains("has 3 problems"), "{text}");
}

#[test]
fn an_unknown_variable_is_named() {
    let text = refused("", &[("WATCHROOM_SERVER__WORKRES", "1"), ("WATCHROOM_SERVER_WORKERS", "1")]);
    assert!(text.contains("did you mean server.workers?"), "{text}");
    assert!(text.contains("the variable WATCHROOM_SERVER__WORKRES"), "{text}");
    assert!(text.contains("two underscores"), "{text}");
}

#[test]
fn a_section_that_is_a_value_is_refused() {
    let text = refused("server = 4\n", &[]);
    assert!(text.contains("server is a section"), "{text}");
}

#[test]
fn each_bad_value_is_named_with_its_source_and_what_is_allowed() {
    let text = refused(
        "[server]\nlisten = \"here\"\nkeep_alive_s = 9999\n[log]\nformat = \"xml\"\n",
        &[("WATCHROOM_SERVER__WORKERS", "many"), ("WATCHROOM_METRICS__ENABLED", "yes")],
    );
    for part in [
        "server.listen has a value that does not fit",
        "allowed: Address and port of the HTTPS listener.",
        "server.keep_alive_s is 9999",
        "a whole number from 0 to 3600",
        "log.format has a value that does not fit",
        "server.workers has a value that does not fit: found string \"many\", expected a whole number",
        "the variable WATCHROOM_SERVER__WORKERS",
        "metrics.enabled",
        "has 5 problems",
    ] {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
}

#[test]
fn a_bad_entry_of_a_list_names_the_list() {
    let text = refused("[server.behind_proxy]\nenabled = true\ntrusted_proxies = [\"10.0.0.1\", \"proxy\"]\n", &[]);
    assert!(text.contains("server.behind_proxy.trusted_proxies has a value that does not fit"), "{text}");
    assert!(text.contains("\"proxy\" is not a network"), "{text}");
}

#[test]
fn a_file_that_is_no_toml_says_where() {
    let text = refused("[server\nworkers = 1\n", &[]);
    assert!(text.contains("config.toml is not TOML") && text.contains("line 1"), "{text}");
}

#[test]
fn a_named_file_must_be_there() {
    let missing = Loaded::read(Some(Path::new("/nowhere/config.toml")), &environment(&[])).expect_err("refused");
    assert!(missing.to_string().contains("/nowhere/config.toml cannot be read"), "{missing}");
}

#[test]
fn a_secret_comes_from_its_file_and_never_shows() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("url");
    fs::write(&path, "postgres://app:hunter2@db/watchroom\n").expect("written");
    let loaded = load("", &[("WATCHROOM_DATABASE__URL_FILE", path.to_str().expect("a path"))]).expect("accepted");
    let DatabaseTarget::External { app, owner: None } = loaded.config.database.target() else { panic!("not external") };
    assert_eq!(app.expose(), "postgres://app:hunter2@db/watchroom");
    assert!(!format!("{loaded:?}").contains("hunter2"));
    let entry = loaded.entries.iter().find(|entry| entry.key == "database.url").expect("listed");
    assert_eq!((entry.value.as_str(), &entry.origin), ("[secret]", &Origin::SecretFile(path)));
}

#[test]
fn a_credential_fills_what_nobody_set() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("database-url"), "postgres://app@db/a").expect("written");
    fs::write(dir.path().join("database-owner-url"), "postgres://owner@db/a").expect("written");
    fs::write(dir.path().join("tls-key"), "").expect("written");
    fs::write(dir.path().join("tls-certificate"), "").expect("written");
    let mut environment = environment(&[("WATCHROOM_DATABASE__URL", "postgres://other@db/a")]);
    environment.credentials = Some(dir.path().to_owned());
    environment.variables.insert("WATCHROOM_CONFIG".to_owned(), "/dev/null".to_owned());
    let config = Loaded::read(None, &environment).expect("accepted").config;
    assert_eq!(config.database.url.expect("set").expose(), "postgres://other@db/a");
    assert_eq!(config.database.owner_url.expect("set").expose(), "postgres://owner@db/a");
    assert_eq!(config.tls.key, Some(dir.path().join("tls-key")));
}

#[test]
fn a_secret_given_twice_or_not_at_all_is_refused() {
    let text =
        refused("[database]\nurl = \"postgres://a@b/c\"\nurl_file = \"/x\"\nowner_url_file = \"/nowhere/o\"\n", &[]);
    assert!(text.contains("database.url and database.url_file are both set"), "{text}");
    assert!(text.contains("database.owner_url_file cannot be read: /nowhere/o"), "{text}");
}

#[test]
fn the_application_may_not_connect_as_the_owner() {
    let text = refused("[database]\nurl = \"postgres://o:pw@b/c\"\nowner_url = \"postgres://o:pw@b/c\"\n", &[]);
    assert!(text.contains("database.owner_url is the same as database.url"), "{text}");
    assert!(!text.contains("pw@"), "{text}");
}

#[test]
fn every_secret_field_is_on_the_list_of_what_is_never_shown() {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/config")).expect("sources") {
        let path = entry.expect("entry").path();
        let section = path.file_stem().expect("name").to_string_lossy().into_owned();
        for line in fs::read_to_string(&path).expect("text").lines() {
            if let Some((name, _)) = line.split_once(": Option<Secret<String>>,")
                && let Some(name) = name.trim().strip_prefix("pub ")
            {
                found.insert(format!("{section}.{name}"));
            }
        }
    }
    let listed: BTreeSet<String> = secrets::SECRET_KEYS.iter().map(|key| (*key).to_owned()).collect();
    assert_eq!(found, listed);
}

#[test]
fn a_layer_of_nothing_changes_nothing() {
    let layer = Layer { origin: Origin::Default, values: layers::defaults() };
    let config = layers::extract(&[layer]).expect("extracted");
    assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
}
