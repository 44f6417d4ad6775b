-- What an organisation asks of its sign-ins: one row for all of it, one for each role that asks for more.
create table sign_in_rules (
    organisation_id uuid primary key references organisations,
    max_sessions integer not null check (max_sessions between 1 and 100),
    passkey_alone boolean not null,
    short_with_factor boolean not null,
    changed_at timestamptz not null
);
comment on table sign_in_rules is 'No row means the defaults: 10 sessions, passkeys may be the only factor, passwords of 12 characters.';
comment on column sign_in_rules.max_sessions is 'Sessions that one person may have at once; the one unused for longest ends when another begins.';
comment on column sign_in_rules.passkey_alone is 'Whether a passkey alone signs somebody in: it is possession and a PIN or a fingerprint in one.';
comment on column sign_in_rules.short_with_factor is 'Whether 8 characters are enough for the password of somebody who has a second factor.';

create table role_sign_in_rules (
    organisation_id uuid not null,
    role_id uuid not null,
    factor_since timestamptz,
    grace_days integer not null check (grace_days between 0 and 90),
    idle_minutes integer check (idle_minutes between 1 and 10080),
    absolute_minutes integer check (absolute_minutes between 1 and 43200),
    changed_at timestamptz not null,
    primary key (organisation_id, role_id),
    foreign key (organisation_id, role_id) references roles (organisation_id, id) on delete cascade
);
comment on column role_sign_in_rules.factor_since is 'Since when the role asks for a second factor; null when it does not.';
comment on column role_sign_in_rules.grace_days is 'Days from then, or from when the role was given, in which somebody may still sign in without one.';
comment on column role_sign_in_rules.idle_minutes is 'Null for the limit of the appliance; of several roles the strictest counts.';

alter table sign_in_rules enable row level security; alter table sign_in_rules force row level security;
call app_secure('sign_in_rules', 'true', '{holds:signin.configure} or {system:operator}',
    '{holds:signin.configure} or {system:operator}', null);

alter table role_sign_in_rules enable row level security; alter table role_sign_in_rules force row level security;
call app_secure('role_sign_in_rules', 'true', '{holds:signin.configure} or {system:operator}',
    '{holds:signin.configure} or {system:operator}', null);

-- What somebody's roles ask for together, one row, the strictest of each. The door cannot read role grants, and need
-- not: this is all that it learns.
create function app_sign_in_rules(somebody uuid)
returns table (factor_due timestamptz, idle_minutes integer, absolute_minutes integer)
language sql stable security definer set search_path = pg_catalog, public as $$
    select min(greatest(r.factor_since, g.granted_at, g.starts_at) + make_interval(days => r.grace_days))
               filter (where r.factor_since is not null),
           min(r.idle_minutes), min(r.absolute_minutes)
      from role_grants g
      join role_sign_in_rules r on r.organisation_id = g.organisation_id and r.role_id = g.role_id
     where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and g.person_id = somebody
       and (g.starts_at is null or g.starts_at <= now()) and (g.ends_at is null or g.ends_at > now())
$$;
revoke all on function app_sign_in_rules(uuid) from public;
grant execute on function app_sign_in_rules(uuid) to watchroom_app;

create policy definer_reads on role_sign_in_rules for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
