-- The ledger of what somebody was exposed to: what they confirmed, every version of it, and their health in a table apart.

create table exposure_rules (
    organisation_id uuid not null references organisations,
    id uuid not null,
    duty_kind_id uuid not null,
    kind text not null check (kind in ('traumatic', 'contaminant', 'hazardous', 'biological')),
    agents text check (length(agents) between 1 and 300),
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, duty_kind_id) references duty_kinds (organisation_id, id) on delete cascade
);
comment on table exposure_rules is 'That a kind of work proposes an exposure: the member confirms it, and nothing counts before.';
comment on column exposure_rules.duty_kind_id is 'A type, category or sub-category of work, and all below it.';
comment on column exposure_rules.agents is 'What is proposed as the agents, one after the other with commas.';
create unique index exposure_rules_once on exposure_rules (organisation_id, duty_kind_id, kind);

create table exposures (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    duty_id uuid,
    kind text not null check (kind in ('traumatic', 'contaminant', 'hazardous', 'biological')),
    happened_on date not null,
    confirmed boolean not null,
    version integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id)
);
comment on table exposures is 'What somebody was exposed to, or said that they were not. What they said stands in exposure_versions.';
comment on column exposures.unit_id is 'The home unit of the person, and follows them.';
comment on column exposures.duty_id is 'A duty of the person''s own; null when it stands free.';
comment on column exposures.confirmed is 'Whether it counts: false when the person said that they were not exposed.';
comment on column exposures.version is 'Which version is the one in force.';
create unique index exposures_of_duty on exposures (organisation_id, duty_id, kind) where duty_id is not null;
create index exposures_person on exposures (organisation_id, person_id, happened_on desc, id desc);

create table exposure_versions (
    organisation_id uuid not null,
    exposure_id uuid not null,
    version integer not null check (version > 0),
    person_id uuid not null,
    confirmed boolean not null,
    happened_on date not null,
    ba_minutes integer check (ba_minutes between 1 and 1440),
    details jsonb not null,
    reason text check (length(reason) between 1 and 500),
    recorded_at timestamptz not null,
    primary key (organisation_id, exposure_id, version),
    foreign key (organisation_id, exposure_id) references exposures (organisation_id, id),
    check ((version = 1) = (reason is null))
);
comment on table exposure_versions is 'What was said of an exposure, each time. None is changed or deleted.';
comment on column exposure_versions.ba_minutes is 'Minutes in breathing apparatus.';
comment on column exposure_versions.details is
    'agents, route, minutes, position, ppe, decontaminated, laundered, how, incident: as the program names them.';
comment on column exposure_versions.reason is 'Why it was corrected; the first version needs none.';

create table exposure_health (
    organisation_id uuid not null,
    exposure_id uuid not null,
    version integer not null,
    person_id uuid not null,
    unit_id uuid not null,
    symptoms text check (length(symptoms) between 1 and 4000),
    advice text check (length(advice) between 1 and 4000),
    primary key (organisation_id, exposure_id, version),
    foreign key (organisation_id, exposure_id, version) references exposure_versions (organisation_id, exposure_id, version),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check (symptoms is not null or advice is not null)
);
comment on table exposure_health is 'Symptoms, and what a medical professional advised: apart, as fewer people read them.';
comment on column exposure_health.unit_id is 'The home unit of the person, and follows them.';

create trigger home_unit before insert on exposures for each row execute function app_home_unit();
create trigger home_unit before insert on exposure_health for each row execute function app_home_unit();
create trigger own_duty before insert on exposures
    for each row when (new.duty_id is not null) execute function app_cpd_own_duty();

create function app_exposures_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update exposures set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    update exposure_health set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger exposures_follow after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_exposures_follow();

-- What an exposure says is the version that it says is in force: neither is written without the other.
create function app_exposure_agrees() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if not exists (select from exposure_versions v
                    where v.organisation_id = new.organisation_id and v.exposure_id = new.id and v.version = new.version
                      and v.person_id = new.person_id and v.confirmed = new.confirmed and v.happened_on = new.happened_on) then
        raise exception 'an exposure says what its version in force says'
            using errcode = 'check_violation', constraint = 'exposures_agree', table = 'exposures';
    end if;
    return null;
end $$;
create constraint trigger agrees after insert or update of version, confirmed, happened_on on exposures
    deferrable initially deferred for each row execute function app_exposure_agrees();

alter table exposure_rules enable row level security; alter table exposure_rules force row level security;
call app_secure('exposure_rules', 'true', '{holds:exposure.manage} or {system:set-up}', null, '{holds:exposure.manage}');

-- Traumatic events are the member's own: nobody else reads them here, whatever their role.
alter table exposures enable row level security; alter table exposures force row level security;
call app_secure('exposures',
    '{own:exposure.keep} or (kind <> ''traumatic'' and not ({me}) and ({units:exposure.read} or {holds:exposure.read}))',
    '{own:exposure.keep}', '{own:exposure.keep}', null);
revoke update on exposures from watchroom_app;
grant update (happened_on, confirmed, version, changed_at) on exposures to watchroom_app;

-- Versions are read by whoever reads the exposure; health takes a permission more.
alter table exposure_versions enable row level security; alter table exposure_versions force row level security;
call app_secure('exposure_versions',
    'exists (select from exposures e where e.organisation_id = exposure_versions.organisation_id
         and e.id = exposure_versions.exposure_id)',
    '{own:exposure.keep} and exists (select from exposures e where e.organisation_id = exposure_versions.organisation_id
         and e.id = exposure_versions.exposure_id and e.person_id = exposure_versions.person_id)',
    null, null);
alter table exposure_health enable row level security; alter table exposure_health force row level security;
call app_secure('exposure_health',
    '({own:exposure.keep} or (not ({me}) and ({units:exposure.health.read} or {holds:exposure.health.read})))
     and exists (select from exposures e where e.organisation_id = exposure_health.organisation_id
         and e.id = exposure_health.exposure_id)',
    '{own:exposure.keep} and exists (select from exposures e where e.organisation_id = exposure_health.organisation_id
         and e.id = exposure_health.exposure_id and e.person_id = exposure_health.person_id)',
    null, null);

create policy definer_reads on exposure_rules for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on exposures for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on exposures for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on exposure_versions for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on exposure_health for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on exposure_health for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Somebody whose exposures the caller may read for a medical professional, now or after they left: by a part of their name,
-- or exactly their number or address. The twenty whose names come first.
create function app_exposure_people(wanted text)
returns table (id uuid, name text, number text, unit_id uuid, gone boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number, p.unit_id, p.left_at is not null
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id <> (select current_setting('app.person', true)::uuid) and length(wanted) >= 2
       and (strpos(lower(p.given_name || ' ' || p.family_name), lower(wanted)) > 0
            or p.employee_number = wanted or lower(p.email) = lower(wanted))
       and ((select app_holds('exposure.read')) or p.unit_id in (select held.id from app_units('exposure.read') held(id)))
     order by p.family_name, p.given_name, p.id limit 20
$$;
comment on function app_exposure_people is 'People whose exposures the caller may read, found by name, number or address.';

create function app_exposure_person(wanted uuid)
returns table (id uuid, name text, number text, unit_id uuid, gone boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number, p.unit_id, p.left_at is not null
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = wanted
       and ((p.id = (select current_setting('app.person', true)::uuid) and (select app_own('exposure.keep')))
            or (p.id <> (select current_setting('app.person', true)::uuid)
                and ((select app_holds('exposure.read'))
                     or p.unit_id in (select held.id from app_units('exposure.read') held(id)))))
$$;
comment on function app_exposure_person is 'Whose exposures they are: the caller, or somebody whose exposures the caller may read.';
revoke all on function app_exposure_people(text), app_exposure_person(uuid) from public;
grant execute on function app_exposure_people(text), app_exposure_person(uuid) to watchroom_app;
