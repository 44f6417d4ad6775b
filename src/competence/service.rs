//! The verbs of competences. Plain values in and out; each is one transaction.

mod certificates;
mod kinds;
mod skills;
mod standing;
mod team;
mod today;

pub use certificates::{EndedOf, certificate, change, chosen_id, end, except, record, to_record};
pub use kinds::{KindPage, Listed, add, add_need, delete, edit, list, open, remove_need, retire, suggest};
pub use skills::{Found, Run, SHOWN, Wanted as SkillsWanted, export as export_skills, in_date, search};
pub use standing::{KindStanding, Standing, Summary, of, own, summary};
pub use team::{Cell, GapCell, Matrix, MatrixRow, UnitGaps, matrix};
pub(super) use team::{everybody, picked_units};
pub use today::{Concerned, ConcernedList, TeamToday, concerned, own_today, team_today};
