-- The security log tells who was named to decide in whose stead, and how hours are submitted: the first is about access,
-- the second configuration. Its list is added to as it stands, and its index made anew.
do $$ begin
    execute replace(pg_get_functiondef('app_security_deeds()'::regprocedure), 'select array[',
        'select array[''delegation.end'', ''delegation.make'', ''timesheet.configure'', ');
    drop index audit_entries_security;
    execute format('create index audit_entries_security on audit_entries (organisation_id, at desc, id desc) '
                   'where action = any (%L::text[])', app_security_deeds());
end $$;
