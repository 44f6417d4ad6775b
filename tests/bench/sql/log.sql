-- What logging a duty runs (src/duties/service/write.rs, log): the limit of the database for it.
-- -D organisation, unit, kind, type; base, the first second; seed, a number of this run; n=0, which each client counts up.
\set who (:n * 8 + :client_id) % 32 + 1
\set start :base + (:n * 8 + :client_id) / 32 * 43200
begin;
select app_enter(:organisation::uuid, ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, '');
select k.parent_id, p.parent_id, k.retired_at is not null,
       exists (select 1 from units u where u.organisation_id = :organisation::uuid and u.id = :unit::uuid and u.closed_at is null),
       (select d.id from duties d
         where d.organisation_id = :organisation::uuid
           and d.person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid and d.deleted_at is null
           and d.id <> '00000000-0000-7000-8000-000000000000'::uuid and d.started_at < to_timestamp(:start::bigint + 28800)
           and d.started_at > to_timestamp(:start::bigint - 86400) and d.ended_at > to_timestamp(:start::bigint)
         order by d.started_at desc limit 1)
  from duty_kinds k left join duty_kinds p on p.organisation_id = k.organisation_id and p.id = k.parent_id
 where k.organisation_id = :organisation::uuid and k.id = :kind::uuid limit 1;
select period_from, period_to
  from app_locked_places(array[('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid], array[to_timestamp(:start::bigint)::date]) order by place limit 1;
insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, break_minutes, type_id,
                    category_id, subcategory_id, incident_number, job_role, call_sign, mileage_tenths, source, created_at,
                    created_by, changed_at)
values (:organisation::uuid,
        ('01a0' || lpad(to_hex(:n::bigint), 8, '0') || '7' || lpad(to_hex(:client_id::int), 3, '0') || '8'
         || lpad(to_hex(:seed::bigint), 15, '0'))::uuid,
        ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, :unit::uuid, to_timestamp(:start::bigint),
        to_timestamp(:start::bigint + 28800), to_timestamp(:start::bigint)::date, 0, :type::uuid, :kind::uuid, null, null, null,
        null, null, 'api', now(), ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, now())
on conflict (organisation_id, id) do nothing;
insert into audit_entries (organisation_id, at, actor_kind, actor_id, actor_label, masked_address, action, object_kind,
                           object_id, subject_id, detail, salt, commitment)
values (:organisation::uuid, now(), 'person', ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, 'member',
        '127.0.0.0', 'duty.log', 'duty',
        '01a0' || lpad(to_hex(:n::bigint), 8, '0') || '-7' || lpad(to_hex(:client_id::int), 3, '0'),
        ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid,
        '{"changed": {"started_at": {"after": "2026-11-22T09:00:00Z"}, "ended_at": {"after": "2026-11-22T17:00:00Z"}, "unit_id": {"after": "00000000-0000-7000-a000-000000000001"}, "kind_id": {"after": "00000000-0000-7000-a000-000000000001"}, "break_minutes": {"after": 0}}}',
        '\x01010101010101010101010101010101',
        '\x0202020202020202020202020202020202020202020202020202020202020202');
commit;
\set n :n + 1
