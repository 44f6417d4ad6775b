//! Walker, the records that they try things on, and a step of a walk: each act through the page and by raw SQL.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use uuid::Uuid;
use watchroom::authz::Scope;
use watchroom::identity::setup::Founded;
use watchroom::organisation::Service;

use super::acts::{
    Act,
    Page::{Get, Post},
};
use super::{RELATIONS, acts, exposures, joining, signals, wellbeing};
use crate::support::{Client, Somebody, TestApp};

/// What an act is tried on.
struct Record {
    person: Uuid,
    duty: Uuid,
    hours: Hours,
    grant: Uuid,
    /// An entry of theirs that they shared, its evidence, and a certificate.
    cpd: [Uuid; 3],
    /// Somebody of the same unit without an account; for one's own record there is none, so it is oneself.
    fresh: Uuid,
}

/// What somebody submitted: the week of the duty waits for a decision; the week before is approved, with a duty that
/// is to be corrected and for which something is claimed.
struct Hours {
    sheet: Uuid,
    approved: Uuid,
    locked: Uuid,
    correction: Uuid,
    claim: Uuid,
    /// A claim that was approved.
    granted: Uuid,
}

impl Hours {
    fn of(app: &TestApp, founded: &Founded, somebody: &Somebody, kind: &str) -> Self {
        let [sheet, approved, locked, correction, claim, granted] = std::array::from_fn(|_| Uuid::now_v7());
        let (org, id, unit, admin) = (founded.organisation, somebody.id, somebody.unit, founded.administrator);
        let submitted = |sheet: Uuid, first: &str, last: &str| {
            format!(
                "insert into timesheets (organisation_id, id, person_id, unit_id, period_from, period_to, state, moved_at, moved_by, submitted_at) \
                     values ('{org}', '{sheet}', '{id}', '{unit}', '{first}', '{last}', 'submitted', now(), '{id}', now());"
            )
        };
        app.database.superuser(&format!(
            "select set_config('app.organisation', '{org}', false); \
             insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, created_at, created_by, changed_at) \
                 values ('{org}', '{locked}', '{id}', '{unit}', '2026-11-12T09:00Z', '2026-11-12T10:00Z', '2026-11-12', '{kind}', 'manual', now(), '{id}', now()); \
             {waits} {decided} \
             update timesheets set state = 'approved', moved_by = '{admin}' where id = '{approved}'; \
             insert into duty_corrections (organisation_id, id, person_id, unit_id, timesheet_id, duty_id, act, becomes, reason, state, proposed_at) \
                 values ('{org}', '{correction}', '{id}', '{unit}', '{approved}', '{locked}', 'change', '{{\"break_minutes\": 15}}', 'x', 'proposed', now()); \
             insert into claims (organisation_id, id, person_id, unit_id, duty_id, day, kind, amount, state, made_at) \
                 values ('{org}', '{claim}', '{id}', '{unit}', '{locked}', '2026-11-12', 'mileage', 10, 'waiting', now()), \
                        ('{org}', '{granted}', '{id}', '{unit}', '{locked}', '2026-11-12', 'overtime', 60, 'waiting', now()); \
             update claims set state = 'approved', decided_at = now(), decided_by = '{admin}', decided_amount = 60 where id = '{granted}'",
            waits = submitted(sheet, "2026-11-16", "2026-11-22"),
            decided = submitted(approved, "2026-11-09", "2026-11-15"),
        ));
        Self { sheet, approved, locked, correction, claim, granted }
    }
}

pub(super) struct Walk {
    app: TestApp,
    founded: Founded,
    walker: Somebody,
    role: Uuid,
    words: BTreeMap<&'static str, String>,
    records: Vec<Record>,
}

impl Walk {
    pub(super) fn new() -> Self {
        let app = TestApp::empty();
        let founded = app.found("northmoor", Service::Fire);
        let station = app.unit(&founded, founded.unit, "station", "Hillside");
        let watch = app.unit(&founded, station, "watch", "Red watch");
        let elsewhere = app.unit(&founded, founded.unit, "station", "Harbour");
        let walker = app.person_called(&founded, "walker", "member", station);
        let people = [
            walker.clone(),
            app.person_called(&founded, "near", "member", station),
            app.person_called(&founded, "below", "member", watch),
            app.person_called(&founded, "far", "member", elsewhere),
        ];
        let (org, role, spare) = (founded.organisation, Uuid::now_v7(), Uuid::now_v7());
        let (request, message, token) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let (asked, asked_entry, competence) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let contract = Uuid::now_v7();
        let pattern = Uuid::now_v7();
        let kind =
            app.database.superuser_texts("select id from duty_kinds where level = 1 order by id limit 1")[0].clone();
        app.database.superuser(&format!(
            "delete from role_grants where person_id = '{me}'; \
             insert into roles (organisation_id, id, code, name, summary, built_in) values \
                 ('{org}', '{role}', 'walker', 'Walker', 'x', false), ('{org}', '{spare}', 'spare', 'Spare', 'x', false); \
             insert into role_permissions values ('{org}', '{spare}', 'duty.log', 'own'); \
             insert into network_rules (organisation_id, id, place, verdict, network, note, created_at, off_since) values \
                 ('{org}', gen_random_uuid(), 'everyone', 'deny', '192.0.2.0/24', '', now(), now()); \
             insert into timesheet_rules values ('{org}', '2026-11-02', 'week', 7, 3, '{admin}', now()); \
             insert into rate_limit_refusals values (date_trunc('hour', now()), 'door', 1); \
             insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at) \
                 values ('{org}', '{grant}', '{me}', '{role}', '{station}', now()); \
             insert into audit_entries (organisation_id, at, actor_kind, actor_label, action, object_kind, commitment) \
                 values ('{org}', now(), 'system', 'x', 'x.y', 'x', sha256('x')); \
             insert into api_tokens (organisation_id, id, person_id, kind, name, secret_hash, hint, created_at, expires_at) \
                 values ('{org}', '{token}', '{far}', 'personal', 'x', sha256('x'), 'aaaa', '{now}', '{now}'::timestamptz + interval '9 days'); \
             insert into mail_outbox (organisation_id, id, kind, person_id, recipient, state, next_try_at, created_at, finished_at) \
                 values ('{org}', '{message}', 'notice', '{far}', 'far@x.example', 'dead', now(), now(), now()); \
             insert into duty_patterns (organisation_id, id, name, cycle_days, created_at) \
                 values ('{org}', '{pattern}', 'Pattern', 8, now()); \
             insert into competence_kinds (organisation_id, id, name, effect, created_at) \
                 values ('{org}', '{competence}', 'Climbing', 'off-the-run', now()); \
             insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, weekly_rest, \
                     breaks_count, special_hazards, notice_days, action, created_at) \
                 values ('{org}', '{contract}', 'Wholetime', 26, true, 'all', 'weekly', false, false, 7, 'off', now()); \
             insert into cpd_entries (organisation_id, id, person_id, unit_id, kind, title, started_on, created_at, changed_at) \
                 values ('{org}', '{asked_entry}', '{far}', '{station}', 'other', 'Asked', '2026-11-01', now(), now()); \
             insert into cpd_requests (organisation_id, id, entry_id, person_id, verifier_id, title, state, asked_at) \
                 values ('{org}', '{asked}', '{asked_entry}', '{far}', '{me}', 'Asked', 'asked', now()); \
             insert into grant_requests (organisation_id, id, person_id, role_id, reason, requested_by, requested_at, expires_at, state) \
                 values ('{org}', '{request}', '{far}', '{spare}', 'x', '{admin}', '{now}', '{now}'::timestamptz + interval '7 days', 'waiting')",
            me = walker.id,
            grant = Uuid::now_v7(),
            far = people[3].id,
            admin = founded.administrator,
            now = "2026-11-22T09:00:00Z",
        ));
        wellbeing::seal(&app, org, walker.id.0, people[3].id.0);
        signals::raise(&app, org, walker.id.0, people[1].id.0);
        let mut records = Vec::new();
        for person in &people {
            exposures::record(&app, org, person);
            let (duty, grant, fresh) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
            let cpd = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
            let [entry, file, certificate] = cpd;
            let (id, unit) = (person.id, person.unit);
            let own = id == walker.id;
            app.database.superuser(&joining::prepare(&org.to_string(), &id.to_string(), &unit.to_string()));
            app.database.superuser(&format!(
                "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, revision, created_at, created_by, changed_at) \
                     values ('{org}', '{duty}', '{id}', '{unit}', '2026-11-20T09:00Z', '2026-11-20T10:00Z', '2026-11-20', '{kind}', 'manual', 2, now(), '{id}', now()); \
                 insert into duty_shared_notes values ('{org}', '{duty}', '{id}', '{unit}', 'Shared words'); \
                 insert into duty_private_notes values ('{org}', '{duty}', '{id}', 'Private words'); \
                 insert into duty_revisions values ('{org}', '{duty}', 2, '{id}', '{unit}', 'changed', 'Reason given', '{{}}', '{id}', now()); \
                 insert into hr_contracts (organisation_id, person_id, contract_type, changed_at) values ('{org}', '{id}', 'Contract words', now()); \
                 insert into hr_payroll (organisation_id, person_id, payroll_number, changed_at) values ('{org}', '{id}', 'Payroll words', now()); \
                 insert into hr_kin (organisation_id, person_id, next_of_kin, changed_at) values ('{org}', '{id}', 'Kin words', now()); \
                 insert into hr_fitness (organisation_id, person_id, fitness_note, changed_at) values ('{org}', '{id}', 'Fitness words', now()); \
                 insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
                     values ('{org}', '{id}', '{id}', '{unit}', 'sick', '2026-11-20', '2026-11-27', '{id}', now()); \
                 insert into cpd_entries (organisation_id, id, person_id, unit_id, kind, title, started_on, shared, created_at, changed_at) \
                     values ('{org}', '{entry}', '{id}', '{unit}', 'other', 'Learned', '2026-11-01', true, now(), now()); \
                 insert into cpd_evidence (organisation_id, id, entry_id, person_id, file_name, media_type, bytes, sha256, created_at) \
                     values ('{org}', '{file}', '{entry}', '{id}', 'a.txt', 'text/plain', 4, sha256('seen'), now()); \
                 insert into cpd_evidence_content values ('{org}', '{file}', '{id}', 'seen'); \
                 insert into certificates (organisation_id, id, person_id, unit_id, kind_id, awarded_on, reference, recorded_by, recorded_at, changed_at) \
                     values ('{org}', '{certificate}', '{id}', '{unit}', '{competence}', '2026-11-01', 'Certificate words', '{id}', now(), now()); \
                 insert into working_time_figures (organisation_id, person_id, day, unit_id, first_on, last_on, a_seconds, b_seconds, c_days, \
                         average_hundredths, headroom_seconds, standing, owed_rest_seconds, rule_version) \
                     values ('{org}', '{id}', '2026-11-21', '{unit}', '2026-05-24', '2026-11-21', 1, 0, 182, 4941, -5076, 'over', 0, 'x'); \
                 insert into sessions (organisation_id, token_hash, person_id, created_at, seen_at, expires_at) \
                     values ('{org}', sha256('{id}'), '{id}', '2026-11-22T09:00Z', '2026-11-22T09:00Z', '2026-11-23T09:00Z')"
            ));
            let hours = Hours::of(&app, &founded, person, &kind);
            if own {
                records.push(Record { person: id.0, duty, hours, grant: Uuid::nil(), cpd, fresh: id.0 });
                continue;
            }
            app.database.superuser(&format!(
                "insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at) \
                     select organisation_id, '{grant}', '{id}', id, '{unit}', now() from roles where code = 'auditor'; \
                 insert into people (organisation_id, id, unit_id, given_name, family_name, email, created_at) \
                     values ('{org}', '{fresh}', '{unit}', 'Fresh', 'Tester', 'e{fresh}@x.example', now())"
            ));
            records.push(Record { person: id.0, duty, hours, grant, cpd, fresh });
        }
        // So that "who reads next of kin" has somebody to name.
        app.person(&founded, "hr", elsewhere);
        let approver = app.person(&founded, "manager", elsewhere);
        let words = BTreeMap::from([
            ("{org}", org.to_string()),
            ("{me}", walker.id.to_string()),
            ("{unit}", station.to_string()),
            ("{spare}", spare.to_string()),
            ("{request}", request.to_string()),
            ("{message}", message.to_string()),
            ("{token}", token.to_string()),
            ("{approver}", approver.id.to_string()),
            ("{kind}", kind),
            ("{asked}", asked.to_string()),
            ("{asked entry}", asked_entry.to_string()),
            ("{competence}", competence.to_string()),
            ("{contract}", contract.to_string()),
            ("{pattern}", pattern.to_string()),
        ]);
        Self { app, founded, walker, role, words, records }
    }

    /// Walker has exactly these from now on.
    pub(super) fn hold(&self, held: &[(&str, Scope)]) {
        let (org, role) = (self.founded.organisation, self.role);
        let rows: Vec<String> =
            held.iter().map(|(code, scope)| format!("('{org}', '{role}', '{code}', '{}')", scope.as_str())).collect();
        let insert = if rows.is_empty() {
            String::new()
        } else {
            format!("insert into role_permissions values {};", rows.join(", "))
        };
        self.app.database.superuser(&format!(
            "delete from role_permissions where role_id = '{role}'; {insert} \
             update people set access_version = access_version + 1 where id = '{}'",
            self.walker.id
        ));
        self.app.parts.site.sessions.forget_person(self.walker.id);
    }

    fn filled(&self, text: &str, record: &Record) -> String {
        let mut text = text.to_owned();
        for (word, value) in &self.words {
            text = text.replace(word, value);
        }
        let [entry, file, certificate] = record.cpd.map(|id| id.to_string());
        text.replace("{duty}", &record.duty.to_string())
            .replace("{sheet}", &record.hours.sheet.to_string())
            .replace("{approved}", &record.hours.approved.to_string())
            .replace("{locked}", &record.hours.locked.to_string())
            .replace("{correction}", &record.hours.correction.to_string())
            .replace("{granted}", &record.hours.granted.to_string())
            .replace("{claim}", &record.hours.claim.to_string())
            .replace("{cpd}", &entry)
            .replace("{file}", &file)
            .replace("{certificate}", &certificate)
            .replace("{person}", &record.person.to_string())
            .replace("{grant}", &record.grant.to_string())
            .replace("{fresh}", &record.fresh.to_string())
    }

    async fn by_page(
        &self,
        browser: &mut Client<'_>,
        seen: &mut BTreeMap<String, String>,
        act: &Act,
        record: &Record,
    ) -> bool {
        match act.page {
            Get(path) => {
                let path = self.filled(path, record);
                if !seen.contains_key(&path) {
                    let mut answer = browser.get(&path).await;
                    // One's own timesheet has its page by its first day.
                    if let Some(own) = answer.location.take().filter(|to| to.starts_with("/timesheets/period/")) {
                        answer = browser.get(&own).await;
                    }
                    assert!([200, 403, 404].contains(&answer.status), "{path}: {} {}", answer.status, answer.text());
                    seen.insert(path.clone(), if answer.status == 200 { answer.body } else { String::new() });
                }
                let body = &seen[&path];
                !body.is_empty() && body.contains(act.says)
            }
            Post(path, form) => {
                let form: Vec<(&str, String)> =
                    form.iter().map(|(name, value)| (*name, self.filled(value, record))).collect();
                let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let answer = browser.post(&self.filled(path, record), &form).await;
                assert!(
                    [200, 303, 403, 404, 409].contains(&answer.status),
                    "{}: {} {}",
                    act.name,
                    answer.status,
                    answer.text()
                );
                // What the form did is taken back, so that the next step finds what this one found.
                self.app.database.superuser(&format!(
                    "delete from role_grants where role_id = '{spare}'; delete from password_links; \
                     update grant_requests set state = 'waiting', decided_by = null, decided_at = null where id = '{request}'; \
                     delete from grant_requests where id <> '{request}'; \
                     update mail_outbox set state = 'dead', finished_at = now() where id = '{message}'",
                    spare = self.words["{spare}"],
                    request = self.words["{request}"],
                    message = self.words["{message}"],
                ));
                matches!(answer.status, 200 | 303)
                    && !["/sign-in", act.says].contains(&answer.location.as_deref().unwrap_or("none"))
            }
        }
    }

    /// Whether it changed or found a row, and what Postgres said if not.
    fn by_sql(&self, connection: &mut PgConnection, act: &Act, record: &Record) -> (bool, String) {
        connection.batch_execute("savepoint act").expect("a savepoint");
        let done = sql_query(self.filled(act.sql, record)).execute(connection);
        connection.batch_execute("rollback to act").expect("back");
        match done {
            Ok(rows) => (rows > 0, String::new()),
            Err(error) => (false, format!(" ({error})")),
        }
    }

    /// A transaction of the application's role for Walker.
    fn enter(&self) -> PgConnection {
        let mut connection = PgConnection::establish(&self.app.database.app_url()).expect("the database");
        connection
            .batch_execute(&format!(
                "begin; select app_enter('{}', '{}', '')",
                self.founded.organisation, self.walker.id
            ))
            .expect("entered");
        connection
    }

    /// What raw SQL alone says yes to, on one's own record and on one elsewhere: no page is asked.
    pub(super) fn by_table_alone(&self) -> BTreeSet<(&'static str, usize)> {
        let mut connection = self.enter();
        let mut yes = BTreeSet::new();
        for act in acts().filter(|act| !act.sql.is_empty()) {
            for relation in [0, 3] {
                if (act.on_records || relation == 3) && self.by_sql(&mut connection, act, &self.records[relation]).0 {
                    yes.insert((act.name, relation));
                }
            }
        }
        yes
    }

    /// Tries every act on the records of these relations and notes who said yes: page and table have to agree.
    pub(super) async fn try_all(&self, step: &str, relations: &[usize], faults: &mut Vec<String>) -> BTreeSet<String> {
        let mut browser = self.app.browser(&self.walker).await;
        browser.get("/account").await;
        let mut seen = BTreeMap::new();
        let mut connection = self.enter();
        let mut yes = BTreeSet::new();
        for act in acts() {
            let once = [3_usize];
            for relation in if act.on_records { relations } else { &once[..] } {
                let record = &self.records[*relation];
                let page = self.by_page(&mut browser, &mut seen, act, record).await;
                let of = if act.on_records { format!(" ({})", RELATIONS[*relation]) } else { String::new() };
                if page {
                    yes.insert(format!("{}{of}", act.name));
                }
                if act.sql.is_empty() {
                    continue;
                }
                let (sql, why) = self.by_sql(&mut connection, act, record);
                if page != sql {
                    faults.push(format!("{step}: {}{of}: page {page}, table {sql}{why}", act.name));
                }
            }
        }
        connection.batch_execute("rollback").expect("rolled back");
        yes
    }
}
