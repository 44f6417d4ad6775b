drop policy definer_removes on role_grants;
drop policy definer_removes on password_links;
drop policy definer_reads on password_links;
drop policy definer_removes on sessions;
drop policy definer_reads on sessions;
drop policy definer_disables on accounts;
drop policy definer_reads on accounts;
drop trigger person_left on people;
drop function app_person_left();
