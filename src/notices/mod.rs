//! Notices: what people are told by e-mail. The outbox, the job that sends it, and the page that shows both.
//!
//! Owns `mail_outbox` and `notice_choices`. A slice calls [`post`] in the deed's own transaction; the job writes the
//! text from a template and hands it to `mail` afterwards. A message carries a reference and a link, never content; so
//! this slice knows ids and addresses, and no record of anybody.

pub mod choices;
pub mod desk;
pub mod error;
pub mod hours;
mod hours_store;
pub mod job;
pub mod kinds;
pub mod model;
pub mod outbox;
pub mod pages;
mod policy;
mod schedule;
mod store;
pub mod test_message;

pub use desk::Desk;
pub use error::NoticeError;
pub use model::{NewNotice, NoticeKind, Posted};
pub use outbox::post;
