-- Whoever invites opens the account as well, without a password, and sees whether there is one.
create policy invite_reads on accounts for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (select app_holds('invite.send')));
create policy invite_adds on accounts for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (select app_holds('invite.send'))
    and password_hash is null);

-- And what became of the message.
create policy invite_reads on mail_outbox for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and kind = 'invitation' and (select app_holds('invite.send')));

-- Whether somebody has been shown the short welcome. Those who signed in before it existed know their way.
alter table accounts add column welcomed_at timestamptz;
comment on column accounts.welcomed_at is 'When its holder had read the welcome; null until then.';
-- Row-level security binds the owner too, so it is lifted for this.
alter table accounts no force row level security;
update accounts set welcomed_at = last_sign_in_at where last_sign_in_at is not null;
alter table accounts force row level security;

-- What ends when somebody leaves now, in numbers, for the page that asks whether they did.
create function app_what_ends(somebody uuid, moment timestamptz) returns table (sessions bigint, links bigint, roles bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select (select count(*) from sessions s
             where s.organisation_id = (select current_setting('app.organisation', true)::uuid) and s.person_id = somebody
               and s.expires_at > moment),
           (select count(*) from password_links l
             where l.organisation_id = (select current_setting('app.organisation', true)::uuid) and l.person_id = somebody
               and l.used_at is null and l.expires_at > moment),
           (select count(*) from role_grants g
             where g.organisation_id = (select current_setting('app.organisation', true)::uuid) and g.person_id = somebody
               and (g.ends_at is null or g.ends_at > moment))
     where app_holds('people.leave')
$$;
revoke all on function app_what_ends(uuid, timestamptz) from public;
grant execute on function app_what_ends(uuid, timestamptz) to watchroom_app;
