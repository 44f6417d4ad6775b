//! `/plugins` and `/reports`, with the real plugins of `plugins/dist`.

mod waiting;

use serde_json::json;
use watchroom::identity::setup::Founded;
use watchroom::jobs::Job;
use watchroom::kernel::ids::{JobId, OrganisationId, UnitId};
use watchroom::organisation::Service;

use crate::support::{Answer, Client, Context, Somebody, TestApp};

/// A plugin as `packaging/build-plugins` made it.
pub(super) fn built(name: &str) -> Vec<u8> {
    let path = format!("{}/plugins/dist/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}. Run `make plugins` first."))
}

/// An organisation with two stations, duties in both, and one person for each role.
pub(super) struct World<'app> {
    pub(super) app: &'app TestApp,
    pub(super) founded: Founded,
    pub(super) administrator: Client<'app>,
    pub(super) manager: Somebody,
    pub(super) hr: Somebody,
    pub(super) member: Somebody,
    /// Of another station.
    pub(super) other: Somebody,
    /// Of the member's station.
    pub(super) colleague: Somebody,
    pub(super) hillside: UnitId,
}

impl<'app> World<'app> {
    pub(super) async fn new(app: &'app TestApp, slug: &str) -> Self {
        let founded = app.found(slug, Service::Fire);
        let hillside = app.unit(&founded, founded.unit, "station", "Hillside");
        let harbour = app.unit(&founded, founded.unit, "station", "Harbour");
        let member = app.person(&founded, "member", hillside);
        let manager = app.person(&founded, "manager", hillside);
        let hr = app.person(&founded, "hr", founded.unit);
        let other = app.person_called(&founded, "other", "member", harbour);
        let colleague = app.person_called(&founded, "colleague", "member", hillside);
        // 8 h, 4 h and 2 h: sums that cannot be mistaken for one another.
        for (somebody, minutes) in [(&member, 480), (&colleague, 240), (&other, 120)] {
            duty(app, somebody, minutes);
        }
        let administrator = app.signed_in(&format!("admin@{slug}.example")).await;
        Self { app, founded, administrator, manager, hr, member, other, colleague, hillside }
    }

    /// Uploads, grants everything that is asked for, and enables; the plugin's address.
    async fn install(&mut self, name: &str) -> String {
        let address = self.upload(name).await;
        self.grant(&address, all_of(name)).await;
        self.enable(&address).await;
        address
    }

    pub(super) async fn upload(&mut self, name: &str) -> String {
        let client = &mut self.administrator;
        client.get("/plugins/upload").await.expect_status(200);
        let file: &[u8] = &built(name);
        let answer = client.upload("/plugins/upload", &[], &[("plugin", "plugin.wasm", file)]).await.expect_status(303);
        let review = answer.location.expect("the review page");
        client.get(&review).await.expect_status(200);
        review.strip_suffix("/review").expect("a review page").to_owned()
    }

    pub(super) async fn grant(&mut self, address: &str, columns: &[&str]) {
        let client = &mut self.administrator;
        client.get(&format!("{address}/review")).await.expect_status(200);
        let ticked: Vec<(&str, &str)> = columns.iter().map(|column| ("grant", *column)).collect();
        client.post(&format!("{address}/review"), &ticked).await.expect_status(303);
    }

    pub(super) async fn enable(&mut self, address: &str) {
        let client = &mut self.administrator;
        client.get(&format!("{address}/enable")).await.expect_status(200);
        let answer = client.post(&format!("{address}/enable"), &[]).await.expect_status(303);
        client.get(&answer.location.expect("a page")).await.expect_text("The plugin is enabled.");
    }

    /// Makes a hostile guest do `behaviour` from now on.
    async fn behave(&mut self, address: &str, behaviour: &str) {
        let client = &mut self.administrator;
        client.get(&format!("{address}/settings")).await.expect_status(200);
        client.post(&format!("{address}/settings"), &[("setting-behaviour", behaviour)]).await.expect_status(303);
    }

    /// Asks for a report of November; its address, the report not yet made.
    async fn ask(&self, client: &mut Client<'_>, plugin: &str, unit: &str) -> String {
        self.ask_of(client, plugin, unit, ["2026-11-01", "2026-11-30"]).await
    }

    /// Asks for a report of a period; its address, the report not yet made.
    pub(super) async fn ask_of(
        &self,
        client: &mut Client<'_>,
        plugin: &str,
        unit: &str,
        [from, to]: [&str; 2],
    ) -> String {
        let form = plugin.replace("/plugins/", "/reports/new/");
        client.get(&form).await.expect_status(200);
        let fields = [("from", from), ("to", to), ("unit", unit)];
        client.post(&form, &fields).await.expect_status(303).location.expect("the report")
    }

    /// Asks, lets the queue work, and opens what came out.
    async fn report(&self, client: &mut Client<'_>, plugin: &str, unit: &str) -> Answer {
        let report = self.ask(client, plugin, unit).await;
        client.get(&report).await.expect_text("waits for its turn").expect_text("Check again");
        work(self.app);
        client.get(&report).await.expect_status(200)
    }
}

/// What a plugin asks to read.
fn all_of(name: &str) -> &'static [&'static str] {
    match name {
        "hours-summary" => &["duties.unit", "duties.category", "duties.week", "duties.minutes", "duties.break_minutes"],
        "row-dump" => &[
            "duties.started",
            "duties.ended",
            "duties.minutes",
            "duties.break_minutes",
            "duties.unit",
            "duties.category",
        ],
        _ => &["duties.unit", "duties.minutes"],
    }
}

/// A duty of `minutes` on 16 November, written as the superuser.
fn duty(app: &TestApp, somebody: &Somebody, minutes: i32) {
    let Somebody { id, organisation, unit, .. } = somebody;
    app.database.superuser(&format!(
        "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, \
           source, created_at, created_by, changed_at) \
         select '{organisation}', gen_random_uuid(), '{id}', '{unit}', at, at + interval '{minutes} minutes', \
           '2026-11-16', (select id from duty_kinds where organisation_id = '{organisation}' and level = 1 limit 1), \
           'manual', now(), '{id}', now() \
         from (values (timestamptz '2026-11-16 08:00:00Z')) as v(at)"
    ));
}

/// Does every job that waits, as a worker would; nothing is left.
pub(super) fn work(app: &TestApp) {
    let handlers = app.parts.handlers();
    let jobs = "select json_build_object('id', id, 'organisation', organisation_id, 'kind', kind, 'payload', payload) \
                from jobs order by run_at, id";
    for text in app.database.superuser_texts(jobs) {
        let row: serde_json::Value = serde_json::from_str(&text).expect("json");
        let id = |name: &str| row[name].as_str().expect("an id").parse().expect("an id");
        let job = Job {
            id: JobId(id("id")),
            organisation: OrganisationId(id("organisation")),
            kind: row["kind"].as_str().expect("a kind").to_owned(),
            payload: row["payload"].clone(),
            attempts: 1,
        };
        let handler = handlers.get(job.kind.as_str()).expect("a handler");
        handler(&job, &watchroom::jobs::Stopping::default()).expect("the job is done");
        app.database.superuser(&format!("delete from jobs where id = '{}'", job.id));
    }
}

#[actix_web::test]
async fn a_plugin_goes_from_its_file_to_a_report() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.upload("hours-summary").await;
    let review = world.administrator.get(&format!("{plugin}/review")).await;
    let review =
        review.expect_text("Hours summary").expect_text("1.0.0").expect_text("SHA-256").expect_text("No network");
    let review = review.expect_text("Minutes worked, without breaks").expect_text("To add up the hours");
    review.expect_text("Weeks to show");
    // Nothing runs before it is granted and enabled.
    world.administrator.get(&plugin.replace("/plugins/", "/reports/new/")).await.expect_status(404);
    let enable = format!("{plugin}/enable");
    let refused = world.administrator.post(&enable, &[]).await.expect_status(303);
    assert_eq!(refused.location, Some(format!("{plugin}/review")));
    world.grant(&plugin, all_of("hours-summary")).await;
    world.enable(&plugin).await;
    let mut manager = app.browser(&world.manager).await;
    manager.get("/reports").await.expect_text("Hours summary");
    let report = world.report(&mut manager, &plugin, "").await;
    // The member's 8 h and the colleague's 4 h, and not the 2 h of the other station.
    report.expect_text("12 h").expect_text("Hillside").expect_no_text("Harbour");
    assert_eq!(app.audited(), ["plugin.upload", "plugin.grant", "plugin.enable", "plugin.run"]);
}

#[actix_web::test]
async fn a_report_is_made_with_the_eyes_of_whoever_asks() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let member = world.report(&mut app.browser(&world.member).await, &plugin, "").await;
    member.expect_text("8 h").expect_text("your own records").expect_no_text("12 h");
    let hr = world.report(&mut app.browser(&world.hr).await, &plugin, "").await;
    hr.expect_text("14 h").expect_text("Harbour").expect_text("the whole organisation");
    let mut hr = app.browser(&world.hr).await;
    let narrowed = world.report(&mut hr, &plugin, &world.hillside.to_string()).await;
    narrowed.expect_text("12 h").expect_no_text("Harbour");
    // An administrator configures, and reads no duty.
    let mut administrator = app.signed_in("admin@northmoor.example").await;
    let empty = world.report(&mut administrator, &plugin, "").await;
    empty.expect_text("No duty was recorded in this period.").expect_text("records that you may see");
}

#[actix_web::test]
async fn two_organisations_with_the_same_plugin_share_nothing() {
    let app = TestApp::empty();
    let mut one = World::new(&app, "northmoor").await;
    let mut other = World::new(&app, "southvale").await;
    let plugin = one.install("hours-summary").await;
    let theirs = other.install("hours-summary").await;
    let report = one.report(&mut app.browser(&one.hr).await, &plugin, "").await;
    report.expect_text("14 h").expect_no_text("28 h");
    let mut hr = app.browser(&other.hr).await;
    hr.get(&plugin.replace("/plugins/", "/reports/new/")).await.expect_status(404);
    other.administrator.get(&plugin).await.expect_status(404);
    other.administrator.post(&format!("{plugin}/remove"), &[]).await.expect_status(404);
    other.administrator.get(&format!("{plugin}/runs")).await.expect_status(404);
    assert_ne!(plugin, theirs);
    let seen = app.raw(&other.hr, "select count(*) from plugin_runs");
    assert_eq!(seen, Ok(vec!["0".to_owned()]));
    assert_eq!(app.raw(&other.hr, "select count(*) from plugins"), Ok(vec!["1".to_owned()]));
}

#[actix_web::test]
async fn a_report_is_opened_by_nobody_else() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let mut member = app.browser(&world.member).await;
    let report = world.ask(&mut member, &plugin, "").await;
    work(&app);
    let csv = member.get(&format!("{report}/report.csv")).await.expect_status(200);
    assert!(csv.body.contains("Week"), "{}", csv.body);
    for (who, status) in [(&world.manager, 404), (&world.hr, 404)] {
        let mut stranger = app.browser(who).await;
        for page in ["", "/report.csv", "/progress"] {
            stranger.get(&format!("{report}{page}")).await.expect_status(status);
        }
    }
    // The administrator sees how it ran, and never what it says.
    world.administrator.get(&report).await.expect_status(404);
    world.administrator.get(&format!("{report}/report.csv")).await.expect_status(404);
    let run = report.strip_prefix("/reports/").expect("a report");
    let history = world.administrator.get(&format!("{plugin}/runs")).await.expect_text("Member Tester");
    history.expect_text("Made");
    let ran = world.administrator.get(&format!("{plugin}/runs/{run}")).await.expect_status(200);
    ran.expect_text("Rows read").expect_text("Most memory").expect_no_text("8 h");
    let administrator = Context::Person(world.founded.organisation, world.founded.administrator);
    assert_eq!(app.raw(administrator, "select count(*) from plugin_documents"), Ok(vec!["0".to_owned()]));
    assert_eq!(app.raw(administrator, "select count(*) from plugin_runs"), Ok(vec!["1".to_owned()]));
    assert!(app.audited().contains(&"report.export".to_owned()));
}

#[actix_web::test]
async fn only_an_administrator_may_install() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let before = app.state_of(&["plugins", "plugin_runs", "audit_entries"]);
    let file: &[u8] = &built("row-dump");
    for who in [&world.member, &world.manager, &world.hr] {
        let mut client = app.browser(who).await;
        client.get("/account").await.expect_status(200);
        let before = app.state_of(&["plugins", "plugin_runs"]);
        client.upload("/plugins/upload", &[], &[("plugin", "p.wasm", file)]).await.expect_status(403);
        for act in ["review", "settings", "enable", "disable", "remove"] {
            client.post(&format!("{plugin}/{act}"), &[]).await.expect_status(403);
            client.get(&format!("{plugin}/{act}")).await.expect_status(403);
        }
        client.get("/plugins").await.expect_status(403);
        assert_eq!(app.state_of(&["plugins", "plugin_runs"]), before);
        let granted = app.raw_write(who, "update plugins set state = 'disabled'").unwrap_or_default();
        assert_eq!(granted, 0);
    }
    assert_eq!(app.state_of(&["plugins", "plugin_runs"]), before[..2]);
    let auditor = app.person(&world.founded, "auditor", world.hillside);
    app.browser(&auditor).await.get("/reports").await.expect_status(403);
}

#[actix_web::test]
async fn what_is_not_a_plugin_is_refused_in_words() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let client = &mut world.administrator;
    let mut damaged = built("row-dump");
    damaged.truncate(damaged.len() / 2);
    let large = vec![0_u8; 9 << 20];
    let files: [(&[u8], &str); 4] = [
        (b"PK\x03\x04", "The file is not WebAssembly."),
        (&damaged, "The file is damaged"),
        (&large, "The file is larger than 8.0 MiB."),
        (b"", "Choose a plugin file."),
    ];
    for (file, said) in files {
        client.get("/plugins/upload").await.expect_status(200);
        let answer = client.upload("/plugins/upload", &[], &[("plugin", "p.wasm", file)]).await;
        answer.expect_status(422).expect_text(said);
    }
    assert_eq!(app.rows("plugins"), 0);
    assert_eq!(app.audited(), Vec::<String>::new());
    let left = std::fs::read_dir(app.parts.site.config.state.dir.join("uploads")).expect("the folder").count();
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn the_same_file_is_not_installed_twice() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.upload("row-dump").await;
    let file: &[u8] = &built("row-dump");
    world.administrator.get("/plugins/upload").await;
    let again = world.administrator.upload("/plugins/upload", &[], &[("plugin", "p.wasm", file)]).await;
    assert_eq!(again.expect_status(303).location, Some(plugin.clone()));
    assert_eq!(app.rows("plugins"), 1);
    world.administrator.post(&format!("{plugin}/remove"), &[]).await.expect_status(303);
    world.administrator.get(&plugin).await.expect_status(404);
    world.upload("row-dump").await;
    assert_eq!(app.rows("plugins"), 2);
}

#[actix_web::test]
async fn a_guest_that_misbehaves_ends_in_words_and_the_next_run_works() {
    let app = TestApp::with(|config| config.plugins.deadline_ms = 3_000);
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("test-guests").await;
    let mut member = app.browser(&world.member).await;
    let cases = [
        ("loop", "it took longer than it may"),
        ("memory", "it needed more than 64.0 MiB of memory"),
        ("panic", "it gave up with an internal error"),
        ("recursion", "its calls went too deep"),
        ("enormous_document", "The plugin was stopped"),
        ("malformed_document", "the document is malformed"),
        ("host_calls", "it called the host more than"),
        ("not_granted", "a data set or column that"),
        ("unknown_data_set", "that does not exist"),
        ("injection", "lower-case letters"),
        ("refuse", "there is nothing to report"),
        ("x'; drop table duties; --", "no such behaviour: x'; drop table duties; --"),
    ];
    for (behaviour, said) in cases {
        world.behave(&plugin, behaviour).await;
        let ended = world.report(&mut member, &plugin, "").await;
        assert!(ended.text().contains(said), "{behaviour}: {}", ended.text());
        ended.expect_text("Ask for it again");
        world.behave(&plugin, "read").await;
        world.report(&mut member, &plugin, "").await.expect_text("How it was made").expect_text("Rows 1");
    }
    assert_eq!(app.rows("duties"), 3);
    let outcomes = app.database.superuser_texts(
        "select detail->'facts'->>'outcome' from audit_entries where action = 'plugin.run' order by id",
    );
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "done").count(), cases.len());
    assert_eq!(outcomes[0], "stopped");
}

#[actix_web::test]
async fn a_column_that_was_not_granted_is_refused_in_words() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.upload("hours-summary").await;
    // More than it asks for is left out; less than it asks for holds.
    world.grant(&plugin, &["duties.unit", "duties.week", "duties.person", "people.family_name", "x"]).await;
    world.enable(&plugin).await;
    let granted = app.database.superuser_texts("select granted from plugins");
    assert_eq!(granted, [json!({"duties": ["unit", "week"]}).to_string().replace(':', ": ").replace(',', ", ")]);
    let refused = world.report(&mut app.browser(&world.hr).await, &plugin, "").await;
    refused.expect_text("it asked for a data set or column that it has not been granted");
    assert_eq!(app.rows("plugin_documents"), 0);
}

#[actix_web::test]
async fn settings_are_held_to_the_manifest_and_kept_as_typed_when_wrong() {
    let app = TestApp::empty();
    let mut world = World::new(&app, "northmoor").await;
    let plugin = world.install("hours-summary").await;
    let settings = format!("{plugin}/settings");
    let client = &mut world.administrator;
    client.get(&settings).await.expect_text("Weeks to show").expect_text("From 1 to 53.");
    let wrong = [("setting-weeks", "400"), ("setting-categories", "'; drop--"), ("setting-include_breaks", "yes")];
    let answer = client.post(&settings, &wrong).await.expect_status(422);
    assert!(answer.body.contains("&#x27;; drop--") || answer.body.contains("&#39;; drop--"), "{}", answer.body);
    answer.expect_text("Weeks to show must be between 1 and 53").expect_text("must be a whole number");
    assert_eq!(app.database.superuser_texts("select settings from plugins"), ["{}"]);
    let right = [("setting-weeks", "4"), ("setting-categories", "2"), ("setting-include_breaks", "yes")];
    client.post(&settings, &right).await.expect_status(303);
    client.get(&plugin).await.expect_text("Weeks to show 4").expect_text("Count breaks as hours worked Yes");
    assert!(app.audited().contains(&"plugin.settings".to_owned()));
}
