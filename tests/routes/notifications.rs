//! The bell, the list behind it, and everybody's choice: what one is told is one's own, and nobody else's hand is in it.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use watchroom::authz::{Caller, Person, SystemName};
use watchroom::kernel::clock::Clock;
use watchroom::notices::calendar::{self, CalendarEntry};
use watchroom::notices::{self, Note, NoticeError, NoticeKind};

use super::duties::World;
use crate::support::{Context, Somebody};

impl World {
    /// Tells somebody something, as the work about hours does.
    fn tell(&self, note: &Note) {
        let work = Caller::system(SystemName::Hours, self.founded.organisation);
        let now = self.app.clock.now();
        let told = self.app.parts.site.db.write_blocking(&work, |tx| notices::note(tx, now, note));
        told.unwrap_or_else(|error| panic!("{error:?}"));
    }

    fn approved(&self, somebody: &Somebody) {
        self.tell(&Note::of(NoticeKind::HoursApproved, somebody.id));
    }

    /// The ids of somebody's notices, the oldest first.
    fn notices_of(&self, somebody: &Somebody) -> Vec<String> {
        let query = format!("select id from notices where person_id = '{}' order by created_at, id", somebody.id);
        self.app.database.superuser_texts(&query)
    }

    fn wait(&self, seconds: i64) {
        self.app.clock.advance(SignedDuration::from_secs(seconds));
    }

    fn calendar_of(&self, somebody: &Somebody) -> Vec<CalendarEntry> {
        let person = Person::unloaded(self.founded.organisation, somebody.id);
        let (caller, id) = (Caller::Person(std::sync::Arc::new(person)), somebody.id);
        let span: (Date, Date) = (date(2026, 1, 1), date(2027, 12, 31));
        let found = self.app.parts.site.db.write_blocking(&caller, |tx| calendar::entries(tx, id, span.0, span.1));
        found.unwrap_or_else(|error| panic!("{error:?}"))
    }
}

#[actix_web::test]
async fn the_bell_counts_what_was_not_read_and_the_list_leads_to_what_it_is_about() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/account").await.expect_text("Notifications: none unread");
    world.approved(&world.member);
    world.tell(&Note::of(NoticeKind::HoursReturned, world.member.id));
    // Half a minute later at the latest.
    world.wait(31);
    member.get("/account").await.expect_text("Notifications: 2 unread");
    let list = member.get("/notifications").await.expect_status(200);
    list.expect_text("2 notifications are unread")
        .expect_text("Hours that you submitted were approved.")
        .expect_text("Hours of yours came back to you")
        .expect_no_text("You have read everything");
    let ids = world.notices_of(&world.member);
    let opened = member.post(&format!("/notifications/{}/open", ids[0]), &[]).await.expect_status(303);
    assert_eq!(opened.header("location"), "/timesheets");
    // At once for whoever has just read it.
    member.get("/account").await.expect_text("Notifications: 1 unread");
    member.post(&format!("/notifications/{}/read", ids[1]), &[]).await.expect_status(303);
    member.get("/notifications").await.expect_text("You have read everything").expect_text("Marked as read");
    // Reading twice changes nothing.
    member.post(&format!("/notifications/{}/read", ids[1]), &[]).await.expect_status(303);
    world.approved(&world.member);
    member.post("/notifications/read", &[]).await.expect_status(303);
    member.get("/notifications").await.expect_text("All notifications are marked as read");
    let unread = "select count(*) from notices where read_at is null";
    assert_eq!(world.app.database.superuser_texts(unread), ["0"]);
}

#[actix_web::test]
async fn a_long_list_goes_on_on_another_page() {
    let world = World::new();
    for _ in 0..55 {
        world.wait(3_600);
        world.approved(&world.member);
    }
    let mut member = world.app.browser(&world.member).await;
    let first = member.get("/notifications").await.expect_status(200);
    assert_eq!(first.body.matches("wr-told__item--unread").count(), 50);
    let next = first.link("Next page").or_else(|| first.link("Next")).expect("a second page");
    let second = member.get(&next).await.expect_status(200);
    assert_eq!(second.body.matches("wr-told__item--unread").count(), 5);
    assert_eq!(world.notices_of(&world.member).len(), 55);
}

#[actix_web::test]
async fn nobody_reads_marks_or_opens_the_notice_of_somebody_else() {
    let world = World::new();
    world.approved(&world.member);
    let id = &world.notices_of(&world.member)[0];
    for other in [&world.colleague, &world.manager, &world.administrator, &world.stranger] {
        let mut client = world.app.browser(other).await;
        client.get("/notifications").await.expect_status(200).expect_no_text("Hours that you submitted were approved");
        for act in ["read", "open"] {
            client.post(&format!("/notifications/{id}/{act}"), &[]).await.expect_status(404);
        }
        client.post("/notifications/read", &[]).await.expect_status(303);
    }
    assert_eq!(world.app.database.superuser_texts("select count(*) from notices where read_at is null"), ["1"]);
}

#[actix_web::test]
async fn raw_sql_writes_no_notice_and_changes_none_of_somebody_elses() {
    let world = World::new();
    world.approved(&world.member);
    let (org, me) = (world.founded.organisation, world.member.id);
    let forged = format!(
        "insert into notices (organisation_id, id, person_id, kind, in_app, in_digest, created_at) \
         values ('{org}', gen_random_uuid(), '{me}', 'hours-returned', true, false, now())"
    );
    let refused = |who: Context, statement: &str| match world.app.raw_write(who, statement) {
        Ok(changed) => changed == 0,
        Err(_refusal) => true,
    };
    let others = || {
        let people = [&world.colleague, &world.manager, &world.administrator, &world.hr, &world.stranger];
        let people = people.into_iter().map(Context::from);
        people.chain([Context::System(org, "hours"), Context::System(org, "sign-in"), Context::None])
    };
    for who in others() {
        assert!(refused(who, "update notices set read_at = now()"));
    }
    for who in others() {
        assert!(refused(who, "delete from notices"));
    }
    for who in others() {
        assert!(refused(who, &forged));
    }
    // Not even one's own: what was said stays said. That it was read is one's own to note.
    assert!(refused((&world.member).into(), &forged));
    assert!(refused((&world.member).into(), "update notices set kind = 'hours-returned'"));
    assert!(refused((&world.member).into(), "delete from notices"));
    assert_eq!(world.app.raw_write(&world.member, "update notices set read_at = now()"), Ok(1));
    // When somebody sleeps is nobody else's business.
    let times = format!("insert into notice_times values ('{org}', '{me}', 0, 60, false, 1, now())");
    for who in others() {
        assert!(refused(who, &times));
    }
    assert_eq!(world.app.raw_write(&world.member, &times), Ok(1));
    world.app.database.superuser(&times);
    for who in others() {
        let seen = world.app.raw(who, "select person_id from notice_times").unwrap_or_default();
        assert_eq!(seen, Vec::<String>::new());
    }
}

#[actix_web::test]
async fn whose_deed_a_notice_came_from_cannot_be_made_up_and_nobody_in_particular_tells_nobody_anything() {
    let world = World::new();
    let (org, me) = (world.founded.organisation, world.member.id);
    let tell =
        format!("select app_notify(gen_random_uuid(), '{me}', 'hours-approved', null, null, true, true, 0, now())");
    assert!(world.app.raw_write(Context::None, &tell).is_err());
    // In an organisation that is not theirs there is nobody to tell.
    world.app.raw_committed(&world.stranger, &tell).expect("nothing happens");
    assert_eq!(world.app.rows("notices"), 0);
    world.app.raw_committed(&world.manager, &tell).expect("told");
    world.app.raw_committed(Context::System(org, "hours"), &tell).expect("told");
    let by = world.app.database.superuser_texts("select coalesce(posted_by::text, 'work') from notices order by 1");
    let mut expected = vec![world.manager.id.to_string(), "work".to_owned()];
    expected.sort_unstable();
    assert_eq!(by, expected);
}

#[actix_web::test]
async fn a_deed_that_fails_tells_nobody_and_the_same_thing_is_told_once_until_it_is_read() {
    let world = World::new();
    let work = Caller::system(SystemName::Hours, world.founded.organisation);
    let (now, note) = (world.app.clock.now(), Note::of(NoticeKind::HoursApproved, world.member.id));
    let failed = world.app.parts.site.db.write_blocking(&work, |tx| {
        notices::note(tx, now, &note)?;
        Err::<(), _>(NoticeError::NotGivenUp)
    });
    assert!(failed.is_err());
    assert_eq!(world.app.rows("notices"), 0);
    world.approved(&world.member);
    world.wait(60);
    world.approved(&world.member);
    assert_eq!(world.notices_of(&world.member).len(), 1);
    let mut member = world.app.browser(&world.member).await;
    member.get("/notifications").await;
    member.post("/notifications/read", &[]).await.expect_status(303);
    world.approved(&world.member);
    assert_eq!(world.notices_of(&world.member).len(), 2, "what came after one has looked is new");
}

#[actix_web::test]
async fn people_choose_by_kind_and_way_and_cannot_switch_off_what_always_goes_out() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let page = member.get("/account/notices").await.expect_status(200);
    page.expect_text("When my hours were approved").expect_text("Always sent").expect_text("Password changed");
    // A half-filled pair of times comes back as it was typed.
    let half = [("wanted", "hours-decided.app"), ("quiet_from", "22:00"), ("quiet_to", "soon"), ("digest_day", "5")];
    let again = member.post("/account/notices", &half).await.expect_status(422);
    let again = again.expect_text("There is a problem").expect_text("Enter when the quiet hours end");
    assert_eq!((again.field("quiet_from"), again.field("quiet_to")), ("22:00".to_owned(), "soon".to_owned()));
    assert_eq!(world.app.rows("notice_choices") + world.app.rows("notice_times"), 0);
    // Everything off that has a switch.
    let off = [("quiet_from", "22:00"), ("quiet_to", "07:00"), ("digest_day", "5"), ("not_on_duty", "yes")];
    member.post("/account/notices", &off).await.expect_status(303);
    let kept = "select concat_ws(' ', quiet_from, quiet_to, not_on_duty, digest_day) from notice_times";
    assert_eq!(world.app.database.superuser_texts(kept), ["1320 420 t 5"]);
    world.approved(&world.member);
    assert_eq!(world.notices_of(&world.member).len(), 0);
    world.tell(&Note::of(NoticeKind::PasswordChanged, world.member.id));
    assert_eq!(world.notices_of(&world.member).len(), 1);
    // Even by a row that no page writes.
    world.app.database.superuser(&format!(
        "insert into notice_choices values ('{}', '{}', 'factor-changed', false, now(), 'app')",
        world.founded.organisation, world.member.id
    ));
    world.tell(&Note::of(NoticeKind::FactorChanged, world.member.id));
    assert_eq!(world.notices_of(&world.member).len(), 2);
    assert!(world.app.audited().contains(&"notice.choose".to_owned()));
    let trail = world.app.database.superuser_texts("select count(*) from audit_entries e where e::text like '%22:00%'");
    assert_eq!(trail, ["0"], "when somebody sleeps does not stand in the trail");
}

#[actix_web::test]
async fn what_is_about_a_day_stands_in_the_calendar_of_whoever_wants_it_there() {
    let world = World::new();
    let about = |id: u128| Some(uuid::Uuid::from_u128(id));
    let note = |about, day| Note { about, day: Some(day), ..Note::of(NoticeKind::CertificateEnding, world.member.id) };
    world.tell(&note(about(1), date(2027, 3, 1)));
    world.tell(&note(about(2), date(2026, 12, 24)));
    world.wait(60 * 86_400);
    world.tell(&note(about(1), date(2027, 3, 1)));
    world.tell(&Note::of(NoticeKind::HoursApproved, world.member.id));
    let entries = world.calendar_of(&world.member);
    let days: Vec<(Date, &str, &str)> =
        entries.iter().map(|entry| (entry.day, entry.label, entry.path.as_str())).collect();
    let label = "Certificate running out";
    assert_eq!(days, [(date(2026, 12, 24), label, "/competences"), (date(2027, 3, 1), label, "/competences")]);
    assert_eq!(world.calendar_of(&world.colleague), []);
    let mut member = world.app.browser(&world.member).await;
    member.get("/account/notices").await.expect_text("My calendar");
    member.post("/account/notices", &[("digest_day", "1")]).await.expect_status(303);
    assert_eq!(world.calendar_of(&world.member), []);
}

/// Makes somebody's feed; its address.
async fn feed(world: &World, somebody: &Somebody) -> String {
    let mut client = world.app.browser(somebody).await;
    client.get("/calendar/feed").await.expect_status(200);
    let page = client.post("/calendar/feed", &[]).await.expect_status(200);
    let after = page.body.split("/feeds/").nth(1).expect("an address");
    format!("/feeds/{}.ics", after.split(".ics").next().expect("its end"))
}

#[actix_web::test]
async fn a_feed_has_the_days_that_its_person_wants_in_it_and_of_nobody_else() {
    let world = World::new();
    let note = |about, day, kind, who: &Somebody| Note {
        about: Some(uuid::Uuid::from_u128(about)),
        day: Some(day),
        ..Note::of(kind, who.id)
    };
    world.tell(&note(1, date(2026, 12, 24), NoticeKind::CertificateEnding, &world.member));
    world.tell(&note(2, date(2026, 12, 25), NoticeKind::HoursApproved, &world.member));
    world.tell(&note(3, date(2026, 12, 26), NoticeKind::CertificateEnding, &world.colleague));
    let (mine, theirs) = (feed(&world, &world.member).await, feed(&world, &world.colleague).await);
    let mut program = world.app.visitor();
    let first = program.get(&mine).await.expect_status(200);
    let entry = "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261225\r\nTRANSP:TRANSPARENT\r\n\
                 SUMMARY:Certificate running out\r\nURL:https://";
    assert!(first.body.contains(entry), "{}", first.body);
    assert!(first.body.contains("/competences\r\nEND:VEVENT"), "where to look: {}", first.body);
    // Of a kind that no calendar is offered for, and a colleague's.
    assert!(!first.body.contains("20261225\r\nDTEND") && !first.body.contains("20261226"), "{}", first.body);
    assert!(program.get(&theirs).await.body.contains("DTSTART;VALUE=DATE:20261226"));
    let uids = |body: &str| body.split("\r\n").filter(|line| line.starts_with("UID:notice-")).count();
    assert_eq!(uids(&first.body), 1);

    // Told once more of the same thing, it stays one entry, and the same.
    world.wait(30 * 86_400);
    world.tell(&note(1, date(2026, 12, 24), NoticeKind::CertificateEnding, &world.member));
    assert_eq!(program.get(&mine).await.body, first.body);

    let mut member = world.app.browser(&world.member).await;
    member.get("/account/notices").await.expect_status(200);
    member.post("/account/notices", &[("digest_day", "1")]).await.expect_status(303);
    assert_eq!(uids(&program.get(&mine).await.expect_status(200).body), 0, "it is not wanted there any more");
    assert_eq!(uids(&program.get(&theirs).await.body), 1);

    let mut colleague = world.app.browser(&world.colleague).await;
    colleague.get("/calendar/feed").await.expect_status(200);
    colleague.post("/calendar/feed/revoke", &[]).await.expect_status(303);
    assert!(!program.get(&theirs).await.expect_status(404).body.contains("Certificate"));
}

#[actix_web::test]
async fn the_door_of_feeds_learns_whose_an_address_is_and_nothing_else() {
    let world = World::new();
    let day = Some(date(2026, 12, 24));
    world.tell(&Note { day, ..Note::of(NoticeKind::CertificateEnding, world.member.id) });
    feed(&world, &world.member).await;
    world.logged().await;
    let (organisation, me) = (world.founded.organisation, world.member.id);
    world.app.database.superuser(&format!(
        "insert into notice_choices values ('{organisation}', '{me}', 'certificate-ending', true, now(), 'calendar')"
    ));
    let mut door = world.app.prompt(Context::System(organisation, "calendar"));
    assert_eq!(door.count("calendar_feeds", "true"), Ok(1));
    for table in ["notices", "notice_choices", "notice_times", "duties", "absences", "rota_assignments", "people"] {
        let there = world.app.database.superuser_texts(&format!("select count(*) from {table}"));
        assert!(there != ["0"] || ["notice_times", "absences", "rota_assignments"].contains(&table), "{table}");
        assert!(matches!(door.count(table, "true"), Ok(0) | Err(_)), "{table}");
    }
    assert!(!matches!(door.change("update calendar_feeds set created_at = now()"), Ok(1..)));
    // It opens no feed of another organisation.
    let mut elsewhere = world.app.prompt(Context::System(world.stranger.organisation, "calendar"));
    assert_eq!(elsewhere.count("calendar_feeds", "true"), Ok(0));
}
