//! The verbs of vacancies and applications. Plain values in and out; each is one transaction.

mod conversion;
mod handling;
mod outside;
mod vacancies;
mod words;

pub use conversion::{Wanted, convert, to_convert};
pub use handling::{ByMail, Decision, Document, Opened, Scored, decide, download, move_to, open, score};
pub use outside::{Followed, Incoming, Receipt, VacancyPage, advertised, follow, receive, withdraw};
pub use vacancies::{Listed, Queue, add, before_adding, change, list, queue, set_open, to_change};
pub use words::{read_words, write_words};
