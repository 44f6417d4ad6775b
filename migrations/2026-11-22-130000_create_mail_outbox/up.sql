-- Messages to be sent by e-mail: written in the deed's own transaction, sent by a job afterwards. A row says who, when
-- and which notice, never a text: the text is written from a template when it is sent.
create table mail_outbox (
    organisation_id uuid not null references organisations,
    id uuid not null,
    kind text not null check (length(kind) between 1 and 40),
    person_id uuid not null,
    recipient text not null check (length(recipient) between 3 and 254),
    about_id uuid,
    state text not null check (state in ('waiting', 'claimed', 'handing-over', 'sent', 'dead', 'discarded')),
    attempts integer not null default 0,
    unconfirmed integer not null default 0,
    next_try_at timestamptz not null,
    claimed_by uuid,
    claimed_until timestamptz,
    answer text check (length(answer) <= 500),
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table mail_outbox is 'Messages by e-mail: which notice to whom, and what became of it. Never their text.';
comment on column mail_outbox.recipient is 'The address as it was when the message was written: a notice about a changed address goes to the old one.';
comment on column mail_outbox.about_id is 'What the message leads to: the link of an invitation or of a forgotten password. Its token is stored nowhere.';
comment on column mail_outbox.state is
    'waiting; claimed by a worker; handing-over: the server may have it; sent: it said so; dead: given up, an administrator decides; discarded: no longer wanted.';
comment on column mail_outbox.attempts is 'Conversations begun.';
comment on column mail_outbox.unconfirmed is 'How often it was handed over without an answer coming back. It goes again under the same Message-ID.';
comment on column mail_outbox.claimed_by is 'The job that has it; no other sends it before claimed_until.';
comment on column mail_outbox.answer is 'What the server said last, or why the message was given up.';
create index mail_outbox_unfinished on mail_outbox (organisation_id, next_try_at) where finished_at is null;
create index mail_outbox_finished on mail_outbox (organisation_id, finished_at) where finished_at is not null;
create index mail_outbox_person on mail_outbox (organisation_id, person_id, kind, created_at);

alter table mail_outbox enable row level security; alter table mail_outbox force row level security;
call app_secure('mail_outbox',
    '{me} or {system:mail} or {holds:mail.read}',
    '{me} or {system:sign-in} or {system:operator} or {holds:password.link} or {holds:invite.send} or {holds:account.manage}',
    '{system:mail} or {holds:mail.configure}',
    '{system:mail}');

-- How many messages somebody was written since then, of one kind or of all: whoever may write one must know, and need
-- not see them.
create function app_mail_since(somebody uuid, wanted_kind text, since timestamptz) returns bigint
language sql stable security definer set search_path = pg_catalog, public as $$
    select count(*) from mail_outbox
     where organisation_id = (select current_setting('app.organisation', true)::uuid)
       and person_id = somebody and created_at > since and state <> 'discarded'
       and (wanted_kind is null or kind = wanted_kind)
       and (somebody = (select current_setting('app.person', true)::uuid)
            or (select current_setting('app.system', true)) <> ''
            or app_holds('invite.send') or app_holds('account.manage') or app_holds('password.link'))
$$;
revoke all on function app_mail_since(uuid, text, timestamptz) from public;
grant execute on function app_mail_since(uuid, text, timestamptz) to watchroom_app;
create policy definer_reads on mail_outbox for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Which notices somebody does not want. Those that protect the account are not asked for.
create table notice_choices (
    organisation_id uuid not null,
    person_id uuid not null,
    kind text not null check (length(kind) between 1 and 40),
    wanted boolean not null,
    changed_at timestamptz not null,
    primary key (organisation_id, person_id, kind),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table notice_choices is 'What somebody decided about a kind of notice; no row means that it is wanted.';
alter table notice_choices enable row level security; alter table notice_choices force row level security;
call app_secure('notice_choices', '{me} or {system:sign-in}', '{me}', '{me}', null);

-- A job that runs later must be found by its kind: what is swept every so often waits once for each organisation.
create index jobs_kind on jobs (kind, organisation_id) where dead_at is null;
