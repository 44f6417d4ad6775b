//! Duty patterns that services work, as a start: after they were added they are the organisation's own.
//!
//! Sources: Scheme of Conditions of Service ("Grey Book"), section 4A: shift, day crewing, day duty, flexible duty and
//! on-call systems, an average of 42 hours a week. The hours of the day are the usual ones of the system and have to be
//! set to the local agreement.

use jiff::civil::Time;

use super::model::Form;

/// A duty of a preset.
#[derive(Debug, Clone, Copy)]
pub struct PresetSlot {
    /// The day of the cycle, from 0.
    pub day: i32,
    /// When it begins.
    pub starts: Time,
    /// When it ends.
    pub ends: Time,
    /// What sort of duty.
    pub form: Form,
    /// Its breaks, in minutes.
    pub break_minutes: i32,
}

/// A pattern that is offered.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// What it is called.
    pub name: &'static str,
    /// After how many days it comes again.
    pub cycle_days: i32,
    /// What it is, for whoever chooses.
    pub summary: &'static str,
    /// Its duties.
    pub slots: &'static [PresetSlot],
}

const fn slot(day: i32, starts: i8, ends: i8, form: Form, break_minutes: i32) -> PresetSlot {
    PresetSlot {
        day,
        starts: Time::constant(starts, 0, 0, 0),
        ends: Time::constant(ends, 0, 0, 0),
        form,
        break_minutes,
    }
}

const fn shift(day: i32, starts: i8, ends: i8) -> PresetSlot {
    slot(day, starts, ends, Form::Shift, 0)
}

const fn standby(day: i32, starts: i8, ends: i8) -> PresetSlot {
    slot(day, starts, ends, Form::Standby, 0)
}

/// All that are offered. The first one is the most common.
pub const ALL: &[Preset] = &[
    Preset {
        name: "2-2-4",
        cycle_days: 8,
        summary: "Two days of 9 hours, two nights of 15, four days off: 42 hours a week on average",
        slots: &[shift(0, 9, 18), shift(1, 9, 18), shift(2, 18, 9), shift(3, 18, 9)],
    },
    Preset {
        name: "Day crewing",
        cycle_days: 8,
        summary: "Four days at the station with cover from home at night, four days off",
        slots: &[
            shift(0, 8, 18),
            standby(0, 18, 8),
            shift(1, 8, 18),
            standby(1, 18, 8),
            shift(2, 8, 18),
            standby(2, 18, 8),
            shift(3, 8, 18),
            standby(3, 18, 8),
        ],
    },
    Preset {
        name: "Day duty",
        cycle_days: 7,
        summary: "Monday to Friday, if the first day of the cycle is a Monday",
        slots: &[
            slot(0, 8, 17, Form::Shift, 60),
            slot(1, 8, 17, Form::Shift, 60),
            slot(2, 8, 17, Form::Shift, 60),
            slot(3, 8, 17, Form::Shift, 60),
            slot(4, 8, 17, Form::Shift, 60),
        ],
    },
    Preset {
        name: "Flexible duty",
        cycle_days: 14,
        summary: "Officers: office days with cover by night, a weekend of cover in two weeks",
        slots: &[
            slot(0, 9, 17, Form::Shift, 60),
            standby(0, 17, 9),
            slot(1, 9, 17, Form::Shift, 60),
            slot(2, 9, 17, Form::Shift, 60),
            standby(2, 17, 9),
            slot(3, 9, 17, Form::Shift, 60),
            slot(4, 9, 17, Form::Shift, 60),
            standby(4, 17, 9),
            standby(5, 9, 9),
            standby(6, 9, 9),
            slot(7, 9, 17, Form::Shift, 60),
            slot(8, 9, 17, Form::Shift, 60),
            standby(8, 17, 9),
            slot(9, 9, 17, Form::Shift, 60),
            slot(10, 9, 17, Form::Shift, 60),
            standby(10, 17, 9),
            slot(11, 9, 17, Form::Shift, 60),
        ],
    },
    Preset {
        name: "On-call cover, nights and weekends",
        cycle_days: 7,
        summary: "From home, Monday to Friday by night and all weekend, if the first day of the cycle is a Monday",
        slots: &[
            standby(0, 18, 6),
            standby(1, 18, 6),
            standby(2, 18, 6),
            standby(3, 18, 6),
            standby(4, 18, 6),
            standby(5, 6, 6),
            standby(6, 6, 6),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_preset_has_two_duties_at_once_and_each_lies_in_its_cycle() {
        for preset in ALL {
            let minutes = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
            let mut last = 0;
            for slot in preset.slots {
                assert!((0..preset.cycle_days).contains(&slot.day), "{}", preset.name);
                let start = slot.day * 1_440 + minutes(slot.starts);
                let next = if slot.ends > slot.starts { 0 } else { 1_440 };
                assert!(start >= last, "{} on day {}", preset.name, slot.day);
                last = slot.day * 1_440 + minutes(slot.ends) + next;
            }
            // The last duty ends before the cycle begins again.
            let first = preset.slots.first().map_or(0, |slot| minutes(slot.starts));
            assert!(last <= preset.cycle_days * 1_440 + first, "{}", preset.name);
        }
    }
}
