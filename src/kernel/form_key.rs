//! Ids that a form chose for what it adds, so that sending it twice adds one.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How old such an id may be.
const AGE: SignedDuration = SignedDuration::from_hours(48);

/// The id in `text` when it is a UUID of version 7 that was made within the last two days: one that sorts elsewhere would
/// spoil the order of a table, and might be somebody's guess at another row's id. `None` for anything else.
pub fn chosen(text: &str, now: Timestamp) -> Option<Uuid> {
    let id = Uuid::try_parse(text.trim()).ok().filter(|id| id.get_version_num() == 7)?;
    let made = i64::try_from(id.get_timestamp()?.to_unix().0).ok()?;
    let age = now.duration_since(Timestamp::from_second(made).ok()?);
    (age <= AGE && age >= -SignedDuration::from_mins(5)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::DutyId;

    #[test]
    fn a_key_that_is_none_of_ours_or_too_old_is_none() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().expect("a time");
        let made = |hours| DutyId::new(now + SignedDuration::from_hours(hours)).0;
        let recent = made(-47);
        assert_eq!(chosen(&format!(" {recent} "), now), Some(recent));
        for wrong in [made(-49).to_string(), made(1).to_string(), Uuid::new_v4().to_string(), "x".to_owned()] {
            assert_eq!(chosen(&wrong, now), None, "{wrong}");
        }
    }
}
