//! `/security/log`: what of the audit trail is about access and configuration, for those who keep watch over these, and
//! not one entry more, by page and by raw SQL.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use uuid::Uuid;
use watchroom::audit::{self, Entry, Field, Kind};
use watchroom::authz::{Caller, SystemName};
use watchroom::kernel::clock::Clock as _;

use super::duties::World;
use crate::support::{Client, PASSWORD, Somebody};

const ROLE: Field = Field::shown("role");
const SECRET: Field = Field::sensitive("client_secret");

/// Writes an entry about somebody into their organisation, as background work on their behalf.
fn record(world: &World, about: &Somebody, entry: Entry) {
    let caller = Caller::system(SystemName::Import, about.organisation);
    let entry = entry.about(about.id).on_behalf_of(about.id);
    let db = &world.app.parts.site.db;
    db.write_blocking(&caller, |tx| audit::record(tx, world.app.clock.now(), entry)).expect("recorded");
}

fn newest(world: &World, action: &str) -> String {
    let query = format!("select coalesce(max(id)::text, '') from audit_entries where action = '{action}'");
    world.app.database.superuser_texts(&query)[0].clone()
}

/// How many entries there are of an action.
fn times(world: &World, action: &str) -> usize {
    world.app.audited().iter().filter(|one| *one == action).count()
}

/// Gives somebody a role of the organisation's own with these permissions and no other role.
fn hold_only(world: &World, somebody: &Somebody, permissions: &[&str]) {
    let (org, role, me) = (world.founded.organisation, Uuid::now_v7(), somebody.id);
    let each: Vec<String> =
        permissions.iter().map(|code| format!("('{org}', '{role}', '{code}', 'organisation')")).collect();
    world.app.database.superuser(&format!(
        "delete from role_grants where person_id = '{me}'; \
         insert into roles (organisation_id, id, code, name, summary, built_in) \
             values ('{org}', '{role}', 'watch-{me}', 'Watch {me}', 'x', false); \
         insert into role_permissions values {}; \
         insert into role_grants (organisation_id, id, person_id, role_id, granted_at) \
             values ('{org}', '{}', '{me}', '{role}', now())",
        each.join(", "),
        Uuid::now_v7(),
    ));
}

/// Addresses of the entries on a page, and of its next page.
fn listed(html: &str) -> (Vec<String>, Option<String>) {
    let html = scraper::Html::parse_document(html);
    let links = scraper::Selector::parse("main a[href]").expect("a selector");
    let links: Vec<&str> = html.select(&links).filter_map(|link| link.value().attr("href")).collect();
    let entries = links.iter().filter(|link| link.starts_with("/security/log/entries/"));
    let next = links.iter().rfind(|link| link.contains("after="));
    (entries.map(ToString::to_string).collect(), next.map(ToString::to_string))
}

/// Every entry that a filter leads to, page by page.
async fn all_of(client: &mut Client<'_>, first: &str) -> Vec<String> {
    let (mut seen, mut at) = (Vec::new(), Some(first.to_owned()));
    while let Some(href) = at {
        let page = client.get(&href).await.expect_status(200);
        let (mut entries, next) = listed(&page.body);
        seen.append(&mut entries);
        at = next;
    }
    seen
}

#[actix_web::test]
async fn who_keeps_no_watch_does_not_open_it() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let entry = format!("/security/log/entries/{}", newest(&world, "session.begin"));
    for somebody in [&world.colleague, &world.manager, &world.hr, &world.stranger] {
        let mut client = world.app.browser(somebody).await;
        client.get("/account").await;
        client.get("/security/log").await.expect_status(403).expect_no_text("Let a person sign in");
        client.get(&entry).await.expect_status(403).expect_no_text("Jo Tester");
        client.post("/security/log/export", &[]).await.expect_status(403).expect_no_text("session.begin");
        for query in ["select action from audit_entries", "select app_audit_people('Jo Tester')"] {
            assert_eq!(world.app.raw(somebody, query), Ok(Vec::new()), "{} {query}", somebody.name);
        }
    }
    member.get("/security/log").await.expect_status(403);
    world.app.visitor().get("/security/log").await.expect_status(303);
    let looked = ["security.log-search", "security.log-open", "security.log-export"].map(|deed| times(&world, deed));
    assert_eq!(looked, [0, 0, 0], "what was refused was not looked at");
}

#[actix_web::test]
async fn an_administrator_sees_the_security_log_and_no_other_entry_by_page_and_by_raw_sql() {
    let world = World::new();
    let duty = world.logged().await;
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&format!("/duties/{duty}")).await.expect_status(200);
    let mut administrator = world.app.browser(&world.administrator).await;
    let page = administrator.get("/security/log").await.expect_status(200);
    page.expect_text("Let a person sign in").expect_text("Jo Tester").expect_no_text("Logged a duty");
    administrator.get("/audit").await.expect_status(403);
    for work in ["duty.log", "duty.read"] {
        let id = newest(&world, work);
        administrator.get(&format!("/security/log/entries/{id}")).await.expect_status(404);
        administrator.get(&format!("/audit/entries/{id}")).await.expect_status(403);
        // Whoever reads the whole trail finds it there and not here.
        let mut auditor = world.app.browser(&world.auditor).await;
        auditor.get(&format!("/security/log/entries/{id}")).await.expect_status(404);
        auditor.get(&format!("/audit/entries/{id}")).await.expect_status(200);
    }
    let id = newest(&world, "session.begin");
    administrator.get(&format!("/security/log/entries/{id}")).await.expect_status(200).expect_text("Proof");
    administrator.get("/security/log/entries/no-number").await.expect_status(404);

    let deeds: BTreeSet<&str> = audit::security_deeds().map(|(deed, _kind)| deed).collect();
    let shown = world.app.raw(&world.administrator, "select distinct action from audit_entries").expect("rows");
    assert!(shown.iter().any(|action| action == "session.begin"), "{shown:?}");
    assert!(shown.iter().all(|action| deeds.contains(action.as_str())), "{shown:?}");
    let of_here =
        format!("where organisation_id = '{}' and action = any (app_security_deeds())", world.founded.organisation);
    let there = world.app.database.superuser_texts(&format!("select count(*) from audit_entries {of_here}"));
    assert_eq!(world.app.raw(&world.administrator, "select count(*) from audit_entries"), Ok(there));
    let changed = world.app.raw_write(&world.administrator, "update audit_entries set action = 'duty.log'");
    assert!(changed.is_err_and(|why| why.contains("permission denied")));
}

#[actix_web::test]
async fn names_are_told_of_people_in_the_log_alone() {
    let world = World::new();
    let _signed_in = world.app.browser(&world.member).await;
    let named = |somebody: &Somebody| format!("select name from app_audit_names(array['{}'::uuid])", somebody.id);
    let ids = |somebody: &Somebody| format!("select app_audit_people('{}')", somebody.name);
    let ask = |query: String| world.app.raw(&world.administrator, &query).expect("an answer");
    assert_eq!(ask(named(&world.member)), std::slice::from_ref(&world.member.name));
    assert_eq!(ask(ids(&world.member)), [world.member.id.to_string()]);
    assert_eq!(ask(named(&world.colleague)), Vec::<String>::new(), "who is not in it has no name here");
    assert_eq!(ask(ids(&world.colleague)), Vec::<String>::new());
    assert_eq!(ask("select app_audit_actions()".to_owned()), Vec::<String>::new());
    let auditor = world.app.raw(&world.auditor, &named(&world.colleague));
    assert_eq!(auditor, Ok(vec![world.colleague.name.clone()]));
}

#[test]
fn the_database_shows_exactly_the_deeds_that_the_program_calls_security() {
    let database = crate::support::TestDatabase::fresh();
    let there = database.superuser_texts("select unnest(app_security_deeds()) order by 1");
    let mut here: Vec<&str> = audit::security_deeds().map(|(deed, _kind)| deed).collect();
    here.sort_unstable();
    assert_eq!(there, here, "deeds.rs changed: a migration says the same to app_security_deeds");
}

#[actix_web::test]
async fn another_organisations_entries_do_not_exist() {
    let world = World::new();
    let foreign = world.app.found("westfen", watchroom::organisation::Service::Ambulance);
    let watch = world.app.person_called(&foreign, "wat", "administrator", foreign.unit);
    record(&world, &world.member, Entry::new("role.grant").changed([ROLE.change(None::<&str>, "hr")]));
    let id = newest(&world, "role.grant");
    let mut client = world.app.browser(&watch).await;
    client.get("/security/log?kind=roles").await.expect_status(200).expect_text("No entry matches these filters");
    client.get(&format!("/security/log/entries/{id}")).await.expect_status(404);
    let person = format!("/security/log?person={}", world.member.id);
    client.get(&person).await.expect_status(200).expect_text("No entry matches").expect_no_text("Jo Tester");
    client.get("/security/log?person=Jo+Tester").await.expect_status(422);
    let csv = client.post("/security/log/export", &[("kind", "roles")]).await.expect_status(200);
    assert_eq!(csv.body.lines().count(), 1, "{}", csv.body);
    let rows = format!("select id from audit_entries where id = {id}");
    assert_eq!(world.app.raw(&watch, &rows), Ok(Vec::new()));
}

#[actix_web::test]
async fn sign_ins_and_failures_stand_in_it_with_who_and_from_where() {
    let world = World::new();
    let mut visitor = world.app.visitor();
    visitor.move_to("192.0.2.77");
    visitor.sign_in(&world.member.email, "not the password").await.expect_status(422);
    visitor.sign_in(&world.member.email, PASSWORD).await.expect_status(303);
    let mut administrator = world.app.browser(&world.administrator).await;
    let failures = administrator.get("/security/log?kind=failures").await.expect_status(200);
    let failures = failures.expect_text("Refused a sign-in").expect_text("Jo Tester").expect_text("192.0.2.0");
    failures.expect_no_text("192.0.2.77").expect_no_text("Let a person sign in");
    let sign_ins = administrator.get("/security/log?kind=sign-ins").await.expect_status(200);
    sign_ins.expect_text("Let a person sign in").expect_no_text("Refused a sign-in");
}

#[actix_web::test]
async fn an_account_that_lets_nobody_try_again_is_one_entry_a_window() {
    let world = World::new();
    let limit = world.app.parts.site.config.sign_in.throttle.attempts;
    let mut visitor = world.app.visitor();
    for _ in 0..limit {
        visitor.sign_in(&world.member.email, "not the password").await.expect_status(422);
    }
    for _ in 0..3 {
        visitor.sign_in(&world.member.email, PASSWORD).await.expect_status(422).expect_text("Too many attempts");
    }
    let mut administrator = world.app.browser(&world.administrator).await;
    let count = "select count(*) || ' ' || count(subject_id) from audit_entries where action = 'session.throttled'";
    assert_eq!(world.app.raw(&world.administrator, count), Ok(vec!["1 1".to_owned()]));
    let page = administrator.get("/security/log?kind=failures").await.expect_status(200);
    page.expect_text("Held back further attempts at an account").expect_text("Jo Tester");
    // Of an address that nobody has there is one too, in no organisation.
    for _ in 0..=limit {
        visitor.sign_in("nobody@elsewhere.example", "not the password").await;
    }
    let nowhere =
        "select organisation_id from audit_entries where action = 'session.throttled' order by id desc limit 1";
    assert_eq!(world.app.database.superuser_texts(nowhere), [Uuid::nil().to_string()]);
    assert_eq!(world.app.raw(&world.administrator, count), Ok(vec!["1 1".to_owned()]));
}

#[actix_web::test]
async fn before_and_after_are_shown_by_field_and_no_secret_is() {
    let world = World::new();
    let mut administrator = world.app.browser(&world.administrator).await;
    let path = format!("/people/{}/roles", world.member.id);
    administrator.get(&path).await.expect_status(200);
    let role = world.founded.role("auditor").expect("a role").to_string();
    let form = [("role", role.as_str()), ("unit", ""), ("reason", "acting up")];
    administrator.post(&path, &form).await.expect_status(303);
    let given = administrator.get("/security/log?kind=roles").await.expect_status(200);
    given.expect_text("Gave a role").expect_text("auditor").expect_text("Jo Tester").expect_text("Adam Tester");

    let changes = [ROLE.change("member", "hr"), SECRET.change("quokka", "wombat")];
    record(&world, &world.member, Entry::new("sso.change").changed(changes));
    let page = administrator.get("/security/log?kind=configuration").await.expect_status(200);
    let page = page.expect_text("Changed a provider").expect_text("Role: member → hr");
    page.expect_text("Client secret: changed").expect_no_text("quokka").expect_no_text("wombat");
    let entry = administrator.get(&format!("/security/log/entries/{}", newest(&world, "sso.change"))).await;
    let entry = entry.expect_status(200).expect_text("It changed. What it says is not kept in the trail.");
    entry.expect_text("Not sealed yet").expect_no_text("quokka");
}

#[actix_web::test]
async fn filters_narrow_it_and_pages_lose_and_repeat_nothing() {
    let world = World::new();
    for number in 0..130 {
        // Several at the same instant, among them where a page ends.
        if number % 7 == 0 {
            world.app.clock.advance(SignedDuration::from_secs(1));
        }
        let deed = if number % 13 == 0 { "factor.remove" } else { "token.make" };
        record(&world, &world.member, Entry::new(deed).on("token", "token-number-7"));
        record(&world, &world.colleague, Entry::new("duty.log"));
    }
    let mut administrator = world.app.browser(&world.administrator).await;
    let tokens = all_of(&mut administrator, "/security/log?kind=tokens&object=token-number-7").await;
    let factors = all_of(&mut administrator, "/security/log?kind=accounts&object=token-number-7").await;
    let both = all_of(&mut administrator, "/security/log?person=Jo+Tester&part=about&object=token-number-7").await;
    assert_eq!((tokens.len(), factors.len(), both.len()), (120, 10, 130));
    for all in [&tokens, &both] {
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "nothing twice");
    }
    assert!(tokens.iter().chain(&factors).all(|entry| both.contains(entry)));
    assert_eq!(times(&world, "security.log-search"), 3, "a search is one entry, however many pages it has");

    let day = "from=2026-11-22&to=2026-11-22";
    assert_eq!(all_of(&mut administrator, &format!("/security/log?kind=tokens&{day}")).await.len(), 120);
    let before = administrator.get("/security/log?to=2020-01-01").await.expect_status(200);
    before.expect_text("No entry matches these filters");
    administrator.get("/security/log?person=Nobody+Here").await.expect_status(422).expect_text("in the security log");
    administrator.get("/security/log?from=soon").await.expect_status(422).expect_text("Enter a date");
    administrator.get("/security/log?kind=duties").await.expect_status(422).expect_text("Choose a kind");
    // A filter of the other log is none here.
    let other = administrator.get("/security/log?action=duty.log&kind=tokens").await.expect_status(200);
    other.expect_text("Made a token").expect_no_text("Logged a duty");
    for kind in Kind::ALL {
        administrator.get(&format!("/security/log?kind={}", kind.slug())).await.expect_status(200);
    }
}

#[actix_web::test]
async fn the_file_holds_all_that_matches_and_runs_no_formula() {
    let world = World::new();
    for number in 0..2_300 {
        let changed = [ROLE.change("member", "=HYPERLINK(\"x\")")];
        let entry = Entry::new("role.grant").on("person", format!("=1+{number}")).changed(changed);
        record(&world, &world.member, entry);
    }
    record(&world, &world.member, Entry::new("duty.log"));
    world.app.database.superuser(&format!("update people set given_name = '=Jo' where id = '{}'", world.member.id));
    let mut auditor = world.app.browser(&world.auditor).await;
    auditor.get("/security/log").await.expect_status(200);
    auditor.post_raw("/security/log/export", &[]).await.expect_status(403);
    let answer = auditor.post("/security/log/export", &[("kind", "roles")]).await.expect_status(200);
    let text = answer.body.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let column = |name: &str| head.iter().position(|found| found == name).expect("a column");
    let (kind, actor, changed, object) = (column("kind"), column("actor"), column("changed"), column("object_id"));
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
    assert_eq!(rows.len(), 2_300);
    for row in &rows {
        assert_eq!((&row[kind], &row[actor]), ("roles", "'=Jo Tester"));
        assert_eq!(&row[changed], "Role: member → =HYPERLINK(\"x\")");
        assert!(row[object].starts_with("'=1+"), "{row:?}");
        assert!(!row.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
    }
    let whole = auditor.post("/security/log/export", &[]).await.expect_status(200).body;
    assert!(whole.contains("session.begin") && !whole.contains("duty.log"));
    auditor.post("/security/log/export", &[("from", "soon")]).await.expect_status(422).expect_text("Enter a date");
    assert_eq!(times(&world, "security.log-export"), 2);
}

#[actix_web::test]
async fn reading_does_not_bring_the_file_nor_the_file_the_reading() {
    let world = World::new();
    let _signed_in = world.app.browser(&world.member).await;
    hold_only(&world, &world.colleague, &["security.read"]);
    hold_only(&world, &world.other_manager, &["security.export"]);
    let mut reader = world.app.browser(&world.colleague).await;
    let page = reader.get("/security/log").await.expect_status(200);
    page.expect_text("Let a person sign in").expect_no_text("Export as CSV");
    reader.post("/security/log/export", &[]).await.expect_status(403);
    let mut taker = world.app.browser(&world.other_manager).await;
    taker.get("/account").await;
    taker.get("/security/log").await.expect_status(403);
    taker.post("/security/log/export", &[]).await.expect_status(403).expect_no_text("session.begin");
    assert_eq!(world.app.raw(&world.other_manager, "select action from audit_entries"), Ok(Vec::new()));
    assert_eq!(times(&world, "security.log-export"), 0);
}

#[actix_web::test]
async fn every_look_is_an_entry_of_the_trail_and_of_no_other_log() {
    let world = World::new();
    let mut administrator = world.app.browser(&world.administrator).await;
    administrator.get("/security/log?kind=sign-ins").await.expect_status(200);
    administrator.get(&format!("/security/log/entries/{}", newest(&world, "session.begin"))).await.expect_status(200);
    assert_eq!((times(&world, "security.log-search"), times(&world, "security.log-open")), (1, 1));
    administrator.get("/security/log").await.expect_no_text("Searched the security log");
    let mut auditor = world.app.browser(&world.auditor).await;
    auditor
        .get("/audit")
        .await
        .expect_text("Searched the security log")
        .expect_text("Read an entry of the security log");
    auditor.get("/security").await.expect_status(200);
    let link = auditor.get("/security").await.link("Security log");
    assert_eq!(link.as_deref(), Some("/security/log"));
}
