-- Continuing professional development: entries that belong to the member, their evidence, who confirmed them, and the
-- profile made of them.

create table cpd_entries (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    kind text not null check (kind in ('work-based', 'professional', 'formal', 'self-directed', 'other')),
    title text not null check (length(title) between 1 and 200),
    provider text check (length(provider) between 1 and 120),
    started_on date not null,
    ended_on date,
    happened_on date not null generated always as (coalesce(ended_on, started_on)) stored,
    minutes integer check (minutes between 1 and 60000),
    outcome text check (length(outcome) between 1 and 10000),
    reflection text check (length(reflection) between 1 and 10000),
    practice text check (length(practice) between 1 and 10000),
    benefit text check (length(benefit) between 1 and 10000),
    standards smallint not null default 0 check (standards between 0 and 31),
    duty_id uuid,
    shared boolean not null default false,
    revision integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id),
    check (ended_on > started_on)
);
comment on table cpd_entries is 'What somebody learned: theirs alone, unless they share it.';
comment on column cpd_entries.unit_id is 'The home unit of the person, and follows them: whose managers read it once it is shared.';
comment on column cpd_entries.ended_on is 'The last day; null for an activity of one day.';
comment on column cpd_entries.happened_on is 'The day on which it was over: by it an entry counts towards a period.';
comment on column cpd_entries.minutes is 'How long it took; null: not said, which nobody has to.';
comment on column cpd_entries.practice is 'What it changed in how the person works (standard 3).';
comment on column cpd_entries.benefit is 'What it did for those whom the service is for (standard 4).';
comment on column cpd_entries.standards is 'Which of the five standards the person says it meets: 1, 2, 4, 8, 16 for the first to the fifth.';
comment on column cpd_entries.duty_id is 'A duty of the person''s own that it came out of.';
comment on column cpd_entries.shared is 'Whether managers of the person''s unit read it: the person''s own choice.';
create index cpd_entries_person on cpd_entries (organisation_id, person_id, happened_on desc, id desc);
create index cpd_entries_shared on cpd_entries (organisation_id, unit_id, happened_on desc, id desc) where shared;
create index cpd_entries_duty on cpd_entries (organisation_id, duty_id) where duty_id is not null;

create table cpd_evidence (
    organisation_id uuid not null,
    id uuid not null,
    entry_id uuid not null,
    person_id uuid not null,
    file_name text not null check (length(file_name) between 1 and 120),
    media_type text not null check (length(media_type) between 3 and 100),
    bytes bigint not null check (bytes > 0),
    sha256 bytea not null check (length(sha256) = 32),
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, entry_id) references cpd_entries (organisation_id, id) on delete cascade
);
comment on table cpd_evidence is 'Files that show that an entry is so. Their bytes stand in cpd_evidence_content.';
comment on column cpd_evidence.media_type is 'What the bytes themselves were found to be, whatever the file was called.';
create index cpd_evidence_entry on cpd_evidence (organisation_id, entry_id, created_at, id);
create index cpd_evidence_person on cpd_evidence (organisation_id, person_id);

create table cpd_evidence_content (
    organisation_id uuid not null,
    evidence_id uuid not null,
    person_id uuid not null,
    content bytea not null,
    primary key (organisation_id, evidence_id),
    foreign key (organisation_id, evidence_id) references cpd_evidence (organisation_id, id) on delete cascade
);
-- Photographs and PDFs are compressed already.
alter table cpd_evidence_content alter column content set storage external;
comment on table cpd_evidence_content is 'The bytes of a file: apart, so that another store can take their place.';

create table cpd_requests (
    organisation_id uuid not null,
    id uuid not null,
    entry_id uuid not null,
    person_id uuid not null,
    verifier_id uuid not null,
    title text not null check (length(title) between 1 and 200),
    message text check (length(message) between 1 and 500),
    state text not null check (state in ('asked', 'confirmed', 'declined', 'withdrawn')),
    revision integer,
    answer text check (length(answer) between 1 and 500),
    asked_at timestamptz not null,
    answered_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, entry_id) references cpd_entries (organisation_id, id) on delete cascade,
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, verifier_id) references people (organisation_id, id),
    check (verifier_id <> person_id),
    check ((state = 'asked') = (answered_at is null)),
    check ((state = 'confirmed') = (revision is not null))
);
comment on table cpd_requests is 'That somebody asked another person to confirm an entry, and what became of it.';
comment on column cpd_requests.title is 'What the entry was called when it was asked: whoever answered no longer reads the entry.';
comment on column cpd_requests.revision is 'Which revision of the entry was confirmed: one that changed since is no longer confirmed.';
comment on column cpd_requests.answered_at is 'When it was confirmed, declined or withdrawn.';
create unique index cpd_requests_open on cpd_requests (organisation_id, entry_id) where state = 'asked';
create index cpd_requests_entry on cpd_requests (organisation_id, entry_id, asked_at desc);
create index cpd_requests_verifier on cpd_requests (organisation_id, verifier_id, asked_at desc, id desc);
create index cpd_requests_person on cpd_requests (organisation_id, person_id, asked_at desc);

create table cpd_profiles (
    organisation_id uuid not null,
    person_id uuid not null,
    registrant boolean not null default true,
    profession text check (length(profession) between 1 and 80),
    registration text check (length(registration) between 1 and 20),
    period_from date,
    period_to date,
    history text check (length(history) between 1 and 20000),
    statement text check (length(statement) between 1 and 40000),
    revision integer not null default 1,
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check (period_to > period_from)
);
comment on table cpd_profiles is 'What somebody writes for the profile that the regulator may ask for.';
comment on column cpd_profiles.registrant is 'Whether they are on the register, so that its standards are held against their record.';
comment on column cpd_profiles.period_from is 'The first day that the profile is about; null: two years before its last day.';

create table cpd_profile_entries (
    organisation_id uuid not null,
    person_id uuid not null,
    entry_id uuid not null,
    primary key (organisation_id, person_id, entry_id),
    foreign key (organisation_id, entry_id) references cpd_entries (organisation_id, id) on delete cascade
);
comment on table cpd_profile_entries is 'Which of their entries somebody chose for the profile.';

-- A record belongs with the home unit of its person, whatever an insert says; and an entry names a duty of the same
-- person or none.
create function app_home_unit() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    home uuid;
begin
    select p.unit_id into home from people p where p.organisation_id = new.organisation_id and p.id = new.person_id;
    new.unit_id := coalesce(home, new.unit_id);
    return new;
end $$;
create trigger home_unit before insert on cpd_entries for each row execute function app_home_unit();

create function app_cpd_own_duty() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if not exists (select from duties d where d.organisation_id = new.organisation_id and d.id = new.duty_id
                      and d.person_id = new.person_id) then
        raise exception 'the duty is not theirs'
            using errcode = 'check_violation', constraint = 'cpd_entries_own_duty', table = 'cpd_entries';
    end if;
    return new;
end $$;
create trigger own_duty before insert or update of duty_id on cpd_entries
    for each row when (new.duty_id is not null) execute function app_cpd_own_duty();

create function app_cpd_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update cpd_entries set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger cpd_follows after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_cpd_follows();

-- Whoever is asked to confirm an entry reads it until they have answered.
create function app_cpd_asked() returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select r.entry_id from cpd_requests r
     where r.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and r.verifier_id = (select current_setting('app.person', true)::uuid) and r.state = 'asked'
       and (select app_own('cpd.verify'))
$$;
comment on function app_cpd_asked is 'The entries that the caller is asked to confirm.';
revoke all on function app_cpd_asked() from public;
grant execute on function app_cpd_asked() to watchroom_app;

alter table cpd_entries enable row level security; alter table cpd_entries force row level security;
call app_secure('cpd_entries',
    '{own:cpd.keep} or (shared and ({units:cpd.read} or {holds:cpd.read}))
     or id in (select asked.id from app_cpd_asked() asked(id))',
    '{own:cpd.keep}', '{own:cpd.keep}', '{own:cpd.keep}');
-- Whose it is and where it belongs is said once.
revoke update on cpd_entries from watchroom_app;
grant update (kind, title, provider, started_on, ended_on, minutes, outcome, reflection, practice, benefit, standards,
              duty_id, shared, revision, changed_at) on cpd_entries to watchroom_app;
create policy definer_reads on cpd_entries for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on cpd_entries for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Evidence is read by whoever reads its entry.
alter table cpd_evidence enable row level security; alter table cpd_evidence force row level security;
call app_secure('cpd_evidence',
    'exists (select from cpd_entries e where e.organisation_id = cpd_evidence.organisation_id and e.id = cpd_evidence.entry_id)',
    '{own:cpd.keep} and exists (select from cpd_entries e where e.organisation_id = cpd_evidence.organisation_id
         and e.id = cpd_evidence.entry_id and e.person_id = cpd_evidence.person_id)',
    null, '{own:cpd.keep}');
alter table cpd_evidence_content enable row level security; alter table cpd_evidence_content force row level security;
call app_secure('cpd_evidence_content',
    'exists (select from cpd_evidence v where v.organisation_id = cpd_evidence_content.organisation_id
         and v.id = cpd_evidence_content.evidence_id)',
    '{own:cpd.keep} and exists (select from cpd_evidence v where v.organisation_id = cpd_evidence_content.organisation_id
         and v.id = cpd_evidence_content.evidence_id and v.person_id = cpd_evidence_content.person_id)',
    null, '{own:cpd.keep}');

-- A request is seen by who asked and who was asked; that it was confirmed, by whoever reads the entry. It is answered by
-- the one who was asked, and never by oneself.
alter table cpd_requests enable row level security; alter table cpd_requests force row level security;
call app_secure('cpd_requests',
    '{own:cpd.keep}
     or (verifier_id = (select current_setting(''app.person'', true)::uuid) and (select app_own(''cpd.verify'')))
     or (state = ''confirmed''
         and exists (select from cpd_entries e where e.organisation_id = cpd_requests.organisation_id and e.id = cpd_requests.entry_id))',
    '{own:cpd.keep} and state = ''asked'' and exists (select from cpd_entries e
         where e.organisation_id = cpd_requests.organisation_id and e.id = cpd_requests.entry_id
           and e.person_id = cpd_requests.person_id)',
    'state = ''asked'' and ({own:cpd.keep}
        or (verifier_id = (select current_setting(''app.person'', true)::uuid) and (select app_own(''cpd.verify''))))',
    null);
alter policy changes on cpd_requests with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((state = 'withdrawn' and person_id = (select current_setting('app.person', true)::uuid))
         or (state in ('confirmed', 'declined') and verifier_id = (select current_setting('app.person', true)::uuid)
             and person_id <> verifier_id)));
revoke update on cpd_requests from watchroom_app;
grant update (state, revision, answer, answered_at) on cpd_requests to watchroom_app;
create policy definer_reads on cpd_requests for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

alter table cpd_profiles enable row level security; alter table cpd_profiles force row level security;
call app_secure('cpd_profiles', '{own:cpd.keep}', '{own:cpd.keep}', '{own:cpd.keep}', '{own:cpd.keep}');
alter table cpd_profile_entries enable row level security; alter table cpd_profile_entries force row level security;
call app_secure('cpd_profile_entries', '{own:cpd.keep}',
    '{own:cpd.keep} and exists (select from cpd_entries e where e.organisation_id = cpd_profile_entries.organisation_id
         and e.id = cpd_profile_entries.entry_id and e.person_id = cpd_profile_entries.person_id)',
    null, '{own:cpd.keep}');

-- Somebody who could confirm an entry, by exactly their work address or number: nobody else's name is told. Two, when
-- that is not one person.
create function app_cpd_verifier(wanted text) returns table (person_id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id <> (select current_setting('app.person', true)::uuid) and p.left_at is null
       and (lower(p.email) = lower(wanted) or p.employee_number = wanted)
       and (select app_own('cpd.keep'))
       and exists (select from grants_in_force f where f.organisation_id = p.organisation_id and f.person_id = p.id
                      and f.permission = 'cpd.verify')
     order by p.id limit 2
$$;
comment on function app_cpd_verifier is 'Who bears exactly this address or number and may confirm entries: for who keeps a record.';

-- Names of those who asked the caller, and of those whose entries the caller reads or whose word stands on one.
create function app_cpd_names(wanted uuid[]) returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = any (wanted)
       and (exists (select from cpd_requests r join cpd_entries e on e.organisation_id = r.organisation_id and e.id = r.entry_id
                     where r.organisation_id = p.organisation_id
                       and ((r.verifier_id = p.id and r.person_id = (select current_setting('app.person', true)::uuid))
                            or (r.person_id = p.id and r.verifier_id = (select current_setting('app.person', true)::uuid))
                            or (r.verifier_id = p.id and r.state = 'confirmed' and e.shared
                                and (app_holds('cpd.read') or e.unit_id in (select app_units('cpd.read'))))))
            or exists (select from cpd_entries e
                        where e.organisation_id = p.organisation_id and e.person_id = p.id and e.shared
                          and (app_holds('cpd.read') or e.unit_id in (select app_units('cpd.read')))))
$$;
comment on function app_cpd_names is 'Names of those who asked the caller, whom the caller asked, and of those of whom the caller reads an entry.';
revoke all on function app_cpd_verifier(text), app_cpd_names(uuid[]) from public;
grant execute on function app_cpd_verifier(text), app_cpd_names(uuid[]) to watchroom_app;
