//! What only HR and the person read, and what only the person reads, comes out by no page, no file and no API to
//! anybody else: every address that answers to reading is opened as every role, and searched for the very words.

use watchroom::app::routes;
use watchroom::http::Route;
use watchroom::identity::roles::{BUILT_IN, HR};
use watchroom::organisation::Service;

use crate::support::{Client, TestApp};

/// The fields of a form and their words; each occurs nowhere else.
const HR_WORDS: &[(&str, &str)] = &[
    ("contract_type", "Quokkacontract"),
    ("contract_hours", "41.5"),
    ("payroll_number", "Quokkapayroll"),
    ("next_of_kin", "Quokkakin"),
    ("fitness_note", "Quokkafitness"),
];

const NOTE: &str = "Quokkaprivate";

struct World {
    app: TestApp,
    ids: Vec<(&'static str, String)>,
}

impl World {
    /// The address with the ids of the record at hand in its variable parts.
    fn address(&self, route: &Route) -> String {
        let nil = "00000000-0000-7000-8000-000000000000";
        let known = self.ids.iter().find(|(start, _id)| route.path.starts_with(start)).map(|(_start, id)| id.as_str());
        let parts = route.path.split('/').enumerate().map(|(place, part)| match part {
            part if !part.starts_with('{') => part,
            _ if place <= 4 => known.unwrap_or(nil),
            _ => nil,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Everything that this person can read, in one text.
    async fn all_that(&self, client: &mut Client<'_>) -> (String, usize) {
        let mut text = String::new();
        let mut opened = 0;
        let reading = routes::ALL.iter().flat_map(|table| table.iter()).filter(|route| route.method == "GET");
        let reading = reading.filter(|route| !route.path.starts_with("/health/"));
        let searches = HR_WORDS.iter().map(|(_field, word)| format!("/people?q={word}"));
        for address in reading.map(|route| self.address(route)).chain(searches) {
            let answer = client.get(&address).await;
            assert!(answer.status < 500, "{address}: {}", answer.status);
            if answer.status == 200 {
                opened += 1;
                // What was searched for stands in the field of the search again.
                let own = answer.body.replace(address.rsplit("?q=").next().unwrap_or_default(), "");
                text.push_str(if address.contains("?q=") { &own } else { &answer.body });
                if address.contains("?q=") {
                    assert!(!answer.body.contains("Member Tester"), "{address} finds somebody by an HR field");
                }
            }
        }
        for export in ["/audit/export", "/security/log/export"] {
            let answer = client.post(export, &[]).await;
            text.push_str(if answer.status == 200 { &answer.body } else { "" });
        }
        (text, opened)
    }
}

#[actix_web::test]
async fn hr_fields_and_private_notes_come_out_to_nobody_else_by_any_page_file_search_or_api() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let member = app.person(&founded, "member", station);
    let hr = app.person_called(&founded, "payroll", HR, station);
    let duty = app.duty(&founded, &member);
    app.database.superuser(&format!(
        "insert into duty_private_notes values ('{}', '{duty}', '{}', '{NOTE}')",
        founded.organisation, member.id
    ));
    // By the form, so that the trail and whatever else follows a change has had its chance to keep the words.
    let form = format!("/people/{}/hr/edit", member.id);
    let mut writes = app.browser(&hr).await;
    writes.get(&form).await.expect_status(200);
    writes.post(&form, HR_WORDS).await.expect_status(303);
    let entry = app.database.superuser_texts("select id from audit_entries where action = 'hr.write'");
    let world = World {
        ids: vec![
            ("/people/", member.id.to_string()),
            ("/team/", member.id.to_string()),
            ("/duties/", duty.clone()),
            ("/api/v1/duties/", duty.clone()),
            ("/audit/entries/", entry[0].clone()),
            ("/security/log/entries/", entry[0].clone()),
            ("/roles/", founded.role("manager").expect("a role").to_string()),
        ],
        app,
    };
    for role in BUILT_IN {
        let unit = if role.for_unit { founded.unit } else { station };
        let reader = world.app.person_called(&founded, &format!("reader-{}", role.code), role.code, unit);
        let mut client = world.app.browser(&reader).await;
        client.get("/account").await.expect_status(200);
        let (text, opened) = world.all_that(&mut client).await;
        assert!(opened > 5, "{}: {opened} addresses opened", role.code);
        assert!(!text.contains(NOTE), "{} reads a private note", role.code);
        let seen: Vec<&str> = HR_WORDS.iter().map(|(field, _word)| *field).collect();
        let seen: Vec<&str> = seen
            .into_iter()
            .zip(HR_WORDS)
            .filter(|(_field, (_name, word))| text.contains(&shown(word)))
            .map(|(field, _)| field)
            .collect();
        let all: Vec<&str> = HR_WORDS.iter().map(|(field, _word)| *field).collect();
        assert_eq!(seen, if role.code == HR { all } else { vec![] }, "{}", role.code);
        assert_eq!(text.contains("Shared words"), role.code == "manager", "{}: the shared note", role.code);
    }
    // The one whose record it is reads all of it, so the words are there to be found.
    let mut own = world.app.browser(&member).await;
    let (text, _opened) = world.all_that(&mut own).await;
    assert!(text.contains(NOTE) && HR_WORDS.iter().all(|(_field, word)| text.contains(&shown(word))));
}

/// As a page shows what was typed.
fn shown(typed: &str) -> String {
    if typed == "41.5" { "41 h 30 min a week".to_owned() } else { typed.to_owned() }
}
