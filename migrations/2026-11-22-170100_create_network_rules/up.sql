-- From which networks people may come: lists for everyone, for the pages of the console, and for each role.
create table network_rules (
    organisation_id uuid not null references organisations,
    id uuid not null,
    place text not null check (place in ('everyone', 'console', 'role')),
    role_id uuid,
    verdict text not null check (verdict in ('allow', 'deny')),
    network text not null check (length(network) between 3 and 50),
    note text not null check (length(note) <= 200),
    created_at timestamptz not null,
    off_since timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, role_id) references roles (organisation_id, id) on delete cascade,
    check ((place = 'role') = (role_id is not null))
);
comment on column network_rules.network is 'In CIDR notation, with nought beyond the prefix; read and compared by the program.';
comment on column network_rules.off_since is 'A rule that is switched off is kept and counts for nobody: a lock-out is lifted that way.';
create unique index network_rules_once on network_rules
    (organisation_id, place, coalesce(role_id, '00000000-0000-0000-0000-000000000000'::uuid), network);

alter table network_rules enable row level security; alter table network_rules force row level security;
call app_secure('network_rules', '{holds:network.configure} or {system:network} or {system:operator}',
    '{holds:network.configure}', '{holds:network.configure} or {system:operator}', '{holds:network.configure}');
