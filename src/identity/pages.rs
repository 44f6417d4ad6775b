//! The pages of the door (sign in, sign out, sessions, passwords, first set-up) and of people (list, record, roles,
//! HR fields).

mod explain;
mod factor;
mod factor_resets;
mod factors;
mod forgotten;
mod hr;
pub mod invitations;
mod leaving;
pub mod moves;
mod own_password;
mod passkeys;
mod password_link;
mod people;
mod person;
mod person_forms;
mod requests;
mod role_catalogue;
mod role_detail;
mod role_form;
mod roles;
mod sessions;
mod set_up;
mod sign_in;
mod sign_in_routes;
mod sign_in_settings;
mod step_up;
mod vault_passkeys;
mod welcome;

use actix_web::web;
use serde::Deserialize;
pub use sign_in::{go_on, origin};
pub use sign_in_routes::{FACTOR_ROUTES, SIGN_IN_ROUTES};
pub use step_up::{after_proof, ask_for_proof};
pub use vault_passkeys::AccountPasskeys;

pub(super) use set_up::plausible_email;

use crate::authz::permission::{
    ACCOUNT_MANAGE, HR_CONTRACT_WRITE, HR_FITNESS_WRITE, HR_KIN_WRITE, HR_PAYROLL_WRITE, PASSWORD_LINK, PEOPLE_ADD,
    PEOPLE_EDIT, PEOPLE_LEAVE, PEOPLE_READ, ROLE_APPROVE, ROLE_DESIGN, ROLE_GRANT, ROLE_REVOKE,
};
use crate::http::{Access, Class, Route};
use crate::views::FormErrors;

const ADDS: Access = Access::Needs(PEOPLE_ADD);
const EDITS: Access = Access::Needs(PEOPLE_EDIT);
const LEAVES: Access = Access::Needs(PEOPLE_LEAVE);
const DESIGNS: Access = Access::Needs(ROLE_DESIGN);
const APPROVES: Access = Access::Needs(ROLE_APPROVE);
const REVOKES: Access = Access::Needs(ROLE_REVOKE);
const WRITES_HR: Access = Access::NeedsOne(&[HR_CONTRACT_WRITE, HR_PAYROLL_WRITE, HR_KIN_WRITE, HR_FITNESS_WRITE]);

/// The routes of the door.
pub static ROUTES: &[Route] = &[
    Route::get("session.form", "/sign-in", Access::Public, || web::get().to(sign_in::form)),
    Route::post("session.begin", "/sign-in", Access::Public, || web::post().to(sign_in::submit)),
    Route::post("session.end", "/sign-out", Access::Public, || web::post().to(sessions::end)).counted(Class::Public),
    Route::get("session.list", "/account/sessions", Access::Signed, || web::get().to(sessions::list)),
    Route::post("session.end-one", "/account/sessions/{id}/end", Access::Signed, || web::post().to(sessions::end_one)),
    Route::post("session.end-all", "/account/sessions/end-all", Access::Signed, || web::post().to(sessions::end_all)),
    Route::get("session.proof-form", "/step-up", Access::Signed, || web::get().to(step_up::form)).while_enrolling(),
    Route::post("session.step-up", "/step-up", Access::Signed, || web::post().to(step_up::submit)).while_enrolling(),
    Route::get("setup.form", "/set-up/{token}", Access::Public, || web::get().to(set_up::form)),
    Route::post("setup.found", "/set-up/{token}", Access::Public, || web::post().to(set_up::submit)),
    Route::get("password.form", "/account/password", Access::Signed, || web::get().to(own_password::form)),
    Route::post("password.change", "/account/password", Access::Signed, || web::post().to(own_password::submit)),
    Route::get("password.link-form", "/password/{link}", Access::Public, || web::get().to(password_link::form)),
    Route::post("password.choose", "/password/{link}", Access::Public, || web::post().to(password_link::submit)),
];

/// The routes of people and roles.
pub static PEOPLE_ROUTES: &[Route] = &[
    Route::get("person.list", "/people", Access::Needs(PEOPLE_READ), || web::get().to(people::list)),
    Route::get("person.add-form", "/people/new", ADDS, || web::get().to(person_forms::add_form)),
    Route::post("person.add", "/people/new", ADDS, || web::post().to(person_forms::add)),
    Route::get("person.read", "/people/{id}", Access::Signed, || web::get().to(person::read)),
    Route::get("person.edit-form", "/people/{id}/edit", EDITS, || web::get().to(person_forms::edit_form)),
    Route::post("person.edit", "/people/{id}/edit", EDITS, || web::post().to(person_forms::edit)),
    Route::get("person.leave-form", "/people/{id}/leave", LEAVES, || web::get().to(leaving::leave_form)),
    Route::post("person.leave", "/people/{id}/leave", LEAVES, || web::post().to(leaving::leave)).step_up(),
    Route::post("person.reinstate", "/people/{id}/reinstate", LEAVES, || web::post().to(leaving::reinstate)),
    Route::post("account.open", "/people/{id}/account", Access::Needs(ACCOUNT_MANAGE), || {
        web::post().to(password_link::open_account)
    })
    .step_up(),
    Route::post("password.link", "/people/{id}/password-link", Access::Needs(PASSWORD_LINK), || {
        web::post().to(password_link::issue)
    })
    .step_up(),
    Route::get("hr.read", "/people/{id}/hr", Access::Signed, || web::get().to(hr::read)),
    Route::get("hr.form", "/people/{id}/hr/edit", WRITES_HR, || web::get().to(hr::form)),
    Route::post("hr.write", "/people/{id}/hr/edit", WRITES_HR, || web::post().to(hr::submit)),
    Route::get("role.read", "/people/{id}/roles", Access::Signed, || web::get().to(roles::list)),
    Route::post("role.grant", "/people/{id}/roles", Access::Needs(ROLE_GRANT), || web::post().to(roles::grant))
        .step_up(),
    Route::get("role.revoke-form", "/people/{id}/roles/{grant}/revoke", REVOKES, || web::get().to(roles::revoke_form))
        .step_up(),
    Route::post("role.revoke", "/people/{id}/roles/{grant}/revoke", REVOKES, || web::post().to(roles::revoke))
        .step_up(),
    Route::get("access.person", "/people/{id}/access", Access::Signed, || web::get().to(explain::person)),
    Route::get("access.duty", "/duties/{id}/access", Access::Signed, || web::get().to(explain::duty)),
    Route::get("access.receipts", "/account/receipts", Access::Signed, || web::get().to(explain::receipts)),
];

/// The routes of roles: the catalogue, requests that wait for a second person, and the organisation's own.
pub static ROLE_ROUTES: &[Route] = &[
    Route::get("role.catalogue", "/roles", Access::Signed, || web::get().to(role_catalogue::show)),
    Route::get("role.build-form", "/roles/new", DESIGNS, || web::get().to(role_form::new_form)).step_up(),
    Route::post("role.build", "/roles/new", DESIGNS, || web::post().to(role_form::build)).step_up(),
    Route::get("role.requests", "/roles/requests", Access::Signed, || web::get().to(requests::list)),
    Route::post("role.approve", "/roles/requests/{id}/approve", APPROVES, || web::post().to(requests::approve))
        .step_up(),
    Route::post("role.refuse", "/roles/requests/{id}/refuse", APPROVES, || web::post().to(requests::refuse)),
    Route::post("role.withdraw", "/roles/requests/{id}/withdraw", Access::Signed, || {
        web::post().to(requests::withdraw)
    }),
    Route::get("role.show", "/roles/{id}", Access::Signed, || web::get().to(role_detail::show)),
    Route::get("role.change-form", "/roles/{id}/edit", DESIGNS, || web::get().to(role_form::edit_form)).step_up(),
    Route::post("role.change", "/roles/{id}/edit", DESIGNS, || web::post().to(role_form::edit)).step_up(),
    Route::get("role.retire-form", "/roles/{id}/retire", DESIGNS, || web::get().to(role_detail::retire_form)).step_up(),
    Route::post("role.retire", "/roles/{id}/retire", DESIGNS, || web::post().to(role_detail::retire)).step_up(),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

/// `text` trimmed, `None` when it is empty; notes an error when it is longer than `longest` characters.
fn optional(errors: &mut FormErrors, field: &str, text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > longest {
        errors.add(field, format!("Use at most {longest} characters."));
    }
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
