//! Roles that begin and end on a day.

use super::{ADMIN, World, role, roles_of, world};

#[actix_web::test]
async fn a_role_with_dates_counts_between_them_whatever_the_server_remembers() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let mut theirs = app.browser(&member).await;
    let give = |id: &str, start: &str, end: &str| {
        app.database.superuser(&format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at, starts_at, ends_at) \
             values ('{}', '{id}', '{}', '{}', '{hillside}', now(), {start}, {end}); \
             update people set access_version = access_version + 1 where id = '{}'",
            founded.organisation,
            member.id,
            role(&founded, "manager"),
            member.id
        ));
    };
    let id = "00000000-0000-7000-8000-000000000001";
    // Begins in two seconds, ends in nine: wide enough for a busy machine to look in between. The browser's caller is
    // cached all the while, by a clock that stands still.
    give(id, "now() + interval '2 seconds'", "now() + interval '9 seconds'");
    let mut seen = Vec::new();
    let version = format!("select app_access_version('{}', '{}') % 1048576", founded.organisation, member.id);
    // What has passed is asked before the page, so the page that is asked for after both is the last that matters.
    let begun = std::time::Instant::now();
    while begun.elapsed() < std::time::Duration::from_secs(60) {
        let passed = app.raw(&member, &version).expect("a version")[0].clone();
        let status = theirs.get("/people").await.status;
        let over = passed == "2";
        if seen.last() != Some(&(status, passed.clone())) {
            seen.push((status, passed));
        }
        if over {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let statuses: Vec<u16> = seen.iter().map(|(status, _passed)| *status).collect::<Vec<_>>();
    let mut steps = statuses.clone();
    steps.dedup();
    assert_eq!(steps, [403, 200, 403], "{seen:?}");
    assert_eq!(seen.last().map(|(_status, passed)| passed.as_str()), Some("2"), "{seen:?}");
}

#[actix_web::test]
async fn the_form_gives_a_role_from_one_day_to_another() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&roles_of(member.id)).await;
    let (manager, unit) = (role(&founded, "manager"), hillside.to_string());
    let form = |from: &'static str, until: &'static str| {
        vec![("role", manager.clone()), ("unit", unit.clone()), ("from", from.to_owned()), ("until", until.to_owned())]
    };
    for (from, until) in [("2026-12-02", "2026-12-01"), ("", "2026-11-21"), ("nonsense", "")] {
        let form = form(from, until);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        admin.post(&roles_of(member.id), &form).await.expect_status(422);
    }
    let form = form("2026-12-01", "2027-06-30");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.post(&roles_of(member.id), &form).await.expect_status(303);
    admin
        .get(&roles_of(member.id))
        .await
        .expect_text("1 Dec 2026 to")
        .expect_text("30 Jun 2027")
        .expect_text("Not yet");
    // Midnights of the United Kingdom: the last day is in summer time and counts whole.
    let stored = app.database.superuser_texts(
        "select concat(starts_at at time zone 'UTC', ' ', ends_at at time zone 'UTC') from role_grants where ends_at is not null",
    );
    assert_eq!(stored, ["2026-12-01 00:00:00 2027-06-30 23:00:00"]);
}
