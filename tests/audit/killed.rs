//! The sequencer is killed, really, again and again, while others write.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use watchroom::audit::{Sequencer, SequencerSettings};
use watchroom::crypto::Keyring;
use watchroom::db::{Db, PoolSettings};
use watchroom::kernel::clock::{Clock, SystemClock};

use super::world::World;

const STATE: &str = "WATCHROOM_TEST_STATE";
const URL: &str = "WATCHROOM_TEST_URL";

#[test]
fn killed_in_the_middle_of_its_work_it_goes_on_where_it_was() {
    let world = World::new();
    let state = world.dir().parent().expect("a parent").to_owned();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                world.log(20);
            }
        });
        for round in 0..12_u64 {
            let mut child = Command::new(std::env::current_exe().expect("this program"))
                .args(["--exact", "audit::killed::a_sequencer_until_it_is_killed", "--ignored", "--nocapture"])
                .env(STATE, &state)
                .env(URL, world.app.database.app_url())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("a child");
            // It has begun; now each time at another point of its work.
            signed_anew(&state.join("audit/checkpoint"), child.id());
            std::thread::sleep(Duration::from_millis(5 * round));
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
        done.store(true, Ordering::Relaxed);
        writer.join().expect("the writer never failed");
    });
    let checkpoints: u64 =
        world.app.database.superuser_texts("select count(*) from audit_checkpoints")[0].parse().expect("a number");
    assert!(checkpoints >= 12, "the children did sign: {checkpoints}");
    let health = world.seal();
    assert_eq!((health.refused.clone(), health.sealed), (None, world.entries()), "{health:?}");
    let report = world.verify();
    assert_eq!(report.findings.listed(), []);
}

/// Waits until the child with this number has signed something.
fn signed_anew(checkpoint: &Path, child: u32) {
    let signed = || std::fs::metadata(checkpoint).and_then(|meta| meta.modified()).ok();
    let before = signed();
    for _ in 0..3_000 {
        if signed() != before {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("child {child} signed nothing within half a minute");
}

#[test]
#[ignore = "the child of the test above"]
#[expect(clippy::disallowed_methods, reason = "how a parent tells its child what to work on")]
fn a_sequencer_until_it_is_killed() {
    let (Ok(state), Ok(url)) = (std::env::var(STATE), std::env::var(URL)) else { return };
    let state = PathBuf::from(state);
    let settings = PoolSettings {
        url,
        size: 2,
        connect_timeout: Duration::from_secs(3),
        statement_timeout: Duration::from_secs(15),
    };
    let db = Db::new(&settings, watchroom::identity::access::loader());
    let keys = Keyring::open_or_create(&state.join("keys")).expect("keys");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let settings = SequencerSettings {
        dir: state.join("audit"),
        interval: Duration::from_millis(1),
        checkpoint_interval: Duration::from_millis(5),
    };
    let _sequencer = Sequencer::start(&db, &keys, &clock, settings).expect("a thread");
    std::thread::sleep(Duration::from_secs(30));
}
