-- What payroll pays beyond the hours: overtime, disturbance, mileage. The member claims it for a duty; once a manager has
-- approved the hours, HR approves or refuses it; a payroll run takes what was approved, and nothing twice.

create table payroll_runs (
    organisation_id uuid not null references organisations,
    id uuid not null,
    created_by uuid not null,
    created_by_name text not null,
    created_at timestamptz not null,
    claims integer not null default 0,
    primary key (organisation_id, id),
    foreign key (organisation_id, created_by) references people (organisation_id, id)
);
comment on table payroll_runs is 'Files of approved claims that were made for payroll. A claim is in one of them at most.';
create index payroll_runs_newest on payroll_runs (organisation_id, created_at desc, id desc);

create table claims (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    duty_id uuid not null,
    day date not null,
    kind text not null check (kind in ('overtime', 'disturbance', 'mileage')),
    amount integer not null check (amount between 1 and 100000),
    basis integer not null default 0,
    duty_revision integer not null default 1,
    note text check (length(note) between 1 and 500),
    state text not null check (state in ('waiting', 'approved', 'refused', 'withdrawn')),
    made_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid,
    decided_by_name text,
    decided_amount integer check (decided_amount between 1 and 100000),
    answer text check (length(answer) between 1 and 500),
    payroll_run_id uuid,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id),
    foreign key (organisation_id, decided_by) references people (organisation_id, id),
    foreign key (organisation_id, payroll_run_id) references payroll_runs (organisation_id, id),
    check (kind <> 'disturbance' or amount = 1),
    check (kind <> 'overtime' or amount <= 1440),
    check ((state = 'waiting') = (decided_at is null)),
    check ((state = 'approved') = (decided_amount is not null)),
    check (decided_amount <= amount and (decided_amount = amount or answer is not null)),
    check (state <> 'refused' or answer is not null),
    check (payroll_run_id is null or state = 'approved')
);
comment on table claims is 'What somebody claims for a duty, and what HR decided of it.';
comment on column claims.unit_id is 'The home unit when it was claimed.';
comment on column claims.day is 'The day in the United Kingdom on which the duty started.';
comment on column claims.amount is 'Overtime: minutes. Disturbance: one payment. Mileage: tenths of a mile.';
comment on column claims.basis is 'What the duty itself said then: minutes worked, or tenths of a mile; 0 for nothing.';
comment on column claims.decided_amount is 'What HR approved of it; less than what was claimed takes a reason.';
comment on column claims.payroll_run_id is 'The file that took it to payroll.';
create unique index claims_once on claims (organisation_id, duty_id, kind) where state in ('waiting', 'approved');
create index claims_duty on claims (organisation_id, duty_id, made_at);
create index claims_person on claims (organisation_id, person_id, made_at desc, id desc);
create index claims_waiting on claims (organisation_id, made_at, id) where state = 'waiting';
create index claims_decided on claims (organisation_id, decided_at desc, id desc) where state in ('approved', 'refused');
create index claims_for_payroll on claims (organisation_id, person_id) where state = 'approved' and payroll_run_id is null;
create index claims_run on claims (organisation_id, payroll_run_id) where payroll_run_id is not null;

-- Whether a manager has approved the hours of a day, or nobody has to: the day is before hours were submitted here.
create function app_hours_approved(person uuid, day date) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select not exists (select from app_timesheet_period(day))
        or exists (select from timesheets t
                    where t.organisation_id = (select current_setting('app.organisation', true)::uuid)
                      and t.person_id = person and t.state = 'approved' and day between t.period_from and t.period_to)
$$;
comment on function app_hours_approved is 'Whether what was claimed for that day can be decided on.';
revoke all on function app_hours_approved(uuid, date) from public;
grant execute on function app_hours_approved(uuid, date) to watchroom_app;

call app_secure('payroll_runs', '{holds:payroll.export}',
    '{holds:payroll.export} and created_by = (select current_setting(''app.person'', true)::uuid)',
    '{holds:payroll.export} and created_by = (select current_setting(''app.person'', true)::uuid)', null);
revoke update on payroll_runs from watchroom_app;
grant update (claims) on payroll_runs to watchroom_app;

call app_secure('claims',
    '{own:timesheet.submit} or {holds:claim.decide} or {holds:payroll.export} or {holds:timesheet.approve}
     or {units:timesheet.approve}',
    '{own:timesheet.submit} and state = ''waiting''
     and exists (select from duties d where d.organisation_id = claims.organisation_id and d.id = claims.duty_id)',
    '(state = ''waiting'' and ({own:timesheet.submit} or (not ({me}) and {holds:claim.decide})))
     or (state = ''approved'' and payroll_run_id is null and {holds:payroll.export})',
    null);
alter policy changes on claims with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((person_id = (select current_setting('app.person', true)::uuid) and (select app_own('timesheet.submit'))
            and state = 'withdrawn' and payroll_run_id is null)
        or (person_id <> (select current_setting('app.person', true)::uuid) and (select app_holds('claim.decide'))
            and state in ('approved', 'refused') and decided_by = (select current_setting('app.person', true)::uuid)
            and payroll_run_id is null and app_hours_approved(person_id, day))
        -- Hours that were reopened are approved anew before payroll takes what was claimed for them.
        or (state = 'approved' and payroll_run_id is not null and (select app_holds('payroll.export'))
            and app_hours_approved(person_id, day))));
revoke update on claims from watchroom_app;
grant update (state, decided_at, decided_by, decided_amount, answer, payroll_run_id) on claims to watchroom_app;
create policy definer_reads on claims for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_follows on claims for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and state in ('waiting', 'approved') and payroll_run_id is null)
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and state in ('waiting', 'approved', 'withdrawn') and payroll_run_id is null);

-- What the duty says, the database writes down itself; and what payroll has taken, nobody decides anew.
create function app_claims_by_verb() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    duty duties;
begin
    if tg_op = 'INSERT' then
        select * into duty from duties d
         where d.organisation_id = new.organisation_id and d.id = new.duty_id and d.person_id = new.person_id
           and d.deleted_at is null;
        if not found then
            raise exception 'there is no such duty'
                using errcode = 'check_violation', constraint = 'claims_are_for_a_duty', table = 'claims';
        end if;
        new.day := duty.started_on;
        new.duty_revision := duty.revision;
        new.unit_id := (select p.unit_id from people p where p.organisation_id = new.organisation_id and p.id = new.person_id);
        new.basis := case new.kind when 'mileage' then coalesce(duty.mileage_tenths, 0) else duty.worked_minutes end;
        return new;
    end if;
    if new.payroll_run_id is distinct from old.payroll_run_id
       and (new.state, new.decided_at, new.decided_by, new.decided_amount, new.answer)
           is distinct from (old.state, old.decided_at, old.decided_by, old.decided_amount, old.answer) then
        raise exception 'a claim goes to payroll as it was decided' using errcode = 'insufficient_privilege';
    end if;
    if new.decided_by is distinct from old.decided_by then
        new.decided_by_name := (select p.given_name || ' ' || p.family_name from people p
            where p.organisation_id = new.organisation_id and p.id = new.decided_by);
    end if;
    return new;
end $$;
create trigger by_verb before insert or update on claims for each row execute function app_claims_by_verb();

create function app_payroll_run_named() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    new.created_by_name := (select p.given_name || ' ' || p.family_name from people p
        where p.organisation_id = new.organisation_id and p.id = new.created_by);
    return new;
end $$;
create trigger named before insert on payroll_runs for each row execute function app_payroll_run_named();

-- What payroll has not taken follows its duty: one that goes takes it along, approved or not, and one that moves to
-- another day makes it wait for the hours of that day.
create function app_claims_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.deleted_at is not null then
        update claims set state = 'withdrawn', decided_at = new.deleted_at, decided_by = null, decided_amount = null
         where organisation_id = new.organisation_id and duty_id = new.id and state in ('waiting', 'approved')
           and payroll_run_id is null;
    else
        update claims set day = new.started_on
         where organisation_id = new.organisation_id and duty_id = new.id and state in ('waiting', 'approved')
           and payroll_run_id is null;
    end if;
    return null;
end $$;
create trigger claims_follow after update of deleted_at, started_on on duties for each row
    when (new.deleted_at is distinct from old.deleted_at or new.started_on <> old.started_on)
    execute function app_claims_follow();

create or replace function app_hours_people(wanted uuid[]) returns table (id uuid, name text, employee_number text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = any (wanted)
       and (exists (select from timesheets t
                     where t.organisation_id = p.organisation_id and t.person_id = p.id
                       and app_sees_timesheet(t))
            or exists (select from duty_corrections c
                        where c.organisation_id = p.organisation_id and c.person_id = p.id
                          and (app_holds('timesheet.approve') or c.unit_id in (select app_units('timesheet.approve'))))
            or exists (select from claims c
                        where c.organisation_id = p.organisation_id and c.person_id = p.id
                          and (app_holds('claim.decide') or app_holds('payroll.export') or app_holds('timesheet.approve')
                               or c.unit_id in (select app_units('timesheet.approve')))))
$$;

-- Claims as the list for HR wants them, with what it takes to decide: whether the hours are approved, and what the duty
-- says by now. For whoever may read them.
create function app_claim_facts(wanted uuid[])
returns table (claim_id uuid, started_at timestamptz, ended_at timestamptz, worked_minutes integer, revision integer,
               gone boolean, approved boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
    select c.id, d.started_at, d.ended_at, d.worked_minutes, d.revision, d.deleted_at is not null,
           app_hours_approved(c.person_id, c.day)
      from claims c
      join duties d on d.organisation_id = c.organisation_id and d.id = c.duty_id
     where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.id = any (wanted)
       and ((c.person_id = (select current_setting('app.person', true)::uuid) and app_own('timesheet.submit'))
            or app_holds('claim.decide') or app_holds('payroll.export') or app_holds('timesheet.approve')
            or c.unit_id in (select app_units('timesheet.approve')))
$$;
revoke all on function app_claim_facts(uuid[]) from public;
grant execute on function app_claim_facts(uuid[]) to watchroom_app;
