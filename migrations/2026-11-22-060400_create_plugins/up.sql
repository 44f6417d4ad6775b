create table plugins (
    organisation_id uuid not null references organisations,
    id uuid not null,
    name text not null,
    version text not null,
    sha256 bytea not null check (length(sha256) = 32),
    component bytea not null,
    manifest jsonb not null,
    granted jsonb not null default '[]',
    settings jsonb not null default '{}',
    state text not null check (state in ('uploaded', 'enabled', 'disabled', 'removed')),
    uploaded_by uuid not null,
    uploaded_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, uploaded_by) references people (organisation_id, id)
);
comment on column plugins.component is 'The .wasm file as it was uploaded.';
comment on column plugins.granted is 'The data sets and columns that an administrator let it read.';
create unique index plugins_file on plugins (organisation_id, sha256) where state <> 'removed';

create table plugin_runs (
    organisation_id uuid not null,
    id uuid not null,
    plugin_id uuid not null,
    person_id uuid not null,
    unit_id uuid,
    period_from date not null,
    period_to date not null,
    state text not null check (state in ('queued', 'running', 'done', 'refused', 'stopped', 'failed')),
    queued_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    duration_ms integer,
    rows_read bigint,
    peak_memory_bytes bigint,
    host_calls bigint,
    outcome text,
    log jsonb not null default '[]',
    primary key (organisation_id, id),
    foreign key (organisation_id, plugin_id) references plugins (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column plugin_runs.person_id is 'For whom, and so with whose eyes, it ran.';
comment on column plugin_runs.outcome is 'A sentence, when it did not come to a document.';
create index plugin_runs_newest on plugin_runs (organisation_id, queued_at desc, id desc);
create index plugin_runs_plugin on plugin_runs (organisation_id, plugin_id, queued_at desc, id desc);
create index plugin_runs_person on plugin_runs (organisation_id, person_id, queued_at desc, id desc);

create table plugin_documents (
    organisation_id uuid not null,
    run_id uuid not null,
    person_id uuid not null,
    document jsonb not null,
    primary key (organisation_id, run_id),
    foreign key (organisation_id, run_id) references plugin_runs (organisation_id, id)
);
comment on table plugin_documents is 'What a run returned: for the person with whose eyes it was made, and nobody else.';

alter table plugins enable row level security; alter table plugins force row level security;
call app_secure('plugins', 'true', '{holds:plugin.manage}', '{holds:plugin.manage}', null);

alter table plugin_runs enable row level security; alter table plugin_runs force row level security;
call app_secure('plugin_runs', '{me} or {holds:plugin.manage}', '{me}', '{me}', null);

alter table plugin_documents enable row level security; alter table plugin_documents force row level security;
call app_secure('plugin_documents', '{me}', '{me}', null, '{me}');
