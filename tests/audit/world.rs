//! A log with entries of every kind, its tree, and a hand that can reach around all rules.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use watchroom::audit::verify::{self, Kind, Report, Subject};
use watchroom::audit::{self, AuditError, Entry, Field, Health, Sequencer, SequencerSettings};
use watchroom::authz::{Caller, SystemName};
use watchroom::crypto::Keyring;
use watchroom::crypto::tiles::TileStore;
use watchroom::db::Db;
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{OrganisationId, PersonId};

use crate::support::TestApp;

const CALL_SIGN: Field = Field::shown("call_sign");
const PRIVATE_NOTE: Field = Field::sensitive("private_note");

pub struct World {
    pub app: TestApp,
    pub keys: Keyring,
    pub organisation: OrganisationId,
    dir: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let app = TestApp::empty();
        let dir = tempfile::tempdir().expect("a directory");
        let keys = Keyring::open_or_create(&dir.path().join("keys")).expect("keys");
        let organisation = OrganisationId::new(app.clock.now());
        Self { app, keys, organisation, dir }
    }

    pub fn db(&self) -> &Db {
        &self.app.parts.site.db
    }

    pub fn dir(&self) -> PathBuf {
        self.dir.path().join("audit")
    }

    /// Background work in the organisation.
    pub fn caller(&self) -> Caller {
        Caller::system(SystemName::Import, self.organisation)
    }

    /// Writes `n` entries, a few to a transaction.
    pub fn log(&self, n: usize) {
        let mut left = n;
        while left > 0 {
            let some = left.min(20);
            self.db()
                .write_blocking(&self.caller(), |tx| -> Result<(), AuditError> {
                    for i in 0..some {
                        audit::record(tx, self.app.clock.now(), entry(i))?;
                    }
                    Ok(())
                })
                .expect("recorded");
            left -= some;
        }
    }

    /// Lets a sequencer take in what there is and sign it.
    pub fn seal(&self) -> Health {
        let sequencer = self.sequencer();
        let mut health = sequencer.health();
        // Transactions of other tests on the same server hold the sequencer back for a moment.
        let entries = self.entries();
        for _ in 0..400 {
            let now = health.borrow_and_update().clone();
            if now.size >= entries || now.refused.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        sequencer.stop();
        health.borrow().clone()
    }

    /// Entries that are committed.
    pub fn entries(&self) -> u64 {
        self.app.database.superuser_texts("select count(*) from audit_entries")[0].parse().expect("a number")
    }

    pub fn sequencer(&self) -> Sequencer {
        let clock: Arc<dyn Clock> = self.app.clock.clone();
        let settings = SequencerSettings {
            dir: self.dir(),
            interval: Duration::from_millis(10),
            checkpoint_interval: Duration::from_secs(60),
        };
        Sequencer::start(self.db(), &self.keys, &clock, settings).expect("a thread")
    }

    /// Entries in three sealed parts of 300, 300 and 100.
    pub fn sealed() -> Self {
        let world = Self::new();
        for part in [300, 300, 100] {
            world.log(part);
            let health = world.seal();
            assert_eq!(health.refused, None);
        }
        world
    }

    pub fn verify(&self) -> Report {
        self.verify_with(Vec::new())
    }

    pub fn verify_with(&self, anchors: Vec<(String, String)>) -> Report {
        let subject = Subject {
            store: TileStore::new(self.dir()),
            verifier: audit::signer(&self.keys).verifier().clone(),
            anchors,
        };
        verify::run(&self.app.database.owner_url(), &subject).expect("verified")
    }

    /// Runs SQL as the superuser with the triggers out of the way.
    pub fn tamper(&self, statements: &str) {
        self.app.database.superuser(&format!("set session_replication_role = replica; {statements}"));
    }

    /// The id of the entry at `index` of the log.
    pub fn id_at(&self, index: u64) -> i64 {
        let query = format!("select id from audit_entries order by xid, id offset {index} limit 1");
        self.app.database.superuser_texts(&query)[0].parse().expect("a number")
    }

    pub fn checkpoint(&self) -> String {
        std::fs::read_to_string(self.dir().join("checkpoint")).expect("a checkpoint")
    }
}

fn entry(i: usize) -> Entry {
    let person = PersonId(uuid::Uuid::from_u128(u128::try_from(i).expect("small") + 1));
    Entry::new("duty.edit")
        .on("duty", i)
        .about(person)
        .on_behalf_of(person)
        .from(Some("192.0.2.77".parse::<std::net::IpAddr>().expect("an address").into()))
        .changed([CALL_SIGN.change("E281", format!("E28{i}\u{e9}")), PRIVATE_NOTE.change("a", "b")])
        .noting("rows", 7)
        .noting("reason", None::<&str>)
}

/// What was found, as (kind, index, entry).
pub fn found(report: &Report) -> Vec<(Kind, Option<u64>, Option<i64>)> {
    report.findings.listed().iter().map(|f| (f.kind, f.index, f.entry)).collect()
}
