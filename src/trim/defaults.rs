//! After which kinds of work TRiM is offered, to begin with. The service's own from then on.
//!
//! The criteria are those that a fire and rescue service publishes: death of a child, sudden death, suicide or murder,
//! attempt at resuscitation. The kinds of work that an organisation begins with tell of some of them only; a service that
//! logs a fatal incident as a sub-category of its own adds it.

use super::model::Criterion;

/// The codes of a kind of work from the type down, `*` for any; why.
pub const CRITERIA: &[(&str, Criterion)] = &[
    ("fire-incident/special-service/suicide", Criterion::Suicide),
    ("ambulance-job/cardiac-arrest", Criterion::Resuscitation),
    ("ambulance-response/*/role", Criterion::SuddenDeath),
];
