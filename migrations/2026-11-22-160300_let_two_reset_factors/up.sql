-- Taking away somebody's second factors opens their account to whoever knows their password, so it takes two: one
-- asks, another approves within a day. The database holds them to it, whatever the program believes.
create table factor_resets (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    asked_by uuid not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    approved boolean,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check (asked_by <> person_id),
    check (decided_by <> person_id),
    check (approved is not true or decided_by <> asked_by),
    check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (approved is null))
);
comment on column factor_resets.approved is 'Null while it waits; false when it was refused or withdrawn.';
create unique index factor_resets_waiting on factor_resets (organisation_id, person_id) where decided_by is null;
create index factor_resets_person on factor_resets (organisation_id, person_id, asked_at desc);

alter table factor_resets enable row level security; alter table factor_resets force row level security;
call app_secure('factor_resets', '{me} or {holds:factor.reset}',
    '{holds:factor.reset} and asked_by = (select current_setting(''app.person'', true)::uuid)
        and decided_by is null and not ({me})',
    '{holds:factor.reset} and not ({me})
        and (decided_by is null or decided_by = (select current_setting(''app.person'', true)::uuid))', null);

-- Whether the caller has just approved, as the second person, that somebody's factors go.
create function app_factors_reset_by_me(somebody uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1 from factor_resets r
         where r.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and r.person_id = somebody and r.approved
           and r.decided_by = (select current_setting('app.person', true)::uuid)
           and r.decided_by <> r.asked_by and r.decided_at <= r.expires_at
           -- Only in the transaction that approves: the row that it has just written. (Parallel workers know its id.)
           and r.xmin = pg_current_xact_id_if_assigned()::xid)
$$;
revoke all on function app_factors_reset_by_me(uuid) from public;
grant execute on function app_factors_reset_by_me(uuid) to watchroom_app;
create policy definer_reads on factor_resets for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

alter policy removes on totp_secrets using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) = 'operator'
         or ((select app_holds('factor.reset')) and app_factors_reset_by_me(person_id))));
alter policy removes on passkeys using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) = 'operator'
         or ((select app_holds('factor.reset')) and app_factors_reset_by_me(person_id))));
alter policy removes on recovery_codes using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) = 'operator'
         or ((select app_holds('factor.reset')) and app_factors_reset_by_me(person_id))));
alter policy removes on sessions using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) in ('sign-in', 'operator')
         or (select app_holds('session.revoke'))
         or ((select app_holds('factor.reset')) and app_factors_reset_by_me(person_id))));
alter policy reads on sessions using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) in ('sign-in', 'operator')
         or (select app_holds('session.read'))
         or ((select app_holds('factor.reset')) and app_factors_reset_by_me(person_id))));
