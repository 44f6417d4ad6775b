//! `/network`, and what its rules do to everybody else.

use jiff::SignedDuration;
use watchroom::identity::setup::Founded;
use watchroom::network::operator;
use watchroom::organisation::Service;

use crate::support::{Answer, Client, Context, TestApp};

fn world() -> (TestApp, Founded) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    (app, founded)
}

async fn admin(app: &TestApp) -> Client<'_> {
    let mut client = app.signed_in("admin@northmoor.example").await;
    client.get("/network").await.expect_status(200);
    client
}

async fn add(client: &mut Client<'_>, place: &str, verdict: &str, network: &str) -> Answer {
    client.post("/network", &[("place", place), ("verdict", verdict), ("network", network), ("note", "")]).await
}

/// Where the first form on the page whose action ends like this leads.
async fn action(client: &mut Client<'_>, end: &str) -> String {
    let page = client.get("/network").await.expect_status(200);
    let found = page.body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.filter(|action| action.ends_with(end)).map(str::to_owned).next().expect("a form")
}

#[actix_web::test]
async fn a_network_that_is_kept_out_is_kept_out_everywhere_and_reads_what_to_do() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = admin(&app).await;
    let mut client = app.browser(&member).await;
    client.move_to("203.0.113.9");
    client.get("/duties").await.expect_status(200);
    add(&mut admin, "everyone", "deny", "203.0.113.0/24").await.expect_status(303);
    let page = client.get("/duties").await.expect_status(403);
    page.expect_text("You are not let in from here")
        .expect_text("Connect from your workplace")
        .expect_no_text("203.0.113");
    client.get("/api/v1/session").await.expect_problem(403, "wrong-network");
    client.move_to("::ffff:203.0.113.9");
    client.get("/duties").await.expect_status(403);
    // What is for everybody stays open, and so does the way out.
    client.get("/help").await.expect_status(200);
    client.get("/").await.expect_status(403);
    client.move_to("198.51.100.1");
    client.get("/duties").await.expect_status(200);
    client.move_to("203.0.113.9");
    client.post("/sign-out", &[]).await.expect_status(303);
    assert_eq!(app.audited(), ["network.add", "network.refused"], "two refusals within a quarter of an hour");
}

#[actix_web::test]
async fn one_network_that_is_let_in_shuts_everybody_else_out() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = admin(&app).await;
    add(&mut admin, "everyone", "allow", "192.0.2.0/24").await.expect_status(303);
    admin.get("/network").await.expect_text("People are let in from 192.0.2.0/24, and from nowhere else.");
    let mut client = app.browser(&member).await;
    client.get("/duties").await.expect_status(200);
    client.move_to("2001:db8::1");
    client.get("/duties").await.expect_status(403);
    // Another organisation has nothing to do with it.
    app.found("southmoor", Service::Ambulance);
    let mut other = app.signed_in("admin@southmoor.example").await;
    other.move_to("2001:db8::1");
    other.get("/account").await.expect_status(200);
}

#[actix_web::test]
async fn the_consoles_list_is_for_the_consoles_pages_alone() {
    let (app, founded) = world();
    let mut admin = admin(&app).await;
    add(&mut admin, "console", "allow", "192.0.2.0/24").await.expect_status(303);
    let manager = app.person(&founded, "manager", founded.unit);
    let hr = app.person(&founded, "hr", founded.unit);
    let auditor = app.person(&founded, "auditor", founded.unit);
    admin.move_to("198.51.100.1");
    for path in ["/network", "/organisation", "/units", "/plugins"] {
        admin
            .get(path)
            .await
            .expect_status(403)
            .expect_text("The pages of the console open from certain networks only");
    }
    admin.get("/account").await.expect_status(200);
    let mut auditor = app.browser(&auditor).await;
    auditor.move_to("198.51.100.1");
    auditor.get("/audit").await.expect_status(403);
    for (somebody, path) in [(manager, "/team"), (hr, "/people")] {
        let mut client = app.browser(&somebody).await;
        client.move_to("198.51.100.1");
        client.get(path).await.expect_status(200);
    }
}

#[actix_web::test]
async fn a_roles_list_is_for_whoever_has_the_role() {
    let (app, founded) = world();
    let (member, hr) = (app.person(&founded, "member", founded.unit), app.person(&founded, "hr", founded.unit));
    let mut admin = admin(&app).await;
    let role = founded.role("hr").expect("the role").to_string();
    add(&mut admin, &role, "allow", "10.0.0.0/8").await.expect_status(303);
    admin.get("/network").await.expect_text("Whoever has this role is let in from 10.0.0.0/8");
    let mut client = app.browser(&hr).await;
    client.get("/people").await.expect_status(403).expect_text("One of your roles");
    client.move_to("10.1.2.3");
    client.get("/people").await.expect_status(200);
    app.browser(&member).await.get("/duties").await.expect_status(200);
    let unknown = "00000000-0000-7000-8000-000000000000";
    add(&mut admin, unknown, "allow", "10.0.0.0/8")
        .await
        .expect_status(422)
        .expect_text("Choose whom the rule is for.");
}

#[actix_web::test]
async fn no_change_shuts_out_the_one_who_makes_it() {
    let (app, founded) = world();
    let mut admin = admin(&app).await;
    let role = founded.role("administrator").expect("the role").to_string();
    for (place, verdict, network) in [
        ("everyone", "allow", "10.0.0.0/8"),
        ("console", "allow", "10.0.0.0/8"),
        (role.as_str(), "allow", "10.0.0.0/8"),
        ("everyone", "deny", "192.0.2.0/24"),
        ("console", "deny", "192.0.2.77"),
        ("everyone", "deny", "::ffff:192.0.2.0/120"),
    ] {
        let refused = add(&mut admin, place, verdict, network).await.expect_status(422);
        refused.expect_text("This would shut you out: you are at 192.0.2.77");
    }
    assert_eq!(app.rows("network_rules"), 0);
    // The other way round it goes: first one's own network, then others; then one's own may not go any more.
    add(&mut admin, "console", "allow", "192.0.2.0/24").await.expect_status(303);
    let off = action(&mut admin, "/off").await;
    add(&mut admin, "console", "allow", "10.0.0.0/8").await.expect_status(303);
    admin.post(&off, &[]).await.expect_status(303);
    admin.get("/network").await.expect_text("This would shut you out");
    let removal = off.replace("/off", "/remove");
    admin.get(&removal).await.expect_status(200);
    admin.post(&removal, &[]).await.expect_status(422).expect_text("This would shut you out");
    assert_eq!(app.rows("network_rules where off_since is null"), 2);
    assert_eq!(app.audited(), ["network.add", "network.add"]);
}

#[actix_web::test]
async fn a_rule_is_switched_off_and_on_and_removed_and_the_trail_says_what_it_was() {
    let (app, _founded) = world();
    let mut admin = admin(&app).await;
    let typed = [("place", "everyone"), ("verdict", "deny"), ("network", "203.0.113.9/24"), ("note", "Attacks")];
    admin.post("/network", &typed).await.expect_status(303);
    admin.post("/network", &typed).await.expect_status(422).expect_text("There is a rule for this network");
    let off = action(&mut admin, "/off").await;
    admin.post(&off, &[]).await.expect_status(303);
    admin.get("/network").await.expect_text("People are let in from every network.").expect_text("Off");
    let on = action(&mut admin, "/on").await;
    admin.post(&on, &[]).await.expect_status(303);
    admin.post(&on.replace("/on", "/remove"), &[]).await.expect_status(303);
    admin.post(&on, &[]).await.expect_status(404);
    assert_eq!(app.rows("network_rules"), 0);
    let said = app.database.superuser_texts(
        "select concat_ws(' ', action, detail -> 'changed' -> 'network' ->> 'before', detail -> 'changed' -> 'network' ->> 'after', \
           detail -> 'changed' -> 'note' ->> 'before', detail -> 'changed' -> 'note' ->> 'after', \
           detail -> 'changed' -> 'on' ->> 'before', detail -> 'changed' -> 'on' ->> 'after') \
         from audit_entries where action like 'network.%' order by id",
    );
    assert_eq!(
        said,
        [
            "network.add 203.0.113.0/24 Attacks true",
            "network.switch-off true false",
            "network.switch-on false true",
            "network.remove 203.0.113.0/24 Attacks true"
        ]
    );
}

#[actix_web::test]
async fn an_address_can_be_tried_before_anybody_is_shut_out() {
    let (app, _founded) = world();
    let mut admin = admin(&app).await;
    add(&mut admin, "console", "allow", "192.0.2.0/24").await.expect_status(303);
    let page = admin.get("/network?address=203.0.113.9").await.expect_status(200);
    page.expect_text("What the lists say of 203.0.113.9")
        .expect_text("It lies in none of the networks that are let in.");
    let page = admin.get("/network?address=%3A%3Affff%3A192.0.2.5").await.expect_status(200);
    page.expect_text("What the lists say of 192.0.2.5").expect_text("It lies in 192.0.2.0/24, which is let in.");
    admin.get("/network?address=headquarters").await.expect_status(422).expect_text("Enter one address");
}

#[actix_web::test]
async fn the_rules_are_a_file_to_keep() {
    let (app, _founded) = world();
    let mut admin = admin(&app).await;
    let typed = [("place", "everyone"), ("verdict", "deny"), ("network", "203.0.113.0/24"), ("note", "=SUM(A1)")];
    admin.post("/network", &typed).await.expect_status(303);
    let file = admin.get("/network.csv").await.expect_status(200);
    assert!(file.body.contains("Everyone,deny,203.0.113.0/24,on,'=SUM(A1),2026-11-22T09:00:00Z"), "{}", file.body);
    assert_eq!(app.audited(), ["network.add", "network.export"]);
}

#[actix_web::test]
async fn a_change_counts_on_every_node_within_two_seconds() {
    let (app, founded) = world();
    let other = app.another_node();
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = admin(&app).await;
    let mut here = app.browser(&member).await;
    here.move_to("203.0.113.9");
    let mut there = here.before(&other);
    there.get("/duties").await.expect_status(200);
    add(&mut admin, "everyone", "deny", "203.0.113.0/24").await.expect_status(303);
    here.get("/duties").await.expect_status(403);
    app.clock.advance(SignedDuration::from_secs(2));
    there.get("/duties").await.expect_status(403);
}

#[actix_web::test]
async fn the_operator_lifts_a_lock_out_and_keeps_the_rules() {
    let (app, founded) = world();
    let mut admin = admin(&app).await;
    add(&mut admin, "everyone", "allow", "192.0.2.0/24").await.expect_status(303);
    add(&mut admin, "console", "allow", "192.0.2.0/24").await.expect_status(303);
    // The office moves.
    admin.move_to("198.51.100.1");
    admin.get("/network").await.expect_status(403);
    let site = &app.parts.site;
    let off = operator::lift_lockout(&site.db, founded.organisation, site.clock.now()).expect("lifted");
    assert_eq!(off, 2);
    app.clock.advance(SignedDuration::from_secs(2));
    admin.get("/network").await.expect_status(200).expect_text("Switch on");
    assert_eq!(app.rows("network_rules where off_since is not null"), 2);
    let lines = operator::rules(&site.db, founded.organisation).expect("listed");
    assert_eq!(lines.iter().filter(|line| line.on).count(), 0);
    assert!(app.audited().contains(&"network.lift-lockout".to_owned()));
    let label = "select actor_label from audit_entries where action = 'network.lift-lockout'";
    assert_eq!(app.database.superuser_texts(label), ["operator"]);
}

#[actix_web::test]
async fn behind_a_proxy_the_address_is_the_one_that_it_reports() {
    let app = TestApp::with(|config| {
        config.server.behind_proxy.enabled = true;
        config.server.behind_proxy.trusted_proxies = vec!["192.0.2.77".parse().expect("a network")];
    });
    app.found("northmoor", Service::Fire);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let from = |address: &str| {
        actix_web::test::TestRequest::get().uri("/network").insert_header(("x-forwarded-for", address.to_owned()))
    };
    admin.send(from("198.51.100.1")).await.expect_status(200).expect_text("You are at 198.51.100.1");
    app.database.superuser(
        "insert into network_rules (organisation_id, id, place, verdict, network, note, created_at) \
         select organisation_id, gen_random_uuid(), 'everyone', 'deny', '198.51.100.0/24', '', now() from organisations",
    );
    app.clock.advance(SignedDuration::from_secs(2));
    admin.send(from("198.51.100.1")).await.expect_status(403);
    // The visitor says where they come from, too; the proxy knows better.
    admin.send(from("203.0.113.1, 198.51.100.1")).await.expect_status(403);
    admin.send(from("198.51.100.1, 203.0.113.1")).await.expect_status(200);
}

#[actix_web::test]
async fn by_raw_sql_the_rules_are_for_those_who_configure_them() {
    let (app, founded) = world();
    let mut admin_client = admin(&app).await;
    add(&mut admin_client, "everyone", "deny", "203.0.113.0/24").await.expect_status(303);
    let count = "select count(*) from network_rules";
    for role in ["member", "manager", "hr", "auditor"] {
        let somebody = app.person(&founded, role, founded.unit);
        assert_eq!(app.raw(&somebody, count), Ok(vec!["0".to_owned()]), "{role}");
        assert_eq!(app.raw_write(&somebody, "update network_rules set off_since = now()"), Ok(0), "{role}");
        assert_eq!(app.raw_write(&somebody, "delete from network_rules"), Ok(0), "{role}");
    }
    let administrator = app.person(&founded, "administrator", founded.unit);
    assert_eq!(app.raw(&administrator, count), Ok(vec!["1".to_owned()]));
    for (worker, sees) in [("network", "1"), ("operator", "1"), ("sign-in", "0"), ("jobs", "0")] {
        let context = Context::System(founded.organisation, worker);
        assert_eq!(app.raw(context, count), Ok(vec![sees.to_owned()]), "{worker}");
        assert_eq!(app.raw_write(context, "delete from network_rules"), Ok(0), "{worker}");
    }
}
