//! One source of values at a time: its keys checked against the known ones, its values brought to their kind.

use std::path::Path;

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::Config;
use super::problem::{Origin, Problem};

/// What one source says. Holds known keys only.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) origin: Origin,
    pub(super) values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}

/// The defaults as a tree: also the list of every key that exists.
pub(super) fn defaults() -> Dict {
    let tree = Serialized::defaults(Config::default()).data();
    tree.ok().and_then(|mut profiles| profiles.remove(&Profile::Default)).unwrap_or_default()
}

/// Defaults, then `layers` in their order, as a `Config`.
pub(super) fn extract(layers: &[Layer]) -> Result<Config, Box<figment::Error>> {
    layers
        .iter()
        .fold(Figment::from(Serialized::defaults(Config::default())), Figment::merge)
        .extract()
        .map_err(Box::new)
}

/// Reads the text of a TOML file. Unknown keys become problems and are left out.
pub(super) fn of_file(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Layer {
    let origin = Origin::File(path.to_owned());
    let mut values = match Toml::string(text).data() {
        Ok(mut profiles) => profiles.remove(&Profile::Default).unwrap_or_default(),
        Err(error) => {
            let message = format!("{} is not TOML: {}", path.display(), error.kind.to_string().trim_end());
            problems.push(Problem::new("", message));
            Dict::new()
        }
    };
    prune(&mut values, &defaults(), "", &origin, problems);
    Layer { origin, values }
}

/// Takes out what `known` does not have.
fn prune(values: &mut Dict, known: &Dict, prefix: &str, origin: &Origin, problems: &mut Vec<Problem>) {
    values.retain(|name, value| {
        let key = join(prefix, name);
        match (known.get(name), value) {
            (None, _) => {
                problems.push(unknown(&key, known, prefix, origin));
                false
            }
            (Some(Value::Dict(_, inner)), Value::Dict(_, value)) => {
                prune(value, inner, &key, origin, problems);
                true
            }
            (Some(Value::Dict(_, inner)), _) => {
                let names = inner.keys().map(|k| join(&key, k)).collect::<Vec<_>>().join(", ");
                let problem = Problem::new(&key, "is a section, not a value");
                problems.push(problem.from(origin.clone()).allowing(names));
                false
            }
            (Some(_), _) => true,
        }
    });
}

/// Reads `WATCHROOM_SECTION__KEY` variables, one layer each. Unknown names become problems.
pub(super) fn of_variables<'a>(
    variables: impl Iterator<Item = (&'a String, &'a String)>,
    problems: &mut Vec<Problem>,
) -> Vec<Layer> {
    let known = defaults();
    let mut layers = Vec::new();
    for (name, text) in variables {
        let Some(rest) = name.strip_prefix("WATCHROOM_") else { continue };
        // The file's own name is a variable too; the test suites have their own.
        if rest == "CONFIG" || rest.starts_with("TEST_") {
            continue;
        }
        let origin = Origin::Variable(name.clone());
        let path: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
        match find(&known, &path) {
            Ok(kind) => layers.push(Layer { origin, values: nest(&path, of_kind(kind, text)) }),
            Err(Missing { parent, siblings }) if path.len() > 1 => {
                problems.push(unknown(&path.join("."), &siblings, &parent, &origin));
            }
            Err(_) => {
                let problem = Problem::new(name.as_str(), "names no key").from(origin);
                problems.push(problem.allowing(
                    "WATCHROOM_SECTION__KEY, with two underscores between section and key: WATCHROOM_SERVER__LISTEN",
                ));
            }
        }
    }
    layers
}

/// A name that is not there, and what is there instead.
struct Missing {
    parent: String,
    siblings: Dict,
}

fn find<'a>(known: &'a Dict, path: &[String]) -> Result<&'a Value, Missing> {
    let mut here = known;
    for (depth, name) in path.iter().enumerate() {
        match here.get(name) {
            Some(Value::Dict(_, inner)) => here = inner,
            Some(value) if depth + 1 == path.len() => return Ok(value),
            _ => {
                let parent = path.get(..depth).unwrap_or_default().join(".");
                return Err(Missing { parent, siblings: here.clone() });
            }
        }
    }
    Err(Missing { parent: path.join("."), siblings: here.clone() })
}

/// `text` as the kind of value that `kind` is. What does not fit stays text, and is refused later with its key.
fn of_kind(kind: &Value, text: &str) -> Value {
    match kind {
        Value::Num(..) => text.trim().parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        Value::Bool(..) => text.trim().parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
        Value::Array(..) => {
            let list = text.trim().trim_start_matches('[').trim_end_matches(']');
            let items = list.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty());
            Value::from(items.map(Value::from).collect::<Vec<Value>>())
        }
        _ => Value::from(text),
    }
}

/// A tree with `value` at `path` and nothing else.
fn nest(path: &[String], value: Value) -> Dict {
    match path {
        [] => Dict::new(),
        [last] => Dict::from([(last.clone(), value)]),
        [first, rest @ ..] => Dict::from([(first.clone(), Value::from(nest(rest, value)))]),
    }
}

fn unknown(key: &str, siblings: &Dict, parent: &str, origin: &Origin) -> Problem {
    let name = key.rsplit('.').next().unwrap_or(key);
    let near = siblings.keys().filter(|k| distance(k, name) <= 2).min_by_key(|k| distance(k, name));
    let message = match near {
        Some(near) => format!("is not a key of Watchroom; did you mean {}?", join(parent, near)),
        None => "is not a key of Watchroom".to_owned(),
    };
    let names = siblings.keys().map(|k| join(parent, k)).collect::<Vec<_>>().join(", ");
    Problem::new(key, message).from(origin.clone()).allowing(names)
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.chars().zip(row.windows(2)) {
            let (diagonal, up) = match above {
                [diagonal, up] => (*diagonal, *up),
                _ => (usize::MAX - 1, usize::MAX - 1),
            };
            left = (diagonal + usize::from(x != y)).min(up + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// The value at `key`, if this tree has one there.
pub(super) fn at<'a>(tree: &'a Dict, key: &str) -> Option<&'a Value> {
    let mut parts = key.split('.');
    let first = tree.get(parts.next()?)?;
    parts.try_fold(first, |value, name| match value {
        Value::Dict(_, inner) => inner.get(name),
        _ => None,
    })
}

/// Takes the value at `key` out of this tree; says whether there was one.
pub(super) fn remove(tree: &mut Dict, key: &str) -> bool {
    match key.split_once('.') {
        None => tree.remove(key).is_some(),
        Some((first, rest)) => match tree.get_mut(first) {
            Some(Value::Dict(_, inner)) => remove(inner, rest),
            _ => false,
        },
    }
}

/// Every key of a tree that holds a value.
pub(super) fn leaves(tree: &Dict) -> Vec<(String, Value)> {
    fn walk(tree: &Dict, prefix: &str, found: &mut Vec<(String, Value)>) {
        for (name, value) in tree {
            let key = join(prefix, name);
            match value {
                Value::Dict(_, inner) => walk(inner, &key, found),
                value => found.push((key, value.clone())),
            }
        }
    }
    let mut found = Vec::new();
    walk(tree, "", &mut found);
    found
}
