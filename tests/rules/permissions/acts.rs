//! What people try on records: each act by its page and by its table.

/// Something that somebody tries. `{words}` stand for ids of the record at hand.
pub(super) struct Act {
    pub(super) name: &'static str,
    /// A page that answers 200 to who may, or a form that answers 303.
    pub(super) page: Page,
    /// What the page must say for a yes; empty: its status is enough. Of a form: where it leads when it was no yes.
    pub(super) says: &'static str,
    /// A question that has a row, or a statement that changes one, for who may; empty: there is no table.
    pub(super) sql: &'static str,
    /// Whether it is tried on a record of each relation, or once for the organisation.
    pub(super) on_records: bool,
}

pub(super) enum Page {
    Get(&'static str),
    Post(&'static str, &'static [(&'static str, &'static str)]),
}

use Page::{Get, Post};

pub(super) const fn on_record(name: &'static str, page: Page, says: &'static str, sql: &'static str) -> Act {
    Act { name, page, says, sql, on_records: true }
}

pub(super) const fn once(name: &'static str, page: Page, says: &'static str, sql: &'static str) -> Act {
    Act { name, page, says, sql, on_records: false }
}

/// Everything that the walk tries.
pub(super) const ACTS: &[Act] = &[
    on_record("see somebody", Get("/people/{person}"), "", "select 1 from people where id = '{person}'"),
    on_record(
        "edit somebody",
        Get("/people/{person}/edit"),
        "",
        "update people set phone = '01632 960000' where id = '{person}'",
    ),
    on_record(
        "read a contract",
        Get("/people/{person}/hr"),
        "Contract words",
        "select 1 from hr_contracts where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "read a payroll number",
        Get("/people/{person}/hr"),
        "Payroll words",
        "select 1 from hr_payroll where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "read next of kin",
        Get("/people/{person}/hr"),
        "Kin words",
        "select 1 from hr_kin where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "read fitness",
        Get("/people/{person}/hr"),
        "Fitness words",
        "select 1 from hr_fitness where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "change a contract",
        Get("/people/{person}/hr/edit"),
        "Hours a week",
        "update hr_contracts set contract_type = 'x' where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "change a payroll number",
        Get("/people/{person}/hr/edit"),
        "Payroll number",
        "update hr_payroll set payroll_number = 'x' where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "change next of kin",
        Get("/people/{person}/hr/edit"),
        "Next of kin",
        "update hr_kin set next_of_kin = 'x' where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "change fitness",
        Get("/people/{person}/hr/edit"),
        "Fitness for duty",
        "update hr_fitness set fitness_note = 'x' where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "see somebody's roles",
        Get("/people/{person}/roles"),
        "",
        "select 1 from role_grants where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "take a role away",
        Get("/people/{person}/roles/{grant}/revoke"),
        "",
        "delete from role_grants where id = '{grant}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "give a role",
        // For oneself, it becomes a request: that is no role.
        Post("/people/{person}/roles", &[("role", "{spare}"), ("unit", ""), ("reason", "Walking")]),
        "/roles/requests",
        "insert into role_grants (organisation_id, id, person_id, role_id, granted_by, granted_at) \
         select '{org}', gen_random_uuid(), '{person}', '{spare}', '{me}', now() from people where id = '{person}'",
    ),
    on_record(
        "see how somebody signs in",
        Get("/people/{person}"),
        "Signs in with",
        "select 1 from accounts where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "open an account",
        Get("/people/{fresh}"),
        "Open an account",
        "with made as (insert into accounts (organisation_id, person_id, email, created_at) \
             values ('{org}', '{fresh}', 'fresh-{fresh}', now()) returning 1) \
         insert into password_links (organisation_id, token_hash, person_id, created_by, created_at, expires_at) \
         select '{org}', sha256('{fresh}'), '{fresh}', '{me}', now(), now() from people where id = '{fresh}'",
    ),
    on_record("invite somebody", Get("/people/{fresh}"), "Invite them", ""),
    on_record(
        "hand over a password link",
        Post("/people/{person}/password-link", &[]),
        "",
        "insert into password_links (organisation_id, token_hash, person_id, created_by, created_at, expires_at) \
         select '{org}', sha256('{person}'), '{person}', '{me}', now(), now() from people where id = '{person}'",
    ),
    on_record("see where somebody is signed in", Get("/people/{person}/sessions"), "", ""),
    on_record("sign somebody out", Get("/people/{person}/sessions"), "Sign them out everywhere", ""),
    on_record(
        "ask for somebody's factors to be reset",
        Get("/people/{person}/factors"),
        "",
        "insert into factor_resets (organisation_id, id, person_id, asked_by, asked_at, expires_at) \
         select '{org}', gen_random_uuid(), '{person}', '{me}', now(), now() from people where id = '{person}'",
    ),
    once(
        "connect a provider",
        Get("/signing-in"),
        "",
        "insert into sso_providers (organisation_id, id, label, issuer, client_id, scopes, group_claim, joining, second_factor, trusted_contexts, enabled, listed, created_at, changed_at) \
         values ('{org}', gen_random_uuid(), 'Walk', 'https://id.example', 'x', '', '', 'invited', 'ours', '', false, false, now(), now())",
    ),
    once("connect a directory", Get("/signing-in/directory"), "", ""),
    once(
        "say how people sign in",
        Get("/sign-in-rules"),
        "",
        "insert into sign_in_rules values ('{org}', 10, true, false, now())",
    ),
    on_record(
        "record a leaving",
        Get("/people/{person}/leave"),
        "",
        "update people set left_at = now() where id = '{person}'",
    ),
    on_record(
        "ask who opens a record",
        Get("/people/{person}/access"),
        "hr.kin.read",
        "select 1 from people where id = '{person}' and app_may_ask('hr_kin', id, unit_id)",
    ),
    once(
        "log a duty",
        Get("/duties/new"),
        "",
        "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, created_at, created_by, changed_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{unit}', now(), now() + interval '1 hour', current_date, '{kind}', 'manual', now(), '{me}', now())",
    ),
    once(
        "submit hours",
        Get("/timesheets/period/2026-11-02"),
        "",
        "insert into timesheets (organisation_id, id, person_id, unit_id, period_from, period_to, state, moved_at, moved_by, submitted_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{unit}', '2026-11-02', '2026-11-08', 'submitted', now(), '{me}', now())",
    ),
    once(
        "say how hours are submitted",
        Get("/organisation/timesheets"),
        "",
        "insert into timesheet_rules values ('{org}', '2027-01-04', 'week', 7, 3, '{me}', now())",
    ),
    once(
        "name somebody to decide",
        Get("/approvals/delegations/new"),
        "",
        "insert into approval_delegations (organisation_id, id, person_id, delegate_id, from_day, to_day, created_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{approver}', current_date, current_date, now())",
    ),
    once("list claims", Get("/claims"), "", ""),
    once(
        "take claims to payroll",
        Get("/payroll"),
        "",
        "insert into payroll_runs (organisation_id, id, created_by, created_by_name, created_at) \
         values ('{org}', gen_random_uuid(), '{me}', 'x', now())",
    ),
    once("download one's duties", Get("/duties/export.csv"), "", ""),
    once("run reports", Get("/reports"), "", ""),
    once("look as a role", Get("/roles/{spare}"), "See as this role", ""),
    once("download the trail", Post("/audit/export", &[]), "", ""),
    once(
        "add people",
        Get("/people/new"),
        "",
        "insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) values ('{org}', gen_random_uuid(), '{unit}', 'A', 'B', now())",
    ),
    once("configure", Get("/organisation"), "", "update organisations set brand_colour = '#123456'"),
    once(
        "edit units",
        Get("/units"),
        "",
        "insert into units (organisation_id, id, parent_id, kind, name, created_at) values ('{org}', gen_random_uuid(), '{unit}', 'watch', 'New', now())",
    ),
    once(
        "edit kinds",
        Get("/kinds"),
        "",
        "insert into duty_kinds (organisation_id, id, level, code, name) values ('{org}', gen_random_uuid(), 1, 'walk', 'Walk')",
    ),
    once(
        "assign crews",
        Get("/crews"),
        "",
        "insert into crew_assignments (organisation_id, id, call_sign, person_id, from_date, created_at) values ('{org}', gen_random_uuid(), 'X', '{person}', current_date, now())",
    ),
    once(
        "import duties",
        Get("/imports/new"),
        "value=\"lfb\"",
        "insert into imports (organisation_id, id, kind, preset, state, file_name, file_sha256, file_bytes, created_by, created_at) \
         values ('{org}', gen_random_uuid(), 'duties', 'x', 'uploaded', 'x', 'x', 1, '{me}', now())",
    ),
    once(
        "import people",
        Get("/imports/new"),
        "value=\"people\"",
        "insert into imports (organisation_id, id, kind, preset, state, file_name, file_sha256, file_bytes, created_by, created_at) \
         values ('{org}', gen_random_uuid(), 'people', 'x', 'uploaded', 'x', 'x', 1, '{me}', now())",
    ),
    once(
        "manage plugins",
        Get("/plugins"),
        "",
        "insert into plugins (organisation_id, id, name, version, sha256, component, manifest, state, uploaded_by, uploaded_at, changed_at) \
         values ('{org}', gen_random_uuid(), 'x', '1', sha256('x'), 'x', '{}', 'uploaded', '{me}', now(), now())",
    ),
    once("see which e-mails were sent", Get("/mail"), "", "select 1 from mail_outbox where id = '{message}'"),
    once(
        "discard an e-mail",
        Post("/mail/{message}/discard", &[]),
        "",
        "update mail_outbox set state = 'discarded', finished_at = now() where id = '{message}'",
    ),
    once("see all tokens", Get("/tokens"), "", "select 1 from api_tokens where id = '{token}'"),
    once(
        "make a token",
        Get("/account/tokens/new"),
        "value=\"personal\"",
        "insert into api_tokens (organisation_id, id, person_id, kind, name, secret_hash, hint, created_at, expires_at) \
         values ('{org}', gen_random_uuid(), '{me}', 'personal', 'x', sha256('me'), 'aaaa', now(), now() + interval '1 day')",
    ),
    once(
        "make a service token",
        Get("/account/tokens/new"),
        "value=\"service\"",
        "insert into api_tokens (organisation_id, id, person_id, kind, name, secret_hash, hint, created_at, expires_at) \
         values ('{org}', gen_random_uuid(), '{me}', 'service', 'x', sha256('us'), 'aaaa', now(), now() + interval '1 day')",
    ),
    once(
        "revoke somebody's token",
        Get("/tokens/{token}/revoke"),
        "",
        "update api_tokens set revoked_at = now() where id = '{token}'",
    ),
    once("see the security overview", Get("/security"), "", "select 1 from app_open_accounts() limit 1"),
    once("download the security overview", Get("/security.csv"), "", ""),
    once("see the rules on networks", Get("/network"), "", "select 1 from network_rules limit 1"),
    once(
        "switch a rule on networks on",
        Get("/network"),
        "",
        "update network_rules set off_since = null where off_since is not null",
    ),
    once("see how often limits were reached", Get("/security/limits"), "", "select 1 from app_refusals(now()) limit 1"),
    once("read the trail", Get("/audit"), "", "select 1 from audit_entries where action = 'x.y'"),
    once(
        "read the security log",
        Get("/security/log"),
        "",
        // Whoever reads the whole trail has these rows too, and the page not.
        "select 1 from audit_entries where action = 'session.begin' and app_holds('security.read') limit 1",
    ),
    once("download the security log", Post("/security/log/export", &[]), "", ""),
    once(
        "build roles",
        Get("/roles/new"),
        "",
        "insert into roles (organisation_id, id, code, name, summary, built_in) values ('{org}', gen_random_uuid(), 'made', 'Made', 'x', false)",
    ),
    once(
        "refuse a request",
        Post("/roles/requests/{request}/refuse", &[]),
        "",
        "update grant_requests set state = 'refused', decided_by = '{me}', decided_at = requested_at where id = '{request}'",
    ),
    once(
        "keep a record of development",
        Get("/cpd/new"),
        "",
        "insert into cpd_entries (organisation_id, id, person_id, unit_id, kind, title, started_on, created_at, changed_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{unit}', 'other', 'Walk', current_date, now(), now())",
    ),
    once(
        "write a profile",
        Get("/cpd/profile/text"),
        "",
        "insert into cpd_profiles (organisation_id, person_id, changed_at) values ('{org}', '{me}', now())",
    ),
];
