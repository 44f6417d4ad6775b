drop trigger contacts_follow on people;
drop table emergency_contacts;
drop table person_addresses;
drop table detail_changes;
drop function app_detail_changes_by_verb();
drop function app_contacts_follow();
