-- Four eyes. Who would come to hold both what opens personal records and what decides over others gets the role only
-- when a second person approves it; so does whoever asks for a role for themself. Requests end by themselves.

create table grant_requests (
    organisation_id uuid not null references organisations,
    id uuid not null,
    person_id uuid not null,
    role_id uuid not null,
    unit_id uuid,
    starts_at timestamptz,
    ends_at timestamptz,
    reason text not null check (length(reason) between 1 and 500),
    requested_by uuid not null,
    requested_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > requested_at),
    state text not null check (state in ('waiting', 'approved', 'refused', 'withdrawn')),
    decided_by uuid,
    decided_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, role_id) references roles (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, requested_by) references people (organisation_id, id),
    foreign key (organisation_id, decided_by) references people (organisation_id, id),
    check ((state = 'waiting') = (decided_by is null) and (state = 'waiting') = (decided_at is null)),
    check (ends_at > starts_at),
    -- Neither who asked nor who gets the role approves it, and nobody approves it after its time.
    check (state <> 'approved' or (decided_by <> requested_by and decided_by <> person_id and decided_at <= expires_at))
);
comment on table grant_requests is 'Roles that somebody asked for and that a second person approves or refuses.';
comment on column grant_requests.expires_at is 'Until when it can be approved.';
create index grant_requests_waiting on grant_requests (organisation_id, requested_at desc, id) where state = 'waiting';
create index grant_requests_person on grant_requests (organisation_id, person_id, requested_at desc);

alter table role_grants add column request_id uuid, add column approved_by uuid,
    add foreign key (organisation_id, request_id) references grant_requests (organisation_id, id);
comment on column role_grants.request_id is 'The request by which a second person approved it, if it took one.';
comment on column role_grants.approved_by is 'Who approved it.';
create unique index role_grants_request on role_grants (organisation_id, request_id) where request_id is not null;

-- Whether what a person holds, now or later, and a role beside it weigh too much for one person's word.
create function app_takes_two(somebody uuid, wanted_role uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with weights(weight, added) as (
        select c.weight, false
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
          join permissions c on c.code = p.permission
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = somebody and (g.ends_at is null or g.ends_at > now()) and p.scope <> 'own'
        union
        select c.weight, true
          from role_permissions p join permissions c on c.code = p.permission
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and p.role_id = wanted_role and p.scope <> 'own')
    select (exists (select from weights where weight = 'personal' and added) and exists (select from weights where weight = 'administers'))
        or (exists (select from weights where weight = 'administers' and added) and exists (select from weights where weight = 'personal'))
$$;
comment on function app_takes_two is 'Whether giving a role to a person takes a second person''s approval.';

-- A grant by approval is written in the very transaction in which the caller approved the request.
create function app_approved(request uuid, somebody uuid, wanted_role uuid, wanted_unit uuid, starts timestamptz, ends timestamptz)
returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (
        select from grant_requests r
         where r.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and r.id = request and r.state = 'approved'
           and r.decided_by = (select current_setting('app.person', true)::uuid)
           and r.person_id = somebody and r.role_id = wanted_role and r.unit_id is not distinct from wanted_unit
           and r.starts_at is not distinct from starts and r.ends_at is not distinct from ends
           and r.xmin = pg_current_xact_id_if_assigned()::xid)
$$;
comment on function app_approved is 'Whether the caller has just approved a request for exactly this grant.';
revoke all on function app_takes_two(uuid, uuid), app_approved(uuid, uuid, uuid, uuid, timestamptz, timestamptz) from public;
grant execute on function app_takes_two(uuid, uuid), app_approved(uuid, uuid, uuid, uuid, timestamptz, timestamptz) to watchroom_app;

alter table grant_requests enable row level security; alter table grant_requests force row level security;
call app_secure('grant_requests',
    '{me} or requested_by = (select current_setting(''app.person'', true)::uuid) or {holds:role.read} or {holds:role.approve}',
    '{holds:role.grant} and state = ''waiting'' and requested_by = (select current_setting(''app.person'', true)::uuid)',
    'state = ''waiting'' and (requested_by = (select current_setting(''app.person'', true)::uuid) or ({holds:role.approve} and not ({me})))',
    null);
alter policy changes on grant_requests with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and decided_by = (select current_setting('app.person', true)::uuid)
    and ((state = 'withdrawn' and requested_by = decided_by)
         or (state in ('approved', 'refused') and (select app_holds('role.approve'))
             and requested_by <> decided_by and person_id <> decided_by)));
-- The question stays as it was asked.
revoke update on grant_requests from watchroom_app;
grant update (state, decided_by, decided_at) on grant_requests to watchroom_app;
create policy definer_reads on grant_requests for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

call app_secure_anew('role_grants', '{me} or {holds:role.read} or {system:operator}',
    '({holds:role.grant} and not ({me}) and request_id is null and approved_by is null
        and granted_by = (select current_setting(''app.person'', true)::uuid) and not app_takes_two(person_id, role_id))
     or ({holds:role.approve} and not ({me}) and approved_by = (select current_setting(''app.person'', true)::uuid)
        and app_approved(request_id, person_id, role_id, unit_id, starts_at, ends_at))
     or {system:set-up} or {system:operator}
     or ({system:import} and request_id is null and approved_by is null and not app_takes_two(person_id, role_id))', null,
    '({holds:role.revoke} and not ({me})) or {system:operator}');

-- The same by the other way round: a role that people have is not widened into what would have taken two.
create function app_roles_stay_light() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (select from role_grants g
                where g.organisation_id = new.organisation_id and g.role_id = new.role_id
                  and (g.ends_at is null or g.ends_at > now()) and app_takes_two(g.person_id, new.role_id)) then
        raise exception 'somebody who has the role would hold too much'
            using errcode = 'check_violation', constraint = 'roles_stay_light', table = 'role_permissions';
    end if;
    return null;
end $$;
create trigger stay_light after insert on role_permissions for each row execute function app_roles_stay_light();
