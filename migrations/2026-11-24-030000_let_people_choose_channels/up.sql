-- What somebody wants to hear of by which way: in the app, by e-mail at once, in the weekly summary, in their calendar.
alter table notice_choices add column channel text not null default 'email'
    check (channel in ('app', 'email', 'digest', 'calendar'));
alter table notice_choices alter column channel drop default;
alter table notice_choices drop constraint notice_choices_pkey;
alter table notice_choices add primary key (organisation_id, person_id, kind, channel);
comment on table notice_choices is
    'What somebody decided about a kind of notice and a way to hear of it; no row means what the kind does by itself.';

-- Who sends looks once more, right before a message leaves: whoever wrote it may not have been able to see the choice.
create policy mail_reads on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'mail');
create policy definer_reads on notice_choices for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- When somebody wants to be left alone, and on which morning they want their summary.
create table notice_times (
    organisation_id uuid not null,
    person_id uuid not null,
    quiet_from smallint check (quiet_from between 0 and 1439),
    quiet_to smallint check (quiet_to between 0 and 1439),
    not_on_duty boolean not null,
    digest_day smallint not null check (digest_day between 1 and 7),
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check ((quiet_from is null) = (quiet_to is null)),
    check (quiet_from <> quiet_to)
);
comment on table notice_times is 'Quiet hours, and the day of the weekly summary; no row means no quiet hours and Monday.';
comment on column notice_times.quiet_from is 'Minutes after midnight on the clock in the United Kingdom.';
comment on column notice_times.quiet_to is 'The same; before quiet_from when the night lies between.';
comment on column notice_times.not_on_duty is 'Whether what may wait waits until a duty is over.';
comment on column notice_times.digest_day is 'Monday is 1, Sunday is 7.';
alter table notice_times enable row level security; alter table notice_times force row level security;
call app_secure('notice_times', '{me} or {system:mail}', '{me}', '{me}', null);
create policy definer_reads on notice_times for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Until when somebody is on duty, for the work that sends messages and for nobody else.
create function app_on_duty_until(somebody uuid, moment timestamptz) returns timestamptz
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select max(d.ended_at) from duties d
     where (select current_setting('app.system', true)) = 'mail'
       and d.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and d.person_id = somebody and d.deleted_at is null
       and d.started_at <= moment and d.ended_at > moment
       -- No duty is longer, so the index finds the few that can be meant.
       and d.started_at > moment - interval '24 hours'
$$;
comment on function app_on_duty_until is 'Until when somebody is on duty at this moment; null: they are not.';
revoke all on function app_on_duty_until(uuid, timestamptz) from public;
grant execute on function app_on_duty_until(uuid, timestamptz) to watchroom_app;
