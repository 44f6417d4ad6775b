-- TRiM: after which work it is offered, to whom it was, what they answered in private, and the cases of those who accepted.
-- Nobody but the member reads an answer; whoever practises reads cases, which there are of accepted offers alone; managers
-- read counts, which this file suppresses where they are small.

create table trim_criteria (
    organisation_id uuid not null references organisations,
    id uuid not null,
    duty_kind_id uuid not null,
    criterion text not null check (criterion in ('child-death', 'sudden-death', 'suicide', 'resuscitation', 'other')),
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, duty_kind_id) references duty_kinds (organisation_id, id) on delete cascade
);
comment on table trim_criteria is 'That TRiM is offered to whoever did a kind of work.';
comment on column trim_criteria.duty_kind_id is 'A type, category or sub-category of work, and all below it.';
create unique index trim_criteria_once on trim_criteria (organisation_id, duty_kind_id);

create table trim_offers (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    duty_id uuid,
    event_at timestamptz not null,
    origin text not null check (origin in ('criterion', 'manager', 'self')),
    criterion text check (criterion in ('child-death', 'sudden-death', 'suicide', 'resuscitation', 'other')),
    offered_by uuid,
    offered_at timestamptz not null,
    answer text check (answer in ('accepted', 'declined')),
    answered_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id),
    foreign key (organisation_id, offered_by) references people (organisation_id, id),
    check ((answer is null) = (answered_at is null)),
    check ((origin = 'criterion') = (criterion is not null)),
    check ((origin = 'manager') = (offered_by is not null))
);
comment on table trim_offers is 'That somebody was offered TRiM, or asked for it, and what they answered: read by them alone.';
comment on column trim_offers.unit_id is 'The home unit of the person when it was offered: by it offers are counted.';
comment on column trim_offers.event_at is 'When the event was over: nobody is assessed within 72 hours of it.';
comment on column trim_offers.answer is 'Null: they have not answered, which is no answer.';
create unique index trim_offers_duty on trim_offers (organisation_id, duty_id) where duty_id is not null;
create index trim_offers_person on trim_offers (organisation_id, person_id, event_at desc);
create index trim_offers_unit on trim_offers (organisation_id, offered_at, unit_id);

create table trim_cases (
    organisation_id uuid not null,
    id uuid not null,
    offer_id uuid not null,
    person_id uuid not null,
    origin text not null,
    criterion text,
    event_at timestamptz not null,
    accepted_at timestamptz not null,
    practitioner_id uuid,
    claimed_at timestamptz,
    ended_at timestamptz,
    ending text check (ending in ('withdrawn', 'closed')),
    reminded_at timestamptz,
    primary key (organisation_id, id),
    unique (organisation_id, offer_id),
    foreign key (organisation_id, offer_id) references trim_offers (organisation_id, id),
    foreign key (organisation_id, practitioner_id) references people (organisation_id, id),
    check (practitioner_id <> person_id),
    check ((practitioner_id is null) = (claimed_at is null)),
    check ((ended_at is null) = (ending is null))
);
comment on table trim_cases is 'Accepted offers, for those who practise: made by the member''s own answer, and closed to all when they withdraw it.';
comment on column trim_cases.practitioner_id is 'Who looks after the member; null while nobody has taken it. Never the member.';
comment on column trim_cases.reminded_at is 'When somebody was last told that something is due.';
create index trim_cases_open on trim_cases (organisation_id, practitioner_id) where ended_at is null;
create index trim_cases_person on trim_cases (organisation_id, person_id);

create table trim_meetings (
    organisation_id uuid not null,
    id uuid not null,
    case_id uuid not null,
    person_id uuid not null,
    kind text not null check (kind in ('assessment', 'follow-up')),
    held_at timestamptz not null,
    outcome text not null check (outcome in ('no-concern', 'monitor', 'refer', 'not-attended')),
    referral text check (referral in ('occupational-health', 'general-practitioner', 'counselling', 'urgent')),
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    primary key (organisation_id, id),
    unique (organisation_id, case_id, kind),
    foreign key (organisation_id, case_id) references trim_cases (organisation_id, id),
    check ((outcome = 'refer') = (referral is not null))
);
comment on table trim_meetings is 'That an assessment or a follow-up took place, and what is done next. No score and no word of what was said.';

-- An offer stands in the unit that the person is in when it is made. The same event is offered once, whoever offers it:
-- events of somebody within a day are one. The second is left out silently, so that who offers does not learn of the first.
create trigger home_unit before insert on trim_offers for each row execute function app_home_unit();
create function app_trim_offer_once() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if new.origin <> 'self' and exists (select from trim_offers o
                where o.organisation_id = new.organisation_id and o.person_id = new.person_id
                  and o.event_at between new.event_at - interval '24 hours' and new.event_at + interval '24 hours') then
        return null;
    end if;
    return new;
end $$;
create trigger offer_once before insert on trim_offers for each row execute function app_trim_offer_once();

-- A case comes of an acceptance and of nothing else, and goes when the member withdraws it.
create function app_trim_answered() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.answer = 'accepted' then
        insert into trim_cases (organisation_id, id, offer_id, person_id, origin, criterion, event_at, accepted_at)
        values (new.organisation_id, gen_random_uuid(), new.id, new.person_id, new.origin, new.criterion, new.event_at,
                new.answered_at)
        on conflict (organisation_id, offer_id) do update
           set ended_at = null, ending = null, practitioner_id = null, claimed_at = null, reminded_at = null,
               accepted_at = excluded.accepted_at
         where trim_cases.ending = 'withdrawn';
    elsif new.answer = 'declined' then
        update trim_cases set ended_at = new.answered_at, ending = 'withdrawn'
         where organisation_id = new.organisation_id and offer_id = new.id and ended_at is null;
    end if;
    return null;
end $$;
create trigger answered after insert or update of answer on trim_offers for each row execute function app_trim_answered();

create function app_trim_not_too_early() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if new.held_at < (select c.event_at + interval '72 hours' from trim_cases c
                       where c.organisation_id = new.organisation_id and c.id = new.case_id) then
        raise exception 'nobody is assessed within 72 hours of the event'
            using errcode = 'check_violation', constraint = 'trim_too_early', table = 'trim_meetings';
    end if;
    if new.kind = 'follow-up' and not exists (select from trim_meetings m
                where m.organisation_id = new.organisation_id and m.case_id = new.case_id and m.kind = 'assessment'
                  and m.held_at < new.held_at) then
        raise exception 'a follow-up comes after the assessment'
            using errcode = 'check_violation', constraint = 'trim_follow_up_first', table = 'trim_meetings';
    end if;
    return new;
end $$;
create trigger not_too_early before insert on trim_meetings for each row execute function app_trim_not_too_early();

alter table trim_criteria enable row level security; alter table trim_criteria force row level security;
call app_secure('trim_criteria', 'true', '{holds:trim.manage} or {system:set-up}', null, '{holds:trim.manage}');

-- Whoever offers writes, and does not read: not even their own offer, on which the answer stands.
alter table trim_offers enable row level security; alter table trim_offers force row level security;
call app_secure('trim_offers', '{own:trim.answer}',
    '({own:trim.answer} and origin = ''self'' and answer = ''accepted'' and duty_id is null)
     or (origin = ''manager'' and answer is null and duty_id is null and not ({me})
         and offered_by = (select current_setting(''app.person'', true)::uuid) and ({units:trim.offer} or {holds:trim.offer}))',
    '{own:trim.answer}', null);
revoke update on trim_offers from watchroom_app;
grant update (answer, answered_at) on trim_offers to watchroom_app;

alter table trim_cases enable row level security; alter table trim_cases force row level security;
call app_secure('trim_cases',
    '{own:trim.answer}
     or ({holds:trim.practise} and not ({me}) and ending is distinct from ''withdrawn''
         and coalesce(practitioner_id, (select current_setting(''app.person'', true)::uuid))
             = (select current_setting(''app.person'', true)::uuid))',
    null,
    '{holds:trim.practise} and not ({me}) and ended_at is null
     and coalesce(practitioner_id, (select current_setting(''app.person'', true)::uuid))
         = (select current_setting(''app.person'', true)::uuid)',
    null);
alter policy changes on trim_cases with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select app_holds('trim.practise')) and person_id <> (select current_setting('app.person', true)::uuid)
    and practitioner_id = (select current_setting('app.person', true)::uuid) and ending is distinct from 'withdrawn');
revoke update on trim_cases from watchroom_app;
grant update (practitioner_id, claimed_at, ended_at, ending) on trim_cases to watchroom_app;

alter table trim_meetings enable row level security; alter table trim_meetings force row level security;
call app_secure('trim_meetings',
    'exists (select from trim_cases c where c.organisation_id = trim_meetings.organisation_id and c.id = trim_meetings.case_id)',
    '{holds:trim.practise} and not ({me}) and recorded_by = (select current_setting(''app.person'', true)::uuid)
     and exists (select from trim_cases c where c.organisation_id = trim_meetings.organisation_id and c.id = trim_meetings.case_id
                    and c.person_id = trim_meetings.person_id and c.ended_at is null
                    and c.practitioner_id = (select current_setting(''app.person'', true)::uuid))',
    null, null);

create policy definer_reads on trim_criteria for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on trim_offers for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_adds on trim_offers for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on trim_cases for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_adds on trim_cases for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_changes on trim_cases for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on trim_meetings for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- How many offers were made in the calendar quarter of a day, by unit, for whoever may count there. What members asked for
-- themselves is no offer. Fewer than five are not shown (few); and where one could work them out from the sum, neither are
-- the next smallest (beside). The row without a unit is the sum. A quarter, and no other period: two periods that differ by
-- a day would tell what happened on it.
create function app_trim_counts(day date) returns table (unit_id uuid, offers bigint, hidden text)
language sql stable security definer set search_path = pg_catalog, public as $$
    with quarter as (
        select (date_trunc('quarter', day::timestamp)) at time zone 'Europe/London' as first,
               (date_trunc('quarter', day::timestamp) + interval '3 months') at time zone 'Europe/London' as past),
    counted as (
        select u.id, (select count(*) from trim_offers o, quarter q
                       where o.organisation_id = u.organisation_id and o.unit_id = u.id and o.origin <> 'self'
                         and o.offered_at >= q.first and o.offered_at < q.past) as offers
          from units u
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and ((select app_holds('trim.count')) or u.id in (select held.id from app_units('trim.count') held(id)))),
    ranked as (
        select c.id, c.offers, row_number() over (order by c.offers, c.id) as place,
               sum(c.offers) over (order by c.offers, c.id) as so_far
          from counted c),
    facts as (
        select count(*) as units, count(*) filter (where r.offers < 5) as few, coalesce(sum(r.offers), 0)::bigint as total
          from ranked r),
    cut as (
        select case when f.few = 0 then 0
                    else coalesce((select min(r.place) from ranked r where r.place >= greatest(f.few, 2) and r.so_far >= 5), f.units)
               end as places
          from facts f)
    select r.id, case when r.place > cut.places then r.offers end,
           case when r.offers < 5 then 'few' when r.place <= cut.places then 'beside' end
      from ranked r, cut
    union all
    select null, case when f.total >= 5 then f.total end, case when f.total < 5 then 'few' end
      from facts f where f.units > 1
$$;
comment on function app_trim_counts is 'Offers of TRiM in a quarter by unit, none under five and none from which one under five could be worked out.';

-- Names that go with cases: of members, for who looks after them; of who looks after the caller; of all who practise, for
-- who does.
create function app_trim_names(wanted uuid[]) returns table (id uuid, name text, unit_id uuid, email text, phone text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.unit_id, p.email, p.phone
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = any (wanted)
       and exists (select from trim_cases c
                    where c.organisation_id = p.organisation_id and c.ending is distinct from 'withdrawn'
                      and ((c.person_id = p.id and (select app_holds('trim.practise'))
                            and p.id <> (select current_setting('app.person', true)::uuid)
                            and coalesce(c.practitioner_id, (select current_setting('app.person', true)::uuid))
                                = (select current_setting('app.person', true)::uuid))
                           or (c.practitioner_id = p.id and c.person_id = (select current_setting('app.person', true)::uuid)
                               and (select app_own('trim.answer')))))
$$;
comment on function app_trim_names is 'Names and how to reach them: of members whose cases the caller sees, and of who looks after the caller.';

create function app_trim_practitioners() returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is null
       and p.id <> (select current_setting('app.person', true)::uuid) and (select app_holds('trim.practise'))
       and exists (select from grants_in_force f where f.organisation_id = p.organisation_id and f.person_id = p.id
                      and f.permission = 'trim.practise' and f.scope = 'organisation')
     order by p.family_name, p.given_name, p.id
$$;
comment on function app_trim_practitioners is 'Who else practises, for who does.';

-- Gives a case of the caller's to somebody else who practises and whom it is not about, or back to all of them. By a
-- function, as who hands a case over does not see it any more.
create function app_trim_hand_over(wanted uuid, successor uuid, moment timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    update trim_cases c
       set practitioner_id = successor, claimed_at = case when successor is not null then moment end, reminded_at = null
     where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.id = wanted
       and c.ended_at is null and c.practitioner_id = (select current_setting('app.person', true)::uuid)
       and app_holds('trim.practise')
       and (successor is null
            or (successor <> c.person_id and successor in (select p.id from app_trim_practitioners() p)));
    return found;
end $$;

-- Somebody whom the caller may offer TRiM to, by exactly their id, number or address.
create function app_trim_whom(wanted text) returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is null
       and p.id <> (select current_setting('app.person', true)::uuid)
       and (p.id::text = lower(wanted) or p.employee_number = wanted or lower(p.email) = lower(wanted))
       and ((select app_holds('trim.offer')) or p.unit_id in (select held.id from app_units('trim.offer') held(id)))
     order by p.id limit 2
$$;
comment on function app_trim_whom is 'Whom the caller may offer TRiM to: somebody of their units.';

-- Makes the offers that the duties written within a time call for, and says whom to tell: those who were offered TRiM and
-- those of whom an exposure is proposed, and not which.
create function app_trim_offer_due(since timestamptz, until timestamptz, moment timestamptz)
returns table (person_id uuid, email text)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    own constant uuid := current_setting('app.organisation', true)::uuid;
    made uuid[];
begin
    if current_setting('app.system', true) is distinct from 'trim' then
        return;
    end if;
    with added as (
        insert into trim_offers (organisation_id, id, person_id, unit_id, duty_id, event_at, origin, criterion, offered_at)
        select own, gen_random_uuid(), found.person_id, found.unit_id, found.id, found.ended_at, 'criterion', found.criterion, moment
          from (select distinct on (d.id) d.id, d.person_id, d.unit_id, d.ended_at, c.criterion
                  from duties d
                  join trim_criteria c on c.organisation_id = d.organisation_id
                   and c.duty_kind_id in (d.type_id, d.category_id, d.subcategory_id)
                  join duty_kinds k on k.organisation_id = c.organisation_id and k.id = c.duty_kind_id
                  join people p on p.organisation_id = d.organisation_id and p.id = d.person_id and p.left_at is null
                 where d.organisation_id = own and d.deleted_at is null and d.ended_at > moment - interval '28 days'
                   and (d.created_at between since and until or d.changed_at between since and until)
                 order by d.id, k.level desc) found
         where exists (select from grants_in_force f where f.organisation_id = own and f.person_id = found.person_id
                          and f.permission = 'trim.answer')
         order by found.ended_at, found.id
        on conflict do nothing
        returning trim_offers.person_id)
    select array_agg(distinct added.person_id) into made from added;
    return query
        select a.person_id, a.email
          from accounts a
          join people p on p.organisation_id = a.organisation_id and p.id = a.person_id and p.left_at is null
         where a.organisation_id = own and a.disabled_at is null
           and (a.person_id = any (coalesce(made, '{}'))
                or exists (select from duties d
                             join exposure_rules r on r.organisation_id = d.organisation_id
                              and r.duty_kind_id in (d.type_id, d.category_id, d.subcategory_id)
                            where d.organisation_id = own and d.person_id = a.person_id and d.deleted_at is null
                              and d.ended_at > moment - interval '28 days'
                              and (d.created_at between since and until or d.changed_at between since and until)
                              and not exists (select from exposures e where e.organisation_id = own and e.duty_id = d.id
                                                 and e.kind = r.kind)));
end $$;
comment on function app_trim_offer_due is 'Makes the offers that duties call for, for the work that does; and whom to tell.';

-- Who is told that something is due: an assessment, a follow-up, or a case that nobody has taken. Each once, and again
-- after every whole week.
create function app_trim_due(moment timestamptz) returns table (person_id uuid, email text)
language sql volatile security definer set search_path = pg_catalog, public as $$
    with standing as (
        select c.id, c.person_id, c.practitioner_id, c.reminded_at,
               case when c.practitioner_id is null then c.accepted_at
                    when a.held_at is null then c.event_at + interval '72 hours'
                    when f.held_at is null then a.held_at + interval '28 days' end as due_at
          from trim_cases c
          left join trim_meetings a on a.organisation_id = c.organisation_id and a.case_id = c.id and a.kind = 'assessment'
          left join trim_meetings f on f.organisation_id = c.organisation_id and f.case_id = c.id and f.kind = 'follow-up'
         where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.ended_at is null
           and (select current_setting('app.system', true)) = 'trim'),
    due as (
        update trim_cases c set reminded_at = moment
          from standing s
         where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.id = s.id
           and s.due_at <= moment
           and (s.reminded_at is null or s.reminded_at < s.due_at or s.reminded_at <= moment - interval '7 days')
        returning c.person_id, c.practitioner_id)
    select distinct a.person_id, a.email
      from due d
      join grants_in_force f on f.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and f.permission = 'trim.practise' and f.scope = 'organisation' and f.person_id <> d.person_id
       and f.person_id = coalesce(d.practitioner_id, f.person_id)
      join people p on p.organisation_id = f.organisation_id and p.id = f.person_id and p.left_at is null
      join accounts a on a.organisation_id = p.organisation_id and a.person_id = p.id and a.disabled_at is null
$$;
comment on function app_trim_due is 'Whom to tell that TRiM work is due, for the work that does.';

create function app_trim_any_open() returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select (select current_setting('app.system', true)) = 'trim'
       and exists (select from trim_cases c
                    where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.ended_at is null)
$$;

-- A moment as the program reads it, to the microsecond.
create function app_trim_moment(moment timestamptz) returns text
language sql stable set search_path = pg_catalog, public as $$
    select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
revoke all on function app_trim_moment(timestamptz) from public;

-- Duties that call for an offer or propose an exposure have a job look at them once they are committed, whoever writes
-- them. A job that waits and that nobody holds takes them in; nobody waits for one that somebody holds.
create function app_trim_duties_written() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    found_in record;
    waiting uuid;
begin
    for found_in in
        select w.organisation_id, min(w.changed_at) as first, max(w.changed_at) as last
          from written w
         where w.deleted_at is null and w.ended_at > w.changed_at - interval '28 days'
           and (exists (select from trim_criteria c where c.organisation_id = w.organisation_id
                           and c.duty_kind_id in (w.type_id, w.category_id, w.subcategory_id))
                or exists (select from exposure_rules r where r.organisation_id = w.organisation_id
                              and r.duty_kind_id in (w.type_id, w.category_id, w.subcategory_id)))
         group by w.organisation_id
    loop
        select j.id into waiting from jobs j
         where j.kind = 'trim.after-job' and j.organisation_id = found_in.organisation_id
           and j.dead_at is null and j.leased_until is null
         limit 1 for update skip locked;
        if waiting is null then
            insert into jobs (id, organisation_id, kind, payload, run_at, created_at)
            values (gen_random_uuid(), found_in.organisation_id, 'trim.after-job',
                    jsonb_build_object('since', app_trim_moment(found_in.first), 'until', app_trim_moment(found_in.last)),
                    found_in.last, found_in.last);
        else
            update jobs j
               set payload = jsonb_build_object(
                       'since', app_trim_moment(least((j.payload ->> 'since')::timestamptz, found_in.first)),
                       'until', app_trim_moment(greatest((j.payload ->> 'until')::timestamptz, found_in.last)))
             where j.id = waiting;
        end if;
    end loop;
    return null;
end $$;
create trigger trim_logged after insert on duties
    referencing new table as written for each statement execute function app_trim_duties_written();
create trigger trim_changed after update on duties
    referencing new table as written for each statement execute function app_trim_duties_written();

-- Messages: whom each is for is said by the functions above.
create policy trim_adds on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'trim' and kind in ('after-job', 'trim-due') and state = 'waiting');
create policy trim_reads on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'trim' and kind in ('after-job', 'trim-due'));

revoke all on function app_trim_counts(date), app_trim_names(uuid[]), app_trim_practitioners(),
    app_trim_hand_over(uuid, uuid, timestamptz), app_trim_whom(text),
    app_trim_offer_due(timestamptz, timestamptz, timestamptz), app_trim_due(timestamptz), app_trim_any_open() from public;
grant execute on function app_trim_counts(date), app_trim_names(uuid[]), app_trim_practitioners(),
    app_trim_hand_over(uuid, uuid, timestamptz), app_trim_whom(text),
    app_trim_offer_due(timestamptz, timestamptz, timestamptz), app_trim_due(timestamptz), app_trim_any_open()
    to watchroom_app;
