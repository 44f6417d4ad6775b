//! What people try on exposures and on TRiM. Records of these have the id of the person whom they are about.

use super::acts::{Act, Page::Get};
use crate::support::{Somebody, TestApp};
use watchroom::kernel::ids::{OrganisationId, PersonId};

const fn on_record(name: &'static str, page: &'static str, says: &'static str, sql: &'static str) -> Act {
    Act { name, page: Get(page), says, sql, on_records: true }
}

const fn once(name: &'static str, page: &'static str, sql: &'static str) -> Act {
    Act { name, page: Get(page), says: "", sql, on_records: false }
}

/// Everything that the walk tries of them.
pub(super) const ACTS: &[Act] = &[
    on_record(
        "correct an exposure",
        "/exposures/{person}/correct",
        "",
        "update exposures set changed_at = now() where id = '{person}'",
    ),
    on_record(
        "read exposures for a medical professional",
        "/exposure-records/{person}",
        "Agent words",
        "select 1 from exposures e join exposure_versions v on v.exposure_id = e.id where e.id = '{person}' and e.person_id <> '{me}'",
    ),
    on_record(
        "read symptoms",
        "/exposure-records/{person}",
        "Symptom words",
        "select 1 from exposure_health where exposure_id = '{person}' and person_id <> '{me}'",
    ),
    once("look for exposures", "/exposure-records", ""),
    once(
        "say which work exposes",
        "/exposure-rules",
        "insert into exposure_rules (organisation_id, id, duty_kind_id, kind, created_at) \
         values ('{org}', gen_random_uuid(), '{kind}', 'biological', now())",
    ),
    on_record(
        "answer an offer of TRiM",
        "/trim/offers/{person}",
        "",
        "update trim_offers set answer = 'declined', answered_at = now() where id = '{person}'",
    ),
    on_record(
        "offer TRiM",
        "/team/trim/offer?person={person}",
        "",
        "insert into trim_offers (organisation_id, id, person_id, unit_id, event_at, origin, offered_by, offered_at) \
         values ('{org}', gen_random_uuid(), '{person}', '{unit}', '2026-01-01T09:00Z', 'manager', '{me}', now())",
    ),
    once("count offers of TRiM", "/team/trim", "select 1 from app_trim_counts('2026-11-22')"),
    on_record(
        "look after a case of TRiM",
        "/trim/cases/{person}",
        "",
        "select 1 from trim_cases where id = '{person}' and person_id <> '{me}'",
    ),
    once(
        "say after which work TRiM is offered",
        "/trim-criteria",
        "insert into trim_criteria (organisation_id, id, duty_kind_id, criterion, created_at) \
         values ('{org}', gen_random_uuid(), '{kind}', 'other', now())",
    ),
];

/// Gives somebody an exposure with symptoms, an offer that they accepted, and the case of it.
pub(super) fn record(app: &TestApp, org: OrganisationId, somebody: &Somebody) {
    let (id, unit): (PersonId, _) = (somebody.id, somebody.unit);
    app.database.superuser(&format!(
        "begin; select set_config('app.organisation', '{org}', true); \
         insert into exposures (organisation_id, id, person_id, unit_id, kind, happened_on, confirmed, created_at, changed_at) \
             values ('{org}', '{id}', '{id}', '{unit}', 'contaminant', '2026-11-20', true, now(), now()); \
         insert into exposure_versions (organisation_id, exposure_id, version, person_id, confirmed, happened_on, details, recorded_at) \
             values ('{org}', '{id}', 1, '{id}', true, '2026-11-20', '{{\"agents\": [\"Agent words\"]}}', now()); \
         insert into exposure_health (organisation_id, exposure_id, version, person_id, unit_id, symptoms) \
             values ('{org}', '{id}', 1, '{id}', '{unit}', 'Symptom words'); \
         insert into trim_offers (organisation_id, id, person_id, unit_id, event_at, origin, offered_at, answer, answered_at) \
             values ('{org}', '{id}', '{id}', '{unit}', '2026-11-20T09:00Z', 'self', now(), 'accepted', now()); \
         update trim_cases set id = offer_id where person_id = '{id}'; \
         commit"
    ));
}
