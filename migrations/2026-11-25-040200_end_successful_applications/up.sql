-- Every application that is settled has a last day, one that succeeded too: the months of its vacancy after its applicant
-- became a person, and two years after the decision when they never did.
alter table applications drop constraint applications_check1;
set constraints all immediate;
alter table applications no force row level security;
alter table vacancies no force row level security;
update applications a
   set delete_after = case when a.person_id is null
           then ((a.settled_at at time zone 'Europe/London')::date + interval '24 months')::date
           else ((now() at time zone 'Europe/London')::date
                 + make_interval(months => (select v.keep_months from vacancies v
                        where v.organisation_id = a.organisation_id and v.id = a.vacancy_id)))::date end
 where a.state = 'successful';
alter table applications force row level security;
alter table vacancies force row level security;
alter table applications add constraint applications_end check ((state = 'open') = (delete_after is null));
comment on column applications.delete_after is 'The last day on which it is kept, once it is settled.';
comment on column vacancies.keep_months is
    'How long an application is kept after its decision; one that succeeded, after its applicant became a person.';
