-- What somebody is told in the app: that there is something, when and of which kind. Never what: the words are the kind's.
create table notices (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    kind text not null check (length(kind) between 1 and 40),
    about_id uuid,
    on_day date,
    posted_by uuid,
    in_app boolean not null,
    in_digest boolean not null,
    digest_id uuid,
    created_at timestamptz not null,
    read_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table notices is 'What people are told in the app: a kind, a moment and where to look. Each is its person''s alone.';
comment on column notices.about_id is 'What it leads to, for kinds that lead to one thing.';
comment on column notices.on_day is 'The day that it is about: the last day of a certificate.';
comment on column notices.posted_by is 'Whose deed it came from; null for background work.';
comment on column notices.in_app is 'Whether it stands in the list; else it waits for the summary or stands in the calendar alone.';
comment on column notices.in_digest is 'Whether the next weekly summary counts it, if it is not read by then.';
comment on column notices.digest_id is 'The weekly summary that counted it: no other does.';
create index notices_unread on notices (organisation_id, person_id, created_at desc) where read_at is null;
create index notices_person on notices (organisation_id, person_id, created_at desc);
create index notices_for_digest on notices (organisation_id, person_id) where in_digest and digest_id is null and read_at is null;
create index notices_old on notices (organisation_id, created_at);
alter table notices enable row level security; alter table notices force row level security;
call app_secure('notices', '{me} or {system:mail}', null, '{me} or {system:mail}', '{system:mail}');
revoke update on notices from watchroom_app;
grant update (read_at, digest_id) on notices to watchroom_app;
create policy definer_reads on notices for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_adds on notices for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Writes a notice, in the transaction of the deed that it is about. It goes where its person chose, which whoever does the
-- deed may not see: so this answers nothing. The deed's author is written down with it and cannot be made up.
create function app_notify(notice uuid, somebody uuid, notice_kind text, about uuid, day date, optional boolean,
    has_words boolean, pause_seconds bigint, moment timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    own uuid := (select current_setting('app.organisation', true)::uuid);
    author uuid := nullif((select current_setting('app.person', true)::uuid), '00000000-0000-0000-0000-000000000000'::uuid);
    listed boolean := has_words;
    summed boolean := false;
begin
    if author is null and coalesce((select current_setting('app.system', true)), '') = '' then
        raise exception 'nobody in particular tells nobody anything' using errcode = 'insufficient_privilege';
    end if;
    if optional then
        select coalesce(bool_and(c.wanted) filter (where c.channel = 'app'), true) and has_words,
               coalesce(bool_and(c.wanted) filter (where c.channel = 'digest'), false)
          into listed, summed
          from notice_choices c
         where c.organisation_id = own and c.person_id = somebody and c.kind = notice_kind;
    end if;
    if not (listed or summed or day is not null) then
        return;
    end if;
    -- What leads to the same page and was not read yet is one notice.
    insert into notices (organisation_id, id, person_id, kind, about_id, on_day, posted_by, in_app, in_digest, created_at)
    select own, notice, somebody, notice_kind, about, day, author, listed, summed, moment
     where exists (select from people p where p.organisation_id = own and p.id = somebody and p.left_at is null)
       and not exists (select from notices n
                        where n.organisation_id = own and n.person_id = somebody and n.kind = notice_kind
                          and n.about_id is not distinct from about and n.on_day is not distinct from day
                          and n.read_at is null and n.created_at > moment - make_interval(secs => pause_seconds));
end $$;
comment on function app_notify is 'Tells somebody something in the app, where they chose to hear of it.';

-- The weekly summaries that were sent: how many notices each counts, and nothing of them.
create table notice_digests (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    due_on date not null,
    notices integer not null check (notices > 0),
    created_at timestamptz not null,
    primary key (organisation_id, id),
    unique (organisation_id, person_id, due_on),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table notice_digests is 'Weekly summaries: for whom, for which morning, how many notices. One a morning at most.';
alter table notice_digests enable row level security; alter table notice_digests force row level security;
call app_secure('notice_digests', '{me} or {system:mail}', '{system:mail}', null, '{system:mail}');
create policy definer_reads on notice_digests for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Who writes calendars reads what is about a day, and whether its person wants it there; nothing else.
create policy calendar_reads on notices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'calendar' and on_day is not null);
create policy calendar_reads on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'calendar' and channel = 'calendar');

-- For whom notices wait for a summary: for the work that writes it.
create function app_digests_waiting() returns table (person_id uuid, email text, digest_day smallint, last_due date, oldest timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.person_id, a.email, coalesce(t.digest_day, 1::smallint),
           (select max(d.due_on) from notice_digests d
             where d.organisation_id = a.organisation_id and d.person_id = a.person_id),
           waiting.oldest
      from (select n.person_id, min(n.created_at) as oldest from notices n
             where n.organisation_id = (select current_setting('app.organisation', true)::uuid)
               and n.in_digest and n.digest_id is null and n.read_at is null
             group by n.person_id) waiting
      join people p on p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id = waiting.person_id and p.left_at is null
      join accounts a on a.organisation_id = p.organisation_id and a.person_id = p.id and a.disabled_at is null
      left join notice_times t on t.organisation_id = p.organisation_id and t.person_id = p.id
     where (select current_setting('app.system', true)) = 'mail'
     order by a.person_id
$$;
comment on function app_digests_waiting is 'Who has notices that no summary has counted, and where to write to them.';
create policy digest_adds on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'mail' and kind = 'weekly-digest' and state = 'waiting');

revoke all on function app_notify(uuid, uuid, text, uuid, date, boolean, boolean, bigint, timestamptz), app_digests_waiting()
    from public;
grant execute on function app_notify(uuid, uuid, text, uuid, date, boolean, boolean, bigint, timestamptz), app_digests_waiting()
    to watchroom_app;
