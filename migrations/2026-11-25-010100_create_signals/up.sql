-- Signals of workload: the rules as an organisation tuned them; which of them a member switched on; whom they have told;
-- and what is raised. All but the rules is read by the member alone. Whom they chose reads what they were told through a
-- function, as long as it is shared.

create table signal_rules (
    organisation_id uuid not null references organisations,
    kind text not null check (kind in ('long-hours', 'short-rest', 'nights', 'overruns', 'traumatic-jobs', 'no-leave', 'missed-breaks')),
    offered boolean not null,
    threshold smallint not null check (threshold between 1 and 365),
    window_days smallint check (window_days between 7 and 91),
    rest_minutes smallint check (rest_minutes between 360 and 660),
    changed_at timestamptz not null,
    primary key (organisation_id, kind),
    check ((kind = 'short-rest') = (rest_minutes is not null)),
    check ((kind in ('long-hours', 'no-leave')) = (window_days is null))
);
comment on table signal_rules is 'The rules of signals that an organisation tuned. No row: the numbers that the program ships.';
comment on column signal_rules.offered is 'Whether members can switch it on.';
comment on column signal_rules.threshold is 'What it is compared with: per cent of the limit, a count, a share in per cent, or days, as the kind says.';
comment on column signal_rules.window_days is 'How many days back are looked at; null where the kind has its own period.';
comment on column signal_rules.rest_minutes is 'A rest under so many minutes is short.';

create table signal_choices (
    organisation_id uuid not null,
    person_id uuid not null,
    kind text not null check (kind in ('long-hours', 'short-rest', 'nights', 'overruns', 'traumatic-jobs', 'no-leave', 'missed-breaks')),
    since timestamptz not null,
    snoozed_until date,
    primary key (organisation_id, person_id, kind),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table signal_choices is 'Which signals somebody switched on. No row: off. Theirs alone.';
comment on column signal_choices.snoozed_until is 'The last day on which nobody is told.';

create table signal_tellings (
    organisation_id uuid not null,
    person_id uuid not null,
    kind text not null,
    recipient_id uuid not null,
    chosen_at timestamptz not null,
    told_at timestamptz,
    primary key (organisation_id, person_id, kind),
    foreign key (organisation_id, person_id, kind) references signal_choices (organisation_id, person_id, kind) on delete cascade,
    foreign key (organisation_id, recipient_id) references people (organisation_id, id),
    check (person_id <> recipient_id)
);
comment on table signal_tellings is 'Whom somebody has told when a signal is raised. Withdrawn, the row is gone, and with it what was told.';
comment on column signal_tellings.told_at is 'When they were told of the one that is raised now; null: not yet.';
create index signal_tellings_recipient on signal_tellings (organisation_id, recipient_id);

create table signal_raisings (
    organisation_id uuid not null,
    person_id uuid not null,
    kind text not null,
    raised_at timestamptz not null,
    reason text not null check (length(reason) between 1 and 2000),
    checked_at timestamptz not null,
    noticed_at timestamptz,
    primary key (organisation_id, person_id, kind),
    foreign key (organisation_id, person_id, kind) references signal_choices (organisation_id, person_id, kind) on delete cascade
);
comment on table signal_raisings is 'Signals that are raised. One that ends is removed.';
comment on column signal_raisings.reason is 'Why, in plain words, as it was when it was last looked at.';
comment on column signal_raisings.noticed_at is 'When the member was told; null: not yet, for it is snoozed.';

create table signal_comparisons (
    organisation_id uuid not null references organisations,
    day date not null,
    people integer not null check (people >= 0),
    minutes integer check (minutes >= 0),
    primary key (organisation_id)
);
comment on table signal_comparisons is 'From how many minutes of overruns somebody is among those with most of them. Read by the work that compares, and by nobody.';
comment on column signal_comparisons.people is 'How many people were compared.';
comment on column signal_comparisons.minutes is 'Null: there are too few people to compare.';

-- Whether somebody may be told of somebody: what they may be told reaches the home unit of the other.
create function app_signal_reaches(receiver uuid, subject uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with recursive above(id) as (
        select p.unit_id from people p
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = subject and p.left_at is null
        union
        select u.parent_id from units u join above a on u.id = a.id
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid) and u.parent_id is not null)
    select receiver <> subject
       and exists (select from grants_in_force f
                     join people p on p.organisation_id = f.organisation_id and p.id = f.person_id and p.left_at is null
                    where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
                      and f.person_id = receiver and f.permission = 'signal.receive'
                      and (f.scope = 'organisation'
                           or (f.scope = 'unit' and f.unit_id = (select s.unit_id from people s
                                   where s.organisation_id = f.organisation_id and s.id = subject and s.left_at is null))
                           or (f.scope = 'below' and f.unit_id in (select a.id from above a))))
       and exists (select from above)
$$;
comment on function app_signal_reaches is 'Whether the one may be told of a signal of the other. Not for the application.';

create function app_signal_receivers() returns table (person_id uuid, name text, roles text)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name,
           (select string_agg(distinct r.name, ', ' order by r.name)
              from grants_in_force f join roles r on r.organisation_id = f.organisation_id and r.id = f.role_id
             where f.organisation_id = p.organisation_id and f.person_id = p.id and f.permission = 'signal.receive')
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is null
       and (select app_own('signal.keep'))
       and exists (select from grants_in_force f where f.organisation_id = p.organisation_id and f.person_id = p.id
                      and f.permission = 'signal.receive')
       and app_signal_reaches(p.id, (select current_setting('app.person', true)::uuid))
     order by p.family_name, p.given_name, p.id
$$;
comment on function app_signal_receivers is 'Whom the caller can have told of their signals, and by which roles.';

-- What the caller was told: of whom, which signal, why, since when. Nothing of it once it is withdrawn, has ended, or the
-- caller may not be told of that person any more.
create function app_signals_told() returns table (name text, kind text, reason text, raised_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.given_name || ' ' || p.family_name, r.kind, r.reason, r.raised_at
      from signal_tellings t
      join signal_raisings r on r.organisation_id = t.organisation_id and r.person_id = t.person_id and r.kind = t.kind
      join people p on p.organisation_id = t.organisation_id and p.id = t.person_id and p.left_at is null
     where t.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and t.recipient_id = (select current_setting('app.person', true)::uuid) and t.told_at is not null
       and app_signal_reaches(t.recipient_id, t.person_id)
     order by r.raised_at desc, p.family_name, p.given_name, r.kind
$$;
comment on function app_signals_told is 'What the caller was told of signals of others, as long as those share it.';

-- Potentially traumatic work of somebody who switched that signal on: duties of kinds after which TRiM is offered or that
-- propose a traumatic exposure, but for those of which they said that they were not exposed; and what they recorded
-- without a duty. For the work that looks, which learns the day and the kind of work.
create function app_signal_traumatic(subject uuid, since timestamptz)
returns table (duty_id uuid, at timestamptz, work text)
language sql stable security definer set search_path = pg_catalog, public as $$
    with allowed as (
        select subject as id
         where (select current_setting('app.system', true)) = 'signals'
           and exists (select from signal_choices c
                        where c.organisation_id = (select current_setting('app.organisation', true)::uuid)
                          and c.person_id = subject and c.kind = 'traumatic-jobs'))
    select d.id, d.ended_at, k.name
      from duties d
      join allowed a on a.id = d.person_id
      join duty_kinds k on k.organisation_id = d.organisation_id and k.id = coalesce(d.subcategory_id, d.category_id, d.type_id)
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.deleted_at is null
       and d.ended_at >= since
       and (exists (select from trim_criteria c where c.organisation_id = d.organisation_id
                       and c.duty_kind_id in (d.type_id, d.category_id, d.subcategory_id))
            or exists (select from exposure_rules r where r.organisation_id = d.organisation_id and r.kind = 'traumatic'
                          and r.duty_kind_id in (d.type_id, d.category_id, d.subcategory_id))
            or exists (select from exposures e where e.organisation_id = d.organisation_id and e.duty_id = d.id
                          and e.person_id = d.person_id and e.kind = 'traumatic' and e.confirmed))
       and not exists (select from exposures e where e.organisation_id = d.organisation_id and e.duty_id = d.id
                          and e.person_id = d.person_id and e.kind = 'traumatic' and not e.confirmed)
    union all
    select null, e.happened_on::timestamp at time zone 'Europe/London', null
      from exposures e
      join allowed a on a.id = e.person_id
     where e.organisation_id = (select current_setting('app.organisation', true)::uuid) and e.kind = 'traumatic'
       and e.confirmed and e.duty_id is null and e.happened_on >= (since at time zone 'Europe/London')::date
     order by 2, 1
$$;
comment on function app_signal_traumatic is 'Potentially traumatic work of somebody who wants it looked at, for the work that looks.';

-- Where to write to people who are here: for the work that tells them.
create function app_signal_addresses(people uuid[]) returns table (person_id uuid, email text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.person_id, a.email
      from accounts a join people p on p.organisation_id = a.organisation_id and p.id = a.person_id and p.left_at is null
     where a.organisation_id = (select current_setting('app.organisation', true)::uuid) and a.disabled_at is null
       and a.person_id = any (app_signal_addresses.people)
       and (select current_setting('app.system', true)) = 'signals'
$$;
comment on function app_signal_addresses is 'Where to write to members and to whom they chose, for the work that tells them.';

-- Whether whom a member chose may still be told of them, for the work that tells them.
create function app_signal_may_be_told(receiver uuid, subject uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select (select current_setting('app.system', true)) = 'signals' and app_signal_reaches(receiver, subject)
$$;

revoke all on function app_signal_reaches(uuid, uuid), app_signal_receivers(), app_signals_told(),
    app_signal_traumatic(uuid, timestamptz), app_signal_addresses(uuid[]), app_signal_may_be_told(uuid, uuid) from public;
grant execute on function app_signal_receivers(), app_signals_told(), app_signal_traumatic(uuid, timestamptz),
    app_signal_addresses(uuid[]), app_signal_may_be_told(uuid, uuid) to watchroom_app;

alter table signal_rules enable row level security; alter table signal_rules force row level security;
call app_secure('signal_rules', 'true', '{holds:signal.manage}', '{holds:signal.manage}', '{holds:signal.manage}');

alter table signal_choices enable row level security; alter table signal_choices force row level security;
call app_secure('signal_choices', '{own:signal.keep} or {system:signals}', '{own:signal.keep}', '{own:signal.keep}', '{own:signal.keep}');
revoke update on signal_choices from watchroom_app;
grant update (snoozed_until) on signal_choices to watchroom_app;
create policy definer_reads on signal_choices for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

alter table signal_tellings enable row level security; alter table signal_tellings force row level security;
call app_secure('signal_tellings', '{own:signal.keep} or {system:signals}',
    '{own:signal.keep} and told_at is null
     and recipient_id in (select receivers.person_id from app_signal_receivers() receivers)',
    '{system:signals}', '{own:signal.keep}');
revoke update on signal_tellings from watchroom_app;
grant update (told_at) on signal_tellings to watchroom_app;
create policy definer_reads on signal_tellings for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

alter table signal_raisings enable row level security; alter table signal_raisings force row level security;
call app_secure('signal_raisings', '{own:signal.keep} or {system:signals}', '{system:signals}', '{system:signals}', '{system:signals}');
revoke update on signal_raisings from watchroom_app;
grant update (reason, checked_at, noticed_at) on signal_raisings to watchroom_app;
create policy definer_reads on signal_raisings for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

alter table signal_comparisons enable row level security; alter table signal_comparisons force row level security;
call app_secure('signal_comparisons', '{system:signals}', '{system:signals}', '{system:signals}', null);

-- What the work that looks reads to compare overruns: who is expected when, and when duties ended.
create policy signals_reads on duties for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'signals');
create policy signals_reads on people for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'signals');
create policy signals_reads on absences for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'signals');
create policy signals_reads on rota_assignments for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'signals');

-- The message that goes out. It is the same for a signal of one's own and for one that somebody has told.
create policy signals_adds on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'signals' and kind = 'to-look-at' and state = 'waiting');
create policy signals_reads on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'signals' and kind = 'to-look-at');
