"""The lines about what stands before every page: signing in, the permission check, the rate limits."""

import collections
import concurrent.futures
import http.client
import statistics
import time

import load
from report import Line
from servers import Browser
from world import PASSWORD, email, person_id

ROUNDS = 3
# Who signs in during the storm: nobody else is asked to.
FIRST = 1_001
SIGN_INS, SECONDS = 500, 30
# Pages that every member opens: a list from the database, a form, two that ask for little; at a rate that leaves the
# processors idle most of the time. A service of 5,000 people opens some fifteen pages in a second at its busiest.
PAGES = ["/duties", "/duties/new", "/account", "/account/sessions"]
PAGES_A_SECOND = 50
# More than wait for an answer at once, so that the rate holds while answers are slow.
READERS = 16
# A page that asks the database for nothing, so that what the limits cost shows most.
CHEAP = "/account"
# Pairs of runs with and without limits, and seconds of one: longer than the time between two exchanges of counts.
PAIRS, SHORT = 24, 3


class Gates:
    def __init__(self, bench):
        self.bench = bench

    def sign_ins(self):
        """Pages at a fixed rate while members sign in by password, beside the same pages at the same rate alone."""
        bench = self.bench
        # A shorter run has the same pace.
        seconds = 6 if bench.quick else SECONDS
        count = SIGN_INS * seconds // SECONDS
        numbers = range(FIRST, FIRST + count)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(bench.world.open_account, numbers))
        bench.note(f"sign-ins: {count} accounts opened in {time.monotonic() - began:.0f} s")
        self._pages(2)
        hashes, each = bench.probe_says("hashes", "--seconds", max(3, bench.seconds), "--threads", bench.cores)
        idle, during, taken, lengths = [], [], [], []

        def alone():
            idle.append(self._pages(seconds))

        def beside():
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                pages = pool.submit(self._pages, seconds)
                times, length = self._storm(numbers, seconds)
                during.append(pages.result())
            taken.extend(times)
            lengths.append(length)

        for round_number in range(ROUNDS):
            for step in (alone, beside) if round_number % 2 == 0 else (beside, alone):
                step()
        quiet, busy = (statistics.median(one.p99 for one in runs) for runs in (idle, during))
        rate, length = count / seconds, statistics.median(lengths)
        p50, p99 = at(taken, 50), at(taken, 99)
        slowest = min(one.rate for one in [*idle, *during])
        bench.note(f"sign-ins: {len(taken)} done, 0 refused, in {ROUNDS} storms of {spread(lengths, 1)} s; "
                   f"one takes {p50:.0f} ms (p50), {p99:.0f} ms (p99)")
        bench.note(f"sign-ins: {bench.cores} processors do {hashes:.1f} hashes/s with the shipped parameters, {each:.0f} ms each; "
                   f"{rate:.1f} sign-ins/s take {rate / hashes:.0%} of that")
        for name, figure in ("p99", lambda one: one.p99), ("p50", lambda one: one.p50):
            bench.note(f"pages at {PAGES_A_SECOND}/s (answered: {slowest:.1f}/s or more), {name}: idle "
                       f"{spread(map(figure, idle), 1)} ms, during {spread(map(figure, during), 1)} ms")
        # Done in time means that no queue was left when the last had begun; a page that was not asked for was not slow.
        kept = length <= seconds + 1 and slowest >= 0.95 * PAGES_A_SECOND
        if not kept:
            bench.note("sign-ins: the pace was not kept, so the target is missed whatever the ratio says")
        return [
            Line(f"signed-in pages, {count} sign-ins in {seconds} s, p99", f"{busy:.1f} ms", f"{quiet:.1f} ms idle", "",
                 busy / quiet, "< 3 x idle", kept and busy < 3 * quiet),
            Line("sign-ins by password, of hashes alone", f"{rate:.1f}/s", f"{hashes:.1f}/s", "", rate / hashes, "", None),
            Line("a sign-in by password, p50 / p99", f"{p50:.0f} / {p99:.0f} ms", f"{each:.0f} ms a hash", "", None, "", None),
        ]

    def permission_check(self):
        """Whether somebody with every permission for 1,000 units may: the check, and the binary search in it alone."""
        bench = self.bench
        runs = [bench.probe_says("permission-check") for _ in range(ROUNDS)]
        reaches, holds, search = (statistics.median(column) for column in zip(*runs))
        bench.note(f"permission check: reaches {spread([one[0] for one in runs], 0)} ns, holds {holds:.0f} ns, "
                   f"binary search alone {spread([one[2] for one in runs], 0)} ns")
        return [Line("permission check, 1,000 units", f"{reaches / 1000:.3f} us", f"{search / 1000:.3f} us", "", reaches / search,
                     "< 20 us", reaches < 20_000)]

    def rate_limits(self):
        """A cheap page with the limits on and off: one release build, one database, started anew for each run.

        Many short runs and the upper quartile of each side: what others take of the machine meanwhile only ever slows
        a run down, and one that nobody disturbed says what the limits cost."""
        bench = self.bench
        counted, free = [], []
        for number in range(2 if bench.quick else PAIRS):
            order = [(bench.site, counted), (bench.unlimited, free)]
            for server, runs in order if number % 2 == 0 else reversed(order):
                runs.append(self._with_limits_as_in(server))
        bench.only(bench.site)
        for name, runs in (("on", counted), ("off", free)):
            bench.note(f"rate limits: {name} {spread(sorted(rate for rate, _ in runs), 0)} /s")
        mine, other = (statistics.quantiles([rate for rate, _ in runs], n=4)[2] for runs in (counted, free))
        cost, bare = (statistics.median(micros for _, micros in runs) for runs in (counted, free))
        return [
            Line("rate limits, a page that asks for no row", f"{mine:,.0f}/s", f"{other:,.0f}/s off", "", mine / other, ">= 0.95 x off",
                 mine >= 0.95 * other),
            Line("rate limits, processor time of an answer", f"{cost:.1f} us", f"{bare:.1f} us off", "", cost / bare, "", None),
        ]

    def _with_limits_as_in(self, server):
        """Answers a second of the cheap page by this server alone, started anew, and what one takes of its processor
        time, in microseconds: that of others does not count there."""
        bench = self.bench
        bench.only(server)
        bench.cluster.psql("truncate rate_limits")
        fetch = lambda seconds: load.wrk(server.port, "pages.lua", seconds, bench.targets, 0, CHEAP)
        fetch(1)
        spent = server.cpu()
        run = fetch(SHORT)
        micros = (server.cpu() - spent) / run.answers * 1e6
        # It tells the database what it counted when it stops, at the latest.
        server.stop()
        keys = int(bench.cluster.value("select count(*) from rate_limits"))
        if (keys > 0) != (server is bench.site):
            raise SystemExit(f"{keys} keys were counted with the limits {'on' if server is bench.site else 'off'}")
        return run.rate, micros

    def _pages(self, seconds):
        """Pages at the fixed rate; anything but 200 ends the run."""
        return load.wrk(self.bench.site.port, "pages.lua", seconds, self.bench.targets, PAGES_A_SECOND, *PAGES, clients=READERS)

    def _storm(self, numbers, seconds):
        """Signs each of `numbers` in, evenly over `seconds`; milliseconds of each, and seconds until the last was in.
        One that is refused ends the run."""
        bench = self.bench
        sessions = lambda: int(bench.cluster.value(
            f"select count(*) from sessions where created_at >= '{start}' "
            f"and person_id between '{person_id(numbers[0])}' and '{person_id(numbers[-1])}'"))
        start = bench.cluster.value("select clock_timestamp()")
        began = time.monotonic()
        # One that waits for its turn waits on a thread; more than are on their way at once, unless there is a queue of
        # seconds.
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            dues = [began + place * seconds / len(numbers) for place in range(len(numbers))]
            answers = list(pool.map(self._sign_in, numbers, dues))
        length = time.monotonic() - began
        done = [taken for taken, outcome in answers if outcome == "in"]
        refused = collections.Counter(outcome for _, outcome in answers if outcome != "in")
        if refused:
            raise SystemExit(f"sign-ins: {len(done)} done, {sum(refused.values())} refused: "
                             + ", ".join(f"{times} times {outcome}" for outcome, times in refused.most_common(5)))
        if sessions() != len(done):
            raise SystemExit(f"{len(done)} sign-ins were acknowledged, {sessions()} sessions are in the table")
        return done, length

    def _sign_in(self, number, due):
        """A browser that was never here: connection, page, form. From the instant at which it is due to the answer."""
        time.sleep(max(0, due - time.monotonic()))
        browser = Browser(self.bench.site.port)
        try:
            if (page := browser.get("/sign-in")).status != 200:
                return 0, f"the page answered {page.status}"
            answer = browser.post("/sign-in", {"email": email(number), "password": PASSWORD, "next": ""})
        except (OSError, http.client.HTTPException) as error:
            return 0, f"{type(error).__name__}: {error}"
        finally:
            if browser.connection:
                browser.connection.close()
        taken = (time.monotonic() - due) * 1000
        # To the start page; a second factor or its enrolment would be elsewhere.
        return taken, "in" if answer.status == 303 and answer.location == "/" else f"{answer.status} {answer.location}".strip()


def at(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def spread(values, digits):
    return " ".join(f"{value:,.{digits}f}" for value in values)
