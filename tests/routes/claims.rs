//! Claims for duties: made, decided by HR once the hours are approved, and taken to payroll once.

use uuid::Uuid;

use super::timesheets::Hours;
use crate::support::Client;

/// Tables that a refusal must leave as they were.
const TABLES: &[&str] = &["claims", "payroll_runs"];

impl Hours {
    /// Claims 12.5 miles for a duty; the claim's page.
    async fn claim(&self, client: &mut Client<'_>, duty: &str) -> String {
        let path = format!("/duties/{duty}/claims");
        client.get(&path).await.expect_status(200);
        let form = [("kind", "mileage"), ("amount", "12.5"), ("note", "To the other station")];
        client.post(&path, &form).await.expect_status(303);
        let newest = "select '/claims/' || id from claims order by id desc limit 1";
        self.world.app.database.superuser_texts(newest)[0].clone()
    }

    fn claims(&self) -> Vec<String> {
        self.world.app.database.superuser_texts(
            "select concat_ws(' ', kind, state, amount, decided_amount, case when payroll_run_id is not null then 'paid' end) \
             from claims order by id",
        )
    }

    /// A claim of the member's for a duty whose hours are approved: duty, sheet, claim.
    pub async fn ready(&self) -> (String, String, String) {
        let (duty, sheet) = self.locked().await;
        let mut member = self.world.app.browser(&self.world.member).await;
        let claim = self.claim(&mut member, &duty).await;
        (duty, sheet, claim)
    }
}

#[actix_web::test]
async fn a_claim_waits_for_the_hours_is_decided_in_part_and_goes_to_payroll_once() {
    let hours = Hours::new();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    let duty = hours.log(&mut member, "2026-11-21").await;
    let path = format!("/duties/{duty}/claims");
    member.get("/claims/mine").await.expect_text("You have claimed nothing");
    member.get(&path).await.expect_text("12.5 miles");
    let wrong = [("kind", "overtime"), ("amount", "691"), ("note", "Kept <b>")];
    let again = member.post(&path, &wrong).await.expect_status(422).expect_text("overtime cannot be more");
    assert_eq!((again.field("amount"), again.field("note")), ("691".to_owned(), "Kept <b>".to_owned()));
    let claim = hours.claim(&mut member, &duty).await;
    let twice = [("kind", "mileage"), ("amount", "3")];
    member.post(&path, &twice).await.expect_status(422).expect_text("claimed that for this duty already");

    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/claims").await.expect_text("Nothing to decide");
    hr.get("/claims?show=early").await.expect_text("Jo Tester").expect_text("12.5 miles");
    hr.get(&claim).await.expect_text("Nobody has approved the hours of this day yet").expect_no_text("Slept badly");
    let approve = format!("{claim}/approve");
    hr.post(&approve, &[("amount", "12.5")]).await.expect_status(409).expect_text("Nobody has approved the hours");
    let sheet = hours.submit(&mut member, &world.member).await;
    let mut manager = world.app.browser(&world.manager).await;
    hours.approve(&mut manager, &sheet).await.expect_status(303);
    manager.get(&claim).await.expect_status(200).expect_text("To the other station").expect_no_text("Approve how much");
    manager.post(&approve, &[("amount", "12.5")]).await.expect_status(403);

    hr.get("/claims").await.expect_text("Jo Tester").expect_text("The duty says 12.5 miles");
    hr.get(&claim).await.expect_status(200);
    let kept = hr.post(&approve, &[("amount", "10"), ("answer", "")]).await.expect_status(422);
    assert_eq!(kept.expect_text("Say why it is less").field("amount"), "10");
    hr.post(&approve, &[("amount", "13"), ("answer", "x")])
        .await
        .expect_status(422)
        .expect_text("No more than was claimed");
    hr.post(&format!("{claim}/refuse"), &[("answer", " ")]).await.expect_status(422).expect_text("Say why");
    hr.post(&approve, &[("amount", "10"), ("answer", "Home is nearer")]).await.expect_status(303);
    hr.post(&approve, &[("amount", "12.5")]).await.expect_status(409).expect_text("decided or taken back");
    hr.post(&format!("{claim}/refuse"), &[("answer", "x")]).await.expect_status(409);
    assert_eq!(hours.claims(), ["mileage approved 125 100"]);
    member
        .get("/claims/mine")
        .await
        .expect_text("Mileage: 12.5 miles")
        .expect_text("Approved by Hana Tester: 10 miles");
    member.get(&claim).await.expect_text("Home is nearer");
    member.post(&format!("{claim}/withdraw"), &[]).await.expect_status(409);

    hr.get("/payroll").await.expect_text("1 approved claim waits for payroll");
    hr.post("/payroll/runs", &[]).await.expect_status(303);
    let page = hr.get("/payroll").await.expect_text("1 claim was taken").expect_text("No approved claim is ready");
    hr.post("/payroll/runs", &[]).await.expect_status(409).expect_text("all of them were taken before");
    assert_eq!(world.app.rows("payroll_runs"), 1, "an empty run is none");
    let file = page.link("Download the run").or_else(|| page.link("Download")).expect("a link");
    for _ in 0..2 {
        let text = hr.get(&file).await.expect_status(200).body;
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("Mileage,12.5,10,miles,"), "{text}");
    }
    member.get("/claims/mine").await.expect_text("taken to payroll");
    hours.do_jobs(1);
    assert_eq!(hours.told(), ["hours-approved Jo", "hours-decided Jo"]);
}

#[actix_web::test]
async fn nobody_decides_on_their_own_claim_and_others_see_none_of_it() {
    let hours = Hours::new();
    let world = &hours.world;
    world.app.grant(&world.founded, &world.hr, "member", None);
    world.app.database.superuser("delete from timesheet_rules");
    let mut hr = world.app.browser(&world.hr).await;
    let unit = world.founded.unit.to_string();
    world.log(&mut hr, &[("unit", &unit)]).await.expect_status(303);
    let duty = world.app.database.superuser_texts("select id from duties")[0].clone();
    let claim = hours.claim(&mut hr, &duty).await;
    hr.get(&claim).await.expect_status(200).expect_no_text("Approve how much");
    let before = world.app.state_of(TABLES);
    hr.post(&format!("{claim}/approve"), &[("amount", "12.5")]).await.expect_status(403);
    hr.post(&format!("{claim}/refuse"), &[("answer", "x")]).await.expect_status(403);
    let id = claim.rsplit('/').next().expect("an id");
    let decide = |by| {
        format!(
            "update claims set state = 'approved', decided_amount = amount, decided_at = now(), decided_by = '{by}' \
             where id = '{id}'"
        )
    };
    let mut all = vec![(&world.hr, decide(world.hr.id)), (&world.hr, decide(world.administrator.id))];
    for somebody in
        [&world.member, &world.manager, &world.other_manager, &world.auditor, &world.administrator, &world.stranger]
    {
        let mut client = world.app.browser(somebody).await;
        let answer = client.get(&claim).await;
        assert!([403, 404].contains(&answer.status), "{}: {}", somebody.name, answer.status);
        for act in ["approve", "refuse", "withdraw"] {
            let answer = client.post(&format!("{claim}/{act}"), &[("amount", "1"), ("answer", "x")]).await;
            assert!([403, 404].contains(&answer.status), "{} {act}: {}", somebody.name, answer.status);
        }
        let own = client.get(&format!("/duties/{duty}/claims")).await;
        assert!([403, 404].contains(&own.status), "{}: {}", somebody.name, own.status);
        all.push((somebody, decide(somebody.id)));
    }
    for (somebody, statement) in all {
        let done = world.app.raw_write(somebody, &statement);
        assert!(!matches!(done, Ok(changed) if changed > 0), "{}: {statement}", somebody.name);
    }
    for somebody in [&world.member, &world.manager, &world.auditor, &world.administrator] {
        let mut client = world.app.browser(somebody).await;
        for page in ["/claims", "/payroll"] {
            client.get(page).await.expect_status(403);
        }
        client.post("/payroll/runs", &[]).await.expect_status(403);
    }
    assert_eq!(world.app.state_of(TABLES), before);
}

#[actix_web::test]
async fn payroll_takes_nothing_for_hours_that_were_reopened_nor_for_a_duty_that_is_gone() {
    let hours = Hours::new();
    let world = &hours.world;
    let (duty, sheet, claim) = hours.ready().await;
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&claim).await;
    hr.post(&format!("{claim}/approve"), &[("amount", "12.5")]).await.expect_status(303);
    let mut manager = world.app.browser(&world.manager).await;
    let reopen = format!("/timesheets/{sheet}/reopen");
    manager.get(&reopen).await;
    manager.post(&reopen, &[("reason", "Whose duty was it?")]).await.expect_status(303);
    hr.get("/payroll")
        .await
        .expect_text("No approved claim is ready")
        .expect_text("1 approved claim waits until the hours");
    hr.get(&claim).await.expect_text("payroll takes this once they are approved again");
    hr.post("/payroll/runs", &[]).await.expect_status(409);
    let take = format!("update claims set payroll_run_id = '{}' where state = 'approved'", Uuid::now_v7());
    assert!(world.app.raw_write(&world.hr, &take).is_err(), "nor by hand");
    // It moves to a day of the week before, whose hours nobody approved: its claim waits with it.
    let mut member = world.app.browser(&world.member).await;
    member.get(&format!("/duties/{duty}/edit")).await;
    let moved = [("revision", "1"), ("date", "2026-11-14"), ("reason", "Wrong day")];
    world.post(&mut member, &format!("/duties/{duty}/edit"), &moved).await.expect_status(303);
    hours.submit(&mut member, &world.member).await;
    hours.approve(&mut manager, &sheet).await.expect_status(303);
    hr.get("/payroll").await.expect_text("1 approved claim waits until the hours");
    member.get(&format!("/duties/{duty}/delete")).await;
    member
        .post(&format!("/duties/{duty}/delete"), &[("revision", "2"), ("reason", "A colleague's")])
        .await
        .expect_status(303);
    assert_eq!(hours.claims(), ["mileage withdrawn 125"]);
    hr.get("/payroll").await.expect_no_text("waits until the hours");
    hr.post("/payroll/runs", &[]).await.expect_status(409);
}

#[actix_web::test]
async fn what_payroll_has_taken_is_taken_and_decided_for_good() {
    let hours = Hours::new();
    let world = &hours.world;
    let (_duty, sheet, claim) = hours.ready().await;
    let mut hr = world.app.browser(&world.hr).await;
    let mut tab = world.app.browser(&world.hr).await;
    hr.get(&claim).await;
    hr.post(&format!("{claim}/approve"), &[("amount", "12.5")]).await.expect_status(303);
    hr.get("/payroll").await;
    tab.get("/payroll").await;
    hr.post("/payroll/runs", &[]).await.expect_status(303);
    tab.post("/payroll/runs", &[]).await.expect_status(409);
    let (id, org) = (claim.rsplit('/').next().expect("an id"), world.founded.organisation);
    let before = world.app.state_of(TABLES);
    for (somebody, statement) in [
        (&world.hr, format!("update claims set payroll_run_id = null where id = '{id}'")),
        (&world.hr, format!("update claims set decided_amount = 1, answer = 'x' where id = '{id}'")),
        (
            &world.hr,
            format!("update claims set state = 'refused', decided_amount = null, answer = 'x' where id = '{id}'"),
        ),
        (&world.member, format!("update claims set state = 'withdrawn' where id = '{id}'")),
        (&world.member, format!("update claims set amount = 1000 where id = '{id}'")),
        (&world.hr, format!("delete from claims where id = '{id}'")),
        (&world.hr, format!("delete from payroll_runs where organisation_id = '{org}'")),
        (
            &world.member,
            format!(
                "insert into claims (organisation_id, id, person_id, unit_id, duty_id, day, kind, amount, state, made_at, decided_at, \
                     decided_by, decided_amount) select organisation_id, '{}', person_id, unit_id, duty_id, day, 'disturbance', 1, \
                     'approved', now(), now(), person_id, 1 from claims where id = '{id}'",
                Uuid::now_v7()
            ),
        ),
    ] {
        let done = world.app.raw_write(somebody, &statement);
        assert!(!matches!(done, Ok(changed) if changed > 0), "{}: {statement}", somebody.name);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    // Whoever reopens the hours is told that payroll has it.
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&format!("/timesheets/{sheet}/reopen")).await.expect_text("Payroll has taken 1 claim");
}

#[actix_web::test]
async fn hr_undoes_an_approval_with_a_reason_until_payroll_has_taken_it() {
    let hours = Hours::new();
    let world = &hours.world;
    let (_duty, _sheet, claim) = hours.ready().await;
    let (approve, reopen) = (format!("{claim}/approve"), format!("{claim}/reopen"));
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&claim).await.expect_no_text("Undo the approval");
    hr.post(&reopen, &[("reason", "x")]).await.expect_status(409).expect_text("not approved");
    hr.get(&claim).await;
    hr.post(&approve, &[("amount", "12.5")]).await.expect_status(303);
    hr.get(&claim).await.expect_text("Undo the approval");
    hr.post(&reopen, &[("reason", " ")]).await.expect_status(422).expect_text("Say why");
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&claim).await.expect_no_text("Undo the approval");
    manager.post(&reopen, &[("reason", "x")]).await.expect_status(403);
    hours.do_jobs(1);
    hr.get(&claim).await;
    hr.post(&reopen, &[("reason", "Another <day>")]).await.expect_status(303);
    assert_eq!(hours.claims(), ["mileage waiting 125"]);
    hours.do_jobs(2);
    let told = "select o.kind || ' ' || p.given_name from mail_outbox o join people p on p.id = o.person_id where o.kind like 'claim-%'";
    assert_eq!(world.app.database.superuser_texts(told), ["claim-reopened Jo"]);
    assert!(world.app.audited().contains(&"claim.reopen".to_owned()));
    let mut member = world.app.browser(&world.member).await;
    member.get(&claim).await.expect_text("Why it was reopened").expect_text("Another <day>");
    // Payroll takes nothing now; approved anew and taken, it stays.
    hr.get("/payroll").await;
    hr.post("/payroll/runs", &[]).await.expect_status(409);
    hr.get(&claim).await;
    hr.post(&approve, &[("amount", "10"), ("answer", "Home is nearer")]).await.expect_status(303);
    let (id, me) = (claim.rsplit('/').next().expect("an id"), world.hr.id);
    for refused in [
        "decided_amount = 5".to_owned(),
        format!("state = 'refused', decided_amount = null, answer = 'x', decided_by = '{me}'"),
        format!("state = 'waiting', decided_at = null, decided_amount = null, answer = null, decided_by = '{me}'"),
    ] {
        let done = world.app.raw_write(&world.hr, &format!("update claims set {refused} where id = '{id}'"));
        assert!(done.is_err(), "{refused}");
    }
    hr.get("/payroll").await;
    hr.post("/payroll/runs", &[]).await.expect_status(303);
    hr.get(&claim).await.expect_no_text("Undo the approval");
    hr.post(&reopen, &[("reason", "Too late")]).await.expect_status(409).expect_text("Tell payroll what is wrong");
    assert_eq!(hours.claims(), ["mileage approved 125 100 paid"]);
}
