"""The load generators: wrk for the servers, pgbench for the database alone; one thread, eight clients unless told."""

import dataclasses
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).parent
CLIENTS = 8


@dataclasses.dataclass
class Load:
    """What came out of a run."""

    rate: float  # answers in a second
    p50: float  # milliseconds
    p99: float
    answers: int


def wrk(port, script, seconds, *arguments, clients=CLIENTS):
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / "wrk" / script,
               f"https://127.0.0.1:{port}", "--", *map(str, arguments)]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True, env=os.environ | {"BENCH_WRK": str(HERE / "wrk")})
    found = re.search(r"^FIGURES (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.M)
    if not found:
        raise SystemExit(f"wrk said nothing that we understand:\n{done.stdout}")
    answers, micros, p50, p99, errors = map(int, found.groups())
    if errors:
        # An error is quickly said and would pass for speed.
        raise SystemExit(f"{errors} of {answers} answers were errors: {script} {arguments}")
    return Load(answers / micros * 1e6, p50 / 1000, p99 / 1000, answers)


def pgbench(cluster, script, seconds, **variables):
    sets = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
    command = [*cluster.command("watchroom_app", program="pgbench"), "-n", "-M", "prepared", "-c", CLIENTS, "-j", 1,
               "-T", seconds, *sets, "-f", HERE / "sql" / script, "bench"]
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
    answers = re.search(r"actually processed: (\d+)", done.stdout)
    failed = re.search(r"failed transactions: (\d+)", done.stdout)
    if done.returncode or not rate or (failed and int(failed[1])):
        raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return Load(float(rate[1]), 0, 0, int(answers[1]))
