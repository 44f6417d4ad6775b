drop function app_needed_competences(uuid[], uuid[]);
drop trigger competences_follow on people;
drop table certificate_notices;
drop table certificates;
drop table competence_exceptions;
drop table competence_needs;
drop table competence_kinds;
drop function app_competences_follow();
