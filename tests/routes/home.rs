//! `/`: what needs somebody today. Each figure is as many rows as the page behind it has, and nobody's card tells of what
//! they may not see.

use jiff::SignedDuration;
use scraper::{Html, Selector};
use uuid::Uuid;

use super::competences::{breathing_apparatus, record};
use super::duties::World;
use super::timesheets::Hours;
use crate::support::{Answer, Client, Somebody};

/// The figure of a card and where it leads; `None` when there is no such card.
pub(super) fn card(page: &Answer, code: &str) -> Option<(String, String)> {
    let html = Html::parse_document(&page.body);
    let link = Selector::parse(&format!("#card-{code} .wr-home__figure a")).expect("a selector");
    let value = Selector::parse("strong").expect("a selector");
    let link = html.select(&link).next()?;
    let value = link.select(&value).next().expect("a figure").text().collect::<String>();
    Some((value, link.value().attr("href").expect("an address").to_owned()))
}

/// The codes of all cards of a page, those that need its reader first.
fn codes(page: &Answer) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let cards = Selector::parse("[id^=card-]").expect("a selector");
    let code = |card: scraper::ElementRef<'_>| card.value().attr("id").expect("an id")["card-".len()..].to_owned();
    html.select(&cards).map(code).collect()
}

pub(super) fn rows(page: &Answer, selector: &str) -> usize {
    Html::parse_document(&page.body).select(&Selector::parse(selector).expect("a selector")).count()
}

/// Asserts that a card's figure is as many as what `selector` finds on the page that it leads to; how many.
pub(super) async fn counts(client: &mut Client<'_>, code: &str, selector: &str) -> usize {
    let page = client.get("/").await.expect_status(200);
    let (value, href) = card(&page, code).unwrap_or_else(|| panic!("no card {code} among {:?}", codes(&page)));
    let found = rows(&client.get(&href).await.expect_status(200), selector);
    assert_eq!(value, found.to_string(), "{code}, {href}");
    found
}

pub(super) const LINES: &str = "main tbody tr";
const CARDS: &str = "main .wr-card";

/// A world whose people have read the welcome, which is their first page otherwise.
pub(super) fn world() -> World {
    let world = World::new();
    world.app.database.superuser("update accounts set welcomed_at = now()");
    world
}

/// The same, with timesheets.
fn hours() -> Hours {
    let hours = Hours::new();
    hours.world.app.database.superuser("update accounts set welcomed_at = now()");
    hours
}

pub(super) async fn home(world: &World, who: &Somebody) -> Answer {
    world.app.browser(who).await.get("/").await.expect_status(200)
}

/// Puts a row into the tables as their owner would.
pub(super) fn put(world: &World, statement: &str) {
    world.app.database.superuser(statement);
}

#[actix_web::test]
async fn whoever_has_not_signed_in_is_asked_to_and_comes_back() {
    let world = world();
    let answer = world.app.visitor().get("/").await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/sign-in?next=%2F"));
    let signed_in = world.app.visitor().sign_in(&world.member.email, crate::support::PASSWORD).await;
    assert_eq!(signed_in.expect_status(303).location.as_deref(), Some("/"));
}

#[actix_web::test]
async fn a_calm_day_says_so_and_offers_to_log_a_duty() {
    let world = world();
    let page = home(&world, &world.colleague).await;
    assert_eq!(codes(&page), ["week"]);
    assert_eq!(page.link("Log a duty").as_deref(), Some("/duties/new"));
    let page =
        page.expect_text("Nothing needs you today").expect_text("Sunday 22 November 2026").expect_text("My week");
    page.expect_no_text("My team").expect_no_text("Appliance");
    let auditor = home(&world, &world.auditor).await;
    assert_eq!(auditor.link("Log a duty"), None, "an auditor logs none");
    assert!(world.app.audited().is_empty(), "figures leave no entry: {:?}", world.app.audited());
}

#[actix_web::test]
async fn a_week_is_its_duties_and_a_period_that_is_over_waits_to_be_submitted() {
    let hours = hours();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    hours.log(&mut member, "2026-11-21").await;
    world.log(&mut member, &[("date", "2026-11-23"), ("start", "01:00"), ("end", "07:00")]).await.expect_status(303);
    let page =
        member.get("/").await.expect_status(200).expect_text("Needs you today").expect_text("1 duty since Monday");
    let week = Some(("5 h 30 min".to_owned(), "/duties?from=2026-11-23&to=2026-11-29".to_owned()));
    assert_eq!(card(&page, "week"), week);
    assert_eq!(rows(&page, "#card-week figure"), 1, "the days as a chart");
    let behind = member.get("/duties?from=2026-11-23&to=2026-11-29").await.expect_text("5 h 30 min");
    assert_eq!(rows(&behind, "main tbody th time"), 1);
    assert_eq!(counts(&mut member, "due", LINES).await, 1);
    // What is submitted is not asked for, and what came back is asked for as that.
    let sheet = hours.submit(&mut member, &world.member).await;
    assert_eq!(card(&member.get("/").await, "due"), None);
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&format!("/timesheets/{sheet}")).await.expect_status(200);
    let reason = [("reason", "The night is missing")];
    manager.post(&format!("/timesheets/{sheet}/return"), &reason).await.expect_status(303);
    assert_eq!(counts(&mut member, "returned", LINES).await, 1);
    let page = member.get("/").await;
    assert_eq!(card(&page, "due"), None);
    assert_eq!(codes(&page)[0], "returned", "what needs somebody stands first");
}

#[actix_web::test]
async fn a_manager_sees_what_waits_of_their_own_units_and_others_see_nothing_of_it() {
    let hours = hours();
    let world = &hours.world;
    for who in [&world.member, &world.colleague] {
        let mut client = world.app.browser(who).await;
        hours.log(&mut client, "2026-11-21").await;
        hours.submit(&mut client, who).await;
    }
    let mut manager = world.app.browser(&world.manager).await;
    assert_eq!(counts(&mut manager, "approvals", LINES).await, 2);
    manager.get("/").await.expect_text("The oldest has waited since today").expect_no_text("Jo Tester");
    let page = manager.get("/").await;
    let (total, href) = card(&page, "team-hours").expect("the team's hours");
    assert_eq!(total, "23 h");
    manager.get(&href).await.expect_text("Hillside: 23 h and 2 duties");
    for who in [&world.other_manager, &world.member, &world.auditor, &world.administrator, &world.stranger] {
        assert_eq!(card(&home(world, who).await, "approvals"), None, "{}", who.email);
    }
    let elsewhere = card(&home(world, &world.other_manager).await, "team-hours").expect("their own team's");
    assert_eq!(elsewhere.0, "0 min");
    assert_eq!(card(&home(world, &world.member).await, "team-hours"), None);
    // Eight days later the oldest has waited as long, and whoever has submitted nothing is late.
    world.app.clock.advance(SignedDuration::from_hours(8 * 24));
    world.app.grant(&world.founded, &world.manager, "member", None);
    let mut manager = world.app.browser(&world.manager).await;
    manager.get("/").await.expect_text("The oldest has waited for 8 days");
    assert_eq!(counts(&mut manager, "late", LINES).await, 1, "the manager, who has hours to submit now");
}

#[actix_web::test]
async fn corrections_wait_for_the_manager_and_come_back_decided() {
    let hours = hours();
    let world = &hours.world;
    let (duty, _sheet) = hours.locked().await;
    let mut member = world.app.browser(&world.member).await;
    let path = format!("/duties/{duty}/propose-removal");
    let revision = member.get(&path).await.expect_status(200).field("revision");
    member.post(&path, &[("revision", revision.as_str()), ("reason", "It was a colleague's")]).await.expect_status(303);
    let mut manager = world.app.browser(&world.manager).await;
    assert_eq!(counts(&mut manager, "corrections", CARDS).await, 1);
    assert_eq!(card(&member.get("/").await, "corrections-decided"), None);
    let correction = world.app.database.superuser_texts("select id from duty_corrections")[0].clone();
    manager.get(&format!("/corrections/{correction}")).await.expect_status(200);
    manager.post(&format!("/corrections/{correction}/accept"), &[("answer", "")]).await.expect_status(303);
    assert_eq!(card(&manager.get("/").await, "corrections"), None);
    assert_eq!(counts(&mut member, "corrections-decided", CARDS).await, 1);
    world.app.clock.advance(SignedDuration::from_hours(9 * 24));
    assert_eq!(card(&home(world, &world.member).await, "corrections-decided"), None, "longer ago than a week");
}

#[actix_web::test]
async fn hr_sees_claims_and_payroll_and_the_member_what_became_of_theirs() {
    let hours = hours();
    let world = &hours.world;
    let (_duty, _sheet, claim) = hours.ready().await;
    let mut hr = world.app.browser(&world.hr).await;
    assert_eq!(counts(&mut hr, "claims", LINES).await, 1);
    assert_eq!(card(&hr.get("/").await, "payroll"), None);
    for who in [&world.manager, &world.member, &world.administrator, &world.auditor, &world.stranger] {
        assert_eq!(card(&home(world, who).await, "claims"), None, "{}", who.email);
    }
    let mut member = world.app.browser(&world.member).await;
    assert_eq!(card(&member.get("/").await, "claims-decided"), None);
    hr.get(&claim).await.expect_status(200);
    hr.post(&format!("{claim}/approve"), &[("amount", "12.5"), ("answer", "")]).await.expect_status(303);
    assert_eq!(counts(&mut member, "claims-decided", CARDS).await, 1);
    let page = hr.get("/").await;
    assert_eq!(card(&page, "claims"), None);
    assert_eq!(card(&page, "payroll"), Some(("1".to_owned(), "/payroll".to_owned())));
    hr.get("/payroll").await.expect_text("1 approved claim waits for payroll");
}

#[actix_web::test]
async fn hr_sees_who_left_this_month_and_who_could_be_invited() {
    let world = world();
    let person = |name: &str, email: &str, left: &str| {
        put(
            &world,
            &format!(
                "insert into people (organisation_id, id, unit_id, given_name, family_name, email, created_at, left_at) \
                 values ('{}', '{}', '{}', '{name}', 'Tester', {email}, '2026-10-01T09:00:00Z', {left})",
                world.founded.organisation,
                Uuid::now_v7(),
                world.hillside
            ),
        );
    };
    person("New", "'new@northmoor.example'", "null");
    person("Gone", "null", "'2026-11-02T09:00:00Z'");
    person("Earlier", "null", "'2026-10-31T09:00:00Z'");
    let mut hr = world.app.browser(&world.hr).await;
    assert_eq!(counts(&mut hr, "leavers", LINES).await, 1);
    let page = hr.get("/").await.expect_no_text("Gone");
    assert_eq!(card(&page, "not-invited"), Some(("1".to_owned(), "/invitations".to_owned())));
    hr.get("/invitations").await.expect_text("1 person");
    for who in [&world.manager, &world.member, &world.auditor, &world.stranger] {
        let page = home(&world, who).await;
        assert_eq!((card(&page, "leavers"), card(&page, "not-invited")), (None, None), "{}", who.email);
    }
}

#[actix_web::test]
async fn a_role_waits_for_a_second_person_alone() {
    let world = world();
    let role = world.founded.role("hr").expect("a role");
    put(
        &world,
        &format!(
            "insert into grant_requests (organisation_id, id, person_id, role_id, reason, requested_by, requested_at, expires_at, state) \
             values ('{}', '{}', '{}', '{role}', 'Covers', '{}', '{now}', '2026-11-29T09:00:00Z', 'waiting')",
            world.founded.organisation,
            Uuid::now_v7(),
            world.member.id,
            world.hr.id,
            now = "2026-11-22T08:00:00Z"
        ),
    );
    let mut administrator = world.app.browser(&world.administrator).await;
    assert_eq!(counts(&mut administrator, "roles", "main form[action$='/approve']").await, 1);
    for who in [&world.member, &world.hr, &world.manager, &world.stranger] {
        assert_eq!(card(&home(&world, who).await, "roles"), None, "{}", who.email);
    }
}

#[actix_web::test]
async fn who_is_off_the_run_is_told_and_their_manager_sees_how_many() {
    let world = world();
    let kind = breathing_apparatus(&world).await;
    let mut member = world.app.browser(&world.member).await;
    assert_eq!(counts(&mut member, "lacking", CARDS).await, 1);
    member.get("/").await.expect_text("You are off the run");
    let mut manager = world.app.browser(&world.manager).await;
    // The member, their colleague and the manager.
    assert_eq!(counts(&mut manager, "off-the-run", LINES).await, 3);
    manager.get("/").await.expect_text("By unit: Hillside 3").expect_no_text("Jo Tester");
    let mut other = world.app.browser(&world.other_manager).await;
    assert_eq!(counts(&mut other, "off-the-run", LINES).await, 1, "of another station, themself");
    let behind = other.get("/team/certificates?show=off-the-run").await;
    behind.expect_text("Ola Tester").expect_no_text("Jo Tester");
    for who in [&world.auditor, &world.administrator, &world.stranger] {
        assert_eq!(card(&home(&world, who).await, "off-the-run"), None, "{}", who.email);
    }
    member.get("/team/certificates").await.expect_status(403);

    // One that ends in 20 days needs its holder, and counts for their manager.
    let fields = [("awarded_on", "2024-12-12"), ("expires_on", "2026-12-12")];
    record(&mut manager, &world.member, &kind, &fields).await.expect_status(303);
    let page = member.get("/").await.expect_text("Breathing apparatus ends first, in 20 days");
    assert_eq!(card(&page, "lacking"), None);
    assert_eq!(codes(&page)[0], "ending");
    assert_eq!(counts(&mut member, "ending", "main h3").await, 1);
    assert_eq!(counts(&mut manager, "off-the-run", LINES).await, 2);
    assert_eq!(counts(&mut manager, "team-ending", LINES).await, 1);
    let noted =
        world.app.database.superuser_texts("select detail from audit_entries where action = 'certificate.list'");
    assert!(noted.iter().any(|detail| detail.contains("off-the-run")), "the pages that name people are: {noted:?}");
}

#[actix_web::test]
async fn a_colleague_is_told_of_an_entry_that_they_are_asked_to_confirm() {
    let world = world();
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/cpd/new").await.field("key");
    let fields = [
        ("key", key.as_str()),
        ("kind", "formal"),
        ("title", "Trauma update"),
        ("started_on", "2026-11-20"),
        ("hours", "1:30"),
        ("reflection", "Tourniquets early"),
        ("standards", "4"),
    ];
    let entry = member.post("/cpd/new", &fields).await.expect_status(303).location.expect("an entry");
    member.get(&format!("{entry}/ask")).await.expect_status(200);
    let fields = [("whom", world.colleague.email.as_str()), ("message", "You ran it")];
    member.post(&format!("{entry}/ask"), &fields).await.expect_status(303);
    let mut colleague = world.app.browser(&world.colleague).await;
    assert_eq!(counts(&mut colleague, "cpd-asked", LINES).await, 1);
    colleague.get("/").await.expect_no_text("Trauma update");
    assert_eq!(card(&member.get("/").await, "cpd-asked"), None);
}

#[actix_web::test]
async fn the_administrator_sees_the_state_of_the_appliance_and_nobody_else_does() {
    let world = world();
    let mut administrator = world.app.browser(&world.administrator).await;
    let calm = administrator.get("/").await.expect_status(200);
    assert_eq!(card(&calm, "state"), Some(("In order".to_owned(), "/appliance".to_owned())));
    administrator.get("/appliance").await.expect_text("Plugins can run").expect_no_text("Not in order");
    let (organisation, member) = (world.founded.organisation, world.member.id);
    put(
        &world,
        &format!(
            "insert into jobs (id, organisation_id, kind, payload, run_at, created_at, attempts, dead_at, last_error) \
             values ('{}', '{organisation}', 'competence.look', '{{}}', now(), now(), 12, now(), 'It broke for Jo'); \
             insert into mail_outbox (organisation_id, id, kind, person_id, recipient, state, attempts, next_try_at, created_at, finished_at) \
             values ('{organisation}', '{}', 'cpd-asked', '{member}', 'jo@northmoor.example', 'dead', 3, now(), now(), now())",
            Uuid::now_v7(),
            Uuid::now_v7()
        ),
    );
    assert_eq!(counts(&mut administrator, "state", "main time").await, 1);
    administrator.get("/appliance").await.expect_text("competence.look").expect_no_text("It broke for Jo");
    assert_eq!(counts(&mut administrator, "mail-dead", "form[action$='/retry']").await, 1);
    administrator.get("/").await.expect_no_text("jo@northmoor.example");
    for who in [&world.member, &world.manager, &world.hr, &world.auditor, &world.stranger] {
        let page = home(&world, who).await.expect_no_text("Appliance");
        assert_eq!((card(&page, "state"), card(&page, "mail-dead")), (None, None), "{}", who.email);
        world.app.browser(who).await.get("/appliance").await.expect_status(403);
    }
}

#[actix_web::test]
async fn an_auditor_sees_the_security_log_and_the_accounts_that_lack_something() {
    let world = world();
    world.app.browser(&world.member).await.get("/account").await.expect_status(200);
    let mut auditor = world.app.browser(&world.auditor).await;
    assert!(counts(&mut auditor, "security-log", LINES).await > 0);
    assert!(counts(&mut auditor, "no-factor", LINES).await > 1);
    let page = auditor.get("/").await.expect_text("Assurance").expect_no_text("My week").expect_no_text("My team");
    assert!(
        codes(&page).iter().all(|code| ["security-log", "no-factor"].contains(&code.as_str())),
        "{:?}",
        codes(&page)
    );
    for who in [&world.member, &world.manager, &world.hr, &world.stranger] {
        let page = home(&world, who).await;
        assert_eq!((card(&page, "security-log"), card(&page, "no-factor")), (None, None), "{}", who.email);
    }
}

#[actix_web::test]
async fn one_part_that_fails_says_so_and_leaves_the_others_standing() {
    let hours = hours();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    hours.log(&mut member, "2026-11-21").await;
    put(world, "alter table claims rename to claims_elsewhere");
    let page = member.get("/").await.expect_status(200).expect_text("This could not be read just now");
    let page = page.expect_text("Claims").expect_no_text("claims_elsewhere");
    assert_eq!(codes(&page), ["due", "exposures", "week"], "the parts before and after it");
    // Where nothing else needs somebody, that nothing does is not claimed.
    home(world, &world.colleague).await.expect_text("Nothing that could be read needs you");
    put(world, "alter table claims_elsewhere rename to claims");
    home(world, &world.colleague).await.expect_text("Nothing needs you today");
}
