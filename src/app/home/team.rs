//! My team: what managers look after.

use super::{Cards, Now, for_days, in_hours, whole};
use crate::db::Tx;
use crate::duties::team::Weeks;
use crate::home::{Card, Section};
use crate::views::charts::{Chart, ChartKind, Series};
use crate::views::format;
use crate::{absences, competence, duties, timesheets, working_time};

const TEAM: Section = Section::Team;

/// Weeks of the chart: those that the team's page shows first.
const WEEKS: u8 = 4;

/// Sheets and corrections that wait for a decision.
pub(super) fn approvals(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(waiting) = timesheets::today::waiting(tx)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    if waiting.sheets > 0 {
        let said = waiting.oldest.map(|oldest| format!("The oldest has waited {}.", for_days(oldest, now)));
        cards.push(
            Card::needs_you(TEAM, "approvals", "To approve")
                .counting(waiting.sheets, ("timesheet waits", "timesheets wait"), "/approvals")
                .saying(said.unwrap_or_default()),
        );
    }
    if waiting.corrections > 0 {
        cards.push(
            Card::needs_you(TEAM, "corrections", "Corrections to decide")
                .counting(waiting.corrections, ("correction waits", "corrections wait"), "/corrections")
                .saying("Somebody proposes to change hours that are approved."),
        );
    }
    Ok(cards)
}

/// Who has not submitted the last period that was due.
pub(super) fn late(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(late) = timesheets::today::late(tx, now.today)?.filter(|late| late.people > 0) else {
        return Ok(Vec::new());
    };
    let href = format!("/approvals/missing?period={}", late.period.from);
    let said = format!("{} was due on {}.", late.period.in_words(), format::long_date(late.due));
    // The list of them is counted no further.
    let more = if late.people >= 200 { " or more" } else { "" };
    Ok(vec![
        Card::information(TEAM, "late", "Not submitted")
            .counting(late.people, ("person is late", "people are late"), href)
            .saying(format!("{said}{more}")),
    ])
}

/// Who is off the run, and whose certificates end.
pub(super) fn competences(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(team) = competence::service::team_today(tx, now.today)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    if team.off_the_run > 0 {
        let units: Vec<String> = team.by_unit.iter().take(4).map(|(unit, people)| format!("{unit} {people}")).collect();
        let others = team.by_unit.len().saturating_sub(units.len());
        let more = if others > 0 {
            format!(" and {}", format::count(whole(others), "unit more", "units more"))
        } else {
            String::new()
        };
        cards.push(
            Card::needs_you(TEAM, "off-the-run", "Off the run")
                .counting(whole(team.off_the_run), ("person", "people"), "/team/certificates?show=off-the-run")
                .saying(format!("By unit: {}{more}.", units.join(", "))),
        );
    }
    if team.ending > 0 {
        cards.push(
            Card::information(TEAM, "team-ending", "Certificates ending")
                .counting(whole(team.ending), ("person", "people"), "/team/certificates?show=ending")
                .saying("Something that they need ends within 30 days or is in its grace."),
        );
    }
    Ok(cards)
}

/// The hours of the team by week.
pub(super) fn hours(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let weeks = Weeks::ending(now.today, WEEKS);
    let Some(team) = duties::today::team_weeks(tx, weeks)? else { return Ok(Vec::new()) };
    let total = format::minutes(team.minutes);
    let chart = (team.minutes > 0).then(|| Chart {
        kind: ChartKind::Bar,
        title: format!("Hours by week, {}", team.unit),
        summary: format!("{total} in all."),
        labels_title: "Week from".to_owned(),
        labels: team.weeks.iter().map(|(monday, _minutes)| monday.strftime("%-d %b").to_string()).collect(),
        series: vec![Series {
            name: "Hours".to_owned(),
            values: team.weeks.iter().map(|(_monday, minutes)| Some(in_hours(*minutes))).collect(),
        }],
        unit: Some("hours".to_owned()),
    });
    Ok(vec![
        Card::information(TEAM, "team-hours", "Hours of the team")
            .reading(total, "", format!("/team?weeks={WEEKS}"))
            .saying(format!("{}, this week and the three before.", team.unit))
            .drawn(chart),
    ])
}

/// Who is above the limit of working time, or near it.
pub(super) fn working_time(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(team) = working_time::today::team(tx, now.today)? else { return Ok(Vec::new()) };
    let all = team.over + team.near;
    if all == 0 {
        return Ok(Vec::new());
    }
    let card = if team.over > 0 {
        Card::needs_you(TEAM, "team-limit", "Working-time limit")
    } else {
        Card::information(TEAM, "team-limit", "Working-time limit")
    };
    let said = format!("{}: {} over the limit, {} near it.", team.unit, team.over, team.near);
    Ok(vec![card.counting(whole(all), ("person", "people"), "/team/working-time?show=limit").saying(said)])
}

/// Who is away today.
pub(super) fn absences(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let away = absences::today::away(tx, now.today)?.unwrap_or(0);
    let card = (away > 0).then(|| {
        Card::information(TEAM, "away", "Away today")
            .counting(whole(away), ("person", "people"), format!("/team/absences?on={}", now.today))
            .saying("On leave, ill or absent otherwise.")
    });
    Ok(card.into_iter().collect())
}
