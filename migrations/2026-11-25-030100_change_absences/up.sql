-- Days and kind of an absence can be put right: that they were is marked here, and both values are in the audit trail.
alter table absences add column changed_at timestamptz, add column changed_by uuid,
    add constraint absences_changed check ((changed_at is null) = (changed_by is null));
comment on column absences.changed_at is 'When its days or its kind were changed last.';
comment on column absences.changed_by is 'Who changed them last: whoever recorded it, or whoever looks after the person.';

grant update (kind, first_on, last_on, changed_at, changed_by) on absences to watchroom_app;
alter policy changes on absences with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((withdrawn_at is not null and withdrawn_by = (select current_setting('app.person', true)::uuid))
         or (withdrawn_at is null and changed_by = (select current_setting('app.person', true)::uuid))));

-- Withdrawing changes nothing else.
create function app_absence_stays() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if new.withdrawn_at is not null
       and (new.kind, new.first_on, new.last_on) is distinct from (old.kind, old.first_on, old.last_on) then
        raise exception 'an absence that is withdrawn stays as it was' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger stays before update of kind, first_on, last_on on absences
    for each row execute function app_absence_stays();
create trigger apart_still before update of first_on, last_on on absences
    for each row when (new.withdrawn_at is null) execute function app_absences_apart();
