-- Scores of assessments: sealed to the key of who made it and to the member's, if they have one, and to nobody else.

create table trim_scores (
    organisation_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    person_id uuid not null,
    reader_id uuid not null,
    sealed bytea not null check (length(sealed) between 49 and 8192),
    primary key (organisation_id, id),
    unique (organisation_id, meeting_id, reader_id),
    foreign key (organisation_id, meeting_id) references trim_meetings (organisation_id, id),
    foreign key (organisation_id, reader_id) references people (organisation_id, id)
);
comment on table trim_scores is 'What was scored at a meeting, once for each who can open it. Neither the appliance nor the database can.';
comment on column trim_scores.person_id is 'Whom the meeting was with.';
comment on column trim_scores.reader_id is 'To whose vault it is sealed: who held the meeting, or the member.';
create index trim_scores_reader on trim_scores (organisation_id, reader_id);

alter table trim_scores enable row level security; alter table trim_scores force row level security;
call app_secure('trim_scores',
    'reader_id = (select current_setting(''app.person'', true)::uuid)
     and exists (select from trim_meetings m where m.organisation_id = trim_scores.organisation_id and m.id = trim_scores.meeting_id)',
    '{holds:trim.practise} and not ({me})
     and reader_id in ((select current_setting(''app.person'', true)::uuid), person_id)
     and exists (select from trim_meetings m join trim_cases c on c.organisation_id = m.organisation_id and c.id = m.case_id
                  where m.organisation_id = trim_scores.organisation_id and m.id = trim_scores.meeting_id
                    and m.person_id = trim_scores.person_id and c.ended_at is null
                    and m.recorded_by = (select current_setting(''app.person'', true)::uuid)
                    and c.practitioner_id = (select current_setting(''app.person'', true)::uuid))',
    null, null);

-- The public key of the member of a case, for who looks after it.
create function app_trim_key(wanted uuid) returns table (public_key bytea, proof bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
    select k.public_key, k.proof
      from trim_cases c
      join vault_keys k on k.organisation_id = c.organisation_id and k.person_id = c.person_id
     where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.id = wanted and c.ended_at is null
       and c.practitioner_id = (select current_setting('app.person', true)::uuid) and (select app_holds('trim.practise'))
$$;
comment on function app_trim_key is 'The public key of the member of a case of the caller''s, to seal what is theirs too.';
revoke all on function app_trim_key(uuid) from public;
grant execute on function app_trim_key(uuid) to watchroom_app;
