drop trigger by_verb on accounts;
drop function app_accounts_by_verb();
call app_secure_anew('accounts',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:password.link} or {holds:people.leave}',
    '{holds:account.manage} or {system:set-up} or {system:operator} or {system:import}',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:people.leave}', null);
