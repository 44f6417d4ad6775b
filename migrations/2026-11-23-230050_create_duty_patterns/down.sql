drop trigger rota_follows on people;
drop table rota_confirmations;
drop table rota_assignments;
drop function app_rota_follows();
drop table duty_pattern_slots;
drop function app_pattern_in_use();
drop table duty_patterns;
drop function app_own_unit();
