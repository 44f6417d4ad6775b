//! The application's role, in raw SQL: what it can do to the log, whoever it claims to be.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::world::World;

/// A connection as the application role that has entered as somebody.
struct Intruder(PgConnection);

impl Intruder {
    fn entered(world: &World, organisation: Uuid, person: Uuid, system: &str) -> Self {
        let mut intruder = Self::stranger(world);
        intruder.run(&format!("begin; select app_enter('{organisation}', '{person}', '{system}')")).expect("entered");
        intruder
    }

    fn stranger(world: &World) -> Self {
        Self(PgConnection::establish(&world.app.database.app_url()).expect("connected"))
    }

    fn run(&mut self, sql: &str) -> Result<(), String> {
        self.0.batch_execute(sql).map_err(|error| error.to_string())
    }

    fn refused(&mut self, sql: &str) -> String {
        self.run("savepoint before").expect("a savepoint");
        let error = self.run(sql).expect_err(sql);
        self.run("rollback to before").expect("rolled back");
        error
    }

    fn count(&mut self, from: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let row: Count =
            diesel::sql_query(format!("select count(*) as n from {from}")).get_result(&mut self.0).expect(from);
        row.n
    }
}

const INSERT: &str = "insert into audit_entries (organisation_id, at, actor_kind, actor_label, action, object_kind, \
                      salt, commitment) values ('ORG', now(), 'system', 'import', 'x.y', 'x', decode(repeat('00', 16), \
                      'hex'), decode(repeat('00', 32), 'hex'))";

#[test]
fn nobody_changes_or_removes_an_entry() {
    let world = World::new();
    world.log(3);
    world.seal();
    let organisation = world.organisation.0;
    for system in ["", "import", "audit.sequencer", "operator", "sign-in"] {
        let mut intruder = Intruder::entered(&world, organisation, Uuid::nil(), system);
        for table in ["audit_entries", "audit_checkpoints", "audit_marks"] {
            for sql in
                [format!("update {table} set last_id = 1"), format!("delete from {table}"), format!("truncate {table}")]
            {
                let sql = if table == "audit_entries" { sql.replace("last_id = 1", "action = 'x'") } else { sql };
                let error = intruder.refused(&sql);
                assert!(error.contains("permission denied"), "{system}: {sql}: {error}");
            }
        }
    }
    assert_eq!(world.app.database.superuser_texts("select count(*) from audit_entries"), ["3"]);
}

#[test]
fn not_even_the_owner_changes_or_removes_an_entry() {
    let world = World::new();
    world.log(3);
    world.seal();
    let mut owner = PgConnection::establish(&world.app.database.owner_url()).expect("connected");
    for sql in ["update audit_entries set action = 'x'", "delete from audit_entries", "delete from audit_checkpoints"] {
        // Its policies let the owner read only, so there is no row that it could touch.
        let touched = diesel::sql_query(sql).execute(&mut owner).expect(sql);
        assert_eq!(touched, 0, "{sql}");
    }
    for sql in ["truncate audit_entries", "truncate audit_checkpoints", "truncate audit_marks"] {
        let error = diesel::sql_query(sql).execute(&mut owner).expect_err(sql).to_string();
        assert!(error.contains("append-only"), "{error}");
    }
    // And one who is above policies is stopped by the triggers.
    let mut superuser = PgConnection::establish(&world.app.database.superuser_url()).expect("connected");
    for sql in ["update audit_entries set action = 'x'", "delete from audit_entries", "truncate audit_entries"] {
        let error = diesel::sql_query(sql).execute(&mut superuser).expect_err(sql).to_string();
        assert!(error.contains("append-only"), "{error}");
    }
}

#[test]
fn nobody_without_the_permission_reads_an_entry() {
    let world = World::new();
    world.log(3);
    let organisation = world.organisation.0;
    for system in ["", "import", "audit.sequencer", "operator", "sign-in", "jobs", "set-up"] {
        let mut intruder = Intruder::entered(&world, organisation, Uuid::from_u128(1), system);
        assert_eq!(intruder.count("audit_entries"), 0, "{system}");
        assert_eq!(intruder.count("app_audit_names(array['00000000-0000-0000-0000-000000000001'::uuid])"), 0);
        assert_eq!(intruder.count("app_audit_actions()"), 0, "{system}");
    }
    let mut stranger = Intruder::stranger(&world);
    assert_eq!(stranger.count("audit_entries"), 0, "no context, no rows");
}

#[test]
fn commitments_and_heads_are_for_the_sequencer_alone() {
    let world = World::new();
    world.log(300);
    world.seal();
    let organisation = world.organisation.0;
    for system in ["", "import", "operator", "jobs"] {
        let mut intruder = Intruder::entered(&world, organisation, Uuid::nil(), system);
        for from in ["app_audit_tail('0', 0, 10)", "app_audit_leaf(1)", "audit_checkpoints", "audit_marks"] {
            assert_eq!(intruder.count(from), 0, "{system}: {from}");
        }
        let error = intruder
            .refused("insert into audit_checkpoints values (999, decode(repeat('00', 32), 'hex'), '', '1', 1, now())");
        assert!(error.contains("row-level security"), "{error}");
    }
    let mut sequencer = Intruder::entered(&world, Uuid::nil(), Uuid::nil(), "audit.sequencer");
    assert_eq!(sequencer.count("app_audit_tail('0', 0, 10)"), 10);
    assert_eq!(sequencer.count("audit_checkpoints"), 1);
    assert_eq!(sequencer.count("audit_entries"), 0, "commitments only, never what an entry says");
}

#[test]
fn an_entry_is_written_for_the_organisation_of_the_context_only_and_its_place_is_not_chosen() {
    let world = World::new();
    let mut intruder = Intruder::entered(&world, world.organisation.0, Uuid::nil(), "import");
    let error = intruder.refused(&INSERT.replace("ORG", &Uuid::from_u128(9).to_string()));
    assert!(error.contains("row-level security"), "{error}");
    let mine = INSERT.replace("ORG", &world.organisation.to_string());
    let error = intruder
        .refused(&mine.replace("(organisation_id", "(xid, organisation_id").replace("values (", "values ('1', "));
    assert!(error.contains("permission denied"), "{error}");
    intruder.run(&mine).expect("in its own organisation");
}
