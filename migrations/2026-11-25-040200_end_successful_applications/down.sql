comment on column vacancies.keep_months is 'How long an application without success is kept after its decision.';
comment on column applications.delete_after is 'The last day on which it is kept: without success, or withdrawn.';
alter table applications drop constraint applications_end;
set constraints all immediate;
alter table applications no force row level security;
update applications set delete_after = null where state = 'successful';
alter table applications force row level security;
alter table applications add constraint applications_check1
    check ((state in ('unsuccessful', 'withdrawn')) = (delete_after is not null));
