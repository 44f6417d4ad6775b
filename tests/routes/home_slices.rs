//! The cards of `/` about rotas, working time, absences, exposures, TRiM, applications and details: each figure against
//! the rows of the page behind it, and nobody's card tells of what they may not see.

use jiff::SignedDuration;

use super::applications::{send, vacancy};
use super::duties::World;
use super::home::{LINES, card, counts, home, put, rows, world};
use super::rota::{assigned, book, contract, to_confirm};
use crate::support::Somebody;

/// Asserts that none of these has the card.
async fn hidden_from(world: &World, code: &str, others: &[&Somebody]) {
    for who in others {
        assert_eq!(card(&home(world, who).await, code), None, "{code}, {}", who.email);
    }
}

#[actix_web::test]
async fn expected_duties_wait_to_be_confirmed_and_the_next_one_is_shown() {
    let world = world();
    assigned(&world).await;
    let mut member = world.app.browser(&world.member).await;
    let forms = "main form[action='/calendar/confirm']";
    assert_eq!(counts(&mut member, "to-confirm", forms).await, 4);
    let page = member.get("/").await.expect_text("The first is that of Tuesday 17 November 2026");
    let next = card(&page, "next-duty").expect("a duty that is expected");
    assert_eq!(next, ("Wed 25 Nov 09:00".to_owned(), "/calendar?view=week&date=2026-11-25".to_owned()));
    member.get(&next.1).await.expect_text("09:00 to 18:00 Shift");
    // What is confirmed from that list leads back to it.
    let list = member.get("/calendar?view=open").await.expect_text("To confirm since 26 Oct 2026");
    let (slot, day) = to_confirm(&list).expect("something to confirm");
    let fields = [("slot", slot.as_str()), ("day", day.as_str()), ("view", "open")];
    let back = member.post("/calendar/confirm", &fields).await.expect_status(303).location;
    assert_eq!(back.as_deref(), Some("/calendar?view=open"));
    assert_eq!(counts(&mut member, "to-confirm", forms).await, 3);
    let none: [&Somebody; 3] = [&world.other_manager, &world.auditor, &world.stranger];
    hidden_from(&world, "to-confirm", &none).await;
    hidden_from(&world, "next-duty", &none).await;
}

#[actix_web::test]
async fn cover_that_lacks_needs_its_manager_and_ones_own_is_shown_against_what_was_agreed() {
    let world = world();
    for person in [&world.member, &world.colleague] {
        contract(&world, person, "120").await;
    }
    let mut member = world.app.browser(&world.member).await;
    let page = member.get("/").await;
    assert_eq!(card(&page, "cover-given"), Some(("140 %".to_owned(), "/availability".to_owned())));
    member.get("/availability").await.expect_text("140 %");
    // Two ride where four are the least: one stretch, as long as anything is said.
    let mut manager = world.app.browser(&world.manager).await;
    assert_eq!(counts(&mut manager, "cover-gaps", LINES).await, 1);
    manager.get("/cover/gaps").await.expect_text("2 of 4").expect_text("Off the run").expect_no_text("Jo Tester");
    hidden_from(&world, "cover-gaps", &[&world.member, &world.other_manager, &world.auditor, &world.stranger]).await;
    member.get("/cover/gaps").await.expect_status(403);
    // Where one is enough there is a gap only when both are off.
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/cover-needs").await.expect_status(200);
    let unit = world.hillside.to_string();
    let need = [("unit", unit.as_str()), ("full", "2"), ("least", "1")];
    admin.post("/cover-needs", &need).await.expect_status(303);
    assert_eq!(card(&manager.get("/").await, "cover-gaps"), None);
    manager.get("/cover/gaps").await.expect_text("No gaps");
    book(&mut member, &[("confirm", "yes")]).await.expect_status(303);
    let mut colleague = world.app.browser(&world.colleague).await;
    book(&mut colleague, &[("confirm", "yes"), ("from_time", "20:00")]).await.expect_status(303);
    assert_eq!(counts(&mut manager, "cover-gaps", LINES).await, 1);
    manager.get("/cover/gaps").await.expect_text("Mon 23 Nov 20:00 to Mon 23 Nov 22:00");
}

/// Keeps a figure of somebody's working time: hundredths of an hour a week.
fn figure(world: &World, who: &Somebody, average: i64) {
    let left = (4_800 - average) * 36;
    let standing = if left < 0 { "over" } else { "within" };
    put(
        world,
        &format!(
            "insert into working_time_figures (organisation_id, person_id, day, unit_id, first_on, last_on, a_seconds, b_seconds, \
               c_days, average_hundredths, headroom_seconds, standing, owed_rest_seconds, rule_version) \
             select '{}', id, '2026-11-21', unit_id, '2026-07-01', '2026-11-21', 0, 0, 100, {average}, {left}, '{standing}', 0, 'x' \
               from people where id = '{}'",
            world.founded.organisation, who.id
        ),
    );
}

#[actix_web::test]
async fn whoever_is_near_the_working_time_limit_is_told_and_their_manager_sees_how_many() {
    let world = world();
    figure(&world, &world.member, 4_500);
    figure(&world, &world.colleague, 4_000);
    let mut member = world.app.browser(&world.member).await;
    let page = member.get("/").await.expect_text("Near the working-time limit").expect_text("3 h a week are left");
    assert_eq!(card(&page, "working-time"), Some(("45.00".to_owned(), "/working-time".to_owned())));
    member.get("/working-time").await.expect_text("45.00");
    hidden_from(&world, "working-time", &[&world.colleague, &world.manager, &world.auditor]).await;
    let people = "main .wr-table-frame--cards tbody th a";
    let mut manager = world.app.browser(&world.manager).await;
    assert_eq!(counts(&mut manager, "team-limit", people).await, 1);
    let everybody = rows(&manager.get("/team/working-time").await, people);
    assert!(everybody > 1, "the page has others without the filter");
    figure(&world, &world.manager, 5_000);
    assert_eq!(counts(&mut manager, "team-limit", people).await, 2);
    manager.get("/").await.expect_text("1 over the limit, 1 near it").expect_text("Over the working-time limit");
    hidden_from(&world, "team-limit", &[&world.member, &world.other_manager, &world.auditor, &world.stranger]).await;
}

#[actix_web::test]
async fn a_manager_sees_how_many_are_away_today() {
    let world = world();
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/absences/new").await.field("key");
    let fields = [("key", key.as_str()), ("kind", "sick"), ("first_on", "2026-11-20"), ("last_on", "2026-11-23")];
    member.post("/absences/new", &fields).await.expect_status(303);
    let mut colleague = world.app.browser(&world.colleague).await;
    let key = colleague.get("/absences/new").await.field("key");
    let fields = [("key", key.as_str()), ("kind", "annual-leave"), ("first_on", "2026-11-23")];
    colleague.post("/absences/new", &fields).await.expect_status(303);
    let mut manager = world.app.browser(&world.manager).await;
    assert_eq!(counts(&mut manager, "away", LINES).await, 1);
    manager.get("/").await.expect_no_text("Jo Tester").expect_no_text("Sickness");
    assert_eq!(rows(&manager.get("/team/absences").await, LINES), 2, "the next weeks hold both");
    world.app.clock.advance(SignedDuration::from_hours(24));
    let mut manager = world.app.browser(&world.manager).await;
    assert_eq!(counts(&mut manager, "away", LINES).await, 2);
    hidden_from(&world, "away", &[&world.member, &world.other_manager, &world.auditor, &world.stranger]).await;
}

#[actix_web::test]
async fn exposures_that_a_duty_suggests_wait_for_the_member_alone() {
    let world = world();
    world.logged().await;
    let mut member = world.app.browser(&world.member).await;
    let forms = "main form[action='/exposures/confirm']";
    assert_eq!(counts(&mut member, "exposures", forms).await, 1);
    hidden_from(&world, "exposures", &[&world.manager, &world.hr, &world.colleague, &world.stranger]).await;
}

#[actix_web::test]
async fn what_is_due_in_a_caseload_is_told_to_practitioners_and_to_nobody_else() {
    let world = world();
    let practitioner = world.app.person_called(&world.founded, "pat", "trim-practitioner", world.harbour);
    put(&world, "update accounts set welcomed_at = now()");
    let (organisation, unit) = (world.founded.organisation, world.hillside);
    let offer = |who: &Somebody, event: &str| {
        let me = who.id;
        put(
            &world,
            &format!(
                "begin; select set_config('app.organisation', '{organisation}', true); \
                 insert into trim_offers (organisation_id, id, person_id, unit_id, event_at, origin, offered_at, answer, answered_at) \
                   values ('{organisation}', '{me}', '{me}', '{unit}', '{event}', 'self', '{event}', 'accepted', '{event}'); commit"
            ),
        );
    };
    // One for whom the 72 hours are over, and one for whom they are not.
    offer(&world.member, "2026-11-10T10:00Z");
    offer(&world.colleague, "2026-11-21T10:00Z");
    let mut client = world.app.browser(&practitioner).await;
    assert_eq!(counts(&mut client, "trim-assess", LINES).await, 1);
    let page = client.get("/").await.expect_text("1 is taken by nobody").expect_no_text("Jo Tester");
    assert_eq!(card(&page, "trim-follow-up"), None);
    put(
        &world,
        &format!(
            "begin; select set_config('app.organisation', '{organisation}', true); \
             update trim_cases set practitioner_id = '{who}', claimed_at = now() where person_id = '{me}'; \
             insert into trim_meetings (organisation_id, id, case_id, person_id, kind, held_at, outcome, recorded_by, recorded_at) \
               select organisation_id, id, id, person_id, 'assessment', '2026-11-14T10:00Z', 'monitor', '{who}', now() \
                 from trim_cases where person_id = '{me}'; commit",
            who = practitioner.id,
            me = world.member.id
        ),
    );
    assert_eq!(card(&client.get("/").await, "trim-assess"), None);
    world.app.clock.advance(SignedDuration::from_hours(24 * 21));
    let mut client = world.app.browser(&practitioner).await;
    assert_eq!(counts(&mut client, "trim-follow-up", LINES).await, 1);
    assert_eq!(counts(&mut client, "trim-assess", LINES).await, 1);
    let everybody = [
        &world.member,
        &world.colleague,
        &world.manager,
        &world.hr,
        &world.administrator,
        &world.auditor,
        &world.stranger,
    ];
    for code in ["trim-assess", "trim-follow-up"] {
        hidden_from(&world, code, &everybody).await;
    }
}

#[actix_web::test]
async fn hr_sees_applications_by_how_far_they_are_and_details_that_wait() {
    let world = world();
    let (page, public) = vacancy(&world).await;
    for _ in 0..3 {
        send(&mut world.app.visitor(), &public).await.expect_status(200);
    }
    put(&world, "update applications set stage = 'Offer' where id = (select min(id::text)::uuid from applications)");
    let mut hr = world.app.browser(&world.hr).await;
    let home_page = hr.get("/").await.expect_text("2 new, 0 under way, 1 in the last stage");
    assert_eq!(card(&home_page, "applications"), Some(("3".to_owned(), "/vacancies".to_owned())));
    let list = hr.get("/vacancies").await.expect_status(200);
    let open = scraper::Html::parse_document(&list.body);
    let cells = scraper::Selector::parse("td[data-label='Open applications']").expect("a selector");
    let sum: i64 =
        open.select(&cells).map(|cell| cell.text().collect::<String>().parse::<i64>().expect("a number")).sum();
    assert_eq!(sum, 3, "what the page behind it says");
    hr.get(&page).await.expect_status(200);
    put(&world, "update applications set state = 'withdrawn', settled_at = now(), delete_after = '2027-12-01'");
    assert_eq!(card(&hr.get("/").await, "applications"), None, "what has ended waits for nobody");

    assert_eq!(card(&hr.get("/").await, "details"), None);
    let mut member = world.app.browser(&world.member).await;
    super::details::propose(&mut member, "phone", &[("phone", "01632 960999")]).await;
    assert_eq!(counts(&mut hr, "details", LINES).await, 1);
    let others = [&world.member, &world.manager, &world.auditor, &world.stranger];
    hidden_from(&world, "applications", &others).await;
    hidden_from(&world, "details", &others).await;
}
