//! `/cpd`: somebody's record of development, its evidence, who confirmed it and the profile, as everybody who might try.

mod profile;

use super::duties::World;
use crate::support::{Answer, Client, Somebody};

/// Tables that a refusal must leave as they were.
const TABLES: &[&str] =
    &["cpd_entries", "cpd_evidence", "cpd_evidence_content", "cpd_requests", "cpd_profiles", "cpd_profile_entries"];

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

/// Adds an entry through the form, with the given fields in the place of the usual ones.
async fn add(client: &mut Client<'_>, fields: &[(&str, &str)]) -> Answer {
    let key = client.get("/cpd/new").await.field("key");
    let usual = [
        ("key", key.as_str()),
        ("kind", "formal"),
        ("title", "Trauma update"),
        ("started_on", "2026-11-20"),
        ("hours", "1:30"),
        ("reflection", "Tourniquets early"),
        ("standards", "4"),
    ];
    let mut all: Vec<(&str, &str)> =
        usual.into_iter().filter(|(name, _)| !fields.iter().any(|(other, _)| other == name)).collect();
    all.extend_from_slice(fields);
    client.post("/cpd/new", &all).await
}

/// Adds an entry of somebody's; its address.
async fn added(world: &World, somebody: &Somebody, fields: &[(&str, &str)]) -> String {
    let mut client = world.app.browser(somebody).await;
    add(&mut client, fields).await.expect_status(303).location.expect("an entry")
}

/// Adds a file to an entry of somebody's; where it is downloaded.
async fn attached(client: &mut Client<'_>, entry: &str, name: &str, content: &[u8]) -> String {
    client.get(&format!("{entry}/evidence")).await.expect_status(200);
    client.upload(&format!("{entry}/evidence"), &[], &[("file", name, content)]).await.expect_status(303);
    let page = client.get(entry).await;
    page.link(name).unwrap_or_else(|| panic!("no {name} in {}", page.text()))
}

async fn share(client: &mut Client<'_>, entry: &str, readers: &str) {
    client.get(&format!("{entry}/share")).await.expect_status(200);
    client.post(&format!("{entry}/share"), &[("readers", readers)]).await.expect_status(303);
}

/// Asks somebody about an entry of the member's; where they answer.
async fn asked(world: &World, entry: &str, whom: &Somebody) -> String {
    let mut member = world.app.browser(&world.member).await;
    member.get(&format!("{entry}/ask")).await.expect_status(200);
    let fields = [("whom", whom.email.as_str()), ("message", "You ran it")];
    member.post(&format!("{entry}/ask"), &fields).await.expect_status(303);
    let id = world.app.database.superuser_texts("select id from cpd_requests where state = 'asked'");
    format!("/cpd/requests/{}", id[0])
}

#[actix_web::test]
async fn an_entry_is_added_once_and_the_trail_does_not_say_what_it_says() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/cpd").await.expect_status(200).expect_text("No entries yet").expect_text("There is no entry");
    let key = member.get("/cpd/new").await.field("key");
    for _ in 0..2 {
        add(&mut member, &[("key", &key)]).await.expect_status(303);
    }
    let mut colleague = world.app.browser(&world.colleague).await;
    add(&mut colleague, &[("key", &key)]).await.expect_status(409);
    assert_eq!(world.app.rows("cpd_entries"), 1, "one, whoever sends the key again");
    let list = member.get("/cpd").await.expect_text("Trauma update").expect_text("1:30").expect_text("Private");
    let entry = list.link("Trauma update").expect("a link");
    member
        .get(&entry)
        .await
        .expect_text("Tourniquets early")
        .expect_text("4. Seek to benefit the service user")
        .expect_text("Only you read this entry.");
    assert_eq!(world.app.audited(), ["cpd.add"]);
    let trail = world.app.database.superuser_texts("select detail::text from audit_entries where action = 'cpd.add'");
    assert!(!trail[0].contains("Trauma") && !trail[0].contains("Tourniquets"), "{trail:?}");
}

#[actix_web::test]
async fn what_is_wrong_is_said_beside_its_field_and_all_that_was_typed_stays() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let wrong = [("kind", ""), ("started_on", "2027-01-01"), ("hours", "two"), ("reflection", "Kept <as> typed")];
    let page = add(&mut member, &wrong).await.expect_status(422);
    let page = page.expect_text("Choose what type of activity it was").expect_text("Enter hours like 2, 1.5 or 1:30");
    assert!(page.body.contains("Kept &lt;as&gt; typed") && page.field("hours") == "two", "{}", page.body);
    let somebody_elses = world.app.duty(&world.founded, &world.colleague);
    add(&mut member, &[("duty", &somebody_elses)]).await.expect_status(422).expect_text("one of your own duties");
    assert_eq!(world.app.rows("cpd_entries"), 0);

    let entry = added(&world, &world.member, &[]).await;
    let path = format!("{entry}/edit");
    let revision = member.get(&path).await.expect_status(200).field("revision");
    let typed = |title: &'static str| {
        [
            ("revision", revision.clone()),
            ("kind", "other".into()),
            ("title", title.into()),
            ("started_on", "2026-11-20".into()),
        ]
    };
    for (title, status) in [("First", 303), ("Second", 409)] {
        let fields: Vec<(&str, String)> = typed(title).into();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        member.post(&path, &fields).await.expect_status(status);
    }
    member.get(&entry).await.expect_text("First");
    // Deleting is asked about, names what goes, and notices a change as well.
    let asked = member.get(&format!("{entry}/delete")).await.expect_text("First");
    member.post(&format!("{entry}/delete"), &[("revision", "1")]).await.expect_status(409);
    member.post(&format!("{entry}/delete"), &[("revision", &asked.field("revision"))]).await.expect_status(303);
    assert_eq!(world.app.rows("cpd_entries"), 0);
}

#[actix_web::test]
async fn the_record_is_held_against_the_standards_unless_its_member_is_not_on_the_register() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    // Two years ago to the day counts, a day more does not.
    for (day, standard) in [("2024-11-21", "4"), ("2024-11-22", "2"), ("2026-11-20", "2")] {
        add(&mut member, &[("started_on", day), ("standards", standard), ("reflection", "")]).await.expect_status(303);
    }
    let list = member.get("/cpd").await.expect_text("2 entries since 22 Nov 2024");
    list.expect_text("Every entry is of one type, formal or educational")
        .expect_text("There is nothing between 22 Nov 2024 and 20 Nov 2026")
        .expect_text("No entry says that it meets standard 4")
        .expect_text("2 entries have no reflection");
    let revision = member.get("/cpd/profile/text").await.field("revision");
    member.post("/cpd/profile/text", &[("registrant", "no"), ("revision", &revision)]).await.expect_status(303);
    member.get("/cpd").await.expect_no_text("What an audit would ask about");
    member.post("/cpd/profile/text", &[("registrant", "yes"), ("revision", &revision)]).await.expect_status(409);
}

/// What raw SQL shows of somebody's record, table by table.
fn raw(world: &World, who: &Somebody) -> Vec<usize> {
    let rows = |table: &&str| world.app.raw(who, &format!("select 1 from {table}")).map_or(0, |rows| rows.len());
    TABLES.iter().map(rows).collect()
}

#[actix_web::test]
async fn nobody_else_reads_an_entry_unless_it_is_shared_and_no_longer_once_it_is_not() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let mut member = world.app.browser(&world.member).await;
    let file = attached(&mut member, &entry, "certificate.pdf", PDF).await;
    let revision = member.get("/cpd/profile/text").await.field("revision");
    let profile = [("registrant", "yes"), ("revision", revision.as_str()), ("statement", "My own words")];
    member.post("/cpd/profile/text", &profile).await.expect_status(303);
    let others = [
        &world.colleague,
        &world.manager,
        &world.other_manager,
        &world.hr,
        &world.auditor,
        &world.administrator,
        &world.stranger,
    ];
    let before = world.app.state_of(TABLES);
    for readers in ["me", "managers", "me"] {
        if readers == "managers" || world.app.audited().contains(&"cpd.share".to_owned()) {
            share(&mut member, &entry, readers).await;
        }
        for who in others {
            let reads = readers == "managers" && who.id == world.manager.id;
            let mut client = world.app.browser(who).await;
            client.get("/account").await;
            for path in [&entry, &file] {
                let status = client.get(path).await.status;
                assert!(
                    if reads { status == 200 } else { [403, 404].contains(&status) },
                    "{}: {path}: {status}",
                    who.email
                );
            }
            assert_eq!(raw(&world, who), if reads { [1, 1, 1, 0, 0, 0] } else { [0; 6] }, "{}, {readers}", who.email);
            for (act, fields) in [
                ("edit", vec![("kind", "other"), ("title", "x"), ("started_on", "2026-11-20"), ("revision", "1")]),
                ("share", vec![("readers", "managers")]),
                ("ask", vec![("whom", who.email.as_str())]),
                ("delete", vec![("revision", "1")]),
            ] {
                let answer = client.post(&format!("{entry}/{act}"), &fields).await;
                assert!([403, 404].contains(&answer.status), "{}: {act}: {}", who.email, answer.status);
            }
        }
        let mut manager = world.app.browser(&world.manager).await;
        let list = manager.get("/team/cpd").await.expect_status(200);
        assert_eq!(list.text().contains("Trauma update"), readers == "managers", "{}", list.text());
    }
    assert_eq!(world.app.state_of(TABLES), before, "shared and taken back, and no refusal left a trace");
    let audited = world.app.audited();
    for action in ["cpd.share", "cpd.read", "cpd.evidence-read", "cpd.list", "cpd.unshare"] {
        assert!(audited.iter().any(|found| found == action), "{action} in {audited:?}");
    }
    // By raw SQL it is not written either, nor given to somebody else.
    for statement in [
        "update cpd_entries set shared = true",
        "delete from cpd_entries",
        "delete from cpd_evidence",
        "update cpd_profiles set statement = 'x'",
    ] {
        assert_eq!(world.app.raw_write(&world.manager, statement), Ok(0), "{statement}");
    }
    let given = format!("update cpd_entries set person_id = '{}'", world.colleague.id);
    assert!(world.app.raw_write(&world.member, &given).is_err());
}

#[actix_web::test]
async fn what_was_shared_goes_with_its_member_to_the_managers_of_another_unit() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let mut member = world.app.browser(&world.member).await;
    share(&mut member, &entry, "managers").await;
    world.move_member();
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&entry).await.expect_status(404);
    let mut other = world.app.browser(&world.other_manager).await;
    other.get(&entry).await.expect_status(200).expect_text("Jo Tester").expect_no_text("Only you");
}

#[actix_web::test]
async fn a_colleague_who_is_asked_reads_the_entry_until_they_answer_and_confirms_what_it_says() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let mut member = world.app.browser(&world.member).await;
    let file = attached(&mut member, &entry, "certificate.pdf", PDF).await;
    let request = asked(&world, &entry, &world.colleague).await;
    let told = world.app.database.superuser_texts("select kind || ' ' || person_id from mail_outbox");
    assert_eq!(told, [format!("cpd-asked {}", world.colleague.id)]);

    let mut colleague = world.app.browser(&world.colleague).await;
    colleague.get("/cpd/requests").await.expect_text("Trauma update").expect_text("Jo Tester");
    colleague.get(&file).await.expect_status(200);
    let page = colleague.get(&request).await.expect_status(200);
    let page = page.expect_text("Jo Tester asked you").expect_text("You ran it").expect_text("Tourniquets early");
    let revision = page.field("revision");
    // Nobody else answers, and nobody their own.
    for who in [&world.member, &world.manager, &world.administrator, &world.stranger] {
        let mut client = world.app.browser(who).await;
        client.get("/account").await;
        let answer = client.post(&format!("{request}/confirm"), &[("revision", &revision)]).await;
        assert!([403, 404].contains(&answer.status), "{}: {}", who.email, answer.status);
    }
    // It was changed while they looked at it.
    let edit = [("kind", "other"), ("title", "Trauma update, day 2"), ("started_on", "2026-11-20"), ("revision", "1")];
    member.get(&format!("{entry}/edit")).await;
    member.post(&format!("{entry}/edit"), &edit).await.expect_status(303);
    let changed = colleague.post(&format!("{request}/confirm"), &[("revision", &revision)]).await.expect_status(409);
    let revision = changed.expect_text("Trauma update, day 2").field("revision");
    let words = [("revision", revision.as_str()), ("words", "I was there")];
    colleague.post(&format!("{request}/confirm"), &words).await.expect_status(303);

    member.get(&entry).await.expect_text("Sam Tester confirmed it").expect_text("Sam Tester wrote: I was there");
    for path in [&entry, &file, &request] {
        colleague.get(path).await.expect_status(404);
    }
    assert_eq!(raw(&world, &world.colleague), [0, 0, 0, 1, 0, 0], "their own answer, and nothing of the entry");
    colleague.get("/cpd/requests").await.expect_text("Nothing to confirm").expect_text("Confirmed");
    // What is changed after that is not what was confirmed.
    let edit = [("kind", "other"), ("title", "Something else"), ("started_on", "2026-11-20"), ("revision", "2")];
    member.post(&format!("{entry}/edit"), &edit).await.expect_status(303);
    member.get(&entry).await.expect_text("it was changed since");
    let audited = world.app.audited();
    for action in ["cpd.ask", "cpd.read", "cpd.evidence-read", "cpd.confirm"] {
        assert!(audited.iter().any(|found| found == action), "{action} in {audited:?}");
    }
}

#[actix_web::test]
async fn a_request_is_to_one_who_may_taken_back_and_between_the_two() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let mut member = world.app.browser(&world.member).await;
    member.get(&format!("{entry}/ask")).await;
    for whom in ["", "nobody@northmoor.example", &world.member.email, &world.hr.email, &world.stranger.email] {
        let refused = member.post(&format!("{entry}/ask"), &[("whom", whom)]).await.expect_status(422);
        refused.expect_text("Nobody else who may confirm entries has this");
    }
    let request = asked(&world, &entry, &world.colleague).await;
    member.post(&format!("{entry}/ask"), &[("whom", &world.manager.email)]).await.expect_status(303);
    assert_eq!(world.app.rows("cpd_requests"), 1, "one at a time");
    member.get(&entry).await.expect_text("Somebody is asked already");
    member.post(&format!("{entry}/ask/withdraw"), &[]).await.expect_status(303);
    let mut colleague = world.app.browser(&world.colleague).await;
    colleague.get(&request).await.expect_status(404);

    // The next one declines. The manager with whom it is shared learns of neither.
    let request = asked(&world, &entry, &world.manager).await;
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&request).await.expect_status(200).expect_no_text("Sam Tester");
    let long = "x".repeat(501);
    let refused = manager.post(&format!("{request}/decline"), &[("words", &long)]).await.expect_status(422);
    refused.expect_text("Use 500 characters at most");
    manager.post(&format!("{request}/decline"), &[("words", "I was elsewhere")]).await.expect_status(303);
    member.get(&entry).await.expect_text("Max Tester could not confirm it").expect_text("You no longer ask Sam Tester");
    share(&mut member, &entry, "managers").await;
    manager.get(&entry).await.expect_status(200).expect_no_text("no longer ask").expect_no_text("You ran it");
    assert_eq!(raw(&world, &world.manager), [1, 0, 0, 1, 0, 0], "the request to themself, and not the other");
}

#[actix_web::test]
async fn evidence_is_what_its_bytes_say_and_leaves_as_a_download() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let mut member = world.app.browser(&world.member).await;
    let path = format!("{entry}/evidence");
    member.get(&path).await.expect_status(200);
    let huge = vec![b'a'; 10 * 1024 * 1024 + 1];
    for (name, content, says) in [
        ("page.pdf", &b"<!doctype html><script>alert(1)</script>"[..], "Choose a file that is PDF, JPEG"),
        ("photo.jpg", b"MZ\x90\0\x03", "Choose a file that is PDF, JPEG"),
        ("empty.pdf", b"", "Choose a file that is not empty"),
        ("long.txt", &huge, "larger than 10.0 MiB"),
    ] {
        member.upload(&path, &[], &[("file", name, content)]).await.expect_status(422).expect_text(says);
    }
    assert_eq!(world.app.rows("cpd_evidence"), 0);
    let file = attached(&mut member, &entry, "report.pdf", PDF).await;
    let got = member.get(&file).await.expect_status(200);
    assert_eq!(got.bytes, PDF);
    let header =
        |name: &str| got.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("content-disposition"), "attachment; filename=\"report.pdf\"");
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox") && header("cache-control").contains("no-store"));
    member.get(&path).await;
    member.upload(&path, &[], &[("file", "again.pdf", PDF)]).await.expect_status(422).expect_text("This very file");
    // What a browser calls it is cleaned: no folder, no quote, the ending of what it is.
    member.upload(&path, &[], &[("file", "../../a'b;.exe", b"Notes")]).await.expect_status(303);
    member.get(&entry).await.expect_text("a-b.txt").expect_no_text(".exe");
    // All files of somebody have a limit together.
    world
        .app
        .database
        .superuser("update cpd_evidence set bytes = 200 * 1024 * 1024 - 4 where file_name = 'report.pdf'");
    member.get(&path).await;
    member
        .upload(&path, &[], &[("file", "more.txt", b"More")])
        .await
        .expect_status(422)
        .expect_text("Your files together");
    let left = std::fs::read_dir(world.app.parts.site.config.state.dir.join("cpd")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing of an upload stays on the disk");

    let remove = member
        .get(&entry)
        .await
        .link("Remove report.pdf")
        .or_else(|| file.strip_suffix("/download").map(|at| format!("{at}/remove")));
    let remove = remove.expect("a link");
    member.get(&remove).await.expect_status(200).expect_text("report.pdf");
    member.post(&remove, &[]).await.expect_status(303);
    member.get(&file).await.expect_status(404);
    assert_eq!(world.app.rows("cpd_evidence_content"), 1, "the bytes go with it");
}

#[actix_web::test]
async fn a_long_record_comes_in_pages_and_every_entry_once() {
    let world = World::new();
    let (org, person) = (world.founded.organisation, world.member.id);
    // Many on one day, so that a page ends between them.
    world.app.database.superuser(&format!(
        "insert into cpd_entries (organisation_id, id, person_id, unit_id, kind, title, started_on, shared, created_at, changed_at) \
         select '{org}', gen_random_uuid(), '{person}', '{}', 'other', 'Entry ' || to_char(n, 'FM000') || '.', \
                date '2026-11-01' + n / 30, true, now(), now() from generate_series(1, 50) n",
        world.hillside
    ));
    for (who, first) in [(&world.member, "/cpd"), (&world.manager, "/team/cpd")] {
        let mut client = world.app.browser(who).await;
        let (mut seen, mut next, mut pages) = (Vec::new(), Some(first.to_owned()), 0);
        while let Some(path) = next {
            let page = client.get(&path).await.expect_status(200);
            let text = page.text();
            seen.extend(text.match_indices("Entry ").filter_map(|(at, _)| text.get(at..at + 10).map(str::to_owned)));
            next = page.link("Earlier entries");
            pages += 1;
        }
        seen.retain(|title| title.ends_with('.'));
        seen.sort_unstable();
        let all = seen.len();
        seen.dedup();
        assert_eq!((pages, all, seen.len()), (3, 50, 50), "{first}");
        client.get(&format!("{first}?after=x")).await.expect_status(400);
    }
}

#[actix_web::test]
async fn what_cannot_be_put_on_record_is_not_done() {
    let world = World::new();
    let entry = added(&world, &world.member, &[]).await;
    let mut member = world.app.browser(&world.member).await;
    member.get(&entry).await;
    let before = world.app.state_of(TABLES);
    world.app.database.superuser("revoke insert on audit_entries from watchroom_app");
    add(&mut member, &[]).await.expect_status(500);
    for (act, fields) in [
        ("share", vec![("readers", "managers")]),
        ("ask", vec![("whom", world.colleague.email.as_str())]),
        ("delete", vec![("revision", "1")]),
    ] {
        member.post(&format!("{entry}/{act}"), &fields).await.expect_status(500);
    }
    member.upload(&format!("{entry}/evidence"), &[], &[("file", "x.pdf", PDF)]).await.expect_status(500);
    member.get("/cpd/profile.zip").await.expect_status(500);
    assert_eq!(world.app.state_of(TABLES), before);
    assert_eq!(world.app.rows("mail_outbox"), 0);
}
