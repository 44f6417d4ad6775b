drop policy reads on duties;
do $$
begin
    execute format('create policy reads on duties for select to watchroom_app using (%s and (%s))',
        'organisation_id = (select current_setting(''app.organisation'', true)::uuid)',
        app_policy('{reach:duty.read} or {units:hours.read} or {holds:hours.read} or {system:import}'));
end $$;
drop function app_units_all(text);
