//! `/audit`: auditors read it, nobody else does, and reading it leaves a trace.

use watchroom::audit::{self, Entry, Field};
use watchroom::authz::{Caller, SystemName};
use watchroom::kernel::clock::Clock as _;
use watchroom::organisation::Service;

use crate::support::{Somebody, TestApp};

const CALL_SIGN: Field = Field::shown("call_sign");
const PRIVATE_NOTE: Field = Field::sensitive("private_note");

struct World {
    app: TestApp,
    auditor: Somebody,
    member: Somebody,
    others: Vec<Somebody>,
}

fn world() -> World {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let auditor = app.person(&founded, "auditor", founded.unit);
    let member = app.person(&founded, "member", founded.unit);
    let others = ["manager", "hr", "administrator"].map(|role| app.person(&founded, role, founded.unit)).into();
    World { app, auditor, member, others }
}

impl World {
    /// `n` edits of the member's duty 7, a second apart.
    fn edits(&self, n: usize) {
        let caller = Caller::system(SystemName::Import, self.member.organisation);
        for _ in 0..n {
            self.app.clock.advance(jiff::SignedDuration::from_secs(1));
            let entry = Entry::new("duty.edit")
                .on("duty", "duty-number-7")
                .about(self.member.id)
                .on_behalf_of(self.member.id)
                .changed([CALL_SIGN.change("E281", "=E282"), PRIVATE_NOTE.change("I was afraid", "")])
                .noting("reason", "wrong appliance");
            let db = &self.app.parts.site.db;
            db.write_blocking(&caller, |tx| audit::record(tx, self.app.clock.now(), entry)).expect("recorded");
        }
    }

    fn newest(&self, action: &str) -> String {
        let query = format!("select coalesce(max(id)::text, '') from audit_entries where action = '{action}'");
        self.app.database.superuser_texts(&query)[0].clone()
    }
}

#[actix_web::test]
async fn nobody_but_an_auditor_opens_the_trail() {
    let world = world();
    world.edits(1);
    let entry = format!("/audit/entries/{}", world.newest("duty.edit"));
    for somebody in world.others.iter().chain([&world.member]) {
        let mut browser = world.app.browser(somebody).await;
        browser.get("/account").await;
        browser.get("/audit").await.expect_status(403).expect_no_text("Changed a duty");
        browser.get(&entry).await.expect_status(403).expect_no_text("E282");
        browser.post("/audit/export", &[]).await.expect_status(403).expect_no_text("commitment");
        // An administrator reads the security log, which tests/routes/security_log.rs looks at.
        let work = "select action from audit_entries where action <> all (app_security_deeds())";
        assert_eq!(
            world.app.raw(somebody, work),
            Ok(Vec::new()),
            "row-level security says the same to {}",
            somebody.email
        );
    }
    let mut visitor = world.app.visitor();
    visitor.get("/audit").await.expect_status(303);
    assert_eq!(world.newest("audit.search"), "", "what was refused is not a search");
}

#[actix_web::test]
async fn an_auditor_reads_who_did_what_and_that_is_an_entry_too() {
    let world = world();
    world.edits(1);
    let mut auditor = world.app.browser(&world.auditor).await;
    auditor.get("/audit").await.expect_status(200).expect_text("Changed a duty").expect_text("Member Tester");
    assert!(!world.newest("audit.search").is_empty());

    let entry = format!("/audit/entries/{}", world.newest("duty.edit"));
    let page = auditor.get(&entry).await.expect_status(200);
    let page = page.expect_text("E281").expect_text("=E282").expect_text("wrong appliance").expect_no_text("afraid");
    page.expect_text("It changed. What it says is not kept in the trail.").expect_text("Not sealed yet");
    let about = format!(
        "select count(*) from audit_entries where action = 'audit.open' and subject_id = '{}' and actor_id = '{}'",
        world.member.id, world.auditor.id
    );
    assert_eq!(world.app.database.superuser_texts(&about), ["1"]);
    // An auditor reads the trail and nothing else.
    let people = world.app.raw(&world.auditor, "select given_name from people").expect("a query");
    assert_eq!(people, ["Auditor"]);
}

#[actix_web::test]
async fn another_organisations_entries_do_not_exist() {
    let world = world();
    let founded = world.app.found("southfen", Service::Ambulance);
    let foreign = world.app.person_called(&founded, "other", "auditor", founded.unit);
    world.edits(1);
    let mut auditor = world.app.browser(&foreign).await;
    auditor.get("/audit?action=duty.edit").await.expect_status(200).expect_text("No entry matches");
    auditor.get(&format!("/audit/entries/{}", world.newest("duty.edit"))).await.expect_status(404);
    auditor.get("/audit/entries/no-number").await.expect_status(404);
    let csv = auditor.post("/audit/export", &[("action", "duty.edit")]).await.expect_status(200);
    assert_eq!(csv.body.lines().count(), 1, "{}", csv.body);
    let named =
        world.app.raw(&foreign, &format!("select name from app_audit_names(array['{}'::uuid])", world.member.id));
    assert_eq!(named, Ok(Vec::new()));
}

#[actix_web::test]
async fn filters_narrow_the_trail_and_pages_go_on_where_the_last_ended() {
    let world = world();
    world.edits(120);
    let mut auditor = world.app.browser(&world.auditor).await;
    let mut href = "/audit?action=duty.edit&person=Member+Tester&part=about&object=duty-number-7".to_owned();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = auditor.get(&href).await.expect_status(200);
        let links = hrefs(&page.body);
        seen.extend(links.iter().filter(|link| link.starts_with("/audit/entries/")).cloned());
        let next = links.iter().rfind(|link| link.contains("after="));
        href = next.cloned().unwrap_or_default();
    }
    assert_eq!(seen.len(), 120);
    assert!(href.is_empty(), "the last page leads nowhere");
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 120, "nothing twice");

    let none = auditor.get("/audit?action=duty.edit&to=2020-01-01").await.expect_status(200);
    none.expect_text("No entry matches these filters");
    auditor.get("/audit?person=Nobody+Here").await.expect_status(422).expect_text("nobody has this one");
    auditor.get("/audit?from=soon").await.expect_status(422).expect_text("Enter a date");
    let by = auditor.get(&format!("/audit?action=duty.edit&person={}", world.member.id)).await.expect_status(200);
    by.expect_text("By Member Tester");
}

#[actix_web::test]
async fn the_export_holds_every_entry_that_matches_and_runs_no_formula() {
    let world = world();
    world.edits(4_500);
    let mut auditor = world.app.browser(&world.auditor).await;
    auditor.get("/audit").await;
    auditor.post_raw("/audit/export", &[("action", "duty.edit")]).await.expect_status(403);
    let answer = auditor.post("/audit/export", &[("action", "duty.edit")]).await.expect_status(200);
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
    assert_eq!(rows.len(), 4_500);
    assert!(rows.iter().all(|row| &row[6] == "duty.edit" && row[9] == *world.member.id.to_string()));
    assert!(!answer.body.contains("afraid"));
    assert!(!world.newest("audit.export").is_empty());
}

#[actix_web::test]
async fn an_entry_is_shown_with_its_proof_and_a_changed_one_as_changed() {
    let world = world();
    world.edits(5);
    seal(&world);
    let mut auditor = world.app.browser(&world.auditor).await;
    let id = world.newest("duty.edit");
    let path = format!("/audit/entries/{id}");
    auditor.get(&path).await.expect_status(200).expect_text("Sealed").expect_text("hashes lead from it to the root");

    let tamper = |what: &str| {
        world.app.database.superuser(&format!(
            "set session_replication_role = replica; update audit_entries set {what} where id = {id}"
        ));
    };
    tamper("object_kind = 'unit'");
    auditor.get(&path).await.expect_status(200).expect_text("does not say what it said");
    tamper("object_kind = 'duty'");
    auditor.get(&path).await.expect_text("Sealed");
    // A whole row that fits itself, in the place of another.
    tamper(
        "(at, detail, salt, commitment) = (select at, detail, salt, commitment from audit_entries e \
         where e.action = 'duty.edit' and e.id < audit_entries.id order by id desc limit 1)",
    );
    auditor.get(&path).await.expect_status(200).expect_text("Not what was signed");
}

fn seal(world: &World) {
    let site = &world.app.parts.site;
    let settings = audit::SequencerSettings {
        dir: site.config.state.dir.join("audit"),
        interval: std::time::Duration::from_millis(10),
        checkpoint_interval: std::time::Duration::from_secs(60),
    };
    let wanted: u64 = world.app.database.superuser_texts("select count(*) from audit_entries")[0].parse().expect("n");
    let sequencer = audit::Sequencer::start(&site.db, &site.keys, &site.clock, settings).expect("a thread");
    let mut health = sequencer.health();
    for _ in 0..400 {
        if health.borrow_and_update().size >= wanted {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    sequencer.stop();
    assert_eq!(health.borrow().sealed, wanted);
}

fn hrefs(html: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(html);
    let links = scraper::Selector::parse("main a[href]").expect("a selector");
    html.select(&links).filter_map(|link| link.value().attr("href")).map(str::to_owned).collect()
}
