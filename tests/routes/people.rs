//! `/people`: the list, records, leaving, HR fields.

use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::UnitId;
use watchroom::organisation::Service;

use crate::support::{Context, Somebody, TestApp};

/// A text of each set of HR fields.
const HR_FIELDS: [(&str, &str); 4] = [
    ("hr_contracts", "contract_type"),
    ("hr_payroll", "payroll_number"),
    ("hr_kin", "next_of_kin"),
    ("hr_fitness", "fitness_note"),
];

struct World {
    app: TestApp,
    founded: Founded,
    hillside: UnitId,
    harbour: UnitId,
}

fn world() -> World {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let hillside = app.unit(&founded, founded.unit, "station", "Hillside");
    let harbour = app.unit(&founded, founded.unit, "station", "Harbour");
    World { app, founded, hillside, harbour }
}

const ADMIN: &str = "admin@northmoor.example";

fn page(somebody: &Somebody) -> String {
    format!("/people/{}", somebody.id)
}

#[actix_web::test]
async fn each_role_sees_the_people_it_should() {
    let World { app, founded, hillside, harbour } = world();
    let near = app.person_called(&founded, "near", "member", hillside);
    let far = app.person_called(&founded, "far", "member", harbour);
    let manager = app.person(&founded, "manager", hillside);
    let hr = app.person(&founded, "hr", harbour);
    let auditor = app.person(&founded, "auditor", harbour);
    // Who, whether they see the list, the near and the far person.
    let expected = [(&manager, 200, 200, 404), (&hr, 200, 200, 200), (&auditor, 403, 404, 404), (&near, 403, 200, 404)];
    for (somebody, list, sees_near, sees_far) in expected {
        let mut browser = app.browser(somebody).await;
        let answer = browser.get("/people").await.expect_status(list);
        if list == 200 {
            assert!(answer.body.contains(&near.email), "{}", somebody.name);
            assert_eq!(answer.body.contains(&far.email), sees_far == 200, "{}", somebody.name);
        }
        browser.get(&page(&near)).await.expect_status(sees_near);
        browser.get(&page(&far)).await.expect_status(sees_far);
        let rows = app.raw(somebody, "select count(*) from people where given_name in ('Near', 'Far')");
        let wanted = [sees_near, sees_far].iter().filter(|status| **status == 200).count();
        assert_eq!(rows, Ok(vec![wanted.to_string()]), "{}", somebody.name);
    }
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/people").await.expect_status(200).expect_text(&near.email).expect_text(&far.email);
}

#[actix_web::test]
async fn the_list_goes_on_and_back_by_name_without_losing_or_repeating_anybody() {
    let World { app, founded, hillside, .. } = world();
    // 130 people of 26 family names, five of each, so that pages end inside a name.
    app.database.superuser(&format!(
        "insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) \
         select '{}', gen_random_uuid(), '{hillside}', 'Given' || (n % 3), 'Family' || chr(97 + n / 5), now() \
         from generate_series(0, 129) n",
        founded.organisation
    ));
    let mut admin = app.signed_in(ADMIN).await;
    let mut seen = Vec::new();
    let mut path = format!("/people?unit={hillside}");
    let mut pages = 0;
    loop {
        let answer = admin.get(&path).await.expect_status(200).expect_text("130 people");
        seen.extend(links(&answer.body));
        pages += 1;
        match href(&answer.body, "after=") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!((pages, seen.len()), (3, 130));
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 130);
    let mut back = Vec::new();
    let mut from = path;
    while let Some(before) = href(&admin.get(&from).await.body, "before=") {
        let answer = admin.get(&before).await.expect_status(200);
        back.splice(0..0, links(&answer.body));
        from = before;
    }
    assert_eq!(back, seen[..100]);
    admin.get("/people?after=nonsense").await.expect_status(200);
}

fn links(body: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(body);
    let link = scraper::Selector::parse("tbody th a").expect("a selector");
    html.select(&link).map(|link| link.value().attr("href").expect("an address").to_owned()).collect()
}

fn href(body: &str, with: &str) -> Option<String> {
    let html = scraper::Html::parse_document(body);
    let link = scraper::Selector::parse("a[href]").expect("a selector");
    html.select(&link).filter_map(|link| link.value().attr("href")).find(|href| href.contains(with)).map(str::to_owned)
}

#[actix_web::test]
async fn the_list_finds_by_words_unit_and_presence() {
    let World { app, founded, hillside, harbour } = world();
    app.person_called(&founded, "jo", "member", hillside);
    app.person_called(&founded, "sam", "member", harbour);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/people?q=jo+tes").await.expect_text("1 person").expect_text("Tester, Jo");
    admin.get("/people?q=%25").await.expect_text("Nobody matches");
    admin.get(&format!("/people?unit={}", founded.unit)).await.expect_text("3 people");
    admin.get(&format!("/people?unit={harbour}")).await.expect_text("1 person").expect_text("Tester, Sam");
    admin.get("/people?who=left").await.expect_text("Nobody matches");
}

#[actix_web::test]
async fn reading_another_persons_record_leaves_an_entry_and_ones_own_does_not() {
    let World { app, founded, hillside, .. } = world();
    let member = app.person(&founded, "member", hillside);
    let manager = app.person(&founded, "manager", hillside);
    app.browser(&member).await.get(&page(&member)).await.expect_status(200).expect_text("What HR holds about you");
    assert_eq!(app.audited(), Vec::<String>::new());
    let mut desk = app.browser(&manager).await;
    // A manager sees neither account nor roles nor HR fields.
    let answer = desk.get(&page(&member)).await.expect_status(200).expect_text("Hillside");
    assert!(!answer.body.contains("Signing in") && !answer.body.contains("/hr") && !answer.body.contains("Roles"));
    assert_eq!(app.audited(), ["person.read"]);
    let about = app.database.superuser_texts("select subject_id from audit_entries where action = 'person.read'");
    assert_eq!(about, [member.id.to_string()]);
}

#[actix_web::test]
async fn hr_adds_somebody_without_an_account_and_edits_them() {
    let World { app, founded, hillside, harbour } = world();
    let hr = app.person(&founded, "hr", harbour);
    let mut desk = app.browser(&hr).await;
    desk.get("/people/new").await.expect_status(200);
    let (hillside, harbour) = (hillside.to_string(), harbour.to_string());
    let mut form = vec![("given_name", "Zoë"), ("family_name", "O'Neill"), ("unit", hillside.as_str())];
    form.extend([("employee_number", "40217"), ("email", "ZOE@Example.org"), ("phone", "01632 960001")]);
    let made = desk.post("/people/new", &form).await.expect_status(303).location.expect("an address");
    desk.get(&made)
        .await
        .expect_text("Zoë O'Neill")
        .expect_text("zoe@example.org")
        .expect_text("They have no account.");
    // The number is hers now.
    let again = [("given_name", "Ann"), ("family_name", "Other"), ("unit", &hillside), ("employee_number", "40217")];
    desk.get("/people/new").await;
    let answer = desk.post("/people/new", &again).await.expect_status(422).expect_text("somebody has this one");
    assert!(answer.body.contains("value=\"Ann\""));
    desk.post("/people/new", &[("unit", "x"), ("email", "no"), ("phone", "1")])
        .await
        .expect_status(422)
        .expect_text("Enter their given name.")
        .expect_text("Choose their home unit.")
        .expect_text("such as name@example.org");
    form[2] = ("unit", harbour.as_str());
    desk.get(&format!("{made}/edit")).await.expect_status(200);
    desk.post(&format!("{made}/edit"), &form).await.expect_status(303);
    desk.get(&made).await.expect_text("Harbour");
    let entry = app.database.superuser_texts("select detail from audit_entries where action = 'person.edit'");
    assert!(entry[0].contains(&hillside) && entry[0].contains(&harbour) && !entry[0].contains("960001"), "{entry:?}");
    assert_eq!(app.rows("people"), 3);
}

#[actix_web::test]
async fn a_new_e_mail_address_is_what_they_sign_in_with() {
    let World { app, founded, hillside, .. } = world();
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&format!("{}/edit", page(&member))).await.expect_status(200);
    let unit = hillside.to_string();
    let mut form = vec![("given_name", "Member"), ("family_name", "Tester"), ("unit", unit.as_str())];
    form.push(("email", "new@northmoor.example"));
    admin.post(&format!("{}/edit", page(&member)), &form).await.expect_status(303);
    app.signed_in("new@northmoor.example").await.get("/account").await.expect_status(200);
    app.visitor().sign_in(&member.email, crate::support::PASSWORD).await.expect_status(422);
    // The address of somebody else is refused, an empty one too: there is an account.
    form[3] = ("email", ADMIN);
    admin
        .post(&format!("{}/edit", page(&member)), &form)
        .await
        .expect_status(422)
        .expect_text("another e-mail address");
    form[3] = ("email", "");
    admin.post(&format!("{}/edit", page(&member)), &form).await.expect_status(422).expect_text("an account needs one");
    app.signed_in("new@northmoor.example").await;
}

#[actix_web::test]
async fn hr_does_not_touch_how_an_administrator_signs_in() {
    let World { app, founded, hillside, .. } = world();
    let hr = app.person(&founded, "hr", hillside);
    let before = app.state_of(&["people", "accounts", "sign_in_directory", "password_links"]);
    let mut desk = app.browser(&hr).await;
    desk.get("/people").await;
    let path = format!("/people/{}", founded.administrator);
    let unit = founded.unit.to_string();
    let form = [("given_name", "Alex"), ("family_name", "Admin"), ("unit", &unit), ("email", "mine@example.org")];
    desk.post(&format!("{path}/edit"), &form).await.expect_status(403);
    desk.post(&format!("{path}/password-link"), &[]).await.expect_status(403);
    let after = app.state_of(&["people", "accounts", "sign_in_directory", "password_links"]);
    assert_eq!(before[0], after[0]);
    assert_eq!(before[2..], after[2..]);
    let raw = format!(
        "insert into password_links (organisation_id, token_hash, person_id, created_at, expires_at) \
         values ('{}', sha256('x'), '{}', now(), now())",
        founded.organisation, founded.administrator
    );
    assert!(app.raw_write(&hr, &raw).expect_err("refused").contains("row-level security"));
}

#[actix_web::test]
async fn somebody_who_left_is_out_at_once_and_what_they_did_stays() {
    let World { app, founded, hillside, .. } = world();
    let manager = app.person(&founded, "manager", hillside);
    let mut theirs = app.browser(&manager).await;
    theirs.get("/people").await.expect_status(200);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&format!("{}/leave", page(&manager))).await.expect_text("Record that Manager Tester left");
    admin.post(&format!("{}/leave", page(&manager)), &[]).await.expect_status(303);
    theirs.get("/people").await.expect_status(303);
    app.visitor().sign_in(&manager.email, crate::support::PASSWORD).await.expect_status(422);
    let of = |table: &str| {
        let query = format!("select 1 from {table} where person_id = '{}'", manager.id);
        app.database.superuser_texts(&query).len()
    };
    assert_eq!((of("sessions"), of("role_grants"), of("accounts")), (0, 0, 1));
    assert_eq!(app.rows("sign_in_directory"), 1);
    admin.get("/people").await.expect_no_text(&manager.email);
    admin.get("/people?who=left").await.expect_text(&manager.email);
    let entry = app.database.superuser_texts("select detail from audit_entries where action = 'person.leave'");
    assert!(entry[0].contains("manager"), "{entry:?}");
    // They come back: no password, no roles, a link.
    admin.get(&page(&manager)).await.expect_text("Record that they came back");
    admin.post(&format!("{}/reinstate", page(&manager)), &[]).await.expect_status(303);
    app.visitor().sign_in(&manager.email, crate::support::PASSWORD).await.expect_status(422);
    admin.get(&page(&manager)).await.expect_text("Waiting for a password").expect_text("None: without a role");
    assert_eq!(app.rows("sign_in_directory"), 2);
}

#[actix_web::test]
async fn leaving_shuts_every_door_even_when_it_is_recorded_by_raw_sql() {
    let World { app, founded, hillside, .. } = world();
    let hr = app.person(&founded, "hr", hillside);
    let manager = app.person(&founded, "manager", hillside);
    app.browser(&manager).await.get("/account").await.expect_status(200);
    app.database.superuser(&format!(
        "set role watchroom_app; begin; select app_enter('{}', '{}', ''); \
         update people set left_at = now() where id = '{}'; commit",
        founded.organisation, hr.id, manager.id
    ));
    for table in ["sessions", "role_grants"] {
        let query = format!("select 1 from {table} where person_id = '{}'", manager.id);
        assert_eq!(app.database.superuser_texts(&query).len(), 0, "{table}");
    }
    let query = format!("select 1 from accounts where person_id = '{}' and disabled_at is null", manager.id);
    assert_eq!(app.database.superuser_texts(&query).len(), 0);
}

#[actix_web::test]
async fn only_hr_and_the_person_read_hr_fields_and_only_hr_writes_them() {
    let World { app, founded, hillside, .. } = world();
    let member = app.person(&founded, "member", hillside);
    let hr = app.person(&founded, "hr", hillside);
    let path = format!("{}/hr", page(&member));
    let form = [
        ("contract_type", "On-call"),
        ("contract_hours", "37:30"),
        ("payroll_number", "P-17"),
        ("started_on-day", "27"),
        ("started_on-month", "3"),
        ("started_on-year", "2019"),
        ("next_of_kin", "Sam, 01632 960002"),
        ("fitness_note", "Knee, until May"),
    ];
    let mut desk = app.browser(&hr).await;
    desk.get(&format!("{path}/edit")).await.expect_status(200);
    desk.post(&format!("{path}/edit"), &[("contract_hours", "200"), ("started_on-day", "31")])
        .await
        .expect_status(422)
        .expect_text("from 0 to 168")
        .expect_text("Enter a real date");
    desk.post(&format!("{path}/edit"), &form).await.expect_status(303);
    desk.get(&path).await.expect_text("37 h 30 min a week").expect_text("Wednesday 27 March 2019");
    // The entries name fields and no value.
    let entries = app.database.superuser_texts("select detail from audit_entries where action like 'hr.%'").join(" ");
    assert!(entries.contains("next_of_kin") && entries.contains("left_out"), "{entries}");
    for value in ["Sam", "Knee", "P-17", "On-call", "2250", "2019"] {
        assert!(!entries.contains(value), "{value} in {entries}");
    }
    // The person reads, and writes nothing.
    let mut own = app.browser(&member).await;
    own.get(&path).await.expect_status(200).expect_text("Knee, until May");
    let before = app.state_of(&["hr_contracts", "hr_payroll", "hr_kin", "hr_fitness"]);
    own.post(&format!("{path}/edit"), &form).await.expect_status(403);
    for role in ["manager", "auditor", "administrator"] {
        let somebody = app.person(&founded, role, hillside);
        let mut browser = app.browser(&somebody).await;
        let status = if role == "auditor" { 404 } else { 403 };
        browser.get(&path).await.expect_status(status).expect_no_text("Knee");
        browser.get(&format!("{path}/edit")).await.expect_status(403);
        browser.post(&format!("{path}/edit"), &form).await.expect_status(403);
        for (table, column) in HR_FIELDS {
            assert_eq!(app.raw(&somebody, &format!("select {column} from {table}")), Ok(vec![]), "{role} {table}");
            assert_eq!(
                app.raw_write(&somebody, &format!("update {table} set {column} = 'x'")),
                Ok(0),
                "{role} {table}"
            );
        }
    }
    assert_eq!(app.raw_write(&member, "update hr_fitness set fitness_note = 'x'"), Ok(0));
    assert_eq!(app.raw(&member, "select fitness_note from hr_fitness"), Ok(vec!["Knee, until May".to_owned()]));
    assert_eq!(app.state_of(&["hr_contracts", "hr_payroll", "hr_kin", "hr_fitness"]), before);
}

#[actix_web::test]
async fn people_of_another_organisation_are_not_there_by_page_or_by_raw_sql() {
    let World { app, founded, hillside, .. } = world();
    let member = app.person(&founded, "member", hillside);
    app.database.superuser(&format!(
        "insert into hr_fitness (organisation_id, person_id, fitness_note, changed_at) values ('{}', '{}', 'x', now()); \
         insert into password_links (organisation_id, token_hash, person_id, created_at, expires_at) \
         values ('{}', sha256('x'), '{}', now(), now())",
        founded.organisation, member.id, founded.organisation, member.id
    ));
    app.browser(&member).await.get("/account").await.expect_status(200);
    let other = app.found("southmoor", Service::Fire);
    let theirs = app.person(&other, "hr", other.unit);
    let mut browser = app.browser(&theirs).await;
    browser.get("/people").await.expect_no_text(&member.email);
    for path in ["", "/edit", "/leave", "/hr", "/hr/edit", "/roles"] {
        browser.get(&format!("{}{path}", page(&member))).await.expect_status(404);
    }
    let tables = [
        ("people", "id"),
        ("hr_fitness", "person_id"),
        ("accounts", "person_id"),
        ("sessions", "person_id"),
        ("role_grants", "person_id"),
        ("password_links", "person_id"),
    ];
    let strangers = [
        ("another organisation's HR", Context::from(&theirs)),
        ("another organisation's administrator", Context::Person(other.organisation, other.administrator)),
        ("nobody", Context::None),
        ("a worker with no policy", Context::System(founded.organisation, "audit.sequencer")),
    ];
    for (table, key) in tables {
        assert_ne!(app.rows(table), 0, "{table} has rows to hide");
        for (who, context) in strangers {
            let seen = app.raw(context, &format!("select 1 from {table} where {key} = '{}'", member.id));
            assert_eq!(seen.unwrap_or_default().len(), 0, "{who} reads {table}");
            for statement in [format!("delete from {table}"), format!("update {table} set {key} = {key}")] {
                let statement = format!("{statement} where {key} = '{}'", member.id);
                assert_eq!(app.raw_write(context, &statement).unwrap_or(0), 0, "{who}: {statement}");
            }
        }
    }
    for (who, context) in strangers {
        for (table, name) in [("organisations", "name"), ("units", "name"), ("duty_kinds", "name"), ("roles", "name")] {
            let statement =
                format!("update {table} set {name} = 'x' where organisation_id = '{}'", founded.organisation);
            assert_eq!(app.raw_write(context, &statement).unwrap_or(0), 0, "{who}: {statement}");
        }
    }
    // A colleague's record is not a member's either, within the organisation.
    let colleague = app.person_called(&founded, "colleague", "member", hillside);
    for (table, key) in tables {
        let seen = app.raw(&colleague, &format!("select 1 from {table} where {key} = '{}'", member.id));
        assert_eq!(seen, Ok(vec![]), "a colleague reads {table}");
    }
}

#[actix_web::test]
async fn the_forms_of_people_refuse_the_wrong_role_and_change_nothing() {
    let World { app, founded, hillside, .. } = world();
    let target = app.person_called(&founded, "target", "member", hillside);
    let tables = ["people", "hr_kin", "accounts", "role_grants", "password_links", "sign_in_directory"];
    let unit = hillside.to_string();
    let form = [("given_name", "X"), ("family_name", "Y"), ("unit", unit.as_str())];
    for role in ["member", "manager", "auditor"] {
        let somebody = app.person(&founded, role, hillside);
        let mut browser = app.browser(&somebody).await;
        browser.get("/account").await;
        let before = app.state_of(&tables[..1]);
        let grants = app.state_of(&tables[3..]);
        for act in ["edit", "leave", "reinstate", "account", "password-link", "hr/edit", "roles"] {
            browser.post(&format!("{}/{act}", page(&target)), &form).await.expect_status(403);
        }
        browser.post("/people/new", &form).await.expect_status(403);
        assert_eq!((app.state_of(&tables[..1]), app.state_of(&tables[3..])), (before, grants), "{role}");
    }
}
