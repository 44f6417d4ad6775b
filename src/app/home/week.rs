//! My week: what is one's own.

use jiff::ToSpan;

use super::{Cards, Now, in_hours, whole};
use crate::competence::service::KindStanding;
use crate::competence::standing_rules::State;
use crate::db::Tx;
use crate::home::{Card, Section};
use crate::timesheets::own::{Only, OwnPeriod};
use crate::views::charts::{Chart, ChartKind, Series};
use crate::views::format;
use crate::working_time::service::Concern;
use crate::{claims, competence, cpd, duties, exposures, signals, timesheets, working_time};

const WEEK: Section = Section::Week;

/// The hours of this week by day.
pub(super) fn hours(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(week) = duties::today::own_week(tx, now.today)? else { return Ok(Vec::new()) };
    let minutes: i64 = week.minutes.iter().sum();
    let days: Vec<String> = (0..7_i64)
        .filter_map(|day| week.from.checked_add(day.days()).ok())
        .map(|day| day.strftime("%a").to_string())
        .collect();
    let chart = (minutes > 0).then(|| Chart {
        kind: ChartKind::Bar,
        title: "Hours of this week, by the day on which a duty began".to_owned(),
        summary: format!("{} in all.", format::minutes(minutes)),
        labels_title: "Day".to_owned(),
        labels: days,
        series: vec![Series {
            name: "Hours".to_owned(),
            values: week.minutes.iter().map(|minutes| Some(in_hours(*minutes))).collect(),
        }],
        unit: Some("hours".to_owned()),
    });
    let href = format!("/duties?from={}&to={}", week.from, week.to);
    let said = match week.duties {
        0 => "Nothing is logged since Monday.".to_owned(),
        duties => format!("{} since Monday.", format::count(duties, "duty", "duties")),
    };
    Ok(vec![
        Card::information(WEEK, "week", "Hours this week")
            .reading(format::minutes(minutes), "", href)
            .saying(said)
            .drawn(chart),
    ])
}

/// What is to be submitted, and what came back.
pub(super) fn timesheets(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let periods = timesheets::today::own(tx, now.today)?;
    let of = |only: Only| -> Vec<&OwnPeriod> { periods.iter().filter(|period| period.is(only, now.today)).collect() };
    let mut cards = Vec::new();
    let returned = of(Only::Returned);
    if let Some(oldest) = returned.last() {
        cards.push(
            Card::needs_you(WEEK, "returned", "Returned to you")
                .counting(whole(returned.len()), ("timesheet", "timesheets"), "/timesheets?show=returned")
                .saying(format!("Look at why, mend it and submit it again: {}.", oldest.period.in_words())),
        );
    }
    let due = of(Only::Due);
    if let Some(oldest) = due.last() {
        let when = if oldest.due < now.today { "was due on" } else { "is due by" };
        let said = format!("{} {when} {}.", oldest.period.in_words(), format::long_date(oldest.due));
        cards.push(
            Card::needs_you(WEEK, "due", "To submit")
                .counting(whole(due.len()), ("timesheet", "timesheets"), "/timesheets?show=due")
                .saying(said),
        );
    }
    Ok(cards)
}

/// What one lacks, and what ends.
pub(super) fn competences(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(standing) = competence::service::own_today(tx, now.today)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    let lacking: Vec<&KindStanding> = standing.kinds.iter().filter(|kind| kind.is_lacking()).collect();
    if !lacking.is_empty() {
        let title = if standing.effect == competence::model::Effect::OffTheRun {
            "You are off the run"
        } else {
            "You are restricted"
        };
        cards.push(
            Card::needs_you(WEEK, "lacking", title)
                .counting(
                    whole(lacking.len()),
                    ("competence is lacking", "competences are lacking"),
                    "/competences?show=lacking",
                )
                .saying("Until this is put right. Whoever plans your training records it."),
        );
    }
    let mut ending: Vec<(i64, &KindStanding)> =
        standing.kinds.iter().filter_map(|kind| Some((left(kind.state)?, kind))).collect();
    ending.sort_by_key(|(left, _kind)| *left);
    if let Some((left, first)) = ending.first() {
        // Within the second notice it is time to act; before, it is good to know.
        let soon = *left <= 30;
        let card = if soon {
            Card::needs_you(WEEK, "ending", "Certificates ending")
        } else {
            Card::information(WEEK, "ending", "Certificates ending")
        };
        let name = &first.kind.draft.name;
        let said = match left {
            ..0 => format!("{name} has run out and counts only through its grace."),
            0 => format!("{name} ends today."),
            left => format!("{name} ends first, in {}.", format::count(*left, "day", "days")),
        };
        cards.push(
            card.counting(
                whole(ending.len()),
                ("ends within 90 days", "end within 90 days"),
                "/competences?show=ending",
            )
            .saying(said),
        );
    }
    Ok(cards)
}

/// Days to the end of what ends soon; less than nothing for what is in its grace.
const fn left(state: State) -> Option<i64> {
    match state {
        State::Ending(_last, left) => Some(left),
        State::Grace(..) => Some(-1),
        State::Valid(_) | State::Lapsed(_) | State::Withdrawn | State::Missing => None,
    }
}

/// One's own signals that are raised and do not sleep. Nobody else's: not even how many there are.
pub(super) fn signals(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let raised = signals::service::count(tx, now.at)?.unwrap_or(0);
    let card = (raised > 0).then(|| {
        Card::information(WEEK, "signals", "Signals")
            .counting(whole(raised), ("signal of yours", "signals of yours"), "/signals")
            .saying("Raised, and seen by you alone unless you chose somebody.")
    });
    Ok(card.into_iter().collect())
}

/// Entries that others ask one to confirm.
pub(super) fn cpd(tx: &mut Tx<'_>, _now: &Now) -> Cards {
    let asked = cpd::service::waiting(tx)?;
    let card = (asked > 0).then(|| {
        Card::needs_you(WEEK, "cpd-asked", "CPD to confirm")
            .counting(whole(asked), ("request", "requests"), "/cpd/requests")
            .saying("Somebody asks you to confirm what they did.")
    });
    Ok(card.into_iter().collect())
}

/// Claims that were decided since last week.
pub(super) fn claims(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let day = now.week_ago();
    let decided = claims::today::own_decided(tx, crate::kernel::civil::start_of_day(day))?.unwrap_or(0);
    let card = (decided > 0).then(|| {
        Card::information(WEEK, "claims-decided", "Claims decided")
            .counting(decided, ("claim", "claims"), format!("/claims/mine?decided_since={day}"))
            .saying(format!("Since {}.", format::short_date(day)))
    });
    Ok(card.into_iter().collect())
}

/// Corrections that were decided since last week.
pub(super) fn corrections(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let day = now.week_ago();
    let decided = duties::today::corrections_decided(tx, crate::kernel::civil::start_of_day(day))?.unwrap_or(0);
    let card = (decided > 0).then(|| {
        Card::information(WEEK, "corrections-decided", "Corrections decided")
            .counting(whole(decided), ("correction", "corrections"), format!("/corrections?decided_since={day}"))
            .saying(format!("Since {}.", format::short_date(day)))
    });
    Ok(card.into_iter().collect())
}

/// What duties propose to one's record of exposures.
pub(super) fn exposures(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let waiting = exposures::service::waiting_in(tx, now.at)?.unwrap_or(0);
    let card = (waiting > 0).then(|| {
        Card::needs_you(WEEK, "exposures", "Exposures to confirm")
            .counting(whole(waiting), ("exposure", "exposures"), "/exposures")
            .saying("What you logged suggests them: say whether it was so.")
    });
    Ok(card.into_iter().collect())
}

/// One's own average of working time, when it is near the limit or above it.
pub(super) fn working_time(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some((concern, figure)) = working_time::today::own(tx, now.today)? else { return Ok(Vec::new()) };
    let (card, said) = if concern == Concern::Over {
        let card = Card::needs_you(WEEK, "working-time", "Over the working-time limit");
        (card, "Talk to whoever plans your duties.".to_owned())
    } else {
        let left = format::minutes(figure.headroom.div_euclid(60));
        let card = Card::information(WEEK, "working-time", "Near the working-time limit");
        (card, format!("{left} a week are left to the limit."))
    };
    let average = format!("{}.{:02}", figure.average.div_euclid(100), figure.average.rem_euclid(100));
    Ok(vec![card.reading(average, "hours a week", "/working-time").saying(said)])
}
