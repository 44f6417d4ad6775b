-- "The row is of a unit that the caller manages" was a comparison with an array, element by element for every row: with
-- a hundred units that was as much work as all the rest of a sum. As a set it is looked up by hash. The function stands in
-- the FROM clause because Postgres does not use several processors where it stands in the list.
create or replace function app_policy(expression text) returns text
language sql immutable set search_path = pg_catalog, public as $$
    select replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(expression,
                    '\{system:([a-z.-]+)\}', '(select current_setting(''app.system'', true)) = ''\1''', 'g'),
                '\{units:([a-z.]+)\}', 'unit_id in (select held.id from app_units(''\1'') held(id))', 'g'),
            '\{holds:([a-z.]+)\}', '(select app_holds(''\1''))', 'g'),
        '{me}', 'person_id = (select current_setting(''app.person'', true)::uuid)')
$$;

do $$
declare
    policy record;
begin
    for policy in
        select tablename, policyname, qual from pg_policies
         where schemaname = 'public' and cmd = 'SELECT' and qual ~ '= ANY \(ARRAY\( SELECT app_units\('
    loop
        execute format('alter policy %I on public.%I using (%s)', policy.policyname, policy.tablename,
            regexp_replace(policy.qual, '= ANY \(ARRAY\( SELECT app_units\((''[a-z.]+'')::text\) AS app_units\)\)',
                'in (select held.id from app_units(\1) held(id))', 'g'));
    end loop;
end $$;
