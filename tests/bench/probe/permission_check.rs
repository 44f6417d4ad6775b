//! What one permission check takes, for somebody who holds every permission for a thousand units; and the binary
//! search among a thousand ids at the bottom of it, alone.
//!
//! The checks are spread over all permissions and ask for another unit each time, every second one a unit that is not
//! among theirs, so that neither the processor's caches nor its guesses make it look cheaper than it is.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;
use watchroom::authz::{Caller, Person, Reach, permission};
use watchroom::kernel::ids::{OrganisationId, PersonId, UnitId};

const UNITS: usize = 1_000;
/// Questions, asked again and again; far more than a processor remembers the answers of.
const QUESTIONS: usize = 16_384;
/// How often all of them are asked at a stretch.
const TIMES: u32 = 4;
const ROUNDS: usize = 25;

/// A check: which permission, of a record in which unit.
struct Question {
    permission: &'static str,
    unit: UnitId,
}

/// Prints nanoseconds of `Caller::reaches`, of `Caller::holds`, and of the search alone: medians of rounds in which
/// each has its turn.
pub(super) fn run() -> anyhow::Result<()> {
    let mut numbers = Numbers(1);
    let mut ids: Vec<Uuid> = (0..UNITS * 2).map(|_| numbers.id()).collect();
    ids.sort_unstable();
    // Every second one of a sorted list, so that those beside them fall between them.
    let units: Vec<UnitId> = ids.iter().copied().step_by(2).map(UnitId).collect();
    let raw: Vec<Uuid> = units.iter().map(|unit| unit.0).collect();
    let questions: Vec<Question> = (0..QUESTIONS)
        .filter_map(|_| {
            let (permission, unit) = (*numbers.one_of(permission::ALL)?, *numbers.one_of(&ids)?);
            Some(Question { permission, unit: UnitId(unit) })
        })
        .collect();
    let (caller, somebody) = (caller(&units), PersonId(numbers.id()));
    let found = questions.iter().filter(|question| caller.reaches(question.permission, somebody, question.unit));
    let expected = questions.iter().filter(|question| raw.binary_search(&question.unit.0).is_ok()).count();
    anyhow::ensure!(found.count() == expected && expected > 0, "the check and the search do not agree");

    let (mut reaches, mut holds, mut searches) = (Vec::new(), Vec::new(), Vec::new());
    for _round in 0..ROUNDS {
        reaches.push(nanoseconds(&questions, |question| {
            black_box(&caller).reaches(question.permission, somebody, question.unit)
        })?);
        holds.push(nanoseconds(&questions, |question| black_box(&caller).holds(question.permission))?);
        searches.push(nanoseconds(&questions, |question| black_box(&raw).binary_search(&question.unit.0).is_ok())?);
    }
    println!("FIGURES {:.1} {:.1} {:.1}", median(reaches), median(holds), median(searches));
    Ok(())
}

/// Somebody who holds everything, for `units`.
fn caller(units: &[UnitId]) -> Caller {
    let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
    let reach = Reach { own: true, units: units.to_vec(), roles: vec!["manager".to_owned()], ..Reach::default() };
    person.permissions = permission::ALL.iter().map(|code| ((*code).to_owned(), reach.clone())).collect();
    Caller::Person(Arc::new(person))
}

fn nanoseconds(questions: &[Question], ask: impl Fn(&Question) -> bool) -> anyhow::Result<f64> {
    let began = Instant::now();
    for _time in 0..TIMES {
        for question in questions {
            black_box(ask(black_box(question)));
        }
    }
    let asked = TIMES * u32::try_from(questions.len())?;
    Ok(began.elapsed().as_secs_f64() * 1e9 / f64::from(asked))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// SplitMix64: the same questions in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let range = u64::try_from(list.len()).ok()?;
        list.get(usize::try_from(self.next().checked_rem(range)?).ok()?)
    }
}
