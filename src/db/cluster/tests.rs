//! Real clusters, killed, orphaned and refused. They run as root (Postgres then runs as another account) and not.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};

use super::*;

/// Names the folder for [`a_process_that_runs_a_cluster`].
const CHILD: &str = "WATCHROOM_TEST_CLUSTER";

struct Place {
    _temporary: tempfile::TempDir,
    _origin: Option<Arc<Place>>,
    dir: PathBuf,
}

/// A folder that Postgres's account can reach.
fn place() -> Place {
    let temporary = tempfile::Builder::new().prefix("wr-cluster-").tempdir_in("/tmp").expect("a folder");
    fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o711)).expect("mode");
    let dir = temporary.path().join("postgres");
    Place { _temporary: temporary, _origin: None, dir }
}

/// A folder in which a cluster has been made and stopped before: a copy, for initdb is slow.
fn made() -> Place {
    // Kept as long as some test uses a copy, then removed with the last of them.
    static MADE: Mutex<Weak<Place>> = Mutex::new(Weak::new());
    let mut kept = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let origin = kept.upgrade().unwrap_or_else(|| {
        let place = place();
        start(&place.dir).stop().expect("stopped");
        Arc::new(place)
    });
    *kept = Arc::downgrade(&origin);
    drop(kept);
    let place = place();
    let copied = Command::new("cp").arg("-a").arg(&origin.dir).arg(&place.dir).status().expect("cp");
    assert!(copied.success());
    Place { _origin: Some(origin), ..place }
}

fn settings() -> EmbeddedSettings {
    let user = Account::of_tests().expect("an account for Postgres: run packaging/dev-setup").name;
    EmbeddedSettings { user, start_timeout_s: 60, ..EmbeddedSettings::default() }
}

fn start(dir: &Path) -> Cluster {
    Cluster::start(&settings(), dir, 10).expect("started")
}

fn refused(dir: &Path) -> String {
    Cluster::start(&settings(), dir, 10).expect_err("refused").to_string()
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Text)]
    value: String,
}

fn text(url: &str, query: &str) -> String {
    let mut connection = PgConnection::establish(url).expect("a connection");
    let query = format!("select value::text as value from ({query}) as q(value)");
    sql_query(query).get_result::<Row>(&mut connection).expect("a row").value
}

fn run(url: &str, statements: &str) -> Result<(), String> {
    let mut connection = PgConnection::establish(url).map_err(|error| error.to_string())?;
    connection.batch_execute(statements).map_err(|error| error.to_string())
}

fn eventually(what: &str, mut check: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !check() {
        assert!(Instant::now() < deadline, "{what} did not come true within 30 s");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What the server that had `dir` last wrote down of itself: "shut down" only after an orderly stop.
fn last_state(dir: &Path) -> String {
    let layout = Layout::of(dir);
    let binaries = Binaries::find(None, layout.data_major().expect("read"), &layout.data).expect("installed");
    let mut command = Command::new(binaries.program("pg_controldata"));
    let output = command.arg("-D").arg(&layout.data).env("LC_ALL", "C").output().expect("pg_controldata");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let state = text.lines().find_map(|line| line.strip_prefix("Database cluster state:"));
    state.unwrap_or_else(|| panic!("no state in: {text}")).trim().to_owned()
}

fn signal(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).expect("a pid")), signal).expect("signalled");
}

#[test]
fn data_outlives_a_stop_and_the_application_owns_nothing() {
    let place = place();
    let cluster = start(&place.dir);
    run(&cluster.owner_url(), "create table t (n int); insert into t values (7); grant select on t to watchroom_app")
        .expect("the owner may");
    assert_eq!(text(&cluster.app_url(), "select n from t"), "7");
    for statement in ["create table mine (n int)", "create schema mine", "create role other", "delete from t"] {
        let error = run(&cluster.app_url(), statement).expect_err("the application may not");
        assert!(error.contains("permission denied"), "{statement}: {error}");
    }
    let roles = "select string_agg(concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole), ', '
                 order by rolname) from pg_roles where rolname like 'watchroom%'";
    assert_eq!(text(&cluster.app_url(), roles), "watchroom_app f f f f, watchroom_owner f f f f");
    let settings = "select string_agg(setting, ' ' order by name) from pg_settings
                    where name in ('data_checksums', 'server_encoding', 'listen_addresses', 'fsync')";
    assert_eq!(text(&cluster.app_url(), settings), "on on  UTF8");
    cluster.stop().expect("stopped");
    assert!(leftovers::using(&place.dir.join("data")).is_empty());
    assert_eq!(last_state(&place.dir), "shut down");
    let again = start(&place.dir);
    assert_eq!(text(&again.app_url(), "select n from t"), "7");
}

#[test]
fn the_migrations_run_on_it() {
    let place = made();
    let cluster = start(&place.dir);
    assert!(!crate::db::migrate::run(&cluster.owner_url()).expect("migrated").is_empty());
    assert!(crate::db::migrate::pending(&cluster.owner_url()).expect("asked").is_empty());
}

#[test]
fn a_killed_server_is_started_again_with_what_was_committed() {
    let place = made();
    let cluster = start(&place.dir);
    run(&cluster.owner_url(), "create table t (n int); insert into t values (1)").expect("written");
    let mut busy = PgConnection::establish(&cluster.owner_url()).expect("a connection");
    busy.batch_execute("begin; insert into t values (2)").expect("not committed");
    let first = cluster.pid().expect("running");
    signal(first, Signal::SIGKILL);
    eventually("another server", || cluster.pid().is_some_and(|pid| pid != first));
    eventually("its answer", || run(&cluster.owner_url(), "select 1").is_ok());
    assert_eq!(text(&cluster.owner_url(), "select sum(n) from t"), "1");
    cluster.stop().expect("stopped");
}

#[test]
fn a_second_start_is_refused_and_a_second_process_may_join() {
    let place = made();
    let cluster = start(&place.dir);
    assert!(refused(&place.dir).contains("another Watchroom is running"));
    let joined = Cluster::start_or_join(&settings(), &place.dir, 10).expect("joined");
    assert_eq!(text(&joined.app_url(), "select 1"), "1");
    assert_eq!(joined.pid(), None);
    joined.stop().expect("let go");
    assert_eq!(text(&cluster.app_url(), "select 1"), "1", "leaving does not stop it");
}

#[test]
fn data_of_another_major_version_is_refused_untouched() {
    let place = made();
    let version = place.dir.join("data/PG_VERSION");
    fs::write(&version, "13\n").expect("written");
    let message = refused(&place.dir);
    assert!(message.contains("was made by PostgreSQL 13"), "{message}");
    assert!(message.contains("apt install postgresql-13"), "{message}");
    assert_eq!(fs::read_to_string(&version).expect("there"), "13\n");
    fs::remove_file(&version).expect("removed");
    assert!(refused(&place.dir).contains("is no PostgreSQL data folder"));
}

#[test]
fn nothing_listens_on_the_network() {
    let place = made();
    let cluster = start(&place.dir);
    let pid = cluster.pid().expect("running");
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .expect("its files")
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    assert!(!sockets.is_empty(), "it has its Unix socket at least");
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs::read_to_string(table).unwrap_or_default().lines().skip(1) {
            let inode = line.split_whitespace().nth(9).unwrap_or_default();
            assert!(!sockets.iter().any(|socket| socket == inode), "{line}");
        }
    }
}

#[test]
fn the_socket_is_closed_to_others_and_so_is_every_other_role() {
    let place = made();
    let cluster = start(&place.dir);
    let mode = fs::metadata(cluster.endpoint().socket_dir()).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    run(&cluster.endpoint().url("postgres", "watchroom"), "create role intruder login").expect("the superuser may");
    let error = run(&cluster.endpoint().url("intruder", "watchroom"), "select 1").expect_err("no way in");
    assert!(error.contains("no pg_hba.conf entry"), "{error}");
    let error = run(&cluster.endpoint().url("watchroom_app", "postgres"), "select 1").expect_err("no way in");
    assert!(error.contains("no pg_hba.conf entry"), "{error}");
    if geteuid().is_root() {
        // `nobody` cannot even reach the socket; let in there, it is still nobody to Postgres.
        let psql = |dir: &Path| {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "psql", "-Xc", "select 1"]);
            command.args(["-U", "watchroom_owner", "-d", "watchroom", "-h"]).arg(dir).current_dir("/");
            String::from_utf8_lossy(&command.output().expect("psql").stderr).into_owned()
        };
        let dir = cluster.endpoint().socket_dir();
        assert!(psql(dir).contains("Permission denied"), "{}", psql(dir));
        for path in [dir.to_owned(), dir.join(".s.PGSQL.5432")] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o777)).expect("mode");
        }
        assert!(psql(dir).contains("Peer authentication failed"), "{}", psql(dir));
    }
}

#[test]
fn a_stale_pid_file_whose_number_is_another_process_now_is_no_obstacle() {
    let place = made();
    let data = place.dir.join("data");
    // This very test: alive, of our own account when not root, and no Postgres.
    let line = format!("{}\n{}\n0\n5432\n\n\n\nready   \n", std::process::id(), data.display());
    fs::write(data.join("postmaster.pid"), line).expect("written");
    assert_eq!(text(&start(&place.dir).app_url(), "select 1"), "1");
}

#[test]
fn an_orphan_is_stopped_and_an_interrupted_initdb_cleared_away() {
    let place = place();
    fs::create_dir(&place.dir).expect("made");
    fs::create_dir(place.dir.join("data.new")).expect("made");
    fs::write(place.dir.join("data.new/half"), "").expect("written");
    start(&place.dir).stop().expect("stopped");
    // A server without a Watchroom: what is left where nothing told it to end.
    let account = Account::of_tests().expect("an account");
    let layout = Layout::prepare(&place.dir, &account).expect("the layout");
    let binaries = Binaries::find(None, Some(layout.data_major().expect("read").expect("data")), &layout.data);
    let line = settings::command_line(&layout, &binaries.expect("installed"));
    let mut command = Command::new(&line.program);
    account.apply(&mut command);
    let mut orphan = command.args(&line.arguments).stderr(Stdio::null()).spawn().expect("spawned");
    eventually("the orphan", || postmaster::PidFile::read(&layout.data).is_some_and(|file| file.ready));
    let reaper = std::thread::spawn(move || orphan.wait().expect("ended"));
    let cluster = start(&place.dir);
    assert_eq!(reaper.join().expect("reaped").code(), Some(0), "it was stopped cleanly");
    assert_eq!(text(&cluster.app_url(), "select 1"), "1");
}

#[test]
fn a_killed_watchroom_takes_its_server_with_it() {
    let place = made();
    let mut child = Command::new("/proc/self/exe")
        .args(["--exact", "db::cluster::tests::a_process_that_runs_a_cluster", "--ignored"])
        .env(CHILD, &place.dir)
        .stdout(Stdio::null())
        .spawn()
        .expect("a process");
    let data = place.dir.join("data");
    eventually("the server", || postmaster::PidFile::read(&data).is_some_and(|file| file.ready));
    eventually("its answer", || run(&Endpoint::of(&place.dir).app_url(), "select 1").is_ok());
    assert!(refused(&place.dir).contains("another Watchroom is running"));
    child.kill().expect("killed");
    child.wait().expect("reaped");
    eventually("its end", || leftovers::using(&data).is_empty());
    assert_eq!(text(&start(&place.dir).app_url(), "select 1"), "1");
}

/// Not a test of its own: the process that [`a_killed_watchroom_takes_its_server_with_it`] kills.
#[test]
#[ignore = "run by another test"]
fn a_process_that_runs_a_cluster() {
    let dir = std::env::vars_os().find_map(|(name, value)| (name == CHILD).then_some(PathBuf::from(value)));
    let _cluster = start(&dir.expect("a folder"));
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_deep_folder_still_gets_a_socket() {
    let place = place();
    let deep = place.dir.join("x".repeat(100));
    let cluster = start(&deep);
    assert!(cluster.endpoint().socket_dir().starts_with("/tmp"));
    assert_eq!(text(&cluster.app_url(), "select 1"), "1");
    let socket_dir = cluster.endpoint().socket_dir().to_owned();
    cluster.stop().expect("stopped");
    fs::remove_dir(socket_dir).expect("only the folder is left");
}

#[test]
fn a_throwaway_cluster_lets_tests_make_databases_and_is_gone_at_once() {
    let place = place();
    let cluster = Cluster::start_throwaway(&place.dir).expect("started");
    let superuser = cluster.endpoint().superuser_url();
    run(&superuser, "create database copy template watchroom").expect("made");
    assert_eq!(text(&cluster.endpoint().url("watchroom_app", "copy"), "select current_setting('fsync')"), "off");
    let mut busy = PgConnection::establish(&cluster.owner_url()).expect("a connection");
    busy.batch_execute("begin; create table t (n int)").expect("not committed");
    drop(cluster);
    assert!(leftovers::using(&place.dir.join("data")).is_empty());
    // Neither for somebody in the middle of something nor for what an orderly stop writes at its end.
    assert_eq!(last_state(&place.dir), "in production", "nothing was waited for");
}

#[test]
fn the_statements_in_the_manual_prepare_a_postgres_of_the_operators() {
    let place = place();
    let cluster = Cluster::start_throwaway(&place.dir).expect("started");
    let admin = cluster.endpoint().url("postgres", "postgres");
    run(&admin, "drop database watchroom").expect("dropped");
    run(&admin, "drop role watchroom_app; drop role watchroom_owner").expect("dropped");
    let manual = include_str!("../../../docs/operations.md");
    let (_, rest) = manual.split_once("```sql\n").expect("a block of SQL");
    let (statements, _) = rest.split_once("```").expect("its end");
    let file = place.dir.join("prepare.sql");
    fs::write(&file, statements).expect("written");
    let psql = Command::new("psql").args(["-X", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&file).arg(&admin).output();
    let psql = psql.expect("psql");
    assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
    let rights =
        "select string_agg(concat_ws(' ', rolname, rolsuper, rolinherit, rolbypassrls, rolcreatedb, rolcreaterole,
                  rolreplication, has_schema_privilege(oid, 'public', 'create'),
                  has_database_privilege(oid, 'watchroom', 'temporary')), ', ' order by rolname)
                  from pg_roles where rolname like 'watchroom%'";
    let by_hand = text(&cluster.endpoint().superuser_url(), rights);
    roles::prepare(cluster.endpoint()).expect("prepared");
    assert_eq!(by_hand, text(&cluster.endpoint().superuser_url(), rights), "ours are the same");
    crate::db::migrate::run(&cluster.owner_url()).expect("migrated");
    assert!(crate::db::migrate::pending(&cluster.app_url()).expect("asked").is_empty());
}

#[test]
fn what_people_typed_does_not_reach_the_log() {
    let place = made();
    let cluster = start(&place.dir);
    run(&cluster.owner_url(), "create table t (name text unique); insert into t values ('Anna Keller')").expect("made");
    for statement in [
        "insert into t values ('Anna Keller')",
        "select 'Anna Keller'::int",
        "select nothing from t where name = 'Anna Keller'",
        "do $$ begin raise log 'kept'; raise warning 'Anna Keller'; raise exception 'Anna Keller'; end $$",
    ] {
        let refused = run(&cluster.owner_url(), statement);
        assert!(refused.is_err(), "{statement}");
    }
    let said = || cluster.started.as_ref().map(|started| started.supervisor.words()).unwrap_or_default();
    eventually("the last line", || said().contains("kept"));
    assert!(!said().contains("Keller"), "{}", said());
}

#[test]
fn settings_of_the_operator_are_read_last() {
    let place = made();
    fs::write(place.dir.join("local.conf"), "work_mem = 17MB\nlisten_addresses = '*'\n").expect("written");
    let cluster = start(&place.dir);
    assert_eq!(text(&cluster.app_url(), "select current_setting('work_mem')"), "17MB");
    assert_eq!(
        text(&cluster.app_url(), "select current_setting('listen_addresses')"),
        "",
        "but not over what must be so"
    );
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let place = made();
    fs::write(place.dir.join("local.conf"), "work_mem = plenty\n").expect("written");
    let message = refused(&place.dir);
    assert!(message.contains("stopped while starting") && message.contains("work_mem"), "{message}");
}

#[test]
fn root_is_told_which_account_and_which_folder_are_in_the_way() {
    if !geteuid().is_root() {
        return;
    }
    let place = place();
    let settings = EmbeddedSettings { user: "no-such-user".to_owned(), ..settings() };
    let message = Cluster::start(&settings, &place.dir, 10).expect_err("refused").to_string();
    assert!(message.contains("useradd --system") && message.contains("no-such-user"), "{message}");
    let closed = tempfile::tempdir_in("/tmp").expect("a folder");
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).expect("mode");
    let message = refused(&closed.path().join("state/postgres"));
    assert!(message.contains("may not enter") && message.contains("chmod o+x"), "{message}");
}
