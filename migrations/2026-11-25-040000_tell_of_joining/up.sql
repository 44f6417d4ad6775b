-- Whom to tell that something waits for their decision: an application for a vacancy, a change of somebody's details. A
-- function that answers the work that tells, and nobody else.

create policy definer_reads on vacancies for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on detail_changes for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Of an application hear those who handle applications of the unit, and whoever wrote the vacancy; whoever handles those of
-- all units only when there is nobody nearer. Of a change of details hear all who may decide on it, and never whose it is.
create function app_whom_it_concerns(notice text, thing uuid) returns table (person_id uuid, email text)
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive asked as (
        select 'application.handle' as permission, v.unit_id, v.created_by as author, null::uuid as subject
          from vacancies v
         where v.organisation_id = (select current_setting('app.organisation', true)::uuid) and v.id = thing
           and notice = 'application-arrived'
        union all
        select 'detail.approve', null, null, d.person_id
          from detail_changes d
         where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.id = thing
           and notice = 'detail-waiting' and d.state = 'proposed'),
    above(id) as (
        select q.unit_id from asked q where q.unit_id is not null
        union
        select u.parent_id from units u join above a on u.id = a.id
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid) and u.parent_id is not null),
    reached as (
        select a.person_id, a.email, bool_or(f.scope <> 'organisation' or f.person_id = q.author) as near
          from asked q
          join grants_in_force f on f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.permission = q.permission and f.person_id is distinct from q.subject
           and (f.scope = 'organisation' or (f.scope = 'unit' and f.unit_id = q.unit_id)
                or (f.scope = 'below' and f.unit_id in (select above.id from above)))
          join people p on p.organisation_id = f.organisation_id and p.id = f.person_id and p.left_at is null
          join accounts a on a.organisation_id = p.organisation_id and a.person_id = p.id and a.disabled_at is null
         group by a.person_id, a.email)
    select r.person_id, r.email from reached r
     where (select current_setting('app.system', true)) = 'hours'
       and (r.near or not exists (select from reached n where n.near))
$$;
comment on function app_whom_it_concerns is 'Who decides on something that waits, and where to write to them: for the work that tells.';
revoke all on function app_whom_it_concerns(text, uuid) from public;
grant execute on function app_whom_it_concerns(text, uuid) to watchroom_app;
