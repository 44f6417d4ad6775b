-- An address from which a calendar program reads somebody's duties. Whoever has the address reads them, so it holds a
-- token of its own, is shown once, and can be revoked at any moment.

create table calendar_feeds (
    organisation_id uuid not null,
    person_id uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    created_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column calendar_feeds.token_hash is 'SHA-256 of the token; the token itself is kept nowhere.';
create unique index calendar_feeds_token on calendar_feeds (token_hash);

call app_secure('calendar_feeds', '{own:rota.keep} or {system:calendar}', '{own:rota.keep}', '{own:rota.keep}', '{own:rota.keep}');
revoke update on calendar_feeds from watchroom_app;
grant update (token_hash, created_at) on calendar_feeds to watchroom_app;
