drop procedure app_secure(regclass, text, text, text, text);
drop function app_policy(text);
drop function app_enter(uuid, uuid, text);
drop table permissions;
revoke usage on schema public from watchroom_app;
