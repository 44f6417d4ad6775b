create table people_hr (
    organisation_id uuid not null,
    person_id uuid not null,
    contract_type text,
    contract_minutes_per_week integer check (contract_minutes_per_week between 0 and 10080),
    payroll_number text,
    started_on date,
    next_of_kin text,
    fitness_note text,
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table people_hr is 'What only HR and the person may read.';
alter table hr_contracts no force row level security;
alter table hr_payroll no force row level security;
alter table hr_kin no force row level security;
alter table hr_fitness no force row level security;
insert into people_hr
    select organisation_id, person_id, contract_type, contract_minutes_per_week, payroll_number, started_on, next_of_kin, fitness_note,
           greatest(c.changed_at, p.changed_at, k.changed_at, f.changed_at)
      from hr_contracts c full join hr_payroll p using (organisation_id, person_id)
      full join hr_kin k using (organisation_id, person_id) full join hr_fitness f using (organisation_id, person_id);
drop table hr_contracts, hr_payroll, hr_kin, hr_fitness;
alter table people_hr enable row level security; alter table people_hr force row level security;
call app_secure('people_hr', '{me} or {holds:hr.read}', '{holds:hr.write}', '{holds:hr.write}', null);
