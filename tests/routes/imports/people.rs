//! People from a file.

use super::{World, upload};

const PEOPLE: &[u8] = include_bytes!("../../fixtures/imports/people.csv");

/// The columns of the fixture, as the form sends them.
const COLUMNS: &[(&str, &str)] = &[
    ("employee_number", "0"),
    ("given_name", "1"),
    ("family_name", "2"),
    ("email", "3"),
    ("unit", "4"),
    ("role", "5"),
];

fn world() -> World {
    let world = World::new();
    for (code, name) in [("Q11", "Marlbrook"), ("Q12", "Saltings")] {
        let unit = world.app.unit(&world.founded, world.founded.unit, "station", name);
        world.app.database.superuser(&format!("update units set code = '{code}' where id = '{unit}'"));
    }
    world
}

#[actix_web::test]
async fn a_file_becomes_people_and_a_second_time_nothing() {
    let world = world();
    let _worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    let before = world.app.rows("people");
    upload(&world, &mut browser, "people", &[("file", "people.csv", PEOPLE)]).await.expect_status(303);
    let href = world.href();
    browser.post(&format!("{href}/columns"), COLUMNS).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts(), [4, 0, 6, 4]);
    assert_eq!(world.app.rows("people"), before);
    browser.get(&href).await.expect_text("Import 4 people").expect_text("It stands on line 2");
    browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "committed");
    assert_eq!(world.app.rows("people"), before + 4);
    let roles = world.app.database.superuser_texts(
        "select concat_ws(' ', p.employee_number, r.code, u.code) from people p \
           join role_grants g on g.person_id = p.id join roles r on r.id = g.role_id left join units u on u.id = g.unit_id \
          where p.employee_number like '200%' order by 1",
    );
    assert_eq!(roles, ["2001 member", "2002 manager Q11", "2002 member", "2003 member"]);
    upload(&world, &mut browser, "people", &[("file", "people.csv", PEOPLE)]).await.expect_status(303);
    browser.post(&format!("{}/columns", world.href()), COLUMNS).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts(), [0, 4, 6, 0]);
}

#[actix_web::test]
async fn hr_imports_people_but_makes_no_managers() {
    let world = world();
    let _worker = world.worker();
    let hr = world.app.person(&world.founded, "hr", world.founded.unit);
    let mut browser = world.app.browser(&hr).await;
    upload(&world, &mut browser, "people", &[("file", "people.csv", PEOPLE)]).await.expect_status(303);
    let href = world.href();
    browser.post(&format!("{href}/columns"), COLUMNS).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts(), [3, 0, 7, 3]);
    browser.get(&href).await.expect_text("ask an administrator to make this person a manager");
    browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "committed");
    let managers = world.app.database.superuser_texts(
        "select count(*) from role_grants g join roles r on r.id = g.role_id where r.code = 'manager'",
    );
    assert_eq!(managers, ["0"]);
}
