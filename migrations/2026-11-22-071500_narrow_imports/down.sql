alter policy adds on duties with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
        or (select current_setting('app.system', true)) = 'import'));

drop policy floor on imports;
drop policy reads on imports;
drop policy adds on imports;
drop policy changes on imports;
call app_secure('imports', '{holds:import.run} or {holds:import.people} or {system:import}',
    '{holds:import.run} or {holds:import.people}', '{holds:import.run} or {holds:import.people} or {system:import}', null);
comment on column imports.mapping is null;
alter table imports drop column records_made;
