//! The last one who can sign in and give roles.

use super::{World, world};
use crate::support::Context;

#[actix_web::test]
async fn one_owner_stays_by_whatever_way_the_last_one_would_go() {
    let World { app, founded, hillside } = world();
    let owner = founded.administrator;
    // One whose grant ends some day is no owner, and neither is one without a password.
    let ending = app.person_called(&founded, "ending", "administrator", hillside);
    app.database.superuser(&format!(
        "update role_grants set ends_at = now() + interval '30 days' where person_id = '{}'",
        ending.id
    ));
    let grant = format!("delete from role_grants where person_id = '{owner}'");
    let account = format!("update accounts set disabled_at = now() where person_id = '{owner}'");
    let password = format!("update accounts set password_hash = null where person_id = '{owner}'");
    for (context, statement) in [
        (Context::from(&ending), &grant),
        (Context::System(founded.organisation, "operator"), &grant),
        (Context::System(founded.organisation, "operator"), &account),
        (Context::System(founded.organisation, "sign-in"), &password),
    ] {
        assert!(app.raw_write(context, statement).is_ok_and(|rows| rows > 0), "{statement}");
        let error = app.raw_committed(context, statement).expect_err("refused at commit");
        assert!(error.contains("the last one who can sign in and give roles stays"), "{statement}: {error}");
    }
    // With a second owner the first one may go.
    app.person_called(&founded, "second", "administrator", hillside);
    app.raw_committed(Context::System(founded.organisation, "operator"), &account).expect("somebody stays");
}
