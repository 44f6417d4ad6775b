//! The render test of a page: its samples render, and what comes out is a sound document.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::{Layout, PageContext, Views};

static VIEWS: LazyLock<Views> = LazyLock::new(|| Views::new().expect("the templates parse"));

/// The views, parsed once for all tests.
pub(crate) fn views() -> &'static Views {
    &VIEWS
}

/// Renders every sample of `P`, signed in and not, and looks at the structure.
///
/// The pages are left in `target/gallery`, where `tests/browser/gallery.mjs` looks at them in a browser, with axe.
pub(crate) fn check<P: PageContext>() {
    for (number, sample) in P::samples().iter().enumerate() {
        for layout in [Layout::sample(), Layout::anonymous("t", "r")] {
            let html = views().page(&layout, sample);
            let html = html.unwrap_or_else(|error| panic!("{} sample {number}: {:?}", P::TEMPLATE, error));
            let faults = faults(&html);
            assert!(faults.is_empty(), "{} sample {number}: {faults:?}\n{html}", P::TEMPLATE);
            if layout.person.is_some() {
                keep(&format!("{}-{number}.html", P::TEMPLATE.replace('/', "-")), &html);
            }
        }
    }
}

fn keep(name: &str, html: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gallery");
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    std::fs::write(folder.join(name), html).expect("the gallery can be written");
}

/// Parses a whole document.
pub(crate) fn parse(html: &str) -> RcDom {
    html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html)
}

/// What is wrong with a page: parse errors, repeated ids, other than one `h1`, inline code or style, links to nowhere,
/// labels and descriptions that name no element, a POST form without its token.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let dom = parse(html);
    let mut faults: Vec<String> = dom
        .errors
        .borrow()
        .iter()
        .filter(|error| !error.contains("Unacknowledged self-closing"))
        .map(ToString::to_string)
        .collect();
    let page = RefCell::new(Page::default());
    walk(&dom.document, &mut |name, attrs| page.borrow_mut().see(name, attrs));
    let page = page.into_inner();
    faults.extend(page.faults);
    if page.headings != 1 {
        faults.push(format!("{} h1", page.headings));
    }
    if page.posts != page.tokens {
        faults.push(format!("{} POST forms but {} tokens", page.posts, page.tokens));
    }
    faults.extend(
        page.references.iter().filter(|id| !page.ids.contains(*id)).map(|id| format!("no element has the id {id}")),
    );
    faults
}

#[derive(Default)]
struct Page {
    ids: BTreeSet<String>,
    references: BTreeSet<String>,
    faults: Vec<String>,
    headings: usize,
    posts: usize,
    tokens: usize,
}

impl Page {
    fn see(&mut self, name: &str, attrs: &[(String, String)]) {
        let get = |key: &str| attrs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        for (key, value) in attrs {
            match key.as_str() {
                "id" if !self.ids.insert(value.clone()) => self.faults.push(format!("the id {value} comes twice")),
                "style" => self.faults.push(format!("inline style on {name}")),
                key if key.starts_with("on") => self.faults.push(format!("inline code {key} on {name}")),
                "aria-describedby" | "aria-labelledby" | "aria-controls" | "headers" => {
                    self.references.extend(value.split_whitespace().map(ToOwned::to_owned));
                }
                "for" if name == "label" => {
                    self.references.insert(value.clone());
                }
                "href" if value.len() > 1 && value.starts_with('#') => {
                    self.references.insert(value.trim_start_matches('#').to_owned());
                }
                "href" | "src" | "action" if value.contains("://") || value.starts_with("//") => {
                    self.faults.push(format!("{name} leads out of the appliance: {value}"));
                }
                "href" | "src" if value.is_empty() => self.faults.push(format!("{name} without an address")),
                _ => {}
            }
        }
        match name {
            "h1" => self.headings += 1,
            "style" => self.faults.push("inline style sheet".to_owned()),
            "script" if get("src").is_none() => self.faults.push("inline script".to_owned()),
            "form" if get("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) => self.posts += 1,
            "input" if get("name") == Some(super::page::CSRF_FIELD) => self.tokens += 1,
            "img" if get("alt").is_none() => self.faults.push("img without alt".to_owned()),
            _ => {}
        }
    }
}

/// Called with an element's name and attributes.
type See<'a> = &'a mut dyn FnMut(&str, &[(String, String)]);

fn walk(node: &Handle, see: See<'_>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attrs: Vec<(String, String)> =
            attrs.borrow().iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
        see(&name.local, &attrs);
    }
    for child in node.children.borrow().iter() {
        walk(child, see);
    }
}

#[cfg(test)]
mod tests {
    use super::super::ErrorPage;
    use super::*;

    #[test]
    fn error_pages_render() {
        check::<ErrorPage>();
    }

    #[test]
    fn every_fault_is_seen() {
        let bad = r##"<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body>
            <p id="a" style="x">1</p><p id="a" onclick="x">2</p><a href="#nowhere">3</a><a href="http://example.org/">4</a>
            <form method="post"><label for="b">5</label></form><script>1</script><img src="/x"></body></html>"##;
        let faults = faults(bad).join("; ");
        for part in [
            "twice",
            "inline style on",
            "inline code",
            "nowhere",
            "leads out",
            "no element has the id b",
            "POST forms",
            "0 h1",
            "inline script",
            "style sheet",
            "without alt",
        ] {
            assert!(faults.contains(part), "{part} not in {faults}");
        }
    }
}
