//! The program beside a mail server, and a hand that does the jobs that are due.

use watchroom::authz::{Caller, SystemName};
use watchroom::identity::setup::Founded;
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{JobId, OrganisationId};
use watchroom::notices::{self, NewNotice, NoticeError, NoticeKind, Posted};
use watchroom::organisation::Service;

use crate::support::{MailServer, Somebody, TestApp};

/// How people reach the program.
pub const PUBLIC_URL: &str = "https://watchroom.test";

/// An organisation with a member, beside a mail server.
pub struct World {
    pub server: MailServer,
    pub app: TestApp,
    pub founded: Founded,
    pub member: Somebody,
}

impl World {
    /// With a server that insists on STARTTLS.
    pub fn new() -> Self {
        Self::beside(MailServer::start())
    }

    /// With this server.
    pub fn beside(server: MailServer) -> Self {
        let settings = server.settings();
        Self::with(server, |mail| *mail = settings)
    }

    /// With this server, and a configuration of the test's own.
    pub fn with(server: MailServer, change: impl FnOnce(&mut watchroom::config::MailSettings)) -> Self {
        let app = TestApp::with(|config| {
            config.server.public_url = Some(PUBLIC_URL.to_owned());
            change(&mut config.mail);
        });
        let founded = app.found("northmoor", Service::Fire);
        let member = app.person(&founded, "member", founded.unit);
        Self { server, app, founded, member }
    }

    /// Writes a notice to the member, as the door does.
    pub fn post(&self, kind: NoticeKind) -> Posted {
        self.post_to(&self.member.email, kind)
    }

    /// The same, to an address of the test's own.
    pub fn post_to(&self, recipient: &str, kind: NoticeKind) -> Posted {
        let notice = NewNotice { kind, person: self.member.id, recipient: recipient.to_owned(), about: None };
        let door = Caller::system(SystemName::SignIn, self.founded.organisation);
        let now = self.app.clock.now();
        let posted = self.app.parts.site.db.write_blocking(&door, |tx| notices::post(tx, now, &notice));
        posted.unwrap_or_else(|error: NoticeError| panic!("{error:?}"))
    }

    /// Does every job about mail that is due, as a worker would; returns how many.
    pub fn work(&self) -> usize {
        let jobs = self.due();
        if jobs.is_empty() {
            return 0;
        }
        let ids: Vec<String> = jobs.iter().map(|job| format!("'{}'", job.id)).collect();
        let these = ids.join(", ");
        // Taken, as a worker takes them.
        let lease = format!("update jobs set leased_until = now() + interval '1 hour' where id in ({these})");
        self.app.database.superuser(&lease);
        for job in &jobs {
            self.do_job(job).expect("the job is done");
        }
        self.app.database.superuser(&format!("delete from jobs where id in ({these})"));
        jobs.len()
    }

    /// Does one job and leaves it in the queue; on a thread of its own, as workers are outside any runtime.
    pub fn do_job(&self, job: &Job) -> Result<(), watchroom::jobs::JobError> {
        let handlers = self.app.parts.handlers();
        let handler = handlers.get(job.kind.as_str()).expect("a handler");
        std::thread::scope(|scope| scope.spawn(|| handler(job, &Stopping::default())).join().expect("no panic"))
    }

    /// The jobs about mail that are due.
    pub fn due(&self) -> Vec<Job> {
        self.due_of("mail.%")
    }

    /// The jobs of these kinds that are due.
    pub fn due_of(&self, kinds: &str) -> Vec<Job> {
        let due = format!(
            "select json_build_object('id', id, 'organisation', organisation_id, 'kind', kind, 'payload', payload) \
             from jobs where kind like '{kinds}' and run_at <= '{}' order by run_at, id",
            self.app.clock.now()
        );
        let job = |text: String| {
            let row: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let id = |name: &str| row[name].as_str().expect("an id").parse().expect("an id");
            Job {
                id: JobId(id("id")),
                organisation: OrganisationId(id("organisation")),
                kind: row["kind"].as_str().expect("a kind").to_owned(),
                payload: row["payload"].clone(),
                attempts: 1,
            }
        };
        self.app.database.superuser_texts(&due).into_iter().map(job).collect()
    }

    /// Moves the clock on.
    pub fn wait(&self, seconds: i64) {
        self.app.clock.advance(jiff::SignedDuration::from_secs(seconds));
    }

    /// The messages' states, oldest first.
    pub fn states(&self) -> Vec<String> {
        self.app.database.superuser_texts("select state from mail_outbox order by id")
    }

    /// The only column of a query over the outbox's only row.
    #[track_caller]
    pub fn only(&self, column: &str) -> String {
        let found = self.app.database.superuser_texts(&format!("select {column} from mail_outbox"));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    /// What is known of the mail server.
    pub fn trouble(&self) -> Option<String> {
        self.app.parts.mail.health.trouble().map(|trouble| trouble.answer)
    }
}
