-- HR fields in four sets, each a table with a permission of its own. Row-level security hides rows and never columns,
-- so a set that somebody may not read has to stand in a table that they cannot read.

create table hr_contracts (
    organisation_id uuid not null,
    person_id uuid not null,
    contract_type text check (length(contract_type) between 1 and 60),
    contract_minutes_per_week integer check (contract_minutes_per_week between 0 and 10080),
    started_on date,
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table hr_contracts is 'Contracts: for the person, and for hr.contract.read.';
comment on column hr_contracts.started_on is 'The first day of work.';

create table hr_payroll (
    organisation_id uuid not null,
    person_id uuid not null,
    payroll_number text check (length(payroll_number) between 1 and 40),
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table hr_payroll is 'Payroll numbers: for the person, and for hr.payroll.read.';

create table hr_kin (
    organisation_id uuid not null,
    person_id uuid not null,
    next_of_kin text check (length(next_of_kin) between 1 and 500),
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table hr_kin is 'Next of kin: for the person, and for hr.kin.read.';

create table hr_fitness (
    organisation_id uuid not null,
    person_id uuid not null,
    fitness_note text check (length(fitness_note) between 1 and 2000),
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table hr_fitness is 'Notes on fitness for duty: for the person, and for hr.fitness.read.';

-- The owner is under row-level security too; for the move of the rows it is lifted from the old table.
alter table people_hr no force row level security;
insert into hr_contracts
    select organisation_id, person_id, nullif(contract_type, ''), contract_minutes_per_week, started_on, changed_at from people_hr
     where contract_type <> '' or contract_minutes_per_week is not null or started_on is not null;
insert into hr_payroll select organisation_id, person_id, payroll_number, changed_at from people_hr where payroll_number <> '';
insert into hr_kin select organisation_id, person_id, next_of_kin, changed_at from people_hr where next_of_kin <> '';
insert into hr_fitness select organisation_id, person_id, fitness_note, changed_at from people_hr where fitness_note <> '';
drop table people_hr;

-- To write a set is to have read it first: the form shows what it says.
alter table hr_contracts enable row level security; alter table hr_contracts force row level security;
call app_secure('hr_contracts', '{me} or {holds:hr.contract.read}', '{holds:hr.contract.write} and {holds:hr.contract.read}',
    '{holds:hr.contract.write} and {holds:hr.contract.read}', null);
alter table hr_payroll enable row level security; alter table hr_payroll force row level security;
call app_secure('hr_payroll', '{me} or {holds:hr.payroll.read}', '{holds:hr.payroll.write} and {holds:hr.payroll.read}',
    '{holds:hr.payroll.write} and {holds:hr.payroll.read}', null);
alter table hr_kin enable row level security; alter table hr_kin force row level security;
call app_secure('hr_kin', '{me} or {holds:hr.kin.read}', '{holds:hr.kin.write} and {holds:hr.kin.read}',
    '{holds:hr.kin.write} and {holds:hr.kin.read}', null);
alter table hr_fitness enable row level security; alter table hr_fitness force row level security;
call app_secure('hr_fitness', '{me} or {holds:hr.fitness.read}', '{holds:hr.fitness.write} and {holds:hr.fitness.read}',
    '{holds:hr.fitness.write} and {holds:hr.fitness.read}', null);
