-- "Who can see this?" is read from the policies themselves: which permissions a table's policy for reading names, and
-- who holds those now in a way that reaches the record. There is no second set of rules to forget.

create function app_policy_names(tbl text) returns table (form text, permission text)
language sql stable parallel safe set search_path = pg_catalog, public as $$
    select distinct found[1], found[2]
      from pg_policy p,
           regexp_matches(pg_get_expr(p.polqual, p.polrelid), 'app_(holds|units|own)\(''([a-z.]+)''', 'g') found
     where p.polrelid = to_regclass('public.' || quote_ident(tbl)) and p.polname = 'reads'
$$;
comment on function app_policy_names is 'Which permissions let a row of the table be read, and in which form: held, by unit, own.';

-- Whoever reads a part of a record may ask who else does; so may the person, and whoever may ask about everybody's.
create function app_may_ask(tbl text, subject uuid, subject_unit uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select subject = (select current_setting('app.person', true)::uuid)
        or app_holds('access.explain')
        or exists (select from app_policy_names(tbl) n
                    where (n.form = 'holds' and app_holds(n.permission))
                       or (n.form = 'units' and subject_unit in (select app_units(n.permission))))
$$;
comment on function app_may_ask is 'Whether the caller may ask who reads a row of that table, of that person and unit.';

create function app_who_reads(tbl text, subject uuid, subject_unit uuid)
returns table (person_id uuid, given_name text, family_name text, role_id uuid, role text, permission text, scope text,
               unit_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive above(id) as (
        select subject_unit
        union
        select u.parent_id from units u join above a on u.id = a.id
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid) and u.parent_id is not null)
    select f.person_id, h.given_name, h.family_name, f.role_id, r.name, f.permission, f.scope, f.unit_id, f.starts_at, f.ends_at
      from app_policy_names(tbl) n
      join grants_in_force f on f.permission = n.permission
      join people h on h.organisation_id = f.organisation_id and h.id = f.person_id and h.left_at is null
      join roles r on r.organisation_id = f.organisation_id and r.id = f.role_id
     where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and ((n.form = 'holds' and f.scope = 'organisation')
            or (n.form = 'own' and f.scope = 'own' and f.person_id = subject)
            or (n.form = 'units' and f.scope = 'unit' and f.unit_id = subject_unit)
            or (n.form = 'units' and f.scope = 'below' and f.unit_id in (select a.id from above a)))
       and (select app_may_ask(tbl, subject, subject_unit))
     order by h.family_name, h.given_name, f.person_id, r.name, f.permission
$$;
comment on function app_who_reads is
    'Who can read a row of that table, of that person and unit, now, and by which role: for those who may ask.';

-- Access receipts: who opened the caller's own records. Of the audit trail, just that.
create function app_receipts(before_at timestamptz, before_id bigint, at_most integer)
returns table (id bigint, at timestamptz, reader text, roles text, action text, object_kind text, object_id text, detail jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
    select e.id, e.at, coalesce(p.given_name || ' ' || p.family_name, ''), e.actor_label, e.action, e.object_kind, e.object_id,
           jsonb_build_object('allowed_by', e.detail -> 'facts' -> 'allowed_by', 'sets', e.detail -> 'facts' -> 'sets')
      from audit_entries e
      left join people p on p.organisation_id = e.organisation_id and p.id = e.actor_id
     where e.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and e.subject_id = (select current_setting('app.person', true)::uuid)
       and e.actor_id is distinct from e.subject_id
       and e.action ~ '\.(read|list|export|explain)$'
       and (e.at, e.id) < (before_at, before_id)
     order by e.at desc, e.id desc limit least(at_most, 200)
$$;
comment on function app_receipts is 'Who opened the caller''s records, when and in which roles; nothing else of the trail.';

-- Whose duty it is, for whoever may ask who can read it: for whoever only asks, the duty itself stays shut.
create function app_duty_subject(wanted uuid) returns table (person_id uuid, unit_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
    select d.person_id, d.unit_id from duties d
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.id = wanted
       and d.deleted_at is null
       and app_may_ask('duties', d.person_id, d.unit_id)
$$;
create policy definer_reads on duties for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

revoke all on function app_duty_subject(uuid) from public;
grant execute on function app_duty_subject(uuid) to watchroom_app;
revoke all on function app_may_ask(text, uuid, uuid), app_who_reads(text, uuid, uuid), app_receipts(timestamptz, bigint, integer) from public;
grant execute on function app_may_ask(text, uuid, uuid), app_who_reads(text, uuid, uuid), app_receipts(timestamptz, bigint, integer) to watchroom_app;

-- In which role somebody acted on the record of another: one that gives no more than one's own did not let them.
create or replace function app_permissions() returns table (permission text, scope text, unit_id uuid, role text)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with held as (
        select distinct f.permission, f.scope, f.role_id from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.person_id = (select current_setting('app.person', true)::uuid))
    select distinct h.permission, h.scope, null::uuid, null::text from held h where h.scope in ('own', 'organisation')
    union all
    select wanted.permission, 'unit', reach.id, null
      from (select distinct h.permission from held h where h.scope in ('unit', 'below')) wanted,
           lateral app_units(wanted.permission) reach(id)
    union all
    select distinct h.permission, 'role', null::uuid, r.code
      from held h join roles r on r.id = h.role_id
     where h.scope <> 'own' and r.organisation_id = (select current_setting('app.organisation', true)::uuid)
$$;
