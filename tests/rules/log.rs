//! The log of a busy hour holds nothing that names anybody, nothing that they typed and nothing that opens a door.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::Method;
use serde_json::json;
use tracing_subscriber::util::SubscriberInitExt;
use watchroom::app::logging;
use watchroom::http::session::COOKIE;
use watchroom::organisation::Service;

use crate::support::{PASSWORD, TestApp};

/// Everything that is logged in this process, by any thread, until it is read.
#[derive(Clone)]
struct Log(Arc<Mutex<Option<Vec<u8>>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(kept) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn begin() -> Self {
        let log = Self(Arc::new(Mutex::new(Some(Vec::new()))));
        let writer = log.clone();
        // The most that an operator can switch on, through the program's own way to its log.
        let lines = logging::subscriber("trace", true, false, move || writer.clone()).expect("a level");
        lines.try_init().expect("nobody else in this process logs");
        log
    }

    /// What there is, and no more from now on: other tests go on.
    fn end(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        String::from_utf8_lossy(&kept).into_owned()
    }
}

#[actix_web::test]
async fn names_notes_tokens_and_whole_addresses_never_reach_the_log() {
    let log = Log::begin();
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Zwetschgenhof");
    let member = app.person_called(&founded, "zebedee", "member", station);
    let manager = app.person_called(&founded, "zuleika", "manager", station);

    let mut stranger = app.visitor();
    stranger.sign_in("zacharias@elsewhere.example", "zorro-was-here").await;
    stranger.sign_in(&member.email, "zorro-was-here").await.expect_status(422);
    stranger.get("/set-up/zettel-of-nobody").await;
    stranger.get("/zaunkoenig?q=zaunkoenig").await.expect_status(404);

    let mut browser = app.browser(&member).await;
    let form = browser.get("/duties/new").await;
    let (key, token) = (form.field("key"), form.field("csrf"));
    let unit = station.to_string();
    let typed = [
        ("key", key.as_str()),
        ("date", "2026-11-21"),
        ("start", "07:00"),
        ("end", "zwoelf uhr"),
        ("unit", unit.as_str()),
        ("incident_number", "zulu-4711"),
        ("shared_note", "zigzag in the hallway"),
        ("private_note", "zitternd danach"),
    ];
    browser.post("/duties/new", &typed).await.expect_status(422);
    browser.post("/duties/zimt", &typed).await;
    let duty = json!({ "start": "zwoelf uhr", "shared_note": "zigzag in the hallway", "zimt": 1 });
    browser.json(Method::POST, "/api/v1/duties", &duty).await;
    app.browser(&manager).await.get("/people?q=zebedee").await.expect_status(200);
    // What somebody does on the pages of their wellbeing does not show at all.
    let passphrase = "zypresse laterne velvet crumpet";
    browser.get("/wellbeing/vault/new").await.expect_status(200);
    let made = [("passphrase", passphrase), ("again", passphrase), ("understood", "yes")];
    browser.post("/wellbeing/vault/new", &made).await.expect_status(200);
    browser.post("/wellbeing/unlock", &[("passphrase", "zypresse alone")]).await.expect_status(422);
    browser.post("/wellbeing/notes/new", &[("day", "2026-11-21"), ("text", "zerrissen")]).await.expect_status(303);
    // A fault of ours: the database goes away under a request.
    app.database.superuser("alter table duties rename to duties_gone");
    browser.get("/duties").await.expect_status(500);

    let session = browser.cookie(COOKIE).expect("a session").to_owned();
    let log = log.end();
    assert!(log.contains("request_id") && log.contains("duty.log"), "the log was read while it was busy");
    assert!(
        log.contains("duties_gone") || log.contains("does not exist") || log.contains("ERROR"),
        "the fault is told"
    );
    let told = log.lines().filter(|line| {
        // Other tests of this process are logged too; what an administrator sets for everybody tells of nobody.
        let line = line.to_lowercase().replace("wellbeing.support", "");
        let words =
            ["zebedee", "zuleika", "zacharias", "zwetschgenhof", "zorro", "zettel", "zaunkoenig", "zwoelf", "zulu-"];
        let more =
            ["zigzag", "zitternd", "zimt", "192.0.2.77", PASSWORD, &session.to_lowercase(), &token.to_lowercase()];
        let sealed = ["zypresse", "zerrissen", "wellbeing", "vault"];
        words.iter().chain(&more).chain(&sealed).any(|secret| line.contains(*secret))
    });
    assert_eq!(told.collect::<Vec<_>>(), Vec::<&str>::new());
}
