//! TRiM: offers after work that calls for them, answers in private, cases, counts; and everybody who might learn of it.

mod counts;

use jiff::SignedDuration;
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{JobId, OrganisationId};

use super::duties::World;
use crate::support::{Client, Somebody};

const TABLES: &[&str] = &["trim_offers", "trim_cases", "trim_meetings"];

/// Does every job of TRiM that is due, as a worker would; how many there were.
fn work(world: &World) -> usize {
    let due = format!(
        "select json_build_object('id', id, 'organisation', organisation_id, 'kind', kind, 'payload', payload) \
         from jobs where kind like 'trim.%' and run_at <= '{}' order by run_at, id",
        world.app.clock.now()
    );
    let job = |text: String| {
        let row: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let id = |name: &str| row[name].as_str().expect("an id").parse().expect("an id");
        Job {
            id: JobId(id("id")),
            organisation: OrganisationId(id("organisation")),
            kind: row["kind"].as_str().expect("a kind").to_owned(),
            payload: row["payload"].clone(),
            attempts: 1,
        }
    };
    let jobs: Vec<Job> = world.app.database.superuser_texts(&due).into_iter().map(job).collect();
    for job in &jobs {
        let id = job.id;
        world
            .app
            .database
            .superuser(&format!("update jobs set leased_until = now() + interval '1 hour' where id = '{id}'"));
        let handlers = world.app.parts.handlers();
        let handler = handlers.get(job.kind.as_str()).expect("a handler");
        // Workers are outside any runtime.
        std::thread::scope(|scope| scope.spawn(|| handler(job, &Stopping::default())).join())
            .expect("it ends")
            .expect("it is done");
        world.app.database.superuser(&format!("delete from jobs where id = '{id}'"));
    }
    jobs.len()
}

/// Logs a duty of the member's that calls for an offer: somebody killed themself, on 21 November until 19:00.
async fn suicide(world: &World, client: &mut Client<'_>) {
    let kind = world.kind(&["fire-incident", "special-service", "suicide"]);
    world.log(client, &[("kind", kind.as_str())]).await.expect_status(303);
}

fn texts(world: &World, query: &str) -> Vec<String> {
    world.app.database.superuser_texts(query)
}

fn mails(world: &World) -> Vec<String> {
    texts(
        world,
        "select concat_ws(' ', o.kind, p.given_name) from mail_outbox o join people p on p.id = o.person_id order by o.created_at, o.kind",
    )
}

/// A practitioner whose home is the other station.
fn practitioner(world: &World, handle: &str) -> Somebody {
    world.app.person_called(&world.founded, handle, "trim-practitioner", world.harbour)
}

/// Has the member offered TRiM and accept it; where the offer is answered.
async fn accepted(world: &World) -> String {
    let mut member = world.app.browser(&world.member).await;
    suicide(world, &mut member).await;
    work(world);
    let offer = member.get("/trim").await.link("Answer").expect("an offer");
    member.get(&offer).await.expect_status(200);
    member.post(&offer, &[("answer", "accepted")]).await.expect_status(303);
    offer
}

#[actix_web::test]
async fn work_that_calls_for_it_offers_trim_once_and_the_message_does_not_say_so() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    suicide(&world, &mut member).await;
    assert_eq!(world.app.rows("trim_offers"), 0, "nothing happens in the duty's own transaction");
    assert_eq!(work(&world), 1);
    assert_eq!(texts(&world, "select origin || ' ' || criterion from trim_offers"), ["criterion suicide"]);
    assert_eq!(mails(&world), ["after-job Jo"]);
    let page = member.get("/trim").await.expect_text("Suicide or murder").expect_text("Not answered");
    page.expect_text("Not counselling");
    member.get("/after-job").await.expect_text("1 offer of TRiM");

    // Done again, logged by another call sign, changed: the same event is offered once.
    world.app.database.superuser("update duties set changed_at = changed_at");
    work(&world);
    let kind = world.kind(&["fire-incident", "special-service", "suicide"]);
    world
        .log(&mut member, &[("kind", kind.as_str()), ("date", "2026-11-20"), ("start", "20:00"), ("end", "23:00")])
        .await
        .expect_status(303);
    work(&world);
    assert_eq!(world.app.rows("trim_offers"), 1, "events within a day are one");
    assert_eq!(mails(&world).len(), 1);

    // A fire that calls for nothing, but exposes: the same message to a colleague.
    let mut colleague = world.app.browser(&world.colleague).await;
    world.log(&mut colleague, &[]).await.expect_status(303);
    work(&world);
    assert_eq!(mails(&world), ["after-job Jo", "after-job Sam"], "who reads the outbox cannot tell them apart");
    assert_eq!(world.app.rows("trim_offers"), 1);
}

#[actix_web::test]
async fn no_offer_comes_of_old_work_of_deleted_work_or_of_a_drill() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let kind = world.kind(&["fire-incident", "special-service", "suicide"]);
    world.log(&mut member, &[("kind", kind.as_str()), ("date", "2026-10-01")]).await.expect_status(303);
    let drill = world.kind(&["training", "drill"]);
    world.log(&mut member, &[("kind", drill.as_str()), ("date", "2026-11-20")]).await.expect_status(303);
    suicide(&world, &mut member).await;
    world.app.database.superuser("update duties set deleted_at = now()");
    work(&world);
    assert_eq!((world.app.rows("trim_offers"), mails(&world).len()), (0, 0));
}

#[actix_web::test]
async fn the_member_accepts_declines_and_changes_their_mind_in_private() {
    let world = World::new();
    let offer = accepted(&world).await;
    let mut member = world.app.browser(&world.member).await;
    member.get("/trim").await.expect_text("Accepted").expect_text("You meet no sooner than 24 Nov 2026, 19:00");
    assert_eq!(texts(&world, "select coalesce(ending, 'open') from trim_cases"), ["open"]);
    let one = practitioner(&world, "pia");
    let mut pia = world.app.browser(&one).await;
    pia.get("/trim/caseload").await.expect_text("Jo Tester");
    member.post(&offer, &[("answer", "declined")]).await.expect_status(303);
    pia.get("/trim/caseload").await.expect_no_text("Jo Tester");
    member.post(&offer, &[("answer", "accepted")]).await.expect_status(303);
    pia.get("/trim/caseload").await.expect_text("Jo Tester");
    assert_eq!(world.app.rows("trim_cases"), 1, "accepted twice is one case");
    let other = world.app.browser(&world.colleague).await.get(&offer).await;
    other.expect_status(404);
    // The trail says that the page was used, and not what for; nothing of it is about the member.
    let audited = texts(
        &world,
        "select coalesce(subject_id::text, '') || object_id || detail::text from audit_entries where action = 'trim.own'",
    );
    assert_eq!(audited.len(), 3);
    let all = audited.join(" ");
    assert!(!all.contains("accept") && !all.contains("declin") && !all.contains(&world.member.id.to_string()), "{all}");
}

#[actix_web::test]
async fn a_practitioner_takes_a_case_waits_72_hours_and_follows_up_after_28_days() {
    let world = World::new();
    accepted(&world).await;
    let one = practitioner(&world, "pia");
    let mut pia = world.app.browser(&one).await;
    let case = pia.get("/trim/caseload").await.link("Jo").expect("a case");
    let meeting = format!("{case}/meeting");
    pia.get(&meeting).await.expect_status(409);
    pia.get(&case).await.expect_text("Take this case over").expect_no_text("Record: Assessment");
    pia.post(&format!("{case}/claim"), &[]).await.expect_status(303);
    pia.get(&case).await.expect_text("Assessment no sooner than").expect_text("Tuesday 24 November 2026, 19:00");
    let held = |on: &'static str, time: &'static str| [("held_on", on), ("held_time", time), ("outcome", "monitor")];
    world.app.clock.advance(SignedDuration::from_hours(60));
    let mut pia = world.app.browser(&one).await;
    pia.get(&meeting).await.expect_status(200);
    let early = pia.post(&meeting, &held("2026-11-24", "18:59")).await.expect_status(422);
    early.expect_text("Nobody is assessed within 72 hours of the event").expect_text("Tuesday 24 November 2026, 19:00");
    assert_eq!(world.app.rows("trim_meetings"), 0);
    // By raw SQL neither.
    let insert = |at: &str| {
        format!(
            "insert into trim_meetings (organisation_id, id, case_id, person_id, kind, held_at, outcome, recorded_by, recorded_at) \
             select organisation_id, gen_random_uuid(), id, person_id, 'assessment', '{at}', 'monitor', '{}', now() from trim_cases",
            one.id
        )
    };
    let error = world.app.raw_write(&one, &insert("2026-11-24T18:59Z")).expect_err("too early");
    assert!(error.contains("72 hours"), "{error}");
    assert_eq!(world.app.raw_write(&one, &insert("2026-11-24T19:00Z")), Ok(1));
    pia.post(&meeting, &held("2026-11-24", "19:30")).await.expect_status(303);
    pia.get(&case).await.expect_text("Follow-up on 22 Dec 2026").expect_text("Keep an eye on it");
    let mut member = world.app.browser(&world.member).await;
    member.get("/trim").await.expect_text("Pia Tester looks after you").expect_text("Assessment on");
    world.app.clock.advance(SignedDuration::from_hours(29 * 24));
    let mut pia = world.app.browser(&one).await;
    pia.get(&case).await.expect_text("Follow-up due since 22 Dec 2026");
    pia.post(&meeting, &[("held_on", "2026-12-22"), ("held_time", "20:00"), ("outcome", "refer")])
        .await
        .expect_status(422);
    let referred =
        [("held_on", "2026-12-22"), ("held_time", "20:00"), ("outcome", "refer"), ("referral", "occupational-health")];
    pia.post(&meeting, &referred).await.expect_status(303);
    pia.post(&format!("{case}/close"), &[]).await.expect_status(303);
    pia.get("/trim/caseload").await.expect_text("Closed by you").expect_text("You look after nobody");
    pia.post(&format!("{case}/close"), &[]).await.expect_status(409);
}

#[actix_web::test]
async fn nobody_takes_their_own_case_or_one_that_is_taken_and_a_case_is_handed_over() {
    let world = World::new();
    accepted(&world).await;
    world.app.grant(&world.founded, &world.member, "trim-practitioner", None);
    let (one, two) = (practitioner(&world, "pia"), practitioner(&world, "paul"));
    let case = texts(&world, "select id from trim_cases")[0].clone();
    let case_page = format!("/trim/cases/{case}");
    let mut member = world.app.browser(&world.member).await;
    member.get("/trim/caseload").await.expect_status(200).expect_text("Nobody waits");
    member.get(&case_page).await.expect_status(404);
    member.post(&format!("{case_page}/claim"), &[]).await.expect_status(404);
    let claim = |who: &Somebody| {
        format!("update trim_cases set practitioner_id = '{}', claimed_at = now() where id = '{case}'", who.id)
    };
    assert_eq!(world.app.raw_write(&world.member, &claim(&world.member)), Ok(0));

    let mut pia = world.app.browser(&one).await;
    pia.get("/trim/caseload").await;
    pia.post(&format!("{case_page}/claim"), &[]).await.expect_status(303);
    let mut paul = world.app.browser(&two).await;
    paul.get("/trim/caseload").await.expect_no_text("Jo Tester");
    paul.get(&case_page).await.expect_status(404);
    paul.post(&format!("{case_page}/claim"), &[]).await.expect_status(404);
    assert_eq!(world.app.raw_write(&two, &claim(&two)), Ok(0));
    assert!(
        world.app.raw_write(&one, &claim(&two)).is_err(),
        "handing over goes by the function, which checks whom to"
    );
    // Not to whom it is about, and not to who does not practise.
    for wrong in [&world.member, &world.colleague] {
        let answer = pia.post(&format!("{case_page}/hand-over"), &[("to", &wrong.id.to_string())]).await;
        answer.expect_status(422).expect_text("whom the case is not about");
    }
    pia.post(&format!("{case_page}/hand-over"), &[("to", &two.id.to_string())]).await.expect_status(303);
    pia.get(&case_page).await.expect_status(404);
    paul.get(&case_page).await.expect_status(200).expect_text("Jo Tester");
    paul.post(&format!("{case_page}/hand-over"), &[("to", "")]).await.expect_status(303);
    pia.get("/trim/caseload").await.expect_text("Jo Tester");
}

#[actix_web::test]
async fn a_member_asks_for_it_of_a_day_or_of_what_has_built_up() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/trim/ask").await.field("key");
    member
        .post("/trim/ask", &[("key", &key), ("event_on", "soon")])
        .await
        .expect_status(422)
        .expect_text("Enter the day");
    member.post("/trim/ask", &[("key", &key), ("event_on", "")]).await.expect_status(303);
    member.post("/trim/ask", &[("key", &key), ("event_on", "")]).await.expect_status(303);
    assert_eq!((world.app.rows("trim_offers"), world.app.rows("trim_cases")), (1, 1), "sent twice asks once");
    member.get("/trim").await.expect_text("You asked for it");
    let one = practitioner(&world, "pia");
    let mut pia = world.app.browser(&one).await;
    pia.get("/trim/caseload").await.expect_text("They asked for it").expect_text("Assessment due since");
    // It is no offer, so it is not counted.
    let counts = world.app.raw(&world.hr, "select coalesce(sum(offers), 0) from app_trim_counts('2026-11-22')");
    assert_eq!(counts, Ok(vec!["0".to_owned()]));
}

#[actix_web::test]
async fn a_practitioner_is_told_once_of_what_is_due_and_again_after_a_week() {
    let world = World::new();
    let one = practitioner(&world, "pia");
    accepted(&world).await;
    let due = |hours| {
        world.app.clock.advance(SignedDuration::from_hours(hours));
        work(&world);
        mails(&world).iter().filter(|mail| mail.starts_with("trim-due")).count()
    };
    assert_eq!(due(24), 1, "nobody has taken the case");
    assert_eq!(due(24), 1, "they know");
    let mut pia = world.app.browser(&one).await;
    let case = pia.get("/trim/caseload").await.link("Jo").expect("a case");
    pia.post(&format!("{case}/claim"), &[]).await.expect_status(303);
    assert_eq!(due(24), 2, "the 72 hours are over on 24 November at 19:00");
    assert_eq!(due(24), 2);
    for _day in 0..6 {
        due(24);
    }
    assert_eq!(due(24), 3, "a week later");
    let mut pia = world.app.browser(&one).await;
    pia.get(&case).await;
    pia.post(&format!("{case}/close"), &[]).await.expect_status(303);
    due(24);
    assert_eq!(texts(&world, "select count(*)::text from jobs where kind = 'trim.look'"), ["0"], "nothing is open");
    let words = texts(&world, "select distinct coalesce(about_id::text, 'nothing') from mail_outbox");
    assert_eq!(words, ["nothing"], "a message holds a kind and a person, and nothing else");
}

#[actix_web::test]
async fn an_administrator_says_after_which_work_trim_is_offered() {
    let world = World::new();
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/trim-criteria").await.expect_status(200).expect_text("Suicide or murder");
    let rescue = world.kind(&["fire-incident", "special-service", "water-rescue"]);
    admin.post("/trim-criteria", &[("work", ""), ("criterion", "x")]).await.expect_status(422);
    let fields = [("work", rescue.as_str()), ("criterion", "child-death")];
    admin.post("/trim-criteria", &fields).await.expect_status(303);
    admin.post("/trim-criteria", &fields).await.expect_status(422).expect_text("already");
    let mut member = world.app.browser(&world.member).await;
    world.log(&mut member, &[("kind", rescue.as_str())]).await.expect_status(303);
    work(&world);
    member.get("/trim").await.expect_text("Death of a child");
    let id = texts(&world, "select id from trim_criteria where criterion = 'child-death'");
    admin.post(&format!("/trim-criteria/{}/remove", id[0]), &[]).await.expect_status(303);
    member.get("/trim").await.expect_text("Death of a child");
    admin.post("/trim-criteria/usual", &[]).await.expect_status(303);
    for path in ["/trim/caseload", "/team/trim", "/team/trim/offer"] {
        admin.get(path).await.expect_status(403);
    }
}

/// Makes a vault for somebody in this browser, where it is open then.
async fn make_vault(client: &mut Client<'_>) {
    client.get("/wellbeing/vault/new").await.expect_status(200);
    let passphrase = "ladder otter velvet crumpet";
    client
        .post("/wellbeing/vault/new", &[("passphrase", passphrase), ("again", passphrase), ("understood", "yes")])
        .await
        .expect_status(200);
}

#[actix_web::test]
async fn a_score_is_sealed_to_who_made_it_and_to_the_member() {
    let world = World::new();
    accepted(&world).await;
    let (one, two) = (practitioner(&world, "pia"), practitioner(&world, "paul"));
    for somebody in [&one, &two] {
        world.app.grant(&world.founded, somebody, "member", None);
    }
    world.app.clock.advance(SignedDuration::from_hours(72));
    let mut member = world.app.browser(&world.member).await;
    make_vault(&mut member).await;
    let mut pia = world.app.browser(&one).await;
    let case = pia.get("/trim/caseload").await.link("Jo").expect("a case");
    pia.post(&format!("{case}/claim"), &[]).await.expect_status(303);
    let form = format!("{case}/meeting");
    pia.get(&form).await.expect_text("make your vault first");
    let fields = |items: [&'static str; 10]| {
        let mut all = vec![("held_on", "2026-11-24"), ("held_time", "20:00"), ("outcome", "monitor")];
        all.extend(items.map(|points| ("item", points)));
        all
    };
    let all = ["2", "1", "0", "2", "1", "0", "2", "1", "0", "2"];
    pia.post(&form, &fields(all)).await.expect_status(422).expect_text("Make your vault first");
    assert_eq!((world.app.rows("trim_scores"), world.app.rows("trim_meetings")), (0, 0));
    make_vault(&mut pia).await;
    pia.get(&form).await.expect_text("They felt out of control during the event");
    let some = ["2", "1", "0", "2", "", "0", "2", "1", "0", "2"];
    pia.post(&form, &fields(some)).await.expect_status(422).expect_text("Score this item too");
    pia.post(&form, &fields(all)).await.expect_status(303);
    pia.get("/trim/scores").await.expect_status(200).expect_text("11 of 20").expect_text("Jo Tester");
    member.get("/trim/scores").await.expect_status(200).expect_text("11 of 20").expect_text("You: Assessment");
    // Two boxes, one for each of the two; what is in them is in no other table and no entry of the trail.
    assert_eq!(world.app.rows("trim_scores"), 2);
    let lengths = texts(&world, "select distinct length(sealed)::text from trim_scores");
    assert_eq!(lengths.len(), 1, "a box says nothing by its length");
    let hits = texts(&world, "select count(*)::text from trim_scores where position('items'::bytea in sealed) > 0");
    assert_eq!(hits, ["0"]);
    // A successor sees that the meeting took place, and no score; nobody else sees a box.
    pia.post(&format!("{case}/hand-over"), &[("to", &two.id.to_string())]).await.expect_status(303);
    let mut paul = world.app.browser(&two).await;
    make_vault(&mut paul).await;
    paul.get(&case).await.expect_status(200).expect_text("Keep an eye on it");
    paul.get("/trim/scores").await.expect_text("No scores");
    for somebody in [&two, &world.manager, &world.hr, &world.administrator, &world.auditor, &world.colleague] {
        let seen = world.app.raw(somebody, "select count(*)::text from trim_scores");
        assert_eq!(seen, Ok(vec!["0".to_owned()]), "{}", somebody.email);
        let key = world.app.raw(somebody, &format!("select proof::text from app_trim_key('{}')", &case[12..]));
        let keys = usize::from(somebody.id == two.id);
        assert_eq!(key.map(|rows| rows.len()), Ok(keys), "{}", somebody.email);
    }
    // Nobody seals a score of somebody else's meeting, nor to a third person.
    let forged = format!(
        "insert into trim_scores (organisation_id, id, meeting_id, person_id, reader_id, sealed) \
         select organisation_id, gen_random_uuid(), meeting_id, person_id, '{}', sealed from trim_scores limit 1",
        world.manager.id
    );
    for somebody in [&one, &two, &world.manager, &world.member] {
        assert!(!world.app.raw_write(somebody, &forged).is_ok_and(|rows| rows > 0), "{}", somebody.email);
    }
}
