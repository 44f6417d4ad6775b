//! Every table of the catalogue that holds an organisation's rows, by raw SQL as the application's role, with the
//! context of another organisation and with none. A new table is in it from its first day.
//!
//! So that a test of what is refused cannot pass because a row was wrong for another reason, or because there was none,
//! constraints and triggers are taken off first and every table gets a row of every organisation.

use watchroom::organisation::Service;

use super::access::EXCUSED;
use crate::support::{Context, TestApp};

/// Takes everything off that could refuse a made-up row but row-level security.
const BARE: &str = "do $$ declare r record; begin \
     for r in select conrelid::regclass as t, conname from pg_constraint \
         where connamespace = 'public'::regnamespace and contype in ('c', 'f') loop \
       execute format('alter table %s drop constraint %I', r.t, r.conname); end loop; \
     for r in select oid::regclass as t from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop \
       execute format('alter table %s disable trigger user', r.t); end loop; end $$";

/// Names of columns and made-up values for them, in order, of every table with an organisation's rows; `$org$` and
/// `$person$` stand for whose. What has a value of its own is left out, unless it must be given.
const MADE_UP: &str = "select c.table_name || '|' || string_agg(quote_ident(c.column_name), ', ' order by c.ordinal_position) \
       || '|' || string_agg(case \
           when c.column_name = 'organisation_id' then '''$org$''' \
           when c.column_name in ('person_id', 'created_by', 'changed_by') then '''$person$''' \
           when c.udt_name = 'uuid' then 'gen_random_uuid()' \
           when c.udt_name = 'text' then 'md5(random()::text)' \
           when c.udt_name = 'bytea' then 'sha256(random()::text::bytea)' \
           when c.udt_name in ('int2', 'int4', 'int8', 'numeric', 'float8') then '(random() * 30000)::integer' \
           when c.udt_name = 'bool' then 'false' \
           when c.udt_name in ('timestamptz', 'date') then 'now()' \
           when c.udt_name = 'xid8' then 'pg_current_xact_id()' \
           when c.udt_name in ('json', 'jsonb') then '''{}''' \
           when c.udt_name like '\\_%' then '''{}''' \
           else 'null' end, ', ' order by c.ordinal_position) \
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name) \
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' \
       and c.is_generated = 'NEVER' and c.is_identity = 'NO' \
       and exists (select from information_schema.columns o where o.table_schema = 'public' \
           and o.table_name = c.table_name and o.column_name = 'organisation_id') \
     group by c.table_name order by c.table_name";

struct Table {
    name: String,
    insert: String,
}

impl Table {
    /// The statement that adds a made-up row of an organisation and a person.
    fn row_of(&self, organisation: impl std::fmt::Display, person: impl std::fmt::Display) -> String {
        self.insert.replace("$org$", &organisation.to_string()).replace("$person$", &person.to_string())
    }
}

/// All tables with an organisation's rows that are not excused from row-level security.
fn tables(app: &TestApp) -> Vec<Table> {
    let all = app.database.superuser_texts(MADE_UP).into_iter().map(|line| {
        let parts: Vec<&str> = line.splitn(3, '|').collect();
        Table {
            name: parts[0].to_owned(),
            insert: format!("insert into {} ({}) values ({})", parts[0], parts[1], parts[2]),
        }
    });
    all.filter(|table| EXCUSED.iter().all(|(excused, _why)| *excused != table.name)).collect()
}

/// The names of all background callers that a policy knows.
fn systems(app: &TestApp) -> Vec<&'static str> {
    let found = app.database.superuser_texts(
        "select distinct (regexp_matches(coalesce(qual, '') || coalesce(with_check, ''), \
             'app\\.system''::text, true\\)[^=]*= ''([a-z.-]+)''', 'g'))[1] from pg_policies",
    );
    assert!(found.len() >= 5 && found.iter().any(|name| name == "import"), "{found:?}");
    found.into_iter().map(|name| &*name.leak()).collect()
}

/// Refused by what is tested here, and not for another reason.
fn refused(error: &str) -> bool {
    ["row-level security", "permission denied", "invalid input syntax for type uuid"]
        .iter()
        .any(|it| error.contains(it))
}

#[test]
fn no_row_of_any_table_crosses_to_another_organisation_or_to_nobody() {
    let app = TestApp::empty();
    let (own, other) = (app.found("northmoor", Service::Fire), app.found("southmoor", Service::Ambulance));
    let intruder = app.person(&other, "member", other.unit);
    for role in ["manager", "hr", "auditor", "administrator"] {
        app.grant(&other, &intruder, role, (role == "manager").then_some(other.unit));
    }
    let victim = own.organisation;
    app.database.superuser(BARE);
    let tables = tables(&app);
    assert!(tables.len() >= 20, "the catalogue was read");
    for table in &tables {
        let rows = [table.row_of(victim, own.administrator), table.row_of(other.organisation, intruder.id)];
        // Somebody's account, of which there is one for each, is there already.
        app.database.superuser(&rows.map(|row| format!("{row} on conflict do nothing")).join("; "));
    }
    let mut contexts = vec![Context::None, Context::from(&intruder)];
    contexts.extend(systems(&app).into_iter().map(|name| Context::System(other.organisation, name)));
    let theirs = format!("organisation_id = '{victim}'");
    let (mut seen_own, mut moved) = (0, 0);
    for context in contexts {
        let mut prompt = app.prompt(context);
        for Table { name, .. } in &tables {
            let what = format!("{name} with {context:?}");
            let fine = |result: &Result<i64, String>| match result {
                Ok(rows) => *rows == 0,
                Err(error) => refused(error),
            };
            let read = prompt.count(name, &theirs);
            assert!(fine(&read), "reading {what}: {read:?}");
            for statement in [
                format!("update {name} set organisation_id = organisation_id where {theirs}"),
                format!("delete from {name} where {theirs}"),
            ] {
                let changed = prompt.change(&statement).map(|rows| i64::try_from(rows).expect("few"));
                assert!(fine(&changed), "{statement} with {context:?}: {changed:?}");
            }
            if let Ok(rows) = prompt.change(&format!("update {name} set organisation_id = '{victim}'")) {
                assert_eq!(rows, 0, "moving rows of {what}");
            } else {
                moved += 1;
            }
            if matches!(context, Context::None) {
                assert!(fine(&prompt.count(name, "true")), "anything of {what}");
            } else {
                seen_own += prompt.count(name, "true").unwrap_or(0);
            }
        }
        for table in &tables {
            for person in [own.administrator, intruder.id] {
                let added = prompt.change(&table.row_of(victim, person));
                assert!(
                    added.as_ref().is_err_and(|error| refused(error)),
                    "{} with {context:?}: {added:?}",
                    table.name
                );
            }
        }
    }
    for Table { name, .. } in &tables {
        assert_ne!(
            app.database.superuser_texts(&format!("select count(*) from {name} where {theirs}")),
            ["0"],
            "{name}"
        );
    }
    assert!(seen_own > 50 && moved > 20, "the intruder was somebody at home: {seen_own} rows, {moved} refusals");
}

#[test]
fn a_connection_that_somebody_used_before_shows_nothing_without_a_caller() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let mut prompt = app.prompt(Context::Person(founded.organisation, founded.administrator));
    assert_eq!(prompt.count("people", "true"), Ok(1));
    prompt.begin_anew();
    for table in tables(&app) {
        let read = prompt.count(&table.name, "true");
        assert!(read.as_ref().map_or_else(|error| refused(error), |rows| *rows == 0), "{}: {read:?}", table.name);
    }
}

#[test]
fn what_is_excused_from_row_level_security_holds_ids_and_keyed_hashes() {
    let columns = TestApp::empty().database.superuser_texts(
        "select table_name || ': ' || string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns \
         join information_schema.tables using (table_schema, table_name) where table_schema = 'public' \
         and table_type = 'BASE TABLE' and table_name in (select relname from pg_class where not relrowsecurity) \
         and table_name in (select table_name from information_schema.columns where column_name = 'organisation_id') \
         group by table_name order by table_name",
    );
    assert_eq!(
        columns,
        [
            "jobs: id organisation_id kind payload run_at leased_until attempts dead_at last_error created_at",
            "sign_in_directory: email_key organisation_id",
            "sign_in_doors: provider_id organisation_id label listed",
        ]
    );
}
