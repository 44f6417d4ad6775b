//! A throwaway Postgres for the whole test run, and a fresh database for each test.
//!
//! The server lives as long as the test process: a shell waits for the end of a pipe that only this process holds,
//! and then stops it and removes its data, whatever way the process ended.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use watchroom::db::migrate;

/// A migrated database of a test's own.
pub struct TestDatabase {
    name: String,
}

struct Server {
    socket: PathBuf,
    _guard: Child,
    _directory: tempfile::TempDir,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

impl TestDatabase {
    /// A copy of the migrated template.
    pub fn fresh() -> Self {
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let server = SERVER.get_or_init(Server::start);
        let mut admin = PgConnection::establish(&server.url("postgres", "postgres")).expect("the server");
        admin.batch_execute(&format!("create database {name} template watchroom_template")).expect("a database");
        Self { name }
    }

    /// As the application.
    pub fn app_url(&self) -> String {
        self.url("watchroom_app")
    }

    /// As the owner of the tables.
    pub fn owner_url(&self) -> String {
        self.url("watchroom_owner")
    }

    /// As the one who may do everything.
    pub fn superuser_url(&self) -> String {
        self.url("postgres")
    }

    /// Runs statements as the superuser.
    pub fn superuser(&self, statements: &str) {
        let mut connection = PgConnection::establish(&self.superuser_url()).expect("the database");
        connection.batch_execute(statements).expect("the statements");
    }

    /// The only column, text, of a query as the superuser.
    pub fn superuser_texts(&self, query: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            value: String,
        }
        let mut connection = PgConnection::establish(&self.superuser_url()).expect("the database");
        let wrapped = format!("select value::text as value from ({query}) as q(value)");
        sql_query(wrapped).load::<Row>(&mut connection).expect("a query").into_iter().map(|row| row.value).collect()
    }

    fn url(&self, role: &str) -> String {
        SERVER.get_or_init(Server::start).url(role, &self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(server) = SERVER.get()
            && let Ok(mut admin) = PgConnection::establish(&server.url("postgres", "postgres"))
        {
            let _left_behind = admin.batch_execute(&format!("drop database if exists {} with (force)", self.name));
        }
    }
}

impl Server {
    fn start() -> Self {
        let directory = tempfile::Builder::new().prefix("wr-pg-").tempdir_in("/tmp").expect("a directory");
        let socket = directory.path().to_owned();
        let data = socket.join("data");
        let bin = newest_binaries();
        let account = postgres_account(&socket);
        let made = as_account(Command::new(bin.join("initdb")), account)
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb failed");
        // fsync is off: what a test leaves behind need not survive a power cut. Statements are counted for all the
        // databases of a run together: with the default of 5,000, those of one test push another's out.
        let script = "\"$0\" -D \"$1\" -k \"$2\" -c listen_addresses= -c fsync=off -c full_page_writes=off \
                      -c synchronous_commit=off -c max_connections=200 -c log_min_messages=fatal \
                      -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=100000 & \
                      server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf \"$1\"";
        let guard = as_account(Command::new("sh"), account)
            .args(["-c", script])
            .arg(bin.join("postgres"))
            .args([&data, &socket])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let server = Self { socket, _guard: guard, _directory: directory };
        server.prepare();
        server
    }

    fn prepare(&self) {
        let mut admin = (0..200)
            .find_map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(50));
                PgConnection::establish(&self.url("postgres", "postgres")).ok()
            })
            .expect("the server answers within ten seconds");
        for statement in [
            "create role watchroom_owner login nosuperuser nobypassrls",
            "create role watchroom_app login nosuperuser nobypassrls",
            "create database watchroom_template owner watchroom_owner",
        ] {
            admin.batch_execute(statement).expect("prepared");
        }
        let template = self.url("postgres", "watchroom_template");
        let mut connection = PgConnection::establish(&template).expect("the template");
        connection.batch_execute("alter schema public owner to watchroom_owner").expect("owner");
        migrate::run(&self.url("watchroom_owner", "watchroom_template")).expect("migrations");
    }

    fn url(&self, role: &str, database: &str) -> String {
        let socket = self.socket.display().to_string().replace('/', "%2F");
        format!("postgres://{role}@{socket}/{database}")
    }
}

/// Postgres refuses to run as root; Debian's package brings an account for it.
fn postgres_account(directory: &Path) -> Option<(u32, u32)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let user = nix::unistd::User::from_name("postgres").expect("accounts").expect("Debian's account for Postgres");
    nix::unistd::chown(directory, Some(user.uid), Some(user.gid)).expect("chown");
    Some((user.uid.as_raw(), user.gid.as_raw()))
}

fn as_account(mut command: Command, account: Option<(u32, u32)>) -> Command {
    if let Some((user, group)) = account {
        command.uid(user).gid(group).current_dir("/tmp");
    }
    command
}

fn newest_binaries() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("Debian's Postgres")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb").exists().then(|| (version, path.join("bin")))
        })
        .collect();
    versions.sort();
    versions.pop().expect("a Postgres server is installed").1
}
