create or replace function app_people_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user <> 'watchroom_app' or current_setting('app.system', true) in ('import', 'scim') then
        return new;
    end if;
    if new.left_at is distinct from old.left_at
       and (not app_holds('people.leave') or new.id::text = current_setting('app.person', true)) then
        raise exception 'people.leave is not held for this person' using errcode = 'insufficient_privilege';
    end if;
    if (new.given_name, new.family_name, new.employee_number, new.email, new.phone, new.unit_id)
           is distinct from (old.given_name, old.family_name, old.employee_number, old.email, old.phone, old.unit_id)
       and not app_holds('people.edit')
       and not (old.unit_id in (select app_units('people.edit')) and new.unit_id in (select app_units('people.edit'))) then
        raise exception 'people.edit is not held' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
drop policy moves_reads on accounts;
drop policy moves_changes on people;
drop policy moves_reads on people;
drop trigger moves_follow on people;
drop table planned_moves;
drop function app_moves_by_verb();
drop function app_moves_follow();
