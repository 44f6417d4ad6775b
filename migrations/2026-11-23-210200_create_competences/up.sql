-- Competence: what the service wants its people to be able to do, for how long a certificate of it counts, what follows
-- when it has run out, who needs which; and the certificates themselves.

create table competence_kinds (
    organisation_id uuid not null references organisations,
    id uuid not null,
    name text not null check (length(name) between 1 and 120),
    validity_months integer check (validity_months between 1 and 240),
    grace_days integer not null default 0 check (grace_days between 0 and 366),
    effect text not null check (effect in ('none', 'restricted', 'off-the-run')),
    effect_note text check (length(effect_note) between 1 and 200),
    position integer not null default 0,
    retired_at timestamptz,
    created_at timestamptz not null,
    primary key (organisation_id, id)
);
comment on column competence_kinds.validity_months is 'How long a certificate counts that says no last day of its own; null: for ever.';
comment on column competence_kinds.grace_days is 'Days after its last day on which it still counts.';
comment on column competence_kinds.effect is
    'What follows when somebody who needs it lacks it. none: it is a gap; restricted: they do other work; off-the-run: they are not available for operations.';
comment on column competence_kinds.effect_note is 'The same in the service''s words: "No breathing apparatus".';
comment on column competence_kinds.retired_at is 'Since when it is no longer asked for; what was recorded under it stays.';
create unique index competence_kinds_name on competence_kinds (organisation_id, lower(name)) where retired_at is null;

create table competence_needs (
    organisation_id uuid not null,
    id uuid not null,
    kind_id uuid not null,
    unit_id uuid,
    role_id uuid,
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, kind_id) references competence_kinds (organisation_id, id) on delete cascade,
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, role_id) references roles (organisation_id, id)
);
comment on table competence_needs is 'Who needs a kind of competence: people of a unit and all below it, those of them who have a role.';
comment on column competence_needs.unit_id is 'Null: people of every unit.';
comment on column competence_needs.role_id is 'Null: whatever their role.';
create unique index competence_needs_once on competence_needs (organisation_id, kind_id,
    coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(role_id, '00000000-0000-0000-0000-000000000000'::uuid));

create table competence_exceptions (
    organisation_id uuid not null,
    person_id uuid not null,
    kind_id uuid not null,
    unit_id uuid not null,
    needed boolean not null,
    reason text not null check (length(reason) between 1 and 300),
    set_by uuid not null,
    set_at timestamptz not null,
    primary key (organisation_id, person_id, kind_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, kind_id) references competence_kinds (organisation_id, id) on delete cascade
);
comment on table competence_exceptions is 'That one person needs a competence which others of their unit and role do not, or the other way round.';
comment on column competence_exceptions.unit_id is 'The home unit of the person, and follows them.';

create table certificates (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    kind_id uuid not null,
    awarded_on date not null,
    expires_on date,
    reference text check (length(reference) between 1 and 80),
    awarded_by text check (length(awarded_by) between 1 and 120),
    ended_on date,
    ended_reason text check (length(ended_reason) between 1 and 300),
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    changed_at timestamptz not null,
    revision integer not null default 1,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, kind_id) references competence_kinds (organisation_id, id),
    check (expires_on >= awarded_on),
    check ((ended_on is null) = (ended_reason is null))
);
comment on table certificates is 'That somebody was found competent. A new one stands beside the old one; none is deleted.';
comment on column certificates.unit_id is 'The home unit of the person, and follows them.';
comment on column certificates.expires_on is 'The last day on which it counts without grace; null: it does not run out.';
comment on column certificates.ended_on is 'When it was taken away, or found to be a mistake; the reason stands beside it. There is no grace then.';
create index certificates_person on certificates (organisation_id, person_id, kind_id, awarded_on desc, id desc);
create index certificates_unit on certificates (organisation_id, unit_id, person_id) where ended_on is null;
create index certificates_ending on certificates (organisation_id, expires_on) where ended_on is null and expires_on is not null;
create index certificates_kind on certificates (organisation_id, kind_id);

create table certificate_notices (
    organisation_id uuid not null,
    certificate_id uuid not null,
    expires_on date not null,
    days smallint not null check (days in (7, 30, 90)),
    sent_at timestamptz not null,
    primary key (organisation_id, certificate_id, expires_on, days),
    foreign key (organisation_id, certificate_id) references certificates (organisation_id, id)
);
comment on table certificate_notices is 'That people were told that a certificate runs out, this many days before: nobody is told twice.';

create trigger home_unit before insert on competence_exceptions for each row execute function app_home_unit();
create trigger home_unit before insert on certificates for each row execute function app_home_unit();

create function app_competences_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update certificates set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    update competence_exceptions set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger competences_follow after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_competences_follow();

alter table competence_kinds enable row level security; alter table competence_kinds force row level security;
call app_secure('competence_kinds', 'true', '{holds:competence.manage}', '{holds:competence.manage}', '{holds:competence.manage}');
alter table competence_needs enable row level security; alter table competence_needs force row level security;
call app_secure('competence_needs', 'true', '{holds:competence.manage}', null, '{holds:competence.manage}');

-- Nobody records their own, and nobody excuses themself.
alter table competence_exceptions enable row level security; alter table competence_exceptions force row level security;
call app_secure('competence_exceptions', '{reach:certificate.read}',
    '({units:certificate.write} or {holds:certificate.write}) and not ({me})
     and set_by = (select current_setting(''app.person'', true)::uuid)',
    '({units:certificate.write} or {holds:certificate.write}) and not ({me})',
    '({units:certificate.write} or {holds:certificate.write}) and not ({me})');
revoke update on competence_exceptions from watchroom_app;
grant update (needed, reason, set_by, set_at) on competence_exceptions to watchroom_app;

alter table certificates enable row level security; alter table certificates force row level security;
call app_secure('certificates', '{reach:certificate.read} or {system:competence}',
    '({units:certificate.write} or {holds:certificate.write}) and not ({me})
     and recorded_by = (select current_setting(''app.person'', true)::uuid)',
    '({units:certificate.write} or {holds:certificate.write}) and not ({me})', null);
revoke update on certificates from watchroom_app;
grant update (awarded_on, expires_on, reference, awarded_by, ended_on, ended_reason, changed_at, revision)
    on certificates to watchroom_app;

alter table certificate_notices enable row level security; alter table certificate_notices force row level security;
call app_secure('certificate_notices', '{system:competence}', '{system:competence}', null, null);

create policy definer_reads on competence_kinds for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on competence_needs for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on competence_exceptions for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on competence_exceptions for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on certificates for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on certificates for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Who needs what, of the people whose certificates the caller reads: a manager does not read their roles. Of some
-- people, or of all people of some units.
create function app_needed_competences(somebody uuid[], in_units uuid[]) returns table (person_id uuid, unit_id uuid, kind_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive reach(need, unit) as (
        select n.id, u.id from competence_needs n
          join units u on u.organisation_id = n.organisation_id and (n.unit_id is null or u.id = n.unit_id)
         where n.organisation_id = (select current_setting('app.organisation', true)::uuid)
        union
        select r.need, u.id from units u join reach r on u.parent_id = r.unit
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid)),
    readable as (
        select p.id, p.unit_id from people p
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is null
           and (somebody is null or p.id = any (somebody)) and (in_units is null or p.unit_id = any (in_units))
           and ((select app_holds('certificate.read'))
                or p.unit_id in (select held.id from app_units('certificate.read') held(id))
                or (p.id = (select current_setting('app.person', true)::uuid) and (select app_own('certificate.read'))))),
    asked as (
        select k.id from competence_kinds k
         where k.organisation_id = (select current_setting('app.organisation', true)::uuid) and k.retired_at is null),
    exceptions as (
        select e.person_id, e.kind_id, e.needed from competence_exceptions e
         where e.organisation_id = (select current_setting('app.organisation', true)::uuid)),
    wanted as (
        select p.id as person, p.unit_id as unit, n.kind_id as kind
          from readable p
          join reach r on r.unit = p.unit_id
          join competence_needs n on n.organisation_id = (select current_setting('app.organisation', true)::uuid) and n.id = r.need
         where n.role_id is null
            or exists (select from role_grants g where g.organisation_id = n.organisation_id and g.person_id = p.id
                          and g.role_id = n.role_id and (g.starts_at is null or g.starts_at <= now())
                          and (g.ends_at is null or g.ends_at > now()))
        union
        select p.id, p.unit_id, e.kind_id from readable p join exceptions e on e.person_id = p.id and e.needed)
    select w.person, w.unit, w.kind from wanted w join asked on asked.id = w.kind
     where not exists (select from exceptions e where e.person_id = w.person and e.kind_id = w.kind and not e.needed)
$$;
comment on function app_needed_competences is 'Which competences people need, by unit, role and exception: of those whose certificates the caller reads.';
revoke all on function app_needed_competences(uuid[], uuid[]) from public;
grant execute on function app_needed_competences(uuid[], uuid[]) to watchroom_app;
