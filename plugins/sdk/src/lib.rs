//! What a Watchroom plugin is written with.
//!
//! A report is one function from a [`Run`] to a [`Document`]:
//!
//! ```ignore
//! use watchroom_plugin_sdk::{Document, Error, Query, Run, report};
//!
//! report!(run);
//!
//! fn run(run: &Run) -> Result<Document, Error> {
//!     let mut minutes = 0;
//!     for batch in Query::groups("duties", &[]).sum("minutes", "total").open()? {
//!         minutes += batch?.integers("total")?.sum();
//!     }
//!     Ok(Document::new("Hours").paragraph(format!("{} minutes since {}.", minutes, run.period.from)))
//! }
//! ```
//!
//! Everything here calls the host; there is nothing else to call. The limits are in `wit/v1`.

#[doc(hidden)]
pub mod bindings {
    #![allow(clippy::all, clippy::unwrap_used, clippy::indexing_slicing, unreachable_pub, missing_docs)]
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "report",
        pub_export_macro: true,
        export_macro_name: "export_report",
        default_bindings_module: "watchroom_plugin_sdk::bindings",
    });
}

mod batch;
mod civil;
mod document;
mod host;
mod query;

pub use batch::{Answer, Batch, Booleans, Floats, Integers, Texts};
pub use bindings::watchroom::plugin::types::Error;
pub use civil::{Date, Instant};
pub use document::{Cell, Chart, Column, Document, Figure, Table};
pub use host::{Period, Run, log, settings, start};
pub use query::{Condition, Query, any_of, at_least, at_most, before, equal, missing, not_equal, present};
