//! What people try on CPD, competences and certificates.

use super::acts::{Act, Page::Get, on_record, once};

pub(super) const ACTS: &[Act] = &[
    on_record("read an entry that was shared", Get("/cpd/{cpd}"), "", "select 1 from cpd_entries where id = '{cpd}'"),
    on_record(
        "download its evidence",
        Get("/cpd/{cpd}/evidence/{file}/download"),
        "",
        "select 1 from cpd_evidence_content where evidence_id = '{file}'",
    ),
    on_record(
        "change an entry",
        Get("/cpd/{cpd}/edit"),
        "",
        "update cpd_entries set title = 'Walked' where id = '{cpd}'",
    ),
    on_record("delete an entry", Get("/cpd/{cpd}/delete"), "", "delete from cpd_entries where id = '{cpd}'"),
    on_record(
        "remove evidence",
        Get("/cpd/{cpd}/evidence/{file}/remove"),
        "",
        "delete from cpd_evidence where id = '{file}'",
    ),
    once("list what was shared", Get("/team/cpd"), "", ""),
    once(
        "read what one is asked to confirm",
        Get("/cpd/{asked entry}"),
        "",
        "select 1 from cpd_entries where id = '{asked entry}'",
    ),
    once(
        "confirm an entry",
        Get("/cpd/requests/{asked}"),
        "",
        "update cpd_requests set state = 'declined', answered_at = now() where id = '{asked}'",
    ),
    on_record(
        "read certificates",
        Get("/team/competences/{person}"),
        "Certificate words",
        "select 1 from certificates where person_id = '{person}' and exists (select from people where id = '{person}')",
    ),
    on_record(
        "record a certificate",
        Get("/team/competences/{person}/record"),
        "",
        "insert into certificates (organisation_id, id, person_id, unit_id, kind_id, awarded_on, recorded_by, recorded_at, changed_at) \
         select '{org}', gen_random_uuid(), '{person}', '{unit}', '{competence}', current_date, '{me}', now(), now() \
           from people where id = '{person}'",
    ),
    on_record(
        "end a certificate",
        Get("/certificates/{certificate}/end"),
        "",
        "update certificates set ended_on = current_date, ended_reason = 'x' where id = '{certificate}' \
            and exists (select from people where id = '{person}')",
    ),
    on_record(
        "say what somebody needs",
        Get("/team/competences/{person}/need"),
        "",
        "insert into competence_exceptions (organisation_id, person_id, kind_id, unit_id, needed, reason, set_by, set_at) \
         select '{org}', '{person}', '{competence}', '{unit}', true, 'x', '{me}', now() from people where id = '{person}'",
    ),
    once("see the competences of a team", Get("/team/competences"), "", ""),
    once("see who of a team is off the run", Get("/team/certificates"), "", ""),
    once("download the competences of a team", Get("/team/competences.csv"), "", ""),
    once(
        "say which competences there are",
        Get("/competence-kinds"),
        "",
        "insert into competence_kinds (organisation_id, id, name, effect, created_at) \
         values ('{org}', gen_random_uuid(), 'Walk', 'none', now())",
    ),
];
