-- The security log is open to nobody again; audit.read alone reads the trail, and the names in it.
alter policy reads on audit_entries using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select app_holds('audit.read'))));

create or replace function app_audit_names(wanted uuid[]) returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where (select app_holds('audit.read'))
       and p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id = any (wanted)
$$;
comment on function app_audit_names is 'Names for ids, for whoever may read the audit trail.';

create or replace function app_audit_people(wanted text) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id from people p
     where (select app_holds('audit.read'))
       and p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and (lower(p.given_name || ' ' || p.family_name) = lower(wanted) or p.employee_number = wanted)
     order by p.id limit 2
$$;
comment on function app_audit_people is 'Who bears exactly this name or number: at most two, which is one too many.';

drop index audit_entries_security;
drop function app_in_security_log(uuid, uuid);
drop function app_security_deeds();
