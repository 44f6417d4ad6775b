create table duty_kinds (
    organisation_id uuid not null references organisations,
    id uuid not null,
    parent_id uuid,
    level smallint not null check (level between 1 and 3),
    code text not null check (length(code) between 1 and 60),
    name text not null check (length(name) between 1 and 120),
    position integer not null default 0,
    retired_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, parent_id) references duty_kinds (organisation_id, id)
);
comment on column duty_kinds.level is '1 type, 2 category, 3 sub-category; each under one of the level before.';
comment on column duty_kinds.retired_at is 'Since when it is no longer offered; what was logged under it keeps it.';
create unique index duty_kinds_code on duty_kinds
    (organisation_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'::uuid), code);

create table imports (
    organisation_id uuid not null references organisations,
    id uuid not null,
    kind text not null check (kind in ('duties', 'people')),
    preset text not null,
    state text not null check (state in
        ('uploaded', 'checking', 'checked', 'committing', 'committed', 'failed', 'discarded')),
    file_name text not null,
    file_sha256 bytea not null,
    file_bytes bigint not null,
    mapping jsonb not null default '{}',
    rows_total bigint not null default 0,
    rows_done bigint not null default 0,
    rows_ready bigint not null default 0,
    rows_duplicate bigint not null default 0,
    rows_rejected bigint not null default 0,
    failure text,
    created_by uuid not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, created_by) references people (organisation_id, id)
);
create index imports_newest on imports (organisation_id, created_at desc, id desc);

create table crew_assignments (
    organisation_id uuid not null,
    id uuid not null,
    call_sign text not null check (length(call_sign) between 1 and 20),
    person_id uuid not null,
    job_role text,
    from_date date not null,
    to_date date,
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check (to_date is null or to_date >= from_date)
);
comment on column crew_assignments.to_date is 'The last day; null while it goes on.';
create index crew_assignments_call_sign on crew_assignments (organisation_id, call_sign, from_date);

create table duties (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    started_on date not null,
    week_start date not null generated always as (started_on - (extract(isodow from started_on)::integer - 1)) stored,
    break_minutes integer not null default 0 check (break_minutes between 0 and 1440),
    worked_minutes integer not null generated always as
        ((extract(epoch from ended_at - started_at) / 60)::integer - break_minutes) stored,
    type_id uuid not null,
    category_id uuid,
    subcategory_id uuid,
    incident_number text check (length(incident_number) between 1 and 40),
    job_role text check (length(job_role) between 1 and 60),
    call_sign text check (length(call_sign) between 1 and 20),
    mileage_tenths integer check (mileage_tenths between 0 and 100000),
    turnout_seconds integer check (turnout_seconds between 0 and 86400),
    travel_seconds integer check (travel_seconds between 0 and 86400),
    attendance_seconds integer check (attendance_seconds between 0 and 86400),
    source text not null check (source in ('manual', 'import', 'api')),
    import_id uuid,
    source_key text check (length(source_key) between 1 and 200),
    revision integer not null default 1,
    created_at timestamptz not null,
    created_by uuid not null,
    changed_at timestamptz not null,
    deleted_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, type_id) references duty_kinds (organisation_id, id),
    foreign key (organisation_id, category_id) references duty_kinds (organisation_id, id),
    foreign key (organisation_id, subcategory_id) references duty_kinds (organisation_id, id),
    foreign key (organisation_id, import_id) references imports (organisation_id, id),
    check (ended_at > started_at),
    check (ended_at <= started_at + interval '24 hours'),
    check (break_minutes * 60 < extract(epoch from ended_at - started_at))
);
comment on table duties is 'The activity log: one row for each duty that a person did. Notes stand in tables of their own.';
comment on column duties.started_on is 'The date in the United Kingdom on which it started.';
comment on column duties.week_start is 'The Monday of that week.';
comment on column duties.worked_minutes is 'End minus start minus breaks.';
comment on column duties.mileage_tenths is 'Tenths of a mile.';
comment on column duties.source_key is 'What the source calls this row, so that a second import makes no second duty.';
create index duties_person on duties (organisation_id, person_id, started_at desc, id desc) where deleted_at is null;
create index duties_unit on duties (organisation_id, unit_id, started_at desc, id desc) where deleted_at is null;
create unique index duties_source on duties (organisation_id, source_key) where source_key is not null;
create index duties_import on duties (organisation_id, import_id) where import_id is not null;

create table duty_shared_notes (
    organisation_id uuid not null,
    duty_id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    body text not null check (length(body) between 1 and 10000),
    primary key (organisation_id, duty_id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id)
);

create table duty_private_notes (
    organisation_id uuid not null,
    duty_id uuid not null,
    person_id uuid not null,
    body text not null check (length(body) between 1 and 10000),
    primary key (organisation_id, duty_id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id)
);
comment on table duty_private_notes is 'For the member alone: no role reads it.';

create table duty_revisions (
    organisation_id uuid not null,
    duty_id uuid not null,
    revision integer not null,
    person_id uuid not null,
    unit_id uuid not null,
    act text not null check (act in ('changed', 'deleted')),
    reason text not null check (length(reason) between 1 and 500),
    before jsonb not null,
    changed_by uuid not null,
    changed_at timestamptz not null,
    primary key (organisation_id, duty_id, revision),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id)
);
comment on column duty_revisions.before is 'The values that this revision replaced, by field name; never a note.';

alter table duty_kinds enable row level security; alter table duty_kinds force row level security;
call app_secure('duty_kinds', 'true', '{holds:kind.manage} or {system:set-up}', '{holds:kind.manage}', '{holds:kind.manage}');

alter table imports enable row level security; alter table imports force row level security;
call app_secure('imports', '{holds:import.run} or {holds:import.people} or {system:import}',
    '{holds:import.run} or {holds:import.people}', '{holds:import.run} or {holds:import.people} or {system:import}', null);

alter table crew_assignments enable row level security; alter table crew_assignments force row level security;
call app_secure('crew_assignments', '{me} or {holds:crew.manage} or {system:import}', '{holds:crew.manage}',
    '{holds:crew.manage}', '{holds:crew.manage}');

alter table duties enable row level security; alter table duties force row level security;
call app_secure('duties', '{me} or {units:duty.read} or {holds:hours.read} or {system:import}',
    '{me} or {system:import}', '{me}', null);

alter table duty_shared_notes enable row level security; alter table duty_shared_notes force row level security;
call app_secure('duty_shared_notes', '{me} or {units:duty.note.read}', '{me} or {system:import}', '{me}', '{me}');

alter table duty_private_notes enable row level security; alter table duty_private_notes force row level security;
call app_secure('duty_private_notes', '{me}', '{me}', '{me}', '{me}');

alter table duty_revisions enable row level security; alter table duty_revisions force row level security;
call app_secure('duty_revisions', '{me} or {units:duty.read}', '{me}', null, null);
