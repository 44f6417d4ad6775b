drop function app_exposure_people(text), app_exposure_person(uuid);
drop trigger exposures_follow on people;
drop function app_exposures_follow();
drop table exposure_health, exposure_versions, exposures, exposure_rules;
drop function app_exposure_agrees();
