-- A unit never stands below itself. Two moves that are each fine may make a circle together, so moves wait for one
-- another; they are rare.
create function app_units_stay_a_tree() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('units ' || new.organisation_id::text, 0));
    if exists (
        with recursive above(id, parent_id) as (
            select u.id, u.parent_id from units u where u.organisation_id = new.organisation_id and u.id = new.parent_id
            union
            select u.id, u.parent_id from units u join above a on u.id = a.parent_id
             where u.organisation_id = new.organisation_id)
        select 1 from above where id = new.id)
    then
        raise exception 'a unit cannot stand below itself'
            using errcode = 'check_violation', constraint = 'units_are_a_tree', table = 'units';
    end if;
    return new;
end $$;

create trigger units_are_a_tree before update of parent_id on units
    for each row when (new.parent_id is not null and new.parent_id is distinct from old.parent_id)
    execute function app_units_stay_a_tree();
alter table units add constraint units_not_below_itself check (parent_id <> id);
