//! Version 1 of the plugin interface: one file per WIT interface, each turning WIT's types into the host's and back.
//!
//! Owns nothing else: what is allowed is decided in `check`, what is stopped in `run` and `limits`.

mod clock;
mod data;
mod document;
mod log;
mod settings;

use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Linker};

use self::bindings::watchroom::plugin::types;
use super::document::Document;
use super::engine::PluginHost;
use super::load::Loaded;
use super::run::{GuestError, RunState};

mod bindings {
    wasmtime::component::bindgen!({
        path: "plugins/wit/v1",
        world: "report",
        imports: { default: trappable },
        with: { "watchroom:plugin/data.answer": super::data::OpenAnswer },
    });
}

/// A plugin of this version, ready to be instantiated.
pub(super) type Compiled = bindings::ReportPre<RunState>;

/// Gives the linker all that a plugin can reach.
pub(super) fn add_to_linker(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    bindings::Report::add_to_linker::<_, HasSelf<_>>(linker, |state| state)
}

/// Compiles a component and checks that it fits the world.
pub(super) fn compile(host: &PluginHost, bytes: &[u8]) -> wasmtime::Result<Compiled> {
    let component = Component::from_binary(&host.engine, bytes)?;
    bindings::ReportPre::new(host.linker.instantiate_pre(&component)?)
}

/// Makes an instance, asks it for its report and drops it.
pub(super) fn call(plugin: &Loaded, store: &mut Store<RunState>) -> wasmtime::Result<Result<Document, GuestError>> {
    let instance = plugin.report.instantiate(&mut *store)?;
    let request = &store.data().request;
    let request = bindings::Request {
        period_from: clock::days(request.period.from),
        period_to: clock::days(request.period.to),
        unit: request.unit.clone(),
        locale: request.locale.clone(),
        now: request.now.as_microsecond(),
    };
    match instance.call_run(store, &request)? {
        Ok(document) => Ok(Ok(document::from_wit(document)?)),
        Err(error) => Ok(Err(error.into())),
    }
}

impl types::Host for RunState {}

/// The most characters of a plugin's own sentence that are kept.
const SENTENCE_CHARS: usize = 1_000;

/// A plugin's words, fit for a page and a log: cut, and without control characters.
fn sentence(text: &str) -> String {
    text.chars().take(SENTENCE_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl From<types::Error> for GuestError {
    fn from(error: types::Error) -> Self {
        match error {
            types::Error::Denied => Self::Denied,
            types::Error::NotFound => Self::NotFound,
            types::Error::Quota => Self::Quota,
            types::Error::Invalid(text) => Self::Invalid(sentence(&text)),
            types::Error::Unavailable => Self::Unavailable,
        }
    }
}

impl From<GuestError> for types::Error {
    fn from(error: GuestError) -> Self {
        match error {
            GuestError::Denied => Self::Denied,
            GuestError::NotFound => Self::NotFound,
            GuestError::Quota => Self::Quota,
            GuestError::Invalid(text) => Self::Invalid(text),
            GuestError::Unavailable => Self::Unavailable,
        }
    }
}
