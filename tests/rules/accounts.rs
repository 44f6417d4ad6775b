//! How somebody signs in is changed by those alone who could give them their roles, by raw SQL as by the page.

use watchroom::organisation::Service;

use crate::support::{Context, TestApp};

#[actix_web::test]
async fn whoever_manages_accounts_takes_over_none_that_may_do_more_than_their_own() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let hr = app.person(&founded, "hr", station);
    let member = app.person(&founded, "member", station);
    let manager = app.person(&founded, "manager", station);
    let set = |what: &str, whom: &str| format!("update accounts set {what} where person_id = '{whom}'");
    let (owner, member, manager) = (founded.administrator.to_string(), member.id.to_string(), manager.id.to_string());
    let address = "email = 'taken@over.example'";
    assert_eq!(app.raw_write(&hr, &set(address, &member)), Ok(1), "that is what the permission is for");
    for whom in [&owner, &manager, &hr.id.to_string()] {
        app.raw_write(&hr, &set(address, whom)).expect_err("refused");
    }
    // Nor by what the same person may do beside it.
    for what in ["password_hash = 'known'", "password_changed_at = now()", "password_hash = null"] {
        for whom in [&owner, &manager, &member] {
            app.raw_write(&hr, &set(what, whom)).expect_err("a password is its person's to choose");
        }
    }
    assert_eq!(app.raw_write(&hr, &set("disabled_at = now()", &member)), Ok(1), "as when somebody leaves");
    app.raw_write(&hr, &set("disabled_at = now()", &hr.id.to_string())).expect_err("nobody's own");
    // Coming back, the old password does not come back.
    app.database.superuser(&set("disabled_at = now()", &member));
    app.raw_write(&hr, &set("disabled_at = null", &member)).expect_err("with its password");
    assert_eq!(app.raw_write(&hr, &set("disabled_at = null, password_hash = null", &member)), Ok(1));
    app.database.superuser(&set("disabled_at = null", &member));
    // Somebody without any of these changes their own password and nothing else.
    let member_context = Context::Person(founded.organisation, member.parse().expect("an id"));
    assert_eq!(app.raw_write(member_context, &set("password_hash = 'mine'", &member)), Ok(1));
    app.raw_write(member_context, &set(address, &member)).expect_err("an address");
    assert_eq!(app.raw_write(member_context, &set("password_hash = 'theirs'", &manager)), Ok(0));
    // An account that is opened for somebody has no password yet, and who may do more than their own gets none by HR.
    let opened = |whom: &str, hash: &str| {
        format!(
            "insert into accounts (organisation_id, person_id, email, password_hash, created_at) \
             values ('{}', '{whom}', 'new@northmoor.example', {hash}, now())",
            founded.organisation
        )
    };
    for whom in [&member, &manager] {
        app.database.superuser(&format!("delete from sessions; delete from accounts where person_id = '{whom}'"));
    }
    app.raw_write(&hr, &opened(&member, "'known'")).expect_err("with a password");
    app.raw_write(&hr, &opened(&manager, "null")).expect_err("for a manager");
    assert_eq!(app.raw_write(&hr, &opened(&member, "null")), Ok(1));
}
