-- HR may undo an approval before payroll took it: the claim waits again, with the reason, and with who reopened it.
create or replace function app_claims_by_verb() returns trigger
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
    -- An approval is undone by reopening the claim, with a reason; what waits is answered by a decision.
    if old.state = 'approved' and new.state not in ('approved', 'waiting', 'withdrawn') then
        raise exception 'an approved claim is reopened before it is decided anew' using errcode = 'insufficient_privilege';
    end if;
    if old.state = 'approved' and new.state = 'approved'
       and (new.decided_at, new.decided_by, new.decided_amount, new.answer)
           is distinct from (old.decided_at, old.decided_by, old.decided_amount, old.answer) then
        raise exception 'an approved claim is reopened before it is decided anew' using errcode = 'insufficient_privilege';
    end if;
    if old.state = 'approved' and new.state = 'waiting' and (new.answer is null or new.decided_by is null) then
        raise exception 'who reopens a claim says why' using errcode = 'insufficient_privilege';
    end if;
    if old.state = 'waiting' and new.state = 'waiting'
       and (new.decided_by, new.decided_amount, new.answer) is distinct from (old.decided_by, old.decided_amount, old.answer) then
        raise exception 'a claim that waits is decided or taken back' using errcode = 'insufficient_privilege';
    end if;
    if new.decided_by is distinct from old.decided_by then
        new.decided_by_name := (select p.given_name || ' ' || p.family_name from people p
            where p.organisation_id = new.organisation_id and p.id = new.decided_by);
    end if;
    return new;
end $$;

alter policy changes on claims using (
    (organisation_id = (select current_setting('app.organisation', true)::uuid))
    and ((state = 'waiting' and ((person_id = (select current_setting('app.person', true)::uuid) and (select app_own('timesheet.submit')))
            or (person_id <> (select current_setting('app.person', true)::uuid) and (select app_holds('claim.decide')))))
        or (state = 'approved' and payroll_run_id is null and (select app_holds('payroll.export')))
        or (state = 'approved' and payroll_run_id is null and person_id <> (select current_setting('app.person', true)::uuid)
            and (select app_holds('claim.decide'))))) with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((person_id = (select current_setting('app.person', true)::uuid) and (select app_own('timesheet.submit'))
            and state = 'withdrawn' and payroll_run_id is null)
        or (person_id <> (select current_setting('app.person', true)::uuid) and (select app_holds('claim.decide'))
            and state in ('approved', 'refused') and decided_by = (select current_setting('app.person', true)::uuid)
            and payroll_run_id is null and app_hours_approved(person_id, day))
        or (person_id <> (select current_setting('app.person', true)::uuid) and (select app_holds('claim.decide'))
            and state = 'waiting' and decided_by = (select current_setting('app.person', true)::uuid)
            and answer is not null and payroll_run_id is null)
        -- Hours that were reopened are approved anew before payroll takes what was claimed for them.
        or (state = 'approved' and payroll_run_id is not null and (select app_holds('payroll.export'))
            and app_hours_approved(person_id, day))));
comment on column claims.answer is 'What HR says of its decision, or why an approval was undone.';
comment on column claims.decided_by is 'Who decided; of a claim that waits, who reopened it.';
