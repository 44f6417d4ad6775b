"""The table of results, and what the machine was like."""

import dataclasses
import pathlib
import re
import subprocess


@dataclasses.dataclass
class Line:
    """One measured line; empty text is what does not apply."""

    name: str
    ours: str
    probe: str
    raw: str
    ratio: float | None
    target: str
    ok: bool | None  # None: only for information

    def cells(self):
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {True: "ok", False: "MISSED", None: ""}[self.ok]
        return [self.name, self.ours, self.probe, self.raw, ratio, self.target, verdict]


HEADER = ["line", "ours", "probe", "pgbench/SQL", "ratio", "target", ""]


def table(lines):
    rows = [HEADER, *(line.cells() for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADER))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:5], widths[1:5])),
                 row[5].ljust(widths[5]), row[6]]
        print("  ".join(cells).rstrip(), flush=True)


def machine(directory):
    """What to compare runs by: figures of runs on machines that differ in these say nothing about each other."""
    run = lambda *command: subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    cores = pathlib.Path("/proc/cpuinfo").read_text().count("processor\t")
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 2**20
    sync = [path for path in pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_test_fsync")]
    fsync = sync and re.search(r"fdatasync\s+([\d.]+) ops/sec\s+(\d+) usecs", run(sync[-1], "-s", "1", "-f", f"{directory}/fsync"))
    sha = re.search(r"sha256\s+(.*)", run("openssl", "speed", "-seconds", "1", "-evp", "sha256").splitlines()[-1], re.I)
    print(f"machine: {cpu[1] if cpu else 'unknown'}, {cores} cores, {memory:.0f} GiB; load{run('uptime').split('load', 1)[-1].strip()}")
    print(f"fdatasync: {fsync[2] + ' us' if fsync else 'unknown'}; sha256 (16 B to 16 kB, kB/s): {sha[1].strip() if sha else 'unknown'}", flush=True)
