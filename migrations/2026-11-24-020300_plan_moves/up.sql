-- Leaving and moving to another unit, planned for a day: a job does it at midnight, on the clock in the United Kingdom.

create table planned_moves (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    kind text not null check (kind in ('transfer', 'leaving')),
    to_unit_id uuid,
    day date not null,
    due_at timestamptz not null,
    note text check (length(note) between 1 and 500),
    returns jsonb not null default '[]',
    state text not null check (state in ('planned', 'done', 'cancelled', 'failed')),
    planned_by uuid not null,
    planned_at timestamptz not null,
    settled_at timestamptz,
    outcome text check (length(outcome) between 1 and 300),
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, to_unit_id) references units (organisation_id, id),
    check ((kind = 'transfer') = (to_unit_id is not null)),
    check ((state = 'planned') = (settled_at is null))
);
comment on table planned_moves is 'That somebody moves to another unit or leaves on a day that is still to come; and what came of it.';
comment on column planned_moves.unit_id is 'The home unit of the person when it was planned, and follows them.';
comment on column planned_moves.day is 'Of a transfer, the first day in the other unit; of leaving, the last day.';
comment on column planned_moves.due_at is 'Midnight before the first day, or after the last one.';
comment on column planned_moves.returns is 'What is to be handed back: each thing, and whether it came back.';
comment on column planned_moves.outcome is 'Why it did not happen.';
create unique index planned_moves_open on planned_moves (organisation_id, person_id, kind) where state = 'planned';
create index planned_moves_due on planned_moves (organisation_id, due_at) where state = 'planned';
create index planned_moves_person on planned_moves (organisation_id, person_id, due_at desc);

create trigger home_unit before insert on planned_moves for each row execute function app_home_unit();
create function app_moves_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update planned_moves set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger moves_follow after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_moves_follow();

call app_secure('planned_moves', '{me} or {units:people.read} or {holds:people.read} or {system:moves}',
    'not ({me}) and state = ''planned'' and planned_by = (select current_setting(''app.person'', true)::uuid)
     and ((kind = ''leaving'' and {holds:people.leave})
          or (kind = ''transfer'' and ({holds:people.edit} or ({units:people.edit}
              and to_unit_id in (select held.id from app_units(''people.edit'') held(id))))))',
    '{system:moves} or (not ({me}) and ((kind = ''leaving'' and {holds:people.leave})
          or (kind = ''transfer'' and ({holds:people.edit} or {units:people.edit}))))', null);
revoke update on planned_moves from watchroom_app;
grant update (state, settled_at, outcome, returns) on planned_moves to watchroom_app;
create policy definer_reads on planned_moves for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on planned_moves for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Only the job says that it happened.
create function app_moves_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user = 'watchroom_app' and new.state is distinct from old.state
       and (old.state <> 'planned'
            or (new.state <> 'cancelled' and coalesce(current_setting('app.system', true), '') <> 'moves')) then
        raise exception 'a planned move is cancelled, or its day comes' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_verb before update on planned_moves for each row execute function app_moves_by_verb();

-- The job touches people for whom something is planned, and of them only the unit and the leaving.
create policy moves_reads on people for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'moves');
create policy moves_changes on people for update to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'moves'
    and exists (select from planned_moves m where m.organisation_id = people.organisation_id
                   and m.person_id = people.id and m.state = 'planned'));
create policy moves_reads on accounts for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'moves');

create or replace function app_people_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user <> 'watchroom_app' or current_setting('app.system', true) in ('import', 'scim') then
        return new;
    end if;
    if current_setting('app.system', true) = 'moves' then
        if (new.given_name, new.family_name, new.employee_number, new.email, new.phone)
               is distinct from (old.given_name, old.family_name, old.employee_number, old.email, old.phone)
           or new.left_at is null and old.left_at is not null then
            raise exception 'a planned move changes the unit or the leaving' using errcode = 'insufficient_privilege';
        end if;
        return new;
    end if;
    if new.left_at is distinct from old.left_at
       and (not app_holds('people.leave') or new.id::text = current_setting('app.person', true)) then
        raise exception 'people.leave is not held for this person' using errcode = 'insufficient_privilege';
    end if;
    if (new.given_name, new.family_name, new.employee_number, new.email, new.phone, new.unit_id)
           is distinct from (old.given_name, old.family_name, old.employee_number, old.email, old.phone, old.unit_id)
       and not app_holds('people.edit')
       and not (old.unit_id in (select app_units('people.edit')) and new.unit_id in (select app_units('people.edit'))) then
        raise exception 'people.edit is not held' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
