//! The proof that no row crosses from one organisation to another, by pgrls and the Z3 solver.
//!
//! `pgrls verify` decides predicates of equalities and cannot look into our functions (`app_holds`, `app_units`). So
//! the proof is made on policies that allow *more* than ours: in a copy of the schema every permissive policy is
//! widened to "the row is of the caller's organisation". Postgres ANDs the restrictive floor to whatever the
//! permissive policies allow, so what holds for the wider ones holds for ours. That the policies are no wider than
//! that is checked first, on the real ones. Policies of the owner role do not concern the application and go; so do
//! those of tables that hold no organisation's rows at all (the heads of the log's tree), which only the sequencer
//! may touch.

use std::process::Command;

use crate::support::TestDatabase;

const PGRLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pgrls/bin/pgrls");
const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/pgrls.toml");

/// Tables under row-level security that hold no organisation's rows.
const APPLIANCE: &str = "('audit_checkpoints', 'audit_marks')";

/// How Postgres prints the one sentence that all isolation rests on.
const FLOOR: &str =
    "(organisation_id = ( SELECT (current_setting('app.organisation'::text, true))::uuid AS current_setting))";

const WIDEN: &str = "do $$ declare p record; own constant text := \
     'organisation_id = (select current_setting(''app.organisation'', true)::uuid)'; begin \
     for p in select * from pg_policies where schemaname = 'public' and tablename <> all ('{audit_checkpoints,audit_marks}') loop \
       if p.roles = '{watchroom_owner}' then execute format('drop policy %I on %I', p.policyname, p.tablename); \
       elsif p.permissive = 'PERMISSIVE' then execute format('alter policy %I on %I %s %s', p.policyname, p.tablename, \
         case when p.qual is not null then 'using (' || own || ')' else '' end, \
         case when p.with_check is not null then 'with check (' || own || ')' else '' end); \
       end if; end loop; \
     drop table audit_marks, audit_checkpoints; end $$";

fn pgrls(database: &TestDatabase, arguments: &[&str]) -> (bool, String) {
    let ran = Command::new(PGRLS)
        .args(arguments)
        .args(["--config", CONFIG, "--database-url", &database.superuser_url()])
        .output()
        .unwrap_or_else(|error| panic!("{PGRLS} does not run ({error}): packaging/dev-setup --test installs it"));
    let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    (ran.status.success(), text)
}

#[test]
fn every_protected_table_stands_on_the_same_floor() {
    let database = TestDatabase::fresh();
    let odd = database.superuser_texts(&format!(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relrowsecurity \
         and c.relname not in {APPLIANCE} and (not c.relforcerowsecurity or not exists (select 1 from pg_policies p where p.schemaname = 'public' \
          and p.tablename = c.relname and p.permissive = 'RESTRICTIVE' and p.cmd = 'ALL' and \
          (p.roles = '{{public}}' or p.roles = '{{watchroom_app}}') and p.qual = $floor${FLOOR}$floor$ \
          and p.with_check = $floor${FLOOR}$floor$))"
    ));
    assert_eq!(odd, Vec::<String>::new(), "tables without the floor");
    let outside = database.superuser_texts(
        "select tablename || '.' || policyname from pg_policies where schemaname = 'public' \
         and permissive = 'PERMISSIVE' and roles <> '{watchroom_app}' and roles <> '{watchroom_owner}'",
    );
    assert_eq!(outside, Vec::<String>::new(), "policies for other roles");
}

#[test]
fn the_lint_finds_no_error() {
    let (good, report) = pgrls(&TestDatabase::fresh(), &["lint", "--fail-on", "error"]);
    assert!(good, "{report}");
}

#[test]
fn isolation_is_proven_for_reading_anonymously_across_organisations_and_for_writing() {
    let database = TestDatabase::fresh();
    database.superuser(WIDEN);
    for mode in ["anon", "cross-tenant", "write"] {
        let (good, report) = pgrls(&database, &["verify", "--strict", "--mode", mode]);
        assert!(good && report.contains(" 0 leaking, 0 unverified"), "{mode}: {report}");
    }
}

#[test]
fn the_proof_notices_a_table_whose_floor_is_gone() {
    let database = TestDatabase::fresh();
    database.superuser(WIDEN);
    database.superuser("drop policy floor on duties; alter policy reads on duties using (true)");
    let (good, report) = pgrls(&database, &["verify", "--strict", "--mode", "cross-tenant"]);
    let line = report.lines().find(|line| line.starts_with("public.duties ")).unwrap_or_default();
    assert!(!good && !line.contains("PROVEN"), "{report}");
}
