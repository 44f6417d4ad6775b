//! Makes one plugin file: a core module becomes a component, and its manifest becomes a custom section of it.
//!
//! `watchroom-plugin-pack MODULE.wasm MANIFEST.toml PLUGIN.wasm`
//!
//! The same input gives the same bytes. Rules of the manifest are checked by the host: `watchroom plugin inspect`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::ComponentSection;
use wasmparser::{ComponentTypeRef, Parser, Payload, TypeBounds};

const SECTION: &str = "watchroom:manifest";
const PACKAGE: &str = "watchroom:plugin/";

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, manifest, plugin] = arguments.as_slice() else {
        bail!("usage: watchroom-plugin-pack MODULE.wasm MANIFEST.toml PLUGIN.wasm");
    };
    let manifest = manifest_json(manifest)?;
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let packed = pack(&bytes, &manifest).with_context(|| format!("cannot pack {}", module.display()))?;
    fs::write(plugin, &packed).with_context(|| format!("cannot write {}", plugin.display()))?;
    println!("{}: {} bytes", plugin.display(), packed.len());
    Ok(())
}

/// The manifest's TOML as the JSON that the section holds.
fn manifest_json(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut value = serde_json::to_value(toml::from_str::<toml::Table>(&text)?)?;
    undate(&mut value);
    Ok(serde_json::to_string(&value)?)
}

/// TOML's own dates become the text that JSON has for them.
fn undate(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(text) = map.get("$__toml_private_datetime").cloned() {
                *value = text;
            } else {
                map.values_mut().for_each(undate);
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(undate),
        _ => {}
    }
}

fn pack(module: &[u8], manifest: &str) -> Result<Vec<u8>> {
    let mut component = wit_component::ComponentEncoder::default()
        .module(module)
        .context("it is not a core module that was built with the SDK")?
        .validate(true)
        .encode()
        .context("it needs something that the plugin interface does not have")?;
    check_imports(&component)?;
    let section =
        wasm_encoder::CustomSection { name: Cow::Borrowed(SECTION), data: Cow::Borrowed(manifest.as_bytes()) };
    section.append_to_component(&mut component);
    Ok(component)
}

/// Refuses anything that is imported from elsewhere.
fn check_imports(component: &[u8]) -> Result<()> {
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ComponentSection { .. } | Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    let import = import?;
                    if matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_))) {
                        continue; // only a name for a type of the world
                    }
                    let name = import.name.0;
                    ensure!(name.starts_with(PACKAGE), "it imports `{name}`; only `{PACKAGE}…` is there");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_module_is_refused_in_words() {
        let error = pack(b"not wasm", "{}").expect_err("refused");
        assert!(error.to_string().contains("not a core module"), "{error}");
    }

    #[test]
    fn dates_of_toml_become_text() {
        let table: toml::Table = toml::from_str("[[settings]]\ndefault = 2026-11-22").expect("toml");
        let mut value = serde_json::to_value(table).expect("json");
        undate(&mut value);
        assert_eq!(value.to_string(), r#"{"settings":[{"default":"2026-11-22"}]}"#);
    }
}
