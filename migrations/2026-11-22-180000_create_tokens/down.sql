create or replace view grants_in_force with (security_invoker = true) as
    select g.organisation_id, g.person_id, g.id as grant_id, g.role_id, g.unit_id, g.starts_at, g.ends_at,
           p.permission, p.scope
      from role_grants g
      join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
     where (g.starts_at is null or g.starts_at <= now()) and (g.ends_at is null or g.ends_at > now());
drop function app_limit(text);
drop function app_what_ends(uuid, timestamptz);
create function app_what_ends(somebody uuid, moment timestamptz) returns table (sessions bigint, links bigint, roles bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select (select count(*) from sessions s
             where s.organisation_id = (select current_setting('app.organisation', true)::uuid) and s.person_id = somebody
               and s.expires_at > moment),
           (select count(*) from password_links l
             where l.organisation_id = (select current_setting('app.organisation', true)::uuid) and l.person_id = somebody
               and l.used_at is null and l.expires_at > moment),
           (select count(*) from role_grants g
             where g.organisation_id = (select current_setting('app.organisation', true)::uuid) and g.person_id = somebody
               and (g.ends_at is null or g.ends_at > moment))
     where app_holds('people.leave')
$$;
revoke all on function app_what_ends(uuid, timestamptz) from public;
grant execute on function app_what_ends(uuid, timestamptz) to watchroom_app;
drop trigger person_left_tokens on people;
drop function app_person_left_tokens();
drop table api_token_uses;
drop table api_token_scopes;
drop table api_tokens;
delete from jobs where kind = 'token.purge';
