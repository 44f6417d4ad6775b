//! The tree follows the log, whatever happens to the one who builds it.

use std::fs;
use std::time::Duration;

use watchroom::kernel::clock::Clock as _;

use super::world::World;

#[test]
fn what_is_recorded_is_sealed_and_verifies() {
    let world = World::new();
    assert!(world.verify().is_clean(), "an empty log is a good log");
    world.log(300);
    let health = world.seal();
    assert_eq!((health.size, health.sealed, health.refused), (300, 300, None));
    world.log(20);
    let report = world.verify();
    assert_eq!(report.findings.listed(), []);
    assert_eq!((report.entries, report.sealed, report.unsealed, report.checkpoints), (320, 300, 20, 2));
    assert!(world.checkpoint().contains(&report.root.expect("a root")));
}

#[test]
fn a_stop_with_nothing_new_signs_nothing() {
    let world = World::new();
    world.seal();
    assert!(!world.dir().join("checkpoint").exists());
    world.log(3);
    world.seal();
    let first = world.checkpoint();
    world.seal();
    assert_eq!(world.checkpoint(), first);
    assert_eq!(world.app.database.superuser_texts("select count(*) from audit_checkpoints"), ["1"]);
}

#[test]
fn an_open_transaction_is_waited_for_and_nothing_is_lost_or_doubled() {
    let world = World::new();
    let late = world.db().write_blocking(&world.caller(), |tx| {
        watchroom::audit::record(tx, world.app.clock.now(), early())?;
        // While this transaction is open, later ones commit; none of them may overtake it in the tree.
        world.log(40);
        world.app.clock.advance(jiff::SignedDuration::from_secs(7));
        let sequencer = world.sequencer();
        let mut health = sequencer.health();
        wait_until(|| health.borrow_and_update().lag.as_secs() == 7);
        assert!(!health.borrow().is_good(), "that something waits is seen");
        sequencer.stop();
        let health = health.borrow().clone();
        assert_eq!((health.size, health.sealed), (0, 0));
        Ok::<_, watchroom::audit::AuditError>(())
    });
    late.expect("committed");
    assert_eq!(world.seal().sealed, 41);
    assert!(world.verify().is_clean());
}

fn early() -> watchroom::audit::Entry {
    watchroom::audit::Entry::new("duty.log").on("duty", "early")
}

#[test]
fn a_rolled_back_deed_leaves_no_entry_and_no_gap_that_matters() {
    let world = World::new();
    world.log(5);
    let undone = world.db().write_blocking(&world.caller(), |tx| {
        watchroom::audit::record(tx, world.app.clock.now(), early())?;
        Err::<(), _>(watchroom::audit::AuditError::Authz(watchroom::authz::AuthzError::Hidden))
    });
    assert!(undone.is_err());
    world.log(5);
    assert_eq!(world.seal().sealed, 10);
    assert!(world.verify().is_clean());
}

/// The states that a kill at any point can leave behind, each made by hand.
#[test]
fn after_a_kill_at_any_point_the_tree_goes_on_as_if_nothing_had_been() {
    type Damage = fn(&World);
    let kills: [(&str, Damage); 6] = [
        ("nothing on disk yet", |w| fs::remove_dir_all(w.dir()).expect("removed")),
        ("tiles, but neither marks nor a checkpoint", |w| {
            let note = w.app.database.superuser_texts("select note from audit_checkpoints where size = 300");
            fs::write(w.dir().join("checkpoint"), &note[0]).expect("written");
            w.tamper("delete from audit_marks where size > 256; delete from audit_checkpoints where size > 300");
        }),
        ("the last tile is lost", |w| fs::remove_file(w.dir().join("tile/0/001")).expect("removed")),
        ("the edge was not settled", |w| fs::remove_dir_all(w.dir().join("tile/0/002.p")).expect("removed")),
        ("a temporary file is left", |w| fs::write(w.dir().join("tile/0/003.new"), b"half").expect("written")),
        ("the checkpoint is in the file only", |w| {
            w.tamper("delete from audit_checkpoints where size = (select max(size) from audit_checkpoints)");
        }),
    ];
    for (kill, damage) in kills {
        let world = World::sealed();
        damage(&world);
        let health = world.seal();
        assert_eq!((health.refused, health.trouble, health.sealed), (None, None, 700), "{kill}");
        world.log(400);
        assert_eq!(world.seal().sealed, 1_100, "{kill}");
        let report = world.verify();
        assert_eq!(report.findings.listed(), [], "{kill}");
    }
}

#[test]
fn two_sequencers_on_one_state_directory_do_not_both_write() {
    let world = World::new();
    world.log(10);
    let first = world.sequencer();
    let mut health = first.health();
    wait_until(|| health.borrow_and_update().size == 10);
    let second = world.seal();
    assert!(second.refused.expect("refused").contains("another Watchroom"));
    first.stop();
    assert!(world.verify().is_clean());
}

#[test]
fn a_running_sequencer_keeps_up_and_says_how_far_it_is() {
    let world = World::new();
    let sequencer = world.sequencer();
    world.log(50);
    let mut health = sequencer.health();
    wait_until(|| health.borrow_and_update().size == 50);
    assert!(health.borrow().is_good());
    sequencer.stop();
}

#[test]
fn a_database_restored_from_an_older_backup_is_not_signed_over() {
    let world = World::sealed();
    // As a restore does it: the entries, marks and checkpoints of the last hour are gone together.
    world.tamper(
        "delete from audit_entries where (xid, id) > (select last_xid, last_id from audit_checkpoints where size = 600);
         delete from audit_checkpoints where size > 600; delete from audit_marks where size > 600",
    );
    let signed = world.checkpoint();
    let refused = world.seal().refused.expect("refused");
    assert!(refused.contains("has 600 entries of the 700 that were signed"), "{refused}");
    // Recording goes on all the same.
    world.log(30);
    assert!(world.seal().refused.is_some());
    assert_eq!(world.checkpoint(), signed, "what was signed stays what was signed");
}

#[test]
fn entries_that_were_signed_and_then_removed_are_missed_at_the_next_start() {
    let world = World::sealed();
    world.tamper("delete from audit_entries where id = (select max(id) from audit_entries)");
    assert!(world.seal().refused.expect("refused").contains("699 entries of the 700"));
}

#[test]
fn a_database_that_was_filled_from_a_dump_is_named_as_such() {
    let world = World::sealed();
    world.tamper(
        "alter table audit_checkpoints alter last_xid type text using last_xid::text;
         update audit_checkpoints set last_xid = (last_xid::bigint + 1000000)::text;
         alter table audit_checkpoints alter last_xid type xid8 using last_xid::xid8",
    );
    assert!(world.seal().refused.expect("refused").contains("pg_dump"));
}

#[test]
fn lost_keys_do_not_sign_somebody_elses_log() {
    let mut world = World::sealed();
    let other = tempfile::tempdir().expect("a directory");
    world.keys = watchroom::crypto::Keyring::open_or_create(&other.path().join("keys")).expect("keys");
    let refused = world.seal().refused.expect("refused");
    assert!(refused.contains("cannot be used") && refused.contains("restore 'keys'"), "{refused}");
}

fn wait_until(mut done: impl FnMut() -> bool) {
    for _ in 0..400 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not come about within four seconds");
}
