//! What people try on sealed records: their own, and what was shared with them.

use uuid::Uuid;
use watchroom::kernel::ids::OrganisationId;

use super::acts::{
    Act,
    Page::{Get, Post},
};
use crate::support::TestApp;

const fn once(name: &'static str, page: super::acts::Page, sql: &'static str) -> Act {
    Act { name, page, says: "", sql, on_records: false }
}

/// Of a vault of Walker's own, into which somebody shared something.
pub(super) const ACTS: &[Act] = &[
    once("open one's vault", Get("/wellbeing/recover"), "update vault_keys set proof = proof where person_id = '{me}'"),
    once(
        "keep a sealed note",
        Get("/wellbeing/notes/new"),
        "insert into wellbeing_records (organisation_id, id, person_id, mark, sealed) \
         values ('{org}', gen_random_uuid(), '{me}', gen_random_uuid(), decode(repeat('00', 4145), 'hex'))",
    ),
    once(
        "read what was shared with one",
        Get("/wellbeing/received"),
        "select 1 from wellbeing_shares where recipient_id = '{me}'",
    ),
    once(
        "say to whom people can talk",
        Post("/organisation/wellbeing", &[("body", "Somebody")]),
        "insert into wellbeing_support values ('{org}', 'x', now()) on conflict (organisation_id) do update set body = 'x'",
    ),
];

/// Gives two people vaults, and has the second share something with the first. What is in it nobody opens here.
pub(super) fn seal(app: &TestApp, organisation: OrganisationId, me: Uuid, other: Uuid) {
    let sealed = "decode(repeat('00', 4145), 'hex')";
    let record = Uuid::new_v4();
    app.database.superuser(&format!(
        "insert into vault_keys select '{organisation}', id, sha256('x'), sha256('y'), now() from people where id in ('{me}', '{other}'); \
         insert into wellbeing_records values ('{organisation}', '{record}', '{other}', '{record}', {sealed}, null); \
         insert into wellbeing_shares (organisation_id, id, record_id, person_id, recipient_id, sealed, shared_at) \
             values ('{organisation}', gen_random_uuid(), '{record}', '{other}', '{me}', {sealed}, now())"
    ));
}
