//! Every table is under forced row-level security, or is on a short list with the reason why not; the application's
//! role owns nothing and cannot get round it. The catalogue in the program is the one in the database.

use watchroom::authz::{CATALOGUE, CatalogueEntry, Weight};
use watchroom::identity::roles::{BUILT_IN, BuiltInRole};

use crate::support::TestDatabase;

/// Tables without row-level security, and why.
pub const EXCUSED: &[(&str, &str)] = &[
    ("__diesel_schema_migrations", "the migrations that ran; the application cannot read it"),
    ("built_in_role_permissions", "what the built-in roles may do, the same for every organisation"),
    (
        "grants_in_force",
        "a view for the owner's functions over tables that are secured; the application cannot read it",
    ),
    ("jobs", "ids and no content; the queue is taken for all organisations at once"),
    ("permission_scopes", "the catalogue, the same for every organisation"),
    ("permissions", "the catalogue, the same for every organisation"),
    ("rate_limit_refusals", "numbers by the hour, of nobody; the application reaches them by two functions"),
    ("rate_limits", "keyed hashes and times, written before an organisation is known"),
    ("setup_links", "digests of links that found organisations: before there is one"),
    ("sign_in_directory", "keyed hashes of addresses, read before an organisation is known"),
    ("sign_in_doors", "labels of buttons on the sign-in page, read before an organisation is known"),
    ("sign_in_throttle", "keyed hashes and counters, written before an organisation is known"),
];

#[test]
fn every_table_is_under_forced_row_level_security_or_excused() {
    let database = TestDatabase::fresh();
    let open = database.superuser_texts(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') \
         and not (relkind in ('r', 'p') and relrowsecurity and relforcerowsecurity) order by relname",
    );
    let excused: Vec<&str> = EXCUSED.iter().map(|(table, _why)| *table).collect();
    assert_eq!(open, excused, "secure the table with app_secure, or excuse it here with a reason");
    let unfloored = database.superuser_texts(
        "select relname from pg_class c where relnamespace = 'public'::regnamespace and relrowsecurity \
         and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive)",
    );
    assert_eq!(unfloored, Vec::<String>::new(), "without a restrictive floor");
}

#[test]
fn the_applications_role_owns_nothing_and_has_no_way_round() {
    let database = TestDatabase::fresh();
    let powers = database.superuser_texts(
        "select concat_ws(' ', rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication) from pg_roles \
         where rolname in ('watchroom_app', 'watchroom_owner') order by rolname",
    );
    assert_eq!(powers, ["f f f f f", "f f f f f"]);
    for query in [
        "select relname from pg_class where relowner = 'watchroom_app'::regrole",
        "select proname from pg_proc where proowner = 'watchroom_app'::regrole",
        "select nspname from pg_namespace where nspowner = 'watchroom_app'::regrole",
        "select roleid::regrole from pg_auth_members where member = 'watchroom_app'::regrole",
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' \
         and has_table_privilege('watchroom_app', oid, 'truncate, references, trigger')",
        "select 'create in public' where has_schema_privilege('watchroom_app', 'public', 'create')",
    ] {
        assert_eq!(database.superuser_texts(query), Vec::<String>::new(), "{query}");
    }
}

#[test]
fn functions_that_run_as_their_owner_fix_their_search_path() {
    let loose = TestDatabase::fresh().superuser_texts(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef \
         and not coalesce(array_to_string(proconfig, ',') like '%search_path=%', false)",
    );
    assert_eq!(loose, Vec::<String>::new());
}

#[test]
fn the_catalogue_in_the_program_is_the_one_in_the_database() {
    let database = TestDatabase::fresh();
    let weight = |entry: &CatalogueEntry| match entry.weight {
        Weight::Plain => "plain",
        Weight::Personal => "personal",
        Weight::Administers => "administers",
    };
    let line = |entry: &CatalogueEntry| {
        let scopes: Vec<&str> = entry.scopes.iter().map(|scope| scope.as_str()).collect();
        format!("{}|{}|{}|{}|{}", entry.code, entry.area, entry.summary, weight(entry), scopes.join(" "))
    };
    let mut known: Vec<String> = CATALOGUE.iter().map(line).collect();
    known.sort_unstable();
    let mut rows = database.superuser_texts(
        "select concat_ws('|', code, area, summary, weight, (select string_agg(scope, ' ' order by \
             array_position(array['own', 'unit', 'below', 'organisation'], scope)) from permission_scopes where permission = code)) \
         from permissions",
    );
    rows.sort_unstable();
    assert_eq!(rows, known);
}

#[test]
fn the_built_in_roles_in_the_program_are_those_in_the_database() {
    let line = |role: &'static BuiltInRole| {
        role.permissions.iter().map(|(code, scope)| format!("{} {code} {}", role.code, scope.as_str()))
    };
    let mut known: Vec<String> = BUILT_IN.iter().flat_map(line).collect();
    known.sort_unstable();
    let mut rows = TestDatabase::fresh()
        .superuser_texts("select concat_ws(' ', role, permission, scope) from built_in_role_permissions");
    rows.sort_unstable();
    assert_eq!(rows, known);
    for role in BUILT_IN {
        let for_unit = role.permissions.iter().any(|(_code, scope)| scope.for_unit());
        assert_eq!(role.for_unit, for_unit, "{}", role.code);
    }
}

#[test]
fn policies_and_functions_name_only_permissions_that_there_are() {
    let unknown = TestDatabase::fresh().superuser_texts(
        r"with texts(place, body) as (
              select tablename || '.' || policyname, concat_ws(' ', qual, with_check) from pg_policies where schemaname = 'public'
              union all select proname::text, prosrc from pg_proc where pronamespace = 'public'::regnamespace)
          select place || ' ' || word[2]
            from texts, regexp_matches(body, 'app_(holds|units|units_all|own)\(''([^''\\]+)''', 'g') word
           where word[2] not in (select code from permissions) order by 1",
    );
    assert_eq!(unknown, Vec::<String>::new(), "a permission that nobody can hold");
}
