-- What an assurance return asks about accounts. Whoever answers it need see no person's record, so these functions run
-- as the owner, answer security.read alone, and tell names, units and dates.

-- Accounts that somebody can sign in to, or could once they take up their invitation.
create function app_open_accounts() returns table (
    person_id uuid, name text, unit text, opened_at timestamptz, last_sign_in_at timestamptz, usable boolean,
    factor boolean, privileged boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    with reaching as (
        select distinct f.person_id from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid) and f.scope <> 'own'),
    second as (
        select t.person_id from totp_secrets t
         where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.confirmed_at is not null
        union
        select k.person_id from passkeys k
         where k.organisation_id = (select current_setting('app.organisation', true)::uuid))
    select p.id, p.given_name || ' ' || p.family_name, u.name, a.created_at, a.last_sign_in_at,
           a.password_hash is not null or second.person_id is not null,
           second.person_id is not null, reaching.person_id is not null
      from accounts a
      join people p on p.organisation_id = a.organisation_id and p.id = a.person_id
      join units u on u.organisation_id = p.organisation_id and u.id = p.unit_id
      left join reaching on reaching.person_id = a.person_id
      left join second on second.person_id = a.person_id
     where a.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and a.disabled_at is null and p.left_at is null and app_holds('security.read')
$$;
comment on function app_open_accounts is
    'Accounts that are on, of people who work here; privileged: they may do more than keep their own records.';

-- People of whom it is recorded that they left, and what of theirs is open all the same.
create function app_open_leavers(moment timestamptz) returns table (
    person_id uuid, name text, unit text, left_at timestamptz, account boolean, sessions bigint, roles bigint,
    tokens bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, u.name, p.left_at, open.account, open.sessions, open.roles,
           open.tokens
      from people p
      join units u on u.organisation_id = p.organisation_id and u.id = p.unit_id
      cross join lateral (
        select exists (select from accounts a
                        where a.organisation_id = p.organisation_id and a.person_id = p.id and a.disabled_at is null) as account,
               (select count(*) from sessions s
                 where s.organisation_id = p.organisation_id and s.person_id = p.id and s.expires_at > moment) as sessions,
               (select count(*) from role_grants g
                 where g.organisation_id = p.organisation_id and g.person_id = p.id
                   and (g.ends_at is null or g.ends_at > moment)) as roles,
               (select count(*) from api_tokens t
                 where t.organisation_id = p.organisation_id and t.person_id = p.id and t.revoked_at is null
                   and t.expires_at > moment) as tokens) open
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is not null
       and (open.account or open.sessions > 0 or open.roles > 0 or open.tokens > 0)
       and app_holds('security.read')
$$;
comment on function app_open_leavers is 'Leavers who are not closed: leaving closes everything, so there should be none.';

-- Tokens that let in and soon will not.
create function app_ending_tokens(moment timestamptz, until timestamptz) returns table (
    token_id uuid, name text, kind text, person text, expires_at timestamptz, last_used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select t.id, t.name, t.kind, p.given_name || ' ' || p.family_name, t.expires_at, t.last_used_at
      from api_tokens t
      join people p on p.organisation_id = t.organisation_id and p.id = t.person_id
     where t.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and t.revoked_at is null and t.expires_at > moment and t.expires_at <= until and app_holds('security.read')
$$;

-- How many hold each role, and how many of them have a second factor.
create function app_factors_by_role() returns table (role text, people bigint, factors bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select r.name, count(*), count(*) filter (where a.factor)
      from app_open_accounts() a
      join (select distinct f.person_id, f.role_id from grants_in_force f
             where f.organisation_id = (select current_setting('app.organisation', true)::uuid)) held
        on held.person_id = a.person_id
      join roles r on r.organisation_id = (select current_setting('app.organisation', true)::uuid) and r.id = held.role_id
     where a.usable
     group by r.name
     order by r.name
$$;

revoke all on function app_open_accounts(), app_open_leavers(timestamptz), app_ending_tokens(timestamptz, timestamptz),
    app_factors_by_role() from public;
grant execute on function app_open_accounts(), app_open_leavers(timestamptz), app_ending_tokens(timestamptz, timestamptz),
    app_factors_by_role() to watchroom_app;
