//! What people try on signals: their own, what others have them told, and the rules.

use uuid::Uuid;
use watchroom::kernel::ids::OrganisationId;

use super::acts::{
    Act,
    Page::{Get, Post},
};
use crate::support::TestApp;

const fn once(name: &'static str, page: super::acts::Page, says: &'static str, sql: &'static str) -> Act {
    Act { name, page, says, sql, on_records: false }
}

/// Of signals of Walker's own, and of one that somebody of their unit has them told.
pub(super) const ACTS: &[Act] = &[
    once(
        "have signals of one's own",
        Get("/signals/no-leave"),
        "",
        "insert into signal_choices values ('{org}', '{me}', 'no-leave', now(), null)",
    ),
    once("be told of a signal", Get("/signals/told"), "Told words", "select 1 from app_signals_told()"),
    once(
        "tune a signal",
        Post("/organisation/signals/nights", &[("offered", "yes"), ("threshold", "4"), ("window_days", "14")]),
        "",
        "insert into signal_rules values ('{org}', 'nights', true, 4, 14, null, now()) \
         on conflict (organisation_id, kind) do update set threshold = 5",
    ),
];

/// Has a person of the same unit tell Walker of a signal that is raised.
pub(super) fn raise(app: &TestApp, organisation: OrganisationId, me: Uuid, other: Uuid) {
    app.database.superuser(&format!(
        "insert into signal_choices values ('{organisation}', '{other}', 'nights', now(), null); \
         insert into signal_tellings values ('{organisation}', '{other}', 'nights', '{me}', now(), now()); \
         insert into signal_raisings values ('{organisation}', '{other}', 'nights', now(), 'Told words', now(), now())"
    ));
}
