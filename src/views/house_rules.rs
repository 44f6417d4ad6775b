//! Rules that templates and assets keep, read from the files themselves.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::assets;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` as its path from there and its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).expect("file")));
            }
        }
    }
    assert!(!found.is_empty(), "{} is empty", folder.display());
    found
}

fn texts(folder: &str, ending: &str) -> Vec<(String, String)> {
    let all = files(&root().join(folder)).into_iter().filter(|(name, _)| name.ends_with(ending));
    all.map(|(name, bytes)| (name, String::from_utf8(bytes).expect("UTF-8"))).collect()
}

#[test]
fn no_template_holds_inline_code_or_style() {
    for (name, text) in texts("templates", ".hbs") {
        for banned in [" style=", "<style", "javascript:", " onclick=", " onchange=", " onsubmit=", " placeholder="] {
            assert!(!text.contains(banned), "{name} has {banned}");
        }
    }
}

#[test]
fn nothing_that_is_served_leads_out_of_the_appliance() {
    for (name, bytes) in files(&root().join("templates/assets")) {
        let text = String::from_utf8_lossy(&bytes);
        if name.ends_with(".gz") || assets::find(assets::hash(), &name).is_none() {
            continue;
        }
        let own = text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", "");
        for banned in [
            "http://",
            "https://",
            "GDS Transport",
            "govuk-crest",
            "govuk-logotype",
            "@import",
            "sourceMappingURL",
            "@font-face",
        ] {
            assert!(!own.contains(banned), "{name} has {banned}");
        }
    }
}

#[test]
fn vendored_files_are_those_that_were_recorded() {
    let record = std::fs::read_to_string(root().join("templates/assets/VENDOR.toml")).expect("VENDOR.toml");
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('=')).expect("key");
        line.trim().trim_matches('"').to_owned()
    };
    let blocks: Vec<&str> =
        record.split("[[file]]").skip(1).map(|block| block.split("\n[").next().expect("block")).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let name = value(block, "name");
        let bytes = std::fs::read(root().join("templates/assets").join(&name)).expect("vendored file");
        let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
        assert_eq!(sum, value(block, "sha256"), "{name} was changed: run packaging/vendor-assets");
        assert_eq!((value(block, "version").as_str(), value(block, "licence").as_str()), ("6.6.0", "MIT"));
    }
}

#[test]
fn compressed_assets_hold_the_same_bytes() {
    for name in ["govuk.css", "govuk-frontend.min.js", "watchroom.css", "watchroom.js", "passkey.js", "mark.svg"] {
        let asset = assets::find(assets::hash(), name).expect("asset");
        let gzip = asset.gzip.expect("compressed");
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*gzip), &mut unpacked).expect("gzip");
        assert!(unpacked == *asset.bytes, "{name} differs when it is compressed");
    }
}

#[test]
fn assets_are_found_by_name_and_kept_for_ever_under_their_hash() {
    let asset = assets::find(assets::hash(), "watchroom.css").expect("asset");
    assert_eq!(asset.content_type, "text/css; charset=utf-8");
    assert_eq!(asset.cache_control(), "public, max-age=31536000, immutable");
    let old = assets::find("0123456789abcdef", "watchroom.css").expect("asset");
    assert_eq!(old.cache_control(), "no-cache");
    for name in ["VENDOR.toml", "LICENCES.txt", "govuk.css.gz", "../mod.rs", "nothing.css", ""] {
        assert!(assets::find(assets::hash(), name).is_none(), "{name} is served");
    }
}

#[test]
fn our_script_and_the_first_page_are_small() {
    let size = |name: &str| {
        assets::find(assets::hash(), name).map(|asset| asset.gzip.map_or(asset.bytes.len(), |gzip| gzip.len()))
    };
    assert!(size("watchroom.js").expect("script") < 10_000);
    let first_page: usize = ["govuk.css", "watchroom.css", "watchroom.js", "govuk-frontend.min.js", "mark.svg"]
        .into_iter()
        .map(|name| size(name).expect("asset"))
        .sum();
    assert!(first_page < 60_000, "{first_page} bytes before the page itself");
}

#[test]
fn no_registry_stands_in_the_lock_file() {
    let lock = std::fs::read_to_string(root().join("tests/browser/package-lock.json")).expect("package-lock.json");
    assert!(!lock.contains("\"resolved\"") && !lock.contains("://registry"));
}

#[test]
fn every_page_template_has_a_context_and_a_render_test() {
    let sources: Vec<String> = texts("src", ".rs").into_iter().map(|(_, text)| text).collect();
    for (name, _) in texts("templates/pages", ".hbs") {
        let file = name.rsplit('/').next().expect("a name");
        if file.starts_with('_') {
            continue;
        }
        let template = name.strip_suffix(".hbs").expect("ending");
        let constant = format!("TEMPLATE: &'static str = \"{template}\"");
        let source = sources.iter().find(|text| text.contains(&constant));
        let source = source.unwrap_or_else(|| panic!("no PageContext has the template {template}"));
        let before = source.split(&constant).next().unwrap_or_default();
        let context = before.rsplit("impl PageContext for ").next().and_then(|rest| rest.split([' ', '<', '{']).next());
        let context = context.expect("a type");
        let checks = |text: &String| {
            let mut calls = text.split("check::<").skip(1).filter_map(|rest| rest.split('>').next());
            calls.any(|path| path.rsplit("::").next() == Some(context))
        };
        assert!(sources.iter().any(checks), "no test calls check::<{context}>() for {template}");
    }
}
