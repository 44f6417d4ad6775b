//! Duties: upload, columns, check, result, commit, once and again; killed, cancelled, changed meanwhile.

use super::{COLUMNS, DUTIES, World, upload};

#[actix_web::test]
async fn a_file_becomes_duties_and_a_second_time_nothing() {
    let world = World::new();
    let _worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await.expect_status(303);
    let href = world.href();
    browser.get(&href).await.expect_status(200).expect_text("Say which column is what");
    let guessed = browser.get(&format!("{href}/columns")).await.expect_status(200).expect_text("01/07/2026");
    assert!(guessed.body.contains(r#"<option value="2" selected>Time from</option>"#), "{}", guessed.body);
    browser.post(&format!("{href}/columns"), COLUMNS).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    // Ready: the day, the night, the twice-told hour, the drill. Twice in the file: one. Rejected: four.
    assert_eq!(world.counts(), [4, 1, 4, 4]);
    let page = browser.get(&href).await.expect_status(200);
    page.expect_text("Time from: 01:30 never was")
        .expect_text("31/06/2026 is not a day that exists")
        .expect_text("Nobody here has the employee number 9999")
        .expect_text("It overlaps the duty on line 4.")
        .expect_text("came twice that night")
        .expect_text("Empty rows passed over 1")
        .expect_text("Import 4 duties");
    assert_eq!(world.app.rows("duties"), 0, "a check imports nothing");

    browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "committed");
    assert_eq!(world.app.rows("duties"), 4);
    browser.get(&href).await.expect_text("4 duties imported on Sunday 22 November 2026");
    let kept = world.app.database.superuser_texts(
        "select concat_ws(' ', d.started_at at time zone 'UTC', d.ended_at at time zone 'UTC', d.break_minutes, \
                          d.mileage_tenths, k.code, d.source, d.import_id = (select id from imports), n.body) \
           from duties d join duty_kinds k on k.id = d.category_id \
           left join duty_shared_notes n on n.duty_id = d.id order by d.started_at",
    );
    assert_eq!(
        kept,
        [
            "2026-07-01 07:00:00 2026-07-01 17:00:00 45 day import t Day shift,\nwith a drill",
            "2026-07-02 17:00:00 2026-07-03 08:00:00 30 125 night import t",
            "2026-07-02 19:00:00 2026-07-02 20:00:00 0 drill import t Overlaps the night",
            "2026-10-25 00:30:00 2026-10-25 09:00:00 0 night import t",
        ]
    );
    assert_eq!(world.app.audited(), ["import.begin", "import.commit"]);
    let entry = world.app.database.superuser_texts(
        "select concat_ws(' ', actor_kind, actor_label, actor_id, detail->'facts'->>'rows', detail->'facts'->>'records', \
                          detail->'facts'->>'file_sha256' = (select encode(file_sha256, 'hex') from imports)) \
           from audit_entries where action = 'import.commit'",
    );
    assert_eq!(entry, [format!("system import {} 9 4 t", world.administrator.id)]);

    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await.expect_status(303);
    let again = world.href();
    browser.post(&format!("{again}/columns"), COLUMNS).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts(), [0, 5, 4, 0]);
    browser.get(&again).await.expect_text("No row is ready").expect_text("It was imported before.");
    browser.post(&format!("{again}/commit"), &[]).await.expect_status(409);
    assert_eq!(world.app.rows("duties"), 4);
}

#[actix_web::test]
async fn rejected_rows_can_be_mended_and_uploaded_as_they_are() {
    let world = World::new();
    let _worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await;
    let href = world.href();
    browser.post(&format!("{href}/columns"), COLUMNS).await;
    assert_eq!(world.settled(), "checked");
    let file = browser.get(&format!("{href}/rejected.csv")).await.expect_status(200);
    assert!(
        file.headers
            .get("content-disposition")
            .is_some_and(|value| value.to_str().is_ok_and(|text| text.starts_with("attachment")))
    );
    assert!(file.body.starts_with("\u{FEFF}Line in the file,Why it was rejected,Staff No,"), "{}", file.body);
    let row = file.body.lines().find(|line| line.contains("31/06/2026")).expect("the row");
    assert!(row.starts_with("6,") && row.contains("is not a day that exists"), "{row}");
    let mended = file.body.replace("31/06/2026", "30/06/2026");
    upload(&world, &mut browser, "duties", &[("file", "mended.csv", mended.as_bytes())]).await.expect_status(303);
    let columns: Vec<(&str, String)> = COLUMNS
        .iter()
        .map(|(key, column)| (*key, (column.parse::<usize>().expect("a number") + 2).to_string()))
        .collect();
    let columns: Vec<(&str, &str)> = columns.iter().map(|(key, column)| (*key, column.as_str())).collect();
    browser.post(&format!("{}/columns", world.href()), &columns).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts(), [1, 0, 3, 1]);
    assert_eq!(world.app.audited(), ["import.begin", "import.export", "import.begin"]);
}

/// A file of `days` duties of a person, one a day.
fn many(days: usize) -> String {
    let mut file = "Staff No,Start,End,Type\n".to_owned();
    let first = jiff::civil::date(2010, 1, 1);
    for day in 0..days {
        let day = first.checked_add(jiff::Span::new().days(i64::try_from(day).expect("small"))).expect("a day");
        file.push_str(&format!("1001,{day} 08:00,{day} 18:00,shift\n"));
    }
    file
}

#[actix_web::test]
async fn killed_in_the_middle_of_a_commit_leaves_nothing_and_the_job_does_it_again() {
    let world = World::in_batches_of(20);
    let worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    let file = many(3000);
    upload(&world, &mut browser, "duties", &[("file", "many.csv", file.as_bytes())]).await;
    let href = world.href();
    browser
        .post(&format!("{href}/columns"), &[("employee_number", "0"), ("start", "1"), ("end", "2"), ("type", "3")])
        .await;
    assert_eq!(world.settled(), "checked");
    browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
    let half_way =
        |world: &World| world.newest("rows_done").parse::<i64>().is_ok_and(|rows| (200..2800).contains(&rows));
    world.wait_for(|_state| half_way(&world));
    browser.get(&format!("{href}/progress")).await.expect_status(200).expect_text("rows");
    world.app.database.superuser(
        "select pg_terminate_backend(pid) from pg_stat_activity \
          where datname = current_database() and usename = 'watchroom_app' and xact_start is not null",
    );
    let gone = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while world.app.database.superuser_texts("select count(*) from jobs where last_error is not null") != ["1"] {
        assert!(std::time::Instant::now() < gone, "the job did not notice");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!((world.newest("state").as_str(), world.app.rows("duties")), ("committing", 0));
    assert!(!world.app.audited().contains(&"import.commit".to_owned()));
    world.app.clock.advance(jiff::SignedDuration::from_secs(60));
    assert_eq!(world.settled(), "committed");
    assert_eq!((world.app.rows("duties"), world.counts()), (3000, [3000, 0, 0, 3000]));
    drop(worker);
    assert_eq!(world.app.rows("jobs"), 0);
    assert_eq!(world.app.audited(), ["import.begin", "import.commit"]);
}

#[actix_web::test]
async fn a_server_that_stops_goes_on_with_the_import_at_its_next_start() {
    let world = World::in_batches_of(20);
    let worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    let file = many(3000);
    upload(&world, &mut browser, "duties", &[("file", "many.csv", file.as_bytes())]).await;
    let href = world.href();
    browser
        .post(&format!("{href}/columns"), &[("employee_number", "0"), ("start", "1"), ("end", "2"), ("type", "3")])
        .await;
    assert_eq!(world.settled(), "checked");
    browser.post(&format!("{href}/commit"), &[]).await;
    world.wait_for(|_state| world.newest("rows_done").parse::<i64>().is_ok_and(|rows| rows > 100));
    drop(worker);
    let state = world.newest("state");
    if state == "committing" {
        assert_eq!(world.app.rows("duties"), 0);
    }
    let _worker = world.worker();
    assert_eq!(world.settled(), "committed");
    assert_eq!(world.app.rows("duties"), 3000);
}

#[actix_web::test]
async fn cancelling_a_commit_imports_nothing() {
    let world = World::in_batches_of(20);
    let worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    let file = many(3000);
    upload(&world, &mut browser, "duties", &[("file", "many.csv", file.as_bytes())]).await;
    let href = world.href();
    browser
        .post(&format!("{href}/columns"), &[("employee_number", "0"), ("start", "1"), ("end", "2"), ("type", "3")])
        .await;
    assert_eq!(world.settled(), "checked");
    browser.post(&format!("{href}/commit"), &[]).await;
    world.wait_for(|_state| world.newest("rows_done").parse::<i64>().is_ok_and(|rows| rows > 100));
    browser.get(&format!("{href}/discard")).await.expect_status(200).expect_text("Cancel this import?");
    browser.post(&format!("{href}/discard"), &[]).await.expect_status(303);
    drop(worker);
    assert_eq!((world.newest("state").as_str(), world.app.rows("duties")), ("discarded", 0));
    assert_eq!(world.app.audited(), ["import.begin", "import.discard"]);
    let folder = world.app.parts.site.config.state.dir.join("imports").join(world.newest("id"));
    assert!(!folder.exists(), "its files are removed");
    browser.get(&href).await.expect_status(200).expect_text("thrown away");
}

#[actix_web::test]
async fn what_changed_since_the_check_stops_the_commit() {
    let world = World::new();
    let worker = world.worker();
    let mut browser = world.app.browser(&world.administrator).await;
    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await;
    let href = world.href();
    browser.post(&format!("{href}/columns"), COLUMNS).await;
    assert_eq!(world.settled(), "checked");
    let [ada, _] = &world.members;
    world.app.database.superuser(&format!("update people set employee_number = '1009' where id = '{}'", ada.id));
    browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "failed");
    assert_eq!(world.app.rows("duties"), 0);
    browser.get(&href).await.expect_text("have changed since the check").expect_text("Check the rows again");
    browser.post(&format!("{href}/check"), &[]).await.expect_status(303);
    assert_eq!(world.settled(), "checked");
    assert_eq!(world.counts()[0], 0);
    drop(worker);
}

#[actix_web::test]
async fn a_role_taken_before_the_rows_are_in_refuses_the_import() {
    let world = World::new();
    let mut browser = world.app.browser(&world.administrator).await;
    let checked = async |browser: &mut crate::support::Client<'_>| {
        let _worker = world.worker();
        upload(&world, browser, "duties", &[("file", "rota.csv", DUTIES)]).await.expect_status(303);
        let href = world.href();
        browser.post(&format!("{href}/columns"), COLUMNS).await.expect_status(303);
        assert_eq!(world.settled(), "checked");
        href
    };
    let take = |role: &str| {
        format!(
            "delete from role_grants where person_id = '{}' and role_id = (select id from roles where code = '{role}')",
            world.administrator.id
        )
    };
    let leave = format!("update people set left_at = now() where id = '{}'", world.administrator.id);
    for (number, lost) in [take("administrator"), leave].into_iter().enumerate() {
        let href = checked(&mut browser).await;
        browser.post(&format!("{href}/commit"), &[]).await.expect_status(303);
        assert_eq!(world.newest("state"), "committing");
        world.app.database.superuser(&lost);
        let worker = world.worker();
        assert_eq!(world.settled(), "refused");
        assert_eq!(world.app.rows("duties"), 0, "nothing was imported");
        drop(worker);
        // Somebody who may still import reads why, and can take it up.
        let mut other = world.app.signed_in("admin@northmoor.example").await;
        other
            .get(&href)
            .await
            .expect_text("Refused")
            .expect_text("may no longer import")
            .expect_text("Check the rows again");
        if number == 0 {
            world.app.grant(&world.founded, &world.administrator, "administrator", None);
        } else {
            let _worker = world.worker();
            other.post(&format!("{href}/check"), &[]).await.expect_status(303);
            assert_eq!(world.settled(), "checked");
            other.post(&format!("{href}/commit"), &[]).await.expect_status(303);
            assert_eq!(world.settled(), "committed");
            assert_eq!(world.app.rows("duties"), 4);
        }
    }
    let expected =
        ["import.begin", "import.refuse", "import.begin", "import.refuse", "import.commit"].map(str::to_owned);
    assert_eq!(world.app.audited(), expected);
}

#[actix_web::test]
async fn the_columns_form_keeps_what_was_chosen_and_says_what_is_missing() {
    let world = World::new();
    let mut browser = world.app.browser(&world.administrator).await;
    upload(&world, &mut browser, "duties", &[("file", "rota.csv", DUTIES)]).await;
    let href = world.href();
    let answer =
        browser.post(&format!("{href}/columns"), &[("employee_number", "0"), ("start", "3"), ("end", "3")]).await;
    let answer = answer
        .expect_status(422)
        .expect_text("already. Choose another")
        .expect_text("Choose the column with the type of work");
    assert!(answer.body.contains(r#"<option value="3" selected>Time to</option>"#));
    assert_eq!(world.newest("state"), "uploaded");
}
