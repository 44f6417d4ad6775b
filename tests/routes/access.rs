//! Roles of the organisation's own, roles with dates, roles that take two, and who can see what.

mod dates;
mod designed;
mod four_eyes;
mod last_owner;
mod preview;
mod who_sees;

use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::{PersonId, UnitId};
use watchroom::organisation::Service;

use crate::support::TestApp;

const ADMIN: &str = "admin@northmoor.example";

struct World {
    app: TestApp,
    founded: Founded,
    hillside: UnitId,
}

fn world() -> World {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let hillside = app.unit(&founded, founded.unit, "station", "Hillside");
    World { app, founded, hillside }
}

fn role(founded: &Founded, code: &str) -> String {
    founded.role(code).expect("a role").to_string()
}

fn roles_of(person: PersonId) -> String {
    format!("/people/{person}/roles")
}
