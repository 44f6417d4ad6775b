//! The table of all routes: what is not here cannot be reached.

use super::{api, front};
use crate::http::Route;
use crate::{
    absences, applications, audit, claims, competence, cpd, details, duties, exposures, extensions, identity, imports,
    network, notices, organisation, oversight, rota, scim, signals, sso, timesheets, tokens, trim, vault, wellbeing,
    working_time,
};

/// Every slice's table.
pub static ALL: &[&[Route]] = &[
    front::ROUTES,
    api::ROUTES,
    identity::pages::ROUTES,
    identity::pages::FACTOR_ROUTES,
    identity::pages::SIGN_IN_ROUTES,
    // Before the people: /people/{id} would take /people/moves and /people/skills for somebody.
    identity::pages::moves::ROUTES,
    competence::pages::SKILL_ROUTES,
    identity::pages::PEOPLE_ROUTES,
    identity::pages::invitations::ROUTES,
    identity::pages::ROLE_ROUTES,
    applications::pages::ROUTES,
    details::pages::ROUTES,
    organisation::pages::ROUTES,
    network::pages::ROUTES,
    extensions::pages::ROUTES,
    // Before the duties: /team/{person} would take /team/cpd and /team/competences for somebody.
    absences::pages::ROUTES,
    rota::pages::ROUTES,
    cpd::pages::ROUTES,
    exposures::pages::ROUTES,
    trim::pages::ROUTES,
    competence::pages::ROUTES,
    working_time::pages::ROUTES,
    duties::pages::ROUTES,
    timesheets::pages::ROUTES,
    claims::pages::ROUTES,
    vault::pages::ROUTES,
    wellbeing::pages::ROUTES,
    signals::pages::ROUTES,
    imports::pages::ROUTES,
    duties::api::ROUTES,
    audit::pages::ROUTES,
    notices::pages::ROUTES,
    tokens::pages::ROUTES,
    oversight::pages::ROUTES,
    sso::pages::ROUTES,
    scim::pages::ROUTES,
    scim::api::ROUTES,
];
