drop function app_sign_in_rules(uuid);
drop table role_sign_in_rules;
drop table sign_in_rules;
