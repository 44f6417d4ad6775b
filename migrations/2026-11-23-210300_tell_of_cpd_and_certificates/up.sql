-- Messages about CPD and certificates. Policies beside those of the outbox: each lets exactly its own notices in, to
-- exactly the address of whom they are for.

-- Whom a request concerns beside the caller, and where to write to them.
create function app_cpd_counterpart(request uuid) returns table (person_id uuid, email text)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select a.person_id, a.email
      from cpd_requests r
      join accounts a on a.organisation_id = r.organisation_id and a.disabled_at is null
       and a.person_id = case when r.person_id = (select current_setting('app.person', true)::uuid)
                              then r.verifier_id else r.person_id end
     where r.organisation_id = (select current_setting('app.organisation', true)::uuid) and r.id = request
       and (select current_setting('app.person', true)::uuid) in (r.person_id, r.verifier_id)
$$;
comment on function app_cpd_counterpart is 'The other one of a request to confirm an entry that the caller made or got.';

create policy cpd_adds on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and kind in ('cpd-asked', 'cpd-answered') and state = 'waiting'
    and (person_id, recipient) in (select other.person_id, other.email from app_cpd_counterpart(about_id) other));

-- To whom the daily look at certificates writes: their person, and whoever records certificates of that unit.
create function app_certificate_readers(subject uuid) returns table (person_id uuid, email text, is_subject boolean)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with recursive above(id) as (
        select p.unit_id from people p
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = subject
        union
        select u.parent_id from units u join above a on u.id = a.id
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid) and u.parent_id is not null),
    told as (
        select subject as id, true as is_subject
        union
        select f.person_id, false from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.permission = 'certificate.write' and f.person_id <> subject
           and (f.scope = 'organisation'
                or (f.scope = 'unit' and f.unit_id = (select p.unit_id from people p
                        where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = subject))
                or (f.scope = 'below' and f.unit_id in (select a.id from above a))))
    select a.person_id, a.email, t.is_subject
      from told t
      join accounts a on a.organisation_id = (select current_setting('app.organisation', true)::uuid) and a.person_id = t.id
       and a.disabled_at is null
      join people p on p.organisation_id = a.organisation_id and p.id = a.person_id and p.left_at is null
     where (select current_setting('app.system', true)) = 'competence'
       and exists (select from people s where s.organisation_id = a.organisation_id and s.id = subject and s.left_at is null)
$$;
comment on function app_certificate_readers is 'Whom to tell that a certificate of somebody runs out: for the work that does.';

create policy competence_adds on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'competence'
    and kind in ('certificate-ending', 'team-certificate-ending') and state = 'waiting');
create policy competence_reads on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'competence' and kind in ('certificate-ending', 'team-certificate-ending'));

revoke all on function app_cpd_counterpart(uuid), app_certificate_readers(uuid) from public;
grant execute on function app_cpd_counterpart(uuid), app_certificate_readers(uuid) to watchroom_app;
