//! What managers learn: counts, and none that would give somebody away.

use super::super::duties::World;
use super::{TABLES, accepted, mails, texts};
use crate::support::Somebody;

#[actix_web::test]
async fn neither_manager_nor_hr_administrator_or_auditor_learns_to_whom_or_what_was_answered() {
    let world = World::new();
    let offer = accepted(&world).await;
    let before = world.app.state_of(TABLES);
    let everybody = [
        &world.manager,
        &world.other_manager,
        &world.hr,
        &world.administrator,
        &world.auditor,
        &world.colleague,
        &world.stranger,
    ];
    for somebody in everybody {
        for table in TABLES {
            let seen = world.app.raw(somebody, &format!("select count(*)::text from {table}"));
            assert_eq!(seen, Ok(vec!["0".to_owned()]), "{table} as {}", somebody.email);
        }
        for call in [
            format!("select name from app_trim_names(array['{}'::uuid])", world.member.id),
            "select name from app_trim_practitioners()".to_owned(),
            "select email from app_trim_due(now() + interval '1 year')".to_owned(),
            "select email from app_trim_offer_due('2026-01-01', '2027-01-01', '2026-11-22')".to_owned(),
        ] {
            let seen = world.app.raw(somebody, &call);
            assert_eq!(seen.map(|rows| rows.len()), Ok(0), "{call} as {}", somebody.email);
        }
        for statement in [
            "update trim_offers set answer = 'declined', answered_at = now()".to_owned(),
            format!("update trim_cases set practitioner_id = '{}', claimed_at = now()", somebody.id),
        ] {
            assert!(!world.app.raw_write(somebody, &statement).is_ok_and(|rows| rows > 0), "{statement}");
        }
        let mut client = world.app.browser(somebody).await;
        client.get("/account").await;
        let answer = client.get(&offer).await;
        assert!([403, 404].contains(&answer.status), "{}", answer.status);
        client.get("/trim/caseload").await.expect_status(403);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    // Who reads the trail or the outbox learns no more.
    let trail = texts(&world, "select action from audit_entries where action like 'trim.%' and subject_id is not null");
    assert_eq!(trail, Vec::<String>::new());
    assert_eq!(mails(&world), ["after-job Jo"]);
}

#[actix_web::test]
async fn a_manager_offers_at_their_discretion_and_does_not_learn_of_other_offers() {
    let world = World::new();
    accepted(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    manager.get("/team/trim/offer").await.expect_status(200);
    let offer = |whom: &str, on: &'static str| [("whom", whom.to_owned()), ("event_on", on.to_owned())];
    let post = |fields: [(&'static str, String); 2]| fields;
    let wrong = post(offer("nobody@x.example", "2027-01-01"));
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = manager.post("/team/trim/offer", &wrong).await.expect_status(422);
    answer.expect_text("Nobody else of your units").expect_text("That day is still to come");
    // The same event, and another one: the manager is told the same.
    let mut said = Vec::new();
    for day in ["2026-11-21", "2026-11-10"] {
        let fields = offer(&world.member.email, day);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let to = manager.post("/team/trim/offer", &fields).await.expect_status(303).location;
        said.push((to, manager.get("/team/trim/offer").await.text()));
    }
    assert_eq!(said[0].0, said[1].0);
    assert!(said.iter().all(|(_to, text)| text.contains("finds the offer on their TRiM page")), "{said:?}");
    assert_eq!(texts(&world, "select origin from trim_offers order by origin"), ["criterion", "manager"]);
    // Somebody of another station, and oneself, nobody offers it to.
    let far = world.app.person_called(&world.founded, "far", "member", world.harbour);
    for whom in [&far, &world.manager] {
        manager.get(&format!("/team/trim/offer?person={}", whom.id)).await.expect_status(404);
    }
    let mut member = world.app.browser(&world.member).await;
    member.get("/trim").await.expect_text("A manager offered it");
}

/// Offers so many people of a unit TRiM, by the operator's hand.
fn offers(world: &World, unit: &str, count: usize) {
    world.app.database.superuser(&format!(
        "begin; select set_config('app.organisation', '{org}', true); \
         insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) \
           select '{org}', gen_random_uuid(), '{unit}', 'Offered', 'Tester', now() from generate_series(1, {count}); \
         insert into trim_offers (organisation_id, id, person_id, unit_id, event_at, origin, criterion, offered_at) \
           select '{org}', gen_random_uuid(), p.id, p.unit_id, '2026-11-20', 'criterion', 'suicide', '2026-11-20' \
             from people p where p.unit_id = '{unit}' and p.given_name = 'Offered'; \
         commit",
        org = world.founded.organisation,
    ));
}

#[actix_web::test]
async fn counts_under_five_are_hidden_and_so_is_what_would_give_them_away() {
    let world = World::new();
    let (hillside, harbour) = (world.hillside.to_string(), world.harbour.to_string());
    let third = world.app.unit(&world.founded, world.founded.unit, "station", "Third").to_string();
    offers(&world, &hillside, 3);
    offers(&world, &harbour, 7);
    offers(&world, &third, 12);
    let as_hr = || {
        world.app.raw(
            &world.hr,
            "select concat_ws(' ', coalesce(u.name, 'sum'), c.offers, c.hidden) from app_trim_counts('2026-11-22') c \
               left join units u on u.id = c.unit_id order by u.name",
        )
    };
    let service = texts(&world, &format!("select name from units where id = '{}'", world.founded.unit))[0].clone();
    // The service itself has none and Hillside three: their sum could be worked out, so Harbour is hidden as well.
    let wanted = |lines: [&str; 3]| {
        let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        all.push(format!("{service} few"));
        all.sort();
        all.push("sum 22".to_owned());
        all
    };
    let sorted = |rows: Vec<String>| {
        let (mut units, sum): (Vec<String>, Vec<String>) = rows.into_iter().partition(|row| !row.starts_with("sum"));
        units.sort();
        units.into_iter().chain(sum).collect::<Vec<_>>()
    };
    assert_eq!(sorted(as_hr().expect("counts")), wanted(["Harbour beside", "Hillside few", "Third 12"]));
    let mut hr = world.app.browser(&world.hr).await;
    let page = hr.get("/team/trim").await.expect_status(200).expect_text("Fewer than 5").expect_text("Not shown");
    page.expect_text("22").expect_no_text("Hillside 3");
    // A manager of one station sees that one, and no sum of it.
    let manager = |who: &Somebody| {
        world.app.raw(who, "select concat_ws(' ', offers, hidden) from app_trim_counts('2026-11-22')").expect("counts")
    };
    assert_eq!(manager(&world.manager), ["few"]);
    assert_eq!(manager(&world.other_manager), ["7"]);
    assert_eq!(manager(&world.member), Vec::<String>::new(), "whoever may not count sees no line");
    // Another quarter has none of them.
    let before = world.app.raw(&world.hr, "select distinct hidden from app_trim_counts('2026-08-01')");
    assert_eq!(before, Ok(vec!["few".to_owned()]));
    // Five are shown.
    offers(&world, &texts(&world, &format!("select id from units where id = '{}'", world.founded.unit))[0], 5);
    let rows = sorted(as_hr().expect("counts"));
    assert!(rows.contains(&format!("{service} beside")) && rows.contains(&"sum 27".to_owned()), "{rows:?}");
}
