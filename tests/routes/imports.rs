//! `/imports`: from a file to duties and people, and everybody who must not.

mod commit;
mod crews;
mod people;
mod refusals;

use std::sync::Arc;
use std::time::{Duration, Instant};

use watchroom::identity::setup::Founded;
use watchroom::jobs::{Lane, Workers};
use watchroom::kernel::clock::Clock;
use watchroom::organisation::Service;

use crate::support::{Answer, Client, Somebody, TestApp};

const DUTIES: &[u8] = include_bytes!("../fixtures/imports/duties.csv");

/// An organisation with an administrator, a station N01 and two members, numbers 1001 and 1002.
struct World {
    app: TestApp,
    founded: Founded,
    members: [Somebody; 2],
    administrator: Somebody,
}

impl World {
    fn new() -> Self {
        Self::in_batches_of(100)
    }

    fn in_batches_of(rows: u32) -> Self {
        let app = TestApp::with(|config| config.imports.batch_rows = rows);
        let founded = app.found("northmoor", Service::Fire);
        let station = app.unit(&founded, founded.unit, "station", "Hillside");
        let member = |handle: &str, number: &str| {
            let somebody = app.person_called(&founded, handle, "member", station);
            app.database
                .superuser(&format!("update people set employee_number = '{number}' where id = '{}'", somebody.id));
            somebody
        };
        let members = [member("ada", "1001"), member("bryn", "1002")];
        let administrator = app.person_called(&founded, "rota", "administrator", founded.unit);
        app.database.superuser(&format!("update units set code = 'N01' where id = '{station}'"));
        Self { app, founded, members, administrator }
    }

    /// Starts a worker; it stops when it is dropped at the end of the test.
    fn worker(&self) -> Worker {
        let site = &self.app.parts.site;
        let clock: Arc<dyn Clock> = self.app.clock.clone();
        let poll = Duration::from_millis(50);
        Worker(Some(
            Workers::start(Lane::AllBut(&[]), &site.db, &site.queue, &clock, 1, poll, self.app.parts.handlers())
                .expect("a thread"),
        ))
    }

    /// The state of the newest import, once no job is at it.
    fn settled(&self) -> String {
        self.wait_for(|state| state != "checking" && state != "committing")
    }

    /// Waits until the newest import's state is as wanted.
    #[track_caller]
    fn wait_for(&self, wanted: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let state = self.newest("state");
            if wanted(&state) {
                return state;
            }
            let error = self.app.database.superuser_texts("select last_error from jobs where last_error is not null");
            assert!(Instant::now() < until, "still {state}: {error:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A column of the newest import.
    fn newest(&self, column: &str) -> String {
        let query =
            format!("select coalesce({column}::text, '') from imports order by created_at desc, id desc limit 1");
        self.app.database.superuser_texts(&query).pop().expect("an import")
    }

    /// The address of the newest import.
    fn href(&self) -> String {
        format!("/imports/{}", self.newest("id"))
    }

    /// Rows, ready, duplicate, rejected, records.
    fn counts(&self) -> [i64; 4] {
        ["rows_ready", "rows_duplicate", "rows_rejected", "records_made"]
            .map(|column| self.newest(column).parse().expect("a number"))
    }
}

struct Worker(Option<Workers>);

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(workers) = self.0.take() {
            workers.stop(Duration::from_secs(20));
        }
    }
}

/// Uploads files as `what`.
async fn upload(world: &World, browser: &mut Client<'_>, what: &str, files: &[(&str, &str, &[u8])]) -> Answer {
    // So that the newest import is the newest.
    world.app.clock.advance(jiff::SignedDuration::from_secs(1));
    browser.get("/imports/new").await.expect_status(200);
    browser.upload("/imports/new", &[("what", what)], files).await
}

/// The columns of the fixture of duties, as the form sends them.
const COLUMNS: &[(&str, &str)] = &[
    ("employee_number", "0"),
    ("date", "1"),
    ("start", "2"),
    ("end", "3"),
    ("type", "4"),
    ("category", "5"),
    ("unit", "6"),
    ("break_minutes", "7"),
    ("mileage", "8"),
    ("shared_note", "9"),
];
