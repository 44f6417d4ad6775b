//! The daily look at certificates: who is told of what, when, and that nobody is told twice.

use uuid::Uuid;

use super::world::World;
use crate::support::Somebody;

const DAY: i64 = 86_400;

struct Setting {
    world: World,
    manager: Somebody,
}

impl Setting {
    /// A member with a certificate of 365 days that is not due for long, and a manager of the unit above.
    fn new() -> Self {
        let world = World::new();
        let manager = world.app.person_called(&world.founded, "max", "manager", world.founded.unit);
        let org = world.founded.organisation;
        world.app.database.superuser(&format!(
            "insert into competence_kinds (organisation_id, id, name, grace_days, effect, created_at) values \
                 ('{org}', '{}', 'Breathing apparatus', 28, 'off-the-run', now()); \
             insert into jobs (id, organisation_id, kind, payload, run_at, created_at) values \
                 (gen_random_uuid(), '{org}', 'competence.look', '{{}}', '2026-11-22T09:00Z', '2026-11-22T09:00Z')",
            kind()
        ));
        Self { world, manager }
    }

    /// Records a certificate of the member; its id.
    fn record(&self, expires_on: &str) -> Uuid {
        let (id, person, org) = (Uuid::now_v7(), self.world.member.id, self.world.founded.organisation);
        self.world.app.database.superuser(&format!(
            "insert into certificates (organisation_id, id, person_id, unit_id, kind_id, awarded_on, expires_on, recorded_by, \
                 recorded_at, changed_at) \
             select '{org}', '{id}', '{person}', unit_id, '{}', '2026-01-01', '{expires_on}', '{person}', now(), now() \
               from people where id = '{person}'",
            kind()
        ));
        id
    }

    /// Does the looks that are due; how many there were.
    fn look(&self) -> usize {
        let due = self.world.due_of("competence.%");
        for job in &due {
            let id = job.id;
            self.world.app.database.superuser(&format!("update jobs set leased_until = now() where id = '{id}'"));
            self.world.do_job(job).expect("the look is taken");
            self.world.app.database.superuser(&format!("delete from jobs where id = '{id}'"));
        }
        due.len()
    }

    /// What was written so far: day, kind, whom.
    fn written(&self) -> Vec<String> {
        self.world.app.database.superuser_texts(
            "select concat_ws(' ', (o.created_at at time zone 'Europe/London')::date, o.kind, p.given_name) \
               from mail_outbox o join people p on p.id = o.person_id order by o.created_at, o.kind",
        )
    }
}

fn kind() -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)
}

#[test]
fn everybody_is_told_ninety_thirty_and_seven_days_before_and_never_twice() {
    let setting = Setting::new();
    // 90 days after 1 December 2026.
    setting.record("2027-03-01");
    for _day in 0..110 {
        assert_eq!(setting.look(), 1, "one look a day");
        assert_eq!(setting.look(), 0);
        setting.world.wait(DAY);
    }
    let member = setting
        .world
        .app
        .database
        .superuser_texts(&format!("select given_name from people where id = '{}'", setting.world.member.id));
    let manager = setting
        .world
        .app
        .database
        .superuser_texts(&format!("select given_name from people where id = '{}'", setting.manager.id));
    let mut expected = Vec::new();
    for day in ["2026-12-01", "2027-01-30", "2027-02-22"] {
        expected.push(format!("{day} certificate-ending {}", member[0]));
        expected.push(format!("{day} team-certificate-ending {}", manager[0]));
    }
    assert_eq!(setting.written(), expected);
    assert_eq!(setting.world.app.rows("certificate_notices"), 3);
}

#[test]
fn a_look_that_is_taken_again_says_nothing_again() {
    let setting = Setting::new();
    setting.record("2026-12-01");
    let due = setting.world.due_of("competence.%");
    let [job] = due.as_slice() else { panic!("{due:?}") };
    setting.world.do_job(job).expect("the look is taken");
    setting.world.do_job(job).expect("and again");
    assert_eq!(setting.written().len(), 2, "{:?}", setting.written());
    // 9 days are left: the notice of 30 days, and none of 90 after it.
    let noted = setting.world.app.database.superuser_texts("select days::text from certificate_notices");
    assert_eq!(noted, ["30"]);
}

#[test]
fn what_was_renewed_ended_or_is_no_longer_asked_for_is_not_told() {
    let setting = Setting::new();
    setting.record("2026-12-01");
    setting.record("2028-12-01");
    setting.look();
    assert_eq!(setting.written(), Vec::<String>::new(), "renewed");
    let database = &setting.world.app.database;
    database.superuser(
        "update certificates set ended_on = '2026-11-22', ended_reason = 'x' where expires_on = '2028-12-01'",
    );
    database.superuser("update competence_kinds set retired_at = now()");
    setting.world.wait(DAY);
    setting.look();
    assert_eq!(setting.written(), Vec::<String>::new(), "no longer asked for");
    database.superuser("update competence_kinds set retired_at = null");
    setting.world.wait(DAY);
    setting.look();
    assert_eq!(setting.written().len(), 2, "the renewal was ended, so the first one decides again");
}

#[test]
fn somebody_who_left_or_does_not_want_it_is_not_told() {
    let setting = Setting::new();
    setting.record("2026-12-01");
    let (org, member) = (setting.world.founded.organisation, setting.world.member.id);
    let database = &setting.world.app.database;
    database.superuser(&format!("update people set left_at = '2026-11-01' where id = '{member}'"));
    setting.look();
    assert_eq!(setting.written(), Vec::<String>::new(), "nobody is told of somebody who left");
    database.superuser(&format!(
        "update people set left_at = null where id = '{member}'; \
         insert into notice_choices values ('{org}', '{member}', 'certificate-ending', false, now(), 'email')"
    ));
    setting.world.wait(DAY);
    setting.look();
    let written = setting.written();
    let [only] = written.as_slice() else { panic!("{written:?}") };
    assert!(only.contains("team-certificate-ending"), "{only}");
}

#[test]
fn a_message_about_a_certificate_leads_to_the_page_and_names_nothing() {
    let setting = Setting::new();
    setting.record("2026-12-01");
    setting.look();
    setting.world.work();
    let mails = setting.world.server.mailbox();
    assert_eq!(mails.len(), 2);
    for mail in mails {
        assert!(
            ["https://watchroom.test/competences", "https://watchroom.test/team/competences"].contains(&mail.link()),
            "{}",
            mail.link()
        );
        let everything = format!("{:?} {} {} {}", mail.headers, mail.text, mail.html, mail.raw);
        assert!(!everything.contains("Breathing"), "{everything}");
    }
}
