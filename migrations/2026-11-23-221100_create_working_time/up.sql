-- What the engine of working time has to be told of contracts and people: groups of contracts, who belongs to which
-- since when, opt-outs, other employments, and what each kind of work is to the regulations.

create table contract_groups (
    organisation_id uuid not null references organisations,
    id uuid not null,
    name text not null check (length(name) between 1 and 80),
    reference_weeks smallint not null check (reference_weeks in (17, 26, 52)),
    anchor_on date,
    civil_protection boolean not null,
    standby text not null check (standby in ('none', 'turnout-only', 'all')),
    weekly_rest text not null check (weekly_rest in ('weekly', 'twice-a-fortnight', 'once-a-fortnight')),
    breaks_count boolean not null,
    special_hazards boolean not null,
    notice_days smallint not null check (notice_days between 7 and 92),
    action text not null check (action in ('off', 'warn', 'block')),
    for_all boolean not null default false,
    retired_at timestamptz,
    created_at timestamptz not null,
    revision integer not null default 1,
    primary key (organisation_id, id),
    check (not for_all or retired_at is null)
);
comment on table contract_groups is 'Contracts under which the same rules of the Working Time Regulations 1998 hold.';
comment on column contract_groups.reference_weeks is 'Weeks of the reference period: 17 by law, 26 for regulation 21 workers, up to 52 by agreement.';
comment on column contract_groups.anchor_on is 'A day on which a fixed reference period begins; null: the period rolls.';
comment on column contract_groups.civil_protection is 'Whether regulation 21 holds: missed rest is made up for.';
comment on column contract_groups.standby is 'What of on-call counts as working time.';
comment on column contract_groups.notice_days is 'Days of notice that end an opt-out: 7 by law, up to three months by agreement.';
comment on column contract_groups.action is 'What happens when a duty would break a limit or a rest: nothing, a warning, or a refusal of work that has not begun.';
comment on column contract_groups.for_all is 'It holds for everybody of whom nothing else is said.';
create unique index contract_groups_name on contract_groups (organisation_id, lower(name)) where retired_at is null;
create unique index contract_groups_for_all on contract_groups (organisation_id) where for_all;

create table working_terms (
    organisation_id uuid not null,
    person_id uuid not null,
    from_on date not null,
    unit_id uuid not null,
    group_id uuid not null,
    employed_on date not null,
    young_until date,
    set_by uuid not null,
    set_at timestamptz not null,
    primary key (organisation_id, person_id, from_on),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, group_id) references contract_groups (organisation_id, id)
);
comment on table working_terms is 'To which contract group somebody belongs from a day on. The latest line says since when they are employed.';
comment on column working_terms.unit_id is 'The home unit of the person, and follows them.';
comment on column working_terms.employed_on is 'The first day of the employment: a reference period does not reach back beyond it.';
comment on column working_terms.young_until is 'The last day before they become 18. The date of birth is not kept.';
create index working_terms_group on working_terms (organisation_id, group_id);

create table opt_outs (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    from_on date not null,
    notice_days smallint not null check (notice_days between 7 and 92),
    notice_given_on date,
    last_on date,
    declared_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check ((notice_given_on is null) = (last_on is null)),
    check (last_on >= notice_given_on + notice_days)
);
comment on table opt_outs is 'That somebody agreed not to have the weekly limit (regulations 4(1) and 5), in their own words and hand.';
comment on column opt_outs.unit_id is 'The home unit of the person, and follows them.';
comment on column opt_outs.notice_days is 'Notice that ends it, as the contract group had it on the day.';
comment on column opt_outs.last_on is 'The last day on which it stands, once notice was given.';
create unique index opt_outs_one on opt_outs (organisation_id, person_id) where last_on is null;
create index opt_outs_person on opt_outs (organisation_id, person_id, from_on);

create table other_employments (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    kind text not null check (kind in ('primary', 'secondary')),
    employer text check (length(employer) between 1 and 80),
    drives boolean not null,
    week jsonb not null check (jsonb_typeof(week) = 'array' and jsonb_array_length(week) = 7),
    from_on date not null,
    to_on date,
    declared_at timestamptz not null,
    removed_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check (to_on >= from_on)
);
comment on table other_employments is 'Work for another employer, as its worker declares it: the limits are on all of somebody''s work.';
comment on column other_employments.unit_id is 'The home unit of the person, and follows them.';
comment on column other_employments.kind is 'primary: the main job of an on-call member; secondary: any other job.';
comment on column other_employments.drives is 'Whether drivers'' hours rules hold there, which ask for more than is worked out here.';
comment on column other_employments.week is 'For each weekday from Monday null, or [minute of the day at which it begins, minutes that it lasts].';
comment on column other_employments.removed_at is 'When its worker said that it was a mistake. It stays on record and counts for nothing.';
create index other_employments_person on other_employments (organisation_id, person_id) where removed_at is null;

create table duty_kind_sources (
    organisation_id uuid not null,
    kind_id uuid not null,
    source text not null check (source in ('shift', 'turnout', 'training', 'station-standby', 'home-standby', 'no-work')),
    primary key (organisation_id, kind_id),
    foreign key (organisation_id, kind_id) references duty_kinds (organisation_id, id) on delete cascade
);
comment on table duty_kind_sources is 'What a kind of work is to the Working Time Regulations, where it differs from what we assume.';

create trigger home_unit before insert on working_terms for each row execute function app_home_unit();
create trigger home_unit before insert on opt_outs for each row execute function app_home_unit();
create trigger home_unit before insert on other_employments for each row execute function app_home_unit();

-- The notice is that of the contract group, whatever a program sends.
create function app_opt_out_notice() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    days smallint;
begin
    select coalesce(
        (select g.notice_days from working_terms t
           join contract_groups g on g.organisation_id = t.organisation_id and g.id = t.group_id
          where t.organisation_id = new.organisation_id and t.person_id = new.person_id and t.from_on <= new.from_on
          order by t.from_on desc limit 1),
        (select g.notice_days from contract_groups g where g.organisation_id = new.organisation_id and g.for_all),
        7::smallint) into days;
    new.notice_days := days;
    return new;
end $$;
create trigger notice before insert on opt_outs for each row execute function app_opt_out_notice();

create function app_working_terms_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update working_terms set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    update opt_outs set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    update other_employments set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger working_terms_follow after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_working_terms_follow();

alter table contract_groups enable row level security; alter table contract_groups force row level security;
call app_secure('contract_groups', 'true', '{holds:worktime.manage}', '{holds:worktime.manage}', null);
alter table duty_kind_sources enable row level security; alter table duty_kind_sources force row level security;
call app_secure('duty_kind_sources', 'true', '{holds:worktime.manage}', '{holds:worktime.manage}', '{holds:worktime.manage}');

alter table working_terms enable row level security; alter table working_terms force row level security;
call app_secure('working_terms', '{reach:worktime.read} or {holds:worktime.manage} or {system:working-time}',
    '{holds:worktime.manage} and set_by = (select current_setting(''app.person'', true)::uuid)', null,
    '{holds:worktime.manage}');

alter table opt_outs enable row level security; alter table opt_outs force row level security;
call app_secure('opt_outs', '{reach:worktime.read} or {system:working-time}', '{own:worktime.declare} and last_on is null',
    '{own:worktime.declare}', null);
revoke update on opt_outs from watchroom_app;
grant update (notice_given_on, last_on) on opt_outs to watchroom_app;
alter policy changes on opt_outs using (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and last_on is null
    and person_id = (select current_setting('app.person', true)::uuid) and (select app_own('worktime.declare')));

alter table other_employments enable row level security; alter table other_employments force row level security;
call app_secure('other_employments', '{reach:worktime.read} or {system:working-time}', '{own:worktime.declare}',
    '{own:worktime.declare}', null);
revoke update on other_employments from watchroom_app;
grant update (to_on, removed_at) on other_employments to watchroom_app;

create policy definer_reads on contract_groups for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on working_terms for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on working_terms for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on opt_outs for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on opt_outs for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on other_employments for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on other_employments for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
