//! `/security`: the overview for assurance returns, and the lists behind its figures.

use jiff::SignedDuration;
use watchroom::kernel::clock::Clock;

use super::duties::World;
use super::tokens::make;
use crate::support::Somebody;

const LISTS: [&str; 4] = ["no-second-factor", "dormant-accounts", "open-leavers", "ending-tokens"];

fn passkey(world: &World, somebody: &Somebody) {
    world.app.database.superuser(&format!(
        "insert into passkeys (organisation_id, id, person_id, credential_id, credential, rp_id, name, created_at) \
         values ('{}', gen_random_uuid(), '{}', '\\x01', '{{}}', 'localhost', 'Key', '{}')",
        somebody.organisation,
        somebody.id,
        world.app.clock.now()
    ));
}

/// One figure of the download, by its name.
fn figure(csv: &str, name: &str) -> i64 {
    let line = csv.lines().find(|line| line.starts_with(&format!("{name},,")));
    let line = line.unwrap_or_else(|| panic!("{name} is not in {csv}"));
    line.rsplit(',').next().expect("a value").parse().expect("a number")
}

#[actix_web::test]
async fn the_figures_say_who_has_a_second_factor_and_lead_to_who_has_none() {
    let world = World::new();
    passkey(&world, &world.manager);
    let mut auditor = world.app.browser(&world.auditor).await;
    let csv = auditor.get("/security.csv").await.expect_status(200).body;
    let people = figure(&csv, "people_who_can_sign_in");
    assert_eq!(figure(&csv, "people_with_second_factor"), 1);
    // Managers, HR, auditor and administrators do more than keep their own records; members do not.
    let privileged = figure(&csv, "privileged_people");
    assert!(privileged >= 5 && privileged + 2 <= people, "{privileged} of {people}");
    assert_eq!(figure(&csv, "privileged_people_with_second_factor"), 1);
    auditor.get("/security").await.expect_status(200).expect_text(&format!("1 of {people} people who can sign in"));
    let without = auditor.get("/security/lists/no-second-factor/export.csv").await.expect_status(200).body;
    assert_eq!(without.lines().count(), usize::try_from(people).expect("a count"), "all but one, and the head");
    assert!(without.contains(&world.member.name) && !without.contains(&world.manager.name), "{without}");
    let page = auditor.get("/security/lists/no-second-factor").await.expect_status(200);
    page.expect_text(&world.member.name).expect_no_text(&world.manager.name).expect_no_text(&world.stranger.name);
}

#[actix_web::test]
async fn accounts_are_dormant_after_ninety_days() {
    let world = World::new();
    let set = |somebody: &Somebody, days: i64| {
        let at = world.app.clock.now() - SignedDuration::from_hours(24 * days);
        world.app.database.superuser(&format!(
            "update accounts set created_at = '{at}', last_sign_in_at = '{at}' where person_id = '{}'",
            somebody.id
        ));
    };
    set(&world.member, 91);
    set(&world.colleague, 90);
    let mut administrator = world.app.browser(&world.administrator).await;
    let page = administrator.get("/security/lists/dormant-accounts").await.expect_status(200);
    page.expect_text(&world.member.name).expect_no_text(&world.colleague.name);
    let csv = administrator.get("/security.csv").await.expect_status(200).body;
    assert_eq!(figure(&csv, "dormant_accounts"), 1);
}

#[actix_web::test]
async fn leaving_closes_everything_and_what_is_opened_behind_its_back_is_found() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    make(&mut member, &[("scopes", "duty.read")]).await;
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&format!("/people/{}/leave", world.member.id)).await.expect_status(200);
    hr.post(&format!("/people/{}/leave", world.member.id), &[]).await.expect_status(303);
    let mut auditor = world.app.browser(&world.auditor).await;
    let csv = auditor.get("/security.csv").await.expect_status(200).body;
    assert_eq!(figure(&csv, "leavers_not_closed"), 0);
    auditor.get("/security/lists/open-leavers").await.expect_text("Nothing is open of anybody who left");
    let id = world.member.id;
    world.app.database.superuser(&format!("update accounts set disabled_at = null where person_id = '{id}'"));
    world.app.database.superuser(&format!("update api_tokens set revoked_at = null where person_id = '{id}'"));
    let page = auditor.get("/security/lists/open-leavers").await.expect_status(200);
    page.expect_text(&world.member.name).expect_text("account, 1 token");
}

#[actix_web::test]
async fn tokens_that_end_within_two_weeks_are_listed() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    make(&mut member, &[("scopes", "duty.read"), ("days", "14")]).await;
    make(&mut member, &[("scopes", "duty.read"), ("days", "15")]).await;
    let mut administrator = world.app.browser(&world.administrator).await;
    let csv = administrator.get("/security/lists/ending-tokens/export.csv").await.expect_status(200).body;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    administrator.get("/security/lists/ending-tokens").await.expect_text("Rota export").expect_text("Jo Tester");
}

#[actix_web::test]
async fn how_often_limits_were_reached_is_counted_and_shown_to_whoever_may_see_it() {
    let world = World::new();
    let now = world.app.clock.now();
    world.app.database.superuser(&format!(
        "insert into rate_limit_refusals (hour, meter, refused) values \
         (date_trunc('hour', '{now}'::timestamptz), 'door', 7), \
         (date_trunc('hour', '{now}'::timestamptz) - interval '20 hours', 'door', 1200), \
         (date_trunc('hour', '{now}'::timestamptz) - interval '29 days', 'door', 30000)"
    ));
    let mut administrator = world.app.browser(&world.administrator).await;
    administrator.get("/security").await.expect_text("How often limits were reached");
    let page = administrator.get("/security/limits").await.expect_status(200);
    for expected in [">7<", ">1,207<", ">31,207<", "Requests are not counted at present"] {
        assert!(page.body.contains(expected), "{expected} is not in {}", page.body);
    }
    let count = &format!("select count(*) from app_refusals('{now}')");
    assert_eq!(world.app.raw(&world.administrator, count), Ok(vec!["1".to_owned()]));
    for somebody in [&world.member, &world.manager, &world.hr] {
        let mut client = world.app.browser(somebody).await;
        client.get("/security/limits").await.expect_status(403);
        assert_eq!(world.app.raw(somebody, count), Ok(vec!["0".to_owned()]), "{}", somebody.name);
        let table = world.app.raw(somebody, "select 1 from rate_limit_refusals");
        assert!(table.is_err_and(|error| error.contains("permission denied")), "the table itself");
        let write = world.app.raw(somebody, "select app_count_refusals(now(), array['door'], array[1::bigint])");
        assert!(write.is_err_and(|error| error.contains("only the exchange")), "adding to it");
    }
}

#[actix_web::test]
async fn only_those_who_may_see_it_and_every_look_at_names_is_written_down() {
    let world = World::new();
    for somebody in [&world.member, &world.manager, &world.hr, &world.stranger] {
        let mut client = world.app.browser(somebody).await;
        client.get("/security").await.expect_status(403);
        client.get("/security.csv").await.expect_status(403);
        for list in LISTS {
            client.get(&format!("/security/lists/{list}")).await.expect_status(403);
            client.get(&format!("/security/lists/{list}/export.csv")).await.expect_status(403);
        }
        for function in ["app_open_accounts()", "app_open_leavers(now())", "app_ending_tokens(now(), now())"] {
            let count = format!("select count(*) from {function}");
            assert_eq!(world.app.raw(somebody, &count), Ok(vec!["0".to_owned()]), "{function} {}", somebody.name);
        }
    }
    let mut auditor = world.app.browser(&world.auditor).await;
    auditor.get("/security").await.expect_status(200);
    auditor.get("/security/lists/anything").await.expect_status(404);
    auditor.get("/security/lists/open-leavers?after=x").await.expect_status(400);
    for list in LISTS {
        auditor.get(&format!("/security/lists/{list}")).await.expect_status(200);
    }
    auditor.get("/security/lists/open-leavers/export.csv").await.expect_status(200);
    let audited = world.app.audited();
    let times = |deed: &str| audited.iter().filter(|one| *one == deed).count();
    assert_eq!((times("security.list"), times("security.export")), (4, 1), "{audited:?}");
}
