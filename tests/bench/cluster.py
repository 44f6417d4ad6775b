"""A throwaway Postgres with the settings of Watchroom's private cluster, for the whole benchmark.

Owns the server process and its directory. Knows nothing of Watchroom's tables.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import time

DATABASE = "bench"
# Settings of src/db/cluster/settings.rs, and the statistics by which the driver compares the statements of both servers.
SETTINGS = {
    "listen_addresses": "''",
    "timezone": "'UTC'",
    "max_connections": "60",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_compression": "lz4",
    "checkpoint_timeout": "15min",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "shared_preload_libraries": "'pg_stat_statements'",
    "pg_stat_statements.track": "'top'",
    "log_min_messages": "fatal",
}


class Cluster:
    """A server on a Unix socket only, where everybody is trusted."""

    def __init__(self, directory):
        self.home = pathlib.Path(directory)
        self.home.mkdir(mode=0o700)
        self.data, self.socket = self.home / "data", self.home
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        # Postgres refuses to run as root; Debian's package brings an account for it.
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.account:
            os.chown(self.home, self.account.pw_uid, self.account.pw_gid)
        self.process = None

    def start(self):
        make = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D", self.data]
        subprocess.run([self.bin / "initdb", *make], check=True, stdout=subprocess.DEVNULL, **self._as_account())
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        buffers = min(max(total // 4, 128), 4096)
        settings = SETTINGS | {"shared_buffers": f"{buffers}MB", "effective_cache_size": f"{buffers * 2}MB"}
        settings["unix_socket_directories"] = f"'{self.socket}'"
        conf = self.data / "postgresql.conf"
        conf.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            **self._as_account())
        for _ in range(600):
            if subprocess.run([self.bin / "pg_isready", "-q", "-h", self.socket]).returncode == 0:
                break
            time.sleep(0.05)
        self.psql("create role watchroom_owner login nosuperuser nobypassrls", database="postgres")
        self.psql("create role watchroom_app login nosuperuser nobypassrls", database="postgres")
        self.psql(f"create database {DATABASE} owner watchroom_owner", database="postgres")
        self.psql("alter schema public owner to watchroom_owner; create extension pg_stat_statements")

    def stop(self):
        if self.process:
            self.process.send_signal(2)  # SIGINT: fast shutdown
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, role):
        return f"postgres://{role}@{str(self.socket).replace('/', '%2F')}/{DATABASE}"

    def command(self, role="postgres", database=DATABASE, program="psql"):
        return [program, "-h", str(self.socket), "-U", role, *(["-d", database] if program == "psql" else [])]

    def psql(self, statements, role="postgres", database=DATABASE, **variables):
        """Runs statements; their output without headers, a list of lines of cells separated by |."""
        sets = [f"--set={name}={value}" for name, value in variables.items()]
        command = [*self.command(role, database), "-XqAt", "-v", "ON_ERROR_STOP=1", *sets]
        done = subprocess.run(command, input=statements, text=True, stdout=subprocess.PIPE, check=True)
        return done.stdout.splitlines()

    def value(self, query):
        lines = self.psql(query)
        return lines[0] if lines else ""

    def timed(self, statement, role="postgres", before=""):
        """Seconds that one statement takes, by psql's own clock: without starting psql, with reading the whole answer."""
        one_line = " ".join(statement.split())
        one_line += "" if one_line.startswith("\\") else ";"
        script = f"{before}\n\\o /dev/null\n\\timing on\n{one_line}\n\\timing off\n\\o\n"
        command = [*self.command(role), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(command, input=script, text=True, stdout=subprocess.PIPE, check=True)
        times = [line for line in done.stdout.splitlines() if line.startswith("Time: ")]
        return float(times[-1].split()[1]) / 1000

    def _as_account(self):
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "cwd": "/tmp", "extra_groups": []}
