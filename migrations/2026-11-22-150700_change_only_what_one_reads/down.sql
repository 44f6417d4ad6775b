call app_secure_anew('duty_revisions', '{own:duty.read} or {units:duty.history.read} or {holds:duty.history.read}',
    '({own:duty.edit} or {own:duty.delete}) and changed_by = (select current_setting(''app.person'', true)::uuid)
     and exists (select from duties d where d.organisation_id = duty_revisions.organisation_id
         and d.id = duty_revisions.duty_id and d.person_id = duty_revisions.person_id)',
    null, null);
drop function app_reads_duties_of(uuid);

create or replace function app_duties_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    needed constant text := case when new.deleted_at is distinct from old.deleted_at then 'duty.delete' else 'duty.edit' end;
begin
    if current_user = 'watchroom_app' and not app_own(needed) then
        raise exception '% is not held', needed using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
