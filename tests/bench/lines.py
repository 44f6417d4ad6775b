"""The lines of the benchmark that are rates: ours, the probe and pgbench in turn, three rounds, ratios of medians."""

import statistics

import load
from report import Line

ROUNDS = 3
# No two measurements log a duty at the same time: each has this many days of its own, from 1990 on.
DAYS_EACH = 650
FIRST = 631_152_000


class Rates:
    def __init__(self, bench):
        self.bench, self.measured = bench, 0

    def log(self):
        """Log a duty: duty and audit entry, eight clients."""
        bench = self.bench
        rows = lambda: int(bench.cluster.value(
            "select count(*) from duties where source = 'api'"))
        kind = bench.world.kind
        type_id = bench.cluster.value(f"select parent_id from duty_kinds where id = '{kind}'")

        def base():
            self.measured += 1
            return FIRST + self.measured * DAYS_EACH * 86_400

        def counted(work):
            """What was answered must be in the table: at most the requests in flight at the end are unanswered."""
            before = rows()
            result = work()
            extra = rows() - before - result.answers
            if not 0 <= extra <= load.CLIENTS:
                raise SystemExit(f"{result.answers} duties were acknowledged, {extra} more are in the table")
            return result

        bench.warm(lambda seconds: load.wrk(bench.site.port, "log.lua", seconds, bench.targets, base(), "ours"),
                   lambda seconds: load.wrk(bench.probe.port, "log.lua", seconds, bench.targets, base(), "probe"))
        ours, probe, raw = self._in_turn(
            lambda: counted(lambda: load.wrk(bench.site.port, "log.lua", bench.seconds, bench.targets, base(), "ours")),
            lambda: counted(lambda: load.wrk(bench.probe.port, "log.lua", bench.seconds, bench.targets, base(), "probe")),
            lambda: counted(lambda: load.pgbench(
                bench.cluster, "log.sql", bench.seconds, organisation=bench.world.organisation, unit=bench.world.unit,
                kind=kind, type=type_id, base=base(), seed=self.measured, n=0)))
        return [self._rate("log a duty over HTTPS, 8 clients", ours, probe, raw, 0.7)]

    def list(self):
        """One's own duties: the API, then the page."""
        lines = []
        for name, path, probe_path, script in [
            ("my duties, API", "/api/v1/duties", "/list", "list.sql"),
            ("my duties, page", "/duties", "/page", "page.sql"),
        ]:
            lines += self._read(name, path, probe_path, script)
        return lines

    def _read(self, name, path, probe_path, script):
        bench = self.bench
        of_ours = lambda seconds: load.wrk(bench.site.port, "get.lua", seconds, bench.targets, path, "ours")
        of_probe = lambda seconds: load.wrk(bench.probe.port, "get.lua", seconds, bench.targets, probe_path, "probe")
        bench.warm(of_ours, of_probe)
        ours, probe, raw = self._in_turn(
            lambda: of_ours(bench.seconds), lambda: of_probe(bench.seconds),
            lambda: load.pgbench(bench.cluster, script, bench.seconds, organisation=bench.world.organisation))
        lines = [self._rate(f"{name}, {bench.duties:,} duties", ours, probe, raw, 0.6)]
        mine, other = (statistics.median(one.p99 for one in runs) for runs in (ours, probe))
        lines.append(Line(f"{name}, p99", f"{mine:.1f} ms", f"{other:.1f} ms", "", mine / other, "< 3 x probe", mine < 3 * other))
        return lines

    def _in_turn(self, *kinds):
        """Each kind once in every round, the first one another each time; a list of results for each."""
        results = [[] for _ in kinds]
        for round_number in range(ROUNDS):
            for step in range(len(kinds)):
                which = (round_number + step) % len(kinds)
                results[which].append(kinds[which]())
        return results

    def _rate(self, name, ours, probe, raw, least):
        mine, other, limit = (statistics.median(one.rate for one in runs) for runs in (ours, probe, raw))
        ratio = mine / other
        self.bench.note(f"{name}: ours {spread(ours)}, probe {spread(probe)}, pgbench {spread(raw)}")
        return Line(name, f"{mine:,.0f}/s", f"{other:,.0f}/s", f"{limit:,.0f}/s", ratio, f">= {least} x probe", ratio >= least)


def spread(runs):
    return " ".join(f"{one.rate:,.0f}" for one in runs)
