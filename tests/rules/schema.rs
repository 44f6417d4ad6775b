//! `src/db/schema.rs` says what the database has. With `WATCHROOM_WRITE_SCHEMA=1` this test writes the file instead.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support::TestDatabase;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs");

const COLUMNS: &str = "select concat_ws(' ', c.table_name, c.column_name, c.udt_name, c.is_nullable) \
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name) \
     where table_schema = 'public' and t.table_type = 'BASE TABLE' and table_name not like '\\_\\_diesel%' \
     order by c.table_name, c.ordinal_position";

const KEYS: &str = "select concat_ws(' ', t.relname, a.attname) from pg_index i \
     join pg_class t on t.oid = i.indrelid, unnest(i.indkey) with ordinality k(attnum, ord), pg_attribute a \
     where a.attrelid = t.oid and a.attnum = k.attnum and i.indisprimary \
     and t.relnamespace = 'public'::regnamespace and t.relname not like '\\_\\_diesel%' order by t.relname, k.ord";

#[test]
fn schema_rs_is_what_the_migrations_make() {
    let wanted = generate(&TestDatabase::fresh());
    #[expect(clippy::disallowed_methods, reason = "a switch of the test itself")]
    if std::env::var("WATCHROOM_WRITE_SCHEMA").is_ok() {
        std::fs::write(FILE, &wanted).expect("write");
    }
    let found = std::fs::read_to_string(FILE).expect("schema.rs");
    assert!(found == wanted, "run WATCHROOM_WRITE_SCHEMA=1 cargo test schema_rs, then cargo fmt");
}

fn generate(database: &TestDatabase) -> String {
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in database.superuser_texts(KEYS) {
        let (table, column) = row.split_once(' ').expect("two words");
        keys.entry(table.to_owned()).or_default().push(column.to_owned());
    }
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in database.superuser_texts(COLUMNS) {
        let words: Vec<&str> = row.split(' ').collect();
        let lines = tables.entry(words[0].to_owned()).or_default();
        if let Some(kind) = diesel_type(words[2]) {
            let kind = if words[3] == "YES" { format!("Nullable<{kind}>") } else { kind.to_owned() };
            lines.push(format!("        {} -> {kind},", words[1]));
        }
    }
    let mut text = "//! The tables, as diesel sees them.\n// Generated from the migrations by tests/rules/schema.rs, \
                    which also checks it. Columns of type xid8 are left out.\n\n"
        .to_owned();
    for (table, lines) in &tables {
        let key = keys[table].join(", ");
        writeln!(text, "diesel::table! {{\n    {table} ({key}) {{\n{}\n    }}\n}}\n", lines.join("\n")).expect("write");
    }
    let names: Vec<String> = tables.keys().map(|table| format!("    {table},\n")).collect();
    writeln!(text, "diesel::allow_tables_to_appear_in_same_query!(\n{});", names.concat()).expect("write");
    text
}

fn diesel_type(udt: &str) -> Option<&'static str> {
    Some(match udt {
        "text" => "Text",
        "uuid" => "Uuid",
        "timestamptz" => "Timestamptz",
        "int8" => "Int8",
        "int4" => "Int4",
        "int2" => "Int2",
        "bool" => "Bool",
        "bytea" => "Bytea",
        "date" => "Date",
        "jsonb" => "Jsonb",
        "xid8" => return None,
        other => panic!("no diesel type is known for {other}"),
    })
}
