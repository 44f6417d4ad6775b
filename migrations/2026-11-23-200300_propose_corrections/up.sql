-- A duty of an approved period is corrected by a proposal that keeps what it said and what it should say. Whoever approves
-- the person's hours accepts or refuses it; what is accepted the database writes itself, from the proposal.

alter table duty_revisions add column after jsonb;
comment on column duty_revisions.after is 'What the values became, where a correction that somebody accepted keeps both.';
alter table duty_revisions drop constraint duty_revisions_act_check;
alter table duty_revisions add constraint duty_revisions_act_check check (act in ('changed', 'deleted', 'corrected'));

create table duty_corrections (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    timesheet_id uuid not null,
    duty_id uuid not null,
    act text not null check (act in ('change', 'add', 'remove')),
    duty_revision integer not null default 0,
    was jsonb not null default '{}',
    becomes jsonb not null default '{}',
    reason text not null check (length(reason) between 1 and 500),
    state text not null check (state in ('proposed', 'accepted', 'refused', 'withdrawn')),
    proposed_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid,
    decided_by_name text,
    answer text check (length(answer) between 1 and 500),
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, timesheet_id) references timesheets (organisation_id, id),
    foreign key (organisation_id, decided_by) references people (organisation_id, id),
    check ((state = 'proposed') = (decided_at is null) and (state = 'proposed') = (decided_by is null)),
    check (state <> 'refused' or answer is not null)
);
comment on table duty_corrections is 'Proposals to change, add or remove a duty of an approved period, with both values. They stay when they are decided.';
comment on column duty_corrections.unit_id is 'That of the timesheet: whoever approves for it decides.';
comment on column duty_corrections.duty_id is 'Of a proposal to add one: the id that the duty gets.';
comment on column duty_corrections.duty_revision is 'The revision of the duty that it was made on; 0 where there was none.';
comment on column duty_corrections.was is 'When the duty began, and what it said of the fields at hand when it was proposed, written by the database.';
comment on column duty_corrections.becomes is 'What it should say, by field name; never a note.';
comment on column duty_corrections.answer is 'What whoever decided said of it.';
create unique index duty_corrections_open on duty_corrections (organisation_id, duty_id) where state = 'proposed';
create index duty_corrections_duty on duty_corrections (organisation_id, duty_id, proposed_at desc);
create index duty_corrections_person on duty_corrections (organisation_id, person_id, proposed_at desc, id desc);
create index duty_corrections_waiting on duty_corrections (organisation_id, proposed_at, id) where state = 'proposed';

call app_secure('duty_corrections',
    '{own:timesheet.submit} or {holds:timesheet.approve} or {units:timesheet.approve}',
    '{own:timesheet.submit} and state = ''proposed''
     and exists (select from timesheets t where t.organisation_id = duty_corrections.organisation_id
         and t.id = duty_corrections.timesheet_id and t.person_id = duty_corrections.person_id and t.state = ''approved'')
     and (act = ''add'' or exists (select from duties d where d.organisation_id = duty_corrections.organisation_id
         and d.id = duty_corrections.duty_id))',
    'state = ''proposed'' and ({own:timesheet.submit}
        or (not ({me}) and ({holds:timesheet.approve} or {units:timesheet.approve})))',
    null);
alter policy changes on duty_corrections with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and decided_by = (select current_setting('app.person', true)::uuid)
    and ((person_id = decided_by and (select app_own('timesheet.submit')) and state = 'withdrawn')
        or (person_id <> decided_by and state in ('accepted', 'refused')
            and ((select app_holds('timesheet.approve'))
                or unit_id in (select held.id from app_units('timesheet.approve') held(id))))));
revoke update on duty_corrections from watchroom_app;
grant update (state, decided_at, decided_by, answer) on duty_corrections to watchroom_app;
create policy definer_reads on duty_corrections for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

create function app_duty_values(duty duties) returns jsonb
language sql stable set search_path = pg_catalog, public as $$
    select jsonb_build_object(
        'started_at', to_char(duty.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'ended_at', to_char(duty.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'kind_id', coalesce(duty.subcategory_id, duty.category_id, duty.type_id), 'unit_id', duty.unit_id,
        'break_minutes', duty.break_minutes, 'incident_number', duty.incident_number, 'job_role', duty.job_role,
        'call_sign', duty.call_sign, 'mileage_tenths', duty.mileage_tenths)
$$;
revoke all on function app_duty_values(duties) from public;

-- Of what is proposed, the database says itself what there is now, and that it lies in the approved period.
create function app_correction_fits() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    sheet timesheets;
    duty duties;
    day date;
begin
    if tg_op = 'UPDATE' then
        new.decided_by_name := (select p.given_name || ' ' || p.family_name from people p
            where p.organisation_id = new.organisation_id and p.id = new.decided_by);
        return new;
    end if;
    select * into sheet from timesheets t where t.organisation_id = new.organisation_id and t.id = new.timesheet_id;
    new.unit_id := sheet.unit_id;
    new.was := '{}';
    new.duty_revision := 0;
    if new.act <> 'add' then
        select * into duty from duties d
         where d.organisation_id = new.organisation_id and d.id = new.duty_id and d.person_id = new.person_id
           and d.deleted_at is null and d.started_on between sheet.period_from and sheet.period_to;
        if not found then
            raise exception 'the period has no such duty'
                using errcode = 'check_violation', constraint = 'duty_corrections_fit', table = 'duty_corrections';
        end if;
        new.duty_revision := duty.revision;
        select coalesce(jsonb_object_agg(value.key, value.value), '{}') into new.was
          from jsonb_each(app_duty_values(duty)) value
         where new.act = 'remove' or new.becomes ? value.key or value.key = 'started_at';
    elsif exists (select from duties d where d.organisation_id = new.organisation_id and d.id = new.duty_id) then
        raise exception 'there is such a duty'
            using errcode = 'check_violation', constraint = 'duty_corrections_fit', table = 'duty_corrections';
    end if;
    day := ((new.becomes ->> 'started_at')::timestamptz at time zone 'Europe/London')::date;
    if day not between sheet.period_from and sheet.period_to then
        raise exception 'a correction stays in its period'
            using errcode = 'check_violation', constraint = 'duty_corrections_stay', table = 'duty_corrections';
    end if;
    return new;
end $$;
create trigger fits before insert or update on duty_corrections for each row execute function app_correction_fits();

create policy definer_adds on duties for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_corrects on duties for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_adds on duty_revisions for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on duty_shared_notes for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on duty_shared_notes for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on duty_shared_notes for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
-- A private note goes with its duty. Even the function that removes it sees none of a duty that stands.
create policy definer_reads on duty_private_notes for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and exists (select from duties d where d.organisation_id = duty_private_notes.organisation_id
            and d.id = duty_private_notes.duty_id and d.deleted_at is not null));
create policy definer_removes on duty_private_notes for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and exists (select from duties d where d.organisation_id = duty_private_notes.organisation_id
            and d.id = duty_private_notes.duty_id and d.deleted_at is not null));

create policy definer_reads on duty_kinds for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

create function app_correct_duty(c duty_corrections) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    v constant jsonb := c.becomes;
    kind record;
begin
    select case k.level when 1 then k.id when 2 then p.id else p.parent_id end as type_id,
           case k.level when 1 then null when 2 then k.id else p.id end as category_id,
           case k.level when 3 then k.id end as subcategory_id into kind
      from duty_kinds k left join duty_kinds p on p.organisation_id = k.organisation_id and p.id = k.parent_id
     where k.organisation_id = c.organisation_id and k.id = (v ->> 'kind_id')::uuid;
    if c.act = 'add' then
        insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, break_minutes,
                            type_id, category_id, subcategory_id, incident_number, job_role, call_sign, mileage_tenths,
                            source, created_at, created_by, changed_at)
        values (c.organisation_id, c.duty_id, c.person_id, (v ->> 'unit_id')::uuid, (v ->> 'started_at')::timestamptz,
                (v ->> 'ended_at')::timestamptz, ((v ->> 'started_at')::timestamptz at time zone 'Europe/London')::date,
                coalesce((v ->> 'break_minutes')::integer, 0), kind.type_id, kind.category_id, kind.subcategory_id,
                v ->> 'incident_number', v ->> 'job_role', v ->> 'call_sign', (v ->> 'mileage_tenths')::integer,
                'manual', c.proposed_at, c.person_id, c.decided_at);
        return true;
    end if;
    update duties d
       set unit_id = coalesce((v ->> 'unit_id')::uuid, d.unit_id),
           started_at = coalesce((v ->> 'started_at')::timestamptz, d.started_at),
           ended_at = coalesce((v ->> 'ended_at')::timestamptz, d.ended_at),
           started_on = (coalesce((v ->> 'started_at')::timestamptz, d.started_at) at time zone 'Europe/London')::date,
           break_minutes = coalesce((v ->> 'break_minutes')::integer, d.break_minutes),
           type_id = case when v ? 'kind_id' then kind.type_id else d.type_id end,
           category_id = case when v ? 'kind_id' then kind.category_id else d.category_id end,
           subcategory_id = case when v ? 'kind_id' then kind.subcategory_id else d.subcategory_id end,
           incident_number = case when v ? 'incident_number' then v ->> 'incident_number' else d.incident_number end,
           job_role = case when v ? 'job_role' then v ->> 'job_role' else d.job_role end,
           call_sign = case when v ? 'call_sign' then v ->> 'call_sign' else d.call_sign end,
           mileage_tenths = case when v ? 'mileage_tenths' then (v ->> 'mileage_tenths')::integer else d.mileage_tenths end,
           deleted_at = case when c.act = 'remove' then c.decided_at end,
           revision = d.revision + 1, changed_at = c.decided_at
     where d.organisation_id = c.organisation_id and d.id = c.duty_id and d.person_id = c.person_id
       and d.revision = c.duty_revision and d.deleted_at is null;
    if not found then
        return false;
    end if;
    insert into duty_revisions (organisation_id, duty_id, revision, person_id, unit_id, act, reason, before, after,
                                changed_by, changed_at)
    select c.organisation_id, c.duty_id, c.duty_revision + 1, c.person_id, d.unit_id,
           case c.act when 'remove' then 'deleted' else 'corrected' end, c.reason,
           case c.act when 'remove' then c.was
                else (select coalesce(jsonb_object_agg(said.key, said.value), '{}') from jsonb_each(c.was) said
                       where c.becomes ? said.key) end,
           case c.act when 'change' then c.becomes end, c.decided_by, c.decided_at
      from duties d where d.organisation_id = c.organisation_id and d.id = c.duty_id;
    if c.act = 'remove' then
        delete from duty_shared_notes n where n.organisation_id = c.organisation_id and n.duty_id = c.duty_id;
        delete from duty_private_notes n where n.organisation_id = c.organisation_id and n.duty_id = c.duty_id;
    else
        update duty_shared_notes n set unit_id = d.unit_id from duties d
         where n.organisation_id = c.organisation_id and n.duty_id = c.duty_id
           and d.organisation_id = c.organisation_id and d.id = c.duty_id and n.unit_id <> d.unit_id;
    end if;
    return true;
end $$;
revoke all on function app_correct_duty(duty_corrections) from public;

-- Writes a correction that the caller accepted in this very transaction, and counts the approved hours anew. False when the
-- duty is no longer what the proposal was made on.
create function app_apply_correction(wanted uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    c duty_corrections;
    hours record;
begin
    select * into c from duty_corrections d
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.id = wanted
       and d.state = 'accepted' and d.decided_by = (select current_setting('app.person', true)::uuid)
       and d.xmin = pg_current_xact_id_if_assigned()::xid;
    if not found then
        raise exception 'the caller has not just accepted this' using errcode = 'insufficient_privilege';
    end if;
    if not app_correct_duty(c) then
        return false;
    end if;
    select h.* into hours from timesheets t, lateral app_period_hours(t.person_id, t.period_from, t.period_to) h
     where t.organisation_id = c.organisation_id and t.id = c.timesheet_id;
    update timesheets t
       set revision = t.revision + 1,
           approved_minutes = case when t.state = 'approved' then hours.minutes end,
           approved_duties = case when t.state = 'approved' then hours.duties end
     where t.organisation_id = c.organisation_id and t.id = c.timesheet_id;
    insert into timesheet_events (organisation_id, timesheet_id, revision, state, reason, minutes, duties, moved_at,
                                  moved_by, moved_by_name)
    select c.organisation_id, t.id, t.revision, 'corrected', c.reason, hours.minutes, hours.duties, c.decided_at,
           c.decided_by, c.decided_by_name
      from timesheets t where t.organisation_id = c.organisation_id and t.id = c.timesheet_id;
    return true;
end $$;
comment on function app_apply_correction is 'Writes a correction that the caller accepted in this transaction; false when the duty changed meanwhile.';
revoke all on function app_apply_correction(uuid) from public;
grant execute on function app_apply_correction(uuid) to watchroom_app;

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
                          and (app_holds('timesheet.approve') or c.unit_id in (select app_units('timesheet.approve')))))
$$;
