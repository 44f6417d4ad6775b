//! A member's records by raw SQL as the application's role, with the context of everybody who might try: what the
//! program would refuse, the database refuses too.

use crate::routes::duties::World;
use crate::support::{Context, Somebody};

/// Everything that there is about the member, by the condition that finds it, and who may see it.
const SEEN: &[(&str, &str, &str)] = &[
    ("duties", "person_id = $me$", "member manager hr import"),
    ("duty_shared_notes", "person_id = $me$", "member manager"),
    ("duty_private_notes", "person_id = $me$", "member"),
    ("duty_revisions", "person_id = $me$", "member manager"),
    ("timesheets", "person_id = $me$", "member manager hr"),
    ("timesheet_events", "timesheet_id in (select id from timesheets where person_id = $me$)", "member manager hr"),
    ("duty_corrections", "person_id = $me$", "member manager"),
    ("claims", "person_id = $me$", "member manager hr"),
    ("absences", "person_id = $me$", "member manager hr"),
    ("working_time_figures", "person_id = $me$", "member manager hr"),
    ("working_terms", "person_id = $me$", "member manager hr administrator"),
    ("opt_outs", "person_id = $me$", "member manager hr"),
    ("other_employments", "person_id = $me$", "member manager hr"),
    ("working_time_marks", "person_id = $me$", "member manager hr"),
    ("approval_delegations", "delegate_id = $me$", "member manager"),
    ("detail_changes", "person_id = $me$", "member hr"),
    ("person_addresses", "person_id = $me$", "member hr"),
    ("emergency_contacts", "person_id = $me$", "member manager hr"),
    ("planned_moves", "person_id = $me$", "member manager hr administrator"),
    ("people", "id = $me$", "member manager hr administrator import operator sign-in"),
    ("hr_kin", "person_id = $me$", "member hr"),
    ("hr_fitness", "person_id = $me$", "member hr"),
    ("accounts", "person_id = $me$", "member hr administrator operator sign-in"),
    ("sessions", "person_id = $me$", "member administrator operator sign-in"),
    ("password_links", "person_id = $me$", "hr administrator operator sign-in"),
    ("role_grants", "person_id = $me$", "member hr administrator operator"),
    ("crew_assignments", "person_id = $me$", "member administrator import"),
    ("imports", "kind = 'duties'", "administrator import"),
    ("plugin_runs", "person_id = $me$", "member administrator"),
    ("plugin_documents", "person_id = $me$", "member"),
    ("notices", "person_id = $me$", "member"),
    ("notice_choices", "person_id = $me$", "hours member sign-in"),
    ("notice_times", "person_id = $me$", "member"),
    ("notice_digests", "person_id = $me$", "member"),
    ("exposures", "person_id = $me$", "member"),
    ("exposure_versions", "person_id = $me$", "member"),
    ("exposure_health", "person_id = $me$", "member"),
    ("trim_offers", "person_id = $me$", "member"),
    ("trim_cases", "person_id = $me$", "member"),
    ("trim_meetings", "person_id = $me$", "member"),
    ("vault_keys", "person_id = $me$", "member"),
    ("vault_wraps", "person_id = $me$", "member"),
    ("vault_receipts", "person_id = $me$", "member"),
    ("wellbeing_records", "person_id = $me$", "member"),
    ("wellbeing_choices", "person_id = $me$", "member"),
    ("wellbeing_shares", "person_id = $me$", "member"),
    ("signal_choices", "person_id = $me$", "member"),
    ("signal_tellings", "person_id = $me$", "member"),
    ("signal_raisings", "person_id = $me$", "member"),
    ("audit_entries", "subject_id = $me$ and action <> all (app_security_deeds())", "auditor"),
    ("audit_entries", "subject_id = $me$ and action = any (app_security_deeds())", "administrator auditor"),
];

/// A world in which the member has something in each of those tables; the member's duty.
async fn world() -> (World, String) {
    let world = World::new();
    let duty = world.logged().await;
    let mut member = world.app.browser(&world.member).await;
    member.get(&format!("/duties/{duty}/edit")).await;
    let change = [("revision", "1"), ("reason", "It ended earlier"), ("end", "18:00")];
    world.post(&mut member, &format!("/duties/{duty}/edit"), &change).await.expect_status(303);
    let (organisation, me) = (world.founded.organisation, world.member.id);
    let made = "now(), repeat('0', 32)::bytea";
    world.app.database.superuser(&format!(
        "insert into hr_kin (organisation_id, person_id, next_of_kin, changed_at) \
           values ('{organisation}', '{me}', 'Kim', now()); \
         insert into hr_fitness (organisation_id, person_id, fitness_note, changed_at) \
           values ('{organisation}', '{me}', 'Fit', now()); \
         insert into password_links (organisation_id, person_id, created_at, token_hash, expires_at) \
           values ('{organisation}', '{me}', {made}, now()); \
         insert into crew_assignments (organisation_id, id, call_sign, person_id, from_date, created_at) \
           values ('{organisation}', gen_random_uuid(), 'N12P1', '{me}', now(), now()); \
         insert into imports (organisation_id, id, kind, preset, state, file_name, file_sha256, file_bytes, created_by, created_at) \
           values ('{organisation}', gen_random_uuid(), 'duties', 'plain', 'committed', 'a.csv', '', 1, '{admin}', now()); \
         insert into plugins (organisation_id, id, name, version, uploaded_at, sha256, component, manifest, state, uploaded_by, changed_at) \
           values ('{organisation}', '{organisation}', 'a', '1.0.0', {made}, '', '{{}}', 'enabled', '{admin}', now()); \
         insert into plugin_runs (organisation_id, id, plugin_id, person_id, period_from, period_to, state, queued_at) \
           values ('{organisation}', '{me}', '{organisation}', '{me}', now(), now(), 'done', now()); \
         insert into notices (organisation_id, id, person_id, kind, in_app, in_digest, created_at) \
           values ('{organisation}', '{me}', '{me}', 'hours-approved', true, false, now()); \
         insert into notice_choices values ('{organisation}', '{me}', 'hours-approved', true, now(), 'email'); \
         insert into notice_times values ('{organisation}', '{me}', null, null, false, 1, now()); \
         insert into notice_digests values ('{organisation}', '{me}', '{me}', now(), 1, now()); \
         insert into plugin_documents (organisation_id, run_id, person_id, document) \
           values ('{organisation}', '{me}', '{me}', '{{}}')",
        admin = world.administrator.id,
    ));
    submit(&world, &duty);
    distress(&world);
    seal(&world);
    detail(&world);
    signal(&world);
    (world, duty)
}

/// Has the member confirm an exposure with a symptom, accept an offer of TRiM, and be assessed.
fn distress(world: &World) {
    let (organisation, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world.app.database.superuser(&format!(
        "begin; select set_config('app.organisation', '{organisation}', true); \
         insert into exposures (organisation_id, id, person_id, unit_id, kind, happened_on, confirmed, created_at, changed_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', 'contaminant', '2026-11-20', true, now(), now()); \
         insert into exposure_versions (organisation_id, exposure_id, version, person_id, confirmed, happened_on, details, recorded_at) \
           values ('{organisation}', '{me}', 1, '{me}', true, '2026-11-20', '{{}}', now()); \
         insert into exposure_health (organisation_id, exposure_id, version, person_id, unit_id, symptoms) \
           values ('{organisation}', '{me}', 1, '{me}', '{unit}', 'Cough'); \
         insert into trim_offers (organisation_id, id, person_id, unit_id, event_at, origin, offered_at, answer, answered_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', '2026-11-01', 'self', now(), 'accepted', now()); \
         update trim_cases set practitioner_id = '{manager}', claimed_at = now() where person_id = '{me}'; \
         insert into trim_meetings (organisation_id, id, case_id, person_id, kind, held_at, outcome, recorded_by, recorded_at) \
           select organisation_id, id, id, person_id, 'assessment', '2026-11-10', 'monitor', '{manager}', now() \
             from trim_cases where person_id = '{me}'; \
         commit",
        manager = world.manager.id,
    ));
}

/// Switches a signal on for the member, which is raised and told to their manager: the tables show it to neither them nor
/// anybody else.
fn signal(world: &World) {
    let (organisation, me, manager) = (world.founded.organisation, world.member.id, world.manager.id);
    world.app.database.superuser(&format!(
        "insert into signal_choices values ('{organisation}', '{me}', 'nights', now(), null); \
         insert into signal_tellings values ('{organisation}', '{me}', 'nights', '{manager}', now(), now()); \
         insert into signal_raisings values ('{organisation}', '{me}', 'nights', now(), 'Nights', now(), now())",
    ));
}

/// Gives the member a vault with a record in it that they shared with the colleague, who may not receive such any more.
fn seal(world: &World) {
    let (organisation, me, colleague) = (world.founded.organisation, world.member.id, world.colleague.id);
    let sealed = "decode(repeat('00', 4145), 'hex')";
    world.app.database.superuser(&format!(
        "insert into vault_keys values ('{organisation}', '{me}', sha256('x'), sha256('y'), now()); \
         insert into vault_keys values ('{organisation}', '{colleague}', sha256('x'), sha256('y'), now()); \
         insert into vault_wraps values \
           ('{organisation}', '{me}', '{me}', 'recovery', repeat('0', 16)::bytea, '{{}}', repeat('0', 73)::bytea, now()); \
         insert into vault_receipts values ('{organisation}', '{me}', '{me}', repeat('0', 241)::bytea); \
         insert into wellbeing_records values ('{organisation}', '{me}', '{me}', '{me}', {sealed}, '2026-01-01'); \
         insert into wellbeing_choices values ('{organisation}', '{me}', 12); \
         insert into wellbeing_shares (organisation_id, id, record_id, person_id, recipient_id, sealed, shared_at) \
           values ('{organisation}', '{me}', '{me}', '{me}', '{colleague}', {sealed}, now())"
    ));
}

/// Gives the member an address and a contact, a change that waits, and a last day.
fn detail(world: &World) {
    let (organisation, me, unit, hr) = (world.founded.organisation, world.member.id, world.hillside, world.hr.id);
    world.app.database.superuser(&format!(
        "insert into detail_changes (organisation_id, id, person_id, part, was, becomes, state, proposed_at) \
           values ('{organisation}', '{me}', '{me}', 'phone', 'null', '{{}}', 'proposed', now()); \
         insert into person_addresses (organisation_id, person_id, lines, postcode, changed_at) \
           values ('{organisation}', '{me}', '1 High Street', 'NM1 2AB', now()); \
         insert into emergency_contacts (organisation_id, person_id, unit_id, name, relation, phone, changed_at) \
           values ('{organisation}', '{me}', '{unit}', 'Kim', 'sister', '999', now()); \
         insert into planned_moves (organisation_id, id, person_id, unit_id, kind, day, due_at, state, planned_by, planned_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', 'leaving', '2030-01-01', '2030-01-02', 'planned', '{hr}', now())"
    ));
}

/// Has the member submit the week of the duty, propose to correct it and claim for it; and once stand in for the manager.
fn submit(world: &World, duty: &str) {
    let (organisation, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world.app.database.superuser(&format!(
        "select set_config('app.organisation', '{organisation}', false); \
         insert into timesheet_rules values ('{organisation}', '2026-11-02', 'week', 7, 3, '{me}', now()); \
         insert into timesheets (organisation_id, id, person_id, unit_id, period_from, period_to, state, moved_at, moved_by, submitted_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', '2026-11-16', '2026-11-22', 'submitted', now(), '{me}', now()); \
         insert into duty_corrections (organisation_id, id, person_id, unit_id, timesheet_id, duty_id, act, becomes, reason, state, proposed_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', '{me}', '{duty}', 'change', '{{}}', 'x', 'proposed', now()); \
         insert into claims (organisation_id, id, person_id, unit_id, duty_id, day, kind, amount, state, made_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', '{duty}', now(), 'mileage', 10, 'waiting', now()); \
         insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, weekly_rest, \
             breaks_count, special_hazards, notice_days, action, created_at) \
           values ('{organisation}', '{organisation}', 'Wholetime', 26, true, 'all', 'weekly', false, false, 7, 'off', now()); \
         insert into working_terms (organisation_id, person_id, from_on, unit_id, group_id, employed_on, set_by, set_at) \
           values ('{organisation}', '{me}', now(), '{unit}', '{organisation}', now(), '{me}', now()); \
         insert into opt_outs (organisation_id, id, person_id, unit_id, from_on, notice_days, declared_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', now(), 7, now()); \
         insert into other_employments (organisation_id, id, person_id, unit_id, kind, drives, week, from_on, declared_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', 'primary', false, '[null,null,null,null,null,null,null]', now(), now()); \
         insert into working_time_marks (organisation_id, duty_id, person_id, unit_id, said, marked_at) \
           values ('{organisation}', '{duty}', '{me}', '{unit}', 'Short rest', now()); \
         insert into working_time_figures (organisation_id, person_id, day, unit_id, first_on, last_on, a_seconds, b_seconds, c_days, \
             average_hundredths, headroom_seconds, standing, owed_rest_seconds, rule_version) \
           select organisation_id, id, now(), unit_id, now(), now(), 1, 0, 182, 4941, -5076, 'over', 0, 'x' from people where id = '{me}'; \
         insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
           values ('{organisation}', '{me}', '{me}', '{unit}', 'sick', '2026-11-20', '2026-11-21', '{me}', now()); \
         insert into approval_delegations (organisation_id, id, person_id, delegate_id, from_day, to_day, created_at) \
           values ('{organisation}', '{me}', '{manager}', '{me}', '2026-01-05', '2026-01-06', now())",
        manager = world.manager.id,
    ));
}

/// Everybody who might try, by what they are called in [`SEEN`]: people of the organisation, another one's manager and
/// HR, background work, and a connection that nobody entered.
fn everybody(world: &World) -> Vec<(&'static str, Context)> {
    let own = world.founded.organisation;
    let mut all: Vec<(&str, Context)> =
        people(world).into_iter().map(|(name, who)| (name, Context::from(who))).collect();
    for name in ["sign-in", "set-up", "import", "audit.sequencer", "jobs", "operator", "hours", "trim", "wellbeing"] {
        all.push((name, Context::System(own, name)));
    }
    // Whoever enters the right person in the wrong organisation, or the other way round, is nobody.
    all.push(("stranger as the member", Context::Person(world.stranger.organisation, world.member.id)));
    all.push(("a stranger in the house", Context::Person(own, world.stranger.id)));
    all.push(("nobody", Context::None));
    all
}

fn people(world: &World) -> [(&'static str, &Somebody); 8] {
    [
        ("member", &world.member),
        ("colleague", &world.colleague),
        ("manager", &world.manager),
        ("manager elsewhere", &world.other_manager),
        ("hr", &world.hr),
        ("auditor", &world.auditor),
        ("administrator", &world.administrator),
        ("stranger", &world.stranger),
    ]
}

fn of(condition: &str, world: &World) -> String {
    let condition = condition.replace("$me$", &format!("'{}'", world.member.id));
    format!("organisation_id = '{}' and {condition}", world.founded.organisation)
}

#[actix_web::test]
async fn raw_sql_shows_everybody_what_is_theirs_to_see_and_no_more() {
    let (world, _duty) = world().await;
    let mut prompts: Vec<_> =
        everybody(&world).into_iter().map(|(name, context)| (name, world.app.prompt(context))).collect();
    for (table, condition, expected) in SEEN {
        let condition = of(condition, &world);
        let there = world.app.database.superuser_texts(&format!("select count(*) from {table} where {condition}"));
        assert_ne!(there, ["0"], "{table} is empty, so nothing would be shown");
        let mut seen: Vec<&str> = Vec::new();
        for (name, prompt) in &mut prompts {
            // An error is a refusal too: a table that the role may not read, a context that is not one.
            if prompt.count(table, &condition).is_ok_and(|rows| rows > 0) {
                seen.push(name);
            }
        }
        seen.sort_unstable();
        let mut wanted: Vec<&str> = expected.split(' ').collect();
        wanted.sort_unstable();
        assert_eq!(seen, wanted, "{table}");
    }
}

#[actix_web::test]
async fn raw_sql_changes_nothing_of_a_member_for_anybody_else() {
    let (world, _duty) = world().await;
    // Who keeps people's details, roles and crews changes those; nobody else's hand is in the rest.
    let allowed = |table: &str, verb: &str, name: &str| match (table, verb) {
        (_, _) if name == "member" => true,
        ("people", "update") => ["hr", "administrator", "import"].contains(&name),
        ("hr_kin" | "hr_fitness", "update") => name == "hr",
        ("accounts", "update") => ["hr", "administrator", "operator", "sign-in"].contains(&name),
        ("sessions", "update") => name == "sign-in",
        ("sessions", "delete") => ["administrator", "operator", "sign-in"].contains(&name),
        ("password_links", "update") => name == "sign-in",
        ("password_links", "delete") => ["hr", "administrator", "operator", "sign-in"].contains(&name),
        ("role_grants", "delete") => ["administrator", "operator"].contains(&name),
        ("crew_assignments" | "working_terms", _) => name == "administrator",
        ("imports", "update") => ["administrator", "import"].contains(&name),
        _ => false,
    };
    let mut changes = 0;
    for (name, context) in everybody(&world) {
        let mut prompt = world.app.prompt(context);
        for (table, condition, _seen) in SEEN {
            let condition = of(condition, &world);
            let update = format!("update {table} set organisation_id = organisation_id where {condition}");
            let delete = format!("delete from {table} where {condition}");
            for (verb, statement) in [("update", update), ("delete", delete)] {
                match prompt.change(&statement) {
                    Ok(rows) if rows > 0 => {
                        changes += 1;
                        assert!(allowed(table, verb, name), "{name} may {verb} {rows} of {table}");
                    }
                    Ok(_none) => {}
                    Err(error) => {
                        let why = ["permission denied", "row-level security", "append-only", "foreign key"];
                        assert!(why.iter().any(|why| error.contains(why)), "{name}: {statement}: {error}");
                    }
                }
            }
        }
    }
    assert!(changes > 15, "those who may, can: {changes}");
}

#[actix_web::test]
async fn raw_sql_forges_no_record_in_the_name_of_another() {
    let (world, duty) = world().await;
    let (own, me) = (world.founded.organisation, world.member.id);
    let unit = world.hillside;
    let kind = world.kind(&["training"]);
    let duty_of = |organisation: String, person: String, source: &str| {
        format!(
            "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, \
               created_at, created_by, changed_at) values ('{organisation}', gen_random_uuid(), '{person}', '{unit}', \
               '2026-01-01 10:00Z', '2026-01-01 11:00Z', '2026-01-01', '{kind}', '{source}', now(), '{person}', now())"
        )
    };
    let entry_of = |kind: &str, actor: &str, label: &str| {
        format!(
            "insert into audit_entries (organisation_id, at, actor_kind, actor_id, actor_label, action, object_kind, commitment) \
               values ('{own}', now(), '{kind}', {actor}, '{label}', 'duty.log', 'duty', repeat('0', 32)::bytea)"
        )
    };
    for (name, context) in everybody(&world).into_iter().filter(|(name, _context)| *name != "member") {
        let mut prompt = world.app.prompt(context);
        let forged = [
            duty_of(own.to_string(), me.to_string(), "manual"),
            duty_of(own.to_string(), me.to_string(), "import"),
            format!(
                "insert into duty_private_notes (organisation_id, duty_id, person_id, body) values ('{own}', '{duty}', '{me}', 'x')"
            ),
            format!(
                "insert into duty_shared_notes (organisation_id, duty_id, person_id, unit_id, body) values ('{own}', '{duty}', '{me}', '{unit}', 'x')"
            ),
            format!(
                "insert into duty_revisions (organisation_id, duty_id, revision, person_id, unit_id, act, reason, before, changed_by, changed_at) \
                     values ('{own}', '{duty}', 9, '{me}', '{unit}', 'changed', 'x', '{{}}', '{me}', now())"
            ),
            format!(
                "insert into plugin_documents (organisation_id, run_id, person_id, document) values ('{own}', '{me}', '{me}', '{{}}')"
            ),
            format!(
                "insert into timesheets (organisation_id, id, person_id, unit_id, period_from, period_to, state, moved_at, moved_by, submitted_at) \
                     values ('{own}', gen_random_uuid(), '{me}', '{unit}', '2026-11-09', '2026-11-15', 'submitted', now(), '{me}', now())"
            ),
            format!(
                "insert into claims (organisation_id, id, person_id, unit_id, duty_id, day, kind, amount, state, made_at) \
                     values ('{own}', gen_random_uuid(), '{me}', '{unit}', '{duty}', now(), 'disturbance', 1, 'waiting', now())"
            ),
            format!(
                "insert into approval_delegations (organisation_id, id, person_id, delegate_id, from_day, to_day, created_at) \
                     values ('{own}', gen_random_uuid(), '{manager}', '{me}', current_date, current_date, now())",
                manager = world.other_manager.id
            ),
            entry_of("person", &format!("'{me}'"), "member"),
        ];
        for statement in forged {
            // A note that is there already is in the way of the background worker, which may add some: of its imports.
            let excused = name == "import" && statement.contains("into duty_shared_notes");
            let added = prompt.change(&statement);
            let refused = [
                "row-level security",
                "permission denied",
                "invalid input syntax for type uuid",
                "no such period is submitted here",
                "there is no such duty",
            ];
            let why = added.expect_err(&format!("{name}: {statement}"));
            assert!(excused || refused.iter().any(|it| why.contains(it)), "{name}: {statement}: {why}");
        }
        for statement in [entry_of("system", "null", "import"), entry_of("system", "null", "audit.sequencer")] {
            if !matches!(context, Context::System(_, own) if statement.contains(&format!("'{own}'"))) {
                prompt.change(&statement).expect_err(&format!("{name} as background work: {statement}"));
            }
        }
        prompt.change(&entry_of("anonymous", "null", "anonymous")).expect_err(&format!("{name} as nobody"));
    }
    // The same statements are good ones when they are the member's own.
    let mut prompt = world.app.prompt(&world.member);
    assert_eq!(prompt.change(&duty_of(own.to_string(), me.to_string(), "manual")), Ok(1));
    assert_eq!(prompt.change(&entry_of("person", &format!("'{me}'"), "member")), Ok(1));
    let other = world.stranger.organisation;
    prompt.change(&duty_of(other.to_string(), me.to_string(), "manual")).expect_err("in another organisation");
    prompt.change(&duty_of(own.to_string(), world.colleague.id.to_string(), "manual")).expect_err("for a colleague");
    let take = format!("update duties set person_id = '{}' where id = '{duty}'", world.colleague.id);
    prompt.change(&take).expect_err("handed to a colleague");
}

#[actix_web::test]
async fn nobody_hangs_a_note_or_a_report_of_theirs_on_what_is_another_persons() {
    let (world, duty) = world().await;
    let (own, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world
        .app
        .database
        .superuser("delete from duty_shared_notes; delete from duty_private_notes; delete from plugin_documents");
    let hung = |person: &Somebody| {
        let person = person.id;
        [
            format!(
                "insert into duty_private_notes (organisation_id, duty_id, person_id, body) values ('{own}', '{duty}', '{person}', 'x')"
            ),
            format!(
                "insert into duty_shared_notes (organisation_id, duty_id, person_id, unit_id, body) values ('{own}', '{duty}', '{person}', '{unit}', 'x')"
            ),
            format!(
                "insert into duty_revisions (organisation_id, duty_id, revision, person_id, unit_id, act, reason, before, changed_by, changed_at) \
                     values ('{own}', '{duty}', 9, '{person}', '{unit}', 'changed', 'x', '{{}}', '{person}', now())"
            ),
            format!(
                "insert into plugin_documents (organisation_id, run_id, person_id, document) values ('{own}', '{me}', '{person}', '{{}}')"
            ),
        ]
    };
    for somebody in [&world.colleague, &world.manager, &world.hr, &world.administrator] {
        let mut prompt = world.app.prompt(somebody);
        for statement in hung(somebody) {
            let why = prompt.change(&statement).expect_err(&statement);
            assert!(why.contains("row-level security"), "{statement}: {why}");
        }
    }
    let mut prompt = world.app.prompt(&world.member);
    for statement in hung(&world.member) {
        assert_eq!(prompt.change(&statement), Ok(1), "{statement}");
    }
}

#[actix_web::test]
async fn no_transaction_but_the_members_ever_holds_a_private_note() {
    let (world, duty) = world().await;
    let mut manager = world.app.prompt(&world.manager);
    assert_eq!(manager.count("duties", &format!("id = '{duty}'")), Ok(1), "the duty is theirs to read");
    assert_eq!(manager.count("duty_shared_notes", "true"), Ok(1));
    assert_eq!(manager.count("duty_private_notes", "true"), Ok(0));
    let mut hr = world.app.prompt(&world.hr);
    assert_eq!(hr.count("duties", "worked_minutes > 0"), Ok(1), "hours are HR's to read");
    assert_eq!((hr.count("duty_shared_notes", "true"), hr.count("duty_private_notes", "true")), (Ok(0), Ok(0)));
    let mut administrator = world.app.prompt(&world.administrator);
    for table in ["duties", "duty_shared_notes", "duty_private_notes", "duty_revisions", "hr_kin"] {
        assert_eq!(administrator.count(table, "true"), Ok(0), "{table}");
    }
    let of_work = administrator.count("audit_entries", "action <> all (app_security_deeds())");
    assert_eq!(of_work, Ok(0), "the security log, and nothing else of the trail");
    let mut auditor = world.app.prompt(&world.auditor);
    assert!(auditor.count("audit_entries", "true").is_ok_and(|rows| rows > 0));
    for table in ["duties", "duty_shared_notes", "duty_private_notes", "duty_revisions", "hr_kin", "imports"] {
        assert_eq!(auditor.count(table, "true"), Ok(0), "{table}");
    }
    let notes = world.app.database.superuser_texts("select count(*) from duty_private_notes");
    assert_eq!(notes, ["1"], "there is one to be seen");
}

#[actix_web::test]
async fn nobody_makes_themself_the_one_who_signs_in_as_somebody_who_may_do_more() {
    let (world, _duty) = world().await;
    let of = |somebody: &Somebody| format!("where person_id = '{}'", somebody.id);
    let mut hr = world.app.prompt(&world.hr);
    for privileged in [&world.administrator, &world.manager, &world.auditor] {
        let taken = hr.change(&format!("update accounts set email = 'hr@elsewhere.example' {}", of(privileged)));
        let why = taken.expect_err("an address that HR reads");
        assert!(why.contains("role.grant is not held"), "{why}");
    }
    // Of those who keep only their own records it is HR's to put right, and of everybody the administrator's.
    assert_eq!(
        hr.change(&format!("update accounts set email = 'put.right@north.example' {}", of(&world.member))),
        Ok(1)
    );
    let mut administrator = world.app.prompt(&world.administrator);
    let renamed = format!("update accounts set email = 'manager@north.example' {}", of(&world.manager));
    assert_eq!(administrator.change(&renamed), Ok(1));
    for prompt in [&mut hr, &mut administrator] {
        let known = format!("update accounts set password_hash = 'of a password that I know' {}", of(&world.member));
        let why = prompt.change(&known).expect_err("a password");
        assert!(why.contains("is its person's to choose"), "{why}");
    }
}
