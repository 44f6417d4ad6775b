-- Notes, scores and what is shared of them: sealed, all alike from outside, read by whom they belong to.

create table wellbeing_records (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    mark uuid not null,
    sealed bytea not null check (length(sealed) in (4145, 16433, 65585, 262193)),
    delete_on date check (extract(day from delete_on) = 1),
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references vault_keys (organisation_id, person_id) on delete cascade
);
comment on table wellbeing_records is 'What somebody wrote of their wellbeing. What kind it is, and when it was written, is inside.';
comment on column wellbeing_records.id is 'Random: it does not tell when it was made.';
comment on column wellbeing_records.mark is 'Another one at each change, so that a form that is out of date is noticed.';
comment on column wellbeing_records.sealed is 'To its person, padded to one of four lengths.';
comment on column wellbeing_records.delete_on is 'From this day on it is removed: the first of a month. Null: when its person does.';
create index wellbeing_records_person on wellbeing_records (organisation_id, person_id);
create index wellbeing_records_due on wellbeing_records (organisation_id, delete_on) where delete_on is not null;

create table wellbeing_choices (
    organisation_id uuid not null,
    person_id uuid not null,
    keep_months smallint check (keep_months in (6, 12, 24, 60)),
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references vault_keys (organisation_id, person_id) on delete cascade
);
comment on table wellbeing_choices is 'How long somebody wants their records kept. Null: until they remove them. No row: 24 months.';

create table wellbeing_shares (
    organisation_id uuid not null,
    id uuid not null,
    record_id uuid not null,
    person_id uuid not null,
    recipient_id uuid not null,
    sealed bytea not null check (length(sealed) in (4145, 16433, 65585, 262193)),
    shared_at timestamptz not null,
    opened_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, record_id) references wellbeing_records (organisation_id, id) on delete cascade,
    foreign key (organisation_id, person_id) references vault_keys (organisation_id, person_id) on delete cascade,
    foreign key (organisation_id, recipient_id) references vault_keys (organisation_id, person_id) on delete cascade,
    check (person_id <> recipient_id)
);
comment on table wellbeing_shares is 'One record, as it was when it was shared, sealed to somebody whom its person named.';
comment on column wellbeing_shares.opened_at is 'When the recipient first opened it: the person''s receipt.';
create unique index wellbeing_shares_once on wellbeing_shares (organisation_id, record_id, recipient_id);
create index wellbeing_shares_person on wellbeing_shares (organisation_id, person_id);
create index wellbeing_shares_recipient on wellbeing_shares (organisation_id, recipient_id);

create table wellbeing_support (
    organisation_id uuid not null,
    body text not null check (length(body) between 1 and 4000),
    changed_at timestamptz not null,
    primary key (organisation_id),
    foreign key (organisation_id) references organisations (organisation_id)
);
comment on table wellbeing_support is 'To whom people can talk, as the organisation words it. No row: what the program ships.';

-- Whom something can be shared with: whoever may receive and has a vault. They are the service's practitioners, whom
-- everybody may know; that anybody else has a vault is told to nobody.
create function app_wellbeing_receivers() returns table (person_id uuid, name text, public_key bytea, proof bytea)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, k.public_key, k.proof
      from people p join vault_keys k on k.organisation_id = p.organisation_id and k.person_id = p.id
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is null
       and p.id <> (select current_setting('app.person', true)::uuid)
       and (select app_own('wellbeing.keep'))
       and exists (select from grants_in_force f where f.organisation_id = p.organisation_id and f.person_id = p.id
                      and f.permission = 'wellbeing.receive')
     order by p.family_name, p.given_name, p.id
$$;
comment on function app_wellbeing_receivers is 'To whom the caller can share a record, and the keys to seal it to: for who keeps records.';

-- Removes what is due. It says to nobody how much that was.
create function app_wellbeing_expire(today date) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
    delete from wellbeing_records r
     where r.organisation_id = (select current_setting('app.organisation', true)::uuid) and r.delete_on <= today
       and (select current_setting('app.system', true)) = 'wellbeing'
$$;
comment on function app_wellbeing_expire is 'Removes records whose day has come: for the daily work that does.';
revoke all on function app_wellbeing_receivers(), app_wellbeing_expire(date) from public;
grant execute on function app_wellbeing_receivers(), app_wellbeing_expire(date) to watchroom_app;

alter table wellbeing_records enable row level security; alter table wellbeing_records force row level security;
call app_secure('wellbeing_records', '{own:wellbeing.keep}', '{own:wellbeing.keep}', '{own:wellbeing.keep}', '{own:wellbeing.keep}');
revoke update on wellbeing_records from watchroom_app;
grant update (sealed, mark, delete_on) on wellbeing_records to watchroom_app;
create policy definer_reads on wellbeing_records for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on wellbeing_records for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

alter table wellbeing_choices enable row level security; alter table wellbeing_choices force row level security;
call app_secure('wellbeing_choices', '{own:wellbeing.keep}', '{own:wellbeing.keep}', '{own:wellbeing.keep}', '{own:wellbeing.keep}');
revoke update on wellbeing_choices from watchroom_app;
grant update (keep_months) on wellbeing_choices to watchroom_app;

-- A share is seen by who made it and by whom it is for. The one takes it back, the other says that they opened it.
alter table wellbeing_shares enable row level security; alter table wellbeing_shares force row level security;
call app_secure('wellbeing_shares',
    '{own:wellbeing.keep}
     or (recipient_id = (select current_setting(''app.person'', true)::uuid) and (select app_own(''wellbeing.receive'')))',
    '{own:wellbeing.keep} and opened_at is null
     and exists (select from wellbeing_records r where r.organisation_id = wellbeing_shares.organisation_id
         and r.id = wellbeing_shares.record_id and r.person_id = wellbeing_shares.person_id)
     and recipient_id in (select receivers.person_id from app_wellbeing_receivers() receivers)',
    'recipient_id = (select current_setting(''app.person'', true)::uuid) and (select app_own(''wellbeing.receive''))',
    '{own:wellbeing.keep}');
revoke update on wellbeing_shares from watchroom_app;
grant update (opened_at) on wellbeing_shares to watchroom_app;

alter table wellbeing_support enable row level security; alter table wellbeing_support force row level security;
call app_secure('wellbeing_support', 'true', '{holds:organisation.configure}', '{holds:organisation.configure}', null);
