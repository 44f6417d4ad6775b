//! Roles of the organisation's own, roles with dates, roles that take two, and who can see what.

use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::{PersonId, UnitId};
use watchroom::organisation::Service;

use crate::support::{Client, Context, TestApp};

const ADMIN: &str = "admin@northmoor.example";

struct World {
    app: TestApp,
    founded: Founded,
    hillside: UnitId,
}

fn world() -> World {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let hillside = app.unit(&founded, founded.unit, "station", "Hillside");
    World { app, founded, hillside }
}

fn role(founded: &Founded, code: &str) -> String {
    founded.role(code).expect("a role").to_string()
}

fn roles_of(person: PersonId) -> String {
    format!("/people/{person}/roles")
}

/// Builds a role through its form and returns its address.
async fn build(admin: &mut Client<'_>, name: &str, give: &[&str]) -> String {
    admin.get("/roles/new").await.expect_status(200).expect_text("Opens personal records.");
    let mut form = vec![("name", name), ("summary", "For this test.")];
    form.extend(give.iter().map(|given| ("give", *given)));
    admin.post("/roles/new", &form).await.expect_status(303).location.expect("its page")
}

fn id_of(href: &str) -> &str {
    href.rsplit('/').next().expect("an id")
}

#[actix_web::test]
async fn a_role_is_built_given_changed_and_retired_in_the_console() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let watch = app.unit(&founded, hillside, "watch", "Red watch");
    let below = app.person_called(&founded, "below", "member", watch);
    let mut admin = app.signed_in(ADMIN).await;
    let href = build(&mut admin, "Watch deputy", &["people.read:unit", "", "duty.read:unit"]).await;
    admin.get(&href).await.expect_text("Their unit").expect_text("watch-deputy").expect_text("0 people have it");
    admin
        .post("/roles/new", &[("name", "watch DEPUTY"), ("summary", "x"), ("give", "duty.read:own")])
        .await
        .expect_status(422)
        .expect_text("a role has this one");
    admin.get("/roles").await.expect_text("Watch deputy").expect_text("Your own");
    let unit = hillside.to_string();
    admin.post(&roles_of(member.id), &[("role", id_of(&href)), ("unit", &unit)]).await.expect_status(303);
    // At scope "unit" it reaches the unit and nothing below.
    let mut theirs = app.browser(&member).await;
    theirs.get(&format!("/people/{}", below.id)).await.expect_status(404);
    theirs.get("/people").await.expect_status(200).expect_no_text("Below Tester");
    // Wider at the next click, without a new sign-in.
    let edit = format!("{href}/edit");
    admin.get(&edit).await.expect_status(200).expect_text("Change the role Watch deputy");
    let wider = [("name", "Watch deputy"), ("summary", "x"), ("give", "people.read:below")];
    admin.post(&edit, &wider).await.expect_status(303);
    theirs.get(&format!("/people/{}", below.id)).await.expect_status(200);
    admin.get(&format!("{href}/retire")).await.expect_status(200);
    admin.post(&format!("{href}/retire"), &[]).await.expect_status(422).expect_text("Somebody has this role");
    let grant = app.database.superuser_texts(&format!("select id from role_grants where role_id = '{}'", id_of(&href)));
    admin.post(&format!("{}/{}/revoke", roles_of(member.id), grant[0]), &[]).await.expect_status(303);
    admin.post(&format!("{href}/retire"), &[]).await.expect_status(303);
    admin.post(&edit, &wider).await.expect_status(403);
    admin.get(&roles_of(member.id)).await.expect_no_text("Watch deputy");
    let audited = app.audited();
    let kept: Vec<&str> = audited.iter().map(String::as_str).filter(|action| action.starts_with("role.")).collect();
    assert_eq!(
        kept.iter().filter(|action| **action != "role.read").collect::<Vec<_>>(),
        [&"role.design", &"role.grant", &"role.change", &"role.revoke", &"role.retire"]
    );
}

#[actix_web::test]
async fn a_built_in_role_is_copied_and_never_changed() {
    let World { app, founded, .. } = world();
    let mut admin = app.signed_in(ADMIN).await;
    let manager = format!("/roles/{}", role(&founded, "manager"));
    let page = admin.get(&manager).await.expect_status(200).expect_text("Built in").expect_text("Their unit and below");
    assert_eq!(page.link("Change"), None);
    let copy = page.link("Build a role from a copy").expect("a link");
    admin.get(&copy).await.expect_status(200).expect_text("Build a role");
    let before = app.state_of(&["roles", "role_permissions"]);
    let form = [("name", "Manager"), ("summary", "x"), ("give", "duty.read:organisation")];
    admin.get(&format!("{manager}/edit")).await.expect_status(403);
    admin.post(&format!("{manager}/edit"), &form).await.expect_status(403);
    admin.post(&format!("{manager}/retire"), &[]).await.expect_status(403);
    let by_hand = Context::Person(founded.organisation, founded.administrator);
    for statement in [
        "delete from role_permissions",
        "update roles set name = 'x', summary = 'x'",
        "update roles set retired_at = now()",
    ] {
        assert_eq!(app.raw_write(by_hand, statement), Ok(0), "{statement}");
    }
    // Not even the set-up that writes them writes anything else.
    let set_up = Context::System(founded.organisation, "set-up");
    let widen = format!(
        "insert into role_permissions values ('{}', '{}', 'hr.kin.read', 'organisation')",
        founded.organisation,
        role(&founded, "manager")
    );
    assert!(app.raw_write(set_up, &widen).expect_err("refused").contains("row-level security"));
    assert_eq!(app.state_of(&["roles", "role_permissions"]), before);
    let member = app.person(&founded, "member", founded.unit);
    app.browser(&member).await.get("/roles/new").await.expect_status(403);
}

#[actix_web::test]
async fn nobody_widens_a_role_that_they_have_or_that_would_then_take_two() {
    let World { app, founded, hillside } = world();
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let href = build(&mut admin, "Helper", &["people.read:organisation"]).await;
    admin.get(&roles_of(second.id)).await;
    admin.post(&roles_of(second.id), &[("role", id_of(&href))]).await.expect_status(303);
    let wide = [("name", "Helper"), ("summary", "x"), ("give", "hr.kin.read:organisation")];
    // An administrator has it: reading next of kin would come to them without a second person.
    admin.get(&format!("{href}/edit")).await;
    admin.post(&format!("{href}/edit"), &wide).await.expect_status(422).expect_text("a second person has to approve");
    // And the one who has it does not change it at all.
    app.browser(&second).await.get(&format!("{href}/edit")).await.expect_status(403);
    let insert = format!(
        "insert into role_permissions values ('{}', '{}', 'hr.kin.read', 'organisation')",
        founded.organisation,
        id_of(&href)
    );
    for context in [Context::from(&second), Context::Person(founded.organisation, founded.administrator)] {
        app.raw_write(context, &insert).expect_err("refused");
    }
}

#[actix_web::test]
async fn a_role_with_dates_counts_between_them_whatever_the_server_remembers() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let mut theirs = app.browser(&member).await;
    let give = |id: &str, start: &str, end: &str| {
        app.database.superuser(&format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at, starts_at, ends_at) \
             values ('{}', '{id}', '{}', '{}', '{hillside}', now(), {start}, {end}); \
             update people set access_version = access_version + 1 where id = '{}'",
            founded.organisation,
            member.id,
            role(&founded, "manager"),
            member.id
        ));
    };
    let id = "00000000-0000-7000-8000-000000000001";
    // Begins in two seconds, ends in four. The browser's caller is cached all the while, by a clock that stands still.
    give(id, "now() + interval '2 seconds'", "now() + interval '4 seconds'");
    let mut seen = Vec::new();
    let version = format!("select app_access_version('{}', '{}') % 1048576", founded.organisation, member.id);
    // What has passed is asked before the page, so the page that is asked for after both is the last that matters.
    let begun = std::time::Instant::now();
    while begun.elapsed() < std::time::Duration::from_secs(60) {
        let passed = app.raw(&member, &version).expect("a version")[0].clone();
        let status = theirs.get("/people").await.status;
        let over = passed == "2";
        if seen.last() != Some(&(status, passed.clone())) {
            seen.push((status, passed));
        }
        if over {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let statuses: Vec<u16> = seen.iter().map(|(status, _passed)| *status).collect::<Vec<_>>();
    let mut steps = statuses.clone();
    steps.dedup();
    assert_eq!(steps, [403, 200, 403], "{seen:?}");
    assert_eq!(seen.last().map(|(_status, passed)| passed.as_str()), Some("2"), "{seen:?}");
}

#[actix_web::test]
async fn the_form_gives_a_role_from_one_day_to_another() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&roles_of(member.id)).await;
    let (manager, unit) = (role(&founded, "manager"), hillside.to_string());
    let form = |from: &'static str, until: &'static str| {
        vec![("role", manager.clone()), ("unit", unit.clone()), ("from", from.to_owned()), ("until", until.to_owned())]
    };
    for (from, until) in [("2026-12-02", "2026-12-01"), ("", "2026-11-21"), ("nonsense", "")] {
        let form = form(from, until);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        admin.post(&roles_of(member.id), &form).await.expect_status(422);
    }
    let form = form("2026-12-01", "2027-06-30");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.post(&roles_of(member.id), &form).await.expect_status(303);
    admin
        .get(&roles_of(member.id))
        .await
        .expect_text("1 Dec 2026 to")
        .expect_text("30 Jun 2027")
        .expect_text("Not yet");
    // Midnights of the United Kingdom: the last day is in summer time and counts whole.
    let stored = app.database.superuser_texts(
        "select concat(starts_at at time zone 'UTC', ' ', ends_at at time zone 'UTC') from role_grants where ends_at is not null",
    );
    assert_eq!(stored, ["2026-12-01 00:00:00 2027-06-30 23:00:00"]);
}

/// Asks for HR for an administrator; the request's id.
async fn asked(app: &TestApp, founded: &Founded, admin: &mut Client<'_>, whom: PersonId) -> String {
    admin.get(&roles_of(whom)).await;
    let hr = role(founded, "hr");
    admin.post(&roles_of(whom), &[("role", &hr)]).await.expect_status(422).expect_text("Say why");
    let form = [("role", hr.as_str()), ("reason", "Covers for HR in December")];
    let answer = admin.post(&roles_of(whom), &form).await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/roles/requests"));
    app.database.superuser_texts("select id from grant_requests where state = 'waiting' order by id desc limit 1")[0]
        .clone()
}

#[actix_web::test]
async fn an_administrator_reads_personal_records_only_after_a_second_person_said_yes() {
    let World { app, founded, hillside } = world();
    let me = founded.administrator;
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let id = asked(&app, &founded, &mut admin, me).await;
    let hr_page = format!("/people/{}/hr", member.id);
    admin.get(&hr_page).await.expect_status(403);
    // Neither who asked (who here is who gets it too) nor somebody without the right approves it.
    let approve = format!("/roles/requests/{id}/approve");
    admin.get("/roles/requests").await.expect_status(200).expect_text("Covers for HR").expect_no_text("Approve<");
    admin.post(&approve, &[]).await.expect_status(403);
    let mut theirs = app.browser(&member).await;
    theirs.get("/roles/requests").await.expect_status(200).expect_text("Nothing waits");
    theirs.post(&approve, &[]).await.expect_status(403);
    for context in [Context::Person(founded.organisation, me), Context::from(&member)] {
        let by_hand = format!(
            "update grant_requests set state = 'approved', decided_by = requested_by, decided_at = requested_at where id = '{id}'"
        );
        assert_eq!(app.raw_write(context, &by_hand).unwrap_or(0), 0);
        let grant = format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, granted_by, granted_at, request_id, approved_by) \
             values ('{}', gen_random_uuid(), '{me}', '{}', '{me}', now(), '{id}', '{me}')",
            founded.organisation,
            role(&founded, "hr")
        );
        app.raw_write(context, &grant).expect_err("refused");
    }
    let mut other = app.browser(&second).await;
    other.get("/roles/requests").await.expect_status(200).expect_text("HR for Alex Admin");
    other.post(&approve, &[]).await.expect_status(303);
    admin.get(&hr_page).await.expect_status(200);
    other.get("/roles/requests").await.expect_text("Approved").expect_text("Second Tester");
    // Once is once.
    assert_eq!(other.post(&approve, &[]).await.location.as_deref(), Some("/roles/requests"));
    let grants = format!("select count(*) from role_grants where request_id = '{id}'");
    assert_eq!(app.database.superuser_texts(&grants), ["1"]);
    let steps = app.database.superuser_texts(
        "select concat(action, ' ', detail -> 'facts' -> 'allowed_by') from audit_entries \
         where action in ('role.request', 'role.approve') order by id",
    );
    assert_eq!(steps, ["role.request [\"administrator\"]", "role.approve [\"administrator\"]"]);
}

#[actix_web::test]
async fn giving_hr_to_another_administrator_takes_two_as_well_and_so_does_the_reverse() {
    let World { app, founded, hillside } = world();
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let hr = app.person(&founded, "hr", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    asked(&app, &founded, &mut admin, second.id).await;
    // Who would get it does not approve it either, and who asked takes it back.
    let id = app.database.superuser_texts("select id from grant_requests")[0].clone();
    let mut other = app.browser(&second).await;
    other.get("/roles/requests").await.expect_status(200);
    other.post(&format!("/roles/requests/{id}/approve"), &[]).await.expect_status(403);
    other.post(&format!("/roles/requests/{id}/withdraw"), &[]).await.expect_status(403);
    admin.get("/roles/requests").await;
    admin.post(&format!("/roles/requests/{id}/withdraw"), &[]).await.expect_status(303);
    // Somebody who reads personal records and is to administer.
    admin.get(&roles_of(hr.id)).await;
    let administrator = role(&founded, "administrator");
    admin.post(&roles_of(hr.id), &[("role", &administrator)]).await.expect_status(422).expect_text("Say why");
    let by_hand = format!(
        "insert into role_grants (organisation_id, id, person_id, role_id, granted_by, granted_at) \
         values ('{}', gen_random_uuid(), '{}', '{administrator}', '{}', now())",
        founded.organisation, hr.id, founded.administrator
    );
    let context = Context::Person(founded.organisation, founded.administrator);
    assert!(app.raw_write(context, &by_hand).expect_err("refused").contains("row-level security"));
    // A member takes one person's word.
    let member = app.person(&founded, "member", hillside);
    admin.post(&roles_of(member.id), &[("role", &role(&founded, "hr"))]).await.expect_status(303);
}

#[actix_web::test]
async fn a_request_ends_by_itself() {
    let World { app, founded, hillside } = world();
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let id = asked(&app, &founded, &mut admin, founded.administrator).await;
    app.clock.advance(jiff::SignedDuration::from_hours(7 * 24 + 1));
    let mut other = app.browser(&second).await;
    other.get("/roles/requests").await.expect_text("Too late").expect_no_text("Approve<");
    let answer = other.post(&format!("/roles/requests/{id}/approve"), &[]).await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/roles/requests"));
    let state = "select state || count(g.id) from grant_requests r left join role_grants g on g.request_id = r.id group by r.state";
    assert_eq!(app.database.superuser_texts(state), ["waiting0"]);
    let late = format!(
        "update grant_requests set state = 'approved', decided_by = '{}', decided_at = expires_at + interval '1 second' where id = '{id}'",
        second.id
    );
    assert!(app.raw_write(&second, &late).expect_err("refused").contains("check"));
    // It can be asked for again.
    let mut admin = app.signed_in(ADMIN).await;
    asked(&app, &founded, &mut admin, founded.administrator).await;
}

#[actix_web::test]
async fn one_owner_stays_by_whatever_way_the_last_one_would_go() {
    let World { app, founded, hillside } = world();
    let owner = founded.administrator;
    // One whose grant ends some day is no owner, and neither is one without a password.
    let ending = app.person_called(&founded, "ending", "administrator", hillside);
    app.database.superuser(&format!(
        "update role_grants set ends_at = now() + interval '30 days' where person_id = '{}'",
        ending.id
    ));
    let grant = format!("delete from role_grants where person_id = '{owner}'");
    let account = format!("update accounts set disabled_at = now() where person_id = '{owner}'");
    let password = format!("update accounts set password_hash = null where person_id = '{owner}'");
    for (context, statement) in [
        (Context::from(&ending), &grant),
        (Context::System(founded.organisation, "operator"), &grant),
        (Context::System(founded.organisation, "operator"), &account),
        (Context::System(founded.organisation, "sign-in"), &password),
    ] {
        assert!(app.raw_write(context, statement).is_ok_and(|rows| rows > 0), "{statement}");
        let error = app.raw_committed(context, statement).expect_err("refused at commit");
        assert!(error.contains("the last one who can sign in and give roles stays"), "{statement}: {error}");
    }
    // With a second owner the first one may go.
    app.person_called(&founded, "second", "administrator", hillside);
    app.raw_committed(Context::System(founded.organisation, "operator"), &account).expect("somebody stays");
}

#[actix_web::test]
async fn everybody_sees_who_can_see_what_they_see_themself_and_an_administrator_asks_about_all() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let manager = app.person(&founded, "manager", hillside);
    let far = app.unit(&founded, founded.unit, "station", "Harbour");
    let other = app.person_called(&founded, "other", "manager", far);
    let hr = app.person(&founded, "hr", far);
    let duty = app.duty(&founded, &member);
    let access = format!("/people/{}/access", member.id);
    let mut own = app.browser(&member).await;
    own.get(&access)
        .await
        .expect_status(200)
        .expect_text("Who can see your record")
        .expect_text(&manager.name)
        .expect_text(&hr.name)
        .expect_text("hr.kin.read")
        .expect_no_text(&other.name);
    own.get(&format!("/duties/{duty}/access"))
        .await
        .expect_status(200)
        .expect_text(&manager.name)
        .expect_text("hours.read")
        .expect_text("No role reads it but the person's own.")
        .expect_no_text(&other.name);
    // Who reads somebody else's record asks about the parts that they read; who reads nothing of it learns nothing.
    let mut reads = app.browser(&manager).await;
    reads
        .get(&access)
        .await
        .expect_status(200)
        .expect_text(&hr.name)
        .expect_text("you cannot read yourself are left out")
        .expect_no_text("hr.kin.read");
    reads
        .get(&format!("/duties/{duty}/access"))
        .await
        .expect_status(200)
        .expect_text(&hr.name)
        .expect_no_text("Private note");
    app.browser(&other).await.get(&access).await.expect_status(404);
    app.browser(&other).await.get(&format!("/duties/{duty}/access")).await.expect_status(404);
    let before = app.rows("audit_entries");
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&access).await.expect_status(200).expect_text(&manager.name).expect_text("Hillside and below");
    admin.get(&format!("/duties/{duty}/access")).await.expect_status(200).expect_text(&manager.name);
    admin.get(&format!("/duties/{duty}")).await.expect_status(404);
    assert!(app.rows("audit_entries") >= before + 2);
    // Asked by raw SQL, the function says no more.
    for (who, table, count) in [(&manager, "people", true), (&manager, "hr_kin", false), (&other, "people", false)] {
        let asked = format!("select given_name from app_who_reads('{table}', '{}', '{hillside}')", member.id);
        assert_eq!(app.raw(who, &asked).is_ok_and(|rows| !rows.is_empty()), count, "{} {table}", who.name);
    }
}

#[actix_web::test]
async fn who_can_open_it_is_who_the_database_lets_read_it() {
    let World { app, founded, hillside } = world();
    let watch = app.unit(&founded, hillside, "watch", "Red watch");
    let far = app.unit(&founded, founded.unit, "station", "Harbour");
    let member = app.person(&founded, "member", watch);
    let duty = app.duty(&founded, &member);
    let mut everybody = vec![member.clone()];
    for (number, (role, unit)) in [
        ("manager", hillside),
        ("manager", watch),
        ("manager", far),
        ("manager", founded.unit),
        ("hr", far),
        ("auditor", watch),
        ("administrator", watch),
        ("member", watch),
    ]
    .into_iter()
    .enumerate()
    {
        everybody.push(app.person_called(&founded, &format!("p{number}"), role, unit));
    }
    let person = member.id;
    for (table, key, id) in [
        ("duties", "id", duty.clone()),
        ("duty_shared_notes", "duty_id", duty.clone()),
        ("people", "id", person.to_string()),
        ("hr_contracts", "person_id", person.to_string()),
        ("hr_payroll", "person_id", person.to_string()),
        ("hr_kin", "person_id", person.to_string()),
        ("hr_fitness", "person_id", person.to_string()),
        ("accounts", "person_id", person.to_string()),
    ] {
        let told = format!("select distinct person_id from app_who_reads('{table}', '{person}', '{watch}')");
        let mut told = app.raw(&member, &told).expect("an answer");
        told.push(person.to_string());
        told.sort_unstable();
        told.dedup();
        let mut may: Vec<String> = Vec::new();
        let mut all: Vec<PersonId> = everybody.iter().map(|somebody| somebody.id).collect();
        all.push(founded.administrator);
        for reader in all {
            let context = Context::Person(founded.organisation, reader);
            if app
                .raw(context, &format!("select 1 from {table} where {key} = '{id}'"))
                .is_ok_and(|rows| !rows.is_empty())
            {
                may.push(reader.to_string());
            }
        }
        may.sort_unstable();
        assert!(may.contains(&person.to_string()), "{table} has a row to read");
        assert_eq!(told, may, "{table}");
    }
}

#[actix_web::test]
async fn everybody_gets_a_receipt_for_each_time_their_record_was_opened() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let colleague = app.person_called(&founded, "colleague", "member", hillside);
    let manager = app.person(&founded, "manager", hillside);
    app.grant(&founded, &manager, "member", None);
    let hr = app.person(&founded, "hr", hillside);
    let duty = app.duty(&founded, &member);
    let mut own = app.browser(&member).await;
    own.get("/account/receipts").await.expect_status(200).expect_text("Nobody but you");
    own.get(&format!("/people/{}", member.id)).await.expect_status(200);
    app.browser(&manager).await.get(&format!("/duties/{duty}")).await.expect_status(200);
    app.browser(&hr).await.get(&format!("/people/{}/hr", member.id)).await.expect_status(200);
    let page = own.get("/account/receipts").await.expect_status(200);
    let text = page.text();
    assert!(text.contains("Manager Tester Manager Opened one of your duties"), "{text}");
    assert!(text.contains("Hr Tester HR Opened what HR holds about you: contract, payroll, kin, fitness"), "{text}");
    assert!(!text.contains("Manager, Member"), "the role that allowed it, not all that they have: {text}");
    app.browser(&colleague).await.get("/account/receipts").await.expect_text("Nobody but you");
    // The trail itself stays shut for everybody but its readers.
    assert_eq!(app.raw(&member, "select action from audit_entries"), Ok(vec![]));
    let addresses = app.raw(&member, "select detail::text from app_receipts('infinity', 9000000000000, 50)");
    assert!(addresses.expect("rows").iter().all(|detail| !detail.contains("192.0.2")));
}

#[actix_web::test]
async fn an_administrator_sees_the_console_as_a_role_on_made_up_records_and_changes_nothing() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let manager = format!("/roles/{}", role(&founded, "manager"));
    admin.get(&manager).await.expect_text("See as this role");
    admin.post(&format!("{manager}/preview"), &[]).await.expect_status(303);
    let people = admin.get("/people").await.expect_status(200);
    people
        .expect_text("Seen as Manager.")
        .expect_text("nothing can be changed")
        .expect_text("Specimen")
        .expect_no_text("Instance")
        .expect_no_text("Tester, Member")
        .expect_no_text("northmoor service");
    admin.get(&format!("/people/{}", member.id)).await.expect_status(404);
    // A manager reads no HR field of made-up people either.
    let page = admin.get("/people").await;
    let somebody = page.link("Specimen").expect("a link");
    admin.get(&somebody).await.expect_status(200);
    admin.get(&format!("{somebody}/hr")).await.expect_status(403);
    admin.get("/audit").await.expect_status(403);
    admin.get("/team").await.expect_status(200).expect_text("Sample station");
    let before = app.state_of(&["people", "duties", "role_grants", "accounts", "units", "organisations"]);
    for path in ["/sign-out", "/account/password", "/duties/new", "/roles/new", "/account/sessions/end-all"] {
        admin.post(path, &[]).await.expect_status(409).expect_text("Leave the preview first");
    }
    // Postgres refuses it too, for whoever is in the made-up organisation.
    let made_up = founded.organisation.preview();
    let viewer = app.database.superuser_texts(&format!(
        "select id from people where organisation_id = '{made_up}' and given_name = 'Seen as'"
    ));
    let context = Context::Person(made_up, viewer[0].parse().expect("an id"));
    for statement in ["update people set phone = '0'", "delete from sessions", "insert into jobs values (null)"] {
        assert!(app.raw_write(context, statement).expect_err("refused").contains("read-only"), "{statement}");
    }
    assert_eq!(app.state_of(&["people", "duties", "role_grants", "accounts", "units", "organisations"]), before);
    // A second look as another role, and back.
    admin.post("/preview/end", &[]).await.expect_status(303);
    admin
        .get("/people")
        .await
        .expect_status(200)
        .expect_text("Tester, Member")
        .expect_no_text("nothing can be changed");
    let hr = format!("/roles/{}", role(&founded, "hr"));
    admin.get(&hr).await;
    admin.post(&format!("{hr}/preview"), &[]).await.expect_status(303);
    let page = admin.get("/people").await.expect_text("Seen as HR.").expect_text("Instance");
    let somebody = page.link("Specimen").expect("a link");
    admin.get(&format!("{somebody}/hr")).await.expect_status(200).expect_text("Somebody made up");
    // The cookie alone is worth nothing.
    let stolen = admin.cookie("__Host-watchroom-preview").expect("a cookie").to_owned();
    let mut theirs = app.browser(&member).await;
    theirs.steal("__Host-watchroom-preview", &stolen);
    theirs.get("/account").await.expect_text(&member.name).expect_no_text("Seen as");
    let mut nobody = app.visitor();
    nobody.steal("__Host-watchroom-preview", &stolen);
    nobody.get("/people").await.expect_status(303);
    theirs.post(&format!("{hr}/preview"), &[]).await.expect_status(403);
    admin.get("/people").await;
    admin.post("/preview/end", &[]).await.expect_status(303);
    let noted = app.database.superuser_texts(&format!(
        "select concat(action, ' ', detail -> 'facts' -> 'allowed_by') from audit_entries \
         where organisation_id = '{}' and action like 'role.preview%' order by id",
        founded.organisation
    ));
    let (begun, ended) = ("role.preview [\"administrator\"]", "role.preview-end [\"administrator\"]");
    assert_eq!(noted, [begun, ended, begun, ended]);
}
