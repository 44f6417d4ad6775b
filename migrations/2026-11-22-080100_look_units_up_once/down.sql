do $$
declare
    policy record;
begin
    for policy in
        select tablename, policyname, qual from pg_policies
         where schemaname = 'public' and cmd = 'SELECT' and qual ~ 'IN \( SELECT held\.id\s+FROM app_units\('
    loop
        execute format('alter policy %I on public.%I using (%s)', policy.policyname, policy.tablename,
            regexp_replace(policy.qual, 'IN \( SELECT held\.id\s+FROM app_units\((''[a-z.]+'')::text\) held\(id\)\)',
                '= any (array(select app_units(\1)))', 'g'));
    end loop;
end $$;

create or replace function app_policy(expression text) returns text
language sql immutable set search_path = pg_catalog, public as $$
    select replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(expression,
                    '\{system:([a-z.-]+)\}', '(select current_setting(''app.system'', true)) = ''\1''', 'g'),
                '\{units:([a-z.]+)\}', 'unit_id = any (array(select app_units(''\1'')))', 'g'),
            '\{holds:([a-z.]+)\}', '(select app_holds(''\1''))', 'g'),
        '{me}', 'person_id = (select current_setting(''app.person'', true)::uuid)')
$$;
