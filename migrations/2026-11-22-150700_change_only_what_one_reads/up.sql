-- Where a permission's page also takes the right to read the duty, the tables do too: what a duty said before is more
-- than its hours, and nobody changes a duty whose notes they cannot see.

create or replace function app_duties_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    needed constant text := case when new.deleted_at is distinct from old.deleted_at then 'duty.delete' else 'duty.edit' end;
begin
    if current_user = 'watchroom_app' and not (app_own(needed) and app_own('duty.read')) then
        raise exception '% and duty.read are not both held', needed using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

-- A function, since "who can see this?" reads from a policy which permissions open a table: this one only narrows.
create function app_reads_duties_of(unit uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select app_holds('duty.read') or unit in (select app_units('duty.read'))
$$;
comment on function app_reads_duties_of is 'Whether the caller may read the duties of a unit, whoever''s they are.';
revoke all on function app_reads_duties_of(uuid) from public;
grant execute on function app_reads_duties_of(uuid) to watchroom_app;

call app_secure_anew('duty_revisions',
    '{own:duty.read} or ({units:duty.history.read} or {holds:duty.history.read}) and app_reads_duties_of(unit_id)',
    '({own:duty.edit} or {own:duty.delete}) and changed_by = (select current_setting(''app.person'', true)::uuid)
     and exists (select from duties d where d.organisation_id = duty_revisions.organisation_id
         and d.id = duty_revisions.duty_id and d.person_id = duty_revisions.person_id)',
    null, null);
