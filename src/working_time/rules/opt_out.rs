//! Leaving an opt-out again: regulation 5(2) and (3).

use jiff::Span;
use jiff::civil::Date;

use crate::working_time::calendar::later;
use crate::working_time::error::WorkingTimeError;
use crate::working_time::law::OptOutLaw;

/// The last day of an opt-out of which notice is given on `given_on`, with the days of notice that were agreed, or
/// those of the law.
///
/// # Errors
/// [`WorkingTimeError::NoticeTooLong`] when more was agreed than the law allows, or less than no days;
/// [`WorkingTimeError::DayOutOfRange`] at the end of time.
pub fn last_day_of_opt_out(
    law: &OptOutLaw,
    given_on: Date,
    agreed_days: Option<i64>,
) -> Result<Date, WorkingTimeError> {
    let days = agreed_days.unwrap_or(law.notice_days.value);
    let longest_months = law.longest_notice_months.value;
    let latest = Span::new().try_months(longest_months).and_then(|months| given_on.checked_add(months));
    let latest = latest.map_err(|_end_of_time| WorkingTimeError::DayOutOfRange(given_on))?;
    // A number of days beyond any calendar is too long a notice, too.
    let last = later(given_on, days).filter(|last| (given_on..=latest).contains(last));
    last.ok_or(WorkingTimeError::NoticeTooLong { days, longest_months })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::working_time::law::great_britain;

    #[test]
    fn notice_is_a_week_or_what_was_agreed_up_to_three_months() {
        let law = great_britain().opt_out;
        let last = |agreed| last_day_of_opt_out(&law, date(2026, 1, 30), agreed);
        assert_eq!(last(None), Ok(date(2026, 2, 6)));
        assert_eq!(last(Some(28)), Ok(date(2026, 2, 27)));
        // Three months from 30 January are 30 April: 90 days.
        assert_eq!(last(Some(90)), Ok(date(2026, 4, 30)));
        for wrong in [91, -1, i64::MAX] {
            assert_eq!(last(Some(wrong)), Err(WorkingTimeError::NoticeTooLong { days: wrong, longest_months: 3 }));
        }
    }
}
