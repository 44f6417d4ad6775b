do $$ begin
    execute replace(pg_get_functiondef('app_security_deeds()'::regprocedure),
        'select array[''delegation.end'', ''delegation.make'', ''timesheet.configure'', ', 'select array[');
    drop index audit_entries_security;
    execute format('create index audit_entries_security on audit_entries (organisation_id, at desc, id desc) '
                   'where action = any (%L::text[])', app_security_deeds());
end $$;
