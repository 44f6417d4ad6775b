//! Somebody with every right in the database changes the log. Each way is found, and named.

use std::fs;

use watchroom::audit::verify::Kind;
use watchroom::crypto::merkle::leaf_hash;

use super::world::{World, found};

#[test]
fn a_change_of_any_field_is_found_and_its_entry_named() {
    let world = World::sealed();
    let changes = [
        "at = at + interval '1 microsecond'",
        "organisation_id = gen_random_uuid()",
        "actor_kind = 'person'",
        "actor_id = null",
        "actor_label = 'operator'",
        "masked_address = '198.51.100.0'",
        "action = 'duty.log'",
        "object_kind = 'unit'",
        "object_id = '99'",
        "subject_id = gen_random_uuid()",
        "detail = jsonb_set(detail, '{facts,rows}', '8')",
        "detail = detail - 'facts'",
        "salt = decode(repeat('00', 16), 'hex')",
        "salt = null",
        "commitment = decode(repeat('00', 32), 'hex')",
        "xid = (select xid from audit_entries where id = 1)",
    ];
    world.tamper("create table kept as select * from audit_entries");
    for (i, change) in changes.iter().enumerate() {
        let index = 40 + 37 * u64::try_from(i).expect("small");
        let id = world.id_at(index);
        world.tamper(&format!("update audit_entries set {change} where id = {id}"));
        let report = world.verify();
        let named = report.findings.listed().iter().any(|finding| finding.entry == Some(id));
        assert!(named, "{change} of entry {id}: {:?}", report.findings.listed());
        if !change.starts_with("xid") {
            assert_eq!(found(&report), [(Kind::Changed, Some(index), Some(id))], "{change}");
        }
        world.tamper("truncate audit_entries; insert into audit_entries overriding system value select * from kept");
    }
    assert!(world.verify().is_clean());
}

#[test]
fn an_id_of_its_own_does_not_hide_a_forged_entry() {
    let world = World::sealed();
    let id = world.id_at(699);
    world.tamper(&format!(
        "alter table audit_entries alter id drop identity; update audit_entries set id = {} where id = {id}",
        id + 5
    ));
    assert_eq!(found(&world.verify()), [(Kind::Changed, Some(699), Some(id + 5))]);
}

#[test]
fn a_row_rewritten_with_a_commitment_that_fits_is_found() {
    let world = World::sealed();
    let (id, other) = (world.id_at(100), world.id_at(101));
    // The best forgery there is: a whole genuine row, contents, salt and commitment, in another's place.
    world.tamper(&format!(
        "update audit_entries a set object_id = b.object_id, subject_id = b.subject_id, actor_id = b.actor_id,
                detail = b.detail, salt = b.salt, commitment = b.commitment
           from audit_entries b where a.id = {id} and b.id = {other}"
    ));
    assert_eq!(found(&world.verify()), [(Kind::Changed, Some(100), Some(id))]);
}

#[test]
fn a_deleted_entry_is_missed_where_it_stood() {
    for index in [0, 255, 256, 299, 300, 511, 650] {
        let world = World::sealed();
        world.tamper(&format!("delete from audit_entries where id = {}", world.id_at(index)));
        assert_eq!(found(&world.verify()), [(Kind::Missing, Some(index), None)], "index {index}");
    }
}

#[test]
fn many_deleted_entries_are_counted() {
    let world = World::sealed();
    world.log(3_000);
    world.seal();
    let (from, to) = (world.id_at(200), world.id_at(2_600));
    world.tamper(&format!("delete from audit_entries where id >= {from} and id < {to}"));
    let report = world.verify();
    let missing: Vec<_> = report.findings.listed().iter().filter(|finding| finding.kind == Kind::Missing).collect();
    assert_eq!(missing.len(), report.findings.listed().len(), "{:?}", report.findings.listed());
    assert_eq!(missing[0].index, Some(200));
    assert!(missing.len() < 4, "neighbours are named together: {:?}", report.findings.listed());
}

#[test]
fn an_entry_that_was_moved_is_named_with_the_place_that_it_had() {
    let world = World::sealed();
    let (one, other) = (world.id_at(150), world.id_at(160));
    let last = world.id_at(699);
    world.tamper(&format!(
        "alter table audit_entries alter id drop identity;
         update audit_entries set id = {last} + 1, xid = (select xid from audit_entries where id = {last}) where id = {one}"
    ));
    let report = world.verify();
    let kinds: Vec<Kind> = found(&report).iter().map(|finding| finding.0).collect();
    assert_eq!(kinds[0], Kind::Missing, "{:?}", report.findings.listed());
    assert_eq!(found(&report)[0].1, Some(150));
    assert!(!found(&report).iter().any(|finding| finding.2 == Some(other)));
}

#[test]
fn two_entries_that_exchanged_all_their_contents_are_reordered() {
    let world = World::sealed();
    let (one, other) = (world.id_at(150), world.id_at(160));
    let columns = "organisation_id, at, actor_kind, actor_id, actor_label, masked_address, action, object_kind, \
                   object_id, subject_id, detail, salt, commitment";
    world.tamper(&format!(
        "create table pair as select * from audit_entries where id in ({one}, {other});
         update audit_entries set ({columns}) = (select {columns} from pair where id = {other}) where id = {one};
         update audit_entries set ({columns}) = (select {columns} from pair where id = {one}) where id = {other}"
    ));
    let expected = [(Kind::Reordered, Some(150), Some(one)), (Kind::Reordered, Some(160), Some(other))];
    assert_eq!(found(&world.verify()), expected);
}

#[test]
fn an_inserted_entry_is_named() {
    let world = World::sealed();
    let id = world.id_at(400);
    world.tamper(&format!(
        "insert into audit_entries overriding system value
         select -7, xid, organisation_id, at, actor_kind, actor_id, actor_label, masked_address, action, object_kind,
                object_id, subject_id, detail, salt, commitment from audit_entries where id = {id}"
    ));
    let report = world.verify();
    assert_eq!(report.findings.listed().len(), 1, "{:?}", report.findings.listed());
    assert_eq!((report.findings.listed()[0].kind, report.findings.listed()[0].entry), (Kind::Inserted, Some(-7)));
}

#[test]
fn an_entry_of_a_transaction_that_never_was_is_named() {
    let world = World::sealed();
    world.tamper(
        "insert into audit_entries overriding system value
         select 900000, '99999999', organisation_id, at, actor_kind, actor_id, actor_label, masked_address, action,
                object_kind, object_id, subject_id, detail, salt, commitment from audit_entries where id = 1",
    );
    assert_eq!(found(&world.verify()), [(Kind::Inserted, None, Some(900_000))]);
}

#[test]
fn a_tail_that_was_cut_off_is_found_even_with_its_checkpoints() {
    let world = World::sealed();
    let cut = "delete from audit_entries where (xid, id) > (select last_xid, last_id from audit_checkpoints where size = 600)";
    world.tamper(cut);
    assert_eq!(found(&world.verify()), [(Kind::TailCutOff, Some(600), None)]);
    // With the database's own record of it gone too, the file still knows.
    world.tamper("delete from audit_checkpoints where size > 600");
    let report = world.verify();
    assert!(found(&report).contains(&(Kind::TailCutOff, Some(600), None)), "{:?}", report.findings.listed());
    assert!(found(&report).contains(&(Kind::Checkpoint, Some(700), None)), "{:?}", report.findings.listed());
}

#[test]
fn a_tail_cut_off_everywhere_is_found_by_a_checkpoint_kept_elsewhere() {
    let world = World::new();
    world.log(300);
    world.seal();
    let older = world.checkpoint();
    world.log(100);
    world.seal();
    let kept = world.checkpoint();
    world.tamper(
        "delete from audit_entries where (xid, id) > (select last_xid, last_id from audit_checkpoints where size = 300);
         delete from audit_checkpoints where size > 300",
    );
    fs::write(world.dir().join("checkpoint"), &older).expect("rolled back");
    assert!(world.verify().is_clean(), "nothing inside the appliance can tell");
    let report = world.verify_with(vec![("kept.txt".to_owned(), kept)]);
    assert_eq!(found(&report), [(Kind::TailCutOff, Some(300), None)]);
}

#[test]
fn a_tile_that_was_changed_is_named_and_the_entries_are_cleared() {
    for (tile, at) in [("tile/0/000", 10), ("tile/0/001", 255), ("tile/0/002.p/188", 3), ("tile/1/000.p/2", 1)] {
        let world = World::sealed();
        let path = world.dir().join(tile);
        let mut hashes = fs::read(&path).expect("a tile");
        hashes[at * 32 + 5] ^= 1;
        fs::write(&path, hashes).expect("changed");
        let report = world.verify();
        assert!(!report.is_clean(), "{tile}");
        let kinds: Vec<Kind> = found(&report).iter().map(|finding| finding.0).collect();
        assert!(kinds.iter().all(|kind| *kind == Kind::Tile), "{tile}: {:?}", report.findings.listed());
    }
}

#[test]
fn a_tile_that_is_gone_or_cut_is_named() {
    let world = World::sealed();
    let path = world.dir().join("tile/0/001");
    let whole = fs::read(&path).expect("a tile");
    fs::write(&path, &whole[..100]).expect("cut");
    assert_eq!(found(&world.verify()), [(Kind::Tile, Some(256), None)]);
    fs::remove_file(&path).expect("removed");
    assert_eq!(found(&world.verify()), [(Kind::Tile, Some(256), None)]);
}

#[test]
fn a_changed_row_and_a_changed_tile_are_both_named() {
    let world = World::sealed();
    let id = world.id_at(10);
    world.tamper(&format!("update audit_entries set action = 'duty.log' where id = {id}"));
    let mut hashes = fs::read(world.dir().join("tile/0/000")).expect("a tile");
    hashes[10 * 32] ^= 1;
    fs::write(world.dir().join("tile/0/000"), hashes).expect("changed");
    let kinds: Vec<Kind> = found(&world.verify()).iter().map(|finding| finding.0).collect();
    assert_eq!(kinds, [Kind::Changed, Kind::Tile]);
}

#[test]
fn a_row_its_commitment_and_its_tile_rewritten_together_do_not_fit_the_checkpoint() {
    let world = World::sealed();
    let (id, other) = (world.id_at(10), world.id_at(11));
    let columns = "object_id, subject_id, actor_id, detail, salt, commitment";
    world.tamper(&format!(
        "update audit_entries set ({columns}) = (select {columns} from audit_entries where id = {other}) where id = {id}"
    ));
    let row = format!("select xid::text || ' ' || encode(commitment, 'hex') from audit_entries where id = {id}");
    let row = world.app.database.superuser_texts(&row)[0].clone();
    let (xid, commitment) = row.split_once(' ').expect("two words");
    let mut data = xid.parse::<u64>().expect("a number").to_be_bytes().to_vec();
    data.extend(id.to_be_bytes());
    data.extend(data_encoding::HEXLOWER.decode(commitment.as_bytes()).expect("hex"));
    let mut hashes = fs::read(world.dir().join("tile/0/000")).expect("a tile");
    hashes[10 * 32..11 * 32].copy_from_slice(&leaf_hash(&data).0);
    fs::write(world.dir().join("tile/0/000"), hashes).expect("changed");
    let report = world.verify();
    assert_eq!(found(&report)[0], (Kind::Checkpoint, Some(300), None), "{:?}", report.findings.listed());
}

#[test]
fn a_checkpoint_that_was_rolled_back_or_forged_is_named() {
    let world = World::new();
    world.log(300);
    world.seal();
    let older = world.checkpoint();
    world.log(300);
    world.seal();
    let newest = world.checkpoint();

    fs::write(world.dir().join("checkpoint"), &older).expect("rolled back");
    assert_eq!(found(&world.verify()), [(Kind::Checkpoint, Some(300), None)]);

    fs::write(world.dir().join("checkpoint"), newest.replacen("\n600\n", "\n601\n", 1)).expect("forged");
    assert_eq!(found(&world.verify()), [(Kind::Checkpoint, None, None)]);

    fs::remove_file(world.dir().join("checkpoint")).expect("removed");
    assert_eq!(found(&world.verify()), [(Kind::Checkpoint, Some(600), None)]);

    fs::write(world.dir().join("checkpoint"), &newest).expect("back in place");
    world
        .tamper("create table kept as select * from audit_checkpoints; delete from audit_checkpoints where size = 600");
    assert_eq!(found(&world.verify()), [(Kind::Checkpoint, Some(600), None)]);
    world.tamper("insert into audit_checkpoints select * from kept where size = 600");
    world.tamper("update audit_checkpoints set root = decode(repeat('00', 32), 'hex') where size = 300");
    assert_eq!(found(&world.verify()), [(Kind::Checkpoint, Some(300), None)]);
}

#[test]
fn a_mark_that_was_moved_is_named() {
    let world = World::sealed();
    world.tamper("update audit_marks set last_id = last_id - 1 where size = 256");
    assert_eq!(found(&world.verify()), [(Kind::Mark, Some(255), None)]);
}

#[test]
fn an_entry_that_is_not_sealed_yet_is_checked_by_its_own_commitment() {
    let world = World::sealed();
    world.log(10);
    let id = world.id_at(705);
    world.tamper(&format!("update audit_entries set action = 'duty.log' where id = {id}"));
    assert_eq!(found(&world.verify()), [(Kind::Changed, Some(705), Some(id))]);
}
