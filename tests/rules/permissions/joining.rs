//! Applications, people's own details, emergency contacts and planned moves: each by its page and by its table. What is
//! tried on belongs to a record: its id is the person's, or one made of it.

use super::acts::{Act, Page::Get};

const fn on_record(name: &'static str, page: &'static str, says: &'static str, sql: &'static str) -> Act {
    Act { name, page: Get(page), says, sql, on_records: true }
}

/// What the walk tries.
pub(super) const ACTS: &[Act] = &[
    on_record("read an application", "/applications/{person}", "", "select 1 from applications where id = '{person}'"),
    on_record(
        "read a vacancy",
        "/vacancies/{person}/edit",
        "",
        "update vacancies set title = 'x' where id = '{person}'",
    ),
    on_record(
        "decide on an application",
        "/applications/{person}",
        "/decide\"",
        "update applications set state = 'successful', settled_at = now(), delete_after = current_date + 700, reason = 'x', decided_by = '{me}' where id = '{person}'",
    ),
    on_record(
        "score an application",
        "/applications/{person}",
        "/score\"",
        "insert into application_scores (organisation_id, application_id, unit_id, scorer_id, criterion, mark, scored_at) \
         select organisation_id, id, unit_id, '{me}', 'Motivation', 3, now() from applications where id = '{person}'",
    ),
    on_record(
        "read a change of details",
        "/details/{person}",
        "",
        "select 1 from detail_changes where id = '{person}' and app_holds('detail.approve')",
    ),
    on_record(
        "return a change of details",
        "/details/{person}",
        "/approve\"",
        "update detail_changes set state = 'returned', decided_by = '{me}', decided_at = now(), answer = 'x' where id = '{person}' \
           and app_holds('detail.approve')",
    ),
    on_record(
        "read whom to call",
        "/people/{person}/contact",
        "Kim of the contact",
        "select 1 from emergency_contacts where person_id = '{person}' \
           and exists (select from people where id = '{person}')",
    ),
    on_record(
        "plan a transfer",
        "/people/{person}/transfer",
        "",
        "insert into planned_moves (organisation_id, id, person_id, unit_id, kind, to_unit_id, day, due_at, state, planned_by, planned_at) \
         select organisation_id, gen_random_uuid(), id, unit_id, 'transfer', unit_id, now(), now(), 'planned', '{me}', now() \
           from people where id = '{person}'",
    ),
    on_record(
        "plan a last day",
        "/people/{person}/last-day",
        "",
        "insert into planned_moves (organisation_id, id, person_id, unit_id, kind, day, due_at, state, planned_by, planned_at) \
         select organisation_id, gen_random_uuid(), id, unit_id, 'leaving', now(), now(), 'planned', '{me}', now() \
           from people where id = '{person}'",
    ),
    Act {
        name: "propose a change of one's own details",
        page: Get("/account/details/phone"),
        says: "",
        sql: "insert into detail_changes (organisation_id, id, person_id, part, was, becomes, state, proposed_at) \
              values ('{org}', gen_random_uuid(), '{me}', 'phone', 'null', '{}', 'proposed', now())",
        on_records: false,
    },
];

/// What belongs to a record: a vacancy of its unit with an application, a change that waits, and a contact.
pub(super) fn prepare(org: &str, person: &str, unit: &str) -> String {
    format!(
        "insert into vacancies (organisation_id, id, unit_id, title, about, closes_on, state, questions, stages, criteria, created_by, created_at) \
             values ('{org}', '{person}', '{unit}', 'Post', 'x', '2027-01-01', 'open', '[]', '[\"Received\", \"Sift\"]', \
                 '[{{\"name\": \"Motivation\", \"weight\": 1}}]', '{person}', now()); \
         insert into applications (organisation_id, id, vacancy_id, unit_id, reference, code_hash, given_name, family_name, email, \
                 answers, stage, state, received_at) \
             values ('{org}', '{person}', '{person}', '{unit}', upper(right('{person}', 8)), sha256('x'), 'Kit', 'Vane', \
                 'kit@x.example', '[]', 'Received', 'open', now()); \
         insert into detail_changes (organisation_id, id, person_id, part, was, becomes, state, proposed_at) \
             values ('{org}', '{person}', '{person}', 'address', 'null', \
                 '{{\"part\": \"address\", \"lines\": \"1 High Street\", \"postcode\": \"NM1 2AB\"}}', 'proposed', now()); \
         insert into emergency_contacts (organisation_id, person_id, unit_id, name, relation, phone, changed_at) \
             values ('{org}', '{person}', '{unit}', 'Kim of the contact', 'sister', '01632 960002', now());"
    )
}
