//! The Working Time Regulations 1998 (S.I. 1998/1833) as they have stood in Great Britain since the limits for young
//! workers came into force. Data alone; "not confirmed" is what was not read in the text of the law itself.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::{date, time};

use super::{
    BreakLaw, Cited, CompensationLaw, HouseRules, NightLaw, OptOutLaw, OptedOutDays, RestLaw, RuleSet, WeekLaw,
    YoungLaw,
};
use crate::working_time::model::AbsenceKind;
use crate::working_time::seconds::Seconds;

/// The rule set that ships.
pub fn great_britain() -> RuleSet {
    RuleSet {
        version: "GB WTR 1998, 2003-04-06".into(),
        effective_from: date(2003, 4, 6),
        basis: Cow::Borrowed("the day of the figure; for a rest, the day on which the work before it began"),
        week: week(),
        opt_out: OptOutLaw {
            notice_days: Cited::not_confirmed(7, "WTR 1998, reg 5(2)"),
            longest_notice_months: Cited::not_confirmed(3, "WTR 1998, reg 5(3)"),
        },
        rest: rest(),
        compensation: compensation(),
        breaks: BreakLaw {
            after: Cited::not_confirmed(Seconds::from_hours(6), "WTR 1998, reg 12(1)"),
            length: Cited::not_confirmed(Seconds::from_minutes(20), "WTR 1998, reg 12(3)"),
            after_young: Cited::not_confirmed(Seconds::from_minutes(270), "WTR 1998, reg 12(4)"),
            length_young: Cited::not_confirmed(Seconds::from_minutes(30), "WTR 1998, reg 12(4)"),
        },
        night: night(),
        young: YoungLaw {
            day: Cited::not_confirmed(Seconds::from_hours(8), "WTR 1998, reg 5A(1)"),
            week: Cited::not_confirmed(Seconds::from_hours(40), "WTR 1998, reg 5A(1)"),
            night_from: Cited::not_confirmed(
                time(22, 0, 0, 0),
                "WTR 1998, regs 2(1) and 6A, unless the contract says 23:00",
            ),
            night_until: Cited::not_confirmed(
                time(6, 0, 0, 0),
                "WTR 1998, regs 2(1) and 6A, unless the contract says 7:00",
            ),
        },
        house: HouseRules {
            longest_open_work: Cited::confirmed(Seconds::from_hours(24), "Watchroom: the longest duty"),
            look_back_days: Cited::confirmed(7, "Watchroom: a week"),
        },
    }
}

fn week() -> WeekLaw {
    let excluded = BTreeSet::from([AbsenceKind::AnnualLeave, AbsenceKind::Sick, AbsenceKind::Family]);
    WeekLaw {
        limit: Cited::confirmed(Seconds::from_hours(48), "WTR 1998, reg 4(1)"),
        reference_weeks: Cited::confirmed(17, "WTR 1998, reg 4(3)"),
        reference_weeks_civil_protection: Cited::confirmed(26, "WTR 1998, regs 4(5) and 21(c)(iii)"),
        longest_reference_weeks: Cited::not_confirmed(52, "WTR 1998, reg 23(b)"),
        excluded: Cited::not_confirmed(excluded, "WTR 1998, reg 4(7)(a) to (c)"),
        opted_out_days: Cited::not_confirmed(
            OptedOutDays::Worked,
            "WTR 1998, reg 4(7)(d), read with Directive 2003/88, art 16(b): the average is to stay neutral",
        ),
    }
}

fn rest() -> RestLaw {
    RestLaw {
        daily: Cited::not_confirmed(Seconds::from_hours(11), "WTR 1998, reg 10(1)"),
        daily_young: Cited::not_confirmed(Seconds::from_hours(12), "WTR 1998, reg 10(2)"),
        per: Cited::not_confirmed(Seconds::from_hours(24), "WTR 1998, reg 10(1)"),
        weekly: Cited::not_confirmed(Seconds::from_hours(24), "WTR 1998, reg 11(1) and (2)(a)"),
        fortnightly: Cited::not_confirmed(Seconds::from_hours(48), "WTR 1998, reg 11(2)(b)"),
        weekly_young: Cited::not_confirmed(Seconds::from_hours(48), "WTR 1998, reg 11(3)"),
        weekly_may_hold_daily: Cited::not_confirmed(
            true,
            "WTR 1998, reg 11(7), where the organisation of work justifies it; otherwise 24 h come after the 11 h",
        ),
    }
}

fn compensation() -> CompensationLaw {
    CompensationLaw {
        daily_due_days: Cited::not_confirmed(
            14,
            "WTR 1998, reg 24(a) has no number; CJEU Jaeger, C-151/02: at once; clauses in use: ideally within 14 days",
        ),
        weekly_due_days: Cited::not_confirmed(
            61,
            "WTR 1998, reg 24(a) has no number, and no guidance was found: two months are ours to choose",
        ),
        break_due_days: Cited::not_confirmed(14, "WTR 1998, reg 24(a) has no number; as for the daily rest"),
        rest_in_one_piece: Cited::not_confirmed(
            true,
            "CJEU Jaeger, C-151/02, para 94: consecutive hours corresponding to the reduction",
        ),
        break_in_one_piece: Cited::not_confirmed(
            false,
            "Network Rail v Crawford, Court of Appeal: of the same value, not necessarily 20 minutes on end",
        ),
    }
}

fn night() -> NightLaw {
    NightLaw {
        from: Cited::not_confirmed(time(23, 0, 0, 0), "WTR 1998, reg 2(1), in default of an agreement"),
        until: Cited::not_confirmed(time(6, 0, 0, 0), "WTR 1998, reg 2(1), in default of an agreement"),
        hours: Cited::not_confirmed(Seconds::from_hours(3), "WTR 1998, reg 2(1)"),
        once_in: Cited::not_confirmed(
            3,
            "WTR 1998, reg 2(1) says as a normal course; R v Attorney General for Northern Ireland ex parte Burns: \
             one week in three is enough",
        ),
        limit: Cited::not_confirmed(Seconds::from_hours(8), "WTR 1998, reg 6(1)"),
        reference_weeks: Cited::not_confirmed(17, "WTR 1998, reg 6(3)"),
        hazard_limit: Cited::not_confirmed(Seconds::from_hours(8), "WTR 1998, reg 6(7)"),
    }
}
