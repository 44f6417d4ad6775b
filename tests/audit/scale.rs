//! A long log: time and memory of verification.

use std::time::Duration;

use super::world::World;

/// Entries as `record` would write them, made by the database itself, which is faster.
fn fill(world: &World, entries: u32) {
    world.app.database.superuser(&format!(
        "create function f(b bytea) returns bytea language sql immutable as
             $$ select coalesce(int4send(length(b)) || b, '\\xffffffff'::bytea) $$;
         insert into audit_entries (organisation_id, at, actor_kind, actor_label, action, object_kind, object_id, detail,
                                    salt, commitment)
         select organisation, at, 'system', 'import', 'duty.log', 'duty', i::text, '{{}}', salt,
                sha256(salt || 'watchroom-audit-1'::bytea
                       || f(int8send((extract(epoch from at) * 1000000)::bigint)) || f(uuid_send(organisation))
                       || f('system') || f(null) || f('import') || f(null) || f('duty.log') || f('duty')
                       || f(convert_to(i::text, 'UTF8')) || f(null) || f('\\x6f00000000'))
           from generate_series(1, {entries}) i,
                lateral (select '{}'::uuid as organisation, timestamptz '2026-11-22' + i * interval '1 ms' as at,
                                decode(md5(i::text), 'hex') as salt) made",
        world.organisation
    ));
}

fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

fn reset_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
}

fn measure(entries: u32) -> (Duration, Duration, u64) {
    let world = World::new();
    fill(&world, entries);
    let began = std::time::Instant::now();
    assert_eq!(world.seal().sealed, u64::from(entries));
    let sealed = began.elapsed();
    reset_peak();
    let before = peak_memory_kib();
    let report = world.verify();
    assert_eq!(report.findings.listed(), []);
    assert_eq!(report.entries, u64::from(entries));
    (sealed, report.took, peak_memory_kib().saturating_sub(before))
}

#[test]
fn verification_of_a_long_log_takes_no_more_memory_than_of_a_short_one() {
    let (_, _, short) = measure(10_000);
    let (_, _, long) = measure(100_000);
    // Other tests run beside this one in the same process: the bound leaves them room.
    assert!(long < short + 48 * 1024, "{long} KiB against {short} KiB");
}

#[test]
#[ignore = "a million entries take a while without optimisation; the figures go into the manual"]
fn a_million_entries() {
    let (sealed, took, memory) = measure(1_000_000);
    println!("1,000,000 entries: sequenced in {sealed:?}, verified in {took:?}, {memory} KiB more at the peak");
}
