"""The organisation that everything is measured in: founded through the real set-up form, filled by SQL.

Owns who is in it and their sessions. The ids of people and units are made of numbers, so that pgbench can make them too.
"""

import concurrent.futures
import datetime
import re

from servers import Browser

PASSWORD = "four words make a passphrase"
MEMBERS = 32
MANAGER = 101
PEOPLE, EACH = 5_000, 200


def person_id(number):
    return f"00000000-0000-7000-8000-{number:012}"


def email(number):
    return f"n{number}@bench.example"


class World:
    def __init__(self, cluster, port, duties):
        self.cluster, self.port = cluster, port
        self.each = max(1, duties // PEOPLE)
        today = datetime.date.today()
        self.week = today - datetime.timedelta(days=today.weekday())
        self.organisation = self.root = self.kind = self.unit = None
        self.members, self.administrator, self.manager = [], None, None

    def found(self, link):
        """Founds the organisation by the link that the first start printed, and fills it."""
        browser = Browser(self.port)
        path = re.search(r"(/set-up/\S+)", link)[1]
        browser.get(path).expect(200)
        browser.post(path, {
            "organisation": "Northmoor Fire and Rescue Service", "service": "fire", "given_name": "Ada",
            "family_name": "Admin", "email": "admin@bench.example", "password": PASSWORD, "password_again": PASSWORD,
        }).expect(303)
        self.organisation = self.cluster.value("select organisation_id from organisations")
        self.root = self.cluster.value("select id from units where parent_id is null")
        self.cluster.psql(
            (self.cluster_sql("seed.sql")), organisation=self.organisation, week=self.week, people=PEOPLE, each=self.each)
        self.kind, self.unit = self.cluster.psql(
            "select category_id || '|' || unit_id from duties limit 1")[0].split("|")
        self.administrator = Browser(self.port).sign_in("admin@bench.example", PASSWORD)
        self.manager = self.join(MANAGER)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.members = list(pool.map(self.join, range(1, MEMBERS + 1)))

    def join(self, number):
        """Opens an account for a person and signs them in."""
        self.open_account(number)
        return Browser(self.port).sign_in(email(number), PASSWORD)

    def open_account(self, number):
        """Opens an account for a person and lets them choose a password: all by the real forms."""
        administrator = Browser(self.port)
        administrator.cookies = dict(self.administrator.cookies)
        person = f"/people/{person_id(number)}"
        administrator.get(person).expect(200)
        link = administrator.post(f"{person}/account", {}).expect(200).field("link")
        path = re.search(r"(/password/\S+)", link)[1]
        browser = Browser(self.port)
        browser.get(path).expect(200)
        browser.post(path, {"password": PASSWORD, "password_again": PASSWORD}).expect(303)

    def targets(self, path):
        """Writes what the load generator needs to know of each member: cookie, person, unit, kind of work, CSRF token."""
        lines = [f"{member.cookie_header()}\t{person_id(number)}\t{self.unit}\t{self.kind}\t{member.csrf_token()}\n"
                 for number, member in enumerate(self.members, 1)]
        path.write_text("".join(lines))

    @staticmethod
    def cluster_sql(name):
        import pathlib
        return (pathlib.Path(__file__).parent / "sql" / name).read_text()
