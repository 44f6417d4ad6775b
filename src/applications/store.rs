//! The tables of vacancies and applications.

mod applications;
mod letters;
mod outside;
mod scores;
mod today;
mod vacancies;

pub(super) use applications::{
    application, change_stage, convert, counts, decide, events, fetch, files, list, names, note,
};
pub(super) use letters::{add_letter, applicant_of, letters, organisation_name, set_words, words, words_of};
pub(super) use outside::{add_file, any, by_reference, insert, note_outside, received_for, sweep, withdraw};
pub(super) use scores::{add_mark, has_scored, marks};
pub(super) use today::open_by_stage;
pub(super) use vacancies::{add_vacancy, change_vacancy, has_applications, set_state, vacancies, vacancy};
