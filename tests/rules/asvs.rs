//! `docs/asvs.md` says of every requirement whether it is met and which test shows it. Each row has its place, its level
//! and a verdict, each test that it names is there, and the counts are the rows'. What the page writes down as decided
//! is held to the program's own values in `decisions.rs`.
//!
//! Each rule is a function from a text to what is wrong with it, so that each is tried on a text that breaks it.

use std::path::{Path, PathBuf};

const PAGE: &str = "docs/asvs.md";

/// The levels of the requirements of ASVS 5.0.0, section by section, in the order of their numbers.
const SECTIONS: &[(&str, &[u8])] = &[
    ("6.1", &[1, 2, 2]),
    ("6.2", &[1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]),
    ("6.3", &[1, 1, 2, 2, 3, 3, 3, 3]),
    ("6.4", &[1, 1, 2, 2, 3, 3]),
    ("6.5", &[2, 2, 2, 2, 2, 3, 3, 3]),
    ("6.6", &[2, 2, 2, 3]),
    ("6.7", &[3, 3]),
    ("6.8", &[2, 2, 2, 2]),
    ("7.1", &[2, 2, 2]),
    ("7.2", &[1, 1, 1, 1]),
    ("7.3", &[2, 2]),
    ("7.4", &[1, 1, 2, 2, 2]),
    ("7.5", &[2, 2, 3]),
    ("7.6", &[2, 2]),
    ("8.1", &[1, 2, 3, 3]),
    ("8.2", &[1, 1, 2, 3]),
    ("8.3", &[1, 3, 3]),
    ("8.4", &[2, 3]),
    ("9.1", &[1, 1, 1]),
    ("9.2", &[1, 2, 2, 2]),
    ("10.1", &[2, 2]),
    ("10.2", &[2, 2, 3]),
    ("10.3", &[2, 2, 2, 2, 3]),
    ("10.4", &[1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]),
    ("10.5", &[2, 2, 2, 2, 2]),
    ("10.6", &[2, 2]),
    ("10.7", &[2, 2, 2]),
];

const CHAPTERS: &[(&str, &str)] = &[
    ("6", "V6 Authentication"),
    ("7", "V7 Session Management"),
    ("8", "V8 Authorization"),
    ("9", "V9 Self-contained Tokens"),
    ("10", "V10 OAuth and OIDC"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    InPart,
    NotMet,
    NotApplicable,
}

impl Verdict {
    const ALL: [Self; 4] = [Self::Met, Self::InPart, Self::NotMet, Self::NotApplicable];

    const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::InPart => "in part",
            Self::NotMet => "not met",
            Self::NotApplicable => "not applicable",
        }
    }

    /// The verdict at the beginning of a cell, and the reason behind its colon.
    fn read(cell: &str) -> Option<(Self, &str)> {
        let (words, why) = cell.split_once(':').unwrap_or((cell, ""));
        let verdict = Self::ALL.into_iter().find(|verdict| verdict.words() == words.trim())?;
        Some((verdict, why.trim()))
    }
}

/// A test that a row names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    /// By the path of its function.
    Rust(String),
    /// By file and title.
    Browser(String, String),
}

#[derive(Debug, Clone)]
struct Row {
    number: String,
    level: u8,
    verdict: Verdict,
    why: bool,
    shown: Vec<Shown>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn file(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The text on one line, so that a sentence is found wherever it breaks.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tests of a cell: paths of functions and `file` "title", with commas between them.
fn shown(cell: &str) -> Option<Vec<Shown>> {
    let mut found = Vec::new();
    let mut rest = cell.trim();
    if rest == "none" {
        return Some(found);
    }
    loop {
        let (name, after) = rest.strip_prefix('`')?.split_once('`')?;
        rest = after.trim_start();
        if name.ends_with(".mjs") {
            let (title, after) = rest.strip_prefix('"')?.split_once('"')?;
            found.push(Shown::Browser(name.to_owned(), title.to_owned()));
            rest = after.trim_start();
        } else {
            found.push(Shown::Rust(name.to_owned()));
        }
        if rest.is_empty() {
            return Some(found);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

fn is_number(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A row of the tables; `None` for a line that is none, the fault for one that cannot be read.
fn row(line: &str) -> Option<Result<Row, String>> {
    let line = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let number = cells.first().filter(|first| is_number(first))?;
    let [_number, level, words, verdict, tests] = cells.as_slice() else {
        return Some(Err(format!("{number}: a row has five cells")));
    };
    let read = || -> Result<Row, String> {
        let level = level.parse::<u8>().map_err(|error| format!("{number}: the level {level}: {error}"))?;
        if words.is_empty() {
            return Err(format!("{number}: it does not say what is asked"));
        }
        let (verdict, why) = Verdict::read(verdict).ok_or_else(|| format!("{number}: no verdict in {verdict:?}"))?;
        let shown = shown(tests).ok_or_else(|| format!("{number}: the tests cannot be read in {tests:?}"))?;
        Ok(Row { number: (*number).to_owned(), level, verdict, why: !why.is_empty(), shown })
    };
    Some(read())
}

/// Every number with its level, in order.
fn all_numbers() -> Vec<(String, u8)> {
    let section = |(section, levels): &(&str, &[u8])| -> Vec<(String, u8)> {
        levels.iter().zip(1..).map(|(level, number)| (format!("{section}.{number}"), *level)).collect()
    };
    SECTIONS.iter().flat_map(section).collect()
}

/// What is wrong with the tables; `is_there` says whether a test is.
fn faults(text: &str, is_there: impl Fn(&Shown) -> bool) -> (Vec<Row>, Vec<String>) {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for read in text.lines().filter_map(row) {
        match read {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(fault),
        }
    }
    let found: Vec<(String, u8)> = rows.iter().map(|row| (row.number.clone(), row.level)).collect();
    let wanted = all_numbers();
    if found != wanted {
        let first = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
        faults.push(format!("{} rows, {} requirements; first difference: {first:?}", found.len(), wanted.len()));
    }
    for Row { number, verdict, why, shown, .. } in &rows {
        match verdict {
            Verdict::Met if shown.is_empty() => faults.push(format!("{number}: no test shows that it is met")),
            Verdict::InPart | Verdict::NotMet | Verdict::NotApplicable if !why => {
                faults.push(format!("{number}: it does not say why"));
            }
            Verdict::NotApplicable if !shown.is_empty() => {
                faults.push(format!("{number}: a test of what is not there"))
            }
            _ => {}
        }
        let missing = shown.iter().filter(|shown| !is_there(shown));
        faults.extend(missing.map(|shown| format!("{number}: there is no test {shown:?}")));
    }
    (rows, faults)
}

/// Where a test's module may be written: a unit test's beside what it tests, the others under `tests`.
fn sources_of(modules: &str) -> Vec<String> {
    let folders = |modules: &str| modules.replace("::", "/");
    match modules.strip_suffix("::tests") {
        Some(tested) => {
            let tested = folders(tested);
            ["*.rs", "*/mod.rs", "*_tests.rs", "*/tests.rs"]
                .map(|end| format!("src/{}", end.replace('*', &tested)))
                .into()
        }
        None => ["*.rs", "*/mod.rs"].map(|end| format!("tests/{}", end.replace('*', &folders(modules)))).into(),
    }
}

/// Whether a source has a test of this name, and not only a function.
fn has_test(source: &str, name: &str) -> bool {
    let is_attribute = |line: &str| line == "#[test]" || (line.starts_with("#[") && line.ends_with("::test]"));
    source.match_indices(&format!("fn {name}(")).any(|(at, _found)| {
        let before = source.get(..at).unwrap_or_default();
        before.lines().rev().map(str::trim).take_while(|line| *line != "}").take(4).any(is_attribute)
    })
}

/// Whether a file of browser tests has one of this title, once or for each screen.
fn has_title(source: &str, title: &str) -> bool {
    let begins = ["test('", "test(`", "onEachScreen('"];
    let ends = ["'", "`", ", on a ${"];
    begins.iter().any(|begin| ends.iter().any(|end| source.contains(&format!("{begin}{title}{end}"))))
}

fn is_in_the_sources(shown: &Shown) -> bool {
    let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    match shown {
        Shown::Rust(path) => path.rsplit_once("::").is_some_and(|(modules, name)| {
            sources_of(modules).iter().any(|source| has_test(&text(&root().join(source)), name))
        }),
        Shown::Browser(name, title) => {
            name.starts_with("tests/browser/") && has_title(&text(&root().join(name)), title)
        }
    }
}

fn count(rows: &[Row], wanted: impl Fn(&Row) -> bool) -> String {
    let chosen: Vec<&Row> = rows.iter().filter(|row| wanted(row)).collect();
    let of = |verdict: Verdict| chosen.iter().filter(|row| row.verdict == verdict).count().to_string();
    let figures: Vec<String> = Verdict::ALL.into_iter().map(of).collect();
    format!("{} | {}", chosen.len(), figures.join(" | "))
}

/// The lines of the page's table of counts.
fn counts(rows: &[Row]) -> Vec<String> {
    let in_chapter = |chapter: &str, row: &Row| row.number.split('.').next() == Some(chapter);
    let mut lines: Vec<String> = CHAPTERS
        .iter()
        .map(|(chapter, name)| format!("| {name} | {} |", count(rows, |row| in_chapter(chapter, row))))
        .collect();
    lines.push(format!("| All, level 1 | {} |", count(rows, |row| row.level == 1)));
    lines.push(format!("| All, levels 1 and 2 | {} |", count(rows, |row| row.level <= 2)));
    lines.push(format!("| All | {} |", count(rows, |_row| true)));
    lines
}

/// The sentence with the counts in the page on security.
fn sentence(rows: &[Row]) -> String {
    let of = |verdict: Verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let applies = |row: &&Row| row.level <= 2 && row.verdict != Verdict::NotApplicable;
    let met = rows.iter().filter(applies).filter(|row| row.verdict == Verdict::Met).count();
    format!(
        "Of the {} requirements of its chapters V6 to V10, {} are met, {} in part, {} not met, and {} do not apply; of \
         those at levels 1 and 2 that apply, {met} of {} are met.",
        rows.len(),
        of(Verdict::Met),
        of(Verdict::InPart),
        of(Verdict::NotMet),
        of(Verdict::NotApplicable),
        rows.iter().filter(applies).count()
    )
}

#[test]
fn every_requirement_has_a_verdict_and_every_test_that_it_names_is_there() {
    let text = file(PAGE);
    let (rows, faults) = faults(&text, is_in_the_sources);
    assert_eq!(faults, Vec::<String>::new());
    let wrong: Vec<String> = counts(&rows).into_iter().filter(|line| !text.lines().any(|it| it == line)).collect();
    assert_eq!(wrong, Vec::<String>::new(), "{PAGE} counts otherwise");
    let security = unbroken(&file("docs/security.md"));
    assert!(security.contains(&sentence(&rows)), "docs/security.md does not say: {}", sentence(&rows));
    for (number, _level) in all_numbers() {
        let heading = number.rsplit_once('.').map(|(section, _number)| format!("V{section}")).unwrap_or_default();
        assert!(text.contains(&heading), "{heading} has no heading");
    }
}

#[test]
fn a_fault_of_the_tables_is_seen() {
    let text = file(PAGE);
    let of = |text: &str| faults(text, |_shown| true).1;
    assert_eq!(of(&text), Vec::<String>::new());
    let lines: Vec<&str> = text.lines().filter(|line| row(line).is_some()).collect();
    let first = lines[0];
    let cells: Vec<&str> = first.split('|').collect();
    let with = |cell: usize, new: &str| {
        let mut cells = cells.clone();
        cells[cell] = new;
        text.replacen(first, &cells.join("|"), 1)
    };
    for (broken, why) in [
        (text.replacen(first, "", 1), "a row is missing"),
        (text.replacen(first, &format!("{first}\n{first}"), 1), "a number stands twice"),
        (text.replacen(first, lines[1], 1).replacen(lines[1], first, 2), "the order is another"),
        (with(1, " 6.9.9 "), "there is no such number"),
        (with(2, " 3 "), "the level is another"),
        (with(2, " high "), "the level is none"),
        (with(4, " probably "), "the verdict is not known"),
        (with(4, " not met "), "there is no reason"),
        (with(4, " not applicable: so it is "), "a test of what is not there"),
        (with(5, " `rules::asvs::x` and more "), "the tests cannot be read"),
        (text.replacen(first, "| 6.1.1 | 1 | x | met | none |", 1), "no test"),
        (text.replacen(first, "| 6.1.1 | 1 | x | met |", 1), "a cell is missing"),
    ] {
        assert_ne!(of(&broken), Vec::<String>::new(), "{why}");
    }
    assert_ne!(faults(&text, |_shown| false).1, Vec::<String>::new(), "no test is there");
}

#[test]
fn a_test_that_is_not_there_is_seen() {
    let rust = |path: &str| is_in_the_sources(&Shown::Rust(path.to_owned()));
    assert!(rust("rules::asvs::a_test_that_is_not_there_is_seen") && rust("routes::sign_in::an_idle_session_ends"));
    assert!(
        rust("identity::factors::totp::tests::nonsense_is_no_code")
            && rust("config::tests::the_file_shows_each_default")
    );
    assert!(!rust("rules::asvs::has_test") && !rust("routes::sign_in::a_test_of_nothing") && !rust("nowhere::at_all"));
    assert!(!rust("an_idle_session_ends") && !rust("routes::step_up::an_idle_session_ends"));
    let browser = |file: &str, title: &str| is_in_the_sources(&Shown::Browser(file.to_owned(), title.to_owned()));
    let title = "who signs out at the provider is signed out here";
    assert!(browser("tests/browser/provider.test.mjs", title));
    assert!(
        !browser("tests/browser/factors.test.mjs", title)
            && !browser("tests/browser/provider.test.mjs", "who signs out")
    );
    assert!(!browser("src/lib.rs", "map"));
}
