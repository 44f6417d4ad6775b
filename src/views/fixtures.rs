//! Holds our components to the fixtures that the design system publishes: the same options give the same tree.
//!
//! The fixtures come with `npm ci` in `tests/browser`; without them the test says so and passes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use html5ever::tendril::TendrilSink;
use html5ever::{QualName, local_name, ns};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::Value;

use super::testing::views;

const COMPONENTS: [&str; 30] = [
    "back-link",
    "breadcrumbs",
    "button",
    "character-count",
    "checkboxes",
    "date-input",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "file-upload",
    "generic-header",
    "hint",
    "input",
    "inset-text",
    "label",
    "notification-banner",
    "pagination",
    "panel",
    "password-input",
    "radios",
    "select",
    "service-navigation",
    "skip-link",
    "summary-list",
    "table",
    "tag",
    "task-list",
    "textarea",
    "warning-text",
];

fn fixtures(component: &str) -> Option<Vec<Value>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/govuk-frontend");
    let file = folder.join(format!("dist/govuk/components/{component}/fixtures.json"));
    let text = std::fs::read_to_string(file).ok()?;
    let all: Value = serde_json::from_str(&text).expect("fixtures are JSON");
    Some(all["fixtures"].as_array().expect("a list").clone())
}

/// The tree of an HTML fragment as text: one line per node, attributes sorted, white space between words as one space.
fn tree(html: &str) -> String {
    let context = QualName::new(None, ns!(html), local_name!("body"));
    let dom =
        html5ever::parse_fragment(RcDom::default(), html5ever::ParseOpts::default(), context, vec![], false).one(html);
    let mut out = String::new();
    write(&dom.document, 0, &mut out);
    out
}

fn write(node: &Handle, depth: usize, out: &mut String) {
    let mut line = |text: String| {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&text);
        out.push('\n');
    };
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let attrs: BTreeMap<String, String> = attrs
                .borrow()
                .iter()
                .map(|attr| (attr.name.local.to_string(), attr.value.to_string()))
                .map(|(name, value)| if name == "class" { (name, words(&value)) } else { (name, value) })
                .collect();
            line(format!("<{} {attrs:?}>", name.local));
        }
        NodeData::Text { contents } => {
            let exact = contents.borrow();
            let text = words(&exact);
            if !text.is_empty() {
                line(format!("{text:?}"));
            }
        }
        _ => {}
    }
    for child in node.children.borrow().iter() {
        write(child, depth + 1, out);
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn components_match_the_published_fixtures() {
    if fixtures("button").is_none() {
        eprintln!("skipped: run `npm ci` in tests/browser to have the fixtures");
        return;
    }
    let (mut same, mut wrong) = (0_usize, Vec::new());
    for component in COMPONENTS {
        for fixture in fixtures(component).expect("fixtures of every component") {
            let (name, options) = (fixture["name"].as_str().unwrap_or("?"), &fixture["options"]);
            // Ours is the native file input: the enhanced one fails an accessibility check.
            let enhanced = component == "file-upload" && options.get("javascript") == Some(&Value::Bool(true));
            if enhanced {
                continue;
            }
            let expected = tree(fixture["html"].as_str().expect("html"));
            let ours = views().bare_component(component, options);
            let ours = ours.unwrap_or_else(|error| panic!("{component}, {name}: {error:?}"));
            if tree(&ours) == expected {
                same += 1;
            } else {
                wrong.push(format!(
                    "{component}: {name}\noptions {options}\nexpected\n{expected}\nours\n{}",
                    tree(&ours)
                ));
            }
        }
    }
    eprintln!("{same} fixtures equal");
    assert!(wrong.is_empty(), "{same} equal, {} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(same > 500, "only {same} fixtures were compared");
}
