//! What a plugin file must be.

use super::*;

#[test]
fn a_plugin_file_says_what_it_is() {
    let bytes = guest("hours-summary");
    let seen = Loaded::inspect(&bytes, FILE_LIMIT).expect("good");
    let size = u64::try_from(bytes.len()).expect("small");
    assert_eq!((seen.manifest.name.as_str(), seen.size_bytes), ("hours-summary", size));
    assert_eq!(seen.sha256.len(), 64);
    assert!(seen.imports.iter().all(|import| import.starts_with("watchroom:plugin/")), "{:?}", seen.imports);
    // Without its manifest, with two, and cut off.
    let at = bytes.windows(18).rposition(|window| window == b"watchroom:manifest").expect("section");
    let head = at - 1 - 2 - 1;
    let refusal = |bytes: &[u8]| Loaded::inspect(bytes, FILE_LIMIT).expect_err("refused").to_string();
    assert!(refusal(&bytes[..head]).contains("has no `watchroom:manifest` section"));
    let twice = [&bytes[..], &bytes[head..]].concat();
    assert!(refusal(&twice).contains("more than one"));
    assert!(refusal(&bytes[..bytes.len() - 10]).contains("damaged"));
}

/// A component that imports one interface with one function that takes and returns nothing, and exports it as `run`.
fn component_importing(interface: &str, function: &str) -> Vec<u8> {
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
    let name = |text: &str| [&[0, length(text.as_bytes())], text.as_bytes()].concat();
    let section = |id: u8, body: Vec<u8>| [&[id, length(&body)], body.as_slice()].concat();
    let no_parameters = [0x40, 0, 1, 0];
    // An instance type of two declarations: the function's type, and its export.
    let instance = [&[1, 0x42, 2, 1], &no_parameters[..], &[4], &name(function), &[1, 0]].concat();
    let import = [&[1], name(interface).as_slice(), &[5, 0]].concat();
    let alias = [&[1, 1, 0, 0, length(function.as_bytes())], function.as_bytes()].concat();
    let export = [&[1], name("run").as_slice(), &[1, 0, 0]].concat();
    [
        b"\0asm\x0d\0\x01\0".to_vec(),
        section(7, instance),
        section(10, import),
        section(6, alias),
        section(11, export),
        section(0, [b"\x12watchroom:manifest".as_slice(), MANIFEST].concat()),
    ]
    .concat()
}

const MANIFEST: &[u8] =
    br#"{"name":"a","title":"A","version":"1.0.0","kind":"report","publisher":"B","description":"C"}"#;

#[test]
fn a_plugin_that_imports_something_else_is_refused() {
    for (interface, function, part) in [
        ("wasi:cli/environment@0.2.0", "get-environment", "asks for `wasi:cli/environment@0.2.0`, which Watchroom"),
        ("watchroom:plugin/secrets@1.0.0", "read", "asks for `watchroom:plugin/secrets@1.0.0`, which Watchroom"),
        ("watchroom:plugin/log@2.0.0", "write", "built for version 2.0.0 of `log`"),
    ] {
        let bytes = component_importing(interface, function);
        let sentence = Loaded::inspect(&bytes, FILE_LIMIT).expect_err("refused").to_string();
        assert!(sentence.contains(part), "{sentence}");
        assert!(Loaded::compile(host(), &bytes, FILE_LIMIT).is_err());
    }
}

#[test]
fn a_plugin_that_asks_for_another_function_does_not_fit() {
    let mut bytes = guest("test-guests");
    let (old, new) = (b"next-batch", b"next-botch");
    for at in 0..bytes.len() - old.len() {
        if &bytes[at..at + old.len()] == old {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
    Loaded::inspect(&bytes, FILE_LIMIT).expect("the interfaces are right");
    let error = Loaded::compile(host(), &bytes, FILE_LIMIT).expect_err("refused");
    assert!(matches!(error, LoadError::Unfit(_)), "{error}");
    assert!(error.to_string().contains("next-botch"), "{error}");
}

#[test]
fn a_damaged_file_is_refused_and_never_panics() {
    let bytes = guest("test-guests");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        for _ in 0..4 {
            // A small generator is enough: the point is to hit many places, the same ones every time.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).expect("fits") % damaged.len();
            damaged[at] ^= 1 << (state % 8);
        }
        if let Err(error) = Loaded::inspect(&damaged, FILE_LIMIT) {
            assert!(!error.to_string().is_empty());
        }
        Loaded::inspect(&damaged[..damaged.len() / 2], FILE_LIMIT).expect_err("cut off");
    }
}
