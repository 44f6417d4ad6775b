-- Applications to join: vacancies with their own questions, stages and criteria; what people from outside send; marks,
-- letters and the decision. No question asks for data on equality, and none is kept.

create table vacancies (
    organisation_id uuid not null references organisations,
    id uuid not null,
    unit_id uuid not null,
    title text not null check (length(title) between 1 and 120),
    about text not null check (length(about) between 1 and 8000),
    closes_on date not null,
    state text not null check (state in ('draft', 'open', 'closed')),
    questions jsonb not null,
    stages jsonb not null,
    criteria jsonb not null,
    keep_months smallint not null default 6 check (keep_months between 1 and 24),
    created_by uuid not null,
    created_at timestamptz not null,
    revision integer not null default 1,
    primary key (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id)
);
comment on table vacancies is 'Posts for which people may apply by a public form.';
comment on column vacancies.closes_on is 'The last day on which the form takes applications.';
comment on column vacancies.questions is 'What the form asks, in order: label, kind, whether it must be answered, choices.';
comment on column vacancies.stages is 'The steps of an application, in order; the first is where it begins.';
comment on column vacancies.criteria is 'What is scored from 0 to 5, each with its weight.';
comment on column vacancies.keep_months is 'How long an application without success is kept after its decision.';
create index vacancies_unit on vacancies (organisation_id, unit_id, closes_on desc);

create table applications (
    organisation_id uuid not null,
    id uuid not null,
    vacancy_id uuid not null,
    unit_id uuid not null,
    reference text not null check (length(reference) between 6 and 12),
    code_hash bytea not null check (length(code_hash) = 32),
    given_name text not null check (length(given_name) between 1 and 100),
    family_name text not null check (length(family_name) between 1 and 100),
    email text not null check (length(email) between 3 and 254),
    phone text check (length(phone) between 3 and 40),
    answers jsonb not null,
    stage text not null check (length(stage) between 1 and 60),
    state text not null check (state in ('open', 'successful', 'unsuccessful', 'withdrawn')),
    reason text check (length(reason) between 1 and 1000),
    decided_by uuid,
    settled_at timestamptz,
    person_id uuid,
    received_at timestamptz not null,
    delete_after date,
    revision integer not null default 1,
    primary key (organisation_id, id),
    foreign key (organisation_id, vacancy_id) references vacancies (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check ((state = 'open') = (settled_at is null)),
    check ((state in ('unsuccessful', 'withdrawn')) = (delete_after is not null)),
    check (person_id is null or state = 'successful')
);
comment on table applications is 'What somebody from outside sent for a vacancy, and what became of it.';
comment on column applications.code_hash is 'SHA-256 of the code that the applicant was shown once.';
comment on column applications.reason is 'Why it was decided so: for those who handle applications, never sent.';
comment on column applications.person_id is 'Whom the successful applicant became.';
comment on column applications.delete_after is 'The last day on which it is kept: without success, or withdrawn.';
create unique index applications_reference on applications (organisation_id, reference);
create index applications_vacancy on applications (organisation_id, vacancy_id, state, received_at);
create index applications_unit on applications (organisation_id, unit_id);
create index applications_ending on applications (organisation_id, delete_after) where delete_after is not null;

create table application_files (
    organisation_id uuid not null,
    id uuid not null,
    application_id uuid not null,
    unit_id uuid not null,
    file_name text not null check (length(file_name) between 1 and 100),
    media_type text not null,
    bytes bigint not null check (bytes > 0),
    content bytea not null,
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, application_id) references applications (organisation_id, id) on delete cascade
);
comment on table application_files is 'Documents that came with an application: they leave as downloads only.';
create index application_files_of on application_files (organisation_id, application_id);

create table application_events (
    organisation_id uuid not null,
    id uuid not null,
    application_id uuid not null,
    unit_id uuid not null,
    at timestamptz not null,
    by_id uuid,
    said text not null check (length(said) between 1 and 200),
    primary key (organisation_id, id),
    foreign key (organisation_id, application_id) references applications (organisation_id, id) on delete cascade
);
comment on table application_events is 'How an application went: who moved it where, and when.';
comment on column application_events.by_id is 'Null: the applicant.';
create index application_events_of on application_events (organisation_id, application_id, id);

create table application_scores (
    organisation_id uuid not null,
    application_id uuid not null,
    unit_id uuid not null,
    scorer_id uuid not null,
    criterion text not null check (length(criterion) between 1 and 80),
    mark smallint not null check (mark between 0 and 5),
    note text check (length(note) between 1 and 500),
    scored_at timestamptz not null,
    primary key (organisation_id, application_id, scorer_id, criterion),
    foreign key (organisation_id, application_id) references applications (organisation_id, id) on delete cascade,
    foreign key (organisation_id, scorer_id) references people (organisation_id, id)
);
comment on table application_scores is
    'Marks from 0 to 5. Nobody sees those of others before they have given their own, and nobody changes theirs.';

create table application_templates (
    organisation_id uuid not null references organisations,
    kind text not null check (kind in ('received', 'moved', 'successful', 'unsuccessful')),
    body text not null check (length(body) between 1 and 4000),
    changed_by uuid not null,
    changed_at timestamptz not null,
    primary key (organisation_id, kind)
);
comment on table application_templates is 'The organisation''s own words to applicants, in the place of the usual ones.';

create table application_letters (
    organisation_id uuid not null,
    id uuid not null,
    application_id uuid not null,
    unit_id uuid not null,
    kind text not null check (kind in ('received', 'moved', 'successful', 'unsuccessful')),
    body text not null check (length(body) between 1 and 4000),
    state text not null check (state in ('waiting', 'leaving', 'sent', 'failed', 'page-only')),
    written_at timestamptz not null,
    settled_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, application_id) references applications (organisation_id, id) on delete cascade
);
comment on table application_letters is
    'What an applicant was told. The words stand on their page; the e-mail says only that there are some.';
comment on column application_letters.state is
    'waiting for its e-mail; leaving: the server may have it; sent; failed: given up; page-only: there is no mail server.';
create index application_letters_of on application_letters (organisation_id, application_id, id);

-- Whether the caller has given marks: a function, since a policy that reads its own table has no end.
create function app_has_scored(application uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (select from application_scores s
        where s.organisation_id = (select current_setting('app.organisation', true)::uuid)
          and s.application_id = application
          and s.scorer_id = (select current_setting('app.person', true)::uuid))
$$;
comment on function app_has_scored is 'Whether the caller has given marks to an application.';
revoke all on function app_has_scored(uuid) from public;
grant execute on function app_has_scored(uuid) to watchroom_app;

call app_secure('vacancies', '{units:application.handle} or {holds:application.handle} or {system:applications}',
    '({units:application.handle} or {holds:application.handle})
     and created_by = (select current_setting(''app.person'', true)::uuid)',
    '{units:application.handle} or {holds:application.handle}', null);
revoke update on vacancies from watchroom_app;
grant update (unit_id, title, about, closes_on, state, questions, stages, criteria, keep_months, revision)
    on vacancies to watchroom_app;

call app_secure('applications', '{units:application.handle} or {holds:application.handle} or {system:applications}',
    '{system:applications} and state = ''open'' and person_id is null
     and exists (select from vacancies v where v.organisation_id = applications.organisation_id
                    and v.id = applications.vacancy_id and v.unit_id = applications.unit_id and v.state = ''open'')',
    '{units:application.handle} or {holds:application.handle} or {system:applications}',
    '{system:applications} and delete_after is not null');
revoke update on applications from watchroom_app;
grant update (stage, state, reason, decided_by, settled_at, person_id, delete_after, revision) on applications to watchroom_app;

-- Which way an application may go, row-level security cannot say.
create function app_applications_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    outside constant boolean := current_setting('app.system', true) = 'applications';
begin
    if current_user <> 'watchroom_app' then
        return new;
    end if;
    if new.state is distinct from old.state and old.state <> 'open' then
        raise exception 'the application is settled' using errcode = 'insufficient_privilege';
    end if;
    if outside and (new.state <> 'withdrawn' or new.stage <> old.stage or new.person_id is distinct from old.person_id) then
        raise exception 'an applicant only withdraws' using errcode = 'insufficient_privilege';
    end if;
    if not outside and new.state is distinct from old.state
       and (new.state = 'withdrawn' or new.reason is null or new.decided_by is null
            or new.decided_by::text <> current_setting('app.person', true)) then
        raise exception 'a decision has a reason and the one who decided' using errcode = 'insufficient_privilege';
    end if;
    if new.person_id is distinct from old.person_id and (old.person_id is not null or not app_holds('people.add')) then
        raise exception 'people.add is not held' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_verb before update on applications for each row execute function app_applications_by_verb();

call app_secure('application_files', '{units:application.handle} or {holds:application.handle}',
    '{system:applications} and exists (select from applications a where a.organisation_id = application_files.organisation_id
         and a.id = application_files.application_id and a.unit_id = application_files.unit_id)', null, null);
call app_secure('application_events', '{units:application.handle} or {holds:application.handle}',
    '((({units:application.handle} or {holds:application.handle}) and by_id = (select current_setting(''app.person'', true)::uuid))
      or ({system:applications} and by_id is null))
     and exists (select from applications a where a.organisation_id = application_events.organisation_id
         and a.id = application_events.application_id and a.unit_id = application_events.unit_id)', null, null);
call app_secure('application_scores',
    '({units:application.handle} or {holds:application.handle})
     and (scorer_id = (select current_setting(''app.person'', true)::uuid) or app_has_scored(application_id))',
    '({units:application.handle} or {holds:application.handle})
     and scorer_id = (select current_setting(''app.person'', true)::uuid)
     and exists (select from applications a where a.organisation_id = application_scores.organisation_id
                    and a.id = application_scores.application_id and a.unit_id = application_scores.unit_id and a.state = ''open'')',
    null, null);
call app_secure('application_templates', 'true',
    '{holds:application.handle} and changed_by = (select current_setting(''app.person'', true)::uuid)',
    '{holds:application.handle} and changed_by = (select current_setting(''app.person'', true)::uuid)', null);
call app_secure('application_letters', '{units:application.handle} or {holds:application.handle} or {system:applications}',
    '({units:application.handle} or {holds:application.handle} or {system:applications})
     and exists (select from applications a where a.organisation_id = application_letters.organisation_id
         and a.id = application_letters.application_id and a.unit_id = application_letters.unit_id)', '{system:applications}', null);
revoke update on application_letters from watchroom_app;
grant update (state, settled_at) on application_letters to watchroom_app;

create policy definer_reads on application_scores for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
