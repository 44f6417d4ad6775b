"""The lines of the benchmark that are times: start, memory, reports, export, import. Three rounds, ratios of medians."""

import csv
import datetime
import io
import json
import pathlib
import re
import statistics
import time

from report import Line

ROUNDS = 3
ROOT = pathlib.Path(__file__).parents[2]

# What the question of hours-summary comes to, as whoever knows the schema writes it.
HOURS = """
select u.name, c.name, g.week_start, sum(g.minutes), sum(g.breaks), sum(g.duties)
  from (select unit_id, category_id, week_start, sum(worked_minutes) as minutes, sum(break_minutes) as breaks,
               count(*) as duties
          from duties
         where organisation_id = '{organisation}' and deleted_at is null
           and started_at >= '{start}' and started_at < '{end}'
         group by unit_id, category_id, week_start) g
  left join units u on u.organisation_id = '{organisation}' and u.id = g.unit_id
  left join duty_kinds c on c.organisation_id = '{organisation}' and c.id = g.category_id
 group by u.name, c.name, g.week_start
"""
ROWS = """
copy (select d.started_at, d.ended_at, d.worked_minutes, d.break_minutes, u.name, c.name
        from duties d
        left join units u on u.organisation_id = d.organisation_id and u.id = d.unit_id
        left join duty_kinds c on c.organisation_id = d.organisation_id and c.id = d.category_id
       where d.organisation_id = '{organisation}' and d.deleted_at is null
         and d.started_at >= '{start}' and d.started_at < '{end}') to stdout
"""
EXPORT = """
copy (select p.family_name, p.given_name, p.employee_number, u.name, d.started_at at time zone 'Europe/London',
             d.ended_at at time zone 'Europe/London', d.break_minutes, d.worked_minutes, t.name, c.name, s.name, d.id,
             d.incident_number, d.job_role, d.call_sign, d.mileage_tenths / 10.0, d.source
        from duties d
        left join people p on p.organisation_id = d.organisation_id and p.id = d.person_id
        left join units u on u.organisation_id = d.organisation_id and u.id = d.unit_id
        left join duty_kinds t on t.organisation_id = d.organisation_id and t.id = d.type_id
        left join duty_kinds c on c.organisation_id = d.organisation_id and c.id = d.category_id
        left join duty_kinds s on s.organisation_id = d.organisation_id and s.id = d.subcategory_id
       where d.organisation_id = '{organisation}' and d.deleted_at is null
         and d.started_at >= '{start}' and d.started_at < '{end}'
       order by d.started_at, d.id) to stdout with (format csv)
"""
COLUMNS = """organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, break_minutes, type_id, category_id,
    subcategory_id, incident_number, job_role, call_sign, mileage_tenths, turnout_seconds, travel_seconds,
    attendance_seconds, source, import_id, source_key, created_at, created_by, changed_at"""


def seconds(values):
    return statistics.median(values)


class Totals:
    def __init__(self, bench):
        self.bench = bench

    def start(self):
        """From the start of the process to its first answer, on a database that is warm; and what it takes when idle."""
        bench = self.bench
        times, idle = [], []
        for _ in range(ROUNDS):
            bench.site.stop()
            times.append(bench.site.start())
            time.sleep(3)
            idle.append(bench.site.memory("VmRSS"))
        bench.note(f"start: {' '.join(f'{one:.3f}' for one in times)} s")
        first, rss = statistics.median(times), statistics.median(idle)
        return [Line("start to first answer", f"{first:.2f} s", "", "", None, "< 1 s", first < 1),
                Line("resident memory, idle", f"{rss:.0f} MiB", "", "", None, "< 80 MiB", rss < 80)]

    def reports(self):
        """Two plugins over a million duties: one question that Postgres adds up, and all rows through the sandbox."""
        bench = self.bench
        duties = bench.cluster.value("select count(*) from duties where started_at >= " + f"'{self._first()}'")
        lines = []
        for plugin, sql, most, what in [
            ("hours-summary", HOURS, 1.5, f"hours-summary, {int(duties):,} duties"),
            ("row-dump", ROWS, 3.0, f"row-dump, {int(duties):,} rows x 6 columns"),
        ]:
            address = self._install(plugin)
            statement = sql.format(organisation=bench.world.organisation, start=self._first(), end=bench.world.week)
            ours, raw, shielded = [], [], []
            self._report(address)  # compiles the plugin, warms the cache
            bench.cluster.timed(statement)
            for _ in range(ROUNDS):
                ours.append(self._report(address))
                raw.append(bench.cluster.timed(statement))
                shielded.append(bench.cluster.timed(statement, "watchroom_app", self._enter()))
            mine, limit = seconds(ours), seconds(raw)
            bench.note(f"{what}: ours {spread(ours)}, SQL as superuser {spread(raw)}, under row-level security {spread(shielded)}")
            lines.append(Line(what, f"{mine:.2f} s", "", f"{limit:.2f} s", mine / limit, f"<= {most} x SQL", mine <= most * limit))
        return lines

    def export(self):
        """200,000 duties as CSV, and how much memory that takes."""
        bench = self.bench
        week = bench.world.week
        start, last = week - datetime.timedelta(weeks=13), week - datetime.timedelta(days=1)
        path = f"/team/export.csv?unit={bench.world.root}&weeks=13&ending={last}"
        statement = EXPORT.format(organisation=bench.world.organisation, start=f"{start} Europe/London", end=f"{week} Europe/London")
        # What the first export leaves behind counts, so the server is fresh.
        bench.site.stop()
        bench.site.start()
        bench.world.manager.get("/team").expect(200)
        idle = bench.site.memory("VmRSS")
        bench.world.manager.download(path)
        bench.cluster.timed(statement)
        ours, raw, grown, first = [], [], [], []
        for _ in range(ROUNDS):
            begun = time.monotonic()
            size, lines, first_byte = bench.world.manager.download(path)
            ours.append(time.monotonic() - begun)
            grown.append(bench.site.memory("VmHWM") - idle)
            first.append(first_byte)
            raw.append(bench.cluster.timed(statement))
        rows = int(bench.cluster.value(f"select count(*) from duties where started_at >= '{start} Europe/London' and started_at < '{week} Europe/London'"))
        if lines != rows + 1:
            raise SystemExit(f"the export has {lines} lines, the table {rows} rows")
        mine, limit, memory = seconds(ours), seconds(raw), max(grown)
        bench.note(f"export: {size / 2**20:.1f} MiB, first byte after {seconds(first) * 1000:.0f} ms; ours {spread(ours)}, COPY {spread(raw)}")
        return [Line(f"CSV export, {rows:,} duties", f"{mine:.2f} s", "", f"{limit:.2f} s", mine / limit, "<= 4 x COPY", mine <= 4 * limit),
                Line("CSV export, memory over idle", f"{memory:.0f} MiB", "", "", None, "<= 32 MiB", memory <= 32)]

    def imports(self):
        """Duties from a file, and the same rows by COPY FROM into the same table with all its keys and indexes."""
        bench = self.bench
        checks, commits, wholes, raw = [], [], [], []
        for number in range(ROUNDS):
            check, commit, whole = self._import(bench.import_rows, 2010 + number)
            checks.append(check), commits.append(commit), wholes.append(whole)
            raw.append(self._copy_from(number))
        commit, limit, whole = seconds(commits), seconds(raw), seconds(wholes)
        rows = bench.import_rows
        bench.note(f"import of {rows:,}: check {spread(checks)}, commit {spread(commits)}, upload to committed {spread(wholes)}, COPY FROM {spread(raw)}")
        rate = lambda taken: f"{rows / taken:,.0f}/s"
        return [Line(f"import, {rows:,} rows, commit", rate(commit), "", rate(limit), limit / commit, ">= 0.3 x COPY FROM", limit / commit >= 0.3),
                Line("import, upload and check included", rate(whole), "", rate(limit), limit / whole, "", None)]

    def _first(self):
        return self.bench.world.week - datetime.timedelta(days=460)

    def _enter(self):
        world = self.bench.world
        return f"begin; select app_enter('{world.organisation}', '00000000-0000-7000-8000-000000000101', '') \\g /dev/null"

    def _install(self, name):
        """Uploads, grants all that is asked for, enables: by the console's own forms."""
        administrator = self.bench.world.administrator
        file = (ROOT / "plugins" / "dist" / f"{name}.wasm").read_bytes()
        administrator.get("/plugins/upload").expect(200)
        review = administrator.upload("/plugins/upload", {}, "plugin", file).expect(303).location
        page = administrator.get(review).expect(200).body.decode()
        asked = re.findall(r'name="grant"[^>]*value="([^"]+)"', page)
        administrator.post(review, {"grant": asked}).expect(303)
        address = review.removesuffix("/review")
        administrator.get(f"{address}/enable").expect(200)
        administrator.post(f"{address}/enable", {}).expect(303)
        return address.replace("/plugins/", "/reports/new/")

    def _report(self, form):
        """Seconds from asking for a report to having its page."""
        manager = self.bench.world.manager
        manager.get(form).expect(200)
        last = self.bench.world.week - datetime.timedelta(days=1)
        begun = time.monotonic()
        report = manager.post(form, {"from": self._first(), "to": last, "unit": ""}).expect(303).location
        while not json.loads(manager.get(f"{report}/progress").expect(200).body)["done"]:
            # Asking more often takes the processor that the sum runs on.
            time.sleep(0.02)
        page = manager.get(report).expect(200)
        taken = time.monotonic() - begun
        state = self.bench.cluster.value(f"select state || ' ' || coalesce(outcome, '') from plugin_runs where id = '{report.rsplit('/', 1)[1]}'")
        if not state.startswith("done"):
            raise SystemExit(f"the report was not made: {state}\n{page.body.decode()[:300]}")
        return taken

    def _import(self, rows, year):
        administrator = self.bench.world.administrator
        content = self._file(rows, year)
        administrator.get("/imports/new").expect(200)
        begun = time.monotonic()
        address = administrator.upload("/imports/new", {"what": "duties"}, "file", content).expect(303).location
        administrator.get(f"{address}/columns").expect(200)
        columns = ["employee_number", "date", "start", "end", "type", "category", "unit", "break_minutes", "incident_number", "call_sign"]
        uploaded = time.monotonic()
        administrator.post(f"{address}/columns", {name: at for at, name in enumerate(columns)}).expect(303)
        self._settled(address)
        checked = time.monotonic()
        administrator.get(address).expect(200)
        ready = time.monotonic()
        administrator.post(f"{address}/commit", {}).expect(303)
        self._settled(address)
        committed = time.monotonic()
        state = self.bench.cluster.value(f"select state || ' ' || records_made || ' ' || coalesce(failure, '') from imports where id = '{address.rsplit('/', 1)[1]}'")
        if state.strip() != f"committed {rows}":
            raise SystemExit(f"the import ended otherwise: {state}")
        return checked - uploaded, committed - ready, committed - begun

    def _settled(self, address):
        administrator = self.bench.world.administrator
        while not json.loads(administrator.get(f"{address}/progress").expect(200).body)["done"]:
            time.sleep(0.02)

    def _file(self, rows, year):
        """Duties of everybody in turn, one a day at most."""
        kind, category = self.bench.cluster.psql(
            "select t.name || '|' || c.name from duty_kinds c join duty_kinds t on t.organisation_id = c.organisation_id "
            f"and t.id = c.parent_id where c.id = '{self.bench.world.kind}'")[0].split("|")
        text = io.StringIO()
        out = csv.writer(text)
        out.writerow(["Staff No", "Date", "From", "To", "Activity", "Category", "Station", "Break", "Incident", "Call sign"])
        people = 5_000
        first = datetime.date(year, 1, 1)
        for row in range(rows):
            person, day = row % people + 1, first + datetime.timedelta(days=row // people)
            out.writerow([f"N{person:05}", day.strftime("%d/%m/%Y"), "08:00", "18:00", kind, category, f"S{(person - 1) % 90 + 1:02}", 45, f"INC{row:08}", "S01P1"])
        return text.getvalue().encode()

    def _copy_from(self, number):
        """The rows of the import before, thirty years earlier and under other ids, by COPY FROM."""
        cluster = self.bench.cluster
        file = cluster.home / f"copy-{number}.txt"
        select = (
            "select organisation_id, overlay(id::text placing '0170' from 1 for 4)::uuid, person_id, unit_id, "
            "started_at - interval '10957 days', ended_at - interval '10957 days', started_on - 10957, break_minutes, type_id, "
            "category_id, subcategory_id, incident_number, job_role, call_sign, mileage_tenths, turnout_seconds, "
            "travel_seconds, attendance_seconds, source, import_id, 'copy ' || source_key, created_at, created_by, changed_at "
            "from duties where import_id = (select id from imports order by created_at desc limit 1) order by id")
        cluster.psql(f"copy ({select}) to '{file}'")
        taken = cluster.timed(f"\\copy duties ({COLUMNS}) from '{file}'")
        file.unlink()
        return taken


def spread(values):
    return " ".join(f"{value:.2f}" for value in values) + " s"
