"""The lines of the benchmark about working time: everybody's figures, and one person's page."""

import datetime
import statistics
import subprocess
import time

import load
from report import Line

ROUNDS = 3
ORGANISATION = "00000000-0000-7000-b000-000000000001"


class WorkingTime:
    def __init__(self, bench):
        self.bench = bench

    def working_time(self):
        """10,000 people of a service of their own, 26 weeks of two days, two nights and four days off."""
        bench = self.bench
        people = 500 if bench.quick else 10_000
        today = datetime.date.today()
        bench.cluster.psql(bench.world.cluster_sql("working-time.sql"), organisation=ORGANISATION, people=people, today=today)
        duties = int(bench.cluster.value(f"select count(*) from duties where organisation_id = '{ORGANISATION}'"))
        # The server does this work too when it is due: not while it is measured.
        bench.site.stop()
        command = [*bench.site.command[:-1], "working-time", "recompute", "--organisation", ORGANISATION]
        times = []
        for _ in range(1 if bench.quick else ROUNDS):
            # Nothing is kept: every row has to be written.
            bench.cluster.psql("truncate working_time_figures")
            begun = time.monotonic()
            done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True).stdout
            times.append(time.monotonic() - begun)
            bench.note(f"working time: {done.strip()}")
            if f" {people} people " not in done:
                raise SystemExit(f"the figures of {people} people were not made by what is measured: {done}")
        rows = int(bench.cluster.value("select count(*) from working_time_figures"))
        again = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        again = time.monotonic() - again
        raw = self._raw()
        ours = statistics.median(times)
        name = f"working time of {people:,} people, {duties:,} duties, {rows:,} rows"
        bench.site.start()
        lines = [Line(name, f"{ours:.1f} s", "", f"{raw:.1f} s", ours / raw, "< 60 s", ours < 60),
                 Line("the same when nothing changed", f"{again:.1f} s", "", "", None, "", None)]
        return lines + self._page()

    def _raw(self):
        """Reading the same duties and writing the same rows, as whoever knows the tables does both."""
        read = self.bench.cluster.timed(
            "copy (select person_id, started_at, ended_at, break_minutes, type_id, category_id, subcategory_id from duties "
            f"where organisation_id = '{ORGANISATION}' and deleted_at is null) to stdout")
        write = self.bench.cluster.timed(
            "insert into figures_again select * from working_time_figures",
            before="create temporary table figures_again (like working_time_figures including all);")
        return read + write

    def _page(self):
        """The page of one person who has half a year of figures, eight clients; beside the look at their latest row."""
        bench = self.bench
        bench.cluster.psql(bench.world.cluster_sql("working-time-page.sql"), organisation=bench.world.organisation)
        bench.site.stop()
        bench.site.start()
        runs = [load.wrk(bench.site.port, "get.lua", bench.seconds, bench.targets, "/working-time", "ours") for _ in range(ROUNDS)]
        raw = [load.pgbench(bench.cluster, "figure.sql", bench.seconds, organisation=bench.world.organisation)
               for _ in range(ROUNDS)]
        p99 = statistics.median(run.p99 for run in runs)
        beside = statistics.median(run.rate for run in runs), statistics.median(run.rate for run in raw)
        return [Line("my working time, page, p99", f"{p99:.1f} ms", "", "", None, "< 50 ms", p99 < 50),
                Line("my working time, page", f"{beside[0]:,.0f}/s", "", f"{beside[1]:,.0f}/s", beside[0] / beside[1], "", None)]
