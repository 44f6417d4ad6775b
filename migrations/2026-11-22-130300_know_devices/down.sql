drop trigger person_left_devices on people;
drop function app_person_left_devices();
drop table known_devices;
