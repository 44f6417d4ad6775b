//! Notices: what people are told in the app and by e-mail. The list behind the bell, the outbox, the job that sends it, the
//! weekly summary, and the pages that show them.
//!
//! Owns `notices`, `notice_choices`, `notice_times`, `notice_digests` and `mail_outbox`. A slice calls [`post`] (or
//! [`hours::tell`], when it knows no address) in the deed's own transaction; the job writes the text from a template and
//! hands it to `mail` afterwards. A notice carries a reference and a link, never content; so this slice knows ids and
//! addresses, and no record of anybody.

pub mod bell;
pub mod calendar;
pub mod choices;
mod choices_store;
mod compose;
pub mod desk;
pub mod desks;
pub mod digest;
pub mod error;
pub mod hours;
mod hours_store;
pub mod inbox;
mod inbox_store;
pub mod job;
pub mod kinds;
pub mod model;
pub mod outbox;
pub mod pages;
mod policy;
pub mod quiet;
mod reasons;
mod schedule;
mod store;
pub mod test_message;

pub use desk::Desk;
pub use error::NoticeError;
pub use inbox::{Note, note};
pub use model::{NewNotice, NoticeKind, Posted};
pub use outbox::{mail, mail_outside, post};
